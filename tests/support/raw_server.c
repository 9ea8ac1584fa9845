/*
 * One struct a connection. Its read watcher collects requests; its idle watcher, of the
 * lowest priority, does one step (or one byte of one) each time the loop has run out of
 * other work. That is the whole pacing: the client's watcher always comes first.
 */
#include "tests/support/raw_server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include "src/base/mem.h"
#include "src/base/strbuf.h"

#define REQUEST_MAX ((size_t)64 << 20)

/* Between two bytes of RAW_DRIP. */
#define DRIP_S 0.01

struct raw_script {
    struct raw_step *steps;
    size_t len;
};

struct raw_conn {
    struct raw_server *server;
    struct raw_conn *previous;
    struct raw_conn *next;
    size_t index;
    int fd;
    struct ev_io readable;
    struct ev_io writable;
    struct ev_idle idle;
    struct ev_timer drip;
    struct strbuf received;
    const struct raw_script *script; /* NULL: waiting for a request */
    size_t step;
    size_t sent; /* bytes of the step */
    bool is_held;
};

struct raw_server {
    struct ev_loop *loop;
    struct ev_io acceptable;
    int fd;
    int port;
    char *url;
    struct raw_conn *conns;
    size_t accepted;
    /* Pointers: a connection keeps its script while the queue grows. */
    struct raw_script **answers;
    size_t answers_len;
    size_t answers_cap;
    size_t answers_used;
    struct raw_script *answer_always;
    struct raw_script *greeting;
    void (*on_request)(void *user, const struct raw_request *request); /* or NULL */
    void *user;
    struct raw_request *requests;
    size_t requests_len;
    size_t requests_cap;
};

static void die(const char *what)
{
    perror(what);
    abort();
}

/* Scripts. */

static struct raw_script *script_new(const struct raw_step *steps, size_t count)
{
    struct raw_script *script = mem_alloc(sizeof(*script));
    script->steps = mem_alloc_array(count, sizeof(script->steps[0]));
    script->len = count;
    for (size_t i = 0; i < count; i++) {
        const char *bytes = steps[i].bytes != NULL ? steps[i].bytes : "";
        const size_t len = steps[i].len > 0 ? steps[i].len : strlen(bytes);
        script->steps[i] = (struct raw_step){
            .action = steps[i].action,
            .bytes = mem_strndup(bytes, len),
            .len = len,
        };
    }
    return script;
}

static void script_free(struct raw_script *script)
{
    if (script == NULL)
        return;
    for (size_t i = 0; i < script->len; i++)
        mem_free((char *)script->steps[i].bytes);
    mem_free(script->steps);
    mem_free(script);
}

/* Connections. */

static void conn_close(struct raw_conn *conn)
{
    struct raw_server *server = conn->server;
    ev_io_stop(server->loop, &conn->readable);
    ev_io_stop(server->loop, &conn->writable);
    ev_idle_stop(server->loop, &conn->idle);
    ev_timer_stop(server->loop, &conn->drip);
    close(conn->fd);
    strbuf_clear(&conn->received);
    if (conn->previous != NULL)
        conn->previous->next = conn->next;
    else
        server->conns = conn->next;
    if (conn->next != NULL)
        conn->next->previous = conn->previous;
    mem_free(conn);
}

static void conn_reset(struct raw_conn *conn)
{
    const struct linger linger = {.l_onoff = 1, .l_linger = 0};
    if (setsockopt(conn->fd, SOL_SOCKET, SO_LINGER, &linger, sizeof(linger)) != 0)
        die("setsockopt");
    conn_close(conn);
}

static void conn_run(struct raw_conn *conn, const struct raw_script *script)
{
    conn->script = script;
    conn->step = 0;
    conn->sent = 0;
    ev_idle_start(conn->server->loop, &conn->idle);
}

/* The value of Content-Length in a head that ends in an empty line, or 0. */
static size_t read_content_length(const char *head)
{
    static const char name[] = "\r\nContent-Length:";
    for (const char *at = head; at != NULL; at = strstr(at + 1, "\r\n"))
        if (strncasecmp(at, name, sizeof(name) - 1) == 0)
            return (size_t)strtoul(at + sizeof(name) - 1, NULL, 10);
    return 0;
}

