/* What is masked of a request, and what is starred out of what comes back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "src/base/compiler.h"
#include "src/base/mem.h"
#include "src/engine/wire_mask.h"

static void assert_url(const char *key, const char *url, const char *masked)
{
    struct wire_mask mask = {0};
    wire_mask_add_key(&mask, key);
    char *text = wire_mask_url(&mask, url);
    assert_string_equal(text, masked);
    mem_free(text);
    wire_mask_clear(&mask);
}

static void wire_mask_url__masks__users_and_query_members(void **state)
{
    (void)state;
    assert_url(NULL, "https://host/v1/chat?a=1&b=2#c", "https://host/v1/chat?a=1&b=2#c");
    assert_url(NULL, "https://me:pass@host/v1", "https://***@host/v1");
    assert_url(NULL, "https://me:p@ss@host", "https://***@host");
    assert_url(NULL, "https://host/x?key=abc&alt=sse", "https://host/x?key=***&alt=sse");
    assert_url(NULL, "https://host?api-version=1&subscription-key=",
               "https://host?api-version=1&subscription-key=***");
    assert_url("0123456789", "https://host/0123456789/x", "https://host/***/x");
}

static void wire_mask_value__keeps__the_scheme_alone(void **state)
{
    (void)state;
    static const char *const values[][2] = {
        {"Bearer abc", "Bearer ***"},
        {"abc", "***"},
        {"", "***"},
        {"AWS4-HMAC-SHA256 a b c", "AWS4-HMAC-SHA256 ***"},
        {"0123456789abcdefg x", "***"},
    };
    for (size_t i = 0; i < COUNT_OF(values); i++) {
        char *text = wire_mask_value(values[i][0]);
        assert_string_equal(text, values[i][1]);
        mem_free(text);
    }
}

static void wire_mask_is_secret_name__knows__the_names_of_keys(void **state)
{
    (void)state;
    static const char *const secret[] = {"Authorization",
                                         "x-api-key",
                                         "api-key",
                                         "X-Goog-Api-Key",
                                         "X-Amz-Security-Token",
                                         "Cookie",
                                         "Proxy-Authorization"};
    static const char *const plain[] = {"Content-Type", "Accept", "anthropic-version"};
    for (size_t i = 0; i < COUNT_OF(secret); i++)
        assert_true(wire_mask_is_secret_name(secret[i], strlen(secret[i])));
    for (size_t i = 0; i < COUNT_OF(plain); i++)
        assert_false(wire_mask_is_secret_name(plain[i], strlen(plain[i])));
}

static void wire_mask_stars__hides__each_part_of_a_signing_key(void **state)
{
    (void)state;
    struct wire_mask mask = {0};
    wire_mask_add_key(&mask, "ACCESS:secret-secret:token-token");
    char text[] = "x secret-secret y token-token z ACCESS";
    assert_true(wire_mask_finds(&mask, text, strlen(text)));
    wire_mask_stars(&mask, text, strlen(text));
    assert_string_equal(text, "x ************* y *********** z ACCESS");
    assert_false(wire_mask_finds(&mask, text, strlen(text)));
    wire_mask_clear(&mask);
}

static void wire_mask_open_end__finds__the_longest_beginning(void **state)
{
    (void)state;
    struct wire_mask mask = {0};
    assert_int_equal(wire_mask_open_end(&mask, "abc", 3), 0);
    wire_mask_add_key(&mask, "abcabcde");
    assert_int_equal(wire_mask_open_end(&mask, "", 0), 0);
    assert_int_equal(wire_mask_open_end(&mask, "xyz", 3), 0);
    assert_int_equal(wire_mask_open_end(&mask, "xabc", 4), 3);
    assert_int_equal(wire_mask_open_end(&mask, "abcabc", 6), 6);
    assert_int_equal(wire_mask_open_end(&mask, "abcabcde", 8), 0);
    assert_false(wire_mask_finds(&mask, "abcabcd", 7));
    assert_true(wire_mask_finds(&mask, "aabcabcde", 9));
    wire_mask_clear(&mask);
}

static void wire_mask__searches_for__no_short_texts(void **state)
{
    (void)state;
    struct wire_mask mask = {0};
    wire_mask_add_key(&mask, "demo");
    wire_mask_add_value(&mask, "a b");
    assert_int_equal(mask.count, 0);
    wire_mask_add_value(&mask, "Bearer 0123456789");
    assert_int_equal(mask.count, 2);
    char *text = wire_mask_text(&mask, "it is 0123456789.");
    assert_string_equal(text, "it is ***.");
    mem_free(text);
    wire_mask_clear(&mask);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(wire_mask_url__masks__users_and_query_members),
        cmocka_unit_test(wire_mask_value__keeps__the_scheme_alone),
        cmocka_unit_test(wire_mask_is_secret_name__knows__the_names_of_keys),
        cmocka_unit_test(wire_mask_stars__hides__each_part_of_a_signing_key),
        cmocka_unit_test(wire_mask_open_end__finds__the_longest_beginning),
        cmocka_unit_test(wire_mask__searches_for__no_short_texts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
