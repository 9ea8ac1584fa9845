/*
 * The life of a request: bytes of the body come in pieces; at its end the path, the key,
 * the JSON and the model's name are checked in this order, and each check may refuse.
 * What is left is a reply (demo_reply), which is read by libmicrohttpd as fast as the
 * client takes it; when nothing is due the connection sleeps until a timer wakes it.
 *
 * A suspended connection is not watched by libmicrohttpd. During long waits its socket is
 * therefore watched here, so that a client that has gone is noticed.
 */
#include "src/demo/demo_exchange.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "src/base/clock.h"
#include "src/base/json.h"
#include "src/base/mem.h"
#include "src/base/number.h"
#include "src/base/strbuf.h"
#include "src/demo/demo_chat.h"
#include "src/demo/demo_refusal.h"
#include "src/demo/demo_reply.h"
#include "src/demo/demo_route.h"
#include "src/demo/demo_tape.h"

/* A longer body is refused; it is read to its end up to the second limit, so that the
 * client gets to see the refusal. */
#define BODY_MAX  ((size_t)16 << 20)
#define DRAIN_MAX ((size_t)64 << 20)

/* Waits from this length on are watched for the client's leaving. */
#define WATCHED_WAIT_S 1.0

/* The most that libmicrohttpd asks for at once, if its buffer allows. */
#define BLOCK_SIZE ((size_t)128 << 10)

struct demo_exchange {
    struct demo_host *host;
    struct demo_exchange *previous;
    struct demo_exchange *next;
    struct MHD_Connection *connection;
    char *method;
    char *path;
    struct demo_route route;
    struct strbuf body;
    size_t received; /* bytes of the body, kept or not */
    struct demo_chat chat;
    struct demo_reply *reply;    /* NULL until the request is accepted */
    struct demo_playing playing; /* a recorded answer in its place; or its take is NULL */
    bool has_waited;             /* … whose head is due */
    int64_t start_us;
    char request_id[32];
    ev_timer timer;
    ev_io hangup;
    bool is_suspended;
    bool is_gone;   /* the client has left */
    bool is_let_in; /* counted by the host's limit */
};

/* ---- waiting ----------------------------------------------------------------------- */

static void resume(struct demo_exchange *exchange)
{
    struct demo_host *host = exchange->host;
    ev_timer_stop(host->loop, &exchange->timer);
    ev_io_stop(host->loop, &exchange->hangup);
    if (!exchange->is_suspended)
        return;
    exchange->is_suspended = false;
    MHD_resume_connection(exchange->connection);
    ev_feed_event(host->loop, &host->kick, EV_TIMER);
}

static void on_timer(struct ev_loop *loop, ev_timer *timer, int events)
{
    (void)loop;
    (void)events;
    resume(timer->data);
}

/* Bytes or an end from a client that should be silent: either way it has moved on. */
static void on_hangup(struct ev_loop *loop, ev_io *watcher, int events)
{
    (void)loop;
    (void)events;
    struct demo_exchange *exchange = watcher->data;
    char byte;
    if (recv(watcher->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) < 0 &&
        (errno == EAGAIN || errno == EINTR))
        return;
    exchange->is_gone = true;
    resume(exchange);
}

static void watch_hangup(struct demo_exchange *exchange)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(exchange->connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    if (info == NULL)
        return;
    ev_io_set(&exchange->hangup, info->connect_fd, EV_READ);
    ev_io_start(exchange->host->loop, &exchange->hangup);
}

/* When there is something to be done next, in microseconds since the request. */
static int64_t get_due_us(const struct demo_exchange *exchange)
{
    if (exchange->playing.take == NULL)
        return demo_reply_due_us(exchange->reply);
    return exchange->has_waited ? demo_playing_due_us(&exchange->playing)
                                : demo_playing_head_us(&exchange->playing);
}

/* Suspends the connection until the reply is due, or for ever. */
static void pause_until(struct demo_exchange *exchange, bool is_for_ever)
{
    struct ev_loop *loop = exchange->host->loop;
    MHD_suspend_connection(exchange->connection);
    exchange->is_suspended = true;
    double wait_s = WATCHED_WAIT_S;
    if (!is_for_ever) {
        const int64_t due_us = exchange->start_us + get_due_us(exchange);
        wait_s = (double)(due_us - clock_now_us()) / 1e6;
        /* The loop counts from the moment it woke up, which is a little ago. */
        const double after_s = wait_s + (ev_time() - ev_now(loop));
        ev_timer_set(&exchange->timer, after_s > 0 ? after_s : 0, 0);
        ev_timer_start(loop, &exchange->timer);
    }
    if (wait_s >= WATCHED_WAIT_S)
        watch_hangup(exchange);
}

