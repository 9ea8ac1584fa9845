/*
 * The tables of what terminals send. Sources: xterm's ctlseqs, the Linux console's
 * keymap, terminfo's entries for rxvt, tmux and screen, kitty's keyboard protocol.
 *
 * A modifier parameter is 1 + a set of bits: 1 Shift, 2 Alt, 4 Ctrl; kitty adds 8 Super
 * and more, which none of our keys has.
 */
#include "ui/term/key_sequence.h"

#include <stddef.h>

#include "src/base/compiler.h"

#define NUMBER_MAX 1000000

struct code_entry {
    int number;
    enum key_code code;
};

/* CSI number ~, and rxvt's CSI number $ ^ @. */
static const struct code_entry tilde_codes[] = {
    {1, INPUT_HOME}, {2, INPUT_INSERT}, {3, INPUT_DELETE}, {4, INPUT_END},
    {5, INPUT_PGUP}, {6, INPUT_PGDN},   {7, INPUT_HOME},   {8, INPUT_END},
    {11, INPUT_F1},  {12, INPUT_F2},    {13, INPUT_F3},    {14, INPUT_F4},
    {15, INPUT_F5},  {17, INPUT_F6},    {18, INPUT_F7},    {19, INPUT_F8},
    {20, INPUT_F9},  {21, INPUT_F10},   {23, INPUT_F11},   {24, INPUT_F12},
};

/* CSI and SS3 with a letter. */
static const struct code_entry letter_codes[] = {
    {'A', INPUT_UP},   {'B', INPUT_DOWN}, {'C', INPUT_RIGHT}, {'D', INPUT_LEFT},
    {'H', INPUT_HOME}, {'F', INPUT_END},  {'P', INPUT_F1},    {'Q', INPUT_F2},
    {'R', INPUT_F3},   {'S', INPUT_F4},
};

/* rxvt's shifted (CSI) and controlled (SS3) arrows. */
static const struct code_entry small_letter_codes[] = {
    {'a', INPUT_UP},
    {'b', INPUT_DOWN},
    {'c', INPUT_RIGHT},
    {'d', INPUT_LEFT},
};

/* Kitty's numbers for the keypad. */
static const struct code_entry kitty_codes[] = {
    {57414, INPUT_ENTER},  {57417, INPUT_LEFT},   {57418, INPUT_RIGHT},
    {57419, INPUT_UP},     {57420, INPUT_DOWN},   {57421, INPUT_PGUP},
    {57422, INPUT_PGDN},   {57423, INPUT_HOME},   {57424, INPUT_END},
    {57425, INPUT_INSERT}, {57426, INPUT_DELETE},
};

/* Kitty's 57399 to 57413, and the vt100 keypad's SS3 j to y, as characters. */
static const char kitty_keypad[] = "0123456789./*-+";
static const char ss3_keypad[] = "*+,-./0123456789";

static enum key_code find_code(const struct code_entry *table, size_t count, int number)
{
    for (size_t i = 0; i < count; i++) {
        if (table[i].number == number)
            return table[i].code;
    }
    return INPUT_NONE;
}

static unsigned mods_from_param(int param)
{
    if (param < 1)
        return 0;
    const unsigned bits = (unsigned)param - 1;
    return ((bits & 1) != 0 ? INPUT_MOD_SHIFT : 0u) |
           ((bits & 2) != 0 ? INPUT_MOD_ALT : 0u) |
           ((bits & 4) != 0 ? INPUT_MOD_CTRL : 0u);
}

static bool set_key(struct key *key, enum key_code code, unsigned mods)
{
    *key = (struct key){.code = code, .mods = mods};
    return code != INPUT_NONE;
}

/* Where the part behind the n-th ':' of the last parameter belongs. */
static int *find_part(struct key_sequence *sequence, int part, int *ignored)
{
    if (sequence->count == 1 && part == 1)
        return &sequence->shifted;
    if (sequence->count == 1 && part == 2)
        return &sequence->base;
    return sequence->count == 2 && part == 1 ? &sequence->event : ignored;
}

bool key_sequence_parse(struct key_sequence *sequence, const char *bytes, int len)
{
    *sequence = (struct key_sequence){.shifted = -1, .base = -1, .event = -1};
    for (int i = 0; i < KEY_SEQUENCE_PARAMS; i++)
        sequence->params[i] = -1;
    int i = 0;
    if (len > 0 && bytes[0] >= '<' && bytes[0] <= '?')
        sequence->mark = bytes[i++];
    if (i == len)
        return true;
    int *number = &sequence->params[0];
    int parts = 0;
    int ignored;
    sequence->count = 1;
    for (; i < len; i++) {
        if (bytes[i] >= '0' && bytes[i] <= '9') {
            if (*number < NUMBER_MAX)
                *number = (*number < 0 ? 0 : *number) * 10 + (bytes[i] - '0');
        } else if (bytes[i] == ':') {
            ignored = -1;
            number = find_part(sequence, ++parts, &ignored);
        } else if (bytes[i] == ';' && sequence->count < KEY_SEQUENCE_PARAMS) {
            parts = 0;
            number = &sequence->params[sequence->count++];
        } else {
            return false;
        }
    }
    return true;
}

