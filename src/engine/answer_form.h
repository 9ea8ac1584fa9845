/*
 * What an answer says, apart from how it is written: the JSON in it, and whether two
 * answers agree. Pure.
 */
#ifndef ENGINE_ANSWER_FORM_H
#define ENGINE_ANSWER_FORM_H

#include <stdbool.h>
#include <stddef.h>

#include "src/base/error.h"
#include "src/base/strbuf.h"

/*
 * The JSON of an answer: the text without the white space around it, and without the code
 * fence (``` or ```json) where all of it stands in one. Returns where it begins, inside
 * of `text`.
 */
const char *answer_find_json(const char *text, size_t len, size_t *json_len);

/*
 * The answer in the form in which it is compared: JSON as its values, members in order;
 * other text in small letters (those of ASCII, Latin-1, Greek and Cyrillic), words with
 * one space between, without punctuation. Answers that agree have the same form. Caller
 * frees.
 */
char *answer_normalise(const char *text, size_t len);

/* True if the answer fits the schema; otherwise appends a sentence without its period to
 * `why`. An answer without JSON never fits. */
bool answer_fits(const char *schema, const char *text, size_t len, struct strbuf *why);

/* Writes the prompt that asks a model to mend an answer that did not fit. */
void answer_write_mend(const char *schema, const char *why, struct strbuf *out);

/* The failure of an answer that does not fit; `was_mended`: the model had another try. */
void answer_set_misfit(struct error *err, const char *why, bool was_mended);

#endif
