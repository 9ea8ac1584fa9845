/*
 * The themes there are: files NAME.yaml in a list of folders, and the built-in one. Only
 * names and places are kept; a file is read when its theme is wanted.
 */
#ifndef THEME_THEME_SET_H
#define THEME_THEME_SET_H

#include <stdbool.h>
#include <stddef.h>

#include "src/base/error.h"
#include "ui/theme/theme.h"

struct theme_entry {
    char *name;
    char *path; /* NULL: built in */
};

struct theme_set {
    struct theme_entry *items; /* the default theme first, the others by name */
    size_t len;
    size_t cap;
};

/* Looks into the person's own folder, then among what comes with the program (by its
 * path; NULL: the one that runs). */
void theme_set_init(struct theme_set *set, const char *program);

/* Adds the themes of a folder whose names are not there yet. One that is missing is
 * empty. */
void theme_set_add_folder(struct theme_set *set, const char *folder);

void theme_set_clear(struct theme_set *set);

/* The place of the theme in `items`, or `len`. */
size_t theme_set_find(const struct theme_set *set, const char *name);

/*
 * Reads the theme of that name; NULL is the default theme. False with err filled when
 * there is none ("did you mean …") or its file has problems; the theme is zeroed then.
 */
bool theme_set_read(const struct theme_set *set, const char *name, struct theme *theme,
                    struct error *err);

/* Looks for the name where theme_set_init looks, and into no file. False with err filled
 * ("did you mean …") when there is no theme of that name. */
bool theme_set_check_name(const char *name, struct error *err);

#endif
