/*
 * The linear front end, for screen readers and simple terminals: a conversation in lines.
 * A line that is typed is a prompt, or a command when it begins with ':'; answers come
 * line by line, and each is announced when it ends. Nothing is ever painted over: no
 * cursor is moved, nothing spins, what was written stays.
 *
 * A front end of the engine like the screen and like lines.h: it can do nothing that they
 * cannot.
 */
#ifndef CLI_PLAIN_H
#define CLI_PLAIN_H

#include "src/chat/attachment.h"
#include "src/cli/setup.h"

struct plain_options {
    const char *prompt;                        /* sent at once, or NULL */
    const struct attachment_list *attachments; /* go with the first prompt; or NULL */
    const char *hint;                          /* a line to begin with, or NULL */
};

/* Talks until the person quits, the input ends and all is answered, or a signal ends it.
 * Returns the exit code. */
int plain_run(struct setup *setup, const struct plain_options *options);

#endif
