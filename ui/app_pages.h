/*
 * The part of struct app that has to do with prompt templates: the form, what
 * sending it comes to, and the matrix. A page stands in the place of the panes and of the
 * composer. For the files ui/app*.c only.
 */
#ifndef UI_APP_PAGES_H
#define UI_APP_PAGES_H

#include "src/engine/engine.h"
#include "src/prompt/template_folder.h"
#include "ui/actions.h"
#include "ui/edit/key.h"
#include "ui/form.h"
#include "ui/matrix.h"
#include "ui/pane.h"
#include "ui/view/matrix_view.h"
#include "ui/view/sheet.h"

struct app;
struct field_commands;

enum page { PAGE_PANES, PAGE_FORM, PAGE_MATRIX };

/* Where the rows of a form go. */
enum plan_kind {
    PLAN_CHATS, /* one row, to panes that are there (or new ones where they do not fit) */
    PLAN_PANES, /* a new pane for each row and model */
    PLAN_MATRIX
};

/* A model that a form is sent to. */
struct plan_model {
    struct chat_setup setup; /* strings owned */
    struct param_list params;
    size_t pane; /* whose chat takes it; SIZE_MAX: a new one */
};

struct app_plan {
    enum plan_kind kind;
    struct prompt_rows *rows;
    size_t row_count;
    struct plan_model *models;
    size_t model_count;
    int64_t input_tokens; /* about, of all requests; -1: cannot be told yet */
    int64_t output_tokens;
    double cost;   /* negative: a price is not known */
    char *trouble; /* with the models, or NULL */
};

/* Which keys a form is sent with. */
enum plan_wish { WISH_ENTER, WISH_FOCUSED, WISH_MATRIX };

struct app_form {
    struct form *form;   /* kept while it is not shown; or NULL */
    bool is_of_composer; /* the composer's text has led to it, and goes when it is sent */
    struct app_plan plan; /* of Enter */
    struct sheet preview;
    char *preview_title;
    size_t preview_first;
    int preview_shown;
    char *estimate;
    char *hint;
    struct field_commands *commands; /* that print values of fields; or NULL */
};

struct app_matrix {
    struct matrix *matrix; /* or NULL */
    char *title;
    struct matrix_layout layout; /* as drawn last */
    bool *dirty;                 /* cells in sight, row by row, that have changed */
    bool is_all_dirty;
    bool is_line_dirty;
    int64_t line_ms; /* when the line of sums was written last */
    char *line;
    struct line_edit *path; /* of an export, while it is asked for; otherwise NULL */
    bool is_overwriting;    /* Enter was pressed for a file that is there */
    int label_width;
    struct sheet answer; /* of the overlay */
    bool is_answer_stale;
    size_t answer_first;
    int answer_shown;
    size_t answer_row;
    size_t answer_column;
};

/* app_form.c */
/* Takes the template, and the text for its first field ("" for none). */
void app_open_form(struct app *app, struct prompt_template *template, const char *text);
void app_form_key(struct app *app, const struct key *key);
void app_form_paste(struct app *app, const char *text, size_t len);
void app_form_add_model(struct app *app, const char *name);
void app_paint_form(struct app *app, struct rect room);
const char *app_form_hint(const struct app *app);
void app_clear_form(struct app *app);

/* app_plan.c */
/* What sending the form would do; the plan is to be cleared. False with `trouble` set
 * where it cannot be. */
bool app_make_plan(struct app *app, enum plan_wish wish, struct app_plan *plan);
void app_clear_plan(struct app_plan *plan);
/* Carries it out; false with a notice where it could not be. Takes the plan's rows. */
bool app_carry_out(struct app *app, struct app_plan *plan);

/* app_schema.c */
/* The pane's answers have to fit it from now on; NULL: they need not. */
void app_expect_schema(struct pane *pane, const char *schema);
/* The chat's answer is there: if it is to fit a schema and does not, it goes back to the
 * model, or fails. */
void app_check_schema(struct app *app, chat_id id);

/* app_matrix.c */
void app_open_matrix(struct app *app);
/* What would be lost with another one; NULL: nothing. */
const char *app_matrix_loss(struct app *app);
void app_mark_cell(struct app *app, size_t row, size_t column, bool is_whole);
bool app_matrix_hear(struct app *app, const struct engine_event *event);
void app_matrix_act(struct app *app, enum action action, const struct key *key);
void app_matrix_key(struct app *app, const struct key *key);
void app_matrix_paste(struct app *app, const char *text, size_t len);
void app_matrix_tick(struct app *app);
void app_paint_matrix(struct app *app, struct rect room);
const char *app_matrix_hint(struct app *app);
/* The chat of a pane that is closed stays with its cell; true if it does. */
bool app_matrix_keeps(const struct app *app, const struct pane *pane);
/* Opens the cell whose chat this is as a pane. */
bool app_open_cell_of(struct app *app, chat_id chat);
void app_clear_matrix(struct app *app);

/* app_matrix_out.c */
void app_ask_export(struct app *app);
void app_paint_export(struct app *app, struct rect rect);
void app_export_key(struct app *app, const struct key *key);
void app_open_whole(struct app *app);
void app_refresh_whole(struct app *app);
void app_whole_key(struct app *app, const struct key *key);
void app_paint_whole(struct app *app, struct rect room);

#endif
