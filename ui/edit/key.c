/*
 * The written names of keys, in one table that both directions read. A name is built
 * from the outside in: modifiers, each with a hyphen, then the key; so "Alt--" is
 * Alt with the hyphen itself.
 */
#include "ui/edit/key.h"

#include <string.h>
#include <strings.h>

#include "src/base/mem.h"
#include "src/base/utf8.h"

struct key_name {
    const char *name;
    enum key_code code;
    uint32_t rune;
};

/* The first name of a key is the one that is written; later ones are only read. */
static const struct key_name key_names[] = {
    {"Space", INPUT_RUNE, ' '},
    {"Enter", INPUT_ENTER, 0},
    {"Tab", INPUT_TAB, 0},
    {"Esc", INPUT_ESC, 0},
    {"Backspace", INPUT_BACKSPACE, 0},
    {"Up", INPUT_UP, 0},
    {"Down", INPUT_DOWN, 0},
    {"Left", INPUT_LEFT, 0},
    {"Right", INPUT_RIGHT, 0},
    {"Home", INPUT_HOME, 0},
    {"End", INPUT_END, 0},
    {"PgUp", INPUT_PGUP, 0},
    {"PgDn", INPUT_PGDN, 0},
    {"Insert", INPUT_INSERT, 0},
    {"Delete", INPUT_DELETE, 0},
    {"F1", INPUT_F1, 0},
    {"F2", INPUT_F2, 0},
    {"F3", INPUT_F3, 0},
    {"F4", INPUT_F4, 0},
    {"F5", INPUT_F5, 0},
    {"F6", INPUT_F6, 0},
    {"F7", INPUT_F7, 0},
    {"F8", INPUT_F8, 0},
    {"F9", INPUT_F9, 0},
    {"F10", INPUT_F10, 0},
    {"F11", INPUT_F11, 0},
    {"F12", INPUT_F12, 0},
    {"MousePress", INPUT_MOUSE_PRESS, 1},
    {"MouseMiddle", INPUT_MOUSE_PRESS, 2},
    {"MouseRight", INPUT_MOUSE_PRESS, 3},
    {"MouseRelease", INPUT_MOUSE_RELEASE, 1},
    {"MouseDrag", INPUT_MOUSE_DRAG, 1},
    {"WheelUp", INPUT_WHEEL_UP, 0},
    {"WheelDown", INPUT_WHEEL_DOWN, 0},
    {"FocusIn", INPUT_FOCUS_IN, 0},
    {"FocusOut", INPUT_FOCUS_OUT, 0},
    {"Escape", INPUT_ESC, 0},
    {"Return", INPUT_ENTER, 0},
    {"PageUp", INPUT_PGUP, 0},
    {"PageDown", INPUT_PGDN, 0},
    {"Ins", INPUT_INSERT, 0},
    {"Del", INPUT_DELETE, 0},
};

struct key_mod_name {
    const char *name;
    unsigned mod;
};

static const struct key_mod_name key_mod_names[] = {
    {"Ctrl-", INPUT_MOD_CTRL},
    {"Alt-", INPUT_MOD_ALT},
    {"Shift-", INPUT_MOD_SHIFT},
};

/* Takes one modifier off the front of `*name`; 0 if there is none. */
static unsigned key_take_mod(const char **name)
{
    for (size_t i = 0; i < COUNT_OF(key_mod_names); i++) {
        const size_t len = strlen(key_mod_names[i].name);
        if (strncasecmp(*name, key_mod_names[i].name, len) == 0 && (*name)[len] != '\0') {
            *name += len;
            return key_mod_names[i].mod;
        }
    }
    return 0;
}

/* Brings a character with modifiers into the canonical form of the header. */
static void key_make_canonical(struct key *key)
{
    const bool is_ascii_letter =
        (key->rune >= 'a' && key->rune <= 'z') || (key->rune >= 'A' && key->rune <= 'Z');
    if (!is_ascii_letter)
        return;
    if ((key->mods & INPUT_MOD_CTRL) != 0) {
        key->rune |= 0x20;
    } else if ((key->mods & INPUT_MOD_SHIFT) != 0) {
        key->rune &= ~(uint32_t)0x20;
        key->mods &= ~(unsigned)INPUT_MOD_SHIFT;
    }
}

/* Reads a name that is one character. */
static bool key_parse_rune(const char *name, struct key *key)
{
    const size_t len = strlen(name);
    uint32_t rune = 0;
    if (len == 0 || !utf8_is_valid(name, len) || utf8_decode(name, len, &rune) != len)
        return false;
    if (rune < 0x20 || (rune >= 0x7f && rune < 0xa0))
        return false;
    key->code = INPUT_RUNE;
    key->rune = rune;
    key_make_canonical(key);
    return true;
}

bool key_parse(const char *name, struct key *key)
{
    struct key found = {.code = INPUT_NONE};
    for (unsigned mod = key_take_mod(&name); mod != 0; mod = key_take_mod(&name)) {
        if ((found.mods & mod) != 0)
            return false;
        found.mods |= mod;
    }
    bool is_key = key_parse_rune(name, &found);
    for (size_t i = 0; i < COUNT_OF(key_names) && !is_key; i++) {
        if (strcasecmp(name, key_names[i].name) == 0) {
            found.code = key_names[i].code;
            found.rune = key_names[i].rune;
            is_key = true;
        }
    }
    if (is_key)
        *key = found;
    return is_key;
}

/* Appends as much of `text` as fits. */
static void key_append(char out[KEY_NAME_SIZE], const char *text)
{
    const size_t used = strlen(out);
    snprintf(out + used, KEY_NAME_SIZE - used, "%s", text);
}

static const char *key_find_name(const struct key *key)
{
    const struct key_name *same_code = NULL;
    for (size_t i = 0; i < COUNT_OF(key_names); i++) {
        if (key_names[i].code != key->code)
            continue;
        if (key_names[i].rune == key->rune)
            return key_names[i].name;
        if (same_code == NULL && key->code != INPUT_RUNE)
            same_code = &key_names[i];
    }
    return same_code == NULL ? NULL : same_code->name;
}

void key_format(const struct key *key, char out[KEY_NAME_SIZE])
{
    out[0] = '\0';
    if (key->code == INPUT_NONE)
        return;
    for (size_t i = 0; i < COUNT_OF(key_mod_names); i++) {
        if ((key->mods & key_mod_names[i].mod) != 0)
            key_append(out, key_mod_names[i].name);
    }
    const char *name = key_find_name(key);
    if (name != NULL) {
        key_append(out, name);
        return;
    }
    const bool is_ctrl_letter =
        (key->mods & INPUT_MOD_CTRL) != 0 && key->rune >= 'a' && key->rune <= 'z';
    char rune[5] = {0};
    utf8_encode(is_ctrl_letter ? key->rune - 0x20 : key->rune, rune);
    key_append(out, rune);
}

bool key_equal(const struct key *a, const struct key *b)
{
    return a->code == b->code && a->rune == b->rune && a->mods == b->mods;
}

bool key_is_ctrl(const struct key *key, uint32_t letter)
{
    return key->code == INPUT_RUNE && key->mods == INPUT_MOD_CTRL && key->rune == letter;
}
