/*
 * How an answer that was cut is gone on with. Few services take up the text of an answer
 * that stands last; the others are asked to go on in a prompt of their own. Pure.
 */
#ifndef ENGINE_CONTINUATION_H
#define ENGINE_CONTINUATION_H

#include <stdbool.h>

#include "src/chat/message.h"
#include "src/engine/chat_setup.h"

/* True for an answer that something is missing from and something is there of. NULL is
 * allowed. */
bool continuation_is_possible(const struct message *answer);

/* True for an empty answer that only says how a turn ended in the middle of its tools: it
 * can be gone on with from the results before it. */
bool continuation_is_after_tools(const struct message *answer);

/* True if whoever may answer goes on by itself, at the last character of `answer`. */
bool continuation_is_prefill(const struct chat_setup *setup,
                             const struct message *answer);

#endif
