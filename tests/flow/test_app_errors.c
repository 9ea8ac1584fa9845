/*
 * Error cards: for every fault the demo server can make, what happened stands where the
 * answer would have been, in words of its own, while another pane goes on streaming.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "src/base/compiler.h"
#include "src/base/mem.h"
#include "tests/support/app_stage.h"
#include "tests/support/canvas_text.h"
#include "tests/support/raw_server.h"

#define ECHO   "demo/echo?rate=0&ttft=0"
#define STREAM "demo/sage?rate=200&ttft=0&tokens=20000"
#define FAST   "rate=0&ttft=0"

struct fault_case {
    const char *model;
    enum error_class class; /* ERROR_NONE: not an error, but noted */
    const char *card;       /* its first words */
    const char *words;      /* what else stands on it */
};

static struct settings settings_with(enum setting_id id, int64_t value)
{
    struct settings settings;
    settings_init(&settings);
    settings.values[SETTING_RETRIES] = 0;
    settings.values[id] = value;
    return settings;
}

static bool others_have_settled(struct app_stage *stage, void *user)
{
    const chat_id *streaming = user;
    return engine_busy_count(stage->engine) == 1 &&
           engine_is_busy(stage->engine, *streaming);
}

static void assert_goes_on(struct app_stage *stage, chat_id chat)
{
    char *before = app_stage_answer(stage, chat);
    app_stage_wait_answer(stage, chat, strlen(before) + 1);
    mem_free(before);
}

static void assert_card(struct app_stage *stage, const struct fault_case *fault,
                        chat_id chat)
{
    const struct message *answer = chat_tip(engine_get_chat(stage->engine, chat));
    assert_int_equal(answer->facts.error.class, fault->class);
    assert_stage_shows(stage, fault->card);
    assert_stage_shows(stage, fault->words);
    if (fault->class == ERROR_NONE)
        return;
    assert_stage_shows(stage, "✗ failed");
    if (message_has_content(answer)) {
        assert_stage_shows(stage, "what had come is kept");
        assert_stage_shows(stage, "Alt-c continue · Alt-r restart · Alt-e edit");
    } else {
        assert_stage_hides(stage, "what had come is kept");
        assert_stage_shows(stage, "Alt-r retry · Alt-e edit · Ctrl-L other model");
    }
}

/* All faults at once, a pane each, beside one that streams; then a look at each. */
static void check_faults(const struct fault_case *faults, size_t count,
                         const struct settings *settings)
{
    const char *models[10] = {0};
    assert_true(count < 9); /* Alt-1 … Alt-9 */
    for (size_t i = 0; i < count; i++)
        models[i] = faults[i].model;
    models[count] = STREAM;
    struct app_stage *stage = app_stage_new(&(struct app_stage_options){
        .models = models, .settings = settings, .width = 120, .height = 60});
    chat_id streaming = (chat_id)count + 1;
    app_stage_send(stage, "go");
    app_stage_wait(stage, others_have_settled, &streaming);
    assert_goes_on(stage, streaming);
    app_stage_press(stage, "Alt-z");
    for (size_t i = 0; i < count; i++) {
        const char name[] = {'A', 'l', 't', '-', (char)('1' + (int)i), '\0'};
        app_stage_press(stage, name);
        app_stage_run_due(stage);
        assert_card(stage, &faults[i], (chat_id)i + 1);
    }
    assert_goes_on(stage, streaming);
    app_stage_free(stage);
}

/* --- Faults ----------------------------------------------------------------------- */

static void app_card__broken_streams__keep_their_text(void **state)
{
    (void)state;
    static const struct fault_case faults[] = {
        {"demo/cut?" FAST, ERROR_NETWORK_RESET, "✗ connection lost: ", "retry."},
        {"demo/sage?fault=cut-utf8&at=30&" FAST, ERROR_NETWORK_RESET,
         "✗ connection lost: ", "retry."},
        {"demo/sage?fault=eof&at=30&" FAST, ERROR_PROTOCOL,
         "✗ not a valid answer: ", "broke off"},
        {"demo/garbage?" FAST, ERROR_PROTOCOL,
         "✗ not a valid answer: ", "What came is not what this API sends"},
        {"demo/sage?fault=error&at=30&" FAST, ERROR_SERVER,
         "✗ server error: ", "The provider failed"},
        {"demo/sage?fault=filter&at=30&" FAST, ERROR_NONE,
         "! cut by the provider's content filter", "✓ done"},
        {"demo/sage?fault=empty&" FAST, ERROR_NONE, "! the answer is empty", "✓ done"},
    };
    const struct settings settings = settings_with(SETTING_RETRIES, 0);
    check_faults(faults, COUNT_OF(faults), &settings);
}

