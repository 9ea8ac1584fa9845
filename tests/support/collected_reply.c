/* A listener that writes down every piece, and a loop over the cuts. */
#include "tests/support/collected_reply.h"

#include <string.h>

#include "src/base/mem.h"
#include "src/provider/provider.h"

/* 2026-11-22 11:00:00 UTC, an hour before the dates in the stream cases. */
#define COLLECTED_NOW_SECONDS 1795345200

void collected_reply_init(struct collected_reply *collected)
{
    *collected = (struct collected_reply){.delta_count = 0};
    strbuf_init(&collected->text, STRBUF_OWN_MAX);
    strbuf_init(&collected->reasoning, STRBUF_OWN_MAX);
    strbuf_init(&collected->refusal, STRBUF_OWN_MAX);
    strbuf_init(&collected->growing, STRBUF_OWN_MAX);
}

void collected_reply_clear(struct collected_reply *collected)
{
    strbuf_clear(&collected->text);
    strbuf_clear(&collected->reasoning);
    strbuf_clear(&collected->refusal);
    strbuf_clear(&collected->growing);
    for (size_t i = 0; i < collected->call_count; i++) {
        mem_free(collected->calls[i].id);
        mem_free(collected->calls[i].name);
        mem_free(collected->calls[i].arguments);
    }
    mem_free(collected->calls);
    for (size_t i = 0; i < collected->opaque_count; i++)
        mem_free(collected->opaques[i]);
    mem_free(collected->opaques);
    reply_outcome_clear(&collected->outcome);
}

static void collect_call(struct collected_reply *collected, const struct piece *piece)
{
    collected->calls = mem_grow(collected->calls, &collected->call_cap,
                                collected->call_count + 1, sizeof(collected->calls[0]));
    collected->calls[collected->call_count++] = (struct collected_call){
        .id = mem_strdup(piece->call_id),
        .name = mem_strdup(piece->call_name),
        .arguments = mem_strndup(piece->text, piece->len),
        .is_valid = piece->is_valid_call,
    };
}

static void collect_opaque(struct collected_reply *collected, const struct piece *piece)
{
    collected->opaques =
        mem_grow(collected->opaques, &collected->opaque_cap, collected->opaque_count + 1,
                 sizeof(collected->opaques[0]));
    collected->opaques[collected->opaque_count++] = mem_strndup(piece->text, piece->len);
}

static void collect_piece(void *user, const struct piece *piece)
{
    struct collected_reply *collected = user;
    switch (piece->kind) {
    case PIECE_TEXT: strbuf_append(&collected->text, piece->text, piece->len); break;
    case PIECE_REASONING:
        strbuf_append(&collected->reasoning, piece->text, piece->len);
        break;
    case PIECE_REFUSAL:
        strbuf_append(&collected->refusal, piece->text, piece->len);
        break;
    case PIECE_CALL_DELTA:
        strbuf_append(&collected->growing, piece->text, piece->len);
        collected->delta_count++;
        break;
    case PIECE_OPAQUE: collect_opaque(collected, piece); break;
    case PIECE_CALL: collect_call(collected, piece); break;
    }
}

/* Hands a piece over in memory of exactly its size, so that a sanitizer sees every read
 * past its end. */
static bool hand_over(struct reply *reply, const char *bytes, size_t len)
{
    char *copy = mem_alloc(len);
    if (len > 0)
        memcpy(copy, bytes, len);
    const bool wants_more = reply_body(reply, copy, len);
    mem_free(copy);
    return wants_more;
}

void collected_reply_run(struct collected_reply *collected,
                         const struct canned_response *response)
{
    const struct error no_error = {.class = ERROR_NONE};
    const char *api = response->api != NULL ? response->api : "openai-chat";
    struct reply *reply = reply_new(provider_find(api), collect_piece, collected);
    struct http_head head = {.status = response->status};
    header_list_copy(&head.headers, response->headers);
    reply_head(reply, &head);
    header_list_clear(&head.headers);
    size_t at = 0;
    bool wants_more = true;
    for (size_t i = 0; i <= response->cut_count && wants_more; i++) {
        const size_t end = i < response->cut_count ? response->cuts[i] : response->len;
        wants_more = hand_over(reply, response->body + at, end - at);
        at = end;
    }
    reply_end(reply, response->transport != NULL ? response->transport : &no_error,
              COLLECTED_NOW_SECONDS, &collected->outcome);
    reply_free(reply);
}

void collected_reply_init_body(struct collected_reply *collected, const char *api,
                               const char *type, const char *body)
{
    struct header_list headers = {.len = 0};
    header_list_add(&headers, "Content-Type", type);
    const struct canned_response response = {
        .api = api,
        .status = 200,
        .headers = &headers,
        .body = body,
        .len = strlen(body),
    };
    collected_reply_init(collected);
    collected_reply_run(collected, &response);
    header_list_clear(&headers);
}

void collected_reply_init_events(struct collected_reply *collected, const char *api,
                                 const char *const *events)
{
    struct strbuf body;
    strbuf_init(&body, STRBUF_OWN_MAX);
    for (; *events != NULL; events++)
        strbuf_append_format(&body, "data: %s\r\n\r\n", *events);
    collected_reply_init_body(collected, api, "text/event-stream", strbuf_text(&body));
    strbuf_clear(&body);
}

static bool same_text(const char *a, const char *b)
{
    return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

static bool same_bytes(const struct strbuf *a, const struct strbuf *b)
{
    return a->len == b->len && (a->len == 0 || memcmp(a->text, b->text, a->len) == 0);
}

static bool same_outcome(const struct reply_outcome *a, const struct reply_outcome *b)
{
    return a->error.class == b->error.class && a->status == b->status &&
           same_text(a->error.message, b->error.message) &&
           same_text(a->provider_code, b->provider_code) &&
           same_text(a->request_id, b->request_id) &&
           a->retry_after_ms == b->retry_after_ms && a->retry_hint == b->retry_hint &&
           a->finish == b->finish && same_text(a->finish_raw, b->finish_raw) &&
           memcmp(&a->usage, &b->usage, sizeof(a->usage)) == 0;
}

bool collected_reply_equals(const struct collected_reply *a,
                            const struct collected_reply *b)
{
    if (a->call_count != b->call_count || a->delta_count != b->delta_count ||
        a->opaque_count != b->opaque_count)
        return false;
    for (size_t i = 0; i < a->opaque_count; i++) {
        if (!same_text(a->opaques[i], b->opaques[i]))
            return false;
    }
    for (size_t i = 0; i < a->call_count; i++) {
        if (!same_text(a->calls[i].name, b->calls[i].name) ||
            !same_text(a->calls[i].arguments, b->calls[i].arguments) ||
            a->calls[i].is_valid != b->calls[i].is_valid)
            return false;
    }
    return same_bytes(&a->text, &b->text) && same_bytes(&a->reasoning, &b->reasoning) &&
           same_bytes(&a->refusal, &b->refusal) && same_bytes(&a->growing, &b->growing) &&
           same_outcome(&a->outcome, &b->outcome);
}
