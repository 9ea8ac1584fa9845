/*
 * Prompts of other programs made into templates: YAML templates of llm, and roles of
 * aichat (a Markdown file, or a YAML list of them). What cannot be carried over becomes a
 * note. What comes out is a template without faults. Pure: files are the caller's.
 */
#ifndef PROMPT_PROMPT_IMPORT_H
#define PROMPT_PROMPT_IMPORT_H

#include <stdbool.h>
#include <stddef.h>

#include "src/base/text_list.h"
#include "src/config/problem.h"

struct imported_prompt {
    char *name;             /* for the file, without ".md": letters, digits, '-', '_' */
    char *text;             /* of the file */
    struct text_list notes; /* sentences on what was left out or has to be looked at */
};

struct import_list {
    struct imported_prompt *items;
    size_t len;
    size_t cap;
};

/* The most a file may have. */
#define IMPORT_MAX_BYTES ((size_t)1 << 20)

/* Adds what the file holds to the list; its name says what it is: *.yaml and *.yml, or
 * *.md. False with problems added, and nothing added to the list, if it is none of these
 * prompts. */
bool prompt_import(const char *path, const char *bytes, size_t len,
                   struct import_list *list, struct problem_list *problems);
void import_list_clear(struct import_list *list);

#endif