static void app_card__refusals__have_the_providers_words(void **state)
{
    (void)state;
    static const struct fault_case faults[] = {
        {"demo/sage?fault=401", ERROR_AUTH,
         "✗ not authorised: ", "Incorrect API key provided"},
        {"demo/sage?key=required", ERROR_AUTH, "✗ not authorised: ", "Check the API key"},
        {"demo/nosuch", ERROR_NOT_FOUND, "✗ not found: ", "nosuch"},
        {"demo/sage?fault=400", ERROR_BAD_REQUEST, "✗ request refused: ", "was refused"},
        {"demo/sage?rate=x", ERROR_BAD_REQUEST, "✗ request refused: ", "\"rate\""},
        {"demo/sage?fault=context", ERROR_CONTEXT_LENGTH,
         "✗ too long for the model: ", "Shorten the prompt"},
        {"demo/sage?fault=quota", ERROR_QUOTA, "✗ out of credit: ", "billing page"},
    };
    const struct settings settings = settings_with(SETTING_RETRIES, 0);
    check_faults(faults, COUNT_OF(faults), &settings);
}

static void app_card__server_trouble__is_named(void **state)
{
    (void)state;
    static const struct fault_case faults[] = {
        {"demo/down?ttft=0", ERROR_OVERLOADED, "✗ provider overloaded: ", "503"},
        {"demo/sage?fault=500", ERROR_SERVER, "✗ server error: ", "The provider failed"},
        {"demo/sage?fault=503", ERROR_OVERLOADED,
         "✗ provider overloaded: ", "overloaded"},
        {"demo/sage?fault=429", ERROR_RATE_LIMIT, "✗ rate limited: ", "Rate limit"},
        {"demo/sage?fault=html&ttft=0", ERROR_PROTOCOL,
         "✗ not a valid answer: ", "check the URL"},
        {"demo/flaky?retry_after=3600", ERROR_RATE_LIMIT,
         "✗ rate limited: ", "asks to wait 3600 s"},
    };
    const struct settings settings = settings_with(SETTING_RETRIES, 0);
    check_faults(faults, COUNT_OF(faults), &settings);
}

static void app_card__after_retries__counts_them(void **state)
{
    (void)state;
    const struct settings settings = settings_with(SETTING_RETRIES, 1);
    struct app_stage *stage = app_stage_new(&(struct app_stage_options){
        .models = (const char *const[]){"demo/down?ttft=0", STREAM, NULL},
        .settings = &settings,
        .width = 160});
    app_stage_send(stage, "go");
    app_stage_wait_text(stage, "↻ retrying in ");
    assert_stage_shows(stage, "(2 of 2)");
    app_stage_wait_text(stage, "✗ provider overloaded");
    assert_stage_shows(stage, "2 tries");
    assert_goes_on(stage, 2);
    app_stage_free(stage);
}

static void app_retrying__then_an_answer__has_no_card(void **state)
{
    (void)state;
    struct app_stage *stage = app_stage_open(
        (const char *const[]){"demo/flaky?tokens=20&retry_after=0&" FAST, NULL});
    app_stage_send(stage, "go");
    app_stage_wait_text(stage, "↻ retrying in ");
    app_stage_wait_text(stage, "✓ done");
    assert_stage_hides(stage, "✗");
    app_stage_free(stage);
}

static void app_retrying__stopped__ends_at_once(void **state)
{
    (void)state;
    struct app_stage *stage =
        app_stage_open((const char *const[]){"demo/flaky?retry_after=50", NULL});
    app_stage_send(stage, "go");
    app_stage_wait_text(stage, "↻ retrying in 5");
    app_stage_press(stage, "Ctrl-C");
    app_stage_wait_text(stage, "■ stopped before anything came");
    app_stage_free(stage);
}

/* --- The four clocks, and no connection --------------------------------------------- */

