/*
 * What the mouse does on the page of panes, and in a box over it. For the files ui/app*.c
 * only.
 */
#ifndef UI_APP_MOUSE_H
#define UI_APP_MOUSE_H

#include <stdbool.h>

#include "ui/edit/key.h"

struct app;

/* True for what the mouse sends. */
bool app_is_mouse(const struct key *key);

/* Does what the event means where it happened. */
void app_mouse(struct app *app, const struct key *key);

/* The same while a box is open (app_list_mouse.c). */
void app_list_mouse(struct app *app, const struct key *key);

#endif
