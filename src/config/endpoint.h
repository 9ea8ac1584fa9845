/*
 * Where models are reached: a wire protocol, a base URL, and what goes with it. The key
 * belongs to this endpoint and is sent nowhere else. Plain data; who may reach it and
 * how is decided in src/engine.
 */
#ifndef CONFIG_ENDPOINT_H
#define CONFIG_ENDPOINT_H

#include <stddef.h>

#include "src/config/secret.h"

struct endpoint {
    char *name;         /* shown as the provider: "demo", "api.example.com" */
    char *api;          /* the wire protocol, as --api takes it */
    char *base_url;     /* the API's base, with or without its version segment */
    char *ca_file;      /* certificates to verify it with, or NULL for the system's */
    struct secret *key; /* or NULL */
    char **headers;     /* extra header lines, "Name: value" */
    size_t header_count;
    size_t header_cap;
};

/* Copies the three strings; the rest is empty. */
void endpoint_init(struct endpoint *endpoint, const char *name, const char *api,
                   const char *base_url);
void endpoint_clear(struct endpoint *endpoint);

/* Appends a copy of the header line (checked by the caller). */
void endpoint_add_header(struct endpoint *endpoint, const char *line);

/* The host and port of a URL, as a name for it. Caller frees. */
char *endpoint_name_from_url(const char *url);

#endif
