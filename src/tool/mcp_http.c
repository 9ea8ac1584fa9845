/*
 * An exchange is one HTTP request of ours and what became of it. It outlives its
 * transfer: after a stream broke it waits and then asks for the rest. Exchanges that are
 * over are freed by the outermost way out, because what they bring may end them.
 *
 * A stream may stay open after the answer has come. It is given a moment to end by
 * itself, so that the connection can be used again.
 */
#include "src/tool/mcp_http.h"

#include <string.h>
#include <strings.h>

#include "src/base/mem.h"
#include "src/net/sse.h"
#include "src/tool/mcp_headers.h"
#include "src/tool/mcp_refusal.h"

#define CONNECT_TIMEOUT_MS 15000
/* How long a stream may go on after its answer. */
#define LINGER_MS 1000
/* Before a broken stream is taken up again, unless the server said otherwise. */
#define RETRY_MS     1000
#define RETRY_MIN_MS 100
/* The server's own stream is never taken up again faster. */
#define LISTEN_MIN_MS 1000
#define RETRY_MAX_MS  30000
/* So often in a row without an event. */
#define RETRIES_MAX 5
/* What is read of an answer that is none. */
#define REFUSAL_MAX ((size_t)64 << 10)
#define SESSION_MAX 1024
/* Notifications and answers of ours that may be under way. */
#define UNASKED_MAX 100

enum exchange_kind {
    EXCHANGE_POST,
    EXCHANGE_LISTEN, /* GET: what the server says by itself */
    EXCHANGE_LEAVE   /* DELETE: the session is over */
};

struct exchange {
    struct exchange *next;
    struct mcp_http *mcp;
    enum exchange_kind kind;
    struct http_transfer *transfer;
    struct ev_timer timer; /* to take it up again, or to end it */
    int64_t id;            /* of the request, or 0 */
    bool is_reported;
    bool has_session; /* a session was named in it */
    bool is_resuming; /* a GET for the rest of it */
    bool is_lingering;
    bool is_over;
    int status;
    bool is_stream;
    char *type; /* of the content */
    char *challenge;
    struct strbuf body;
    struct sse sse;
    int retries;
};

struct mcp_http {
    struct mcp_link_handler handler;
    struct ev_loop *loop;
    struct http *http;
    char *url;
    char *ca_file;
    struct header_list headers;
    char *session; /* a secret */
    char *version; /* or NULL */
    bool is_modern;
    struct exchange *exchanges;
    struct ev_timer stop_timer;
    unsigned depth;
    bool is_stopping;
    bool is_abandoned;
};

/* --- Memory
 * ----------------------------------------------------------------------------
 */

static void exchange_free(struct exchange *exchange)
{
    ev_timer_stop(exchange->mcp->loop, &exchange->timer);
    http_cancel(exchange->transfer);
    mem_free(exchange->type);
    mem_free(exchange->challenge);
    strbuf_clear(&exchange->body);
    sse_clear(&exchange->sse);
    mem_free(exchange);
}

/* Ends it; its memory goes later. */
static void exchange_end(struct exchange *exchange)
{
    exchange->is_over = true;
    ev_timer_stop(exchange->mcp->loop, &exchange->timer);
    http_cancel(exchange->transfer);
    exchange->transfer = NULL;
}

static void mcp_http_reap(struct mcp_http *mcp)
{
    struct exchange **link = &mcp->exchanges;
    while (*link != NULL) {
        struct exchange *exchange = *link;
        if (!exchange->is_over) {
            link = &exchange->next;
            continue;
        }
        *link = exchange->next;
        exchange_free(exchange);
    }
}

static void mcp_http_enter(struct mcp_http *mcp)
{
    mcp->depth++;
    mcp->handler.on_enter(mcp->handler.user);
}

/* The last thing that a callback does: afterwards all of this may be gone. */
static void mcp_http_leave(struct mcp_http *mcp)
{
    if (--mcp->depth == 0)
        mcp_http_reap(mcp);
    mcp->handler.on_leave(mcp->handler.user);
}

static void exchange_set_timer(struct exchange *exchange, int64_t ms)
{
    struct ev_loop *loop = exchange->mcp->loop;
    ev_timer_stop(loop, &exchange->timer);
    ev_now_update(loop);
    ev_timer_set(&exchange->timer, (double)ms / 1000, 0.);
    ev_timer_start(loop, &exchange->timer);
}

