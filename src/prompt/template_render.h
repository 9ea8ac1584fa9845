/*
 * A template and its values made into messages. Pure. What is missing, unknown or of the
 * wrong type is an error before anything is sent: it names the template's file, the line
 * and the field.
 */
#ifndef PROMPT_TEMPLATE_RENDER_H
#define PROMPT_TEMPLATE_RENDER_H

#include <stdbool.h>
#include <stddef.h>

#include "src/base/error.h"
#include "src/prompt/field_value.h"
#include "src/prompt/template.h"

/* What a template comes to. The messages have no ids and no parents; the last one is the
 * user's. */
struct rendered_prompt {
    char *system; /* all SYSTEM: messages and the header's, or NULL */
    struct message **messages;
    size_t message_count;
    bool has_history;  /* a MESSAGES: line says where the chat so far goes: … */
    size_t history_at; /* … before this message */
};

/* False with err filled, and nothing to clear, if it cannot be made. */
bool template_render(const struct prompt_template *template,
                     const struct field_values *values, struct rendered_prompt *prompt,
                     struct error *err);
void rendered_prompt_clear(struct rendered_prompt *prompt);

/* The values checked and nothing made. All problems, each with its place. */
bool template_check_values(const struct prompt_template *template,
                           const struct field_values *values,
                           struct problem_list *problems);

#endif
