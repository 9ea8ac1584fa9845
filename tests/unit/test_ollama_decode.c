/* The decoder on what the stream cases do not show. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "tests/support/collected_reply.h"

#define CONTENT(text) "{\"message\":{\"content\":\"" text "\"},\"done\":false}\n"
#define DONE          "{\"message\":{\"content\":\"\"},\"done\":true,\"done_reason\":\"stop\"}\n"

static void run_as(struct collected_reply *collected, const char *type, const char *body)
{
    collected_reply_init_body(collected, "ollama", type, body);
}

static void run(struct collected_reply *collected, const char *body)
{
    run_as(collected, "application/x-ndjson", body);
}

static void assert_error(const char *body, enum error_class wanted, const char *words)
{
    struct collected_reply collected;
    run(&collected, body);
    assert_int_equal(collected.outcome.error.class, wanted);
    if (strstr(error_text(&collected.outcome.error), words) == NULL)
        fail_msg("%s", error_text(&collected.outcome.error));
    assert_int_equal(collected.call_count, 0);
    collected_reply_clear(&collected);
}

static void assert_finish(const char *body, enum finish wanted, const char *raw)
{
    struct collected_reply collected;
    run(&collected, body);
    assert_int_equal(collected.outcome.error.class, ERROR_NONE);
    assert_int_equal(collected.outcome.finish, wanted);
    if (raw != NULL)
        assert_string_equal(collected.outcome.finish_raw, raw);
    else
        assert_null(collected.outcome.finish_raw);
    collected_reply_clear(&collected);
}

static void ollama_decode__done_reasons__are_normalised(void **state)
{
    (void)state;
    assert_finish(DONE, FINISH_STOP, "stop");
    assert_finish("{\"done\":true,\"done_reason\":\"length\"}", FINISH_LENGTH, "length");
    assert_finish("{\"done\":true,\"done_reason\":\"load\"}", FINISH_UNKNOWN, "load");
    assert_finish("{\"done\":true}", FINISH_STOP, NULL);
    assert_finish("{\"done\":true,\"done_reason\":null}", FINISH_STOP, NULL);
}

static void ollama_decode__no_done__is_a_reply_that_broke_off(void **state)
{
    (void)state;
    assert_error(CONTENT("a"), ERROR_PROTOCOL, "broke off");
    assert_error(CONTENT("a") "{\"message\":{\"con", ERROR_PROTOCOL, "broke off");
    assert_error("", ERROR_PROTOCOL, "empty");
    assert_error("\n \r\n", ERROR_PROTOCOL, "empty");
}

static void ollama_decode__bad_lines__are_errors(void **state)
{
    (void)state;
    assert_error("{\"message\":\n" DONE, ERROR_PROTOCOL, "not JSON");
    assert_error("[1]\n" DONE, ERROR_PROTOCOL, "not a JSON object");
    assert_error(CONTENT("a") "<html>" DONE, ERROR_PROTOCOL, "<html>");
}

static void ollama_decode__error_lines__are_classified_by_words(void **state)
{
    (void)state;
    assert_error("{\"error\":\"runner crashed\"}", ERROR_SERVER, "runner crashed");
    assert_error("{\"error\":\"the input length exceeds the context length\"}",
                 ERROR_CONTEXT_LENGTH, "exceeds");
    assert_error("{\"error\":{\"message\":\"an object\"}}", ERROR_SERVER, "an object");
}

static void ollama_decode__calls__keep_order_and_digits(void **state)
{
    (void)state;
    struct collected_reply collected;
    run(&collected, "{\"message\":{\"tool_calls\":[{\"function\":{\"index\":0,\"name\":"
                    "\"f\",\"arguments\":{\"n\": "
                    "9007199254740993}}},{\"id\":\"c2\",\"function\":{\"index\":0,"
                    "\"name\":\"g\"}},{\"function\":{\"name\":\"\"}},7]}}"
                    "\n"
                    "{\"message\":{\"tool_calls\":[{\"function\":{\"name\":\"h\","
                    "\"arguments\":\"{\\\"a\\\":1}\"}}]},\"done\":true,\"done_reason\":"
                    "\"stop\",\"prompt_eval_count\":null}");
    assert_int_equal(collected.outcome.finish, FINISH_TOOL_CALLS);
    assert_int_equal(collected.call_count, 3);
    assert_string_equal(collected.calls[0].name, "f");
    assert_string_equal(collected.calls[0].arguments, "{\"n\": 9007199254740993}");
    assert_string_equal(collected.calls[1].id, "c2");
    assert_string_equal(collected.calls[1].arguments, "{}");
    assert_string_equal(collected.calls[2].arguments, "{\"a\":1}");
    assert_int_equal(collected.outcome.usage.input, -1);
    collected_reply_clear(&collected);
}

static void ollama_decode__behind_the_end__all_is_ignored(void **state)
{
    (void)state;
    assert_finish(DONE "{\"error\":\"late\"}\nrubbish", FINISH_STOP, "stop");
}

static void ollama_decode__members_of_wrong_types__count_as_absent(void **state)
{
    (void)state;
    assert_finish("{\"message\":7,\"done\":\"true\"}"
                  "\n"
                  "{\"message\":{\"content\":7,\"thinking\":{},\"tool_calls\":{\"a\":1}},"
                  "\"error\":null}"
                  "\n"
                  "{\"done\":true,\"done_reason\":7,\"eval_count\":\"x\"}",
                  FINISH_STOP, NULL);
}

static void ollama_decode__json_types__are_lines_too(void **state)
{
    (void)state;
    static const char *const types[] = {"application/json; charset=utf-8",
                                        "application/jsonl", "application/x-ndjson",
                                        "text/plain", ""};
    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
        struct collected_reply collected;
        run_as(&collected, types[i], CONTENT("h") CONTENT("i") DONE);
        assert_int_equal(collected.outcome.error.class, ERROR_NONE);
        assert_string_equal(strbuf_text(&collected.text), "hi");
        collected_reply_clear(&collected);
    }
}

static void ollama_decode__other_types__are_not_the_api(void **state)
{
    (void)state;
    struct collected_reply collected;
    run_as(&collected, "text/html", "<title>Sign in</title>");
    assert_int_equal(collected.outcome.error.class, ERROR_PROTOCOL);
    assert_non_null(strstr(error_text(&collected.outcome.error), "Sign in"));
    collected_reply_clear(&collected);
}

static void ollama_decode__events_of_a_relay__are_read(void **state)
{
    (void)state;
    struct collected_reply collected;
    run_as(&collected, "text/event-stream", "data: " CONTENT("hi") "\ndata: " DONE "\n");
    assert_int_equal(collected.outcome.error.class, ERROR_NONE);
    assert_string_equal(strbuf_text(&collected.text), "hi");
    collected_reply_clear(&collected);
    run_as(&collected, "text/event-stream", "event: error\ndata: oh\n\n");
    assert_int_equal(collected.outcome.error.class, ERROR_SERVER);
    collected_reply_clear(&collected);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ollama_decode__done_reasons__are_normalised),
        cmocka_unit_test(ollama_decode__no_done__is_a_reply_that_broke_off),
        cmocka_unit_test(ollama_decode__bad_lines__are_errors),
        cmocka_unit_test(ollama_decode__error_lines__are_classified_by_words),
        cmocka_unit_test(ollama_decode__calls__keep_order_and_digits),
        cmocka_unit_test(ollama_decode__behind_the_end__all_is_ignored),
        cmocka_unit_test(ollama_decode__members_of_wrong_types__count_as_absent),
        cmocka_unit_test(ollama_decode__json_types__are_lines_too),
        cmocka_unit_test(ollama_decode__other_types__are_not_the_api),
        cmocka_unit_test(ollama_decode__events_of_a_relay__are_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