/* --- Characters ------------------------------------------------------------------- */

static bool is_plain_rune(uint32_t code)
{
    return (code >= 0x20 && code < 0x7f) || (code >= 0xa0 && code < 0xd800) ||
           (code >= 0xe000 && code <= 0x10ffff);
}

/* Canonical: Shift lives in the letter, unless Ctrl makes the letter small. */
static bool set_rune(struct key *key, uint32_t rune, unsigned mods)
{
    const bool is_capital = rune >= 'A' && rune <= 'Z';
    const bool is_small = rune >= 'a' && rune <= 'z';
    if ((mods & INPUT_MOD_CTRL) != 0) {
        if (is_capital)
            rune += 'a' - 'A';
    } else {
        if (is_small && (mods & INPUT_MOD_SHIFT) != 0)
            rune -= 'a' - 'A';
        mods &= ~(unsigned)INPUT_MOD_SHIFT;
    }
    *key = (struct key){.code = INPUT_RUNE, .rune = rune, .mods = mods};
    return is_plain_rune(rune);
}

bool key_sequence_get_char(uint32_t code, unsigned mods, struct key *key)
{
    switch (code) {
    case 0x00: return set_rune(key, ' ', mods | INPUT_MOD_CTRL);
    case 0x08:
    case 0x7f: /* whoever writes capitals still holds Shift */
        return set_key(key, INPUT_BACKSPACE, mods & ~(unsigned)INPUT_MOD_SHIFT);
    case 0x09: return set_key(key, INPUT_TAB, mods);
    case 0x0d: return set_key(key, INPUT_ENTER, mods);
    case 0x1b: return set_key(key, INPUT_ESC, mods);
    default: break;
    }
    if (code <= 0x1a)
        return set_rune(key, code + 'a' - 1, mods | INPUT_MOD_CTRL);
    if (code < 0x20)
        return set_rune(key, code + '@', mods | INPUT_MOD_CTRL);
    return set_rune(key, code, mods);
}

static bool is_ascii_letter(int code)
{
    return (code >= 'a' && code <= 'z') || (code >= 'A' && code <= 'Z');
}

/* CSI code;mods u (kitty) and CSI 27;mods;code ~ (modifyOtherKeys). */
static bool get_coded_char(int code, int mod_param, struct key *key)
{
    if (code < 0 || (mod_param > 1 && ((mod_param - 1) & 0x38) != 0))
        return false; /* with Super, Hyper or Meta it is not one of ours */
    const unsigned mods = mods_from_param(mod_param);
    const enum key_code keypad = find_code(kitty_codes, COUNT_OF(kitty_codes), code);
    if (keypad != INPUT_NONE)
        return set_key(key, keypad, mods);
    if (code >= 57399 && code <= 57413)
        return set_rune(key, (uint32_t)kitty_keypad[code - 57399], mods);
    if (code >= 0xe000 && code <= 0xf8ff)
        return false; /* kitty's modifier and media keys */
    if (code == '[' && mods == INPUT_MOD_CTRL)
        return set_key(key, INPUT_ESC, 0); /* as everywhere else */
    if (code < 0x20 && code != 0x09 && code != 0x0d && code != 0x1b && code != 0x08)
        return false;
    return key_sequence_get_char((uint32_t)code, mods, key);
}

/* The same for xterm's, where the number is of what is written with Shift. */
static bool get_xterm_char(int code, int mod_param, struct key *key)
{
    const bool is_written = code > ' ' && code != 0x7f && !is_ascii_letter(code);
    const bool has_shift = (mods_from_param(mod_param) & INPUT_MOD_SHIFT) != 0;
    return get_coded_char(code, is_written && has_shift ? mod_param - 1 : mod_param, key);
}

/* The same for kitty's keys, of which the number says what they write without Shift, and
 * on the person's keyboard: Ctrl-_ is Ctrl and Shift and "-", and where the c would be
 * there may be a letter of another script. */
static bool get_kitty_char(const struct key_sequence *sequence, struct key *key)
{
    const int mod_param = sequence->params[1];
    const unsigned mods = mods_from_param(mod_param);
    int code = sequence->params[0];
    if (code >= 0x80 && is_ascii_letter(sequence->base) &&
        (mods & (INPUT_MOD_CTRL | INPUT_MOD_ALT)) != 0)
        code = sequence->base;
    if ((mods & INPUT_MOD_SHIFT) != 0 && sequence->shifted > ' ' &&
        !is_ascii_letter(code))
        return get_coded_char(sequence->shifted, mod_param - 1, key);
    return get_coded_char(code, mod_param, key);
}

/* --- Mouse ------------------------------------------------------------------------ */

