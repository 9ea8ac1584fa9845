/*
 * Records stand in the order of their exchanges, in an array of pointers. The end of a
 * long stream may grow to twice its size before it is trimmed, so that the work of that
 * is in proportion to what came.
 */
#include "src/engine/wire_log.h"

#include <string.h>

#include "src/base/compiler.h"
#include "src/base/mem.h"
#include "src/config/endpoint.h"

/* A piece as long as that is cut where it does not fit; a shorter one is not. */
#define CUT_MIN 4096

struct wire_log {
    struct engine *engine;
    struct wire_record **records;
    size_t count;
    size_t cap;
    size_t kept; /* the first record that may hold something */
    size_t size; /* of all records */
};

/* --- Records --------------------------------------------------------------------- */

static void take_text(char **to, const char *text)
{
    mem_free(*to);
    *to = mem_strdup(text);
}

/* Frees what takes room; what the record is about stays. */
static void record_empty(struct wire_record *record)
{
    char **const texts[] = {&record->method,          &record->url,
                            &record->fields,          &record->aws_sigv4,
                            &record->ca_file,         &record->error,
                            &record->client_cert,     &record->client_key,
                            &record->proxy,           &record->content_type,
                            &record->response_fields, &record->extra_names};
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        mem_free(*texts[i]);
        *texts[i] = NULL;
    }
    strbuf_clear(&record->body);
    wire_stretch_clear(&record->first);
    wire_stretch_clear(&record->last);
}

static void record_free(struct wire_record *record)
{
    record_empty(record);
    mem_free(record->provider);
    mem_free(record->model);
    mem_free(record->key_env);
    mem_free(record);
}

static size_t text_size(const char *text)
{
    return text != NULL ? strlen(text) + 1 : 0;
}

static size_t record_measure(const struct wire_record *record)
{
    return sizeof(*record) + text_size(record->url) + text_size(record->fields) +
           text_size(record->response_fields) + text_size(record->error) +
           record->body.cap + wire_stretch_memory(&record->first) +
           wire_stretch_memory(&record->last);
}

/* --- The log --------------------------------------------------------------------- */

static void log_drop(struct wire_log *log, struct wire_record *record)
{
    record_empty(record);
    record->is_dropped = true;
    log->size -= record->size;
    record->size = 0;
}

/* Counts what the record takes now, and makes room for it. */
static void log_settle(struct wire_log *log, struct wire_record *record)
{
    const size_t size = record_measure(record);
    log->size = log->size - record->size + size;
    record->size = size;
    while (log->size > WIRE_LOG_MAX && log->kept < log->count)
        log_drop(log, log->records[log->kept++]);
}

static struct wire_record *log_add(struct wire_log *log)
{
    if (log->count == WIRE_RECORD_MAX) {
        log->size -= log->records[0]->size;
        record_free(log->records[0]);
        log->count--;
        memmove(log->records, log->records + 1, log->count * sizeof(log->records[0]));
        log->kept -= log->kept > 0;
    }
    log->records =
        mem_grow(log->records, &log->cap, log->count + 1, sizeof(log->records[0]));
    struct wire_record *record = mem_alloc(sizeof(*record));
    log->records[log->count++] = record;
    return record;
}

/* The record of an exchange that is under way: one of the last. NULL if it holds nothing
 * any more. */
static struct wire_record *log_find(const struct wire_log *log, uint64_t exchange)
{
    for (size_t i = log->count; i > 0; i--) {
        if (log->records[i - 1]->exchange == exchange)
            return log->records[i - 1]->is_dropped ? NULL : log->records[i - 1];
    }
    return NULL;
}

/* --- What is heard --------------------------------------------------------------- */

static char *join_fields(const struct header_list *fields)
{
    struct strbuf out;
    strbuf_init(&out, STRBUF_OWN_MAX);
    for (size_t i = 0; fields != NULL && i < fields->len; i++)
        strbuf_append_format(&out, "%s%s: %s", i > 0 ? "\n" : "", fields->items[i].name,
                             fields->items[i].value);
    return strbuf_take(&out);
}

static char *join_names(const struct endpoint *endpoint)
{
    struct strbuf out;
    strbuf_init(&out, STRBUF_OWN_MAX);
    for (size_t i = 0; i < endpoint->header_count; i++)
        strbuf_append_format(&out, "%.*s\n", (int)strcspn(endpoint->headers[i], ":"),
                             endpoint->headers[i]);
    return strbuf_take(&out);
}

