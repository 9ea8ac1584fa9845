/* The table of settings and reading values against it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "src/base/compiler.h"
#include "src/base/mem.h"
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
        const char *name = setting_info_get((enum setting_id)id)->option;
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

static void settings_read__remembers__what_was_given(void **state)
{
    (void)state;
    struct settings settings;
    struct error err = {.class = ERROR_NONE};
    settings_init(&settings);
    assert_false(settings.is_given[SETTING_JOBS]);
    assert_true(settings_read(&settings, SETTING_JOBS, "3", &err));
    assert_true(settings.is_given[SETTING_JOBS]);
    assert_false(settings.is_given[SETTING_RETRIES]);
}

static void setting_table__is_complete__for_every_setting(void **state)
{
    (void)state;
    for (int id = 0; id < SETTING_TABLE_COUNT; id++) {
        const struct setting_info *info = setting_info_get((enum setting_id)id);
        assert_true(strlen(info->name) > 0 && strlen(info->help) > 0);
        assert_true(strlen(info->example) > 0);
        assert_non_null(info->default_text);
        assert_true(info->min <= info->max);
        assert_int_equal(setting_find(info->section, info->name), id);
    }
    assert_int_equal(setting_find(SECTION_MODEL, "jobs"), SETTING_TABLE_COUNT);
}

static void setting_table__has_options__for_the_numbers_of_a_run(void **state)
{
    (void)state;
    for (int id = 0; id < SETTING_COUNT; id++) {
        const struct setting_info *info = setting_info_get((enum setting_id)id);
        assert_true(strlen(info->option) > 0 && strlen(info->value_name) > 0);
        assert_true(
            info->default_value == SETTING_AUTO ||
            (info->default_value >= info->min && info->default_value <= info->max));
    }
}

/* Values as the file writes them. */

struct file_reading {
    enum setting_id id;
    const char *text;
    const char *shown; /* NULL: refused */
};

/* The value as it is shown, or NULL if it was refused with a sentence. Caller frees. */
static char *read_and_show(enum setting_id id, const char *text)
{
    const struct setting_info *info = setting_info_get(id);
    struct setting_value value = {0};
    struct error err = {.class = ERROR_NONE};
    struct strbuf shown;
    strbuf_init(&shown, 10000);
    const bool ok = setting_value_read(&value, info, text, &err);
    assert_int_equal(err.class, ok ? ERROR_NONE : ERROR_USAGE);
    if (ok)
        setting_value_show(&value, info, &shown);
    else
        assert_non_null(strstr(error_text(&err), info->name));
    setting_value_clear(&value);
    error_clear(&err);
    if (ok)
        return strbuf_take(&shown);
    strbuf_clear(&shown);
    return NULL;
}

static void assert_readings(const struct file_reading *readings, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        char *shown = read_and_show(readings[i].id, readings[i].text);
        if (readings[i].shown == NULL)
            assert_null(shown);
        else
            assert_string_equal(shown, readings[i].shown);
        mem_free(shown);
    }
}

static void setting_value_read__takes__durations(void **state)
{
    (void)state;
    const struct file_reading readings[] = {
        {SETTING_IDLE_TIMEOUT, "30s", "30s"},
        {SETTING_IDLE_TIMEOUT, "2m", "2m"},
        {SETTING_IDLE_TIMEOUT, "2min", "2m"},
        {SETTING_IDLE_TIMEOUT, "1h30m", "1h30m"},
        {SETTING_IDLE_TIMEOUT, "500ms", "500ms"},
        {SETTING_IDLE_TIMEOUT, "1.5", "1.5s"},
        {SETTING_IDLE_TIMEOUT, "1.5h", "1h30m"},
        {SETTING_IDLE_TIMEOUT, "1h1ms", "1h1ms"},
        {SETTING_IDLE_TIMEOUT, "90", "1m30s"},
        {SETTING_IDLE_TIMEOUT, "0", "never"},
        {SETTING_IDLE_TIMEOUT, "0s", "never"},
        {SETTING_IDLE_TIMEOUT, "", NULL},
        {SETTING_IDLE_TIMEOUT, "s", NULL},
        {SETTING_IDLE_TIMEOUT, "-1s", NULL},
        {SETTING_IDLE_TIMEOUT, "1 s", NULL},
        {SETTING_IDLE_TIMEOUT, "30m1h", NULL},
        {SETTING_IDLE_TIMEOUT, "1m1m", NULL},
        {SETTING_IDLE_TIMEOUT, "1h5", NULL},
        {SETTING_IDLE_TIMEOUT, "1.2.3s", NULL},
        {SETTING_IDLE_TIMEOUT, "5days", NULL},
        {SETTING_IDLE_TIMEOUT, "1e3m", NULL},
        {SETTING_IDLE_TIMEOUT, "99999999h", NULL},
        {SETTING_IDLE_TIMEOUT, "999999999999999999999999999s", NULL},
    };
    assert_readings(readings, COUNT_OF(readings));
}

