/*
 * Tools as people write them: one YAML file each, docs/guide/tools.md shows the form.
 * What is wrong with a file is said with its place; a file with a fault gives no tool.
 */
#ifndef TOOL_TOOL_FILE_H
#define TOOL_TOOL_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include "src/config/problem.h"
#include "src/tool/command_tool.h"
#include "src/tool/tool.h"
#include "src/tool/tool_places.h"

/* A file's ceiling, and a folder's. */
#define TOOL_FILE_MAX_BYTES ((size_t)256 << 10)
#define TOOL_FOLDER_MAX     500

struct tool_file_options {
    const char *helper_folder;       /* where the shipped tools' program is; or NULL */
    const struct command_host *host; /* kept by each tool; or NULL */
    bool is_own; /* the person's own files: one that others may write to is refused */
};

/* Reads one tool. `path` stands in its origin, and what it names is relative to its
 * folder. NULL, with problems added, if the file has a fault. */
struct tool *tool_file_parse(const char *path, const char *bytes, size_t len,
                             const struct tool_file_options *options,
                             struct problem_list *problems);

void tool_free(struct tool *tool);

struct tool_set {
    struct tool **items; /* by name */
    size_t len;
    size_t cap;
};

void tool_set_init(struct tool_set *set);
void tool_set_clear(struct tool_set *set);

/* The tool of that name, or NULL. */
struct tool *tool_set_find(const struct tool_set *set, const char *name);

/*
 * Adds the tools of a folder's *.yaml files, in the order of their names. A tool takes
 * the place of one with its name that was in the set before; within one folder the first
 * stays, with a problem. A folder that is not there has none. Each file with faults
 * appends a list to `problems`.
 */
struct tool_problems {
    struct problem_list *lists; /* one a file */
    size_t len;
    size_t cap;
};

void tool_set_read_folder(struct tool_set *set, const char *folder,
                          const struct tool_file_options *options,
                          struct tool_problems *problems);

/* The same for all folders of `places`: first what is shipped, then the person's own. */
void tool_set_read_places(struct tool_set *set, const struct tool_places *places,
                          const struct command_host *host,
                          struct tool_problems *problems);

void tool_problems_clear(struct tool_problems *problems);

#endif
