/*
 * One cursor goes over the records, so what happens happens in the recorded order, also
 * from chat to chat. A record that is due is played if the engine is ready for it; what
 * the engine does from the loop (settling, concluding a round) comes first. One that it
 * never gets ready for, for the recording was cut or written by hand, is left out: no
 * recording can make a replay hang.
 */
#include "src/engine/replay.h"

#include <string.h>

#include "src/base/clock.h"
#include "src/base/mem.h"
#include "src/engine/replay_state.h"
#include "src/engine/turn_play.h"

/* Everything that the engine does from the loop takes fewer rounds of it. */
#define STALL_MAX 32

/* So much is played before others have their turn in the loop. */
#define SLICE_MAX    200
#define SLICE_MAX_US INT64_C(8000)

static struct replay_chat *find_live(const struct replay *replay, chat_id id)
{
    for (size_t i = 0; i < replay->chat_count; i++) {
        if (replay->chats[i].id == id)
            return &replay->chats[i];
    }
    return NULL;
}

static struct replay_chat *find_chat(struct replay *replay, uint32_t recorded)
{
    for (size_t i = replay->chat_count; i > 0; i--) {
        if (replay->chats[i - 1].recorded == recorded)
            return &replay->chats[i - 1];
    }
    return NULL;
}

struct conversation *replay_find_conversation(struct replay *replay, uint32_t recorded)
{
    const struct replay_chat *chat = find_chat(replay, recorded);
    return chat != NULL ? engine_find(replay->engine, chat->id) : NULL;
}

/* --- The wire --------------------------------------------------------------------- */

/* The turn that a record of the wire or of its state is about, or NULL. */
static struct turn *find_turn(struct replay *replay,
                              const struct recording_record *record)
{
    struct conversation *conversation = replay_find_conversation(replay, record->chat);
    struct turn *turn = conversation != NULL ? conversation->turn : NULL;
    return turn != NULL && turn_play_is_of(turn, record->message) ? turn : NULL;
}

static enum replay_step play_request(struct replay *replay,
                                     const struct recording_record *record)
{
    struct replay_chat *chat = find_chat(replay, record->chat);
    struct turn *turn = find_turn(replay, record);
    if (chat == NULL || engine_find(replay->engine, chat->id) == NULL)
        return REPLAY_PLAYED; /* a person has closed it */
    if (turn == NULL || !turn_play_is_waiting(turn))
        return REPLAY_NOT_YET;
    chat->exchange = record->exchange;
    chat->request = record;
    turn_play_try(turn, record);
    return REPLAY_PLAYED;
}

static void play_head(struct turn *turn, const struct recording_head *recorded)
{
    struct http_head head = {.status = recorded->status};
    for (size_t i = 0; i < recorded->fields.len; i++)
        header_list_add(&head.headers, recorded->fields.items[i].name,
                        recorded->fields.items[i].value);
    turn_play_head(turn, &head);
    header_list_clear(&head.headers);
}

static void fill_result(const struct recording_end *end, struct http_result *result)
{
    *result = (struct http_result){.http_version = end->http_version,
                                   .is_reused = end->is_reused,
                                   .dns_us = end->timing.dns_us,
                                   .connect_us = end->timing.connect_us,
                                   .tls_us = end->timing.tls_us,
                                   .first_byte_us = end->timing.first_byte_us};
}

static size_t place_of(const struct replay *replay, const struct recording_record *record)
{
    return (size_t)(record - replay->options.recording->records);
}

static bool is_closed_later(const struct replay *replay,
                            const struct recording_record *record)
{
    const struct replay_wanted wanted = {RECORDING_CLOSE, record->chat, 0};
    return replay_index_find(&replay->index, &wanted, place_of(replay, record)) != NULL;
}

/*
 * Why an exchange was cut is not told on the wire. What follows says it: another try
 * after a failure, the end of the answer, or nothing (a person stopped it: then the
 * answer's end does that, too).
 */
