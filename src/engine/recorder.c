/*
 * Records are made from what watchers and taps are told, in that order, so that playing
 * them in order is all there is to it. Of each chat is known how many of its messages
 * stand in the file: messages that came in without a word of their own (a session that
 * was opened again, a template) are written before whatever follows them.
 */
#include "src/engine/recorder.h"

#include <string.h>
#include <strings.h>

#include "src/base/clock.h"
#include "src/base/compiler.h"
#include "src/base/mem.h"
#include "src/engine/call_name.h"
#include "src/engine/engine_state.h"
#include "src/engine/recorder_hide.h"
#include "src/engine/wire.h"
#include "src/store/recording_write.h"

/* How long lines may wait in memory. */
#define RECORDER_WAIT_SECONDS 0.05

/* A chat, and how far it is written. */
struct recorded_chat {
    chat_id id;
    size_t message_count;
    call_key *calls; /* those that were described */
    size_t call_count;
    size_t call_cap;
};

struct recorder {
    struct engine *engine;
    struct ev_loop *loop;
    struct recording_writer *writer;
    struct ev_timer timer;
    struct recorded_chat *chats;
    size_t chat_count;
    size_t chat_cap;
    struct strbuf line;
    int64_t begin_us;
    int64_t last_us;
    char *trouble; /* not told yet, or NULL */
    void (*on_trouble)(void *user, const char *sentence);
    void *user;
};

/* --- Writing ---------------------------------------------------------------------- */

static void recorder_tell_trouble(struct recorder *recorder)
{
    if (recorder->trouble == NULL || recorder->on_trouble == NULL)
        return;
    char *sentence = recorder->trouble;
    recorder->trouble = NULL;
    recorder->on_trouble(recorder->user, sentence);
    mem_free(sentence);
}

void recorder_flush(struct recorder *recorder)
{
    struct error err = {ERROR_NONE, NULL};
    if (recorder == NULL)
        return;
    ev_timer_stop(recorder->loop, &recorder->timer);
    if (!recording_writer_flush(recorder->writer, &err)) {
        recorder->trouble = mem_strdup(error_text(&err));
        recorder_tell_trouble(recorder);
    }
    error_clear(&err);
}

static void recorder_on_timer(struct ev_loop *loop, struct ev_timer *timer, int events)
{
    (void)loop;
    (void)events;
    recorder_flush(timer->data);
}

/* Stars out the keys of a chat's services: people paste things into prompts, and servers
 * say things. What came over the wire has gone through the same already. */
static void recorder_hide_keys(struct recorder *recorder, chat_id id)
{
    const struct chat_setup *setup = engine_get_setup(recorder->engine, id);
    if (setup == NULL || recorder->line.len == 0)
        return;
    recorder_hide(recorder->engine->keys, setup->endpoint, &recorder->line);
    for (size_t i = 0; i < setup->fallback_count; i++)
        recorder_hide(recorder->engine->keys, setup->fallbacks[i].endpoint,
                      &recorder->line);
}

/* Adds a record; at `at_us` of the clock. */
static void recorder_add(struct recorder *recorder, struct recording_record record,
                         int64_t at_us)
{
    const bool is_wire = record.kind >= RECORDING_REQUEST && record.kind <= RECORDING_END;
    record.at_us = at_us - recorder->begin_us;
    if (record.at_us < recorder->last_us)
        record.at_us = recorder->last_us;
    recorder->last_us = record.at_us;
    strbuf_reset(&recorder->line);
    recording_append_record(&recorder->line, &record);
    if (!is_wire)
        recorder_hide_keys(recorder, record.chat);
    recording_writer_add(recorder->writer, strbuf_text(&recorder->line),
                         recorder->line.len);
    if (recording_writer_is_due(recorder->writer) && !ev_is_active(&recorder->timer)) {
        ev_now_update(recorder->loop);
        ev_timer_set(&recorder->timer, RECORDER_WAIT_SECONDS, 0.);
        ev_timer_start(recorder->loop, &recorder->timer);
    }
}

/* --- The wire --------------------------------------------------------------------- */

static struct recording_model describe_model(const struct endpoint *endpoint,
                                             const char *model)
{
    return (struct recording_model){endpoint->name, endpoint->api, (char *)model};
}

/* True for what tells of a person rather than of an answer. */
static bool is_private_field(const char *name)
{
    static const char *const names[] = {"Set-Cookie",
                                        "Set-Cookie2",
                                        "Cookie",
                                        "Authorization",
                                        "Proxy-Authorization",
                                        "Authentication-Info",
                                        "X-Api-Key",
                                        "X-Amz-Security-Token",
                                        "OpenAI-Organization",
                                        "OpenAI-Project",
                                        "Anthropic-Organization-Id"};
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        if (strcasecmp(name, names[i]) == 0)
            return true;
    }
    return false;
}

