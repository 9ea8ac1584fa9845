/*
 * A link is a pair of sockets with a buffer in each direction. From the client bytes are
 * looked at until a head is whole; in a tunnel never again, otherwise at each request,
 * whose absolute address is made a path. The other way all bytes pass.
 */
#include "tests/support/tiny_proxy.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include "src/base/mem.h"

#define BUFFER_MAX ((size_t)16 << 20)

/* One end of a link and what is to be written to it. */
struct link_end {
    struct tiny_proxy_link *link;
    int fd; /* -1: none yet */
    struct ev_io readable;
    struct ev_io writable;
    struct strbuf out;
};

struct tiny_proxy_link {
    struct tiny_proxy *proxy;
    struct tiny_proxy_link *next;
    struct link_end client;
    struct link_end server;
    struct strbuf head; /* of the request that is coming */
    size_t body_left;   /* of the request that is passing */
    bool is_tunnel;
    bool is_closing; /* once all is written to the client */
};

static void die(const char *what)
{
    perror(what);
    abort();
}

static void end_close(struct link_end *end)
{
    struct ev_loop *loop = end->link->proxy->loop;
    ev_io_stop(loop, &end->readable);
    ev_io_stop(loop, &end->writable);
    if (end->fd >= 0)
        close(end->fd);
    strbuf_clear(&end->out);
}

static void link_free(struct tiny_proxy_link *link)
{
    struct tiny_proxy_link **at = &link->proxy->links;
    while (*at != link)
        at = &(*at)->next;
    *at = link->next;
    end_close(&link->client);
    end_close(&link->server);
    strbuf_clear(&link->head);
    mem_free(link);
}

/* Writes what is there to be written; more is written when the socket takes it. */
static void end_write(struct link_end *end, const char *bytes, size_t len)
{
    strbuf_append(&end->out, bytes, len);
    if (end->fd >= 0 && end->out.len > 0)
        ev_io_start(end->link->proxy->loop, &end->writable);
}

static void on_writable(struct ev_loop *loop, struct ev_io *io, int events)
{
    (void)events;
    struct link_end *end = io->data;
    const ssize_t sent =
        send(end->fd, strbuf_text(&end->out), end->out.len, MSG_NOSIGNAL);
    if (sent < 0 && errno != EAGAIN && errno != EINPROGRESS) {
        link_free(end->link);
        return;
    }
    if (sent > 0)
        strbuf_remove(&end->out, 0, (size_t)sent);
    if (end->out.len > 0)
        return;
    ev_io_stop(loop, io);
    if (end->link->is_closing)
        link_free(end->link);
}

/* Connects the server's end; a refusal shows when it is written to. */
static void link_connect(struct tiny_proxy_link *link, int port)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons((uint16_t)port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        die("socket");
    if (connect(fd, (struct sockaddr *)&address, sizeof(address)) != 0 &&
        errno != EINPROGRESS)
        die("connect");
    link->server.fd = fd;
    ev_io_set(&link->server.readable, fd, EV_READ);
    ev_io_set(&link->server.writable, fd, EV_WRITE);
    ev_io_start(link->proxy->loop, &link->server.readable);
}

/* --- Requests
 * --------------------------------------------------------------------------- */

static const char *find_field(const char *head, const char *name)
{
    for (const char *at = strstr(head, "\r\n"); at != NULL; at = strstr(at + 2, "\r\n")) {
        if (strncasecmp(at + 2, name, strlen(name)) == 0)
            return at + 2 + strlen(name);
    }
    return NULL;
}

static void link_refuse(struct tiny_proxy_link *link)
{
    static const char answer[] = "HTTP/1.1 407 Proxy Authentication Required\r\n"
                                 "Proxy-Authenticate: Basic realm=\"test\"\r\n"
                                 "Content-Length: 0\r\nConnection: close\r\n\r\n";
    link->proxy->refused++;
    link->is_closing = true;
    end_write(&link->client, answer, sizeof(answer) - 1);
}

static void link_open_tunnel(struct tiny_proxy_link *link)
{
    static const char answer[] = "HTTP/1.1 200 Connection established\r\n\r\n";
    link->proxy->tunnels++;
    link->is_tunnel = true;
    link_connect(link, link->proxy->tunnel_port);
    end_write(&link->client, answer, sizeof(answer) - 1);
}

/* Passes the head on with its absolute address ("POST http://host/path") as a path. */
static void link_forward(struct tiny_proxy_link *link, const char *head, size_t len)
{
    const char *scheme = strstr(head, " http://");
    const char *path = scheme != NULL ? strpbrk(scheme + 8, "/ ") : NULL;
    const char *length = find_field(head, "Content-Length:");
    if (path == NULL) {
        link_refuse(link);
        return;
    }
    link->proxy->forwarded++;
    link->body_left = length != NULL ? strtoul(length, NULL, 10) : 0;
    if (link->server.fd < 0)
        link_connect(link, link->proxy->plain_port);
    end_write(&link->server, head, (size_t)(scheme - head) + 1);
    end_write(&link->server, path, len - (size_t)(path - head));
}

