/*
 * One HTTP request to the demo server and its response: collects the body, decides what
 * to answer, and hands out the bytes at their time. Knows libmicrohttpd, and of the
 * server only what stands in struct demo_host.
 *
 * An exchange waits by suspending its connection; a timer (or the client's hanging up)
 * resumes it and feeds `host->kick`, upon which the server is to run the daemon.
 */
#ifndef DEMO_EXCHANGE_H
#define DEMO_EXCHANGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <ev.h>
#include <microhttpd.h>

#include "src/demo/demo_limit.h"

#define DEMO_HOST_MEMORY 512

struct demo_exchange;
struct demo_tape;

/* What all exchanges of a server share. */
struct demo_host {
    struct ev_loop *loop;
    double speed;
    uint64_t seed;
    ev_timer kick;               /* its callback runs the daemon */
    struct demo_exchange *first; /* those under way */
    bool is_closing;             /* the server is being freed */
    struct demo_limit limit;     /* of chats */
    struct demo_tape *tape;      /* recorded answers, or NULL */

    uint64_t
        refused[DEMO_HOST_MEMORY]; /* conversations that `flaky` refused, as a ring */
    size_t refused_count;
};

/* Begins an exchange and puts it into the host's list. Freed with demo_exchange_free. */
struct demo_exchange *demo_exchange_new(struct demo_host *host,
                                        struct MHD_Connection *connection,
                                        const char *method, const char *path);

/* True if the headers announce a body so long that it is not even worth reading. */
bool demo_exchange_is_hopeless(struct demo_exchange *exchange);

/* Takes a piece of the request's body. MHD_NO when it is endless. */
enum MHD_Result demo_exchange_take(struct demo_exchange *exchange, const char *bytes,
                                   size_t len);

/*
 * Answers, now that the request is complete, or suspends the connection; in that case it
 * is to be called again. MHD_NO closes the connection.
 */
enum MHD_Result demo_exchange_answer(struct demo_exchange *exchange);

/* Ends the wait of every suspended connection, so that the daemon can be stopped. */
void demo_exchange_resume_all(struct demo_host *host);

/* Takes the exchange out of the list and frees it. NULL is allowed. */
void demo_exchange_free(struct demo_exchange *exchange);

#endif
