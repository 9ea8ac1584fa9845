/*
 * The order matters for messages: what a person wrote wrongly is said before anything is
 * started.
 */
#include "src/cli/setup.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "src/base/mem.h"
#include "src/cli/setup_config.h"
#include "src/cli/setup_sessions.h"
#include "src/cli/setup_tools.h"
#include "src/demo/demo_model.h"
#include "src/demo/demo_server.h"
#include "src/engine/attachment_file.h"
#include "src/engine/engine_check.h"
#include "src/engine/recorder.h"
#include "src/engine/replay.h"
#include "src/engine/session_keeper.h"
#include "src/engine/spending.h"

#include "build-config.h"

/* The largest prompt that is read from standard input. */
#define SETUP_PROMPT_MAX ((size_t)15 << 20)

/* Checks what was written about the endpoint; the error names the option. */
static bool setup_check_endpoint(const struct options *options, const char *api,
                                 struct error *err)
{
    if (!engine_check_api(api, err)) {
        error_prefix(err, "--api");
        return false;
    }
    if (!engine_check_url(options->url, err)) {
        error_prefix(err, "--url");
        return false;
    }
    for (size_t i = 0; i < options->headers.len; i++) {
        if (!engine_check_header(options->headers.items[i], err)) {
            error_prefix(err, "--header");
            return false;
        }
    }
    if (options->ca_file == NULL || access(options->ca_file, R_OK) == 0)
        return true;
    error_set(err, ERROR_USAGE, "--ca-file: cannot read %s: %s", options->ca_file,
              strerror(errno));
    return false;
}

static bool setup_fill_endpoint(struct endpoint *endpoint, const struct options *options,
                                struct error *err)
{
    for (size_t i = 0; i < options->headers.len; i++)
        endpoint_add_header(endpoint, options->headers.items[i]);
    endpoint->ca_file = mem_strdup(options->ca_file);
    if (options->key_env == NULL)
        return true;
    endpoint->key_env = mem_strdup(options->key_env);
    endpoint->key_from = strbuf_format("the variable %s", options->key_env);
    endpoint->key = secret_from_env(options->key_env, err);
    error_prefix(err, "--key-env");
    return endpoint->key != NULL;
}

/* The endpoint of --url becomes the default one. */
static bool setup_add_endpoint(struct setup *setup, const struct options *options,
                               struct error *err)
{
    const bool has_part = options->api != NULL || options->key_env != NULL ||
                          options->ca_file != NULL || options->headers.len > 0;
    if (options->url == NULL && has_part) {
        error_set(err, ERROR_USAGE,
                  "--api, --key-env, --ca-file and --header belong to an endpoint: give "
                  "its --url too");
        return false;
    }
    if (options->url == NULL)
        return true;
    const char *api = options->api != NULL ? options->api : "openai-chat";
    if (!setup_check_endpoint(options, api, err))
        return false;
    char *name = endpoint_name_from_url(options->url);
    struct endpoint *endpoint = catalog_add_endpoint(&setup->catalog);
    endpoint_init(endpoint, name, api, options->url);
    mem_free(name);
    endpoint->is_offered = true;
    setup->catalog.default_endpoint = endpoint;
    return setup_fill_endpoint(endpoint, options, err);
}

static bool setup_is_demo(const char *name)
{
    return strncmp(name, "demo/", 5) == 0;
}

/* True if a model of the demo is asked for, or may stand in for another one. */
static bool setup_wants_demo(const struct setup *setup, const struct options *options)
{
    const struct catalog *catalog = &setup->catalog;
    bool wants_demo = false;
    for (size_t i = 0; i < options->models.len && options->url == NULL; i++)
        wants_demo = wants_demo || setup_is_demo(options->models.items[i]);
    for (size_t i = 0; i < catalog->entry_count; i++) {
        for (size_t j = 0; j < catalog->entries[i]->fallback_count; j++)
            wants_demo = wants_demo || setup_is_demo(catalog->entries[i]->fallback[j]);
    }
    return wants_demo;
}

bool setup_add_demo(struct setup *setup, struct error *err)
{
    const struct demo_options demo_options = {.port = 0,
                                              .speed = setup->options->speed,
                                              .seed = (uint64_t)setup->options->seed};
    if (setup->demo != NULL)
        return true;
    setup->demo = demo_server_new(setup->loop, &demo_options, err);
    if (setup->demo == NULL)
        return false;
    char *url =
        strbuf_format("http://127.0.0.1:%u", (unsigned)demo_server_get_port(setup->demo));
    struct endpoint *endpoint = catalog_add_endpoint(&setup->catalog);
    endpoint_init(endpoint, "demo", "openai-chat", url);
    endpoint->is_own = true;
    endpoint->is_offered = true;
    mem_free(url);
    for (size_t i = 0; i < demo_model_count(); i++) {
        char *name = strbuf_format("demo/%s", demo_model_get(i)->name);
        catalog_add_model(&setup->catalog, name);
        mem_free(name);
    }
    return true;
}

