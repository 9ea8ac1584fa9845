/*
 * Values are split and checked with the functions that the command line uses, so that
 * both say the same about them.
 */
#include "ui/form.h"

#include <ctype.h>
#include <string.h>

#include "src/base/mem.h"
#include "src/base/text_list.h"
#include "src/prompt/field_check.h"
#include "src/prompt/value_list.h"

/* The longest text of a field. */
#define FORM_TEXT_MAX ((size_t)4 << 20)

/* Rows that are checked whole: attributes and formats may fit one value and not another.
 * Rows behind them are checked when they are made. */
#define FORM_CHECKED_ROWS 200

static const char *const flag_choices[] = {"true", "false", NULL};

/* --- Life ------------------------------------------------------------------------ */

static void form_add_field(struct form *form, const struct template_field *field)
{
    struct form_field *added = &form->fields[form->count++];
    *added = (struct form_field){.field = field, .edit = line_edit_new(FORM_TEXT_MAX)};
    if (field == NULL)
        return;
    const bool is_list = field->type == FIELD_LIST || field->type == FIELD_LISTS;
    if (field->choices != NULL && !is_list)
        added->choices = field->choices;
    else if (field->type == FIELD_FLAG)
        added->choices = (char *const *)flag_choices;
    added->choice_count = texts_count(added->choices);
    added->chosen = added->choice_count;
    if (added->choices != NULL)
        added->ticks = mem_alloc_array(added->choice_count, sizeof(added->ticks[0]));
}

static void form_set_models(struct form *form)
{
    struct strbuf names;
    strbuf_init(&names, STRBUF_OWN_MAX);
    for (char **name = form->template->models; name != NULL && *name != NULL; name++)
        strbuf_append_format(&names, "%s%s", names.len > 0 ? ", " : "", *name);
    form_set(form, form->count - 1, strbuf_text(&names));
    strbuf_clear(&names);
}

struct form *form_new(struct prompt_template *template)
{
    struct form *form = mem_alloc(sizeof(*form));
    form->held = held_template_new(template);
    form->template = template;
    form->fields = mem_alloc_array(template->field_count + 1, sizeof(form->fields[0]));
    for (size_t i = 0; i < template->field_count; i++) {
        const struct template_field *field = &template->fields[i];
        /* The chat so far is nothing that is written into a form. */
        if (field->type == FIELD_MESSAGES)
            continue;
        form_add_field(form, field);
        if (field->origin == FIELD_DEFAULT)
            form_set(form, form->count - 1, field->default_text);
    }
    form_add_field(form, NULL);
    form_set_models(form);
    return form;
}

void form_free(struct form *form)
{
    if (form == NULL)
        return;
    for (size_t i = 0; i < form->count; i++) {
        line_edit_free(form->fields[i].edit);
        mem_free(form->fields[i].ticks);
        mem_free(form->fields[i].error);
    }
    mem_free(form->fields);
    held_template_free(form->held);
    mem_free(form);
}

static size_t form_find_choice(const struct form_field *field, const char *text)
{
    size_t index = 0;
    while (field->choices != NULL && index < field->choice_count &&
           strcmp(field->choices[index], text) != 0)
        index++;
    return index;
}

static void form_take_field(struct form *form, size_t index,
                            const struct form_field *from)
{
    struct form_field *field = &form->fields[index];
    if ((field->choices == NULL) != (from->choices == NULL))
        return;
    field->is_several = from->is_several;
    if (field->choices == NULL) {
        form_set(form, index, line_edit_text(from->edit));
        return;
    }
    for (size_t i = 0; from->choices != NULL && i < from->choice_count; i++) {
        const size_t at = form_find_choice(field, from->choices[i]);
        if (at == field->choice_count)
            continue;
        field->ticks[at] = from->ticks[i];
        if (from->chosen == i)
            field->chosen = at;
    }
}

void form_take_over(struct form *form, const struct form *from)
{
    form->focused = from->focused < form->count ? from->focused : 0;
    form_take_field(form, form->count - 1, &from->fields[from->count - 1]);
    for (size_t i = 0; i + 1 < form->count; i++) {
        for (size_t j = 0; j + 1 < from->count; j++) {
            if (strcmp(form->fields[i].field->name, from->fields[j].field->name) == 0)
                form_take_field(form, i, &from->fields[j]);
        }
    }
}

struct form_field *form_focused(struct form *form)
{
    return &form->fields[form->focused];
}

