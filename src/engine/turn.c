/*
 * The turn's state machine. Three things drive it: the transfer's callbacks, one timer
 * (which serves the clocks, the wait before a retry, and the short grace after the end
 * mark), and the owner's stop.
 *
 * Callbacks into the owner may stop the turn. While a reply is being fed, `is_feeding`
 * makes the stop wait until the decoder's frames have left the stack.
 */
#include "src/engine/turn.h"

#include <assert.h>
#include <string.h>

#include "src/base/clock.h"
#include "src/base/mem.h"
#include "src/base/safe_text.h"
#include "src/provider/reply.h"

/* After the end mark the rest of the body (usage, connection reuse) gets this long. */
#define TURN_GRACE_MS 2000

/* A timer that goes off this late tells of a program that was stopped (Ctrl-Z, a
 * sleeping machine): what came meanwhile is still to be read. */
#define TURN_LATE_MS 1000

/* The ceiling of one request's body: what a person can type and attach. */
#define TURN_BODY_MAX ((size_t)256 << 20)

struct turn {
    struct turn_context context;
    struct turn_request request;
    struct turn_owner owner;
    const struct provider *provider;
    struct gate_member place;
    struct http_transfer *transfer;
    struct reply *reply;
    char *url;
    struct strbuf body; /* the request; the same bytes for every try */
    struct ev_timer timer;
    int64_t armed_for_ms; /* when the timer is to go off */
    struct turn_clock clock;
    struct turn_limits limits;
    struct turn_status status;
    struct error start_error; /* found before anything was sent */
    int64_t complete_ms;      /* the end mark was seen; -1 not yet */
    bool has_output;
    bool is_feeding;
    bool is_stop_wanted;
    bool is_over_ceiling;
    bool is_settled;
};

static void turn_try(struct turn *turn);
static void turn_arm(struct turn *turn);
static void turn_settle(struct turn *turn, struct reply_outcome *outcome);

static void turn_emit(struct turn *turn, struct engine_event event)
{
    event.message_id = turn->request.answer->id;
    if (turn->owner.on_event != NULL)
        turn->owner.on_event(turn->owner.user, &event);
}

static void turn_enter(struct turn *turn, enum turn_state state)
{
    turn->status.state = state;
    turn->status.since_ms = clock_now_ms();
    turn_emit(turn, (struct engine_event){.kind = EVENT_TURN_STATE, .state = state});
}

/* Ends transfer and reply of the current try. */
static void turn_drop_try(struct turn *turn)
{
    http_cancel(turn->transfer);
    turn->transfer = NULL;
    reply_free(turn->reply);
    turn->reply = NULL;
    turn->complete_ms = -1;
    turn_clock_end_try(&turn->clock);
}

/* Pieces into the message. */

static void turn_note_output(struct turn *turn)
{
    turn->has_output = true;
    if (turn->clock.first_token_ms >= 0)
        return;
    const int64_t now = clock_now_ms();
    turn->clock.first_token_ms = now;
    turn->status.first_token_ms = now;
    turn->request.answer->facts.first_token_ms = now - turn->clock.begin_ms;
    turn_enter(turn, TURN_STREAMING);
}

static void turn_add_text(struct turn *turn, const struct piece *piece,
                          enum part_kind part, enum event_kind event)
{
    if (piece->len == 0)
        return;
    turn_note_output(turn);
    turn->status.delta_count++;
    if (!message_append(turn->request.answer, part, piece->text, piece->len)) {
        turn->is_over_ceiling = true;
        return;
    }
    turn_emit(turn, (struct engine_event){
                        .kind = event, .text = piece->text, .len = piece->len});
}

/* The part of the call number `index`, made if it is not there. */
static struct part *turn_call_part(struct message *answer, size_t index,
                                   size_t *part_index)
{
    size_t seen = 0;
    for (size_t i = 0; i < answer->part_count; i++) {
        if (answer->parts[i].kind != PART_TOOL_CALL)
            continue;
        if (seen++ == index) {
            *part_index = i;
            return &answer->parts[i];
        }
    }
    *part_index = answer->part_count;
    return message_add_part(answer, PART_TOOL_CALL);
}