static void copy_fields(struct recording_fields *to, const struct header_list *from,
                        bool is_response)
{
    for (size_t i = 0; from != NULL && i < from->len; i++)
        recording_fields_add(to, from->items[i].name,
                             is_response && is_private_field(from->items[i].name)
                                 ? WIRE_MASK
                                 : from->items[i].value);
}

static void record_request(struct recorder *recorder, struct recording_record record,
                           const struct wire_event *event)
{
    const struct http_request *sent = event->request;
    struct recording_request request = {
        .model = describe_model(event->endpoint, event->model),
        .attempt = event->attempt,
        .method = (char *)(sent->method != NULL ? sent->method : "POST"),
        .url = (char *)sent->url,
        .body_len = (int64_t)sent->body_len};
    copy_fields(&request.fields, sent->headers, false);
    record.of.request = &request;
    recorder_add(recorder, record, event->at_us);
    recording_fields_clear(&request.fields);
}

static void record_head(struct recorder *recorder, struct recording_record record,
                        const struct wire_event *event)
{
    struct recording_head head = {.status = event->head->status};
    copy_fields(&head.fields, &event->head->headers, true);
    record.of.head = &head;
    recorder_add(recorder, record, event->at_us);
    recording_fields_clear(&head.fields);
}

static void record_end(struct recorder *recorder, struct recording_record record,
                       const struct wire_event *event)
{
    const struct http_result *result = event->result;
    struct recording_end end = {.is_cut = event->kind == WIRE_CUT,
                                .timing = {-1, -1, -1, -1}};
    if (result != NULL) {
        end.error = result->error;
        end.http_version = result->http_version;
        end.is_reused = result->is_reused;
        end.timing = (struct answer_timing){result->dns_us, result->connect_us,
                                            result->tls_us, result->first_byte_us};
    }
    record.of.end = &end;
    recorder_add(recorder, record, event->at_us);
}

static void recorder_on_wire(void *user, const struct wire_event *event)
{
    struct recorder *recorder = user;
    struct recording_record record = {
        .chat = event->chat, .message = event->message_id, .exchange = event->exchange};
    switch (event->kind) {
    case WIRE_REQUEST:
        record.kind = RECORDING_REQUEST;
        record_request(recorder, record, event);
        break;
    case WIRE_CONNECTED:
        record.kind = RECORDING_CONNECTED;
        recorder_add(recorder, record, event->at_us);
        break;
    case WIRE_HEAD:
        record.kind = RECORDING_HEAD;
        record_head(recorder, record, event);
        break;
    case WIRE_BODY:
        record.kind = RECORDING_BODY;
        record.of.body = (struct recording_body){(char *)event->bytes, event->len};
        recorder_add(recorder, record, event->at_us);
        break;
    case WIRE_DONE:
    case WIRE_CUT:
        record.kind = RECORDING_END;
        record_end(recorder, record, event);
        break;
    }
}

/* --- Chats and messages ------------------------------------------------------------- */

static struct recorded_chat *recorder_find(struct recorder *recorder, chat_id id)
{
    for (size_t i = 0; i < recorder->chat_count; i++) {
        if (recorder->chats[i].id == id)
            return &recorder->chats[i];
    }
    return NULL;
}

static void record_opened(struct recorder *recorder, chat_id id)
{
    const struct chat_setup *setup = engine_get_setup(recorder->engine, id);
    struct recording_open open = {.model = describe_model(setup->endpoint, setup->model),
                                  .name = (char *)setup->name,
                                  .system = (char *)setup->system,
                                  .approval = (int)setup->approval,
                                  .is_streaming = setup->is_streaming,
                                  .hands_out_calls = setup->hands_out_calls};
    const struct tool_facts *tools;
    const size_t tool_count = engine_get_tools(recorder->engine, id, &tools);
    for (size_t i = 0; i < tool_count; i++) {
        if (tools[i].is_offered)
            text_list_add(&open.tools, tools[i].name, strlen(tools[i].name));
    }
    if (setup->params != NULL)
        param_list_copy(&open.params, setup->params);
    open.fallbacks = mem_alloc_array(setup->fallback_count, sizeof(open.fallbacks[0]));
    for (; open.fallback_count < setup->fallback_count; open.fallback_count++) {
        const struct model_ref *ref = &setup->fallbacks[open.fallback_count];
        open.fallbacks[open.fallback_count] = describe_model(ref->endpoint, ref->model);
    }
    recorder->chats = mem_grow(recorder->chats, &recorder->chat_cap,
                               recorder->chat_count + 1, sizeof(recorder->chats[0]));
    recorder->chats[recorder->chat_count++] = (struct recorded_chat){.id = id};
    recorder_add(
        recorder,
        (struct recording_record){.kind = RECORDING_OPEN, .chat = id, .of.open = &open},
        clock_now_us());
    mem_free(open.fallbacks);
    param_list_clear(&open.params);
    text_list_clear(&open.tools);
}