struct form_field *form_models(struct form *form)
{
    return &form->fields[form->count - 1];
}

/* --- Writing --------------------------------------------------------------------- */

/* Ticks those of the values that are choices. */
static void form_tick_named(struct form_field *field, const char *text)
{
    struct text_list values = {0};
    struct error err = {ERROR_NONE, NULL};
    value_list_split(text, &values, &err);
    for (size_t i = 0; i < values.len && values.len > 1; i++) {
        const size_t index = form_find_choice(field, values.items[i]);
        if (index == field->choice_count)
            continue;
        field->ticks[index] = true;
        if (field->chosen == field->choice_count)
            field->chosen = index;
    }
    text_list_clear(&values);
    error_clear(&err);
}

void form_set(struct form *form, size_t index, const char *text)
{
    struct form_field *field = &form->fields[index];
    if (field->choices == NULL) {
        line_edit_set_text(field->edit, text, strlen(text));
        return;
    }
    memset(field->ticks, 0, field->choice_count * sizeof(field->ticks[0]));
    field->chosen = form_find_choice(field, text);
    if (field->chosen == field->choice_count)
        form_tick_named(field, text);
}

void form_choose(struct form_field *field, int step)
{
    const size_t count = field->choice_count;
    if (count == 0)
        return;
    if (field->chosen == count)
        field->chosen = step > 0 ? 0 : count - 1;
    else
        field->chosen = (field->chosen + (step > 0 ? 1 : count - 1)) % count;
}

bool form_choose_letter(struct form_field *field, char letter)
{
    const size_t count = field->choice_count;
    const int wanted = tolower((unsigned char)letter);
    for (size_t i = 1; i <= count; i++) {
        const size_t start = field->chosen < count ? field->chosen : count - 1;
        const size_t index = (start + i) % count;
        if (tolower((unsigned char)field->choices[index][0]) != wanted)
            continue;
        field->chosen = index;
        return true;
    }
    return false;
}

void form_tick(struct form_field *field)
{
    if (field->chosen < field->choice_count)
        field->ticks[field->chosen] = !field->ticks[field->chosen];
}

/* --- Values ---------------------------------------------------------------------- */

static void form_add_choices(const struct form_field *field, struct text_list *values)
{
    for (size_t i = 0; i < field->choice_count; i++) {
        if (field->ticks[i])
            text_list_add(values, field->choices[i], strlen(field->choices[i]));
    }
    if (values->len == 0 && field->chosen < field->choice_count) {
        const char *chosen = field->choices[field->chosen];
        text_list_add(values, chosen, strlen(chosen));
    }
}

static void form_add_lines(const char *text, struct text_list *values)
{
    while (*text != '\0') {
        const size_t len = strcspn(text, "\n");
        if (strspn(text, " \t") < len)
            text_list_add(values, text, len);
        text += len + (text[len] == '\n');
    }
}

bool form_values(const struct form_field *field, struct text_list *values,
                 struct error *err)
{
    const char *text = line_edit_text(field->edit);
    const bool is_split =
        field->is_several || field->field == NULL || field->field->type == FIELD_NUMBER;
    const bool has_default =
        field->field != NULL && field->field->origin == FIELD_DEFAULT;
    if (field->choices != NULL)
        form_add_choices(field, values);
    else if (text[0] == '\0' && !has_default)
        return true;
    else if (is_split && strchr(text, '\n') != NULL)
        form_add_lines(text, values);
    else if (is_split)
        return value_list_split(text, values, err);
    else
        text_list_add(values, text, strlen(text));
    return true;
}

bool form_is_required(const struct form_field *field)
{
    return field->field != NULL && field->field->origin != FIELD_DEFAULT &&
           field->field->origin != FIELD_FROM_FILE;
}

/* --- Checks ---------------------------------------------------------------------- */

/* Notes the first fault of a field, with the place in the template. */
static void form_fault(const struct form *form, struct form_field *field,
                       struct text_place place, const char *what)
{
    if (field->error != NULL)
        return;
    field->error = place.line > 0 ? strbuf_format("%s (%s.md:%zu)", what,
                                                  form->template->name, place.line)
                                  : mem_strdup(what);
}

