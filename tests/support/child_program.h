/*
 * A program run by a test as a child process with pipes: what it prints is collected on
 * the test's loop, so that servers of the test answer it meanwhile. No terminal.
 *
 * Waiting is for conditions only (a text, the end); one that does not come true fails
 * the test and prints what the child said.
 */
#ifndef SUPPORT_CHILD_PROGRAM_H
#define SUPPORT_CHILD_PROGRAM_H

#include <stdbool.h>
#include <stddef.h>

#include <ev.h>

#include "src/base/strbuf.h"

enum child_input {
    CHILD_INPUT_NONE, /* nothing: at its end from the start */
    CHILD_INPUT_TEXT, /* `text`, then the end */
    CHILD_INPUT_OPEN, /* a pipe that says nothing and does not end */
    CHILD_INPUT_CLOSED
};

enum child_output {
    CHILD_OUTPUT_READ,   /* collected in `out` */
    CHILD_OUTPUT_UNREAD, /* a pipe that is not read before child_read_output */
    CHILD_OUTPUT_LEFT,   /* a pipe whose reader has gone */
    CHILD_OUTPUT_FULL,   /* a device with no space left */
    CHILD_OUTPUT_CLOSED
};

struct child_options {
    const char *program;     /* NULL: the motet of the build */
    const char *const *args; /* without the program's name; NULL-terminated */
    const char *const *env;  /* "NAME=value" on top of the test's; may be NULL */
    enum child_input input;
    const char *text;
    size_t text_len; /* 0: the length of `text` as a C string */
    enum child_output output;
    bool is_error_closed; /* standard error is closed */
    /* Where the child is listed until it is freed, for a fixture that frees what a failed
     * test left behind; may be NULL. */
    struct child_program **list;
};

struct child_program {
    struct strbuf out; /* standard output, standard error so far */
    struct strbuf err;
    bool is_over;
    int code; /* once it is over: the exit code, or minus the signal that ended it */
    /* The rest is the module's own. */
    struct ev_loop *loop;
    int pid;
    struct ev_io out_io;
    struct ev_io err_io;
    struct ev_io in_io;
    struct ev_io life_io; /* its pipe ends when the child does */
    char *text;
    size_t text_len;
    size_t text_sent;
    struct child_program **list;
    struct child_program *next;
};

/* Starts it. A failure of the system ends the test program. */
struct child_program *child_start(struct ev_loop *loop,
                                  const struct child_options *options);

/* Kills it if it runs still, and frees. NULL is allowed. */
void child_free(struct child_program *child);

/* Waits until it has ended and all its output was read. Returns the code. */
int child_wait(struct child_program *child);

/* Waits until standard output (standard error) holds `text`. */
void child_wait_out(struct child_program *child, const char *text);
void child_wait_err(struct child_program *child, const char *text);

void child_signal(struct child_program *child, int signal_number);

/* Begins to read what was CHILD_OUTPUT_UNREAD. */
void child_read_output(struct child_program *child);

/* The reader of standard output goes away. */
void child_leave_output(struct child_program *child);

#endif
