/*
 * The engine owns the conversations and hands each at most one turn. Ended turns and
 * closed chats are freed by a sweep from the loop, never from inside a callback, so that
 * the listener may stop and close whatever it likes.
 */
#include "src/engine/engine_state.h"

#include <assert.h>
#include <string.h>

#include "src/base/clock.h"
#include "src/base/mem.h"
#include "src/base/utf8.h"
#include "src/engine/continuation.h"

static void engine_tell_watchers(struct engine *engine, const struct engine_event *event)
{
    for (size_t i = 0; i < engine->watcher_count; i++)
        engine->watchers[i].fn(engine->watchers[i].user, event);
}

void engine_emit(struct engine *engine, struct engine_event event)
{
    engine_tell_watchers(engine, &event);
    if (engine->listener != NULL)
        engine->listener(engine->listener_user, &event);
}

struct conversation *engine_find(const struct engine *engine, chat_id id)
{
    /* They stand in the order of their ids, which only grow. */
    size_t low = 0;
    size_t high = engine->chat_count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (engine->chats[middle]->id < id)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == engine->chat_count || engine->chats[low]->id != id)
        return NULL;
    return engine->chats[low]->is_closed ? NULL : engine->chats[low];
}

static void conversation_drop_fallbacks(struct conversation *conversation)
{
    for (size_t i = 0; i < conversation->setup.fallback_count; i++)
        mem_free((char *)conversation->fallbacks[i].model);
    mem_free(conversation->fallbacks);
    conversation->fallbacks = NULL;
    conversation->setup.fallbacks = NULL;
    conversation->setup.fallback_count = 0;
}

static void conversation_copy_fallbacks(struct conversation *conversation,
                                        const struct chat_setup *setup)
{
    if (setup->fallback_count == 0)
        return;
    conversation->fallbacks =
        mem_alloc_array(setup->fallback_count, sizeof(conversation->fallbacks[0]));
    for (size_t i = 0; i < setup->fallback_count; i++)
        conversation->fallbacks[i] =
            (struct model_ref){.endpoint = setup->fallbacks[i].endpoint,
                               .model = mem_strdup(setup->fallbacks[i].model)};
    conversation->setup.fallbacks = conversation->fallbacks;
}

static void queued_prompt_clear(struct queued_prompt *queued)
{
    mem_free(queued->text);
    attachment_list_clear(&queued->attachments);
}

static void conversation_free(struct conversation *conversation)
{
    turn_free(conversation->turn);
    round_clear(conversation);
    tool_offer_free(conversation->offer);
    tool_choice_clear(&conversation->choice);
    conversation_drop_fallbacks(conversation);
    mem_free(conversation->last_notice);
    chat_clear(&conversation->chat);
    param_list_clear(&conversation->params);
    mem_free(conversation->model);
    mem_free(conversation->name);
    mem_free(conversation->system);
    for (size_t i = 0; i < conversation->queue_len; i++)
        queued_prompt_clear(&conversation->queue[i]);
    mem_free(conversation->queue);
    mem_free(conversation);
}

static void engine_sweep(struct engine *engine)
{
    for (size_t i = 0; i < engine->ended_count; i++)
        turn_free(engine->ended[i]);
    engine->ended_count = 0;
    size_t kept = 0;
    for (size_t i = 0; i < engine->chat_count; i++) {
        if (engine->chats[i]->is_closed)
            conversation_free(engine->chats[i]);
        else
            engine->chats[kept++] = engine->chats[i];
    }
    engine->chat_count = kept;
}

static void engine_on_sweep(struct ev_loop *loop, struct ev_timer *timer, int events)
{
    (void)loop;
    (void)events;
    engine_sweep(timer->data);
}

static void engine_plan_sweep(struct engine *engine)
{
    ev_timer_stop(engine->loop, &engine->sweep);
    ev_timer_set(&engine->sweep, 0., 0.);
    ev_timer_start(engine->loop, &engine->sweep);
}

