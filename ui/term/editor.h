/*
 * The person's editor on the terminal, as a child of ours, while the loop goes on:
 * streams keep arriving, only nothing is drawn. The child has the terminal's foreground
 * to itself, so that its Ctrl-C is not ours. The caller lends the terminal before and
 * takes it back afterwards (screen_lend, screen_take_back).
 */
#ifndef TERM_EDITOR_H
#define TERM_EDITOR_H

#include <stdbool.h>

#include "src/base/error.h"

struct ev_loop;
struct editor;

struct editor_options {
    const char *command; /* for the shell, as in $EDITOR: "emacs -nw" */
    const char *path;    /* the file to edit */
    char *const *environment;
    /* The editor has ended; true if it says that all went well. May free it. */
    void (*on_done)(void *user, bool is_ok);
    void *user;
};

/* Starts it. NULL with err filled when the system has no process left. */
struct editor *editor_start(struct ev_loop *loop, const struct editor_options *options,
                            struct error *err);

/* Ends it, if it still runs; no callback comes. NULL is allowed. */
void editor_free(struct editor *editor);

#endif
