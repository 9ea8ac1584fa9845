/* What cJSON alone gets wrong, and the scanners beside it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "src/base/json.h"
#include "src/base/mem.h"

#define BAD "\xef\xbf\xbd"

/* The text of member "a" after repair and joining, or NULL if it is not JSON. */
static char *text_of(const char *bytes, size_t len)
{
    cJSON *root = json_parse(bytes, len);
    const char *text = json_get_string(root, "a");
    if (text == NULL) {
        cJSON_Delete(root);
        return NULL;
    }
    struct strbuf out;
    uint16_t half = 0;
    strbuf_init(&out, 4096);
    json_join_halves(&out, text, &half);
    json_flush_half(&out, &half);
    cJSON_Delete(root);
    return strbuf_take(&out);
}

static void assert_text(const char *json, size_t len, const char *wanted)
{
    char *text = text_of(json, len);
    assert_non_null(text);
    assert_string_equal(text, wanted);
    mem_free(text);
}

/* A literal and its length, NULs included. */
static void json_parse__replaces__nul_escapes(void **state)
{
    (void)state;
    static const char escaped[] = "{\"a\":\"x\\u0000y\"}";
    static const char literal[] = "{\"a\":\"x\\\\u0000y\"}";
    assert_text(escaped, sizeof(escaped) - 1, "x" BAD "y");
    assert_text(literal, sizeof(literal) - 1, "x\\u0000y");
}

static void json_parse__replaces__nul_bytes(void **state)
{
    (void)state;
    static const char inside[] = "{\"a\":\"x\0y\"}";
    static const char between[] = "{\"a\":\0\"x\"}";
    assert_text(inside, sizeof(inside) - 1, "x" BAD "y");
    assert_null(text_of(between, sizeof(between) - 1));
}

static void json_parse__replaces__bad_utf8(void **state)
{
    (void)state;
    static const char bad[] = "{\"a\":\"\xc3 \xe2\x82!\xff\"}";
    assert_text(bad, sizeof(bad) - 1, BAD " " BAD "!" BAD);
}

static void json_parse__pairs__surrogates(void **state)
{
    (void)state;
    static const char pair[] = "{\"a\":\"\\ud83d\\ude80\"}";
    static const char lone_high[] = "{\"a\":\"x\\ud83dy\"}";
    static const char lone_low[] = "{\"a\":\"\\ude80\"}";
    static const char two_highs[] = "{\"a\":\"\\uD83D\\uD83D\\uDE80\"}";
    assert_text(pair, sizeof(pair) - 1, "\U0001f680");
    assert_text(lone_high, sizeof(lone_high) - 1, "x" BAD "y");
    assert_text(lone_low, sizeof(lone_low) - 1, BAD);
    assert_text(two_highs, sizeof(two_highs) - 1, BAD "\U0001f680");
}

static void json_parse__refuses__what_follows_the_value(void **state)
{
    (void)state;
    assert_null(json_parse("{\"a\":1} junk", 12));
    assert_null(json_parse("", 0));
    assert_null(json_parse("{\"a\":", 5));
    cJSON *root = json_parse(" {} \r\n\t", 7);
    assert_non_null(root);
    cJSON_Delete(root);
}

static void json_parse__refuses__absurd_depth(void **state)
{
    (void)state;
    char deep[4000];
    memset(deep, '[', 2000);
    memset(deep + 2000, ']', 2000);
    assert_null(json_parse(deep, sizeof(deep)));
    assert_false(json_is_valid(deep, sizeof(deep)));
}

static void json_get__is__case_sensitive_and_forgiving(void **state)
{
    (void)state;
    static const char text[] =
        "{\"Content\":\"no\",\"content\":\"yes\",\"n\":null,\"i\":7}";
    cJSON *root = json_parse(text, sizeof(text) - 1);
    int64_t value = 0;
    assert_string_equal(json_get_string(root, "content"), "yes");
    assert_null(json_get_string(root, "i"));
    assert_null(json_get(NULL, "x"));
    assert_null(json_get(json_get(root, "i"), "x"));
    assert_false(json_has(root, "n"));
    assert_true(json_has(root, "i"));
    assert_true(json_get_int(root, "i", &value) && value == 7);
    assert_false(json_get_int(root, "content", &value));
    cJSON_Delete(root);
}

static void json_get_int__refuses__what_does_not_fit(void **state)
{
    (void)state;
    static const char text[] = "{\"a\":1e300,\"b\":-1e300,\"c\":8600000000000}";
    cJSON *root = json_parse(text, sizeof(text) - 1);
    int64_t value = 0;
    assert_false(json_get_int(root, "a", &value));
    assert_false(json_get_int(root, "b", &value));
    assert_true(json_get_int(root, "c", &value) && value == 8600000000000);
    cJSON_Delete(root);
}

