/*
 * The display: canvases in, keys out. A frame is made in memory (curses writes to a
 * memfd), wrapped in synchronised-update marks and drained to the terminal by a
 * non-blocking queue, so a terminal that reads slowly never stalls the loop. While the
 * queue is not empty no frame is made: draw again when on_ready says so.
 *
 * Knows nothing of views. Starts no timer while nothing happens. One screen a process at
 * a time (the fatal signal handler can restore only one terminal). The handler's
 * functions may call anything here, screen_stop included.
 */
#ifndef TERM_SCREEN_H
#define TERM_SCREEN_H

#include <stdbool.h>
#include <stddef.h>

#include "src/base/error.h"
#include "ui/edit/key.h"
#include "ui/render/canvas.h"
#include "ui/render/notice_form.h"
#include "ui/theme/color.h"

struct ev_loop;
struct screen;

struct screen_options {
    int in_fd;
    int out_fd;
    const char *term;      /* the value of TERM; NULL when it is not set */
    const char *colorterm; /* the value of COLORTERM; NULL when it is not set */
    const char *tmux;      /* those of TMUX and STY, likewise */
    const char *sty;
    bool use_mouse;
    bool use_colors;         /* as far as the terminal has them */
    bool use_ascii;          /* the program's own signs in ASCII */
    const char *links;       /* "on", "off"; otherwise by the type of the terminal */
    enum notice_form notice; /* how screen_notify calls the person */
    const char *cast_path;   /* an asciicast v2 file to write; NULL for none */
};

struct screen_handler {
    void (*on_key)(void *user, const struct key *key);
    /* Text as pasted: any bytes, not NUL-terminated, newlines as CR, LF or CRLF. */
    void (*on_paste)(void *user, const char *text, size_t len);
    /* The size changed or the whole screen must be painted: draw soon. */
    void (*on_resize)(void *user, int width, int height);
    /* The last frame has reached the terminal: another one may be made. */
    void (*on_ready)(void *user);
    /* The terminal is gone (read gave an end or an error): save and stop. */
    void (*on_hangup)(void *user);
    /* The asciicast file could not be written; recording has stopped. May be NULL. */
    void (*on_cast_error)(void *user, const struct error *err);
    void *user;
};

/*
 * Takes the terminal over: raw mode, alternate screen, paste, focus and mouse reports,
 * handlers for fatal signals, SIGWINCH, SIGTSTP and SIGCONT. The strings are copied.
 * Returns NULL with a sentence that says what to do when there is no terminal, TERM is
 * unset, unknown or cannot place the cursor, or the cast file cannot be made; the
 * terminal is then as it was.
 */
struct screen *screen_start(struct ev_loop *loop, const struct screen_options *options,
                            const struct screen_handler *handler, struct error *err);

/*
 * Shows the canvas: only cells that differ from the last one cost anything. Returns
 * false and does nothing while the terminal has not taken the frame before (on_ready
 * follows) or the screen is suspended (on_resize follows).
 */
bool screen_draw(struct screen *screen, const struct canvas *canvas);

/* The size in cells, at least 1 by 1. */
void screen_size(const struct screen *screen, int *width, int *height);

/*
 * Gives the terminal back and stops the process group, as Ctrl-Z does. Returns when the
 * person continues it: raw mode is back, the whole screen is repainted by the next draw
 * and on_resize has been called.
 */
void screen_suspend(struct screen *screen);

/*
 * Gives the terminal to another program of ours while the loop goes on: nothing is drawn
 * and no key is read until screen_take_back. False if the screen does not have it.
 */
bool screen_lend(struct screen *screen);

/* Takes the terminal back; the next draw repaints everything, on_resize has been called.
 */
void screen_take_back(struct screen *screen);

/* The looks of all roles from now on; the next draw repaints everything. */
void screen_set_styles(struct screen *screen, const struct style styles[ROLE_COUNT]);

/* Sets the window's title with the next draw. The old one comes back when the terminal is
 * given back. */
void screen_set_title(struct screen *screen, const char *title);

/* Calls the person, in the form of the options. */
void screen_notify(struct screen *screen, const char *text);

/*
 * Gives a text to the terminal's clipboard (OSC 52), behind the frames that are on their
 * way. False if it is too long (osc52.h), if the terminal knows no such thing, or if it
 * is not ours now. Nothing of it goes into the cast file.
 */
bool screen_copy(struct screen *screen, const char *text, size_t len);

/* How long a frame of streamed text should wait so that a slow terminal keeps up. */
int screen_get_wait_ms(const struct screen *screen);

/* Makes the next draw repaint every cell, whatever the terminal shows now. */
void screen_redraw(struct screen *screen);

/* Switches mouse reports on or off; off leaves the terminal's own selection working. */
void screen_set_mouse(struct screen *screen, bool use_mouse);

/*
 * Waits at most 200 ms for bytes still queued, restores the terminal, removes the
 * handlers and frees the screen. NULL is allowed.
 */
void screen_stop(struct screen *screen);

#endif
