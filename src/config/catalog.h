/*
 * The endpoints and models a run knows: where a name that a person types leads. First
 * come the models of the configuration, by their names; then "PROVIDER/MODEL", if there
 * is an endpoint of that name; anything else goes to the default endpoint, which is the
 * one given on the command line.
 */
#ifndef CONFIG_CATALOG_H
#define CONFIG_CATALOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/base/error.h"
#include "src/config/endpoint.h"

/* A model of the configuration. Strings and lists are owned. */
struct catalog_entry {
    char *name;
    const struct endpoint *endpoint;
    char *model;   /* as the endpoint calls it */
    char *system;  /* or NULL */
    char **params; /* "name=value", as -p takes them */
    size_t param_count;
    char **fallback; /* names of models to ask in its place */
    size_t fallback_count;
    int64_t context_tokens; /* 0: not known */
    double price_input;     /* money for a million tokens; negative: not known */
    double price_output;
    double price_cached;
};

struct catalog {
    struct endpoint **endpoints; /* owned; addresses stay */
    size_t endpoint_count;
    size_t endpoint_cap;
    struct endpoint *default_endpoint; /* or NULL */
    struct catalog_entry **entries;    /* owned; addresses stay */
    size_t entry_count;
    size_t entry_cap;
    char **models; /* names worth offering, "demo/sage" */
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

/* Adds a model of the configuration: no prices, no context, no lists yet. */
struct catalog_entry *catalog_add_entry(struct catalog *catalog, const char *name,
                                        const struct endpoint *endpoint,
                                        const char *model);

/* Append to the lists of an entry. */
void catalog_entry_add_param(struct catalog_entry *entry, const char *assignment);
void catalog_entry_add_fallback(struct catalog_entry *entry, const char *name);

/* The model of the configuration called `name`, or NULL. */
const struct catalog_entry *catalog_find_entry(const struct catalog *catalog,
                                               const char *name);

/* The first model of the configuration that is this one and has a price, or NULL. */
const struct catalog_entry *catalog_find_priced(const struct catalog *catalog,
                                                const struct endpoint *endpoint,
                                                const char *model);

/* The endpoint called `name`, or NULL. */
const struct endpoint *catalog_find_endpoint(const struct catalog *catalog,
                                             const char *name);

/* The variables that hold keys of the endpoints, borrowed from them; ends with NULL.
 * Caller frees the array. */
const char **catalog_get_key_variables(const struct catalog *catalog);

/* Adds a name to those offered, once. */
void catalog_add_model(struct catalog *catalog, const char *name);

/* Finds where `name` leads; false with a sentence that says what to give, or why the
 * endpoint cannot be used. */
bool catalog_find(const struct catalog *catalog, const char *name, struct model_ref *ref,
                  struct error *err);

#endif
