/* The lines of --json: written, read back by a JSON library, compared with the contract.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include <cjson/cJSON.h>

#include "src/base/mem.h"
#include "src/base/utf8.h"
#include "src/cli/json_event.h"

static int setup(void **state)
{
    static struct strbuf line;
    strbuf_init(&line, (size_t)1 << 20);
    *state = &line;
    return 0;
}

static int teardown(void **state)
{
    strbuf_clear(*state);
    return 0;
}

static void assert_line(const struct strbuf *line, const char *expected)
{
    assert_string_equal(strbuf_text(line), expected);
}

/* Reads the one line back. Caller deletes. */
static cJSON *read_back(const struct strbuf *line)
{
    assert_true(line->len > 0);
    assert_int_equal(line->text[line->len - 1], '\n');
    assert_ptr_equal(strchr(line->text, '\n'), line->text + line->len - 1);
    assert_true(utf8_is_valid(line->text, line->len));
    const char *end = NULL;
    cJSON *json = cJSON_ParseWithOpts(line->text, &end, false);
    assert_non_null(json);
    assert_true(cJSON_IsObject(json));
    assert_string_equal(end, "\n");
    return json;
}

static const cJSON *member(const cJSON *json, const char *name)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(json, name);
    assert_non_null(item);
    return item;
}

static const char *string_of(const cJSON *json, const char *name)
{
    const char *text = cJSON_GetStringValue(member(json, name));
    assert_non_null(text);
    return text;
}

static void assert_is_null(const cJSON *json, const char *name)
{
    assert_true(cJSON_IsNull(member(json, name)));
}

static void assert_number(const cJSON *json, const char *name, double value)
{
    const cJSON *item = member(json, name);
    assert_true(cJSON_IsNumber(item));
    assert_true(item->valuedouble > value - 1e-9 && item->valuedouble < value + 1e-9);
}

/* --- start, text, end
 * ------------------------------------------------------------------- */

static void json_event_start__writes__the_exact_line(void **state)
{
    struct strbuf *line = *state;
    json_event_start(line, 3, "demo/sage", "demo", NULL);
    assert_line(line, "{\"event\":\"start\",\"chat\":3,\"model\":\"demo/sage\","
                      "\"provider\":\"demo\",\"vars\":{}}\n");
}

static void json_event_text__writes__the_exact_line(void **state)
{
    struct strbuf *line = *state;
    json_event_text(line, 0, "text", "Hel\"lo\\\n", 8);
    assert_line(line, "{\"event\":\"text\",\"chat\":0,\"text\":\"Hel\\\"lo\\\\\\n\"}\n");
}

static void json_event_text__escapes__every_control_character(void **state)
{
    struct strbuf *line = *state;
    char text[0x21];
    for (size_t i = 0; i < 0x20; i++)
        text[i] = (char)(i + 1);
    text[0x20] = '\0';
    json_event_text(line, 0, "reasoning", text, 0x20);
    for (size_t i = 0; i + 1 < line->len; i++)
        assert_true((unsigned char)line->text[i] >= 0x20);
    cJSON *json = read_back(line);
    assert_string_equal(string_of(json, "event"), "reasoning");
    assert_string_equal(string_of(json, "text"), text);
    cJSON_Delete(json);
}

static void json_event_text__keeps__text_of_all_scripts(void **state)
{
    struct strbuf *line = *state;
    static const char text[] = "h\xc3\xa9 \xe6\xbc\xa2\xe5\xad\x97 \xf0\x9f\x91\xa9 "
                               "\xd7\xa9 \xe2\x80\xa8 \xc2\x9b \x7f";
    json_event_text(line, 0, "text", text, sizeof(text) - 1);
    cJSON *json = read_back(line);
    assert_string_equal(string_of(json, "text"), text);
    cJSON_Delete(json);
}

static void json_event_text__replaces__bytes_that_are_no_text(void **state)
{
    struct strbuf *line = *state;
    json_event_text(line, 0, "text",
                    "a\xff"
                    "b\xe2\x82"
                    "c\xed\xa0\x80"
                    "d",
                    10);
    cJSON *json = read_back(line);
    const char *text = string_of(json, "text");
    assert_memory_equal(text, "a\xef\xbf\xbd", 4);
    assert_true(utf8_is_valid(text, strlen(text)));
    assert_non_null(strchr(text, 'd'));
    cJSON_Delete(json);
}

static void json_event_text__keeps__a_nul(void **state)
{
    struct strbuf *line = *state;
    json_event_text(line, 0, "text", "a\0b", 3);
    assert_line(line, "{\"event\":\"text\",\"chat\":0,\"text\":\"a\\u0000b\"}\n");
}

