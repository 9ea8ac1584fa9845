/* The order of names that fit what was typed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "ui/ranked_list.h"

static void add_all(struct ranked_list *list, const char *pattern,
                    const char *const *names)
{
    for (; *names != NULL; names++)
        ranked_list_add(list, pattern, *names);
    ranked_list_sort(list);
}

static void ranked_list__keeps_the_order__without_a_pattern(void **state)
{
    (void)state;
    struct ranked_list list = {0};
    add_all(&list, "", (const char *const[]){"c", "a", "c", "b", "a", NULL});
    assert_int_equal(list.len, 3);
    assert_string_equal(list.items[0].name, "c");
    assert_string_equal(list.items[1].name, "a");
    assert_string_equal(list.items[2].name, "b");
    ranked_list_clear(&list);
}

static void ranked_list__puts_the_best_fit__first(void **state)
{
    (void)state;
    struct ranked_list list = {0};
    add_all(&list, "echo",
            (const char *const[]){"x", "each-one", "demo/echoes", "demo/echo", "echo",
                                  "demo/echo", NULL});
    assert_int_equal(list.len, 4);
    assert_string_equal(list.items[0].name, "echo");
    assert_string_equal(list.items[1].name, "demo/echo");
    assert_string_equal(list.items[2].name, "demo/echoes");
    assert_string_equal(list.items[3].name, "each-one");
    ranked_list_clear(&list);
}

static void ranked_list__is_empty__where_nothing_fits(void **state)
{
    (void)state;
    struct ranked_list list = {0};
    add_all(&list, "q", (const char *const[]){"a", "b", NULL});
    assert_int_equal(list.len, 0);
    ranked_list_clear(&list);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ranked_list__keeps_the_order__without_a_pattern),
        cmocka_unit_test(ranked_list__puts_the_best_fit__first),
        cmocka_unit_test(ranked_list__is_empty__where_nothing_fits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
