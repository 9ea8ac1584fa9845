/* JSON-RPC as text: messages taken apart and put together. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "src/tool/mcp_message.h"

/* What was told, a line each. */
static bool on_message(void *user, const struct mcp_message *message)
{
    struct strbuf *out = user;
    switch (message->kind) {
    case MCP_MESSAGE_REQUEST:
        strbuf_append_format(out, "request %s %s\n", message->id_text, message->method);
        break;
    case MCP_MESSAGE_NOTIFICATION:
        strbuf_append_format(out, "notification %s\n", message->method);
        break;
    case MCP_MESSAGE_RESULT:
        strbuf_append_format(out, "result %lld\n", (long long)message->id);
        break;
    case MCP_MESSAGE_ERROR:
        strbuf_append_format(out, "error %lld %lld %s\n", (long long)message->id,
                             (long long)message->code, message->words);
        break;
    }
    return strstr(strbuf_text(out), "stop") == NULL;
}

static void assert_read(const char *text, const char *expected)
{
    struct strbuf told;
    strbuf_init(&told, STRBUF_OWN_MAX);
    size_t lines = 0;
    for (const char *at = expected; *at != '\0'; at++)
        lines += *at == '\n';
    assert_int_equal(mcp_message_read(text, strlen(text), on_message, &told), lines);
    assert_string_equal(strbuf_text(&told), expected);
    strbuf_clear(&told);
}

static void message_read__tells_kinds_apart(void **state)
{
    (void)state;
    assert_read("{\"id\":1,\"method\":\"ping\"}", "request 1 ping\n");
    assert_read("{\"method\":\"n\",\"params\":{}}", "notification n\n");
    assert_read("{\"result\":{},\"id\":7}", "result 7\n");
    assert_read("{\"id\":7,\"error\":{\"code\":-32601,\"message\":\"no\"}}",
                "error 7 -32601 no\n");
    assert_read("{\"id\":7,\"error\":null,\"result\":null}", "result 7\n");
    assert_read("{\"error\":{}}", "error 0 0 \n");
}

static void message_read__keeps_ids__of_requests_as_they_are(void **state)
{
    (void)state;
    assert_read("{\"id\": 12345678901234567890 ,\"method\":\"m\"}",
                "request 12345678901234567890 m\n");
    assert_read("{\"id\":\"a\\\"b\",\"method\":\"m\"}", "request \"a\\\"b\" m\n");
    assert_read("{\"id\":1.0,\"method\":\"m\"}", "request 1.0 m\n");
    /* An id that cannot go back makes it a notification: nobody could be answered. */
    assert_read("{\"id\":null,\"method\":\"m\"}", "notification m\n");
    assert_read("{\"id\":[1],\"method\":\"m\"}", "notification m\n");
}

static void message_read__takes_for_ours__only_whole_numbers(void **state)
{
    (void)state;
    assert_read("{\"id\":\"7\",\"result\":{}}", "result 0\n");
    assert_read("{\"id\":7.5,\"result\":{}}", "result 0\n");
    assert_read("{\"id\":-7,\"result\":{}}", "result 0\n");
    assert_read("{\"id\":1e300,\"result\":{}}", "result 0\n");
    assert_read("{\"id\":7.0,\"result\":{}}", "result 7\n");
}

static void message_read__takes_batches(void **state)
{
    (void)state;
    assert_read("[{\"id\":1,\"method\":\"a\"},3,{\"id\":2,\"result\":{}},[],{}]",
                "request 1 a\nresult 2\n");
    assert_read("[{\"method\":\"stop\"},{\"method\":\"b\"}]", "notification stop\n");
}

static void message_read__refuses__what_is_none(void **state)
{
    (void)state;
    assert_read("", "");
    assert_read("npm WARN", "");
    assert_read("{\"method\":", "");
    assert_read("{}", "");
    assert_read("{\"id\":1}", "");
    assert_read("{\"method\":5,\"id\":1}", "");
    assert_read("[]", "");
    assert_read("\"method\"", "");
    assert_read("{\"method\":\"a\"} {}", "");
}

static void message_append__writes_one_line(void **state)
{
    (void)state;
    struct strbuf out;
    strbuf_init(&out, STRBUF_OWN_MAX);
    assert_true(mcp_message_append_request(&out, 5, "tools/call", "{\"a\":\n\r1}"));
    assert_string_equal(strbuf_text(&out), "{\"jsonrpc\":\"2.0\",\"id\":5,\"method\":"
                                           "\"tools/call\",\"params\":{\"a\":  1}}");
    strbuf_reset(&out);
    assert_true(mcp_message_append_request(&out, 0, "n", NULL));
    assert_string_equal(strbuf_text(&out), "{\"jsonrpc\":\"2.0\",\"method\":\"n\"}");
    strbuf_reset(&out);
    assert_true(mcp_message_append_result(&out, "\"x\"", "{}"));
    assert_string_equal(strbuf_text(&out),
                        "{\"jsonrpc\":\"2.0\",\"id\":\"x\",\"result\":{}}");
    strbuf_reset(&out);
    assert_true(mcp_message_append_error(&out, "9", -1, "a\n\"b\""));
    assert_string_equal(strbuf_text(&out), "{\"jsonrpc\":\"2.0\",\"id\":9,\"error\":{"
                                           "\"code\":-1,\"message\":\"a\\n\\\"b\\\"\"}}");
    strbuf_clear(&out);
    strbuf_init(&out, 10);
    assert_false(mcp_message_append_request(&out, 1, "m", NULL));
    strbuf_clear(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(message_read__tells_kinds_apart),
        cmocka_unit_test(message_read__keeps_ids__of_requests_as_they_are),
        cmocka_unit_test(message_read__takes_for_ours__only_whole_numbers),
        cmocka_unit_test(message_read__takes_batches),
        cmocka_unit_test(message_read__refuses__what_is_none),
        cmocka_unit_test(message_append__writes_one_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
