/* Endpoints: names and origins of URLs, and what a configuration makes of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "src/base/compiler.h"
#include "src/base/mem.h"
#include "src/config/endpoint.h"
#include "src/config/endpoint_setup.h"
#include "src/config/setting.h"

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

static void endpoint_origin_from_url__is_scheme_host_and_port__in_small_letters(
    void **state)
{
    (void)state;
    static const struct {
        const char *url;
        const char *origin;
    } cases[] = {
        {"https://api.example.com", "https://api.example.com:443"},
        {"HTTPS://API.Example.com/v1?x=1#y", "https://api.example.com:443"},
        {"http://host/a:b@c", "http://host:80"},
        {"http://host:8080", "http://host:8080"},
        {"http://host:", "http://host:80"},
        {"http://[::1]:9/x", "http://[::1]:9"},
        {"http://[::1]", "http://[::1]:80"},
        {"https://user:pass@host/v1", "https://host:443"},
        {"https://good.example@evil.example/v1", "https://evil.example:443"},
        {"https://a@b@evil.example", "https://evil.example:443"},
        {"ftp://host", NULL},
        {"host", NULL},
        {"", NULL},
        {"https://", NULL},
        {"https://:80", NULL},
        {"https://host:0", NULL},
        {"https://host:65536", NULL},
        {"https://host:80x", NULL},
        {"https://host:+80", NULL},
        {"https://evil.example\\@good.example", NULL},
        {"https://good.example\t.evil.example", NULL},
        {"https://good.example /x", NULL},
        {"https://[::1", NULL},
        {"https://[::1]x:80", NULL},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        char *origin = endpoint_origin_from_url(cases[i].url);
        if (cases[i].origin == NULL)
            assert_null(origin);
        else
            assert_string_equal(origin, cases[i].origin);
        mem_free(origin);
    }
}

static void endpoint_owns_url__holds_for__its_own_origin_only(void **state)
{
    (void)state;
    struct endpoint endpoint;
    endpoint_init(&endpoint, "n", "a", "https://api.example.com/v1");
    assert_true(endpoint_owns_url(&endpoint, "https://api.example.com/v1/chat"));
    assert_true(endpoint_owns_url(&endpoint, "https://API.example.com:443/other"));
    assert_false(endpoint_owns_url(&endpoint, "http://api.example.com/v1/chat"));
    assert_false(endpoint_owns_url(&endpoint, "https://api.example.com:444/v1"));
    assert_false(endpoint_owns_url(&endpoint, "https://api.example.com.evil.org/v1"));
    assert_false(endpoint_owns_url(&endpoint, "https://api.example.com@evil.org/v1"));
    assert_false(endpoint_owns_url(&endpoint, ""));
    endpoint_clear(&endpoint);
}

static void endpoint_owns_url__stays_with_the_first_origin__whatever_the_url_becomes(
    void **state)
{
    (void)state;
    struct endpoint endpoint;
    endpoint_init(&endpoint, "n", "a", "https://api.example.com/v1");
    mem_free(endpoint.base_url);
    endpoint.base_url = mem_strdup("https://evil.org/v1");
    assert_false(endpoint_owns_url(&endpoint, "https://evil.org/v1"));
    endpoint_clear(&endpoint);
}

static void endpoint_owns_url__fails__without_an_origin(void **state)
{
    (void)state;
    struct endpoint endpoint;
    endpoint_init(&endpoint, "n", "a", "nowhere");
    assert_false(endpoint_owns_url(&endpoint, "nowhere"));
    assert_false(endpoint_owns_url(&endpoint, "https://host"));
    endpoint_clear(&endpoint);
}

/* From the configuration. */

static const struct preset_info presets[] = {
    {.name = "big",
     .api = "openai-responses",
     .base_url = "https://api.big.example/v1",
     .key_env = "MOTET_TEST_BIG_KEY",
     .quirks = 5},
    {.name = "home",
     .api = "ollama",
     .base_url = "http://127.0.0.1:11434",
     .key_env = "MOTET_TEST_HOME_KEY",
     .is_local = true},
    {.name = "own", .api = "openai-chat", .key_env = "MOTET_TEST_OWN_KEY"},
};
static const struct config_rules rules = {.presets = presets,
                                          .preset_count = COUNT_OF(presets)};