/* The models that stand in for `entry` (NULL: it has none). */
static bool setup_add_fallbacks(struct setup *setup, const struct catalog_entry *entry,
                                struct chat_setup *chat, struct error *err)
{
    const size_t count = entry != NULL ? entry->fallback_count : 0;
    struct model_ref *fallbacks = mem_alloc_array(count, sizeof(fallbacks[0]));
    chat->fallbacks = fallbacks;
    for (size_t i = 0; i < count; i++) {
        if (!catalog_find(&setup->catalog, entry->fallback[i], &fallbacks[i], err)) {
            error_prefix(err, "fallback of the model %s", entry->name);
            return false;
        }
        chat->fallback_count++;
    }
    return true;
}

/* Makes the chat of one model, number `setup->chat_count`. */
static bool setup_add_chat(struct setup *setup, const struct options *options,
                           const char *name, struct error *err)
{
    struct model_ref ref;
    struct param_list *params = &setup->params[setup->chat_count];
    const struct catalog_entry *entry = catalog_find_entry(&setup->catalog, name);
    if (!catalog_find(&setup->catalog, name, &ref, err) ||
        !setup_config_params(options->config, entry, &options->params, params, err))
        return false;
    struct chat_setup *chat = &setup->chats[setup->chat_count++];
    *chat = (struct chat_setup){.endpoint = ref.endpoint,
                                .model = ref.model,
                                .name = name,
                                .system = setup_config_system(options->config, entry),
                                .params = params,
                                .is_streaming = !options->is_unstreamed};
    catalog_add_model(&setup->catalog, name);
    return setup_add_fallbacks(setup, entry, chat, err);
}

static bool setup_add_chats(struct setup *setup, const struct options *options,
                            struct error *err)
{
    const size_t count = options->models.len;
    /* A session has models of its own. */
    if (setup_wants_session(options))
        return true;
    /* A default model whose provider cannot be used does not stop who looks for that. */
    if (options->needs_no_model)
        return true;
    if (count == 0 && setup->catalog.default_endpoint != NULL) {
        error_set(err, ERROR_USAGE, "which model? name one with -m");
        return false;
    }
    setup->chats = mem_alloc_array(count, sizeof(setup->chats[0]));
    setup->names = mem_alloc_array(count, sizeof(setup->names[0]));
    setup->params = mem_alloc_array(count, sizeof(setup->params[0]));
    setup->params_count = count;
    for (size_t i = 0; i < count; i++) {
        setup->names[i] = options->models.items[i];
        if (!setup_add_chat(setup, options, options->models.items[i], err))
            return false;
    }
    return true;
}

/* The words of the command line, with blanks between. Caller frees. */
static char *setup_join_words(const struct options *options)
{
    struct strbuf text;
    strbuf_init(&text, STRBUF_OWN_MAX);
    for (size_t i = 0; i < options->words.len; i++)
        strbuf_append_format(&text, "%s%s", i > 0 ? " " : "", options->words.items[i]);
    return strbuf_take(&text);
}

/* Last of all: what is wrong with the rest leaves an old recording as it is. */
static bool setup_record(struct setup *setup, const struct options *options,
                         struct error *err)
{
    if (options->record_path == NULL)
        return true;
    const struct recorder_options recorder_options = {.engine = setup->engine,
                                                      .loop = setup->loop,
                                                      .path = options->record_path,
                                                      .program =
                                                          "motet " PACKAGE_VERSION};
    setup->recorder = recorder_new(&recorder_options, err);
    error_prefix(err, "--record");
    return setup->recorder != NULL;
}

/* The chats are those of the recording; nothing that runs or sends is set up. Only on the
 * screen they close as they did: lines and pages have room for all. */
static void setup_replay(struct setup *setup, const struct options *options)
{
    const struct recording *recording = options->recording;
    size_t cap = 0;
    for (size_t i = 0; i < recording->record_count; i++) {
        const struct recording_record *record = &recording->records[i];
        if (record->kind != RECORDING_OPEN)
            continue;
        const struct recording_open *open = record->of.open;
        setup->names =
            mem_grow(setup->names, &cap, setup->chat_count + 1, sizeof(setup->names[0]));
        setup->names[setup->chat_count++] =
            open->name != NULL
                ? mem_strdup(open->name)
                : strbuf_format("%s/%s",
                                open->model.provider != NULL ? open->model.provider
                                                             : open->model.api,
                                open->model.model);
    }
    setup->chats = mem_alloc_array(setup->chat_count, sizeof(setup->chats[0]));
    setup->replay =
        replay_new(&(struct replay_options){.engine = setup->engine,
                                            .loop = setup->loop,
                                            .catalog = &setup->catalog,
                                            .recording = recording,
                                            .speed = options->speed,
                                            .keeps_chats = !options->is_for_screen});
}

