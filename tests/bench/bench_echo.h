/*
 * From a key to what it changes on the screen. Keys come at irregular moments, so that
 * they do not fall into step with the frames.
 */
#ifndef BENCH_BENCH_ECHO_H
#define BENCH_BENCH_ECHO_H

#include <stddef.h>

#include "tests/support/pty_program.h"

/* Types that many letters into the empty composer; the ms until each stood there. The
 * last of them stay in the composer. */
void bench_echo_letters(struct pty_program *program, double *times_ms, size_t count);

/* Presses a key that moves the conversation; returns the ms until a whole new frame has
 * come. For screens on which nothing streams. */
double bench_echo_frame(struct pty_program *program, const char *key_name);

/* The same for another width of the terminal. */
double bench_echo_resize(struct pty_program *program, int width, int height);

#endif
