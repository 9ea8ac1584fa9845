/*
 * What sending a form comes to: which models, which chats or how many new panes, about
 * how many tokens. The same plan is told beforehand and carried out afterwards.
 */
#include <string.h>

#include "src/base/mem.h"
#include "src/base/text_list.h"
#include "src/engine/estimate.h"
#include "src/prompt/value_list.h"
#include "ui/app_state.h"

/* Rows that are filled to estimate all. */
#define PLAN_SAMPLE 20

/* Cells of a model that are begun at once; the engine's line decides which may send. */
#define PLAN_JOBS 16

void app_clear_plan(struct app_plan *plan)
{
    prompt_rows_free(plan->rows);
    for (size_t i = 0; i < plan->model_count; i++) {
        mem_free((char *)plan->models[i].setup.model);
        mem_free((char *)plan->models[i].setup.system);
        param_list_clear(&plan->models[i].params);
    }
    mem_free(plan->models);
    mem_free(plan->trouble);
    *plan = (struct app_plan){0};
}

static void plan_say(struct app_plan *plan, const char *text)
{
    char *copy = mem_strdup(text);
    mem_free(plan->trouble);
    plan->trouble = copy;
}

/* --- Models ---------------------------------------------------------------------- */

/* Adds a model with what the template asks for; false with the plan's trouble set. */
static bool plan_add(struct app *app, struct app_plan *plan,
                     const struct chat_setup *setup, size_t pane)
{
    const struct prompt_template *template = app->form.form->template;
    struct error err = {ERROR_NONE, NULL};
    plan->models =
        mem_resize_array(plan->models, plan->model_count + 1, sizeof(plan->models[0]));
    struct plan_model *model = &plan->models[plan->model_count++];
    *model = (struct plan_model){.setup = *setup, .pane = pane};
    model->setup.model = mem_strdup(setup->model);
    model->setup.system = mem_strdup(setup->system);
    model->setup.fallbacks = NULL;
    model->setup.fallback_count = 0;
    if (setup->params != NULL)
        param_list_copy(&model->params, setup->params);
    bool ok = true;
    for (char **param = template->params; param != NULL && *param != NULL && ok; param++)
        ok = param_list_add(&model->params, *param, &err);
    if (!ok)
        plan_say(plan, error_text(&err));
    error_clear(&err);
    /* A chat is told of its tools when it is opened. */
    if (template->tools != NULL) {
        model->setup.tools = (const char *const *)template->tools;
        model->setup.tool_count = texts_count(template->tools);
    }
    return ok;
}

/* New panes are like those the program was started with, but for the model. */
static struct chat_setup plan_base(const struct app *app)
{
    struct chat_setup setup = {.is_streaming = true};
    if (app->options.chat_count > 0)
        setup = app->options.chats[0];
    return setup;
}

static bool plan_add_named(struct app *app, struct app_plan *plan,
                           const struct text_list *names)
{
    for (size_t i = 0; i < names->len; i++) {
        struct error err = {ERROR_NONE, NULL};
        struct model_ref ref;
        struct chat_setup setup = plan_base(app);
        if (!catalog_find(app->options.catalog, names->items[i], &ref, &err)) {
            plan_say(plan, error_text(&err));
            error_clear(&err);
            return false;
        }
        setup.endpoint = ref.endpoint;
        setup.model = ref.model;
        if (!plan_add(app, plan, &setup, SIZE_MAX))
            return false;
    }
    return true;
}

static bool plan_add_panes(struct app *app, struct app_plan *plan, bool is_focused_only)
{
    const struct chat_setup base = plan_base(app);
    for (size_t i = 0; i < app->pane_count; i++) {
        const bool is_target =
            is_focused_only ? i == app->focused : app->panes[i].is_ticked;
        if (!is_target)
            continue;
        struct chat_setup setup = *engine_get_setup(app->engine, app->panes[i].chat);
        setup.tools = base.tools;
        setup.tool_count = base.tool_count;
        if (!plan_add(app, plan, &setup, i))
            return false;
    }
    if (plan->model_count == 0)
        plan_say(plan, app->pane_count == 0
                           ? "no pane is open: name a model"
                           : app_say(app, "no pane is ticked: name a model, or "
                                          "{send-focused} for the focused pane"));
    return plan->model_count > 0;
}

static bool plan_find_models(struct app *app, struct app_plan *plan, enum plan_wish wish)
{
    const struct form_field *field = form_models(app->form.form);
    struct text_list names = {0};
    struct error err = {ERROR_NONE, NULL};
    bool ok = form_values(field, &names, &err);
    if (!ok)
        plan_say(plan, error_text(&err));
    else if (names.len > 0)
        ok = plan_add_named(app, plan, &names);
    else
        ok = plan_add_panes(app, plan, wish == WISH_FOCUSED);
    text_list_clear(&names);
    error_clear(&err);
    return ok;
}

