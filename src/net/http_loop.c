/*
 * libcurl never waits by itself: it tells which descriptors matter and when it wants to
 * be called again, and we call curl_multi_socket_action when one of that comes true.
 * Inside its two callbacks libcurl must not be called, so they only arm watchers.
 * Watchers are found by descriptor in an array, because descriptors are small numbers.
 */
#include "src/net/http_loop.h"

#include <stddef.h>

#include "src/base/mem.h"

struct socket_watch {
    struct ev_io io;
    struct http_loop *owner;
};

struct http_loop {
    struct ev_loop *loop;
    CURLM *multi;
    http_loop_fn on_acted;
    void *user;
    struct ev_timer timer;
    /* By descriptor; NULL where libcurl watches nothing. */
    struct socket_watch **watches;
    size_t watches_len;
    size_t watches_cap;
};

static void loop_act(struct http_loop *http_loop, curl_socket_t fd, int events)
{
    int running;
    const CURLMcode code =
        curl_multi_socket_action(http_loop->multi, fd, events, &running);
    http_loop->on_acted(http_loop->user, code);
}

static void loop_on_io(struct ev_loop *loop, struct ev_io *io, int revents)
{
    (void)loop;
    const struct socket_watch *watch = io->data;
    int events = 0;
    if (revents & EV_READ)
        events |= CURL_CSELECT_IN;
    if (revents & EV_WRITE)
        events |= CURL_CSELECT_OUT;
    if (revents & EV_ERROR)
        events |= CURL_CSELECT_ERR;
    loop_act(watch->owner, io->fd, events); /* may free the watch */
}

static void loop_on_timer(struct ev_loop *loop, struct ev_timer *timer, int revents)
{
    (void)loop;
    (void)revents;
    loop_act(timer->data, CURL_SOCKET_TIMEOUT, 0);
}

static void loop_drop_watch(struct http_loop *http_loop, size_t fd)
{
    if (fd >= http_loop->watches_len || http_loop->watches[fd] == NULL)
        return;
    ev_io_stop(http_loop->loop, &http_loop->watches[fd]->io);
    mem_free(http_loop->watches[fd]);
    http_loop->watches[fd] = NULL;
}

static struct socket_watch *loop_need_watch(struct http_loop *http_loop, size_t fd)
{
    if (fd >= http_loop->watches_len) {
        http_loop->watches = mem_grow(http_loop->watches, &http_loop->watches_cap, fd + 1,
                                      sizeof(struct socket_watch *));
        for (size_t i = http_loop->watches_len; i <= fd; i++)
            http_loop->watches[i] = NULL;
        http_loop->watches_len = fd + 1;
    }
    if (http_loop->watches[fd] == NULL) {
        struct socket_watch *watch = mem_alloc(sizeof(*watch));
        ev_init(&watch->io, loop_on_io);
        watch->io.data = watch;
        watch->owner = http_loop;
        http_loop->watches[fd] = watch;
    }
    return http_loop->watches[fd];
}

/* libcurl's word on one descriptor. */
static int loop_on_socket(CURL *easy, curl_socket_t fd, int what, void *user,
                          void *socket_user)
{
    (void)easy;
    (void)socket_user;
    struct http_loop *http_loop = user;
    if (what == CURL_POLL_REMOVE) {
        loop_drop_watch(http_loop, (size_t)fd);
        return 0;
    }
    struct socket_watch *watch = loop_need_watch(http_loop, (size_t)fd);
    const int events =
        (what & CURL_POLL_IN ? EV_READ : 0) | (what & CURL_POLL_OUT ? EV_WRITE : 0);
    ev_io_stop(http_loop->loop, &watch->io);
    ev_io_set(&watch->io, fd, events);
    if (events != 0)
        ev_io_start(http_loop->loop, &watch->io);
    return 0;
}

/* libcurl wants to be called after that time, or no more (-1). Zero means at once, which
 * is the next round of the loop. */
static int loop_on_timeout(CURLM *multi, long timeout_ms, void *user)
{
    (void)multi;
    struct http_loop *http_loop = user;
    ev_timer_stop(http_loop->loop, &http_loop->timer);
    if (timeout_ms < 0)
        return 0;
    /* The loop's time stands still while it handles events; count from the real one. */
    const double lag = ev_time() - ev_now(http_loop->loop);
    ev_timer_set(&http_loop->timer, (double)timeout_ms / 1000 + (lag > 0 ? lag : 0), 0.);
    ev_timer_start(http_loop->loop, &http_loop->timer);
    return 0;
}

struct http_loop *http_loop_new(struct ev_loop *loop, CURLM *multi, http_loop_fn on_acted,
                                void *user)
{
    struct http_loop *http_loop = mem_alloc(sizeof(*http_loop));
    http_loop->loop = loop;
    http_loop->multi = multi;
    http_loop->on_acted = on_acted;
    http_loop->user = user;
    ev_init(&http_loop->timer, loop_on_timer);
    http_loop->timer.data = http_loop;
    curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, loop_on_socket);
    curl_multi_setopt(multi, CURLMOPT_SOCKETDATA, http_loop);
    curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, loop_on_timeout);
    curl_multi_setopt(multi, CURLMOPT_TIMERDATA, http_loop);
    return http_loop;
}

void http_loop_free(struct http_loop *http_loop)
{
    if (http_loop == NULL)
        return;
    ev_timer_stop(http_loop->loop, &http_loop->timer);
    for (size_t fd = 0; fd < http_loop->watches_len; fd++)
        loop_drop_watch(http_loop, fd);
    mem_free(http_loop->watches);
    mem_free(http_loop);
}
