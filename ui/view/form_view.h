/*
 * A form: fields one below the other with what is wrong with each, beside or below them
 * what would be sent. Takes plain texts; knows nothing of templates. On a small screen
 * the field that has the keys stays in sight and the rest gives way.
 */
#ifndef VIEW_FORM_VIEW_H
#define VIEW_FORM_VIEW_H

#include <stdbool.h>
#include <stddef.h>

#include "ui/edit/line_edit.h"
#include "ui/view/sheet.h"

struct form_view_field {
    const char *name;
    const char *type;        /* "number", "several texts" */
    const char *help;        /* "" for none */
    const char *error;       /* or NULL */
    const char *placeholder; /* shown while the text is empty; or NULL */
    const struct line_edit *edit;
    char *const *choices; /* in the place of a text, or NULL */
    const bool *ticks;
    size_t choice_count;
    size_t chosen;
    size_t value_count; /* told where there are several */
    bool is_required;
};

struct form_view {
    const char *title;
    const struct form_view_field *fields;
    size_t field_count;
    size_t focused;
    bool is_active;        /* its field has the keys: the cursor is shown */
    const char *estimate;  /* a line below everything; "" for none */
    struct sheet *preview; /* what would be sent */
    const char *preview_title;
    size_t preview_first; /* its first row; drawing keeps it in range */
    int preview_shown;    /* the rows of it that were drawn last */
};

void form_view_draw(struct form_view *view, struct canvas *canvas, struct rect rect);

#endif