static void json_event_end__writes__the_exact_line(void **state)
{
    struct strbuf *line = *state;
    json_event_end(line, 4, 1, 2500);
    assert_line(line, "{\"event\":\"end\",\"chats\":4,\"failed\":1,\"seconds\":2.500}\n");
}

/* --- state
 * ------------------------------------------------------------------------------ */

static void json_event_state__writes__the_exact_lines(void **state)
{
    struct strbuf *line = *state;
    struct turn_status status = {.state = TURN_CONNECTING, .attempt = 1};
    json_event_state(line, 0, &status, 0);
    assert_line(
        line,
        "{\"event\":\"state\",\"chat\":0,\"state\":\"connecting\",\"attempt\":1}\n");
    strbuf_reset(line);
    status.state = TURN_QUEUED;
    status.queue_position = 3;
    status.queue_reason = QUEUE_TOKENS;
    status.queue_wait_ms = 2500;
    json_event_state(line, 1, &status, 0);
    assert_line(line, "{\"event\":\"state\",\"chat\":1,\"state\":\"queued\",\"reason\":"
                      "\"tokens\",\"position\":3,\"wait\":2.500,\"attempt\":1}\n");
}

static void json_event_state__says_why_and_how_long__while_retrying(void **state)
{
    struct strbuf *line = *state;
    const struct turn_status status = {.state = TURN_RETRYING,
                                       .attempt = 2,
                                       .wait_until_ms = 4200,
                                       .retry_reason = ERROR_RATE_LIMIT};
    json_event_state(line, 0, &status, 1000);
    assert_line(line, "{\"event\":\"state\",\"chat\":0,\"state\":\"retrying\",\"reason\":"
                      "\"rate_limit\",\"wait\":3.200,\"attempt\":2}\n");
    strbuf_reset(line);
    json_event_state(line, 0, &status, 9000);
    assert_non_null(strstr(line->text, "\"wait\":0.000"));
}

static void json_event_state__spells__every_state_as_documented(void **state)
{
    struct strbuf *line = *state;
    static const char *const names[TURN_STATE_COUNT] = {
        "idle",      "queued",   "connecting", "waiting",
        "streaming", "retrying", "approval",   "tools"};
    for (int i = 0; i < TURN_STATE_COUNT; i++) {
        const struct turn_status status = {.state = (enum turn_state)i, .attempt = 1};
        strbuf_reset(line);
        json_event_state(line, 0, &status, 0);
        cJSON *json = read_back(line);
        assert_string_equal(string_of(json, "state"), names[i]);
        cJSON_Delete(json);
    }
}

/* --- tool calls
 * ------------------------------------------------------------------------- */

static struct part *add_call(struct message *answer, const char *id, const char *name,
                             const char *arguments, bool is_whole)
{
    struct part *part = message_add_part(answer, PART_TOOL_CALL);
    part->call_id = mem_strdup(id);
    part->name = mem_strdup(name);
    part->is_whole = is_whole;
    strbuf_append_text(&part->text, arguments);
    return part;
}

static void json_event_tool_call__passes_arguments__byte_for_byte(void **state)
{
    struct strbuf *line = *state;
    static const char arguments[] =
        "{\"n\": 12345678901234567890.10,\n \"s\":\"\\u00e9\"}";
    struct message *answer = message_new(1, MESSAGE_ASSISTANT);
    json_event_tool_call(line, 2, add_call(answer, "call_1", "f", arguments, true));
    cJSON *json = read_back(line);
    assert_string_equal(string_of(json, "event"), "tool_call");
    assert_number(json, "chat", 2);
    assert_string_equal(string_of(json, "id"), "call_1");
    assert_string_equal(string_of(json, "name"), "f");
    assert_string_equal(string_of(json, "arguments"), arguments);
    assert_true(cJSON_IsTrue(member(json, "valid")));
    cJSON_Delete(json);
    message_free(answer);
}

static void json_event_tool_call__marks__arguments_that_are_no_json(void **state)
{
    struct strbuf *line = *state;
    struct message *answer = message_new(1, MESSAGE_ASSISTANT);
    json_event_tool_call(line, 0, add_call(answer, "i", NULL, "{\"a\":", false));
    cJSON *json = read_back(line);
    assert_string_equal(string_of(json, "arguments"), "{\"a\":");
    assert_string_equal(string_of(json, "name"), "");
    assert_true(cJSON_IsFalse(member(json, "valid")));
    cJSON_Delete(json);
    message_free(answer);
}

/* --- error
 * ------------------------------------------------------------------------------ */

