/*
 * Keeps what went over the wire for the answers of this run of the program, for the wire
 * view: a tap that writes down. Nothing of it reaches a disk. It has ceilings: of each
 * stream the beginning and the end stay, and when all of it together is too much the
 * oldest exchanges lose what they hold (is_dropped), though not that they were there.
 */
#ifndef ENGINE_WIRE_LOG_H
#define ENGINE_WIRE_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/base/strbuf.h"
#include "src/engine/wire.h"
#include "src/engine/wire_stretch.h"
#include "src/provider/provider.h"

/* What may stay of one stream, packed: of its beginning, and of its end. */
#define WIRE_FIRST_MAX ((size_t)192 << 10)
#define WIRE_LAST_MAX  ((size_t)64 << 10)

/* The largest body of a request that is kept whole. */
#define WIRE_REQUEST_MAX ((size_t)512 << 10)

/* The ceiling of everything together. */
#define WIRE_LOG_MAX ((size_t)4 << 20)

/* The exchanges that are remembered at all. */
#define WIRE_RECORD_MAX 4096

/* One exchange. Texts are owned by the record. */
struct wire_record {
    uint64_t exchange;
    chat_id chat;
    uint64_t message_id;
    int attempt; /* from 1 */
    char *provider;
    char *model;
    char *key_env;     /* the variable of its key, or NULL */
    char *extra_names; /* of the fields a person has set, a line each; or NULL */
    enum framing framing;
    bool is_dropped; /* only what stands above and below up to `size` is true */

    int64_t begin_us; /* of clock_now_us; the following since then, -1: not reached */
    int64_t connected_us;
    int64_t head_us;
    int64_t end_us;
    bool is_cut;  /* we have ended it */
    char *error;  /* how it failed, or NULL */
    size_t size;  /* bytes that it takes now */
    size_t total; /* bytes of the body that came */

    char *method;
    char *url;
    char *fields; /* "Name: value", a line each */
    struct strbuf body;
    size_t body_len; /* larger than what is kept: it was too large; nothing is kept of
                        what a recording tells */
    char *aws_sigv4; /* these as in http_request, or NULL */
    char *ca_file;
    char *client_cert;
    char *client_key;
    char *proxy;

    int status; /* 0: no response yet */
    char *response_fields;
    char *content_type; /* or NULL */
    const char *http_version;
    bool is_reused;
    int64_t dns_us; /* as in http_result */
    int64_t connect_us;
    int64_t tls_us;
    int64_t first_byte_us;
    struct wire_stretch first;
    struct wire_stretch last; /* what came last; between the two `left_out` bytes */
    size_t left_out;
};

struct wire_log;

/* Listens to the engine until it is freed, which comes before the engine's end. */
struct wire_log *wire_log_new(struct engine *engine);
void wire_log_free(struct wire_log *log);

/* The tap itself, for those who feed it; `user` is the log. */
void wire_log_hear(void *user, const struct wire_event *event);

/* The exchange number `index` (from 0) of an answer, in their order, or NULL. Valid until
 * the loop runs. */
const struct wire_record *wire_log_find(const struct wire_log *log, chat_id chat,
                                        uint64_t message_id, size_t index);

/* The bytes that the log holds. */
size_t wire_log_size(const struct wire_log *log);

/* The raw body of a response as far as it was kept; a line tells of bytes left out. */
void wire_record_append_raw(const struct wire_record *record, struct strbuf *out);

#endif
