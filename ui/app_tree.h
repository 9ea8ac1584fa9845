/*
 * What a person does with the tree of a conversation: choose a message, go to another
 * branch, fork, answer again, rewrite, share an answer. For the files ui/app*.c only.
 */
#ifndef UI_APP_TREE_H
#define UI_APP_TREE_H

#include <stdbool.h>

#include "src/chat/session.h"
#include "src/engine/engine.h"
#include "ui/action.h"

struct app;

/* Carries out an action on messages and branches; false if it is none. */
bool app_act_on_tree(struct app *app, enum action action);

/* True if what is edited is an answer, to be rewritten. */
bool app_edits_answer(const struct app *app);

/* Takes the text as the edited answer; false, with a notice, if that cannot be. */
bool app_rewrite_answer(struct app *app, const struct prompt *prompt);

/* A sentence where panes that share an answer are sent to without one having been picked;
 * NULL otherwise. */
const char *app_unpicked_notice(struct app *app);

/* "history: shared", for the line of chips; NULL where there is nothing to choose. */
const char *app_going_on_label(struct app *app);

#endif