static void json_event_error__writes__the_exact_line(void **state)
{
    struct strbuf *line = *state;
    struct message *answer = message_new(1, MESSAGE_ASSISTANT);
    error_set(&answer->facts.error, ERROR_RATE_LIMIT, "slow \"down\"");
    answer->facts.status = 429;
    answer->facts.provider_code = mem_strdup("rate_limit_exceeded");
    answer->facts.request_id = mem_strdup("req_1");
    answer->facts.retry_after_ms = 1500;
    json_event_error(line, 0, answer);
    assert_line(line,
                "{\"event\":\"error\",\"chat\":0,\"class\":\"rate_limit\","
                "\"status\":429,\"message\":\"slow \\\"down\\\"\","
                "\"provider_code\":\"rate_limit_exceeded\",\"request_id\":\"req_1\","
                "\"retry_after_ms\":1500,\"retryable\":true,\"partial\":false}\n");
    message_free(answer);
}

static void json_event_error__has_nulls__for_what_nobody_said(void **state)
{
    struct strbuf *line = *state;
    struct message *answer = message_new(1, MESSAGE_ASSISTANT);
    error_set(&answer->facts.error, ERROR_NETWORK_TLS, "no");
    message_append(answer, PART_TEXT, "some", 4);
    json_event_error(line, 0, answer);
    cJSON *json = read_back(line);
    assert_is_null(json, "status");
    assert_is_null(json, "provider_code");
    assert_is_null(json, "request_id");
    assert_null(cJSON_GetObjectItemCaseSensitive(json, "retry_after_ms"));
    assert_true(cJSON_IsFalse(member(json, "retryable")));
    assert_true(cJSON_IsTrue(member(json, "partial")));
    cJSON_Delete(json);
    message_free(answer);
}

/* --- done
 * ------------------------------------------------------------------------------- */

static void json_event_done__has_nulls__for_what_nobody_said(void **state)
{
    struct strbuf *line = *state;
    struct message *answer = message_new(1, MESSAGE_ASSISTANT);
    answer->facts.finish = FINISH_CANCELLED;
    json_event_done(line, 0, answer);
    assert_line(line,
                "{\"event\":\"done\",\"chat\":0,\"finish\":\"cancelled\","
                "\"finish_raw\":null,\"text\":\"\",\"reasoning\":\"\",\"refusal\":\"\","
                "\"tool_calls\":[],\"usage\":{\"input\":null,\"output\":null,"
                "\"reasoning\":null,\"cached\":null},\"cost\":null,"
                "\"first_token\":null,\"seconds\":null,\"attempts\":0,"
                "\"connection\":null,\"http\":null,\"timing\":{\"dns\":null,"
                "\"connect\":null,\"tls\":null,\"first_byte\":null},"
                "\"model\":null,\"tries\":[],\"rounds\":0}\n");
    message_free(answer);
}

/* An answer with everything an answer can have. */
static struct message *full_answer(void)
{
    struct message *answer = message_new(1, MESSAGE_ASSISTANT);
    struct answer_facts *facts = &answer->facts;
    message_append(answer, PART_REASONING, "why", 3);
    message_append(answer, PART_TEXT, "one ", 4);
    message_append(answer, PART_REASONING, "how", 3);
    message_append(answer, PART_TEXT, "two", 3);
    message_append(answer, PART_REFUSAL, "no", 2);
    add_call(answer, "a", "f", "{}", true);
    add_call(answer, "b", "g", "{\"x\":1}", true);
    facts->finish = FINISH_TOOL_CALLS;
    facts->finish_raw = mem_strdup("tool_calls");
    facts->usage = (struct usage){12, 40, 0, 5};
    facts->cost = 0.0000425;
    facts->first_token_ms = 310;
    facts->total_ms = 2400;
    facts->attempts = 2;
    facts->http_version = "1.1";
    facts->model = mem_strdup("second");
    facts->timing = (struct answer_timing){1, 250000, -1, 1000000};
    message_add_try(answer, "first", ERROR_QUOTA);
    return answer;
}

