/*
 * The command line as a front end: one turn in every chat of a setup, the answers in
 * lines on standard output (text or JSON events), errors and progress on standard
 * error, and the exit code.
 */
#ifndef CLI_LINES_H
#define CLI_LINES_H

#include "src/cli/console.h"
#include "src/cli/setup.h"

/* Sends the prompt and runs the turn until all chats have answered or a signal ends it; or
 * plays the replay of the setup, and `prompt` is NULL. Returns the exit code. */
int lines_run(struct setup *setup, const struct prompt *prompt, bool is_json);

/* Says which servers of tools have failed: one that was asked for and does not come is
 * worth a word, not the end. */
void lines_complain_of_servers(struct console *console, struct engine *engine);

#endif
