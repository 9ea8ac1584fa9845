/* One line of a rule, taken apart: the parser behind tool_rule.h, which tells the form.
 */
#ifndef TOOL_TOOL_RULE_PARTS_H
#define TOOL_TOOL_RULE_PARTS_H

#include <stdbool.h>
#include <stddef.h>

#include "src/base/error.h"
#include "src/tool/tool_rule.h"

struct tool_rule_pattern {
    char *name;
    char *glob;
};

struct tool_rule_parts {
    enum tool_decision decision;
    char *text; /* the line without white space around it and without a comment */
    char *tool; /* a pattern */
    struct tool_rule_pattern *patterns;
    size_t pattern_count;
    char fingerprint[TOOL_FINGERPRINT_MAX]; /* "" if none */
};

/* Reads a line; false with err filled, and nothing to clear, if it is not a rule. */
bool tool_rule_parts_read(struct tool_rule_parts *parts, const char *line,
                          struct error *err);

void tool_rule_parts_clear(struct tool_rule_parts *parts);

/* Appends a word, in quotes if it needs them. `glob` is a pattern already. */
void tool_rule_append_word(struct strbuf *out, const char *glob);

#endif