/* The endpoint of the one provider in `text`, which has no problems. */
static void set_up(struct endpoint *endpoint, const char *text)
{
    struct config config;
    config_init(&config);
    assert_true(config_parse(&config, "/home/c.yaml", text, strlen(text), &rules));
    assert_int_equal(config.providers.len, 1);
    endpoint_setup(endpoint, config.providers.items[0], &rules);
    config_clear(&config);
}

static void endpoint_setup__takes_from_the_preset__what_the_section_leaves_open(
    void **state)
{
    (void)state;
    struct endpoint endpoint;
    setenv("MOTET_TEST_BIG_KEY", "k1", 1);
    set_up(&endpoint, "providers: {big: {max_in_flight: 3, requests: 60/min, "
                      "idle_timeout: 5s, proxy: 'http://p:1'}}");
    assert_string_equal(endpoint.name, "big");
    assert_string_equal(endpoint.preset, "big");
    assert_string_equal(endpoint.api, "openai-responses");
    assert_string_equal(endpoint.base_url, "https://api.big.example/v1");
    assert_string_equal(secret_text(endpoint.key), "k1");
    assert_string_equal(endpoint.proxy, "http://p:1");
    assert_int_equal(endpoint.quirks, 5);
    assert_int_equal(endpoint.max_in_flight, 3);
    assert_int_equal(endpoint.request_rate.count, 60);
    assert_int_equal(endpoint.request_rate.window_ms, 60000);
    assert_int_equal(endpoint.token_rate.window_ms, 0);
    assert_int_equal(endpoint.clock_ms[0], SETTING_AUTO);
    assert_int_equal(endpoint.clock_ms[2], 5000);
    assert_true(endpoint.is_offered);
    assert_false(endpoint.is_local);
    assert_null(endpoint.trouble);
    endpoint_clear(&endpoint);
}

static void endpoint_setup__keeps_the_presets_key__from_another_origin(void **state)
{
    (void)state;
    static const char *const elsewhere[] = {
        "providers: {big: {url: 'https://elsewhere.example/v1'}}",
        "providers: {big: {url: 'http://api.big.example/v1'}}",
        "providers: {big: {url: 'https://api.big.example:8443/v1'}}",
        "providers: {x: {preset: big, url: 'https://api.big.example.evil.org'}}",
        "providers: {big: {api: openai-chat, url: 'https://elsewhere.example'}}",
    };
    setenv("MOTET_TEST_BIG_KEY", "k1", 1);
    for (size_t i = 0; i < COUNT_OF(elsewhere); i++) {
        struct endpoint endpoint;
        set_up(&endpoint, elsewhere[i]);
        assert_null(endpoint.key);
        assert_null(endpoint.key_from);
        assert_null(endpoint.trouble);
        endpoint_clear(&endpoint);
    }
    struct endpoint endpoint;
    set_up(&endpoint, "providers: {big: {url: 'https://api.BIG.example:443/v2'}}");
    assert_string_equal(secret_text(endpoint.key), "k1");
    endpoint_clear(&endpoint);
}

static void endpoint_setup__sends_a_key_elsewhere__that_was_named_for_it(void **state)
{
    (void)state;
    struct endpoint endpoint;
    setenv("MOTET_TEST_BIG_KEY", "k1", 1);
    set_up(&endpoint, "providers: {big: {url: 'https://elsewhere.example/v1', key_env: "
                      "MOTET_TEST_BIG_KEY}}");
    assert_string_equal(secret_text(endpoint.key), "k1");
    assert_true(endpoint_owns_url(&endpoint, "https://elsewhere.example/v1/x"));
    assert_false(endpoint_owns_url(&endpoint, "https://api.big.example/v1/x"));
    endpoint_clear(&endpoint);
}

