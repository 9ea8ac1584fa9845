/*
 * The record of the protocol and the encoder. The conversation goes as a flat list of
 * items. An answer of the same model goes back as the items it came as, because its
 * reasoning is good for nothing without the item it led to, and the other way round; any
 * other answer, and one whose reasoning did not come in a form that can be sent, is built
 * of its text and calls, without the names that the server gave its items.
 */
#include "src/provider/openai_responses.h"

#include <stdint.h>
#include <string.h>

#include "src/base/compiler.h"
#include "src/base/json.h"
#include "src/base/mem.h"
#include "src/provider/encode_common.h"
#include "src/provider/openai_service.h"

#define RESPONSES_ROUTE "/responses"

static char *responses_make_url(const struct provider_request *request)
{
    return openai_service_url(request, RESPONSES_ROUTE);
}

static char *responses_make_models_url(const struct provider_request *request)
{
    return openai_service_models_url(request, RESPONSES_ROUTE);
}

/* --- Questions
 * --------------------------------------------------------------------------
 */

static void encode_input_text(struct strbuf *body, const char *text, size_t len)
{
    encode_comma(body);
    strbuf_append_text(body, "{\"type\":\"input_text\",\"text\":");
    json_append_string(body, text, len);
    strbuf_append_char(body, '}');
}

static void encode_input_part(struct strbuf *body, const struct part *part)
{
    struct strbuf words;
    if (part->kind == PART_IMAGE) {
        encode_comma(body);
        strbuf_append_text(body, "{\"type\":\"input_image\",\"image_url\":\"");
        encode_data_url(body, part);
        strbuf_append_text(body, "\",\"detail\":\"auto\"}");
        return;
    }
    if (part->kind != PART_TEXT && part->kind != PART_FILE)
        return;
    strbuf_init(&words, STRBUF_OWN_MAX);
    encode_part_words(&words, part);
    encode_input_text(body, strbuf_text(&words), words.len);
    strbuf_clear(&words);
}

static void encode_input(struct strbuf *body, const char *role,
                         const struct message *message)
{
    encode_comma(body);
    strbuf_append_format(body, "{\"type\":\"message\",\"role\":\"%s\",\"content\":[",
                         role);
    for (size_t i = 0; i < message->part_count; i++)
        encode_input_part(body, &message->parts[i]);
    if (body->len > 0 && body->text[body->len - 1] == '[')
        encode_input_text(body, "", 0);
    strbuf_append_text(body, "]}");
}

/* --- Answers
 * ----------------------------------------------------------------------------
 */

/* True if the item (its JSON) is of that type. */
static bool item_is(const struct part *opaque, const char *type)
{
    static const char *const path[] = {"type", NULL};
    const char *value;
    size_t len;
    return json_find_raw(strbuf_text(&opaque->text), opaque->text.len, path, &value,
                         &len) &&
           len == strlen(type) + 2 && memcmp(value + 1, type, len - 2) == 0;
}

/* True if the reasoning came with its content, without which a server that keeps nothing
 * does not know it. */
static bool item_has_content(const struct part *opaque)
{
    static const char *const path[] = {"encrypted_content", NULL};
    const char *value;
    size_t len;
    return json_find_raw(strbuf_text(&opaque->text), opaque->text.len, path, &value,
                         &len) &&
           value[0] == '"' && len > 2;
}

/* True if the answer can go back as the items it came as. */
static bool answer_may_replay(const struct provider_request *request,
                              const struct message *answer)
{
    if (!encode_may_replay(request, answer, openai_responses_provider.name))
        return false;
    for (size_t i = 0; i < answer->part_count; i++) {
        const struct part *part = &answer->parts[i];
        if (part->kind != PART_OPAQUE)
            continue;
        if (!json_is_valid(strbuf_text(&part->text), part->text.len) ||
            (item_is(part, "reasoning") && !item_has_content(part)))
            return false;
    }
    return true;
}

/* True if there is an item for call number `index`. */
static bool answer_has_call_item(const struct message *answer, int64_t index)
{
    for (size_t i = 0; i < answer->part_count; i++) {
        const struct part *part = &answer->parts[i];
        if (part->kind == PART_OPAQUE && part->call_index == index)
            return true;
    }
    return false;
}

static bool answer_has_message_item(const struct message *answer)
{
    for (size_t i = 0; i < answer->part_count; i++) {
        if (answer->parts[i].kind == PART_OPAQUE && item_is(&answer->parts[i], "message"))
            return true;
    }
    return false;
}

