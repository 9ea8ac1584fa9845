/*
 * The end of the program can come between any two events, so a conversation is looked at
 * from its tip: an answer that was growing, or one whose calls have no results yet.
 */
#include "src/engine/engine_restore.h"

#include <string.h>

#include "src/base/mem.h"
#include "src/engine/engine_state.h"

/* What the model is told of a call that nobody had decided on. */
static const char not_run[] =
    "This call was not run: the program ended before it was decided on.";

/* … and of one that was allowed. */
static const char cut_off[] =
    "The program ended before the result of this call was there: whether it did anything "
    "is not known.";

/* A call that the turn had put on the desk; others are somebody else's to make. */
static bool part_is_call(const struct part *part)
{
    return part->kind == PART_TOOL_CALL && part->call_id != NULL &&
           part->decision != NULL;
}

static bool part_is_undecided(const struct part *part)
{
    return strcmp(part->decision, call_decision_name(CALL_UNDECIDED)) == 0;
}

static bool message_has_calls(const struct message *message)
{
    for (size_t i = 0; i < message->part_count; i++) {
        if (part_is_call(&message->parts[i]))
            return true;
    }
    return false;
}

/* Half a call is dropped, like that of an answer that was stopped. */
static void restore_mend_answer(struct message *answer)
{
    if (answer->author != MESSAGE_ASSISTANT ||
        !(answer->is_interrupted || answer->state == MESSAGE_GROWING))
        return;
    /* It is stored as one that grows, which no search finds and no list counts as done.
     */
    if (answer->facts.finish != FINISH_CANCELLED)
        answer->version++;
    answer->is_interrupted = true;
    answer->state = MESSAGE_STOPPED;
    answer->facts.finish = FINISH_CANCELLED;
    message_drop_calls(answer);
}

static void restore_end_call(struct message *results, struct part *call)
{
    const bool was_decided = !part_is_undecided(call);
    const char *text = was_decided ? cut_off : not_run;
    if (!was_decided) {
        call->decision = call_decision_name(CALL_DENIED);
        call->reason = mem_strdup("the program ended");
    }
    struct part *part = message_add_part(results, PART_TOOL_RESULT);
    part->call_id = mem_strdup(call->call_id);
    part->name = mem_strdup(call->name);
    part->is_error = true;
    part->is_whole = true;
    part->elapsed_ms = -1;
    message_append_part(results, part, text, strlen(text));
}

/* Gives the calls of the last answer results, and the turn an end. */
static void restore_end_calls(struct conversation *conversation, struct message *answer)
{
    struct message *results = conversation_add_message(conversation, MESSAGE_TOOL);
    for (size_t i = 0; i < answer->part_count; i++) {
        if (part_is_call(&answer->parts[i]))
            restore_end_call(results, &answer->parts[i]);
    }
    answer->version++;
    round_add_end(conversation, NULL)->is_interrupted = true;
}

static void restore_mend(struct conversation *conversation)
{
    struct chat *chat = &conversation->chat;
    for (size_t i = 0; i < chat->message_count; i++)
        restore_mend_answer(chat->messages[i]);
    struct message *tip = chat_tip(chat);
    if (tip != NULL && tip->author == MESSAGE_ASSISTANT && tip->state == MESSAGE_WHOLE &&
        message_has_calls(tip))
        restore_end_calls(conversation, tip);
}

chat_id engine_open_restored(struct engine *engine, const struct chat_setup *setup,
                             struct chat *chat)
{
    struct conversation *conversation = engine_add_chat(engine, setup);
    const chat_id id = conversation->id;
    conversation->chat = *chat;
    chat_init(chat);
    restore_mend(conversation);
    engine_emit(engine, (struct engine_event){.kind = EVENT_CHAT_OPENED, .chat = id});
    return id;
}

void engine_queue_restored(struct engine *engine, chat_id id, const char *text,
                           size_t len)
{
    struct conversation *conversation = engine_find(engine, id);
    if (conversation == NULL || len == 0)
        return;
    conversation_queue(conversation, &(struct prompt){.text = text, .len = len});
    conversation->is_held = true;
    conversation_emit(conversation, EVENT_QUEUE, 0);
}

bool engine_keep_interrupted(struct engine *engine, chat_id id, uint64_t message_id)
{
    struct conversation *conversation = engine_find(engine, id);
    struct message *answer =
        conversation != NULL ? chat_find(&conversation->chat, message_id) : NULL;
    if (answer == NULL || !answer->is_interrupted)
        return false;
    answer->is_interrupted = false;
    answer->version++;
    conversation_emit(conversation, EVENT_MESSAGE_CHANGED, message_id);
    return true;
}

bool engine_is_interrupted(const struct engine *engine, chat_id id)
{
    const struct conversation *conversation = engine_find(engine, id);
    const struct message *tip =
        conversation != NULL ? chat_tip(&conversation->chat) : NULL;
    return tip != NULL && tip->is_interrupted;
}
