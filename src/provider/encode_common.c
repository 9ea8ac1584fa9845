/*
 * Small functions, in the order of a request: its URL and header fields, values, parts of
 * messages, parameters. Where a comma is due is seen from the last byte written.
 */
#include "src/provider/encode_common.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "src/base/json.h"
#include "src/base/mem.h"
#include "src/base/number.h"

/* --- URL and header fields ------------------------------------------------------------
 */

/* The length of the URL without fragment, query and the slashes at its end. */
static size_t url_base_len(const char *url)
{
    size_t len = strcspn(url, "?#");
    while (len > 0 && url[len - 1] == '/')
        len--;
    return len;
}

/* Shortens `*len` by `ending` if the text ends in it. */
static bool url_strip(const char *text, size_t *len, const char *ending)
{
    const size_t ending_len = strlen(ending);
    if (ending_len == 0 || *len < ending_len ||
        memcmp(text + *len - ending_len, ending, ending_len) != 0)
        return false;
    *len -= ending_len;
    return true;
}

/* The offset of the path behind the host; `len` where there is none. */
static size_t url_path_start(const char *url, size_t len)
{
    const char *scheme_end = strstr(url, "://");
    size_t at = scheme_end != NULL ? (size_t)(scheme_end - url) + 3 : 0;
    while (at < len && url[at] != '/')
        at++;
    return at < len ? at : len;
}

/* The length of the version segment that the text ends in ("/v1", "/v1beta"), or 0. */
static size_t url_version_len(const char *url, size_t len)
{
    const size_t path = url_path_start(url, len);
    size_t at = len;
    while (at > path && url[at - 1] != '/')
        at--;
    if (at <= path || len - at < 2 || url[at] != 'v' || url[at + 1] < '0' ||
        url[at + 1] > '9')
        return 0;
    return len - at + 1;
}

char *encode_url(const char *base, const struct url_rule *rule)
{
    size_t len = url_base_len(base);
    const bool has_route = url_strip(base, &len, rule->chat_route);
    const size_t version_len = url_version_len(base, len);
    bool needs_version = false;
    switch (rule->version_rule) {
    case URL_VERSION_IF_BARE:
        needs_version = !has_route && url_path_start(base, len) == len;
        break;
    case URL_VERSION_IF_MISSING: needs_version = !has_route && version_len == 0; break;
    case URL_VERSION_OWN:
        needs_version = true;
        len -= version_len;
        break;
    }
    const char *query = base + strcspn(base, "?#");
    const size_t query_len = *query == '?' ? strcspn(query, "#") : 0;
    struct strbuf url;
    strbuf_init(&url, STRBUF_OWN_MAX);
    strbuf_append(&url, base, len);
    if (needs_version)
        strbuf_append_text(&url, rule->version);
    strbuf_append_text(&url, rule->route);
    strbuf_append(&url, query, query_len);
    if (rule->query != NULL)
        strbuf_append_format(&url, "%c%s", query_len > 0 ? '&' : '?', rule->query);
    return strbuf_take(&url);
}

