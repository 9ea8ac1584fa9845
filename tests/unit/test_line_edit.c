/* Editing text: clusters, words, lines, killing, undo. "|" marks the cursor. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "src/base/compiler.h"
#include "src/base/mem.h"
#include "src/base/rng.h"
#include "src/base/strbuf.h"
#include "src/base/utf8.h"
#include "ui/edit/chip.h"
#include "ui/edit/grapheme.h"
#include "ui/edit/line_edit.h"

#define E_ACUTE_PARTS "e\xcc\x81"
#define WOMAN_ROCKET  "\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x9a\x80"
#define FLAG          "\xf0\x9f\x87\xab\xf0\x9f\x87\xb7"

/* Types a text, one code point after the other, as keys do. */
static void type(struct line_edit *edit, const char *text)
{
    const size_t len = strlen(text);
    for (size_t at = 0; at < len;) {
        const size_t next = utf8_next(text, len, at);
        assert_true(line_edit_insert(edit, text + at, next - at));
        at = next;
    }
}

/* An editor with a text and the cursor where "|" stands. */
static struct line_edit *edit_with(const char *picture)
{
    struct line_edit *edit = line_edit_new(1000);
    const char *bar = strchr(picture, '|');
    struct strbuf text;
    strbuf_init(&text, 1000);
    strbuf_append(&text, picture, (size_t)(bar - picture));
    strbuf_append_text(&text, bar + 1);
    line_edit_insert(edit, strbuf_text(&text), text.len);
    line_edit_set_cursor(edit, (size_t)(bar - picture));
    strbuf_clear(&text);
    return edit;
}

static void assert_edit(const struct line_edit *edit, const char *picture)
{
    struct strbuf now;
    strbuf_init(&now, 2000);
    strbuf_append(&now, line_edit_text(edit), line_edit_len(edit));
    strbuf_insert(&now, line_edit_cursor(edit), "|", 1);
    assert_string_equal(strbuf_text(&now), picture);
    strbuf_clear(&now);
}

/* What most functions of the header look like. */
typedef bool edit_function(struct line_edit *edit);

/* Does one thing to a fresh editor. */
static void assert_does(const char *before, edit_function *function, bool result,
                        const char *after)
{
    struct line_edit *edit = edit_with(before);
    assert_int_equal(function(edit), result);
    assert_edit(edit, after);
    line_edit_free(edit);
}

static void line_edit_insert__makes_valid__bytes_and_line_ends(void **state)
{
    (void)state;
    struct line_edit *edit = line_edit_new(100);
    assert_true(line_edit_insert(edit, "a\r\nb\rc\n\xff\0d\r", 11));
    assert_edit(edit, "a\nb\nc\n\xef\xbf\xbd\xef\xbf\xbd"
                      "d\n|");
    line_edit_free(edit);
}

static void line_edit_insert__changes_nothing__past_the_ceiling(void **state)
{
    (void)state;
    struct line_edit *edit = line_edit_new(4);
    assert_true(line_edit_insert(edit, "abc", 3));
    assert_false(line_edit_insert(edit, "de", 2));
    assert_edit(edit, "abc|");
    assert_true(line_edit_insert(edit, "d", 1));
    assert_false(line_edit_insert(edit, "\xff\xff", 2));
    assert_false(line_edit_set_text(edit, "12345", 5));
    assert_edit(edit, "abcd|");
    line_edit_free(edit);
}

static void line_edit_insert__joins__a_mark_to_its_letter(void **state)
{
    (void)state;
    struct line_edit *edit = edit_with("ae|b");
    type(edit, "\xcc\x81");
    assert_edit(edit, "a" E_ACUTE_PARTS "|b");
    line_edit_left(edit);
    assert_edit(edit, "a|" E_ACUTE_PARTS "b");
    line_edit_free(edit);
}

static void line_edit_insert__steps_over__a_mark_that_joins_the_letter(void **state)
{
    (void)state;
    struct line_edit *edit = edit_with("|\xcc\x81x");
    type(edit, "e");
    assert_edit(edit, E_ACUTE_PARTS "|x");
    line_edit_free(edit);
}

