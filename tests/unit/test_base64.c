/* The examples of RFC 4648, and bytes that are no text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(base64_append__any_rest__is_filled),
        cmocka_unit_test(base64_append__high_bytes__and_zeros),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
