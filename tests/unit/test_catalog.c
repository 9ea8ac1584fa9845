/* Where the names of models lead. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "src/base/compiler.h"
#include "src/base/mem.h"
#include "src/config/catalog.h"

static int setup(void **state)
{
    static struct catalog catalog;
    catalog_init(&catalog);
    *state = &catalog;
    return 0;
}

static int teardown(void **state)
{
    catalog_clear(*state);
    return 0;
}

static struct endpoint *add(struct catalog *catalog, const char *name)
{
    struct endpoint *endpoint = catalog_add_endpoint(catalog);
    endpoint_init(endpoint, name, "openai-chat", "http://127.0.0.1:1");
    return endpoint;
}

static void assert_found(const struct catalog *catalog, const char *name,
                         const struct endpoint *endpoint, const char *model)
{
    struct error err = {.class = ERROR_NONE};
    struct model_ref ref = {NULL, NULL};
    assert_true(catalog_find(catalog, name, &ref, &err));
    assert_ptr_equal(ref.endpoint, endpoint);
    assert_string_equal(ref.model, model);
    assert_int_equal(err.class, ERROR_NONE);
}

static void assert_not_found(const struct catalog *catalog, const char *name,
                             const char *words)
{
    struct error err = {.class = ERROR_NONE};
    struct model_ref ref = {NULL, NULL};
    assert_false(catalog_find(catalog, name, &ref, &err));
    assert_int_equal(err.class, ERROR_USAGE);
    assert_non_null(strstr(error_text(&err), words));
    error_clear(&err);
}

static void catalog_find__leads_to_the_endpoint__named_before_the_slash(void **state)
{
    struct catalog *catalog = *state;
    const struct endpoint *one = add(catalog, "one");
    const struct endpoint *two = add(catalog, "two");
    assert_found(catalog, "one/m", one, "m");
    assert_found(catalog, "two/m?x=1/2", two, "m?x=1/2");
    assert_found(catalog, "two/one/m", two, "one/m");
}

static void catalog_find__leads_to_the_default__for_any_other_name(void **state)
{
    struct catalog *catalog = *state;
    add(catalog, "one");
    catalog->default_endpoint = add(catalog, "local:8080");
    const struct endpoint *local = catalog->default_endpoint;
    assert_found(catalog, "gpt", local, "gpt");
    assert_found(catalog, "vendor/gpt", local, "vendor/gpt");
    assert_found(catalog, "on/m", local, "on/m");
    assert_found(catalog, "onea/m", local, "onea/m");
    assert_found(catalog, "/m", local, "/m");
    assert_found(catalog, "one/", local, "one/");
}

static void catalog_find__says_what_to_give__without_an_endpoint(void **state)
{
    struct catalog *catalog = *state;
    assert_not_found(catalog, "gpt", "\"gpt\"");
    assert_not_found(catalog, "gpt", "--url");
    add(catalog, "one");
    assert_not_found(catalog, "two/m", "\"two/m\"");
}

static void catalog_find__refuses__the_empty_name(void **state)
{
    struct catalog *catalog = *state;
    catalog->default_endpoint = add(catalog, "one");
    assert_not_found(catalog, "", "empty");
}

static void catalog_add_endpoint__keeps_the_address__as_more_come(void **state)
{
    struct catalog *catalog = *state;
    const struct endpoint *first = add(catalog, "first");
    for (int i = 0; i < 100; i++)
        add(catalog, "more");
    assert_found(catalog, "first/m", first, "m");
}

static void catalog_get_key_variables__names__those_of_all_endpoints(void **state)
{
    struct catalog *catalog = *state;
    add(catalog, "one")->key_env = mem_strdup("ONE_KEY");
    add(catalog, "two");
    add(catalog, "three")->key_env = mem_strdup("ANY_NAME");
    const char **names = catalog_get_key_variables(catalog);
    assert_string_equal(names[0], "ONE_KEY");
    assert_string_equal(names[1], "ANY_NAME");
    assert_null(names[2]);
    mem_free(names);
}

static void catalog_add_model__lists_a_name__once(void **state)
{
    struct catalog *catalog = *state;
    const char *names[] = {"a", "b", "a", "c", "b"};
    for (size_t i = 0; i < COUNT_OF(names); i++)
        catalog_add_model(catalog, names[i]);
    assert_int_equal(catalog->model_count, 3);
    assert_string_equal(catalog->models[0], "a");
    assert_string_equal(catalog->models[1], "b");
    assert_string_equal(catalog->models[2], "c");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            catalog_find__leads_to_the_endpoint__named_before_the_slash, setup, teardown),
        cmocka_unit_test_setup_teardown(
            catalog_find__leads_to_the_default__for_any_other_name, setup, teardown),
        cmocka_unit_test_setup_teardown(
            catalog_find__says_what_to_give__without_an_endpoint, setup, teardown),
        cmocka_unit_test_setup_teardown(catalog_find__refuses__the_empty_name, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(
            catalog_add_endpoint__keeps_the_address__as_more_come, setup, teardown),
        cmocka_unit_test_setup_teardown(
            catalog_get_key_variables__names__those_of_all_endpoints, setup, teardown),
        cmocka_unit_test_setup_teardown(catalog_add_model__lists_a_name__once, setup,
                                        teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