struct engine *engine_new(struct ev_loop *loop, const struct engine_options *options,
                          struct error *err)
{
    struct http *http = http_new(loop, err);
    if (http == NULL)
        return NULL;
    struct engine *engine = mem_alloc(sizeof(*engine));
    engine->loop = loop;
    engine->http = http;
    engine->settings = *options->settings;
    engine->log = options->log;
    engine->catalog = options->catalog;
    engine->spending = options->spending;
    http_keep_connections(http, (size_t)engine->settings.values[SETTING_JOBS]);
    gate_init(&engine->gate, loop, (size_t)engine->settings.values[SETTING_JOBS]);
    engine->keys = key_source_new(loop, options->log, options->catalog);
    rng_init(&engine->rng, options->seed != 0 ? options->seed : rng_fresh_seed());
    ev_init(&engine->sweep, engine_on_sweep);
    engine->sweep.data = engine;
    ev_init(&engine->round_due, round_on_due);
    engine->round_due.data = engine;
    if (options->catalog != NULL)
        engine->key_variables = catalog_get_key_variables(options->catalog);
    engine->toolbox = toolbox_new(
        &(struct toolbox_options){.loop = loop,
                                  .http = http,
                                  .log = options->log,
                                  .on_prepared = engine_on_prepared,
                                  .key_variables = engine->key_variables,
                                  .server_owner = engine_server_owner(engine)});
    engine->desk = tool_desk_new(loop, engine->toolbox, options->log,
                                 &(struct tool_desk_owner){round_on_call, engine});
    return engine;
}

void engine_free(struct engine *engine)
{
    if (engine == NULL)
        return;
    engine->listener = NULL;
    engine->watcher_count = 0;
    engine->wire.tap_count = 0;
    ev_timer_stop(engine->loop, &engine->sweep);
    ev_timer_stop(engine->loop, &engine->round_due);
    tool_desk_free(engine->desk);
    /* Nobody may be let in while the line is taken apart. */
    engine->gate.limit = 0;
    for (size_t i = 0; i < engine->chat_count; i++)
        engine->chats[i]->is_closed = true;
    engine_sweep(engine);
    for (size_t i = 0; i < engine->list_count; i++)
        model_list_free(engine->lists[i]);
    gate_clear(&engine->gate);
    key_source_free(engine->keys);
    adaptation_list_clear(&engine->adaptations);
    connection_list_clear(&engine->connections);
    toolbox_free(engine->toolbox);
    engine_clear_tool_view(engine);
    mem_free(engine->key_variables);
    http_free(engine->http);
    mem_free(engine->lists);
    mem_free(engine->chats);
    mem_free(engine->ended);
    mem_free(engine);
}

void engine_listen(struct engine *engine, engine_listener_fn listener, void *user)
{
    engine->listener = listener;
    engine->listener_user = user;
}

void engine_watch(struct engine *engine, engine_listener_fn watcher, void *user)
{
    assert(engine->watcher_count < ENGINE_WATCHER_MAX);
    engine->watchers[engine->watcher_count++] = (struct engine_watcher){watcher, user};
}

void engine_unwatch(struct engine *engine, engine_listener_fn watcher, void *user)
{
    for (size_t i = 0; i < engine->watcher_count; i++) {
        if (engine->watchers[i].fn != watcher || engine->watchers[i].user != user)
            continue;
        engine->watcher_count--;
        memmove(engine->watchers + i, engine->watchers + i + 1,
                (engine->watcher_count - i) * sizeof(engine->watchers[0]));
        return;
    }
}

