/*
 * Where tools are looked for: those that come with Motet, and the person's own. Never in
 * the current directory. See base/program_place.h for the former.
 */
#ifndef TOOL_TOOL_PLACES_H
#define TOOL_TOOL_PLACES_H

#include <stddef.h>

#define TOOL_PLACES_MAX 2

struct tool_places {
    char *helper_folder;            /* of motet-tool; NULL: it is not installed */
    char *folders[TOOL_PLACES_MAX]; /* of tools; later ones go before earlier ones */
    size_t len;
    char *rules_file; /* where "always" is written; NULL: there is no home */
};

/* Finds them for a program by its path; NULL: the one that runs. */
void tool_places_init(struct tool_places *places, const char *program);
void tool_places_clear(struct tool_places *places);

#endif