static void json_event_done__writes__all_there_is(void **state)
{
    struct strbuf *line = *state;
    struct message *answer = full_answer();
    json_event_done(line, 0, answer);
    cJSON *json = read_back(line);
    assert_string_equal(string_of(json, "finish"), "tool_calls");
    assert_string_equal(string_of(json, "finish_raw"), "tool_calls");
    assert_string_equal(string_of(json, "text"), "one two");
    assert_string_equal(string_of(json, "reasoning"), "why\n\nhow");
    assert_string_equal(string_of(json, "refusal"), "no");
    const cJSON *calls = member(json, "tool_calls");
    assert_int_equal(cJSON_GetArraySize(calls), 2);
    assert_string_equal(string_of(cJSON_GetArrayItem(calls, 1), "id"), "b");
    assert_string_equal(string_of(cJSON_GetArrayItem(calls, 1), "arguments"),
                        "{\"x\":1}");
    const cJSON *usage = member(json, "usage");
    assert_number(usage, "input", 12);
    assert_number(usage, "output", 40);
    assert_number(usage, "reasoning", 0);
    assert_number(usage, "cached", 5);
    assert_number(json, "cost", 0.0000425);
    assert_number(json, "first_token", 0.31);
    assert_number(json, "seconds", 2.4);
    assert_number(json, "attempts", 2);
    assert_string_equal(string_of(json, "connection"), "new");
    assert_string_equal(string_of(json, "http"), "1.1");
    assert_string_equal(string_of(json, "model"), "second");
    const cJSON *tries = member(json, "tries");
    assert_int_equal(cJSON_GetArraySize(tries), 1);
    assert_string_equal(string_of(cJSON_GetArrayItem(tries, 0), "model"), "first");
    assert_string_equal(string_of(cJSON_GetArrayItem(tries, 0), "class"), "quota");
    const cJSON *timing = member(json, "timing");
    assert_number(timing, "dns", 0.000001);
    assert_number(timing, "connect", 0.25);
    assert_is_null(timing, "tls");
    assert_number(timing, "first_byte", 1);
    cJSON_Delete(json);
    message_free(answer);
}

static void json_event_done__tells__a_connection_used_again(void **state)
{
    struct strbuf *line = *state;
    struct message *answer = full_answer();
    answer->facts.is_reused = true;
    json_event_done(line, 0, answer);
    assert_non_null(strstr(line->text, "\"connection\":\"reused\""));
    message_free(answer);
}

static void json_event_done__leaves_out__calls_that_are_not_whole(void **state)
{
    struct strbuf *line = *state;
    struct message *answer = message_new(1, MESSAGE_ASSISTANT);
    message_add_part(answer, PART_TOOL_CALL)->name = mem_strdup("half");
    add_call(answer, "id", "f", "{}", true);
    json_event_done(line, 0, answer);
    cJSON *json = read_back(line);
    assert_int_equal(cJSON_GetArraySize(member(json, "tool_calls")), 1);
    cJSON_Delete(json);
    message_free(answer);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test_setup_teardown(json_event_start__writes__the_exact_line, setup,
                                    teardown),
    cmocka_unit_test_setup_teardown(json_event_text__writes__the_exact_line, setup,
                                    teardown),
    cmocka_unit_test_setup_teardown(json_event_text__escapes__every_control_character,
                                    setup, teardown),
    cmocka_unit_test_setup_teardown(json_event_text__keeps__text_of_all_scripts, setup,
                                    teardown),
    cmocka_unit_test_setup_teardown(json_event_text__replaces__bytes_that_are_no_text,
                                    setup, teardown),
    cmocka_unit_test_setup_teardown(json_event_text__keeps__a_nul, setup, teardown),
    cmocka_unit_test_setup_teardown(json_event_end__writes__the_exact_line, setup,
                                    teardown),
    cmocka_unit_test_setup_teardown(json_event_state__writes__the_exact_lines, setup,
                                    teardown),
    cmocka_unit_test_setup_teardown(
        json_event_state__says_why_and_how_long__while_retrying, setup, teardown),
    cmocka_unit_test_setup_teardown(json_event_state__spells__every_state_as_documented,
                                    setup, teardown),
    cmocka_unit_test_setup_teardown(json_event_tool_call__passes_arguments__byte_for_byte,
                                    setup, teardown),
    cmocka_unit_test_setup_teardown(
        json_event_tool_call__marks__arguments_that_are_no_json, setup, teardown),
    cmocka_unit_test_setup_teardown(json_event_error__writes__the_exact_line, setup,
                                    teardown),
    cmocka_unit_test_setup_teardown(json_event_error__has_nulls__for_what_nobody_said,
                                    setup, teardown),
    cmocka_unit_test_setup_teardown(json_event_done__has_nulls__for_what_nobody_said,
                                    setup, teardown),
    cmocka_unit_test_setup_teardown(json_event_done__writes__all_there_is, setup,
                                    teardown),
    cmocka_unit_test_setup_teardown(json_event_done__tells__a_connection_used_again,
                                    setup, teardown),
    cmocka_unit_test_setup_teardown(json_event_done__leaves_out__calls_that_are_not_whole,
                                    setup, teardown),
};

int main(void)
{
    return cmocka_run_group_tests(tests, NULL, NULL);
}
