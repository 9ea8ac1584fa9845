/*
 * The race: a row for each pane with the phases of its last turn on one time axis, which
 * the slowest sets. Each phase has a sign of its own besides its colour. A pure view.
 */
#ifndef UI_RACE_VIEW_H
#define UI_RACE_VIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/engine/race.h"
#include "ui/render/canvas.h"

struct race_row {
    int number; /* of the pane */
    const char *name;
    const struct race_track *track; /* NULL: no turn yet */
};

struct race_view {
    const struct race_row *rows;
    size_t count;
    size_t focused; /* is shown where there is room for one row only */
    size_t first;   /* the first row that is shown, where not all fit */
    int64_t now_ms; /* of the clock that the tracks have their times from */
};

/* Draws it; returns how many rows of panes were shown. */
size_t race_view_draw(const struct race_view *view, struct canvas *canvas,
                      struct rect rect);

#endif
