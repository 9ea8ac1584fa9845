/*
 * motet models: what each provider says it has, one PROVIDER/MODEL a line. All providers
 * are asked at once; each settles by itself.
 */
#include "src/cli/command.h"

#include <stdio.h>
#include <string.h>

#include "src/base/json.h"
#include "src/base/safe_text.h"
#include "src/cli/listing.h"

static void models_print_name(const struct endpoint *endpoint, const char *name,
                              bool is_json)
{
    struct strbuf line;
    strbuf_init(&line, STRBUF_OWN_MAX);
    if (is_json) {
        strbuf_append_text(&line, "{\"provider\":");
        json_append_string(&line, endpoint->name, strlen(endpoint->name));
        strbuf_append_text(&line, ",\"model\":");
        json_append_string(&line, name, strlen(name));
        strbuf_append_char(&line, '}');
    } else {
        safe_text_append_line(&line, endpoint->name, strlen(endpoint->name), 200);
        strbuf_append_char(&line, '/');
        safe_text_append_line(&line, name, strlen(name), 500);
    }
    printf("%s\n", strbuf_text(&line));
    strbuf_clear(&line);
}

static void models_complain(const struct endpoint *endpoint, const char *text)
{
    struct strbuf line;
    strbuf_init(&line, STRBUF_OWN_MAX);
    safe_text_append_line(&line, text, strlen(text), 2000);
    fprintf(stderr, "motet: %s: %s\n", endpoint->name, strbuf_text(&line));
    strbuf_clear(&line);
}

/* Prints what one provider said; returns the exit code it is worth. */
static int models_print(const struct listing *listing, const struct endpoint *endpoint,
                        bool is_json)
{
    if (endpoint->trouble != NULL) {
        models_complain(endpoint, endpoint->trouble);
        return EXIT_CODE_USAGE;
    }
    const struct model_list *list = engine_get_models(listing->setup->engine, endpoint);
    const struct error *error = model_list_get_error(list);
    if (error->class != ERROR_NONE) {
        models_complain(endpoint, error_text(error));
        return (int)error_class_get(error->class)->exit_code;
    }
    for (size_t i = 0; i < model_list_get_count(list); i++)
        models_print_name(endpoint, model_list_get_name(list, i), is_json);
    return EXIT_CODE_OK;
}

static int models_print_all(const struct listing *listing, bool is_json,
                            struct error *err)
{
    const struct catalog *catalog = &listing->setup->catalog;
    int code = -1;
    for (size_t i = 0; i < catalog->endpoint_count; i++) {
        if (!listing_wants(listing, catalog->endpoints[i]))
            continue;
        const int own = models_print(listing, catalog->endpoints[i], is_json);
        code = code < 0 || code == own ? own : EXIT_CODE_SOME_FAILED;
    }
    if (code >= 0)
        return code;
    if (listing->provider != NULL)
        error_set(err, ERROR_USAGE, "there is no provider \"%s\"", listing->provider);
    else
        error_set(err, ERROR_USAGE,
                  "no provider is configured: set a key variable such as OPENAI_API_KEY, "
                  "write a configuration (motet config example), or name one: motet "
                  "models ollama");
    return EXIT_CODE_USAGE;
}

static int cmd_models_run(struct options *options, cli_screen_fn open_screen,
                          struct error *err)
{
    (void)open_screen;
    struct setup setup = {0};
    struct listing listing;
    int code = EXIT_CODE_USAGE;
    if (listing_init(&listing, &setup, options, err) &&
        setup_init(&setup, options, err)) {
        listing_run(&listing);
        code = listing.signal_code != 0
                   ? listing.signal_code
                   : models_print_all(&listing, options->is_json, err);
    }
    setup_clear(&setup);
    return code;
}

const struct command cmd_models = {"models", "motet models [PROVIDER]",
                                   "what each provider offers, one model a line",
                                   OPTION_TALK | OPTION_LINES, cmd_models_run};
