/* Two stages in one: the app, and the folder of its tools. */
#include "tests/support/call_stage.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "src/base/json.h"
#include "src/base/mem.h"
#include "tests/support/raw_server.h"

#define SSE_HEAD                                                                         \
    "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"

static struct call_stage open_models(const char *const *models, bool has_raw, int width,
                                     int height)
{
    struct call_stage stage = {NULL, tool_folder_new()};
    stage.app = app_stage_new(&(struct app_stage_options){
        .models = models,
        .has_raw = has_raw,
        .tool_path = tool_folder_path(stage.tools),
        .rule_path = tool_folder_rule_path(stage.tools),
        .width = width > 0 ? width : 100,
        .height = height > 0 ? height : 40,
    });
    return stage;
}

struct call_stage call_stage_open(size_t count, int width, int height)
{
    const char *models[5] = {NULL};
    assert_true(count <= 4);
    for (size_t i = 0; i < count; i++)
        models[i] = CALL_MODEL;
    return open_models(models, false, width, height);
}

static void append_call(struct strbuf *out, int index, const char *name,
                        const char *arguments)
{
    strbuf_append_format(out,
                         "%s{\"index\":%d,\"id\":\"call_%d\",\"type\":\"function\","
                         "\"function\":{\"name\":\"%s\",\"arguments\":",
                         index > 0 ? "," : "", index, index + 1, name);
    json_append_string(out, arguments, strlen(arguments));
    strbuf_append_text(out, "}}");
}

/* One pane of a server that answers with these calls, then in words. */
static struct call_stage open_raw(const char *name, const char *first, const char *second,
                                  int width, int height)
{
    struct call_stage stage =
        open_models((const char *const[]){"raw/caller", NULL}, true, width, height);
    struct strbuf answer;
    strbuf_init(&answer, STRBUF_OWN_MAX);
    strbuf_append_text(&answer, SSE_HEAD "data: {\"choices\":[{\"index\":0,\"delta\":"
                                         "{\"tool_calls\":[");
    append_call(&answer, 0, name, first);
    if (second != NULL)
        append_call(&answer, 1, name, second);
    strbuf_append_text(&answer, "]},\"finish_reason\":\"tool_calls\"}]}\n\n"
                                "data: [DONE]\n\n");
    raw_server_answer_text(stage.app->raw, strbuf_text(&answer));
    strbuf_clear(&answer);
    raw_server_answer_text(stage.app->raw,
                           SSE_HEAD "data: {\"choices\":[{\"index\":0,\"delta\":"
                                    "{\"content\":\"all told\"},"
                                    "\"finish_reason\":\"stop\"}]}\n\n"
                                    "data: [DONE]\n\n");
    return stage;
}

struct call_stage call_stage_open_raw(const char *first, const char *second)
{
    return open_raw("get_weather", first, second, 0, 0);
}

struct call_stage call_stage_open_sized(const char *first, const char *second, int width,
                                        int height)
{
    return open_raw("get_weather", first, second, width, height);
}

struct call_stage call_stage_open_long(void)
{
    return open_raw("wait_long", "{}", NULL, 0, 0);
}

static bool are_tools_ready(struct app_stage *app, void *user)
{
    (void)user;
    return engine_are_tools_ready(app->engine);
}

struct call_stage call_stage_open_question(void)
{
    struct call_stage stage = open_raw("fake__elicit", "{}", NULL, 0, 0);
    const char *folder = getenv("MOTET_BUILDDIR");
    char *fake =
        strbuf_format("%s/tests/support/mcp_fake", folder != NULL ? folder : ".");
    const char *const argv[] = {fake, NULL};
    const struct server_setup server = {.name = "fake", .argv = argv};
    assert_true(engine_add_server(stage.app->engine, &server, NULL));
    engine_start_server(stage.app->engine, "fake");
    app_stage_wait(stage.app, are_tools_ready, NULL);
    mem_free(fake);
    return stage;
}

void call_stage_close(struct call_stage *stage)
{
    app_stage_free(stage->app);
    stage->app = NULL;
}

void call_stage_free(struct call_stage *stage)
{
    call_stage_close(stage);
    tool_folder_free(stage->tools);
}

size_t call_stage_count_asking(const struct call_stage *stage)
{
    const struct call_facts *calls;
    const size_t count = engine_get_calls(stage->app->engine, &calls);
    size_t asking = 0;
    for (size_t i = 0; i < count; i++)
        asking += calls[i].state == CALL_ASKING && calls[i].decision == CALL_UNDECIDED;
    return asking;
}

void call_stage_ask(struct call_stage *stage, size_t count)
{
    char *text = strbuf_format("%zu to approve", count);
    app_stage_send(stage->app, "the weather in Oslo, and a book");
    app_stage_wait_text(stage->app, text);
    mem_free(text);
}

void call_stage_wait_keys(struct call_stage *stage)
{
    app_stage_wait_text(stage->app, "\xe2\x80\xba y once");
}

void call_stage_go(struct call_stage *stage)
{
    app_stage_press(stage->app, "Alt-a");
    call_stage_wait_keys(stage);
}

struct wanted_press {
    const char *key;
    const char *text;
};

static bool press_shows(struct app_stage *app, void *user)
{
    const struct wanted_press *wanted = user;
    if (!app_stage_has(app, wanted->text))
        app_stage_press(app, wanted->key);
    return app_stage_has(app, wanted->text);
}

void call_stage_press_until(struct call_stage *stage, const char *key, const char *text)
{
    struct wanted_press wanted = {key, text};
    app_stage_wait(stage->app, press_shows, &wanted);
}

struct wanted_runs {
    struct tool_folder *tools;
    size_t count;
};

static bool has_runs(struct app_stage *app, void *user)
{
    const struct wanted_runs *wanted = user;
    (void)app;
    return tool_folder_count_runs(wanted->tools) >= wanted->count;
}

void call_stage_wait_runs(struct call_stage *stage, size_t count)
{
    struct wanted_runs wanted = {stage->tools, count};
    app_stage_wait(stage->app, has_runs, &wanted);
}

void assert_runs(struct call_stage *stage, size_t count, const char *const *texts)
{
    const char *runs = tool_folder_get_runs(stage->tools);
    for (size_t i = 0; texts != NULL && texts[i] != NULL; i++) {
        if (strstr(runs, texts[i]) == NULL)
            fail_msg("no \"%s\" among what ran:\n%s", texts[i], runs);
    }
    const size_t got = tool_folder_count_runs(stage->tools);
    if (got != count)
        fail_msg("%zu runs, not %zu:\n%s", got, count,
                 tool_folder_get_runs(stage->tools));
}
