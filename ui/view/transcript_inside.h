/*
 * The inside of struct transcript, shared by the files ui/view/transcript*.c and by
 * nobody else: where the reader is (transcript.c), what is searched for
 * (transcript_search.c), selected (transcript_select.c), chosen (transcript_choose.c).
 */
#ifndef VIEW_TRANSCRIPT_INSIDE_H
#define VIEW_TRANSCRIPT_INSIDE_H

#include "ui/view/scroll_pace.h"
#include "ui/view/transcript.h"
#include "ui/view/transcript_choose.h"

/* A row: that of an item. */
struct transcript_top {
    size_t item;
    int row;
};

/* A row as it is found again after another layout. */
struct transcript_place {
    size_t item;
    struct row_place place;
};

struct transcript_search {
    const struct text_pattern *pattern; /* borrowed; NULL: nothing is searched for */
    uint64_t number;                    /* counts the patterns */
    bool has_current;
    size_t item; /* where the current match is */
    size_t index;
    bool is_due; /* the view goes there with the next update */
};

struct transcript_selection {
    bool is_on;
    struct transcript_place anchor; /* where it was begun, and the end that moves */
    struct transcript_place cursor;
};

/* What a person has chosen: a prompt, or all of its answer. */
struct transcript_choice {
    uint64_t message; /* the first of it; 0: nothing is chosen */
    bool is_due;      /* the view goes there with the next update */
};

struct transcript {
    struct message_rows *items; /* one a message of the path */
    size_t item_count;
    size_t item_cap;
    size_t hidden_count;
    size_t laid_from; /* items before it have no rows */
    int width;
    int height;
    struct rect drawn; /* where it was drawn last */
    const char *card_hint;
    char *model; /* in the pane's title, or NULL */
    struct call_mark *marks;
    size_t mark_count;
    bool is_unfolded;
    bool is_raw;
    bool is_relaid; /* one of these two has changed since the last update */
    struct transcript_top top;
    bool is_following;
    uint64_t passed_card; /* the last message when the reader went to the end */
    struct scroll_pace pace;
    int64_t now_ms; /* -1: following, the end always stands in the last row */
    /* Where the top row began before the first of several changes of the layout: found
     * again from there, it does not wander while a window is dragged. */
    struct row_place top_place;
    bool has_top_place;
    /* The end as it was when the reader left it: that item had that many rows, and
     * `left_place` was the last byte in them. */
    size_t left_item;
    int left_rows;
    struct row_place left_place;
    struct transcript_search search;
    struct transcript_selection selection;
    struct transcript_choice choice;
    size_t first_count; /* of the conversation's first messages: branches of its own */
};

/* transcript.c */
/* The item with its rows up to date. */
struct message_rows *transcript_item(struct transcript *transcript, size_t index);
/* The rows of an item that count: the last one's empty row is not drawn. */
int transcript_rows(struct transcript *transcript, size_t index);
/* Makes the items those of the conversation's path. */
void transcript_take_path(struct transcript *transcript, const struct chat *chat);
/* Moves a place up, or down, by rows; stops at the first, or the last. */
struct transcript_top transcript_up(struct transcript *transcript,
                                    struct transcript_top top, int rows);
struct transcript_top transcript_down(struct transcript *transcript,
                                      struct transcript_top top, int rows);
bool transcript_is_before(struct transcript_top a, struct transcript_top b);
/* Brings a row into view; `above` rows stay before it where it was out of sight. */
void transcript_bring(struct transcript *transcript, struct transcript_top at, int above);

/* True if a turn begins with the item: with what a person has asked. */
bool transcript_begins_turn(const struct transcript *transcript, size_t index);

/* transcript_choose.c */
void transcript_choose_update(struct transcript *transcript);

/* transcript_search.c */
void transcript_search_update(struct transcript *transcript);
void transcript_search_draw(struct transcript *transcript, struct transcript_top at,
                            struct canvas *canvas, struct rect where);

/* transcript_select.c */
void transcript_select_update(struct transcript *transcript);
void transcript_select_draw(struct transcript *transcript, struct transcript_top at,
                            struct canvas *canvas, struct rect where);

#endif
