/* Names of keys, in both directions. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "src/base/compiler.h"
#include "ui/edit/key.h"

static void assert_key(const char *name, enum key_code code, uint32_t rune, unsigned mods)
{
    struct key key;
    assert_true(key_parse(name, &key));
    assert_int_equal(key.code, code);
    assert_int_equal(key.rune, rune);
    assert_int_equal(key.mods, mods);
}

static void assert_formats(const char *name, const char *expected)
{
    struct key key;
    char out[KEY_NAME_SIZE];
    assert_true(key_parse(name, &key));
    key_format(&key, out);
    assert_string_equal(out, expected);
}

static void key_parse__reads__named_keys(void **state)
{
    (void)state;
    assert_key("Enter", INPUT_ENTER, 0, 0);
    assert_key("F1", INPUT_F1, 0, 0);
    assert_key("F12", INPUT_F12, 0, 0);
    assert_key("PgUp", INPUT_PGUP, 0, 0);
    assert_key("pagedown", INPUT_PGDN, 0, 0);
    assert_key("Space", INPUT_RUNE, ' ', 0);
}

static void key_parse__reads__characters(void **state)
{
    (void)state;
    assert_key("x", INPUT_RUNE, 'x', 0);
    assert_key("?", INPUT_RUNE, '?', 0);
    assert_key("-", INPUT_RUNE, '-', 0);
    assert_key("\xc3\xa9", INPUT_RUNE, 0xe9, 0);
}

static void key_parse__reads__modifiers_in_any_order(void **state)
{
    (void)state;
    assert_key("Ctrl-C", INPUT_RUNE, 'c', INPUT_MOD_CTRL);
    assert_key("ctrl-c", INPUT_RUNE, 'c', INPUT_MOD_CTRL);
    assert_key("Alt-Enter", INPUT_ENTER, 0, INPUT_MOD_ALT);
    assert_key("Shift-Tab", INPUT_TAB, 0, INPUT_MOD_SHIFT);
    assert_key("Shift-Ctrl-Up", INPUT_UP, 0, INPUT_MOD_SHIFT | INPUT_MOD_CTRL);
    assert_key("Alt--", INPUT_RUNE, '-', INPUT_MOD_ALT);
}

static void key_parse__puts_shift_into_the_letter(void **state)
{
    (void)state;
    assert_key("Shift-a", INPUT_RUNE, 'A', 0);
    assert_key("Alt-X", INPUT_RUNE, 'X', INPUT_MOD_ALT);
    assert_key("Ctrl-Shift-c", INPUT_RUNE, 'c', INPUT_MOD_CTRL | INPUT_MOD_SHIFT);
}

static void key_parse__refuses__what_is_not_a_key(void **state)
{
    (void)state;
    struct key key = {.code = INPUT_ESC};
    const char *const names[] = {"",      "Ctrl-",       "F13",  "xy",      "Alt-Alt-x",
                                 "Entre", "Ctrl-Ctrl-c", "\x1b", "\xff",    "Hyper-x",
                                 "\x7f",  "\xc2\x9b",    "--",   "Shift-ab"};
    for (size_t i = 0; i < COUNT_OF(names); i++)
        assert_false(key_parse(names[i], &key));
    assert_int_equal(key.code, INPUT_ESC);
}

static void key_format__writes__the_usual_name(void **state)
{
    (void)state;
    assert_formats("ctrl-c", "Ctrl-C");
    assert_formats("shift-alt-pageup", "Alt-Shift-PgUp");
    assert_formats("escape", "Esc");
    assert_formats("Alt-x", "Alt-x");
    assert_formats("Ctrl-Space", "Ctrl-Space");
    assert_formats("\xe6\xbc\xa2", "\xe6\xbc\xa2");
}

static void key_format__is_read_back__for_every_code(void **state)
{
    (void)state;
    for (int code = INPUT_ENTER; code < INPUT_CODE_COUNT; code++) {
        for (unsigned mods = 0; mods < 8; mods++) {
            struct key key = {.code = (enum key_code)code, .mods = mods};
            if (code >= INPUT_MOUSE_PRESS && code <= INPUT_MOUSE_DRAG)
                key.rune = 1;
            struct key again;
            char name[KEY_NAME_SIZE];
            key_format(&key, name);
            assert_true(key_parse(name, &again));
            assert_true(key_equal(&key, &again));
        }
    }
}

static void key_format__is_empty__for_no_key(void **state)
{
    (void)state;
    const struct key none = {.mods = INPUT_MOD_CTRL};
    char name[KEY_NAME_SIZE];
    key_format(&none, name);
    assert_string_equal(name, "");
}

static void key_equal__ignores__the_mouse_cell(void **state)
{
    (void)state;
    const struct key a = {.code = INPUT_WHEEL_UP, .x = 3, .y = 4};
    struct key b = {.code = INPUT_WHEEL_UP, .x = 5, .y = 6};
    assert_true(key_equal(&a, &b));
    b.mods = INPUT_MOD_CTRL;
    assert_false(key_equal(&a, &b));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(key_parse__reads__named_keys),
        cmocka_unit_test(key_parse__reads__characters),
        cmocka_unit_test(key_parse__reads__modifiers_in_any_order),
        cmocka_unit_test(key_parse__puts_shift_into_the_letter),
        cmocka_unit_test(key_parse__refuses__what_is_not_a_key),
        cmocka_unit_test(key_format__writes__the_usual_name),
        cmocka_unit_test(key_format__is_read_back__for_every_code),
        cmocka_unit_test(key_format__is_empty__for_no_key),
        cmocka_unit_test(key_equal__ignores__the_mouse_cell),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
