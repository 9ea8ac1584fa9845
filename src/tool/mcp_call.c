/*
 * A call is one request, or several: in the modern generation a server may answer that
 * it needs input first, and the same call is then sent again with it.
 */
#include "src/tool/mcp_call.h"

#include <string.h>

#include "src/base/json.h"
#include "src/base/json_print.h"
#include "src/base/mem.h"
#include "src/tool/mcp_call_state.h"
#include "src/tool/mcp_content.h"
#include "src/tool/mcp_headers.h"
#include "src/tool/mcp_message.h"
#include "src/tool/mcp_state.h"

/* How often a server may ask for more before it answers. */
#define ROUNDS_MAX   8
#define INPUTS_MAX   16
#define MESSAGES_MAX 200

enum mcp_call_kind { MCP_CALL_TOOL, MCP_CALL_READ, MCP_CALL_PROMPT };

struct mcp_input {
    char *name;
    char *json; /* NULL: not there yet */
};

struct mcp_call {
    struct mcp_call *next;
    struct mcp_server *server;
    uint64_t serial; /* tells whether it is still there */
    enum mcp_call_kind kind;
    struct tool_handler handler;
    struct mcp_prompt_handler prompt_handler;
    struct mcp_pending *pending;
    char *name;    /* of the tool, the prompt, the resource */
    char *members; /* of the request's params */
    struct header_list headers;
    bool is_repeatable;
    bool is_stopped;
    int rounds;
    struct mcp_input *inputs;
    size_t input_count;
    size_t inputs_open;
    char *request_state; /* JSON, or NULL */
    char *failure;       /* how it has ended, to be told from the loop; or NULL */
};

static const char *const call_methods[] = {
    [MCP_CALL_TOOL] = "tools/call",
    [MCP_CALL_READ] = "resources/read",
    [MCP_CALL_PROMPT] = "prompts/get",
};

/* --- The end
 * ----------------------------------------------------------------------------
 */

static void call_clear_inputs(struct mcp_call *call)
{
    for (size_t i = 0; i < call->input_count; i++) {
        mem_free(call->inputs[i].name);
        mem_free(call->inputs[i].json);
    }
    mem_free(call->inputs);
    mem_free(call->request_state);
    call->inputs = NULL;
    call->input_count = call->inputs_open = 0;
    call->request_state = NULL;
}

static void call_destroy(struct mcp_call *call)
{
    call_clear_inputs(call);
    header_list_clear(&call->headers);
    mem_free(call->name);
    mem_free(call->members);
    mem_free(call->failure);
    mem_free(call);
}

static void call_detach(struct mcp_call *call)
{
    struct mcp_call **link = &call->server->calls;
    while (*link != call)
        link = &(*link)->next;
    *link = call->next;
}

/* The one place that tells an end, from the loop. Afterwards the server may be dead. */
static void call_tell(struct mcp_call *call, const struct tool_result *result,
                      const struct mcp_prompt_message *messages, size_t message_count)
{
    struct mcp_server *server = call->server;
    const struct tool_handler handler = call->handler;
    const struct mcp_prompt_handler prompt_handler = call->prompt_handler;
    const bool is_prompt = call->kind == MCP_CALL_PROMPT;
    call_detach(call);
    mcp_incoming_forget_call(server, call);
    mcp_pending_drop(server, call->pending);
    call_destroy(call);
    const struct mcp_prompt_result filled = {.end = result->end,
                                             .text = result->text,
                                             .messages = messages,
                                             .message_count = message_count};
    if (is_prompt)
        prompt_handler.on_done(prompt_handler.user, &filled);
    else
        handler.on_done(handler.user, result);
}

static void call_fail(struct mcp_call *call, enum tool_end end, const char *words)
{
    const struct tool_result result = {.end = end, .text = words, .len = strlen(words)};
    call_tell(call, &result, NULL, 0);
}

static void call_tell_content(struct mcp_call *call, struct mcp_content *content)
{
    mcp_content_finish(content);
    if (content->is_error && content->text.len == 0)
        strbuf_append_text(&content->text, "the tool failed and said nothing");
    const struct tool_result result = {
        .end = content->is_error ? TOOL_END_ERROR : TOOL_END_OK,
        .text = strbuf_text(&content->text),
        .len = content->text.len,
        .is_cut = content->is_cut,
        .note = content->note.len > 0 ? strbuf_text(&content->note) : NULL,
    };
    call_tell(call, &result, NULL, 0);
}

