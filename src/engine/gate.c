/*
 * A lane for each endpoint and model, with those who wait in the order of their numbers;
 * lanes of one endpoint share its host. The next to go is the one with the lowest number
 * among the first of all lanes whose limiters let one go.
 */
#include "src/engine/gate.h"

#include <assert.h>
#include <string.h>

#include "src/base/clock.h"
#include "src/base/mem.h"
#include "src/net/retry.h"

/* A model server on weak hardware gets so many requests at once unless told otherwise. */
#define GATE_LOCAL_IN_FLIGHT 4

struct gate_host {
    const struct endpoint *endpoint;
    struct limiter *limiter;
};

struct gate_lane {
    struct gate_host *host;
    char *model;
    struct limiter *limiter;
    struct gate_member *first;
};

/* What keeps a member from going. */
struct gate_block {
    enum queue_reason reason;
    int64_t until_ms; /* -1: until somebody leaves */
    bool is_free;
    bool is_of_host;
};

static void gate_on_timer(struct ev_loop *loop, struct ev_timer *timer, int events);

void gate_init(struct gate *gate, struct ev_loop *loop, size_t limit)
{
    *gate = (struct gate){.loop = loop, .limit = limit};
    ev_init(&gate->timer, gate_on_timer);
    gate->timer.data = gate;
}

void gate_clear(struct gate *gate)
{
    ev_timer_stop(gate->loop, &gate->timer);
    for (size_t i = 0; i < gate->lane_count; i++) {
        assert(gate->lanes[i]->first == NULL);
        limiter_free(gate->lanes[i]->limiter);
        mem_free(gate->lanes[i]->model);
        mem_free(gate->lanes[i]);
    }
    for (size_t i = 0; i < gate->host_count; i++) {
        limiter_free(gate->hosts[i]->limiter);
        mem_free(gate->hosts[i]);
    }
    mem_free(gate->lanes);
    mem_free(gate->hosts);
    *gate = (struct gate){0};
}

/* --- Lanes
 * ------------------------------------------------------------------------------
 */

static struct gate_host *gate_get_host(struct gate *gate, const struct endpoint *endpoint)
{
    for (size_t i = 0; i < gate->host_count; i++) {
        if (gate->hosts[i]->endpoint == endpoint)
            return gate->hosts[i];
    }
    const int64_t automatic = endpoint->is_local ? GATE_LOCAL_IN_FLIGHT : 0;
    const struct limiter_limits limits = {
        .in_flight = endpoint->max_in_flight > 0 ? endpoint->max_in_flight : automatic,
        .requests = {endpoint->request_rate.count, endpoint->request_rate.window_ms},
        .tokens = {endpoint->token_rate.count, endpoint->token_rate.window_ms},
    };
    struct gate_host *host = mem_alloc(sizeof(*host));
    host->endpoint = endpoint;
    host->limiter = limiter_new(&limits);
    gate->hosts = mem_grow(gate->hosts, &gate->host_cap, gate->host_count + 1,
                           sizeof(gate->hosts[0]));
    gate->hosts[gate->host_count++] = host;
    return host;
}

static struct gate_lane *gate_get_lane(struct gate *gate, const struct endpoint *endpoint,
                                       const char *model)
{
    for (size_t i = 0; i < gate->lane_count; i++) {
        struct gate_lane *lane = gate->lanes[i];
        if (lane->host->endpoint == endpoint && strcmp(lane->model, model) == 0)
            return lane;
    }
    const struct limiter_limits none = {0};
    struct gate_lane *lane = mem_alloc(sizeof(*lane));
    lane->host = gate_get_host(gate, endpoint);
    lane->model = mem_strdup(model);
    lane->limiter = limiter_new(&none);
    gate->lanes = mem_grow(gate->lanes, &gate->lane_cap, gate->lane_count + 1,
                           sizeof(gate->lanes[0]));
    gate->lanes[gate->lane_count++] = lane;
    return lane;
}

static void lane_insert(struct gate_lane *lane, struct gate_member *member)
{
    struct gate_member **at = &lane->first;
    while (*at != NULL && (*at)->number < member->number)
        at = &(*at)->next;
    member->next = *at;
    *at = member;
    member->is_waiting = true;
}

static void lane_remove(struct gate_lane *lane, struct gate_member *member)
{
    struct gate_member **at = &lane->first;
    while (*at != member)
        at = &(*at)->next;
    *at = member->next;
    member->next = NULL;
    member->is_waiting = false;
}

