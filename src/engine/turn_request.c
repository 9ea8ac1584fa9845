/*
 * What is sent: the conversation up to the answer, written once for each target and kept
 * for its retries. What was learned of a model (adaptation.h) is applied here.
 */
#include "src/base/mem.h"
#include "src/engine/endpoint_request.h"
#include "src/engine/turn_state.h"

static void turn_add_target(struct turn *turn, const struct endpoint *endpoint,
                            const char *model)
{
    turn->targets[turn->target_count++] =
        (struct turn_target){.endpoint = endpoint, .model = mem_strdup(model)};
}

void turn_set_targets(struct turn *turn)
{
    const struct turn_request *request = &turn->request;
    turn->targets =
        mem_alloc_array(request->fallback_count + 1, sizeof(turn->targets[0]));
    turn_add_target(turn, request->endpoint, request->model);
    for (size_t i = 0; i < request->fallback_count; i++)
        turn_add_target(turn, request->fallbacks[i].endpoint,
                        request->fallbacks[i].model);
    turn->system = mem_strdup(request->system);
    if (request->params != NULL)
        param_list_copy(&turn->params, request->params);
    /* The owner may change its mind about the next turn while this one runs. */
    turn->request.fallbacks = NULL;
    turn->request.model = turn->request.system = NULL;
    turn->request.params = NULL;
}

void turn_clear_request(struct turn *turn)
{
    for (size_t i = 0; i < turn->target_count; i++)
        mem_free(turn->targets[i].model);
    mem_free(turn->targets);
    mem_free(turn->system);
    param_list_clear(&turn->params);
    mem_free(turn->ignored);
    mem_free(turn->url);
    strbuf_clear(&turn->body);
}

/* What is sent, in reading order. */
struct sent_messages {
    const struct message **items;
    size_t len;
    struct message **joined; /* those that stand for several of the chat's */
    size_t joined_count;
    size_t joined_cap;
};

/*
 * Puts an answer that goes on with the one before it into one with that: most services
 * want turns to take turns. The parts are borrowed from both.
 */
static void sent_messages_join(struct sent_messages *sent, const struct message *rest)
{
    const struct message *first = sent->items[sent->len - 1];
    struct message *joined = mem_alloc(sizeof(*joined));
    sent->joined = mem_grow(sent->joined, &sent->joined_cap, sent->joined_count + 1,
                            sizeof(struct message *));
    sent->joined[sent->joined_count++] = joined;
    *joined = *rest;
    joined->part_count = first->part_count + rest->part_count;
    joined->parts = mem_alloc_array(joined->part_count, sizeof(joined->parts[0]));
    for (size_t i = 0; i < joined->part_count; i++)
        joined->parts[i] =
            i < first->part_count ? first->parts[i] : rest->parts[i - first->part_count];
    sent->items[sent->len - 1] = joined;
}

/* Collects the messages before the answer. */
static void sent_messages_init(struct sent_messages *sent, const struct turn *turn)
{
    size_t count = 0;
    for (const struct message *at = turn->request.answer->parent; at != NULL;
         at = at->parent)
        count++;
    const struct message **all = mem_alloc_array(count + 1, sizeof(all[0]));
    size_t index = count;
    for (const struct message *at = turn->request.answer->parent; at != NULL;
         at = at->parent)
        all[--index] = at;
    *sent = (struct sent_messages){.items = all};
    for (size_t i = 0; i < count; i++) {
        const struct message *message = all[i];
        const bool goes_on = message->is_continuation && sent->len > 0 &&
                             sent->items[sent->len - 1]->author == MESSAGE_ASSISTANT;
        if (goes_on)
            sent_messages_join(sent, message);
        else
            sent->items[sent->len++] = message;
    }
}

static void sent_messages_clear(struct sent_messages *sent)
{
    for (size_t i = 0; i < sent->joined_count; i++) {
        mem_free(sent->joined[i]->parts);
        mem_free(sent->joined[i]);
    }
    mem_free(sent->joined);
    mem_free(sent->items);
}

