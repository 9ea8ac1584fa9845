/*
 * Which key does what in which mode: the defaults of the action table, changed by what
 * the person has bound (key_config.h). Knows nothing of what the actions do. Whatever
 * names a key to the person asks here, so that it names the one that works now.
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

/* Gives the key to another action in that mode; ACTION_NONE takes it from its action. Of
 * an action's keys those bound by this come first, in the order of the calls. */
void keymap_bind(struct keymap *keymap, enum input_mode mode, const struct key *key,
                 enum action action);

/* The action bound to the key in that mode, ACTION_NONE if none is. */
enum action keymap_find(const struct keymap *keymap, enum input_mode mode,
                        const struct key *key);

/* Appends the keys of an action in a mode for people: "Tab, l, j", "Alt-1 … Alt-9". */
void keymap_describe(const struct keymap *keymap, enum action action,
                     enum input_mode mode, struct strbuf *out);

/* The first key of an action in a mode, for hints; "" if there is none. */
void keymap_first_key(const struct keymap *keymap, enum action action,
                      enum input_mode mode, char out[KEY_NAME_SIZE]);

/*
 * Appends a sentence in which the names of actions in braces become their keys:
 * "{interrupt} again to quit" gives "Ctrl-C again to quit". An action that has no key in
 * the mode is named with the key of the palette, which finds it: "Ctrl-P tick". What
 * stands in [ ] is left out where an action in it has no key.
 */
void keymap_write(const struct keymap *keymap, enum input_mode mode, const char *sentence,
                  struct strbuf *out);

/* Appends "KEY words", after `gap` where something stands there already; nothing where
 * the action has no key in the mode. */
void keymap_append_hint(const struct keymap *keymap, enum input_mode mode,
                        enum action action, const char *words, const char *gap,
                        struct strbuf *out);

#endif
