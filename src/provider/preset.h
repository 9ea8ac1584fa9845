/*
 * The services and local servers that are known by name: which protocol they speak, where
 * they are, which environment variable has the key, and in what they differ from others
 * of the same protocol. One const table; any other service is reached by its URL.
 */
#ifndef PROVIDER_PRESET_H
#define PROVIDER_PRESET_H

#include <stdbool.h>
#include <stddef.h>

struct preset {
    const char *name;         /* as a person types it */
    const char *api;          /* the protocol's name, see provider_find */
    const char *base_url;     /* NULL: everybody has another one */
    const char *key_variable; /* in the environment; NULL: it takes no key */
    unsigned quirks;          /* enum quirk, or-ed */
    bool is_local;            /* a server on this machine, which may not be running */
    const char *help;         /* one sentence */
};

/* The record called `name`, or NULL. */
const struct preset *preset_find(const char *name);

/* The table: record `index`, NULL past the end. */
const struct preset *preset_get(size_t index);

#endif
