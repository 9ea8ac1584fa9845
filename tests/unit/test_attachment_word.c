/* Words that begin with @: where they stand, and how names are quoted. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "src/base/compiler.h"
#include "src/engine/attachment_word.h"

static void attachment_word_find__finds__where_a_word_begins(void **state)
{
    (void)state;
    static const char text[] = "me@here @ @a\n@b(@c";
    const char *first = attachment_word_find(text, text);
    assert_ptr_equal(first, strstr(text, "@a"));
    assert_ptr_equal(attachment_word_end(first), first + 2);
    const char *second = attachment_word_find(text, first + 2);
    assert_ptr_equal(second, strstr(text, "@b"));
    assert_null(attachment_word_find(text, attachment_word_end(second)));
}

static void assert_unquoted(const char *word, const char *name, const char *rest)
{
    struct strbuf got;
    strbuf_init(&got, 1000);
    const char *end = attachment_word_unquote(word, word + strlen(word), &got);
    if (rest == NULL)
        assert_null(end);
    else
        assert_string_equal(end, rest);
    assert_string_equal(strbuf_text(&got), name);
    strbuf_clear(&got);
}

static void attachment_word_unquote__reads__what_stands_in_quotes(void **state)
{
    (void)state;
    assert_unquoted("@\"my file.txt\", please", "my file.txt", ", please");
    assert_unquoted("@\"a\\\"b\\\\c\\n\\x1b\"", "a\"b\\c\n\x1b", "");
    assert_unquoted("@\"C:\\dir\\q\"", "C:\\dir\\q", "");
    assert_unquoted("@\"a\\x0g\\x00\"", "a\\x0g\\x00", "");
    assert_unquoted("@\"not closed", "not closed", NULL);
    assert_unquoted("@\"not\nin a line\"", "not", NULL);
    assert_unquoted("@\"", "", NULL);
    assert_unquoted("@plain", "", NULL);
}

static void attachment_word_append__quotes__only_where_it_has_to(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"src/main.c", "@src/main.c"},
        {"gr\xc3\xbc\xc3\x9f.txt", "@gr\xc3\xbc\xc3\x9f.txt"},
        {"it's.txt", "@it's.txt"},
        {"my file.txt", "@\"my file.txt\""},
        {"\"a\".txt", "@\"\\\"a\\\".txt\""},
        {"a\n\x1b[m.txt", "@\"a\\x0a\\x1b[m.txt\""},
        {"ill\xff.txt", "@\"ill\\xff.txt\""},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct strbuf out;
        strbuf_init(&out, 1000);
        attachment_word_append(cases[i][0], &out);
        assert_string_equal(strbuf_text(&out), cases[i][1]);
        strbuf_clear(&out);
    }
}

static void attachment_word_append_open__leaves__the_quote_open(void **state)
{
    (void)state;
    struct strbuf out;
    strbuf_init(&out, 1000);
    attachment_word_append_open("my files/", &out);
    assert_string_equal(strbuf_text(&out), "@\"my files/");
    strbuf_clear(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(attachment_word_find__finds__where_a_word_begins),
        cmocka_unit_test(attachment_word_unquote__reads__what_stands_in_quotes),
        cmocka_unit_test(attachment_word_append__quotes__only_where_it_has_to),
        cmocka_unit_test(attachment_word_append_open__leaves__the_quote_open),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
