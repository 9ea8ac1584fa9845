/* Results of a server as text for a model. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "src/base/json.h"
#include "src/base/mem.h"
#include "src/base/utf8.h"
#include "src/tool/mcp_content.h"

static struct mcp_content read_result(const char *json, size_t max)
{
    struct mcp_content content;
    cJSON *result = json_parse(json, strlen(json));
    assert_non_null(result);
    mcp_content_init(&content, max);
    mcp_content_read_result(&content, result);
    mcp_content_finish(&content);
    cJSON_Delete(result);
    return content;
}

static void assert_text(const char *json, const char *text)
{
    struct mcp_content content = read_result(json, 10000);
    assert_string_equal(strbuf_text(&content.text), text);
    assert_false(content.is_cut);
    mcp_content_clear(&content);
}

#define BLOCKS(blocks) "{\"content\":[" blocks "]}"

static void content__joins_texts__by_line_ends(void **state)
{
    (void)state;
    assert_text(BLOCKS("{\"type\":\"text\",\"text\":\"a\"},"
                       "{\"type\":\"text\",\"text\":\"b\\n\"},"
                       "{\"type\":\"text\",\"text\":\"c\"}"),
                "a\nb\nc");
    assert_text("{\"content\":[]}", "");
    assert_text("{}", "");
    assert_text("7", "");
}

static void content__says__what_is_no_text(void **state)
{
    (void)state;
    assert_text(BLOCKS("{\"type\":\"image\",\"mimeType\":\"image/png\",\"data\":"
                       "\"AAAAAAAA\"}"),
                "[image image/png, 6 bytes]");
    assert_text(BLOCKS("{\"type\":\"audio\"}"), "[audio, 0 bytes]");
    assert_text(BLOCKS("{\"type\":\"video\"}"), "[unsupported content: video]");
    assert_text(BLOCKS("{\"text\":\"a\"},5"),
                "[unsupported content]\n[unsupported content]");
    assert_text(BLOCKS("{\"type\":\"text\",\"text\":5}"), "");
}

static void content__names__resources_and_links(void **state)
{
    (void)state;
    assert_text(BLOCKS("{\"type\":\"resource\",\"resource\":{\"uri\":\"f://a\",\"text\":"
                       "\"A\"}},{\"type\":\"resource\",\"resource\":{\"uri\":\"f://b\","
                       "\"blob\":\"AAAA\",\"mimeType\":\"x/y\"}}"),
                "[resource f://a]\nA\n[resource f://b]\n[data x/y, 3 bytes]");
    assert_text(BLOCKS("{\"type\":\"resource_link\",\"name\":\"n\",\"uri\":\"f://c\","
                       "\"description\":\"d\"},{\"type\":\"resource_link\"}"),
                "[link n f://c: d]\n[link]");
}

static void content__uses_structure__only_without_blocks(void **state)
{
    (void)state;
    assert_text("{\"content\":[],\"structuredContent\":{\"a\":1}}", "{\"a\":1}");
    assert_text("{\"structuredContent\":[1,2]}", "[1,2]");
    assert_text("{\"structuredContent\":{\"a\":1},\"content\":[{\"type\":\"text\","
                "\"text\":\"t\"}]}",
                "t");
}

static void content__keeps_for_the_person__what_is_meant_for_them(void **state)
{
    (void)state;
    struct mcp_content content = read_result(
        BLOCKS("{\"type\":\"text\",\"text\":\"psst\",\"annotations\":{\"audience\":["
               "\"user\"]}},{\"type\":\"text\",\"text\":\"both\",\"annotations\":{"
               "\"audience\":[\"user\",\"assistant\"]}}"),
        10000);
    assert_string_equal(strbuf_text(&content.text), "both");
    assert_string_equal(strbuf_text(&content.note), "psst");
    mcp_content_clear(&content);
}

static void content__is_valid__whatever_came(void **state)
{
    (void)state;
    struct mcp_content content =
        read_result(BLOCKS("{\"type\":\"text\",\"text\":\"a\\ud83d b\\ud83d\\ude00 "
                           "\\u0000\xff\"}"),
                    10000);
    assert_string_equal(strbuf_text(&content.text), "a\xef\xbf\xbd b😀 \xef\xbf\xbd"
                                                    "\xef\xbf\xbd");
    mcp_content_clear(&content);
}

static void content__is_cut__between_characters(void **state)
{
    (void)state;
    struct strbuf json;
    strbuf_init(&json, STRBUF_OWN_MAX);
    strbuf_append_text(&json, "{\"isError\":true,\"content\":[{\"type\":\"text\","
                              "\"text\":\"x");
    for (int i = 0; i < 1000; i++)
        strbuf_append_text(&json, "ü");
    strbuf_append_text(&json, "\"},{\"type\":\"text\",\"text\":\"more\"}]}");
    struct mcp_content content = read_result(strbuf_text(&json), 600);
    assert_true(content.is_cut);
    assert_true(content.is_error);
    assert_true(content.text.len <= 600);
    assert_true(utf8_is_valid(content.text.text, content.text.len));
    assert_non_null(
        strstr(content.text.text, "ü\n[cut here: this is the beginning of 2 KB]"));
    assert_null(strstr(content.text.text, "more"));
    mcp_content_clear(&content);
    strbuf_clear(&json);
}

static void content__reads__resources_and_blocks_of_prompts(void **state)
{
    (void)state;
    const char *json = "{\"contents\":[{\"uri\":\"f://a\",\"text\":\"A\"},{\"uri\":"
                       "\"f://b\",\"text\":\"B\"}]}";
    struct mcp_content content;
    cJSON *result = json_parse(json, strlen(json));
    mcp_content_init(&content, 1000);
    mcp_content_read_resource(&content, result);
    assert_string_equal(strbuf_text(&content.text),
                        "[resource f://a]\nA\n[resource f://b]\nB");
    mcp_content_clear(&content);
    cJSON_Delete(result);
    json = "[{\"type\":\"text\",\"text\":\"one\"},{\"type\":\"text\",\"text\":\"two\"}]";
    result = json_parse(json, strlen(json));
    mcp_content_init(&content, 1000);
    mcp_content_read_block(&content, result);
    mcp_content_read_block(&content, result->child);
    assert_string_equal(strbuf_text(&content.text), "one\ntwo\none");
    mcp_content_clear(&content);
    cJSON_Delete(result);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(content__joins_texts__by_line_ends),
        cmocka_unit_test(content__says__what_is_no_text),
        cmocka_unit_test(content__names__resources_and_links),
        cmocka_unit_test(content__uses_structure__only_without_blocks),
        cmocka_unit_test(content__keeps_for_the_person__what_is_meant_for_them),
        cmocka_unit_test(content__is_valid__whatever_came),
        cmocka_unit_test(content__is_cut__between_characters),
        cmocka_unit_test(content__reads__resources_and_blocks_of_prompts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
