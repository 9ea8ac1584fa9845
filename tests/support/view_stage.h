/*
 * A view of the screen as one line of a table: which models, a script that leads there,
 * and the words that must be seen at each size. The stage has tools, templates and
 * themes. What holds for every view at every size is asserted here.
 */
#ifndef SUPPORT_VIEW_STAGE_H
#define SUPPORT_VIEW_STAGE_H

#include "tests/support/app_stage.h"

enum view_size {
    VIEW_20X5,
    VIEW_40X12,
    VIEW_80X24,
    VIEW_120X40,
    VIEW_240X64,
    VIEW_SIZES
};

enum view_kind {
    VIEW_STILL,
    VIEW_LIST,   /* still, but what is chosen may scroll it when the size changes */
    VIEW_TYPING, /* still, and the cursor is in the composer */
    VIEW_HINTS,  /* still, and normal mode shows its keys */
    VIEW_MOVING  /* clocks run in it: no picture is like the one before */
};

struct view {
    const char *name;
    enum view_kind kind;
    const char *const *models;
    /*
     * Steps, one a line: "send TEXT", "type TEXT", "paste TEXT", "press KEY", "wait
     * TEXT", "idle", "answer CHAT" (it has begun), "asking COUNT" (so many calls wait),
     * "keys" (those of a dialog answer). "{nl}" in a text is a newline.
     */
    const char *script;
    /* Words that must be seen, apart by '|', from that size on. */
    const char *seen[VIEW_SIZES];
};

void view_size_get(enum view_size size, int *width, int *height);

/* Opens a stage of that size, leads it to the view, and asserts what must hold. */
void view_check(const struct view *view, enum view_size size);

/*
 * The view as text, with figures of time made equal; compared with the file
 * tests/screen/golden/NAME-WIDTHxHEIGHT.txt, which is written anew where
 * MOTET_TEST_RENEW is set.
 */
void view_check_picture(const struct view *view, enum view_size size);

#endif