/* --- Chats that are there -------------------------------------------------------- */

static bool params_are_equal(const struct param_list *a, const struct param_list *b)
{
    const size_t a_len = a != NULL ? a->len : 0;
    const size_t b_len = b != NULL ? b->len : 0;
    for (size_t i = 0; i < a_len; i++) {
        const struct param *left = &a->items[i];
        const struct param *right =
            b != NULL ? param_list_get(b, left->info->name) : NULL;
        const bool has_text = left->text != NULL;
        if (right == NULL || left->number != right->number ||
            has_text != (right->text != NULL) ||
            (has_text && strcmp(left->text, right->text) != 0))
            return false;
    }
    return a_len == b_len;
}

static bool texts_are_equal(char *const *a, char *const *b)
{
    const size_t count = texts_count(a);
    if (count != texts_count(b) || (a == NULL) != (b == NULL))
        return false;
    for (size_t i = 0; i < count; i++) {
        if (strcmp(a[i], b[i]) != 0)
            return false;
    }
    return true;
}

/* True if the template says nothing that the pane's chat is not like already. An empty
 * chat takes any system text. */
static bool plan_fits_pane(struct app *app, const struct plan_model *model,
                           const struct rendered_prompt *prompt)
{
    const struct prompt_template *template = app->form.form->template;
    const struct pane *pane = &app->panes[model->pane];
    const struct chat_setup *setup = engine_get_setup(app->engine, pane->chat);
    const struct chat *chat = engine_get_chat(app->engine, pane->chat);
    const bool same_tools =
        template->tools == NULL || texts_are_equal(pane->tools, template->tools);
    const bool same_system =
        prompt->system == NULL || chat->path_len == 0 ||
        (setup->system != NULL && strcmp(setup->system, prompt->system) == 0);
    return same_tools && same_system && params_are_equal(setup->params, &model->params);
}

/* Settles which chats take the one row, and how many panes are new. False where one of
 * them is busy. */
static bool plan_use_chats(struct app *app, struct app_plan *plan, size_t *new_panes)
{
    struct rendered_prompt prompt;
    struct error err = {ERROR_NONE, NULL};
    const bool ok = prompt_rows_render(plan->rows, 0, &prompt, &err);
    error_clear(&err);
    *new_panes = 0;
    for (size_t i = 0; i < plan->model_count && ok; i++) {
        struct plan_model *model = &plan->models[i];
        if (model->pane != SIZE_MAX && !plan_fits_pane(app, model, &prompt))
            model->pane = SIZE_MAX;
        *new_panes += model->pane == SIZE_MAX;
        if (model->pane == SIZE_MAX ||
            !engine_is_busy(app->engine, app->panes[model->pane].chat))
            continue;
        char *text = strbuf_format("pane %zu is still answering: stop it, untick it, or "
                                   "name models",
                                   model->pane + 1);
        plan_say(plan, text);
        mem_free(text);
    }
    if (ok)
        rendered_prompt_clear(&prompt);
    return plan->trouble == NULL;
}

/* --- Estimates ------------------------------------------------------------------- */

static void plan_estimate(struct app *app, struct app_plan *plan)
{
    const size_t sample = plan->row_count < PLAN_SAMPLE ? plan->row_count : PLAN_SAMPLE;
    int64_t input = 0;
    for (size_t i = 0; i < sample; i++) {
        struct rendered_prompt prompt;
        struct error err = {ERROR_NONE, NULL};
        if (!prompt_rows_render(plan->rows, i * plan->row_count / sample, &prompt,
                                &err)) {
            error_clear(&err);
            plan->input_tokens = -1;
            return;
        }
        input += estimate_prompt_tokens(&prompt, NULL);
        rendered_prompt_clear(&prompt);
    }
    const double rows = (double)plan->row_count;
    const int64_t all = (int64_t)((double)input / (double)sample * rows);
    for (size_t i = 0; i < plan->model_count; i++) {
        const struct plan_model *model = &plan->models[i];
        const int64_t output =
            estimate_answer_tokens(&model->params, 0) * (int64_t)plan->row_count;
        const double cost = estimate_cost(app->options.catalog, model->setup.endpoint,
                                          model->setup.model, all, output);
        plan->input_tokens += all;
        plan->output_tokens += output;
        plan->cost = cost < 0 || plan->cost < 0 ? -1 : plan->cost + cost;
    }
}

/* --- The plan -------------------------------------------------------------------- */

