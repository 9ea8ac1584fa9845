/*
 * The tools that come with Motet: one record each, one file each. A tool gets its
 * arguments as JSON and writes its result as text; what a model may say wrong is answered
 * by a sentence. Runs as a program of its own, in front of no person: see README.md.
 */
#ifndef TOOLS_MOTET_TOOL_H
#define TOOLS_MOTET_TOOL_H

#include <stdbool.h>
#include <stdint.h>

#include <cjson/cJSON.h>

#include "src/base/error.h"
#include "src/base/strbuf.h"

struct shipped_tool {
    const char *name;
    /* False with err filled, a sentence for the model. */
    bool (*run)(const cJSON *arguments, struct strbuf *out, struct error *err);
};

extern const struct shipped_tool shipped_calc;
extern const struct shipped_tool shipped_edit_file;
extern const struct shipped_tool shipped_format_book;
extern const struct shipped_tool shipped_get_weather;
extern const struct shipped_tool shipped_list_files;
extern const struct shipped_tool shipped_now;
extern const struct shipped_tool shipped_read_file;
extern const struct shipped_tool shipped_run_command;
extern const struct shipped_tool shipped_search_files;
extern const struct shipped_tool shipped_write_file;

/* The most that a tool writes. */
#define SHIPPED_OUTPUT_MAX ((size_t)240 << 10)

/* A text argument that has to be there; NULL with err filled if it is not. */
const char *argument_text(const cJSON *arguments, const char *name, struct error *err);

/* One that may be missing, or null; `otherwise` then. NULL with err filled if it is no
 * text. */
const char *argument_text_or(const cJSON *arguments, const char *name,
                             const char *otherwise, struct error *err);

/* A whole number that may be missing; false with err filled if it is outside of its
 * limits. */
bool argument_number(const cJSON *arguments, const char *name, int64_t least,
                     int64_t *value, struct error *err);

/* A flag that may be missing. */
bool argument_flag(const cJSON *arguments, const char *name);

/* True for a folder whose contents are nobody's files (".git"). */
bool is_left_out(const char *name);

#endif
