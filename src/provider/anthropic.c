/*
 * The record of the protocol, its URL and header fields, and the encoder. What messages
 * must look like is in block_messages.c, how thinking is asked for in claude_thinking.c;
 * here stand the blocks and the members around them.
 */
#include "src/provider/anthropic.h"

#include <inttypes.h>
#include <string.h>

#include "src/base/compiler.h"
#include "src/base/json.h"
#include "src/base/mem.h"
#include "src/provider/block_messages.h"
#include "src/provider/claude_thinking.h"
#include "src/provider/decode_common.h"
#include "src/provider/encode_common.h"
#include "src/provider/quirk.h"

#define ANTHROPIC_NAME "anthropic"

/* --- URL and header fields ------------------------------------------------------------
 */

/* Servers that imitate the service have it below a path of their own ("/anthropic"), and
 * there too it begins with the version. */
static const struct url_rule anthropic_chat_url = {
    .version_rule = URL_VERSION_IF_MISSING,
    .version = "/v1",
    .chat_route = "/messages",
    .route = "/messages",
};

static const struct url_rule anthropic_models_url = {
    .version_rule = URL_VERSION_IF_MISSING,
    .version = "/v1",
    .chat_route = "/messages",
    .route = "/models",
    .query = "limit=1000",
};

static char *anthropic_make_url(const struct provider_request *request)
{
    return encode_url(request->base_url, &anthropic_chat_url);
}

static char *anthropic_make_models_url(const struct provider_request *request)
{
    return encode_url(request->base_url, &anthropic_models_url);
}

static bool anthropic_decode_models(const char *data, size_t len, model_fn on_model,
                                    void *user)
{
    return decode_name_list(data, len, "data", "id", on_model, user);
}

static char *anthropic_next_models_page(const char *data, size_t len)
{
    cJSON *root = json_parse(data, len);
    char *query = cJSON_IsTrue(json_get(root, "has_more"))
                      ? decode_next_page(root, "last_id", "after_id")
                      : NULL;
    cJSON_Delete(root);
    return query;
}

static void anthropic_add_headers(struct header_list *headers,
                                  const struct provider_request *request, const char *key)
{
    encode_add_types(headers);
    header_list_add(headers, "anthropic-version", "2023-06-01");
    if ((request->quirks & QUIRK_BEARER_KEY) != 0)
        encode_add_key(headers, "Authorization", "Bearer ", key);
    else
        encode_add_key(headers, "x-api-key", "", key);
}

/* --- Blocks ----------------------------------------------------------------------------
 */

static void write_text(struct strbuf *body, const char *text, size_t len)
{
    strbuf_append_text(body, "{\"type\":\"text\",\"text\":");
    json_append_string(body, text, len);
    strbuf_append_char(body, '}');
}

static void write_image(struct strbuf *body, const struct part *image)
{
    strbuf_append_text(body, "{\"type\":\"image\",\"source\":{\"type\":\"base64\","
                             "\"media_type\":");
    encode_text(body, image->media_type != NULL ? image->media_type : "image/png");
    strbuf_append_text(body, ",\"data\":\"");
    encode_base64(body, strbuf_text(&image->text), image->text.len);
    strbuf_append_text(body, "\"}}");
}

static void write_call(struct strbuf *body, const struct part *call)
{
    strbuf_append_text(body, "{\"type\":\"tool_use\",\"id\":");
    block_messages_write_id(body, call->call_id);
    strbuf_append_text(body, ",\"name\":");
    encode_text(body, call->name);
    strbuf_append_text(body, ",\"input\":");
    block_messages_write_input(body, call);
    strbuf_append_char(body, '}');
}

static void write_result(struct strbuf *body, const struct part *call,
                         const struct part *result)
{
    strbuf_append_text(body, "{\"type\":\"tool_result\",\"tool_use_id\":");
    block_messages_write_id(body, call->call_id);
    strbuf_append_text(body, ",\"content\":");
    if (result != NULL)
        json_append_string(body, strbuf_text(&result->text), result->text.len);
    else
        encode_text(body, ENCODE_NOT_RUN);
    if (result == NULL || result->is_error)
        strbuf_append_text(body, ",\"is_error\":true");
    strbuf_append_char(body, '}');
}

