/*
 * The pool holds libcurl's multi handle, a transfer its easy handle; http_loop.c ties
 * the multi handle to the loop.
 *
 * The rule that keeps this simple: libcurl's callbacks only note things down. They copy
 * header and body bytes into the transfer and put it on the ready list. When libcurl has
 * returned, http_deliver tells the handlers what was noted, from our own stack, where
 * starting and cancelling are plain calls.
 *
 * Nobody gets more than ROUND_MAX bytes before the loop has gone round: libcurl would
 * read a fast server's answer as long as there is more of it, and the keyboard would
 * wait. A transfer that has had its share is paused and goes on in the next round.
 *
 * A transfer that is cancelled while it is on the ready list, or by its own handler,
 * loses its easy handle at once; its memory stays until the delivery loop has let go.
 */
#include "src/net/http.h"

#include <assert.h>
#include <stdlib.h>

#include <curl/curl.h>
#include <ev.h>

#include "src/base/mem.h"
#include "src/base/strbuf.h"
#include "src/net/http_failure.h"
#include "src/net/http_head.h"
#include "src/net/http_loop.h"
#include "src/net/http_options.h"
#include "src/net/http_url.h"

/* A transfer's share of one round of the loop. */
#define ROUND_MAX ((size_t)32 << 10)

/* What may wait for one delivery: far above a share and what libcurl reads in one go. */
#define BODY_MAX ((size_t)16 << 20)
/* Connections kept for the next request, those in use included. */
#define CONNECTIONS_MIN 64L
#define CONNECTIONS_MAX 1024L

struct http {
    CURLM *multi;
    struct http_loop *loop;
    struct ev_loop *ev;
    struct ev_timer resume; /* at once in the next round: some transfer is paused */
    struct http_transfer *transfers; /* all that are under way */
    struct http_transfer *ready;     /* those with something to deliver, in order */
    struct http_transfer **ready_end;
    struct http_transfer *delivering; /* the one whose handler runs */
    char *ca_file;                    /* from the environment, or NULL */
};

struct http_transfer {
    struct http *http;
    struct http_transfer *previous;
    struct http_transfer *next;
    struct http_transfer *next_ready;
    CURL *easy; /* NULL once the exchange is over */
    struct curl_slist *fields;
    struct http_url url;
    struct http_handler handler;
    int64_t connect_timeout_ms;
    /* Noted by libcurl's callbacks, told by http_deliver. */
    struct http_head_reader head;
    struct strbuf body;
    CURLcode code;
    bool is_connected;
    bool is_done;
    bool is_connected_told;
    bool is_head_told;
    bool is_ready;
    bool is_paused; /* had its share of this round */
    bool is_cancelled;
    const char *refusal; /* why we ended it ourselves, or NULL */
    char words[CURL_ERROR_SIZE];
};

/* What libcurl tells about a transfer. */

static void http_mark_ready(struct http_transfer *transfer)
{
    struct http *http = transfer->http;
    if (transfer->is_ready)
        return;
    transfer->is_ready = true;
    transfer->next_ready = NULL;
    *http->ready_end = transfer;
    http->ready_end = &transfer->next_ready;
}

static int http_on_request_sent(void *user, char *ip, char *local_ip, int port,
                                int local_port)
{
    (void)ip;
    (void)local_ip;
    (void)port;
    (void)local_port;
    struct http_transfer *transfer = user;
    transfer->is_connected = true;
    http_mark_ready(transfer);
    return CURL_PREREQFUNC_OK;
}

/* Called with one whole header line. */
static size_t http_on_header(char *line, size_t size, size_t count, void *user)
{
    struct http_transfer *transfer = user;
    const size_t len = size * count;
    if (!http_head_take_line(&transfer->head, line, len)) {
        transfer->refusal = "the header of the answer is longer than 256 KiB";
        return 0;
    }
    if (transfer->head.is_complete)
        http_mark_ready(transfer);
    return len;
}

static size_t http_on_write(char *bytes, size_t size, size_t count, void *user)
{
    struct http_transfer *transfer = user;
    const size_t len = size * count;
    if (transfer->body.len >= ROUND_MAX) {
        transfer->is_paused = true;
        ev_timer_start(transfer->http->ev, &transfer->http->resume);
        return CURL_WRITEFUNC_PAUSE;
    }
    if (!strbuf_append(&transfer->body, bytes, len)) {
        transfer->refusal = "the answer came faster than it could be read";
        return 0;
    }
    http_mark_ready(transfer);
    return len;
}

