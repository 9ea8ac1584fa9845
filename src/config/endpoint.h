/*
 * Where models are reached: a wire protocol, a base URL, and what goes with it. An
 * endpoint is bound to the origin (scheme, host and port) of its base URL when it is
 * made: its key and its headers are sent to no other, which endpoint_owns_url decides
 * before each request. Plain data otherwise.
 */
#ifndef CONFIG_ENDPOINT_H
#define CONFIG_ENDPOINT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/config/quantity.h"
#include "src/config/secret.h"

/* The clocks that an endpoint may have of its own, in the order of the settings. */
#define ENDPOINT_CLOCK_COUNT 4

struct endpoint {
    char *name;         /* shown as the provider: "demo", "api.example.com" */
    char *api;          /* the wire protocol, as --api takes it */
    char *base_url;     /* the API's base, with or without its version segment */
    char *origin;       /* of the base URL, "https://host:443"; NULL if that is none */
    char *preset;       /* the service it is known as, or NULL */
    char *ca_file;      /* certificates to verify it with, or NULL for the system's */
    char *client_cert;  /* to show to the server, or NULL */
    char *client_key;   /* of client_cert; NULL: in the same file */
    char *proxy;        /* NULL: by the environment */
    struct secret *key; /* or NULL */
    char *key_env;      /* the variable of its key, set or not; NULL: none */
    char *key_from;     /* in words: "the variable X"; NULL: it needs none */
    char **key_cmd;     /* the command that prints the key, as arguments; or NULL */
    size_t key_cmd_count;
    unsigned quirks;       /* how the service differs from its protocol */
    bool is_own;           /* our own demo server, whose port changes with each start */
    bool is_local;         /* a model server on weak hardware: few requests at once */
    int64_t max_in_flight; /* most requests at once; 0 = by the situation */
    struct rate request_rate; /* what the person allows; window 0 = no limit */
    struct rate token_rate;
    int64_t clock_ms[ENDPOINT_CLOCK_COUNT]; /* SETTING_AUTO: as the settings say */
    bool is_offered; /* configured, asked for, or with a key: worth showing in lists */
    bool is_probed;  /* a usual place of a local server: offered if it answers */
    char *trouble;   /* a sentence: why it cannot be used, or NULL */
    char **headers;  /* extra header lines, "Name: value" */
    size_t header_count;
    size_t header_cap;
};

/* Copies the three strings and binds the endpoint to the URL's origin; the rest is empty.
 */
void endpoint_init(struct endpoint *endpoint, const char *name, const char *api,
                   const char *base_url);
void endpoint_clear(struct endpoint *endpoint);

/* Appends a copy of the argument to the command that prints the key. */
void endpoint_add_key_cmd(struct endpoint *endpoint, const char *argument);

/* Appends a copy of the header line (checked by the caller). */
void endpoint_add_header(struct endpoint *endpoint, const char *line);

/* True if the URL has the endpoint's origin: only there its key and headers may go. */
bool endpoint_owns_url(const struct endpoint *endpoint, const char *url);

/* Scheme, host and port of an http(s) URL, "https://host:443", in small letters; NULL if
 * it is none, or if two readers might see two hosts in it. Caller frees. */
char *endpoint_origin_from_url(const char *url);

/* The host and port of a URL, as a name for it. Caller frees. */
char *endpoint_name_from_url(const char *url);

#endif
