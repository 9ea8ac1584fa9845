/*
 * The turn's state machine. Three things drive it: the transfer's callbacks, one timer
 * (which serves the clocks, the wait before a retry, and the short grace after the end
 * mark), and the owner's stop.
 *
 * Callbacks into the owner may stop the turn. While a reply is being fed, `is_feeding`
 * makes the stop wait until the decoder's frames have left the stack.
 */
#include "src/engine/turn_state.h"

#include <assert.h>
#include <string.h>

#include "src/base/clock.h"
#include "src/base/mem.h"
#include "src/engine/cost.h"
#include "src/engine/key_source.h"
#include "src/engine/replay_state.h"

/* After the end mark the rest of the body (usage, connection reuse) gets this long. */
#define TURN_GRACE_MS 2000

/* A timer that goes off this late tells of a program that was stopped (Ctrl-Z, a
 * sleeping machine): what came meanwhile is still to be read. */
#define TURN_LATE_MS 1000

/*
 * What a reply may bring without a single piece: comments, pings, events that mean
 * nothing to us. They are signs of life, so that no clock ends a stream of them, and they
 * are dropped, so that no memory does. Far above the largest event that holds something
 * else (a picture, a whole answer said once more at the end).
 */
#define TURN_BARREN_MAX ((size_t)64 << 20)

/* The ceiling of one request's body: what a person can type and attach. */
#define TURN_BODY_MAX ((size_t)256 << 20)

const struct endpoint *turn_endpoint(const struct turn *turn)
{
    return turn->targets[turn->target].endpoint;
}

const char *turn_model(const struct turn *turn)
{
    return turn->targets[turn->target].model;
}

void turn_emit(struct turn *turn, struct engine_event event)
{
    event.message_id = turn->request.answer->id;
    if (turn->owner.on_event != NULL)
        turn->owner.on_event(turn->owner.user, &event);
}

void turn_emit_text(struct turn *turn, enum event_kind kind, const char *text)
{
    turn_emit(turn,
              (struct engine_event){.kind = kind, .text = text, .len = strlen(text)});
}

void turn_enter(struct turn *turn, enum turn_state state)
{
    turn->status.state = state;
    turn->status.since_ms = clock_now_ms();
    turn_emit(turn, (struct engine_event){.kind = EVENT_TURN_STATE, .state = state});
}

/* Tells the taps that the exchange is over. */
static void turn_end_exchange(struct turn *turn, enum wire_kind kind,
                              const struct http_result *result)
{
    struct wire_exchange *exchange = turn->exchange;
    turn->exchange = NULL;
    wire_end(exchange, kind, result);
}

/* How far the exchange has come. */
static void turn_describe(const struct turn *turn, struct http_result *result)
{
    if (turn->context.replay != NULL)
        replay_describe(turn->context.replay, turn->request.chat, result);
    else
        http_describe(turn->transfer, result);
}

/* Ends the transfer, if one is under way. */
static void turn_drop_transfer(struct turn *turn)
{
    if (turn->transfer == NULL && !turn->is_on_air)
        return;
    struct http_result result = {0};
    if (turn->exchange != NULL)
        turn_describe(turn, &result);
    http_cancel(turn->transfer);
    turn->transfer = NULL;
    turn->is_on_air = false;
    turn_end_exchange(turn, WIRE_CUT, &result);
    connection_list_note_end(turn->context.connections, turn_endpoint(turn), NULL);
}

/* Ends transfer and reply of the current try. */
static void turn_drop_try(struct turn *turn)
{
    turn_drop_transfer(turn);
    reply_free(turn->reply);
    turn->reply = NULL;
    turn->complete_ms = -1;
    turn_clock_end_try(&turn->clock);
}

/* The end of a try. */

void turn_end_try(struct turn *turn, const struct error *transport)
{
    struct reply_outcome outcome = {0};
    turn->is_feeding = true;
    reply_end(turn->reply, transport, clock_wall_seconds(), &outcome);
    turn->is_feeding = false;
    turn_drop_try(turn);
    if (turn->is_settled)
        log_info(turn->context.log, "turn", "detached while its reply was ending");
    else
        turn_decide(turn, &outcome);
    reply_outcome_clear(&outcome);
}