static void endpoint_setup__has_trouble__where_the_key_is_missing(void **state)
{
    (void)state;
    struct endpoint endpoint;
    unsetenv("MOTET_TEST_BIG_KEY");
    set_up(&endpoint, "providers: {big: {}}");
    assert_null(endpoint.key);
    assert_non_null(strstr(endpoint.trouble, "big"));
    assert_non_null(strstr(endpoint.trouble, "MOTET_TEST_BIG_KEY"));
    endpoint_clear(&endpoint);
}

static void endpoint_setup__needs_no_key__for_a_local_preset(void **state)
{
    (void)state;
    struct endpoint endpoint;
    unsetenv("MOTET_TEST_HOME_KEY");
    set_up(&endpoint, "providers: {home: {}}");
    assert_null(endpoint.trouble);
    assert_true(endpoint.is_local);
    endpoint_clear(&endpoint);
    set_up(&endpoint, "providers: {home: {local: no, key_env: MOTET_TEST_HOME_KEY}}");
    assert_non_null(endpoint.trouble);
    assert_false(endpoint.is_local);
    endpoint_clear(&endpoint);
}

static void endpoint_setup__stores__a_command_for_the_key(void **state)
{
    (void)state;
    struct endpoint endpoint;
    setenv("MOTET_TEST_BIG_KEY", "k1", 1);
    set_up(&endpoint, "providers: {big: {key_cmd: [pass, show, 'a b']}}");
    assert_null(endpoint.key);
    assert_int_equal(endpoint.key_cmd_count, 3);
    assert_string_equal(endpoint.key_cmd[2], "a b");
    assert_non_null(strstr(endpoint.key_from, "pass"));
    assert_null(strstr(endpoint.key_from, "a b"));
    endpoint_clear(&endpoint);
}

static void endpoint_setup__joins__header_lines(void **state)
{
    (void)state;
    struct endpoint endpoint;
    set_up(&endpoint, "providers: {x: {url: 'http://h', headers: {A: 1, B: two}}}");
    assert_string_equal(endpoint.api, "openai-chat");
    assert_int_equal(endpoint.header_count, 2);
    assert_string_equal(endpoint.headers[1], "B: two");
    endpoint_clear(&endpoint);
}

static void endpoint_setup__has_trouble__with_unreadable_files(void **state)
{
    (void)state;
    struct endpoint endpoint;
    set_up(&endpoint, "providers: {x: {url: 'http://h', ca_file: none.pem}}");
    assert_non_null(strstr(endpoint.trouble, "/home/none.pem"));
    endpoint_clear(&endpoint);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(endpoint_name_from_url__is_host_and_port__and_nothing_else),
        cmocka_unit_test(endpoint_init__copies__its_three_strings),
        cmocka_unit_test(endpoint_add_header__keeps_the_order__of_lines),
        cmocka_unit_test(endpoint_clear__leaves_an_empty_one__and_accepts_it),
        cmocka_unit_test(
            endpoint_origin_from_url__is_scheme_host_and_port__in_small_letters),
        cmocka_unit_test(endpoint_owns_url__holds_for__its_own_origin_only),
        cmocka_unit_test(
            endpoint_owns_url__stays_with_the_first_origin__whatever_the_url_becomes),
        cmocka_unit_test(endpoint_owns_url__fails__without_an_origin),
        cmocka_unit_test(
            endpoint_setup__takes_from_the_preset__what_the_section_leaves_open),
        cmocka_unit_test(endpoint_setup__keeps_the_presets_key__from_another_origin),
        cmocka_unit_test(endpoint_setup__sends_a_key_elsewhere__that_was_named_for_it),
        cmocka_unit_test(endpoint_setup__has_trouble__where_the_key_is_missing),
        cmocka_unit_test(endpoint_setup__needs_no_key__for_a_local_preset),
        cmocka_unit_test(endpoint_setup__stores__a_command_for_the_key),
        cmocka_unit_test(endpoint_setup__joins__header_lines),
        cmocka_unit_test(endpoint_setup__has_trouble__with_unreadable_files),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