/* Takes the head out of what was received, if it is whole. */
static bool link_take_head(struct tiny_proxy_link *link)
{
    const char *text = strbuf_text(&link->head);
    const char *end = strstr(text, "\r\n\r\n");
    if (end == NULL)
        return false;
    const size_t len = (size_t)(end - text) + 4;
    char *head = mem_strndup(text, len);
    strbuf_append(&link->proxy->asked, head, len);
    strbuf_remove(&link->head, 0, len);
    if (link->proxy->wants_password && find_field(head, "Proxy-Authorization:") == NULL)
        link_refuse(link);
    else if (strncmp(head, "CONNECT ", 8) == 0)
        link_open_tunnel(link);
    else
        link_forward(link, head, len);
    mem_free(head);
    return true;
}

static void link_take(struct tiny_proxy_link *link, const char *bytes, size_t len)
{
    strbuf_append(&link->head, bytes, len);
    while (link->head.len > 0 && !link->is_closing) {
        size_t count = link->is_tunnel ? link->head.len : link->body_left;
        if (count == 0) {
            if (!link_take_head(link))
                return;
            continue;
        }
        if (count > link->head.len)
            count = link->head.len;
        end_write(&link->server, link->head.text, count);
        strbuf_remove(&link->head, 0, count);
        link->body_left -= link->is_tunnel ? 0 : count;
    }
}

/* --- Sockets
 * ---------------------------------------------------------------------------- */

static void on_readable(struct ev_loop *loop, struct ev_io *io, int events)
{
    (void)loop;
    (void)events;
    struct link_end *end = io->data;
    struct tiny_proxy_link *link = end->link;
    char bytes[16384];
    const ssize_t len = recv(end->fd, bytes, sizeof(bytes), 0);
    if (len < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (len <= 0 && end == &link->server && link->client.out.len > 0) {
        ev_io_stop(loop, io);
        link->is_closing = true;
    } else if (len <= 0) {
        link_free(link);
    } else if (end == &link->client) {
        link_take(link, bytes, (size_t)len);
    } else {
        end_write(&link->client, bytes, (size_t)len);
    }
}

static void end_init(struct link_end *end, struct tiny_proxy_link *link, int fd)
{
    end->link = link;
    end->fd = fd;
    strbuf_init(&end->out, BUFFER_MAX);
    ev_io_init(&end->readable, on_readable, fd, EV_READ);
    ev_io_init(&end->writable, on_writable, fd, EV_WRITE);
    end->readable.data = end->writable.data = end;
}

static void on_acceptable(struct ev_loop *loop, struct ev_io *io, int events)
{
    (void)events;
    struct tiny_proxy *proxy = io->data;
    const int fd = accept(io->fd, NULL, NULL);
    if (fd < 0)
        return;
    if (fcntl(fd, F_SETFL, O_NONBLOCK) != 0 || fcntl(fd, F_SETFD, FD_CLOEXEC) != 0)
        die("fcntl");
    struct tiny_proxy_link *link = mem_alloc(sizeof(*link));
    link->proxy = proxy;
    link->next = proxy->links;
    proxy->links = link;
    strbuf_init(&link->head, BUFFER_MAX);
    end_init(&link->client, link, fd);
    end_init(&link->server, link, -1);
    ev_io_start(loop, &link->client.readable);
}

void tiny_proxy_init(struct tiny_proxy *proxy, struct ev_loop *loop)
{
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t len = sizeof(address);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    *proxy = (struct tiny_proxy){.loop = loop};
    strbuf_init(&proxy->asked, BUFFER_MAX);
    proxy->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (proxy->fd < 0 ||
        bind(proxy->fd, (struct sockaddr *)&address, sizeof(address)) != 0 ||
        listen(proxy->fd, SOMAXCONN) != 0 ||
        getsockname(proxy->fd, (struct sockaddr *)&address, &len) != 0)
        die("tiny_proxy");
    proxy->port = ntohs(address.sin_port);
    proxy->url = strbuf_format("http://127.0.0.1:%d", proxy->port);
    ev_io_init(&proxy->acceptable, on_acceptable, proxy->fd, EV_READ);
    proxy->acceptable.data = proxy;
    ev_io_start(loop, &proxy->acceptable);
}

void tiny_proxy_clear(struct tiny_proxy *proxy)
{
    if (proxy->loop == NULL)
        return;
    while (proxy->links != NULL)
        link_free(proxy->links);
    ev_io_stop(proxy->loop, &proxy->acceptable);
    close(proxy->fd);
    strbuf_clear(&proxy->asked);
    mem_free(proxy->url);
    *proxy = (struct tiny_proxy){0};
}
