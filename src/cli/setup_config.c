/*
 * What the environment adds: where the configuration names no provider, every preset
 * whose key is in its variable is one. The other presets can be used by name as well
 * ("ollama/llama3"), but are not offered.
 */
#include "src/cli/setup_config.h"

#include <stdlib.h>
#include <string.h>

#include "src/base/compiler.h"
#include "src/base/mem.h"
#include "src/base/path.h"
#include "src/config/endpoint_setup.h"
#include "src/engine/engine.h"
#include "src/engine/engine_check.h"
#include "src/engine/preset_list.h"
#include "src/engine/spending.h"

static bool setup_check_param(const char *assignment, struct error *err)
{
    struct param_list list = {0};
    const bool ok = param_list_add(&list, assignment, err);
    param_list_clear(&list);
    return ok;
}

static const char *setup_param_name(size_t index)
{
    const struct param_info *info = param_info_get(index);
    return info != NULL ? info->name : NULL;
}

/* The names as an array that ends with NULL. Caller frees. */
static const char **setup_collect_names(const char *(*get)(size_t index))
{
    size_t count = 0;
    while (get(count) != NULL)
        count++;
    const char **names = mem_alloc_array(count + 1, sizeof(names[0]));
    for (size_t i = 0; i < count; i++)
        names[i] = get(i);
    return names;
}

struct setup_config *setup_config_new(const struct options *options,
                                      const struct cli_checks *checks)
{
    struct setup_config *setup = mem_alloc(sizeof(*setup));
    size_t preset_count;
    setup->presets = preset_list_new(&preset_count);
    setup->apis = setup_collect_names(preset_list_get_api);
    setup->params = setup_collect_names(setup_param_name);
    setup->rules = (struct config_rules){.presets = setup->presets,
                                         .preset_count = preset_count,
                                         .apis = setup->apis,
                                         .params = setup->params,
                                         .check_url = engine_check_url,
                                         .check_server_url = engine_check_server_url,
                                         .check_header = engine_check_header,
                                         .check_param = setup_check_param,
                                         .check_permission = engine_check_rule,
                                         .check_keys = checks->check_keys,
                                         .check_theme = checks->check_theme};
    config_init(&setup->config);
    if (!options->is_config_off)
        config_load(&setup->config, options->config_path, &setup->rules);
    return setup;
}

void setup_config_free(struct setup_config *setup)
{
    if (setup == NULL)
        return;
    config_clear(&setup->config);
    mem_free(setup->presets);
    mem_free(setup->apis);
    mem_free(setup->params);
    mem_free(setup);
}

/* Joining. */

static bool is_variable_set(const char *name)
{
    const char *value = name != NULL ? getenv(name) : NULL;
    return value != NULL && value[0] != '\0';
}

static void setup_add_found_providers(struct setup_config *setup)
{
    if (setup->config.providers.len > 0)
        return;
    for (size_t i = 0; i < setup->rules.preset_count; i++) {
        const struct preset_info *preset = &setup->presets[i];
        if (preset->base_url == NULL || !is_variable_set(preset->key_env))
            continue;
        struct config_section *section =
            config_add_provider(&setup->config, preset->name);
        struct setting_value value = {0};
        setting_value_add(&value, preset->name);
        config_set(section, SETTING_PROVIDER_PRESET, value, CONFIG_FROM_ENVIRONMENT);
    }
}

static void setup_set_whole(struct config_section *defaults, enum setting_id id,
                            int64_t whole)
{
    config_set(defaults, id, (struct setting_value){.whole = whole}, CONFIG_FROM_OPTION);
}

/* Marks in the configuration what the command line says instead. */
static void setup_note_options(struct config_section *defaults,
                               const struct options *options)
{
    for (int id = 0; id < SETTING_COUNT; id++) {
        if (options->settings.is_given[id])
            setup_set_whole(defaults, (enum setting_id)id, options->settings.values[id]);
    }
    if (options->is_unstreamed)
        setup_set_whole(defaults, SETTING_STREAM, 0);
    if (options->is_mouse_off)
        setup_set_whole(defaults, SETTING_MOUSE, 0);
    struct setting_value words = {0};
    if (options->theme != NULL) {
        setting_value_add(&words, options->theme);
        config_set(defaults, SETTING_THEME, words, CONFIG_FROM_OPTION);
    }
    words = (struct setting_value){0};
    if (options->system_text != NULL) {
        setting_value_add(&words, options->system_text);
        config_set(defaults, SETTING_SYSTEM, words, CONFIG_FROM_OPTION);
    }
    words = (struct setting_value){0};
    for (size_t i = 0; i < options->models.len; i++)
        setting_value_add(&words, options->models.items[i]);
    if (words.text_count > 0)
        config_set(defaults, SETTING_MODELS, words, CONFIG_FROM_OPTION);
}

static void setup_take_text(char **text, const char *in_force)
{
    char *copy = mem_strdup(in_force);
    mem_free(*text);
    *text = copy;
}

void setup_config_join(struct setup_config *setup, struct options *options)
{
    struct config_section *defaults = &setup->config.defaults;
    setup_add_found_providers(setup);
    setup_note_options(defaults, options);
    for (int id = 0; id < SETTING_COUNT; id++)
        options->settings.values[id] =
            config_whole(defaults, (enum setting_id)id, options->settings.values[id]);
    options->is_unstreamed = config_whole(defaults, SETTING_STREAM, 1) == 0;
    options->is_mouse_off = config_whole(defaults, SETTING_MOUSE, 1) == 0;
    setup_take_text(&options->theme, config_text(defaults, SETTING_THEME));
}

