/* References within one JSON Schema document: "#", "#/$defs/city", "#/definitions/a~1b".
 */
#ifndef TOOL_SCHEMA_REF_H
#define TOOL_SCHEMA_REF_H

#include <cjson/cJSON.h>

/* What the reference stands for, or NULL: in another document, or nowhere. */
const cJSON *schema_ref_find(const cJSON *document, const char *ref);

#endif
