/* Lists of a server as records: what is taken, what is left out and why. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "src/base/json.h"
#include "src/base/mem.h"
#include "src/base/utf8.h"
#include "src/tool/mcp_entries.h"
#include "src/tool/mcp_headers.h"
#include "src/tool/mcp_tools.h"

struct fixture {
    struct mcp_tools tools;
    struct strbuf complaints;
};

static void read_page(struct fixture *fixture, const char *json, bool has_headers)
{
    const struct mcp_origin origin = {
        .server_name = "srv", .words = "server srv: cmd", .has_headers = has_headers};
    cJSON *result = json_parse(json, strlen(json));
    assert_non_null(result);
    assert_true(
        mcp_tools_add_page(&fixture->tools, result, &origin, &fixture->complaints));
    cJSON_Delete(result);
}

static int set_up(void **state)
{
    struct fixture *fixture = mem_alloc(sizeof(*fixture));
    strbuf_init(&fixture->complaints, STRBUF_OWN_MAX);
    *state = fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    mcp_tools_clear(&fixture->tools);
    strbuf_clear(&fixture->complaints);
    mem_free(fixture);
    return 0;
}

static void tools__are_records__of_what_the_server_says(void **state)
{
    struct fixture *fixture = *state;
    read_page(
        fixture,
        "{\"tools\":[{\"name\":\"read\",\"title\":\"Read\",\"description\":\"Reads.\","
        "\"inputSchema\":{\"properties\":{\"n\":{\"type\":\"integer\",\"maximum\":"
        "9007199254740991}}},\"annotations\":{\"title\":\"Other\",\"readOnlyHint\":"
        "true}},{\"name\":\"b\",\"annotations\":{\"title\":\"B\"}}]}",
        false);
    assert_int_equal(fixture->tools.len, 2);
    const struct tool *tool = fixture->tools.items[0];
    assert_int_equal(tool->source, TOOL_FROM_SERVER);
    assert_string_equal(tool->name, "srv.read");
    assert_string_equal(tool->remote_name, "read");
    assert_string_equal(tool->title, "Read");
    assert_string_equal(tool->description, "Reads.");
    assert_string_equal(tool->origin, "server srv: cmd");
    assert_string_equal(tool->schema,
                        "{\"type\":\"object\",\"properties\":{\"n\":{\"type\":"
                        "\"integer\",\"maximum\":9007199254740991}}}");
    assert_true(tool->hints.is_given);
    assert_true(tool->hints.is_read_only);
    assert_false(tool->hints.is_destructive);
    assert_true(tool->hints.is_open_world);
    tool = fixture->tools.items[1];
    assert_string_equal(tool->title, "B");
    assert_string_equal(tool->description, "");
    assert_string_equal(tool->schema, "{\"type\":\"object\",\"properties\":{}}");
    assert_false(tool->hints.is_given);
    assert_true(tool->hints.is_destructive);
}

static void tools__leave_out__what_cannot_be_called(void **state)
{
    struct fixture *fixture = *state;
    read_page(
        fixture,
        "{\"tools\":[{\"name\":\"a\"},{\"name\":\"a\"},{\"name\":\"\"},{\"name\":5},"
        "{\"name\":\"c\\u0007\"},{\"name\":\"t\",\"execution\":{\"taskSupport\":"
        "\"required\"}},{\"name\":\"o\",\"execution\":{\"taskSupport\":\"optional\"}},"
        "{\"name\":\"s\",\"inputSchema\":[]},{\"name\":\"u\",\"inputSchema\":{"
        "\"type\":\"array\"}},7]}",
        false);
    assert_int_equal(fixture->tools.len, 2);
    assert_int_equal(fixture->tools.left_out, 8);
    assert_string_equal(fixture->tools.items[1]->remote_name, "o");
    assert_non_null(strstr(strbuf_text(&fixture->complaints),
                           "the tool a is left out: another tool has its name\n"));
    assert_non_null(strstr(strbuf_text(&fixture->complaints),
                           "the tool u is left out: its schema is none of an object\n"));
}

static void tools__are_bounded__in_number_words_and_schema(void **state)
{
    struct fixture *fixture = *state;
    struct strbuf json;
    strbuf_init(&json, STRBUF_OWN_MAX);
    strbuf_append_text(&json, "{\"tools\":[{\"name\":\"long\",\"description\":\"");
    for (int i = 0; i < 20000; i++)
        strbuf_append_text(&json, "ü");
    strbuf_append_text(&json, "\"},{\"name\":\"deep\",\"inputSchema\":");
    for (int i = 0; i < 40; i++)
        strbuf_append_text(&json, "{\"properties\":");
    strbuf_append_text(&json, "{}");
    for (int i = 0; i < 40; i++)
        strbuf_append_char(&json, '}');
    strbuf_append_text(&json, "},{\"name\":\"wide\",\"inputSchema\":{\"description\":\"");
    for (int i = 0; i < 70000; i++)
        strbuf_append_char(&json, 'w');
    strbuf_append_text(&json, "\"}}");
    for (int i = 0; i < 600; i++)
        strbuf_append_format(&json, ",{\"name\":\"n%d\"}", i);
    strbuf_append_text(&json, "]}");
    read_page(fixture, strbuf_text(&json), false);
    strbuf_clear(&json);
    const char *description = fixture->tools.items[0]->description;
    assert_int_equal(fixture->tools.len, MCP_TOOLS_MAX);
    assert_true(strlen(description) <= MCP_DESCRIPTION_MAX);
    assert_true(utf8_is_valid(description, strlen(description)));
    assert_non_null(strstr(description, "ü…"));
    assert_string_equal(strbuf_text(&fixture->complaints),
                        "the tool deep is left out: its schema is nested too deep\n"
                        "the tool wide is left out: its schema is too large\n"
                        "only the first 512 tools are used\n");
}

static void tools__refuse__a_page_without_a_list(void **state)
{
    struct fixture *fixture = *state;
    const struct mcp_origin origin = {.server_name = "srv", .words = ""};
    cJSON *result = json_parse("{\"tools\":{}}", 12);
    assert_false(
        mcp_tools_add_page(&fixture->tools, result, &origin, &fixture->complaints));
    cJSON_Delete(result);
}

/* --- Header fields
 * --------------------------------------------------------------------------
 */