/* --- May one go?
 * ------------------------------------------------------------------------
 */

static enum queue_reason gate_reason(enum limiter_reason reason)
{
    switch (reason) {
    case LIMITER_FREE: break;
    case LIMITER_CONCURRENCY: return QUEUE_CONCURRENCY;
    case LIMITER_REQUESTS: return QUEUE_REQUESTS;
    case LIMITER_TOKENS: return QUEUE_TOKENS;
    case LIMITER_RETRY_AFTER: return QUEUE_RETRY_AFTER;
    }
    return QUEUE_JOBS;
}

/* What keeps the member from its service. */
static struct gate_block gate_look(const struct gate_member *member, int64_t now_ms)
{
    const struct gate_lane *lane = member->lane;
    struct limiter_wait wait =
        limiter_look(lane->host->limiter, now_ms, member->is_forced);
    const bool is_of_host = wait.reason != LIMITER_FREE;
    if (!is_of_host)
        wait = limiter_look(lane->limiter, now_ms, member->is_forced);
    return (struct gate_block){gate_reason(wait.reason), wait.until_ms,
                               wait.reason == LIMITER_FREE, is_of_host};
}

/* True for a wait that must not be waited out silently. */
static bool gate_is_too_long(const struct gate_block *block, int64_t now_ms)
{
    return !block->is_free && block->reason == QUEUE_RETRY_AFTER &&
           block->until_ms - now_ms > RETRY_WAIT_MAX_MS;
}

static void gate_admit(struct gate *gate, struct gate_member *member, int64_t now_ms)
{
    gate->inside++;
    member->is_inside = true;
    limiter_take(member->lane->host->limiter, now_ms, &member->host_ticket);
    limiter_take(member->lane->limiter, now_ms, &member->model_ticket);
}

/* Takes the next out of the line who may go, or who is held for too long (`held_ms` set);
 * NULL if there is none. */
static struct gate_member *gate_take_next(struct gate *gate, int64_t now_ms,
                                          int64_t *held_ms)
{
    struct gate_member *next = NULL;
    *held_ms = -1;
    for (size_t i = 0; i < gate->lane_count; i++) {
        struct gate_member *first = gate->lanes[i]->first;
        if (first == NULL || (next != NULL && next->number < first->number))
            continue;
        const struct gate_block block = gate_look(first, now_ms);
        const bool is_held = gate_is_too_long(&block, now_ms) && first->on_held != NULL;
        if (!is_held && (!block.is_free || gate->inside >= gate->limit))
            continue;
        next = first;
        *held_ms = is_held ? block.until_ms : -1;
    }
    if (next != NULL)
        lane_remove(next->lane, next);
    return next;
}

/* Arms the timer for the first moment that changes anything. */
static void gate_plan(struct gate *gate)
{
    const int64_t now_ms = clock_now_ms();
    int64_t next_ms = -1;
    ev_timer_stop(gate->loop, &gate->timer);
    for (size_t i = 0; i < gate->lane_count; i++) {
        const struct gate_member *first = gate->lanes[i]->first;
        if (first == NULL)
            continue;
        const struct gate_block block = gate_look(first, now_ms);
        const bool is_held = gate_is_too_long(&block, now_ms) && first->on_held != NULL;
        const int64_t at_ms = is_held ? now_ms : block.until_ms;
        const bool is_time = is_held || gate->inside < gate->limit;
        if (is_time && at_ms >= 0 && (next_ms < 0 || at_ms < next_ms))
            next_ms = at_ms;
    }
    if (next_ms < 0 || gate->limit == 0)
        return;
    ev_now_update(gate->loop);
    ev_timer_set(&gate->timer, next_ms > now_ms ? (double)(next_ms - now_ms) / 1000 : 0.,
                 0.);
    ev_timer_start(gate->loop, &gate->timer);
}

/* Lets in whoever may go. Members' functions may come back to the gate, so everything is
 * looked at anew after each. */
static void gate_pump(struct gate *gate)
{
    for (;;) {
        const int64_t now_ms = clock_now_ms();
        int64_t held_ms;
        struct gate_member *next =
            gate->limit > 0 ? gate_take_next(gate, now_ms, &held_ms) : NULL;
        if (next == NULL)
            break;
        if (held_ms >= 0) {
            next->on_held(next->user, held_ms);
            continue;
        }
        gate_admit(gate, next, now_ms);
        next->on_enter(next->user);
    }
    gate_plan(gate);
}

