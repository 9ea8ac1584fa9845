/*
 * The rows that several values for the fields of a template come to: every value of one
 * field with every value of the others, the last field changing fastest. Rows are made
 * one by one, when they are asked for. A template may be in several hands at once: the
 * form's, a matrix's; the last one frees it.
 */
#ifndef UI_PROMPT_ROWS_H
#define UI_PROMPT_ROWS_H

#include <stdbool.h>
#include <stddef.h>

#include "src/base/error.h"
#include "src/base/strbuf.h"
#include "src/prompt/field_value.h"
#include "src/prompt/template_render.h"

/* There may be so many rows. */
#define PROMPT_ROWS_MAX ((size_t)100000)

/* A template with the number of its holders. */
struct held_template {
    struct prompt_template *template;
    size_t holders;
};

/* Takes the template; it has one holder. */
struct held_template *held_template_new(struct prompt_template *template);

/* One holder less. NULL is allowed. */
void held_template_free(struct held_template *held);

struct prompt_rows;

struct prompt_rows *prompt_rows_new(struct held_template *held);
void prompt_rows_free(struct prompt_rows *rows);

const struct prompt_template *prompt_rows_template(const struct prompt_rows *rows);

/* Gives a field its values, of which copies are kept: `values` ends with NULL and is not
 * empty. A field that is not given has none. */
void prompt_rows_give(struct prompt_rows *rows, const char *field, char *const *values);

/* The number of rows; PROMPT_ROWS_MAX + 1 where there are more. */
size_t prompt_rows_count(const struct prompt_rows *rows);

/* Sets the values of a row and reads the files among them. False with err filled, which
 * names the field. */
bool prompt_rows_fill(const struct prompt_rows *rows, size_t row,
                      struct field_values *values, struct error *err);

/* Fills the template with a row. False with err filled, and nothing to clear. */
bool prompt_rows_render(const struct prompt_rows *rows, size_t row,
                        struct rendered_prompt *prompt, struct error *err);

/* What a row differs in from the others: "action", "genre=action, year=1999"; nothing
 * where there is one row. In one line. */
void prompt_rows_describe(const struct prompt_rows *rows, size_t row, struct strbuf *out);

/* The value of a field in a row, or NULL. */
const char *prompt_rows_value(const struct prompt_rows *rows, size_t row,
                              const char *field);

#endif
