/*
 * Python's format specifications, as in {price:.2f} and {name:>10}, in the subset that
 * prompts use: fill, align (< > ^ =), sign, 0, width, "," and "_", precision, and the
 * types s d f F e E g G % x X o b. Pure.
 */
#ifndef PROMPT_FORMAT_SPEC_H
#define PROMPT_FORMAT_SPEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/base/error.h"
#include "src/base/strbuf.h"

/* Zeroed is the empty one, which leaves everything as it is. */
struct format_spec {
    bool is_set;
    bool wants_number; /* it has no meaning for a text */
    uint32_t fill;     /* 0: a blank */
    char align;        /* 0: texts to the left, numbers to the right */
    char sign;         /* '+', ' ', or 0 */
    char grouping;     /* ',', '_', or 0 */
    char type;         /* 0: as the value is */
    bool has_precision;
    int precision;
    size_t width; /* in characters */
};

/* Reads a specification; false if it is none of this subset. */
bool format_spec_parse(const char *text, size_t len, struct format_spec *spec);

/* Appends a text in the form that was asked for. */
void format_spec_write_text(const struct format_spec *spec, const char *text, size_t len,
                            struct strbuf *out);

/* Appends a number, given as decimal text. False with err filled if the form is one for
 * whole numbers and it is none. */
bool format_spec_write_number(const struct format_spec *spec, const char *text,
                              struct strbuf *out, struct error *err);

#endif
