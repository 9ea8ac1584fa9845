/*
 * The text of the composer while it is written: several lines, a cursor, undo, and one
 * buffer of killed text. Knows nothing of keys, of the screen or of wrapping.
 *
 * Invariants: the text is valid UTF-8 without NUL and without CR (CRLF and CR become
 * LF), never longer than the ceiling; the cursor stands between two grapheme clusters.
 *
 * A long text that was pasted may stand in it as a chip (chip.h): one sign in what is
 * shown, and one cluster for every function that moves or deletes; in the text that is
 * read it is written out. Without chips the two texts are the same. Offsets are those of
 * the shown text.
 *
 * Functions that move or change return false when there was nothing to do, so that the
 * caller can do something else with the key.
 */
#ifndef EDIT_LINE_EDIT_H
#define EDIT_LINE_EDIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct chip;
struct line_edit;

/* An empty editor for at most `max_bytes` of text. Caller frees with line_edit_free. */
struct line_edit *line_edit_new(size_t max_bytes);
void line_edit_free(struct line_edit *edit);

/* The text, chips written out, NUL-terminated. Valid until the next change. */
const char *line_edit_text(const struct line_edit *edit);
size_t line_edit_len(const struct line_edit *edit);

/* The text as it is shown, with a sign for each chip. Valid until the next change. */
const char *line_edit_shown(const struct line_edit *edit);
size_t line_edit_shown_len(const struct line_edit *edit);

/* Another number after each change of the text; of this editor alone. */
uint64_t line_edit_version(const struct line_edit *edit);

/* The chip at that offset of the shown text, or NULL. */
const struct chip *line_edit_chip_at(const struct line_edit *edit, size_t at);

/* The byte offset of the cursor. */
size_t line_edit_cursor(const struct line_edit *edit);

/* Puts the cursor at `offset`, or at the next place between two clusters. */
void line_edit_set_cursor(struct line_edit *edit, size_t offset);

/*
 * Inserts bytes at the cursor, ill-formed parts and NULs as U+FFFD. Single characters
 * typed in a row are undone word by word, a longer text at once. Returns false and
 * changes nothing when the text would pass the ceiling.
 */
bool line_edit_insert(struct line_edit *edit, const char *bytes, size_t len);

/* The same as a chip; as plain text where there is no room for another chip. */
bool line_edit_insert_chip(struct line_edit *edit, const char *bytes, size_t len);

/* Writes out the chip at the cursor, or the one before it; false if there is none. */
bool line_edit_open_chip(struct line_edit *edit);

/* Replaces a range of the shown text, both ends between clusters; the cursor goes behind
 * it. False if too long. */
bool line_edit_replace_range(struct line_edit *edit, size_t from, size_t to,
                             const char *bytes, size_t len);

/* Replaces all by what line_edit_shown gave earlier, since the last reset. */
bool line_edit_set_shown(struct line_edit *edit, const char *shown);

/* Makes what was killed in another editor what can be yanked in this one. */
void line_edit_hand_killed(struct line_edit *edit, const struct line_edit *from);

/* Replaces all of the text (undoable), the cursor goes to its end; false if too long. */
bool line_edit_set_text(struct line_edit *edit, const char *bytes, size_t len);

/* Empties the text; undo brings it back. */
bool line_edit_clear(struct line_edit *edit);

/* Forgets the text and all that could be undone or redone; killed text stays. */
void line_edit_reset(struct line_edit *edit);

/* Deletes the grapheme cluster before / after the cursor. */
bool line_edit_delete_back(struct line_edit *edit);
bool line_edit_delete_forward(struct line_edit *edit);

/* Kills: what goes can be yanked. Kills in a row are one killed text. */
bool line_edit_delete_word_back(struct line_edit *edit);
bool line_edit_delete_word_forward(struct line_edit *edit);
bool line_edit_kill_to_line_end(struct line_edit *edit); /* at the end: the newline */
bool line_edit_kill_to_line_start(struct line_edit *edit);

/* Inserts the killed text. */
bool line_edit_yank(struct line_edit *edit);

/* Swaps the clusters before and after the cursor (at a line's end: the two before). */
bool line_edit_transpose(struct line_edit *edit);

bool line_edit_left(struct line_edit *edit);
bool line_edit_right(struct line_edit *edit);
bool line_edit_word_left(struct line_edit *edit);
bool line_edit_word_right(struct line_edit *edit);
bool line_edit_line_start(struct line_edit *edit);
bool line_edit_line_end(struct line_edit *edit);
bool line_edit_buffer_start(struct line_edit *edit);
bool line_edit_buffer_end(struct line_edit *edit);

/*
 * Move one logical line up or down and keep the wanted column through shorter lines;
 * false in the first or last line, so that the caller can go to the history.
 */
bool line_edit_up(struct line_edit *edit);
bool line_edit_down(struct line_edit *edit);

/* One step back or forth. The memory of steps is bounded: the oldest are forgotten. */
bool line_edit_undo(struct line_edit *edit);
bool line_edit_redo(struct line_edit *edit);

#endif
