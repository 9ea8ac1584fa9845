/* A track is a list of phases with their beginnings; a phase of no length is replaced. */
#include "src/engine/race.h"

#include <string.h>

#include "src/base/mem.h"

static const struct {
    const char *name;
    char sign;
} phases[RACE_PHASE_COUNT] = {
    [RACE_QUEUED] = {"queued", '.'},
    [RACE_CONNECT] = {"connect", 'c'},
    [RACE_TLS] = {"TLS", 's'},
    [RACE_WAITING] = {"first byte", '-'},
    [RACE_REASONING] = {"reasoning", 'r'},
    [RACE_TEXT] = {"text", '='},
    [RACE_APPROVAL] = {"approval", '?'},
    [RACE_TOOLS] = {"tools", 't'},
    [RACE_RETRY] = {"retry", '~'},
};

const char *race_phase_name(enum race_phase phase)
{
    return phases[phase].name;
}

char race_phase_sign(enum race_phase phase)
{
    return phases[phase].sign;
}

void race_clear(struct race *race)
{
    for (size_t i = 0; i < race->count; i++)
        mem_free(race->tracks[i].spans);
    mem_free(race->tracks);
    *race = (struct race){0};
}

/* --- Tracks ---------------------------------------------------------------------- */

static struct race_track *find_track(const struct race *race, chat_id chat)
{
    for (size_t i = 0; i < race->count; i++) {
        if (race->tracks[i].chat == chat)
            return &race->tracks[i];
    }
    return NULL;
}

const struct race_track *race_find(const struct race *race, chat_id chat)
{
    return find_track(race, chat);
}

static void begin_track(struct race *race, chat_id chat, int64_t now_ms)
{
    struct race_track *track = find_track(race, chat);
    if (track == NULL) {
        race->tracks =
            mem_grow(race->tracks, &race->cap, race->count + 1, sizeof(race->tracks[0]));
        track = &race->tracks[race->count++];
        *track = (struct race_track){.chat = chat};
    }
    mem_free(track->spans);
    *track = (struct race_track){.chat = chat,
                                 .begin_ms = now_ms,
                                 .end_ms = -1,
                                 .first_token_ms = -1,
                                 .tokens = -1,
                                 .rate = -1,
                                 .cost = -1,
                                 .sent_ms = -1};
}

static void drop_track(struct race *race, chat_id chat)
{
    struct race_track *track = find_track(race, chat);
    if (track == NULL)
        return;
    mem_free(track->spans);
    *track = race->tracks[--race->count];
}

static void enter(struct race_track *track, enum race_phase phase, int64_t at_ms)
{
    struct race_span *last =
        track->span_count > 0 ? &track->spans[track->span_count - 1] : NULL;
    if (last != NULL && at_ms < last->at_ms)
        at_ms = last->at_ms;
    if (last != NULL && last->phase == phase)
        return;
    if (last != NULL && last->at_ms == at_ms) {
        last->phase = phase;
        return;
    }
    if (track->span_count == RACE_SPAN_MAX)
        return;
    track->spans = mem_grow(track->spans, &track->span_cap, track->span_count + 1,
                            sizeof(track->spans[0]));
    /* A turn begins with its first phase. */
    track->spans[track->span_count] =
        (struct race_span){phase, track->span_count > 0 ? at_ms : 0};
    track->span_count++;
}

static enum race_phase last_phase(const struct race_track *track)
{
    return track->span_count > 0 ? track->spans[track->span_count - 1].phase
                                 : RACE_PHASE_COUNT;
}

/* --- What is heard --------------------------------------------------------------- */

static void hear_state(struct race_track *track, enum turn_state state, int64_t at_ms)
{
    switch (state) {
    case TURN_QUEUED: enter(track, RACE_QUEUED, at_ms); break;
    case TURN_CONNECTING: enter(track, RACE_CONNECT, at_ms); break;
    case TURN_WAITING: enter(track, RACE_WAITING, at_ms); break;
    case TURN_RETRYING: enter(track, RACE_RETRY, at_ms); break;
    case TURN_APPROVAL: enter(track, RACE_APPROVAL, at_ms); break;
    case TURN_TOOLS: enter(track, RACE_TOOLS, at_ms); break;
    case TURN_STREAMING: /* the piece that follows says of what */
    case TURN_IDLE:
    case TURN_STATE_COUNT: break;
    }
}

static void hear_piece(struct race_track *track, enum race_phase phase, int64_t at_ms)
{
    if (track->first_token_ms < 0)
        track->first_token_ms = at_ms;
    enter(track, phase, at_ms);
}

/* Sums up the answers of the turn; what one of them does not tell nobody knows. */
static void sum_up(struct race_track *track, const struct message *answer)
{
    int64_t writing_ms = 0;
    track->tokens = 0;
    track->cost = 0;
    for (const struct message *at = answer; at != NULL;
         at = message_previous_answer(at)) {
        const struct answer_facts *facts = &at->facts;
        track->tokens = facts->usage.output >= 0 && track->tokens >= 0
                            ? track->tokens + facts->usage.output
                            : -1;
        track->cost =
            facts->cost >= 0 && track->cost >= 0 ? track->cost + facts->cost : -1;
        if (facts->first_token_ms >= 0)
            writing_ms += facts->total_ms - facts->first_token_ms;
    }
    if (track->tokens >= 0 && writing_ms > 0)
        track->rate = (double)track->tokens * 1000 / (double)writing_ms;
}

