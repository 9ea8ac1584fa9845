/*
 * A request that only the owner can answer is an inquiry: it has a key of its own, and
 * where its answer goes: back to the server under its id (legacy), or to the call whose
 * answer asked for it (modern). One that nobody answers is cancelled in the end.
 */
#include "src/tool/mcp_incoming.h"

#include <string.h>
#include <unistd.h>

#include "src/base/clock.h"
#include "src/base/json.h"
#include "src/base/json_print.h"
#include "src/base/mem.h"
#include "src/base/strbuf.h"
#include "src/tool/mcp_call_state.h"
#include "src/tool/mcp_message.h"
#include "src/tool/mcp_state.h"

/* How long a person may take. */
#define INQUIRY_MS  (30 * 60 * 1000)
#define INQUIRY_MAX 16
/* More notifications in a second are dropped. */
#define NOTIFICATIONS_MAX 200
#define LOG_LINE_MAX      ((size_t)1000)

struct mcp_inquiry {
    struct mcp_inquiry *next;
    uint64_t key;
    enum mcp_request_kind kind;
    char *id_text;         /* legacy: the id to answer with */
    struct mcp_call *call; /* modern: whose answer asked, under … */
    char *name;            /* … this name */
    int64_t deadline_ms;
    bool is_withdrawn; /* not wanted any more; the owner is told from the loop */
};

/* --- Answering
 * ----------------------------------------------------------------------------
 */

static void incoming_send_result(struct mcp_server *server, const char *id_text,
                                 const char *result)
{
    struct strbuf text;
    strbuf_init(&text, STRBUF_OWN_MAX);
    mcp_message_append_result(&text, id_text, result);
    mcp_server_send(server,
                    &(struct mcp_outgoing){.text = strbuf_text(&text), .len = text.len});
    strbuf_clear(&text);
}

static void incoming_send_error(struct mcp_server *server, const char *id_text, int code,
                                const char *words)
{
    struct strbuf text;
    strbuf_init(&text, STRBUF_OWN_MAX);
    mcp_message_append_error(&text, id_text, code, words);
    mcp_server_send(server,
                    &(struct mcp_outgoing){.text = strbuf_text(&text), .len = text.len});
    strbuf_clear(&text);
}

static void incoming_append_uri(struct strbuf *out, const char *path)
{
    static const char plain[] = "/-._~";
    strbuf_append_text(out, "file://");
    for (; *path != '\0'; path++) {
        const bool is_plain = (*path >= 'a' && *path <= 'z') ||
                              (*path >= 'A' && *path <= 'Z') ||
                              (*path >= '0' && *path <= '9') || strchr(plain, *path);
        if (is_plain)
            strbuf_append_char(out, *path);
        else
            strbuf_append_format(out, "%%%02X", (unsigned)(unsigned char)*path);
    }
}

/* One folder; a path that is not whole begins at ours. */
static void incoming_append_root(struct strbuf *out, const char *path, const char *here)
{
    struct strbuf whole;
    struct strbuf uri;
    strbuf_init(&whole, STRBUF_OWN_MAX);
    strbuf_init(&uri, STRBUF_OWN_MAX);
    if (path == NULL || path[0] != '/')
        strbuf_append_format(&whole, "%s%s", here, path != NULL ? "/" : "");
    strbuf_append_text(&whole, path != NULL ? path : "");
    while (whole.len > 1 && whole.text[whole.len - 1] == '/')
        strbuf_truncate(&whole, whole.len - 1);
    incoming_append_uri(&uri, strbuf_text(&whole));
    const char *name = strrchr(strbuf_text(&whole), '/');
    name = name != NULL && name[1] != '\0' ? name + 1 : strbuf_text(&whole);
    strbuf_append_text(out, "{\"uri\":");
    json_append_string(out, strbuf_text(&uri), uri.len);
    strbuf_append_text(out, ",\"name\":");
    json_append_string(out, name, strlen(name));
    strbuf_append_char(out, '}');
    strbuf_clear(&whole);
    strbuf_clear(&uri);
}

/* Appends the folders that the server is told of: the result of roots/list. */
static void incoming_append_roots(const struct mcp_server *server, struct strbuf *out)
{
    const char *const *roots = server->options.roots;
    char here[4096];
    if (getcwd(here, sizeof(here)) == NULL)
        here[0] = '\0';
    strbuf_append_text(out, "{\"roots\":[");
    if (roots == NULL)
        incoming_append_root(out, server->options.directory, here);
    for (size_t i = 0; roots != NULL && roots[i] != NULL; i++) {
        if (i > 0)
            strbuf_append_char(out, ',');
        incoming_append_root(out, roots[i], here);
    }
    strbuf_append_text(out, "]}");
}