static void call_tell_prompt(struct mcp_call *call, const cJSON *result)
{
    const cJSON *list = json_get(result, "messages");
    struct mcp_content contents[1];
    struct mcp_prompt_message *messages = NULL;
    size_t cap = 0;
    size_t count = 0;
    size_t left = call->server->options.result_max;
    for (const cJSON *item = cJSON_IsArray(list) ? list->child : NULL;
         item != NULL && count < MESSAGES_MAX && left > MCP_CONTENT_MAX_LEAST;
         item = item->next) {
        const char *role = json_get_string(item, "role");
        mcp_content_init(contents, left);
        mcp_content_read_block(contents, json_get(item, "content"));
        mcp_content_finish(contents);
        messages = mem_grow(messages, &cap, count + 1, sizeof(messages[0]));
        const size_t len = contents->text.len;
        messages[count++] = (struct mcp_prompt_message){
            .is_assistant = role != NULL && strcmp(role, "assistant") == 0,
            .text = strbuf_take(&contents->text),
            .len = len,
        };
        left -= len;
        mcp_content_clear(contents);
    }
    const struct tool_result done = {.end = TOOL_END_OK, .text = ""};
    call_tell(call, &done, messages, count);
    for (size_t i = 0; i < count; i++)
        mem_free((char *)messages[i].text);
    mem_free(messages);
}

/* --- Answers
 * ----------------------------------------------------------------------------
 */

static void call_send(struct mcp_call *call);

static struct mcp_call *call_find(const struct mcp_server *server, uint64_t serial)
{
    struct mcp_call *call = server->calls;
    while (call != NULL && call->serial != serial)
        call = call->next;
    return call;
}

/* All that was asked for is there: the call is made anew. */
static void call_close_input(struct mcp_call *call)
{
    if (--call->inputs_open > 0)
        return;
    for (size_t i = 0; i < call->input_count; i++) {
        if (call->inputs[i].json == NULL) {
            call->failure = mem_strdup("what the server asked for was refused");
            return;
        }
    }
    call_send(call);
}

void mcp_call_take_input(struct mcp_call *call, const char *name, const char *json)
{
    for (size_t i = 0; i < call->input_count; i++) {
        if (call->inputs[i].json == NULL && strcmp(call->inputs[i].name, name) == 0) {
            call->inputs[i].json = mem_strdup(json);
            break;
        }
    }
    call_close_input(call);
}

/* Puts each request to whoever can answer it. The call may be gone afterwards. */
static void call_ask_inputs(struct mcp_call *call, const cJSON *requests)
{
    struct mcp_server *server = call->server;
    const uint64_t serial = call->serial;
    /* One more than there are, so that answers given at once do not send it halfway. */
    call->inputs_open = call->input_count + 1;
    for (const cJSON *item = requests->child; item != NULL; item = item->next) {
        if (!mcp_incoming_ask(server, call, item->string, item)) {
            call_fail(call, TOOL_END_FAULT,
                      "the server asked for input that this client does not support");
            return;
        }
        if (server->is_dead || call_find(server, serial) == NULL)
            return;
    }
    call_close_input(call);
}

static void call_on_input_required(struct mcp_call *call, const cJSON *result)
{
    const cJSON *requests = json_get(result, "inputRequests");
    const cJSON *state = json_get(result, "requestState");
    const int count = cJSON_IsObject(requests) ? cJSON_GetArraySize(requests) : 0;
    call_clear_inputs(call);
    if (++call->rounds > ROUNDS_MAX || count > INPUTS_MAX) {
        call_fail(call, TOOL_END_FAULT, "the server asked for input too often");
        return;
    }
    if (state != NULL) {
        struct strbuf text;
        strbuf_init(&text, STRBUF_OWN_MAX);
        json_print(&text, state);
        call->request_state = strbuf_take(&text);
    }
    if (count == 0) {
        call_send(call);
        return;
    }
    call->inputs = mem_alloc_array((size_t)count, sizeof(call->inputs[0]));
    for (const cJSON *item = requests->child; item != NULL; item = item->next)
        call->inputs[call->input_count++].name = mem_strdup(item->string);
    call_ask_inputs(call, requests);
}

static void call_on_result(struct mcp_call *call, const cJSON *result)
{
    const char *type = json_get_string(result, "resultType");
    struct mcp_content content;
    if (type != NULL && strcmp(type, "input_required") == 0) {
        call_on_input_required(call, result);
        return;
    }
    if ((type != NULL && strcmp(type, "complete") != 0) || !cJSON_IsObject(result)) {
        call_fail(call, TOOL_END_FAULT, "the server's answer is of an unknown kind");
        return;
    }
    mcp_content_init(&content, call->server->options.result_max);
    switch (call->kind) {
    case MCP_CALL_TOOL:
        mcp_content_read_result(&content, result);
        call_tell_content(call, &content);
        break;
    case MCP_CALL_READ:
        mcp_content_read_resource(&content, result);
        call_tell_content(call, &content);
        break;
    case MCP_CALL_PROMPT: call_tell_prompt(call, result); break;
    }
    mcp_content_clear(&content);
}

