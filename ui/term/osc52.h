/*
 * A text for the clipboard of the terminal, as OSC 52: it reaches the desktop also
 * through ssh. Nothing of the text is seen by the terminal but base64. Never asks for
 * what the clipboard holds.
 */
#ifndef TERM_OSC52_H
#define TERM_OSC52_H

#include <stdbool.h>
#include <stddef.h>

#include "src/base/strbuf.h"

/* More base64 is not sent: terminals cut or drop it. */
#define OSC52_MAX ((size_t)100 * 1000)

/* … so many bytes of text. */
#define OSC52_TEXT_MAX (OSC52_MAX / 4 * 3)

/* What stands between us and the terminal. */
enum osc52_way {
    OSC52_NOWHERE, /* a terminal that would print it */
    OSC52_PLAIN,
    OSC52_TMUX,  /* takes it itself (set-clipboard on), or passes it on
                    (allow-passthrough):  whichever the person has allowed */
    OSC52_SCREEN /* passes on strings of 768 bytes */
};

/* The way by the variables TERM, TMUX and STY; NULL where one is not set. */
enum osc52_way osc52_find_way(const char *term, const char *tmux, const char *sty);

/* Appends the sequence; false if the text is too long or leads nowhere. */
bool osc52_append(enum osc52_way way, const char *text, size_t len, struct strbuf *out);

#endif