/* --- Inquiries
 * ----------------------------------------------------------------------------
 */

static bool incoming_is_offered(const struct mcp_server *server,
                                enum mcp_request_kind kind)
{
    if (server->owner.on_request == NULL)
        return false;
    switch (kind) {
    case MCP_REQUEST_SAMPLING: return server->options.is_sampling_offered;
    case MCP_REQUEST_ELICITATION: return server->options.is_elicitation_offered;
    }
    return false;
}

/* What a method asks for; false if it is nothing that a person answers. */
static bool incoming_find_kind(const char *method, enum mcp_request_kind *kind)
{
    *kind = MCP_REQUEST_SAMPLING;
    if (strcmp(method, "sampling/createMessage") == 0)
        return true;
    *kind = MCP_REQUEST_ELICITATION;
    return strcmp(method, "elicitation/create") == 0;
}

static void incoming_free_inquiry(struct mcp_inquiry *inquiry)
{
    mem_free(inquiry->id_text);
    mem_free(inquiry->name);
    mem_free(inquiry);
}

static struct mcp_inquiry *incoming_find(const struct mcp_server *server, uint64_t key)
{
    struct mcp_inquiry *inquiry = server->incoming.inquiries;
    while (inquiry != NULL && inquiry->key != key)
        inquiry = inquiry->next;
    return inquiry;
}

static void incoming_detach(struct mcp_server *server, const struct mcp_inquiry *inquiry)
{
    struct mcp_inquiry **link = &server->incoming.inquiries;
    while (*link != inquiry)
        link = &(*link)->next;
    *link = inquiry->next;
    if (server->incoming.inquiries == NULL)
        mcp_pending_shift(server, clock_now_ms() - server->incoming.asking_since_ms);
}

static struct mcp_inquiry *incoming_add(struct mcp_server *server,
                                        enum mcp_request_kind kind)
{
    struct mcp_incoming *incoming = &server->incoming;
    struct mcp_inquiry *inquiry = mem_alloc(sizeof(*inquiry));
    if (incoming->inquiries == NULL)
        incoming->asking_since_ms = clock_now_ms();
    inquiry->key = ++incoming->last_key;
    inquiry->kind = kind;
    inquiry->deadline_ms = clock_now_ms() + INQUIRY_MS;
    inquiry->next = incoming->inquiries;
    incoming->inquiries = inquiry;
    return inquiry;
}

/* The value as text, NULL for NULL. Caller frees. */
static char *incoming_take_json(const cJSON *value)
{
    struct strbuf text;
    if (value == NULL)
        return NULL;
    strbuf_init(&text, STRBUF_OWN_MAX);
    json_print(&text, value);
    return strbuf_take(&text);
}

static void incoming_tell_owner(struct mcp_server *server,
                                const struct mcp_inquiry *inquiry, const cJSON *params)
{
    const char *message = json_get_string(params, "message");
    char *words = mcp_tools_take_text(message != NULL ? message : "", STRBUF_OWN_MAX);
    char *schema = incoming_take_json(json_get(params, "requestedSchema"));
    char *whole = incoming_take_json(params);
    const struct mcp_request request = {
        .key = inquiry->key,
        .kind = inquiry->kind,
        .message = words,
        .schema = schema,
        .params = whole != NULL ? whole : "{}",
    };
    server->owner.on_request(server->owner.user, server, &request);
    mem_free(words);
    mem_free(schema);
    mem_free(whole);
}

static size_t incoming_count(const struct mcp_server *server)
{
    size_t count = 0;
    for (const struct mcp_inquiry *inquiry = server->incoming.inquiries; inquiry != NULL;
         inquiry = inquiry->next)
        count++;
    return count;
}

/* Why it cannot be put to the owner, or NULL. */
static const char *incoming_refuse(const struct mcp_server *server, const cJSON *params)
{
    const char *mode = json_get_string(params, "mode");
    if (mode != NULL && strcmp(mode, "form") != 0)
        return "only the mode \"form\" is supported";
    if (incoming_count(server) >= INQUIRY_MAX)
        return "too many questions are open";
    return NULL;
}

