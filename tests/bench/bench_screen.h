/*
 * The program's screen in a pseudo-terminal, as the bench drives it: open it on a server,
 * send a prompt, wait until all panes are done, look at times.
 */
#ifndef BENCH_BENCH_SCREEN_H
#define BENCH_BENCH_SCREEN_H

#include <stddef.h>
#include <stdint.h>

#include "tests/support/pty_program.h"

struct bench_screen_options {
    const char *motet;
    const char *url;     /* NULL: motet demo */
    const char *session; /* the number of one that is opened again, in place of both */
    bool has_no_tools;   /* no answer stops for an approval */
    const char *model;   /* of every pane */
    int panes;
    int width;
    int height;
};

/* Starts the program; does not wait. */
struct pty_program *bench_screen_start(const struct bench_screen_options *options);

/* Starts the program and waits for its first whole frame. */
struct pty_program *bench_screen_open(const struct bench_screen_options *options);

/* Waits until the first whole frame is shown. */
void bench_screen_wait_frame(struct pty_program *program);

/* Types a prompt and sends it to all panes; returns when Enter was pressed. */
int64_t bench_screen_send(struct pty_program *program);

/* Waits until that many panes say that their answer is done. */
void bench_screen_wait_done(struct pty_program *program, int panes);

/* How many bytes the program has written. */
size_t bench_screen_output_len(const struct pty_program *program);

/* Reads what the program writes for that long. */
void bench_screen_pump(struct pty_program *program, int64_t us);

/* Quits as a person does, waits for the end and frees. */
void bench_screen_close(struct pty_program *program);

#endif
