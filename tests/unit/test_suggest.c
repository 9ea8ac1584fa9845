/* Which known word a mistyped one is nearest to. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "src/base/compiler.h"
#include "src/config/suggest.h"

static void suggest_distance__counts__single_edits(void **state)
{
    (void)state;
    static const struct {
        const char *one;
        const char *other;
        size_t distance;
    } cases[] = {
        {"", "", 0},
        {"abc", "abc", 0},
        {"abc", "", 3},
        {"", "abc", 3},
        {"retries", "retry", 3},
        {"ulr", "url", 1},
        {"jops", "jobs", 1},
        {"job", "jobs", 1},
        {"jobbs", "jobs", 1},
        {"abcd", "badc", 2},
        {"MODELS", "models", 0},
        {"key-env", "key_env", 0},
        {"kitten", "sitting", 3},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        assert_int_equal(suggest_distance(cases[i].one, cases[i].other),
                         cases[i].distance);
        assert_int_equal(suggest_distance(cases[i].other, cases[i].one),
                         cases[i].distance);
    }
}

static void suggest_distance__is_endless__for_long_words(void **state)
{
    (void)state;
    char word[100];
    memset(word, 'a', sizeof(word) - 1);
    word[64] = '\0';
    assert_int_equal(suggest_distance(word, "a"), 63);
    word[64] = 'a';
    word[65] = '\0';
    assert_true(suggest_distance(word, word) == SIZE_MAX);
    assert_true(suggest_distance("a", word) == SIZE_MAX);
}

/* The word suggested for `typed`, or "". */
static const char *suggest(const char *typed)
{
    static const char *const known[] = {"connect_timeout", "idle_timeout", "url",
                                        "models",          "model",        "mouse",
                                        "key_env",         "key_file"};
    struct suggestion suggestion;
    suggestion_init(&suggestion, typed);
    for (size_t i = 0; i < COUNT_OF(known); i++)
        suggestion_consider(&suggestion, known[i]);
    return suggestion.best != NULL ? suggestion.best : "";
}

static void suggestion_consider__finds__the_nearest_word(void **state)
{
    (void)state;
    assert_string_equal(suggest("conect_timeout"), "connect_timeout");
    assert_string_equal(suggest("connect-timeout"), "connect_timeout");
    assert_string_equal(suggest("idle-time-out"), "idle_timeout");
    assert_string_equal(suggest("modles"), "models");
    assert_string_equal(suggest("modelz"), "models");
    assert_string_equal(suggest("ulr"), "url");
    assert_string_equal(suggest("KeyEnv"), "key_env");
}

static void suggestion_consider__finds__the_word_that_was_begun(void **state)
{
    (void)state;
    assert_string_equal(suggest("connect"), "connect_timeout");
    assert_string_equal(suggest("idle"), "idle_timeout");
}

static void suggestion_consider__says_nothing__where_no_word_is_near(void **state)
{
    (void)state;
    assert_string_equal(suggest(""), "");
    assert_string_equal(suggest("x"), "");
    assert_string_equal(suggest("ab"), "");
    assert_string_equal(suggest("abc"), "");
    assert_string_equal(suggest("temperature"), "");
    assert_string_equal(suggest("con"), "connect_timeout");
    assert_string_equal(suggest("co"), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(suggest_distance__counts__single_edits),
        cmocka_unit_test(suggest_distance__is_endless__for_long_words),
        cmocka_unit_test(suggestion_consider__finds__the_nearest_word),
        cmocka_unit_test(suggestion_consider__finds__the_word_that_was_begun),
        cmocka_unit_test(suggestion_consider__says_nothing__where_no_word_is_near),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
