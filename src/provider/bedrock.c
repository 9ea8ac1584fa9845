/*
 * The record of the protocol, its URL, header fields and signature, and the encoder. What
 * messages must look like is in block_messages.c; here stand the blocks, which name their
 * kind by their only member, and the members around them.
 *
 * There is no list of models: the host that answers is not the one that lists, and a key
 * goes to its own host only.
 */
#include "src/provider/bedrock.h"

#include <inttypes.h>
#include <string.h>
#include <strings.h>

#include "src/base/compiler.h"
#include "src/base/json.h"
#include "src/base/mem.h"
#include "src/provider/block_messages.h"
#include "src/provider/claude_thinking.h"
#include "src/provider/encode_common.h"

#define BEDROCK_NAME "bedrock"

/* --- URL, header fields, signature -----------------------------------------------------
 */

/* The model's name may be an ARN, with colons and slashes: it is one segment. */
static char *bedrock_make_url(const struct provider_request *request)
{
    struct strbuf route;
    strbuf_init(&route, STRBUF_OWN_MAX);
    strbuf_append_text(&route, "/model/");
    encode_segment(&route, request->model != NULL ? request->model : "");
    strbuf_append_text(&route, request->is_streaming ? "/converse-stream" : "/converse");
    const struct url_rule rule = {
        .version_rule = URL_VERSION_IF_BARE,
        .version = "",
        .chat_route = "",
        .route = strbuf_text(&route),
    };
    char *url = encode_url(request->base_url, &rule);
    strbuf_clear(&route);
    return url;
}

/* True for "ACCESS:SECRET…"; Bedrock's own keys have no colon. */
static bool is_signing_key(const char *key)
{
    return key != NULL && strchr(key, ':') != NULL;
}

/* The token of temporary keys, behind the second colon; NULL if there is none. */
static const char *token_of(const char *key)
{
    const char *token = strchr(strchr(key, ':') + 1, ':');
    return token != NULL ? token + 1 : NULL;
}

static void bedrock_add_headers(struct header_list *headers,
                                const struct provider_request *request, const char *key)
{
    (void)request;
    header_list_add(headers, "Content-Type", "application/json");
    header_list_add(headers, "Accept",
                    "application/vnd.amazon.eventstream, application/json");
    if (is_signing_key(key))
        encode_add_key(headers, "X-Amz-Security-Token", "", token_of(key));
    else
        encode_add_key(headers, "Authorization", "Bearer ", key);
}

/*
 * Finds the region, which stands in the host's name behind the service's
 * ("bedrock-runtime.eu-central-1.amazonaws.com", also with something ahead of it).
 */
static bool find_region(const char *url, const char **region, size_t *len)
{
    static const char service[] = "bedrock-runtime";
    const char *scheme_end = strstr(url, "://");
    const char *host = scheme_end != NULL ? scheme_end + 3 : url;
    const char *end = host + strcspn(host, "/?#");
    for (const char *label = host; label < end; label++) {
        const char *dot = label + strcspn(label, ".");
        if (dot >= end)
            return false;
        if (strncasecmp(label, service, sizeof(service) - 1) == 0) {
            *region = dot + 1;
            *len = strcspn(*region, ".:/?#");
            return *len > 0;
        }
        label = dot;
    }
    return false;
}

static bool bedrock_sign(const struct provider_request *request, const char *key,
                         struct request_signing *signing, struct error *err)
{
    const char *region;
    size_t len;
    *signing = (struct request_signing){.aws_sigv4 = NULL};
    if (!is_signing_key(key))
        return true;
    if (!find_region(request->base_url, &region, &len)) {
        error_set(err, ERROR_USAGE,
                  "the base URL of Bedrock does not say the region to sign for; it is "
                  "https://bedrock-runtime.REGION.amazonaws.com");
        return false;
    }
    const char *token = token_of(key);
    const size_t pair_len = token != NULL ? (size_t)(token - 1 - key) : strlen(key);
    signing->aws_sigv4 = strbuf_format("aws:amz:%.*s:bedrock", (int)len, region);
    signing->user_password = mem_strndup(key, pair_len);
    return true;
}

