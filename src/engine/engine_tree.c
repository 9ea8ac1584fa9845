/*
 * Each of these changes the tree first and tells of it then: the listener may do anything
 * at every event. A turn is the unit where an answer is copied: with the tools it called,
 * their results and what was written from them.
 */
#include "src/engine/engine_tree.h"

#include "src/base/clock.h"
#include "src/base/mem.h"
#include "src/base/utf8.h"
#include "src/chat/branch.h"
#include "src/chat/message_copy.h"
#include "src/engine/engine_state.h"

static void conversation_emit_path(struct conversation *conversation)
{
    const struct message *tip = chat_tip(&conversation->chat);
    conversation_emit(conversation, EVENT_PATH, tip != NULL ? tip->id : 0);
}

/* The chat, which may be changed; NULL, with the reason, otherwise. */
static struct conversation *tree_find(struct engine *engine, chat_id id,
                                      struct error *err)
{
    struct conversation *conversation = engine_find(engine, id);
    if (conversation == NULL) {
        error_set(err, ERROR_USAGE, "this conversation is not open any more");
        return NULL;
    }
    if (conversation_is_busy(conversation)) {
        error_set(err, ERROR_USAGE, "the answer is still coming: stop it first");
        return NULL;
    }
    return conversation;
}

static struct message *tree_find_message(struct conversation *conversation, uint64_t id,
                                         struct error *err)
{
    struct message *message =
        conversation != NULL ? chat_find(&conversation->chat, id) : NULL;
    if (message == NULL && conversation != NULL)
        error_set(err, ERROR_USAGE, "this conversation has no such message");
    return message;
}

/* --- Opening and forking ----------------------------------------------------------- */

static chat_id conversation_tell_opened(struct conversation *conversation)
{
    const chat_id id = conversation->id;
    engine_emit(conversation->engine,
                (struct engine_event){.kind = EVENT_CHAT_OPENED, .chat = id});
    if (conversation->chat.message_count > 0)
        conversation_emit_path(conversation);
    return id;
}

/* The messages up to the end of the turn that `last` belongs to, or to the prompt that it
 * is, as a list to be freed. */
static struct message **tree_list(const struct chat *chat, struct message *last,
                                  size_t *count)
{
    const size_t index = branch_path_index(chat, last);
    if (index < chat->path_len && !branch_begins_turn(last))
        last = chat->path[branch_turn_end(chat, index)];
    *count = 0;
    for (const struct message *at = last; at != NULL; at = at->parent)
        ++*count;
    struct message **list = mem_alloc_array(*count, sizeof(list[0]));
    size_t free_at = *count;
    for (struct message *at = last; at != NULL; at = at->parent)
        list[--free_at] = at;
    return list;
}

/* A chat with the same setup, that nobody was told of. */
static struct conversation *tree_add_chat_like(const struct conversation *from)
{
    struct conversation *to = engine_add_chat(from->engine, &from->setup);
    /* A cell of a run belongs to the run; what is made from it is the person's own. */
    to->setup.is_unkept = false;
    to->setup.is_counted_by_owner = false;
    for (size_t i = 0; i < from->choice.len; i++)
        tool_choice_add(&to->choice, from->choice.items[i]);
    return to;
}

chat_id engine_fork(struct engine *engine, chat_id id, uint64_t message_id,
                    struct error *err)
{
    struct conversation *from = engine_find(engine, id);
    if (from != NULL && message_id == 0)
        return conversation_tell_opened(tree_add_chat_like(from));
    struct message *message = tree_find_message(from, message_id, err);
    if (message == NULL)
        return 0;
    size_t count;
    struct message **list = tree_list(&from->chat, message, &count);
    if (list[count - 1]->state == MESSAGE_GROWING ||
        (conversation_is_busy(from) && list[count - 1] == chat_tip(&from->chat))) {
        mem_free(list);
        error_set(err, ERROR_USAGE,
                  "this answer is still coming: fork at a message before it");
        return 0;
    }
    struct conversation *to = tree_add_chat_like(from);
    for (size_t i = 0; i < count; i++)
        chat_add_copy(&to->chat, list[i]);
    mem_free(list);
    return conversation_tell_opened(to);
}

/* --- Branches ---------------------------------------------------------------------- */

bool engine_go_to_branch(struct engine *engine, chat_id id, uint64_t message_id,
                         struct error *err)
{
    struct conversation *conversation = tree_find(engine, id, err);
    struct message *message = tree_find_message(conversation, message_id, err);
    if (message == NULL)
        return false;
    struct chat *chat = &conversation->chat;
    if (branch_path_index(chat, message) < chat->path_len)
        return true;
    chat_set_tip(chat, branch_newest_leaf(chat, message));
    conversation_emit_path(conversation);
    return true;
}

