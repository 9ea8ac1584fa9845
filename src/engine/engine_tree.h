/*
 * The engine's face for the tree of a conversation: to go to another branch, fork a chat,
 * rewrite an answer, answer an old prompt again, make one answer everyone's. A part of
 * engine.h, with the same promises. Nothing is ever overwritten: what was there before
 * stays as a branch. Where a function returns false, err has a sentence for people.
 */
#ifndef ENGINE_ENGINE_TREE_H
#define ENGINE_ENGINE_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/base/error.h"
#include "src/engine/engine.h"

/* Goes to the branch of that message, to the newest message below it. Not while a turn
 * runs. Nothing changes where the message is on the path already. */
bool engine_go_to_branch(struct engine *engine, chat_id id, uint64_t message_id,
                         struct error *err);

/* Opens a chat with the same setup and a copy of the path up to that message (of an
 * answer with tool calls: up to the end of its turn; message 0: nothing is copied). 0:
 * there is no such message, or it is still being written. */
chat_id engine_fork(struct engine *engine, chat_id id, uint64_t message_id,
                    struct error *err);

/* Puts `text` in the place of an answer: a sibling of it that is_edited, from which the
 * chat goes on. Not while a turn runs. */
bool engine_edit_answer(struct engine *engine, chat_id id, uint64_t message_id,
                        const char *text, size_t len, struct error *err);

/* Answers the prompt of the turn that a message belongs to again: a sibling of the answer
 * that is there. Not while a turn runs. */
bool engine_answer_again(struct engine *engine, chat_id id, uint64_t message_id,
                         struct error *err);

/*
 * Copies the answer of the turn that `message_id` belongs to (0: the last) from one chat
 * to another, as an answer to the same prompt, from which the other chat goes on. What it
 * has already is not copied twice. False while a turn of it runs and where its last
 * prompt is another one.
 */
bool engine_share_answer(struct engine *engine, chat_id from, uint64_t message_id,
                         chat_id to, struct error *err);

#endif