static void line_edit_delete_back__removes__whole_clusters(void **state)
{
    (void)state;
    assert_does("a" WOMAN_ROCKET "|b", line_edit_delete_back, true, "a|b");
    assert_does(FLAG FLAG "|", line_edit_delete_back, true, FLAG "|");
    assert_does("x" E_ACUTE_PARTS "|", line_edit_delete_back, true, "x|");
    assert_does("a\n|b", line_edit_delete_back, true, "a|b");
    assert_does("|a", line_edit_delete_back, false, "|a");
}

static void line_edit_delete_forward__removes__whole_clusters(void **state)
{
    (void)state;
    assert_does("a|" WOMAN_ROCKET "b", line_edit_delete_forward, true, "a|b");
    assert_does("|" FLAG FLAG, line_edit_delete_forward, true, "|" FLAG);
    assert_does("a|", line_edit_delete_forward, false, "a|");
}

static void line_edit_left_right__step__by_cluster(void **state)
{
    (void)state;
    assert_does(FLAG FLAG "|", line_edit_left, true, FLAG "|" FLAG);
    assert_does("|" WOMAN_ROCKET "x", line_edit_right, true, WOMAN_ROCKET "|x");
    assert_does("|x", line_edit_left, false, "|x");
    assert_does("x|", line_edit_right, false, "x|");
}

static void line_edit_set_cursor__snaps__to_a_boundary(void **state)
{
    (void)state;
    struct line_edit *edit = edit_with("a" WOMAN_ROCKET "b|");
    line_edit_set_cursor(edit, 3);
    assert_edit(edit, "a" WOMAN_ROCKET "|b");
    line_edit_set_cursor(edit, 1000);
    assert_edit(edit, "a" WOMAN_ROCKET "b|");
    line_edit_free(edit);
}

static void line_edit_word__moves__over_words(void **state)
{
    (void)state;
    assert_does("one two|", line_edit_word_left, true, "one |two");
    assert_does("one two  |", line_edit_word_left, true, "one |two  ");
    assert_does("|  one two", line_edit_word_right, true, "  one| two");
    assert_does("gr\xc3\xbc\xc3\x9f|e", line_edit_word_left, true,
                "|gr\xc3\xbc\xc3\x9f"
                "e");
    assert_does("|", line_edit_word_left, false, "|");
}

static void line_edit_delete_word_back__takes__word_and_blanks(void **state)
{
    (void)state;
    assert_does("one two |x", line_edit_delete_word_back, true, "one |x");
    assert_does("a/b.c|", line_edit_delete_word_back, true, "a/b.|");
    assert_does("|x", line_edit_delete_word_back, false, "|x");
    assert_does("x| two three", line_edit_delete_word_forward, true, "x| three");
}

static void line_edit_lines__move__to_their_ends(void **state)
{
    (void)state;
    assert_does("ab\nc|d\nef", line_edit_line_start, true, "ab\n|cd\nef");
    assert_does("ab\nc|d\nef", line_edit_line_end, true, "ab\ncd|\nef");
    assert_does("ab\nc|d\nef", line_edit_buffer_start, true, "|ab\ncd\nef");
    assert_does("ab\nc|d\nef", line_edit_buffer_end, true, "ab\ncd\nef|");
    assert_does("ab\n|cd", line_edit_line_start, false, "ab\n|cd");
}

static void line_edit_up_down__stay_in__the_column(void **state)
{
    (void)state;
    struct line_edit *edit = edit_with("abcd|\nx\n\xc3\xa4\xc3\xb6\xc3\xbc\xc3\x9fzz");
    assert_true(line_edit_down(edit));
    assert_edit(edit, "abcd\nx|\n\xc3\xa4\xc3\xb6\xc3\xbc\xc3\x9fzz");
    assert_true(line_edit_down(edit));
    assert_edit(edit, "abcd\nx\n\xc3\xa4\xc3\xb6\xc3\xbc\xc3\x9f|zz");
    assert_false(line_edit_down(edit));
    assert_true(line_edit_up(edit));
    assert_true(line_edit_up(edit));
    assert_edit(edit, "abcd|\nx\n\xc3\xa4\xc3\xb6\xc3\xbc\xc3\x9fzz");
    assert_false(line_edit_up(edit));
    line_edit_free(edit);
}

