/*
 * What the screen keeps in its session and gets back from it: how the panes stand, the
 * texts that are being written. For the files ui/app*.c only.
 */
#ifndef UI_APP_KEEP_H
#define UI_APP_KEEP_H

#include <stdbool.h>
#include <stdint.h>

#include <ev.h>

#include "src/base/error.h"

struct app;

struct app_keep {
    struct ev_timer timer; /* runs from a key to when what it changed is told */
    char *layout;          /* as told last, or NULL */
    char *drafts;
};

void app_init_keep(struct app *app);
void app_clear_keep(struct app *app);

/* Something that is kept may have changed: it is told soon. */
void app_plan_keep(struct app *app);

/* The rank of a pane among those that are kept: the order of the session's chats. */
size_t app_rank_of(const struct app *app, size_t pane);

/* True if what is said and written here is there the next time. */
bool app_is_kept(const struct app *app);

/* Opens a session in the place of what is open; false, with err filled, if it cannot be:
 * everything stays as it is then. */
bool app_open_session(struct app *app, int64_t id, struct error *err);

/* Begins a session with the same models in the same places. */
void app_begin_session(struct app *app);

/* Nothing of the session is kept from now on, or it is again. */
void app_set_temporary(struct app *app, bool is_temporary);

#endif
