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

/* A multiplexer may keep them for itself. */
static bool is_prefix_key(const char *name)
{
    return strcmp(name, "Ctrl-B") == 0 || strcmp(name, "Ctrl-A") == 0;
}

static void action_table__ctrl_a_and_ctrl_b__are_never_the_only_way(void **state)
{
    (void)state;
    size_t seen = 0;
    for (int action = 0; action < ACTION_COUNT; action++) {
        for (int mode = 0; mode < MODE_COUNT; mode++) {
            const char *names = action_keys((enum action)action, (enum input_mode)mode);
            char name[KEY_NAME_SIZE];
            size_t prefixes = 0;
            size_t others = 0;
            while (next_name(&names, name)) {
                prefixes += is_prefix_key(name);
                others += !is_prefix_key(name);
            }
            seen += prefixes;
            assert_true(prefixes == 0 || others > 0);
        }
    }
    assert_true(seen > 0);
}

/* Esc and a key in one read are Alt and that key, as a multiplexer sends what was pressed
 * in a hurry. With Esc and h a pane is left, so Alt-h must stay the two. */
static void action_table__opening_a_paste__is_no_other_key_after_esc(void **state)
{
    const struct fixture *fixture = *state;
    const char *names = action_keys(ACTION_PASTE_OPEN, MODE_TYPING);
    char name[KEY_NAME_SIZE];
    assert_int_equal(find(fixture, MODE_TYPING, "Alt-h"), ACTION_NONE);
    while (next_name(&names, name)) {
        if (strncmp(name, "Alt-", 4) == 0)
            assert_int_equal(find(fixture, MODE_NORMAL, name + 4), ACTION_NONE);
    }
}

static void action_find__knows__every_name(void **state)
{
    (void)state;
    for (int action = 0; action < ACTION_COUNT; action++)
        assert_int_equal(action_find(action_get((enum action)action)->name), action);
    assert_int_equal(action_find("sned"), ACTION_COUNT);
    assert_int_equal(action_find(""), ACTION_COUNT);
}

static void action_fits__default_keys__fit_their_mode(void **state)
{
    (void)state;
    for (int action = 1; action < ACTION_COUNT; action++) {
        for (int mode = 0; mode < MODE_COUNT; mode++) {
            if (action_keys((enum action)action, (enum input_mode)mode)[0] != '\0')
                assert_true(action_fits((enum action)action, (enum input_mode)mode));
        }
    }
    assert_false(action_fits(ACTION_RETRY, MODE_MATRIX));
    assert_false(action_fits(ACTION_CELL_OPEN, MODE_TYPING));
}

