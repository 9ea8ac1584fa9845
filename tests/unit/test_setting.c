/* The table of settings and reading values against it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "src/base/compiler.h"
#include "src/config/setting.h"

struct reading {
    enum setting_id id;
    const char *text;
    int64_t value;
};

static void settings_read__accepts__what_is_in_range(void **state)
{
    (void)state;
    const struct reading readings[] = {
        {SETTING_CONNECT_TIMEOUT, "0", 0},
        {SETTING_CONNECT_TIMEOUT, "2", 2000},
        {SETTING_FIRST_TOKEN_TIMEOUT, "0.25", 250},
        {SETTING_IDLE_TIMEOUT, ".5", 500},
        {SETTING_TOTAL_TIMEOUT, "1e3", 1000000},
        {SETTING_TOTAL_TIMEOUT, "1000000", 1000000000},
        {SETTING_RETRIES, "0", 0},
        {SETTING_RETRIES, "100", 100},
        {SETTING_JOBS, "1", 1},
        {SETTING_JOBS, "10000", 10000},
    };
    for (size_t i = 0; i < COUNT_OF(readings); i++) {
        struct settings settings;
        struct error err = {.class = ERROR_NONE};
        settings_init(&settings);
        assert_true(settings_read(&settings, readings[i].id, readings[i].text, &err));
        assert_int_equal(settings.values[readings[i].id], readings[i].value);
    }
}

static void settings_read__refuses__what_is_no_value(void **state)
{
    (void)state;
    const struct reading readings[] = {
        {SETTING_CONNECT_TIMEOUT, "", 0},
        {SETTING_CONNECT_TIMEOUT, "-1", 0},
        {SETTING_CONNECT_TIMEOUT, "5s", 0},
        {SETTING_FIRST_TOKEN_TIMEOUT, "nan", 0},
        {SETTING_FIRST_TOKEN_TIMEOUT, "inf", 0},
        {SETTING_IDLE_TIMEOUT, "0x10", 0},
        {SETTING_IDLE_TIMEOUT, " 1", 0},
        {SETTING_TOTAL_TIMEOUT, "1000001", 0},
        {SETTING_TOTAL_TIMEOUT, "1e300", 0},
        {SETTING_RETRIES, "-1", 0},
        {SETTING_RETRIES, "101", 0},
        {SETTING_RETRIES, "1.5", 0},
        {SETTING_JOBS, "0", 0},
        {SETTING_JOBS, "10001", 0},
        {SETTING_JOBS, "99999999999999999999", 0},
    };
    for (size_t i = 0; i < COUNT_OF(readings); i++) {
        struct settings settings;
        struct error err = {.class = ERROR_NONE};
        settings_init(&settings);
        const int64_t before = settings.values[readings[i].id];
        assert_false(settings_read(&settings, readings[i].id, readings[i].text, &err));
        assert_int_equal(err.class, ERROR_USAGE);
        assert_int_equal(settings.values[readings[i].id], before);
        error_clear(&err);
    }
}

static void settings_read__names_option_value_and_range__on_failure(void **state)
{
    (void)state;
    for (int id = 0; id < SETTING_COUNT; id++) {
        struct settings settings;
        struct error err = {.class = ERROR_NONE};
        settings_init(&settings);
        assert_false(settings_read(&settings, (enum setting_id)id, "many", &err));
        const char *name = setting_info_get((enum setting_id)id)->name;
        assert_non_null(strstr(error_text(&err), name));
        assert_non_null(strstr(error_text(&err), "--"));
        assert_non_null(strstr(error_text(&err), "\"many\""));
        assert_non_null(strstr(error_text(&err), " to "));
        error_clear(&err);
    }
}

static void settings_init__leaves_open__what_depends_on_the_situation(void **state)
{
    (void)state;
    struct settings settings;
    settings_init(&settings);
    assert_int_equal(settings.values[SETTING_CONNECT_TIMEOUT], SETTING_AUTO);
    assert_int_equal(settings.values[SETTING_FIRST_TOKEN_TIMEOUT], SETTING_AUTO);
    assert_int_equal(settings.values[SETTING_IDLE_TIMEOUT], SETTING_AUTO);
    assert_int_equal(settings.values[SETTING_RETRIES], SETTING_AUTO);
    assert_int_equal(settings.values[SETTING_TOTAL_TIMEOUT], 0);
    assert_int_equal(settings.values[SETTING_JOBS], 64);
}

static void setting_table__is_complete__for_every_setting(void **state)
{
    (void)state;
    for (int id = 0; id < SETTING_COUNT; id++) {
        const struct setting_info *info = setting_info_get((enum setting_id)id);
        assert_true(strlen(info->name) > 0 && strlen(info->help) > 0);
        assert_true(strlen(info->value_name) > 0);
        assert_true(info->min <= info->max);
        assert_true(
            info->default_value == SETTING_AUTO ||
            (info->default_value >= info->min && info->default_value <= info->max));
        for (int other = 0; other < id; other++)
            assert_string_not_equal(info->name,
                                    setting_info_get((enum setting_id)other)->name);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(settings_read__accepts__what_is_in_range),
        cmocka_unit_test(settings_read__refuses__what_is_no_value),
        cmocka_unit_test(settings_read__names_option_value_and_range__on_failure),
        cmocka_unit_test(settings_init__leaves_open__what_depends_on_the_situation),
        cmocka_unit_test(setting_table__is_complete__for_every_setting),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
