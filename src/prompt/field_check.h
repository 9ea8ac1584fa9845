/*
 * What a value has to be for the type of its field, and a list's value as items. Pure:
 * files are read elsewhere.
 */
#ifndef PROMPT_FIELD_CHECK_H
#define PROMPT_FIELD_CHECK_H

#include <stdbool.h>

#include "src/base/error.h"
#include "src/base/text_list.h"
#include "src/prompt/template.h"

/*
 * What is wrong with a text (or items, where it was given as a list) as the value of a
 * field, as the end of a sentence: "has to be a number, not "three"". NULL if nothing is.
 * Caller frees.
 */
char *field_check_text(const struct template_field *field, const char *text,
                       char *const *items);

/*
 * The items of a list: a JSON array, or lines, or texts with commas between. With
 * `items` (may be NULL) these are they. False with err filled if it is none.
 */
bool field_list_items(const char *text, char *const *items, struct text_list *list,
                      struct error *err);

/* The lists of a list of lists, each as text that field_list_items reads: a JSON array of
 * arrays, or groups of lines with an empty line between, or "a,b;c,d". */
bool field_list_groups(const char *text, char *const *items, struct text_list *list,
                       struct error *err);

/* True or false from a word such as "yes"; false if it is none. */
bool field_flag(const char *text, bool *flag);

#endif
