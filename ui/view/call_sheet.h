/*
 * What a dialog says about a tool call, as lines: warnings first, then what it would do,
 * then what is known about the tool. Pure: texts in, lines out. Knows nothing of the
 * engine and of frames.
 */
#ifndef VIEW_CALL_SHEET_H
#define VIEW_CALL_SHEET_H

#include <stdbool.h>
#include <stddef.h>

#include "ui/view/sheet.h"

/* Borrowed; NULL for what there is none of. Texts are as they came. */
struct call_texts {
    const char *tool;
    const char *title;
    const char *description;
    const char *origin;
    const char *command;
    const char *sandbox;
    const char *claims;
    const char *arguments;
    const char *preview; /* a unified diff */
    const char *rule;
    const char *proposed;
    const char *call_id;
    size_t twin_count; /* other panes that wait with the same call */
    bool with_twins;   /* the answer is for these too */
    bool is_edited;
    bool is_question; /* of a server: nothing runs */
};

/*
 * Fills the sheet for rows of `width` cells. With `is_full` nothing is cut; otherwise the
 * description is kept short and what does not help to decide is left out.
 */
void call_sheet_fill(struct sheet *sheet, const struct call_texts *texts, int width,
                     bool is_full);

#endif