static const struct block_form anthropic_form = {
    .api = ANTHROPIC_NAME,
    .write_text = write_text,
    .write_image = write_image,
    .write_call = write_call,
    .write_result = write_result,
};

/* --- The request -----------------------------------------------------------------------
 */

static void encode_system(struct strbuf *body, const struct provider_request *request)
{
    struct strbuf text;
    strbuf_init(&text, STRBUF_OWN_MAX);
    block_messages_join_system(&text, request);
    if (text.text != NULL && text.text[strspn(text.text, " \t\r\n")] != '\0') {
        strbuf_append_text(body, ",\"system\":[");
        write_text(body, text.text, text.len);
        strbuf_append_char(body, ']');
    }
    strbuf_clear(&text);
}

static void encode_tools(struct strbuf *body, const struct provider_request *request)
{
    struct tool_definition *tools;
    const size_t count = block_messages_list_tools(request, &tools);
    for (size_t i = 0; i < count; i++) {
        strbuf_append_text(body, i == 0 ? ",\"tools\":[" : ",");
        strbuf_append_text(body, "{\"name\":");
        encode_text(body, tools[i].name);
        if (tools[i].description != NULL) {
            strbuf_append_text(body, ",\"description\":");
            encode_text(body, tools[i].description);
        }
        strbuf_append_text(body, ",\"input_schema\":");
        encode_schema(body, tools[i].schema);
        strbuf_append_char(body, '}');
    }
    if (count > 0)
        strbuf_append_char(body, ']');
    mem_free(tools);
}

static bool anthropic_encode(const struct provider_request *request, struct strbuf *body,
                             struct error *err)
{
    static const struct param_member members[] = {
        {"max_tokens", ""}, {"reasoning", ""}, {"temperature", ""}, {"top_p", ""}};
    static const char *const sampling[] = {"temperature", "top_p"};
    if (!encode_begin(request, err))
        return false;
    int64_t max_tokens = claude_thinking_limit(request);
    const struct claude_thinking thinking =
        claude_thinking_plan(request, ANTHROPIC_NAME, &max_tokens);
    strbuf_append_text(body, "{\"model\":");
    encode_text(body, request->model);
    strbuf_append_format(body, ",\"max_tokens\":%" PRId64, max_tokens);
    encode_system(body, request);
    strbuf_append_text(body, ",\"messages\":");
    block_messages_write(body, request, &anthropic_form);
    encode_tools(body, request);
    encode_params(body, request, members, COUNT_OF(members));
    claude_thinking_write_sampling(body, request, &thinking, sampling);
    claude_thinking_write(body, &thinking);
    strbuf_append_text(body, request->is_streaming ? ",\"stream\":true}"
                                                   : ",\"stream\":false}");
    return encode_end(body, err);
}

/* Models from CLAUDE_FIRST_ADAPTIVE on refuse it; none does it while it thinks. */
static bool anthropic_can_prefill(const struct provider_request *request)
{
    const int generation = claude_generation(request->model);
    const char *choice = encode_reasoning(request);
    return generation > 0 && generation < CLAUDE_FIRST_ADAPTIVE &&
           (choice == NULL || strcmp(choice, "none") == 0);
}

const struct provider anthropic_provider = {
    .name = ANTHROPIC_NAME,
    .help = "Anthropic Messages, the protocol of Claude",
    .framing = FRAMING_EVENTS,
    .can_prefill = anthropic_can_prefill,
    .make_url = anthropic_make_url,
    .add_headers = anthropic_add_headers,
    .encode = anthropic_encode,
    .decoder_new = anthropic_decoder_new,
    .decoder_free = anthropic_decoder_free,
    .decode_event = anthropic_decode_event,
    .decode_document = anthropic_decode_document,
    .decode_end = anthropic_decode_end,
    .make_models_url = anthropic_make_models_url,
    .decode_models = anthropic_decode_models,
    .next_models_page = anthropic_next_models_page,
};
