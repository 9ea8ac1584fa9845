/*
 * Each check looks at one thing, says one sentence, and knows the place of the very value
 * (also inside of a list) that it is about.
 */
#include "src/config/config_check.h"

#include <string.h>
#include <strings.h>

#include "src/base/compiler.h"
#include "src/base/mem.h"
#include "src/base/path.h"
#include "src/config/endpoint_setup.h"
#include "src/config/secret.h"
#include "src/config/setting.h"
#include "src/config/suggest.h"

struct checker {
    struct config *config;
    const struct config_rules *rules;
};

/* Adds the sentence with "did you mean" as far as a suggestion is there. */
static void add_with_suggestion(const struct checker *checker, struct text_place place,
                                const struct suggestion *suggestion,
                                const char *otherwise, const char *what)
{
    char *remedy = suggestion->best != NULL
                       ? strbuf_format("did you mean \"%s\"?", suggestion->best)
                       : mem_strdup(otherwise);
    problem_list_add(&checker->config->problems, place, remedy, "%s", what);
    mem_free(remedy);
}

static void consider_presets(const struct checker *checker, struct suggestion *suggestion)
{
    for (size_t i = 0; i < checker->rules->preset_count; i++)
        suggestion_consider(suggestion, checker->rules->presets[i].name);
}

/* Says `what` of the choice and which words it may be instead. */
static void add_wrong_choice(const struct checker *checker,
                             const struct config_value *value,
                             const struct suggestion *suggestion, const char *kind,
                             const struct strbuf *known)
{
    char *otherwise = strbuf_format("there are: %s", strbuf_text(known));
    char *what = strbuf_format("there is no %s \"%s\"", kind, value->value.texts[0]);
    add_with_suggestion(checker, value->place, suggestion, otherwise, what);
    mem_free(what);
    mem_free(otherwise);
}

static void check_preset(const struct checker *checker,
                         const struct config_section *section)
{
    const struct config_value *value = &section->values[SETTING_PROVIDER_PRESET];
    if (value->source == CONFIG_FROM_DEFAULT || checker->rules->presets == NULL ||
        config_find_preset(checker->rules, value->value.texts[0]) != NULL)
        return;
    struct suggestion suggestion;
    suggestion_init(&suggestion, value->value.texts[0]);
    consider_presets(checker, &suggestion);
    struct strbuf known;
    strbuf_init(&known, 2000);
    for (size_t i = 0; i < checker->rules->preset_count; i++)
        strbuf_append_format(&known, "%s%s", i > 0 ? ", " : "",
                             checker->rules->presets[i].name);
    add_wrong_choice(checker, value, &suggestion, "preset", &known);
    strbuf_clear(&known);
}

static void check_api(const struct checker *checker, const struct config_section *section)
{
    const struct config_value *value = &section->values[SETTING_PROVIDER_API];
    if (value->source == CONFIG_FROM_DEFAULT || checker->rules->apis == NULL)
        return;
    struct suggestion suggestion;
    suggestion_init(&suggestion, value->value.texts[0]);
    struct strbuf known;
    strbuf_init(&known, 2000);
    bool is_known = false;
    for (const char *const *api = checker->rules->apis; *api != NULL; api++) {
        is_known = is_known || strcmp(*api, value->value.texts[0]) == 0;
        suggestion_consider(&suggestion, *api);
        strbuf_append_format(&known, "%s%s", known.len > 0 ? ", " : "", *api);
    }
    if (!is_known)
        add_wrong_choice(checker, value, &suggestion, "API", &known);
    strbuf_clear(&known);
}

static void check_url(const struct checker *checker, const struct config_value *value)
{
    if (value->source == CONFIG_FROM_DEFAULT)
        return;
    struct error err = {.class = ERROR_NONE};
    const char *url = value->value.texts[0];
    const char *host = strstr(url, "://");
    host = host != NULL ? host + 3 : url;
    if (memchr(host, '@', strcspn(host, "/?#")) != NULL)
        problem_list_add(&checker->config->problems, value->place,
                         "say where the key is with key_env, key_cmd or key_file",
                         "there is a user's name or a key in the url");
    else if (checker->rules->check_url != NULL && !checker->rules->check_url(url, &err))
        problem_list_add_error(&checker->config->problems, value->place, "", &err);
    error_clear(&err);
}

