/*
 * Panes are aligned by turn, not by row: answers to the same prompt differ in length. A
 * pane whose answer is the shorter one stays at its end until the next turn begins, and
 * one that has no such turn shows its last.
 */
#include "ui/app_lock.h"

#include "ui/app_state.h"

void app_follow_lock(struct app *app, const struct pane *pane)
{
    if (!app->is_locked)
        return;
    const bool is_following = transcript_is_following(pane->transcript);
    const struct transcript_turn turn = transcript_get_turn(pane->transcript);
    for (size_t i = 0; i < app->pane_count; i++) {
        if (&app->panes[i] == pane)
            continue;
        if (is_following)
            transcript_go_end(app->panes[i].transcript);
        else
            transcript_go_turn(app->panes[i].transcript, turn);
    }
    app_mark_all(app);
}

void app_toggle_lock(struct app *app)
{
    const struct pane *pane = app_focused_pane(app);
    app->is_locked = !app->is_locked;
    if (pane != NULL)
        app_follow_lock(app, pane);
    app_notify(app, app->is_locked ? "panes scroll together, turn by turn"
                                   : "each pane scrolls by itself");
}
