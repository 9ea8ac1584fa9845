/*
 * What the app needs of a terminal, as functions: main puts ui/term/screen.h behind it,
 * tests a canvas of their own. So the whole app runs, and links, without curses.
 */
#ifndef UI_DISPLAY_H
#define UI_DISPLAY_H

#include <stdbool.h>

#include "src/base/error.h"
#include "ui/render/canvas.h"

enum copy_result {
    COPY_SENT,
    COPY_TOO_LONG,
    COPY_UNABLE /* the terminal knows no such thing, or is not there now */
};

struct display {
    /* Shows the canvas; false while the last frame is still on its way (app_ready
     * follows). */
    bool (*draw)(void *user, const struct canvas *canvas);
    /* Gives the terminal back until the person continues the program. */
    void (*suspend)(void *user);
    /* Starts the person's editor on a file; the terminal is the editor's until it ends,
     * which app_edited tells. False with err filled if that cannot be. */
    bool (*edit)(void *user, const char *path, struct error *err);
    /* Opens an address that link_address_append made with the person's program for it.
     * False if that cannot be. */
    bool (*open_link)(void *user, const char *address, struct error *err);
    /* Makes the next draw repaint every cell. */
    void (*redraw)(void *user);
    /* Switches mouse reports on or off. */
    void (*set_mouse)(void *user, bool use_mouse);
    /* The looks of all roles from now on; the next draw repaints every cell. */
    void (*set_styles)(void *user, const struct style styles[ROLE_COUNT]);
    /* Sets the window's title with the next draw. */
    void (*set_title)(void *user, const char *title);
    /* Calls a person who looks elsewhere. */
    void (*notify)(void *user, const char *text);
    /* Gives a text to the terminal's clipboard, between two frames. Whether the terminal
     * takes it cannot be known. */
    enum copy_result (*copy)(void *user, const char *text, size_t len);
    /* How long a frame of streamed text should wait for a slow terminal. */
    int (*get_wait_ms)(void *user);
    void *user;
};

#endif
