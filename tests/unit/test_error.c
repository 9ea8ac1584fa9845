/* The table of classes and the value that carries one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "src/base/error.h"

static void error_class_get__knows__every_class(void **state)
{
    (void)state;
    for (int i = 0; i < ERROR_CLASS_COUNT; i++) {
        const struct error_class_info *info = error_class_get((enum error_class)i);
        assert_true(info->name != NULL && info->name[0] != '\0');
        assert_true(info->title != NULL && info->title[0] != '\0');
        assert_non_null(info->advice);
        assert_int_equal(info->exit_code == EXIT_CODE_OK, i == ERROR_NONE);
        for (int j = 0; j < i; j++)
            assert_string_not_equal(info->name,
                                    error_class_get((enum error_class)j)->name);
    }
}

static void error_class_get__retries__only_what_may_pass(void **state)
{
    (void)state;
    assert_true(error_class_get(ERROR_RATE_LIMIT)->is_retryable);
    assert_true(error_class_get(ERROR_NETWORK_RESET)->is_retryable);
    assert_false(error_class_get(ERROR_QUOTA)->is_retryable);
    assert_false(error_class_get(ERROR_PROTOCOL)->is_retryable);
    assert_false(error_class_get(ERROR_AUTH)->is_retryable);
}

static void error_set__replaces__what_was_there(void **state)
{
    (void)state;
    struct error err = {.class = ERROR_NONE};
    assert_string_equal(error_text(&err), "");
    error_set(&err, ERROR_USAGE, "no %s", "model");
    error_set(&err, ERROR_AUTH, "again: %s", error_text(&err));
    assert_int_equal(err.class, ERROR_AUTH);
    assert_string_equal(error_text(&err), "again: no model");
    error_clear(&err);
    assert_int_equal(err.class, ERROR_NONE);
}

static void error_set__without_a_place__does_nothing(void **state)
{
    (void)state;
    error_set(NULL, ERROR_USAGE, "lost");
    error_prefix(NULL, "lost");
    error_clear(NULL);
}

static void error_prefix__adds__context(void **state)
{
    (void)state;
    struct error err = {.class = ERROR_NONE};
    error_prefix(&err, "nothing");
    assert_null(err.message);
    error_set(&err, ERROR_INTERNAL, "disk full");
    error_prefix(&err, "log %d", 3);
    assert_string_equal(error_text(&err), "log 3: disk full");
    error_clear(&err);
}

static void error_move__leaves__the_source_empty(void **state)
{
    (void)state;
    struct error from = {.class = ERROR_NONE};
    struct error to = {.class = ERROR_NONE};
    error_set(&from, ERROR_SERVER, "new");
    error_set(&to, ERROR_AUTH, "old");
    error_move(&to, &from);
    assert_int_equal(to.class, ERROR_SERVER);
    assert_string_equal(error_text(&to), "new");
    assert_int_equal(from.class, ERROR_NONE);
    assert_null(from.message);
    error_clear(&to);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(error_class_get__knows__every_class),
        cmocka_unit_test(error_class_get__retries__only_what_may_pass),
        cmocka_unit_test(error_set__replaces__what_was_there),
        cmocka_unit_test(error_set__without_a_place__does_nothing),
        cmocka_unit_test(error_prefix__adds__context),
        cmocka_unit_test(error_move__leaves__the_source_empty),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
