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

/* The messages before the answer, in reading order. Caller frees the array. */
static const struct message **turn_messages(const struct turn *turn, size_t *count)
{
    *count = 0;
    for (const struct message *at = turn->request.answer->parent; at != NULL;
         at = at->parent)
        ++*count;
    const struct message **messages = mem_alloc_array(*count + 1, sizeof(messages[0]));
    size_t index = *count;
    for (const struct message *at = turn->request.answer->parent; at != NULL;
         at = at->parent)
        messages[--index] = at;
    return messages;
}

static void turn_encode(struct turn *turn, struct error *err)
{
    const struct endpoint *endpoint = turn_endpoint(turn);
    const struct adaptation known =
        adaptation_find(turn->context.adaptations, endpoint, turn_model(turn));
    struct param_list params = {0};
    struct strbuf ignored;
    size_t count;
    const struct message **messages = turn_messages(turn, &count);
    strbuf_init(&ignored, 1000);
    adaptation_filter(&known, &turn->params, &params);
    turn->quirks = adaptation_quirks(&known, endpoint->quirks);
    const struct provider_request request = {
        .base_url = endpoint->base_url,
        .model = turn_model(turn),
        .system = turn->system,
        .messages = messages,
        .message_count = count,
        .params = &params,
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
    mem_free(messages);
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
}

bool turn_begin_transfer(struct turn *turn, const struct http_handler *handler,
                         struct error *err)
{
    const struct endpoint *endpoint = turn_endpoint(turn);
    const struct provider_request where = {.base_url = endpoint->base_url,
                                           .model = turn_model(turn),
                                           .quirks = turn->quirks,
                                           .is_streaming = turn->request.is_streaming};
    const struct endpoint_request request = {
        .endpoint = endpoint,
        .provider = turn->provider,
        .what = &where,
        .url = turn->url,
        .body = strbuf_text(&turn->body),
        .body_len = turn->body.len,
    };
    turn->transfer = endpoint_request_start(&request, turn->context.http,
                                            turn->context.keys, handler, err);
    if (turn->transfer != NULL)
        connection_list_note_start(turn->context.connections, endpoint);
    return turn->transfer != NULL;
}
