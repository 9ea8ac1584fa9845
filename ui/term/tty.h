/*
 * The terminal device: raw mode, size, and the promise that it is given back on every
 * exit path. While a tty is open, fatal signals (SEGV BUS FPE ILL ABRT TRAP QUIT) and
 * exit() write the restore bytes and put the old settings back before the process ends.
 *
 * The record that the signal handler needs is the program's one mutable static; hence
 * one open tty a process. The device is opened anew where that is possible, so that
 * O_NONBLOCK is never set on a description shared with the user's shell.
 */
#ifndef TERM_TTY_H
#define TERM_TTY_H

#include <stdbool.h>
#include <stddef.h>

#include "src/base/error.h"

struct tty;

/* The longest restore text; what terminfo asks for fits many times. */
#define TTY_RESTORE_MAX 512

/*
 * Opens the terminal behind `out_fd` (or, failing that, `in_fd`) and remembers its
 * settings; changes nothing yet. NULL with err filled when neither is a terminal or
 * another tty is open.
 */
struct tty *tty_open(int in_fd, int out_fd, struct error *err);

/* Restores and closes. NULL is allowed. */
void tty_close(struct tty *tty);

/* The non-blocking descriptor for reading and writing. */
int tty_get_fd(const struct tty *tty);

/* The size in cells; 80 by 24 where the terminal does not say. */
void tty_get_size(const struct tty *tty, int *width, int *height);

/* Sets the bytes that undo what the screen switched on (cut to TTY_RESTORE_MAX). */
void tty_set_restore_bytes(struct tty *tty, const char *bytes, size_t len);

/* Enters raw mode and arms the restore. Returns false with err filled on failure. */
bool tty_enter_raw(struct tty *tty, struct error *err);

/*
 * Writes the restore bytes, drops input that was not read (mouse reports), and puts the
 * old settings back. Idempotent and async-signal-safe; never waits longer than 200 ms
 * for a terminal that does not read.
 */
void tty_restore(void);

#endif
