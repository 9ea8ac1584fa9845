/*
 * What goes to the taps is a copy with masks; the bytes that come are copied only where a
 * secret is in them. A secret may be cut between two reads: what may be the beginning of
 * one waits for the read behind it.
 */
#include "src/engine/wire_exchange.h"

#include <assert.h>
#include <string.h>
#include <strings.h>

#include "src/base/clock.h"
#include "src/base/mem.h"
#include "src/base/strbuf.h"
#include "src/engine/engine_state.h"
#include "src/engine/wire_mask.h"
#include "src/net/http.h"

/* So much of the beginning of a secret tells nothing. */
#define HELD_SHOWN_MAX 6

struct wire_exchange {
    struct wire *wire;
    struct wire_event about; /* the ids, endpoint and model */
    struct wire_mask mask;
    struct strbuf held; /* bytes that may be the beginning of a secret */
    int64_t begin_us;
};

void engine_tap(struct engine *engine, wire_fn fn, void *user)
{
    struct wire *wire = &engine->wire;
    assert(wire->tap_count < WIRE_TAP_MAX);
    wire->taps[wire->tap_count++] = (struct wire_tap){fn, user};
}

void engine_untap(struct engine *engine, wire_fn fn, void *user)
{
    struct wire *wire = &engine->wire;
    for (size_t i = 0; i < wire->tap_count; i++) {
        if (wire->taps[i].fn != fn || wire->taps[i].user != user)
            continue;
        wire->tap_count--;
        memmove(wire->taps + i, wire->taps + i + 1,
                (wire->tap_count - i) * sizeof(wire->taps[0]));
        return;
    }
}

struct wire_exchange *wire_begin(struct wire *wire, const struct wire_event *what)
{
    if (wire->tap_count == 0)
        return NULL;
    struct wire_exchange *exchange = mem_alloc(sizeof(*exchange));
    exchange->wire = wire;
    exchange->about = (struct wire_event){.chat = what->chat,
                                          .message_id = what->message_id,
                                          .attempt = what->attempt,
                                          .endpoint = what->endpoint,
                                          .model = what->model};
    exchange->begin_us = clock_now_us();
    strbuf_init(&exchange->held, STRBUF_OWN_MAX);
    return exchange;
}

/* Tells all taps; with the ids of the exchange. */
static void exchange_tell(const struct wire_exchange *exchange, struct wire_event event)
{
    const struct wire *wire = exchange->wire;
    event.exchange = exchange->about.exchange;
    event.chat = exchange->about.chat;
    event.message_id = exchange->about.message_id;
    event.attempt = exchange->about.attempt;
    event.endpoint = exchange->about.endpoint;
    event.model = exchange->about.model;
    if (event.at_us == 0)
        event.at_us = clock_now_us();
    for (size_t i = 0; i < wire->tap_count; i++)
        wire->taps[i].fn(wire->taps[i].user, &event);
}

/* --- The request ----------------------------------------------------------------- */

static void add_masked_field(const struct wire_exchange *exchange,
                             struct header_list *masked, const struct header *field,
                             bool is_extra)
{
    const bool is_secret = wire_mask_is_secret_name(field->name, strlen(field->name)) ||
                           (is_extra && !wire_mask_is_known_name(field->name));
    char *value = is_secret ? wire_mask_value(field->value)
                            : wire_mask_text(&exchange->mask, field->value);
    header_list_add(masked, field->name, value);
    mem_free(value);
}

/* The fields with masks, and those that libcurl was told to add. */
static void mask_fields(struct wire_exchange *exchange, const struct http_request *sent,
                        size_t extra_count, struct header_list *masked)
{
    const struct header_list *fields = sent->headers;
    const size_t own_count = fields->len - extra_count;
    for (size_t i = own_count; i < fields->len; i++) {
        if (!wire_mask_is_known_name(fields->items[i].name))
            wire_mask_add_value(&exchange->mask, fields->items[i].value);
    }
    for (size_t i = 0; i < fields->len; i++)
        add_masked_field(exchange, masked, &fields->items[i], i >= own_count);
    if (sent->aws_sigv4 != NULL)
        header_list_add(masked, "Authorization", "AWS4-HMAC-SHA256 " WIRE_MASK);
    if (header_list_get(masked, "User-Agent") == NULL)
        header_list_add(masked, "User-Agent", http_user_agent());
}

