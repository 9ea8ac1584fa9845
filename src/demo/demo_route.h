/*
 * Which protocol an address belongs to and what is asked for there. Pure; knows the paths
 * of all protocols.
 */
#ifndef DEMO_ROUTE_H
#define DEMO_ROUTE_H

#include <stdbool.h>

#include "src/demo/demo_protocol.h"

enum demo_address {
    DEMO_ADDRESS_NONE, /* there is nothing */
    DEMO_ADDRESS_CHAT,
    DEMO_ADDRESS_MODELS,
    DEMO_ADDRESS_STATS /* of this server: what its limits have done */
};

struct demo_route {
    const struct demo_protocol *protocol; /* never NULL: a refusal too is in its words */
    enum demo_address address;
    char *model;       /* where the path names it; owned */
    bool is_streaming; /* where the path says it */
};

/* Finds the route of a (decoded) path. `is_versioned`: the request has the header that
 * tells Anthropic's list of models from OpenAI's, which stands at the same address. */
void demo_route_find(struct demo_route *route, const char *path, bool is_versioned);

void demo_route_clear(struct demo_route *route);

#endif
