/* What was spent: caps, the day's file, two programs at once. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "src/base/mem.h"
#include "src/base/strbuf.h"
#include "src/engine/spending.h"

static int setup(void **state)
{
    char folder[] = "/tmp/motet-test-XXXXXX";
    if (mkdtemp(folder) == NULL)
        return -1;
    *state = strbuf_format("%s/spending", folder);
    return 0;
}

static int teardown(void **state)
{
    char *path = *state;
    char *lock = strbuf_format("%s.lock", path);
    unlink(path);
    unlink(lock);
    *strrchr(path, '/') = '\0';
    rmdir(path);
    mem_free(lock);
    mem_free(path);
    return 0;
}

static const struct spending_caps none = {-1, -1};

static void spending__adds_up__over_programs(void **state)
{
    struct spending *one = spending_new(*state, &none);
    struct spending *two = spending_new(*state, &none);
    struct stat info;
    assert_true(spending_reserve(one, 1.5, NULL));
    assert_true(spending_reserve(two, 2, NULL));
    spending_settle(one, 1.5, 0.5);
    assert_float_equal(spending_today(two), 2.5, 1e-9);
    assert_int_equal(stat(*state, &info), 0);
    assert_int_equal(info.st_mode & 0777, 0600);
    spending_free(one);
    spending_free(two);
}

static void spending_reserve__keeps__the_cap_of_the_day(void **state)
{
    const struct spending_caps caps = {.session = -1, .day = 2};
    struct spending *one = spending_new(*state, &none);
    struct spending *two = spending_new(*state, &caps);
    struct error err = {ERROR_NONE, NULL};
    assert_true(spending_reserve(one, 1.5, NULL));
    assert_true(spending_reserve(two, 0.5, NULL));
    assert_false(spending_reserve(two, 0.25, &err));
    assert_int_equal(err.class, ERROR_BUDGET);
    assert_non_null(strstr(error_text(&err), "budget_day"));
    spending_settle(one, 1.5, 0);
    assert_true(spending_reserve(two, 0.25, NULL));
    error_clear(&err);
    spending_free(one);
    spending_free(two);
}

static void spending_reserve__keeps__the_cap_of_the_session(void **state)
{
    const struct spending_caps caps = {.session = 1, .day = -1};
    struct spending *spending = spending_new(*state, &caps);
    struct error err = {ERROR_NONE, NULL};
    assert_true(spending_has_caps(spending));
    assert_true(spending_reserve(spending, 0.75, NULL));
    assert_false(spending_reserve(spending, 0.5, &err));
    assert_non_null(strstr(error_text(&err), "budget_session"));
    assert_float_equal(spending_today(spending), 0.75, 1e-9);
    error_clear(&err);
    spending_free(spending);
}

static void write_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static void spending__begins_anew__each_day(void **state)
{
    struct spending *spending = spending_new(*state, &none);
    write_file(*state, "1999-12-31 100.0\n");
    assert_float_equal(spending_today(spending), 0, 0);
    spending_free(spending);
}

static void spending_reserve__refuses__what_it_cannot_keep_under_a_cap(void **state)
{
    const struct spending_caps caps = {.session = -1, .day = 2};
    struct spending *spending = spending_new("/nowhere/at/all", &caps);
    struct error err = {ERROR_NONE, NULL};
    (void)state;
    assert_false(spending_reserve(spending, 0.1, &err));
    assert_non_null(strstr(error_text(&err), "/nowhere/at/all"));
    error_clear(&err);
    spending_free(spending);
    spending = spending_new("/nowhere/at/all", &none);
    assert_true(spending_reserve(spending, 0.1, NULL));
    spending_free(spending);
}

static void spending_reserve__counts_the_session__where_nothing_can_be_kept(void **state)
{
    const struct spending_caps caps = {.session = -1, .day = 1};
    struct spending *spending = spending_new(NULL, &caps);
    (void)state;
    assert_true(spending_reserve(spending, 0.75, NULL));
    assert_false(spending_reserve(spending, 0.5, NULL));
    assert_float_equal(spending_today(spending), 0.75, 1e-9);
    spending_free(spending);
}

static void spending__loses_nothing__with_many_programs(void **state)
{
    enum { PROGRAMS = 8, TIMES = 50 };
    for (int i = 0; i < PROGRAMS; i++) {
        const pid_t child = fork();
        if (child != 0)
            continue;
        struct spending *spending = spending_new(*state, &none);
        for (int j = 0; j < TIMES; j++)
            spending_reserve(spending, 0.01, NULL);
        spending_free(spending);
        _exit(0);
    }
    while (wait(NULL) > 0)
        continue;
    struct spending *spending = spending_new(*state, &none);
    assert_float_equal(spending_today(spending), PROGRAMS * TIMES * 0.01, 1e-6);
    spending_free(spending);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

static const struct CMUnitTest tests[] = {
    TEST(spending__adds_up__over_programs),
    TEST(spending_reserve__keeps__the_cap_of_the_day),
    TEST(spending_reserve__keeps__the_cap_of_the_session),
    TEST(spending__begins_anew__each_day),
    TEST(spending_reserve__refuses__what_it_cannot_keep_under_a_cap),
    TEST(spending_reserve__counts_the_session__where_nothing_can_be_kept),
    TEST(spending__loses_nothing__with_many_programs),
};

int main(void)
{
    return cmocka_run_group_tests(tests, NULL, NULL);
}
