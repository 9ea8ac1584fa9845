/*
 * Parsed JSON as text again, compact and on one line: valid UTF-8 whatever the document
 * held, and whole numbers with every digit that a double has (cJSON's own printer gives
 * 15, and 9007199254740991 is the most common limit in schemas).
 */
#ifndef BASE_JSON_PRINT_H
#define BASE_JSON_PRINT_H

#include <stdbool.h>

#include <cjson/cJSON.h>

#include "src/base/strbuf.h"

/* Appends the value; NULL as null. False if `out` is full. */
bool json_print(struct strbuf *out, const cJSON *value);

#endif
