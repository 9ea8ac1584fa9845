/*
 * motet doctor: what could keep the program from working here, one line each with what
 * to do about it. Providers are asked for their models, all at once: the answer tells
 * whether they are reached, whether the key is accepted, and what they have. That costs
 * nothing; no prompt is sent.
 */
#include "src/cli/command.h"

#include <stdio.h>
#include <string.h>

#include "src/base/mem.h"
#include "src/cli/finding.h"
#include "src/cli/listing.h"
#include "src/cli/server_check.h"
#include "src/cli/setup_config.h"
#include "src/cli/system_check.h"

/* Configuration. */

static void doctor_check_config(struct finding_list *list, const struct config *config)
{
    struct finding finding = {.check = "configuration"};
    if (config->problems.len == 0) {
        if (config->is_read)
            finding_tell(list, &finding, "%s", config->path);
        else
            finding_tell(list, &finding, "no file%s%s",
                         config->path != NULL ? " at " : "",
                         config->path != NULL ? config->path : "");
        return;
    }
    finding.status = FINDING_FAIL;
    finding.class = ERROR_USAGE;
    finding.remedy = "motet config check says the rest";
    char *problem = problem_list_format(&config->problems, 0);
    const size_t more = config->problems.len - 1 + config->problems.left_out;
    if (more > 0) {
        finding_tell(list, &finding, "%s (and %zu more)", problem, more);
    } else {
        finding.remedy = "correct the file";
        finding_tell(list, &finding, "%s", problem);
    }
    mem_free(problem);
}

/* Providers. */

/* One provider and what its list says. */
struct diagnosis {
    struct finding_list *list;
    const struct endpoint *endpoint;
    const struct model_list *models;
};

/* Names a check of a provider. Caller frees. */
static char *doctor_name_check(const struct endpoint *endpoint, const char *what)
{
    return strbuf_format("%s: %s", endpoint->name, what);
}

static void doctor_check_trouble(const struct diagnosis *diagnosis)
{
    char *check = doctor_name_check(diagnosis->endpoint, "setup");
    const struct finding finding = {.check = check,
                                    .status = FINDING_FAIL,
                                    .class = ERROR_USAGE,
                                    .remedy = "motet config show says what is in force"};
    finding_tell(diagnosis->list, &finding, "%s", diagnosis->endpoint->trouble);
    mem_free(check);
}

/* True if the service has answered at all. */
static bool doctor_check_reach(const struct diagnosis *diagnosis)
{
    const struct endpoint *endpoint = diagnosis->endpoint;
    const struct error *error = model_list_get_error(diagnosis->models);
    const int status = model_list_get_status(diagnosis->models);
    /* Without an answer only the key can be what stopped it before the network did. */
    if (status == 0 && error->class == ERROR_AUTH)
        return true;
    char *check = doctor_name_check(endpoint, "reached");
    struct finding finding = {.check = check};
    const char *where = endpoint->origin != NULL ? endpoint->origin : endpoint->name;
    if (status != 0) {
        finding_tell(diagnosis->list, &finding, "%s answers", where);
    } else if (error->class == ERROR_USAGE) {
        finding.status = FINDING_WARN;
        finding.remedy = "ask it something: motet ask -m PROVIDER/MODEL hello";
        finding_tell(diagnosis->list, &finding, "not tried: %s", error_text(error));
    } else {
        finding.status = FINDING_FAIL;
        finding.class = error->class;
        finding.remedy = error_class_get(error->class)->advice;
        finding_tell(diagnosis->list, &finding, "%s", error_text(error));
    }
    mem_free(check);
    return status != 0;
}

/* False if the key is what is wrong. */
static bool doctor_check_key(const struct diagnosis *diagnosis)
{
    const struct endpoint *endpoint = diagnosis->endpoint;
    const struct error *error = model_list_get_error(diagnosis->models);
    const char *from = endpoint->key_from != NULL ? endpoint->key_from : "none";
    char *check = doctor_name_check(endpoint, "key");
    char *remedy = NULL;
    struct finding finding = {.check = check};
    if (error->class == ERROR_AUTH) {
        remedy = endpoint->key_from != NULL
                     ? strbuf_format("see that %s holds a key of this service, and that "
                                     "the key has not been revoked",
                                     from)
                     : mem_strdup("give the provider a key: key_env, key_cmd or key_file "
                                  "in the configuration, --key-env with --url");
        finding.status = FINDING_FAIL;
        finding.class = ERROR_AUTH;
        finding.remedy = remedy;
        finding_tell(diagnosis->list, &finding, "%s", error_text(error));
    } else if (error->class == ERROR_NONE) {
        finding_tell(diagnosis->list, &finding,
                     endpoint->key_from != NULL ? "%s, accepted" : "%s, and none needed",
                     from);
    } else {
        finding.status = FINDING_WARN;
        finding.remedy = "mend the list of models first";
        finding_tell(diagnosis->list, &finding, "%s; whether it is accepted is not known",
                     from);
    }
    mem_free(check);
    mem_free(remedy);
    return error->class != ERROR_AUTH;
}

static void doctor_check_models(const struct diagnosis *diagnosis)
{
    const struct error *error = model_list_get_error(diagnosis->models);
    const size_t count = model_list_get_count(diagnosis->models);
    char *check = doctor_name_check(diagnosis->endpoint, "models");
    struct finding finding = {.check = check};
    if (error->class != ERROR_NONE) {
        finding.status = FINDING_FAIL;
        finding.class = error->class;
        finding.remedy = error_class_get(error->class)->advice;
        finding_tell(diagnosis->list, &finding, "%s", error_text(error));
    } else if (count == 0) {
        finding.status = FINDING_WARN;
        finding.remedy = "install or enable a model there";
        finding_tell(diagnosis->list, &finding, "none is listed");
    } else {
        finding_tell(diagnosis->list, &finding, "%zu listed, such as %s", count,
                     model_list_get_name(diagnosis->models, 0));
    }
    mem_free(check);
}

