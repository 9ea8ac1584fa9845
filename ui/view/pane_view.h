/*
 * One pane: frame, title with state, metrics, and the conversation inside. Takes plain
 * text for what it shows around the conversation; knows nothing of the engine.
 */
#ifndef VIEW_PANE_VIEW_H
#define VIEW_PANE_VIEW_H

#include <stdbool.h>

#include "ui/view/call_view.h"
#include "ui/view/transcript.h"

struct pane_view {
    int number; /* from 1 */
    const char *model;
    const char *provider;
    const char *state; /* "● 41 t/s", "✗ failed" */
    enum role state_role;
    const char *metrics; /* "0.31 s · 212 tok" */
    const char *card_hint;
    const char *const *queued; /* prompts that wait for the answer to end */
    size_t queued_count;
    const struct chat *chat;
    struct transcript *transcript;
    struct call_view *call; /* the dialog below the conversation, or NULL */
    bool is_focused;
    bool is_ticked;
    int tab_count; /* the number of panes where only this one is shown, otherwise 0 */
};

/* The columns for what is inside a pane of that size. */
int pane_view_inner_width(struct rect rect);

/*
 * Draws the pane into `rect`; everything in it is painted anew. Returns where the mark
 * that leads back to the end stands, for the mouse; empty when there is none.
 */
struct rect pane_view_draw(const struct pane_view *view, struct canvas *canvas,
                           struct rect rect);

#endif