bool key_sequence_get_mouse(int button, int x, int y, bool is_release, struct key *key)
{
    if (button < 0 || x < 1 || y < 1)
        return false;
    const int low = button & 3;
    *key = (struct key){.rune = (uint32_t)low + 1, .x = x - 1, .y = y - 1};
    key->mods = ((button & 4) != 0 ? INPUT_MOD_SHIFT : 0u) |
                ((button & 8) != 0 ? INPUT_MOD_ALT : 0u) |
                ((button & 16) != 0 ? INPUT_MOD_CTRL : 0u);
    if ((button & ~0x7f) != 0)
        return false; /* buttons 8 to 11 */
    if ((button & 64) != 0) {
        key->rune = 0;
        key->code = low == 0 ? INPUT_WHEEL_UP : INPUT_WHEEL_DOWN;
        return low < 2 && !is_release;
    }
    if ((button & 32) != 0) {
        key->code = INPUT_MOUSE_DRAG;
        return low != 3; /* 3: moved with no button down */
    }
    if (low == 3) { /* X10 form: a release that does not say of which button */
        key->rune = 0;
        is_release = true;
    }
    key->code = is_release ? INPUT_MOUSE_RELEASE : INPUT_MOUSE_PRESS;
    return true;
}

/* --- Sequences -------------------------------------------------------------------- */

static bool get_tilde(const struct key_sequence *sequence, unsigned mods, struct key *key)
{
    if (sequence->params[0] == 27 && sequence->count == 3)
        return get_xterm_char(sequence->params[2], sequence->params[1], key);
    const enum key_code code =
        find_code(tilde_codes, COUNT_OF(tilde_codes), sequence->params[0]);
    return set_key(key, code, mods | mods_from_param(sequence->params[1]));
}

static bool get_letter(const struct key_sequence *sequence, struct key *key)
{
    /* Letters come alone or as 1;mods. Other numbers are a report (CSI 24;80R). */
    if (sequence->count > 0 && sequence->params[0] > 1)
        return false;
    const enum key_code code =
        find_code(letter_codes, COUNT_OF(letter_codes), sequence->final);
    return set_key(key, code, mods_from_param(sequence->params[1]));
}

static bool get_marked_csi(const struct key_sequence *sequence, struct key *key)
{
    if (sequence->mark != '<' || sequence->count != 3)
        return false;
    if (sequence->final != 'M' && sequence->final != 'm')
        return false;
    return key_sequence_get_mouse(sequence->params[0], sequence->params[1],
                                  sequence->params[2], sequence->final == 'm', key);
}

bool key_sequence_get_csi(const struct key_sequence *sequence, struct key *key)
{
    if (sequence->mark != 0)
        return get_marked_csi(sequence, key);
    if (sequence->event == 3)
        return false; /* a key was released */
    const int *params = sequence->params;
    switch (sequence->final) {
    case '~': return get_tilde(sequence, 0, key);
    case '$': return get_tilde(sequence, INPUT_MOD_SHIFT, key);
    case '^': return get_tilde(sequence, INPUT_MOD_CTRL, key);
    case '@': return get_tilde(sequence, INPUT_MOD_CTRL | INPUT_MOD_SHIFT, key);
    case 'u': return get_kitty_char(sequence, key);
    case 'Z': return set_key(key, INPUT_TAB, INPUT_MOD_SHIFT);
    case 'I': return sequence->count == 0 && set_key(key, INPUT_FOCUS_IN, 0);
    case 'O': return sequence->count == 0 && set_key(key, INPUT_FOCUS_OUT, 0);
    case 'M': /* urxvt's mouse mode 1015 */
        return key_sequence_get_mouse(params[0] - 32, params[1], params[2], false, key);
    case 'a':
    case 'b':
    case 'c':
    case 'd':
        if (sequence->count > 0)
            return false; /* CSI 0 c answers a device query */
        return set_key(
            key,
            find_code(small_letter_codes, COUNT_OF(small_letter_codes), sequence->final),
            INPUT_MOD_SHIFT);
    default: return get_letter(sequence, key);
    }
}

bool key_sequence_get_ss3(const struct key_sequence *sequence, struct key *key)
{
    const char final = sequence->final;
    /* Old forms put the modifier first: ESC O 5 A. */
    const int mod_param = sequence->count > 1 ? sequence->params[1] : sequence->params[0];
    const unsigned mods = mods_from_param(mod_param);
    if (final >= 'j' && final <= 'y')
        return set_rune(key, (uint32_t)ss3_keypad[final - 'j'], mods);
    switch (final) {
    case 'M': return set_key(key, INPUT_ENTER, mods);
    case 'I': return set_key(key, INPUT_TAB, mods);
    case 'X': return set_rune(key, '=', mods);
    case ' ': return set_rune(key, ' ', mods);
    default: break;
    }
    const enum key_code arrow =
        find_code(small_letter_codes, COUNT_OF(small_letter_codes), final);
    if (arrow != INPUT_NONE)
        return set_key(key, arrow, INPUT_MOD_CTRL);
    return set_key(key, find_code(letter_codes, COUNT_OF(letter_codes), final), mods);
}

bool key_sequence_get_linux(char final, struct key *key)
{
    if (final < 'A' || final > 'E')
        return set_key(key, INPUT_NONE, 0);
    return set_key(key, (enum key_code)(INPUT_F1 + (final - 'A')), 0);
}
