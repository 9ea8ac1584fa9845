/*
 * What holds a command: bubblewrap (the program bwrap), where it is installed and works.
 * That is found out once, by running it on the loop; whoever needs the answer waits for
 * it without blocking.
 *
 * Held means: no network, process numbers and /proc of its own (so that it cannot look
 * into ours, which have keys), ended with us, in a session of its own. READ_ONLY: the
 * whole file system cannot be written. NO_NETWORK: only the working directory (but for
 * the folder of Motet's configuration in it) and a /tmp of its own can. What it does not
 * keep from it: reading the person's files, and sockets that have a path.
 */
#ifndef TOOL_SANDBOX_H
#define TOOL_SANDBOX_H

#include <stdbool.h>

#include <ev.h>

#include "src/base/error.h"

enum sandbox_kind { SANDBOX_NONE, SANDBOX_READ_ONLY, SANDBOX_NO_NETWORK };

enum sandbox_state {
    SANDBOX_UNTRIED,
    SANDBOX_TRYING,
    SANDBOX_WORKS,
    SANDBOX_MISSING, /* not installed */
    SANDBOX_FAILS    /* installed, but it does not work here */
};

struct sandbox;

/* Where `program` is looked for and tried; NULL: "bwrap". Nothing is run yet. */
struct sandbox *sandbox_new(struct ev_loop *loop, const char *program);

/* No waiter hears of it. NULL is allowed. */
void sandbox_free(struct sandbox *sandbox);

/* Finds out whether it works, unless that is known or under way. */
void sandbox_try(struct sandbox *sandbox);

enum sandbox_state sandbox_get_state(const struct sandbox *sandbox);

/* Somebody who waits for the answer; to be kept until then. */
struct sandbox_waiter {
    void (*on_known)(void *user); /* from the loop */
    void *user;
    struct sandbox_waiter *next; /* the sandbox's */
};

/* Waits for the end of the trial, and starts it if nobody has. Only while the state is
 * UNTRIED or TRYING. */
void sandbox_wait(struct sandbox *sandbox, struct sandbox_waiter *waiter);

/* Waits no longer; nothing happens if it does not wait. */
void sandbox_leave(struct sandbox *sandbox, struct sandbox_waiter *waiter);

/* The argv that runs `argv` (whose first word is a whole path) held in that way, in
 * `directory` (a whole path). Ends with NULL; free with sandbox_argv_free. */
char **sandbox_make_argv(const struct sandbox *sandbox, enum sandbox_kind kind,
                         const char *directory, char *const *argv);
void sandbox_argv_free(char **argv);

#endif
