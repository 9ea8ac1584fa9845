/*
 * libmicrohttpd without a thread: its epoll descriptor is watched on our loop, and the
 * daemon is run when that is readable, when it asks for another turn (connections with
 * more to do), or when an exchange was resumed. All three end in run_daemon.
 */
#include "src/demo/demo_server.h"

#include <errno.h>
#include <math.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>

#include <ev.h>
#include <microhttpd.h>

#include "src/base/clock.h"
#include "src/base/mem.h"
#include "src/demo/demo_exchange.h"

#define CONNECTIONS_MAX 1024

/* Memory of a connection; most of it is the buffer that a fast answer fills. */
#define CONNECTION_MEMORY ((size_t)128 << 10)

struct demo_server {
    struct demo_host host;
    struct MHD_Daemon *daemon;
    ev_io watch;
    uint16_t port;
};

static void run_daemon(struct demo_server *server)
{
    struct demo_host *host = &server->host;
    MHD_run(server->daemon);
    ev_timer_stop(host->loop, &host->kick);
    MHD_UNSIGNED_LONG_LONG wait_ms = 0;
    if (MHD_get_timeout(server->daemon, &wait_ms) != MHD_YES)
        return;
    ev_timer_set(&host->kick, (double)wait_ms / 1e3, 0);
    ev_timer_start(host->loop, &host->kick);
}

static void on_readable(struct ev_loop *loop, ev_io *watcher, int events)
{
    (void)loop;
    (void)events;
    run_daemon(watcher->data);
}

static void on_kick(struct ev_loop *loop, ev_timer *timer, int events)
{
    (void)loop;
    (void)events;
    run_daemon(timer->data);
}

/* Called by libmicrohttpd: first for the headers, then for pieces of the body, at last
 * with an empty piece; after a suspension with an empty piece again. */
static enum MHD_Result on_request(void *user, struct MHD_Connection *connection,
                                  const char *url, const char *method,
                                  const char *version, const char *upload_data,
                                  size_t *upload_len, void **request)
{
    (void)version;
    struct demo_server *server = user;
    if (*request == NULL) {
        *request = demo_exchange_new(&server->host, connection, method, url);
        const bool is_hopeless = demo_exchange_is_hopeless(*request);
        return is_hopeless ? demo_exchange_answer(*request) : MHD_YES;
    }
    if (*upload_len == 0)
        return demo_exchange_answer(*request);
    const size_t len = *upload_len;
    *upload_len = 0;
    return demo_exchange_take(*request, upload_data, len);
}

static void on_completed(void *user, struct MHD_Connection *connection, void **request,
                         enum MHD_RequestTerminationCode reason)
{
    (void)user;
    (void)connection;
    (void)reason;
    demo_exchange_free(*request);
    *request = NULL;
}

/* Tokens are small and each is to go out at once. */
static void on_connection(void *user, struct MHD_Connection *connection, void **context,
                          enum MHD_ConnectionNotificationCode code)
{
    (void)user;
    (void)context;
    if (code != MHD_CONNECTION_NOTIFY_STARTED)
        return;
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    const int on = 1;
    if (info != NULL)
        setsockopt(info->connect_fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
}

static struct MHD_Daemon *start_daemon(struct demo_server *server, uint16_t port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return MHD_start_daemon(
        MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME, port, NULL, NULL, on_request, server,
        MHD_OPTION_SOCK_ADDR, (struct sockaddr *)&address, MHD_OPTION_NOTIFY_COMPLETED,
        on_completed, server, MHD_OPTION_NOTIFY_CONNECTION, on_connection, server,
        MHD_OPTION_CONNECTION_LIMIT, (unsigned int)CONNECTIONS_MAX,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, CONNECTION_MEMORY, MHD_OPTION_END);
}

/* Begins to watch the daemon; false if it does not tell its descriptor or port. */
static bool watch_daemon(struct demo_server *server)
{
    const union MHD_DaemonInfo *info =
        MHD_get_daemon_info(server->daemon, MHD_DAEMON_INFO_EPOLL_FD);
    if (info == NULL)
        return false;
    ev_io_init(&server->watch, on_readable, info->epoll_fd, EV_READ);
    server->watch.data = server;
    info = MHD_get_daemon_info(server->daemon, MHD_DAEMON_INFO_BIND_PORT);
    if (info == NULL)
        return false;
    server->port = info->port;
    ev_io_start(server->host.loop, &server->watch);
    return true;
}

struct demo_server *demo_server_new(struct ev_loop *loop,
                                    const struct demo_options *options, struct error *err)
{
    if (!isfinite(options->speed) || options->speed <= 0) {
        error_set(err, ERROR_USAGE, "the demo's speed must be above 0, not %g",
                  options->speed);
        return NULL;
    }
    struct demo_server *server = mem_alloc(sizeof(*server));
    server->host.loop = loop;
    server->host.speed = options->speed;
    server->host.seed = options->seed;
    server->host.tape = options->tape;
    demo_limit_init(&server->host.limit, &options->limit, clock_now_us());
    ev_init(&server->watch, on_readable);
    ev_timer_init(&server->host.kick, on_kick, 0, 0);
    server->host.kick.data = server;
    errno = 0;
    server->daemon = start_daemon(server, options->port);
    if (server->daemon != NULL && watch_daemon(server))
        return server;
    error_set(err, ERROR_USAGE, "the demo server cannot listen on 127.0.0.1, port %u: %s",
              options->port,
              errno != 0 ? strerror(errno) : "libmicrohttpd did not start");
    demo_server_free(server);
    return NULL;
}

uint16_t demo_server_get_port(const struct demo_server *server)
{
    return server->port;
}

void demo_server_free(struct demo_server *server)
{
    if (server == NULL)
        return;
    struct demo_host *host = &server->host;
    host->is_closing = true;
    /* The daemon must not be stopped while a connection is suspended. */
    demo_exchange_resume_all(host);
    ev_io_stop(host->loop, &server->watch);
    ev_timer_stop(host->loop, &host->kick);
    if (server->daemon != NULL)
        MHD_stop_daemon(server->daemon);
    mem_free(server);
}
