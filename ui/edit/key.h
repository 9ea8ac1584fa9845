/*
 * A key press, a mouse event or a change of focus, as the terminal layer hands it to the
 * rest of the screen, and its written name ("Ctrl-C", "Alt-Enter", "F1").
 *
 * Canonical form, which the decoder produces and key_parse gives:
 * - A character is INPUT_RUNE with `rune` set; Shift is in the rune ("A", "?"), so
 *   INPUT_MOD_SHIFT is set on a rune only together with Ctrl.
 * - Ctrl with a letter is INPUT_RUNE with the lower-case letter and INPUT_MOD_CTRL.
 * - Shift-Tab is INPUT_TAB with INPUT_MOD_SHIFT. Ctrl-[ is Esc; Ctrl-I and Ctrl-M are Tab
 *   and Enter where the terminal cannot tell them apart; Ctrl-J is always Ctrl-J.
 * Pasted text is not a key and arrives by another way.
 */
#ifndef EDIT_KEY_H
#define EDIT_KEY_H

#include <stdbool.h>
#include <stdint.h>

enum key_code {
    INPUT_NONE,
    INPUT_RUNE,
    INPUT_ENTER,
    INPUT_TAB,
    INPUT_ESC,
    INPUT_BACKSPACE,
    INPUT_UP,
    INPUT_DOWN,
    INPUT_LEFT,
    INPUT_RIGHT,
    INPUT_HOME,
    INPUT_END,
    INPUT_PGUP,
    INPUT_PGDN,
    INPUT_INSERT,
    INPUT_DELETE,
    INPUT_F1, /* the function keys are consecutive */
    INPUT_F2,
    INPUT_F3,
    INPUT_F4,
    INPUT_F5,
    INPUT_F6,
    INPUT_F7,
    INPUT_F8,
    INPUT_F9,
    INPUT_F10,
    INPUT_F11,
    INPUT_F12,
    INPUT_MOUSE_PRESS,
    INPUT_MOUSE_RELEASE,
    INPUT_MOUSE_DRAG,
    INPUT_WHEEL_UP,
    INPUT_WHEEL_DOWN,
    INPUT_FOCUS_IN,
    INPUT_FOCUS_OUT,
    INPUT_CODE_COUNT
};

enum key_mod { INPUT_MOD_SHIFT = 1, INPUT_MOD_ALT = 2, INPUT_MOD_CTRL = 4 };

struct key {
    enum key_code code;
    uint32_t
        rune; /* INPUT_RUNE: the character; mouse: the button, 1 left 2 middle 3 right */
    unsigned mods; /* enum key_mod, or-ed */
    int x;         /* mouse: the cell, from 0 */
    int y;
    bool may_be_two; /* Alt with a character, but Esc and then that character looks the
                        same on this terminal */
};

/* The longest written name with its NUL. */
#define KEY_NAME_SIZE 32

/*
 * Reads a name: modifiers Ctrl-, Alt-, Shift- in any order, then one character or a
 * name (Enter, Space, PgUp, F1, …; case does not matter). False if it is not a key.
 */
bool key_parse(const char *name, struct key *key);

/* Writes the name that key_parse reads; "" for INPUT_NONE. */
void key_format(const struct key *key, char out[KEY_NAME_SIZE]);

/* True if both are the same key with the same modifiers; the mouse cell is not compared.
 */
bool key_equal(const struct key *a, const struct key *b);

/* True for Ctrl with that lower-case letter and nothing else. */
bool key_is_ctrl(const struct key *key, uint32_t letter);

#endif
