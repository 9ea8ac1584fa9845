/*
 * The pages that are made from the program's own tables: each function appends one whole
 * file. What a table says is said nowhere else, so a page cannot fall behind it; `make
 * docs` writes them all, and a test compares them with those in the tree.
 */
#ifndef REFERENCE_REFERENCE_H
#define REFERENCE_REFERENCE_H

#include <stdbool.h>
#include <stddef.h>

#include "src/base/strbuf.h"
#include "src/cli/command.h"

/* docs/reference/, in reference_pages.c */
void reference_write_keys(struct strbuf *out);
void reference_write_options(struct strbuf *out);
void reference_write_errors(struct strbuf *out);
void reference_write_demo_models(struct strbuf *out);

/* man/motet.1, in reference_manual.c */
void reference_write_manual(struct strbuf *out);

/* completions/, in reference_shell.c */
void reference_write_bash(struct strbuf *out);
void reference_write_zsh(struct strbuf *out);
void reference_write_fish(struct strbuf *out);

/* Option number `index` of the whole program; false past the end. */
bool reference_option(size_t index, struct option_line *line);

/* True if the command takes the option. */
bool reference_command_takes(const struct command *command, const char *option);

/* Appends the commands that take the option, "motet, motet demo"; nothing if all do. */
void reference_append_commands(struct strbuf *out, const char *option);

/* Appends the range of a parameter, "0 to 2", or the words it may be. */
void reference_append_range(struct strbuf *out, const struct param_info *info);

/* The exit codes in order, -1 at the end, and what each means. */
extern const int reference_exit_codes[];
const char *reference_exit_meaning(enum exit_code code);

/* Appends the error classes that end with this code, separated by commas. */
void reference_append_classes(struct strbuf *out, enum exit_code code);

#endif