bool engine_edit_answer(struct engine *engine, chat_id id, uint64_t message_id,
                        const char *text, size_t len, struct error *err)
{
    if (!engine_check_live(engine, err))
        return false;
    struct conversation *conversation = tree_find(engine, id, err);
    const struct message *old = tree_find_message(conversation, message_id, err);
    if (old == NULL)
        return false;
    if (old->author != MESSAGE_ASSISTANT || len == 0) {
        error_set(err, ERROR_USAGE,
                  len == 0 ? "an answer without a word cannot be gone on from"
                           : "only an answer can be rewritten");
        return false;
    }
    struct chat *chat = &conversation->chat;
    struct strbuf valid;
    strbuf_init(&valid, STRBUF_OWN_MAX);
    utf8_append_valid(&valid, text, len);
    chat_set_tip(chat, old->parent);
    struct message *answer = chat_add(chat, MESSAGE_ASSISTANT);
    message_append(answer, PART_TEXT, strbuf_text(&valid), valid.len);
    strbuf_clear(&valid);
    answer->is_edited = true;
    answer->created_ms = clock_wall_ms();
    answer->facts.api = mem_strdup(old->facts.api);
    answer->facts.model = mem_strdup(old->facts.model);
    answer->facts.finish = FINISH_STOP;
    const uint64_t added = answer->id;
    conversation_emit(conversation, EVENT_MESSAGE_ADDED, added);
    conversation_emit(conversation, EVENT_PATH, added);
    return true;
}

bool engine_answer_again(struct engine *engine, chat_id id, uint64_t message_id,
                         struct error *err)
{
    if (!engine_check_live(engine, err))
        return false;
    struct conversation *conversation = tree_find(engine, id, err);
    struct message *message = tree_find_message(conversation, message_id, err);
    if (message == NULL)
        return false;
    struct message *prompt = branch_turn_prompt(message);
    if (prompt == NULL) {
        error_set(err, ERROR_USAGE, "there is no prompt before this message");
        return false;
    }
    chat_set_tip(&conversation->chat, prompt);
    conversation_add_turn(conversation, true);
    conversation_start_turn(conversation, NULL);
    return true;
}

/* --- One answer for everyone ------------------------------------------------------- */

static struct message *tree_find_like(const struct chat *chat,
                                      const struct message *parent,
                                      const struct message *wanted)
{
    for (size_t i = 0; i < chat->message_count; i++) {
        if (chat->messages[i]->parent == parent &&
            message_is_like(chat->messages[i], wanted))
            return chat->messages[i];
    }
    return NULL;
}

/* The answer to be shared; NULL, with the reason, if there is none. */
static struct message *tree_find_answer(struct conversation *from, uint64_t message_id,
                                        struct error *err)
{
    struct message *answer = NULL;
    if (message_id != 0)
        answer = tree_find_message(from, message_id, err);
    else if (from != NULL)
        answer = chat_tip(&from->chat);
    if (answer == NULL || branch_begins_turn(answer) ||
        branch_turn_prompt(answer) == NULL) {
        error_set(err, ERROR_USAGE, "there is no answer to share");
        return NULL;
    }
    return answer;
}

/* Puts the messages below `prompt`, as far as they are not there, and makes the last the
 * tip. Returns the number of the first new one; 0: there is none. */
static uint64_t tree_graft(struct chat *chat, struct message *prompt,
                           struct message **list, size_t count)
{
    struct message *at = prompt;
    uint64_t first = 0;
    for (size_t i = 0; i < count; i++) {
        struct message *like = first == 0 ? tree_find_like(chat, at, list[i]) : NULL;
        if (like == NULL) {
            like = chat_add_after(chat, at, list[i]->author);
            message_copy(like, list[i]);
            first = first == 0 ? like->id : first;
        }
        at = like;
    }
    chat_set_tip(chat, at);
    return first;
}

/* Tells what was grafted, from message `first` on (0: nothing). */
static void conversation_tell_graft(struct conversation *conversation, uint64_t first)
{
    const uint64_t last = conversation->chat.message_count;
    for (uint64_t id = first; id > 0 && id <= last; id++)
        conversation_emit(conversation, EVENT_MESSAGE_ADDED, id);
    conversation_emit_path(conversation);
}

bool engine_share_answer(struct engine *engine, chat_id from, uint64_t message_id,
                         chat_id to, struct error *err)
{
    if (!engine_check_live(engine, err))
        return false;
    struct conversation *source = engine_find(engine, from);
    struct conversation *target = tree_find(engine, to, err);
    struct message *answer =
        target != NULL ? tree_find_answer(source, message_id, err) : NULL;
    if (answer == NULL)
        return false;
    const struct message *asked = branch_turn_prompt(answer);
    struct message *prompt = branch_turn_prompt(chat_tip(&target->chat));
    if (prompt == NULL || !message_is_like(prompt, asked)) {
        error_set(err, ERROR_USAGE, "its last prompt is another one");
        return false;
    }
    size_t count;
    struct message **list = tree_list(&source->chat, answer, &count);
    size_t begin = 0;
    while (list[begin] != asked)
        begin++;
    begin++;
    const bool is_settled =
        list[count - 1]->state != MESSAGE_GROWING &&
        !(conversation_is_busy(source) && list[count - 1] == chat_tip(&source->chat));
    const struct message *old_tip = chat_tip(&target->chat);
    if (is_settled) {
        const uint64_t first =
            tree_graft(&target->chat, prompt, list + begin, count - begin);
        if (chat_tip(&target->chat) != old_tip)
            conversation_tell_graft(target, first);
    } else {
        error_set(err, ERROR_USAGE, "the answer to share is still coming");
    }
    mem_free(list);
    return is_settled;
}