static bool check(const char *schema)
{
    cJSON *parsed = json_parse(schema, strlen(schema));
    assert_non_null(parsed);
    const bool is_good = mcp_headers_check(parsed);
    cJSON_Delete(parsed);
    return is_good;
}

static void headers__are_checked__where_they_stand(void **state)
{
    (void)state;
    assert_true(check("{}"));
    assert_true(check("{\"properties\":{\"a\":{\"type\":\"string\",\"x-mcp-header\":"
                      "\"Region\"},\"o\":{\"type\":\"object\",\"properties\":{\"b\":{"
                      "\"type\":\"integer\",\"x-mcp-header\":\"Size\"}}}}}"));
    /* A property may be called like the mark. */
    assert_true(check("{\"properties\":{\"x-mcp-header\":{\"type\":\"string\"}}}"));
    assert_false(check("{\"properties\":{\"a\":{\"type\":\"number\",\"x-mcp-header\":"
                       "\"A\"}}}"));
    assert_false(check("{\"properties\":{\"a\":{\"type\":\"string\",\"x-mcp-header\":"
                       "\"A b\"}}}"));
    assert_false(check("{\"properties\":{\"a\":{\"type\":\"string\",\"x-mcp-header\":"
                       "\"A\"},\"b\":{\"type\":\"string\",\"x-mcp-header\":\"a\"}}}"));
    assert_false(check("{\"properties\":{\"a\":{\"type\":\"array\",\"items\":{\"type\":"
                       "\"string\",\"x-mcp-header\":\"A\"}}}}"));
    assert_false(check("{\"oneOf\":[{\"properties\":{\"a\":{\"type\":\"string\","
                       "\"x-mcp-header\":\"A\"}}}]}"));
}

static void headers__make_their_tool__left_out(void **state)
{
    struct fixture *fixture = *state;
    const char *page = "{\"tools\":[{\"name\":\"a\",\"inputSchema\":{\"properties\":{"
                       "\"a\":{\"type\":\"number\",\"x-mcp-header\":\"A\"}}}}]}";
    read_page(fixture, page, false);
    assert_int_equal(fixture->tools.len, 1);
    mcp_tools_clear(&fixture->tools);
    read_page(fixture, page, true);
    assert_int_equal(fixture->tools.len, 0);
}

