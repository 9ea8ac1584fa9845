/*
 * What one complete sequence of a terminal means as a key. Pure functions over tables:
 * the state machine in keys.c cuts the bytes, this module knows the terminals.
 * A sequence that means no key of ours gives false and is swallowed.
 */
#ifndef TERM_KEY_SEQUENCE_H
#define TERM_KEY_SEQUENCE_H

#include <stdbool.h>
#include <stdint.h>

#include "ui/edit/key.h"

#define KEY_SEQUENCE_PARAMS 6

struct key_sequence {
    char mark;  /* the private mark after CSI: '<', '=', '>', '?'; 0 for none */
    char final; /* the last byte */
    int count;  /* parameters present; a missing one is -1 */
    int params[KEY_SEQUENCE_PARAMS];
    /* Kitty's parts after ':', -1 for none: what the key writes with Shift, what it would
     * write on the standard keyboard, and whether it was released. */
    int shifted;
    int base;
    int event;
};

/* Reads the bytes between CSI (or SS3) and the final byte. False if they are not
 * numbers separated by ';' (with other parts after ':' ignored). */
bool key_sequence_parse(struct key_sequence *sequence, const char *bytes, int len);

/* The key of a CSI sequence, mouse and focus reports included. */
bool key_sequence_get_csi(const struct key_sequence *sequence, struct key *key);

/* The key of an SS3 sequence (ESC O …). */
bool key_sequence_get_ss3(const struct key_sequence *sequence, struct key *key);

/* The key of the Linux console's ESC [ [ A to E. */
bool key_sequence_get_linux(char final, struct key *key);

/* The mouse report with the three numbers of the SGR and X10 forms (cells from 1). */
bool key_sequence_get_mouse(int button, int x, int y, bool is_release, struct key *key);

/* The key of a typed character, control characters included; `mods` is added. */
bool key_sequence_get_char(uint32_t code, unsigned mods, struct key *key);

#endif
