/*
 * Scroll-lock: while one pane is scrolled the others show the same turn. For the files
 * ui/app*.c only.
 */
#ifndef UI_APP_LOCK_H
#define UI_APP_LOCK_H

struct app;
struct pane;

/* Switches it; the panes go to the turn of the focused one. */
void app_toggle_lock(struct app *app);

/* The pane was scrolled: the others follow it while the lock is on. */
void app_follow_lock(struct app *app, const struct pane *pane);

#endif