static void check_proxy(const struct checker *checker,
                        const struct config_section *section)
{
    static const char *const schemes[] = {"http://", "https://", "socks5://",
                                          "socks5h://"};
    const struct config_value *value = &section->values[SETTING_PROVIDER_PROXY];
    if (value->source == CONFIG_FROM_DEFAULT)
        return;
    const char *proxy = value->value.texts[0];
    for (size_t i = 0; i < COUNT_OF(schemes); i++) {
        const size_t len = strlen(schemes[i]);
        if (strncasecmp(proxy, schemes[i], len) == 0 && proxy[len] != '\0' &&
            strpbrk(proxy, " \t\r\n") == NULL)
            return;
    }
    /* It is not shown: a proxy's password may stand in it. */
    problem_list_add(&checker->config->problems, value->place, "",
                     "proxy takes http://HOST:PORT, or the same with https, socks5 or "
                     "socks5h");
}

static void check_address(const struct checker *checker,
                          const struct config_section *section)
{
    const struct preset_info *preset = config_preset_of(section, checker->rules);
    const bool has_preset_url =
        preset != NULL && preset->base_url != NULL && preset->base_url[0] != '\0';
    if (config_is_set(section, SETTING_PROVIDER_URL) || has_preset_url ||
        checker->rules->presets == NULL || section->is_address_unclear)
        return;
    /* A preset of a wrong name has been reported already, or that the value is wrong. */
    if (preset == NULL && config_is_set(section, SETTING_PROVIDER_PRESET))
        return;
    if (preset != NULL)
        problem_list_add(&checker->config->problems, section->place,
                         "give it the url of your own", "the preset %s has no url",
                         preset->name);
    else
        problem_list_add(&checker->config->problems, section->place,
                         "give it a preset, or the url of its API",
                         "the provider %s has neither preset nor url", section->name);
}

/* A preset with no URL of its own has no origin that its key variable could belong to. */
static void check_dropped_key(const struct checker *checker,
                              const struct config_section *section)
{
    const struct preset_info *preset = config_preset_of(section, checker->rules);
    if (section->is_address_unclear ||
        !endpoint_setup_drops_key(section, checker->rules) ||
        (preset->base_url != NULL && preset->base_url[0] != '\0') ||
        config_is_set(section, SETTING_PROVIDER_HEADERS))
        return;
    char *remedy =
        strbuf_format("say where it is, for example key_env: %s", preset->key_env);
    problem_list_add(&checker->config->problems, section->place, remedy,
                     "the provider %s has no key", section->name);
    mem_free(remedy);
}

static void check_key(const struct checker *checker, const struct config_section *section)
{
    static const enum setting_id sources[] = {
        SETTING_PROVIDER_KEY_ENV, SETTING_PROVIDER_KEY_CMD, SETTING_PROVIDER_KEY_FILE};
    const struct config_value *first = NULL;
    for (size_t i = 0; i < COUNT_OF(sources); i++) {
        const struct config_value *value = &section->values[sources[i]];
        if (value->source == CONFIG_FROM_DEFAULT)
            continue;
        if (first != NULL)
            problem_list_add(&checker->config->problems, value->place,
                             "keep one of key_env, key_cmd and key_file",
                             "the provider %s has its key from two places",
                             section->name);
        first = value;
    }
    check_dropped_key(checker, section);
    const struct config_value *command = &section->values[SETTING_PROVIDER_KEY_CMD];
    if (command->source != CONFIG_FROM_DEFAULT && command->value.text_count == 0)
        problem_list_add(&checker->config->problems, command->place, "",
                         "key_cmd is empty");
    const struct config_value *client_key = &section->values[SETTING_PROVIDER_CLIENT_KEY];
    if (client_key->source != CONFIG_FROM_DEFAULT &&
        !config_is_set(section, SETTING_PROVIDER_CLIENT_CERT))
        problem_list_add(&checker->config->problems, client_key->place,
                         "name the certificate with client_cert",
                         "a client_key alone is of no use");
}

static void check_headers(const struct checker *checker,
                          const struct config_value *headers)
{
    for (size_t i = 0; i + 1 < headers->value.text_count; i += 2) {
        struct error err = {.class = ERROR_NONE};
        char *line =
            strbuf_format("%s: %s", headers->value.texts[i], headers->value.texts[i + 1]);
        if (checker->rules->check_header != NULL &&
            !checker->rules->check_header(line, &err))
            problem_list_add_error(&checker->config->problems, headers->places[i], "",
                                   &err);
        mem_wipe(line, strlen(line));
        mem_free(line);
        error_clear(&err);
    }
}

/* The place that a sentence about parameter `name` needs: its value's, or its name's. */
static void check_param(const struct checker *checker, const struct config_value *params,
                        size_t index)
{
    const char *name = params->value.texts[index];
    bool is_known = checker->rules->params == NULL;
    struct suggestion suggestion;
    suggestion_init(&suggestion, name);
    for (size_t i = 0; !is_known && checker->rules->params[i] != NULL; i++) {
        is_known = strcmp(checker->rules->params[i], name) == 0;
        suggestion_consider(&suggestion, checker->rules->params[i]);
    }
    if (!is_known) {
        char *what = strbuf_format("there is no parameter \"%s\"", name);
        add_with_suggestion(checker, params->places[index], &suggestion,
                            "motet ask --help lists them", what);
        mem_free(what);
        return;
    }
    struct error err = {.class = ERROR_NONE};
    char *assignment = strbuf_format("%s=%s", name, params->value.texts[index + 1]);
    if (checker->rules->check_param != NULL &&
        !checker->rules->check_param(assignment, &err))
        problem_list_add_error(&checker->config->problems, params->places[index + 1], "",
                               &err);
    mem_free(assignment);
    error_clear(&err);
}

