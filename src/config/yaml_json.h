/* A JSON Schema (or any other JSON) written as YAML, turned into JSON text. */
#ifndef CONFIG_YAML_JSON_H
#define CONFIG_YAML_JSON_H

#include <stdbool.h>

#include "src/base/strbuf.h"
#include "src/config/yaml_file.h"

/* Appends the value. Texts without quotes are what YAML's core schema says: numbers,
 * true, false, null; all others are strings. */
void yaml_value_to_json(const struct yaml_value *value, struct strbuf *out);

/* The same for the text of a value alone; `is_plain`: it stands without quotes. */
void yaml_text_to_json(const char *text, bool is_plain, struct strbuf *out);

#endif
