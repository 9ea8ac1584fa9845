/*
 * The pages of the guide, read as far as a program can: the JSON of an example has the
 * members that the program writes, tables agree with the program's, options and demo
 * models that are named do exist.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "src/base/compiler.h"
#include "src/base/mem.h"
#include "src/base/path.h"
#include "src/cli/json_event.h"
#include "src/cli/options.h"
#include "src/demo/demo_model.h"
#include "src/net/retry.h"

#define PAGE_MAX ((size_t)1 << 20)

/* Reads a page of the source tree. Caller frees. */
static char *read_page(const char *name)
{
    const char *top = getenv("MOTET_SRCDIR");
    struct strbuf text;
    strbuf_init(&text, PAGE_MAX);
    char *path = strbuf_format("%s/%s", top != NULL ? top : ".", name);
    struct error err = {ERROR_NONE, NULL};
    if (!path_read_file(path, &text, &err))
        fail_msg("%s", error_text(&err));
    mem_free(path);
    return strbuf_take(&text);
}

/* Takes the next line off the text, without its end; NULL when there is none. */
static char *next_line(char **text)
{
    char *line = *text;
    if (*line == '\0')
        return NULL;
    char *end = line + strcspn(line, "\n");
    *text = *end != '\0' ? end + 1 : end;
    *end = '\0';
    return line;
}

/* --- JSON ----------------------------------------------------------------------------
 */

/* An answer with every fact known, so that every member is written. */
static struct message *full_answer(void)
{
    struct message *answer = message_new(1, MESSAGE_ASSISTANT);
    message_append(answer, PART_TEXT, "text", 4);
    struct part *call = message_add_part(answer, PART_TOOL_CALL);
    strbuf_append_text(&call->text, "{}");
    call->call_id = mem_strdup("call_1");
    call->name = mem_strdup("get_weather");
    error_set(&answer->facts.error, ERROR_RATE_LIMIT, "too many");
    answer->facts.status = 429;
    answer->facts.retry_after_ms = 1000;
    return answer;
}

static void write_state(struct strbuf *out, const char *name)
{
    struct turn_status status = {.attempt = 1, .retry_reason = ERROR_RATE_LIMIT};
    for (int i = 0; i < TURN_STATE_COUNT; i++) {
        if (strcmp(turn_state_name((enum turn_state)i), name) == 0)
            status.state = (enum turn_state)i;
    }
    json_event_state(out, 0, &status, 0);
}

/* Writes what is said of a call after it was asked for; false for another event. */
static bool write_call(struct strbuf *out, const char *event)
{
    const struct call_facts call = {.call_id = "call_1",
                                    .tool = "get_weather",
                                    .decision = CALL_ONCE,
                                    .result = "",
                                    .started_ms = -1};
    if (strcmp(event, "tool_decision") == 0)
        json_event_tool_decision(out, 0, &call);
    else if (strcmp(event, "tool_progress") == 0)
        json_event_tool_progress(out, 0, &call);
    else if (strcmp(event, "tool_result") == 0)
        json_event_tool_result(out, 0, &call);
    return out->len > 0;
}

/* Writes a line of the same kind as the example. */
static void write_alike(struct strbuf *out, const char *event, const cJSON *example)
{
    struct message *answer = full_answer();
    if (write_call(out, event))
        assert_true(out->len > 0);
    else if (strcmp(event, "start") == 0)
        json_event_start(out, 0, "model", "provider", NULL);
    else if (strcmp(event, "state") == 0)
        write_state(out, cJSON_GetStringValue(
                             cJSON_GetObjectItemCaseSensitive(example, "state")));
    else if (strcmp(event, "tool_call") == 0)
        json_event_tool_call(out, 0, &answer->parts[1]);
    else if (strcmp(event, "error") == 0)
        json_event_error(out, 0, answer);
    else if (strcmp(event, "done") == 0)
        json_event_done(out, 0, answer);
    else if (strcmp(event, "end") == 0)
        json_event_end(out, 1, 0, 10);
    else if (strcmp(event, "notice") == 0)
        json_event_notice(out, 0, "text", 4);
    else
        json_event_text(out, 0, event, "text", 4);
    message_free(answer);
}

/* The names of an object's members and of those of objects in it, in order. */
static void list_members(struct strbuf *out, const cJSON *object)
{
    const cJSON *item;
    cJSON_ArrayForEach(item, object)
    {
        strbuf_append_format(out, "%s ", item->string);
        if (cJSON_IsObject(item))
            list_members(out, item);
    }
}

static void assert_same_members(const cJSON *example, const char *event)
{
    struct strbuf line;
    struct strbuf expected;
    struct strbuf shown;
    strbuf_init(&line, PAGE_MAX);
    strbuf_init(&expected, PAGE_MAX);
    strbuf_init(&shown, PAGE_MAX);
    write_alike(&line, event, example);
    cJSON *written = cJSON_Parse(strbuf_text(&line));
    assert_non_null(written);
    list_members(&expected, written);
    list_members(&shown, example);
    assert_string_equal(strbuf_text(&shown), strbuf_text(&expected));
    cJSON_Delete(written);
    strbuf_clear(&line);
    strbuf_clear(&expected);
    strbuf_clear(&shown);
}

/* Calls `take` for each line of the page's blocks of JSON. */
static void each_json_line(void (*take)(const cJSON *line, void *user), void *user)
{
    char *page = read_page("docs/guide/json.md");
    char *rest = page;
    bool is_in_block = false;
    size_t count = 0;
    for (char *line; (line = next_line(&rest)) != NULL;) {
        if (strncmp(line, "```", 3) == 0) {
            is_in_block = strcmp(line, "```json") == 0;
            continue;
        }
        if (!is_in_block)
            continue;
        cJSON *json = cJSON_Parse(line);
        if (json == NULL)
            fail_msg("not JSON: %s", line);
        take(json, user);
        cJSON_Delete(json);
        count++;
    }
    assert_true(count > 0);
    mem_free(page);
}

