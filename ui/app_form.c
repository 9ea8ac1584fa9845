/*
 * The page of a form: its keys, what it shows beside the fields, and sending. After each
 * key everything is looked at anew, fields, plan and preview: a form is small, and only
 * so does the screen never say what is no longer true.
 */
#include <string.h>

#include "src/base/clock.h"
#include "src/base/mem.h"
#include "src/base/text_list.h"
#include "src/base/utf8.h"
#include "src/engine/field_command.h"
#include "ui/app_state.h"
#include "ui/view/form_view.h"

/* So many requests at once ask for a second press whatever they cost. */
#define FORM_ASK_REQUESTS 200

/* Of a message so much is shown. */
#define PREVIEW_MAX ((size_t)64 << 10)

/* --- Preview --------------------------------------------------------------------- */

static void preview_message(struct sheet *sheet, const struct message *message)
{
    static const char *const authors[] = {"system", "you", "assistant", "tool"};
    sheet_begin(sheet, ROLE_DIM, 0);
    sheet_append_line(sheet, authors[message->author], 20);
    for (size_t i = 0; i < message->part_count; i++) {
        const struct part *part = &message->parts[i];
        const size_t most = part->text.len < PREVIEW_MAX ? part->text.len : PREVIEW_MAX;
        sheet_begin(sheet, ROLE_TEXT, 2);
        if (part->kind == PART_TEXT) {
            sheet_append(sheet, strbuf_text(&part->text), most);
        } else {
            sheet_append_line(sheet, "+ ", 2);
            sheet_append(sheet, " ", 1);
            sheet_append_line(sheet, part->name != NULL ? part->name : "", 200);
        }
    }
}

static void preview_prompt(struct sheet *sheet, const struct rendered_prompt *prompt)
{
    if (prompt->system != NULL) {
        sheet_begin(sheet, ROLE_DIM, 0);
        sheet_append_line(sheet, "system", 20);
        sheet_begin(sheet, ROLE_TEXT, 2);
        sheet_append(sheet, prompt->system, strlen(prompt->system));
    }
    for (size_t i = 0; i < prompt->message_count; i++) {
        if (prompt->has_history && prompt->history_at == i) {
            sheet_begin(sheet, ROLE_DIM, 0);
            sheet_append_line(sheet, "(the conversation so far)", 40);
        }
        preview_message(sheet, prompt->messages[i]);
    }
}

/* Fields that have no value yet stand in the text by their names. */
static bool preview_with_names(const struct form *form, struct rendered_prompt *prompt)
{
    struct prompt_rows *rows = form_make_rows(form);
    struct error err = {ERROR_NONE, NULL};
    for (size_t i = 0; i + 1 < form->count; i++) {
        const char *name = form->fields[i].field->name;
        char *shown = strbuf_format("{%s}", name);
        char *const values[] = {shown, NULL};
        if (prompt_rows_value(rows, 0, name) == NULL)
            prompt_rows_give(rows, name, values);
        mem_free(shown);
    }
    const bool ok = prompt_rows_count(rows) <= PROMPT_ROWS_MAX &&
                    prompt_rows_render(rows, 0, prompt, &err);
    error_clear(&err);
    prompt_rows_free(rows);
    return ok;
}

static void form_fill_preview(struct app_form *page)
{
    struct rendered_prompt prompt;
    sheet_reset(&page->preview);
    mem_free(page->preview_title);
    page->preview_title =
        page->plan.row_count > 1
            ? strbuf_format("what is sent, the first of %zu", page->plan.row_count)
            : mem_strdup("what is sent");
    if (preview_with_names(page->form, &prompt)) {
        preview_prompt(&page->preview, &prompt);
        rendered_prompt_clear(&prompt);
        return;
    }
    sheet_begin(&page->preview, ROLE_DIM, 0);
    sheet_append_line(&page->preview, "to be seen once the fields are right", 80);
}

/* --- Estimate and hint ----------------------------------------------------------- */

static void append_plural(struct strbuf *out, size_t count, const char *word)
{
    strbuf_append_format(out, "%zu %s%s", count, word, count == 1 ? "" : "s");
}

