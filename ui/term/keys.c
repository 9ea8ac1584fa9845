/*
 * The state machine that cuts a terminal's bytes into keys.
 *
 *   ground ──ESC──► escape ──[──► csi ──final──► a key, or nothing
 *     ▲  │             │──O──► ss3 ──final──► a key, or nothing
 *     │  │             │──] P _ ^ X──► string ──BEL, ESC \──► nothing
 *     │  │             └──other──► Alt and that character
 *     │  └─ CSI 200 ~ ──► paste ──CSI 201 ~──► pasted text
 *
 * An ESC key and the begin of a sequence look the same; only silence tells them apart,
 * which is why the owner has a 25 ms timer. ESC ESC never waits: it is an Esc and a new
 * beginning. (rxvt's Alt-Up, ESC ESC [ A, thus reads as Esc and Up. The other reading
 * would turn the "stop all" of a person under tmux into one Meta-Esc.)
 *
 * Inside csi, ss3 and string any control byte ends the state, so a sequence that was cut
 * or never ends can swallow a few keys but not the keyboard.
 */
#include "ui/term/keys.h"

#include <string.h>

#include "src/base/mem.h"
#include "src/base/strbuf.h"
#include "src/base/utf8.h"
#include "ui/term/key_sequence.h"

/* The most bytes between CSI and its final byte that are looked at. */
#define SEQUENCE_MAX 64

/* An OSC or DCS answer longer than this is taken for typed text that got lost in it. */
#define STRING_MAX 4096

#define BURST_MIN 9

#define CUT_WAIT_MS   1000
#define PASTE_WAIT_MS 5000

#define ESC 0x1b

static const char paste_begin[] = "\033[200~";
static const char paste_end[] = "\033[201~";

enum keys_state {
    KEYS_GROUND,
    KEYS_UTF8,   /* `bytes` holds the begin of a character */
    KEYS_ESCAPE, /* after ESC */
    KEYS_CSI,
    KEYS_LINUX, /* after ESC [ [ */
    KEYS_X10,   /* after CSI M: three bytes follow */
    KEYS_SS3,
    KEYS_STRING, /* OSC, DCS, APC, PM, SOS: swallowed */
    KEYS_STRING_ESCAPE,
    KEYS_PASTE,
    KEYS_BURST
};

struct keys {
    enum keys_state state;
    char bytes[SEQUENCE_MAX];
    size_t len;         /* of `bytes`; in a string: the bytes swallowed */
    bool is_too_long;   /* the CSI sequence did not fit and is ignored */
    char introducer;    /* in a string: the byte after ESC */
    unsigned mods;      /* Alt, for the character being decoded */
    size_t end_matched; /* in a paste: bytes of its end mark seen */
    bool has_bracketed; /* the terminal marks its pastes: no burst rule */
    struct strbuf paste;
    const struct keys_handler *handler; /* only during a call */
};

struct keys *keys_new(void)
{
    struct keys *keys = mem_alloc(sizeof(*keys));
    strbuf_init(&keys->paste, KEYS_PASTE_MAX);
    return keys;
}

void keys_free(struct keys *keys)
{
    if (keys == NULL)
        return;
    strbuf_clear(&keys->paste);
    mem_free(keys);
}

/* --- Delivery --------------------------------------------------------------------- */

static void give_key(struct keys *keys, const struct key *key)
{
    keys->handler->on_key(keys->handler->user, key);
}

static void give_char(struct keys *keys, uint32_t code, unsigned mods)
{
    struct key key;
    if (!key_sequence_get_char(code, mods, &key))
        return;
    key.may_be_two = (mods & INPUT_MOD_ALT) != 0;
    give_key(keys, &key);
}

static void give_paste(struct keys *keys)
{
    struct strbuf paste = keys->paste;
    strbuf_init(&keys->paste, KEYS_PASTE_MAX);
    keys->state = KEYS_GROUND;
    if (paste.len > 0)
        keys->handler->on_paste(keys->handler->user, paste.text, paste.len);
    strbuf_clear(&paste);
}