/* Delivery. */

static int64_t http_time_us(CURL *easy, CURLINFO info)
{
    curl_off_t value = 0;
    if (curl_easy_getinfo(easy, info, &value) != CURLE_OK || value <= 0)
        return -1;
    return value;
}

static const char *http_version_name(CURL *easy)
{
    long version = CURL_HTTP_VERSION_NONE;
    curl_easy_getinfo(easy, CURLINFO_HTTP_VERSION, &version);
    switch (version) {
    case CURL_HTTP_VERSION_1_0: return "1.0";
    case CURL_HTTP_VERSION_1_1: return "1.1";
    case CURL_HTTP_VERSION_2_0: return "2";
    case CURL_HTTP_VERSION_3: return "3";
    default: return NULL;
    }
}

static void http_fill_error(struct http_transfer *transfer, struct error *err)
{
    if (transfer->refusal != NULL) {
        error_set(err, ERROR_PROTOCOL, "%s: %s", transfer->url.place, transfer->refusal);
        return;
    }
    struct http_failure failure = {
        .code = transfer->code,
        .url = &transfer->url,
        .words = transfer->words,
        .is_connected = transfer->is_connected,
        .has_head = transfer->head.is_complete,
        .connect_timeout_ms = transfer->connect_timeout_ms,
    };
    curl_easy_getinfo(transfer->easy, CURLINFO_OS_ERRNO, &failure.os_errno);
    curl_easy_getinfo(transfer->easy, CURLINFO_HTTP_CONNECTCODE, &failure.proxy_status);
    http_failure_describe(&failure, err);
}

static void http_fill_result(struct http_transfer *transfer, struct http_result *result)
{
    CURL *easy = transfer->easy;
    long connects = 0;
    curl_easy_getinfo(easy, CURLINFO_NUM_CONNECTS, &connects);
    *result = (struct http_result){
        .http_version = http_version_name(easy),
        .is_reused = transfer->is_connected && connects == 0,
        .dns_us = http_time_us(easy, CURLINFO_NAMELOOKUP_TIME_T),
        .connect_us = http_time_us(easy, CURLINFO_CONNECT_TIME_T),
        .tls_us = http_time_us(easy, CURLINFO_APPCONNECT_TIME_T),
        .first_byte_us = -1,
    };
    /* Only a byte of ours counts: not one of a proxy, not the end of the connection. */
    if (transfer->head.bytes > 0)
        result->first_byte_us = http_time_us(easy, CURLINFO_STARTTRANSFER_TIME_T);
}

void http_describe(struct http_transfer *transfer, struct http_result *result)
{
    *result = (struct http_result){
        .dns_us = -1, .connect_us = -1, .tls_us = -1, .first_byte_us = -1};
    if (transfer->easy != NULL)
        http_fill_result(transfer, result);
}

/* Takes the transfer away from libcurl and from the pool's list; its stream closes. */
static void http_detach(struct http_transfer *transfer)
{
    if (transfer->easy == NULL)
        return;
    curl_multi_remove_handle(transfer->http->multi, transfer->easy);
    curl_easy_cleanup(transfer->easy);
    transfer->easy = NULL;
    if (transfer->previous != NULL)
        transfer->previous->next = transfer->next;
    else
        transfer->http->transfers = transfer->next;
    if (transfer->next != NULL)
        transfer->next->previous = transfer->previous;
}

static void http_destroy(struct http_transfer *transfer)
{
    http_detach(transfer);
    http_options_free_fields(transfer->fields);
    http_url_clear(&transfer->url);
    http_head_clear(&transfer->head);
    strbuf_clear(&transfer->body);
    mem_free(transfer);
}

static void http_tell_done(struct http_transfer *transfer)
{
    struct http_result result;
    http_fill_result(transfer, &result);
    http_fill_error(transfer, &result.error);
    http_detach(transfer);
    if (transfer->handler.on_done != NULL)
        transfer->handler.on_done(transfer->handler.user, &result);
    error_clear(&result.error);
}

/* Tells one transfer's handler, in order, what is new; after each call the handler may
 * have cancelled. */
