/* The table of roles: complete, and true to the promises of its header. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "ui/theme/role.h"

static void role_get__gives_name_and_help__for_each_role(void **state)
{
    (void)state;
    for (int i = 0; i < ROLE_COUNT; i++) {
        const struct role_info *info = role_get((enum role)i);
        assert_non_null(info->name);
        assert_true(info->help[strlen(info->help) - 1] == '.');
        for (int j = 0; j < i; j++)
            assert_string_not_equal(info->name, role_get((enum role)j)->name);
    }
}

static void role_get__uses_only_the_terminals_colours__in_the_default_theme(void **state)
{
    (void)state;
    for (int i = 0; i < ROLE_COUNT; i++) {
        const struct style style = role_get((enum role)i)->style;
        assert_in_range(style.fg + 1, 0, 16);
        assert_int_equal(style.bg, STYLE_COLOR_DEFAULT);
    }
}

static void role_get__gives_text__for_an_unknown_number(void **state)
{
    (void)state;
    assert_ptr_equal(role_get(ROLE_COUNT), role_get(ROLE_TEXT));
}

static void role_get__differs_by_attribute__where_the_difference_matters(void **state)
{
    (void)state;
    assert_int_not_equal(role_get(ROLE_CHIP_ON)->style.attrs,
                         role_get(ROLE_CHIP_OFF)->style.attrs);
    assert_int_not_equal(role_get(ROLE_TITLE_FOCUSED)->style.attrs,
                         role_get(ROLE_TITLE)->style.attrs);
    assert_int_not_equal(role_get(ROLE_BORDER_FOCUSED)->style.attrs,
                         role_get(ROLE_BORDER)->style.attrs);
    assert_int_not_equal(role_get(ROLE_SELECTED)->style.attrs,
                         role_get(ROLE_TEXT)->style.attrs);
    assert_int_not_equal(role_get(ROLE_MARK)->style.attrs,
                         role_get(ROLE_TEXT)->style.attrs);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(role_get__gives_name_and_help__for_each_role),
        cmocka_unit_test(role_get__uses_only_the_terminals_colours__in_the_default_theme),
        cmocka_unit_test(role_get__gives_text__for_an_unknown_number),
        cmocka_unit_test(role_get__differs_by_attribute__where_the_difference_matters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