static void call_on_answer(struct mcp_server *server, void *user,
                           const struct mcp_answer *answer)
{
    struct mcp_call *call = user;
    (void)server;
    call->pending = NULL;
    if (answer->result != NULL) {
        call_on_result(call, answer->result);
        return;
    }
    const bool wants_page = answer->code == MCP_CODE_URL_ELICITATION;
    char *words =
        answer->code == 0
            ? mem_strdup(answer->words)
            : strbuf_format("the server answers with an error: %s (%lld%s)",
                            answer->words, (long long)answer->code,
                            wants_page ? ": a page to be opened, which is not supported"
                                       : "");
    call_fail(call, TOOL_END_FAULT, words);
    mem_free(words);
}

static void call_on_progress(struct mcp_server *server, void *user, const cJSON *params)
{
    const struct mcp_call *call = user;
    (void)server;
    if (call->handler.on_progress == NULL)
        return;
    const cJSON *done = json_get(params, "progress");
    const cJSON *total = json_get(params, "total");
    char *text = mcp_tools_take_text(json_get_string(params, "message"), 1000);
    const struct tool_progress progress = {
        .done = cJSON_IsNumber(done) ? done->valuedouble : -1,
        .total = cJSON_IsNumber(total) ? total->valuedouble : -1,
        .text = text,
    };
    call->handler.on_progress(call->handler.user, &progress);
    mem_free(text);
}

/* --- Requests
 * ----------------------------------------------------------------------------
 */

static void call_send(struct mcp_call *call)
{
    struct strbuf members;
    strbuf_init(&members, STRBUF_OWN_MAX);
    strbuf_append_text(&members, call->members);
    for (size_t i = 0; i < call->input_count; i++) {
        const struct mcp_input *input = &call->inputs[i];
        strbuf_append_text(&members, i == 0 ? ",\"inputResponses\":{" : ",");
        json_append_string(&members, input->name, strlen(input->name));
        strbuf_append_char(&members, ':');
        strbuf_append_text(&members, input->json);
    }
    strbuf_append_text(&members, call->input_count > 0 ? "}" : "");
    if (call->request_state != NULL)
        strbuf_append_format(&members, ",\"requestState\":%s", call->request_state);
    const struct mcp_ask ask = {
        .method = call_methods[call->kind],
        .members = strbuf_text(&members),
        .name = call->name,
        .headers = &call->headers,
        .limit_ms = call->server->options.call_timeout_ms,
        .limit_max_ms = call->server->options.call_timeout_max_ms,
        .is_repeatable = call->is_repeatable,
        .waits_for_person = true,
        .on_answer = call_on_answer,
        .on_progress = call_on_progress,
        .user = call,
    };
    call->pending = mcp_pending_ask(call->server, &ask);
    strbuf_clear(&members);
    call_clear_inputs(call);
}

static struct mcp_call *call_new(struct mcp_server *server, enum mcp_call_kind kind,
                                 const char *name)
{
    struct mcp_call *call = mem_alloc(sizeof(*call));
    struct strbuf members;
    strbuf_init(&members, STRBUF_OWN_MAX);
    strbuf_append_text(&members, kind == MCP_CALL_READ ? "\"uri\":" : "\"name\":");
    json_append_string(&members, name, strlen(name));
    call->server = server;
    call->serial = ++server->last_serial;
    call->kind = kind;
    call->name = mem_strdup(name);
    call->members = strbuf_take(&members);
    call->next = server->calls;
    server->calls = call;
    return call;
}

/* True if the server can be asked, and the arguments are an object. */
static bool call_check(const struct mcp_server *server, const char *arguments,
                       struct error *err)
{
    const size_t len = arguments != NULL ? strlen(arguments) : 0;
    if (server->state != MCP_READY) {
        error_set(err, ERROR_SERVER, "the server %s is not ready", server->options.name);
        return false;
    }
    const size_t blank = len > 0 ? strspn(arguments, " \t\r\n") : 0;
    if (len == 0 || (arguments[blank] == '{' && json_is_valid(arguments, len)))
        return true;
    error_set(err, ERROR_BAD_REQUEST, "the arguments are not a JSON object");
    return false;
}