bool mcp_incoming_ask(struct mcp_server *server, struct mcp_call *call, const char *name,
                      const cJSON *request)
{
    const char *method = json_get_string(request, "method");
    const cJSON *params = json_get(request, "params");
    enum mcp_request_kind kind;
    if (method != NULL && strcmp(method, "roots/list") == 0) {
        struct strbuf roots;
        strbuf_init(&roots, STRBUF_OWN_MAX);
        incoming_append_roots(server, &roots);
        mcp_call_take_input(call, name, strbuf_text(&roots));
        strbuf_clear(&roots);
        return true;
    }
    if (method == NULL || !incoming_find_kind(method, &kind) ||
        !incoming_is_offered(server, kind) || incoming_refuse(server, params) != NULL)
        return false;
    struct mcp_inquiry *inquiry = incoming_add(server, kind);
    inquiry->call = call;
    inquiry->name = mem_strdup(name);
    incoming_tell_owner(server, inquiry, params);
    return true;
}

static void incoming_answer_person(struct mcp_server *server, struct mcp_inquiry *inquiry,
                                   enum mcp_reply reply, const char *json)
{
    struct strbuf result;
    const bool is_form = inquiry->kind == MCP_REQUEST_ELICITATION;
    const bool is_accepted = reply == MCP_ACCEPT;
    strbuf_init(&result, STRBUF_OWN_MAX);
    if (is_form && is_accepted)
        strbuf_append_format(&result, "{\"action\":\"accept\",\"content\":%s}", json);
    else if (is_form)
        strbuf_append_format(&result, "{\"action\":\"%s\"}",
                             reply == MCP_DECLINE ? "decline" : "cancel");
    else if (is_accepted)
        strbuf_append_text(&result, json);
    incoming_detach(server, inquiry);
    if (inquiry->call != NULL)
        mcp_call_take_input(inquiry->call, inquiry->name,
                            result.len > 0 ? strbuf_text(&result) : NULL);
    else if (result.len > 0)
        incoming_send_result(server, inquiry->id_text, strbuf_text(&result));
    else
        incoming_send_error(server, inquiry->id_text, -1, "The user declined");
    strbuf_clear(&result);
    incoming_free_inquiry(inquiry);
}

void mcp_server_reply(struct mcp_server *server, uint64_t key, enum mcp_reply reply,
                      const char *json)
{
    struct mcp_inquiry *inquiry = incoming_find(server, key);
    if (inquiry == NULL || inquiry->is_withdrawn)
        return;
    mcp_server_enter(server);
    const char *content = json != NULL ? json : "{}";
    /* Nobody else checks it on its way to the server. */
    if (reply == MCP_ACCEPT && !json_is_valid(content, strlen(content)))
        reply = MCP_CANCEL;
    incoming_answer_person(server, inquiry, reply, content);
    mcp_server_leave(server);
}

/* Forgets it, and says so to the owner. */
static void incoming_withdraw(struct mcp_server *server, struct mcp_inquiry *inquiry)
{
    const uint64_t key = inquiry->key;
    incoming_detach(server, inquiry);
    incoming_free_inquiry(inquiry);
    if (server->owner.on_request_gone != NULL && !server->is_dead)
        server->owner.on_request_gone(server->owner.user, server, key);
}

void mcp_incoming_forget_call(struct mcp_server *server, const struct mcp_call *call)
{
    for (struct mcp_inquiry *inquiry = server->incoming.inquiries; inquiry != NULL;
         inquiry = inquiry->next) {
        if (inquiry->call == call) {
            inquiry->call = NULL;
            inquiry->is_withdrawn = true;
            inquiry->deadline_ms = 0;
        }
    }
}

bool mcp_incoming_is_asking(const struct mcp_server *server)
{
    return server->incoming.inquiries != NULL;
}

void mcp_incoming_drop_all(struct mcp_server *server)
{
    while (server->incoming.inquiries != NULL && !server->is_dead)
        incoming_withdraw(server, server->incoming.inquiries);
}

void mcp_incoming_clear(struct mcp_server *server)
{
    while (server->incoming.inquiries != NULL) {
        struct mcp_inquiry *inquiry = server->incoming.inquiries;
        server->incoming.inquiries = inquiry->next;
        incoming_free_inquiry(inquiry);
    }
}

void mcp_incoming_expire(struct mcp_server *server, int64_t now_ms)
{
    struct mcp_inquiry *inquiry = server->incoming.inquiries;
    while (inquiry != NULL && !server->is_dead) {
        const uint64_t key = inquiry->key;
        if (now_ms < inquiry->deadline_ms) {
            inquiry = inquiry->next;
            continue;
        }
        if (inquiry->is_withdrawn) {
            incoming_withdraw(server, inquiry);
        } else {
            incoming_answer_person(server, inquiry, MCP_CANCEL, "{}");
            if (server->owner.on_request_gone != NULL)
                server->owner.on_request_gone(server->owner.user, server, key);
        }
        inquiry = server->is_dead ? NULL : server->incoming.inquiries;
    }
}