static void turn_add_call(struct turn *turn, const struct piece *piece, bool is_whole)
{
    turn_note_output(turn);
    size_t part_index;
    struct part *part =
        turn_call_part(turn->request.answer, piece->call_index, &part_index);
    if (is_whole)
        message_reset_part(turn->request.answer, part);
    else
        turn->status.delta_count++;
    if (!message_append_part(turn->request.answer, part, piece->text, piece->len))
        turn->is_over_ceiling = true;
    if (piece->call_name != NULL && part->name == NULL)
        part->name = mem_strdup(piece->call_name);
    if (is_whole) {
        mem_free(part->call_id);
        part->call_id = mem_strdup(piece->call_id);
        part->is_whole = piece->is_valid_call;
    }
    turn_emit(turn,
              (struct engine_event){.kind = is_whole ? EVENT_TOOL_CALL : EVENT_CALL_DELTA,
                                    .part_index = part_index});
}

static void turn_on_piece(void *user, const struct piece *piece)
{
    struct turn *turn = user;
    if (turn->is_stop_wanted || turn->is_over_ceiling)
        return;
    switch (piece->kind) {
    case PIECE_TEXT: turn_add_text(turn, piece, PART_TEXT, EVENT_TEXT); break;
    case PIECE_REASONING:
        turn_add_text(turn, piece, PART_REASONING, EVENT_REASONING);
        break;
    case PIECE_REFUSAL: turn_add_text(turn, piece, PART_REFUSAL, EVENT_REFUSAL); break;
    case PIECE_CALL_DELTA: turn_add_call(turn, piece, false); break;
    case PIECE_CALL: turn_add_call(turn, piece, true); break;
    }
}

/* The end of a try. */

static int turn_retry_limit(const struct turn *turn, enum error_class class)
{
    const int64_t setting = turn->context.settings->values[SETTING_RETRIES];
    return setting == SETTING_AUTO ? retry_limit(class) : (int)setting;
}

static bool turn_may_retry(const struct turn *turn, const struct reply_outcome *outcome)
{
    const enum error_class class = outcome->error.class;
    const struct error_class_info *info = error_class_get(class);
    const bool is_worth_it =
        outcome->retry_hint == RETRY_HINT_NONE
            ? info->is_retryable
            : outcome->retry_hint == RETRY_HINT_YES && class != ERROR_QUOTA;
    if (!is_worth_it || turn->has_output || turn->is_stop_wanted)
        return false;
    /* Nothing listens on a port of this machine: trying again helps nobody. */
    if (class == ERROR_NETWORK_REFUSED &&
        http_is_loopback(turn->request.endpoint->base_url))
        return false;
    if (outcome->retry_after_ms > RETRY_WAIT_MAX_MS)
        return false;
    return turn->status.attempt <= turn_retry_limit(turn, class);
}

static void turn_wait_for_retry(struct turn *turn, const struct reply_outcome *outcome)
{
    const enum error_class class = outcome->error.class;
    const int64_t wait_ms = retry_backoff_ms(class, turn->status.attempt - 1,
                                             outcome->retry_after_ms, turn->context.rng);
    log_warn(turn->context.log, "turn", "attempt %d failed as %s, next in %lld ms",
             turn->status.attempt, error_class_get(class)->name, (long long)wait_ms);
    turn->status.wait_until_ms = clock_now_ms() + wait_ms;
    turn->status.retry_reason = class;
    turn->status.attempt_max = turn_retry_limit(turn, class) + 1;
    turn->status.attempt++;
    turn_enter(turn, TURN_RETRYING);
    turn_arm(turn);
}

/* A wait too long to sit out is said in the message. */
static void turn_explain_wait(struct error *error, int64_t retry_after_ms)
{
    if (error->class == ERROR_NONE || retry_after_ms <= RETRY_WAIT_MAX_MS)
        return;
    const long long seconds = (long long)(retry_after_ms + 999) / 1000;
    char *text =
        strbuf_format("%s (the server asks to wait %lld s)", error_text(error), seconds);
    mem_free(error->message);
    error->message = text;
}