struct conversation *engine_add_chat(struct engine *engine,
                                     const struct chat_setup *setup)
{
    struct conversation *conversation = mem_alloc(sizeof(*conversation));
    conversation->engine = engine;
    conversation->id = ++engine->last_id;
    chat_init(&conversation->chat);
    conversation->model = mem_strdup(setup->model);
    conversation->name = mem_strdup(setup->name);
    conversation->system = mem_strdup(setup->system);
    if (setup->params != NULL)
        param_list_copy(&conversation->params, setup->params);
    conversation->setup = *setup;
    conversation->setup.model = conversation->model;
    conversation->setup.name = conversation->name;
    conversation->setup.system = conversation->system;
    conversation->setup.params = &conversation->params;
    conversation_copy_fallbacks(conversation, setup);
    for (size_t i = 0; i < setup->tool_count; i++)
        tool_choice_add(&conversation->choice, setup->tools[i]);
    if (setup->tool_count > 0)
        toolbox_prepare(engine->toolbox);
    conversation->setup.tools = NULL;
    conversation->setup.tool_count = 0;
    engine->chats = mem_grow(engine->chats, &engine->chat_cap, engine->chat_count + 1,
                             sizeof(engine->chats[0]));
    engine->chats[engine->chat_count++] = conversation;
    return conversation;
}

chat_id engine_open(struct engine *engine, const struct chat_setup *setup)
{
    const chat_id id = engine_add_chat(engine, setup)->id;
    engine_emit(engine, (struct engine_event){.kind = EVENT_CHAT_OPENED, .chat = id});
    return id;
}

/* Moves the running turn to those the sweep frees. */
static void conversation_retire_turn(struct conversation *conversation)
{
    struct engine *engine = conversation->engine;
    if (conversation->turn == NULL)
        return;
    engine->ended = mem_grow(engine->ended, &engine->ended_cap, engine->ended_count + 1,
                             sizeof(engine->ended[0]));
    engine->ended[engine->ended_count++] = conversation->turn;
    conversation->turn = NULL;
    engine_plan_sweep(engine);
}

/* Marks the answer of a turn that is ended at once (not from the loop) as stopped. */
static void answer_cut(struct message *answer)
{
    if (answer->state != MESSAGE_GROWING)
        return;
    answer->state = MESSAGE_STOPPED;
    answer->facts.finish = FINISH_CANCELLED;
    message_drop_calls(answer);
    answer->version++;
}

/* Cuts the answer of a turn that was taken away. One that is whole has calls that will
 * have no results: they go. */
static void conversation_cut_answer(const struct conversation *conversation)
{
    struct message *answer = chat_last_by(&conversation->chat, MESSAGE_ASSISTANT);
    if (conversation->round.is_running)
        answer->state = MESSAGE_GROWING;
    answer_cut(answer);
}

void engine_close(struct engine *engine, chat_id id)
{
    struct conversation *conversation = engine_find(engine, id);
    const struct engine_event event = {.kind = EVENT_CHAT_CLOSED, .chat = id};
    if (conversation == NULL)
        return;
    const bool was_busy = conversation_is_busy(conversation);
    conversation->is_closed = true;
    /* Its transfer ends now; the memory goes with the sweep. */
    if (conversation->turn != NULL)
        turn_detach(conversation->turn);
    if (was_busy)
        conversation_cut_answer(conversation);
    round_abandon(conversation);
    engine_plan_sweep(engine);
    /* Watchers change nothing: to them it is still there. */
    conversation->is_closed = false;
    engine_tell_watchers(engine, &event);
    conversation->is_closed = true;
    if (engine->listener != NULL)
        engine->listener(engine->listener_user, &event);
}

/*
 * Turns. The listener may do anything at every event, so a turn is all there (its prompt
 * and answer stand on the path, the conversation holds it) before the first word of it is
 * told.
 */

bool conversation_is_busy(const struct conversation *conversation)
{
    return conversation->turn != NULL || conversation->round.is_running;
}

void conversation_emit(struct conversation *conversation, enum event_kind kind,
                       uint64_t message_id)
{
    if (conversation->is_closed)
        return;
    const struct engine_event event = {
        .kind = kind, .chat = conversation->id, .message_id = message_id};
    engine_emit(conversation->engine, event);
}

/* True unless it is what was told last: each turn leaves out the same parameters. */
static bool conversation_is_news(struct conversation *conversation,
                                 const struct engine_event *event)
{
    char *text = mem_strndup(event->text, event->len);
    const bool is_news =
        conversation->last_notice == NULL || strcmp(conversation->last_notice, text) != 0;
    mem_free(conversation->last_notice);
    conversation->last_notice = text;
    return is_news;
}