bool setup_init(struct setup *setup, const struct options *options, struct error *err)
{
    *setup = (struct setup){.spoken = setup_join_words(options), .options = options};
    catalog_init(&setup->catalog);
    if (!setup_add_endpoint(setup, options, err))
        return false;
    setup_config_fill(options->config, &options->settings, &setup->catalog);
    setup->loop = ev_loop_new(EVFLAG_AUTO);
    if (setup->loop == NULL) {
        error_set(err, ERROR_INTERNAL, "cannot make an event loop");
        return false;
    }
    if (setup_wants_demo(setup, options) && !setup_add_demo(setup, err))
        return false;
    if (!setup_add_chats(setup, options, err))
        return false;
    if (options->log_path != NULL) {
        setup->log = log_open(options->log_path, err);
        error_prefix(err, "--log");
        if (setup->log == NULL)
            return false;
    }
    setup->spending = setup_config_spending(options->config);
    const struct engine_options engine_options = {.settings = &options->settings,
                                                  .log = setup->log,
                                                  .catalog = &setup->catalog,
                                                  .spending = setup->spending};
    setup->engine = engine_new(setup->loop, &engine_options, err);
    if (setup->engine == NULL)
        return false;
    if (options->recording != NULL) {
        setup_replay(setup, options);
        return true;
    }
    return setup_tools_init(setup, options, err) && setup_record(setup, options, err);
}

void setup_clear(struct setup *setup)
{
    setup_flush_sessions(setup);
    if (setup->engine != NULL)
        engine_end_servers(setup->engine);
    recorder_free(setup->recorder);
    for (size_t i = 0; i < setup->chat_count && setup->replay != NULL; i++)
        mem_free(setup->names[i]);
    replay_free(setup->replay);
    session_keeper_free(setup->keeper);
    engine_free(setup->engine);
    spending_free(setup->spending);
    demo_server_free(setup->demo);
    catalog_clear(&setup->catalog);
    setup_tools_clear(setup);
    mem_free(setup->spoken);
    for (size_t i = 0; i < setup->params_count; i++)
        param_list_clear(&setup->params[i]);
    mem_free(setup->params);
    for (size_t i = 0; i < setup->chat_count; i++)
        mem_free((struct model_ref *)setup->chats[i].fallbacks);
    mem_free(setup->chats);
    mem_free(setup->names);
    log_close(setup->log);
    if (setup->loop != NULL)
        ev_loop_destroy(setup->loop);
    *setup = (struct setup){0};
}

static bool setup_read_input(struct strbuf *text, struct error *err)
{
    char chunk[16384];
    for (;;) {
        const ssize_t got = read(STDIN_FILENO, chunk, sizeof(chunk));
        if (got < 0 && errno == EINTR)
            continue;
        /* A closed standard input is no input. */
        if (got == 0 || (got < 0 && errno == EBADF))
            return true;
        if (got > 0 && memchr(chunk, '\0', (size_t)got) != NULL) {
            error_set(err, ERROR_USAGE, "standard input is not text: it holds a NUL");
            return false;
        }
        if (got < 0) {
            error_set(err, ERROR_USAGE, "cannot read standard input: %s",
                      strerror(errno));
            return false;
        }
        if (!strbuf_append(text, chunk, (size_t)got)) {
            error_set(err, ERROR_USAGE,
                      "standard input is larger than the 15 MiB a prompt may have");
            return false;
        }
    }
}

char *setup_read_prompt(const struct options *options, struct error *err)
{
    const bool asks_for_input =
        options->words.len == 1 && strcmp(options->words.items[0], "-") == 0;
    struct strbuf prompt;
    strbuf_init(&prompt, STRBUF_OWN_MAX);
    for (size_t i = 0; i < options->words.len && !asks_for_input; i++)
        strbuf_append_format(&prompt, "%s%s", i > 0 ? " " : "", options->words.items[i]);
    struct strbuf input;
    strbuf_init(&input, SETUP_PROMPT_MAX);
    bool ok = true;
    if (asks_for_input || !isatty(STDIN_FILENO))
        ok = setup_read_input(&input, err);
    /* The line end that closes piped text is not part of what it says. */
    while (input.len > 0 && input.text[input.len - 1] == '\n')
        strbuf_truncate(&input, input.len - 1);
    if (prompt.len > 0 && input.len > 0)
        strbuf_append_text(&prompt, "\n\n");
    strbuf_append(&prompt, strbuf_text(&input), input.len);
    strbuf_clear(&input);
    if (ok && prompt.len > 0)
        return strbuf_take(&prompt);
    strbuf_clear(&prompt);
    return NULL;
}

bool setup_read_attachments(const struct options *options, bool reads_words,
                            struct attachment_list *list, struct error *err)
{
    bool ok = true;
    for (size_t i = 0; i < options->attached.len && ok; i++)
        ok = attachment_read(list, options->attached.items[i], err);
    for (size_t i = 0; i < options->words.len && reads_words && ok; i++)
        ok = attachment_read_words(list, options->words.items[i], err);
    return ok;
}
