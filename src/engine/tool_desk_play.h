/*
 * Tool calls of a recording: what is shown, decided and answered is what was then. For
 * replay_call.c.
 */
#ifndef ENGINE_TOOL_DESK_PLAY_H
#define ENGINE_TOOL_DESK_PLAY_H

#include "src/engine/tool_desk.h"
#include "src/store/recording_call.h"

/* The call that the round has put there for that part of the answer and that nothing was
 * played of; 0: there is none. */
call_key tool_desk_find_new(const struct tool_desk *desk, chat_id chat,
                            uint64_t message_id, size_t part_index);

/* Puts a server's question there. */
call_key tool_desk_add_question(struct tool_desk *desk,
                                const struct call_request *request);

/* Lets happen to the call what the record says, and tells the owner. False if it does not
 * fit the state of the call. */
bool tool_desk_play(struct tool_desk *desk, call_key key,
                    const struct recording_call *record);

#endif
