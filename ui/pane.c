/* Wording only; every function is pure. */
#include "ui/pane.h"

/* Silence this long is worth a word while an answer streams. */
#define PANE_SILENCE_MS 3000

/* A streamed piece is about a token; rates need a little time to mean anything. */
static double pane_live_rate(const struct turn_status *status, int64_t now_ms)
{
    const int64_t elapsed_ms = now_ms - status->first_token_ms;
    if (status->first_token_ms < 0 || elapsed_ms < 300)
        return -1;
    return (double)status->delta_count * 1000 / (double)elapsed_ms;
}

static long long pane_seconds_since(int64_t since_ms, int64_t now_ms)
{
    return now_ms > since_ms ? (long long)(now_ms - since_ms) / 1000 : 0;
}

static enum role pane_describe_streaming(const struct turn_status *status, int64_t now_ms,
                                         struct strbuf *out)
{
    const int64_t silent_ms = now_ms - status->last_byte_ms;
    const double rate = pane_live_rate(status, now_ms);
    if (status->last_byte_ms >= 0 && silent_ms >= PANE_SILENCE_MS) {
        strbuf_append_format(out, "\xe2\x97\x8c silent %lld s",
                             (long long)silent_ms / 1000);
        return ROLE_STATE_WAIT;
    }
    if (rate >= 0)
        strbuf_append_format(out, "\xe2\x97\x8f ~%.0f t/s", rate);
    else
        strbuf_append_text(out, "\xe2\x97\x8f streaming");
    return ROLE_STATE_ACTIVE;
}

static enum role pane_describe_idle(const struct message *answer, struct strbuf *out)
{
    if (answer == NULL)
        return ROLE_DIM;
    switch (answer->state) {
    case MESSAGE_WHOLE:
        strbuf_append_text(out, "\xe2\x9c\x93 done");
        return ROLE_STATE_DONE;
    case MESSAGE_STOPPED:
        strbuf_append_text(out, answer->is_interrupted ? "\xe2\x96\xa0 interrupted"
                                                       : "\xe2\x96\xa0 stopped");
        return ROLE_STATE_WAIT;
    case MESSAGE_FAILED:
        strbuf_append_text(out, "\xe2\x9c\x97 failed");
        return ROLE_ERROR;
    case MESSAGE_GROWING: break;
    }
    return ROLE_DIM;
}

/* "queued, 3rd in line, about 4 s" */
static void pane_describe_queued(const struct turn_status *status, struct strbuf *out)
{
    const size_t place = status->queue_position;
    const bool is_teen = place % 100 >= 11 && place % 100 <= 13;
    const char *ending = "th";
    if (!is_teen && place % 10 == 1)
        ending = "st";
    else if (!is_teen && place % 10 == 2)
        ending = "nd";
    else if (!is_teen && place % 10 == 3)
        ending = "rd";
    strbuf_append_format(out, "\xe2\x97\x8c queued, %zu%s in line", place, ending);
    if (status->queue_wait_ms >= 0)
        strbuf_append_format(out, ", about %lld s",
                             (long long)(status->queue_wait_ms + 999) / 1000);
}

enum role pane_describe_state(const struct turn_status *status,
                              const struct message *answer, int64_t now_ms,
                              struct strbuf *out)
{
    const long long seconds = pane_seconds_since(status->since_ms, now_ms);
    switch (status->state) {
    case TURN_QUEUED: pane_describe_queued(status, out); return ROLE_STATE_WAIT;
    case TURN_CONNECTING:
        strbuf_append_text(out, status->is_waiting_for_key
                                    ? "\xe2\x97\x8c fetching the key"
                                    : "\xe2\x97\x8c connecting");
        break;
    case TURN_WAITING: strbuf_append_text(out, "\xe2\x97\x8c waiting"); break;
    case TURN_STREAMING: return pane_describe_streaming(status, now_ms, out);
    case TURN_RETRYING: {
        const int64_t left_ms = status->wait_until_ms - now_ms;
        strbuf_append_format(out, "\xe2\x86\xbb retrying in %lld s (%d of %d)",
                             left_ms > 0 ? (long long)(left_ms + 999) / 1000 : 0,
                             status->attempt, status->attempt_max);
        return ROLE_STATE_WAIT;
    }
    case TURN_APPROVAL:
        strbuf_append_text(out, "\xe2\x9a\x91 approve");
        return ROLE_STATE_WAIT;
    case TURN_TOOLS:
        strbuf_append_text(out, "\xe2\x97\x8f running tools");
        if (seconds > 0)
            strbuf_append_format(out, " %lld s", seconds);
        return ROLE_STATE_ACTIVE;
    case TURN_IDLE:
    case TURN_STATE_COUNT: return pane_describe_idle(answer, out);
    }
    if (seconds > 0)
        strbuf_append_format(out, " %lld s", seconds);
    return ROLE_STATE_WAIT;
}

