/*
 * A template while it is filled in: for each field the text written so far, one value or
 * several, and what is wrong with it. Its last field is the models. Knows neither screen
 * nor keys, and sends nothing.
 *
 * One value or several: a field with choices has those that are ticked, or the chosen
 * one; numbers have commas or lines between; any other field is one value as it stands
 * until `is_several` is set, for a comma or a line end may well belong to a text.
 */
#ifndef UI_FORM_H
#define UI_FORM_H

#include <stdbool.h>
#include <stddef.h>

#include "src/base/text_list.h"
#include "ui/edit/line_edit.h"
#include "ui/prompt_rows.h"

struct form_field {
    const struct template_field *field; /* NULL: the models */
    struct line_edit *edit;             /* unused where there are choices */
    char *const *choices;               /* borrowed, ends with NULL; NULL: any text */
    bool *ticks;                        /* one a choice */
    size_t choice_count;
    size_t chosen; /* choice_count: none yet */
    bool is_several;
    char *error; /* or NULL */
};

struct form {
    struct held_template *held;
    const struct prompt_template *template;
    struct form_field *fields;
    size_t count;
    size_t focused;
    bool is_tried; /* it was to be sent: what is missing is a fault from now on */
};

/* Takes the template. Fields begin with their defaults, the models with the template's.
 */
struct form *form_new(struct prompt_template *template);
void form_free(struct form *form);

/* Takes over what was written into another form of the same template, as far as the
 * fields are the same. */
void form_take_over(struct form *form, const struct form *from);

struct form_field *form_focused(struct form *form);
struct form_field *form_models(struct form *form);

/* Writes a text into a field; of choices it chooses, or ticks, those that it names. */
void form_set(struct form *form, size_t index, const char *text);

/* Chooses the choice `step` further, round the ends. */
void form_choose(struct form_field *field, int step);

/* Chooses the next choice that begins with the character; false if none does. */
bool form_choose_letter(struct form_field *field, char letter);

/* Ticks the chosen choice, or not. */
void form_tick(struct form_field *field);

/* The values of a field; none where it is empty and need not be given. False with err
 * filled if they cannot be told apart. */
bool form_values(const struct form_field *field, struct text_list *values,
                 struct error *err);

/* True if nobody can go without a value for it. */
bool form_is_required(const struct form_field *field);

/*
 * Looks at all fields but the models, notes what is wrong with each (the template's place
 * with it) and returns how many faults there are. What is missing counts only once the
 * form was tried.
 */
size_t form_check(struct form *form);

/* The rows of the values as they stand. A field whose values cannot be told apart, or
 * that is empty, is left out. Caller frees. */
struct prompt_rows *form_make_rows(const struct form *form);

#endif
