/* The page of an answer's wire and the race strip, in the whole app. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/compiler.h"
#include "src/base/mem.h"
#include "src/base/strbuf.h"
#include "tests/support/app_stage.h"
#include "tests/support/raw_server.h"

#define FAST "demo/echo?rate=0&ttft=0"

static struct app_stage *open_answered(void)
{
    struct app_stage *stage = app_stage_open((const char *[]){FAST, FAST, NULL});
    app_stage_send(stage, "one two");
    app_stage_wait_idle(stage);
    app_stage_press(stage, "Esc");
    return stage;
}

/* A stage whose answers come from a raw server. */
static struct app_stage *open_raw(void)
{
    static const char *const models[] = {"raw/m", NULL};
    return app_stage_new(
        &(struct app_stage_options){.models = models, .has_raw = true, .height = 60});
}

static void app_wire__shows__request_connection_and_stream(void **state)
{
    (void)state;
    static const char *const seen[] = {
        "wire \xc2\xb7 1 echo",     "request",       "POST http://127.0.0.1:",
        "\"content\": \"one two\"", "Content-Type:", "body: "};
    struct app_stage *stage = open_answered();
    app_stage_type(stage, "I");
    for (size_t i = 0; i < COUNT_OF(seen); i++)
        assert_stage_shows(stage, seen[i]);
    app_stage_type(stage, "}}");
    assert_stage_shows(stage, "connection");
    assert_stage_shows(stage, "HTTP/1.1");
    app_stage_type(stage, "}");
    assert_stage_shows(stage, "response");
    assert_stage_shows(stage, "200 after ");
    app_stage_type(stage, "G");
    assert_stage_shows(stage, "[DONE]");
    assert_stage_shows(stage, "ended by the server after ");
    app_stage_type(stage, "g");
    assert_stage_shows(stage, "try 1 \xc2\xb7 demo echo");
    app_stage_press(stage, "Esc");
    assert_stage_hides(stage, "try 1");
    app_stage_free(stage);
}

static void app_wire__toggles__the_bytes_as_they_came(void **state)
{
    (void)state;
    struct app_stage *stage = open_answered();
    app_stage_type(stage, "Ir");
    assert_stage_shows(stage, "\"messages\":[{\"role\":\"user\"");
    app_stage_type(stage, "G");
    assert_stage_shows(stage, "data: [DONE]");
    app_stage_type(stage, "rg");
    assert_stage_shows(stage, "\"content\": \"one two\"");
    app_stage_free(stage);
}

static void app_wire__goes__to_other_panes_and_answers(void **state)
{
    (void)state;
    struct app_stage *stage = open_answered();
    app_stage_press(stage, "i");
    app_stage_send(stage, "three");
    app_stage_wait_idle(stage);
    app_stage_press(stage, "Esc");
    app_stage_type(stage, "I");
    assert_stage_shows(stage, "\"three\"");
    app_stage_type(stage, "[");
    assert_stage_hides(stage, "\"three\"");
    app_stage_type(stage, "[");
    assert_stage_shows(stage, "this is the first answer of the pane");
    app_stage_type(stage, "]");
    assert_stage_shows(stage, "\"three\"");
    app_stage_press(stage, "Tab");
    assert_stage_shows(stage, "wire \xc2\xb7 2 echo");
    app_stage_free(stage);
}

static void app_wire__copies__a_command_and_the_stream(void **state)
{
    (void)state;
    struct app_stage *stage = open_answered();
    app_stage_type(stage, "Iy");
    assert_non_null(stage->copied);
    assert_int_equal(strncmp(stage->copied, "curl -sS -N 'http://127.0.0.1:", 30), 0);
    assert_non_null(strstr(stage->copied, "one two"));
    assert_stage_shows(stage, "copied the request as a curl command");
    app_stage_type(stage, "Y");
    assert_int_equal(strncmp(stage->copied, "data: {", 7), 0);
    assert_non_null(strstr(stage->copied, "\n\ndata: [DONE]\n\n"));
    app_stage_free(stage);
}

static void app_wire__saves__the_stream(void **state)
{
    (void)state;
    struct app_stage *stage = open_answered();
    app_stage_type(stage, "Is");
    assert_stage_shows(stage, "stream.txt");
    assert_stage_hides(stage, "try 1");
    app_stage_free(stage);
}

static bool is_held(struct app_stage *stage, void *user)
{
    (void)user;
    return raw_server_count_held(stage->raw) == 1;
}