/* --- What it could not do
 * ----------------------------------------------------------------------------
 */

/* The request will have no answer. */
static void exchange_refuse(struct exchange *exchange, struct error *error)
{
    struct mcp_http *mcp = exchange->mcp;
    const struct mcp_refusal refusal = {
        .status = exchange->status,
        .body = strbuf_text(&exchange->body),
        .body_len = exchange->body.len,
        .challenge = exchange->challenge,
        .error = error,
    };
    const int64_t id = exchange->id;
    exchange_end(exchange);
    if (id > 0 && !mcp->is_abandoned && mcp->handler.is_waiting(mcp->handler.user, id))
        mcp->handler.on_refused(mcp->handler.user, id, &refusal);
}

static void exchange_refuse_words(struct exchange *exchange, const char *words)
{
    struct error error = {ERROR_NONE, NULL};
    error_set(&error, ERROR_PROTOCOL, "%s", words);
    exchange_refuse(exchange, &error);
    error_clear(&error);
}

/* A notification was taken or not: what waits for it goes on. */
static void exchange_report(struct exchange *exchange)
{
    struct mcp_http *mcp = exchange->mcp;
    const bool is_reported = exchange->is_reported;
    exchange_end(exchange);
    if (is_reported && !mcp->is_abandoned)
        mcp->handler.on_posted(mcp->handler.user);
}

/* True if the server was not reached at all: it is gone for everybody. */
static bool exchange_is_unreached(const struct error *error)
{
    return error->class == ERROR_NETWORK_REFUSED || error->class == ERROR_NETWORK_DNS ||
           error->class == ERROR_NETWORK_TLS || error->class == ERROR_TIMEOUT_CONNECT;
}

/* --- Streams
 * ----------------------------------------------------------------------------
 */

static bool exchange_on_event(void *user, const struct sse_event *event)
{
    struct exchange *exchange = user;
    struct mcp_http *mcp = exchange->mcp;
    exchange->retries = 0;
    /* An event without data only names the place. One of another type is none of ours. */
    if (event->len == 0 || event->is_unfinished || strcmp(event->type, "message") != 0)
        return true;
    mcp->handler.on_message(mcp->handler.user, event->data, event->len);
    return !mcp->is_abandoned && !exchange->is_over;
}

/* True while the stream has something to bring: always for the server's own. */
static bool exchange_is_wanted(const struct exchange *exchange)
{
    const struct mcp_http *mcp = exchange->mcp;
    return exchange->kind == EXCHANGE_LISTEN ||
           (exchange->id > 0 && mcp->handler.is_waiting(mcp->handler.user, exchange->id));
}

static void exchange_take_events(struct exchange *exchange, const char *bytes, size_t len)
{
    struct mcp_http *mcp = exchange->mcp;
    struct error error = {ERROR_NONE, NULL};
    const bool is_good =
        sse_feed(&exchange->sse, bytes, len, exchange_on_event, exchange, &error);
    if (!mcp->is_abandoned && !exchange->is_over) {
        if (!is_good) {
            exchange_refuse(exchange, &error);
        } else if (!exchange->is_lingering && !exchange_is_wanted(exchange)) {
            exchange->is_lingering = true;
            exchange_set_timer(exchange, LINGER_MS);
        }
    }
    error_clear(&error);
}

/* The stream is over. Where the server named a place in it, the rest is asked for. */
static void exchange_stream_ended(struct exchange *exchange)
{
    const struct mcp_http *mcp = exchange->mcp;
    const struct sse *sse = &exchange->sse;
    if (!exchange_is_wanted(exchange)) {
        exchange_report(exchange);
        return;
    }
    const bool has_place = exchange->kind == EXCHANGE_LISTEN || sse->last_id.len > 0;
    if (mcp->is_modern || !has_place || exchange->retries >= RETRIES_MAX) {
        exchange_refuse_words(exchange, "the stream ended before the answer came");
        return;
    }
    int64_t wait_ms = sse->retry_ms >= 0 ? sse->retry_ms : RETRY_MS;
    const int64_t least_ms =
        exchange->kind == EXCHANGE_LISTEN ? LISTEN_MIN_MS : RETRY_MIN_MS;
    wait_ms = wait_ms < least_ms ? least_ms : wait_ms;
    exchange->retries++;
    exchange_set_timer(exchange, wait_ms < RETRY_MAX_MS ? wait_ms : RETRY_MAX_MS);
}

