/* The examples of RFC 4648, and bytes that are no text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "src/base/base64.h"

static void assert_base64(const char *bytes, size_t len, const char *expected)
{
    struct strbuf out;
    strbuf_init(&out, 1000);
    base64_append(&out, bytes, len);
    assert_string_equal(strbuf_text(&out), expected);
    strbuf_clear(&out);
}

static void base64_append__any_rest__is_filled(void **state)
{
    (void)state;
    assert_base64("", 0, "");
    assert_base64("f", 1, "Zg==");
    assert_base64("fo", 2, "Zm8=");
    assert_base64("foo", 3, "Zm9v");
    assert_base64("foob", 4, "Zm9vYg==");
    assert_base64("fooba", 5, "Zm9vYmE=");
    assert_base64("foobar", 6, "Zm9vYmFy");
}

static void base64_append__high_bytes__and_zeros(void **state)
{
    (void)state;
    assert_base64("\xff\xfe\xfd", 3, "//79");
    assert_base64("\x00\xf8", 2, "APg=");
}

static void assert_decoded(const char *text, const char *bytes, size_t len)
{
    struct strbuf out;
    strbuf_init(&out, 1000);
    strbuf_append_text(&out, "#");
    assert_true(base64_append_decoded(&out, text, strlen(text)));
    assert_int_equal(out.len, len + 1);
    assert_memory_equal(out.text + 1, bytes, len);
    strbuf_clear(&out);
}

static void base64_append_decoded__reads__what_is_written(void **state)
{
    (void)state;
    assert_decoded("", "", 0);
    assert_decoded("Zg==", "f", 1);
    assert_decoded("Zm8=", "fo", 2);
    assert_decoded("Zm9vYmFy", "foobar", 6);
    assert_decoded("//79", "\xff\xfe\xfd", 3);
    assert_decoded("APg=", "\x00\xf8", 2);
}

static void base64_append_decoded__refuses__anything_else(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "Z", "Zg=", "Zg==Zg==", "Zh==", "Zm9=", "Z g=", "Zm9v\n", "Zm_v", "====", "Z==="};
    struct strbuf out;
    strbuf_init(&out, 1000);
    strbuf_append_text(&out, "#");
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        assert_false(base64_append_decoded(&out, texts[i], strlen(texts[i])));
    assert_string_equal(strbuf_text(&out), "#");
    strbuf_clear(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(base64_append_decoded__reads__what_is_written),
        cmocka_unit_test(base64_append_decoded__refuses__anything_else),
        cmocka_unit_test(base64_append__any_rest__is_filled),
        cmocka_unit_test(base64_append__high_bytes__and_zeros),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
