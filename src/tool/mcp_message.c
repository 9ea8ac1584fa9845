/*
 * cJSON keeps numbers as doubles, and a server may number its requests with more digits
 * than those hold: the id of a request is taken from the text itself.
 */
#include "src/tool/mcp_message.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "src/base/json.h"
#include "src/base/mem.h"

/* The largest whole number below which a double holds every other. */
#define ID_MAX 9007199254740992.0

/* The id of a response, or 0 for one that cannot be ours. */
static int64_t message_answered_id(const cJSON *id)
{
    if (!cJSON_IsNumber(id) || !(id->valuedouble >= 1) || id->valuedouble > ID_MAX)
        return 0;
    const int64_t number = (int64_t)id->valuedouble;
    return (double)number == id->valuedouble ? number : 0;
}

/* The text of a request's id; NULL if it has none that may go back. Caller frees. */
static char *message_take_id(const cJSON *id, const char *bytes, size_t len,
                             const char *const *path)
{
    if (!cJSON_IsString(id) && (!cJSON_IsNumber(id) || !isfinite(id->valuedouble)))
        return NULL;
    const char *raw = NULL;
    size_t raw_len = 0;
    if (cJSON_IsNumber(id) && json_find_raw(bytes, len, path, &raw, &raw_len) &&
        json_is_valid(raw, raw_len))
        return mem_strndup(raw, raw_len);
    struct strbuf text;
    strbuf_init(&text, STRBUF_OWN_MAX);
    if (cJSON_IsString(id))
        json_append_string(&text, id->valuestring, strlen(id->valuestring));
    else
        strbuf_append_format(&text, "%.17g", id->valuedouble);
    return strbuf_take(&text);
}

static bool message_fill_answer(const cJSON *object, struct mcp_message *message)
{
    const cJSON *error = json_get(object, "error");
    message->id = message_answered_id(json_get(object, "id"));
    if (cJSON_IsObject(error)) {
        const char *words = json_get_string(error, "message");
        message->kind = MCP_MESSAGE_ERROR;
        json_get_int(error, "code", &message->code);
        message->words = words != NULL ? words : "";
        message->data = json_get(error, "data");
        return true;
    }
    message->kind = MCP_MESSAGE_RESULT;
    message->result = json_get(object, "result");
    return message->result != NULL;
}

/* Tells one object; counts it in `told` if it is a message. False: stop. */
static bool message_tell(const cJSON *object, char *id_text, mcp_message_fn on_message,
                         void *user, size_t *told)
{
    struct mcp_message message = {.method = json_get_string(object, "method")};
    bool is_message = cJSON_IsObject(object);
    if (message.method != NULL) {
        message.kind = id_text != NULL ? MCP_MESSAGE_REQUEST : MCP_MESSAGE_NOTIFICATION;
        message.id_text = id_text;
        message.params = json_get(object, "params");
    } else {
        is_message = is_message && message_fill_answer(object, &message);
    }
    *told += is_message;
    return !is_message || on_message(user, &message);
}

size_t mcp_message_read(const char *bytes, size_t len, mcp_message_fn on_message,
                        void *user)
{
    size_t told = 0;
    cJSON *root = json_parse(bytes, len);
    if (cJSON_IsArray(root)) {
        char index[24];
        const char *const path[] = {index, "id", NULL};
        size_t at = 0;
        bool goes_on = true;
        for (const cJSON *item = root->child; item != NULL && goes_on;
             item = item->next) {
            snprintf(index, sizeof(index), "%zu", at++);
            char *id_text = message_take_id(json_get(item, "id"), bytes, len, path);
            goes_on = message_tell(item, id_text, on_message, user, &told);
            mem_free(id_text);
        }
    } else {
        const char *const path[] = {"id", NULL};
        char *id_text = message_take_id(json_get(root, "id"), bytes, len, path);
        message_tell(root, id_text, on_message, user, &told);
        mem_free(id_text);
    }
    cJSON_Delete(root);
    return told;
}

bool mcp_message_append_json(struct strbuf *out, const char *json, size_t len)
{
    const size_t start = out->len;
    if (!strbuf_append(out, json, len))
        return false;
    for (size_t i = start; i < out->len; i++) {
        if (out->text[i] == '\n' || out->text[i] == '\r')
            out->text[i] = ' ';
    }
    return true;
}

bool mcp_message_append_request(struct strbuf *out, int64_t id, const char *method,
                                const char *params)
{
    strbuf_append_text(out, "{\"jsonrpc\":\"2.0\",");
    if (id > 0)
        strbuf_append_format(out, "\"id\":%lld,", (long long)id);
    strbuf_append_text(out, "\"method\":");
    json_append_string(out, method, strlen(method));
    if (params != NULL) {
        strbuf_append_text(out, ",\"params\":");
        mcp_message_append_json(out, params, strlen(params));
    }
    return strbuf_append_char(out, '}') && !out->is_full;
}

bool mcp_message_append_result(struct strbuf *out, const char *id_text,
                               const char *result)
{
    strbuf_append_format(out, "{\"jsonrpc\":\"2.0\",\"id\":%s,\"result\":", id_text);
    mcp_message_append_json(out, result, strlen(result));
    return strbuf_append_char(out, '}') && !out->is_full;
}

bool mcp_message_append_error(struct strbuf *out, const char *id_text, int code,
                              const char *words)
{
    strbuf_append_format(
        out,
        "{\"jsonrpc\":\"2.0\",\"id\":%s,\"error\":{\"code\":%d,\"message\":", id_text,
        code);
    json_append_string(out, words, strlen(words));
    return strbuf_append_text(out, "}}") && !out->is_full;
}