static void conversation_on_event(void *user, const struct engine_event *event)
{
    struct conversation *conversation = user;
    struct engine_event tagged = *event;
    tagged.chat = conversation->id;
    if (event->kind == EVENT_NOTICE && !conversation_is_news(conversation, event))
        return;
    engine_emit(conversation->engine, tagged);
}

static void conversation_on_settled(void *user);

struct message *conversation_add_message(struct conversation *conversation,
                                         enum message_author author)
{
    struct message *message = chat_add(&conversation->chat, author);
    message->created_ms = clock_wall_ms();
    return message;
}

/* What a prompt is about stands before it, as the services advise. */
static struct message *conversation_add_prompt(struct conversation *conversation,
                                               const struct prompt *prompt)
{
    struct message *message = conversation_add_message(conversation, MESSAGE_USER);
    struct strbuf valid;
    strbuf_init(&valid, STRBUF_OWN_MAX);
    utf8_append_valid(&valid, prompt->text, prompt->len);
    attachment_list_write(prompt->attachments, message);
    message_append(message, PART_TEXT, strbuf_text(&valid), valid.len);
    strbuf_clear(&valid);
    return message;
}

void conversation_add_turn(struct conversation *conversation, bool is_forced)
{
    struct engine *engine = conversation->engine;
    struct message *answer = conversation_add_message(conversation, MESSAGE_ASSISTANT);
    answer->state = MESSAGE_GROWING;
    tool_offer_free(conversation->offer);
    conversation->offer = tool_offer_new(engine->toolbox, &conversation->choice);
    const struct turn_context context = {
        .loop = engine->loop,
        .http = engine->http,
        .gate = &engine->gate,
        .rng = &engine->rng,
        .log = engine->log,
        .settings = &engine->settings,
        .catalog = engine->catalog,
        .keys = engine->keys,
        .adaptations = &engine->adaptations,
        .connections = &engine->connections,
        .wire = &engine->wire,
        .replay = engine->replay,
    };
    const struct turn_request request = {
        .chat = conversation->id,
        .endpoint = conversation->setup.endpoint,
        .model = conversation->setup.model,
        .system = conversation->setup.system,
        .params = conversation->setup.params,
        .fallbacks = conversation->setup.fallbacks,
        .fallback_count = conversation->setup.fallback_count,
        .tools = tool_offer_get_list(conversation->offer),
        .is_streaming = conversation->setup.is_streaming,
        .spending = conversation->setup.is_counted_by_owner ? NULL : engine->spending,
        .is_forced = is_forced,
        .answer = answer,
    };
    const struct turn_owner owner = {conversation_on_event, conversation_on_settled,
                                     conversation};
    conversation->is_held = false;
    conversation->turn = turn_new(&context, &request, &owner);
}

void conversation_start_turn(struct conversation *conversation,
                             const struct message *prompt)
{
    struct turn *turn = conversation->turn;
    const uint64_t answer_id = chat_tip(&conversation->chat)->id;
    round_reset(conversation);
    if (prompt != NULL)
        conversation_emit(conversation, EVENT_MESSAGE_ADDED, prompt->id);
    if (conversation->turn == turn)
        conversation_emit(conversation, EVENT_MESSAGE_ADDED, answer_id);
    if (conversation->turn == turn)
        conversation_emit(conversation, EVENT_TURN_STARTED, answer_id);
    if (conversation->turn == turn)
        conversation_tell_missing(conversation);
    turn_start(turn);
}

static void conversation_send_next(struct conversation *conversation)
{
    if (conversation->queue_len == 0)
        return;
    struct queued_prompt queued = conversation->queue[0];
    conversation->queue_len--;
    memmove(conversation->queue, conversation->queue + 1,
            conversation->queue_len * sizeof(conversation->queue[0]));
    const struct message *prompt = conversation_add_prompt(
        conversation, &(struct prompt){.text = queued.text,
                                       .len = strlen(queued.text),
                                       .attachments = &queued.attachments});
    queued_prompt_clear(&queued);
    conversation_add_turn(conversation, false);
    struct turn *turn = conversation->turn;
    conversation_emit(conversation, EVENT_QUEUE, 0);
    if (conversation->turn == turn)
        conversation_start_turn(conversation, prompt);
}