/* ---- responses --------------------------------------------------------------------- */

static void add_header(void *user, const char *name, const char *value)
{
    MHD_add_response_header(user, name, value);
}

/* Queues the response with the headers that all have, and lets go of it. */
static enum MHD_Result queue(struct demo_exchange *exchange, int status,
                             struct MHD_Response *response, const char *content_type)
{
    if (response == NULL)
        return MHD_NO;
    MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, content_type);
    MHD_add_response_header(response, "x-request-id", exchange->request_id);
    MHD_add_response_header(response, MHD_HTTP_HEADER_CACHE_CONTROL, "no-cache");
    if (exchange->route.address == DEMO_ADDRESS_CHAT)
        demo_limit_list_headers(&exchange->host->limit,
                                &exchange->route.protocol->limit_names,
                                clock_wall_seconds(), add_header, response);
    const enum MHD_Result result =
        MHD_queue_response(exchange->connection, (unsigned int)status, response);
    MHD_destroy_response(response);
    return result;
}

/* Sends the refusal and clears it. */
static enum MHD_Result send_refusal(struct demo_exchange *exchange,
                                    struct demo_refusal *refusal)
{
    struct MHD_Response *response = MHD_create_response_from_buffer(
        strlen(refusal->body), refusal->body, MHD_RESPMEM_MUST_COPY);
    if (response != NULL)
        demo_refusal_list_headers(refusal, clock_wall_seconds(), add_header, response);
    if (response != NULL && refusal->status == MHD_HTTP_METHOD_NOT_ALLOWED)
        MHD_add_response_header(response, MHD_HTTP_HEADER_ALLOW, "GET, POST");
    const char *type = refusal->is_html ? "text/html; charset=utf-8" : "application/json";
    const enum MHD_Result result = queue(exchange, refusal->status, response, type);
    demo_refusal_clear(refusal);
    return result;
}

/* Called by libmicrohttpd for the next bytes of a reply. */
static ssize_t read_reply(void *user, uint64_t position, char *buf, size_t max)
{
    (void)position;
    struct demo_exchange *exchange = user;
    if (exchange->host->is_closing || exchange->is_gone)
        return MHD_CONTENT_READER_END_WITH_ERROR;
    const bool is_recorded = exchange->playing.take != NULL;
    const int64_t elapsed_us = exchange->chat.is_streaming || is_recorded
                                   ? clock_now_us() - exchange->start_us
                                   : INT64_MAX;
    enum demo_reply_state state = DEMO_REPLY_END;
    const size_t used =
        is_recorded ? demo_playing_read(&exchange->playing, elapsed_us, buf, max, &state)
                    : demo_reply_read(exchange->reply, elapsed_us, buf, max, &state);
    if (used > 0)
        return (ssize_t)used;
    switch (state) {
    case DEMO_REPLY_MORE: return 0;
    case DEMO_REPLY_WAIT: pause_until(exchange, false); return 0;
    case DEMO_REPLY_STALL: pause_until(exchange, true); return 0;
    case DEMO_REPLY_END: return MHD_CONTENT_READER_END_OF_STREAM;
    case DEMO_REPLY_ABORT: break;
    }
    return MHD_CONTENT_READER_END_WITH_ERROR;
}

static enum MHD_Result send_reply(struct demo_exchange *exchange)
{
    const struct demo_chat *chat = &exchange->chat;
    const enum demo_fault fault = chat->params.fault;
    struct MHD_Response *response = MHD_create_response_from_callback(
        MHD_SIZE_UNKNOWN, BLOCK_SIZE, read_reply, exchange, NULL);
    const char *type = "application/json";
    if (chat->is_streaming || fault == DEMO_FAULT_BARE)
        type = exchange->route.protocol->stream_type;
    if (fault == DEMO_FAULT_TYPE)
        type = "video/mp4";
    return queue(exchange, MHD_HTTP_OK, response, type);
}

/* Sends a JSON text and clears it. */
static enum MHD_Result send_text(struct demo_exchange *exchange, struct strbuf *body)
{
    strbuf_append_char(body, '\n');
    struct MHD_Response *response =
        MHD_create_response_from_buffer(body->len, body->text, MHD_RESPMEM_MUST_COPY);
    strbuf_clear(body);
    return queue(exchange, MHD_HTTP_OK, response, "application/json");
}

