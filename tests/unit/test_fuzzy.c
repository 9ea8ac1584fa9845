/* Which names a few letters fit, and which of them best. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "src/base/compiler.h"
#include "src/base/fuzzy.h"

static void assert_better(const char *pattern, const char *better, const char *worse)
{
    const int first = fuzzy_score(pattern, better);
    const int second = fuzzy_score(pattern, worse);
    if (first <= second)
        fail_msg("\"%s\": %s has %d, %s has %d", pattern, better, first, worse, second);
}

static void fuzzy_score__fits__letters_in_their_order(void **state)
{
    (void)state;
    static const char *const fitting[][2] = {
        {"g4m", "gpt-4o-mini"},         {"GPT", "openai/gpt-4o"},
        {"son45", "claude-sonnet-4-5"}, {"gpt-4o-mini", "gpt-4o-mini"},
        {"mini gpt", "gpt-4o-mini"},    {" gpt ", "gpt-4o"},
        {"\xc3\xbc", "m\xc3\xbcller"},
    };
    for (size_t i = 0; i < COUNT_OF(fitting); i++)
        assert_true(fuzzy_score(fitting[i][0], fitting[i][1]) >= 0);
}

static void fuzzy_score__refuses__what_is_missing_or_out_of_order(void **state)
{
    (void)state;
    static const char *const unfit[][2] = {
        {"tpg", "gpt"}, {"gptt", "gpt"},         {"x", ""},
        {"z", "gpt"},   {"gpt large", "gpt-4o"}, {"gg", "gpt"},
    };
    for (size_t i = 0; i < COUNT_OF(unfit); i++)
        assert_int_equal(fuzzy_score(unfit[i][0], unfit[i][1]), -1);
}

static void fuzzy_score__fits_everything__with_nothing(void **state)
{
    (void)state;
    assert_int_equal(fuzzy_score("", "gpt"), 0);
    assert_int_equal(fuzzy_score("  ", "gpt"), 0);
    assert_int_equal(fuzzy_score("", ""), 0);
}

static void fuzzy_score__prefers__the_better_fit(void **state)
{
    (void)state;
    assert_better("gpt-4o", "gpt-4o", "gpt-4o-mini");
    assert_better("mini", "gpt-4o-mini", "gemma-it-nano-i");
    assert_better("gpt", "gpt-4", "demo/gpt-4");
    assert_better("gpt", "openai/gpt-4", "big-parrot-tiny");
    assert_better("g4m", "gpt-4o-mini", "gemma-3-24b-m");
    assert_better("cs4", "claude-sonnet-4", "codestral-2024");
    assert_better("sonnet", "claude-sonnet-4", "claude-s-o-n-n-e-t");
    assert_better("echo", "demo/echo", "demo/echoes");
    assert_better("o1", "o1", "gpt-4o-2021");
}

static void fuzzy_score__finds_the_best_place__not_the_first(void **state)
{
    (void)state;
    /* The first m of the name is not the one to take. */
    assert_better("mini", "gemma-mini", "gemma-x-ini");
}

static void fuzzy_score__bears__names_and_patterns_of_any_length(void **state)
{
    (void)state;
    char name[3000];
    memset(name, 'a', sizeof(name) - 1);
    name[sizeof(name) - 1] = '\0';
    assert_true(fuzzy_score("aaa", name) >= 0);
    assert_int_equal(fuzzy_score(name, name), -1);
    assert_int_equal(fuzzy_score(name, "a"), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fuzzy_score__fits__letters_in_their_order),
        cmocka_unit_test(fuzzy_score__refuses__what_is_missing_or_out_of_order),
        cmocka_unit_test(fuzzy_score__fits_everything__with_nothing),
        cmocka_unit_test(fuzzy_score__prefers__the_better_fit),
        cmocka_unit_test(fuzzy_score__finds_the_best_place__not_the_first),
        cmocka_unit_test(fuzzy_score__bears__names_and_patterns_of_any_length),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