void conversation_go_on(struct conversation *conversation, uint64_t results_id)
{
    conversation_add_turn(conversation, false);
    struct turn *turn = conversation->turn;
    const uint64_t answer_id = chat_tip(&conversation->chat)->id;
    conversation_emit(conversation, EVENT_MESSAGE_ADDED, results_id);
    if (conversation->turn == turn)
        conversation_emit(conversation, EVENT_MESSAGE_ADDED, answer_id);
    turn_start(turn);
}

void conversation_finish(struct conversation *conversation, struct message *answer)
{
    if (answer->state == MESSAGE_FAILED) {
        /* What follows a failed answer was written for a good one: let the person look.
         */
        conversation->is_held = true;
        conversation_emit(conversation, EVENT_ERROR, answer->id);
    }
    conversation_emit(conversation, EVENT_DONE, answer->id);
    const bool may_go_on = !conversation->is_closed && !conversation->is_held &&
                           !conversation_is_busy(conversation);
    if (may_go_on)
        conversation_send_next(conversation);
}

static void conversation_on_settled(void *user)
{
    struct conversation *conversation = user;
    struct message *answer = chat_last_by(&conversation->chat, MESSAGE_ASSISTANT);
    conversation_retire_turn(conversation);
    if (!round_begin(conversation, answer))
        conversation_finish(conversation, answer);
}

void conversation_queue(struct conversation *conversation, const struct prompt *prompt)
{
    conversation->queue =
        mem_grow(conversation->queue, &conversation->queue_cap,
                 conversation->queue_len + 1, sizeof(conversation->queue[0]));
    struct queued_prompt *queued = &conversation->queue[conversation->queue_len++];
    *queued = (struct queued_prompt){.text = mem_strndup(prompt->text, prompt->len)};
    attachment_list_copy(&queued->attachments, prompt->attachments);
}

static bool conversation_replace(struct conversation *conversation,
                                 const struct prompt *prompt)
{
    struct message *old = chat_find(&conversation->chat, prompt->replaces);
    if (old == NULL || old->author != MESSAGE_USER)
        return false;
    struct turn *cut_turn = conversation->turn;
    struct message *cut = chat_last_by(&conversation->chat, MESSAGE_ASSISTANT);
    const bool was_busy = conversation_is_busy(conversation);
    conversation_retire_turn(conversation);
    if (was_busy)
        conversation_cut_answer(conversation);
    round_abandon(conversation);
    chat_set_tip(&conversation->chat, old->parent);
    const struct message *added = conversation_add_prompt(conversation, prompt);
    conversation_add_turn(conversation, false);
    struct turn *turn = conversation->turn;
    if (cut_turn != NULL)
        turn_detach(cut_turn);
    if (was_busy)
        conversation_emit(conversation, EVENT_DONE, cut->id);
    if (conversation->turn == turn)
        conversation_start_turn(conversation, added);
    return true;
}

bool engine_send_prompt(struct engine *engine, chat_id id, const struct prompt *prompt)
{
    struct conversation *conversation = engine_find(engine, id);
    if (conversation == NULL || prompt->len == 0 || engine->replay != NULL)
        return false;
    if (prompt->replaces != 0)
        return conversation_replace(conversation, prompt);
    if (!conversation_is_busy(conversation) && conversation->queue_len == 0) {
        const struct message *added = conversation_add_prompt(conversation, prompt);
        conversation_add_turn(conversation, false);
        conversation_start_turn(conversation, added);
        return true;
    }
    conversation_queue(conversation, prompt);
    if (!conversation_is_busy(conversation))
        conversation_send_next(conversation);
    else
        conversation_emit(conversation, EVENT_QUEUE, 0);
    return true;
}