static void gate_on_timer(struct ev_loop *loop, struct ev_timer *timer, int events)
{
    (void)loop;
    (void)events;
    gate_pump(timer->data);
}

/* --- Coming and going
 * -------------------------------------------------------------------
 */

bool gate_enter(struct gate *gate, struct gate_member *member,
                const struct endpoint *endpoint, const char *model)
{
    const int64_t now_ms = clock_now_ms();
    member->lane = gate_get_lane(gate, endpoint, model);
    if (member->number == 0)
        member->number = ++gate->last_number;
    const struct gate_member *first = member->lane->first;
    const bool is_first = first == NULL || member->number < first->number;
    if (is_first && gate->inside < gate->limit && gate_look(member, now_ms).is_free) {
        gate_admit(gate, member, now_ms);
        gate_plan(gate);
        return true;
    }
    lane_insert(member->lane, member);
    gate_plan(gate);
    return false;
}

void gate_note_head(struct gate *gate, struct gate_member *member,
                    const struct http_head *head)
{
    const struct header_list none = {0};
    const int64_t now_ms = clock_now_ms();
    const int64_t now_seconds = clock_wall_seconds();
    if (!member->is_inside)
        return;
    limiter_note_head(member->lane->host->limiter, &member->host_ticket, head->status,
                      &none, now_ms, now_seconds);
    limiter_note_head(member->lane->limiter, &member->model_ticket, head->status,
                      &head->headers, now_ms, now_seconds);
    /* It may let others in; not from here, which is inside a transfer's callback. */
    ev_timer_stop(gate->loop, &gate->timer);
    ev_timer_set(&gate->timer, 0., 0.);
    ev_timer_start(gate->loop, &gate->timer);
}

void gate_note_refused(struct gate_member *member, int64_t wait_ms, bool is_told)
{
    if (member->is_inside)
        limiter_note_429(member->lane->limiter, wait_ms, is_told, clock_now_ms());
}

void gate_leave(struct gate *gate, struct gate_member *member, int64_t tokens)
{
    const int64_t now_ms = clock_now_ms();
    if (member->is_waiting) {
        lane_remove(member->lane, member);
        gate_plan(gate);
        return;
    }
    if (!member->is_inside)
        return;
    member->is_inside = false;
    gate->inside--;
    limiter_note_done(member->lane->host->limiter, &member->host_ticket, tokens, now_ms);
    limiter_note_done(member->lane->limiter, &member->model_ticket, tokens, now_ms);
    gate_pump(gate);
}

/* --- Places
 * -----------------------------------------------------------------------------
 */

/* How many of the lanes that pass the filter (NULL: all) wait with a lower number. */
static size_t gate_count_before(const struct gate *gate, const struct gate_member *member,
                                const struct gate_host *host,
                                const struct gate_lane *lane)
{
    size_t count = 0;
    for (size_t i = 0; i < gate->lane_count; i++) {
        const struct gate_lane *other = gate->lanes[i];
        if ((host != NULL && other->host != host) || (lane != NULL && other != lane))
            continue;
        for (const struct gate_member *at = other->first;
             at != NULL && at->number < member->number; at = at->next)
            count++;
    }
    return count;
}

static int64_t gate_estimate_jobs_ms(const struct gate *gate,
                                     const struct gate_lane *lane, size_t position)
{
    const int64_t average_ms = limiter_average_ms(lane->limiter);
    if (average_ms < 0 || gate->limit == 0)
        return -1;
    return average_ms * (int64_t)position / (int64_t)gate->limit;
}

struct gate_place gate_find_place(const struct gate *gate,
                                  const struct gate_member *member)
{
    struct gate_place place = {0, QUEUE_JOBS, -1};
    if (!member->is_waiting)
        return place;
    const int64_t now_ms = clock_now_ms();
    const struct gate_lane *lane = member->lane;
    const struct gate_block block = gate_look(member, now_ms);
    if (block.is_free) {
        place.position = 1 + gate_count_before(gate, member, NULL, NULL);
        place.wait_ms = gate_estimate_jobs_ms(gate, lane, place.position);
        return place;
    }
    place.reason = block.reason;
    place.position =
        1 + gate_count_before(gate, member, block.is_of_host ? lane->host : NULL,
                              block.is_of_host ? NULL : lane);
    place.wait_ms = limiter_estimate_ms(
        block.is_of_host ? lane->host->limiter : lane->limiter, place.position, now_ms);
    return place;
}