static void json_join_halves__joins__across_pieces(void **state)
{
    (void)state;
    struct strbuf out;
    uint16_t half = 0;
    strbuf_init(&out, 64);
    json_join_halves(&out, "a\xed\xa0\xbd", &half);
    assert_string_equal(strbuf_text(&out), "a");
    json_join_halves(&out, "", &half);
    json_join_halves(&out, "\xed\xba\x80z", &half);
    assert_string_equal(strbuf_text(&out), "a\U0001f680z");
    assert_int_equal(half, 0);
    strbuf_clear(&out);
}

static void json_join_halves__replaces__halves_that_never_meet(void **state)
{
    (void)state;
    struct strbuf out;
    uint16_t half = 0;
    strbuf_init(&out, 64);
    json_join_halves(&out, "\xed\xa0\xbd", &half);
    json_join_halves(&out, "x\xed\xba\x80", &half);
    json_join_halves(&out, "\xed\xa0\xbd", &half);
    json_flush_half(&out, &half);
    json_flush_half(&out, &half);
    assert_string_equal(strbuf_text(&out), BAD "x" BAD BAD);
    strbuf_clear(&out);
}

static void json_join_halves__keeps__other_characters_of_that_lead(void **state)
{
    (void)state;
    struct strbuf out;
    uint16_t half = 0;
    strbuf_init(&out, 64);
    json_join_halves(&out, "\xed\x9f\xbf\xed\x95\x9c", &half);
    assert_string_equal(strbuf_text(&out), "\xed\x9f\xbf\xed\x95\x9c");
    strbuf_clear(&out);
}

static void json_append_string__escapes__and_mends(void **state)
{
    (void)state;
    static const char text[] = "a\"\\\n\r\t\x01\x7f\0\xff\u20ac";
    struct strbuf out;
    strbuf_init(&out, 128);
    assert_true(json_append_string(&out, text, sizeof(text) - 1));
    assert_string_equal(strbuf_text(&out),
                        "\"a\\\"\\\\\\n\\r\\t\\u0001\\u007f\\u0000" BAD "\u20ac\"");
    assert_true(json_is_valid(out.text, out.len));
    strbuf_clear(&out);
}

static void json_is_valid__takes__json(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "{}",
        "[]",
        " {\"a\" : [1, -2.5e+3, true] }\n",
        "\"\\u12aF\\n\"",
        "0",
        "-0.0",
        "null",
        "[[],{}]",
        "1e400",
        "{\"a\":{\"b\":[{}]},\"c\":\"\"}",
        "9007199254740993",
        "\"\\ud83d\"",
    };
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        if (!json_is_valid(texts[i], strlen(texts[i])))
            fail_msg("%s is JSON", texts[i]);
    }
}

static void json_is_valid__refuses__what_others_would_not_read(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "",         " ",           "{",        "}",
        "[1,]",     "{\"a\":1,}",  "{a:1}",    "{\"a\"}",
        "{\"a\":}", "[1 2]",       "01",       "1.",
        ".5",       "+1",          "-",        "1e",
        "tru",      "nullx",       "\"a",      "\"\n\"",
        "\"\\x\"",  "\"\\u12g4\"", "{} {}",    "{}x",
        "[}",       "{]",          "'a'",      "\xef\xbb\xbf{}",
        "\"\xff\"", "NaN",         "\"\\",     "\"\\u12",
        "[",        ",",           "{\"a\":1", "{\"a\":1]",
    };
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        if (json_is_valid(texts[i], strlen(texts[i])))
            fail_msg("%s is not JSON", texts[i]);
    }
    assert_false(json_is_valid("{}\0", 3));
    assert_false(json_is_valid("[\0]", 3));
}

static void assert_raw(const char *json, const char *const *path, const char *wanted)
{
    const char *value = NULL;
    size_t len = 0;
    const bool is_found = json_find_raw(json, strlen(json), path, &value, &len);
    assert_int_equal(is_found, wanted != NULL);
    if (wanted == NULL)
        return;
    assert_int_equal(len, strlen(wanted));
    assert_memory_equal(value, wanted, len);
}

static void json_find_raw__keeps__every_digit(void **state)
{
    (void)state;
    static const char *const path[] = {"a", "1", "n", NULL};
    static const char *const whole[] = {NULL};
    assert_raw("{\"x\":[{}],\"a\":[0, {\"m\":\"}\", \"n\" : 9007199254740993 }]}", path,
               "9007199254740993");
    assert_raw(" {\"a\": 1} ", whole, "{\"a\": 1}");
}