static void turn_end_try(struct turn *turn, const struct error *transport)
{
    struct reply_outcome outcome = {0};
    turn->is_feeding = true;
    reply_end(turn->reply, transport, clock_wall_seconds(), &outcome);
    turn->is_feeding = false;
    turn_drop_try(turn);
    if (turn->is_settled)
        log_info(turn->context.log, "turn", "detached while its reply was ending");
    else if (turn_may_retry(turn, &outcome))
        turn_wait_for_retry(turn, &outcome);
    else
        turn_settle(turn, &outcome);
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

/* This many bytes of a key in a row are starred out; fewer may be chance. */
#define TURN_KEY_MIN 6

/*
 * Stars out the key in what a server said: some repeat it when they refuse it. A text
 * that was cut to a length may end inside the key, so its beginning counts as well.
 */
static void turn_hide_key(const struct turn *turn, char *words)
{
    const char *key = secret_text(turn->request.endpoint->key);
    if (words == NULL || key == NULL || strlen(key) < TURN_KEY_MIN)
        return;
    while (*words != '\0') {
        size_t same = 0;
        while (key[same] != '\0' && words[same] == key[same])
            same++;
        if (same >= TURN_KEY_MIN)
            memset(words, '*', same);
        words += same >= TURN_KEY_MIN ? same : 1;
    }
}

/* Writes how it went into the answer and reports it. Takes what the outcome owns. */
static void turn_settle(struct turn *turn, struct reply_outcome *outcome)
{
    struct message *answer = turn->request.answer;
    struct answer_facts *facts = &answer->facts;
    if (turn->is_settled)
        return;
    turn->is_settled = true;
    ev_timer_stop(turn->context.loop, &turn->timer);
    turn_explain_wait(&outcome->error, outcome->retry_after_ms);
    if (turn->is_stop_wanted)
        error_clear(&outcome->error);
    error_move(&facts->error, &outcome->error);
    turn_hide_key(turn, facts->error.message);
    turn_hide_key(turn, outcome->provider_code);
    turn_hide_key(turn, outcome->request_id);
    turn_hide_key(turn, outcome->finish_raw);
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
    facts->attempts = turn->status.attempt;
    facts->total_ms =
        turn->clock.begin_ms >= 0 ? clock_now_ms() - turn->clock.begin_ms : 0;
    answer->state = turn_final_state(turn);
    answer->version++;
    if (answer->state != MESSAGE_WHOLE)
        message_drop_calls(answer);
    turn->status.state = TURN_IDLE;
    gate_leave(turn->context.gate, &turn->place);
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
    turn->clock.connected_ms = now;
    turn->clock.last_byte_ms = now;
    turn_enter(turn, TURN_WAITING);
    turn_arm(turn);
}

static void turn_on_head(void *user, const struct http_head *head)
{
    struct turn *turn = user;
    turn->clock.last_byte_ms = clock_now_ms();
    reply_head(turn->reply, head);
}

static void turn_on_body(void *user, const char *bytes, size_t len)
{
    struct turn *turn = user;
    turn->clock.last_byte_ms = clock_now_ms();
    const bool had_output = turn->has_output;
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
    char *host = endpoint_name_from_url(turn->request.endpoint->base_url);
    char *text = strbuf_format("no connection to %s within %g s", host,
                               (double)limits->connect_ms / 1000);
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
    const int64_t deadline = turn_clock_deadline(&turn->clock, &turn->limits, &class);
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
        turn_try(turn);
    else
        turn_arm(turn);
}

/* Sets the timer to the next thing that time alone will bring. */
static void turn_arm(struct turn *turn)
{
    const int64_t now = clock_now_ms();
    enum error_class class;
    int64_t next = turn_clock_deadline(&turn->clock, &turn->limits, &class);
    if (turn->complete_ms >= 0)
        next = turn->complete_ms + TURN_GRACE_MS;
    const int64_t wait = turn->status.wait_until_ms;
    if (turn->status.state == TURN_RETRYING && (next < 0 || wait < next))
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

static bool turn_encode(struct turn *turn, struct error *err)
{
    const struct turn_request *request = &turn->request;
    const size_t count = request->chat->path_len - 1;
    const struct provider_request encoded = {
        .base_url = request->endpoint->base_url,
        .model = request->model,
        .system = request->system,
        .messages = (const struct message *const *)request->chat->path,
        .message_count = count,
        .params = request->params,
        .is_streaming = request->is_streaming,
    };
    turn->url = turn->provider->make_url(&encoded);
    return turn->provider->encode(&encoded, &turn->body, err);
}

static bool turn_begin_transfer(struct turn *turn, struct error *err)
{
    const struct endpoint *endpoint = turn->request.endpoint;
    struct header_list headers = {0};
    turn->provider->add_headers(&headers, secret_text(endpoint->key));
    bool ok = true;
    for (size_t i = 0; i < endpoint->header_count && ok; i++)
        ok = header_list_add_line(&headers, endpoint->headers[i], err);
    const struct http_request request = {
        .url = turn->url,
        .headers = &headers,
        .body = strbuf_text(&turn->body),
        .body_len = turn->body.len,
        .ca_file = endpoint->ca_file,
        .connect_timeout_ms = 0, /* the turn's own clock, which can say which it was */
    };
    const struct http_handler handler = {turn_on_connected, turn_on_head, turn_on_body,
                                         turn_on_done, turn};
    if (ok)
        turn->transfer = http_start(turn->context.http, &request, &handler, err);
    header_list_clear(&headers);
    return turn->transfer != NULL;
}

static void turn_try(struct turn *turn)
{
    const int64_t now = clock_now_ms();
    if (turn->clock.begin_ms < 0)
        turn->clock.begin_ms = now;
    turn->clock.try_ms = now;
    turn->status.wait_until_ms = -1;
    turn->reply = reply_new(turn->provider, turn_on_piece, turn);
    turn_enter(turn, TURN_CONNECTING);
    if (!turn->is_stop_wanted && turn->start_error.class == ERROR_NONE)
        turn_begin_transfer(turn, &turn->start_error);
    turn_arm(turn);
}

static void turn_on_place(void *user)
{
    turn_try(user);
}

static void turn_prepare(struct turn *turn)
{
    const struct endpoint *endpoint = turn->request.endpoint;
    turn->provider = provider_find(endpoint->api);
    if (turn->provider == NULL) {
        error_set(&turn->start_error, ERROR_USAGE, "there is no API called \"%s\"",
                  endpoint->api);
        return;
    }
    turn_encode(turn, &turn->start_error);
}

struct turn *turn_new(const struct turn_context *context,
                      const struct turn_request *request, const struct turn_owner *owner)
{
    struct turn *turn = mem_alloc(sizeof(*turn));
    turn->context = *context;
    turn->request = *request;
    turn->owner = *owner;
    turn->place = (struct gate_member){.on_enter = turn_on_place, .user = turn};
    turn->complete_ms = -1;
    turn->status.first_token_ms = -1;
    turn->status.wait_until_ms = -1;
    turn->status.attempt = 1;
    strbuf_init(&turn->body, TURN_BODY_MAX);
    turn_clock_init(&turn->clock);
    turn->limits = turn_limits_from_settings(
        context->settings, http_is_loopback(request->endpoint->base_url));
    request->answer->facts.model = mem_strdup(request->model);
    ev_init(&turn->timer, turn_on_timer);
    turn->timer.data = turn;
    turn_prepare(turn);
    return turn;
}

void turn_start(struct turn *turn)
{
    if (turn->is_settled)
        return;
    if (turn->start_error.class != ERROR_NONE || turn->is_stop_wanted)
        turn_arm(turn);
    else if (gate_enter(turn->context.gate, &turn->place))
        turn_try(turn);
    else
        turn_enter(turn, TURN_QUEUED);
}

void turn_stop(struct turn *turn)
{
    if (turn->is_stop_wanted || turn->is_settled)
        return;
    turn->is_stop_wanted = true;
    if (!turn->is_feeding) {
        http_cancel(turn->transfer);
        turn->transfer = NULL;
    }
    turn_arm(turn);
}

void turn_detach(struct turn *turn)
{
    turn->owner = (struct turn_owner){0};
    turn->is_stop_wanted = true;
    turn->is_settled = true;
    ev_timer_stop(turn->context.loop, &turn->timer);
    http_cancel(turn->transfer);
    turn->transfer = NULL;
    gate_leave(turn->context.gate, &turn->place);
}

void turn_free(struct turn *turn)
{
    if (turn == NULL)
        return;
    assert(!turn->is_feeding);
    turn_detach(turn);
    turn_drop_try(turn);
    mem_free(turn->url);
    strbuf_clear(&turn->body);
    error_clear(&turn->start_error);
    mem_free(turn);
}

struct turn_status turn_get_status(const struct turn *turn)
{
    struct turn_status status = turn->status;
    status.last_byte_ms = turn->clock.last_byte_ms;
    status.queue_position = gate_position(turn->context.gate, &turn->place);
    return status;
}
