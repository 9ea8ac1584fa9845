/*
 * The record of the protocol, its URL and header fields, and the encoder. Messages and
 * tools have OpenAI's form with one difference: an answer that calls tools has its words
 * in "tool_plan" in place of the content.
 */
#include "src/provider/cohere.h"

#include <inttypes.h>
#include <string.h>

#include "src/base/compiler.h"
#include "src/base/json.h"
#include "src/provider/decode_common.h"
#include "src/provider/encode_common.h"

#define COHERE_NAME "cohere"

/* --- URL and header fields ------------------------------------------------------------
 */

/* Chat and list have different versions, whichever the base names. */
static char *cohere_make_url(const struct provider_request *request)
{
    static const struct url_rule rule = {
        .version_rule = URL_VERSION_OWN,
        .version = "/v2",
        .chat_route = "/chat",
        .route = "/chat",
    };
    return encode_url(request->base_url, &rule);
}

static char *cohere_make_models_url(const struct provider_request *request)
{
    static const struct url_rule rule = {
        .version_rule = URL_VERSION_OWN,
        .version = "/v1",
        .chat_route = "/chat",
        .route = "/models",
        .query = "endpoint=chat&page_size=1000",
    };
    return encode_url(request->base_url, &rule);
}

static bool cohere_decode_models(const char *data, size_t len, model_fn on_model,
                                 void *user)
{
    return decode_name_list(data, len, "models", "name", on_model, user);
}

static char *cohere_next_models_page(const char *data, size_t len)
{
    cJSON *root = json_parse(data, len);
    char *query = decode_next_page(root, "next_page_token", "page_token");
    cJSON_Delete(root);
    return query;
}

static void cohere_add_headers(struct header_list *headers,
                               const struct provider_request *request, const char *key)
{
    (void)request;
    encode_add_types(headers);
    encode_add_key(headers, "Authorization", "Bearer ", key);
}

/* --- Messages --------------------------------------------------------------------------
 */

/* Opens the next message. */
static void open_message(struct strbuf *body, const char *role)
{
    encode_comma(body);
    strbuf_append_format(body, "{\"role\":\"%s\"", role);
}

static void encode_words(struct strbuf *body, const char *role, const char *text,
                         size_t len)
{
    open_message(body, role);
    strbuf_append_text(body, ",\"content\":");
    json_append_string(body, text, len);
    strbuf_append_char(body, '}');
}

static void encode_joined(struct strbuf *body, const char *role,
                          const struct message *message)
{
    struct strbuf text;
    strbuf_init(&text, STRBUF_OWN_MAX);
    encode_join_words(&text, message);
    encode_words(body, role, strbuf_text(&text), text.len);
    strbuf_clear(&text);
}

/* Writes a question with pictures as a list of parts. */
static void encode_parts(struct strbuf *body, const struct message *message)
{
    open_message(body, "user");
    strbuf_append_text(body, ",\"content\":[");
    for (size_t i = 0; i < message->part_count; i++) {
        const struct part *part = &message->parts[i];
        struct strbuf words;
        strbuf_init(&words, STRBUF_OWN_MAX);
        if (part->kind == PART_IMAGE) {
            encode_comma(body);
            strbuf_append_text(body, "{\"type\":\"image_url\",\"image_url\":{\"url\":\"");
            encode_data_url(body, part);
            strbuf_append_text(body, "\"}}");
        } else if (part->kind == PART_TEXT || part->kind == PART_FILE) {
            encode_part_words(&words, part);
            encode_comma(body);
            strbuf_append_text(body, "{\"type\":\"text\",\"text\":");
            json_append_string(body, strbuf_text(&words), words.len);
            strbuf_append_char(body, '}');
        }
        strbuf_clear(&words);
    }
    strbuf_append_text(body, "]}");
}

static void encode_calls(struct strbuf *body, const struct message *answer)
{
    strbuf_append_text(body, ",\"tool_calls\":[");
    for (size_t i = 0; i < answer->part_count; i++) {
        const struct part *call = &answer->parts[i];
        size_t len;
        if (!encode_is_call(answer, call))
            continue;
        const char *arguments = encode_arguments(call, &len);
        encode_comma(body);
        strbuf_append_text(body, "{\"id\":");
        encode_text(body, call->call_id);
        strbuf_append_text(body, ",\"type\":\"function\",\"function\":{\"name\":");
        encode_text(body, call->name);
        strbuf_append_text(body, ",\"arguments\":");
        json_append_string(body, arguments, len);
        strbuf_append_text(body, "}}");
    }
    strbuf_append_char(body, ']');
}

/*
 * Writes an answer: its words (or its refusal) and its calls. The plan behind calls came
 * as reasoning and goes back to the model that made it; other reasoning stays here. An
 * answer with nothing at all is left out.
 */
static void encode_answer(struct strbuf *body, const struct provider_request *request,
                          const struct message *answer)
{
    const size_t call_count = encode_count_calls(answer);
    struct strbuf text;
    strbuf_init(&text, STRBUF_OWN_MAX);
    message_join(answer, PART_TEXT, &text);
    if (text.len == 0)
        message_join(answer, PART_REFUSAL, &text);
    if (text.len == 0 && call_count > 0 &&
        encode_may_replay(request, answer, COHERE_NAME))
        message_join(answer, PART_REASONING, &text);
    if (call_count == 0 && text.len > 0) {
        encode_words(body, "assistant", text.text, text.len);
    } else if (call_count > 0) {
        open_message(body, "assistant");
        if (text.len > 0) {
            strbuf_append_text(body, ",\"tool_plan\":");
            json_append_string(body, text.text, text.len);
        }
        encode_calls(body, answer);
        strbuf_append_char(body, '}');
    }
    strbuf_clear(&text);
}

