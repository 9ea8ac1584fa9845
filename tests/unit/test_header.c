/* Header fields: look-up without case, order, and lines as people write them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "src/base/compiler.h"
#include "src/net/header.h"

static void header_list_get__ignores_case__of_the_name(void **state)
{
    (void)state;
    struct header_list list = {.items = NULL};
    header_list_add(&list, "Content-Type", "a/b");
    assert_string_equal(header_list_get(&list, "content-TYPE"), "a/b");
    assert_null(header_list_get(&list, "content-typ"));
    assert_null(header_list_get(&list, "content-type2"));
    header_list_clear(&list);
}

static void header_list_get__gives_the_first__of_several(void **state)
{
    (void)state;
    struct header_list list = {.items = NULL};
    header_list_add(&list, "x", "1");
    header_list_add(&list, "X", "2");
    assert_string_equal(header_list_get(&list, "x"), "1");
    assert_int_equal(list.len, 2);
    header_list_clear(&list);
}

static void header_list_remove__takes_all__of_that_name(void **state)
{
    (void)state;
    struct header_list list = {.items = NULL};
    header_list_add(&list, "a", "1");
    header_list_add(&list, "b", "2");
    header_list_add(&list, "A", "3");
    header_list_add(&list, "c", "4");
    header_list_remove(&list, "a");
    assert_int_equal(list.len, 2);
    assert_string_equal(list.items[0].name, "b");
    assert_string_equal(list.items[1].name, "c");
    header_list_clear(&list);
}

static void header_list_copy__appends__independent_copies(void **state)
{
    (void)state;
    struct header_list from = {.items = NULL};
    struct header_list to = {.items = NULL};
    header_list_add(&from, "b", "2");
    header_list_add(&to, "a", "1");
    header_list_copy(&to, &from);
    header_list_clear(&from);
    assert_int_equal(to.len, 2);
    assert_string_equal(header_list_get(&to, "b"), "2");
    header_list_clear(&to);
}

static void header_list_clear__accepts__an_empty_list_twice(void **state)
{
    (void)state;
    struct header_list list = {.items = NULL};
    header_list_clear(&list);
    header_list_clear(&list);
    assert_null(header_list_get(&list, "a"));
}

static void header_list_add_line__takes_the_parts__and_trims(void **state)
{
    (void)state;
    static const char *const lines[][3] = {
        {"X-Title: My app", "X-Title", "My app"},
        {"X-Title:My app", "X-Title", "My app"},
        {"X-Title: \t My app \t", "X-Title", "My app"},
        {"X-Url: http://host:80/", "X-Url", "http://host:80/"},
        {"X-Empty:", "X-Empty", ""},
        {"X-Tab: a\tb", "X-Tab", "a\tb"},
        {"X-Utf8: \xc3\xa9", "X-Utf8", "\xc3\xa9"},
    };
    for (size_t i = 0; i < COUNT_OF(lines); i++) {
        struct header_list list = {.items = NULL};
        struct error err = {.class = ERROR_NONE};
        assert_true(header_list_add_line(&list, lines[i][0], &err));
        assert_int_equal(list.len, 1);
        assert_string_equal(list.items[0].name, lines[i][1]);
        assert_string_equal(list.items[0].value, lines[i][2]);
        header_list_clear(&list);
    }
}

static void header_list_add_line__refuses_without_showing_values__bad_lines(void **state)
{
    (void)state;
    static const char *const lines[][2] = {
        {"Authorization Bearer SECRET", "Authorization"},
        {"SECRET", "no colon"},
        {"", "no colon"},
        {": SECRET", "letters"},
        {"X Y: SECRET", "letters"},
        {"X-Name : SECRET", "letters"},
        {"X\x01: SECRET", "letters"},
        {"X-Key: SECRET\r\nX-Evil: 1", "X-Key"},
        {"X-Key: SECRET\nX-Evil: 1", "X-Key"},
        {"X-Key: SECRET\x1b[0m", "X-Key"},
        {"X-Key: SECRET\x7f", "X-Key"},
    };
    for (size_t i = 0; i < COUNT_OF(lines); i++) {
        struct header_list list = {.items = NULL};
        struct error err = {.class = ERROR_NONE};
        assert_false(header_list_add_line(&list, lines[i][0], &err));
        assert_int_equal(err.class, ERROR_USAGE);
        assert_int_equal(list.len, 0);
        if (strstr(error_text(&err), lines[i][1]) == NULL)
            fail_msg("\"%s\": %s", lines[i][0], error_text(&err));
        assert_null(strstr(error_text(&err), "SECRET"));
        error_clear(&err);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(header_list_get__ignores_case__of_the_name),
        cmocka_unit_test(header_list_get__gives_the_first__of_several),
        cmocka_unit_test(header_list_remove__takes_all__of_that_name),
        cmocka_unit_test(header_list_copy__appends__independent_copies),
        cmocka_unit_test(header_list_clear__accepts__an_empty_list_twice),
        cmocka_unit_test(header_list_add_line__takes_the_parts__and_trims),
        cmocka_unit_test(header_list_add_line__refuses_without_showing_values__bad_lines),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