/* Takes the first request out of what was received; false if it is not whole yet. */
static bool conn_take_request(struct raw_conn *conn)
{
    struct raw_server *server = conn->server;
    const char *text = strbuf_text(&conn->received);
    const char *head_end = strstr(text, "\r\n\r\n");
    if (head_end == NULL)
        return false;
    const size_t head_len = (size_t)(head_end - text) + 4;
    const size_t body_len = read_content_length(text);
    if (conn->received.len < head_len + body_len)
        return false;
    server->requests = mem_grow(server->requests, &server->requests_cap,
                                server->requests_len + 1, sizeof(server->requests[0]));
    char *bytes = mem_strndup(text, head_len + body_len);
    server->requests[server->requests_len++] = (struct raw_request){
        .bytes = bytes,
        .len = head_len + body_len,
        .body = bytes + head_len,
        .body_len = body_len,
        .connection = conn->index,
    };
    strbuf_remove(&conn->received, 0, head_len + body_len);
    return true;
}

static void conn_serve_next(struct raw_conn *conn)
{
    struct raw_server *server = conn->server;
    if (conn->script != NULL || !conn_take_request(conn))
        return;
    if (server->on_request != NULL) {
        const struct raw_request request = server->requests[server->requests_len - 1];
        server->on_request(server->user, &request);
    }
    if (server->answers_used < server->answers_len)
        conn_run(conn, server->answers[server->answers_used++]);
    else if (server->answer_always != NULL)
        conn_run(conn, server->answer_always);
}

/* The step is done: goes to the next one, or waits for the next request. */
static void conn_next_step(struct raw_conn *conn)
{
    conn->step++;
    conn->sent = 0;
    if (conn->step < conn->script->len)
        return;
    ev_idle_stop(conn->server->loop, &conn->idle);
    conn->script = NULL;
    conn_serve_next(conn);
}

static void conn_send(struct raw_conn *conn, const struct raw_step *step, size_t max)
{
    size_t len = step->len - conn->sent;
    if (len > max)
        len = max;
    const ssize_t sent = send(conn->fd, step->bytes + conn->sent, len, MSG_NOSIGNAL);
    if (sent < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
        ev_idle_stop(conn->server->loop, &conn->idle);
        ev_io_start(conn->server->loop, &conn->writable);
        return;
    }
    if (sent < 0) {
        conn_close(conn); /* the client has gone */
        return;
    }
    conn->sent += (size_t)sent;
    if (conn->sent < step->len)
        return;
    if (step->action == RAW_REPEAT || step->action == RAW_DRIP)
        conn->sent = 0;
    else
        conn_next_step(conn);
}

static void on_idle(struct ev_loop *loop, struct ev_idle *idle, int revents)
{
    (void)revents;
    struct raw_conn *conn = idle->data;
    const struct raw_step *step = &conn->script->steps[conn->step];
    switch (step->action) {
    case RAW_SEND:
    case RAW_REPEAT: conn_send(conn, step, step->len); break;
    case RAW_SEND_BYTEWISE: conn_send(conn, step, 1); break;
    case RAW_DRIP:
        ev_idle_stop(loop, idle);
        ev_timer_again(loop, &conn->drip);
        break;
    case RAW_HOLD:
        conn->is_held = true;
        ev_idle_stop(loop, idle);
        break;
    case RAW_CLOSE: conn_close(conn); break;
    case RAW_RESET: conn_reset(conn); break;
    }
}

static void on_drip(struct ev_loop *loop, struct ev_timer *drip, int revents)
{
    (void)loop;
    (void)revents;
    struct raw_conn *conn = drip->data;
    conn_send(conn, &conn->script->steps[conn->step], 1);
}

static void on_writable(struct ev_loop *loop, struct ev_io *io, int revents)
{
    (void)revents;
    struct raw_conn *conn = io->data;
    ev_io_stop(loop, io);
    ev_idle_start(loop, &conn->idle);
}

static void on_readable(struct ev_loop *loop, struct ev_io *io, int revents)
{
    (void)loop;
    (void)revents;
    struct raw_conn *conn = io->data;
    char bytes[16384];
    const ssize_t len = recv(conn->fd, bytes, sizeof(bytes), 0);
    if (len < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR))
        return;
    if (len <= 0) {
        conn_close(conn);
        return;
    }
    strbuf_append(&conn->received, bytes, (size_t)len);
    conn_serve_next(conn);
}

static void conn_new(struct raw_server *server, int fd)
{
    const int on = 1;
    if (fcntl(fd, F_SETFL, O_NONBLOCK) != 0 || fcntl(fd, F_SETFD, FD_CLOEXEC) != 0)
        die("fcntl");
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    struct raw_conn *conn = mem_alloc(sizeof(*conn));
    conn->server = server;
    conn->index = server->accepted++;
    conn->fd = fd;
    conn->next = server->conns;
    if (conn->next != NULL)
        conn->next->previous = conn;
    server->conns = conn;
    strbuf_init(&conn->received, REQUEST_MAX);
    ev_io_init(&conn->readable, on_readable, fd, EV_READ);
    ev_io_init(&conn->writable, on_writable, fd, EV_WRITE);
    ev_idle_init(&conn->idle, on_idle);
    ev_set_priority(&conn->idle, EV_MINPRI);
    ev_timer_init(&conn->drip, on_drip, 0., DRIP_S);
    conn->readable.data = conn->writable.data = conn->idle.data = conn->drip.data = conn;
    ev_io_start(server->loop, &conn->readable);
    if (server->greeting != NULL)
        conn_run(conn, server->greeting);
}