static void http_tell(struct http_transfer *transfer)
{
    const struct http_handler *handler = &transfer->handler;
    if (transfer->is_connected && !transfer->is_connected_told) {
        transfer->is_connected_told = true;
        if (!transfer->is_cancelled && handler->on_connected != NULL)
            handler->on_connected(handler->user);
    }
    if (transfer->head.is_complete && !transfer->is_head_told) {
        transfer->is_head_told = true;
        if (!transfer->is_cancelled && handler->on_head != NULL)
            handler->on_head(handler->user, &transfer->head.head);
        http_head_clear(&transfer->head);
    }
    if (transfer->body.len > 0) {
        if (!transfer->is_cancelled && handler->on_body != NULL)
            handler->on_body(handler->user, transfer->body.text, transfer->body.len);
        strbuf_reset(&transfer->body);
    }
    if (transfer->is_done && !transfer->is_cancelled)
        http_tell_done(transfer);
}

static void http_collect_done(struct http *http)
{
    int left;
    for (;;) {
        const CURLMsg *message = curl_multi_info_read(http->multi, &left);
        if (message == NULL)
            return;
        char *owner = NULL;
        curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &owner);
        struct http_transfer *transfer = (void *)owner;
        transfer->is_done = true;
        transfer->code = message->data.result;
        http_mark_ready(transfer);
    }
}

static void http_deliver(struct http *http)
{
    http_collect_done(http);
    while (http->ready != NULL) {
        struct http_transfer *transfer = http->ready;
        http->ready = transfer->next_ready;
        if (http->ready == NULL)
            http->ready_end = &http->ready;
        transfer->is_ready = false;
        http->delivering = transfer;
        http_tell(transfer);
        http->delivering = NULL;
        if (transfer->is_done || transfer->is_cancelled)
            http_destroy(transfer);
    }
}

/* libcurl has done something; called by http_loop.c from the loop. */
static void http_on_acted(void *user, CURLMcode code)
{
    struct http *http = user;
    /* Only a broken promise of ours or a lack of memory can fail here; without an end
     * the transfers would wait for ever. */
    if (code != CURLM_OK)
        for (struct http_transfer *t = http->transfers; t != NULL; t = t->next) {
            t->is_done = true;
            t->code = CURLE_FAILED_INIT;
            http_mark_ready(t);
        }
    http_deliver(http);
}

/* The next round: every paused transfer gets its next share. */
static void http_on_resume(struct ev_loop *loop, struct ev_timer *timer, int events)
{
    (void)loop;
    (void)events;
    struct http *http = timer->data;
    for (struct http_transfer *t = http->transfers; t != NULL; t = t->next) {
        if (!t->is_paused)
            continue;
        t->is_paused = false;
        /* Hands the bytes that were refused to http_on_write, which may pause again. */
        const CURLcode code = curl_easy_pause(t->easy, CURLPAUSE_CONT);
        if (code != CURLE_OK) {
            t->is_done = true;
            t->code = code;
            http_mark_ready(t);
        }
    }
    http_deliver(http);
}

/* The pool. */

struct http *http_new(struct ev_loop *loop, struct error *err)
{
    /* Counted by libcurl: each pool holds it, the first one pays (less than 1 ms). */
    const CURLcode code = curl_global_init(CURL_GLOBAL_DEFAULT);
    if (code != CURLE_OK) {
        error_set(err, ERROR_INTERNAL, "libcurl cannot start: %s",
                  curl_easy_strerror(code));
        return NULL;
    }
    CURLM *multi = curl_multi_init();
    if (multi == NULL) {
        error_set(err, ERROR_INTERNAL, "libcurl cannot start: out of memory");
        curl_global_cleanup();
        return NULL;
    }
    struct http *http = mem_alloc(sizeof(*http));
    http->multi = multi;
    http->ev = loop;
    ev_timer_init(&http->resume, http_on_resume, 0., 0.);
    http->resume.data = http;
    http->loop = http_loop_new(loop, multi, http_on_acted, http);
    http->ready_end = &http->ready;
    /* OpenSSL's variable; libcurl as a library does not look at it by itself. */
    http->ca_file = mem_strdup(getenv("SSL_CERT_FILE"));
    curl_multi_setopt(multi, CURLMOPT_PIPELINING, (long)CURLPIPE_MULTIPLEX);
    curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, CONNECTIONS_MIN);
    return http;
}

