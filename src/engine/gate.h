/*
 * The line of requests: how many may be in flight at once over all, and how fast each
 * service may be asked. Whoever comes first goes first; one who has to wait for a service
 * does not keep those behind from another one. A member knows its place, what it waits
 * for and about how long.
 *
 * Limits of concurrency and of the person's rates belong to an endpoint, what a server
 * says belongs to endpoint and model. One timer serves the whole line, armed only while
 * somebody waits for time. Knows nothing of what a turn does.
 */
#ifndef ENGINE_GATE_H
#define ENGINE_GATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <ev.h>

#include "src/config/endpoint.h"
#include "src/engine/event.h"
#include "src/net/http.h"
#include "src/net/limiter.h"

struct gate_lane;
struct gate_host;

struct gate_member {
    void (*on_enter)(void *user); /* it may go; called from gate_leave or from the loop */
    /* The server has refused requests until then, longer than anyone waits silently: the
     * member has left the line. From the loop. */
    void (*on_held)(void *user, int64_t until_ms);
    void *user;
    bool is_forced; /* a person insists: a server's refusal does not hold it */
    /* The gate's own. */
    struct gate_lane *lane;
    struct gate_member *next;
    uint64_t number; /* order of first coming; kept when it comes again */
    struct limiter_ticket host_ticket;
    struct limiter_ticket model_ticket;
    bool is_inside;
    bool is_waiting;
};

/* Where a waiting member stands. */
struct gate_place {
    size_t position; /* from 1; 0: it is not waiting */
    enum queue_reason reason;
    int64_t wait_ms; /* about how long; -1 not known */
};

struct gate {
    struct ev_loop *loop;
    struct ev_timer timer;
    size_t limit;
    size_t inside;
    uint64_t last_number;
    struct gate_host **hosts;
    size_t host_count;
    size_t host_cap;
    struct gate_lane **lanes;
    size_t lane_count;
    size_t lane_cap;
};

void gate_init(struct gate *gate, struct ev_loop *loop, size_t limit);

/* Nobody may be waiting or inside. */
void gate_clear(struct gate *gate);

/* True if the member is inside at once; otherwise it waits and on_enter is called later.
 * The endpoint outlives the gate. */
bool gate_enter(struct gate *gate, struct gate_member *member,
                const struct endpoint *endpoint, const char *model);

/* The header of the answer to the request of the member inside. */
void gate_note_head(struct gate *gate, struct gate_member *member,
                    const struct http_head *head);

/* Its request was refused as one too many; it comes again in `wait_ms`, `is_told` whether
 * the server has named that time. Before gate_leave. */
void gate_note_refused(struct gate_member *member, int64_t wait_ms, bool is_told);

/* The member goes, from inside or out of the line; who is next is let in. `tokens` is
 * what its request took, -1 where not known. */
void gate_leave(struct gate *gate, struct gate_member *member, int64_t tokens);

struct gate_place gate_find_place(const struct gate *gate,
                                  const struct gate_member *member);

#endif
