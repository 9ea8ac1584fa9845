/*
 * Making the process: everything between fork and exec, and the descriptors that connect
 * us to it. Knows no loop.
 */
#ifndef PROC_PROCESS_SPAWN_H
#define PROC_PROCESS_SPAWN_H

#include <stdbool.h>
#include <sys/types.h>

#include "src/base/error.h"
#include "src/proc/process.h"

/* Our ends, all non-blocking and closed on exec. */
struct process_pipes {
    int input; /* written by us; -1: none wanted */
    int output;
    int errors;
    int report; /* ends without a byte when the command runs, else brings an errno */
    int life;   /* readable when the process has ended; -1: the system has none */
};

/* Starts the command; false with err filled, and nothing left behind, when it cannot. */
bool process_spawn(const struct process_options *options, char *const *environment,
                   pid_t *pid, struct process_pipes *pipes, struct error *err);

/* For a child between fork and exec: every signal has its default action and none is
 * blocked. */
void process_reset_signals(void);

/* The environment for a child, ends with NULL. Free with process_free_environment. */
char **process_make_environment(const struct process_options *options);
void process_free_environment(char **environment);

#endif
