/*
 * A folder of tools for tests, removed with all that is in it: small commands, each of
 * which writes down with which arguments it ran.
 */
#ifndef SUPPORT_TOOL_FOLDER_H
#define SUPPORT_TOOL_FOLDER_H

#include <stdbool.h>

struct tool_folder {
    char path[64];
};

/* Makes an empty one. A failure of the system ends the test. */
void tool_folder_init(struct tool_folder *folder);
void tool_folder_clear(struct tool_folder *folder);

/* Adds a tool that takes any arguments (`city` has to be text), keeps them in the file
 * "ran.NAME", one call after the other, and then does what the shell script says. */
void tool_folder_add(const struct tool_folder *folder, const char *name,
                     const char *script);

/* The path of a file in it. Caller frees. */
char *tool_folder_path(const struct tool_folder *folder, const char *name);

/* The file's text, "" if it is not there. Caller frees. */
char *tool_folder_read(const struct tool_folder *folder, const char *name);

/* Fails the test unless the file holds this. */
void tool_folder_assert(const struct tool_folder *folder, const char *name,
                        const char *expected);

#endif
