/*
 * Everything strangers say goes through one choke point: answers, reasoning, errors,
 * model names, tool calls and their results. What hides or harms is on the screen as a
 * mark and never as itself; the pane's title counts it.
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
#include "tests/support/call_stage.h"
#include "tests/support/canvas_text.h"
#include "tests/support/raw_server.h"

#define SSE_HEAD                                                                         \
    "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"

/* In JSON: a clipboard write, a CSI of eight bits, DEL, a lone CR, an override, a
 * zero-width space, a tag, a device control string: ten characters that hide. */
#define HOSTILE                                                                          \
    "A\\u001b]52;c;aGk=\\u0007 \\u009b2J \\u007f \\rB \\u202e \\u200b \\udb40\\udc41 "   \
    "\\u001bP\\u2066 Z"
#define HOSTILE_COUNT 10

static struct app_stage *open_raw(const char *model, const char *answer)
{
    struct app_stage *stage = app_stage_new(&(struct app_stage_options){
        .models = (const char *const[]){model, NULL}, .has_raw = true});
    raw_server_answer_text(stage->raw, answer);
    app_stage_send(stage, "go");
    app_stage_wait_idle(stage);
    return stage;
}

/* Marks instead of what hides; assert_canvas_is_whole fails on the thing itself. */
static void assert_harmless(const struct app_stage *stage)
{
    assert_canvas_is_whole(stage->shown);
    assert_stage_shows(stage, "A\u241b]52;c;aGk=\u2407 ");
    assert_stage_shows(stage, "\u2039U+202E\u203a");
}

static void app_hostile__answer__is_marks_and_counted(void **state)
{
    (void)state;
    struct app_stage *stage =
        open_raw("raw/any", SSE_HEAD
                 "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"" HOSTILE
                 "\"},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n");
    assert_harmless(stage);
    char *count = strbuf_format(" %d hidden characters ", HOSTILE_COUNT);
    assert_stage_shows(stage, count);
    mem_free(count);
    app_stage_press(stage, "Alt-s");
    assert_harmless(stage);
    app_stage_free(stage);
}

static void app_hostile__error__is_marks(void **state)
{
    (void)state;
    static const char body[] =
        "{\"error\":{\"message\":\"" HOSTILE "\",\"type\":\"" HOSTILE "\"}}";
    char *answer =
        strbuf_format("HTTP/1.1 400 Bad Request\r\nContent-Type: application/json\r\n"
                      "x-request-id: req\x9b\r\nContent-Length: %zu\r\n\r\n%s",
                      strlen(body), body);
    struct app_stage *stage = open_raw("raw/any", answer);
    assert_stage_shows(stage, "\u2717 failed");
    assert_canvas_is_whole(stage->shown);
    assert_stage_shows(stage,
                       "request refused: A\u241b]52;c;aGk=\u2407 \u2039U+009B\u203a2J");
    assert_stage_shows(stage, "\u2039U+202E\u203a");
    mem_free(answer);
    app_stage_free(stage);
}

static void app_hostile__model_name__is_marks(void **state)
{
    (void)state;
    struct app_stage *stage =
        app_stage_open((const char *const[]){"demo/a\x1b[2J\xe2\x80\xae\xc2\x9b", NULL});
    assert_canvas_is_whole(stage->shown);
    assert_stage_shows(stage, "a\u241b[2J\u2039U+202E\u203a");
    app_stage_free(stage);
}

static void app_hostile__call__is_spelled_out_in_the_dialog(void **state)
{
    (void)state;
    struct call_stage stage = call_stage_open_raw("{\"city\":\"" HOSTILE "\"}", NULL);
    call_stage_ask(&stage, 1);
    assert_canvas_is_whole(stage.app->shown);
    assert_stage_shows(stage.app, "hidden characters, spelled out below");
    assert_stage_shows(stage.app, "\u2039U+001B\u203a]52");
    assert_stage_shows(stage.app, "\u2039U+202E\u203a");
    call_stage_free(&stage);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(app_hostile__answer__is_marks_and_counted),
        cmocka_unit_test(app_hostile__error__is_marks),
        cmocka_unit_test(app_hostile__model_name__is_marks),
        cmocka_unit_test(app_hostile__call__is_spelled_out_in_the_dialog),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