static void check_clock(enum setting_id id, int64_t limit_ms, const char *model,
                        const char *sentence, const char *advice)
{
    const struct settings settings = settings_with(id, limit_ms);
    struct app_stage *stage = app_stage_new(
        &(struct app_stage_options){.models = (const char *const[]){model, ECHO, NULL},
                                    .settings = &settings,
                                    .width = 200});
    app_stage_send(stage, "go");
    app_stage_wait_text(stage, sentence);
    assert_stage_shows(stage, advice);
    assert_stage_shows(stage, "✗ failed");
    char *other = app_stage_answer(stage, 2);
    assert_string_equal(other, "go");
    mem_free(other);
    app_stage_free(stage);
}

static void app_clock__idle__names_itself(void **state)
{
    (void)state;
    check_clock(SETTING_IDLE_TIMEOUT, 200, "demo/stall?" FAST,
                "✗ idle timeout: no data for 0.2 s", "--idle-timeout");
}

static void app_clock__first_token__names_itself(void **state)
{
    (void)state;
    check_clock(SETTING_FIRST_TOKEN_TIMEOUT, 200, "demo/slow",
                "✗ first-token timeout: no first token within 0.2 s",
                "--first-token-timeout");
}

static void app_clock__total__names_itself(void **state)
{
    (void)state;
    check_clock(SETTING_TOTAL_TIMEOUT, 300, STREAM,
                "✗ total timeout: no complete answer within 0.3 s", "--total-timeout");
}

/* A stage whose first pane talks to `url`, the second to the demo. */
static struct app_stage *open_other(const char *url, const struct settings *settings)
{
    struct app_stage *stage = app_stage_new(&(struct app_stage_options){
        .models = (const char *const[]){"other/model", ECHO, NULL},
        .other_url = url,
        .settings = settings,
        .width = 200});
    app_stage_send(stage, "go");
    return stage;
}

static void app_clock__connect__names_itself(void **state)
{
    (void)state;
    /* A server that takes the connection and never says a word of TLS. It is on a loop
     * that does not run: the system completes the connection by itself. */
    struct ev_loop *loop = ev_loop_new(EVFLAG_AUTO);
    struct raw_server *silent = raw_server_new(loop);
    char *url = strbuf_format("https://127.0.0.1:%d", raw_server_get_port(silent));
    const struct settings settings = settings_with(SETTING_CONNECT_TIMEOUT, 200);
    struct app_stage *stage = open_other(url, &settings);
    app_stage_wait_text(stage, "✗ connect timeout: no connection to 127.0.0.1");
    assert_stage_shows(stage, "--connect-timeout");
    app_stage_free(stage);
    raw_server_free(silent);
    ev_loop_destroy(loop);
    mem_free(url);
}

static void app_card__refused_connection__is_not_tried_again(void **state)
{
    (void)state;
    struct ev_loop *loop = ev_loop_new(EVFLAG_AUTO);
    struct raw_server *gone = raw_server_new(loop);
    char *url = strbuf_format("http://127.0.0.1:%d", raw_server_get_port(gone));
    raw_server_free(gone);
    ev_loop_destroy(loop);
    struct app_stage *stage = open_other(url, NULL);
    app_stage_wait_text(stage, "✗ connection refused: ");
    assert_stage_shows(stage, "Is the server running at that address?");
    assert_stage_hides(stage, "tries");
    mem_free(url);
    app_stage_free(stage);
}

static void app_card__escapes_in_an_error__are_marks(void **state)
{
    (void)state;
    static const char answer[] =
        "HTTP/1.1 400 Bad Request\r\nContent-Type: application/json\r\n"
        "Content-Length: 55\r\n\r\n"
        "{\"error\":{\"message\":\"bad \\u001b[2J\\u0007\\u202e thing\"}}   ";
    struct app_stage *stage = app_stage_new(&(struct app_stage_options){
        .models = (const char *const[]){"raw/model", NULL}, .has_raw = true});
    raw_server_answer_text(stage->raw, answer);
    app_stage_send(stage, "go");
    app_stage_wait_text(stage, "✗ request refused: bad ␛[2J␇‹U+202E› thing");
    char *text = canvas_text(stage->shown);
    assert_null(strpbrk(text, "\033\007"));
    assert_null(strstr(text, "\u202e"));
    mem_free(text);
    app_stage_free(stage);
}

/* --- What can be done --------------------------------------------------------------- */

