/* Whose text is whose: nothing is lost, and nothing goes to whom it was not shown for. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "ui/draft_set.h"

static const struct draft_target all = {.chats = {1, 2}, .count = 2};
static const struct draft_target one = {.chats = {1}, .count = 1};
static const struct draft_target nobody = {.count = 0};

static int set_up(void **state)
{
    struct draft_set *set = draft_set_new(1000);
    draft_set_aim(set, &all);
    *state = set;
    return 0;
}

static int tear_down(void **state)
{
    draft_set_free(*state);
    return 0;
}

static void write_text(struct draft_set *set, const char *text)
{
    assert_true(line_edit_insert(draft_set_edit(set), text, strlen(text)));
}

static void assert_text(const struct draft_set *set, const char *text)
{
    assert_string_equal(line_edit_text(draft_set_edit(set)), text);
}

static void draft_set__targets_change__text_goes_along(void **state)
{
    struct draft_set *set = *state;
    write_text(set, "hello");
    assert_int_equal(draft_set_aim(set, &one), DRAFT_STAYS);
    assert_text(set, "hello");
    assert_int_equal(draft_set_aim(set, &all), DRAFT_STAYS);
    assert_text(set, "hello");
    assert_int_equal(draft_set_kept(set), 0);
}

static void draft_set__both_have_text__they_change_places(void **state)
{
    struct draft_set *set = *state;
    write_text(set, "for all");
    assert_true(draft_set_put_aside(set));
    assert_text(set, "");
    draft_set_aim(set, &one);
    write_text(set, "for one");
    assert_int_equal(draft_set_aim(set, &all), DRAFT_IS_EXCHANGED);
    assert_text(set, "for all");
    assert_int_equal(draft_set_aim(set, &one), DRAFT_IS_EXCHANGED);
    assert_text(set, "for one");
    assert_int_equal(draft_set_kept(set), 1);
}

static void draft_set__put_aside__comes_back_for_its_target(void **state)
{
    struct draft_set *set = *state;
    assert_false(draft_set_put_aside(set));
    write_text(set, "later");
    assert_true(draft_set_put_aside(set));
    draft_set_aim(set, &one);
    assert_false(draft_set_take_back(set, false));
    assert_true(draft_set_take_back(set, true));
    assert_text(set, "later");
    assert_false(draft_set_take_back(set, true));
}

static void draft_set__put_aside_twice__the_last_comes_first(void **state)
{
    struct draft_set *set = *state;
    write_text(set, "a");
    assert_true(draft_set_put_aside(set));
    write_text(set, "b");
    assert_true(draft_set_put_aside(set));
    assert_true(draft_set_take_back(set, false));
    assert_text(set, "b");
    line_edit_reset(draft_set_edit(set));
    assert_true(draft_set_take_back(set, false));
    assert_text(set, "a");
}

static void draft_set__edit__gives_the_draft_back(void **state)
{
    struct draft_set *set = *state;
    write_text(set, "my draft");
    assert_false(draft_set_begin_edit(set, 1, 7));
    write_text(set, "as sent, but better");
    assert_int_equal(draft_set_aim(set, &one), DRAFT_STAYS);
    assert_text(set, "as sent, but better");
    draft_set_end_edit(set, &one, true);
    assert_text(set, "my draft");
    assert_true(draft_set_begin_edit(set, 1, 7));
    assert_text(set, "as sent, but better");
    draft_set_end_edit(set, &one, false);
    assert_text(set, "my draft");
    assert_false(draft_set_begin_edit(set, 1, 7));
    assert_text(set, "");
}

static void draft_set__edit_of_another_prompt__loses_neither(void **state)
{
    struct draft_set *set = *state;
    write_text(set, "draft");
    draft_set_begin_edit(set, 1, 7);
    write_text(set, "seven");
    assert_false(draft_set_begin_edit(set, 2, 9));
    write_text(set, "nine");
    assert_true(draft_set_begin_edit(set, 1, 7));
    assert_text(set, "seven");
    assert_false(draft_set_put_aside(set));
    draft_set_end_edit(set, &all, false);
    assert_text(set, "draft");
    assert_true(draft_set_begin_edit(set, 2, 9));
    assert_text(set, "nine");
}

static void draft_set__chat_gone__its_edit_ends_and_drafts_stay(void **state)
{
    struct draft_set *set = *state;
    write_text(set, "for both");
    assert_true(draft_set_put_aside(set));
    write_text(set, "draft");
    draft_set_begin_edit(set, 2, 9);
    write_text(set, "nine");
    draft_set_forget_chat(set, 2);
    assert_text(set, "draft");
    assert_int_equal(draft_set_aim(set, &nobody), DRAFT_STAYS);
    assert_int_equal(draft_set_aim(set, &one), DRAFT_IS_EXCHANGED);
    assert_text(set, "for both");
    draft_set_forget_chat(set, 1);
    assert_text(set, "for both");
    assert_int_equal(draft_set_kept(set), 1);
}

static void draft_set__killed__can_be_yanked_in_the_other_text(void **state)
{
    struct draft_set *set = *state;
    write_text(set, "cut");
    line_edit_kill_to_line_start(draft_set_edit(set));
    draft_set_begin_edit(set, 1, 7);
    assert_true(line_edit_yank(draft_set_edit(set)));
    assert_text(set, "cut");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(draft_set__targets_change__text_goes_along,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(draft_set__both_have_text__they_change_places,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(draft_set__put_aside__comes_back_for_its_target,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(draft_set__put_aside_twice__the_last_comes_first,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(draft_set__edit__gives_the_draft_back, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(draft_set__edit_of_another_prompt__loses_neither,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            draft_set__chat_gone__its_edit_ends_and_drafts_stay, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            draft_set__killed__can_be_yanked_in_the_other_text, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
