/*
 * YAML that another program has written, made into JSON on the way: for documents that
 * are larger than what a person writes (yaml_file.h) and of which no part is looked at
 * here. One document; no aliases, no tags of its own, 64 levels.
 */
#ifndef CONFIG_YAML_STREAM_H
#define CONFIG_YAML_STREAM_H

#include <stdbool.h>
#include <stddef.h>

#include "src/base/error.h"
#include "src/base/strbuf.h"

/* Appends the document as JSON. False with err filled ("line 3, column 1: …"; the caller
 * names the file) if it is none, or `out` is full. */
bool yaml_stream_to_json(const char *bytes, size_t len, struct strbuf *out,
                         struct error *err);

#endif