/* "8 requests · about 240 tokens in, 4000 out · about $0.0021" */
static void form_append_estimate(const struct app_plan *plan, struct strbuf *out)
{
    append_plural(out, plan->row_count * plan->model_count, "request");
    if (plan->input_tokens > 0)
        strbuf_append_format(out, " \xc2\xb7 about %lld tokens in, %lld out",
                             (long long)plan->input_tokens,
                             (long long)plan->output_tokens);
    if (plan->cost > 0) {
        strbuf_append_text(out, " \xc2\xb7 about ");
        pane_append_money(plan->cost, out);
    } else if (plan->cost < 0) {
        strbuf_append_text(out, " \xc2\xb7 price not known");
    }
}

static void form_append_target(const struct app *app, struct strbuf *out)
{
    const struct app_plan *plan = &app->form.plan;
    size_t new_panes = 0;
    if (plan->trouble != NULL) {
        strbuf_append_text(out, "cannot be sent yet");
        return;
    }
    switch (plan->kind) {
    case PLAN_MATRIX: strbuf_append_text(out, "the matrix"); return;
    case PLAN_PANES: new_panes = plan->row_count * plan->model_count; break;
    case PLAN_CHATS:
        for (size_t i = 0; i < plan->model_count; i++)
            new_panes += plan->models[i].pane == SIZE_MAX;
        break;
    }
    if (new_panes < plan->model_count && plan->kind == PLAN_CHATS)
        append_plural(out, plan->model_count - new_panes, "pane");
    if (new_panes > 0 && new_panes < plan->model_count && plan->kind == PLAN_CHATS)
        strbuf_append_text(out, " + ");
    if (new_panes > 0)
        append_plural(out, new_panes, "new pane");
}

static void form_fill_hint(struct app *app)
{
    struct app_form *page = &app->form;
    struct strbuf hint;
    strbuf_init(&hint, STRBUF_OWN_MAX);
    strbuf_append_format(&hint, "%s: ", app_say(app, "{send}"));
    form_append_target(app, &hint);
    if (line_edit_len(form_models(page->form)->edit) == 0 && app->pane_count > 1)
        strbuf_append_format(&hint, "  %s: focused", app_say(app, "{send-focused}"));
    strbuf_append_format(&hint, "  %s: matrix  ", app_say(app, "{matrix}"));
    const struct form_field *field = form_focused(page->form);
    if (field->choices != NULL)
        strbuf_append_text(&hint, "\xe2\x97\x82\xe2\x96\xb8 choose  Space: several  ");
    else if (field->field != NULL && field->field->type != FIELD_NUMBER)
        strbuf_append_text(&hint,
                           field->is_several ? "Alt-v: one value  " : "Alt-v: several  ");
    else if (field->field == NULL)
        strbuf_append_format(&hint, "%s: add one  ", app_say(app, "{model}"));
    strbuf_append_text(&hint, "Tab: next  Esc ");
    mem_free(page->hint);
    page->hint = strbuf_take(&hint);
}

static void form_refresh(struct app *app)
{
    struct app_form *page = &app->form;
    struct strbuf estimate;
    strbuf_init(&estimate, STRBUF_OWN_MAX);
    form_check(page->form);
    app_clear_plan(&page->plan);
    if (app_make_plan(app, WISH_ENTER, &page->plan))
        form_append_estimate(&page->plan, &estimate);
    struct form_field *models = form_models(page->form);
    mem_free(models->error);
    models->error = mem_strdup(page->plan.trouble);
    mem_free(page->estimate);
    page->estimate = strbuf_take(&estimate);
    form_fill_preview(page);
    form_fill_hint(app);
    app_mark_all(app);
}

/* --- Life ------------------------------------------------------------------------ */

void app_clear_form(struct app *app)
{
    struct app_form *page = &app->form;
    field_commands_free(page->commands);
    form_free(page->form);
    app_clear_plan(&page->plan);
    sheet_clear(&page->preview);
    mem_free(page->preview_title);
    mem_free(page->estimate);
    mem_free(page->hint);
    *page = (struct app_form){0};
    sheet_init(&page->preview);
}

/* What commands have printed goes into the fields that are empty still. */
static void form_on_printed(void *user, const struct field_values *values,
                            const struct error *err)
{
    struct app *app = user;
    struct form *form = app->form.form;
    if (err != NULL)
        app_notify(app, error_text(err));
    for (size_t i = 0; i + 1 < form->count; i++) {
        const struct form_field *field = &form->fields[i];
        const struct field_value *value =
            err == NULL ? field_values_find(values, field->field->name) : NULL;
        if (field->field->origin == FIELD_FROM_COMMAND && value != NULL &&
            field->choices == NULL && line_edit_len(field->edit) == 0)
            form_set(form, i, value->text);
    }
    form_refresh(app);
    app_draw_now(app);
}

