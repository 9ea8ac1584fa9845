/*
 * motet run: one prompt over many values. What the template asks for (models, parameters,
 * tools) counts less than the command line and more than the configuration's defaults.
 */
#include "src/cli/command.h"

#include <string.h>

#include "src/base/compiler.h"
#include "src/base/mem.h"
#include "src/base/safe_text.h"
#include "src/cli/run_batch.h"
#include "src/cli/run_lines.h"
#include "src/cli/run_report.h"
#include "src/cli/run_supply.h"
#include "src/cli/setup_config.h"
#include "src/engine/estimate.h"
#include "src/engine/spending.h"

/* Rows that are looked at for the estimate; the others are taken to be like them. */
#define ESTIMATE_ROWS 200

/* --- What is asked for ----------------------------------------------------------- */

static bool run_check_choice(const struct options *options, struct error *err)
{
    const struct run_choice *run = &options->run;
    const int ways = run->is_first + (run->quorum > 0) + (run->hedge_ms >= 0);
    const bool goes_on = run->is_resuming || run->is_only_failed;
    const bool is_other_form =
        run->format != RUN_FORMAT_USUAL && run->format != RUN_FORMAT_JSONL;
    if (run->csv_path != NULL && run->jsonl_path != NULL)
        error_set(err, ERROR_USAGE, "--csv and --jsonl exclude each other");
    else if (ways > 1)
        error_set(err, ERROR_USAGE, "--first, --quorum and --hedge exclude each other");
    else if (goes_on && run->out_path == NULL)
        error_set(err, ERROR_USAGE, "--resume and --only need the file of --out");
    else if (goes_on && is_other_form)
        error_set(err, ERROR_USAGE, "--resume and --only need results as jsonl");
    else if (run->is_submitting && run->batch == NULL)
        error_set(err, ERROR_USAGE, "--submit hands in a batch: say whose with --batch");
    else if (run->batch != NULL && (ways > 0 || run->is_only_failed))
        error_set(err, ERROR_USAGE,
                  "--batch goes with none of --first, --quorum, --hedge and --only");
    else if (run->batch != NULL && options->record_path != NULL)
        error_set(err, ERROR_USAGE,
                  "--record writes what models stream: a batch has nothing of that");
    else if (options->is_json && run->format != RUN_FORMAT_USUAL && run->out_path == NULL)
        error_set(err, ERROR_USAGE, "--json prints events: --format needs --out then");
    else
        return true;
    return false;
}

static bool has_param(const struct options *options, const char *assignment)
{
    const size_t len = strcspn(assignment, "=");
    char *name = mem_strndup(assignment, len);
    const bool is_there = param_list_get(&options->params, name) != NULL;
    mem_free(name);
    return is_there;
}

/* Joins the command line with what the template says. */
static bool run_join_template(struct options *options,
                              const struct prompt_template *template, struct error *err)
{
    const bool wants_models = options->models.len == 0 && options->url == NULL;
    for (size_t i = 0; wants_models && i < texts_count(template->models); i++)
        options_add_model(options, template->models[i]);
    setup_config_add_models(options->config, options);
    for (size_t i = 0; i < texts_count(template->params); i++) {
        if (has_param(options, template->params[i]))
            continue;
        if (!param_list_add(&options->params, template->params[i], err)) {
            error_prefix(err, "%s: parameters", template->path);
            return false;
        }
    }
    if (!options->has_tools && template->tools != NULL) {
        options->has_tools = true;
        for (size_t i = 0; template->tools[i] != NULL; i++)
            string_list_add(&options->tools, template->tools[i],
                            strlen(template->tools[i]));
    }
    if (options->models.len > 0 || options->url != NULL)
        return true;
    error_set(err, ERROR_USAGE,
              "which model? give one with -m, or in the template: a demo model such as "
              "demo/sage, or any with --api openai-chat --url URL");
    return false;
}

/* --- Money ----------------------------------------------------------------------- */

/* Under a cap every model needs its prices, the fallbacks too. */
static bool run_check_prices(const struct setup *setup, const struct options *options,
                             const struct spending *spending, struct error *err)
{
    if (options->run.max_cost < 0 && !spending_has_caps(spending))
        return true;
    for (size_t i = 0; i < setup->chat_count; i++) {
        const struct chat_setup *chat = &setup->chats[i];
        if (estimate_cost(&setup->catalog, chat->endpoint, chat->model, 1, 1) >= 0)
            continue;
        error_set(err, ERROR_USAGE,
                  "there is a cap on money, and the configuration has no prices of %s: "
                  "price_input and price_output of a model",
                  setup->names[i]);
        return false;
    }
    return true;
}

