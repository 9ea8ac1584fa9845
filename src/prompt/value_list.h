/*
 * Several values in one text: "a,b,c". A comma that belongs to a value has a backslash
 * before it, or the value stands in double quotes; blanks around a comma do not count. A
 * text that as a whole is a JSON array or object is one value. Pure.
 */
#ifndef PROMPT_VALUE_LIST_H
#define PROMPT_VALUE_LIST_H

#include <stdbool.h>

#include "src/base/error.h"
#include "src/base/text_list.h"

/* Adds the values; an empty text is one empty value. False with err filled if a quote is
 * not closed, or something stands behind one. */
bool value_list_split(const char *text, struct text_list *list, struct error *err);

#endif
