/*
 * Whether a person has had before their eyes what they are about to approve: every row of
 * a call's arguments and of the preview of its change. Pure: what views have shown goes
 * in, what an approving key may do comes out. Knows nothing of keys, frames and calls.
 */
#ifndef VIEW_CALL_SIGHT_H
#define VIEW_CALL_SIGHT_H

#include <stdbool.h>
#include <stddef.h>

#include "ui/view/sheet.h"

/* What an approving key does. */
enum call_step {
    CALL_STEP_APPROVE,
    CALL_STEP_OPEN,  /* opens the view that scrolls */
    CALL_STEP_ON,    /* scrolls to the first row that was not seen */
    CALL_STEP_SMALL, /* nothing: no view has room for a single row */
    CALL_STEP_LONG   /* nothing: the text has passed the ceiling of what can be shown */
};

/* A view and what it has shown. Only rows that follow each other from the first one on
 * count as seen: nothing in between can be skipped. */
struct call_sight {
    size_t wanted; /* rows that must be seen; 0: nothing was drawn yet */
    size_t seen;
    int shown;       /* rows of the sheet that the view has room for */
    bool is_full;    /* it is the view that scrolls */
    bool is_cut_off; /* the sheet has passed its ceiling */
};

/* The rows seen once the rows [first, first + shown) of the sheet are on the screen,
 * where `seen` were before. */
size_t call_sight_extend(const struct sheet *sheet, size_t seen, size_t first,
                         size_t shown);

/* True if all has been seen that must be. */
bool call_sight_is_whole(const struct call_sight *sight);

enum call_step call_sight_decide(const struct call_sight *sight);

#endif