static void record_message(struct recorder *recorder, chat_id id, struct message *message)
{
    const struct chat_setup *setup = engine_get_setup(recorder->engine, id);
    struct recording_record record = {.kind = RECORDING_MESSAGE,
                                      .chat = id,
                                      .message = message->id,
                                      .of.content = message};
    struct recording_answer answer;
    if (message->parent != NULL)
        record.parent = message->parent->id;
    if (message->state == MESSAGE_GROWING) {
        answer = (struct recording_answer){describe_model(setup->endpoint, setup->model),
                                           message->is_continuation};
        record.kind = RECORDING_ANSWER;
        record.of.answer = &answer;
    }
    recorder_add(recorder, record, clock_now_us());
}

static void record_done(struct recorder *recorder, chat_id id, struct message *message)
{
    recorder_add(recorder,
                 (struct recording_record){.kind = RECORDING_DONE,
                                           .chat = id,
                                           .message = message->id,
                                           .of.content = message},
                 clock_now_us());
}

/* Writes the messages that are not written yet, up to that one (0: all there are). */
static void record_messages(struct recorder *recorder, chat_id id, uint64_t last)
{
    const struct chat *chat = engine_get_chat(recorder->engine, id);
    struct recorded_chat *recorded = recorder_find(recorder, id);
    while (recorded->message_count < chat->message_count) {
        struct message *message = chat->messages[recorded->message_count];
        if (last != 0 && message->id > last)
            return;
        /* The answer before the results of its calls is settled, too. */
        if (message->author == MESSAGE_TOOL && message->id == last &&
            message->parent != NULL)
            record_done(recorder, id, message->parent);
        record_message(recorder, id, message);
        recorded->message_count++;
    }
}

static void record_state(struct recorder *recorder, const struct engine_event *event)
{
    const struct turn_status status = engine_get_turn(recorder->engine, event->chat);
    struct recording_state state = {.name = (char *)turn_state_name(event->state)};
    if (event->state == TURN_QUEUED)
        state.reason = (char *)queue_reason_name(status.queue_reason);
    else if (event->state == TURN_RETRYING)
        state.reason = (char *)error_class_get(status.retry_reason)->name;
    else
        return;
    recorder_add(recorder,
                 (struct recording_record){.kind = RECORDING_STATE,
                                           .chat = event->chat,
                                           .message = event->message_id,
                                           .of.state = &state},
                 clock_now_us());
}

/* --- Calls ------------------------------------------------------------------------ */

/* True for the first time. */
static bool recorded_chat_meets(struct recorded_chat *chat, call_key key)
{
    for (size_t i = 0; i < chat->call_count; i++) {
        if (chat->calls[i] == key)
            return false;
    }
    chat->calls = mem_grow(chat->calls, &chat->call_cap, chat->call_count + 1,
                           sizeof(chat->calls[0]));
    chat->calls[chat->call_count++] = key;
    return true;
}

/* What the dialog shows of it. */
static void describe_call(struct recording_call *call, const struct call_facts *facts)
{
    call->call_id = (char *)facts->call_id;
    call->tool = (char *)facts->tool;
    call->title = (char *)facts->title;
    call->description = (char *)facts->description;
    call->origin = (char *)facts->origin;
    call->command = (char *)facts->command;
    call->sandbox = (char *)facts->sandbox;
    call->claims = (char *)facts->claims;
    call->arguments = (char *)facts->arguments;
    call->preview = (char *)facts->preview;
    call->rule = (char *)facts->rule;
    call->proposed = (char *)facts->proposed;
}

static void describe_change(struct recording_call *call, const struct call_facts *facts,
                            enum call_change change)
{
    switch (change) {
    case CALL_CHANGE_ASKED:
    case CALL_CHANGE_STARTED: break;
    case CALL_CHANGE_EDITED: describe_call(call, facts); break;
    case CALL_CHANGE_DECIDED:
        call->decision = (char *)call_decision_name(facts->decision);
        call->is_by_rule = facts->is_by_rule;
        call->reason = (char *)facts->reason;
        call->rule = (char *)facts->rule;
        break;
    case CALL_CHANGE_PROGRESS:
        call->progress = facts->progress;
        call->progress_total = facts->progress_total;
        call->progress_text = (char *)facts->progress_text;
        break;
    case CALL_CHANGE_ENDED:
        call->is_ok = facts->is_ok;
        call->result = (char *)facts->result;
        call->result_len = facts->result_len;
        call->note = (char *)facts->note;
        if (facts->started_ms >= 0)
            call->elapsed_ms = facts->ended_ms - facts->started_ms;
        break;
    }
}