bool engine_send(struct engine *engine, chat_id id, const char *text, size_t len)
{
    return engine_send_prompt(engine, id, &(struct prompt){.text = text, .len = len});
}

bool engine_send_edited(struct engine *engine, chat_id id, uint64_t message_id,
                        const char *text, size_t len)
{
    const struct prompt prompt = {.text = text, .len = len, .replaces = message_id};
    return message_id != 0 && engine_send_prompt(engine, id, &prompt);
}

bool engine_retry(struct engine *engine, chat_id id)
{
    struct conversation *conversation = engine_find(engine, id);
    if (conversation == NULL || conversation_is_busy(conversation) ||
        engine->replay != NULL)
        return false;
    struct message *prompt = chat_last_by(&conversation->chat, MESSAGE_USER);
    if (prompt == NULL)
        return false;
    chat_set_tip(&conversation->chat, prompt);
    conversation_add_turn(conversation, true);
    conversation_start_turn(conversation, NULL);
    return true;
}

bool engine_can_continue(const struct engine *engine, chat_id id)
{
    const struct conversation *conversation = engine_find(engine, id);
    if (conversation == NULL || conversation_is_busy(conversation) ||
        engine->replay != NULL)
        return false;
    const struct message *tip = chat_tip(&conversation->chat);
    return continuation_is_possible(tip) || continuation_is_after_tools(tip);
}

bool engine_continue(struct engine *engine, chat_id id)
{
    static const char words[] = "Continue exactly where you stopped.";
    struct conversation *conversation = engine_find(engine, id);
    if (!engine_can_continue(engine, id))
        return false;
    struct message *tip = chat_tip(&conversation->chat);
    if (continuation_is_after_tools(tip)) {
        chat_set_tip(&conversation->chat, tip->parent);
        conversation_add_turn(conversation, true);
        conversation_start_turn(conversation, NULL);
        return true;
    }
    struct message *prompt = NULL;
    if (!continuation_is_prefill(&conversation->setup, chat_tip(&conversation->chat))) {
        prompt = conversation_add_prompt(
            conversation, &(struct prompt){.text = words, .len = strlen(words)});
        prompt->is_automatic = true;
    }
    conversation_add_turn(conversation, true);
    chat_tip(&conversation->chat)->is_continuation = true;
    conversation_start_turn(conversation, prompt);
    return true;
}

size_t engine_get_connections(const struct engine *engine,
                              const struct connection_facts **facts)
{
    *facts = engine->connections.items;
    return engine->connections.len;
}

void engine_stop(struct engine *engine, chat_id id)
{
    struct conversation *conversation = engine_find(engine, id);
    if (conversation == NULL || !conversation_is_busy(conversation) ||
        engine->replay != NULL)
        return;
    conversation->is_held = true;
    if (conversation->turn != NULL)
        turn_stop(conversation->turn);
    else
        round_stop(conversation);
}

void engine_stop_all(struct engine *engine)
{
    for (size_t i = 0; i < engine->chat_count; i++)
        engine_stop(engine, engine->chats[i]->id);
}

void engine_count_chat(struct engine *engine, chat_id id)
{
    struct conversation *conversation = engine_find(engine, id);
    if (conversation == NULL)
        return;
    conversation->setup.is_counted_by_owner = false;
    conversation->setup.is_unkept = false;
}

void engine_set_model(struct engine *engine, chat_id id, const struct endpoint *endpoint,
                      const char *model)
{
    struct conversation *conversation = engine_find(engine, id);
    if (conversation == NULL)
        return;
    char *copy = mem_strdup(model);
    conversation_drop_fallbacks(conversation);
    mem_free(conversation->model);
    conversation->model = copy;
    conversation->setup.model = copy;
    conversation->setup.name = NULL; /* it was another model's */
    conversation->setup.endpoint = endpoint;
}

char *engine_take_back(struct engine *engine, chat_id id)
{
    struct conversation *conversation = engine_find(engine, id);
    if (conversation == NULL || conversation->queue_len == 0)
        return NULL;
    struct queued_prompt *queued = &conversation->queue[--conversation->queue_len];
    char *text = queued->text;
    attachment_list_clear(&queued->attachments);
    engine_emit(engine, (struct engine_event){.kind = EVENT_QUEUE, .chat = id});
    return text;
}

