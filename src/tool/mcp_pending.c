/*
 * A list, because there are few. A request keeps what it was made of, so that it can be
 * sent once more under a new number: after a session was lost, or a stream broke before
 * the answer came.
 */
#include "src/tool/mcp_pending.h"

#include <string.h>

#include "build-config.h"
#include "src/base/clock.h"
#include "src/base/json.h"
#include "src/base/mem.h"
#include "src/tool/mcp_message.h"
#include "src/tool/mcp_state.h"

struct mcp_pending {
    struct mcp_pending *next;
    int64_t id; /* 0: not sent yet */
    char *method;
    char *members;
    char *name;
    char *version;
    struct header_list headers;
    struct mcp_ask ask;  /* the texts in it are not to be used */
    int64_t deadline_ms; /* -1: none */
    int64_t latest_ms;   /* progress gives no time beyond this; -1 */
    char *failure;       /* it could not be sent, and why: answered from the loop */
    bool was_resent;
};

/* --- Sending
 * ----------------------------------------------------------------------------
 */

static void pending_append_meta(const struct mcp_server *server,
                                const struct mcp_pending *pending, struct strbuf *out)
{
    const char *version = pending->version;
    if (version == NULL && server->generation == MCP_MODERN)
        version = server->version;
    const bool has_progress = pending->ask.on_progress != NULL;
    if (version == NULL && !has_progress)
        return;
    if (pending->members != NULL && pending->members[0] != '\0')
        strbuf_append_char(out, ',');
    strbuf_append_text(out, "\"_meta\":{");
    if (has_progress)
        strbuf_append_format(out, "\"progressToken\":%lld%s", (long long)pending->id,
                             version != NULL ? "," : "");
    if (version != NULL) {
        strbuf_append_format(out,
                             "\"io.modelcontextprotocol/protocolVersion\":\"%s\","
                             "\"io.modelcontextprotocol/clientInfo\":"
                             "{\"name\":\"motet\",\"version\":\"" PACKAGE_VERSION "\"},"
                             "\"io.modelcontextprotocol/clientCapabilities\":",
                             version);
        mcp_handshake_append_capabilities(server, out);
    }
    strbuf_append_char(out, '}');
}

static void pending_send(struct mcp_server *server, struct mcp_pending *pending)
{
    struct strbuf params;
    struct strbuf text;
    struct error err = {ERROR_NONE, NULL};
    pending->id = ++server->next_id;
    strbuf_init(&params, STRBUF_OWN_MAX);
    strbuf_init(&text, STRBUF_OWN_MAX);
    strbuf_append_char(&params, '{');
    if (pending->members != NULL)
        strbuf_append_text(&params, pending->members);
    pending_append_meta(server, pending, &params);
    strbuf_append_char(&params, '}');
    mcp_message_append_request(&text, pending->id, pending->method, strbuf_text(&params));
    const struct mcp_outgoing outgoing = {
        .text = strbuf_text(&text),
        .len = text.len,
        .id = pending->id,
        .method = pending->method,
        .name = pending->name,
        .headers = &pending->headers,
    };
    if (server->link == NULL || !mcp_link_send(server->link, &outgoing, &err))
        pending->failure =
            mem_strdup(server->link == NULL ? "the server is gone" : error_text(&err));
    error_clear(&err);
    strbuf_clear(&params);
    strbuf_clear(&text);
}

struct mcp_pending *mcp_pending_ask(struct mcp_server *server, const struct mcp_ask *ask)
{
    const int64_t now_ms = clock_now_ms();
    struct mcp_pending *pending = mem_alloc(sizeof(*pending));
    pending->ask = *ask;
    pending->method = mem_strdup(ask->method);
    pending->members = mem_strdup(ask->members);
    pending->name = mem_strdup(ask->name);
    pending->version = mem_strdup(ask->modern_version);
    if (ask->headers != NULL)
        header_list_copy(&pending->headers, ask->headers);
    pending->deadline_ms = ask->limit_ms > 0 ? now_ms + ask->limit_ms : -1;
    pending->latest_ms = ask->limit_max_ms > 0 ? now_ms + ask->limit_max_ms : -1;
    pending->next = server->pending;
    server->pending = pending;
    if (!mcp_handshake_is_going_on(server) || ask->is_silent)
        pending_send(server, pending);
    return pending;
}

