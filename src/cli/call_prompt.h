/*
 * Asks the person at the terminal about tool calls, one after the other, in lines: the
 * call on standard error, the answer from standard input. Never blocks the loop, and
 * what was typed before a question is not an answer to it.
 */
#ifndef CLI_CALL_PROMPT_H
#define CLI_CALL_PROMPT_H

#include <stdbool.h>

#include <ev.h>

#include "src/engine/engine.h"

struct call_prompt;

struct call_prompt *call_prompt_new(struct ev_loop *loop, struct engine *engine);

/*
 * One that reads nothing itself: whoever reads standard input hands it the lines that are
 * answers. For a front end that reads lines anyway.
 */
struct call_prompt *call_prompt_new_fed(struct engine *engine);

/* True while a question stands there. */
bool call_prompt_is_asking(const struct call_prompt *asker);

/* Takes a line as the answer, without its end; of no use while nothing is asked. */
void call_prompt_take(struct call_prompt *asker, const char *line);

/* Nobody is there any more: this call and all that follow are denied. */
void call_prompt_end(struct call_prompt *asker);

/* NULL is allowed. */
void call_prompt_free(struct call_prompt *asker);

/* Asks about the first call that waits, unless one is being asked about. */
void call_prompt_look(struct call_prompt *asker);

#endif
