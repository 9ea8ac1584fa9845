/* Which URLs are taken, what is said of the others, and which mean this machine. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "src/base/compiler.h"
#include "src/net/http.h"

static void http_check_url__accepts__http_and_https(void **state)
{
    (void)state;
    assert_true(http_check_url("http://host", NULL));
    assert_true(http_check_url("HTTPS://host:8443/v1/x?y=z", NULL));
    assert_true(http_check_url("http://[::1]:8080/v1", NULL));
    assert_true(http_check_url("http://user:password@host/", NULL));
}

static void http_check_url__refuses_with_its_name__anything_else(void **state)
{
    (void)state;
    static const char *const bad[][2] = {
        {"", "http:// or https://"},
        {"host/v1", "http:// or https://"},
        {"localhost:8080", "http:// or https://"},
        {"ftp://host/", "http:// or https://"},
        {"file:///etc/passwd", "http:// or https://"},
        {"http:/host", "http:// or https://"},
        {"http://", "no host"},
        {"http:///v1", "no host"},
        {"http://:80/", "no host"},
        {"http://?q", "no host"},
        {"http://host:99999/", "not valid"},
        {"http://host:port/", "not valid"},
        {"http://ho st/", "not valid"},
        {"http://[::1/", "not valid"},
        {"http://host/\n", "not valid"},
    };
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        struct error err = {.class = ERROR_NONE};
        if (http_check_url(bad[i][0], &err))
            fail_msg("accepted \"%s\"", bad[i][0]);
        assert_int_equal(err.class, ERROR_USAGE);
        if (strstr(error_text(&err), bad[i][1]) == NULL)
            fail_msg("\"%s\": %s", bad[i][0], error_text(&err));
        error_clear(&err);
    }
}

static void http_check_url__shows_no_secret__in_its_sentence(void **state)
{
    (void)state;
    struct error err = {.class = ERROR_NONE};
    assert_false(http_check_url("ftp://me:SECRET@host/path?key=SECRET#SECRET", &err));
    assert_null(strstr(error_text(&err), "SECRET"));
    assert_non_null(strstr(error_text(&err), "ftp://host/path"));
    error_clear(&err);
}

static void http_is_loopback__knows__this_machine(void **state)
{
    (void)state;
    assert_true(http_is_loopback("http://localhost:11434/v1"));
    assert_true(http_is_loopback("https://LOCALHOST/"));
    assert_true(http_is_loopback("http://127.0.0.1/"));
    assert_true(http_is_loopback("http://127.8.9.10:80/"));
    assert_true(http_is_loopback("http://[::1]:80/"));
    assert_false(http_is_loopback("http://128.0.0.1/"));
    assert_false(http_is_loopback("http://localhost.example.com/"));
    assert_false(http_is_loopback("http://127.0.0.1.example.com/"));
    assert_false(http_is_loopback("http://[::2]/"));
    assert_false(http_is_loopback("http://example.com/127.0.0.1"));
    assert_false(http_is_loopback("no url"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(http_check_url__accepts__http_and_https),
        cmocka_unit_test(http_check_url__refuses_with_its_name__anything_else),
        cmocka_unit_test(http_check_url__shows_no_secret__in_its_sentence),
        cmocka_unit_test(http_is_loopback__knows__this_machine),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
