/*
 * The prompts sent before, oldest first, and walking through them with the up and down
 * keys while the unfinished draft is kept.
 *
 * The file holds one JSON string a line, mode 0600, the newest at its end. Programs that
 * run append to it, and take the prompts of each other when they are started. Lines that
 * are not JSON strings are skipped. A file that has grown too large, or holds mostly what
 * was repeated since, is made small when it is loaded.
 */
#ifndef EDIT_HISTORY_H
#define EDIT_HISTORY_H

#include <stdbool.h>
#include <stddef.h>

#include "src/base/error.h"

struct history;

/* The longest prompt that is kept, in bytes, and the largest file that loading leaves as
 * it is; of a larger file so much of its end is read. */
#define HISTORY_ITEM_MAX ((size_t)1 << 20)
#define HISTORY_FILE_MAX ((size_t)8 << 20)

/* An empty history of at most `max_items` prompts; the oldest go first. */
struct history *history_new(size_t max_items);
void history_free(struct history *history);

/* Adds a prompt and ends walking; empty, too long and same as the last are not added. */
void history_add(struct history *history, const char *text);

size_t history_count(const struct history *history);

/* The i-th prompt, the oldest is 0; NULL if there is none. Valid until the next change.
 */
const char *history_get(const struct history *history, size_t index);

/* True if a newer prompt is the same text. */
bool history_is_repeated(const struct history *history, size_t index);

/*
 * The next older prompt that is not repeated, NULL at the oldest (stay there). `draft` is
 * what the composer holds now: the first step keeps a copy of it, and of its first
 * `prefix_len` bytes: the walk goes by what does not begin with them. Valid until the
 * next call.
 */
const char *history_previous(struct history *history, const char *draft,
                             size_t prefix_len);

/* The next newer prompt; after the newest the kept draft; NULL when not walking. */
const char *history_next(struct history *history);

/* True while walking and back at the draft. */
bool history_is_at_draft(const struct history *history);

/* Ends walking and forgets the draft (the text was sent, or edited for good). */
void history_stop(struct history *history);

/*
 * Reads the file in front of what was added so far, of the same prompts the newest only,
 * and makes it small where that is worth it (with fsync: not for the event loop) and can
 * be done. A file that does not exist is an empty history; one that cannot be read gives
 * false with err filled.
 */
bool history_load(struct history *history, const char *path, struct error *err);

/*
 * Appends what was added since the last load or save: one write, without fsync, however
 * large the file is. False with err filled if that fails, also while another program is
 * just writing: what was not saved goes with the next save.
 */
bool history_save(struct history *history, const char *path, struct error *err);

#endif