/* --- What libcurl brings
 * ----------------------------------------------------------------------------
 */

/* A session's name is visible ASCII; anything else is not sent back. */
static void exchange_take_session(struct exchange *exchange, const char *session)
{
    struct mcp_http *mcp = exchange->mcp;
    if (session == NULL || mcp->session != NULL || exchange->kind != EXCHANGE_POST ||
        mcp->is_modern)
        return;
    const size_t len = strlen(session);
    for (size_t i = 0; i < len; i++) {
        if (session[i] < 0x21 || session[i] > 0x7e)
            return;
    }
    if (len > 0 && len <= SESSION_MAX)
        mcp->session = mem_strdup(session);
}

static void exchange_on_head(void *user, const struct http_head *head)
{
    struct exchange *exchange = user;
    const char *type = header_list_get(&head->headers, "Content-Type");
    exchange->status = head->status;
    mem_free(exchange->type);
    mem_free(exchange->challenge);
    exchange->type = mem_strdup(type);
    exchange->challenge = mem_strdup(header_list_get(&head->headers, "WWW-Authenticate"));
    exchange->is_stream = head->status >= 200 && head->status < 300 && type != NULL &&
                          strncasecmp(type, "text/event-stream", 17) == 0;
    if (head->status >= 200 && head->status < 300)
        exchange_take_session(exchange,
                              header_list_get(&head->headers, "Mcp-Session-Id"));
}

static void exchange_on_body(void *user, const char *bytes, size_t len)
{
    struct exchange *exchange = user;
    struct mcp_http *mcp = exchange->mcp;
    const bool is_success = exchange->status >= 200 && exchange->status < 300;
    mcp_http_enter(mcp);
    if (exchange->is_stream) {
        exchange_take_events(exchange, bytes, len);
    } else if (is_success) {
        if (!strbuf_append(&exchange->body, bytes, len)) {
            strbuf_reset(&exchange->body);
            exchange_refuse_words(exchange, "the server's answer is longer than 64 MiB");
        }
    } else if (exchange->body.len < REFUSAL_MAX) {
        const size_t room = REFUSAL_MAX - exchange->body.len;
        strbuf_append(&exchange->body, bytes, len < room ? len : room);
    }
    mcp_http_leave(mcp);
}

/* A whole answer of a request or notification that is no stream. */
static void exchange_take_whole(struct exchange *exchange)
{
    struct mcp_http *mcp = exchange->mcp;
    if (exchange->id == 0) {
        exchange_report(exchange);
        return;
    }
    if (exchange->type != NULL &&
        strncasecmp(exchange->type, "application/json", 16) == 0)
        mcp->handler.on_message(mcp->handler.user, strbuf_text(&exchange->body),
                                exchange->body.len);
    if (mcp->is_abandoned || exchange->is_over)
        return;
    /* What it held is no error to be read out of it. */
    strbuf_reset(&exchange->body);
    char *words = strbuf_format(
        "the server's answer (HTTP %d, %.60s) does not answer the request",
        exchange->status, exchange->type != NULL ? exchange->type : "no content");
    exchange_refuse_words(exchange, words);
    mem_free(words);
}

static void exchange_take_refusal(struct exchange *exchange)
{
    struct mcp_http *mcp = exchange->mcp;
    struct error error = {ERROR_NONE, NULL};
    if (exchange->is_resuming) {
        exchange_refuse_words(exchange, "the stream broke, and the server does not go on "
                                        "with it");
        return;
    }
    if (exchange->has_session && !exchange->is_reported &&
        mcp_refusal_is_session(exchange->status, strbuf_text(&exchange->body),
                               exchange->body.len)) {
        const int64_t id = exchange->id;
        exchange_end(exchange);
        mcp->handler.on_session_lost(mcp->handler.user, id);
        return;
    }
    if (exchange->id == 0) {
        exchange_report(exchange);
        return;
    }
    mcp_refusal_describe(exchange->status, exchange->challenge, &error);
    exchange_refuse(exchange, &error);
    error_clear(&error);
}