static void play_cut(struct replay *replay, struct turn *turn,
                     const struct recording_record *record)
{
    const size_t place = place_of(replay, record);
    struct replay_wanted wanted = {RECORDING_STATE, record->chat, record->message};
    const struct recording_record *state =
        replay_index_find(&replay->index, &wanted, place);
    wanted.kind = RECORDING_DONE;
    const struct recording_record *done =
        replay_index_find(&replay->index, &wanted, place);
    struct error error = {ERROR_NONE, NULL};
    if (record->of.end->error.class != ERROR_NONE) {
        error_set(&error, record->of.end->error.class, "%s",
                  error_text(&record->of.end->error));
    } else if (state != NULL && (done == NULL || state < done) &&
               strcmp(state->of.state->name, "retrying") == 0) {
        const enum error_class class = turn_play_class(state->of.state->reason);
        error_set(&error, class, "%s", error_class_get(class)->title);
    } else if (done != NULL) {
        const struct message *answer = done->of.content;
        if (answer->state == MESSAGE_STOPPED)
            return;
        if (answer->facts.error.class != ERROR_NONE)
            error_set(&error, answer->facts.error.class, "%s",
                      error_text(&answer->facts.error));
    } else if (is_closed_later(replay, record)) {
        return;
    } else {
        error_set(&error, ERROR_NETWORK_RESET, "the recording ends here");
    }
    turn_play_cut(turn, &error);
    error_clear(&error);
}

static void play_end(struct replay *replay, struct turn *turn,
                     const struct recording_record *record)
{
    struct http_result result;
    if (record->of.end->is_cut) {
        play_cut(replay, turn, record);
        return;
    }
    fill_result(record->of.end, &result);
    if (record->of.end->error.class != ERROR_NONE)
        error_set(&result.error, record->of.end->error.class, "%s",
                  error_text(&record->of.end->error));
    turn_play_done(turn, &result);
    error_clear(&result.error);
}

/* Connected, head, body, end: of the exchange that is on the air. */
static enum replay_step play_wire(struct replay *replay,
                                  const struct recording_record *record)
{
    struct replay_chat *chat = find_chat(replay, record->chat);
    struct turn *turn = find_turn(replay, record);
    if (chat == NULL || chat->exchange != record->exchange || turn == NULL ||
        !turn_play_is_on_air(turn))
        return REPLAY_PLAYED; /* the answer needed no more of it, or its chat is closed */
    switch (record->kind) {
    case RECORDING_CONNECTED: turn_play_connected(turn); break;
    case RECORDING_HEAD: play_head(turn, record->of.head); break;
    case RECORDING_BODY:
        turn_play_body(turn, record->of.body.bytes, record->of.body.len);
        break;
    case RECORDING_END:
        play_end(replay, turn, record);
        chat->exchange = 0;
        break;
    case RECORDING_OPEN:
    case RECORDING_MESSAGE:
    case RECORDING_ANSWER:
    case RECORDING_STATE:
    case RECORDING_REQUEST:
    case RECORDING_CALL:
    case RECORDING_DONE:
    case RECORDING_PATH:
    case RECORDING_CLOSE:
    case RECORDING_KIND_COUNT: break;
    }
    return REPLAY_PLAYED;
}

/* --- States and ends ---------------------------------------------------------------- */

static enum replay_step play_state(struct replay *replay,
                                   const struct recording_record *record)
{
    struct turn *turn = find_turn(replay, record);
    /* All other states are what the turn itself makes of what comes. */
    if (turn != NULL && strcmp(record->of.state->name, "queued") == 0 &&
        turn_play_is_waiting(turn))
        turn_play_queued(turn, record->of.state->reason);
    return REPLAY_PLAYED;
}

/* What had not ended by itself by then was ended by a person, by a clock of ours, or
 * before it was sent. */
static enum replay_step play_done(struct replay *replay,
                                  const struct recording_record *record)
{
    struct turn *turn = find_turn(replay, record);
    const struct message *answer = record->of.content;
    struct error error = {ERROR_NONE, NULL};
    if (turn == NULL)
        return REPLAY_PLAYED;
    if (answer->state == MESSAGE_STOPPED) {
        replay_find_conversation(replay, record->chat)->is_held = true;
        turn_stop(turn);
        return REPLAY_PLAYED;
    }
    if (answer->facts.error.class != ERROR_NONE)
        error_set(&error, answer->facts.error.class, "%s",
                  error_text(&answer->facts.error));
    turn_play_cut(turn, &error);
    error_clear(&error);
    return REPLAY_PLAYED;
}

static void end_turn(struct conversation *conversation)
{
    conversation->is_held = true;
    if (conversation->turn != NULL)
        turn_stop(conversation->turn);
    else
        round_stop(conversation);
}