void http_keep_connections(struct http *http, size_t count)
{
    long most = count < (size_t)CONNECTIONS_MAX ? (long)count : CONNECTIONS_MAX;
    if (most < CONNECTIONS_MIN)
        most = CONNECTIONS_MIN;
    curl_multi_setopt(http->multi, CURLMOPT_MAXCONNECTS, most);
}

void http_free(struct http *http)
{
    if (http == NULL)
        return;
    assert(http->delivering == NULL);
    while (http->transfers != NULL)
        http_cancel(http->transfers);
    ev_timer_stop(http->ev, &http->resume);
    curl_multi_cleanup(http->multi);
    http_loop_free(http->loop);
    mem_free(http->ca_file);
    mem_free(http);
    curl_global_cleanup();
}

/* Starting and cancelling. */

static void http_set_callbacks(struct http_transfer *transfer)
{
    CURL *easy = transfer->easy;
    curl_easy_setopt(easy, CURLOPT_PRIVATE, transfer);
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, transfer->words);
    curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, http_on_request_sent);
    curl_easy_setopt(easy, CURLOPT_PREREQDATA, transfer);
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, http_on_header);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, transfer);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, http_on_write);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, transfer);
}

/* Everything libcurl must know before it gets the transfer. */
static bool http_prepare(struct http_transfer *transfer,
                         const struct http_request *request, struct error *err)
{
    transfer->easy = curl_easy_init();
    if (transfer->easy == NULL) {
        error_set(err, ERROR_INTERNAL, "libcurl is out of memory");
        return false;
    }
    if (!http_options_make_fields(request, &transfer->fields, err) ||
        !http_options_set_request(transfer->easy, request, &transfer->url, err))
        return false;
    const char *ca_file =
        request->ca_file != NULL ? request->ca_file : transfer->http->ca_file;
    curl_easy_setopt(transfer->easy, CURLOPT_HTTPHEADER, transfer->fields);
    http_options_set_connection(transfer->easy, request, &transfer->url, ca_file);
    http_set_callbacks(transfer);
    return true;
}

/* Gives the transfer to libcurl, which asks for its timer and does no more yet. */
static bool http_attach(struct http_transfer *transfer, struct error *err)
{
    struct http *http = transfer->http;
    const CURLMcode code = curl_multi_add_handle(http->multi, transfer->easy);
    if (code != CURLM_OK) {
        error_set(err, ERROR_INTERNAL, "the request to %s cannot be started: %s",
                  transfer->url.place, curl_multi_strerror(code));
        return false;
    }
    transfer->next = http->transfers;
    if (transfer->next != NULL)
        transfer->next->previous = transfer;
    http->transfers = transfer;
    return true;
}

struct http_transfer *http_start(struct http *http, const struct http_request *request,
                                 const struct http_handler *handler, struct error *err)
{
    struct http_url url;
    if (!http_url_parse(request->url, &url, err)) {
        if (err != NULL)
            err->class = ERROR_BAD_REQUEST;
        return NULL;
    }
    struct http_transfer *transfer = mem_alloc(sizeof(*transfer));
    transfer->http = http;
    transfer->url = url;
    transfer->handler = *handler;
    transfer->connect_timeout_ms = request->connect_timeout_ms;
    strbuf_init(&transfer->body, BODY_MAX);
    if (!http_prepare(transfer, request, err) || !http_attach(transfer, err)) {
        curl_easy_cleanup(transfer->easy); /* libcurl's pool does not know it */
        transfer->easy = NULL;
        http_destroy(transfer);
        return NULL;
    }
    return transfer;
}

/* True for a libcurl that tells the server of a cancelled HTTP/2 stream only together
 * with the next bytes it has to send (curl's issue 17611). */
static bool http_keeps_resets_back(void)
{
    const unsigned version = curl_version_info(CURLVERSION_NOW)->version_num;
    return version >= 0x075800 && version < 0x080f00;
}

void http_cancel(struct http_transfer *transfer)
{
    if (transfer == NULL || transfer->is_cancelled)
        return;
    transfer->is_cancelled = true;
    /* The connection is closed instead, if no other stream needs it: that tells the
     * server at once. */
    if (transfer->easy != NULL && http_keeps_resets_back())
        curl_easy_setopt(transfer->easy, CURLOPT_FORBID_REUSE, 1L);
    http_detach(transfer);
    /* The delivery loop frees what it still has hold of. */
    if (!transfer->is_ready && transfer != transfer->http->delivering)
        http_destroy(transfer);
}
