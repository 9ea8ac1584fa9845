/* A message that grows in any pieces gives the matches that it gives at once. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "src/base/rng.h"
#include "ui/view/match_list.h"

static struct message *make(void)
{
    return message_new(1, MESSAGE_ASSISTANT);
}

static void append(struct message *message, enum part_kind kind, const char *text)
{
    assert_true(message_append(message, kind, text, strlen(text)));
}

/* The list says "part:at+len" for each match. */
static void assert_matches(const struct match_list *list, const char *expected)
{
    char found[1000] = "";
    for (size_t i = 0; i < list->count; i++) {
        const size_t used = strlen(found);
        snprintf(found + used, sizeof(found) - used, "%s%zu:%u+%u", i > 0 ? " " : "",
                 match_list_part(list, i), list->ranges[i].at, list->ranges[i].len);
    }
    assert_string_equal(found, expected);
}

static void match_list_update__finds__in_every_shown_part(void **state)
{
    (void)state;
    struct message *message = make();
    struct match_list list = {0};
    struct text_pattern *pattern = text_pattern_new("ab", 2);
    append(message, PART_REASONING, "xab");
    append(message, PART_TEXT, "AB ab");
    append(message, PART_OPAQUE, "ab");
    append(message, PART_REFUSAL, "none");
    append(message, PART_TOOL_RESULT, "a b ab");
    match_list_update(&list, message, pattern, 1);
    assert_matches(&list, "0:1+2 1:0+2 1:3+2 4:4+2");
    size_t count;
    assert_int_equal(match_list_of_part(&list, 1, &count)->at, 0);
    assert_int_equal(count, 2);
    assert_null(match_list_of_part(&list, 2, &count));
    assert_null(match_list_of_part(&list, 9, &count));
    match_list_update(&list, message, NULL, 2);
    assert_matches(&list, "");
    match_list_clear(&list);
    text_pattern_free(pattern);
    message_free(message);
}

static void match_list_update__match_that_arrives_in_two__is_found(void **state)
{
    (void)state;
    struct message *message = make();
    struct match_list list = {0};
    struct text_pattern *pattern = text_pattern_new("abc", 3);
    append(message, PART_TEXT, "abc ab");
    match_list_update(&list, message, pattern, 1);
    assert_matches(&list, "0:0+3");
    append(message, PART_TEXT, "cabc");
    match_list_update(&list, message, pattern, 1);
    assert_matches(&list, "0:0+3 0:4+3 0:7+3");
    match_list_clear(&list);
    text_pattern_free(pattern);
    message_free(message);
}

static void match_list_update__call_written_anew__is_searched_anew(void **state)
{
    (void)state;
    struct message *message = make();
    struct match_list list = {0};
    struct text_pattern *pattern = text_pattern_new("a", 1);
    struct part *call = message_add_part(message, PART_TOOL_CALL);
    message_append_part(message, call, "aaaa", 4);
    match_list_update(&list, message, pattern, 1);
    assert_int_equal(list.count, 4);
    message_reset_part(message, call);
    message_append_part(message, call, "bab", 3);
    append(message, PART_TEXT, "a");
    match_list_update(&list, message, pattern, 1);
    assert_matches(&list, "0:1+1 1:0+1");
    match_list_clear(&list);
    text_pattern_free(pattern);
    message_free(message);
}

static void match_list_update__grown_in_pieces__is_as_at_once(void **state)
{
    (void)state;
    static const enum part_kind kinds[] = {PART_TEXT, PART_REASONING, PART_TOOL_CALL};
    static const char *const wanted[] = {"a", "aa", "aba", "\xc3\xa9", "k\xc3\xa9"};
    static const char *const pieces[] = {"a", "b",    "ab",   "aa",           "\xc3\xa9",
                                         "K", "\xc3", "\xa9", "\xe2\x84\xaa", "\n"};
    struct rng rng;
    rng_init(&rng, 7);
    for (int round = 0; round < 300; round++) {
        const char *word = wanted[rng_below(&rng, 5)];
        struct text_pattern *pattern = text_pattern_new(word, strlen(word));
        struct message *message = make();
        struct match_list grown = {0};
        struct match_list whole = {0};
        for (int step = 0; step < 60; step++) {
            const enum part_kind kind =
                rng_below(&rng, 12) == 0 ? kinds[rng_below(&rng, 3)] : PART_TEXT;
            append(message, kind, pieces[rng_below(&rng, 10)]);
            if (rng_below(&rng, 3) == 0)
                match_list_update(&grown, message, pattern, 1);
        }
        match_list_update(&grown, message, pattern, 1);
        match_list_update(&whole, message, pattern, 1);
        assert_int_equal(grown.count, whole.count);
        for (size_t i = 0; i < whole.count; i++) {
            assert_memory_equal(&grown.ranges[i], &whole.ranges[i],
                                sizeof(whole.ranges[i]));
            assert_int_equal(match_list_part(&grown, i), match_list_part(&whole, i));
        }
        match_list_clear(&grown);
        match_list_clear(&whole);
        message_free(message);
        text_pattern_free(pattern);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(match_list_update__finds__in_every_shown_part),
        cmocka_unit_test(match_list_update__match_that_arrives_in_two__is_found),
        cmocka_unit_test(match_list_update__call_written_anew__is_searched_anew),
        cmocka_unit_test(match_list_update__grown_in_pieces__is_as_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