/* --- Blocks ----------------------------------------------------------------------------
 */

static void write_text(struct strbuf *body, const char *text, size_t len)
{
    strbuf_append_text(body, "{\"text\":");
    json_append_string(body, text, len);
    strbuf_append_char(body, '}');
}

/* What the service calls that kind of picture; NULL if it takes none of it. */
static const char *image_format(const struct part *image)
{
    static const struct {
        const char *media_type;
        const char *format;
    } formats[] = {{"image/png", "png"},
                   {"image/jpeg", "jpeg"},
                   {"image/jpg", "jpeg"},
                   {"image/gif", "gif"},
                   {"image/webp", "webp"}};
    for (size_t i = 0; i < COUNT_OF(formats); i++) {
        if (image->media_type != NULL &&
            strcasecmp(image->media_type, formats[i].media_type) == 0)
            return formats[i].format;
    }
    return NULL;
}

static void write_image(struct strbuf *body, const struct part *image)
{
    strbuf_append_format(body, "{\"image\":{\"format\":\"%s\",\"source\":{\"bytes\":\"",
                         image_format(image));
    encode_base64(body, strbuf_text(&image->text), image->text.len);
    strbuf_append_text(body, "\"}}}");
}

static void write_call(struct strbuf *body, const struct part *call)
{
    strbuf_append_text(body, "{\"toolUse\":{\"toolUseId\":");
    block_messages_write_id(body, call->call_id);
    strbuf_append_text(body, ",\"name\":");
    encode_text(body, call->name);
    strbuf_append_text(body, ",\"input\":");
    block_messages_write_input(body, call);
    strbuf_append_text(body, "}}");
}

static void write_result(struct strbuf *body, const struct part *call,
                         const struct part *result)
{
    const char *text = result != NULL ? strbuf_text(&result->text) : ENCODE_NOT_RUN;
    const bool is_error = result == NULL || result->is_error;
    /* Blank text is refused here too. */
    const bool is_blank = text[strspn(text, " \t\r\n")] == '\0';
    strbuf_append_text(body, "{\"toolResult\":{\"toolUseId\":");
    block_messages_write_id(body, call->call_id);
    strbuf_append_text(body, ",\"content\":[");
    if (is_blank)
        write_text(body, "(no output)", strlen("(no output)"));
    else
        write_text(body, text, result != NULL ? result->text.len : strlen(text));
    strbuf_append_format(body, "],\"status\":\"%s\"}}", is_error ? "error" : "success");
}

static const struct block_form bedrock_form = {
    .api = BEDROCK_NAME,
    .write_text = write_text,
    .write_image = write_image,
    .write_call = write_call,
    .write_result = write_result,
};

/* --- The request -----------------------------------------------------------------------
 */

/* False with a sentence if a picture is of a kind that the service does not take. */
static bool check_images(const struct provider_request *request, struct error *err)
{
    for (size_t i = 0; i < request->message_count; i++) {
        const struct message *message = request->messages[i];
        for (size_t j = 0; j < message->part_count; j++) {
            const struct part *part = &message->parts[j];
            if (part->kind != PART_IMAGE || image_format(part) != NULL)
                continue;
            error_set(err, ERROR_USAGE,
                      "Bedrock takes pictures as png, jpeg, gif or webp; %s is none",
                      part->name != NULL ? part->name : "one of these");
            return false;
        }
    }
    return true;
}

static void encode_system(struct strbuf *body, const struct provider_request *request)
{
    struct strbuf text;
    strbuf_init(&text, STRBUF_OWN_MAX);
    block_messages_join_system(&text, request);
    const char *words = strbuf_text(&text);
    if (words[strspn(words, " \t\r\n")] != '\0') {
        strbuf_append_text(body, ",\"system\":[");
        write_text(body, words, text.len);
        strbuf_append_char(body, ']');
    }
    strbuf_clear(&text);
}

