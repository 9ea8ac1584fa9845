/*
 * Keys in words: sentences of the screen name the keys that are bound now. For the files
 * ui/app*.c only.
 */
#ifndef UI_APP_KEYS_H
#define UI_APP_KEYS_H

#include <stdbool.h>
#include <stddef.h>

#include "ui/actions.h"

struct app;

/* A sentence as it reads in a mode. */
struct app_saying {
    const char *sentence; /* as it was asked for: static text */
    enum input_mode mode;
    char *text;
};

struct app_keys {
    struct app_saying *sayings;
    size_t count;
    size_t cap;
    char *cards[MODE_COUNT][2]; /* under an error card; under one of a cut answer */
};

/* Makes the keymap of the options. */
void app_init_keys(struct app *app);
void app_clear_keys(struct app *app);

/* Whose keys act on the page that is shown. */
enum input_mode app_key_mode(const struct app *app);

/* The sentence (static text) with the keys of the actions that it names in braces, see
 * keymap_write. Its address stays the same while the app lives. */
const char *app_say(struct app *app, const char *sentence);

/* Shows such a sentence in the status line. */
void app_notify_keys(struct app *app, const char *sentence);

/* The keys under the card of an answer that failed, or of one that can be gone on with.
 * Its address stays the same while the app lives. */
const char *app_card_keys(const struct app *app, bool can_continue);

#endif
