/*
 * JSON for people to read and edit, made from the bytes as they came: every digit, every
 * repeated member and the order stay, which a parser would lose.
 */
#ifndef VIEW_JSON_SHEET_H
#define VIEW_JSON_SHEET_H

#include <stddef.h>

#include "src/base/strbuf.h"
#include "ui/view/sheet.h"

/*
 * Appends a JSON text as lines: one line where it fits in `room` cells, indented
 * otherwise. In strings, escapes of plainly visible characters are written as these,
 * "\n" also breaks the line, and what is not plainly visible is spelled out. What is not
 * JSON is appended as it is, and false returned.
 */
bool json_sheet_append(struct sheet *sheet, const char *json, size_t len, int room);

/* Appends the JSON text with line breaks and indents, strings and numbers as they are.
 * False, and nothing appended, if it is not JSON. */
bool json_indent(struct strbuf *out, const char *json, size_t len);

#endif
