/*
 * The tools of a run, from the command line and the person's own configuration: files,
 * servers, rules, and which of them the chats are offered. Nothing in the current folder
 * adds any.
 */
#ifndef CLI_SETUP_TOOLS_H
#define CLI_SETUP_TOOLS_H

#include "src/cli/setup.h"

/*
 * Fills the engine of a setup and the tools of its chats, and starts the servers that
 * may be asked for. False with err filled for what is wrong with files and names.
 */
bool setup_tools_init(struct setup *setup, const struct options *options,
                      struct error *err);
void setup_tools_clear(struct setup *setup);

#endif