static void check_params(const struct checker *checker, const struct config_value *params)
{
    for (size_t i = 0; i + 1 < params->value.text_count; i += 2)
        check_param(checker, params, i);
}

static bool is_known_provider(const struct checker *checker, const char *name)
{
    return checker->rules->presets == NULL ||
           config_find_provider(checker->config, name) != NULL ||
           config_find_preset(checker->rules, name) != NULL;
}

/* Says that there is no provider `name` and which one may be meant. */
static void add_unknown_provider(const struct checker *checker, struct text_place place,
                                 const char *name)
{
    struct suggestion suggestion;
    suggestion_init(&suggestion, name);
    for (size_t i = 0; i < checker->config->providers.len; i++)
        suggestion_consider(&suggestion, checker->config->providers.items[i]->name);
    consider_presets(checker, &suggestion);
    char *what = strbuf_format("there is no provider \"%s\"", name);
    add_with_suggestion(checker, place, &suggestion,
                        "add it to the section providers, or name a preset", what);
    mem_free(what);
}

/* A name that stands for a model: configured, PROVIDER/MODEL, or of the demo. */
static void check_model_name(const struct checker *checker, struct text_place place,
                             const char *name)
{
    const char *slash = strchr(name, '/');
    if (config_find_model(checker->config, name) != NULL ||
        strncmp(name, "demo/", 5) == 0)
        return;
    if (slash != NULL && slash > name && slash[1] != '\0') {
        char *provider = mem_strndup(name, (size_t)(slash - name));
        if (!is_known_provider(checker, provider))
            add_unknown_provider(checker, place, provider);
        mem_free(provider);
        return;
    }
    struct suggestion suggestion;
    suggestion_init(&suggestion, name);
    for (size_t i = 0; i < checker->config->models.len; i++)
        suggestion_consider(&suggestion, checker->config->models.items[i]->name);
    char *what = strbuf_format("there is no model \"%s\"", name);
    add_with_suggestion(checker, place, &suggestion,
                        "add it to the section models, or write PROVIDER/MODEL", what);
    mem_free(what);
}

static void check_model_names(const struct checker *checker,
                              const struct config_value *names, const char *own_name)
{
    for (size_t i = 0; i < names->value.text_count; i++) {
        const char *name = names->value.texts[i];
        if (strcmp(name, own_name) == 0)
            problem_list_add(&checker->config->problems, names->places[i], "leave it out",
                             "the model %s cannot stand in for itself", own_name);
        else
            check_model_name(checker, names->places[i], name);
    }
}

static void check_model(const struct checker *checker,
                        const struct config_section *section)
{
    const struct config_value *provider = &section->values[SETTING_MODEL_PROVIDER];
    if (provider->source == CONFIG_FROM_DEFAULT && !section->is_address_unclear)
        problem_list_add(&checker->config->problems, section->place,
                         "say where it is with provider", "the model %s has no provider",
                         section->name);
    else if (provider->source != CONFIG_FROM_DEFAULT &&
             !is_known_provider(checker, provider->value.texts[0]))
        add_unknown_provider(checker, provider->place, provider->value.texts[0]);
    check_params(checker, &section->values[SETTING_MODEL_PARAMS]);
    check_model_names(checker, &section->values[SETTING_MODEL_FALLBACK], section->name);
}

static void check_provider(const struct checker *checker,
                           const struct config_section *section)
{
    check_preset(checker, section);
    check_api(checker, section);
    check_url(checker, &section->values[SETTING_PROVIDER_URL]);
    check_proxy(checker, section);
    check_address(checker, section);
    check_key(checker, section);
    check_headers(checker, &section->values[SETTING_PROVIDER_HEADERS]);
}

/* What a server is told travels in the clear only within this machine. */
static void check_server_url(const struct checker *checker,
                             const struct config_value *value)
{
    struct error err = {.class = ERROR_NONE};
    if (value->source == CONFIG_FROM_DEFAULT || checker->rules->check_server_url == NULL)
        return;
    if (!checker->rules->check_server_url(value->value.texts[0], &err))
        problem_list_add_error(&checker->config->problems, value->place, "", &err);
    error_clear(&err);
}