static void turn_end_with_error(struct turn *turn, enum error_class class,
                                const char *message)
{
    struct error error = {ERROR_NONE, NULL};
    error_set(&error, class, "%s", message);
    turn_end_try(turn, &error);
    error_clear(&error);
}

static enum message_state turn_final_state(const struct turn *turn)
{
    const enum error_class class = turn->request.answer->facts.error.class;
    if (turn->is_stop_wanted)
        return MESSAGE_STOPPED;
    return class == ERROR_NONE ? MESSAGE_WHOLE : MESSAGE_FAILED;
}

/* Writes how it went into the answer and reports it. Takes what the outcome owns. */
void turn_settle(struct turn *turn, struct reply_outcome *outcome)
{
    struct message *answer = turn->request.answer;
    struct answer_facts *facts = &answer->facts;
    if (turn->is_settled)
        return;
    turn->is_settled = true;
    ev_timer_stop(turn->context.loop, &turn->timer);
    key_source_give_up(turn->context.keys, &turn->key_waiter);
    if (turn->is_stop_wanted)
        error_clear(&outcome->error);
    error_move(&facts->error, &outcome->error);
    facts->finish = turn->is_stop_wanted               ? FINISH_CANCELLED
                    : facts->error.class != ERROR_NONE ? FINISH_ERROR
                                                       : outcome->finish;
    facts->finish_raw = outcome->finish_raw;
    facts->provider_code = outcome->provider_code;
    facts->request_id = outcome->request_id;
    outcome->finish_raw = outcome->provider_code = outcome->request_id = NULL;
    facts->status = outcome->status;
    facts->retry_after_ms = outcome->retry_after_ms;
    facts->usage = outcome->usage;
    facts->attempts = turn->attempts_before + turn->status.attempt;
    facts->total_ms =
        turn->clock.begin_ms >= 0 ? clock_now_ms() - turn->clock.begin_ms : 0;
    answer->state = turn_final_state(turn);
    /* What a provider says before the end is only what it had counted by then. */
    if (answer->state == MESSAGE_WHOLE)
        facts->cost = cost_reckon(turn->context.catalog, turn_endpoint(turn),
                                  turn_model(turn), &facts->usage);
    if (turn->context.replay != NULL)
        replay_fill_facts(turn->context.replay, turn->request.chat, answer);
    turn_release(turn);
    answer->version++;
    if (answer->state != MESSAGE_WHOLE)
        message_drop_calls(answer);
    turn->status.state = TURN_IDLE;
    gate_leave(turn->context.gate, &turn->place, turn->used_tokens);
    log_info(turn->context.log, "turn", "settled as %s after %lld ms, %d attempt(s)",
             finish_name(facts->finish), (long long)facts->total_ms, facts->attempts);
    /* Whoever was let in by gate_leave may have brought the owner to detach. */
    if (turn->owner.on_settled != NULL)
        turn->owner.on_settled(turn->owner.user);
}

/* Callbacks of the transfer. */

static void turn_on_connected(void *user)
{
    struct turn *turn = user;
    const int64_t now = clock_now_ms();
    if (turn->exchange != NULL) {
        struct http_result result;
        turn_describe(turn, &result);
        wire_tell_connected(turn->exchange, &result);
    }
    turn->clock.connected_ms = now;
    turn->clock.last_byte_ms = now;
    turn_enter(turn, TURN_WAITING);
    turn_arm(turn);
}

static void turn_on_head(void *user, const struct http_head *head)
{
    struct turn *turn = user;
    if (turn->exchange != NULL) {
        struct http_result result;
        turn_describe(turn, &result);
        wire_tell_head(turn->exchange, head, &result);
    }
    turn->clock.last_byte_ms = clock_now_ms();
    gate_note_head(turn->context.gate, &turn->place, head);
    reply_head(turn->reply, head);
}

