/* The table of actions, which help and manual are made from, and the keys in it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "src/base/mem.h"
#include "ui/keymap.h"

struct fixture {
    struct keymap *keymap;
    struct strbuf text;
};

static int set_up(void **state)
{
    struct fixture *fixture = mem_alloc(sizeof(*fixture));
    fixture->keymap = keymap_new();
    strbuf_init(&fixture->text, 1000);
    *state = fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    keymap_free(fixture->keymap);
    strbuf_clear(&fixture->text);
    mem_free(fixture);
    return 0;
}

/* Takes the next name of a list in the table; false at its end. */
static bool next_name(const char **names, char name[KEY_NAME_SIZE])
{
    *names += strspn(*names, " ");
    const size_t len = strcspn(*names, " ");
    assert_true(len < KEY_NAME_SIZE);
    memcpy(name, *names, len);
    name[len] = '\0';
    *names += len;
    return len > 0;
}

static enum action find(const struct fixture *fixture, enum input_mode mode,
                        const char *name)
{
    struct key key;
    assert_true(key_parse(name, &key));
    return keymap_find(fixture->keymap, mode, &key);
}

/* --- The table -------------------------------------------------------------------- */

static void action_table__key_names__are_canonical(void **state)
{
    (void)state;
    for (int action = 0; action < ACTION_COUNT; action++) {
        for (int mode = 0; mode < MODE_COUNT; mode++) {
            const char *names = action_keys((enum action)action, (enum input_mode)mode);
            char name[KEY_NAME_SIZE];
            char written[KEY_NAME_SIZE];
            struct key key;
            while (next_name(&names, name)) {
                assert_true(key_parse(name, &key));
                key_format(&key, written);
                assert_string_equal(written, name);
            }
        }
    }
}

static void action_table__keys__are_bound_once_a_mode(void **state)
{
    for (int action = 0; action < ACTION_COUNT; action++) {
        for (int mode = 0; mode < MODE_COUNT; mode++) {
            const char *names = action_keys((enum action)action, (enum input_mode)mode);
            char name[KEY_NAME_SIZE];
            /* A key bound twice would give the other action. */
            while (next_name(&names, name))
                assert_int_equal(find(*state, (enum input_mode)mode, name), action);
        }
    }
}

static void action_table__every_action__has_name_help_and_key(void **state)
{
    (void)state;
    for (int action = ACTION_NONE + 1; action < ACTION_COUNT; action++) {
        const struct action_info *info = action_get((enum action)action);
        assert_non_null(info->name);
        assert_non_null(info->help);
        assert_true(strlen(info->name) > 0 && strlen(info->help) > 0);
        assert_int_not_equal(info->help[strlen(info->help) - 1], '.');
        assert_true(strlen(action_keys((enum action)action, MODE_TYPING)) +
                        strlen(action_keys((enum action)action, MODE_NORMAL)) +
                        strlen(action_keys((enum action)action, MODE_MATRIX)) >
                    0);
        assert_true(info->group < ACTION_GROUP_COUNT);
    }
}

static void action_table__names__differ(void **state)
{
    (void)state;
    for (int a = 0; a < ACTION_COUNT; a++) {
        for (int b = a + 1; b < ACTION_COUNT; b++)
            assert_string_not_equal(action_get((enum action)a)->name,
                                    action_get((enum action)b)->name);
    }
}

static void action_table__typing__leaves_characters_alone(void **state)
{
    struct key key = {.code = INPUT_RUNE};
    for (key.rune = ' '; key.rune < 0x17f; key.rune++)
        assert_int_equal(
            keymap_find(((struct fixture *)*state)->keymap, MODE_TYPING, &key),
            ACTION_NONE);
}

static void action_table__groups__have_titles_and_actions(void **state)
{
    (void)state;
    for (int group = 0; group < ACTION_GROUP_COUNT; group++) {
        size_t count = 0;
        for (int action = ACTION_NONE + 1; action < ACTION_COUNT; action++)
            count += action_get((enum action)action)->group == (enum action_group)group;
        assert_true(count > 0);
        assert_true(strlen(action_group_title((enum action_group)group)) > 0);
    }
}

static void action_get__unknown__is_none(void **state)
{
    (void)state;
    assert_ptr_equal(action_get(ACTION_COUNT), action_get(ACTION_NONE));
}

/* --- The keymap ------------------------------------------------------------------- */