static void exchange_take_failure(struct exchange *exchange, const struct error *error)
{
    struct mcp_http *mcp = exchange->mcp;
    struct error copy = {ERROR_NONE, NULL};
    if (exchange->is_stream) {
        exchange_stream_ended(exchange);
        return;
    }
    if (exchange_is_unreached(error)) {
        exchange_end(exchange);
        mcp->handler.on_gone(mcp->handler.user, error);
        return;
    }
    error_set(&copy, error->class, "%s", error_text(error));
    if (exchange->id > 0)
        exchange_refuse(exchange, &copy);
    else
        exchange_report(exchange);
    error_clear(&copy);
}

/* The server's own stream: there is none (any more), or it goes on later, or the server
 * is not there. */
static void exchange_end_listening(struct exchange *exchange, const struct error *error)
{
    struct mcp_http *mcp = exchange->mcp;
    const bool is_success = exchange->status >= 200 && exchange->status < 300;
    if (exchange_is_unreached(error)) {
        exchange_end(exchange);
        mcp->handler.on_gone(mcp->handler.user, error);
        return;
    }
    if (exchange->is_stream && is_success && exchange->retries < RETRIES_MAX)
        exchange_stream_ended(exchange);
    else
        exchange_end(exchange);
}

static void exchange_on_done(void *user, const struct http_result *result)
{
    struct exchange *exchange = user;
    struct mcp_http *mcp = exchange->mcp;
    const bool is_success = exchange->status >= 200 && exchange->status < 300;
    struct error gone = {ERROR_NONE, NULL};
    exchange->transfer = NULL;
    mcp_http_enter(mcp);
    switch (exchange->kind) {
    case EXCHANGE_LISTEN: exchange_end_listening(exchange, &result->error); break;
    case EXCHANGE_LEAVE:
        exchange_end(exchange);
        error_set(&gone, ERROR_CANCELLED, "the session is over");
        mcp->handler.on_gone(mcp->handler.user, &gone);
        error_clear(&gone);
        break;
    case EXCHANGE_POST:
        if (result->error.class != ERROR_NONE)
            exchange_take_failure(exchange, &result->error);
        else if (exchange->is_stream)
            exchange_stream_ended(exchange);
        else if (is_success)
            exchange_take_whole(exchange);
        else
            exchange_take_refusal(exchange);
        break;
    }
    if (!mcp->is_abandoned && exchange->transfer == NULL &&
        !ev_is_active(&exchange->timer))
        exchange_end(exchange);
    mcp_http_leave(mcp);
}

/* --- Starting one
 * ----------------------------------------------------------------------------
 */

/* Fields that say what the request is, which must equal its body. */
static void exchange_add_modern(struct header_list *headers,
                                const struct mcp_outgoing *outgoing)
{
    struct strbuf value;
    if (outgoing->method != NULL)
        header_list_add(headers, "Mcp-Method", outgoing->method);
    if (outgoing->name != NULL) {
        strbuf_init(&value, STRBUF_OWN_MAX);
        mcp_headers_append_value(&value, outgoing->name);
        header_list_add(headers, "Mcp-Name", strbuf_text(&value));
        strbuf_clear(&value);
    }
    if (outgoing->headers != NULL)
        header_list_copy(headers, outgoing->headers);
}

static void exchange_make_headers(struct exchange *exchange,
                                  const struct mcp_outgoing *outgoing,
                                  struct header_list *headers)
{
    const struct mcp_http *mcp = exchange->mcp;
    header_list_copy(headers, &mcp->headers);
    if (outgoing != NULL)
        header_list_add(headers, "Content-Type", "application/json");
    header_list_add(headers, "Accept",
                    outgoing != NULL ? "application/json, text/event-stream"
                                     : "text/event-stream");
    if (mcp->version != NULL)
        header_list_add(headers, "MCP-Protocol-Version", mcp->version);
    exchange->has_session = mcp->session != NULL;
    if (mcp->session != NULL)
        header_list_add(headers, "Mcp-Session-Id", mcp->session);
    if (outgoing != NULL && mcp->is_modern)
        exchange_add_modern(headers, outgoing);
    if (outgoing == NULL && exchange->sse.last_id.len > 0)
        header_list_add(headers, "Last-Event-ID", strbuf_text(&exchange->sse.last_id));
}