static void line_edit_up__forgets_the_column__after_a_sideways_move(void **state)
{
    (void)state;
    struct line_edit *edit = edit_with("abcd\nxy\nabcd|");
    line_edit_up(edit);
    line_edit_left(edit);
    line_edit_up(edit);
    assert_edit(edit, "a|bcd\nxy\nabcd");
    line_edit_free(edit);
}

static void line_edit_kill__takes__the_line(void **state)
{
    (void)state;
    assert_does("a|bc\nd", line_edit_kill_to_line_end, true, "a|\nd");
    assert_does("a|\nd", line_edit_kill_to_line_end, true, "a|d");
    assert_does("a|", line_edit_kill_to_line_end, false, "a|");
    assert_does("x\nab|c", line_edit_kill_to_line_start, true, "x\n|c");
    assert_does("x\n|c", line_edit_kill_to_line_start, false, "x\n|c");
}

static void line_edit_yank__inserts__the_killed_text(void **state)
{
    (void)state;
    struct line_edit *edit = edit_with("one |two");
    assert_false(line_edit_yank(edit));
    line_edit_kill_to_line_end(edit);
    line_edit_buffer_start(edit);
    assert_true(line_edit_yank(edit));
    assert_true(line_edit_yank(edit));
    assert_edit(edit, "twotwo|one ");
    line_edit_free(edit);
}

static void line_edit_kill__joins__kills_in_a_row(void **state)
{
    (void)state;
    struct line_edit *edit = edit_with("one two |three\nfour");
    line_edit_delete_word_back(edit);
    line_edit_delete_word_back(edit);
    line_edit_kill_to_line_end(edit);
    assert_edit(edit, "|\nfour");
    line_edit_yank(edit);
    assert_edit(edit, "one two three|\nfour");
    line_edit_kill_to_line_start(edit);
    line_edit_set_cursor(edit, 1);
    line_edit_kill_to_line_end(edit);
    line_edit_yank(edit);
    assert_edit(edit, "\nfour|");
    line_edit_free(edit);
}

static void line_edit_transpose__swaps__two_clusters(void **state)
{
    (void)state;
    assert_does("a|bc", line_edit_transpose, true, "ba|c");
    assert_does("ab|", line_edit_transpose, true, "ba|");
    assert_does("a" FLAG "|", line_edit_transpose, true, FLAG "a|");
    assert_does("|ab", line_edit_transpose, false, "|ab");
    assert_does("x\na|", line_edit_transpose, false, "x\na|");
}

static void line_edit_undo__takes_back__word_by_word(void **state)
{
    (void)state;
    struct line_edit *edit = line_edit_new(100);
    type(edit, "hello big world");
    assert_true(line_edit_undo(edit));
    assert_edit(edit, "hello big |");
    assert_true(line_edit_undo(edit));
    assert_edit(edit, "hello |");
    assert_true(line_edit_undo(edit));
    assert_edit(edit, "|");
    assert_false(line_edit_undo(edit));
    assert_true(line_edit_redo(edit));
    assert_true(line_edit_redo(edit));
    assert_edit(edit, "hello big |");
    line_edit_free(edit);
}

static void line_edit_undo__stops__at_newlines_pastes_and_moves(void **state)
{
    (void)state;
    struct line_edit *edit = line_edit_new(100);
    type(edit, "a\nb");
    line_edit_insert(edit, "paste", 5);
    type(edit, "cd");
    line_edit_left(edit);
    type(edit, "x");
    const char *const pictures[] = {"a\nbpastec|d", "a\nbpaste|", "a\nb|",
                                    "a\n|",         "a|",         "|"};
    for (size_t i = 0; i < COUNT_OF(pictures); i++) {
        assert_true(line_edit_undo(edit));
        assert_edit(edit, pictures[i]);
    }
    line_edit_free(edit);
}

