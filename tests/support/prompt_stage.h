/*
 * An app_stage with a folder of templates: movie (one text), rate (system text, choices,
 * a number, a parameter), review (a file), today (a command), broken. The demo's models
 * have no prices, except where they are asked for.
 */
#ifndef SUPPORT_PROMPT_STAGE_H
#define SUPPORT_PROMPT_STAGE_H

#include "tests/support/app_stage.h"

/* Opens it with these options; their folder of templates is set. */
struct app_stage *prompt_stage_new(const struct app_stage_options *options);

/* Opens it for these models (NULL-terminated). */
struct app_stage *prompt_stage_open(const char *const *models);
struct app_stage *prompt_stage_open_sized(const char *const *models, int width,
                                          int height);

/* demo/echo costs money, and more than a thousandth asks for a second press. */
struct app_stage *prompt_stage_open_dear(const char *const *models);

void prompt_stage_free(struct app_stage *stage);

/* The folder, for files that a test writes. */
const char *prompt_stage_folder(void);

/* Writes a template of that name. */
void prompt_stage_write(const char *name, const char *text);

#endif
