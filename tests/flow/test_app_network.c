/*
 * What the app shows of the network: the view of the connections, and the lists of models
 * that services send into the picker.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "src/base/mem.h"
#include "src/base/strbuf.h"
#include "tests/support/app_stage.h"
#include "tests/support/raw_server.h"

#define ECHO "demo/echo?rate=0&ttft=0"

/* --- Connections -------------------------------------------------------------------- */

static void app_connections__before_a_prompt__are_none(void **state)
{
    (void)state;
    struct app_stage *stage = app_stage_open((const char *const[]){ECHO, NULL});
    app_stage_press(stage, "Alt-k");
    assert_stage_shows(stage, " connections ");
    assert_stage_shows(stage, "nothing was sent yet");
    assert_stage_shows(stage, "not known yet");
    app_stage_press(stage, "Esc");
    assert_stage_hides(stage, " connections ");
    app_stage_free(stage);
}

static void app_connections__after_two_prompts__tell_new_from_reused(void **state)
{
    (void)state;
    struct app_stage *stage = app_stage_open((const char *const[]){ECHO, NULL});
    app_stage_send(stage, "hello");
    app_stage_wait_idle(stage);
    app_stage_press(stage, "Esc");
    app_stage_press(stage, "D");
    assert_stage_shows(stage, "0 open, 1 ended");
    assert_stage_shows(stage, "1 new, 0 reused");
    assert_stage_shows(stage, "new HTTP/1.1 \xc2\xb7 first byte ");
    assert_stage_shows(stage, " \xc2\xb7 connect ");
    app_stage_press(stage, "q");
    app_stage_press(stage, "i");
    app_stage_send(stage, "again");
    app_stage_wait_idle(stage);
    app_stage_press(stage, "Alt-k");
    assert_stage_shows(stage, "0 open, 2 ended");
    assert_stage_shows(stage, "1 new, 1 reused");
    assert_stage_shows(stage, "reused HTTP/1.1 \xc2\xb7 first byte ");
    app_stage_free(stage);
}

static bool is_held(struct app_stage *stage, void *user)
{
    (void)user;
    return raw_server_count_held(stage->raw) > 0;
}

static void app_connections__while_open__follow_what_happens(void **state)
{
    (void)state;
    struct app_stage *stage = app_stage_new(&(struct app_stage_options){
        .models = (const char *const[]){"raw/held", NULL}, .has_raw = true});
    static const struct raw_step steps[] = {
        {.action = RAW_SEND,
         .bytes =
             "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
             "Connection: close\r\n\r\n"
             "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"x\"}}]}\n\n"},
        {.action = RAW_HOLD},
        {.action = RAW_SEND,
         .bytes = "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":"
                  "\"stop\"}]}\n\ndata: [DONE]\n\n"},
        {.action = RAW_CLOSE}};
    raw_server_answer(stage->raw, steps, sizeof(steps) / sizeof(steps[0]));
    app_stage_send(stage, "hello");
    app_stage_wait_answer(stage, 1, 1);
    app_stage_press(stage, "Alt-k");
    assert_stage_shows(stage, "1 open, 0 ended");
    /* Keys and text do not get through to the composer. */
    app_stage_type(stage, "zzz");
    app_stage_paste(stage, "zzz");
    assert_stage_hides(stage, "zzz");
    app_stage_wait(stage, is_held, NULL);
    raw_server_release(stage->raw);
    app_stage_wait_text(stage, "0 open, 1 ended");
    app_stage_free(stage);
}

static void app_connections__closed__leave_no_timer(void **state)
{
    (void)state;
    struct app_stage *stage = app_stage_open((const char *const[]){ECHO, NULL});
    const unsigned quiet = app_stage_run_due(stage);
    app_stage_press(stage, "Alt-k");
    assert_true(app_stage_run_due(stage) > quiet);
    app_stage_press(stage, "Esc");
    assert_int_equal(app_stage_run_due(stage), quiet);
    app_stage_free(stage);
}

/* --- The picker's lists ------------------------------------------------------------- */

/* Makes all endpoints of the stage worth listing. */
static void offer_all(struct app_stage *stage)
{
    for (size_t i = 0; i < stage->catalog.endpoint_count; i++)
        stage->catalog.endpoints[i]->is_offered = true;
}

/* Queues a list with these two models. */
static void answer_models(struct app_stage *stage, const char *one, const char *two)
{
    char *body = strbuf_format("{\"data\":[{\"id\":\"%s\"},{\"id\":\"%s\"}]}", one, two);
    char *answer = strbuf_format("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                                 "Content-Length: %zu\r\n\r\n%s",
                                 strlen(body), body);
    raw_server_answer_text(stage->raw, answer);
    mem_free(answer);
    mem_free(body);
}