static void line_edit_undo__joins__deletions_in_a_row(void **state)
{
    (void)state;
    struct line_edit *edit = edit_with("abc|def");
    line_edit_delete_back(edit);
    line_edit_delete_back(edit);
    line_edit_delete_forward(edit);
    line_edit_delete_forward(edit);
    assert_edit(edit, "a|f");
    assert_true(line_edit_undo(edit));
    assert_edit(edit, "a|def");
    assert_true(line_edit_undo(edit));
    assert_edit(edit, "abc|def");
    assert_true(line_edit_redo(edit));
    assert_true(line_edit_redo(edit));
    assert_edit(edit, "a|f");
    line_edit_free(edit);
}

static void line_edit_clear__is_undone(void **state)
{
    (void)state;
    struct line_edit *edit = edit_with("a long dra|ft");
    assert_true(line_edit_clear(edit));
    assert_false(line_edit_clear(edit));
    assert_edit(edit, "|");
    assert_true(line_edit_undo(edit));
    assert_edit(edit, "a long dra|ft");
    line_edit_free(edit);
}

static void line_edit_clear__is_undone__even_for_the_longest_text(void **state)
{
    (void)state;
    const size_t len = (size_t)1 << 20;
    char *text = mem_alloc(len);
    memset(text, 'x', len);
    struct line_edit *edit = line_edit_new(len);
    for (int i = 0; i < 5; i++) {
        assert_true(line_edit_set_text(edit, text, len));
        assert_true(line_edit_clear(edit));
    }
    assert_true(line_edit_undo(edit));
    assert_int_equal(line_edit_len(edit), len);
    mem_free(text);
    line_edit_free(edit);
}

static void line_edit_set_text__is_undone(void **state)
{
    (void)state;
    struct line_edit *edit = edit_with("dr|aft");
    assert_true(line_edit_set_text(edit, "other\r\n", 7));
    assert_edit(edit, "other\n|");
    assert_true(line_edit_undo(edit));
    assert_edit(edit, "dr|aft");
    line_edit_free(edit);
}

static void line_edit_redo__is_forgotten__after_a_change(void **state)
{
    (void)state;
    struct line_edit *edit = line_edit_new(100);
    type(edit, "a b");
    line_edit_undo(edit);
    type(edit, "c");
    assert_false(line_edit_redo(edit));
    assert_edit(edit, "a c|");
    line_edit_free(edit);
}

static void line_edit_reset__forgets__text_and_steps(void **state)
{
    (void)state;
    struct line_edit *edit = edit_with("sent|");
    line_edit_reset(edit);
    assert_edit(edit, "|");
    assert_false(line_edit_undo(edit));
    line_edit_free(edit);
}

static edit_function *const random_functions[] = {
    line_edit_delete_back,
    line_edit_delete_forward,
    line_edit_left,
    line_edit_right,
    line_edit_word_left,
    line_edit_word_right,
    line_edit_up,
    line_edit_down,
    line_edit_line_start,
    line_edit_line_end,
    line_edit_transpose,
    line_edit_yank,
    line_edit_delete_word_back,
    line_edit_delete_word_forward,
    line_edit_kill_to_line_end,
    line_edit_kill_to_line_start,
    line_edit_undo,
    line_edit_redo,
    line_edit_clear,
};

static const char *const random_texts[] = {
    "a", "b", " ", "\n", "\xcc\x81", "\xff", "xy z", WOMAN_ROCKET, FLAG, "\xe2\x80\x8d"};