static void call_add_arguments(struct mcp_call *call, const char *arguments)
{
    struct strbuf members;
    if (arguments == NULL || arguments[0] == '\0')
        return;
    strbuf_init(&members, STRBUF_OWN_MAX);
    strbuf_append_format(&members, "%s,\"arguments\":", call->members);
    mcp_message_append_json(&members, arguments, strlen(arguments));
    mem_free(call->members);
    call->members = strbuf_take(&members);
}

/* Modern, over HTTP: what of the arguments goes into header fields. */
static void call_add_headers(struct mcp_call *call, const struct tool *tool,
                             const char *arguments)
{
    const struct mcp_server *server = call->server;
    if (server->generation != MCP_MODERN || server->link == NULL ||
        !mcp_link_is_http(server->link) || arguments == NULL)
        return;
    cJSON *schema = json_parse(tool->schema, strlen(tool->schema));
    cJSON *values = json_parse(arguments, strlen(arguments));
    mcp_headers_add(&call->headers, schema, values);
    cJSON_Delete(schema);
    cJSON_Delete(values);
}

struct mcp_call *mcp_call_start(struct mcp_server *server, const struct tool *tool,
                                const char *arguments, const struct tool_handler *handler,
                                struct error *err)
{
    if (!call_check(server, arguments, err))
        return NULL;
    mcp_server_enter(server);
    struct mcp_call *call = call_new(server, MCP_CALL_TOOL, tool->remote_name);
    call->handler = *handler;
    call->is_repeatable = tool->hints.is_idempotent || tool->hints.is_read_only;
    call_add_arguments(call, arguments);
    call_add_headers(call, tool, arguments);
    call_send(call);
    mcp_server_leave(server);
    return call;
}

struct mcp_call *mcp_call_read(struct mcp_server *server, const char *uri,
                               const struct tool_handler *handler, struct error *err)
{
    if (!call_check(server, NULL, err))
        return NULL;
    mcp_server_enter(server);
    struct mcp_call *call = call_new(server, MCP_CALL_READ, uri);
    call->handler = *handler;
    call->is_repeatable = true;
    call_send(call);
    mcp_server_leave(server);
    return call;
}

struct mcp_call *mcp_call_get_prompt(struct mcp_server *server, const char *name,
                                     const char *arguments,
                                     const struct mcp_prompt_handler *handler,
                                     struct error *err)
{
    if (!call_check(server, arguments, err))
        return NULL;
    mcp_server_enter(server);
    struct mcp_call *call = call_new(server, MCP_CALL_PROMPT, name);
    call->prompt_handler = *handler;
    call->is_repeatable = true;
    call_add_arguments(call, arguments);
    call_send(call);
    mcp_server_leave(server);
    return call;
}

/* --- Giving up
 * ----------------------------------------------------------------------------
 */

void mcp_call_stop(struct mcp_call *call)
{
    struct mcp_server *server = call->server;
    if (call->is_stopped)
        return;
    mcp_server_enter(server);
    call->is_stopped = true;
    mcp_pending_drop(server, call->pending);
    call->pending = NULL;
    mcp_incoming_forget_call(server, call);
    mcp_server_leave(server);
}

void mcp_call_free(struct mcp_call *call)
{
    if (call == NULL)
        return;
    struct mcp_server *server = call->server;
    mcp_server_enter(server);
    call_detach(call);
    mcp_pending_drop(server, call->pending);
    mcp_incoming_forget_call(server, call);
    call_destroy(call);
    mcp_server_leave(server);
}

static bool call_is_over(const struct mcp_call *call)
{
    return call->is_stopped || call->failure != NULL;
}

bool mcp_call_is_due(const struct mcp_server *server)
{
    const struct mcp_call *call = server->calls;
    while (call != NULL && !call_is_over(call))
        call = call->next;
    return call != NULL;
}

void mcp_call_expire(struct mcp_server *server)
{
    while (!server->is_dead && mcp_call_is_due(server)) {
        struct mcp_call *call = server->calls;
        while (!call_is_over(call))
            call = call->next;
        char *words = mem_strdup(call->is_stopped ? "the call was stopped by the person"
                                                  : call->failure);
        call_fail(call, call->is_stopped ? TOOL_END_STOPPED : TOOL_END_FAULT, words);
        mem_free(words);
    }
}

void mcp_call_fail_all(struct mcp_server *server, const char *words)
{
    while (server->calls != NULL && !server->is_dead) {
        struct mcp_call *call = server->calls;
        call_fail(call, call->is_stopped ? TOOL_END_STOPPED : TOOL_END_FAULT, words);
    }
}

void mcp_call_clear_all(struct mcp_server *server)
{
    while (server->calls != NULL) {
        struct mcp_call *call = server->calls;
        call_detach(call);
        call_destroy(call);
    }
}