/* Starts its HTTP request: a POST with what is to be sent, otherwise a GET or DELETE. */
static bool exchange_start(struct exchange *exchange, const struct mcp_outgoing *outgoing,
                           struct error *err)
{
    struct mcp_http *mcp = exchange->mcp;
    struct header_list headers = {.items = NULL};
    exchange_make_headers(exchange, outgoing, &headers);
    exchange->status = 0;
    exchange->is_stream = false;
    strbuf_reset(&exchange->body);
    const struct http_request request = {
        .url = mcp->url,
        .headers = &headers,
        .method = exchange->kind == EXCHANGE_LEAVE ? "DELETE" : NULL,
        .body = outgoing != NULL ? outgoing->text : NULL,
        .body_len = outgoing != NULL ? outgoing->len : 0,
        .ca_file = mcp->ca_file,
        .connect_timeout_ms = CONNECT_TIMEOUT_MS,
    };
    const struct http_handler handler = {
        .on_head = exchange_on_head,
        .on_body = exchange_on_body,
        .on_done = exchange_on_done,
        .user = exchange,
    };
    exchange->transfer = http_start(mcp->http, &request, &handler, err);
    header_list_clear(&headers);
    return exchange->transfer != NULL;
}

static void exchange_on_timer(struct ev_loop *loop, struct ev_timer *timer, int events)
{
    (void)loop;
    (void)events;
    struct exchange *exchange = timer->data;
    struct mcp_http *mcp = exchange->mcp;
    struct error error = {ERROR_NONE, NULL};
    mcp_http_enter(mcp);
    if (exchange->is_lingering || !exchange_is_wanted(exchange)) {
        exchange_report(exchange);
    } else {
        struct strbuf last_id = exchange->sse.last_id;
        exchange->sse.last_id = (struct strbuf){.max = last_id.max};
        const int64_t retry_ms = exchange->sse.retry_ms;
        sse_clear(&exchange->sse);
        sse_init(&exchange->sse);
        exchange->sse.last_id = last_id;
        exchange->sse.retry_ms = retry_ms;
        exchange->is_resuming = true;
        if (!exchange_start(exchange, NULL, &error))
            exchange_refuse(exchange, &error);
    }
    error_clear(&error);
    mcp_http_leave(mcp);
}

static struct exchange *exchange_new(struct mcp_http *mcp, enum exchange_kind kind)
{
    struct exchange *exchange = mem_alloc(sizeof(*exchange));
    exchange->mcp = mcp;
    exchange->kind = kind;
    strbuf_init(&exchange->body, MCP_MESSAGE_MAX);
    sse_init(&exchange->sse);
    ev_init(&exchange->timer, exchange_on_timer);
    exchange->timer.data = exchange;
    exchange->next = mcp->exchanges;
    mcp->exchanges = exchange;
    return exchange;
}

/* --- The link
 * ----------------------------------------------------------------------------
 */

static void mcp_http_on_stop_timer(struct ev_loop *loop, struct ev_timer *timer,
                                   int events)
{
    (void)loop;
    (void)events;
    struct mcp_http *mcp = timer->data;
    struct error error = {ERROR_NONE, NULL};
    mcp_http_enter(mcp);
    error_set(&error, ERROR_CANCELLED, "the session was left");
    mcp->handler.on_gone(mcp->handler.user, &error);
    error_clear(&error);
    mcp_http_leave(mcp);
}

struct mcp_http *mcp_http_new(const struct mcp_link_options *options,
                              const struct mcp_link_handler *handler, struct error *err)
{
    if (options->http == NULL || !http_check_url(options->url, err)) {
        if (options->http == NULL)
            error_set(err, ERROR_INTERNAL, "there is no network");
        return NULL;
    }
    if (strncasecmp(options->url, "https://", 8) != 0 &&
        !http_is_loopback(options->url)) {
        error_set(err, ERROR_USAGE,
                  "a server on another machine is reached by https only");
        return NULL;
    }
    struct mcp_http *mcp = mem_alloc(sizeof(*mcp));
    mcp->handler = *handler;
    mcp->loop = options->loop;
    mcp->http = options->http;
    mcp->url = mem_strdup(options->url);
    mcp->ca_file = mem_strdup(options->ca_file);
    header_list_copy(&mcp->headers, options->headers);
    ev_timer_init(&mcp->stop_timer, mcp_http_on_stop_timer,
                  (double)options->stop_timeout_ms / 1000, 0.);
    mcp->stop_timer.data = mcp;
    return mcp;
}