static void line_edit__stays_valid__under_random_keys(void **state)
{
    (void)state;
    struct rng rng;
    rng_init(&rng, 7);
    struct line_edit *edit = line_edit_new(120);
    for (int i = 0; i < 20000; i++) {
        if (rng_below(&rng, 2) == 0) {
            const char *text = random_texts[rng_below(&rng, COUNT_OF(random_texts))];
            line_edit_insert(edit, text, strlen(text));
        } else {
            random_functions[rng_below(&rng, COUNT_OF(random_functions))](edit);
        }
        const size_t len = line_edit_len(edit);
        assert_true(len <= 120 && line_edit_cursor(edit) <= len);
        assert_true(utf8_is_valid(line_edit_text(edit), len));
        assert_int_equal(grapheme_snap(line_edit_text(edit), len, line_edit_cursor(edit)),
                         line_edit_cursor(edit));
    }
    line_edit_free(edit);
}

static void line_edit_undo__leads_back__from_random_keys(void **state)
{
    (void)state;
    struct rng rng;
    rng_init(&rng, 8);
    struct line_edit *edit = line_edit_new(200);
    for (int i = 0; i < 500; i++) {
        const char *text = random_texts[rng_below(&rng, COUNT_OF(random_texts))];
        line_edit_insert(edit, text, strlen(text));
        random_functions[rng_below(&rng, 16)](edit);
    }
    char *last = mem_strdup(line_edit_text(edit));
    while (line_edit_undo(edit))
        ;
    assert_edit(edit, "|");
    while (line_edit_redo(edit))
        ;
    assert_string_equal(line_edit_text(edit), last);
    mem_free(last);
    line_edit_free(edit);
}

/* --- Chips ------------------------------------------------------------------------ */

#define PASTE "one\ntwo\nthree"

/* "ab" + a chip + "cd", the cursor behind the chip. */
static struct line_edit *edit_with_chip(void)
{
    struct line_edit *edit = edit_with("ab|cd");
    assert_true(line_edit_insert_chip(edit, PASTE, strlen(PASTE)));
    return edit;
}

static void line_edit_chip__text__has_it_written_out(void **state)
{
    (void)state;
    struct line_edit *edit = edit_with_chip();
    assert_string_equal(line_edit_text(edit), "ab" PASTE "cd");
    assert_int_equal(line_edit_len(edit), strlen("ab" PASTE "cd"));
    assert_int_equal(line_edit_shown_len(edit), 2 + CHIP_BYTES + 2);
    assert_int_equal(line_edit_cursor(edit), 2 + CHIP_BYTES);
    assert_non_null(line_edit_chip_at(edit, 2));
    assert_null(line_edit_chip_at(edit, 1));
    line_edit_free(edit);
}

static void line_edit_chip__is_one_cluster__whatever_stands_beside_it(void **state)
{
    (void)state;
    struct line_edit *edit = edit_with("a|\xcc\x81z");
    assert_true(line_edit_buffer_end(edit));
    assert_true(line_edit_insert_chip(edit, PASTE, strlen(PASTE)));
    type(edit, "\xcc\x81");
    assert_true(line_edit_left(edit));
    assert_int_equal(line_edit_cursor(edit), 4 + CHIP_BYTES);
    assert_true(line_edit_left(edit));
    assert_int_equal(line_edit_cursor(edit), 4);
    assert_true(line_edit_right(edit));
    assert_int_equal(line_edit_cursor(edit), 4 + CHIP_BYTES);
    assert_true(line_edit_delete_back(edit));
    assert_string_equal(line_edit_text(edit), "a\xcc\x81z\xcc\x81");
    line_edit_free(edit);
}

static void line_edit_chip__undo__brings_it_back_whole(void **state)
{
    (void)state;
    struct line_edit *edit = edit_with_chip();
    assert_true(line_edit_delete_back(edit));
    assert_string_equal(line_edit_text(edit), "abcd");
    assert_true(line_edit_undo(edit));
    assert_non_null(line_edit_chip_at(edit, 2));
    assert_string_equal(line_edit_text(edit), "ab" PASTE "cd");
    assert_true(line_edit_undo(edit));
    assert_string_equal(line_edit_text(edit), "abcd");
    assert_true(line_edit_redo(edit));
    assert_string_equal(line_edit_text(edit), "ab" PASTE "cd");
    line_edit_free(edit);
}