static void turn_on_body(void *user, const char *bytes, size_t len)
{
    struct turn *turn = user;
    wire_tell_body(turn->exchange, bytes, len);
    turn->clock.last_byte_ms = clock_now_ms();
    const bool had_output = turn->has_output;
    turn->barren_len += len;
    turn->is_feeding = true;
    const bool wants_more = reply_body(turn->reply, bytes, len);
    turn->is_feeding = false;
    if (turn->is_settled)
        return;
    if (turn->is_stop_wanted) {
        turn_end_with_error(turn, ERROR_CANCELLED, "stopped");
    } else if (turn->is_over_ceiling) {
        turn_end_with_error(turn, ERROR_PROTOCOL,
                            "the answer is larger than 16 MiB: it was cut there");
    } else if (turn->barren_len > TURN_BARREN_MAX) {
        turn_end_with_error(turn, ERROR_PROTOCOL,
                            "64 MiB came without a word of the answer among them");
    } else if (!wants_more) {
        turn_end_try(turn, &(struct error){ERROR_NONE, NULL});
    } else if (reply_is_complete(turn->reply) && turn->complete_ms < 0) {
        turn->complete_ms = turn->clock.last_byte_ms;
        turn_arm(turn);
    } else if (!had_output && turn->has_output) {
        turn_arm(turn);
    }
}

static void turn_on_done(void *user, const struct http_result *result)
{
    struct turn *turn = user;
    struct answer_facts *facts = &turn->request.answer->facts;
    turn->transfer = NULL;
    turn->is_on_air = false;
    turn_end_exchange(turn, WIRE_DONE, result);
    connection_list_note_end(turn->context.connections, turn_endpoint(turn), result);
    facts->timing = (struct answer_timing){result->dns_us, result->connect_us,
                                           result->tls_us, result->first_byte_us};
    facts->is_reused = result->is_reused;
    facts->http_version = result->http_version;
    turn_end_try(turn, &result->error);
}

/* The timer. */

/* What the clock that ran out has to say. Caller frees. */
static char *turn_timeout_text(const struct turn *turn, enum error_class class)
{
    const struct turn_limits *limits = &turn->limits;
    if (class == ERROR_TIMEOUT_FIRST_BYTE)
        return strbuf_format("no first token within %g s",
                             (double)limits->first_token_ms / 1000);
    if (class == ERROR_TIMEOUT_IDLE)
        return strbuf_format("no data for %g s", (double)limits->idle_ms / 1000);
    if (class == ERROR_TIMEOUT_TOTAL)
        return strbuf_format("no complete answer within %g s",
                             (double)limits->total_ms / 1000);
    const struct endpoint *endpoint = turn_endpoint(turn);
    char *host = endpoint_name_from_url(endpoint->base_url);
    char *proxy =
        endpoint->proxy != NULL ? endpoint_name_from_url(endpoint->proxy) : NULL;
    char *text =
        strbuf_format("no connection to %s%s%s within %g s", host,
                      proxy != NULL ? " through the proxy " : "",
                      proxy != NULL ? proxy : "", (double)limits->connect_ms / 1000);
    mem_free(proxy);
    mem_free(host);
    return text;
}

/* Settles a turn that has no reply under way: before the first try or between two. */
static void turn_settle_with(struct turn *turn, struct error *error)
{
    struct reply_outcome outcome = {.retry_after_ms = -1, .usage = usage_unknown()};
    error_move(&outcome.error, error);
    turn_settle(turn, &outcome);
    reply_outcome_clear(&outcome);
}

void turn_fail(struct turn *turn, const struct error *error)
{
    struct error copy = {ERROR_NONE, NULL};
    if (error->class != ERROR_NONE)
        error_set(&copy, error->class, "%s", error_text(error));
    turn_settle_with(turn, &copy);
    error_clear(&copy);
}

static void turn_time_out(struct turn *turn, enum error_class class)
{
    struct error error = {ERROR_NONE, NULL};
    char *text = turn_timeout_text(turn, class);
    error_set(&error, class, "%s", text);
    mem_free(text);
    if (turn->reply != NULL)
        turn_end_try(turn, &error);
    else
        turn_settle_with(turn, &error);
    error_clear(&error);
}

/* The end of the clock that ends first; -1 while none runs, as in the line. */
static int64_t turn_deadline(const struct turn *turn, enum error_class *class)
{
    *class = ERROR_NONE;
    /* What ran out when a recording was made runs out at its time there. */
    if (turn->queued_ms >= 0 || turn->context.replay != NULL)
        return -1;
    return turn_clock_deadline(&turn->clock, &turn->limits, class);
}

