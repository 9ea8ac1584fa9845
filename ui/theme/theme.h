/*
 * A theme: the look of every role, read from a YAML file that a person has written (or
 * built in: the default theme, which needs no file). The fields of the file are explained
 * in docs/guide/themes.md.
 *
 * Everything that is wrong with a file is found in one walk, each fault with its line and
 * the role it is about. A theme that was read has a look for every role: one that the
 * file does not name is shown like the role that its record names.
 */
#ifndef THEME_THEME_H
#define THEME_THEME_H

#include <stdbool.h>
#include <stddef.h>

#include "src/base/error.h"
#include "src/base/strbuf.h"
#include "src/config/problem.h"
#include "ui/theme/role.h"

/* The name of the built-in theme. */
#define THEME_DEFAULT_NAME "default"

struct theme {
    char *name;  /* as it is chosen: that of the file */
    char *title; /* as people read it */
    char *help;
    char *path; /* of the file; NULL: built in */
    struct style styles[ROLE_COUNT];
};

/* Sets it to the built-in theme. */
void theme_init_default(struct theme *theme);

/* Frees what it owns; a zeroed theme is allowed. */
void theme_clear(struct theme *theme);

/*
 * Reads the text of a file. False if there are problems, which are added to the list; the
 * theme is to be cleared in both cases. Title and help are set, name and path are not.
 */
bool theme_parse(struct theme *theme, const char *bytes, size_t len,
                 struct problem_list *problems);

/*
 * Reads a file as the theme `name`. False with err filled by the first problem (file,
 * line, role); the theme is zeroed then.
 */
bool theme_read(struct theme *theme, const char *name, const char *path,
                struct error *err);

/* Appends the theme as a file that theme_parse reads, each role with its help. */
void theme_write(const struct theme *theme, struct strbuf *out);

#endif