static void line_edit_chip__killed__can_be_yanked_even_after_a_reset(void **state)
{
    (void)state;
    struct line_edit *edit = edit_with_chip();
    assert_true(line_edit_kill_to_line_start(edit));
    assert_true(line_edit_yank(edit));
    assert_true(line_edit_yank(edit));
    assert_string_equal(line_edit_text(edit), "ab" PASTE "ab" PASTE "cd");
    line_edit_reset(edit);
    assert_true(line_edit_yank(edit));
    assert_string_equal(line_edit_text(edit), "ab" PASTE);
    line_edit_free(edit);
}

static void line_edit_chip__is_a_word__of_its_own(void **state)
{
    (void)state;
    struct line_edit *edit = edit_with_chip();
    type(edit, " ");
    assert_true(line_edit_delete_word_back(edit));
    assert_string_equal(line_edit_text(edit), "abcd");
    assert_true(line_edit_undo(edit));
    assert_true(line_edit_word_left(edit));
    assert_int_equal(line_edit_cursor(edit), 2);
    assert_true(line_edit_word_right(edit));
    assert_int_equal(line_edit_cursor(edit), 2 + CHIP_BYTES);
    line_edit_free(edit);
}

static void line_edit_open_chip__writes_it_out__at_or_before_the_cursor(void **state)
{
    (void)state;
    struct line_edit *edit = edit_with_chip();
    assert_true(line_edit_open_chip(edit));
    assert_edit(edit, "ab" PASTE "|cd");
    assert_false(line_edit_open_chip(edit));
    assert_true(line_edit_undo(edit));
    assert_true(line_edit_left(edit));
    assert_true(line_edit_open_chip(edit));
    assert_edit(edit, "ab" PASTE "|cd");
    line_edit_free(edit);
}

static void line_edit_insert_chip__past_the_ceiling__changes_nothing(void **state)
{
    (void)state;
    struct line_edit *edit = line_edit_new(20);
    assert_true(line_edit_insert_chip(edit, PASTE, strlen(PASTE)));
    assert_false(line_edit_insert_chip(edit, PASTE, strlen(PASTE)));
    assert_false(line_edit_insert(edit, PASTE, strlen(PASTE)));
    assert_string_equal(line_edit_text(edit), PASTE);
    line_edit_free(edit);
}

static void line_edit_insert_chip__table_full__is_plain_text(void **state)
{
    (void)state;
    struct line_edit *edit = line_edit_new(10000);
    for (int i = 0; i < CHIP_MAX + 1; i++)
        assert_true(line_edit_insert_chip(edit, PASTE, strlen(PASTE)));
    assert_int_equal(line_edit_len(edit), (CHIP_MAX + 1) * strlen(PASTE));
    assert_int_equal(line_edit_shown_len(edit), CHIP_MAX * CHIP_BYTES + strlen(PASTE));
    line_edit_free(edit);
}

/* A sign from outside would show a text that nobody has pasted here. */
static void line_edit_insert__foreign_signs__are_no_chips(void **state)
{
    (void)state;
    struct line_edit *edit = edit_with_chip();
    assert_true(line_edit_insert(edit, "\xef\xb7\x90\xef\xb7\xaf", 6));
    assert_string_equal(line_edit_text(edit), "ab" PASTE "\xef\xbf\xbd\xef\xbf\xbd"
                                              "cd");
    assert_true(line_edit_set_text(edit, "\xef\xb7\x90", 3));
    assert_string_equal(line_edit_text(edit), "\xef\xbf\xbd");
    line_edit_free(edit);
}

