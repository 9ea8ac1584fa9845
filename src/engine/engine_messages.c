/*
 * A filled template put on the path of a chat. Its messages are copied: the same template
 * goes to many chats. Where the template has the chat so far in its middle, that is
 * copied to a branch of its own; nothing on the old one changes.
 */
#include "src/engine/engine_state.h"

#include "src/base/clock.h"
#include "src/base/mem.h"
#include "src/chat/message_copy.h"

/* Puts the messages up to the chat so far on a branch of their own, and that after them.
 */
static void messages_put_before(struct chat *chat, const struct rendered_prompt *prompt)
{
    const size_t count = chat->path_len;
    struct message **before = mem_alloc_array(count, sizeof(before[0]));
    for (size_t i = 0; i < count; i++)
        before[i] = chat->path[i];
    chat_set_tip(chat, NULL);
    for (size_t i = 0; i < prompt->history_at; i++)
        chat_add_copy(chat, prompt->messages[i]);
    for (size_t i = 0; i < count; i++)
        chat_add_copy(chat, before[i]);
    mem_free(before);
}

static void messages_put(struct conversation *conversation,
                         const struct rendered_prompt *prompt)
{
    struct chat *chat = &conversation->chat;
    size_t next = 0;
    if (prompt->has_history && chat->path_len > 0) {
        messages_put_before(chat, prompt);
        next = prompt->history_at;
    }
    for (; next < prompt->message_count; next++)
        chat_add_copy(chat, prompt->messages[next]);
    if (prompt->system == NULL)
        return;
    char *old = conversation->system;
    conversation->system = mem_strdup(prompt->system);
    conversation->setup.system = conversation->system;
    mem_free(old);
}

void engine_reject_answer(struct engine *engine, chat_id id, struct error *err)
{
    struct conversation *conversation = engine_find(engine, id);
    struct message *answer = conversation != NULL && !conversation_is_busy(conversation)
                                 ? chat_last_by(&conversation->chat, MESSAGE_ASSISTANT)
                                 : NULL;
    if (answer == NULL || answer->state != MESSAGE_WHOLE)
        return;
    answer->state = MESSAGE_FAILED;
    answer->facts.finish = FINISH_ERROR;
    conversation->is_held = true; /* the queue was written for a good one */
    error_move(&answer->facts.error, err);
    answer->version++;
    conversation_emit(conversation, EVENT_ERROR, answer->id);
}

bool engine_send_messages(struct engine *engine, chat_id id,
                          const struct rendered_prompt *prompt)
{
    struct conversation *conversation = engine_find(engine, id);
    const size_t count = prompt->message_count;
    if (conversation == NULL || conversation_is_busy(conversation) || count == 0 ||
        engine->replay != NULL || prompt->messages[count - 1]->author != MESSAGE_USER)
        return false;
    const size_t known = conversation->chat.message_count;
    messages_put(conversation, prompt);
    const size_t added = conversation->chat.message_count - known;
    uint64_t *ids = mem_alloc_array(added, sizeof(ids[0]));
    for (size_t i = 0; i < added; i++) {
        struct message *message = conversation->chat.messages[known + i];
        ids[i] = message->id;
        if (message->created_ms == 0)
            message->created_ms = clock_wall_ms();
    }
    conversation_add_turn(conversation, false);
    struct turn *turn = conversation->turn;
    for (size_t i = 0; i < added && conversation->turn == turn; i++)
        conversation_emit(conversation, EVENT_MESSAGE_ADDED, ids[i]);
    mem_free(ids);
    if (conversation->turn == turn && !conversation->is_closed)
        conversation_start_turn(conversation, NULL);
    return true;
}