/* Keeps what fits under the ceiling and drops the rest. */
static void collect(struct keys *keys, const char *bytes, size_t len)
{
    const size_t room = KEYS_PASTE_MAX - keys->paste.len;
    strbuf_append(&keys->paste, bytes, len < room ? len : room);
}

static void enter(struct keys *keys, enum keys_state state)
{
    keys->state = state;
    keys->len = 0;
    keys->is_too_long = false;
    keys->end_matched = 0;
}

/* --- One byte in each state ------------------------------------------------------- */

static void feed_ground(struct keys *keys, unsigned char byte, unsigned mods)
{
    if (byte == ESC && mods == 0) {
        enter(keys, KEYS_ESCAPE);
    } else if (byte < 0x80) {
        enter(keys, KEYS_GROUND);
        give_char(keys, byte, mods);
    } else {
        enter(keys, KEYS_UTF8);
        keys->mods = mods;
        keys->bytes[keys->len++] = (char)byte;
        uint32_t code;
        if (utf8_incomplete_tail(keys->bytes, 1) == 1)
            return;
        enter(keys, KEYS_GROUND);
        utf8_decode(keys->bytes, 1, &code); /* a byte that begins nothing */
        give_char(keys, code, mods);
    }
}

static void feed_utf8(struct keys *keys, unsigned char byte)
{
    keys->bytes[keys->len++] = (char)byte;
    if (utf8_incomplete_tail(keys->bytes, keys->len) == keys->len)
        return;
    uint32_t code;
    const size_t len = keys->len;
    const size_t used = utf8_decode(keys->bytes, len, &code);
    enter(keys, KEYS_GROUND);
    give_char(keys, code, keys->mods);
    if (used < len) /* ill-formed: the last byte begins something new */
        feed_ground(keys, byte, 0);
}

static void feed_escape(struct keys *keys, unsigned char byte)
{
    switch (byte) {
    case ESC: give_char(keys, ESC, 0); return; /* and stay: a new beginning */
    case '[': enter(keys, KEYS_CSI); return;
    case 'O': enter(keys, KEYS_SS3); return;
    case ']':
    case 'P':
    case '_':
    case '^':
    case 'X':
        enter(keys, KEYS_STRING);
        keys->introducer = (char)byte;
        return;
    default: feed_ground(keys, byte, INPUT_MOD_ALT); return;
    }
}

/* What the begin of a sequence means when nothing belonging to it follows. */
static void give_as_alt(struct keys *keys)
{
    const enum keys_state state = keys->state;
    const bool is_bare = keys->len == 0 && !keys->is_too_long;
    enter(keys, KEYS_GROUND);
    if (!is_bare)
        return;
    if (state == KEYS_CSI)
        give_char(keys, '[', INPUT_MOD_ALT);
    else if (state == KEYS_SS3)
        give_char(keys, 'O', INPUT_MOD_ALT);
    else if (state == KEYS_STRING)
        give_char(keys, (unsigned char)keys->introducer, INPUT_MOD_ALT);
}

static void finish_csi(struct keys *keys, char final)
{
    struct key_sequence sequence;
    const bool is_known =
        !keys->is_too_long && key_sequence_parse(&sequence, keys->bytes, (int)keys->len);
    const bool is_bare = keys->len == 0;
    enter(keys, final == 'M' && is_bare ? KEYS_X10 : KEYS_GROUND);
    if (!is_known || keys->state == KEYS_X10)
        return;
    sequence.final = final;
    if (final == '~' && sequence.mark == 0 && sequence.params[0] == 200) {
        enter(keys, KEYS_PASTE);
        keys->has_bracketed = true;
        return;
    }
    struct key key;
    if (key_sequence_get_csi(&sequence, &key))
        give_key(keys, &key);
}

/* rxvt ends shifted keys with '$', which elsewhere stands in the middle of an answer. */
static bool is_rxvt_shift(const struct keys *keys)
{
    for (size_t i = 0; i < keys->len; i++) {
        if (keys->bytes[i] < '0' || keys->bytes[i] > '9')
            return false;
    }
    return keys->len > 0 && !keys->is_too_long;
}