/* True if the service lists the model, with or without the tag that it adds itself. */
static bool doctor_has_model(const struct model_list *models, const char *model)
{
    static const char tag[] = ":latest";
    const size_t len = strlen(model);
    for (size_t i = 0; i < model_list_get_count(models); i++) {
        const char *name = model_list_get_name(models, i);
        if (strncmp(name, model, len) == 0 &&
            (name[len] == '\0' || strcmp(name + len, tag) == 0))
            return true;
    }
    return false;
}

/* The models of the configuration that the service should have. */
static void doctor_check_entries(const struct diagnosis *diagnosis,
                                 const struct catalog *catalog)
{
    for (size_t i = 0; i < catalog->entry_count; i++) {
        const struct catalog_entry *entry = catalog->entries[i];
        if (entry->endpoint != diagnosis->endpoint ||
            model_list_get_count(diagnosis->models) == 0 ||
            doctor_has_model(diagnosis->models, entry->model))
            continue;
        char *check = strbuf_format("model %s", entry->name);
        char *remedy =
            strbuf_format("motet models %s lists those it has", entry->endpoint->name);
        const struct finding finding = {
            .check = check, .status = FINDING_WARN, .remedy = remedy};
        finding_tell(diagnosis->list, &finding, "%s does not list \"%s\"",
                     entry->endpoint->name, entry->model);
        mem_free(check);
        mem_free(remedy);
    }
}

static void doctor_check_provider(const struct diagnosis *diagnosis,
                                  const struct catalog *catalog)
{
    if (diagnosis->endpoint->trouble != NULL) {
        doctor_check_trouble(diagnosis);
        return;
    }
    if (!doctor_check_reach(diagnosis) || !doctor_check_key(diagnosis))
        return;
    doctor_check_models(diagnosis);
    doctor_check_entries(diagnosis, catalog);
}

static void doctor_note_nobody(struct finding_list *list, const struct listing *listing)
{
    struct finding finding = {.check = "providers", .status = FINDING_WARN};
    if (listing->provider != NULL) {
        finding.status = FINDING_FAIL;
        finding.class = ERROR_USAGE;
        finding.remedy = "motet config show says which there are";
        finding_tell(list, &finding, "there is no provider \"%s\"", listing->provider);
        return;
    }
    finding.remedy = "set a key variable such as OPENAI_API_KEY, or write a "
                     "configuration: motet config example";
    finding_tell(list, &finding, "none is configured");
}

/* Returns the exit code of a signal that came meanwhile, or 0. */
static int doctor_check_providers(struct finding_list *list, struct listing *listing)
{
    const struct catalog *catalog = &listing->setup->catalog;
    size_t count = 0;
    listing_run(listing);
    for (size_t i = 0; i < catalog->endpoint_count && listing->signal_code == 0; i++) {
        const struct endpoint *endpoint = catalog->endpoints[i];
        if (!listing_wants(listing, endpoint))
            continue;
        const struct diagnosis diagnosis = {
            list, endpoint, engine_get_models(listing->setup->engine, endpoint)};
        doctor_check_provider(&diagnosis, catalog);
        count++;
    }
    if (count == 0 && listing->signal_code == 0)
        doctor_note_nobody(list, listing);
    return listing->signal_code;
}

/* All servers start with the setup, unless it is about one provider only. */
static void doctor_want_servers(const struct listing *listing, struct options *options)
{
    options->has_tools = true;
    if (listing->provider == NULL)
        string_list_add(&options->tools, "*", 1);
}

static int doctor_run(struct listing *listing, struct options *options, struct error *err)
{
    struct finding_list list = {.is_json = options->is_json};
    const struct config *config = &options->config->config;
    int signal_code = 0;
    system_check_terminal(&list);
    system_check_locale(&list);
    system_check_tls(&list);
    system_check_proxy(&list);
    doctor_check_config(&list, config);
    /* Asking takes seconds: what is known so far is to be read meanwhile. */
    fflush(stdout);
    if (config->problems.len == 0) {
        doctor_want_servers(listing, options);
        if (!setup_init(listing->setup, options, err))
            return EXIT_CODE_USAGE;
        signal_code = doctor_check_providers(&list, listing);
        fflush(stdout);
        if (signal_code == 0)
            signal_code = server_check_all(&list, listing->setup);
    } else {
        const struct finding finding = {.check = "providers",
                                        .status = FINDING_WARN,
                                        .remedy = "correct the configuration first"};
        finding_tell(&list, &finding, "not checked");
    }
    return signal_code != 0 ? signal_code : list.exit_code;
}

static int cmd_doctor_run(struct options *options, cli_screen_fn open_screen,
                          struct error *err)
{
    (void)open_screen;
    struct setup setup = {0};
    struct listing listing;
    int code = EXIT_CODE_USAGE;
    if (listing_init(&listing, &setup, options, err))
        code = doctor_run(&listing, options, err);
    setup_clear(&setup);
    return code;
}

const struct command cmd_doctor = {
    "doctor", "motet doctor [PROVIDER]",
    "looks at terminal, locale, TLS, proxy, configuration, "
    "providers and MCP servers, and says what to do",
    OPTION_TALK | OPTION_LINES | OPTION_CONFIG, cmd_doctor_run};