static size_t mcp_http_count_unasked(const struct mcp_http *mcp)
{
    size_t count = 0;
    for (const struct exchange *exchange = mcp->exchanges; exchange != NULL;
         exchange = exchange->next)
        count +=
            exchange->kind == EXCHANGE_POST && exchange->id == 0 && !exchange->is_over;
    return count;
}

bool mcp_http_send(struct mcp_http *mcp, const struct mcp_outgoing *outgoing,
                   struct error *err)
{
    if (mcp->is_stopping) {
        error_set(err, ERROR_CANCELLED, "the session is being left");
        return false;
    }
    if (outgoing->id == 0 && mcp_http_count_unasked(mcp) >= UNASKED_MAX) {
        error_set(err, ERROR_SERVER, "the server does not read what it is sent");
        return false;
    }
    struct exchange *exchange = exchange_new(mcp, EXCHANGE_POST);
    exchange->id = outgoing->id;
    exchange->is_reported = outgoing->is_reported;
    if (exchange_start(exchange, outgoing, err))
        return true;
    exchange_end(exchange);
    if (mcp->depth == 0)
        mcp_http_reap(mcp);
    return false;
}

void mcp_http_cancel(struct mcp_http *mcp, int64_t id)
{
    for (struct exchange *exchange = mcp->exchanges; exchange != NULL;
         exchange = exchange->next) {
        if (exchange->id == id && !exchange->is_over)
            exchange_end(exchange);
    }
    if (mcp->depth == 0)
        mcp_http_reap(mcp);
}

void mcp_http_set_version(struct mcp_http *mcp, const char *version, bool is_modern)
{
    mem_free(mcp->version);
    mcp->version = mem_strdup(version);
    mcp->is_modern = is_modern;
}

static void mcp_http_end_kind(struct mcp_http *mcp, enum exchange_kind kind)
{
    for (struct exchange *exchange = mcp->exchanges; exchange != NULL;
         exchange = exchange->next) {
        if (exchange->kind == kind && !exchange->is_over)
            exchange_end(exchange);
    }
    if (mcp->depth == 0)
        mcp_http_reap(mcp);
}

void mcp_http_listen(struct mcp_http *mcp)
{
    mcp_http_end_kind(mcp, EXCHANGE_LISTEN);
    struct exchange *exchange = exchange_new(mcp, EXCHANGE_LISTEN);
    if (!exchange_start(exchange, NULL, NULL))
        exchange_end(exchange);
}

void mcp_http_drop_session(struct mcp_http *mcp)
{
    if (mcp->session != NULL)
        mem_wipe(mcp->session, strlen(mcp->session));
    mem_free(mcp->session);
    mcp->session = NULL;
    mcp_http_end_kind(mcp, EXCHANGE_LISTEN);
}

void mcp_http_stop(struct mcp_http *mcp)
{
    if (mcp->is_stopping)
        return;
    mcp->is_stopping = true;
    mcp_http_end_kind(mcp, EXCHANGE_POST);
    mcp_http_end_kind(mcp, EXCHANGE_LISTEN);
    bool is_leaving = false;
    if (mcp->session != NULL) {
        struct exchange *exchange = exchange_new(mcp, EXCHANGE_LEAVE);
        is_leaving = exchange_start(exchange, NULL, NULL);
        exchange->is_over = !is_leaving;
    }
    ev_now_update(mcp->loop);
    if (!is_leaving)
        ev_timer_set(&mcp->stop_timer, 0., 0.);
    ev_timer_start(mcp->loop, &mcp->stop_timer);
}

void mcp_http_abandon(struct mcp_http *mcp)
{
    mcp->is_abandoned = true;
    ev_timer_stop(mcp->loop, &mcp->stop_timer);
    for (struct exchange *exchange = mcp->exchanges; exchange != NULL;
         exchange = exchange->next)
        exchange_end(exchange);
}

void mcp_http_free(struct mcp_http *mcp)
{
    if (mcp == NULL)
        return;
    mcp_http_abandon(mcp);
    mcp_http_reap(mcp);
    mcp_http_drop_session(mcp);
    header_list_clear(&mcp->headers);
    mem_free(mcp->url);
    mem_free(mcp->ca_file);
    mem_free(mcp->version);
    mem_free(mcp);
}