static void headers__carry__the_arguments_that_are_there(void **state)
{
    (void)state;
    const char *schema = "{\"properties\":{\"a\":{\"x-mcp-header\":\"Region\"},\"n\":{"
                         "\"x-mcp-header\":\"Size\"},\"t\":{\"x-mcp-header\":\"Flag\"},"
                         "\"z\":{\"x-mcp-header\":\"Nothing\"},\"m\":{\"x-mcp-header\":"
                         "\"Missing\"},\"o\":{\"properties\":{\"b\":{\"x-mcp-header\":"
                         "\"Deep\"}}}}}";
    const char *arguments =
        "{\"a\":\"eu\",\"n\":42,\"t\":true,\"z\":null,\"o\":{\"b\":\" x\"}}";
    struct header_list headers = {.items = NULL};
    cJSON *parsed_schema = json_parse(schema, strlen(schema));
    cJSON *parsed = json_parse(arguments, strlen(arguments));
    mcp_headers_add(&headers, parsed_schema, parsed);
    assert_int_equal(headers.len, 4);
    assert_string_equal(header_list_get(&headers, "Mcp-Param-Region"), "eu");
    assert_string_equal(header_list_get(&headers, "Mcp-Param-Size"), "42");
    assert_string_equal(header_list_get(&headers, "Mcp-Param-Flag"), "true");
    assert_string_equal(header_list_get(&headers, "Mcp-Param-Deep"), "=?base64?IHg=?=");
    header_list_clear(&headers);
    cJSON_Delete(parsed_schema);
    cJSON_Delete(parsed);
}

static void assert_value(const char *text, const char *expected)
{
    struct strbuf out;
    strbuf_init(&out, STRBUF_OWN_MAX);
    mcp_headers_append_value(&out, text);
    assert_string_equal(strbuf_text(&out), expected);
    strbuf_clear(&out);
}

static void headers__wrap__what_a_field_cannot_hold(void **state)
{
    (void)state;
    assert_value("plain text", "plain text");
    assert_value("", "");
    assert_value("ü", "=?base64?w7w=?=");
    assert_value("a\nb", "=?base64?YQpi?=");
    assert_value("abcd ", "=?base64?YWJjZCA=?=");
    assert_value("=?base64?x?=", "=?base64?PT9iYXNlNjQ/eD89?=");
}

/* --- Resources and prompts
 * --------------------------------------------------------------------------
 */

static void entries__leave_out__what_cannot_be_asked_for(void **state)
{
    (void)state;
    struct mcp_resources resources = {.items = NULL};
    struct mcp_prompts prompts = {.items = NULL};
    const char *json = "{\"resources\":[{\"uri\":\"f://a\"},{\"name\":\"x\"},{\"uri\":"
                       "\"f://\\n\"},{\"uri\":\"f://b\",\"name\":\"B\",\"mimeType\":"
                       "\"t/x\"}],\"prompts\":[{\"name\":\"p\",\"arguments\":[{\"name\":"
                       "\"a\"},{},5]},{\"title\":\"none\"}]}";
    cJSON *result = json_parse(json, strlen(json));
    assert_true(mcp_resources_add_page(&resources, result));
    assert_true(mcp_prompts_add_page(&prompts, result));
    assert_false(mcp_prompts_add_page(&prompts, json_get(result, "resources")));
    cJSON_Delete(result);
    assert_int_equal(resources.len, 2);
    assert_string_equal(resources.items[0].name, "f://a");
    assert_string_equal(resources.items[1].mime_type, "t/x");
    assert_int_equal(prompts.len, 1);
    assert_int_equal(prompts.items[0].argument_count, 1);
    assert_false(prompts.items[0].arguments[0].is_required);
    mcp_resources_clear(&resources);
    mcp_prompts_clear(&prompts);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(tools__are_records__of_what_the_server_says),
        TEST(tools__leave_out__what_cannot_be_called),
        TEST(tools__are_bounded__in_number_words_and_schema),
        TEST(tools__refuse__a_page_without_a_list),
        TEST(headers__are_checked__where_they_stand),
        TEST(headers__make_their_tool__left_out),
        TEST(headers__carry__the_arguments_that_are_there),
        TEST(headers__wrap__what_a_field_cannot_hold),
        TEST(entries__leave_out__what_cannot_be_asked_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
