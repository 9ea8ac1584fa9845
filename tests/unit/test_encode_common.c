/* What the encoders share, where no protocol's own test shows it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "src/base/mem.h"
#include "src/provider/encode_common.h"

static void assert_url(enum url_version_rule version_rule, const char *base,
                       const char *wanted)
{
    const struct url_rule rule = {
        .version_rule = version_rule,
        .version = "/v1",
        .chat_route = "/chat",
        .route = "/chat",
        .query = "q=1",
    };
    char *url = encode_url(base, &rule);
    assert_string_equal(url, wanted);
    mem_free(url);
}

static void encode_url__if_bare__adds_the_version_to_a_host_only(void **state)
{
    (void)state;
    assert_url(URL_VERSION_IF_BARE, "http://h", "http://h/v1/chat?q=1");
    assert_url(URL_VERSION_IF_BARE, "http://h///", "http://h/v1/chat?q=1");
    assert_url(URL_VERSION_IF_BARE, "http://h/api", "http://h/api/chat?q=1");
    assert_url(URL_VERSION_IF_BARE, "http://h/chat/", "http://h/chat?q=1");
    assert_url(URL_VERSION_IF_BARE, "http://h?a=b#c", "http://h/v1/chat?a=b&q=1");
}

static void encode_url__if_missing__looks_for_a_version(void **state)
{
    (void)state;
    assert_url(URL_VERSION_IF_MISSING, "http://h/api", "http://h/api/v1/chat?q=1");
    assert_url(URL_VERSION_IF_MISSING, "http://h/v1beta/", "http://h/v1beta/chat?q=1");
    assert_url(URL_VERSION_IF_MISSING, "http://h/vault", "http://h/vault/v1/chat?q=1");
    assert_url(URL_VERSION_IF_MISSING, "http://v1", "http://v1/v1/chat?q=1");
    assert_url(URL_VERSION_IF_MISSING, "http://h/x/chat", "http://h/x/chat?q=1");
}

static void encode_url__own__replaces_the_version(void **state)
{
    (void)state;
    assert_url(URL_VERSION_OWN, "http://h/v2", "http://h/v1/chat?q=1");
    assert_url(URL_VERSION_OWN, "http://h/a/v2/chat", "http://h/a/v1/chat?q=1");
    assert_url(URL_VERSION_OWN, "http://v2", "http://v2/v1/chat?q=1");
    assert_url(URL_VERSION_OWN, "", "/v1/chat?q=1");
}

static void encode_segment__escapes__all_that_is_not_unreserved(void **state)
{
    (void)state;
    struct strbuf url;
    strbuf_init(&url, STRBUF_OWN_MAX);
    encode_segment(&url, "aZ0-._~ :/?#%\xc3\xa9");
    assert_string_equal(strbuf_text(&url), "aZ0-._~%20%3A%2F%3F%23%25%C3%A9");
    strbuf_clear(&url);
}

static void assert_base64(const char *bytes, size_t len, const char *wanted)
{
    struct strbuf body;
    strbuf_init(&body, STRBUF_OWN_MAX);
    encode_base64(&body, bytes, len);
    assert_string_equal(strbuf_text(&body), wanted);
    strbuf_clear(&body);
}

static void encode_base64__pads__every_length(void **state)
{
    (void)state;
    assert_base64("", 0, "");
    assert_base64("f", 1, "Zg==");
    assert_base64("fa", 2, "ZmE=");
    assert_base64("foo", 3, "Zm9v");
    assert_base64("foob", 4, "Zm9vYg==");
    assert_base64("\0\xff\xfe\xfb", 4, "AP/++w==");
}

static void encode_schema__is_always__an_object(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {NULL, "{\"type\":\"object\",\"properties\":{}}"},
        {"", "{\"type\":\"object\",\"properties\":{}}"},
        {" { } ", "{\"type\":\"object\",\"properties\":{}}"},
        {"[1]", "{\"type\":\"object\",\"properties\":{}}"},
        {"{\"a\":", "{\"type\":\"object\",\"properties\":{}}"},
        {"{\"type\":\"object\"}", "{\"type\":\"object\"}"},
        {" {\"required\":[]}", "{\"type\":\"object\",\"required\":[]}"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct strbuf body;
        strbuf_init(&body, STRBUF_OWN_MAX);
        encode_schema(&body, cases[i][0]);
        assert_string_equal(strbuf_text(&body), cases[i][1]);
        strbuf_clear(&body);
    }
}

static void encode_data_url__takes__a_strange_type(void **state)
{
    (void)state;
    char type[] = "image/x\"y";
    struct part image = {.kind = PART_IMAGE, .media_type = type};
    struct strbuf body;
    strbuf_init(&body, STRBUF_OWN_MAX);
    strbuf_init(&image.text, STRBUF_OWN_MAX);
    strbuf_append_text(&image.text, "f");
    encode_data_url(&body, &image);
    assert_string_equal(strbuf_text(&body), "data:image/x\\\"y;base64,Zg==");
    strbuf_clear(&body);
    strbuf_clear(&image.text);
}

static void encode_part_words__a_file__stands_between_tags(void **state)
{
    (void)state;
    char name[] = "a<&>\"\n.c";
    struct part file = {.kind = PART_FILE, .name = name};
    struct strbuf words;
    strbuf_init(&words, STRBUF_OWN_MAX);
    strbuf_init(&file.text, STRBUF_OWN_MAX);
    strbuf_append_text(&file.text, "x < y");
    encode_part_words(&words, &file);
    assert_string_equal(strbuf_text(&words),
                        "<file name=\"a&lt;&amp;&gt;&quot; .c\">\nx < y\n</file>");
    strbuf_clear(&words);
    strbuf_clear(&file.text);
}

static void encode_number__writes__the_fewest_digits(void **state)
{
    (void)state;
    static const struct {
        double number;
        const char *wanted;
    } cases[] = {{0, "0"}, {0.7, "0.7"}, {-2, "-2"}, {1.0 / 3, "0.3333333333333333"}};
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct strbuf body;
        strbuf_init(&body, STRBUF_OWN_MAX);
        encode_number(&body, cases[i].number);
        assert_string_equal(strbuf_text(&body), cases[i].wanted);
        strbuf_clear(&body);
    }
}

static void encode_end__fails__past_the_ceiling(void **state)
{
    (void)state;
    struct error err = {.class = ERROR_NONE};
    struct strbuf body;
    strbuf_init(&body, 10);
    strbuf_append_text(&body, "1234567890");
    assert_true(encode_end(&body, &err));
    strbuf_append_char(&body, '1');
    assert_false(encode_end(&body, &err));
    assert_int_equal(err.class, ERROR_USAGE);
    error_clear(&err);
    strbuf_clear(&body);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(encode_url__if_bare__adds_the_version_to_a_host_only),
        cmocka_unit_test(encode_url__if_missing__looks_for_a_version),
        cmocka_unit_test(encode_url__own__replaces_the_version),
        cmocka_unit_test(encode_segment__escapes__all_that_is_not_unreserved),
        cmocka_unit_test(encode_base64__pads__every_length),
        cmocka_unit_test(encode_schema__is_always__an_object),
        cmocka_unit_test(encode_data_url__takes__a_strange_type),
        cmocka_unit_test(encode_part_words__a_file__stands_between_tags),
        cmocka_unit_test(encode_number__writes__the_fewest_digits),
        cmocka_unit_test(encode_end__fails__past_the_ceiling),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
