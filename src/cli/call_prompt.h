/*
 * Asks the person at the terminal about tool calls, one after the other, in lines: the
 * call on standard error, the answer from standard input. Never blocks the loop, and
 * what was typed before a question is not an answer to it.
 */
#ifndef CLI_CALL_PROMPT_H
#define CLI_CALL_PROMPT_H

#include <ev.h>

#include "src/engine/engine.h"

struct call_prompt;

struct call_prompt *call_prompt_new(struct ev_loop *loop, struct engine *engine);

/* NULL is allowed. */
void call_prompt_free(struct call_prompt *asker);

/* Asks about the first call that waits, unless one is being asked about. */
void call_prompt_look(struct call_prompt *asker);

#endif
