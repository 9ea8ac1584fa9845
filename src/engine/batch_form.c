/*
 * A result holds the very document that the request would have been answered with, so it
 * goes through the same reader as any response (provider/reply.h).
 */
#include "src/engine/batch_form.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/clock.h"
#include "src/base/json.h"
#include "src/base/mem.h"
#include "src/engine/request_body.h"
#include "src/provider/error_reply.h"
#include "src/provider/reply.h"

bool batch_kind_find(const char *name, enum batch_kind *kind)
{
    *kind = strcmp(name, "anthropic") == 0 ? BATCH_ANTHROPIC : BATCH_OPENAI;
    return *kind == BATCH_ANTHROPIC || strcmp(name, "openai") == 0;
}

bool batch_check_endpoint(enum batch_kind kind, const struct endpoint *endpoint,
                          struct error *err)
{
    const char *api = endpoint->api;
    const bool fits = kind == BATCH_ANTHROPIC ? strcmp(api, "anthropic") == 0
                                              : strcmp(api, "openai-chat") == 0 ||
                                                    strcmp(api, "openai-responses") == 0;
    if (!fits)
        error_set(
            err, ERROR_USAGE, "--batch %s needs a model of the API %s; %s speaks %s",
            kind == BATCH_ANTHROPIC ? "anthropic" : "openai",
            kind == BATCH_ANTHROPIC ? "anthropic" : "openai-chat", endpoint->name, api);
    return fits;
}

const char *batch_route(enum batch_kind kind, const struct endpoint *endpoint)
{
    if (kind == BATCH_ANTHROPIC)
        return "/v1/messages";
    return strcmp(endpoint->api, "openai-responses") == 0 ? "/v1/responses"
                                                          : "/v1/chat/completions";
}

/* --- Requests -------------------------------------------------------------------- */

void batch_write_begin(enum batch_kind kind, struct strbuf *out)
{
    if (kind == BATCH_ANTHROPIC)
        strbuf_append_text(out, "{\"requests\":[\n");
}

void batch_write_between(enum batch_kind kind, struct strbuf *out)
{
    strbuf_append_text(out, kind == BATCH_ANTHROPIC ? ",\n" : "\n");
}

void batch_write_end(enum batch_kind kind, struct strbuf *out)
{
    strbuf_append_text(out, kind == BATCH_ANTHROPIC ? "\n]}\n" : "\n");
}

bool batch_write_request(enum batch_kind kind, const struct chat_setup *setup,
                         const struct rendered_prompt *prompt, const struct batch_id *id,
                         struct strbuf *out, struct error *err)
{
    struct chat_setup whole = *setup;
    struct strbuf body;
    whole.is_streaming = false;
    strbuf_init(&body, STRBUF_OWN_MAX);
    const bool ok = request_body_write(&whole, prompt, &body, NULL, err);
    if (ok) {
        strbuf_append_format(out, "{\"custom_id\":\"motet-%zu-%zu-%016" PRIx64 "\"",
                             id->row, id->column, id->values);
        if (kind == BATCH_OPENAI)
            strbuf_append_format(out, ",\"method\":\"POST\",\"url\":\"%s\",\"body\":",
                                 batch_route(kind, setup->endpoint));
        else
            strbuf_append_text(out, ",\"params\":");
        /* On one line, whatever the encoder's taste. */
        json_append_compact(out, strbuf_text(&body), body.len);
        strbuf_append_char(out, '}');
    }
    strbuf_clear(&body);
    return ok;
}

/* --- Results --------------------------------------------------------------------- */

/* Reads a number up to its end mark; false if there is none. */
static bool read_number(const char **text, int base, char end, uint64_t *value)
{
    char *rest;
    if (**text == '-' || **text == '+' || **text == ' ')
        return false;
    errno = 0;
    *value = strtoull(*text, &rest, base);
    if (rest == *text || errno != 0 || *rest != end)
        return false;
    *text = rest + (end != '\0');
    return true;
}

bool batch_read_id(const char *line, size_t len, struct batch_id *id)
{
    static const char head[] = "motet-";
    uint64_t row;
    uint64_t column;
    cJSON *object = json_parse(line, len);
    const char *text = json_get_string(object, "custom_id");
    bool ok = text != NULL && strncmp(text, head, strlen(head)) == 0;
    if (ok) {
        text += strlen(head);
        ok = read_number(&text, 10, '-', &row) && read_number(&text, 10, '-', &column) &&
             read_number(&text, 16, '\0', &id->values);
    }
    if (ok) {
        id->row = (size_t)row;
        id->column = (size_t)column;
    }
    cJSON_Delete(object);
    return ok;
}