static void check_variables(const struct checker *checker,
                            const struct config_value *variables)
{
    for (size_t i = 0; i + 1 < variables->value.text_count; i += 2) {
        const char *name = variables->value.texts[i];
        if (strpbrk(name, "= \t\r\n") != NULL)
            problem_list_add(&checker->config->problems, variables->places[i], "",
                             "a variable's name has no \"=\" and no blank");
    }
}

static void check_server(const struct checker *checker,
                         const struct config_section *section)
{
    const bool has_command = config_is_set(section, SETTING_SERVER_COMMAND);
    const bool has_url = config_is_set(section, SETTING_SERVER_URL);
    if (has_command == has_url && !section->is_address_unclear)
        problem_list_add(&checker->config->problems, section->place,
                         "give it the one or the other",
                         has_url ? "the server %s has both a command and a url"
                                 : "the server %s has neither a command nor a url",
                         section->name);
    check_url(checker, &section->values[SETTING_SERVER_URL]);
    check_server_url(checker, &section->values[SETTING_SERVER_URL]);
    check_headers(checker, &section->values[SETTING_SERVER_HEADERS]);
    check_variables(checker, &section->values[SETTING_SERVER_ENV]);
}

static void check_permissions(const struct checker *checker,
                              const struct config_value *lines)
{
    for (size_t i = 0; i < lines->value.text_count; i++) {
        struct error err = {.class = ERROR_NONE};
        if (checker->rules->check_permission != NULL &&
            !checker->rules->check_permission(lines->value.texts[i], &err))
            problem_list_add_error(&checker->config->problems, lines->places[i], "",
                                   &err);
        error_clear(&err);
    }
}

static void check_theme(const struct checker *checker, const struct config_value *theme)
{
    struct error err = {.class = ERROR_NONE};
    if (theme->value.text_count > 0 && checker->rules->check_theme != NULL &&
        !checker->rules->check_theme(theme->value.texts[0], &err))
        problem_list_add_error(&checker->config->problems, theme->place, "", &err);
    error_clear(&err);
}

void config_check(struct config *config, const struct config_rules *rules)
{
    const struct checker checker = {config, rules};
    check_params(&checker, &config->defaults.values[SETTING_PARAMS]);
    check_model_names(&checker, &config->defaults.values[SETTING_MODELS], "");
    for (size_t i = 0; i < config->providers.len; i++)
        check_provider(&checker, config->providers.items[i]);
    for (size_t i = 0; i < config->models.len; i++)
        check_model(&checker, config->models.items[i]);
    for (size_t i = 0; i < config->servers.len; i++)
        check_server(&checker, config->servers.items[i]);
    check_permissions(&checker, &config->defaults.values[SETTING_RULES]);
    check_theme(&checker, &config->defaults.values[SETTING_THEME]);
    if (rules->check_keys != NULL)
        rules->check_keys(&config->keys, &config->problems);
}

/* --- Files
 * ------------------------------------------------------------------------------
 */

/* A bundle of all authorities there are has a few hundred KiB. */
#define CERTIFICATE_FILE_MAX ((size_t)16 << 20)

static void check_key_file(const char *path, struct error *err)
{
    secret_free(secret_from_file(path, err));
}

static void check_pem_file(const char *path, struct error *err)
{
    struct strbuf text;
    strbuf_init(&text, CERTIFICATE_FILE_MAX);
    if (path_read_regular_file(path, &text, err) &&
        strstr(strbuf_text(&text), "-----BEGIN ") == NULL)
        error_set(err, ERROR_USAGE, "%s holds nothing in the form of PEM", path);
    mem_wipe(text.text, text.len);
    strbuf_clear(&text);
}

size_t config_check_files(struct config *config, const struct config_section *provider)
{
    static const struct {
        enum setting_id id;
        void (*check)(const char *path, struct error *err);
    } files[] = {
        {SETTING_PROVIDER_KEY_FILE, check_key_file},
        {SETTING_PROVIDER_CA_FILE, check_pem_file},
        {SETTING_PROVIDER_CLIENT_CERT, check_pem_file},
        {SETTING_PROVIDER_CLIENT_KEY, check_pem_file},
    };
    size_t count = 0;
    for (size_t i = 0; i < COUNT_OF(files); i++) {
        const struct config_value *value = &provider->values[files[i].id];
        struct error err = {.class = ERROR_NONE};
        if (value->source == CONFIG_FROM_DEFAULT || value->value.text_count == 0)
            continue;
        files[i].check(value->value.texts[0], &err);
        if (err.class != ERROR_NONE) {
            error_prefix(&err, "%s", setting_info_get(files[i].id)->name);
            problem_list_add_error(&config->problems, value->place, "", &err);
            count++;
        }
        error_clear(&err);
    }
    return count;
}
