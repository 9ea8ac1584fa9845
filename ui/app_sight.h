/*
 * What frames have shown of a text that must be seen before it is approved: a dialog's,
 * or that of the page that confirms several calls. Rows count once the display has taken
 * the frame. For the files ui/app*.c only; knows nothing of the app.
 */
#ifndef UI_APP_SIGHT_H
#define UI_APP_SIGHT_H

#include <stdbool.h>
#include <stddef.h>

#include "ui/view/call_view.h"

/* All zero for a text that nobody has seen yet. */
struct app_sight {
    struct call_sight drawn; /* of the frame painted last */
    int width;               /* … of its sheet */
    size_t seen;             /* vital rows that frames have shown, in this view */
    bool is_whole;           /* all were shown, in this view or another */
};

/* Gives a view what was seen of it, takes what it shows now, and, once the frame is on
 * the screen, counts it. */
void app_begin_sight(struct app_sight *sight, struct call_view *view);
void app_note_sight(struct app_sight *sight, const struct call_view *view);
void app_sight_is_shown(struct app_sight *sight);
/* What an approving key does now, and the row to scroll to where it scrolls. */
enum call_step app_next_step(const struct app_sight *sight);
size_t app_sight_next_row(const struct app_sight *sight, const struct sheet *sheet);

#endif