/* The server. */

static void on_acceptable(struct ev_loop *loop, struct ev_io *io, int revents)
{
    (void)loop;
    (void)revents;
    for (;;) {
        const int fd = accept(io->fd, NULL, NULL);
        if (fd < 0)
            return;
        conn_new(io->data, fd);
    }
}

struct raw_server *raw_server_new(struct ev_loop *loop)
{
    struct raw_server *server = mem_alloc(sizeof(*server));
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t address_len = sizeof(address);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    server->loop = loop;
    server->fd = socket(AF_INET, SOCK_STREAM, 0);
    if (server->fd < 0 ||
        bind(server->fd, (struct sockaddr *)&address, sizeof(address)) != 0 ||
        listen(server->fd, SOMAXCONN) != 0 ||
        getsockname(server->fd, (struct sockaddr *)&address, &address_len) != 0 ||
        fcntl(server->fd, F_SETFL, O_NONBLOCK) != 0 ||
        fcntl(server->fd, F_SETFD, FD_CLOEXEC) != 0)
        die("raw_server");
    server->port = ntohs(address.sin_port);
    server->url = strbuf_format("http://127.0.0.1:%d", server->port);
    ev_io_init(&server->acceptable, on_acceptable, server->fd, EV_READ);
    server->acceptable.data = server;
    ev_io_start(loop, &server->acceptable);
    return server;
}

void raw_server_free(struct raw_server *server)
{
    if (server == NULL)
        return;
    while (server->conns != NULL)
        conn_close(server->conns);
    ev_io_stop(server->loop, &server->acceptable);
    close(server->fd);
    for (size_t i = 0; i < server->answers_len; i++)
        script_free(server->answers[i]);
    mem_free(server->answers);
    script_free(server->answer_always);
    script_free(server->greeting);
    for (size_t i = 0; i < server->requests_len; i++)
        mem_free(server->requests[i].bytes);
    mem_free(server->requests);
    mem_free(server->url);
    mem_free(server);
}

int raw_server_get_port(const struct raw_server *server)
{
    return server->port;
}

const char *raw_server_get_url(const struct raw_server *server)
{
    return server->url;
}

void raw_server_answer(struct raw_server *server, const struct raw_step *steps,
                       size_t count)
{
    server->answers = mem_grow(server->answers, &server->answers_cap,
                               server->answers_len + 1, sizeof(struct raw_script *));
    server->answers[server->answers_len++] = script_new(steps, count);
}

void raw_server_answer_text(struct raw_server *server, const char *text)
{
    raw_server_answer(server, &(struct raw_step){.action = RAW_SEND, .bytes = text}, 1);
}

void raw_server_answer_always(struct raw_server *server, const struct raw_step *steps,
                              size_t count)
{
    script_free(server->answer_always);
    server->answer_always = script_new(steps, count);
}

void raw_server_hear(struct raw_server *server,
                     void (*on_request)(void *user, const struct raw_request *request),
                     void *user)
{
    server->on_request = on_request;
    server->user = user;
}

void raw_server_greet(struct raw_server *server, const struct raw_step *steps,
                      size_t count)
{
    script_free(server->greeting);
    server->greeting = script_new(steps, count);
}

void raw_server_release(struct raw_server *server)
{
    struct raw_conn *next;
    for (struct raw_conn *conn = server->conns; conn != NULL; conn = next) {
        next = conn->next;
        if (!conn->is_held)
            continue;
        conn->is_held = false;
        ev_idle_start(server->loop, &conn->idle);
        conn_next_step(conn);
    }
}

size_t raw_server_count_accepted(const struct raw_server *server)
{
    return server->accepted;
}

size_t raw_server_count_open(const struct raw_server *server)
{
    size_t count = 0;
    for (const struct raw_conn *conn = server->conns; conn != NULL; conn = conn->next)
        count++;
    return count;
}

size_t raw_server_count_held(const struct raw_server *server)
{
    size_t count = 0;
    for (const struct raw_conn *conn = server->conns; conn != NULL; conn = conn->next)
        count += conn->is_held;
    return count;
}

size_t raw_server_count_requests(const struct raw_server *server)
{
    return server->requests_len;
}

const struct raw_request *raw_server_get_request(const struct raw_server *server,
                                                 size_t index)
{
    return index < server->requests_len ? &server->requests[index] : NULL;
}
