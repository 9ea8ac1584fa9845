/*
 * What happens when a try has ended. In this order: a request that was refused for one
 * of its parameters is changed once; an error that may pass is tried again, within the
 * number of tries and the time for waiting; another model is asked; the turn is settled.
 * None of the first three happens once anything was shown.
 */
#include <time.h>

#include "src/base/clock.h"
#include "src/base/mem.h"
#include "src/engine/adaptation.h"
#include "src/engine/key_source.h"
#include "src/engine/replay_state.h"
#include "src/engine/turn_state.h"

/* The most that all waits of one turn may come to. */
#define TURN_WAITED_MAX_MS 120000

static int turn_retry_limit(const struct turn *turn, enum error_class class)
{
    const int64_t setting = turn->context.settings->values[SETTING_RETRIES];
    return setting == SETTING_AUTO ? retry_limit(class) : (int)setting;
}

/* How often the same was asked again; a changed request is none of the retries. */
static int turn_retries(const struct turn *turn)
{
    return turn->status.attempt - 1 - turn->adapted_tries;
}

/* Gives the place in flight back. Whoever is let in may bring the owner to detach. */
static void turn_leave_place(struct turn *turn)
{
    gate_leave(turn->context.gate, &turn->place, turn->used_tokens);
}

/* Goes to the line again, at the front by its number, with a changed request. */
static void turn_line_up_again(struct turn *turn)
{
    turn->status.state = TURN_QUEUED;
    turn_leave_place(turn);
    if (!turn->is_settled)
        turn_line_up(turn);
}

/* True if nothing was shown and nobody wants the turn to end. */
static bool turn_may_go_on(const struct turn *turn)
{
    return !turn->has_output && !turn->is_stop_wanted;
}

/* --- The same again
 * ---------------------------------------------------------------------
 */

static bool turn_may_retry(const struct turn *turn, const struct reply_outcome *outcome,
                           int64_t wait_ms)
{
    const enum error_class class = outcome->error.class;
    const struct error_class_info *info = error_class_get(class);
    const bool is_worth_it =
        outcome->retry_hint == RETRY_HINT_NONE
            ? info->is_retryable
            : outcome->retry_hint == RETRY_HINT_YES && class != ERROR_QUOTA;
    if (!is_worth_it || !turn_may_go_on(turn))
        return false;
    /* Nothing listens on a port of this machine: trying again helps nobody. */
    if (class == ERROR_NETWORK_REFUSED && http_is_loopback(turn_endpoint(turn)->base_url))
        return false;
    if (outcome->retry_after_ms > RETRY_WAIT_MAX_MS ||
        turn->waited_ms + wait_ms > TURN_WAITED_MAX_MS)
        return false;
    return turn_retries(turn) < turn_retry_limit(turn, class);
}

/* In a replay the same is done as then. */
static bool turn_was_retried(const struct turn *turn, const struct reply_outcome *outcome,
                             int64_t *wait_ms)
{
    return outcome->error.class != ERROR_NONE && turn_may_go_on(turn) &&
           replay_has_try(turn->context.replay, turn->request.chat,
                          turn->request.answer->id, turn_model(turn), wait_ms);
}

static void turn_wait_for_retry(struct turn *turn, const struct reply_outcome *outcome,
                                int64_t wait_ms)
{
    const enum error_class class = outcome->error.class;
    log_warn(turn->context.log, "turn", "attempt %d failed as %s, next in %lld ms",
             turn->status.attempt, error_class_get(class)->name, (long long)wait_ms);
    turn->waited_ms += wait_ms;
    turn->status.wait_until_ms = clock_now_ms() + wait_ms;
    turn->status.retry_reason = class;
    turn->status.attempt_max = turn_retry_limit(turn, class) + 1 + turn->adapted_tries;
    turn->status.attempt++;
    turn_enter(turn, TURN_RETRYING);
    turn_leave_place(turn);
    turn_arm(turn);
}

/* --- A changed request
 * ------------------------------------------------------------------
 */

static bool turn_has_opaque(const struct turn *turn)
{
    for (const struct message *at = turn->request.answer->parent; at != NULL;
         at = at->parent) {
        for (size_t i = 0; i < at->part_count; i++) {
            if (at->parts[i].kind == PART_OPAQUE)
                return true;
        }
    }
    return false;
}

/* Changes the request as the refusal suggests; false if it does not. */
static bool turn_adapt(struct turn *turn, const struct reply_outcome *outcome)
{
    const struct endpoint *endpoint = turn_endpoint(turn);
    struct adaptation_list *list = turn->context.adaptations;
    if (outcome->error.class != ERROR_BAD_REQUEST || turn->is_adapted ||
        !turn_may_go_on(turn))
        return false;
    const struct adaptation known = adaptation_find(list, endpoint, turn_model(turn));
    struct param_list params = {0};
    adaptation_filter(&known, &turn->params, &params);
    const struct refusal refusal = {
        .message = error_text(&outcome->error),
        .code = outcome->provider_code,
        .params = &params,
        .quirks = turn->quirks,
        .is_streaming = turn->request.is_streaming,
        .has_opaque = turn_has_opaque(turn) && !known.drops_opaque,
    };
    struct adaptation change;
    struct strbuf said;
    strbuf_init(&said, 1000);
    const bool ok = adaptation_read(&refusal, &change, &said);
    param_list_clear(&params);
    if (ok) {
        char *text = strbuf_format("%s refused the request: asked again %s",
                                   turn_model(turn), strbuf_text(&said));
        turn->is_adapted = true;
        adaptation_learn(list, endpoint, turn_model(turn), &change);
        turn_prepare(turn);
        turn_emit_text(turn, EVENT_NOTICE, text);
        mem_free(text);
    }
    strbuf_clear(&said);
    return ok;
}

