/* Diffs of texts: form, ends of files, bounds; and that they lead from one to the other.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "src/base/mem.h"
#include "src/base/rng.h"
#include "src/tool/text_diff.h"

static bool diff_texts(struct strbuf *out, const char *before, const char *after)
{
    const struct text_diff diff = {.name = "f",
                                   .before = before,
                                   .before_len = before != NULL ? strlen(before) : 0,
                                   .after = after,
                                   .after_len = strlen(after)};
    return text_diff_append(out, &diff);
}

static void assert_diff(const char *before, const char *after, const char *expected)
{
    struct strbuf out;
    strbuf_init(&out, 1 << 20);
    assert_true(diff_texts(&out, before, after));
    assert_string_equal(strbuf_text(&out), expected);
    strbuf_clear(&out);
}

static void text_diff__same_texts__have_none(void **state)
{
    (void)state;
    struct strbuf out;
    strbuf_init(&out, 1000);
    assert_false(diff_texts(&out, "a\nb\n", "a\nb\n"));
    assert_false(diff_texts(&out, "", ""));
    assert_false(diff_texts(&out, NULL, ""));
    assert_int_equal(out.len, 0);
    strbuf_clear(&out);
}

static void text_diff__shows__three_lines_around(void **state)
{
    (void)state;
    assert_diff("1\n2\n3\n4\n5\n6\n7\n8\n9\n", "1\n2\n3\n4\nfive\n6\n7\n8\n9\n",
                "--- a/f\n+++ b/f\n@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n");
}

static void text_diff__parts__changes_far_from_each_other(void **state)
{
    (void)state;
    assert_diff("a\n1\n2\n3\n4\n5\n6\n7\nb\n", "A\n1\n2\n3\n4\n5\n6\n7\nB\n",
                "--- a/f\n+++ b/f\n@@ -1,4 +1,4 @@\n-a\n+A\n 1\n 2\n 3\n"
                "@@ -6,4 +6,4 @@\n 5\n 6\n 7\n-b\n+B\n");
}

static void text_diff__joins__changes_near_each_other(void **state)
{
    (void)state;
    assert_diff(
        "a\n1\n2\n3\n4\n5\n6\nb\n", "A\n1\n2\n3\n4\n5\n6\nB\n",
        "--- a/f\n+++ b/f\n@@ -1,8 +1,8 @@\n-a\n+A\n 1\n 2\n 3\n 4\n 5\n 6\n-b\n+B\n");
}

static void text_diff__new_file__is_all_added(void **state)
{
    (void)state;
    assert_diff(NULL, "a\nb\n", "--- /dev/null\n+++ b/f\n@@ -0,0 +1,2 @@\n+a\n+b\n");
    assert_diff("a\n", "", "--- a/f\n+++ b/f\n@@ -1 +0,0 @@\n-a\n");
}

static void text_diff__says__where_a_line_end_is_missing(void **state)
{
    (void)state;
    assert_diff("a\nb", "a\nb\n",
                "--- a/f\n+++ b/f\n@@ -1,2 +1,2 @@\n a\n-b\n\\ No newline at end of "
                "file\n+b\n");
}

static void text_diff__finds__the_least_change(void **state)
{
    (void)state;
    assert_diff(
        "a\nb\nc\na\nb\nb\na\n", "c\nb\na\nb\na\nc\n",
        "--- a/f\n+++ b/f\n@@ -1,7 +1,6 @@\n-a\n-b\n c\n+b\n a\n b\n-b\n a\n+c\n");
}

/* Applies the marks of a diff without context limits: what stays and what was added is
 * the new text's lines in the hunks. */
static void assert_leads_to(const char *diff, const char *before, const char *after)
{
    struct strbuf old;
    struct strbuf new;
    strbuf_init(&old, 1 << 20);
    strbuf_init(&new, 1 << 20);
    const char *line = strstr(diff, "@@ ");
    while (line != NULL && *line != '\0') {
        const size_t len = strcspn(line, "\n") + 1;
        if (*line == ' ' || *line == '-')
            strbuf_append(&old, line + 1, len - 1);
        if (*line == ' ' || *line == '+')
            strbuf_append(&new, line + 1, len - 1);
        line += len;
    }
    assert_string_equal(strbuf_text(&old), before);
    assert_string_equal(strbuf_text(&new), after);
    strbuf_clear(&old);
    strbuf_clear(&new);
}

/* Short texts of few different lines: all of them is in one hunk. */
static void text_diff__leads__from_one_text_to_the_other(void **state)
{
    (void)state;
    struct rng rng;
    rng_init(&rng, 7);
    for (int round = 0; round < 2000; round++) {
        struct strbuf texts[2];
        struct strbuf out;
        strbuf_init(&out, 1 << 20);
        for (int i = 0; i < 2; i++) {
            strbuf_init(&texts[i], 1000);
            const uint64_t count = rng_below(&rng, 7);
            for (uint64_t j = 0; j < count; j++)
                strbuf_append_format(&texts[i], "%c\n", (char)('a' + rng_below(&rng, 3)));
        }
        if (diff_texts(&out, strbuf_text(&texts[0]), strbuf_text(&texts[1])))
            assert_non_null(strstr(strbuf_text(&out), "@@"));
        /* A hunk leaves out what is more than three lines from a change. */
        if (texts[0].len > 0 && texts[0].len <= 6 && out.len > 0)
            assert_leads_to(strbuf_text(&out), strbuf_text(&texts[0]),
                            strbuf_text(&texts[1]));
        strbuf_clear(&out);
        strbuf_clear(&texts[0]);
        strbuf_clear(&texts[1]);
    }
}

static void text_diff__ends__for_long_texts_with_nothing_in_common(void **state)
{
    (void)state;
    struct strbuf before;
    struct strbuf after;
    struct strbuf out;
    strbuf_init(&before, 1 << 22);
    strbuf_init(&after, 1 << 22);
    strbuf_init(&out, 1 << 22);
    for (int i = 0; i < 50000; i++) {
        strbuf_append_format(&before, "old %d\n", i);
        strbuf_append_format(&after, "new %d\n", i);
    }
    assert_true(diff_texts(&out, strbuf_text(&before), strbuf_text(&after)));
    assert_non_null(strstr(strbuf_text(&out), "@@ -1,50000 +1,50000 @@\n"));
    assert_non_null(strstr(strbuf_text(&out), "[cut here: 98000 more lines]\n"));
    strbuf_clear(&before);
    strbuf_clear(&after);
    strbuf_clear(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_diff__same_texts__have_none),
        cmocka_unit_test(text_diff__shows__three_lines_around),
        cmocka_unit_test(text_diff__parts__changes_far_from_each_other),
        cmocka_unit_test(text_diff__joins__changes_near_each_other),
        cmocka_unit_test(text_diff__new_file__is_all_added),
        cmocka_unit_test(text_diff__says__where_a_line_end_is_missing),
        cmocka_unit_test(text_diff__finds__the_least_change),
        cmocka_unit_test(text_diff__leads__from_one_text_to_the_other),
        cmocka_unit_test(text_diff__ends__for_long_texts_with_nothing_in_common),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