void encode_segment(struct strbuf *url, const char *text)
{
    static const char unreserved[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                     "abcdefghijklmnopqrstuvwxyz0123456789-._~";
    for (; *text != '\0'; text++) {
        if (strchr(unreserved, *text) != NULL)
            strbuf_append_char(url, *text);
        else
            strbuf_append_format(url, "%%%02X", (unsigned)(unsigned char)*text);
    }
}

void encode_add_types(struct header_list *headers)
{
    header_list_add(headers, "Content-Type", "application/json");
    header_list_add(headers, "Accept", "text/event-stream, application/json");
}

void encode_add_key(struct header_list *headers, const char *name, const char *prefix,
                    const char *key)
{
    if (key == NULL || key[0] == '\0')
        return; /* local servers often need none */
    char *value = strbuf_format("%s%s", prefix, key);
    header_list_add(headers, name, value);
    mem_wipe(value, strlen(value));
    mem_free(value);
}

/* --- Values
 * -----------------------------------------------------------------------------
 */

void encode_comma(struct strbuf *body)
{
    const char last = body->len > 0 ? body->text[body->len - 1] : '\0';
    if (last != '\0' && strchr("{[,:", last) == NULL)
        strbuf_append_char(body, ',');
}

void encode_text(struct strbuf *body, const char *text)
{
    json_append_string(body, text, strlen(text));
}

void encode_number(struct strbuf *body, double number)
{
    char text[32];
    for (int digits = 1; digits <= 17; digits++) {
        double back;
        snprintf(text, sizeof(text), "%.*g", digits, number);
        if (number_parse_double(text, &back) && !(back < number) && !(back > number))
            break;
    }
    strbuf_append_text(body, text);
}

void encode_base64(struct strbuf *body, const char *bytes, size_t len)
{
    static const char digits[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (size_t i = 0; i < len; i += 3) {
        const size_t left = len - i;
        unsigned triple = (unsigned)(unsigned char)bytes[i] << 16;
        if (left > 1)
            triple |= (unsigned)(unsigned char)bytes[i + 1] << 8;
        if (left > 2)
            triple |= (unsigned char)bytes[i + 2];
        const char out[4] = {
            digits[triple >> 18 & 63],
            digits[triple >> 12 & 63],
            left > 1 ? digits[triple >> 6 & 63] : '=',
            left > 2 ? digits[triple & 63] : '=',
        };
        strbuf_append(body, out, sizeof(out));
    }
}

void encode_data_url(struct strbuf *body, const struct part *image)
{
    struct strbuf type;
    strbuf_init(&type, STRBUF_OWN_MAX);
    encode_text(&type, image->media_type != NULL ? image->media_type : "image/png");
    strbuf_append_text(body, "data:");
    strbuf_append(body, type.text + 1, type.len - 2); /* without its quotes */
    strbuf_append_text(body, ";base64,");
    encode_base64(body, strbuf_text(&image->text), image->text.len);
    strbuf_clear(&type);
}

void encode_schema(struct strbuf *body, const char *schema)
{
    static const char no_members[] = "{\"type\":\"object\",\"properties\":{}}";
    const size_t len = schema != NULL ? strlen(schema) : 0;
    const size_t start = len > 0 ? strspn(schema, " \t\r\n") : 0;
    const bool is_object = len > 0 && schema[start] == '{' && json_is_valid(schema, len);
    cJSON *root = is_object ? json_parse(schema, len) : NULL;
    if (root == NULL || root->child == NULL) {
        strbuf_append_text(body, no_members);
    } else if (json_has(root, "type")) {
        strbuf_append(body, schema, len);
    } else { /* services want the type said at the root */
        strbuf_append_text(body, "{\"type\":\"object\",");
        strbuf_append(body, schema + start + 1, len - start - 1);
    }
    cJSON_Delete(root);
}

/* --- Parts
 * ------------------------------------------------------------------------------
 */

/* A file's name inside the tag's quotes. */
static void append_file_name(struct strbuf *text, const char *name)
{
    for (; name != NULL && *name != '\0'; name++) {
        switch (*name) {
        case '"': strbuf_append_text(text, "&quot;"); break;
        case '&': strbuf_append_text(text, "&amp;"); break;
        case '<': strbuf_append_text(text, "&lt;"); break;
        case '>': strbuf_append_text(text, "&gt;"); break;
        case '\n':
        case '\r':
        case '\t': strbuf_append_char(text, ' '); break;
        default: strbuf_append_char(text, *name);
        }
    }
}

void encode_part_words(struct strbuf *text, const struct part *part)
{
    if (part->kind != PART_FILE) {
        strbuf_append(text, strbuf_text(&part->text), part->text.len);
        return;
    }
    strbuf_append_text(text, "<file name=\"");
    append_file_name(text, part->name);
    strbuf_append_text(text, "\">\n");
    strbuf_append(text, strbuf_text(&part->text), part->text.len);
    strbuf_append_text(text, "\n</file>");
}

void encode_join_words(struct strbuf *text, const struct message *message)
{
    bool was_file = false;
    const size_t start = text->len;
    for (size_t i = 0; i < message->part_count; i++) {
        const struct part *part = &message->parts[i];
        if (part->kind != PART_TEXT && part->kind != PART_FILE)
            continue;
        if (text->len > start && (was_file || part->kind == PART_FILE))
            strbuf_append_char(text, '\n');
        encode_part_words(text, part);
        was_file = part->kind == PART_FILE;
    }
}

bool encode_has_image(const struct message *message)
{
    for (size_t i = 0; i < message->part_count; i++) {
        if (message->parts[i].kind == PART_IMAGE)
            return true;
    }
    return false;
}

const char *encode_arguments(const struct part *call, size_t *len)
{
    const char *arguments = strbuf_text(&call->text);
    *len = call->text.len;
    if (json_is_valid(arguments, *len))
        return arguments;
    *len = 2;
    return "{}";
}

void encode_object_arguments(struct strbuf *body, const struct part *call)
{
    size_t len;
    const char *arguments = encode_arguments(call, &len);
    const bool is_object = arguments[strspn(arguments, " \t\r\n")] == '{';
    strbuf_append(body, is_object ? arguments : "{}", is_object ? len : 2);
}

void encode_tool_name(struct strbuf *body, const struct tool_definition *tool)
{
    encode_comma(body);
    strbuf_append_text(body, "\"name\":");
    encode_text(body, tool->name);
    if (tool->description == NULL)
        return;
    strbuf_append_text(body, ",\"description\":");
    encode_text(body, tool->description);
}

bool encode_is_call(const struct message *message, const struct part *part)
{
    return message->state == MESSAGE_WHOLE && part->kind == PART_TOOL_CALL &&
           part->call_id != NULL && part->name != NULL;
}

size_t encode_count_calls(const struct message *message)
{
    size_t count = 0;
    for (size_t i = 0; i < message->part_count; i++)
        count += encode_is_call(message, &message->parts[i]);
    return count;
}

const struct part *encode_find_result(const struct provider_request *request,
                                      size_t first, const char *call_id)
{
    for (size_t i = first; i < request->message_count; i++) {
        const struct message *message = request->messages[i];
        if (message->author != MESSAGE_TOOL)
            return NULL;
        for (size_t j = 0; j < message->part_count; j++) {
            const struct part *part = &message->parts[j];
            if (part->kind == PART_TOOL_RESULT && part->call_id != NULL &&
                strcmp(part->call_id, call_id) == 0)
                return part;
        }
    }
    return NULL;
}

void encode_result_words(struct strbuf *text, const struct part *result)
{
    if (result == NULL) {
        strbuf_append_text(text, ENCODE_NOT_RUN);
        return;
    }
    if (result->is_error)
        strbuf_append_text(text, "The tool failed: ");
    strbuf_append(text, strbuf_text(&result->text), result->text.len);
}

bool encode_may_replay(const struct provider_request *request,
                       const struct message *message, const char *api)
{
    const struct answer_facts *facts = &message->facts;
    return message->state == MESSAGE_WHOLE && !request->drops_opaque &&
           facts->api != NULL && strcmp(facts->api, api) == 0 && facts->model != NULL &&
           strcmp(facts->model, request->model) == 0;
}

/* --- Parameters
 * -------------------------------------------------------------------------
 */

void encode_ignore(const struct provider_request *request, const char *name)
{
    if (request->ignored == NULL)
        return;
    if (request->ignored->len > 0)
        strbuf_append_text(request->ignored, ", ");
    strbuf_append_text(request->ignored, name);
}

void encode_param(struct strbuf *body, const char *member, const struct param *param)
{
    encode_comma(body);
    strbuf_append_format(body, "\"%s\":", member);
    switch (param->info->type) {
    case PARAM_NUMBER: encode_number(body, param->number); break;
    case PARAM_INTEGER:
        strbuf_append_format(body, "%" PRId64, (int64_t)param->number);
        break;
    case PARAM_CHOICE: encode_text(body, param->text); break;
    }
}

void encode_params(struct strbuf *body, const struct provider_request *request,
                   const struct param_member *table, size_t count)
{
    for (size_t i = 0; request->params != NULL && i < request->params->len; i++) {
        const struct param *param = &request->params->items[i];
        const char *member = NULL;
        for (size_t j = 0; j < count; j++) {
            if (strcmp(table[j].name, param->info->name) == 0)
                member = table[j].member;
        }
        if (member == NULL)
            encode_ignore(request, param->info->name);
        else if (member[0] != '\0')
            encode_param(body, member, param);
    }
}

const char *encode_reasoning(const struct provider_request *request)
{
    const struct param *param =
        request->params != NULL ? param_list_get(request->params, "reasoning") : NULL;
    return param != NULL ? param->text : NULL;
}

/* --- Beginning and end
 * ------------------------------------------------------------------
 */

bool encode_begin(const struct provider_request *request, struct error *err)
{
    if (request->model != NULL && request->model[0] != '\0')
        return true;
    error_set(err, ERROR_USAGE, "no model is named");
    return false;
}

bool encode_end(const struct strbuf *body, struct error *err)
{
    if (!body->is_full)
        return true;
    error_set(err, ERROR_USAGE, "the conversation is too long to send: over %zu bytes",
              body->max);
    return false;
}