static void collect_text(void *user, const struct piece *piece)
{
    if (piece->kind == PIECE_TEXT || piece->kind == PIECE_REFUSAL)
        strbuf_append(user, piece->text, piece->len);
}

/* Reads a document as the response of that status. */
static void read_document(const struct endpoint *endpoint, int status, const char *bytes,
                          size_t len, struct run_result *result)
{
    const struct error clean = {ERROR_NONE, NULL};
    struct strbuf text;
    struct http_head head = {.status = status};
    struct reply_outcome outcome;
    strbuf_init(&text, MESSAGE_MAX);
    header_list_add(&head.headers, "Content-Type", "application/json");
    struct reply *reply = reply_new(provider_find(endpoint->api), collect_text, &text);
    reply_head(reply, &head);
    reply_body(reply, bytes, len);
    reply_end(reply, &clean, clock_wall_seconds(), &outcome);
    result->finish = outcome.finish;
    result->finish_raw = mem_strdup(outcome.finish_raw);
    result->status = outcome.error.class != ERROR_NONE ? outcome.status : 0;
    result->provider_code = mem_strdup(outcome.provider_code);
    result->request_id = mem_strdup(outcome.request_id);
    result->sum.usage = outcome.usage;
    error_move(&result->error, &outcome.error);
    result->len = text.len;
    result->text = text.len > 0 ? strbuf_take(&text) : mem_strdup("");
    if (result->error.class != ERROR_NONE)
        result->finish = FINISH_ERROR;
    reply_outcome_clear(&outcome);
    reply_free(reply);
    header_list_clear(&head.headers);
    strbuf_clear(&text);
}

static void read_error(const cJSON *said, struct run_result *result)
{
    struct error_reply reply;
    error_reply_from_json(&reply, 0, said);
    error_move(&result->error, &reply.error);
    result->provider_code = mem_strdup(reply.code);
    result->finish = FINISH_ERROR;
    error_reply_clear(&reply);
}

static void read_openai(const struct endpoint *endpoint, const char *line, size_t len,
                        const cJSON *object, struct run_result *result)
{
    static const char *const body_path[] = {"response", "body", NULL};
    const char *body;
    size_t body_len;
    int64_t status = 0;
    if (json_has(object, "error")) {
        read_error(object, result);
        return;
    }
    json_get_int(json_get(object, "response"), "status_code", &status);
    if (json_find_raw(line, len, body_path, &body, &body_len))
        read_document(endpoint, status > 0 && status < 1000 ? (int)status : 200, body,
                      body_len, result);
}

static void read_anthropic(const struct endpoint *endpoint, const char *line, size_t len,
                           const cJSON *object, struct run_result *result)
{
    static const char *const message_path[] = {"result", "message", NULL};
    const cJSON *said = json_get(object, "result");
    const char *type = json_get_string(said, "type");
    const char *message;
    size_t message_len;
    if (type == NULL)
        return;
    if (strcmp(type, "succeeded") == 0 &&
        json_find_raw(line, len, message_path, &message, &message_len))
        read_document(endpoint, 200, message, message_len, result);
    else if (strcmp(type, "errored") == 0)
        read_error(json_has(json_get(said, "error"), "error") ? json_get(said, "error")
                                                              : said,
                   result);
    else
        error_set(&result->error, ERROR_SERVER,
                  "the provider has ended the batch before this request (%s)", type);
}

void batch_read_result(enum batch_kind kind, const struct endpoint *endpoint,
                       const char *line, size_t len, struct run_result *result)
{
    result->sum = (struct turn_sum){.usage = usage_unknown(),
                                    .cost = -1,
                                    .first_token_ms = -1,
                                    .total_ms = -1,
                                    .attempts = 1};
    cJSON *object = json_parse(line, len);
    if (kind == BATCH_OPENAI)
        read_openai(endpoint, line, len, object, result);
    else
        read_anthropic(endpoint, line, len, object, result);
    cJSON_Delete(object);
    if (result->text == NULL && result->error.class == ERROR_NONE)
        error_set(&result->error, ERROR_PROTOCOL,
                  "what the provider gave for this request is no result");
    if (result->error.class != ERROR_NONE)
        result->finish = FINISH_ERROR;
}