static void setting_value_read__takes__rates(void **state)
{
    (void)state;
    const struct file_reading readings[] = {
        {SETTING_PROVIDER_REQUESTS, "60/min", "60/min"},
        {SETTING_PROVIDER_REQUESTS, "10/s", "10/s"},
        {SETTING_PROVIDER_REQUESTS, "10/second", "10/s"},
        {SETTING_PROVIDER_REQUESTS, "5/hour", "5/h"},
        {SETTING_PROVIDER_TOKENS, "1000000/day", "1000000/day"},
        {SETTING_PROVIDER_REQUESTS, "60", NULL},
        {SETTING_PROVIDER_REQUESTS, "0/min", NULL},
        {SETTING_PROVIDER_REQUESTS, "-1/min", NULL},
        {SETTING_PROVIDER_REQUESTS, "60/", NULL},
        {SETTING_PROVIDER_REQUESTS, "/min", NULL},
        {SETTING_PROVIDER_REQUESTS, "60/week", NULL},
        {SETTING_PROVIDER_REQUESTS, "99999999999999999999999/s", NULL},
    };
    assert_readings(readings, COUNT_OF(readings));
}

static void setting_value_read__takes__flags_numbers_and_texts(void **state)
{
    (void)state;
    const struct file_reading readings[] = {
        {SETTING_STREAM, "yes", "yes"},
        {SETTING_STREAM, "false", "no"},
        {SETTING_STREAM, "on", "yes"},
        {SETTING_STREAM, "maybe", NULL},
        {SETTING_STREAM, "", NULL},
        {SETTING_JOBS, "16", "16"},
        {SETTING_JOBS, "0", NULL},
        {SETTING_JOBS, "1.5", NULL},
        {SETTING_MODEL_PRICE_INPUT, "0.125", "0.125"},
        {SETTING_MODEL_PRICE_INPUT, "-1", NULL},
        {SETTING_MODEL_PRICE_INPUT, "free", NULL},
        {SETTING_SYSTEM, "Be short.", "Be short."},
        {SETTING_SYSTEM, "", NULL},
        {SETTING_MODELS, "gpt", NULL},
        {SETTING_PARAMS, "x", NULL},
        {SETTING_PROVIDER_KEY_ENV, "MY_KEY2", "MY_KEY2"},
        {SETTING_PROVIDER_KEY_ENV, "2KEY", NULL},
    };
    assert_readings(readings, COUNT_OF(readings));
}

static void setting_value_read__never_shows__a_key_in_place_of_its_variable(void **state)
{
    (void)state;
    struct setting_value value = {0};
    struct error err = {.class = ERROR_NONE};
    assert_false(setting_value_read(&value, setting_info_get(SETTING_PROVIDER_KEY_ENV),
                                    "sk-s3cret", &err));
    assert_null(strstr(error_text(&err), "s3cret"));
    error_clear(&err);
}

static void setting_value_show__leaves_out__what_may_be_secret(void **state)
{
    (void)state;
    struct strbuf shown;
    strbuf_init(&shown, 10000);
    struct setting_value headers = {0};
    setting_value_add(&headers, "X-Key");
    setting_value_add(&headers, "s3cret");
    setting_value_show(&headers, setting_info_get(SETTING_PROVIDER_HEADERS), &shown);
    struct setting_value command = {0};
    setting_value_add(&command, "echo");
    setting_value_add(&command, "s3cret");
    setting_value_show(&command, setting_info_get(SETTING_PROVIDER_KEY_CMD), &shown);
    struct setting_value url = {0};
    setting_value_add(&url, "https://me:s3cret@host/v1?key=s3cret");
    setting_value_show(&url, setting_info_get(SETTING_PROVIDER_URL), &shown);
    assert_null(strstr(strbuf_text(&shown), "s3cret"));
    assert_non_null(strstr(strbuf_text(&shown), "X-Key"));
    assert_non_null(strstr(strbuf_text(&shown), "echo"));
    assert_non_null(strstr(strbuf_text(&shown), "https://host/v1"));
    setting_value_clear(&headers);
    setting_value_clear(&command);
    setting_value_clear(&url);
    strbuf_clear(&shown);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(settings_read__accepts__what_is_in_range),
        cmocka_unit_test(settings_read__refuses__what_is_no_value),
        cmocka_unit_test(settings_read__names_option_value_and_range__on_failure),
        cmocka_unit_test(settings_init__leaves_open__what_depends_on_the_situation),
        cmocka_unit_test(settings_read__remembers__what_was_given),
        cmocka_unit_test(setting_table__is_complete__for_every_setting),
        cmocka_unit_test(setting_table__has_options__for_the_numbers_of_a_run),
        cmocka_unit_test(setting_value_read__takes__durations),
        cmocka_unit_test(setting_value_read__takes__rates),
        cmocka_unit_test(setting_value_read__takes__flags_numbers_and_texts),
        cmocka_unit_test(setting_value_read__never_shows__a_key_in_place_of_its_variable),
        cmocka_unit_test(setting_value_show__leaves_out__what_may_be_secret),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
