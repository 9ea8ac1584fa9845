/*
 * The rows of one message: each of its parts laid out in the width (answers as Markdown,
 * or as they were written), and, once it is settled, notes on how it went (stopped, cut,
 * an error card). Part of the transcript; knows nothing of scrolling.
 */
#ifndef VIEW_MESSAGE_ROWS_H
#define VIEW_MESSAGE_ROWS_H

#include <stdbool.h>
#include <stddef.h>

#include "src/chat/branch.h"
#include "ui/render/canvas.h"
#include "ui/render/markdown.h"
#include "ui/render/wrap.h"
#include "ui/view/hidden_count.h"
#include "ui/view/match_list.h"

/* How a tool call of an answer stands, as long as its turn runs. */
struct call_mark {
    uint64_t message_id;
    size_t part_index;
    const char *sign; /* "● ": static text of two cells */
    enum role role;
    char *text; /* "runs 3 s" */
};

/* One run of rows that are drawn alike. */
struct row_segment {
    enum part_kind kind; /* of the part it stands for; not of a note */
    enum role role;
    int indent;
    const char *sign;   /* drawn in the first row's indent; static text */
    bool has_note;      /* the text is `note`; otherwise it is the part's */
    struct strbuf note; /* of a note, or of a call: its name and arguments */
    size_t taken;       /* bytes of a call's arguments that stand in the note */
    size_t note_head;   /* of a result: the note's bytes before the part's text … */
    size_t note_shown;  /* … and how many of that follow */
    bool is_folded;     /* of reasoning: one row says how long it is */
    struct wrap wrap;
    struct markdown *markdown; /* takes the place of `wrap`; or NULL */
};

struct message_rows {
    const struct message *message;
    struct hidden_count hidden; /* kept up to date by the owner */
    uint64_t version;
    bool wants_label;    /* set by the owner: name the model that answered */
    bool has_label;      /* … as laid out */
    bool wants_unfolded; /* set by the owner: reasoning and results are shown whole */
    bool is_unfolded;    /* … as laid out */
    bool *flips; /* parts that are folded where the others are not, or the other way */
    size_t flip_count;
    bool is_stale;  /* one of them has changed since */
    bool wants_raw; /* set by the owner: answers are shown as they were written */
    bool is_raw;    /* … as laid out */
    const struct call_mark *marks; /* set by the owner: those of all messages */
    size_t mark_count;
    uint64_t mark_stamp;       /* of those laid out */
    const char *card_hint;     /* as laid out */
    struct branch branch;      /* set by the owner: which of its siblings it is */
    bool is_last;              /* set by the owner: nothing follows it on the path */
    struct branch laid_branch; /* … as laid out */
    bool was_last;
    char *head; /* the row above the parts, or NULL */
    int width;  /* 0: not laid out */
    struct row_segment *segments;
    size_t segment_count;
    size_t segment_cap;
    size_t part_count;         /* segments that belong to parts; the rest are notes */
    int height;                /* rows, with the empty one that follows the message */
    struct match_list matches; /* of the owner's search */
};

void message_rows_init(struct message_rows *rows, const struct message *message);
void message_rows_clear(struct message_rows *rows);

/* Gives the memory of the rows back; the next update lays them out again. */
void message_rows_forget(struct message_rows *rows);

/* Brings the rows up to date with the message and the width. */
void message_rows_update(struct message_rows *rows, int width, const char *card_hint);

/* Draws row `row` at (x, y). */
void message_rows_draw(const struct message_rows *rows, int row, struct canvas *canvas,
                       int x, int y);

/* The row in which the error card begins, or -1 where there is none. */
int message_rows_card_row(const struct message_rows *rows);

/* True if a click on the row folds or unfolds what it stands for. */
bool message_rows_is_fold(const struct message_rows *rows, int row);

/* Folds what such a row stands for, or unfolds it, whatever the others are; the next
 * update lays it out. A change of `wants_unfolded` ends all that. */
void message_rows_flip(struct message_rows *rows, int row);

/* The place in the source where row `row` begins, or its last byte; and the way back to
 * the row that holds a place, after another layout. */
struct row_place {
    size_t segment;
    size_t offset;
};
struct row_place message_rows_place(const struct message_rows *rows, int row);
struct row_place message_rows_place_end(const struct message_rows *rows, int row);
int message_rows_find(const struct message_rows *rows, struct row_place place);

/* True if the row is none of the message's text: it says which branch this is. */
bool message_rows_is_head(const struct message_rows *rows, int row);

/* For those who look into the rows. The rows of a segment; the segment of a row, which
 * then counts from its start, NULL for the head and the empty row at the end; the text
 * that its rows are cut from. */
int row_segment_height(const struct row_segment *segment);
const struct row_segment *message_rows_segment(const struct message_rows *rows, int *row);
const char *message_rows_text(const struct message_rows *rows,
                              const struct row_segment *segment);

#endif
