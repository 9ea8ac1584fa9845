/*
 * The palette: every action that can be done without its key, found by a few letters of
 * its name or of what it does. For the files ui/app*.c only.
 */
#ifndef UI_APP_PALETTE_H
#define UI_APP_PALETTE_H

#include <stddef.h>

#include "ui/actions.h"

struct app;

#define APP_PALETTE_RECENT 8

struct app_palette {
    enum action rows[ACTION_COUNT];         /* what each row of the list does */
    enum action recent[APP_PALETTE_RECENT]; /* done by it, the last one first */
    size_t recent_count;
};

void app_open_palette(struct app *app);

/* Lists what fits what is typed. */
void app_fill_palette(struct app *app);

/* Does what the chosen row says. */
void app_pick_command(struct app *app);

#endif