/* What all models of a row take, for one row. */
struct row_estimate {
    int64_t input;
    int64_t output;
    double cost; /* negative: not known */
};

static void estimate_row(const struct setup *setup, const struct rendered_prompt *prompt,
                         struct row_estimate *sum)
{
    for (size_t i = 0; i < setup->chat_count; i++) {
        const struct chat_setup *chat = &setup->chats[i];
        const int64_t input = estimate_prompt_tokens(prompt, chat->system);
        const int64_t output = estimate_answer_tokens(chat->params, 0);
        const double cost =
            estimate_cost(&setup->catalog, chat->endpoint, chat->model, input, output);
        sum->input += input;
        sum->output += output;
        sum->cost = sum->cost < 0 || cost < 0 ? -1 : sum->cost + cost;
    }
}

/* Says what the run will take, on standard error, where that can be told before. */
static void run_say_estimate(const struct setup *setup, const struct run_supply *supply,
                             const struct options *options)
{
    struct row_source *source = row_source_new(&supply->rows, NULL);
    struct field_values values = {0};
    struct row_estimate sum = {0};
    int64_t looked = 0;
    while (source != NULL && looked < ESTIMATE_ROWS &&
           row_source_next(source, &values, NULL) == ROW_READ) {
        struct rendered_prompt prompt;
        if (!run_supply_render(supply, &values, &prompt, NULL))
            break;
        estimate_row(setup, &prompt, &sum);
        rendered_prompt_clear(&prompt);
        looked++;
    }
    field_values_clear(&values);
    row_source_free(source);
    const int64_t cells = supply->count * options->run.repeats;
    if (looked == 0 || cells * (int64_t)setup->chat_count < 2)
        return;
    struct strbuf text;
    strbuf_init(&text, STRBUF_OWN_MAX);
    const double factor = (double)cells / (double)looked;
    run_report_estimate(
        &text, (size_t)cells * setup->chat_count, (int64_t)((double)sum.input * factor),
        (int64_t)((double)sum.output * factor), sum.cost < 0 ? -1 : sum.cost * factor);
    fprintf(stderr, "motet: %s\n", strbuf_text(&text));
    strbuf_clear(&text);
}

/* --- The command ----------------------------------------------------------------- */

static int run_with_setup(struct setup *setup, struct run_supply *supply,
                          const struct options *options, struct error *err)
{
    static const char *const nothing[] = {NULL};
    struct spending *spending = setup->spending;
    int code = EXIT_CODE_USAGE;
    const struct run_job job = {
        .setup = setup,
        .choice = &options->run,
        .labels = {.models = (const char *const *)setup->names,
                   .model_count = setup->chat_count,
                   .repeats = (size_t)options->run.repeats,
                   .fields = supply->fields.len > 0
                                 ? (const char *const *)supply->fields.items
                                 : nothing,
                   .columns = supply->columns.len > 0
                                  ? (const char *const *)supply->columns.items
                                  : nothing,
                   .has_schema = supply->template->schema != NULL},
        .row_count = supply->count > 0 ? (size_t)supply->count : 0,
        .has_row_count = supply->count >= 0,
        .is_json = options->is_json,
        .schema = supply->template->schema,
        .jobs = (size_t)options->settings.values[SETTING_JOBS],
        .spending = spending,
        .next_row = run_supply_next,
        .user = supply,
    };
    if (options->run.batch != NULL) {
        if (!options->run.is_submitting ||
            run_check_prices(setup, options, spending, err))
            code = run_batch_do(&job, supply, err);
    } else if (run_check_prices(setup, options, spending, err)) {
        if (supply->count > 0 && !options->is_json)
            run_say_estimate(setup, supply, options);
        code = run_lines_do(&job, err);
    }
    return code;
}

static int cmd_run_run(struct options *options, cli_screen_fn open_screen,
                       struct error *err)
{
    (void)open_screen;
    struct run_supply supply = {0};
    struct setup setup = {0};
    int code = EXIT_CODE_USAGE;
    if (run_check_choice(options, err) && run_supply_init(&supply, options, err) &&
        run_join_template(options, supply.template, err) &&
        setup_init(&setup, options, err) && run_supply_ask_commands(&supply, &setup, err))
        code = run_with_setup(&setup, &supply, options, err);
    setup_clear(&setup);
    run_supply_clear(&supply);
    return code;
}

const struct command cmd_run = {
    "run",
    "motet run TEMPLATE [FIELD=VALUE[,VALUE]...]... [--csv FILE|--jsonl FILE] "
    "[-m MODEL]... [-j N]",
    "one prompt over many values, the answers in their order",
    OPTION_TALK | OPTION_LINES | OPTION_RUN, cmd_run_run};