void wire_tell_request(struct wire_exchange *exchange, const struct http_request *sent,
                       const char *key, size_t extra_count)
{
    if (exchange == NULL)
        return;
    struct header_list fields = {0};
    struct strbuf body;
    wire_mask_add_key(&exchange->mask, key);
    mask_fields(exchange, sent, extra_count, &fields);
    exchange->about.exchange = ++exchange->wire->last_exchange;
    struct http_request masked = *sent;
    char *url = wire_mask_url(&exchange->mask, sent->url);
    char *proxy =
        sent->proxy != NULL ? wire_mask_url(&exchange->mask, sent->proxy) : NULL;
    masked.url = url;
    masked.proxy = proxy;
    masked.headers = &fields;
    masked.user_password = NULL;
    if (masked.method == NULL)
        masked.method = sent->body != NULL ? "POST" : "GET";
    strbuf_init(&body, STRBUF_OWN_MAX);
    /* A key that a person has pasted into a prompt. */
    if (sent->body != NULL &&
        wire_mask_finds(&exchange->mask, sent->body, sent->body_len)) {
        strbuf_append(&body, sent->body, sent->body_len);
        wire_mask_stars(&exchange->mask, body.text, body.len);
        masked.body = body.text;
    }
    exchange_tell(exchange, (struct wire_event){.kind = WIRE_REQUEST,
                                                .at_us = exchange->begin_us,
                                                .request = &masked});
    strbuf_clear(&body);
    mem_free(proxy);
    mem_free(url);
    header_list_clear(&fields);
}

/* --- The response ---------------------------------------------------------------- */

void wire_tell_connected(struct wire_exchange *exchange, const struct http_result *result)
{
    if (exchange != NULL)
        exchange_tell(exchange,
                      (struct wire_event){.kind = WIRE_CONNECTED, .result = result});
}

void wire_tell_head(struct wire_exchange *exchange, const struct http_head *head,
                    const struct http_result *result)
{
    if (exchange == NULL)
        return;
    struct http_head masked = {.status = head->status};
    header_list_copy(&masked.headers, &head->headers);
    for (size_t i = 0; i < masked.headers.len; i++) {
        char *value = masked.headers.items[i].value;
        wire_mask_stars(&exchange->mask, value, strlen(value));
        /* A session that a server begins is as good as a key. */
        if (strncasecmp(masked.headers.items[i].name, "Set-Cookie", 10) == 0)
            memset(value, '*', strlen(value));
    }
    exchange_tell(exchange, (struct wire_event){
                                .kind = WIRE_HEAD, .head = &masked, .result = result});
    header_list_clear(&masked.headers);
}

static void tell_bytes(const struct wire_exchange *exchange, const char *bytes,
                       size_t len)
{
    if (len > 0)
        exchange_tell(exchange,
                      (struct wire_event){.kind = WIRE_BODY, .bytes = bytes, .len = len});
}

void wire_tell_body(struct wire_exchange *exchange, const char *bytes, size_t len)
{
    if (exchange == NULL)
        return;
    const struct wire_mask *mask = &exchange->mask;
    struct strbuf *held = &exchange->held;
    const size_t open = wire_mask_open_end(mask, bytes, len);
    if (held->len == 0 && open == 0 && !wire_mask_finds(mask, bytes, len)) {
        tell_bytes(exchange, bytes, len);
        return;
    }
    strbuf_append(held, bytes, len);
    wire_mask_stars(mask, held->text, held->len);
    const size_t still_open = wire_mask_open_end(mask, held->text, held->len);
    tell_bytes(exchange, held->text, held->len - still_open);
    strbuf_remove(held, 0, held->len - still_open);
}

void wire_end(struct wire_exchange *exchange, enum wire_kind kind,
              const struct http_result *result)
{
    if (exchange == NULL)
        return;
    if (exchange->about.exchange != 0) {
        /* A key that was cut is no less a key. */
        if (exchange->held.len > HELD_SHOWN_MAX)
            memset(exchange->held.text, '*', exchange->held.len);
        tell_bytes(exchange, exchange->held.text, exchange->held.len);
        exchange_tell(exchange, (struct wire_event){.kind = kind, .result = result});
    }
    wire_mask_clear(&exchange->mask);
    strbuf_clear(&exchange->held);
    mem_free(exchange);
}