/* Runs the commands of the fields that are empty. */
static void form_run_commands(struct app *app)
{
    const struct form *form = app->form.form;
    struct prompt_rows *rows = form_make_rows(form);
    struct field_values given = {0};
    struct error err = {ERROR_NONE, NULL};
    for (size_t i = 0; i + 1 < form->count; i++) {
        const char *name = form->fields[i].field->name;
        const char *value = prompt_rows_value(rows, 0, name);
        if (value != NULL)
            field_values_set(&given, name, value, "the form");
    }
    if (field_commands_are_needed(form->template, &given)) {
        const char **key_variables = catalog_get_key_variables(app->options.catalog);
        app->form.commands = field_commands_start(
            &(struct field_commands_options){.loop = app->loop,
                                             .template = form->template,
                                             .given = &given,
                                             .key_variables = key_variables,
                                             .on_done = form_on_printed,
                                             .user = app},
            &err);
        mem_free(key_variables);
        if (app->form.commands == NULL)
            app_notify(app, error_text(&err));
    }
    error_clear(&err);
    field_values_clear(&given);
    prompt_rows_free(rows);
}

/* What was written into the form of this template before is still there. */
void app_open_form(struct app *app, struct prompt_template *template, const char *text)
{
    struct app_form *page = &app->form;
    const bool is_known =
        page->form != NULL && strcmp(page->form->template->path, template->path) == 0;
    struct form *form = form_new(template);
    if (is_known)
        form_take_over(form, page->form);
    app_clear_form(app);
    page->form = form;
    if (text[0] != '\0') {
        form_set(form, 0, text);
        form->fields[0].is_several = false;
    }
    app->page = PAGE_FORM;
    app_focus_call(app, 0);
    form_run_commands(app);
    form_refresh(app);
}

static void form_leave(struct app *app)
{
    app->page = PAGE_PANES;
    app_guard_call(app);
    app_mark_all(app);
}

/* --- Sending --------------------------------------------------------------------- */

static void form_go_to_fault(struct app *app)
{
    struct form *form = app->form.form;
    for (size_t i = 0; i < form->count; i++) {
        if (form->fields[i].error == NULL)
            continue;
        char *text = strbuf_format(
            "not sent: %s %s",
            form->fields[i].field != NULL ? form->fields[i].field->name : "models:",
            form->fields[i].error);
        form->focused = i;
        app_notify(app, text);
        mem_free(text);
        return;
    }
}

/* False where a second press is to confirm what it may take, or what goes for it. */
static bool form_may_send(struct app *app, const struct app_plan *plan)
{
    const size_t requests = plan->row_count * plan->model_count;
    const bool is_dear = app->options.ask_above >= 0 && requests > 1 &&
                         plan->cost > app->options.ask_above;
    const bool is_big = is_dear || requests >= FORM_ASK_REQUESTS;
    const char *loss = plan->kind == PLAN_MATRIX ? app_matrix_loss(app) : NULL;
    struct strbuf text;
    if (!is_big && loss == NULL)
        return true;
    strbuf_init(&text, STRBUF_OWN_MAX);
    if (is_big)
        form_append_estimate(plan, &text);
    if (loss != NULL)
        strbuf_append_format(&text, "%s%s", text.len > 0 ? "; " : "", loss);
    strbuf_append_text(&text, is_big ? ": press again to send" : ": press again");
    const bool is_confirmed = app_is_confirmed(app, ACTION_SEND, strbuf_text(&text));
    strbuf_clear(&text);
    return is_confirmed;
}

/* The composer's text has become what was sent. */
static void form_is_sent(struct app *app)
{
    if (!app->form.is_of_composer)
        return;
    app->form.is_of_composer = false;
    history_add(app->history, line_edit_text(app->edit));
    app_draft_is_sent(app);
}

static void form_send(struct app *app, enum plan_wish wish)
{
    struct app_plan plan;
    app->form.form->is_tried = true;
    form_refresh(app);
    if (form_check(app->form.form) > 0) {
        form_go_to_fault(app);
        return;
    }
    if (!app_make_plan(app, wish, &plan)) {
        struct form_field *models = form_models(app->form.form);
        mem_free(models->error);
        models->error = mem_strdup(plan.trouble);
        form_go_to_fault(app);
    } else if (form_may_send(app, &plan)) {
        app->armed = ACTION_NONE;
        form_leave(app);
        if (app_carry_out(app, &plan))
            form_is_sent(app);
    }
    app_clear_plan(&plan);
}

