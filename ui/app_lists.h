/*
 * The part of struct app that has to do with boxes over the page: which one is open, and
 * the list that most of them are. For the files ui/app*.c only.
 */
#ifndef UI_APP_LISTS_H
#define UI_APP_LISTS_H

#include <stdbool.h>
#include <stddef.h>

#include "ui/edit/key.h"

struct app;
struct model_ref;

enum overlay {
    OVERLAY_NONE,
    OVERLAY_HELP,
    OVERLAY_PALETTE,
    OVERLAY_CONNECTIONS,
    OVERLAY_APPROVALS,
    OVERLAY_TOOL_CALLS,
    OVERLAY_TOOLS,
    OVERLAY_THEMES,
    OVERLAY_PROMPTS,
    OVERLAY_SESSIONS,
    OVERLAY_HISTORY,
    OVERLAY_ANSWER,
    OVERLAY_CODE,
    OVERLAY_PIPE,
    OVERLAY_WIRE,
    OVERLAY_RACE,
    OVERLAY_PICK_FORM,
    OVERLAY_PICK_NEW,
    OVERLAY_PICK_MODEL
};

/* app_overlay.c */
void app_close_overlay(struct app *app);
/* Moves the choice in the list. */
void app_choose(struct app *app, int step);
/* Keys that change what is typed in the line of a box; true if it was one. */
bool app_filter_key(struct app *app, const struct key *key);
/* How far a key moves the choice; 0: it moves nothing. */
int app_choice_step(const struct app *app, const struct key *key);
void app_open_help(struct app *app);
void app_open_picker(struct app *app, enum overlay overlay);
void app_overlay_key(struct app *app, const struct key *key);
void app_overlay_paste(struct app *app, const char *text, size_t len);
void app_clear_list(struct app *app);
/* Takes the two texts; a NULL left makes a heading. */
void app_add_row(struct app *app, char *left, char *right);
void app_show_list(struct app *app);
void app_models_came(struct app *app);
/* Opens a pane with that model and goes to it. */
void app_open_model_pane(struct app *app, const struct model_ref *ref);

/* app_connections.c */
void app_open_connections(struct app *app);
/* Shows what they are now, if they are shown. */
void app_refresh_connections(struct app *app);

#endif
