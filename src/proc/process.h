/*
 * Child processes on the event loop: a command given as arguments (never a shell), text
 * in, text out, with ceilings and a deadline. Or a stream: a child that lives long, is
 * written to as there is something to say, and whose output is handed on and not kept.
 *
 * Promises: process_start never calls back before it returns. A child leads a process
 * group of its own; when it has ended (but for leaves_children), or its time is over, or
 * it is freed, the whole group is killed. It inherits no descriptor but its three pipes,
 * no signal mask, no ignored signal. It is waited for by its own number, so that several
 * owners in one process, on several loops, do not take each other's. Works on any loop.
 * The program must ignore SIGPIPE. After on_done no callback comes. The child may be
 * freed at any time, also from inside a callback; then no other comes.
 */
#ifndef PROC_PROCESS_H
#define PROC_PROCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <ev.h>

#include "src/base/error.h"

struct process;

enum process_environment {
    PROCESS_ENVIRONMENT_WITHOUT_KEYS, /* ours, but for variables named like keys */
    PROCESS_ENVIRONMENT_MINIMAL       /* PATH, HOME, the locale and a few more */
};

struct process_options {
    const char *const *argv; /* ends with NULL; argv[0] is looked for in PATH */
    const char *directory;   /* NULL: ours */
    enum process_environment environment;
    /* Names of further variables that hold keys, which it is not given whatever the
     * environment; ends with NULL; or NULL. */
    const char *const *key_variables;
    const char *const *variables; /* "NAME=value" to add, ends with NULL; or NULL */
    const char *input;            /* for its standard input; NULL: nothing */
    size_t input_len;
    size_t output_max;       /* more standard output than this ends it */
    size_t errors_max;       /* more standard error output than this is dropped: */
    bool is_errors_end_kept; /* … the first of it, not the last */
    int64_t deadline_ms;     /* 0: none */
    /* A stream: its input stays open for process_write, on_output and on_errors get what
     * it says, and of all that nothing is kept and nothing ends it. */
    bool is_stream;
    /* What it has started goes on when it has ended well: a clipboard tool leaves a child
     * that keeps the text. Its output is then not waited for. */
    bool leaves_children;
    size_t input_max; /* of a stream: the most that may wait to be written */
    /* New bytes of its standard error, with the handler's user; or NULL. */
    void (*on_errors)(void *user, const char *bytes, size_t len);
};

struct process_result {
    struct error error; /* it could not be started; class ERROR_NONE otherwise */
    int exit_code;      /* -1: ended by a signal, or not known */
    int signal;         /* 0: none */
    bool is_timed_out;  /* killed at its deadline */
    bool is_output_cut; /* killed for its output was too long */
    bool is_stopped;    /* killed by process_stop */
    const char *output; /* NUL-terminated, as far as kept */
    size_t output_len;
    const char *errors;
    size_t errors_len;
};

struct process_handler {
    /* New bytes of standard output, which are kept as well but for a stream; NULL is
     * allowed. A length of 0 is the end of a stream's output. */
    void (*on_output)(void *user, const char *bytes, size_t len);
    /* It has ended, its output is whole. Valid during the call. */
    void (*on_done)(void *user, const struct process_result *result);
    void *user;
};

/* Starts the command. NULL with err filled when the system has no process or descriptor
 * left; a command that is not there is told by on_done. */
struct process *process_start(struct ev_loop *loop, const struct process_options *options,
                              const struct process_handler *handler, struct error *err);

/* Queues bytes for a stream's input. False if too many wait already, or the input has
 * been ended or is no longer read. */
bool process_write(struct process *process, const char *bytes, size_t len);

/* Ends a stream's input once everything queued is written. */
void process_end_input(struct process *process);

/* Asks the group to end (SIGTERM), kills it soon after; on_done follows. */
void process_stop(struct process *process);

/* Kills the group at once and waits for the child (which a kill makes short); no callback
 * comes. NULL is allowed. */
void process_free(struct process *process);

/* Its process number. */
int64_t process_get_pid(const struct process *process);

#endif
