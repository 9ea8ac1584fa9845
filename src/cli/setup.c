/*
 * The order matters for messages: what a person wrote wrongly is said before anything is
 * started.
 */
#include "src/cli/setup.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "src/base/mem.h"
#include "src/demo/demo_model.h"
#include "src/demo/demo_server.h"

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
    setup->catalog.default_endpoint = endpoint;
    return setup_fill_endpoint(endpoint, options, err);
}

static bool setup_wants_demo(const struct options *options)
{
    if (options->url != NULL)
        return false;
    for (size_t i = 0; i < options->models.len; i++) {
        if (strncmp(options->models.items[i], "demo/", 5) == 0)
            return true;
    }
    return false;
}

static bool setup_add_demo(struct setup *setup, const struct options *options,
                           struct error *err)
{
    const struct demo_options demo_options = {
        .port = 0, .speed = options->speed, .seed = (uint64_t)options->seed};
    setup->demo = demo_server_new(setup->loop, &demo_options, err);
    if (setup->demo == NULL)
        return false;
    char *url =
        strbuf_format("http://127.0.0.1:%u", (unsigned)demo_server_get_port(setup->demo));
    endpoint_init(catalog_add_endpoint(&setup->catalog), "demo", "openai-chat", url);
    mem_free(url);
    for (size_t i = 0; i < demo_model_count(); i++) {
        char *name = strbuf_format("demo/%s", demo_model_get(i)->name);
        catalog_add_model(&setup->catalog, name);
        mem_free(name);
    }
    return true;
}

static bool setup_add_chats(struct setup *setup, const struct options *options,
                            struct error *err)
{
    if (options->models.len == 0 && setup->catalog.default_endpoint != NULL) {
        error_set(err, ERROR_USAGE, "which model? name one with -m");
        return false;
    }
    setup->chats = mem_alloc_array(options->models.len, sizeof(setup->chats[0]));
    setup->names = mem_alloc_array(options->models.len, sizeof(setup->names[0]));
    for (size_t i = 0; i < options->models.len; i++) {
        struct model_ref ref;
        if (!catalog_find(&setup->catalog, options->models.items[i], &ref, err))
            return false;
        setup->names[i] = options->models.items[i];
        setup->chats[setup->chat_count++] =
            (struct chat_setup){.endpoint = ref.endpoint,
                                .model = ref.model,
                                .system = options->system_text,
                                .params = &options->params,
                                .is_streaming = !options->is_unstreamed};
        catalog_add_model(&setup->catalog, options->models.items[i]);
    }
    return true;
}

bool setup_init(struct setup *setup, const struct options *options, struct error *err)
{
    *setup = (struct setup){0};
    catalog_init(&setup->catalog);
    if (!setup_add_endpoint(setup, options, err))
        return false;
    setup->loop = ev_loop_new(EVFLAG_AUTO);
    if (setup->loop == NULL) {
        error_set(err, ERROR_INTERNAL, "cannot make an event loop");
        return false;
    }
    if (setup_wants_demo(options) && !setup_add_demo(setup, options, err))
        return false;
    if (!setup_add_chats(setup, options, err))
        return false;
    if (options->log_path != NULL) {
        setup->log = log_open(options->log_path, err);
        error_prefix(err, "--log");
        if (setup->log == NULL)
            return false;
    }
    const struct engine_options engine_options = {.settings = &options->settings,
                                                  .log = setup->log};
    setup->engine = engine_new(setup->loop, &engine_options, err);
    return setup->engine != NULL;
}

void setup_clear(struct setup *setup)
{
    engine_free(setup->engine);
    demo_server_free(setup->demo);
    catalog_clear(&setup->catalog);
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
