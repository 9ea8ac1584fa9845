/* The plain forms of xterm, and kitty's CSI u where xterm has no form of its own. */
#include "tests/support/key_bytes.h"

#include "src/base/utf8.h"

static int mod_param(unsigned mods)
{
    return 1 + ((mods & INPUT_MOD_SHIFT) != 0 ? 1 : 0) +
           ((mods & INPUT_MOD_ALT) != 0 ? 2 : 0) + ((mods & INPUT_MOD_CTRL) != 0 ? 4 : 0);
}

static bool append_letter(struct strbuf *out, char letter, unsigned mods)
{
    if (mods == 0)
        return strbuf_append_format(out, "\033[%c", letter);
    return strbuf_append_format(out, "\033[1;%d%c", mod_param(mods), letter);
}

static bool append_number(struct strbuf *out, int number, unsigned mods)
{
    if (mods == 0)
        return strbuf_append_format(out, "\033[%d~", number);
    return strbuf_append_format(out, "\033[%d;%d~", number, mod_param(mods));
}

/* A character with a control code of its own; Alt puts ESC before it. */
static bool append_code(struct strbuf *out, uint32_t code, unsigned mods)
{
    char bytes[4];
    const size_t len = utf8_encode(code, bytes);
    if ((mods & (unsigned)~INPUT_MOD_ALT) != 0)
        return strbuf_append_format(out, "\033[%u;%du", (unsigned)code, mod_param(mods));
    if ((mods & INPUT_MOD_ALT) != 0)
        strbuf_append_char(out, '\033');
    return strbuf_append(out, bytes, len);
}

static bool append_rune(struct strbuf *out, const struct key *key)
{
    const bool has_control = (key->mods & INPUT_MOD_CTRL) != 0;
    const bool is_letter = key->rune >= 'a' && key->rune <= 'z';
    const bool has_code =
        is_letter || key->rune == ' ' || (key->rune >= '\\' && key->rune <= '_');
    if (!has_control || !has_code || (key->mods & INPUT_MOD_SHIFT) != 0)
        return append_code(out, key->rune, key->mods);
    return append_code(out, key->rune == ' ' ? 0 : key->rune & 0x1f,
                       key->mods & INPUT_MOD_ALT);
}

static bool append_function(struct strbuf *out, int number, unsigned mods)
{
    static const int codes[] = {15, 17, 18, 19, 20, 21, 23, 24};
    if (number >= 5)
        return append_number(out, codes[number - 5], mods);
    if (mods == 0)
        return strbuf_append_format(out, "\033O%c", 'P' + number - 1);
    return append_letter(out, (char)('P' + number - 1), mods);
}

bool key_bytes_append(struct strbuf *out, const struct key *key)
{
    switch (key->code) {
    case INPUT_RUNE: return append_rune(out, key);
    case INPUT_ENTER: return append_code(out, 0x0d, key->mods);
    case INPUT_ESC: return append_code(out, 0x1b, key->mods);
    case INPUT_BACKSPACE: return append_code(out, 0x7f, key->mods);
    case INPUT_TAB:
        if (key->mods == INPUT_MOD_SHIFT)
            return strbuf_append_text(out, "\033[Z");
        return append_code(out, 0x09, key->mods);
    case INPUT_UP: return append_letter(out, 'A', key->mods);
    case INPUT_DOWN: return append_letter(out, 'B', key->mods);
    case INPUT_RIGHT: return append_letter(out, 'C', key->mods);
    case INPUT_LEFT: return append_letter(out, 'D', key->mods);
    case INPUT_HOME: return append_letter(out, 'H', key->mods);
    case INPUT_END: return append_letter(out, 'F', key->mods);
    case INPUT_INSERT: return append_number(out, 2, key->mods);
    case INPUT_DELETE: return append_number(out, 3, key->mods);
    case INPUT_PGUP: return append_number(out, 5, key->mods);
    case INPUT_PGDN: return append_number(out, 6, key->mods);
    case INPUT_F1:
    case INPUT_F2:
    case INPUT_F3:
    case INPUT_F4:
    case INPUT_F5:
    case INPUT_F6:
    case INPUT_F7:
    case INPUT_F8:
    case INPUT_F9:
    case INPUT_F10:
    case INPUT_F11:
    case INPUT_F12:
        return append_function(out, (int)(key->code - INPUT_F1) + 1, key->mods);
    case INPUT_FOCUS_IN: return strbuf_append_text(out, "\033[I");
    case INPUT_FOCUS_OUT: return strbuf_append_text(out, "\033[O");
    case INPUT_NONE:
    case INPUT_MOUSE_PRESS:
    case INPUT_MOUSE_RELEASE:
    case INPUT_MOUSE_DRAG:
    case INPUT_WHEEL_UP:
    case INPUT_WHEEL_DOWN:
    case INPUT_CODE_COUNT: break;
    }
    return false;
}
