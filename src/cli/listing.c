/* The loop runs until the number of answers to come is 0. */
#include "src/cli/listing.h"

#include <signal.h>
#include <string.h>

bool listing_init(struct listing *listing, struct setup *setup, struct options *options,
                  struct error *err)
{
    *listing = (struct listing){.setup = setup};
    if (options->words.len > 1) {
        error_set(err, ERROR_USAGE, "one provider at most, not \"%s\" as well",
                  options->words.items[1]);
        return false;
    }
    if (options->words.len == 1)
        listing->provider = options->words.items[0];
    /* The demo is there only when a model of it is asked for. */
    if (listing->provider != NULL && strcmp(listing->provider, "demo") == 0)
        options_add_model(options, "demo/sage");
    options->needs_no_model = true;
    return true;
}

/* A local server at its usual place is asked, and is there if it answers. */
static bool listing_asks(const struct listing *listing, const struct endpoint *endpoint)
{
    if (listing->provider != NULL)
        return strcmp(endpoint->name, listing->provider) == 0;
    return endpoint->is_offered || endpoint->is_probed;
}

bool listing_wants(const struct listing *listing, const struct endpoint *endpoint)
{
    if (listing->provider != NULL || endpoint->is_offered || !endpoint->is_probed)
        return listing_asks(listing, endpoint);
    const struct model_list *list = engine_get_models(listing->setup->engine, endpoint);
    return list != NULL && model_list_get_error(list)->class == ERROR_NONE &&
           model_list_get_count(list) > 0;
}

static void listing_on_event(void *user, const struct engine_event *event)
{
    struct listing *listing = user;
    if (event->kind != EVENT_MODELS)
        return;
    listing->waiting--;
    if (listing->waiting == 0)
        ev_break(listing->setup->loop, EVBREAK_ALL);
}

static void listing_on_signal(struct ev_loop *loop, struct ev_signal *watcher, int events)
{
    (void)events;
    struct listing *listing = watcher->data;
    listing->signal_code =
        watcher->signum == SIGINT ? EXIT_CODE_SIGINT : EXIT_CODE_SIGTERM;
    ev_break(loop, EVBREAK_ALL);
}

static void listing_ask(struct listing *listing)
{
    const struct catalog *catalog = &listing->setup->catalog;
    for (size_t i = 0; i < catalog->endpoint_count; i++) {
        const struct endpoint *endpoint = catalog->endpoints[i];
        if (!listing_asks(listing, endpoint) || endpoint->trouble != NULL)
            continue;
        listing->waiting++;
        engine_ask_models(listing->setup->engine, endpoint, true);
    }
}

void listing_run(struct listing *listing)
{
    struct setup *setup = listing->setup;
    struct ev_signal signals[2];
    ev_signal_init(&signals[0], listing_on_signal, SIGINT);
    ev_signal_init(&signals[1], listing_on_signal, SIGTERM);
    for (size_t i = 0; i < 2; i++) {
        signals[i].data = listing;
        ev_signal_start(setup->loop, &signals[i]);
    }
    engine_listen(setup->engine, listing_on_event, listing);
    listing_ask(listing);
    if (listing->waiting > 0)
        ev_run(setup->loop, 0);
    engine_listen(setup->engine, NULL, NULL);
    for (size_t i = 0; i < 2; i++)
        ev_signal_stop(setup->loop, &signals[i]);
}