int64_t mcp_incoming_get_deadline(const struct mcp_server *server)
{
    int64_t next_ms = -1;
    for (const struct mcp_inquiry *inquiry = server->incoming.inquiries; inquiry != NULL;
         inquiry = inquiry->next) {
        if (next_ms < 0 || inquiry->deadline_ms < next_ms)
            next_ms = inquiry->deadline_ms;
    }
    return next_ms;
}

/* --- Requests
 * ----------------------------------------------------------------------------
 */

void mcp_incoming_request(struct mcp_server *server, const struct mcp_message *message)
{
    enum mcp_request_kind kind;
    const char *why;
    if (strcmp(message->method, "ping") == 0) {
        incoming_send_result(server, message->id_text, "{}");
    } else if (strcmp(message->method, "roots/list") == 0) {
        struct strbuf roots;
        strbuf_init(&roots, STRBUF_OWN_MAX);
        incoming_append_roots(server, &roots);
        incoming_send_result(server, message->id_text, strbuf_text(&roots));
        strbuf_clear(&roots);
    } else if (!incoming_find_kind(message->method, &kind) ||
               !incoming_is_offered(server, kind)) {
        incoming_send_error(server, message->id_text, MCP_CODE_UNKNOWN_METHOD,
                            "Method not found");
    } else if ((why = incoming_refuse(server, message->params)) != NULL) {
        incoming_send_error(server, message->id_text, MCP_CODE_INVALID_PARAMS, why);
    } else {
        struct mcp_inquiry *inquiry = incoming_add(server, kind);
        inquiry->id_text = mem_strdup(message->id_text);
        incoming_tell_owner(server, inquiry, message->params);
    }
}

/* --- Notifications
 * ----------------------------------------------------------------------------
 */

/* What the server wants written down: one line, not a long one. */
static void incoming_log(struct mcp_server *server, const cJSON *params)
{
    const cJSON *data = json_get(params, "data");
    const char *level = json_get_string(params, "level");
    char *printed = cJSON_IsString(data) ? NULL : incoming_take_json(data);
    char *words = mcp_tools_take_text(cJSON_IsString(data) ? data->valuestring : printed,
                                      LOG_LINE_MAX);
    log_info(server->log, "mcp", "%s says (%.20s): %s", server->options.name,
             level != NULL ? level : "info", words != NULL ? words : "");
    mem_free(printed);
    mem_free(words);
}

/* The server takes back what it asked for. */
static void incoming_take_back(struct mcp_server *server, const cJSON *params)
{
    const cJSON *id = json_get(params, "requestId");
    char *text = incoming_take_json(id);
    for (struct mcp_inquiry *inquiry = server->incoming.inquiries;
         inquiry != NULL && text != NULL; inquiry = inquiry->next) {
        if (inquiry->id_text == NULL || strcmp(inquiry->id_text, text) != 0)
            continue;
        incoming_withdraw(server, inquiry);
        break;
    }
    mem_free(text);
}

/* Counts it; false if there were too many in this second. */
static bool incoming_may_take(struct mcp_server *server, int64_t now_ms)
{
    struct mcp_incoming *incoming = &server->incoming;
    if (now_ms - incoming->second_ms >= 1000) {
        incoming->second_ms = now_ms;
        incoming->taken = 0;
    }
    if (incoming->taken++ < NOTIFICATIONS_MAX)
        return true;
    if (incoming->taken == NOTIFICATIONS_MAX + 1)
        log_warn(server->log, "mcp", "%s: more than %d notifications in a second",
                 server->options.name, NOTIFICATIONS_MAX);
    incoming->dropped_count++;
    return false;
}

void mcp_incoming_notification(struct mcp_server *server,
                               const struct mcp_message *message)
{
    const char *method = message->method;
    const int64_t now_ms = clock_now_ms();
    /* These cost nothing and must not be missed. */
    if (strcmp(method, "notifications/tools/list_changed") == 0)
        mcp_lists_refetch(server, MCP_LIST_TOOLS);
    else if (strcmp(method, "notifications/resources/list_changed") == 0)
        mcp_lists_refetch(server, MCP_LIST_RESOURCES);
    else if (strcmp(method, "notifications/prompts/list_changed") == 0)
        mcp_lists_refetch(server, MCP_LIST_PROMPTS);
    else if (strcmp(method, "notifications/cancelled") == 0)
        incoming_take_back(server, message->params);
    else if (!incoming_may_take(server, now_ms))
        return;
    else if (strcmp(method, "notifications/progress") == 0)
        mcp_pending_progress(server, message->params, now_ms);
    else if (strcmp(method, "notifications/message") == 0)
        incoming_log(server, message->params);
}