/* The count of pieces is a rough one. From a hundred on it is told in tens, so that a
 * frame does not have to paint it again for each piece: with many panes that is a good
 * part of the bytes a terminal gets. */
static long long pane_rough_count(int64_t count)
{
    return (long long)(count < 100 ? count : count - count % 10);
}

/* Appends a part with a dot before it where something stands already. */
static void pane_append_dot(struct strbuf *out)
{
    if (out->len > 0)
        strbuf_append_text(out, " \xc2\xb7 ");
}

static void pane_describe_tokens(const struct turn_status *status,
                                 const struct message *answer, struct strbuf *out)
{
    const struct answer_facts *facts = &answer->facts;
    const int64_t writing_ms = facts->total_ms - facts->first_token_ms;
    pane_append_dot(out);
    if (answer->state == MESSAGE_GROWING) {
        strbuf_append_format(out, "~%lld tok", pane_rough_count(status->delta_count));
        return;
    }
    if (facts->usage.output < 0) {
        strbuf_append_text(out, "\xe2\x80\x93 tok");
        return;
    }
    strbuf_append_format(out, "%lld tok", (long long)facts->usage.output);
    if (facts->first_token_ms >= 0 && writing_ms > 0)
        strbuf_append_format(out, " \xc2\xb7 %.0f t/s",
                             (double)facts->usage.output * 1000 / (double)writing_ms);
}

void pane_append_money(double cost, struct strbuf *out)
{
    if (cost > 0 && cost < 0.0001)
        strbuf_append_text(out, "<$0.0001");
    else
        strbuf_append_format(out, cost < 1 ? "$%.4f" : "$%.2f", cost);
}

static void pane_describe_cost(double cost, struct strbuf *out)
{
    if (cost < 0)
        return;
    pane_append_dot(out);
    pane_append_money(cost, out);
}

void pane_describe_metrics(const struct turn_status *status, const struct message *answer,
                           size_t queued, struct strbuf *out)
{
    if (answer != NULL && answer->facts.first_token_ms >= 0) {
        strbuf_append_format(out, "TTFT %.2f s",
                             (double)answer->facts.first_token_ms / 1000);
        pane_describe_tokens(status, answer, out);
    }
    if (answer != NULL && answer->state != MESSAGE_GROWING &&
        answer->facts.total_ms >= 0) {
        pane_append_dot(out);
        strbuf_append_format(out, "%.1f s", (double)answer->facts.total_ms / 1000);
    }
    if (answer != NULL)
        pane_describe_cost(answer->facts.cost, out);
    if (queued > 0) {
        pane_append_dot(out);
        strbuf_append_format(out, "%zu queued", queued);
    }
}

void pane_describe_model(const struct chat_setup *setup, const struct message *answer,
                         struct strbuf *out)
{
    const struct answer_facts *facts = answer != NULL ? &answer->facts : NULL;
    if (facts == NULL || facts->try_count == 0 || facts->model == NULL) {
        strbuf_append_text(out, setup->model);
        return;
    }
    strbuf_append_format(out, "answered by %s after ", facts->model);
    for (size_t i = 0; i < facts->try_count; i++)
        strbuf_append_format(out, "%s%s: %s", i > 0 ? ", " : "", facts->tries[i].model,
                             error_class_get(facts->tries[i].class)->name);
}

void pane_describe_running(const struct call_facts *call, int64_t now_ms,
                           struct strbuf *out)
{
    strbuf_append_format(
        out, "runs %lld s",
        call->started_ms >= 0 ? pane_seconds_since(call->started_ms, now_ms) : 0LL);
    if (call->progress >= 0 && call->progress_total > 0)
        strbuf_append_format(out, " \xc2\xb7 %.0f of %.0f", call->progress,
                             call->progress_total);
    else if (call->progress >= 0)
        strbuf_append_format(out, " \xc2\xb7 %.0f", call->progress);
    if (call->progress_text != NULL && call->progress_text[0] != '\0')
        strbuf_append_format(out, " \xc2\xb7 %s", call->progress_text);
}

void pane_describe_ended(const struct call_facts *call, struct strbuf *out)
{
    if (call->decision == CALL_DENIED) {
        strbuf_append_text(out, "denied");
        return;
    }
    if (!call->is_ok)
        strbuf_append_text(out, "failed");
    if (call->started_ms >= 0 && call->ended_ms >= call->started_ms)
        strbuf_append_format(out, "%s%.1f s", call->is_ok ? "" : " after ",
                             (double)(call->ended_ms - call->started_ms) / 1000);
}