static void line_edit_set_shown__what_was_shown__is_there_with_its_chips(void **state)
{
    (void)state;
    struct line_edit *edit = edit_with_chip();
    char *shown = mem_strdup(line_edit_shown(edit));
    assert_true(line_edit_set_text(edit, "other", 5));
    assert_true(line_edit_set_shown(edit, shown));
    assert_string_equal(line_edit_text(edit), "ab" PASTE "cd");
    assert_int_equal(line_edit_shown_len(edit), 2 + CHIP_BYTES + 2);
    mem_free(shown);
    line_edit_free(edit);
}

static void line_edit_hand_killed__other_editor__yanks_it_written_out(void **state)
{
    (void)state;
    struct line_edit *edit = edit_with_chip();
    struct line_edit *other = line_edit_new(1000);
    assert_true(line_edit_kill_to_line_start(edit));
    line_edit_hand_killed(other, edit);
    line_edit_free(edit);
    assert_true(line_edit_yank(other));
    assert_string_equal(line_edit_text(other), "ab" PASTE);
    line_edit_free(other);
}

/* Writes out the chips of what is shown, the long way. */
static void assert_written_out(const struct line_edit *edit)
{
    struct strbuf full;
    strbuf_init(&full, STRBUF_OWN_MAX);
    const char *shown = line_edit_shown(edit);
    for (size_t at = 0; at < line_edit_shown_len(edit);) {
        const struct chip *chip = line_edit_chip_at(edit, at);
        if (chip != NULL)
            strbuf_append(&full, chip->text, chip->len);
        else
            strbuf_append_char(&full, shown[at]);
        at += chip != NULL ? CHIP_BYTES : 1;
    }
    assert_int_equal(line_edit_len(edit), full.len);
    assert_string_equal(line_edit_text(edit), strbuf_text(&full));
    strbuf_clear(&full);
}

static void line_edit_chip__random_keys__text_is_what_is_shown_written_out(void **state)
{
    (void)state;
    struct rng rng;
    rng_init(&rng, 7);
    for (int round = 0; round < 40; round++) {
        struct line_edit *edit = line_edit_new(400);
        for (int i = 0; i < 300; i++) {
            const char *text = random_texts[rng_below(&rng, COUNT_OF(random_texts))];
            const uint64_t what = rng_below(&rng, 4);
            if (what == 0)
                line_edit_insert_chip(edit, PASTE, strlen(PASTE));
            else if (what == 1)
                line_edit_insert(edit, text, strlen(text));
            else if (what == 2)
                line_edit_open_chip(edit);
            else
                random_functions[rng_below(&rng, COUNT_OF(random_functions))](edit);
            assert_written_out(edit);
            assert_true(line_edit_len(edit) <= 400);
            assert_true(utf8_is_valid(line_edit_text(edit), line_edit_len(edit)));
            assert_int_equal(chip_snap(line_edit_shown(edit), line_edit_shown_len(edit),
                                       line_edit_cursor(edit)),
                             line_edit_cursor(edit));
        }
        while (line_edit_undo(edit))
            assert_written_out(edit);
        line_edit_free(edit);
    }
}

static void chip_append_label__says_lines_and_size(void **state)
{
    (void)state;
    struct strbuf label;
    strbuf_init(&label, 100);
    chip_append_label(&(struct chip){.text = (char *)PASTE, .len = strlen(PASTE)},
                      &label);
    assert_string_equal(strbuf_text(&label), "[pasted 3 lines \xc2\xb7 13 B]");
    strbuf_reset(&label);
    char *long_line = mem_alloc_array(4100, 1);
    memset(long_line, 'x', 4100);
    long_line[4099] = '\n';
    chip_append_label(&(struct chip){.text = long_line, .len = 4100}, &label);
    assert_string_equal(strbuf_text(&label), "[pasted 1 line \xc2\xb7 4.1 kB]");
    mem_free(long_line);
    strbuf_clear(&label);
}