static void keymap_find__same_key__differs_by_mode(void **state)
{
    assert_int_equal(find(*state, MODE_TYPING, "Enter"), ACTION_SEND);
    assert_int_equal(find(*state, MODE_NORMAL, "Enter"), ACTION_TYPE);
    assert_int_equal(find(*state, MODE_TYPING, "Ctrl-U"), ACTION_KILL_TO_START);
    assert_int_equal(find(*state, MODE_NORMAL, "Ctrl-U"), ACTION_HALF_UP);
}

static void keymap_find__modifiers__matter(void **state)
{
    assert_int_equal(find(*state, MODE_TYPING, "Alt-Enter"), ACTION_SEND_FOCUSED);
    assert_int_equal(find(*state, MODE_TYPING, "Shift-Tab"), ACTION_PANE_PREVIOUS);
    assert_int_equal(find(*state, MODE_NORMAL, "s"), ACTION_STOP);
    assert_int_equal(find(*state, MODE_NORMAL, "S"), ACTION_STOP_ALL);
}

static void keymap_find__unbound__is_none(void **state)
{
    assert_int_equal(find(*state, MODE_TYPING, "F12"), ACTION_NONE);
    assert_int_equal(find(*state, MODE_NORMAL, "0"), ACTION_NONE);
}

static void keymap_free__null__is_allowed(void **state)
{
    (void)state;
    keymap_free(NULL);
}

static void assert_described(struct fixture *fixture, enum action action,
                             enum input_mode mode, const char *expected)
{
    strbuf_reset(&fixture->text);
    keymap_describe(fixture->keymap, action, mode, &fixture->text);
    assert_string_equal(strbuf_text(&fixture->text), expected);
}

static void keymap_describe__few_keys__are_listed(void **state)
{
    assert_described(*state, ACTION_PANE_NEXT, MODE_NORMAL, "Tab, l, j");
    assert_described(*state, ACTION_SEND, MODE_TYPING, "Enter");
}

static void keymap_describe__many_keys__are_a_range(void **state)
{
    assert_described(*state, ACTION_PANE_NUMBER, MODE_TYPING, "Alt-1 … Alt-9");
    assert_described(*state, ACTION_PANE_NUMBER, MODE_NORMAL, "1 … 9");
}

static void keymap_describe__no_key__is_empty(void **state)
{
    assert_described(*state, ACTION_SEND, MODE_NORMAL, "");
    assert_described(*state, ACTION_NONE, MODE_TYPING, "");
}

static void keymap_describe__appends(void **state)
{
    struct fixture *fixture = *state;
    strbuf_append_text(&fixture->text, "keys: ");
    keymap_describe(fixture->keymap, ACTION_HELP, MODE_NORMAL, &fixture->text);
    assert_string_equal(strbuf_text(&fixture->text), "keys: ?, F1");
}

static void keymap_first_key__gives__first_or_nothing(void **state)
{
    const struct fixture *fixture = *state;
    char name[KEY_NAME_SIZE];
    keymap_first_key(fixture->keymap, ACTION_MODEL, MODE_TYPING, name);
    assert_string_equal(name, "Ctrl-L");
    keymap_first_key(fixture->keymap, ACTION_STOP, MODE_TYPING, name);
    assert_string_equal(name, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(action_table__key_names__are_canonical),
        cmocka_unit_test(action_table__keys__are_bound_once_a_mode),
        cmocka_unit_test(action_table__every_action__has_name_help_and_key),
        cmocka_unit_test(action_table__names__differ),
        cmocka_unit_test(action_table__typing__leaves_characters_alone),
        cmocka_unit_test(action_table__groups__have_titles_and_actions),
        cmocka_unit_test(action_get__unknown__is_none),
        cmocka_unit_test(keymap_find__same_key__differs_by_mode),
        cmocka_unit_test(keymap_find__modifiers__matter),
        cmocka_unit_test(keymap_find__unbound__is_none),
        cmocka_unit_test(keymap_free__null__is_allowed),
        cmocka_unit_test(keymap_describe__few_keys__are_listed),
        cmocka_unit_test(keymap_describe__many_keys__are_a_range),
        cmocka_unit_test(keymap_describe__no_key__is_empty),
        cmocka_unit_test(keymap_describe__appends),
        cmocka_unit_test(keymap_first_key__gives__first_or_nothing),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
