/*
 * Where templates are: those that come with Motet and the person's own, which go before
 * them; or anywhere, by path. Never in the current directory by name alone.
 */
#ifndef PROMPT_TEMPLATE_FOLDER_H
#define PROMPT_TEMPLATE_FOLDER_H

#include <stdbool.h>
#include <stddef.h>

#include "src/prompt/template.h"

#define TEMPLATE_PLACES_MAX 2

/* The most templates that are listed of a folder. */
#define TEMPLATE_FOLDER_MAX 1000

struct template_places {
    char *folders[TEMPLATE_PLACES_MAX]; /* later ones go before earlier ones */
    size_t len;
};

/* Finds them for a program by its path; NULL: the one that runs. */
void template_places_init(struct template_places *places, const char *program);
void template_places_clear(struct template_places *places);

/* A template's file, not read yet. */
struct template_entry {
    char *name;
    char *path;
    bool is_own; /* the person's, or one that comes with Motet */
};

struct template_list {
    struct template_entry *items; /* by name; each name once */
    size_t len;
    size_t cap;
};

/* Lists the *.md files of all places into an empty list. A folder that is not there has
 * none. */
void template_list_read(struct template_list *list, const struct template_places *places);
void template_list_clear(struct template_list *list);

/*
 * Finds a template by its name, or by a path (a text with a '/' or that ends with ".md"),
 * reads and parses it. NULL, with the reason among the problems; `problems` is
 * initialised here for the file that was found, and is the caller's to clear in any case.
 */
struct prompt_template *template_open(const struct template_places *places,
                                      const char *name, struct problem_list *problems);

#endif