/* Writes one tool message for each call of the answer. `next` is the first message after
 * it. */
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
        open_message(body, "tool");
        strbuf_append_text(body, ",\"tool_call_id\":");
        encode_text(body, call->call_id);
        strbuf_append_text(body, ",\"content\":");
        json_append_string(body, strbuf_text(&words), words.len);
        strbuf_append_char(body, '}');
        strbuf_clear(&words);
    }
}

static void encode_messages(struct strbuf *body, const struct provider_request *request)
{
    strbuf_append_text(body, ",\"messages\":[");
    if (request->system != NULL && request->system[0] != '\0')
        encode_words(body, "system", request->system, strlen(request->system));
    for (size_t i = 0; i < request->message_count; i++) {
        const struct message *message = request->messages[i];
        switch (message->author) {
        case MESSAGE_SYSTEM: encode_joined(body, "system", message); break;
        case MESSAGE_USER:
            if (encode_has_image(message))
                encode_parts(body, message);
            else
                encode_joined(body, "user", message);
            break;
        case MESSAGE_ASSISTANT:
            encode_answer(body, request, message);
            encode_results(body, request, message, i + 1);
            break;
        case MESSAGE_TOOL: break; /* written behind the answer that called */
        }
    }
    strbuf_append_char(body, ']');
}

/* --- The request -----------------------------------------------------------------------
 */

static void encode_tools(struct strbuf *body, const struct provider_request *request)
{
    const size_t count = request->tools != NULL ? request->tools->len : 0;
    for (size_t i = 0; i < count; i++) {
        const struct tool_definition *tool = &request->tools->items[i];
        strbuf_append_text(body, i == 0 ? ",\"tools\":[" : ",");
        strbuf_append_text(body, "{\"type\":\"function\",\"function\":{\"name\":");
        encode_text(body, tool->name);
        if (tool->description != NULL) {
            strbuf_append_text(body, ",\"description\":");
            encode_text(body, tool->description);
        }
        strbuf_append_text(body, ",\"parameters\":");
        encode_schema(body, tool->schema);
        strbuf_append_text(body, "}}");
    }
    if (count > 0)
        strbuf_append_char(body, ']');
}

/* Thinking is a budget in tokens, and an error for models that cannot: those that can
 * have it in their name. */
static void encode_thinking(struct strbuf *body, const struct provider_request *request)
{
    static const struct {
        const char *choice;
        int64_t budget_tokens;
    } budgets[] = {{"minimal", 512}, {"low", 2048},    {"medium", 8192},
                   {"high", 16384},  {"xhigh", 24576}, {"max", 0}};
    const char *choice = encode_reasoning(request);
    if (choice == NULL)
        return;
    if (strstr(request->model, "reasoning") == NULL) {
        encode_ignore(request, "reasoning");
        return;
    }
    if (strcmp(choice, "none") == 0) {
        strbuf_append_text(body, ",\"thinking\":{\"type\":\"disabled\"}");
        return;
    }
    strbuf_append_text(body, ",\"thinking\":{\"type\":\"enabled\"");
    for (size_t i = 0; i < COUNT_OF(budgets); i++) {
        if (strcmp(budgets[i].choice, choice) == 0 && budgets[i].budget_tokens > 0)
            strbuf_append_format(body, ",\"token_budget\":%" PRId64,
                                 budgets[i].budget_tokens);
    }
    strbuf_append_char(body, '}');
}

static bool cohere_encode(const struct provider_request *request, struct strbuf *body,
                          struct error *err)
{
    static const struct param_member members[] = {
        {"temperature", "temperature"},
        {"top_p", "p"},
        {"max_tokens", "max_tokens"},
        {"seed", "seed"},
        {"presence_penalty", "presence_penalty"},
        {"frequency_penalty", "frequency_penalty"},
        {"reasoning", ""},
    };
    if (!encode_begin(request, err))
        return false;
    strbuf_append_text(body, "{\"model\":");
    encode_text(body, request->model);
    encode_messages(body, request);
    encode_tools(body, request);
    encode_params(body, request, members, COUNT_OF(members));
    encode_thinking(body, request);
    strbuf_append_text(body, request->is_streaming ? ",\"stream\":true}"
                                                   : ",\"stream\":false}");
    return encode_end(body, err);
}

const struct provider cohere_provider = {
    .name = COHERE_NAME,
    .help = "Cohere v2 chat",
    .framing = FRAMING_EVENTS,
    .make_url = cohere_make_url,
    .add_headers = cohere_add_headers,
    .encode = cohere_encode,
    .decoder_new = cohere_decoder_new,
    .decoder_free = cohere_decoder_free,
    .decode_event = cohere_decode_event,
    .decode_document = cohere_decode_document,
    .decode_end = cohere_decode_end,
    .make_models_url = cohere_make_models_url,
    .decode_models = cohere_decode_models,
    .next_models_page = cohere_next_models_page,
};