static void line_edit_version__changes__with_the_text_only(void **state)
{
    (void)state;
    struct line_edit *edit = line_edit_new(100);
    const uint64_t empty = line_edit_version(edit);
    assert_true(line_edit_insert(edit, "a b", 3));
    const uint64_t written = line_edit_version(edit);
    assert_true(written != empty);
    assert_true(line_edit_left(edit));
    assert_true(line_edit_set_text(edit, "a b", 3));
    assert_false(line_edit_redo(edit));
    assert_true(line_edit_version(edit) == written);
    assert_true(line_edit_undo(edit));
    const uint64_t undone = line_edit_version(edit);
    assert_true(undone != written && undone != empty);
    line_edit_reset(edit);
    assert_true(line_edit_version(edit) != undone);
    line_edit_free(edit);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(line_edit_version__changes__with_the_text_only),
        cmocka_unit_test(line_edit_insert__makes_valid__bytes_and_line_ends),
        cmocka_unit_test(line_edit_insert__changes_nothing__past_the_ceiling),
        cmocka_unit_test(line_edit_insert__joins__a_mark_to_its_letter),
        cmocka_unit_test(line_edit_insert__steps_over__a_mark_that_joins_the_letter),
        cmocka_unit_test(line_edit_delete_back__removes__whole_clusters),
        cmocka_unit_test(line_edit_delete_forward__removes__whole_clusters),
        cmocka_unit_test(line_edit_left_right__step__by_cluster),
        cmocka_unit_test(line_edit_set_cursor__snaps__to_a_boundary),
        cmocka_unit_test(line_edit_word__moves__over_words),
        cmocka_unit_test(line_edit_delete_word_back__takes__word_and_blanks),
        cmocka_unit_test(line_edit_lines__move__to_their_ends),
        cmocka_unit_test(line_edit_up_down__stay_in__the_column),
        cmocka_unit_test(line_edit_up__forgets_the_column__after_a_sideways_move),
        cmocka_unit_test(line_edit_kill__takes__the_line),
        cmocka_unit_test(line_edit_yank__inserts__the_killed_text),
        cmocka_unit_test(line_edit_kill__joins__kills_in_a_row),
        cmocka_unit_test(line_edit_transpose__swaps__two_clusters),
        cmocka_unit_test(line_edit_undo__takes_back__word_by_word),
        cmocka_unit_test(line_edit_undo__stops__at_newlines_pastes_and_moves),
        cmocka_unit_test(line_edit_undo__joins__deletions_in_a_row),
        cmocka_unit_test(line_edit_clear__is_undone),
        cmocka_unit_test(line_edit_clear__is_undone__even_for_the_longest_text),
        cmocka_unit_test(line_edit_set_text__is_undone),
        cmocka_unit_test(line_edit_redo__is_forgotten__after_a_change),
        cmocka_unit_test(line_edit_reset__forgets__text_and_steps),
        cmocka_unit_test(line_edit__stays_valid__under_random_keys),
        cmocka_unit_test(line_edit_undo__leads_back__from_random_keys),
        cmocka_unit_test(line_edit_chip__text__has_it_written_out),
        cmocka_unit_test(line_edit_chip__is_one_cluster__whatever_stands_beside_it),
        cmocka_unit_test(line_edit_chip__undo__brings_it_back_whole),
        cmocka_unit_test(line_edit_chip__killed__can_be_yanked_even_after_a_reset),
        cmocka_unit_test(line_edit_chip__is_a_word__of_its_own),
        cmocka_unit_test(line_edit_open_chip__writes_it_out__at_or_before_the_cursor),
        cmocka_unit_test(line_edit_insert_chip__past_the_ceiling__changes_nothing),
        cmocka_unit_test(line_edit_insert_chip__table_full__is_plain_text),
        cmocka_unit_test(line_edit_insert__foreign_signs__are_no_chips),
        cmocka_unit_test(line_edit_set_shown__what_was_shown__is_there_with_its_chips),
        cmocka_unit_test(line_edit_hand_killed__other_editor__yanks_it_written_out),
        cmocka_unit_test(line_edit_chip__random_keys__text_is_what_is_shown_written_out),
        cmocka_unit_test(chip_append_label__says_lines_and_size),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
