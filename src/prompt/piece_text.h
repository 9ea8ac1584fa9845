/*
 * The text that a field's value gives in one place of a template: with its attribute
 * taken, in its form or format. Part of template_render.c.
 */
#ifndef PROMPT_PIECE_TEXT_H
#define PROMPT_PIECE_TEXT_H

#include <stdbool.h>

#include "src/base/error.h"
#include "src/base/strbuf.h"
#include "src/base/text_list.h"
#include "src/prompt/template_body.h"

/* A value, or the default in its place. */
struct piece_value {
    const char *text;
    char *const *items; /* or NULL */
};

/* Appends the text. False with err filled, to be read after the field's name. */
bool piece_text_append(const struct template_field *field, const struct body_piece *piece,
                       struct piece_value value, struct strbuf *out, struct error *err);

/* The items of BODY_TEXTS: a list's, or the one text. Same result. */
bool piece_text_items(const struct template_field *field, const struct body_piece *piece,
                      struct piece_value value, struct text_list *list,
                      struct error *err);

#endif