/* --- Ending
 * ----------------------------------------------------------------------------
 */

static void pending_free(struct mcp_pending *pending)
{
    mem_free(pending->method);
    mem_free(pending->members);
    mem_free(pending->name);
    mem_free(pending->version);
    mem_free(pending->failure);
    header_list_clear(&pending->headers);
    mem_free(pending);
}

static void pending_detach(struct mcp_server *server, const struct mcp_pending *pending)
{
    struct mcp_pending **link = &server->pending;
    while (*link != NULL && *link != pending)
        link = &(*link)->next;
    if (*link != NULL)
        *link = pending->next;
}

static struct mcp_pending *pending_find(const struct mcp_server *server, int64_t id)
{
    struct mcp_pending *pending = id > 0 ? server->pending : NULL;
    while (pending != NULL && pending->id != id)
        pending = pending->next;
    return pending;
}

bool mcp_pending_has(const struct mcp_server *server, int64_t id)
{
    return pending_find(server, id) != NULL;
}

/* Gives the answer; afterwards the server may be dead. */
static void pending_end(struct mcp_server *server, struct mcp_pending *pending,
                        const struct mcp_answer *answer)
{
    pending_detach(server, pending);
    pending->ask.on_answer(server, pending->ask.user, answer);
    pending_free(pending);
}

/* Tells the server that an answer is not wanted any more. In the modern generation and
 * over HTTP, closing the stream says it. */
static void pending_cancel(struct mcp_server *server, const struct mcp_pending *pending)
{
    if (server->link == NULL || pending->id == 0 || pending->failure != NULL)
        return;
    if (mcp_link_is_http(server->link))
        mcp_link_cancel(server->link, pending->id);
    if (pending->ask.is_silent ||
        (mcp_link_is_http(server->link) && server->generation == MCP_MODERN))
        return;
    char *params = strbuf_format("{\"requestId\":%lld,\"reason\":\"%s\"}",
                                 (long long)pending->id, "not wanted any more");
    mcp_server_notify(server, "notifications/cancelled", params, false);
    mem_free(params);
}

void mcp_pending_drop(struct mcp_server *server, struct mcp_pending *pending)
{
    if (pending == NULL)
        return;
    pending_detach(server, pending);
    pending_cancel(server, pending);
    pending_free(pending);
}

bool mcp_pending_answer(struct mcp_server *server, int64_t id,
                        const struct mcp_answer *answer)
{
    struct mcp_pending *pending = pending_find(server, id);
    if (pending == NULL)
        return false;
    pending_end(server, pending, answer);
    return true;
}

/* --- HTTP: what came instead of an answer
 * ----------------------------------------------------------------------------
 */

/* Sends once more what was lost with its stream and does no harm twice. */
static bool pending_repeat(struct mcp_server *server, struct mcp_pending *pending,
                           const struct mcp_refusal *refusal)
{
    if (!pending->ask.is_repeatable || pending->was_resent || refusal->status >= 300)
        return false;
    pending->was_resent = true;
    pending_send(server, pending);
    return true;
}

void mcp_pending_refuse(struct mcp_server *server, int64_t id,
                        const struct mcp_refusal *refusal)
{
    struct mcp_pending *pending = pending_find(server, id);
    if (pending == NULL || pending_repeat(server, pending, refusal))
        return;
    cJSON *body = json_parse(refusal->body, refusal->body_len);
    const cJSON *error = json_get(body, "error");
    const char *words = json_get_string(error, "message");
    struct mcp_answer answer = {.status = refusal->status,
                                .data = json_get(error, "data")};
    json_get_int(error, "code", &answer.code);
    char *sentence = words != NULL && refusal->status != 401
                         ? mcp_tools_take_text(words, 1000)
                         : mem_strdup(error_text(refusal->error));
    answer.words = sentence;
    pending_end(server, pending, &answer);
    mem_free(sentence);
    cJSON_Delete(body);
}