static void hear_done(struct race_track *track, const struct message *answer,
                      int64_t at_ms)
{
    track->end_ms = at_ms;
    track->end = RACE_STOPPED;
    if (answer == NULL)
        return;
    if (answer->state == MESSAGE_WHOLE)
        track->end = RACE_DONE;
    else if (answer->state == MESSAGE_FAILED)
        track->end = RACE_FAILED;
    sum_up(track, answer);
}

void race_hear(struct race *race, const struct engine_event *event,
               const struct chat *chat, int64_t now_ms)
{
    if (event->kind == EVENT_TURN_STARTED)
        begin_track(race, event->chat, now_ms);
    if (event->kind == EVENT_CHAT_CLOSED)
        drop_track(race, event->chat);
    struct race_track *track = find_track(race, event->chat);
    if (track == NULL || track->end_ms >= 0)
        return;
    const int64_t at_ms = now_ms - track->begin_ms;
    if (event->kind == EVENT_TURN_STATE)
        hear_state(track, event->state, at_ms);
    else if (event->kind == EVENT_REASONING)
        hear_piece(track, RACE_REASONING, at_ms);
    else if (event->kind == EVENT_TEXT || event->kind == EVENT_REFUSAL ||
             event->kind == EVENT_CALL_DELTA)
        hear_piece(track, RACE_TEXT, at_ms);
    else if (event->kind == EVENT_DONE)
        hear_done(track, chat != NULL ? chat_find(chat, event->message_id) : NULL, at_ms);
}

void race_hear_wire(struct race *race, const struct wire_event *event)
{
    struct race_track *track = find_track(race, event->chat);
    if (track == NULL || track->end_ms >= 0)
        return;
    const int64_t at_ms = event->at_us / 1000 - track->begin_ms;
    const struct http_result *result = event->result;
    if (event->kind == WIRE_REQUEST)
        track->sent_ms = at_ms;
    /* Which part of the way was TLS is known when it is over. */
    if (event->kind == WIRE_CONNECTED && !result->is_reused && result->tls_us > 0 &&
        result->connect_us >= 0 && track->sent_ms >= 0 &&
        last_phase(track) == RACE_CONNECT)
        enter(track, RACE_TLS, track->sent_ms + result->connect_us / 1000);
}

/* --- What is told ---------------------------------------------------------------- */

int64_t race_track_length(const struct race_track *track, int64_t now_ms)
{
    return track->end_ms >= 0 ? track->end_ms : now_ms - track->begin_ms;
}

/* Where the span ends. */
static int64_t span_end(const struct race_track *track, size_t index, int64_t end_ms)
{
    return index + 1 < track->span_count ? track->spans[index + 1].at_ms : end_ms;
}

enum race_phase race_track_phase(const struct race_track *track, int64_t from_ms,
                                 int64_t to_ms)
{
    int64_t sums[RACE_PHASE_COUNT] = {0};
    enum race_phase most = RACE_QUEUED;
    for (size_t i = 0; i < track->span_count; i++) {
        const struct race_span *span = &track->spans[i];
        const int64_t span_to = span_end(track, i, INT64_MAX);
        const int64_t from = span->at_ms > from_ms ? span->at_ms : from_ms;
        const int64_t to = span_to < to_ms ? span_to : to_ms;
        if (span->at_ms <= from_ms && sums[most] == 0)
            most = span->phase; /* of a stretch without length */
        if (to > from)
            sums[span->phase] += to - from;
        if (sums[span->phase] > sums[most])
            most = span->phase;
    }
    return most;
}

static void append_part(struct strbuf *out, const char *name, int64_t ms)
{
    strbuf_append_format(out, "%s%s %.2f s", out->len > 0 ? ", " : "", name,
                         (double)ms / 1000);
}

void race_track_describe(const struct race_track *track, int64_t now_ms,
                         struct strbuf *out)
{
    static const char *const ends[] = {"running", "done", "stopped", "failed"};
    const int64_t length = race_track_length(track, now_ms);
    struct strbuf parts;
    strbuf_init(&parts, STRBUF_OWN_MAX);
    for (enum race_phase phase = 0; phase < RACE_PHASE_COUNT; phase++) {
        int64_t sum = 0;
        for (size_t i = 0; i < track->span_count; i++) {
            if (track->spans[i].phase == phase)
                sum += span_end(track, i, length) - track->spans[i].at_ms;
        }
        if (sum > 0)
            append_part(&parts, race_phase_name(phase), sum);
    }
    strbuf_append_format(out, "%s%s%s after %.2f s", strbuf_text(&parts),
                         parts.len > 0 ? "; " : "", ends[track->end],
                         (double)length / 1000);
    if (track->first_token_ms >= 0)
        strbuf_append_format(out, ", first token after %.2f s",
                             (double)track->first_token_ms / 1000);
    if (track->rate >= 0)
        strbuf_append_format(out, ", %.0f tokens a second", track->rate);
    strbuf_clear(&parts);
}
