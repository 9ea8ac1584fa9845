/*
 * A prompt template as plain data: its header (what it is for, its fields, what it is run
 * with) and its body, cut into the messages and pieces that template_render.h fills.
 * docs/guide/prompts.md describes the file. Knows no values and reads no other file.
 */
#ifndef PROMPT_TEMPLATE_H
#define PROMPT_TEMPLATE_H

#include <stdbool.h>
#include <stddef.h>

#include "src/chat/message.h"
#include "src/config/problem.h"

/* What a field takes. */
enum field_type {
    FIELD_TEXT,
    FIELD_NUMBER,
    FIELD_FLAG,
    FIELD_LIST,    /* texts, each on a line of its own */
    FIELD_LISTS,   /* lists, an empty line between */
    FIELD_FILE,    /* a file whose text stands in the place */
    FIELD_IMAGE,   /* a picture */
    FIELD_MESSAGES /* a conversation so far: MESSAGES: {history} */
};

/* Where a value comes from when nobody gives one. */
enum field_origin {
    FIELD_ASKED,   /* nowhere: it has to be given */
    FIELD_DEFAULT, /* default_text */
    FIELD_FROM_FILE,
    FIELD_FROM_INPUT, /* standard input */
    FIELD_FROM_COMMAND
};

struct template_field {
    char *name;
    enum field_type type;
    enum field_origin origin;
    char *default_text; /* of FIELD_DEFAULT, or the path of FIELD_FROM_FILE */
    char **command;     /* argv of FIELD_FROM_COMMAND, ends with NULL */
    char **choices;     /* the only values there may be, ends with NULL; or NULL */
    char *help;         /* or NULL */
    bool takes_many;    /* of files and pictures: several in one value */
    bool is_declared;   /* stands in the header; or is only used in the body */
    bool is_typed;      /* the header names the type, or the body's use does */
    bool is_used;       /* the body, or the header's system text, has it */
    struct text_place place;
};

struct template_body; /* see template_body.h */

/* Lists of texts end with NULL and may be NULL. */
struct prompt_template {
    char *name; /* of the file, without ".md" */
    char *path;
    char *description;             /* "" if none */
    struct template_field *fields; /* in the order of the header, then of the body */
    size_t field_count;
    char **models;
    char *system;  /* as it is written, with its {fields}; or NULL */
    char **params; /* "NAME=VALUE" */
    char **tools;  /* or NULL: as for any chat */
    char *schema;  /* JSON Schema of the answer as text, or NULL */
    struct template_body *body;
};

/* The file's ceiling. */
#define TEMPLATE_MAX_BYTES ((size_t)1 << 20)

/* Reads a template; NULL with problems added if it has a fault. */
struct prompt_template *template_parse(const char *path, const char *bytes, size_t len,
                                       struct problem_list *problems);
void template_free(struct prompt_template *template);

/* The word for a type in a header: "text", "number", … */
const char *field_type_name(enum field_type type);

/* The field of that name, or NULL. */
const struct template_field *template_find_field(const struct prompt_template *template,
                                                 const char *name);

#endif
