/*
 * Reads the files that a template's values name: texts and pictures of file fields, and
 * fields whose text comes from a file. What can be told of a file is told here, before
 * anything is sent.
 */
#ifndef ENGINE_FIELD_FILE_H
#define ENGINE_FIELD_FILE_H

#include <stdbool.h>

#include "src/base/error.h"
#include "src/prompt/field_value.h"
#include "src/prompt/template.h"

/*
 * Reads everything that `values` need of the file system, and adds values for fields that
 * take theirs from a file. What was read before is kept. Standard input and commands are
 * the caller's. False with err filled.
 */
bool field_files_read(const struct prompt_template *template, struct field_values *values,
                      struct error *err);

#endif