static void turn_on_timer(struct ev_loop *loop, struct ev_timer *timer, int events)
{
    (void)loop;
    (void)events;
    struct turn *turn = timer->data;
    const int64_t now = clock_now_ms();
    const int64_t late_ms = now - turn->armed_for_ms;
    enum error_class class;
    if (late_ms > TURN_LATE_MS)
        turn_clock_shift(&turn->clock, late_ms);
    const int64_t deadline = turn_deadline(turn, &class);
    const bool has_start_error = turn->start_error.class != ERROR_NONE;
    if (has_start_error || (turn->is_stop_wanted && turn->reply == NULL))
        turn_settle_with(turn, &turn->start_error);
    else if (turn->is_stop_wanted)
        turn_end_with_error(turn, ERROR_CANCELLED, "stopped");
    else if (turn->complete_ms >= 0 && now >= turn->complete_ms + TURN_GRACE_MS)
        turn_end_try(turn, &(struct error){ERROR_NONE, NULL});
    else if (deadline >= 0 && now >= deadline)
        turn_time_out(turn, class);
    else if (turn->status.state == TURN_RETRYING && now >= turn->status.wait_until_ms)
        turn_line_up(turn);
    else
        turn_arm(turn);
}

void turn_arm(struct turn *turn)
{
    const int64_t now = clock_now_ms();
    enum error_class class;
    int64_t next = turn_deadline(turn, &class);
    const bool is_played = turn->context.replay != NULL;
    if (turn->complete_ms >= 0 && !is_played)
        next = turn->complete_ms + TURN_GRACE_MS;
    const int64_t wait = is_played ? -1 : turn->status.wait_until_ms;
    if (!is_played && turn->status.state == TURN_RETRYING && (next < 0 || wait < next))
        next = wait;
    if (turn->start_error.class != ERROR_NONE || turn->is_stop_wanted)
        next = now;
    ev_timer_stop(turn->context.loop, &turn->timer);
    if (next < 0 || turn->is_settled)
        return;
    turn->armed_for_ms = next > now ? next : now;
    const double after = (double)(turn->armed_for_ms - now) / 1000;
    /* The loop's idea of now may be old after a long callback. */
    ev_now_update(turn->context.loop);
    ev_timer_set(&turn->timer, after, 0.);
    ev_timer_start(turn->context.loop, &turn->timer);
}

/* Starting. */

struct http_handler turn_make_handler(struct turn *turn)
{
    return (struct http_handler){turn_on_connected, turn_on_head, turn_on_body,
                                 turn_on_done, turn};
}

static void turn_send(struct turn *turn)
{
    const struct http_handler handler = turn_make_handler(turn);
    turn->clock.try_ms = clock_now_ms();
    turn->barren_len = 0;
    turn->reply = reply_new(turn->provider, turn_on_piece, turn);
    if (!turn->is_stop_wanted && turn->start_error.class == ERROR_NONE)
        turn_begin_transfer(turn, &handler, &turn->start_error);
    turn_arm(turn);
}

/* The turn has a place: it waits for the key, or sends its request. */
void turn_try(struct turn *turn)
{
    const int64_t now = clock_now_ms();
    if (turn->clock.begin_ms < 0)
        turn->clock.begin_ms = now;
    else if (turn->queued_ms >= 0)
        turn->clock.begin_ms += now - turn->queued_ms; /* the line stops all clocks */
    turn->queued_ms = -1;
    turn->used_tokens = -1;
    turn->status.is_waiting_for_key =
        !turn->is_stop_wanted && turn->context.replay == NULL &&
        !key_source_ask(turn->context.keys, turn_endpoint(turn), &turn->key_waiter);
    turn_enter(turn, TURN_CONNECTING);
    if (turn->is_settled)
        return;
    if (turn->status.is_waiting_for_key)
        turn_arm(turn);
    else
        turn_send(turn);
}

static void turn_on_place(void *user)
{
    turn_try(user);
}

/* Decides on a try that came to nothing before its request was sent. */
static void turn_give_up_try(struct turn *turn, enum error_class class,
                             const char *message, int64_t retry_after_ms)
{
    struct reply_outcome outcome = {.retry_after_ms = retry_after_ms,
                                    .usage = usage_unknown()};
    error_set(&outcome.error, class, "%s", message);
    turn_decide(turn, &outcome);
    reply_outcome_clear(&outcome);
}

