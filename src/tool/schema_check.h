/*
 * Do a call's arguments fit the JSON Schema of the tool? Answered with one sentence that
 * a model can act on. Pure; knows nothing of tools or calls.
 *
 * What is checked: type (also several, also "nullable"), enum, const, properties,
 * required, patternProperties, additionalProperties, min/maxProperties, items,
 * prefixItems (and draft-07's items as a list with additionalItems), min/maxItems,
 * uniqueItems, min/maxLength, pattern, minimum, maximum, exclusive…, multipleOf, anyOf,
 * oneOf, allOf, not, and $ref within the document. Everything else is ignored: the tool
 * itself has the last word, so what cannot be decided here passes. That holds for
 * references to other documents and for patterns that POSIX does not know too.
 *
 * Ceilings: levels, steps of the whole check, the length of a pattern and of the text it
 * is tried on. Schemas come from strangers: none may take long or much memory.
 */
#ifndef TOOL_SCHEMA_CHECK_H
#define TOOL_SCHEMA_CHECK_H

#include <stdbool.h>

#include "src/base/strbuf.h"

/*
 * True if the arguments (JSON as text; nothing at all counts as "{}") fit the schema.
 * Otherwise appends the reason to `why`, a sentence without its period that begins with
 * the JSON pointer of the value at fault: "/city: must be text, is a number". A schema
 * that is no JSON lets everything pass that is.
 */
bool schema_check(const char *schema, const char *arguments, struct strbuf *why);

/* Appends JSON that fits the schema in all simple cases: what is required, from
 * examples, defaults, and the first of several choices; and what has a default. "{}"
 * where nothing is asked for. */
void schema_example(const char *schema, struct strbuf *out);

#endif
