/*
 * What stands between the braces of a template's field, read into a piece: the name, the
 * way to an attribute, and the form or Python's format. Part of template_body.c.
 */
#ifndef PROMPT_BODY_FIELD_H
#define PROMPT_BODY_FIELD_H

#include <stdbool.h>
#include <stddef.h>

#include "src/prompt/template_body.h"

/* True if the text is one: letters, digits and '_', no digit first. */
bool body_field_is_name(const char *text, size_t len);

/* The field of that name, added if it is not there. */
size_t body_field_find(struct prompt_template *template, const char *name, size_t len,
                       struct text_place place);

/* Reads `len` bytes after the '{'. False with a problem added. */
bool body_field_parse(struct prompt_template *template, const char *text, size_t len,
                      struct body_piece *piece, struct problem_list *problems);

#endif