/* --- Keys ------------------------------------------------------------------------ */

static void form_step(struct app *app, size_t step)
{
    struct form *form = app->form.form;
    form->focused = (form->focused + step) % form->count;
}

/* Switches a text between one value and several. */
static void form_toggle_several(struct app *app)
{
    struct form_field *field = form_focused(app->form.form);
    if (field->field == NULL || field->choices != NULL ||
        field->field->type == FIELD_NUMBER)
        app_notify(app, "this field takes several values in any case");
    else
        field->is_several = !field->is_several;
}

static bool form_choice_key(struct app *app, const struct key *key)
{
    struct form_field *field = form_focused(app->form.form);
    const bool is_rune = key->code == INPUT_RUNE && key->mods == 0;
    if (field->choices == NULL)
        return false;
    if (key->code == INPUT_LEFT || key->code == INPUT_RIGHT)
        form_choose(field, key->code == INPUT_LEFT ? -1 : 1);
    else if (is_rune && key->rune == ' ')
        form_tick(field);
    else if (is_rune && key->rune < 0x80)
        form_choose_letter(field, (char)key->rune);
    else
        return false;
    return true;
}

static void form_text_key(struct app *app, const struct key *key)
{
    struct form_field *field = form_focused(app->form.form);
    const enum action action = keymap_find(app->keymap, MODE_TYPING, key);
    char bytes[4];
    if (field->choices != NULL)
        return;
    if (app_edit_text(field->edit, action))
        return;
    if (key->code == INPUT_RUNE && key->mods == 0)
        line_edit_insert(field->edit, bytes, utf8_encode(key->rune, bytes));
}

/* Keys that move; true if it was one. */
static bool form_move_key(struct app *app, const struct key *key)
{
    struct form *form = app->form.form;
    struct form_field *field = form_focused(form);
    const bool is_text = field->choices == NULL;
    if (key->code == INPUT_TAB)
        form_step(app, (key->mods & INPUT_MOD_SHIFT) != 0 ? form->count - 1 : 1);
    else if (key->code == INPUT_DOWN && !(is_text && line_edit_down(field->edit)))
        form_step(app, 1);
    else if (key->code == INPUT_UP && !(is_text && line_edit_up(field->edit)))
        form_step(app, form->count - 1);
    else if (key->code == INPUT_PGUP)
        app->form.preview_first -=
            app->form.preview_first < (size_t)app->form.preview_shown
                ? app->form.preview_first
                : (size_t)app->form.preview_shown;
    else if (key->code == INPUT_PGDN && app->form.preview_shown > 0)
        app->form.preview_first += (size_t)app->form.preview_shown;
    else
        return key->code == INPUT_UP || key->code == INPUT_DOWN;
    return true;
}

/* Keys of the program; true if it was one. */
static bool form_program_key(struct app *app, const struct key *key)
{
    const bool is_alt = key->code == INPUT_RUNE && key->mods == INPUT_MOD_ALT;
    const enum action action = keymap_find(app->keymap, MODE_TYPING, key);
    if (action == ACTION_SEND || action == ACTION_SEND_FOCUSED)
        form_send(app, action == ACTION_SEND_FOCUSED ? WISH_FOCUSED : WISH_ENTER);
    else if (action == ACTION_MATRIX)
        form_send(app, WISH_MATRIX);
    else if (key->code == INPUT_ESC || action == ACTION_INTERRUPT)
        form_leave(app);
    else if (is_alt && key->rune == 'v')
        form_toggle_several(app);
    else if (action == ACTION_MODEL)
        app_open_picker(app, OVERLAY_PICK_FORM);
    else if (action == ACTION_APPROVALS)
        app_open_approvals(app);
    else if (action == ACTION_HELP)
        app_open_help(app);
    else if (action == ACTION_SUSPEND)
        app->display.suspend(app->display.user);
    else
        return false;
    return true;
}

