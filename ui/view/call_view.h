/*
 * The dialog of a tool call: a box in the pane that asks, or over all panes. What it says
 * comes as a sheet (call_sheet.h); here is the frame, the keys, the small editors.
 * Nothing in it is chosen beforehand, and nothing looks like a button that Enter would
 * press.
 */
#ifndef VIEW_CALL_VIEW_H
#define VIEW_CALL_VIEW_H

#include <stdbool.h>
#include <stddef.h>

#include "ui/edit/key.h"
#include "ui/edit/line_edit.h"
#include "ui/view/call_sight.h"
#include "ui/view/sheet.h"

/* The smallest box; below it the dialog is one line. */
#define CALL_VIEW_MIN_WIDTH  20
#define CALL_VIEW_MIN_HEIGHT 4

enum call_stage {
    CALL_STAGE_SEEN,    /* it waits, and nobody has moved to it */
    CALL_STAGE_GUARDED, /* just moved to: keys do nothing yet */
    CALL_STAGE_KEYS,    /* keys answer */
    CALL_STAGE_RULE,    /* the rule of "always" is edited */
    CALL_STAGE_REASON,  /* the reason of a denial is written */
    CALL_STAGE_EDIT     /* the arguments are edited */
};

/* The keys of the stages that write, as they are bound; "": none. */
struct call_key_names {
    char send[KEY_NAME_SIZE];
    char newline[KEY_NAME_SIZE];
    char editor[KEY_NAME_SIZE];
};

struct call_view {
    const char *tool;
    const char *origin;
    const char *head;    /* "3 demo/tools asks · 12 s · 1 of 2" */
    const char *way;     /* the key that leads to it, "Alt-a" */
    struct sheet *sheet; /* filled for call_view_sheet_width */
    struct sheet *asked; /* … too: what a server asks while it is written, or NULL */
    enum call_stage stage;
    const struct line_edit *edit;       /* of the stages that write */
    const struct call_key_names *names; /* NULL: the usual ones */
    const char *error;                  /* why the last answer was not taken, or NULL */
    bool is_question; /* of a server: nothing runs, it is told what is agreed to */
    bool is_several;  /* several calls at once: approved once each, denied, or neither */
    bool has_twins;
    bool has_others; /* more calls wait */
    bool is_full;    /* over all panes, to be scrolled */
    bool was_seen;   /* all that must be seen was seen before */
    size_t seen;     /* the vital rows, from the first on, that frames have shown yet */
    size_t first;    /* of the full one, its first row; drawing keeps it in range */
    /* What drawing says: */
    struct call_sight sight; /* once this frame is on the screen */
    struct rect drawn;       /* where it stands */
    bool is_line;            /* too small for a box: nothing but one line */
};

/* The width that the sheet is to be filled for, in a box of that width. */
int call_view_sheet_width(int width);

/* The rows it wants, at most `room`. */
int call_view_height(const struct call_view *view, int width, int room);

/* True if a box of that size is too small to show what would be approved. */
bool call_view_is_line(struct rect rect);

void call_view_draw(struct call_view *view, struct canvas *canvas, struct rect rect);

#endif