static enum MHD_Result send_models(struct demo_exchange *exchange)
{
    struct strbuf body;
    strbuf_init(&body, STRBUF_OWN_MAX);
    exchange->route.protocol->append_models(&body);
    return send_text(exchange, &body);
}

/* What the limits have done so far. */
static enum MHD_Result send_stats(struct demo_exchange *exchange)
{
    const struct demo_limit *limit = &exchange->host->limit;
    struct strbuf body;
    strbuf_init(&body, STRBUF_OWN_MAX);
    strbuf_append_format(&body,
                         "{\"accepted\":%lld,\"refused\":%lld,\"in_flight\":%lld,"
                         "\"in_flight_max\":%lld}",
                         (long long)limit->accepted, (long long)limit->refused,
                         (long long)limit->in_flight, (long long)limit->in_flight_max);
    return send_text(exchange, &body);
}

/* ---- deciding ---------------------------------------------------------------------- */

/* The same request gets the same id. */
static void make_request_id(struct demo_exchange *exchange)
{
    uint64_t hash = 0xcbf29ce484222325u ^ exchange->host->seed;
    for (const char *at = exchange->path; *at != '\0'; at++)
        hash = (hash ^ (unsigned char)*at) * 0x100000001b3u;
    for (size_t i = 0; i < exchange->body.len; i++)
        hash = (hash ^ (unsigned char)exchange->body.text[i]) * 0x100000001b3u;
    snprintf(exchange->request_id, sizeof(exchange->request_id), "req_%016llx",
             (unsigned long long)hash);
}

static const char *get_header(const struct demo_exchange *exchange, const char *name)
{
    return MHD_lookup_connection_value(exchange->connection, MHD_HEADER_KIND, name);
}

/* The key sent by the client in any of the usual ways, or NULL. */
static const char *get_key(const struct demo_exchange *exchange)
{
    static const char *const names[] = {"x-api-key", "x-goog-api-key", "api-key"};
    static const char bearer[] = "Bearer ";
    const char *value = get_header(exchange, MHD_HTTP_HEADER_AUTHORIZATION);
    if (value != NULL)
        return strncmp(value, bearer, sizeof(bearer) - 1) == 0
                   ? value + sizeof(bearer) - 1
                   : value;
    for (size_t i = 0; i < COUNT_OF(names) && value == NULL; i++)
        value = get_header(exchange, names[i]);
    return value;
}

/* Checks what can be checked without the body; fills the refusal if anything is wrong. */
static void check_address(struct demo_exchange *exchange, struct demo_refusal *refusal)
{
    const struct demo_route *route = &exchange->route;
    const bool is_chat = route->address == DEMO_ADDRESS_CHAT;
    const bool is_get =
        strcmp(exchange->method, "GET") == 0 || strcmp(exchange->method, "HEAD") == 0;
    const bool is_post = strcmp(exchange->method, "POST") == 0;
    const char *key = get_key(exchange);
    const char *header = route->protocol->version_header;
    if (route->address == DEMO_ADDRESS_NONE)
        demo_refusal_set(refusal, DEMO_PROBLEM_PATH, NULL, "Invalid URL (%.20s %.100s)",
                         exchange->method, exchange->path);
    else if (is_chat ? !is_post : !is_get)
        demo_refusal_set(refusal, DEMO_PROBLEM_METHOD, NULL,
                         "Not allowed to %.20s on %.100s (HINT: perhaps you meant to use "
                         "%s)",
                         exchange->method, exchange->path, is_chat ? "POST" : "GET");
    else if (key != NULL && strcmp(key, "wrong") == 0)
        demo_refusal_set(refusal, DEMO_PROBLEM_KEY, NULL,
                         "Incorrect API key provided: wrong.");
    else if (header != NULL && get_header(exchange, header) == NULL)
        demo_refusal_set(refusal, DEMO_PROBLEM_REQUEST, NULL, "%s: header is required",
                         header);
    else if (exchange->received > BODY_MAX)
        demo_refusal_set(refusal, DEMO_PROBLEM_LARGE, NULL,
                         "The request's body is longer than %zu MiB", BODY_MAX >> 20);
}

