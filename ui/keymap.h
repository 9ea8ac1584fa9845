/*
 * Which key does what in which mode: the defaults of the action table, looked up by key.
 * Knows nothing of what the actions do.
 */
#ifndef UI_KEYMAP_H
#define UI_KEYMAP_H

#include <stddef.h>

#include "src/base/strbuf.h"
#include "ui/actions.h"
#include "ui/edit/key.h"

struct keymap;

/* The default keys. Every key name of the table is good and bound once a mode (a test
 * holds the table to that). */
struct keymap *keymap_new(void);
void keymap_free(struct keymap *keymap);

/* The action bound to the key in that mode, ACTION_NONE if none is. */
enum action keymap_find(const struct keymap *keymap, enum input_mode mode,
                        const struct key *key);

/* Appends the keys of an action in a mode for people: "Tab, l, j", "Alt-1 … Alt-9". */
void keymap_describe(enum action action, enum input_mode mode, struct strbuf *out);

/* The first key of an action in a mode, for hints; "" if there is none. */
void keymap_first_key(enum action action, enum input_mode mode, char out[KEY_NAME_SIZE]);

#endif
