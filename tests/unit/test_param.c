/* Parameters checked against their table. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "src/chat/param.h"

/* Reads one assignment; true if it was taken, else there is a sentence. */
static bool takes(const char *assignment)
{
    struct param_list list = {.len = 0};
    struct error err = {.class = ERROR_NONE};
    const bool ok = param_list_add(&list, assignment, &err);
    assert_int_equal(err.class, ok ? ERROR_NONE : ERROR_USAGE);
    assert_int_equal(list.len, ok ? 1 : 0);
    error_clear(&err);
    param_list_clear(&list);
    return ok;
}

static void param_list_add__takes__values_in_range(void **state)
{
    (void)state;
    assert_true(takes("temperature=0"));
    assert_true(takes("temperature=2"));
    assert_true(takes("top_p=.5"));
    assert_true(takes("max_tokens=1"));
    assert_true(takes("seed=-9007199254740991"));
    assert_true(takes("presence_penalty=-2"));
    assert_true(takes("reasoning=low"));
    assert_true(takes("reasoning=max"));
}

static void param_list_add__refuses__values_out_of_range(void **state)
{
    (void)state;
    assert_false(takes("temperature=2.1"));
    assert_false(takes("temperature=-0.1"));
    assert_false(takes("temperature=warm"));
    assert_false(takes("temperature="));
    assert_false(takes("temperature=nan"));
    assert_false(takes("max_tokens=0"));
    assert_false(takes("max_tokens=1.5"));
    assert_false(takes("seed=9007199254740993"));
}

static void param_list_add__takes__only_whole_words_of_a_choice(void **state)
{
    (void)state;
    assert_false(takes("reasoning="));
    assert_false(takes("reasoning=hi"));
    assert_false(takes("reasoning=mini"));
    assert_false(takes("reasoning=High"));
    assert_false(takes("reasoning=minimal low"));
    assert_false(takes("reasoning= low"));
    assert_true(takes("reasoning=high"));
    assert_true(takes("reasoning=xhigh"));
}

static void param_list_add__refuses__unknown_names_and_forms(void **state)
{
    (void)state;
    assert_false(takes("temp=1"));
    assert_false(takes("temperature"));
    assert_false(takes("=1"));
    assert_false(takes(""));
    assert_false(takes("temperature =1"));
}

static void param_list_add__replaces__an_earlier_value(void **state)
{
    (void)state;
    struct param_list list = {.len = 0};
    assert_true(param_list_add(&list, "reasoning=low", NULL));
    assert_true(param_list_add(&list, "temperature=1", NULL));
    assert_true(param_list_add(&list, "reasoning=high", NULL));
    assert_int_equal(list.len, 2);
    assert_string_equal(param_list_get(&list, "reasoning")->text, "high");
    assert_null(param_list_get(&list, "seed"));
    param_list_clear(&list);
}

static void param_list_copy__owns__its_texts(void **state)
{
    (void)state;
    struct param_list from = {.len = 0};
    struct param_list to = {.len = 0};
    param_list_add(&from, "reasoning=low", NULL);
    param_list_add(&from, "seed=7", NULL);
    param_list_copy(&to, &from);
    param_list_clear(&from);
    assert_int_equal(to.len, 2);
    assert_string_equal(param_list_get(&to, "reasoning")->text, "low");
    param_list_clear(&to);
}

static void param_info_get__ends__with_null(void **state)
{
    (void)state;
    size_t count = 0;
    for (const struct param_info *info; (info = param_info_get(count)) != NULL; count++)
        assert_true(info->help[0] != '\0');
    assert_true(count >= 7);
    assert_null(param_info_get(count + 5));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(param_list_add__takes__values_in_range),
        cmocka_unit_test(param_list_add__refuses__values_out_of_range),
        cmocka_unit_test(param_list_add__takes__only_whole_words_of_a_choice),
        cmocka_unit_test(param_list_add__refuses__unknown_names_and_forms),
        cmocka_unit_test(param_list_add__replaces__an_earlier_value),
        cmocka_unit_test(param_list_copy__owns__its_texts),
        cmocka_unit_test(param_info_get__ends__with_null),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