/* True the first time that this conversation is seen; remembers it. */
static bool is_first_time(struct demo_host *host, uint64_t hash)
{
    const size_t count = host->refused_count;
    const size_t kept = count < DEMO_HOST_MEMORY ? count : DEMO_HOST_MEMORY;
    for (size_t i = 0; i < kept; i++) {
        if (host->refused[i] == hash)
            return false;
    }
    host->refused[host->refused_count++ % DEMO_HOST_MEMORY] = hash;
    return true;
}

static bool parse_chat(struct demo_exchange *exchange, struct demo_refusal *refusal)
{
    const struct demo_route *route = &exchange->route;
    const char *alt =
        MHD_lookup_connection_value(exchange->connection, MHD_GET_ARGUMENT_KIND, "alt");
    /* Without alt=sse Gemini's stream is an array of responses. */
    const bool is_array = route->is_streaming && (alt == NULL || strcmp(alt, "sse") != 0);
    const struct demo_source source = {.protocol = route->protocol,
                                       .body = strbuf_text(&exchange->body),
                                       .len = exchange->body.len,
                                       .model = route->model,
                                       .is_streaming = route->is_streaming && !is_array,
                                       .is_array = is_array};
    return demo_chat_parse(&exchange->chat, &source, exchange->host->seed, refusal);
}

/* Reads the chat and lets faults strike that leave no answer. */
static void check_chat(struct demo_exchange *exchange, struct demo_refusal *refusal)
{
    struct demo_chat *chat = &exchange->chat;
    struct demo_host *host = exchange->host;
    double wait_s = 0;
    if (!parse_chat(exchange, refusal))
        return;
    if (chat->params.needs_key && get_key(exchange) == NULL) {
        demo_refusal_set(refusal, DEMO_PROBLEM_KEY, NULL,
                         "You didn't provide an API key.");
        return;
    }
    if (!demo_limit_take(&host->limit, clock_now_us(), &wait_s)) {
        demo_refusal_set_rate(refusal, "Too many requests for the limits of this demo",
                              wait_s);
        return;
    }
    exchange->is_let_in = true;
    if (chat->params.fault != DEMO_FAULT_FLAKY || is_first_time(host, chat->hash))
        demo_refusal_set_fault(refusal, &chat->params);
}

/* Starts the reply. A whole answer is sent when its last token is due. */
static enum MHD_Result start_reply(struct demo_exchange *exchange)
{
    const struct demo_params *params = &exchange->chat.params;
    strbuf_clear(&exchange->body);
    exchange->start_us = clock_now_us();
    exchange->reply = demo_reply_new(&exchange->chat, exchange->host->speed);
    if (params->phase == DEMO_PHASE_HEAD && params->fault == DEMO_FAULT_CUT)
        return MHD_NO;
    if (params->phase == DEMO_PHASE_HEAD && params->fault == DEMO_FAULT_STALL) {
        pause_until(exchange, true);
        return MHD_YES;
    }
    if (exchange->chat.is_streaming || demo_reply_due_us(exchange->reply) == 0)
        return send_reply(exchange);
    pause_until(exchange, false);
    return MHD_YES;
}

/* ---- recorded answers -------------------------------------------------------------- */

static enum MHD_Result send_take(struct demo_exchange *exchange)
{
    const struct demo_take *take = exchange->playing.take;
    struct MHD_Response *response = MHD_create_response_from_callback(
        MHD_SIZE_UNKNOWN, BLOCK_SIZE, read_reply, exchange, NULL);
    if (response == NULL)
        return MHD_NO;
    for (size_t i = 0; i < take->field_count; i++) {
        if (demo_tape_sends_field(&take->fields[i]))
            MHD_add_response_header(response, take->fields[i].name,
                                    take->fields[i].value);
    }
    const enum MHD_Result result =
        MHD_queue_response(exchange->connection, (unsigned int)take->status, response);
    MHD_destroy_response(response);
    return result;
}

static enum MHD_Result start_take(struct demo_exchange *exchange)
{
    struct demo_host *host = exchange->host;
    cJSON *root = json_parse(strbuf_text(&exchange->body), exchange->body.len);
    struct demo_take *take =
        demo_tape_give(host->tape, exchange->path, json_get_string(root, "model"));
    cJSON_Delete(root);
    strbuf_clear(&exchange->body);
    if (take == NULL) {
        struct demo_refusal refusal;
        demo_refusal_init(&refusal, exchange->route.protocol);
        demo_refusal_set(&refusal, DEMO_PROBLEM_PATH, NULL,
                         "The recording holds no answer to %.20s %.100s",
                         exchange->method, exchange->path);
        return send_refusal(exchange, &refusal);
    }
    exchange->start_us = clock_now_us();
    exchange->playing = (struct demo_playing){.take = take, .speed = host->speed};
    if (demo_playing_head_us(&exchange->playing) == 0)
        return send_take(exchange);
    pause_until(exchange, false);
    exchange->has_waited = true;
    return MHD_YES;
}