void setup_config_add_models(const struct setup_config *setup, struct options *options)
{
    const struct setting_value *models =
        config_list(&setup->config.defaults, SETTING_MODELS);
    const bool wants_models = options->models.len == 0 && options->url == NULL;
    for (size_t i = 0; i < models->text_count && wants_models; i++)
        options_add_model(options, models->texts[i]);
}

/* The catalog. */

/* The command line's clocks are those of all endpoints. */
static void setup_yield_clocks(struct endpoint *endpoint, const struct settings *settings)
{
    static const enum setting_id clocks[ENDPOINT_CLOCK_COUNT] = {
        SETTING_CONNECT_TIMEOUT, SETTING_FIRST_TOKEN_TIMEOUT, SETTING_IDLE_TIMEOUT,
        SETTING_TOTAL_TIMEOUT};
    for (size_t i = 0; i < COUNT_OF(clocks); i++) {
        if (settings->is_given[clocks[i]])
            endpoint->clock_ms[i] = SETTING_AUTO;
    }
}

static void setup_add_preset(const struct setup_config *setup, struct catalog *catalog,
                             const struct preset_info *preset)
{
    struct config_section section = {.kind = SECTION_PROVIDER,
                                     .name = mem_strdup(preset->name)};
    struct endpoint *endpoint = catalog_add_endpoint(catalog);
    endpoint_setup(endpoint, &section, &setup->rules);
    endpoint->is_offered = false;
    endpoint->is_probed = endpoint->is_local && endpoint->trouble == NULL;
    mem_free(section.name);
}

static void setup_add_entry(struct catalog *catalog, const struct config_section *model)
{
    const char *provider = config_text(model, SETTING_MODEL_PROVIDER);
    const char *name = config_text(model, SETTING_MODEL_NAME);
    const struct endpoint *endpoint = catalog_find_endpoint(catalog, provider);
    struct catalog_entry *entry = catalog_add_entry(catalog, model->name, endpoint,
                                                    name != NULL ? name : model->name);
    entry->system = mem_strdup(config_text(model, SETTING_MODEL_SYSTEM));
    const struct setting_value *params = config_list(model, SETTING_MODEL_PARAMS);
    for (size_t i = 0; i + 1 < params->text_count; i += 2) {
        char *param = strbuf_format("%s=%s", params->texts[i], params->texts[i + 1]);
        catalog_entry_add_param(entry, param);
        mem_free(param);
    }
    const struct setting_value *fallback = config_list(model, SETTING_MODEL_FALLBACK);
    for (size_t i = 0; i < fallback->text_count; i++)
        catalog_entry_add_fallback(entry, fallback->texts[i]);
    entry->context_tokens = config_whole(model, SETTING_MODEL_CONTEXT, 0);
    entry->price_input = config_decimal(model, SETTING_MODEL_PRICE_INPUT, -1);
    entry->price_output = config_decimal(model, SETTING_MODEL_PRICE_OUTPUT, -1);
    entry->price_cached =
        config_decimal(model, SETTING_MODEL_PRICE_CACHED, entry->price_input);
    catalog_add_model(catalog, model->name);
}

void setup_config_fill(const struct setup_config *setup, const struct settings *settings,
                       struct catalog *catalog)
{
    const struct config *config = &setup->config;
    for (size_t i = 0; i < config->providers.len; i++) {
        struct endpoint *endpoint = catalog_add_endpoint(catalog);
        endpoint_setup(endpoint, config->providers.items[i], &setup->rules);
        setup_yield_clocks(endpoint, settings);
    }
    for (size_t i = 0; i < setup->rules.preset_count; i++) {
        if (config_find_provider(config, setup->presets[i].name) == NULL)
            setup_add_preset(setup, catalog, &setup->presets[i]);
    }
    for (size_t i = 0; i < config->models.len; i++)
        setup_add_entry(catalog, config->models.items[i]);
}

/* A chat. */

bool setup_config_params(const struct setup_config *setup,
                         const struct catalog_entry *entry,
                         const struct param_list *given, struct param_list *params,
                         struct error *err)
{
    const struct setting_value *defaults =
        config_list(&setup->config.defaults, SETTING_PARAMS);
    bool ok = true;
    for (size_t i = 0; i + 1 < defaults->text_count && ok; i += 2) {
        char *param = strbuf_format("%s=%s", defaults->texts[i], defaults->texts[i + 1]);
        ok = param_list_add(params, param, err);
        mem_free(param);
    }
    for (size_t i = 0; entry != NULL && i < entry->param_count && ok; i++)
        ok = param_list_add(params, entry->params[i], err);
    param_list_copy(params, given);
    return ok;
}

const char *setup_config_system(const struct setup_config *setup,
                                const struct catalog_entry *entry)
{
    const struct config_section *defaults = &setup->config.defaults;
    const bool is_option = defaults->values[SETTING_SYSTEM].source == CONFIG_FROM_OPTION;
    if (!is_option && entry != NULL && entry->system != NULL)
        return entry->system;
    return config_text(defaults, SETTING_SYSTEM);
}

struct spending *setup_config_spending(const struct setup_config *setup)
{
    const struct config_section *defaults = &setup->config.defaults;
    const struct spending_caps caps = {
        .session = config_decimal(defaults, SETTING_BUDGET_SESSION, -1),
        .day = config_decimal(defaults, SETTING_BUDGET_DAY, -1)};
    char *path = path_state_file("spending", true);
    struct spending *spending = spending_new(path, &caps);
    mem_free(path);
    return spending;
}
