/*
 * A folder of tools for tests, removed with all that is in it: small commands, each of
 * which writes down with which arguments it ran.
 */
#ifndef SUPPORT_SCRIPT_TOOLS_H
#define SUPPORT_SCRIPT_TOOLS_H

#include <stdbool.h>

struct script_tools {
    char path[64];
};

/* Makes an empty one. A failure of the system ends the test. */
void script_tools_init(struct script_tools *folder);
void script_tools_clear(struct script_tools *folder);

/* Adds a tool that takes any arguments (`city` has to be text), keeps them in the file
 * "ran.NAME", one call after the other, and then does what the shell script says. */
void script_tools_add(const struct script_tools *folder, const char *name,
                      const char *script);

/* The path of a file in it. Caller frees. */
char *script_tools_path(const struct script_tools *folder, const char *name);

/* The file's text, "" if it is not there. Caller frees. */
char *script_tools_read(const struct script_tools *folder, const char *name);

/* Fails the test unless the file holds this. */
void script_tools_assert(const struct script_tools *folder, const char *name,
                         const char *expected);

#endif