static void check_members(const cJSON *line, void *user)
{
    (void)user;
    const char *event =
        cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(line, "event"));
    assert_non_null(event);
    assert_same_members(line, event);
}

static void guide_json__shows__the_members_that_are_written(void **state)
{
    (void)state;
    each_json_line(check_members, NULL);
}

static void collect_event(const cJSON *line, void *user)
{
    strbuf_append_format(
        user, " %s ",
        cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(line, "event")));
}

static void guide_json__shows__every_event(void **state)
{
    (void)state;
    static const char *const events[] = {
        " start ",     " state ", " text ", " reasoning ", " refusal ",
        " tool_call ", " error ", " done ", " end ",       " notice "};
    struct strbuf seen;
    strbuf_init(&seen, PAGE_MAX);
    each_json_line(collect_event, &seen);
    for (size_t i = 0; i < COUNT_OF(events); i++)
        assert_non_null(strstr(strbuf_text(&seen), events[i]));
    strbuf_clear(&seen);
}

static void check_explained(const cJSON *line, void *user)
{
    const char *page = user;
    const cJSON *item;
    cJSON_ArrayForEach(item, line)
    {
        char *marked = strbuf_format("`%s`", item->string);
        const bool is_said_once = strcmp(item->string, "event") == 0;
        if (!is_said_once && strstr(page, marked) == NULL)
            fail_msg("docs/guide/json.md does not explain %s", marked);
        mem_free(marked);
    }
}

static void guide_json__explains__every_member(void **state)
{
    (void)state;
    char *page = read_page("docs/guide/json.md");
    each_json_line(check_explained, page);
    mem_free(page);
}

/* --- Errors --------------------------------------------------------------------------
 */

static void guide_errors__agrees__with_tries_and_exit_codes(void **state)
{
    (void)state;
    char *page = read_page("docs/guide/errors.md");
    for (int i = ERROR_NONE + 1; i < ERROR_CLASS_COUNT; i++) {
        const enum error_class class = (enum error_class)i;
        const struct error_class_info *info = error_class_get(class);
        char *row = strbuf_format("\n| `%s` |", info->name);
        char *numbers =
            strbuf_format(" | %d | %d |", retry_limit(class), (int)info->exit_code);
        const char *found = strstr(page, row);
        const char *end = found != NULL ? strstr(found + 1, "\n") : NULL;
        const char *agreed = found != NULL ? strstr(found, numbers) : NULL;
        if (agreed == NULL || agreed > end)
            fail_msg("docs/guide/errors.md: %s should say%s", info->name, numbers);
        mem_free(row);
        mem_free(numbers);
    }
    mem_free(page);
}

/* --- Names ---------------------------------------------------------------------------
 */

/* True if the server takes the name. */
static bool is_demo_name(const char *name)
{
    const char *query;
    const char *culprit;
    const struct demo_model *model = demo_model_find(name, &query);
    if (model == NULL)
        return false;
    struct demo_params params = model->defaults;
    return demo_params_parse(&params, query, &culprit, NULL);
}

static void guide_demo__names__what_the_server_takes(void **state)
{
    (void)state;
    char *page = read_page("docs/guide/demo.md");
    size_t count = 0;
    for (const char *at = page; (at = strstr(at, "demo/")) != NULL; at++) {
        const size_t len = strcspn(at, "` '\",\n|)");
        char *name = mem_strndup(at, len);
        /* The shell's and Markdown's own uses of the word have no model behind them. */
        const bool is_path = strstr(name, ".md") != NULL;
        if (!is_path && !is_demo_name(name))
            fail_msg("docs/guide/demo.md: no demo model %s", name);
        count += !is_path;
        mem_free(name);
    }
    assert_true(count > 10);
    mem_free(page);
}

static bool is_option(const char *name, size_t len)
{
    struct option_line line;
    for (size_t i = 0; options_get_line(~0u, i, &line); i++) {
        if (strlen(line.name) == len && memcmp(line.name, name, len) == 0)
            return true;
    }
    return false;
}

static void assert_options_exist(const char *name)
{
    char *page = read_page(name);
    for (const char *at = page; (at = strstr(at, "--")) != NULL;) {
        const bool is_start = at == page || !(isalnum((unsigned char)at[-1]) ||
                                              at[-1] == '-' || at[-1] == '<');
        at += strspn(at, "-");
        const size_t len = strspn(at, "abcdefghijklmnopqrstuvwxyz-");
        if (is_start && len > 0 && !is_option(at, len))
            fail_msg("%s: there is no option --%.*s", name, (int)len, at);
    }
    mem_free(page);
}

static void pages__name__options_that_exist(void **state)
{
    (void)state;
    static const char *const pages[] = {"README.md",
                                        "docs/guide/screen.md",
                                        "docs/guide/scripts.md",
                                        "docs/guide/json.md",
                                        "docs/guide/errors.md",
                                        "docs/guide/demo.md",
                                        "docs/ARCHITECTURE.md",
                                        "docs/guide/providers.md",
                                        "docs/guide/tools.md",
                                        "docs/guide/mcp.md"};
    for (size_t i = 0; i < COUNT_OF(pages); i++)
        assert_options_exist(pages[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(guide_json__shows__the_members_that_are_written),
        cmocka_unit_test(guide_json__shows__every_event),
        cmocka_unit_test(guide_json__explains__every_member),
        cmocka_unit_test(guide_errors__agrees__with_tries_and_exit_codes),
        cmocka_unit_test(guide_demo__names__what_the_server_takes),
        cmocka_unit_test(pages__name__options_that_exist),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
