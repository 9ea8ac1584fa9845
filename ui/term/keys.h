/*
 * Bytes from a terminal to keys and pasted text, incrementally: a sequence may be split
 * over reads at any byte. A state machine without clock or descriptor: the owner feeds
 * what it read and calls a flush when nothing came for keys_get_wait_ms.
 *
 * Understood: UTF-8, CSI and SS3 keys of xterm, the Linux console, vt100, rxvt, tmux and
 * screen with xterm's modifiers, kitty's CSI u and xterm's modifyOtherKeys, SGR and X10
 * mouse reports, focus reports, bracketed paste. ESC before a character is Alt; ESC ESC
 * is two Esc, never Alt-Esc. Everything else (device replies, unknown sequences) is
 * swallowed; no sequence can make the decoder hold more than a fixed number of bytes.
 */
#ifndef TERM_KEYS_H
#define TERM_KEYS_H

#include <stdbool.h>
#include <stddef.h>

#include "ui/edit/key.h"

/* The most bytes kept of one paste; what comes beyond is dropped. */
#define KEYS_PASTE_MAX ((size_t)16 << 20)

/* The silence after which an ESC is the Esc key. */
#define KEYS_ESCAPE_WAIT_MS 25

struct keys;

struct keys_handler {
    void (*on_key)(void *user, const struct key *key);
    /* Called once for a whole paste. The bytes are data, ESC included. */
    void (*on_paste)(void *user, const char *text, size_t len);
    void *user;
};

/* Makes a decoder. Caller frees with keys_free. */
struct keys *keys_new(void);

/* Frees the decoder; not from inside one of its callbacks. NULL is allowed. */
void keys_free(struct keys *keys);

/* Decodes the bytes of one read. */
void keys_feed(struct keys *keys, const char *bytes, size_t len,
               const struct keys_handler *handler);

/*
 * Resolves what only silence can: an ESC that nothing followed is the Esc key (ESC [ is
 * Alt-[), and a burst is over. The owner calls it 25 ms after the last byte.
 */
void keys_flush_escape(struct keys *keys, const struct keys_handler *handler);

/*
 * Resolves everything: besides the above a paste whose end mark never came is delivered
 * and a sequence that was cut is dropped.
 */
void keys_flush(struct keys *keys, const struct keys_handler *handler);

/* True if something is held back that a flush would resolve. */
bool keys_is_pending(const struct keys *keys);

/*
 * How long to wait in silence before the flush that is due: KEYS_ESCAPE_WAIT_MS for
 * keys_flush_escape, longer for keys_flush (an open paste, a cut sequence), 0 when
 * nothing is held back.
 */
int keys_get_wait_ms(const struct keys *keys);

/*
 * The burst rule, for terminals without bracketed paste, so that a pasted newline never
 * submits: the bytes of one read count as pasted when they do not begin with an ESC, more
 * than 8 of them are text (UTF-8, CR, LF, TAB), and a CR or LF has text after it without
 * an ESC between (that may be Enter and an Alt key, typed ahead). A person cannot type
 * that between two reads. Control bytes between them are pasted as well: a BEL, a Ctrl-D
 * or an Enter in it acts on nothing.
 *
 * Keys may have been typed ahead, though, while the program or the line stood still. So
 * in a burst arrows, Home, End, PgUp, PgDn, Insert, Delete and focus reports, which do no
 * harm where they were pasted, are the keys that they are, between the texts before and
 * behind them, and count as no text; mouse reports are dropped; ESCs that silence follows
 * are Esc keys. Any other ESC is text.
 *
 * What follows within 25 ms belongs to it, unless the read before ended with such a key.
 * Not used once the terminal has sent a bracketed paste, nor on a read that has one.
 */
bool keys_is_burst(const char *bytes, size_t len);

#endif