static void note_request(struct wire_record *record, const struct wire_event *event)
{
    const struct http_request *request = event->request;
    const struct provider *provider = provider_find(event->endpoint->api);
    record->exchange = event->exchange;
    record->chat = event->chat;
    record->message_id = event->message_id;
    record->attempt = event->attempt;
    take_text(&record->provider, event->endpoint->name);
    take_text(&record->model, event->model);
    take_text(&record->key_env, event->endpoint->key_env);
    record->extra_names = join_names(event->endpoint);
    record->framing = provider != NULL ? provider->framing : FRAMING_EVENTS;
    record->begin_us = event->at_us;
    record->connected_us = record->head_us = record->end_us = -1;
    record->dns_us = record->connect_us = record->tls_us = record->first_byte_us = -1;
    take_text(&record->method, request->method);
    take_text(&record->url, request->url);
    record->fields = join_fields(request->headers);
    take_text(&record->aws_sigv4, request->aws_sigv4);
    take_text(&record->ca_file, request->ca_file);
    take_text(&record->client_cert, request->client_cert);
    take_text(&record->client_key, request->client_key);
    take_text(&record->proxy, request->proxy);
    strbuf_init(&record->body, WIRE_REQUEST_MAX);
    if (request->body != NULL)
        strbuf_append(&record->body, request->body,
                      request->body_len < WIRE_REQUEST_MAX ? request->body_len
                                                           : WIRE_REQUEST_MAX);
    record->body_len = request->body_len;
    wire_stretch_init(&record->first);
    wire_stretch_init(&record->last);
}

static void note_result(struct wire_record *record, const struct http_result *result)
{
    if (result == NULL)
        return;
    if (result->http_version != NULL)
        record->http_version = result->http_version;
    record->is_reused = result->is_reused;
    record->dns_us = result->dns_us;
    record->connect_us = result->connect_us;
    record->tls_us = result->tls_us;
    record->first_byte_us = result->first_byte_us;
    if (result->error.class != ERROR_NONE)
        take_text(&record->error, error_text(&result->error));
}

/* How many bytes of the piece the beginning has room for. */
static size_t room_for(const struct wire_record *record, size_t len)
{
    const size_t size = wire_stretch_size(&record->first) + sizeof(struct wire_piece);
    const size_t room = size < WIRE_FIRST_MAX ? WIRE_FIRST_MAX - size : 0;
    if (record->last.count > 0 || (len > room && len < CUT_MIN))
        return 0;
    return len < room ? len : room;
}

static void note_piece(struct wire_record *record, int64_t at_us, const char *bytes,
                       size_t len, bool goes_on)
{
    const size_t part = room_for(record, len);
    if (part > 0)
        wire_stretch_add(&record->first, at_us, bytes, part, goes_on || part < len);
    bytes += part;
    len -= part;
    if (len > WIRE_LAST_MAX) {
        record->left_out += len - WIRE_LAST_MAX;
        bytes += len - WIRE_LAST_MAX;
        len = WIRE_LAST_MAX;
    }
    if (len > 0)
        wire_stretch_add(&record->last, at_us, bytes, len, goes_on);
    if (wire_stretch_size(&record->last) > 2 * WIRE_LAST_MAX)
        record->left_out += wire_stretch_trim(&record->last, WIRE_LAST_MAX);
}

static void note_body(struct wire_record *record, int64_t at_us, const char *bytes,
                      size_t len)
{
    record->total += len;
    while (len > 0) {
        const size_t piece = wire_stretch_piece(bytes, len);
        note_piece(record, at_us, bytes, piece, piece < len);
        bytes += piece;
        len -= piece;
    }
}

void wire_log_hear(void *user, const struct wire_event *event)
{
    struct wire_log *log = user;
    struct wire_record *record =
        event->kind == WIRE_REQUEST ? log_add(log) : log_find(log, event->exchange);
    if (record == NULL)
        return;
    const int64_t at_us = event->at_us - record->begin_us;
    note_result(record, event->result);
    switch (event->kind) {
    case WIRE_REQUEST: note_request(record, event); break;
    case WIRE_CONNECTED: record->connected_us = at_us; break;
    case WIRE_HEAD:
        record->head_us = at_us;
        record->status = event->head->status;
        record->response_fields = join_fields(&event->head->headers);
        take_text(&record->content_type,
                  header_list_get(&event->head->headers, "Content-Type"));
        break;
    case WIRE_BODY: note_body(record, at_us, event->bytes, event->len); break;
    case WIRE_DONE:
    case WIRE_CUT:
        record->end_us = at_us;
        record->is_cut = event->kind == WIRE_CUT;
        break;
    }
    log_settle(log, record);
}

struct wire_log *wire_log_new(struct engine *engine)
{
    struct wire_log *log = mem_alloc(sizeof(*log));
    log->engine = engine;
    if (engine != NULL)
        engine_tap(engine, wire_log_hear, log);
    return log;
}

void wire_log_free(struct wire_log *log)
{
    if (log == NULL)
        return;
    if (log->engine != NULL)
        engine_untap(log->engine, wire_log_hear, log);
    for (size_t i = 0; i < log->count; i++)
        record_free(log->records[i]);
    mem_free(log->records);
    mem_free(log);
}

const struct wire_record *wire_log_find(const struct wire_log *log, chat_id chat,
                                        uint64_t message_id, size_t index)
{
    for (size_t i = 0; i < log->count; i++) {
        const struct wire_record *record = log->records[i];
        if (record->chat == chat && record->message_id == message_id && index-- == 0)
            return record;
    }
    return NULL;
}

size_t wire_log_size(const struct wire_log *log)
{
    return log->size;
}

void wire_record_append_raw(const struct wire_record *record, struct strbuf *out)
{
    wire_stretch_append(&record->first, out);
    if (record->left_out > 0)
        strbuf_append_format(out, "\n\xe2\x80\xa6 %zu bytes left out\n",
                             record->left_out);
    wire_stretch_append(&record->last, out);
}