static void encode_tools(struct strbuf *body, const struct provider_request *request)
{
    struct tool_definition *tools;
    const size_t count = block_messages_list_tools(request, &tools);
    for (size_t i = 0; i < count; i++) {
        const char *description = tools[i].description;
        strbuf_append_text(body, i == 0 ? ",\"toolConfig\":{\"tools\":[" : ",");
        strbuf_append_text(body, "{\"toolSpec\":{\"name\":");
        encode_text(body, tools[i].name);
        if (description != NULL && description[0] != '\0') {
            strbuf_append_text(body, ",\"description\":");
            encode_text(body, description);
        }
        strbuf_append_text(body, ",\"inputSchema\":{\"json\":");
        encode_schema(body, tools[i].schema);
        strbuf_append_text(body, "}}}");
    }
    if (count > 0)
        strbuf_append_text(body, "]}");
    mem_free(tools);
}

/* Writes the object `name` if it gets any member; `members` are written already. */
static void encode_object(struct strbuf *body, const char *name,
                          const struct strbuf *members)
{
    if (members->len == 0)
        return;
    strbuf_append_format(body, ",\"%s\":{", name);
    strbuf_append(body, members->text, members->len);
    strbuf_append_char(body, '}');
}

/* Writes the parameters that all models share, and those that only Claude's take. */
static void encode_settings(struct strbuf *body, const struct provider_request *request)
{
    static const struct param_member handled[] = {
        {"max_tokens", ""}, {"reasoning", ""}, {"temperature", ""}, {"top_p", ""}};
    static const char *const sampling[] = {"temperature", "topP"};
    struct strbuf shared;
    struct strbuf own;
    strbuf_init(&shared, STRBUF_OWN_MAX);
    strbuf_init(&own, STRBUF_OWN_MAX);
    int64_t max_tokens = claude_thinking_limit(request);
    const bool has_limit = max_tokens >= 0;
    const struct claude_thinking thinking =
        claude_thinking_plan(request, BEDROCK_NAME, &max_tokens);
    if (has_limit || thinking.budget_tokens > 0)
        strbuf_append_format(&shared, "\"maxTokens\":%" PRId64, max_tokens);
    encode_params(&shared, request, handled, COUNT_OF(handled));
    claude_thinking_write_sampling(&shared, request, &thinking, sampling);
    claude_thinking_write(&own, &thinking);
    encode_object(body, "inferenceConfig", &shared);
    encode_object(body, "additionalModelRequestFields", &own);
    strbuf_clear(&shared);
    strbuf_clear(&own);
}

/* The model and whether to stream stand in the URL. */
static bool bedrock_encode(const struct provider_request *request, struct strbuf *body,
                           struct error *err)
{
    if (!encode_begin(request, err) || !check_images(request, err))
        return false;
    strbuf_append_text(body, "{\"messages\":");
    block_messages_write(body, request, &bedrock_form);
    encode_system(body, request);
    encode_settings(body, request);
    encode_tools(body, request);
    strbuf_append_char(body, '}');
    return encode_end(body, err);
}

const struct provider bedrock_provider = {
    .name = BEDROCK_NAME,
    .help = "Amazon Bedrock Converse",
    .framing = FRAMING_EVENTSTREAM,
    .make_url = bedrock_make_url,
    .add_headers = bedrock_add_headers,
    .sign = bedrock_sign,
    .encode = bedrock_encode,
    .decoder_new = bedrock_decoder_new,
    .decoder_free = bedrock_decoder_free,
    .decode_event = bedrock_decode_event,
    .decode_document = bedrock_decode_document,
    .decode_end = bedrock_decode_end,
};
