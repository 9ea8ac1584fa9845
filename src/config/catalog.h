/*
 * The endpoints and model names a run knows: where a name that a person types leads.
 * "PROVIDER/MODEL" means that endpoint if there is one of that name; anything else goes
 * to the default endpoint, which is the one given on the command line.
 */
#ifndef CONFIG_CATALOG_H
#define CONFIG_CATALOG_H

#include <stdbool.h>
#include <stddef.h>

#include "src/base/error.h"
#include "src/config/endpoint.h"

struct catalog {
    struct endpoint **endpoints; /* owned; addresses stay */
    size_t endpoint_count;
    size_t endpoint_cap;
    struct endpoint *default_endpoint; /* or NULL */
    char **models;                     /* names worth offering, "demo/sage" */
    size_t model_count;
    size_t model_cap;
};

/* A model at its endpoint. Borrowed from the catalog and from the name looked up. */
struct model_ref {
    const struct endpoint *endpoint;
    const char *model; /* as the endpoint calls it */
};

void catalog_init(struct catalog *catalog);
void catalog_clear(struct catalog *catalog);

/* Adds an empty endpoint for the caller to fill; it stays at its address. */
struct endpoint *catalog_add_endpoint(struct catalog *catalog);

/* Adds a name to those offered, once. */
void catalog_add_model(struct catalog *catalog, const char *name);

/* Finds where `name` leads; false with a sentence that says what to give. */
bool catalog_find(const struct catalog *catalog, const char *name, struct model_ref *ref,
                  struct error *err);

#endif