static void action_matches__words__begin_words(void **state)
{
    (void)state;
    assert_true(action_matches(ACTION_STOP, "focused ANS"));
    assert_true(action_matches(ACTION_STOP_ALL, "all stop"));
    assert_true(action_matches(ACTION_STOP, "  "));
    assert_false(action_matches(ACTION_STOP, "top"));
    assert_false(action_matches(ACTION_STOP, "stop pancake"));
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

static void bind(struct fixture *fixture, enum input_mode mode, const char *name,
                 enum action action)
{
    struct key key;
    assert_true(key_parse(name, &key));
    keymap_bind(fixture->keymap, mode, &key, action);
}

static void keymap_bind__moves__a_key_to_another_action(void **state)
{
    bind(*state, MODE_TYPING, "Enter", ACTION_NEWLINE);
    bind(*state, MODE_TYPING, "Ctrl-S", ACTION_SEND);
    assert_int_equal(find(*state, MODE_TYPING, "Enter"), ACTION_NEWLINE);
    assert_int_equal(find(*state, MODE_TYPING, "Ctrl-S"), ACTION_SEND);
    assert_int_equal(find(*state, MODE_NORMAL, "Enter"), ACTION_TYPE);
    assert_described(*state, ACTION_NEWLINE, MODE_TYPING, "Enter, Ctrl-J, Shift-Enter");
    assert_described(*state, ACTION_SEND, MODE_TYPING, "Ctrl-S");
}

static void keymap_bind__own_keys__come_first_in_their_order(void **state)
{
    bind(*state, MODE_NORMAL, "J", ACTION_PANE_NEXT);
    bind(*state, MODE_NORMAL, "F5", ACTION_RETRY);
    bind(*state, MODE_NORMAL, "F6", ACTION_PANE_NEXT);
    assert_described(*state, ACTION_PANE_NEXT, MODE_NORMAL, "J … j");
    bind(*state, MODE_NORMAL, "j", ACTION_NONE);
    assert_described(*state, ACTION_PANE_NEXT, MODE_NORMAL, "J, F6, Tab, l");
    bind(*state, MODE_NORMAL, "J", ACTION_NONE);
    assert_described(*state, ACTION_PANE_NEXT, MODE_NORMAL, "F6, Tab, l");
    assert_described(*state, ACTION_RETRY, MODE_NORMAL, "F5, r");
}

static void keymap_bind__none__takes_a_key_away(void **state)
{
    bind(*state, MODE_TYPING, "F1", ACTION_NONE);
    bind(*state, MODE_TYPING, "F12", ACTION_NONE);
    assert_int_equal(find(*state, MODE_TYPING, "F1"), ACTION_NONE);
    assert_int_equal(find(*state, MODE_NORMAL, "F1"), ACTION_HELP);
}

static void assert_written(struct fixture *fixture, enum input_mode mode,
                           const char *sentence, const char *expected)
{
    strbuf_reset(&fixture->text);
    keymap_write(fixture->keymap, mode, sentence, &fixture->text);
    assert_string_equal(strbuf_text(&fixture->text), expected);
}

static void keymap_write__names__the_keys_bound_now(void **state)
{
    assert_written(*state, MODE_TYPING, "press {interrupt} again to quit",
                   "press Ctrl-C again to quit");
    bind(*state, MODE_TYPING, "Ctrl-Q", ACTION_INTERRUPT);
    assert_written(*state, MODE_TYPING, "{interrupt}, {send}", "Ctrl-Q, Enter");
    assert_written(*state, MODE_TYPING, "no keys here", "no keys here");
    assert_written(*state, MODE_TYPING, "{", "");
    assert_written(*state, MODE_TYPING, "a {no such thing", "a ");
    assert_written(*state, MODE_TYPING, "[{tick-all} all  ][{help} keys  ]end [",
                   "F1 keys  end ");
}

static void keymap_write__without_a_key__names_the_palette(void **state)
{
    assert_written(*state, MODE_TYPING, "{tick-all} ticks", "Ctrl-P tick-all ticks");
    bind(*state, MODE_TYPING, "Ctrl-P", ACTION_NONE);
    assert_written(*state, MODE_TYPING, "{tick-all} ticks", "tick-all ticks");
}

static void keymap_append_hint__without_a_key__appends_nothing(void **state)
{
    struct fixture *fixture = *state;
    strbuf_reset(&fixture->text);
    keymap_append_hint(fixture->keymap, MODE_TYPING, ACTION_STOP, "stop", ", ",
                       &fixture->text);
    keymap_append_hint(fixture->keymap, MODE_TYPING, ACTION_RETRY, "retry", ", ",
                       &fixture->text);
    keymap_append_hint(fixture->keymap, MODE_TYPING, ACTION_HELP, "help", ", ",
                       &fixture->text);
    assert_string_equal(strbuf_text(&fixture->text), "Alt-r retry, F1 help");
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
        cmocka_unit_test(action_table__ctrl_a_and_ctrl_b__are_never_the_only_way),
        cmocka_unit_test_setup_teardown(
            action_table__opening_a_paste__is_no_other_key_after_esc, set_up, tear_down),
        cmocka_unit_test(action_find__knows__every_name),
        cmocka_unit_test(action_fits__default_keys__fit_their_mode),
        cmocka_unit_test(action_matches__words__begin_words),
        cmocka_unit_test(keymap_find__same_key__differs_by_mode),
        cmocka_unit_test(keymap_find__modifiers__matter),
        cmocka_unit_test(keymap_find__unbound__is_none),
        cmocka_unit_test(keymap_free__null__is_allowed),
        cmocka_unit_test(keymap_describe__few_keys__are_listed),
        cmocka_unit_test(keymap_describe__many_keys__are_a_range),
        cmocka_unit_test(keymap_describe__no_key__is_empty),
        cmocka_unit_test(keymap_describe__appends),
        cmocka_unit_test(keymap_first_key__gives__first_or_nothing),
        cmocka_unit_test_setup_teardown(keymap_bind__moves__a_key_to_another_action,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(keymap_bind__own_keys__come_first_in_their_order,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(keymap_bind__none__takes_a_key_away, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(keymap_write__names__the_keys_bound_now, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(keymap_write__without_a_key__names_the_palette,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            keymap_append_hint__without_a_key__appends_nothing, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
