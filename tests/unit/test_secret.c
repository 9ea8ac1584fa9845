/* Keys from the environment. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "src/base/compiler.h"
#include "src/config/secret.h"

#define VARIABLE "MOTET_TEST_SECRET"

static void secret_from_env__holds__the_value(void **state)
{
    (void)state;
    struct error err = {.class = ERROR_NONE};
    setenv(VARIABLE, "sk-!~Az09", 1);
    struct secret *secret = secret_from_env(VARIABLE, &err);
    assert_non_null(secret);
    assert_string_equal(secret_text(secret), "sk-!~Az09");
    secret_free(secret);
}

static void secret_from_env__keeps_its_own_copy__when_the_variable_goes(void **state)
{
    (void)state;
    struct error err = {.class = ERROR_NONE};
    setenv(VARIABLE, "first", 1);
    struct secret *secret = secret_from_env(VARIABLE, &err);
    setenv(VARIABLE, "other", 1);
    assert_string_equal(secret_text(secret), "first");
    secret_free(secret);
}

static void secret_from_env__names_the_variable__that_is_missing(void **state)
{
    (void)state;
    struct error err = {.class = ERROR_NONE};
    unsetenv(VARIABLE);
    assert_null(secret_from_env(VARIABLE, &err));
    assert_int_equal(err.class, ERROR_USAGE);
    assert_non_null(strstr(error_text(&err), VARIABLE));
    error_clear(&err);
    setenv(VARIABLE, "", 1);
    assert_null(secret_from_env(VARIABLE, &err));
    assert_non_null(strstr(error_text(&err), VARIABLE));
    error_clear(&err);
}

static void secret_from_env__refuses_without_showing_it__what_is_no_key(void **state)
{
    (void)state;
    const char *bad[] = {"hidden word", "hidden\n",   "hidden\r\nX-Evil: 1", "hidden\t",
                         "\x01hidden",  "hidden\x7f", "hidden\xc3\xa4"};
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        struct error err = {.class = ERROR_NONE};
        setenv(VARIABLE, bad[i], 1);
        assert_null(secret_from_env(VARIABLE, &err));
        assert_int_equal(err.class, ERROR_USAGE);
        assert_non_null(strstr(error_text(&err), VARIABLE));
        assert_null(strstr(error_text(&err), "hidden"));
        assert_null(strstr(error_text(&err), "Evil"));
        error_clear(&err);
    }
}

static void secret_text__is_null__without_a_secret(void **state)
{
    (void)state;
    assert_null(secret_text(NULL));
    secret_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(secret_from_env__holds__the_value),
        cmocka_unit_test(secret_from_env__keeps_its_own_copy__when_the_variable_goes),
        cmocka_unit_test(secret_from_env__names_the_variable__that_is_missing),
        cmocka_unit_test(secret_from_env__refuses_without_showing_it__what_is_no_key),
        cmocka_unit_test(secret_text__is_null__without_a_secret),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