static void turn_encode(struct turn *turn, struct error *err)
{
    const struct endpoint *endpoint = turn_endpoint(turn);
    const struct adaptation known =
        adaptation_find(turn->context.adaptations, endpoint, turn_model(turn));
    struct param_list params = {0};
    struct strbuf ignored;
    struct sent_messages sent;
    sent_messages_init(&sent, turn);
    strbuf_init(&ignored, 1000);
    adaptation_filter(&known, &turn->params, &params);
    turn->quirks = adaptation_quirks(&known, endpoint->quirks);
    const struct provider_request request = {
        .base_url = endpoint->base_url,
        .model = turn_model(turn),
        .system = turn->system,
        .messages = sent.items,
        .message_count = sent.len,
        .params = &params,
        .tools = turn->request.tools,
        .quirks = turn->quirks,
        .is_streaming = turn->request.is_streaming,
        .drops_opaque = known.drops_opaque,
        .ignored = &ignored,
    };
    turn->url = turn->provider->make_url(&request);
    turn->provider->encode(&request, &turn->body, err);
    if (ignored.len > 0)
        turn->ignored = strbuf_format("%s does not take %s: left out", turn_model(turn),
                                      strbuf_text(&ignored));
    strbuf_clear(&ignored);
    param_list_clear(&params);
    sent_messages_clear(&sent);
}

void turn_prepare(struct turn *turn)
{
    const struct endpoint *endpoint = turn_endpoint(turn);
    struct answer_facts *facts = &turn->request.answer->facts;
    mem_free(facts->api);
    mem_free(facts->model);
    facts->api = mem_strdup(endpoint->api);
    facts->model = mem_strdup(turn_model(turn));
    turn->limits = turn_limits_from_settings(turn->context.settings, endpoint->clock_ms,
                                             http_is_loopback(endpoint->base_url));
    mem_free(turn->url);
    turn->url = NULL;
    mem_free(turn->ignored);
    turn->ignored = NULL;
    strbuf_reset(&turn->body);
    turn->provider = provider_find(endpoint->api);
    if (turn->provider == NULL)
        error_set(&turn->start_error, ERROR_USAGE, "there is no API called \"%s\"",
                  endpoint->api);
    else
        turn_encode(turn, &turn->start_error);
    turn_reserve(turn);
}

/* The try, for the taps; NULL while there are none. */
static struct wire_exchange *turn_begin_exchange(const struct turn *turn)
{
    const struct wire_event about = {.chat = turn->request.chat,
                                     .message_id = turn->request.answer->id,
                                     .attempt =
                                         turn->attempts_before + turn->status.attempt,
                                     .endpoint = turn_endpoint(turn),
                                     .model = turn_model(turn)};
    return turn->context.wire != NULL ? wire_begin(turn->context.wire, &about) : NULL;
}

bool turn_begin_transfer(struct turn *turn, const struct http_handler *handler,
                         struct error *err)
{
    const struct endpoint *endpoint = turn_endpoint(turn);
    const struct provider_request where = {.base_url = endpoint->base_url,
                                           .model = turn_model(turn),
                                           .quirks = turn->quirks,
                                           .is_streaming = turn->request.is_streaming};
    if (turn->context.replay != NULL) {
        turn->exchange = turn_begin_exchange(turn);
        turn->is_on_air = true;
        connection_list_note_start(turn->context.connections, endpoint);
        return true;
    }
    const struct endpoint_request request = {
        .endpoint = endpoint,
        .provider = turn->provider,
        .what = &where,
        .url = turn->url,
        .body = strbuf_text(&turn->body),
        .body_len = turn->body.len,
        .exchange = turn_begin_exchange(turn),
    };
    turn->transfer = endpoint_request_start(&request, turn->context.http,
                                            turn->context.keys, handler, err);
    if (turn->transfer != NULL)
        connection_list_note_start(turn->context.connections, endpoint);
    else
        wire_end(request.exchange, WIRE_CUT, NULL);
    turn->exchange = turn->transfer != NULL ? request.exchange : NULL;
    return turn->transfer != NULL;
}
