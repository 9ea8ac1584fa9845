/*
 * The texts being written, one for each target: who it would go to. A target is a set of
 * chats, or a prompt that was sent and is edited. The text that is written now is the
 * current one; the others are kept until their target is the target again.
 *
 * No text is thrown away but edits of a chat that is gone, and what a caller ends. When
 * the targets change, the current text goes along, unless another text is kept for the
 * new ones: then the two change places. So a text is only ever sent to whom it was shown
 * for.
 */
#ifndef UI_DRAFT_SET_H
#define UI_DRAFT_SET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/engine/event.h"
#include "ui/edit/line_edit.h"

#define DRAFT_CHATS_MAX 16

struct draft_target {
    uint64_t edited_message;        /* 0: a new prompt for these chats */
    chat_id chats[DRAFT_CHATS_MAX]; /* ascending; for an edit the one chat */
    size_t count;
};

struct draft_set;

/* What became of the text when the target changed. */
enum draft_move { DRAFT_STAYS, DRAFT_IS_EXCHANGED };

/* An empty current text for nobody; each may have `max_bytes`. */
struct draft_set *draft_set_new(size_t max_bytes);
void draft_set_free(struct draft_set *set);

/* The text that is written now. Valid until a function below that is not const. */
struct line_edit *draft_set_edit(const struct draft_set *set);

/* Tells who is a target now, for a new prompt. While a sent prompt is edited nothing
 * happens: its target is fixed. */
enum draft_move draft_set_aim(struct draft_set *set, const struct draft_target *target);

/* Begins to edit a sent prompt: the current text waits until that ends. What was begun
 * for the same edit before is there again; false where nothing was: the text is empty. */
bool draft_set_begin_edit(struct draft_set *set, chat_id chat, uint64_t message);

/* Ends an edit: the text from before is there again, aimed at `target`. With `keeps` what
 * was written comes back when the same prompt is edited again. */
enum draft_move draft_set_end_edit(struct draft_set *set,
                                   const struct draft_target *target, bool keeps);

/* Keeps the current text for its target and begins an empty one; false if it is empty or
 * an edit. */
bool draft_set_put_aside(struct draft_set *set);

/* Where the current text is empty: takes the one that was kept last for its target or,
 * with `of_any`, for any. False if there is none. */
bool draft_set_take_back(struct draft_set *set, bool of_any);

/* How many texts are kept for new prompts. */
size_t draft_set_kept(const struct draft_set *set);

/*
 * The texts one by one, to be kept elsewhere and put back. The current one is number 0;
 * while a sent prompt is edited the text from before waits.
 */
enum draft_place { DRAFT_NOW, DRAFT_WAITING, DRAFT_ASIDE };

struct draft_look {
    enum draft_place place;
    const struct draft_target *target;
    const struct line_edit *edit;
};

/* False behind the last one. Valid until a function that is not const. */
bool draft_set_look(const struct draft_set *set, size_t index, struct draft_look *look);

/* Puts a text there; of those put aside the last put is the first to come back. */
void draft_set_put(struct draft_set *set, enum draft_place place,
                   const struct draft_target *target, const char *text);

/* A chat is gone: what was kept for it and others is kept for the others, edits of its
 * prompts are dropped. */
void draft_set_forget_chat(struct draft_set *set, chat_id chat);

#endif
