/*
 * A folder of tools for tests, each a line of shell that notes the arguments it was run
 * with: so a test can say what ran, and that nothing did.
 */
#ifndef SUPPORT_TOOL_FOLDER_H
#define SUPPORT_TOOL_FOLDER_H

#include <stddef.h>

struct tool_folder;

/*
 * Makes a folder with the tools get_weather (city, unit) and format_book (title, author),
 * which end at once, and wait_long (no arguments), which runs until it is stopped. The
 * test fails if the folder cannot be made.
 */
struct tool_folder *tool_folder_new(void);

/* Removes it. NULL is allowed. */
void tool_folder_free(struct tool_folder *folder);

const char *tool_folder_path(const struct tool_folder *folder);

/* A file for rules in it, which is not there yet. */
const char *tool_folder_rule_path(const struct tool_folder *folder);

/* How often tools were run so far, and with what: a line each, "NAME ARGUMENTS". Valid
 * until the next call. */
size_t tool_folder_count_runs(struct tool_folder *folder);
const char *tool_folder_get_runs(struct tool_folder *folder);

/* The rules that were written; "" if none. Valid until the next call. */
const char *tool_folder_get_rules(struct tool_folder *folder);

#endif
