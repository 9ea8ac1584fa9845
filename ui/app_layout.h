/*
 * How the panes stand: what a person has chosen, moved and dragged, and what is
 * remembered of it for the next start with the same models. For the files ui/app*.c only.
 */
#ifndef UI_APP_LAYOUT_H
#define UI_APP_LAYOUT_H

#include <stdbool.h>

#include "ui/action.h"
#include "ui/edit/key.h"
#include "ui/layout_file.h"
#include "ui/view/tab_view.h"
#include "ui/view/tiling.h"

struct app;

struct app_layout {
    enum tiling_mode mode;
    struct tiling_weights weights;
    struct tab tabs[TILING_PANE_MAX]; /* as drawn last */

    bool is_dragging;
    struct tiling_border border; /* that is dragged */
    struct tiling dragged;       /* the panes when it began */
    int hold_x; /* from the pointer to where the panes behind the border begin */
    int hold_y;

    struct layout_entry known; /* what is remembered, or would be if nothing changes */
};

/* The panes in that room. */
struct tiling app_layout_make(const struct app *app, struct rect room);

/* Paints the row of tabs, if there is one. */
void app_layout_paint_tabs(struct app *app);

void app_layout_act(struct app *app, enum action action);

/* A press of the left button: true if it took hold of a border, or chose a tab. */
bool app_layout_press(struct app *app, const struct key *key);

/* The mouse moves with the button down: the next frame shows it. */
void app_layout_drag(struct app *app, const struct key *key);
void app_layout_release(struct app *app);

/* How the panes stand now, to be cleared; and makes them stand so again: as many panes,
 * in the order in which they were opened. */
void app_layout_describe(const struct app *app, struct layout_entry *entry);
void app_layout_apply(struct app *app, const struct layout_entry *entry);

/* Takes how they stand now for what is known already. */
void app_layout_note(struct app *app);

/* Takes what is remembered for the panes that were opened; and remembers how they stand
 * now, if that has changed. */
void app_layout_recall(struct app *app);
void app_layout_keep(struct app *app);
void app_layout_clear(struct app *app);

#endif