static void app_wire__shows__an_answer_while_it_comes(void **state)
{
    (void)state;
    struct app_stage *stage = open_raw();
    const struct raw_step steps[] = {
        {.action = RAW_SEND,
         .bytes = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
                  "X-Odd: \xe2\x80\xae\x1b[31mred\r\n\r\n"
                  "data: {\"choices\":[{\"delta\":{\"content\":\"half\"}}]}\n\n"},
        {.action = RAW_HOLD},
        {.action = RAW_SEND, .bytes = "data: [DONE]\n\n"},
        {.action = RAW_CLOSE}};
    raw_server_answer(stage->raw, steps, COUNT_OF(steps));
    app_stage_send(stage, "go");
    app_stage_wait_answer(stage, 1, 4);
    app_stage_press(stage, "Esc");
    app_stage_type(stage, "I");
    app_stage_type(stage, "G");
    app_stage_wait_text(stage, "under way since ");
    assert_stage_shows(stage, "\"half\"");
    /* What a hostile server sends is spelled out. */
    assert_stage_shows(stage, "X-Odd: \xe2\x80\xb9U+202E\xe2\x80\xba\xe2\x80\xb9U+001B");
    assert_stage_hides(stage, "[DONE]");
    app_stage_wait(stage, is_held, NULL);
    raw_server_release(stage->raw);
    app_stage_wait_idle(stage);
    app_stage_wait_text(stage, "[DONE]");
    assert_stage_hides(stage, "under way since ");
    app_stage_free(stage);
}

static void app_wire__shows__each_try(void **state)
{
    (void)state;
    struct app_stage *stage = open_raw();
    raw_server_answer_text(stage->raw, "HTTP/1.1 503 Busy\r\nRetry-After: 0\r\n"
                                       "Content-Length: 4\r\n\r\nbusy");
    raw_server_answer_text(
        stage->raw, "HTTP/1.1 401 No\r\nContent-Type: application/json\r\n"
                    "Content-Length: 30\r\n\r\n{\"error\":{\"message\":\"no key\"}}\n");
    app_stage_send(stage, "go");
    app_stage_wait_idle(stage);
    app_stage_press(stage, "Esc");
    app_stage_type(stage, "I");
    assert_stage_shows(stage, "try 1 \xc2\xb7");
    assert_stage_shows(stage, "503 after ");
    assert_stage_shows(stage, "busy");
    app_stage_type(stage, "G");
    assert_stage_shows(stage, "try 2 \xc2\xb7");
    assert_stage_shows(stage, "401 after ");
    assert_stage_shows(stage, "\"no key\"");
    app_stage_free(stage);
}

static void app_wire__says_so__where_there_is_nothing(void **state)
{
    (void)state;
    struct app_stage *stage = app_stage_open((const char *[]){FAST, NULL});
    app_stage_press(stage, "Esc");
    app_stage_type(stage, "I");
    assert_stage_shows(stage, "there is no answer in this pane yet");
    app_stage_free(stage);
}

static void app_race__shows_and_hides__the_strip(void **state)
{
    (void)state;
    struct app_stage *stage = open_answered();
    app_stage_type(stage, "H");
    assert_stage_shows(stage, "TTFT   total     t/s");
    assert_stage_shows(stage, "1 echo?rate=0&ttft");
    assert_stage_shows(stage, "\xe2\x9c\x93  0.");
    app_stage_type(stage, "H");
    assert_stage_hides(stage, "TTFT   total     t/s");
    app_stage_free(stage);
}

static void app_race__opens_a_page__for_many_panes(void **state)
{
    (void)state;
    const char *models[17] = {NULL};
    for (size_t i = 0; i < 16; i++)
        models[i] = FAST;
    struct app_stage *stage = app_stage_open(models);
    app_stage_send(stage, "hello");
    app_stage_wait_idle(stage);
    app_stage_press(stage, "Esc");
    app_stage_type(stage, "H");
    assert_stage_shows(stage, " more");
    app_stage_type(stage, "H");
    assert_stage_shows(stage, "the last turn of each pane");
    assert_stage_shows(stage, "16 echo");
    app_stage_type(stage, "H");
    assert_stage_hides(stage, "the last turn of each pane");
    assert_stage_hides(stage, "TTFT   total     t/s");
    app_stage_free(stage);
}

static void app_race__idle__has_no_timer(void **state)
{
    (void)state;
    struct app_stage *stage = open_answered();
    app_stage_type(stage, "H");
    app_stage_run_due(stage);
    const unsigned with_strip = app_stage_run_due(stage);
    app_stage_type(stage, "H");
    app_stage_run_due(stage);
    assert_int_equal(app_stage_run_due(stage), with_strip);
    app_stage_free(stage);
}

int main(void)
{
    signal(SIGPIPE, SIG_IGN);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(app_wire__shows__request_connection_and_stream),
        cmocka_unit_test(app_wire__toggles__the_bytes_as_they_came),
        cmocka_unit_test(app_wire__goes__to_other_panes_and_answers),
        cmocka_unit_test(app_wire__copies__a_command_and_the_stream),
        cmocka_unit_test(app_wire__saves__the_stream),
        cmocka_unit_test(app_wire__shows__an_answer_while_it_comes),
        cmocka_unit_test(app_wire__shows__each_try),
        cmocka_unit_test(app_wire__says_so__where_there_is_nothing),
        cmocka_unit_test(app_race__shows_and_hides__the_strip),
        cmocka_unit_test(app_race__opens_a_page__for_many_panes),
        cmocka_unit_test(app_race__idle__has_no_timer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
