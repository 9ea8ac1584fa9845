/*
 * The box of hints: what the keys of the mode do, over the lowest rows of the page. It
 * comes when a person enters normal mode and then pauses, or presses a key that does
 * nothing; the next key takes it away. For the files ui/app*.c only.
 */
#ifndef UI_APP_HINTS_H
#define UI_APP_HINTS_H

#include <stdbool.h>

#include <ev.h>

#include "ui/render/rect.h"

struct app;

struct app_hints {
    struct ev_timer timer; /* runs from the start of normal mode to the next key */
    bool is_shown;
};

void app_init_hints(struct app *app);
void app_clear_hints(struct app *app);

/* Shows the hints after a while, unless a key comes first. */
void app_plan_hints(struct app *app);

/* Shows them now, where there is room for them; false where there is none. */
bool app_show_hints(struct app *app);

/* A key was pressed. */
void app_end_hints(struct app *app);

/* Paints the box, if it is shown, at the lower edge of the room. */
void app_paint_hints(struct app *app, struct rect room);

#endif