/* --- All of them
 * ----------------------------------------------------------------------------
 */

void mcp_pending_fail_all(struct mcp_server *server, const char *words)
{
    const struct mcp_answer answer = {.words = words};
    while (server->pending != NULL && !server->is_dead)
        pending_end(server, server->pending, &answer);
}

void mcp_pending_clear(struct mcp_server *server)
{
    while (server->pending != NULL) {
        struct mcp_pending *pending = server->pending;
        server->pending = pending->next;
        pending_free(pending);
    }
}

void mcp_pending_hold(struct mcp_server *server, int64_t id)
{
    struct mcp_pending *pending = pending_find(server, id);
    if (pending != NULL)
        pending->id = 0;
}

void mcp_pending_resend(struct mcp_server *server)
{
    for (struct mcp_pending *pending = server->pending; pending != NULL;
         pending = pending->next) {
        if (pending->id == 0 && pending->failure == NULL)
            pending_send(server, pending);
    }
}

void mcp_pending_progress(struct mcp_server *server, const cJSON *params, int64_t now_ms)
{
    int64_t token = 0;
    if (!json_get_int(params, "progressToken", &token))
        return;
    struct mcp_pending *pending = pending_find(server, token);
    if (pending == NULL || pending->ask.on_progress == NULL)
        return;
    int64_t deadline_ms = now_ms + pending->ask.limit_ms;
    if (deadline_ms > pending->latest_ms)
        deadline_ms = pending->latest_ms;
    if (pending->deadline_ms >= 0 && deadline_ms > pending->deadline_ms)
        pending->deadline_ms = deadline_ms;
    pending->ask.on_progress(server, pending->ask.user, params);
}

void mcp_pending_shift(struct mcp_server *server, int64_t by_ms)
{
    for (struct mcp_pending *pending = server->pending; pending != NULL;
         pending = pending->next) {
        if (!pending->ask.waits_for_person)
            continue;
        pending->deadline_ms += pending->deadline_ms >= 0 ? by_ms : 0;
        pending->latest_ms += pending->latest_ms >= 0 ? by_ms : 0;
    }
}

/* When it ends by itself; -1: not by time. */
static int64_t pending_due(const struct mcp_server *server,
                           const struct mcp_pending *pending)
{
    if (pending->failure != NULL)
        return 0;
    if (pending->ask.waits_for_person && mcp_incoming_is_asking(server))
        return -1;
    return pending->deadline_ms;
}

static void pending_end_late(struct mcp_server *server, struct mcp_pending *pending,
                             int64_t now_ms)
{
    const int64_t start_ms = pending->latest_ms >= 0
                                 ? pending->latest_ms - pending->ask.limit_max_ms
                                 : pending->deadline_ms - pending->ask.limit_ms;
    char *words = pending->failure != NULL
                      ? mem_strdup(pending->failure)
                      : strbuf_format("the server has not answered within %lld s",
                                      (long long)((now_ms - start_ms + 500) / 1000));
    const struct mcp_answer answer = {.words = words,
                                      .is_over_time = pending->failure == NULL};
    pending_cancel(server, pending);
    pending_end(server, pending, &answer);
    mem_free(words);
}

void mcp_pending_expire(struct mcp_server *server, int64_t now_ms)
{
    /* After each end the list may be another one. */
    bool has_ended = true;
    while (has_ended && !server->is_dead) {
        has_ended = false;
        for (struct mcp_pending *pending = server->pending; pending != NULL && !has_ended;
             pending = pending->next) {
            const int64_t due_ms = pending_due(server, pending);
            if (due_ms < 0 || due_ms > now_ms)
                continue;
            pending_end_late(server, pending, now_ms);
            has_ended = true;
        }
    }
}

int64_t mcp_pending_get_deadline(const struct mcp_server *server)
{
    int64_t next_ms = -1;
    for (const struct mcp_pending *pending = server->pending; pending != NULL;
         pending = pending->next) {
        const int64_t due_ms = pending_due(server, pending);
        if (due_ms >= 0 && (next_ms < 0 || due_ms < next_ms))
            next_ms = due_ms;
    }
    return next_ms;
}
