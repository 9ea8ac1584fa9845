/* Endpoints as plain data, and the name made from a URL. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>

#include "src/base/compiler.h"
#include "src/base/mem.h"
#include "src/config/endpoint.h"

static void endpoint_name_from_url__is_host_and_port__and_nothing_else(void **state)
{
    (void)state;
    static const struct {
        const char *url;
        const char *name;
    } cases[] = {
        {"https://api.example.com", "api.example.com"},
        {"https://api.example.com/v1", "api.example.com"},
        {"http://127.0.0.1:8080/v1/", "127.0.0.1:8080"},
        {"http://[::1]:9/x", "[::1]:9"},
        {"https://host?key=s3cret", "host"},
        {"https://host#part", "host"},
        {"https://user:s3cret@host:1/v1", "host:1"},
        {"https://host/path@with:at", "host"},
        {"host:80/v1", "host:80"},
        {"", ""},
        {"http://", ""},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        char *name = endpoint_name_from_url(cases[i].url);
        assert_string_equal(name, cases[i].name);
        mem_free(name);
    }
}

static void endpoint_init__copies__its_three_strings(void **state)
{
    (void)state;
    char text[] = "abc";
    struct endpoint endpoint;
    endpoint_init(&endpoint, text, text, text);
    text[0] = 'x';
    assert_string_equal(endpoint.name, "abc");
    assert_string_equal(endpoint.api, "abc");
    assert_string_equal(endpoint.base_url, "abc");
    assert_null(endpoint.key);
    assert_null(endpoint.ca_file);
    assert_int_equal(endpoint.header_count, 0);
    endpoint_clear(&endpoint);
}

static void endpoint_add_header__keeps_the_order__of_lines(void **state)
{
    (void)state;
    struct endpoint endpoint;
    endpoint_init(&endpoint, "n", "a", "u");
    for (int i = 0; i < 20; i++)
        endpoint_add_header(&endpoint, i % 2 == 0 ? "A: 1" : "B: 2");
    assert_int_equal(endpoint.header_count, 20);
    assert_string_equal(endpoint.headers[0], "A: 1");
    assert_string_equal(endpoint.headers[19], "B: 2");
    endpoint_clear(&endpoint);
}

static void endpoint_clear__leaves_an_empty_one__and_accepts_it(void **state)
{
    (void)state;
    struct error err = {.class = ERROR_NONE};
    struct endpoint endpoint;
    endpoint_init(&endpoint, "n", "a", "u");
    endpoint.ca_file = mem_strdup("file");
    setenv("MOTET_TEST_KEY", "k", 1);
    endpoint.key = secret_from_env("MOTET_TEST_KEY", &err);
    endpoint_clear(&endpoint);
    assert_null(endpoint.name);
    assert_null(endpoint.key);
    endpoint_clear(&endpoint);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(endpoint_name_from_url__is_host_and_port__and_nothing_else),
        cmocka_unit_test(endpoint_init__copies__its_three_strings),
        cmocka_unit_test(endpoint_add_header__keeps_the_order__of_lines),
        cmocka_unit_test(endpoint_clear__leaves_an_empty_one__and_accepts_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
