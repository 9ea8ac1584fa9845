/* motet config: where the configuration is, what is in force, what is wrong with it. */
#include "src/cli/command.h"

#include <stdio.h>
#include <string.h>

#include "src/base/compiler.h"
#include "src/base/mem.h"
#include "src/cli/setup_config.h"
#include "src/config/config_check.h"
#include "src/config/endpoint_setup.h"
#include "src/config/suggest.h"

/* How wide names and values are before the next column. */
enum { NAME_COLUMNS = 20, VALUE_COLUMNS = 44 };

static void config_print_row(const char *name, const char *value, const char *source)
{
    /* Values may hold characters of several bytes: fill by characters. */
    int columns = 0;
    for (const char *at = value; *at != '\0'; at++)
        columns += ((unsigned char)*at & 0xc0) != 0x80;
    const int fill = columns < VALUE_COLUMNS ? VALUE_COLUMNS - columns : 0;
    printf("  %-*s %s%*s  %s\n", NAME_COLUMNS, name, value, fill, "", source);
}

/* Where a value is from, in words. Caller frees. */
static char *config_source_text(const struct config *config,
                                const struct config_value *value,
                                const struct setting_info *info)
{
    switch (value->source) {
    case CONFIG_FROM_DEFAULT: return mem_strdup("default");
    case CONFIG_FROM_FILE:
        return strbuf_format("%s:%zu", config->path, value->place.line);
    case CONFIG_FROM_ENVIRONMENT: return mem_strdup("environment");
    case CONFIG_FROM_OPTION: return strbuf_format("option --%s", info->option);
    }
    return NULL;
}

static void config_show_value(const struct config *config,
                              const struct config_value *value,
                              const struct setting_info *info)
{
    struct strbuf text;
    strbuf_init(&text, STRBUF_OWN_MAX);
    if (value->source == CONFIG_FROM_DEFAULT)
        strbuf_append_text(&text, info->default_text);
    else
        setting_value_show(&value->value, info, &text);
    char *source = config_source_text(config, value, info);
    config_print_row(info->name, strbuf_text(&text), source);
    mem_free(source);
    strbuf_clear(&text);
}

/* Parameters add up: those of the command line stand beside those of the file. */
static void config_show_given_params(const struct options *options)
{
    for (size_t i = 0; i < options->params.len; i++) {
        const struct param *param = &options->params.items[i];
        char *text = param->text != NULL
                         ? strbuf_format("%s: %s", param->info->name, param->text)
                         : strbuf_format("%s: %.15g", param->info->name, param->number);
        config_print_row("params", text, "option --param");
        mem_free(text);
    }
}

static void config_show_section(const struct config *config,
                                const struct config_section *section, bool shows_defaults)
{
    for (int id = 0; id < SETTING_TABLE_COUNT; id++) {
        const struct setting_info *info = setting_info_get((enum setting_id)id);
        const struct config_value *value = &section->values[id];
        if (info->section == section->kind &&
            (shows_defaults || value->source != CONFIG_FROM_DEFAULT))
            config_show_value(config, value, info);
    }
}

/* What a provider has from its preset, and whether its key is there. */
static void config_show_provider(const struct setup_config *setup,
                                 const struct config_section *section)
{
    const struct preset_info *preset = config_preset_of(section, &setup->rules);
    struct endpoint endpoint;
    endpoint_setup(&endpoint, section, &setup->rules);
    char *source = preset != NULL ? strbuf_format("preset %s", preset->name) : NULL;
    config_show_section(&setup->config, section, false);
    if (!config_is_set(section, SETTING_PROVIDER_API))
        config_print_row("api", endpoint.api, source != NULL ? source : "default");
    if (!config_is_set(section, SETTING_PROVIDER_URL))
        config_print_row("url", endpoint.base_url, source != NULL ? source : "default");
    const char *variable = endpoint_setup_key_env(section, &setup->rules);
    if (variable != NULL && !config_is_set(section, SETTING_PROVIDER_KEY_ENV))
        config_print_row("key_env", variable, source);
    const char *state = endpoint.key != NULL         ? "is set"
                        : endpoint.key_cmd_count > 0 ? "is asked for when needed"
                        : endpoint.key_from != NULL  ? "is missing"
                        : endpoint_setup_drops_key(section, &setup->rules)
                            ? "none: the preset's key goes to the preset's own url only"
                            : "none";
    config_print_row("the key", state,
                     endpoint.key_from != NULL ? endpoint.key_from : "");
    if (endpoint.trouble != NULL)
        config_print_row("trouble", endpoint.trouble, "");
    mem_free(source);
    endpoint_clear(&endpoint);
}