/* One answer being written. */
struct responses_answer {
    struct strbuf *body;
    const struct message *message;
    struct strbuf text;      /* what has to go into the next message item */
    struct strbuf reasoning; /* items held back until the one that they led to */
    int64_t call_count;      /* calls passed, sendable or not */
    bool may_replay;
    bool has_message_item; /* the text is in it */
};

/* Makes place for an item that is no reasoning: what reasoning led to it goes ahead. */
static void answer_open_item(struct responses_answer *answer)
{
    encode_comma(answer->body);
    if (answer->reasoning.len == 0)
        return;
    strbuf_append(answer->body, answer->reasoning.text, answer->reasoning.len);
    strbuf_append_char(answer->body, ',');
    strbuf_reset(&answer->reasoning);
}

static void answer_flush(struct responses_answer *answer)
{
    if (answer->text.len == 0)
        return;
    answer_open_item(answer);
    strbuf_append_text(answer->body, "{\"type\":\"message\",\"role\":\"assistant\","
                                     "\"content\":[{\"type\":\"output_text\",\"text\":");
    json_append_string(answer->body, answer->text.text, answer->text.len);
    strbuf_append_text(answer->body, "}]}");
    strbuf_reset(&answer->text);
}

static void answer_replay(struct responses_answer *answer, const struct part *opaque)
{
    answer_flush(answer);
    if (item_is(opaque, "reasoning")) {
        encode_comma(&answer->reasoning);
        strbuf_append(&answer->reasoning, opaque->text.text, opaque->text.len);
        return;
    }
    answer_open_item(answer);
    strbuf_append(answer->body, opaque->text.text, opaque->text.len);
}

static void answer_call(struct responses_answer *answer, const struct part *call)
{
    struct strbuf *body = answer->body;
    size_t len;
    const char *arguments = encode_arguments(call, &len);
    answer_flush(answer);
    answer_open_item(answer);
    strbuf_append_text(body, "{\"type\":\"function_call\",\"call_id\":");
    encode_text(body, call->call_id);
    strbuf_append_text(body, ",\"name\":");
    encode_text(body, call->name);
    strbuf_append_text(body, ",\"arguments\":");
    json_append_string(body, arguments, len);
    strbuf_append_char(body, '}');
}

static void answer_part(struct responses_answer *answer, const struct part *part)
{
    switch (part->kind) {
    case PART_TEXT:
    case PART_REFUSAL:
        if (!answer->has_message_item)
            strbuf_append(&answer->text, strbuf_text(&part->text), part->text.len);
        break;
    case PART_TOOL_CALL:
        if (encode_is_call(answer->message, part) &&
            !(answer->may_replay &&
              answer_has_call_item(answer->message, answer->call_count)))
            answer_call(answer, part);
        answer->call_count++;
        break;
    case PART_OPAQUE:
        if (answer->may_replay)
            answer_replay(answer, part);
        break;
    case PART_REASONING: /* goes back as the item it came as, or not at all */
    case PART_TOOL_RESULT:
    case PART_FILE:
    case PART_IMAGE: break;
    }
}

/* Writes an answer. Reasoning that led to nothing is left out: it would be refused. */
static void encode_answer(struct strbuf *body, const struct provider_request *request,
                          const struct message *message)
{
    struct responses_answer answer = {.body = body, .message = message};
    answer.may_replay = answer_may_replay(request, message);
    answer.has_message_item = answer.may_replay && answer_has_message_item(message);
    strbuf_init(&answer.text, STRBUF_OWN_MAX);
    strbuf_init(&answer.reasoning, STRBUF_OWN_MAX);
    for (size_t i = 0; i < message->part_count; i++)
        answer_part(&answer, &message->parts[i]);
    answer_flush(&answer);
    strbuf_clear(&answer.text);
    strbuf_clear(&answer.reasoning);
}

/* Writes one output for each call of the answer, in its order. `next` is the first
 * message after the answer. */
static void encode_results(struct strbuf *body, const struct provider_request *request,
                           const struct message *answer, size_t next)
{
    for (size_t i = 0; i < answer->part_count; i++) {
        const struct part *call = &answer->parts[i];
        if (!encode_is_call(answer, call))
            continue;
        struct strbuf words;
        strbuf_init(&words, STRBUF_OWN_MAX);
        encode_result_words(&words, encode_find_result(request, next, call->call_id));
        encode_comma(body);
        strbuf_append_text(body, "{\"type\":\"function_call_output\",\"call_id\":");
        encode_text(body, call->call_id);
        strbuf_append_text(body, ",\"output\":");
        json_append_string(body, strbuf_text(&words), words.len);
        strbuf_append_char(body, '}');
        strbuf_clear(&words);
    }
}