static void feed_csi(struct keys *keys, unsigned char byte)
{
    if (byte < 0x20 || byte >= 0x7f) {
        give_as_alt(keys);
        feed_ground(keys, byte, 0);
    } else if (byte == '[' && keys->len == 0 && !keys->is_too_long) {
        enter(keys, KEYS_LINUX);
    } else if (byte >= 0x40 || (byte == '$' && is_rxvt_shift(keys))) {
        finish_csi(keys, (char)byte);
    } else if (keys->len < SEQUENCE_MAX) {
        keys->bytes[keys->len++] = (char)byte;
    } else {
        keys->is_too_long = true;
    }
}

static void feed_linux(struct keys *keys, unsigned char byte)
{
    enter(keys, KEYS_GROUND);
    struct key key;
    if (byte < 0x20 || byte >= 0x7f)
        feed_ground(keys, byte, 0);
    else if (key_sequence_get_linux((char)byte, &key))
        give_key(keys, &key);
}

static void feed_x10(struct keys *keys, unsigned char byte)
{
    if (byte < 0x20) { /* the numbers are biased by 32: this is something else */
        enter(keys, KEYS_GROUND);
        feed_ground(keys, byte, 0);
        return;
    }
    keys->bytes[keys->len++] = (char)byte;
    if (keys->len < 3)
        return;
    const int button = (unsigned char)keys->bytes[0] - 32;
    const int x = (unsigned char)keys->bytes[1] - 32;
    const int y = (unsigned char)keys->bytes[2] - 32;
    enter(keys, KEYS_GROUND);
    struct key key;
    if (key_sequence_get_mouse(button, x, y, false, &key))
        give_key(keys, &key);
}

static void feed_ss3(struct keys *keys, unsigned char byte)
{
    if (byte < 0x20 || byte >= 0x7f) {
        give_as_alt(keys);
        feed_ground(keys, byte, 0);
        return;
    }
    const bool is_param = (byte >= '0' && byte <= '9') || byte == ';';
    if (is_param && keys->len < SEQUENCE_MAX) {
        keys->bytes[keys->len++] = (char)byte;
        return;
    }
    struct key_sequence sequence;
    const bool is_known =
        !is_param && key_sequence_parse(&sequence, keys->bytes, (int)keys->len);
    enter(keys, KEYS_GROUND);
    if (!is_known)
        return;
    sequence.final = (char)byte;
    struct key key;
    if (key_sequence_get_ss3(&sequence, &key))
        give_key(keys, &key);
}

static void feed_string(struct keys *keys, unsigned char byte)
{
    if (byte == ESC) {
        keys->state = KEYS_STRING_ESCAPE;
    } else if (byte == 0x07) {
        enter(keys, KEYS_GROUND);
    } else if (byte < 0x20) {
        give_as_alt(keys);
        feed_ground(keys, byte, 0);
    } else if (++keys->len >= STRING_MAX) {
        enter(keys, KEYS_GROUND);
    }
}

static void feed_string_escape(struct keys *keys, unsigned char byte)
{
    if (byte == '\\') {
        enter(keys, KEYS_GROUND);
        return;
    }
    /* Not its end but the begin of something else; a bare introducer was Alt. */
    keys->state = KEYS_STRING;
    give_as_alt(keys);
    enter(keys, KEYS_ESCAPE);
    feed_escape(keys, byte);
}

static void feed_byte(struct keys *keys, unsigned char byte)
{
    switch (keys->state) {
    case KEYS_BURST:
    case KEYS_PASTE:
    case KEYS_GROUND: feed_ground(keys, byte, 0); return;
    case KEYS_UTF8: feed_utf8(keys, byte); return;
    case KEYS_ESCAPE: feed_escape(keys, byte); return;
    case KEYS_CSI: feed_csi(keys, byte); return;
    case KEYS_LINUX: feed_linux(keys, byte); return;
    case KEYS_X10: feed_x10(keys, byte); return;
    case KEYS_SS3: feed_ss3(keys, byte); return;
    case KEYS_STRING: feed_string(keys, byte); return;
    case KEYS_STRING_ESCAPE: feed_string_escape(keys, byte); return;
    }
}