static void record_call(struct recorder *recorder, const struct engine_event *event)
{
    const struct call_facts *facts = engine_find_call(recorder->engine, event->call);
    struct recorded_chat *chat = recorder_find(recorder, event->chat);
    if (facts == NULL || chat == NULL)
        return;
    struct recording_call call = {.key = event->call,
                                  .part_index = facts->part_index,
                                  .change = (char *)call_change_name(event->change),
                                  .is_question = facts->is_question,
                                  .is_edited = facts->is_edited,
                                  .progress = -1,
                                  .progress_total = -1,
                                  .elapsed_ms = -1};
    if (recorded_chat_meets(chat, event->call))
        describe_call(&call, facts);
    describe_change(&call, facts, event->change);
    recorder_add(recorder,
                 (struct recording_record){.kind = RECORDING_CALL,
                                           .chat = event->chat,
                                           .message = event->message_id,
                                           .of.call = &call},
                 clock_now_us());
}

/* --- Events ----------------------------------------------------------------------- */

static void recorder_on_event(void *user, const struct engine_event *event)
{
    struct recorder *recorder = user;
    const struct chat *chat = engine_get_chat(recorder->engine, event->chat);
    struct message *message = chat != NULL ? chat_find(chat, event->message_id) : NULL;
    struct recording_record plain = {.chat = event->chat, .message = event->message_id};
    if (event->kind == EVENT_CHAT_OPENED)
        record_opened(recorder, event->chat);
    if (recorder_find(recorder, event->chat) == NULL)
        return;
    if (event->kind == EVENT_CHAT_CLOSED) {
        plain.kind = RECORDING_CLOSE;
        recorder_add(recorder, plain, clock_now_us());
    } else if (event->kind == EVENT_MESSAGE_ADDED) {
        record_messages(recorder, event->chat, event->message_id);
    } else if (event->kind == EVENT_PATH) {
        record_messages(recorder, event->chat, 0);
        plain.kind = RECORDING_PATH;
        recorder_add(recorder, plain, clock_now_us());
    } else if (event->kind == EVENT_TURN_STATE) {
        record_state(recorder, event);
    } else if (event->kind == EVENT_CALL) {
        record_call(recorder, event);
    } else if (event->kind == EVENT_DONE && message != NULL) {
        record_done(recorder, event->chat, message);
    }
}

/* --- The recorder ----------------------------------------------------------------- */

struct recorder *recorder_new(const struct recorder_options *options, struct error *err)
{
    const int64_t retries = options->engine->settings.values[SETTING_RETRIES];
    const struct recording head = {.program = (char *)options->program,
                                   .created_ms = clock_wall_ms(),
                                   .retries = retries == SETTING_AUTO ? -1 : retries};
    struct recording_writer *writer = recording_writer_open(options->path, &head, err);
    if (writer == NULL)
        return NULL;
    struct recorder *recorder = mem_alloc(sizeof(*recorder));
    recorder->engine = options->engine;
    recorder->loop = options->loop;
    recorder->writer = writer;
    recorder->begin_us = clock_now_us();
    strbuf_init(&recorder->line, STRBUF_OWN_MAX);
    ev_init(&recorder->timer, recorder_on_timer);
    recorder->timer.data = recorder;
    engine_watch(recorder->engine, recorder_on_event, recorder);
    engine_tap(recorder->engine, recorder_on_wire, recorder);
    return recorder;
}

void recorder_free(struct recorder *recorder)
{
    if (recorder == NULL)
        return;
    engine_untap(recorder->engine, recorder_on_wire, recorder);
    engine_unwatch(recorder->engine, recorder_on_event, recorder);
    ev_timer_stop(recorder->loop, &recorder->timer);
    recording_writer_close(recorder->writer);
    for (size_t i = 0; i < recorder->chat_count; i++)
        mem_free(recorder->chats[i].calls);
    mem_free(recorder->chats);
    mem_free(recorder->trouble);
    strbuf_clear(&recorder->line);
    mem_free(recorder);
}

void recorder_listen(struct recorder *recorder,
                     void (*on_trouble)(void *user, const char *sentence), void *user)
{
    if (recorder == NULL)
        return;
    recorder->on_trouble = on_trouble;
    recorder->user = user;
    recorder_tell_trouble(recorder);
}
