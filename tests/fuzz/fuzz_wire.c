/*
 * The taps and the log behind them. The first line of the input is the key, the second
 * the content type, the rest what a server sends, cut into reads that follow from the
 * input. However it is cut, no tap hears the key, lengths stay true, what was kept is
 * what came, and its frames can be made.
 */
#include "tests/fuzz/fuzz.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/mem.h"
#include "src/base/rng.h"
#include "src/config/endpoint.h"
#include "src/engine/wire_exchange.h"
#include "src/engine/wire_frames.h"
#include "src/engine/wire_log.h"

static void require(bool is_true, const char *what)
{
    if (is_true)
        return;
    fprintf(stderr, "does not hold: %s\n", what);
    abort();
}

static bool holds(const char *bytes, size_t len, const char *part)
{
    const size_t part_len = strlen(part);
    for (size_t i = 0; i + part_len <= len; i++) {
        if (memcmp(bytes + i, part, part_len) == 0)
            return true;
    }
    return false;
}

static void on_wire(void *user, const struct wire_event *event)
{
    struct strbuf *told = user;
    if (event->kind == WIRE_BODY)
        strbuf_append(told, event->bytes, event->len);
}

static void on_frame(void *user, const struct wire_frame *frame)
{
    size_t *sum = user;
    *sum += frame->len + strlen(frame->type) + (frame->data[0] != '\0');
}

/* Takes the next line of the input, letters and digits only. Caller frees. */
static char *take_line(const char **bytes, size_t *size)
{
    const char *end = memchr(*bytes, '\n', *size);
    const size_t len = end != NULL ? (size_t)(end - *bytes) : *size;
    char *line = mem_strndup(*bytes, len);
    for (size_t i = 0; i < len; i++) {
        if (!isalnum((unsigned char)line[i]) && strchr("/-:.", line[i]) == NULL)
            line[i] = 'x';
    }
    line[len] = '\0';
    *bytes += len + (end != NULL);
    *size -= len + (end != NULL);
    return line;
}

static void feed(struct wire_exchange *exchange, const char *bytes, size_t size)
{
    struct rng rng;
    rng_init(&rng, size);
    for (size_t at = 0; at < size;) {
        const size_t want = 1 + (size_t)rng_below(&rng, rng_below(&rng, 4) == 0 ? 90 : 3);
        const size_t len = want < size - at ? want : size - at;
        /* An allocation of its own: reading past the piece is seen. */
        char *piece = mem_strndup(bytes + at, len);
        wire_tell_body(exchange, piece, len);
        mem_free(piece);
        at += len;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const apis[] = {"openai-chat", "ollama", "bedrock"};
    const char *bytes = (const char *)data;
    const char *const api = apis[size % 3];
    char *key = take_line(&bytes, &size);
    char *type = take_line(&bytes, &size);
    struct strbuf told;
    struct endpoint endpoint;
    struct wire_log *log = wire_log_new(NULL);
    struct wire wire = {.taps = {{on_wire, &told}, {wire_log_hear, log}}, .tap_count = 2};
    const struct header_list none = {.items = NULL};
    struct http_head head = {.status = 200};
    strbuf_init(&told, STRBUF_OWN_MAX);
    endpoint_init(&endpoint, "place", api, "http://host");
    header_list_add(&head.headers, "Content-Type", type);
    struct wire_exchange *exchange = wire_begin(
        &wire,
        &(struct wire_event){.message_id = 1, .endpoint = &endpoint, .model = "m"});
    wire_tell_request(
        exchange, &(struct http_request){.url = "http://host", .headers = &none}, key, 0);
    wire_tell_head(exchange, &head, NULL);
    feed(exchange, bytes, size);
    wire_end(exchange, WIRE_DONE, NULL);
    require(told.len == size, "lengths stay true");
    require(strlen(key) < 8 || !holds(strbuf_text(&told), told.len, key),
            "no tap hears the key");
    size_t sum = 0;
    const struct wire_record *record = wire_log_find(log, 0, 1, 0);
    require(record != NULL && record->total == size, "the log has all of it");
    wire_frames_each(record, on_frame, &sum);
    struct strbuf raw;
    strbuf_init(&raw, STRBUF_OWN_MAX);
    wire_record_append_raw(record, &raw);
    require(record->left_out > 0 ||
                (raw.len == told.len &&
                 memcmp(strbuf_text(&raw), strbuf_text(&told), raw.len) == 0),
            "what was kept is what came");
    strbuf_clear(&raw);
    wire_log_free(log);
    endpoint_clear(&endpoint);
    header_list_clear(&head.headers);
    strbuf_clear(&told);
    mem_free(key);
    mem_free(type);
    return 0;
}
