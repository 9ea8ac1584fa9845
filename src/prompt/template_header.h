/*
 * The YAML header of a template: a table of the names that may stand in it, each with the
 * function that takes its value. Part of template.c.
 */
#ifndef PROMPT_TEMPLATE_HEADER_H
#define PROMPT_TEMPLATE_HEADER_H

#include <stddef.h>

#include "src/prompt/template.h"

/* Reads the header's bytes, from the start of the file, into the template. Problems are
 * added to the list. `system_place` is filled if there is a system text. */
void template_header_parse(struct prompt_template *template, const char *bytes,
                           size_t len, struct text_place *system_place,
                           struct problem_list *problems);

#endif