static enum replay_step play_close(struct replay *replay,
                                   const struct recording_record *record)
{
    const struct replay_chat *chat = find_chat(replay, record->chat);
    struct conversation *conversation = replay_find_conversation(replay, record->chat);
    if (conversation == NULL)
        return REPLAY_PLAYED;
    if (!replay->options.keeps_chats)
        engine_close(replay->engine, chat->id);
    else if (conversation_is_busy(conversation))
        end_turn(conversation);
    return REPLAY_PLAYED;
}

/* --- The cursor -------------------------------------------------------------------- */

static enum replay_step play_record(struct replay *replay,
                                    const struct recording_record *record)
{
    switch (record->kind) {
    case RECORDING_OPEN: return replay_open(replay, record);
    case RECORDING_MESSAGE: return replay_message(replay, record);
    case RECORDING_ANSWER: return replay_answer(replay, record);
    case RECORDING_STATE: return play_state(replay, record);
    case RECORDING_REQUEST: return play_request(replay, record);
    case RECORDING_CONNECTED:
    case RECORDING_HEAD:
    case RECORDING_BODY:
    case RECORDING_END: return play_wire(replay, record);
    case RECORDING_CALL: return replay_call(replay, record);
    case RECORDING_DONE: return play_done(replay, record);
    case RECORDING_PATH: return replay_path(replay, record);
    case RECORDING_CLOSE: return play_close(replay, record);
    case RECORDING_KIND_COUNT: break;
    }
    return REPLAY_UNFIT;
}

static void arm(struct replay *replay, int64_t wait_us)
{
    struct ev_loop *loop = replay->options.loop;
    ev_timer_stop(loop, &replay->timer);
    ev_now_update(loop);
    ev_timer_set(&replay->timer, (double)wait_us / 1000000, 0.);
    ev_timer_start(loop, &replay->timer);
}

/* The recording ended in the middle of answers: so do they. False: some end only now. */
static bool end_open_turns(struct replay *replay)
{
    bool is_quiet = true;
    for (size_t i = 0; i < replay->chat_count; i++) {
        struct conversation *conversation =
            engine_find(replay->engine, replay->chats[i].id);
        if (conversation == NULL || !conversation_is_busy(conversation))
            continue;
        is_quiet = false;
        end_turn(conversation);
    }
    return is_quiet;
}

static void finish(struct replay *replay)
{
    if (!end_open_turns(replay) && ++replay->stalled < STALL_MAX) {
        arm(replay, 0);
        return;
    }
    replay->is_over = true;
    if (replay->on_end != NULL)
        replay->on_end(replay->user);
}

static void on_timer(struct ev_loop *loop, struct ev_timer *timer, int events)
{
    (void)loop;
    (void)events;
    struct replay *replay = timer->data;
    const struct recording *recording = replay->options.recording;
    const int64_t begin_us = clock_now_us();
    for (size_t count = 0; replay->next < recording->record_count; count++) {
        const struct recording_record *record = &recording->records[replay->next];
        const int64_t now_us = clock_now_us();
        const int64_t wait_us =
            replay_clock_wait_us(&replay->clock, record->at_us, now_us);
        if (wait_us > 0 || count >= SLICE_MAX || now_us - begin_us > SLICE_MAX_US) {
            arm(replay, wait_us);
            return;
        }
        const enum replay_step step = play_record(replay, record);
        if (step == REPLAY_NOT_YET && ++replay->stalled < STALL_MAX) {
            arm(replay, 0);
            return;
        }
        replay->skipped += step != REPLAY_PLAYED;
        replay->stalled = 0;
        replay->next++;
    }
    finish(replay);
}

/* --- What the engine asks ---------------------------------------------------------- */

/* What is still to come of an answer, or NULL. */
static const struct recording_record *find_next(const struct replay *replay, chat_id id,
                                                enum recording_kind kind,
                                                uint64_t message, size_t from)
{
    const struct replay_chat *chat = find_live(replay, id);
    if (chat == NULL)
        return NULL;
    const struct replay_wanted wanted = {kind, chat->recorded, message};
    return replay_index_find(&replay->index, &wanted, from);
}

bool replay_has_try(const struct replay *replay, chat_id chat, uint64_t answer,
                    const char *model, int64_t *wait_ms)
{
    const struct recording_record *request =
        find_next(replay, chat, RECORDING_REQUEST, answer, replay->next);
    if (request == NULL || strcmp(request->of.request->model.model, model) != 0)
        return false;
    const int64_t length_us = request->at_us - replay_get_time_us(replay);
    *wait_ms = replay_clock_scale_us(&replay->clock, length_us) / 1000;
    return true;
}