/* --- The request
 * ------------------------------------------------------------------------
 */

static void encode_items(struct strbuf *body, const struct provider_request *request)
{
    strbuf_append_text(body, ",\"input\":[");
    for (size_t i = 0; i < request->message_count; i++) {
        const struct message *message = request->messages[i];
        switch (message->author) {
        case MESSAGE_SYSTEM: encode_input(body, "system", message); break;
        case MESSAGE_USER: encode_input(body, "user", message); break;
        case MESSAGE_ASSISTANT:
            encode_answer(body, request, message);
            encode_results(body, request, message, i + 1);
            break;
        case MESSAGE_TOOL: break; /* written behind the answer that called */
        }
    }
    strbuf_append_char(body, ']');
}

/* Tools are flat here, and strict unless told otherwise: few schemas are made for that.
 */
static void encode_tools(struct strbuf *body, const struct tool_list *tools)
{
    if (tools == NULL || tools->len == 0)
        return;
    strbuf_append_text(body, ",\"tools\":[");
    for (size_t i = 0; i < tools->len; i++) {
        const struct tool_definition *tool = &tools->items[i];
        encode_comma(body);
        strbuf_append_text(body, "{\"type\":\"function\"");
        encode_tool_name(body, tool);
        strbuf_append_text(body, ",\"parameters\":");
        encode_schema(body, tool->schema);
        strbuf_append_text(body, ",\"strict\":false}");
    }
    strbuf_append_char(body, ']');
}

static const struct param_member responses_params[] = {
    {"temperature", "temperature"},
    {"top_p", "top_p"},
    {"max_tokens", "max_output_tokens"},
    {"reasoning", ""}, /* by encode_effort */
};

/* A summary is asked for with the effort: models that do not reason refuse both. */
static void encode_effort(struct strbuf *body, const struct provider_request *request)
{
    const char *choice = encode_reasoning(request);
    if (choice == NULL)
        return;
    strbuf_append_text(body, ",\"reasoning\":{\"effort\":");
    encode_text(body, choice);
    strbuf_append_text(body,
                       strcmp(choice, "none") == 0 ? "}" : ",\"summary\":\"auto\"}");
}

/* True for the models of OpenAI from before reasoning: they refuse a request that asks
 * for what they do not have. */
static bool responses_cannot_reason(const char *model)
{
    static const char *const beginnings[] = {"gpt-3", "gpt-4", "chatgpt-4"};
    for (size_t i = 0; i < COUNT_OF(beginnings); i++) {
        if (strncmp(model, beginnings[i], strlen(beginnings[i])) == 0)
            return true;
    }
    return false;
}

static bool responses_encode(const struct provider_request *request, struct strbuf *body,
                             struct error *err)
{
    if (!encode_begin(request, err))
        return false;
    strbuf_append_text(body, "{\"model\":");
    encode_text(body, request->model);
    strbuf_append_format(body, ",\"stream\":%s,\"store\":false",
                         request->is_streaming ? "true" : "false");
    if (!responses_cannot_reason(request->model))
        strbuf_append_text(body, ",\"include\":[\"reasoning.encrypted_content\"]");
    if (request->system != NULL && request->system[0] != '\0') {
        strbuf_append_text(body, ",\"instructions\":");
        encode_text(body, request->system);
    }
    encode_items(body, request);
    encode_tools(body, request->tools);
    encode_params(body, request, responses_params, COUNT_OF(responses_params));
    encode_effort(body, request);
    strbuf_append_char(body, '}');
    return encode_end(body, err);
}

const struct provider openai_responses_provider = {
    .name = "openai-responses",
    .help = "OpenAI Responses, which keeps reasoning across turns",
    .framing = FRAMING_EVENTS,
    .make_url = responses_make_url,
    .add_headers = openai_service_add_headers,
    .encode = responses_encode,
    .decoder_new = openai_responses_decoder_new,
    .decoder_free = openai_responses_decoder_free,
    .decode_event = openai_responses_decode_event,
    .decode_document = openai_responses_decode_document,
    .decode_end = openai_responses_decode_end,
    .make_models_url = responses_make_models_url,
    .decode_models = openai_service_decode_models,
};