/* --- Text in bulk ----------------------------------------------------------------- */

/*
 * Collects up to the end mark; returns the bytes used. The mark begins with the only ESC
 * in it, so after a mismatch the search goes on at the mismatching byte.
 */
static size_t feed_paste(struct keys *keys, const char *bytes, size_t len)
{
    const size_t end_len = sizeof(paste_end) - 1;
    size_t at = 0;
    while (at < len) {
        if (keys->end_matched == 0) {
            const char *escape = memchr(bytes + at, ESC, len - at);
            const size_t plain =
                escape == NULL ? len - at : (size_t)(escape - bytes) - at;
            collect(keys, bytes + at, plain);
            at += plain;
            if (escape == NULL)
                return at;
        }
        if (bytes[at] != paste_end[keys->end_matched]) {
            collect(keys, paste_end, keys->end_matched);
            keys->end_matched = 0;
            if (bytes[at] != ESC)
                collect(keys, bytes + at++, 1);
            continue;
        }
        at++;
        if (++keys->end_matched == end_len) {
            keys->end_matched = 0;
            give_paste(keys);
            return at;
        }
    }
    return at;
}

static bool is_text_byte(char byte)
{
    const unsigned char value = (unsigned char)byte;
    return (value >= 0x20 && value != 0x7f) || value == '\r' || value == '\n' ||
           value == '\t';
}

/* A key that moves: it may be carried out wherever its bytes came from. */
static bool is_moving_key(const struct key *key)
{
    return (key->code >= INPUT_UP && key->code <= INPUT_DELETE) ||
           key->code == INPUT_FOCUS_IN || key->code == INPUT_FOCUS_OUT;
}

/*
 * What begins with an ESC in a burst. Returns the bytes of a key that moves, or of a
 * mouse report, for which the key is INPUT_NONE: a click that was pasted must press
 * nothing. 0 for everything else, which is text.
 */
static size_t burst_sequence(const char *bytes, size_t len, struct key *key)
{
    size_t end = 2;
    if (len < 3 || bytes[0] != ESC || (bytes[1] != '[' && bytes[1] != 'O'))
        return 0;
    while (end < len && end < SEQUENCE_MAX && bytes[end] >= 0x20 && bytes[end] < 0x40)
        end++;
    struct key_sequence sequence;
    if (end == len || !key_sequence_parse(&sequence, bytes + 2, (int)end - 2))
        return 0;
    sequence.final = bytes[end];
    *key = (struct key){.code = INPUT_NONE};
    if (sequence.mark == '<' && (sequence.final == 'M' || sequence.final == 'm'))
        return end + 1;
    const bool is_key = bytes[1] == '[' ? key_sequence_get_csi(&sequence, key)
                                        : key_sequence_get_ss3(&sequence, key);
    return is_key && is_moving_key(key) ? end + 1 : 0;
}

static bool begins_paste(const char *bytes, size_t len)
{
    return len >= sizeof(paste_begin) - 1 &&
           memcmp(bytes, paste_begin, sizeof(paste_begin) - 1) == 0;
}

bool keys_is_burst(const char *bytes, size_t len)
{
    struct key key;
    size_t count = 0;
    bool has_line_end = false;
    bool has_text_after = false;
    if (len < BURST_MIN || bytes[0] == ESC)
        return false;
    for (size_t at = 0; at < len;) {
        const size_t sequence = burst_sequence(bytes + at, len - at, &key);
        if (begins_paste(bytes + at, len - at))
            return false;
        if (sequence > 0) {
            at += sequence;
            continue;
        }
        /* Enter and then an Alt key may well have been typed ahead. */
        if (bytes[at] == ESC)
            has_line_end = false;
        else if (bytes[at] == '\r' || bytes[at] == '\n')
            has_line_end = true;
        else if (is_text_byte(bytes[at]) && has_line_end)
            has_text_after = true;
        count += is_text_byte(bytes[at]);
        at++;
    }
    return count >= BURST_MIN && has_text_after;
}

/* Takes a read of a burst. Returns the bytes used: what follows is no longer part of it.
 */