/* Answers a request that has come for the first time. */
static enum MHD_Result answer_request(struct demo_exchange *exchange)
{
    struct demo_refusal refusal;
    make_request_id(exchange);
    demo_route_clear(&exchange->route);
    demo_route_find(&exchange->route, exchange->path,
                    get_header(exchange, demo_anthropic.version_header) != NULL);
    if (exchange->host->tape != NULL)
        return start_take(exchange);
    demo_refusal_init(&refusal, exchange->route.protocol);
    check_address(exchange, &refusal);
    if (refusal.status == 0 && exchange->route.address == DEMO_ADDRESS_CHAT)
        check_chat(exchange, &refusal);
    if (refusal.status != 0)
        return send_refusal(exchange, &refusal);
    switch (exchange->route.address) {
    case DEMO_ADDRESS_MODELS: return send_models(exchange);
    case DEMO_ADDRESS_STATS: return send_stats(exchange);
    case DEMO_ADDRESS_NONE:
    case DEMO_ADDRESS_CHAT: break;
    }
    return start_reply(exchange);
}

enum MHD_Result demo_exchange_answer(struct demo_exchange *exchange)
{
    if (exchange->is_gone || exchange->host->is_closing)
        return MHD_NO;
    if (exchange->playing.take != NULL)
        return send_take(exchange);
    return exchange->reply != NULL ? send_reply(exchange) : answer_request(exchange);
}

/* ---- life -------------------------------------------------------------------------- */

struct demo_exchange *demo_exchange_new(struct demo_host *host,
                                        struct MHD_Connection *connection,
                                        const char *method, const char *path)
{
    struct demo_exchange *exchange = mem_alloc(sizeof(*exchange));
    exchange->host = host;
    exchange->connection = connection;
    exchange->method = mem_strdup(method);
    exchange->path = mem_strdup(path);
    strbuf_init(&exchange->body, BODY_MAX);
    ev_timer_init(&exchange->timer, on_timer, 0, 0);
    exchange->timer.data = exchange;
    ev_io_init(&exchange->hangup, on_hangup, -1, EV_READ);
    exchange->hangup.data = exchange;
    exchange->next = host->first;
    if (host->first != NULL)
        host->first->previous = exchange;
    host->first = exchange;
    return exchange;
}

bool demo_exchange_is_hopeless(struct demo_exchange *exchange)
{
    const char *text = MHD_lookup_connection_value(exchange->connection, MHD_HEADER_KIND,
                                                   MHD_HTTP_HEADER_CONTENT_LENGTH);
    int64_t len = 0;
    if (text == NULL || !number_parse_int(text, &len) || len <= (int64_t)DRAIN_MAX)
        return false;
    exchange->received = (size_t)len;
    return true;
}

enum MHD_Result demo_exchange_take(struct demo_exchange *exchange, const char *bytes,
                                   size_t len)
{
    exchange->received += len;
    if (exchange->received > BODY_MAX)
        strbuf_clear(&exchange->body);
    else
        strbuf_append(&exchange->body, bytes, len);
    return exchange->received <= DRAIN_MAX ? MHD_YES : MHD_NO;
}

void demo_exchange_resume_all(struct demo_host *host)
{
    for (struct demo_exchange *at = host->first; at != NULL; at = at->next)
        resume(at);
}

void demo_exchange_free(struct demo_exchange *exchange)
{
    if (exchange == NULL)
        return;
    struct demo_host *host = exchange->host;
    ev_timer_stop(host->loop, &exchange->timer);
    ev_io_stop(host->loop, &exchange->hangup);
    if (exchange->previous != NULL)
        exchange->previous->next = exchange->next;
    else
        host->first = exchange->next;
    if (exchange->next != NULL)
        exchange->next->previous = exchange->previous;
    if (exchange->is_let_in)
        demo_limit_give_back(&host->limit);
    demo_reply_free(exchange->reply);
    demo_chat_clear(&exchange->chat);
    demo_route_clear(&exchange->route);
    strbuf_clear(&exchange->body);
    mem_free(exchange->method);
    mem_free(exchange->path);
    mem_free(exchange);
}
