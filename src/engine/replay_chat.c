/*
 * Chats and what stands on their paths. Messages that the engine makes itself (the
 * results of tools, the end of a turn that was stopped there) are left to it: they are
 * there already when their record is reached.
 */
#include <string.h>

#include "src/base/mem.h"
#include "src/chat/message_copy.h"
#include "src/engine/replay_state.h"

/* --- Chats ------------------------------------------------------------------------- */

static bool is_same(const char *a, const char *b)
{
    return strcmp(a != NULL ? a : "", b != NULL ? b : "") == 0;
}

/* The endpoint of that name and protocol. Nothing is ever asked there. */
static const struct endpoint *find_endpoint(struct replay *replay,
                                            const struct recording_model *model)
{
    struct catalog *catalog = replay->options.catalog;
    const char *name = model->provider != NULL ? model->provider : model->api;
    for (size_t i = 0; i < catalog->endpoint_count; i++) {
        const struct endpoint *endpoint = catalog->endpoints[i];
        if (is_same(endpoint->name, name) && is_same(endpoint->api, model->api))
            return endpoint;
    }
    struct endpoint *endpoint = catalog_add_endpoint(catalog);
    endpoint_init(endpoint, name, model->api, "http://recording.invalid");
    return endpoint;
}

static void add_chat(struct replay *replay, uint32_t recorded, chat_id id)
{
    replay->chats = mem_grow(replay->chats, &replay->chat_cap, replay->chat_count + 1,
                             sizeof(replay->chats[0]));
    replay->chats[replay->chat_count++] =
        (struct replay_chat){.recorded = recorded, .id = id};
}

enum replay_step replay_open(struct replay *replay, const struct recording_record *record)
{
    const struct recording_open *open = record->of.open;
    if (replay_find_conversation(replay, record->chat) != NULL)
        return REPLAY_UNFIT;
    struct model_ref *fallbacks =
        mem_alloc_array(open->fallback_count, sizeof(fallbacks[0]));
    for (size_t i = 0; i < open->fallback_count; i++)
        fallbacks[i] = (struct model_ref){find_endpoint(replay, &open->fallbacks[i]),
                                          open->fallbacks[i].model};
    const struct chat_setup setup = {
        .endpoint = find_endpoint(replay, &open->model),
        .model = open->model.model,
        .name = open->name,
        .system = open->system,
        .params = &open->params,
        .fallbacks = fallbacks,
        .fallback_count = open->fallback_count,
        .approval = (enum approval)open->approval,
        .hands_out_calls = open->hands_out_calls,
        .is_streaming = open->is_streaming,
    };
    /* Its records find it before anybody is told of it. */
    add_chat(replay, record->chat, replay->engine->last_id + 1);
    engine_open(replay->engine, &setup);
    mem_free(fallbacks);
    return REPLAY_PLAYED;
}

/* --- Messages ---------------------------------------------------------------------- */

/* The message that another one follows; false if it is not there. */
static bool find_parent(const struct conversation *conversation, uint64_t id,
                        struct message **parent)
{
    *parent = id != 0 ? chat_find(&conversation->chat, id) : NULL;
    return id == 0 || *parent != NULL;
}

enum replay_step replay_message(struct replay *replay,
                                const struct recording_record *record)
{
    struct conversation *conversation = replay_find_conversation(replay, record->chat);
    struct message *parent;
    if (conversation == NULL || chat_find(&conversation->chat, record->message) != NULL)
        return REPLAY_PLAYED;
    if (conversation_is_busy(conversation)) {
        /* Results, and no call has ended by itself: a person has stopped the turn. */
        if (conversation->round.is_running && conversation->turn == NULL) {
            conversation->is_held = true;
            round_stop(conversation);
        }
        return REPLAY_NOT_YET;
    }
    if (!find_parent(conversation, record->parent, &parent))
        return REPLAY_UNFIT;
    struct chat *chat = &conversation->chat;
    struct message *message = chat_add_after(chat, parent, record->of.content->author);
    message_copy(message, record->of.content);
    chat_set_tip(chat, message);
    conversation_emit(conversation, EVENT_MESSAGE_ADDED, message->id);
    return REPLAY_PLAYED;
}

enum replay_step replay_answer(struct replay *replay,
                               const struct recording_record *record)
{
    struct conversation *conversation = replay_find_conversation(replay, record->chat);
    const struct recording_answer *answer = record->of.answer;
    struct message *parent;
    if (conversation == NULL || chat_find(&conversation->chat, record->message) != NULL)
        return REPLAY_PLAYED;
    if (conversation_is_busy(conversation))
        return REPLAY_NOT_YET;
    if (!find_parent(conversation, record->parent, &parent))
        return REPLAY_UNFIT;
    const struct endpoint *endpoint = find_endpoint(replay, &answer->model);
    if (endpoint != conversation->setup.endpoint ||
        strcmp(answer->model.model, conversation->setup.model) != 0)
        engine_set_model(replay->engine, conversation->id, endpoint, answer->model.model);
    chat_set_tip(&conversation->chat, parent);
    conversation_add_turn(conversation, true);
    chat_tip(&conversation->chat)->is_continuation = answer->is_continuation;
    conversation_start_turn(conversation, NULL);
    return REPLAY_PLAYED;
}

enum replay_step replay_path(struct replay *replay, const struct recording_record *record)
{
    struct conversation *conversation = replay_find_conversation(replay, record->chat);
    struct message *tip;
    if (conversation == NULL)
        return REPLAY_PLAYED;
    if (conversation_is_busy(conversation))
        return REPLAY_NOT_YET;
    if (!find_parent(conversation, record->message, &tip))
        return REPLAY_UNFIT;
    chat_set_tip(&conversation->chat, tip);
    conversation_emit(conversation, EVENT_PATH, record->message);
    return REPLAY_PLAYED;
}
