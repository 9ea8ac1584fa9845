/*
 * Chats of an earlier run, opened again: what was cut when the program ended is made
 * into something that can be gone on with. Calls that were waiting or running are never
 * run by themselves: each gets a result that says so, so that what is sent next is whole.
 */
#ifndef ENGINE_ENGINE_RESTORE_H
#define ENGINE_ENGINE_RESTORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/chat/chat.h"
#include "src/engine/chat_setup.h"
#include "src/engine/event.h"

struct engine;

/*
 * Opens a chat with that conversation, which is taken (left empty). Answers that were
 * growing are stopped and marked as interrupted. The listener hears EVENT_CHAT_OPENED.
 */
chat_id engine_open_restored(struct engine *engine, const struct chat_setup *setup,
                             struct chat *chat);

/* Puts a follow-up that was waiting into the chat's queue again; it waits for the next
 * send of the person. */
void engine_queue_restored(struct engine *engine, chat_id id, const char *text,
                           size_t len);

/* The person has seen that this answer was interrupted and keeps it: from now on it is
 * one that was stopped. EVENT_MESSAGE_CHANGED follows. False if it is not. */
bool engine_keep_interrupted(struct engine *engine, chat_id id, uint64_t message_id);

/* True if the last answer of the path is an interrupted one. */
bool engine_is_interrupted(const struct engine *engine, chat_id id);

#endif