static int config_show(const struct options *options)
{
    const struct setup_config *setup = options->config;
    const struct config *config = &setup->config;
    if (config->is_read)
        printf("# %s\n", config->path);
    else
        printf("# no configuration file%s%s\n", config->path != NULL ? " at " : "",
               config->path != NULL ? config->path : "");
    printf("defaults\n");
    config_show_section(config, &config->defaults, true);
    config_show_given_params(options);
    if (config->keys.place.line > 0)
        printf("keys\n");
    config_show_section(config, &config->keys, false);
    for (size_t i = 0; i < config->providers.len; i++) {
        printf("provider %s\n", config->providers.items[i]->name);
        config_show_provider(setup, config->providers.items[i]);
    }
    for (size_t i = 0; i < config->models.len; i++) {
        printf("model %s\n", config->models.items[i]->name);
        config_show_section(config, config->models.items[i], false);
    }
    for (size_t i = 0; i < config->servers.len; i++) {
        printf("server %s\n", config->servers.items[i]->name);
        config_show_section(config, config->servers.items[i], false);
    }
    return EXIT_CODE_OK;
}

/* Prints all problems; returns the exit code that they make. */
static int config_print_problems(const struct problem_list *problems, FILE *file)
{
    for (size_t i = 0; i < problems->len; i++) {
        char *text = problem_list_format(problems, i);
        fprintf(file, "%s\n", text);
        mem_free(text);
    }
    if (problems->left_out > 0)
        fprintf(file, "and %zu more\n", problems->left_out);
    return problems->len > 0 ? EXIT_CODE_USAGE : EXIT_CODE_OK;
}

/* What a file cannot be blamed for (or could be right), but what stops a provider. */
static void config_note_trouble(const struct setup_config *setup,
                                const struct config_section *section)
{
    struct endpoint endpoint;
    endpoint_setup(&endpoint, section, &setup->rules);
    if (endpoint.trouble != NULL)
        printf("note: %s\n", endpoint.trouble);
    if (endpoint_setup_drops_key(section, &setup->rules))
        printf("note: the provider %s has another url than its preset, so the "
               "preset's key is not sent there; if it needs one, say where it is "
               "with key_env, key_cmd or key_file\n",
               section->name);
    endpoint_clear(&endpoint);
}

static int config_check_file(const struct options *options)
{
    struct setup_config *setup = options->config;
    struct config *config = &setup->config;
    const bool is_sound = config->problems.len == 0;
    for (size_t i = 0; i < config->providers.len; i++) {
        const bool has_files =
            config_check_files(config, config->providers.items[i]) == 0;
        if (is_sound && has_files)
            config_note_trouble(setup, config->providers.items[i]);
    }
    problem_list_sort(&config->problems);
    const int code = config_print_problems(&config->problems, stdout);
    if (code != EXIT_CODE_OK)
        return code;
    if (config->is_read)
        printf("%s: no problem found\n", config->path);
    else
        printf("there is no configuration file%s%s: nothing to check\n",
               config->path != NULL ? " at " : "",
               config->path != NULL ? config->path : "");
    return EXIT_CODE_OK;
}

static int config_print_path(const struct options *options, struct error *err)
{
    const char *path = options->config->config.path;
    if (options->is_config_off || path == NULL) {
        error_set(err, ERROR_USAGE,
                  options->is_config_off ? "with --no-config there is no file"
                                         : "neither HOME nor XDG_CONFIG_HOME says where "
                                           "a configuration could be");
        return EXIT_CODE_USAGE;
    }
    printf("%s\n", path);
    return EXIT_CODE_OK;
}

static int config_print_example(void)
{
    struct strbuf text;
    strbuf_init(&text, STRBUF_OWN_MAX);
    config_write_example(&text);
    fputs(strbuf_text(&text), stdout);
    strbuf_clear(&text);
    return EXIT_CODE_OK;
}

static int config_refuse(const char *word, struct error *err)
{
    static const char *const known[] = {"path", "show", "check", "example"};
    struct suggestion suggestion;
    suggestion_init(&suggestion, word);
    for (size_t i = 0; i < COUNT_OF(known); i++)
        suggestion_consider(&suggestion, known[i]);
    if (suggestion.best != NULL)
        error_set(err, ERROR_USAGE, "there is no motet config %s; did you mean \"%s\"?",
                  word, suggestion.best);
    else
        error_set(err, ERROR_USAGE,
                  "there is no motet config %s; there are path, show, check and example",
                  word);
    return EXIT_CODE_USAGE;
}

static int cmd_config_run(struct options *options, cli_screen_fn open_screen,
                          struct error *err)
{
    (void)open_screen;
    const char *word = options->words.len > 0 ? options->words.items[0] : "show";
    if (options->words.len > 1) {
        error_set(err, ERROR_USAGE, "motet config takes one word, not %zu",
                  options->words.len);
        return EXIT_CODE_USAGE;
    }
    if (strcmp(word, "path") == 0)
        return config_print_path(options, err);
    if (strcmp(word, "check") == 0)
        return config_check_file(options);
    if (strcmp(word, "example") == 0)
        return config_print_example();
    if (strcmp(word, "show") != 0)
        return config_refuse(word, err);
    config_show(options);
    fflush(stdout);
    return config_print_problems(&options->config->config.problems, stderr);
}

const struct command cmd_config = {
    "config", "motet config [path | show | check | example]",
    "where the configuration is, what is in force and from where, what is wrong with it",
    OPTION_TALK | OPTION_CONFIG, cmd_config_run};
