/*
 * Asking providers for their lists of models: all that are wanted at once, until each
 * has answered or failed. What the answers are worth is for the command to say.
 */
#ifndef CLI_LISTING_H
#define CLI_LISTING_H

#include <stdbool.h>
#include <stddef.h>

#include "src/cli/setup.h"

struct listing {
    struct setup *setup;
    const char *provider; /* only this one, or NULL: those worth offering */
    size_t waiting;       /* answers to come */
    int signal_code;      /* the exit code of the signal that ended it; 0: none */
};

/*
 * Takes the provider from the words of the options (more than one is an error) and
 * prepares them for a setup without chats. Call before setup_init.
 */
bool listing_init(struct listing *listing, struct setup *setup, struct options *options,
                  struct error *err);

/* True if this listing is about the endpoint; of a local server that was only looked for,
 * once it has answered. */
bool listing_wants(const struct listing *listing, const struct endpoint *endpoint);

/* Asks everybody wanted and waits until all have settled, or a signal has come. */
void listing_run(struct listing *listing);

#endif
