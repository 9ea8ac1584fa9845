/*
 * Prompt templates by name: the box that lists them, and what leads to a form. For the
 * files ui/app*.c only.
 */
#ifndef UI_APP_PROMPTS_H
#define UI_APP_PROMPTS_H

#include <stdbool.h>
#include <stddef.h>

#include "ui/complete.h"

struct app;

void app_open_prompts(struct app *app, const char *filter);
void app_fill_prompts(struct app *app);
void app_pick_prompt(struct app *app);
/* What a prompt says of itself, or what is wrong with it. Caller frees. */
char *app_describe_prompt(struct app *app, const char *name);
/* Adds the names of templates and of servers' prompts. */
void app_list_prompt_names(struct app *app, struct complete_list *list);
bool app_is_prompt_name(struct app *app, const char *name, size_t len);
/* Opens a prompt's form with a text for its first field; false if there is none. */
bool app_open_prompt_named(struct app *app, const char *name, size_t len,
                           const char *text);

#endif