bool app_make_plan(struct app *app, enum plan_wish wish, struct app_plan *plan)
{
    size_t new_panes;
    *plan = (struct app_plan){.rows = form_make_rows(app->form.form)};
    plan->row_count = prompt_rows_count(plan->rows);
    if (plan->row_count > PROMPT_ROWS_MAX) {
        plan_say(plan, "the values come to more than 100,000 rows");
        return false;
    }
    if (!plan_find_models(app, plan, wish))
        return false;
    plan_estimate(app, plan);
    new_panes = plan->row_count * plan->model_count;
    plan->kind = plan->row_count == 1 ? PLAN_CHATS : PLAN_PANES;
    if (wish != WISH_MATRIX && plan->kind == PLAN_CHATS &&
        !plan_use_chats(app, plan, &new_panes))
        return false;
    if (wish == WISH_MATRIX || app->pane_count + new_panes > APP_PANE_MAX)
        plan->kind = PLAN_MATRIX;
    return true;
}

/* --- The matrix ------------------------------------------------------------------ */

static void plan_on_cell(void *user, size_t row, size_t column, bool is_whole)
{
    app_mark_cell(user, row, column, is_whole);
}

static void plan_start_matrix(struct app *app, struct app_plan *plan)
{
    struct chat_setup *models = mem_alloc_array(plan->model_count, sizeof(models[0]));
    for (size_t i = 0; i < plan->model_count; i++) {
        models[i] = plan->models[i].setup;
        models[i].params = &plan->models[i].params;
    }
    const struct matrix_options options = {
        .run = {.loop = app->loop,
                .engine = app->engine,
                .catalog = app->options.catalog,
                .models = models,
                .model_count = plan->model_count,
                .jobs = PLAN_JOBS,
                .mends = 1,
                .max_cost = -1,
                .spending = app->options.spending},
        .rows = plan->rows,
        .on_change = plan_on_cell,
        .user = app,
    };
    app_clear_matrix(app);
    app->matrix.title = strbuf_format("/%s", prompt_rows_template(plan->rows)->name);
    app->matrix.matrix = matrix_new(&options);
    plan->rows = NULL;
    mem_free(models);
    app_open_matrix(app);
}

/* --- Carrying it out ------------------------------------------------------------- */

/* Opens a pane for a model; its chat takes the next prompt. */
static bool plan_open_pane(struct app *app, const struct app_plan *plan,
                           const struct plan_model *model, size_t row)
{
    struct chat_setup setup = model->setup;
    struct strbuf label;
    setup.params = &model->params;
    if (!app_open_pane(app, &setup))
        return false;
    struct pane *pane = &app->panes[app->pane_count - 1];
    strbuf_init(&label, STRBUF_OWN_MAX);
    prompt_rows_describe(plan->rows, row, &label);
    if (label.len > 0)
        pane->label = strbuf_take(&label);
    strbuf_clear(&label);
    pane->tools = texts_copy(prompt_rows_template(plan->rows)->tools);
    return true;
}

/* Sends a row to a model, in its pane or a new one. */
static bool plan_send(struct app *app, const struct app_plan *plan, size_t row,
                      const struct plan_model *model)
{
    struct rendered_prompt prompt;
    struct error err = {ERROR_NONE, NULL};
    size_t pane = model->pane;
    bool ok = prompt_rows_render(plan->rows, row, &prompt, &err);
    if (!ok) {
        app_notify(app, error_text(&err));
        error_clear(&err);
        return false;
    }
    if (pane == SIZE_MAX) {
        ok = plan_open_pane(app, plan, model, row);
        pane = app->pane_count - 1;
    }
    if (ok)
        app_expect_schema(&app->panes[pane], prompt_rows_template(plan->rows)->schema);
    if (ok && !engine_send_messages(app->engine, app->panes[pane].chat, &prompt)) {
        app_notify(app, "not sent: the template has to end with what the user says");
        ok = false;
    }
    if (ok)
        transcript_go_end(app->panes[pane].transcript);
    rendered_prompt_clear(&prompt);
    return ok;
}

/* What is asked next goes to the new panes, not to those that stood there before. */
static void plan_focus_new(struct app *app, const struct app_plan *plan, size_t old_count)
{
    for (size_t i = 0; i < old_count; i++) {
        bool is_target = false;
        for (size_t j = 0; j < plan->model_count; j++)
            is_target = is_target || plan->models[j].pane == i;
        app->panes[i].is_ticked = is_target;
    }
    app->focused = old_count;
    app->is_zoomed = false;
}

bool app_carry_out(struct app *app, struct app_plan *plan)
{
    const size_t old_count = app->pane_count;
    bool ok = true;
    if (plan->kind == PLAN_MATRIX) {
        plan_start_matrix(app, plan);
        return true;
    }
    for (size_t row = 0; row < plan->row_count && ok; row++) {
        for (size_t i = 0; i < plan->model_count && ok; i++) {
            if (plan->kind == PLAN_PANES)
                plan->models[i].pane = SIZE_MAX;
            ok = plan_send(app, plan, row, &plan->models[i]);
        }
    }
    if (app->pane_count > old_count)
        plan_focus_new(app, plan, old_count);
    return ok;
}