static size_t feed_burst(struct keys *keys, const char *bytes, size_t len)
{
    bool ends_in_key = false;
    for (size_t at = 0; at < len;) {
        struct key key;
        const char *escape = memchr(bytes + at, ESC, len - at);
        const size_t text_end = escape == NULL ? len : (size_t)(escape - bytes);
        if (text_end > at) {
            ends_in_key = false;
            collect(keys, bytes + at, text_end - at);
            at = text_end;
            continue;
        }
        if (begins_paste(bytes + at, len - at)) {
            give_paste(keys);
            return at;
        }
        const size_t sequence = burst_sequence(bytes + at, len - at, &key);
        ends_in_key = sequence > 0;
        if (ends_in_key) {
            give_paste(keys);
            keys->state = KEYS_BURST;
            if (key.code != INPUT_NONE)
                give_key(keys, &key);
        } else {
            collect(keys, bytes + at, 1);
        }
        at += ends_in_key ? sequence : 1;
    }
    if (ends_in_key)
        enter(keys, KEYS_GROUND);
    return len;
}

/* Silence after a burst: an ESC at its end was the Esc key, and so was one before it. */
static void end_burst(struct keys *keys)
{
    size_t escapes = 0;
    while (escapes < keys->paste.len &&
           keys->paste.text[keys->paste.len - 1 - escapes] == ESC)
        escapes++;
    strbuf_truncate(&keys->paste, keys->paste.len - escapes);
    give_paste(keys);
    for (; escapes > 0; escapes--)
        give_char(keys, ESC, 0);
}

void keys_feed(struct keys *keys, const char *bytes, size_t len,
               const struct keys_handler *handler)
{
    keys->handler = handler;
    if (keys->state == KEYS_GROUND && !keys->has_bracketed && keys_is_burst(bytes, len))
        keys->state = KEYS_BURST;
    size_t at = keys->state == KEYS_BURST ? feed_burst(keys, bytes, len) : 0;
    while (at < len) {
        if (keys->state == KEYS_PASTE)
            at += feed_paste(keys, bytes + at, len - at);
        else
            feed_byte(keys, (unsigned char)bytes[at++]);
    }
    keys->handler = NULL;
}

/* --- Silence ---------------------------------------------------------------------- */

void keys_flush_escape(struct keys *keys, const struct keys_handler *handler)
{
    keys->handler = handler;
    if (keys->state == KEYS_ESCAPE) {
        enter(keys, KEYS_GROUND);
        give_char(keys, ESC, 0);
    } else if (keys->state == KEYS_BURST) {
        end_burst(keys);
    } else if (keys_get_wait_ms(keys) == KEYS_ESCAPE_WAIT_MS) {
        give_as_alt(keys);
    }
    keys->handler = NULL;
}

void keys_flush(struct keys *keys, const struct keys_handler *handler)
{
    keys_flush_escape(keys, handler);
    keys->handler = handler;
    if (keys->state == KEYS_PASTE) {
        collect(keys, paste_end, keys->end_matched);
        /* Should the rest still come, the burst rule keeps its newlines from sending. */
        keys->has_bracketed = false;
        give_paste(keys);
    }
    enter(keys, KEYS_GROUND);
    keys->handler = NULL;
}

bool keys_is_pending(const struct keys *keys)
{
    return keys->state != KEYS_GROUND;
}

int keys_get_wait_ms(const struct keys *keys)
{
    switch (keys->state) {
    case KEYS_GROUND: return 0;
    case KEYS_ESCAPE:
    case KEYS_BURST: return KEYS_ESCAPE_WAIT_MS;
    case KEYS_CSI:
    case KEYS_SS3:
    case KEYS_STRING: return keys->len == 0 ? KEYS_ESCAPE_WAIT_MS : CUT_WAIT_MS;
    case KEYS_UTF8:
    case KEYS_LINUX:
    case KEYS_X10:
    case KEYS_STRING_ESCAPE: return CUT_WAIT_MS;
    case KEYS_PASTE: return PASTE_WAIT_MS;
    }
    return 0;
}