/* What has to be said of a field that has no value. NULL: nothing. Caller frees. */
static char *form_missing(const struct template_field *field)
{
    switch (field->origin) {
    case FIELD_DEFAULT:
    case FIELD_FROM_FILE: break;
    case FIELD_ASKED: return mem_strdup("needs a value");
    case FIELD_FROM_INPUT:
        return mem_strdup("comes from standard input in motet run: write it here");
    case FIELD_FROM_COMMAND:
        return mem_strdup("has no value yet: its command has printed none");
    }
    return NULL;
}

static void form_check_field(const struct form *form, struct form_field *field)
{
    struct text_list values = {0};
    struct error err = {ERROR_NONE, NULL};
    const struct text_place place = field->field->place;
    if (!form_values(field, &values, &err))
        form_fault(form, field, place, error_text(&err));
    for (size_t i = 0; i < values.len; i++) {
        char *trouble = field_check_text(field->field, values.items[i], NULL);
        if (trouble != NULL)
            form_fault(form, field, place, trouble);
        mem_free(trouble);
    }
    if (values.len == 0 && form->is_tried) {
        char *missing = form_missing(field->field);
        if (missing != NULL)
            form_fault(form, field, place, missing);
        mem_free(missing);
    }
    text_list_clear(&values);
    error_clear(&err);
}

/* The field that a sentence about the template speaks of, or the first. */
static struct form_field *form_find_named(struct form *form, const char *sentence)
{
    for (size_t i = 0; i + 1 < form->count; i++) {
        char *quoted = strbuf_format("\"%s\"", form->fields[i].field->name);
        const bool is_named = strstr(sentence, quoted) != NULL;
        mem_free(quoted);
        if (is_named)
            return &form->fields[i];
    }
    return &form->fields[0];
}

/* Files could not be read: which field it is shows where the sentence stands, and the
 * template's path would leave no room for the reason. */
static void form_fault_file(struct form *form, const char *sentence)
{
    struct form_field *field = form_find_named(form, sentence);
    char *named = strbuf_format("the field \"%s\": ", field->field->name);
    const char *at = strstr(sentence, named);
    form_fault(form, field, field->field->place,
               at != NULL ? at + strlen(named) : sentence);
    mem_free(named);
}

static void form_check_row(struct form *form, const struct prompt_rows *rows, size_t row)
{
    struct field_values values = {0};
    struct error err = {ERROR_NONE, NULL};
    struct problem_list problems;
    problem_list_init(&problems, form->template->path);
    if (!prompt_rows_fill(rows, row, &values, &err))
        form_fault_file(form, error_text(&err));
    else
        template_check_values(form->template, &values, &problems);
    for (size_t i = 0; i < problems.len; i++)
        form_fault(form, form_find_named(form, problems.items[i].what),
                   problems.items[i].place, problems.items[i].what);
    problem_list_clear(&problems);
    field_values_clear(&values);
    error_clear(&err);
}

static size_t form_count_faults(const struct form *form)
{
    size_t faults = 0;
    for (size_t i = 0; i + 1 < form->count; i++)
        faults += form->fields[i].error != NULL;
    return faults;
}

size_t form_check(struct form *form)
{
    for (size_t i = 0; i + 1 < form->count; i++) {
        mem_free(form->fields[i].error);
        form->fields[i].error = NULL;
        form_check_field(form, &form->fields[i]);
    }
    if (form_count_faults(form) > 0 || !form->is_tried)
        return form_count_faults(form);
    struct prompt_rows *rows = form_make_rows(form);
    const size_t count = prompt_rows_count(rows);
    if (count > PROMPT_ROWS_MAX)
        form_fault(form, form_focused(form), (struct text_place){0, 0},
                   "the values come to more than 100,000 rows");
    for (size_t i = 0; i < count && i < FORM_CHECKED_ROWS; i++) {
        if (form_count_faults(form) == 0)
            form_check_row(form, rows, i);
    }
    prompt_rows_free(rows);
    /* Of the models alone there is nothing to check here. */
    return form_count_faults(form);
}

struct prompt_rows *form_make_rows(const struct form *form)
{
    struct prompt_rows *rows = prompt_rows_new(form->held);
    for (size_t i = 0; i + 1 < form->count; i++) {
        struct text_list values = {0};
        struct error err = {ERROR_NONE, NULL};
        const struct form_field *field = &form->fields[i];
        if (form_values(field, &values, &err) && values.len > 0)
            prompt_rows_give(rows, field->field->name, values.items);
        text_list_clear(&values);
        error_clear(&err);
    }
    return rows;
}
