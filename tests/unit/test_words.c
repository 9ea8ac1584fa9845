/* A command split into words without a shell. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "src/base/mem.h"
#include "src/base/strbuf.h"
#include "src/cli/words.h"

/* Compares the words, each in angle brackets. */
static void assert_words(const char *text, const char *expected)
{
    struct strbuf joined;
    struct error err = {ERROR_NONE, NULL};
    char **words = words_split(text, &err);
    assert_non_null(words);
    strbuf_init(&joined, STRBUF_OWN_MAX);
    for (size_t i = 0; words[i] != NULL; i++) {
        strbuf_append_format(&joined, "<%s>", words[i]);
        mem_free(words[i]);
    }
    mem_free(words);
    assert_string_equal(strbuf_text(&joined), expected);
    strbuf_clear(&joined);
}

static void words_split__parts__at_blanks(void **state)
{
    (void)state;
    assert_words("npx -y  server\t/srv", "<npx><-y><server></srv>");
    assert_words("  one ", "<one>");
}

static void words_split__keeps__what_is_quoted(void **state)
{
    (void)state;
    assert_words("a 'b c' \"d e\" f\\ g", "<a><b c><d e><f g>");
    assert_words("x'y'\"z\"", "<xyz>");
    assert_words("'' \"\"", "<><>");
    assert_words("'\\' \"\\\"\"", "<\\><\">");
    assert_words("$HOME *", "<$HOME><*>");
}

static void words_split__refuses__nothing_and_open_quotes(void **state)
{
    (void)state;
    static const char *const bad[] = {"", "   ", "a 'b", "\"", "x \"y' z"};
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        struct error err = {ERROR_NONE, NULL};
        assert_null(words_split(bad[i], &err));
        assert_int_equal(err.class, ERROR_USAGE);
        error_clear(&err);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_split__parts__at_blanks),
        cmocka_unit_test(words_split__keeps__what_is_quoted),
        cmocka_unit_test(words_split__refuses__nothing_and_open_quotes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
