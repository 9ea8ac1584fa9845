/*
 * The screen as a program: panes over chats of the engine, the composer, what keys do,
 * and when frames are made. Talks to a terminal only through struct display, so tests
 * drive it with keys and look at the canvas.
 *
 * Frames: a key is echoed by a frame made at once; what the engine reports is gathered
 * into at most 60 frames a second; nothing changed, no frame and no timer. While the
 * display cannot take a frame none is made, and app_ready makes the one that is due.
 */
#ifndef UI_APP_H
#define UI_APP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <ev.h>

#include "src/config/catalog.h"
#include "src/engine/engine.h"
#include "src/prompt/template_folder.h"
#include "ui/display.h"
#include "ui/edit/key.h"
#include "ui/theme/theme_set.h"

struct app;
struct session_keeper;
struct spending;

/* Where a copied text goes. */
enum clipboard_use {
    CLIPBOARD_AUTO, /* to the terminal and to a tool, as far as they are there */
    CLIPBOARD_OSC52,
    CLIPBOARD_TOOL,
    CLIPBOARD_NONE
};

/* Borrowed while the app lives. */
struct app_options {
    struct ev_loop *loop;
    struct engine *engine;
    const struct catalog *catalog;  /* where model names lead */
    const struct chat_setup *chats; /* a pane for each */
    size_t chat_count;
    struct session_keeper *keeper; /* what is said is kept by it; or NULL */
    int64_t session;               /* is opened again in place of the chats; 0: none */
    const char *draft;             /* the composer's first text, or NULL */
    bool sends_draft;              /* … is sent as soon as there is a screen */
    const struct attachment_list *attachments; /* go with the first prompt; or NULL */
    const char *notice; /* the status line's first words, static, with names of actions
                           in braces for their keys; or NULL */
    const char *layout_path;               /* the file of remembered layouts, or NULL */
    const char *history_path;              /* the file of sent prompts, or NULL */
    const struct template_places *prompts; /* where templates are; NULL: nowhere */
    struct spending *spending; /* what a matrix costs is noted there; or NULL */
    double ask_above; /* money: what may take more asks for a second press; negative:
                         never */
    bool use_mouse;
    bool use_hints;                    /* what keys do is shown where that may be news */
    const struct config_section *keys; /* bound by the person, checked; or NULL */
    enum clipboard_use clipboard;
    struct theme *theme;            /* taken: zeroed; NULL: the default theme */
    const struct theme_set *themes; /* those that can be chosen, or NULL */
};

/* Opens the panes and listens to the engine. Draws nothing before app_resize. */
struct app *app_new(const struct app_options *options, const struct display *display);
void app_free(struct app *app);

/* Input, as the terminal reports it. */
void app_key(struct app *app, const struct key *key);
void app_paste(struct app *app, const char *text, size_t len);
void app_resize(struct app *app, int width, int height);

/* The display has shown the last frame. */
void app_ready(struct app *app);

/* The editor that display.edit has started has ended; true if it says all is well. */
void app_edited(struct app *app, bool is_ok);

/* Shows a sentence in the status line until the next key. */
void app_notify(struct app *app, const char *text);

/* Ends the program with that exit code: the loop is broken. */
void app_quit(struct app *app, int exit_code);

/* The exit code asked for; -1 while the program goes on. */
int app_exit_code(const struct app *app);

/* Why it has ended before it began: the session that was asked for cannot be opened, and
 * there is nothing else to show. NULL: it has begun. */
const char *app_refusal(const struct app *app);

#endif