/* A stage with a card on the only pane; the same prompt succeeds the second time. */
static struct app_stage *open_failed(void)
{
    static struct settings settings;
    settings = settings_with(SETTING_RETRIES, 0);
    struct app_stage *stage = app_stage_new(&(struct app_stage_options){
        .models = (const char *const[]){"demo/flaky?tokens=20&" FAST, NULL},
        .settings = &settings});
    app_stage_send(stage, "my prompt");
    app_stage_wait_text(stage, "✗ rate limited");
    return stage;
}

static void app_card__keys__follow_mode_and_focus(void **state)
{
    (void)state;
    struct app_stage *stage =
        app_stage_open((const char *const[]){"demo/nosuch", "demo/nosuch", NULL});
    app_stage_send(stage, "go");
    app_stage_wait_idle(stage);
    assert_stage_shows(stage, "Alt-r retry");
    assert_stage_shows(stage, "go to this pane");
    app_stage_press(stage, "Esc");
    assert_stage_hides(stage, "Alt-r retry");
    assert_stage_shows(stage, "r retry · e edit · m other model");
    app_stage_free(stage);
}

static void app_card__retry__answers_the_same_prompt(void **state)
{
    (void)state;
    struct app_stage *stage = open_failed();
    app_stage_press(stage, "Esc");
    app_stage_press(stage, "r");
    app_stage_wait_text(stage, "✓ done");
    assert_stage_hides(stage, "✗");
    const struct chat *chat = engine_get_chat(stage->engine, 1);
    assert_int_equal(chat->path_len, 2);
    assert_int_equal(chat->message_count, 3);
    app_stage_free(stage);
}

static void app_card__edit__sends_another_prompt_instead(void **state)
{
    (void)state;
    struct app_stage *stage = open_failed();
    app_stage_press(stage, "Esc");
    app_stage_press(stage, "e");
    assert_stage_shows(stage, "> my prompt");
    app_stage_send(stage, ", changed");
    app_stage_wait_idle(stage);
    assert_stage_shows(stage, "› my prompt, changed");
    assert_int_equal(engine_get_chat(stage->engine, 1)->path_len, 2);
    app_stage_free(stage);
}

static void app_card__other_model__answers_after_a_retry(void **state)
{
    (void)state;
    struct app_stage *stage = open_failed();
    app_stage_press(stage, "Esc");
    app_stage_press(stage, "m");
    assert_stage_shows(stage, "another model for this pane");
    app_stage_send(stage, ECHO);
    assert_stage_shows(stage, "1 echo");
    app_stage_press(stage, "r");
    app_stage_wait_text(stage, "✓ done");
    char *answer = app_stage_answer(stage, 1);
    assert_string_equal(answer, "my prompt");
    mem_free(answer);
    app_stage_free(stage);
}

static void app_card__queue_behind_a_failure__waits(void **state)
{
    (void)state;
    struct app_stage *stage = app_stage_open((const char *const[]){"demo/nosuch", NULL});
    app_stage_send(stage, "one");
    app_stage_send(stage, "two");
    app_stage_wait_idle(stage);
    assert_stage_shows(stage, "1 queued");
    char *prompt = app_stage_prompt(stage, 1);
    assert_string_equal(prompt, "one");
    mem_free(prompt);
    app_stage_free(stage);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(app_card__broken_streams__keep_their_text),
        cmocka_unit_test(app_card__refusals__have_the_providers_words),
        cmocka_unit_test(app_card__server_trouble__is_named),
        cmocka_unit_test(app_card__after_retries__counts_them),
        cmocka_unit_test(app_retrying__then_an_answer__has_no_card),
        cmocka_unit_test(app_retrying__stopped__ends_at_once),
        cmocka_unit_test(app_clock__idle__names_itself),
        cmocka_unit_test(app_clock__first_token__names_itself),
        cmocka_unit_test(app_clock__total__names_itself),
        cmocka_unit_test(app_clock__connect__names_itself),
        cmocka_unit_test(app_card__refused_connection__is_not_tried_again),
        cmocka_unit_test(app_card__escapes_in_an_error__are_marks),
        cmocka_unit_test(app_card__keys__follow_mode_and_focus),
        cmocka_unit_test(app_card__retry__answers_the_same_prompt),
        cmocka_unit_test(app_card__edit__sends_another_prompt_instead),
        cmocka_unit_test(app_card__other_model__answers_after_a_retry),
        cmocka_unit_test(app_card__queue_behind_a_failure__waits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
