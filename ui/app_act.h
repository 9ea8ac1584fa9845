/*
 * The way from an action to what it does. For the files ui/app*.c only.
 */
#ifndef UI_APP_ACT_H
#define UI_APP_ACT_H

#include <stdbool.h>

#include "ui/actions.h"
#include "ui/edit/key.h"
#include "ui/edit/line_edit.h"

struct app;

void app_act(struct app *app, enum action action, const struct key *key);
void app_set_mode(struct app *app, enum input_mode mode);
/* Unfolds what is folded, or folds it again. */
void app_unfold(struct app *app);
/* True if the action was armed by a first press just now; otherwise arms it and says what
 * a second press will do. */
bool app_is_confirmed(struct app *app, enum action action, const char *notice);
/* Does an editing action on a text; false if it is none. */
bool app_edit_text(struct line_edit *edit, enum action action);

#endif
