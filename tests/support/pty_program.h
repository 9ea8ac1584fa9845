/*
 * The real program in a pseudo-terminal read by libvterm: keys in, screen text out. It
 * runs under a small parent that does what an interactive shell does (own session, own
 * foreground group, notices when the program stops), so Ctrl-Z can be tested.
 *
 * Nothing here sleeps: every wait blocks in poll() until the program writes, stops or
 * ends, and gives up at a deadline (30 s, or MOTET_TEST_DEADLINE_MS in the environment).
 * A wait that fails prints the screen to standard error and returns false.
 */
#ifndef SUPPORT_PTY_PROGRAM_H
#define SUPPORT_PTY_PROGRAM_H

#include <stdbool.h>
#include <stddef.h>

#include "tests/support/vt_screen.h"

struct pty_program;

struct pty_options {
    const char *const *argv; /* NULL-terminated; argv[0] is a path, or found in PATH */
    /* "NAME=value" adds or replaces, "NAME" removes; NULL-terminated or NULL. The rest
     * is pinned: TERM=xterm-256color, LC_ALL=C.UTF-8; HOME, PATH, XDG_*, MOTET_* and the
     * sanitizers' options come from the test's own environment. */
    const char *const *environment;
    int width;  /* 0: 80 */
    int height; /* 0: 24 */
};

/* Starts the program; prints the reason and aborts the test program if it cannot. */
struct pty_program *pty_program_start(const struct pty_options *options);

/* Kills what still runs, reaps it and frees. NULL is allowed. */
void pty_program_free(struct pty_program *program);

/* --- doing ------------------------------------------------------------------------ */

/* Types bytes as they are; `text` is NUL-terminated. */
void pty_program_send(struct pty_program *program, const char *bytes, size_t len);
void pty_program_type(struct pty_program *program, const char *text);

/* Presses a key by its name ("Enter", "Ctrl-C", "Alt-1", "PgUp", "Shift-Tab"). */
void pty_program_press(struct pty_program *program, const char *key_name);

/* Sends text in bracketed-paste marks. */
void pty_program_paste(struct pty_program *program, const char *text);

/* Presses and releases the left button, or turns the wheel, at a cell. */
void pty_program_click(struct pty_program *program, int x, int y);
void pty_program_wheel(struct pty_program *program, int x, int y, bool is_up);

void pty_program_resize(struct pty_program *program, int width, int height);

/* Tells the program another size; the screen that is looked at keeps its own, for
 * libvterm breaks when a frame of an old size comes to a smaller screen. */
void pty_program_tell_size(struct pty_program *program, int width, int height);
void pty_program_signal(struct pty_program *program, int signal_number);

/* Continues a program that stopped (after Ctrl-Z), as "fg" does. */
void pty_program_continue(struct pty_program *program);

/* While true nothing is read from the program: its output backs up. */
void pty_program_set_paused(struct pty_program *program, bool is_paused);

/*
 * From now on at most so many bytes a second are read, as over a slow line; 0: as many as
 * come. Waits go on as before.
 */
void pty_program_set_rate(struct pty_program *program, int bytes_per_second);

/* Closes our side of the terminal: the program gets SIGHUP and end of input. */
void pty_program_hang_up(struct pty_program *program);

/* --- waiting ---------------------------------------------------------------------- */

typedef bool pty_condition(struct pty_program *program, void *user);

/* Waits until the condition holds (asked again after every change). */
bool pty_program_wait_until(struct pty_program *program, pty_condition *condition,
                            void *user);

/* Waits until the text stands on one line of the screen / stands nowhere on it. */
bool pty_program_wait_text(struct pty_program *program, const char *text);
bool pty_program_wait_no_text(struct pty_program *program, const char *text);

/* Waits until the bytes written since the start hold `bytes`. */
bool pty_program_wait_output(struct pty_program *program, const char *bytes, size_t len);

/* Waits until the program was stopped by a job-control signal. */
bool pty_program_wait_stopped(struct pty_program *program);

/* Waits for the end; `*status` is that of waitpid. All output has been shown then. */
bool pty_program_wait_exit(struct pty_program *program, int *status);

/* --- looking ---------------------------------------------------------------------- */

/* The screen's text, a line each. Valid until the next call for this program. */
const char *pty_program_get_text(struct pty_program *program);
const char *pty_program_get_line(struct pty_program *program, int y);

bool pty_program_has_text(struct pty_program *program, const char *text);

/* Finds `text` on the screen; gives the cell where it begins. */
bool pty_program_find_text(struct pty_program *program, const char *text, int *x, int *y);

const struct vt_screen *pty_program_get_screen(const struct pty_program *program);

/* Every byte written so far (at most the last 64 MiB; see must-not-emit checks). */
const char *pty_program_get_output(const struct pty_program *program, size_t *len);
bool pty_program_has_output(const struct pty_program *program, const char *bytes,
                            size_t len);

/* The program's process id (not its parent's). */
int pty_program_get_pid(const struct pty_program *program);

/*
 * True if the terminal is as it was before the start: settings (termios) equal, mouse,
 * focus, paste, synchronised update and kitty modes off, main screen, cursor visible.
 * Otherwise prints what differs. Call after wait_exit or wait_stopped.
 */
bool pty_program_is_restored(struct pty_program *program);

#endif