static void app_picker__lists__what_the_demo_has(void **state)
{
    (void)state;
    struct app_stage *stage = app_stage_open((const char *const[]){ECHO, NULL});
    /* Only what the service says can be there now. */
    stage->catalog.default_endpoint = NULL;
    for (size_t i = 0; i < stage->catalog.model_count; i++)
        mem_free(stage->catalog.models[i]);
    stage->catalog.model_count = 0;
    offer_all(stage);
    app_stage_press(stage, "Ctrl-L");
    assert_stage_hides(stage, "demo/sage");
    app_stage_wait_text(stage, "demo/sage");
    app_stage_type(stage, "POLY");
    assert_stage_shows(stage, "demo/polyglot");
    assert_stage_hides(stage, "demo/sage");
    app_stage_press(stage, "Enter");
    assert_stage_shows(stage, "1 polyglot");
    app_stage_free(stage);
}

static void app_picker__a_dead_endpoint__does_not_block(void **state)
{
    (void)state;
    struct app_stage *stage = app_stage_new(
        &(struct app_stage_options){.models = (const char *const[]){ECHO, NULL},
                                    .other_url = "http://127.0.0.1:1",
                                    .has_raw = true});
    offer_all(stage);
    answer_models(stage, "alpha", "beta");
    app_stage_press(stage, "Ctrl-L");
    /* At once, before anybody has answered. */
    assert_stage_shows(stage, "demo/sage");
    app_stage_type(stage, "raw/");
    app_stage_wait_text(stage, "raw/beta");
    app_stage_press(stage, "Ctrl-U");
    app_stage_type(stage, "raw/be");
    app_stage_press(stage, "Enter");
    assert_stage_hides(stage, "another model for this pane");
    app_stage_free(stage);
}

static void app_picker__ctrl_r__asks_again(void **state)
{
    (void)state;
    struct app_stage *stage = app_stage_new(&(struct app_stage_options){
        .models = (const char *const[]){ECHO, NULL}, .has_raw = true});
    stage->catalog.endpoints[1]->is_offered = true;
    answer_models(stage, "alpha", "beta");
    answer_models(stage, "alpha", "gamma");
    app_stage_press(stage, "Ctrl-L");
    app_stage_type(stage, "raw");
    app_stage_wait_text(stage, "raw/beta");
    app_stage_press(stage, "Esc");
    /* What is known is shown without another question. */
    app_stage_press(stage, "Ctrl-L");
    app_stage_type(stage, "raw");
    assert_stage_shows(stage, "raw/beta");
    assert_int_equal(raw_server_count_requests(stage->raw), 1);
    app_stage_press(stage, "Ctrl-R");
    app_stage_wait_text(stage, "raw/gamma");
    assert_stage_hides(stage, "raw/beta");
    assert_int_equal(raw_server_count_requests(stage->raw), 2);
    app_stage_free(stage);
}

static void app_picker__letters_in_order__find_the_best_fit(void **state)
{
    (void)state;
    struct app_stage *stage = app_stage_new(&(struct app_stage_options){
        .models = (const char *const[]){ECHO, NULL}, .has_raw = true});
    stage->catalog.endpoints[1]->is_offered = true;
    answer_models(stage, "gemma-3-24b-m", "gpt-4o-mini");
    app_stage_press(stage, "Ctrl-L");
    app_stage_wait_text(stage, "raw/gpt-4o-mini");
    app_stage_type(stage, "g4m");
    assert_stage_shows(stage, "raw/gpt-4o-mini");
    assert_stage_shows(stage, "raw/gemma-3-24b-m");
    assert_stage_hides(stage, "demo/sage");
    app_stage_press(stage, "Enter");
    assert_stage_shows(stage, "1 gpt-4o-mini");
    app_stage_free(stage);
}

static void app_picker__a_list_that_comes__leaves_the_choice(void **state)
{
    (void)state;
    struct app_stage *stage = app_stage_new(&(struct app_stage_options){
        .models = (const char *const[]){ECHO, NULL}, .has_raw = true});
    stage->catalog.endpoints[1]->is_offered = true;
    answer_models(stage, "alpha", "beta");
    app_stage_press(stage, "Ctrl-L");
    app_stage_press(stage, "Down");
    app_stage_press(stage, "Down");
    app_stage_wait_text(stage, "raw/beta");
    app_stage_press(stage, "Enter");
    assert_stage_shows(stage, "1 polyglot");
    app_stage_free(stage);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(app_connections__before_a_prompt__are_none),
        cmocka_unit_test(app_connections__after_two_prompts__tell_new_from_reused),
        cmocka_unit_test(app_connections__while_open__follow_what_happens),
        cmocka_unit_test(app_connections__closed__leave_no_timer),
        cmocka_unit_test(app_picker__lists__what_the_demo_has),
        cmocka_unit_test(app_picker__a_dead_endpoint__does_not_block),
        cmocka_unit_test(app_picker__ctrl_r__asks_again),
        cmocka_unit_test(app_picker__letters_in_order__find_the_best_fit),
        cmocka_unit_test(app_picker__a_list_that_comes__leaves_the_choice),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
