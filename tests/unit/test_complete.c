/* Which word the cursor is in, and what fits it. "|" marks the cursor. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "src/base/compiler.h"
#include "src/base/mem.h"
#include "src/base/strbuf.h"
#include "ui/complete.h"

/* The word at the bar, as "KIND:the text of it", or "". */
static char *find(const char *picture)
{
    static const char kinds[] = {'-', 'f', 'c', 'a'};
    const char *bar = strchr(picture, '|');
    char *text = strbuf_format("%.*s%s", (int)(bar - picture), picture, bar + 1);
    const struct complete_word word = complete_find_word(text, (size_t)(bar - picture));
    char *found = word.kind == COMPLETE_NONE
                      ? mem_strdup("")
                      : strbuf_format("%c:%.*s", kinds[word.kind],
                                      (int)(word.end - word.start), text + word.start);
    mem_free(text);
    return found;
}

static void assert_words(const char *const (*cases)[2], size_t count)
{
    for (size_t i = 0; i < count; i++) {
        char *found = find(cases[i][0]);
        if (strcmp(found, cases[i][1]) != 0)
            fail_msg("%s gives %s", cases[i][0], found);
        mem_free(found);
    }
}

static void complete_find_word__finds__words_that_name_files(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"@|", "f:@"},
        {"see @|", "f:@"},
        {"see @ma|in.c", "f:@ma"},
        {"see @main.c|", "f:@main.c"},
        {"see @main.c |", ""},
        {"see |@main.c", ""},
        {"mail me@here|", ""},
        {"a\n@b|", "f:@b"},
        {"@a @b|", "f:@b"},
        {"@\"my fi|", "f:@\"my fi"},
        {"@\"my fi|le\" and", "f:@\"my file\""},
        {"@\"my file\"|", ""},
        {"@\"my file\nand|", ""},
        {"say \"@a|\"", ""},
    };
    assert_words(cases, COUNT_OF(cases));
}

static void complete_find_word__finds__commands_at_the_start(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"/|", "c:/"},
        {"/re|", "c:/re"},
        {"/re|try", "c:/re"},
        {"|/retry", ""},
        {" /re|", ""},
        {"/etc/pas|", ""},
        {"//re|", ""},
        {"/model |", "a:"},
        {"/model ge|m", "a:ge"},
        {"/model gem a|", ""},
        {"/movie @fi|", "f:@fi"},
        {"/ a|", ""},
        {"go\n/re|", ""},
    };
    assert_words(cases, COUNT_OF(cases));
}

static void add(struct complete_list *list, const char *name, int depth)
{
    complete_list_add(list,
                      &(struct complete_item){.name = mem_strdup(name), .depth = depth});
}

/* The names that fit, joined by blanks. */
static void assert_fits(struct complete_list *list, const char *pattern,
                        const char *expected)
{
    struct strbuf names;
    strbuf_init(&names, 1000);
    complete_list_find(list, pattern);
    for (size_t i = 0; i < list->fit_count; i++)
        strbuf_append_format(&names, "%s%s", i > 0 ? " " : "",
                             complete_list_get(list, i)->name);
    assert_string_equal(strbuf_text(&names), expected);
    strbuf_clear(&names);
}

static void complete_list_find__puts__beginnings_first(void **state)
{
    (void)state;
    struct complete_list list = {0};
    add(&list, "pane-previous", 0);
    add(&list, "retry", 0);
    add(&list, "quit", 0);
    assert_fits(&list, "re", "retry pane-previous");
    assert_fits(&list, "RE", "retry pane-previous");
    assert_fits(&list, "x", "");
    assert_fits(&list, "", "pane-previous retry quit");
    assert_true(complete_list_has(&list, "quit"));
    assert_false(complete_list_has(&list, "qui"));
    complete_list_clear(&list);
}

static void complete_list_find__nothing_typed__shows_this_folder_only(void **state)
{
    (void)state;
    struct complete_list list = {0};
    add(&list, "src/", 0);
    add(&list, "src/main.c", 1);
    assert_fits(&list, "", "src/");
    assert_fits(&list, "main", "src/main.c");
    complete_list_clear(&list);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(complete_find_word__finds__words_that_name_files),
        cmocka_unit_test(complete_find_word__finds__commands_at_the_start),
        cmocka_unit_test(complete_list_find__puts__beginnings_first),
        cmocka_unit_test(complete_list_find__nothing_typed__shows_this_folder_only),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