/* --- Another model
 * ----------------------------------------------------------------------
 */

static bool turn_may_fall_back(const struct turn *turn, enum error_class class)
{
    const bool may_help = error_class_get(class)->is_retryable || class == ERROR_AUTH ||
                          class == ERROR_QUOTA || class == ERROR_NOT_FOUND;
    return may_help && turn_may_go_on(turn) && turn->target + 1 < turn->target_count;
}

static void turn_fall_back(struct turn *turn, const struct reply_outcome *outcome)
{
    const enum error_class class = outcome->error.class;
    struct message *answer = turn->request.answer;
    char *from = mem_strdup(turn_model(turn));
    message_add_try(answer, from, class);
    answer->version++;
    turn->target++;
    turn->attempts_before += turn->status.attempt;
    turn->status.attempt = 1;
    turn->status.wait_until_ms = -1;
    turn->waited_ms = 0;
    turn->is_adapted = false;
    turn->adapted_tries = 0;
    log_warn(turn->context.log, "turn", "failed as %s, the next model is asked",
             error_class_get(class)->name);
    turn_prepare(turn);
    char *text = strbuf_format("%s failed (%s): asking %s", from,
                               error_class_get(class)->name, turn_model(turn));
    turn_emit_text(turn, EVENT_FALLBACK, text);
    mem_free(text);
    mem_free(from);
}

/* --- The words of the last one
 * ------------------------------------------------------------
 */

/* When the wait is over, as the local time of the day: "14:05". */
static char *turn_until_text(long long seconds)
{
    const time_t until = (time_t)(clock_wall_seconds() + seconds);
    const bool is_far = seconds >= 20LL * 3600;
    struct tm local;
    char clock[64] = "";
    if (localtime_r(&until, &local) != NULL)
        strftime(clock, sizeof(clock), is_far ? "%Y-%m-%d %H:%M" : "%H:%M", &local);
    return mem_strdup(clock);
}

/* A wait too long to sit out is said in the message. */
static void turn_explain_wait(struct error *error, int64_t retry_after_ms)
{
    if (error->class == ERROR_NONE || retry_after_ms <= RETRY_WAIT_MAX_MS)
        return;
    const long long seconds = (long long)(retry_after_ms + 999) / 1000;
    char *until = turn_until_text(seconds);
    char *text = strbuf_format("%suntil %s: %s (the server asks to wait %lld s)",
                               error->class == ERROR_RATE_LIMIT ? "rate limited " : "",
                               until, error_text(error), seconds);
    mem_free(until);
    mem_free(error->message);
    error->message = text;
}

/* --- Deciding
 * ---------------------------------------------------------------------------
 */

/* What the line has to know of the try before its place is given back. */
static void turn_note_try(struct turn *turn, const struct reply_outcome *outcome,
                          int64_t wait_ms, bool will_retry)
{
    const struct usage *usage = &outcome->usage;
    const bool is_told = outcome->retry_after_ms > 0;
    const bool is_known = usage->input >= 0 && usage->output >= 0;
    turn->used_tokens = is_known ? usage->input + usage->output : -1;
    if (outcome->error.class != ERROR_RATE_LIMIT)
        return;
    int64_t hold_ms = 0;
    if (will_retry)
        hold_ms = wait_ms;
    else if (is_told)
        hold_ms = outcome->retry_after_ms;
    gate_note_refused(&turn->place, hold_ms, is_told);
}

/* Stars out the key in what the server said. */
static void turn_hide_key(const struct turn *turn, struct reply_outcome *outcome)
{
    struct key_source *keys = turn->context.keys;
    const struct endpoint *endpoint = turn_endpoint(turn);
    key_source_hide(keys, endpoint, outcome->error.message);
    key_source_hide(keys, endpoint, outcome->provider_code);
    key_source_hide(keys, endpoint, outcome->request_id);
    key_source_hide(keys, endpoint, outcome->finish_raw);
}

void turn_decide(struct turn *turn, struct reply_outcome *outcome)
{
    turn_hide_key(turn, outcome);
    const enum error_class class = outcome->error.class;
    int64_t wait_ms = retry_backoff_ms(class, turn_retries(turn), outcome->retry_after_ms,
                                       turn->context.rng);
    const bool will_retry = turn->context.replay != NULL
                                ? turn_was_retried(turn, outcome, &wait_ms)
                                : turn_may_retry(turn, outcome, wait_ms);
    if (class == ERROR_AUTH && outcome->status > 0)
        key_source_forget(turn->context.keys, turn_endpoint(turn));
    turn_note_try(turn, outcome, wait_ms, will_retry);
    if (turn_adapt(turn, outcome)) {
        turn->status.attempt++;
        turn->adapted_tries++;
        turn_line_up_again(turn);
    } else if (will_retry) {
        turn_wait_for_retry(turn, outcome, wait_ms);
    } else if (turn_may_fall_back(turn, class)) {
        turn_fall_back(turn, outcome);
        turn_line_up_again(turn);
    } else {
        turn_explain_wait(&outcome->error, outcome->retry_after_ms);
        turn_settle(turn, outcome);
    }
}
