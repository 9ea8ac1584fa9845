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
    const char *head;  /* who asks; only where several are shown */
    size_t twin_count; /* other panes that wait with the same call */
    bool with_twins;   /* the answer is for these too */
    bool is_edited;
    bool is_question; /* of a server: nothing runs */
};

/*
 * Fills the sheet for rows of `width` cells. With `is_full` nothing is cut; otherwise the
 * description is kept short and what does not help to decide is left out. Its vital lines
 * are the arguments and the preview, and what a server asks.
 */
void call_sheet_fill(struct sheet *sheet, const struct call_texts *texts, int width,
                     bool is_full);

/* Fills it with several calls, each under its head; all lines are vital. */
void call_sheet_fill_several(struct sheet *sheet, const struct call_texts *texts,
                             size_t count, int width);

/* The bytes that a call takes among several; more than SHEET_MAX: it fits in no sheet. */
size_t call_sheet_measure(const struct call_texts *texts, int width);

/* The bytes that calls may take together, which leaves room for the warnings. */
#define CALL_SHEET_ROOM (SHEET_MAX - 4000)

/* Fills it with what a server asks, and which: for those who write the answer. */
void call_sheet_fill_asked(struct sheet *sheet, const struct call_texts *texts,
                           int width);

#endif
