/*
 * A template being written by an import: header lines, fields and messages are added in
 * any order, then it is finished and read once, so that nothing faulty comes out.
 */
#ifndef PROMPT_IMPORT_DRAFT_H
#define PROMPT_IMPORT_DRAFT_H

#include <stdbool.h>
#include <stddef.h>

#include "src/base/compiler.h"
#include "src/base/strbuf.h"
#include "src/base/text_list.h"
#include "src/config/yaml_file.h"
#include "src/prompt/prompt_import.h"

struct import_draft {
    char *name;
    struct strbuf header; /* lines */
    struct strbuf params; /* lines below "params:" */
    struct strbuf fields; /* lines below "fields:" */
    struct strbuf body;
    struct text_list field_names;
    struct text_list notes;
};

void import_draft_init(struct import_draft *draft, const char *name, size_t name_len);
void import_draft_clear(struct import_draft *draft);

/* Adds a sentence on what was not carried over. */
void import_draft_note(struct import_draft *draft, const char *format, ...)
    LIKE_PRINTF(2, 3);

/* Adds "NAME: "text"" to the header. */
void import_draft_set(struct import_draft *draft, const char *name, const char *text);

/* Adds the model that the prompt is for. */
void import_draft_set_model(struct import_draft *draft, const char *model);

/* Adds a parameter, or a note if there is none of that name and value. */
void import_draft_set_param(struct import_draft *draft, const char *name,
                            const struct yaml_value *value);

/* Appends {NAME} to a text, and sees to it that the header has the field. `rest` is what
 * stands behind its name: "{default: "x"}"; NULL: "text". */
void import_draft_use_field(struct import_draft *draft, struct strbuf *text,
                            const char *name, const char *rest);

/* Adds a message: text in which braces are doubled already. `role` is "SYSTEM" … */
void import_draft_add_message(struct import_draft *draft, const char *role,
                              const char *text);

/* Appends a byte of foreign text: braces are doubled. */
void import_draft_append(struct strbuf *text, char byte);

/* Puts it all together and adds it to the list. False with problems added. */
bool import_draft_finish(struct import_draft *draft, struct import_list *list,
                         struct problem_list *problems);

/* The readers of each form; `stem` is the file's name without its end. */
bool import_llm(const char *stem, const struct yaml_value *root, struct import_list *list,
                struct problem_list *problems);
bool import_aichat_roles(const struct yaml_value *root, struct import_list *list,
                         struct problem_list *problems);
bool import_aichat_role(const char *stem, const char *bytes, size_t len,
                        struct import_list *list, struct problem_list *problems);

#endif
