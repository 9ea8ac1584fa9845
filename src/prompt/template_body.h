/*
 * The body of a template: messages, each cut into literal text and the places of fields.
 * Reading it settles the types of fields that the header leaves open: what is used as a
 * list is one. Pure; docs/guide/prompts.md describes the form.
 */
#ifndef PROMPT_TEMPLATE_BODY_H
#define PROMPT_TEMPLATE_BODY_H

#include <stdbool.h>
#include <stddef.h>

#include "src/chat/message.h"
#include "src/prompt/format_spec.h"
#include "src/prompt/template.h"

/* How a value stands in the text. */
enum body_form {
    BODY_PLAIN,
    BODY_LIST,  /* each item on a line of its own */
    BODY_LISTS, /* an empty line between the lists */
    BODY_TEXTS, /* a part of the message for the text, or for each item */
    BODY_FILES,
    BODY_IMAGES
};

struct body_piece {
    char *text; /* literal, or NULL: a field */
    size_t len;
    size_t field; /* its number in the template */
    char **path;  /* of {field.attribute}, ends with NULL; or NULL */
    enum body_form form;
    struct format_spec format;
    char *shown; /* "{price:.2f}" */
    struct text_place place;
};

struct body_message {
    enum message_author author;
    bool is_history; /* MESSAGES: its one piece, if any, is the field */
    struct body_piece *pieces;
    size_t len;
    size_t cap;
    struct text_place place;
};

struct template_body {
    struct body_message *messages;
    size_t len;
    size_t cap;
};

/* Bytes of a template's file. */
struct body_source {
    const char *text; /* lines end with LF */
    size_t len;
    size_t first_line;
};

/* Reads the header's system text, which begins at `place`, into a first message. */
void template_body_add_system(struct prompt_template *template, struct text_place place,
                              struct problem_list *problems);

/* Reads the body into messages; fields that the header does not have are added. */
void template_body_parse(struct prompt_template *template,
                         const struct body_source *source, struct problem_list *problems);

/* Checks what can only be seen at the end: forms and types, fields that nobody uses, the
 * order of messages. */
void template_body_finish(struct prompt_template *template,
                          struct problem_list *problems);

void template_body_free(struct template_body *body);

#endif