void app_form_key(struct app *app, const struct key *key)
{
    const enum action action = keymap_find(app->keymap, MODE_TYPING, key);
    const bool confirms =
        action == ACTION_SEND || action == ACTION_SEND_FOCUSED || action == ACTION_MATRIX;
    if (!confirms)
        app->armed = ACTION_NONE;
    if (!form_program_key(app, key) && !form_choice_key(app, key) &&
        !form_move_key(app, key))
        form_text_key(app, key);
    if (app->page == PAGE_FORM && !confirms)
        form_refresh(app);
    app_mark_all(app);
}

void app_form_paste(struct app *app, const char *text, size_t len)
{
    struct form_field *field = form_focused(app->form.form);
    app->armed = ACTION_NONE;
    if (field->choices == NULL)
        line_edit_insert(field->edit, text, len);
    form_refresh(app);
}

void app_form_add_model(struct app *app, const char *name)
{
    struct form *form = app->form.form;
    struct line_edit *edit = form_models(form)->edit;
    line_edit_buffer_end(edit);
    if (line_edit_len(edit) > 0)
        line_edit_insert(edit, ", ", 2);
    line_edit_insert(edit, name, strlen(name));
    form->focused = form->count - 1;
    form_refresh(app);
}

const char *app_form_hint(const struct app *app)
{
    return app->form.hint != NULL ? app->form.hint : "";
}

/* --- Painting -------------------------------------------------------------------- */

/* "the ticked panes: 1 gpt, 2 sonnet". Caller frees. */
static char *form_name_targets(const struct app *app)
{
    struct strbuf out;
    const char *gap = "";
    strbuf_init(&out, STRBUF_OWN_MAX);
    strbuf_append_text(&out, "the ticked panes: ");
    for (size_t i = 0; i < app->pane_count; i++) {
        if (!app->panes[i].is_ticked)
            continue;
        const struct chat_setup *setup =
            engine_get_setup(app->engine, app->panes[i].chat);
        strbuf_append_format(&out, "%s%zu %s", gap, i + 1, setup->model);
        gap = ", ";
    }
    if (gap[0] == '\0')
        strbuf_append_text(&out, "none");
    return strbuf_take(&out);
}

static size_t form_count_values(const struct form_field *field)
{
    struct text_list values = {0};
    struct error err = {ERROR_NONE, NULL};
    form_values(field, &values, &err);
    const size_t count = values.len;
    text_list_clear(&values);
    error_clear(&err);
    return count;
}

/* What stands in an empty field. */
static const char *form_placeholder(const struct template_field *field)
{
    if (field->origin == FIELD_FROM_COMMAND)
        return "what its command prints";
    return field->origin == FIELD_FROM_FILE ? field->default_text : NULL;
}

static struct form_view_field form_view_field_of(const struct form_field *field,
                                                 const char *targets)
{
    const struct template_field *of = field->field;
    return (struct form_view_field){
        .name = of != NULL ? of->name : "models",
        .type = of != NULL ? field_type_name(of->type) : "names, a comma between",
        .help = of != NULL && of->help != NULL ? of->help : "",
        .error = field->error,
        .placeholder = of != NULL ? form_placeholder(of) : targets,
        .edit = field->edit,
        .choices = field->choices,
        .ticks = field->ticks,
        .choice_count = field->choice_count,
        .chosen = field->chosen,
        .value_count = form_count_values(field),
        .is_required = form_is_required(field),
    };
}

void app_paint_form(struct app *app, struct rect room)
{
    struct app_form *page = &app->form;
    const struct form *form = page->form;
    const struct prompt_template *template = form->template;
    struct form_view_field *fields = mem_alloc_array(form->count, sizeof(fields[0]));
    char *targets = form_name_targets(app);
    char *title = strbuf_format(" /%s%s%s ", template->name,
                                template->description[0] != '\0' ? " \xc2\xb7 " : "",
                                template->description);
    for (size_t i = 0; i < form->count; i++)
        fields[i] = form_view_field_of(&form->fields[i], targets);
    struct form_view view = {
        .title = title,
        .fields = fields,
        .field_count = form->count,
        .focused = form->focused,
        .is_active = app->overlay == OVERLAY_NONE,
        .estimate = page->estimate,
        .preview = &page->preview,
        .preview_title = page->preview_title,
        .preview_first = page->preview_first,
    };
    form_view_draw(&view, app->canvas, room);
    page->preview_first = view.preview_first;
    page->preview_shown = view.preview_shown;
    mem_free(fields);
    mem_free(targets);
    mem_free(title);
}
