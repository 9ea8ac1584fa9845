/*
 * libcurl's multi handle on the libev loop: one watcher for each descriptor libcurl asks
 * us to watch, one timer for its clock. Knows nothing of transfers. With nothing under
 * way no watcher is active.
 */
#ifndef NET_HTTP_LOOP_H
#define NET_HTTP_LOOP_H

#include <curl/curl.h>
#include <ev.h>

struct http_loop;

/*
 * Called from the loop after libcurl has acted, outside of libcurl: the time to look
 * what happened. `code` is what libcurl's function returned.
 */
typedef void (*http_loop_fn)(void *user, CURLMcode code);

/* Hooks `multi` up to `loop`; calls libcurl only from the loop's own callbacks. */
struct http_loop *http_loop_new(struct ev_loop *loop, CURLM *multi, http_loop_fn on_acted,
                                void *user);

/* Stops all watchers. Call it after curl_multi_cleanup, which still tells of sockets as
 * it closes them. NULL is allowed. */
void http_loop_free(struct http_loop *http_loop);

#endif