static void json_find_raw__takes__containers_and_strings_whole(void **state)
{
    (void)state;
    static const char *const path[] = {"a", NULL};
    assert_raw("{\"a\":{\"b\":[\"]\",{}], \"c\":\"\\\"}\"}, \"z\":1}", path,
               "{\"b\":[\"]\",{}], \"c\":\"\\\"}\"}");
    assert_raw("{\"z\":[[1],2],\"\\u0061\":\"q\"}", path, "\"q\"");
    assert_raw("[1,2]", path, NULL);
    assert_raw("{\"b\":1}", path, NULL);
    assert_raw("{}", path, NULL);
    assert_raw("7", path, NULL);
}

static void json_find_raw__of_broken_text__ends(void **state)
{
    (void)state;
    static const char *const path[] = {"a", NULL};
    static const char nul[] = "{\"z\":[\0\0],\"a\":1}";
    const char *value;
    size_t len;
    assert_true(json_find_raw(nul, sizeof(nul) - 1, path, &value, &len));
    assert_raw("{\"a\"", path, NULL);
    assert_raw("{\"a\":", path, NULL);
    assert_raw("{\"z\":[[[", path, NULL);
    assert_raw("{\"z\":\"", path, NULL);
}

static void json_append_compact__keeps__all_but_blanks_between(void **state)
{
    (void)state;
    static const char json[] =
        "{ \"a b\" : [1.50, \t\"\\\" }\",\r\n 12345678901234567890 ] }";
    struct strbuf out;
    strbuf_init(&out, 1000);
    assert_true(json_append_compact(&out, json, strlen(json)));
    assert_string_equal(strbuf_text(&out),
                        "{\"a b\":[1.50,\"\\\" }\",12345678901234567890]}");
    strbuf_reset(&out);
    assert_true(json_append_compact(&out, "\"open\\", 6));
    assert_string_equal(strbuf_text(&out), "\"open\\");
    strbuf_clear(&out);
}

static void json_next_item__gives__members_and_elements(void **state)
{
    (void)state;
    static const char text[] =
        " { \"a\" : 1.50, \"b\\u0021\":[2,{\"c\":3}] , \"d\":\"x,y\" } ";
    struct json_item item;
    struct strbuf seen;
    size_t at = 0;
    strbuf_init(&seen, 1000);
    while (json_next_item(text, strlen(text), &at, &item)) {
        json_append_value_text(&seen, item.key, item.key_len);
        strbuf_append_char(&seen, '=');
        json_append_value_text(&seen, item.value, item.value_len);
        strbuf_append_char(&seen, ';');
    }
    assert_string_equal(strbuf_text(&seen), "a=1.50;b!=[2,{\"c\":3}];d=x,y;");
    strbuf_reset(&seen);
    at = 0;
    while (json_next_item("[[], \"\\ud83d\\ude00\" ,null]", 27, &at, &item)) {
        assert_null(item.key);
        json_append_value_text(&seen, item.value, item.value_len);
        strbuf_append_char(&seen, ';');
    }
    assert_string_equal(strbuf_text(&seen), "[];\xf0\x9f\x98\x80;null;");
    at = 0;
    assert_false(json_next_item("{}", 2, &at, &item));
    assert_false(json_next_item("[ ]", 3, &at, &item));
    assert_false(json_next_item("7", 1, &at, &item));
    strbuf_clear(&seen);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(json_next_item__gives__members_and_elements),
        cmocka_unit_test(json_append_compact__keeps__all_but_blanks_between),
        cmocka_unit_test(json_parse__replaces__nul_escapes),
        cmocka_unit_test(json_parse__replaces__nul_bytes),
        cmocka_unit_test(json_parse__replaces__bad_utf8),
        cmocka_unit_test(json_parse__pairs__surrogates),
        cmocka_unit_test(json_parse__refuses__what_follows_the_value),
        cmocka_unit_test(json_parse__refuses__absurd_depth),
        cmocka_unit_test(json_get__is__case_sensitive_and_forgiving),
        cmocka_unit_test(json_get_int__refuses__what_does_not_fit),
        cmocka_unit_test(json_join_halves__joins__across_pieces),
        cmocka_unit_test(json_join_halves__replaces__halves_that_never_meet),
        cmocka_unit_test(json_join_halves__keeps__other_characters_of_that_lead),
        cmocka_unit_test(json_append_string__escapes__and_mends),
        cmocka_unit_test(json_is_valid__takes__json),
        cmocka_unit_test(json_is_valid__refuses__what_others_would_not_read),
        cmocka_unit_test(json_find_raw__keeps__every_digit),
        cmocka_unit_test(json_find_raw__takes__containers_and_strings_whole),
        cmocka_unit_test(json_find_raw__of_broken_text__ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