size_t engine_queue_count(const struct engine *engine, chat_id id)
{
    const struct conversation *conversation = engine_find(engine, id);
    return conversation != NULL ? conversation->queue_len : 0;
}

const char *engine_queue_get(const struct engine *engine, chat_id id, size_t index)
{
    const struct conversation *conversation = engine_find(engine, id);
    return conversation != NULL && index < conversation->queue_len
               ? conversation->queue[index].text
               : NULL;
}

const struct chat *engine_get_chat(const struct engine *engine, chat_id id)
{
    const struct conversation *conversation = engine_find(engine, id);
    return conversation != NULL ? &conversation->chat : NULL;
}

const struct chat_setup *engine_get_setup(const struct engine *engine, chat_id id)
{
    const struct conversation *conversation = engine_find(engine, id);
    return conversation != NULL ? &conversation->setup : NULL;
}

struct turn_status engine_get_turn(const struct engine *engine, chat_id id)
{
    const struct conversation *conversation = engine_find(engine, id);
    struct turn_status status = {.state = TURN_IDLE,
                                 .first_token_ms = -1,
                                 .last_byte_ms = -1,
                                 .wait_until_ms = -1};
    if (conversation != NULL && conversation->round.is_running) {
        status.state = conversation->round.state;
        status.since_ms = conversation->round.since_ms;
        status.attempt = 1;
    }
    if (conversation == NULL || conversation->turn == NULL)
        return status;
    return turn_get_status(conversation->turn);
}

bool engine_is_busy(const struct engine *engine, chat_id id)
{
    const struct conversation *conversation = engine_find(engine, id);
    return conversation != NULL && conversation_is_busy(conversation);
}

bool engine_is_replaying(const struct engine *engine)
{
    return engine->replay != NULL;
}

bool engine_check_live(const struct engine *engine, struct error *err)
{
    if (engine->replay == NULL)
        return true;
    error_set(err, ERROR_USAGE, "this is a recording: nothing is sent, nothing runs");
    return false;
}

size_t engine_busy_count(const struct engine *engine)
{
    size_t count = 0;
    for (size_t i = 0; i < engine->chat_count; i++)
        count += !engine->chats[i]->is_closed && conversation_is_busy(engine->chats[i]);
    return count;
}

/* Lists of models. */

static struct model_list *engine_find_list(const struct engine *engine,
                                           const struct endpoint *endpoint)
{
    for (size_t i = 0; i < engine->list_count; i++) {
        if (model_list_get_endpoint(engine->lists[i]) == endpoint)
            return engine->lists[i];
    }
    return NULL;
}

static void engine_on_models(void *user, struct model_list *list)
{
    struct engine_event event = {.kind = EVENT_MODELS,
                                 .endpoint = model_list_get_endpoint(list)};
    engine_emit(user, event);
}

void engine_ask_models(struct engine *engine, const struct endpoint *endpoint, bool again)
{
    struct model_list *list = engine_find_list(engine, endpoint);
    const bool is_new = list == NULL;
    if (engine->replay != NULL)
        return;
    if (is_new) {
        const struct turn_limits limits = turn_limits_from_settings(
            &engine->settings, endpoint->clock_ms, http_is_loopback(endpoint->base_url));
        list = model_list_new(
            engine->loop, engine->http, engine->keys, endpoint,
            &(struct model_list_owner){engine_on_models, engine, limits.total_ms});
        engine->lists = mem_grow(engine->lists, &engine->list_cap, engine->list_count + 1,
                                 sizeof(engine->lists[0]));
        engine->lists[engine->list_count++] = list;
    }
    if (is_new || again)
        model_list_ask(list);
}

const struct model_list *engine_get_models(const struct engine *engine,
                                           const struct endpoint *endpoint)
{
    return engine_find_list(engine, endpoint);
}