void replay_describe(const struct replay *replay, chat_id id, struct http_result *result)
{
    const struct replay_chat *chat = find_live(replay, id);
    const struct recording_record *end =
        chat != NULL && chat->request != NULL
            ? find_next(replay, id, RECORDING_END, chat->request->message,
                        place_of(replay, chat->request))
            : NULL;
    *result = (struct http_result){
        .dns_us = -1, .connect_us = -1, .tls_us = -1, .first_byte_us = -1};
    if (end != NULL)
        fill_result(end->of.end, result);
}

void replay_fill_facts(const struct replay *replay, chat_id chat, struct message *answer)
{
    const struct recording_record *done =
        find_next(replay, chat, RECORDING_DONE, answer->id, 0);
    if (done == NULL)
        return;
    const struct answer_facts *recorded = &done->of.content->facts;
    struct answer_facts *facts = &answer->facts;
    facts->cost = recorded->cost;
    facts->first_token_ms = recorded->first_token_ms;
    facts->total_ms = recorded->total_ms;
    facts->attempts = recorded->attempts;
    facts->timing = recorded->timing;
    facts->is_reused = recorded->is_reused;
    facts->http_version = recorded->http_version;
    /* One that another prompt has put an end to was never asked how far it had come. */
    if (done->of.content->state == MESSAGE_STOPPED) {
        facts->status = recorded->status;
        facts->usage = recorded->usage;
    }
}

void replay_fill_results(const struct replay *replay, chat_id chat,
                         struct message *results)
{
    const struct recording_record *record =
        find_next(replay, chat, RECORDING_MESSAGE, results->id, 0);
    if (record == NULL)
        return;
    const struct message *recorded = record->of.content;
    results->facts.total_ms = recorded->facts.total_ms;
    for (size_t i = 0; i < results->part_count && i < recorded->part_count; i++)
        results->parts[i].elapsed_ms = recorded->parts[i].elapsed_ms;
}

bool replay_has_calls(const struct replay *replay, chat_id chat, uint64_t answer)
{
    return find_next(replay, chat, RECORDING_CALL, answer, replay->next) != NULL;
}

const char *replay_find_call_id(const struct replay *replay, chat_id chat,
                                uint64_t answer, size_t index, const char *id)
{
    const struct recording_record *done =
        find_next(replay, chat, RECORDING_DONE, answer, 0);
    if (done == NULL || index >= done->of.content->part_count)
        return id;
    return done->of.content->parts[index].call_id;
}

const char *replay_find_failure(const struct replay *replay, chat_id chat,
                                uint64_t results)
{
    /* The empty answer that says how the turn ended has the next number. */
    const struct recording_record *record =
        find_next(replay, chat, RECORDING_MESSAGE, results + 1, 0);
    if (record == NULL || record->of.content->state != MESSAGE_FAILED)
        return NULL;
    return error_text(&record->of.content->facts.error);
}

/* --- Life -------------------------------------------------------------------------- */

struct replay *replay_new(const struct replay_options *options)
{
    struct replay *replay = mem_alloc(sizeof(*replay));
    replay->options = *options;
    replay->engine = options->engine;
    replay->clock.speed = options->speed;
    replay_index_init(&replay->index, options->recording);
    ev_init(&replay->timer, on_timer);
    replay->timer.data = replay;
    options->engine->replay = replay;
    tool_desk_set_played(options->engine->desk);
    return replay;
}

void replay_free(struct replay *replay)
{
    if (replay == NULL)
        return;
    ev_timer_stop(replay->options.loop, &replay->timer);
    replay_index_clear(&replay->index);
    mem_free(replay->chats);
    mem_free(replay->calls);
    mem_free(replay);
}

void replay_start(struct replay *replay, void (*on_end)(void *user), void *user)
{
    if (replay->is_started)
        return;
    replay->is_started = true;
    replay->on_end = on_end;
    replay->user = user;
    replay->clock.begin_us = clock_now_us();
    arm(replay, 0);
}

bool replay_is_over(const struct replay *replay)
{
    return replay->is_over;
}

size_t replay_get_skipped(const struct replay *replay)
{
    return replay->skipped;
}

int64_t replay_get_time_us(const struct replay *replay)
{
    const struct recording *recording = replay->options.recording;
    const size_t count = recording->record_count;
    if (count == 0)
        return 0;
    return recording->records[replay->next < count ? replay->next : count - 1].at_us;
}