static void turn_on_held(void *user, int64_t until_ms)
{
    struct turn *turn = user;
    turn->queued_ms = -1;
    turn_give_up_try(turn, ERROR_RATE_LIMIT,
                     "an earlier request was refused until then; retry asks all the same",
                     until_ms - clock_now_ms());
}

static void turn_on_key(void *user, const struct error *err)
{
    struct turn *turn = user;
    turn->status.is_waiting_for_key = false;
    if (err->class != ERROR_NONE) {
        turn_give_up_try(turn, err->class, error_text(err), -1);
        return;
    }
    turn_enter(turn, TURN_CONNECTING);
    if (!turn->is_settled)
        turn_send(turn);
}

void turn_line_up(struct turn *turn)
{
    turn->status.wait_until_ms = -1;
    if (turn->start_error.class != ERROR_NONE || turn->is_stop_wanted) {
        turn_arm(turn);
        return;
    }
    /* It is let on when it was then. */
    if (turn->context.replay != NULL)
        return;
    if (gate_enter(turn->context.gate, &turn->place, turn_endpoint(turn),
                   turn_model(turn))) {
        turn_try(turn);
        return;
    }
    turn->queued_ms = clock_now_ms();
    turn_arm(turn);
    turn_enter(turn, TURN_QUEUED);
}

struct turn *turn_new(const struct turn_context *context,
                      const struct turn_request *request, const struct turn_owner *owner)
{
    struct turn *turn = mem_alloc(sizeof(*turn));
    turn->context = *context;
    turn->request = *request;
    turn->owner = *owner;
    turn->place = (struct gate_member){.on_enter = turn_on_place,
                                       .on_held = turn_on_held,
                                       .user = turn,
                                       .is_forced = request->is_forced};
    turn->key_waiter = (struct key_waiter){.on_key = turn_on_key, .user = turn};
    turn->queued_ms = -1;
    turn->used_tokens = -1;
    turn->complete_ms = -1;
    turn->status.first_token_ms = -1;
    turn->status.wait_until_ms = -1;
    turn->status.attempt = 1;
    strbuf_init(&turn->body, TURN_BODY_MAX);
    turn_clock_init(&turn->clock);
    ev_init(&turn->timer, turn_on_timer);
    turn->timer.data = turn;
    turn_set_targets(turn);
    turn_prepare(turn);
    return turn;
}

void turn_start(struct turn *turn)
{
    if (turn->is_settled)
        return;
    if (turn->ignored != NULL)
        turn_emit_text(turn, EVENT_NOTICE, turn->ignored);
    if (!turn->is_settled)
        turn_line_up(turn);
}

void turn_stop(struct turn *turn)
{
    if (turn->is_stop_wanted || turn->is_settled)
        return;
    turn->is_stop_wanted = true;
    if (!turn->is_feeding)
        turn_drop_transfer(turn);
    turn_arm(turn);
}

void turn_detach(struct turn *turn)
{
    turn->owner = (struct turn_owner){0};
    turn_release(turn);
    turn->is_stop_wanted = true;
    turn->is_settled = true;
    ev_timer_stop(turn->context.loop, &turn->timer);
    turn_drop_transfer(turn);
    key_source_give_up(turn->context.keys, &turn->key_waiter);
    gate_leave(turn->context.gate, &turn->place, -1);
}

void turn_free(struct turn *turn)
{
    if (turn == NULL)
        return;
    assert(!turn->is_feeding);
    turn_detach(turn);
    turn_drop_try(turn);
    turn_clear_request(turn);
    error_clear(&turn->start_error);
    mem_free(turn);
}

struct turn_status turn_get_status(const struct turn *turn)
{
    struct turn_status status = turn->status;
    status.last_byte_ms = turn->clock.last_byte_ms;
    if (turn->context.replay != NULL)
        return status;
    const struct gate_place place = gate_find_place(turn->context.gate, &turn->place);
    status.queue_position = place.position;
    status.queue_reason = place.reason;
    status.queue_wait_ms = place.wait_ms;
    return status;
}
