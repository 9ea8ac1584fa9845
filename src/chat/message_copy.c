/* Field by field: a new field of a message is to be added here too. */
#include "src/chat/message_copy.h"

#include <string.h>

#include "src/base/mem.h"

static void message_copy_part(struct message *to, const struct part *from)
{
    struct part *part = message_add_part(to, from->kind);
    part->call_id = mem_strdup(from->call_id);
    part->name = mem_strdup(from->name);
    part->media_type = mem_strdup(from->media_type);
    part->call_index = from->call_index;
    part->elapsed_ms = from->elapsed_ms;
    part->is_error = from->is_error;
    part->is_whole = from->is_whole;
    part->decision = from->decision;
    part->decided_by = from->decided_by;
    part->reason = mem_strdup(from->reason);
    message_append_part(to, part, strbuf_text(&from->text), from->text.len);
}

static void message_copy_facts(struct message *to, const struct answer_facts *from)
{
    struct answer_facts *facts = &to->facts;
    *facts = *from;
    facts->api = mem_strdup(from->api);
    facts->model = mem_strdup(from->model);
    facts->finish_raw = mem_strdup(from->finish_raw);
    facts->provider_code = mem_strdup(from->provider_code);
    facts->request_id = mem_strdup(from->request_id);
    facts->error = (struct error){ERROR_NONE, NULL};
    if (from->error.class != ERROR_NONE)
        error_set(&facts->error, from->error.class, "%s", error_text(&from->error));
    facts->tries = NULL;
    facts->try_count = 0;
    for (size_t i = 0; i < from->try_count; i++)
        message_add_try(to, from->tries[i].model, from->tries[i].class);
}

void message_copy(struct message *to, const struct message *from)
{
    for (size_t i = 0; i < from->part_count; i++)
        message_copy_part(to, &from->parts[i]);
    to->author = from->author;
    to->state = from->state;
    to->is_automatic = from->is_automatic;
    to->is_continuation = from->is_continuation;
    to->is_edited = from->is_edited;
    to->is_interrupted = from->is_interrupted;
    to->created_ms = from->created_ms;
    message_copy_facts(to, &from->facts);
}

struct message *chat_add_copy(struct chat *chat, const struct message *from)
{
    struct message *message = chat_add(chat, from->author);
    message_copy(message, from);
    return message;
}

static bool is_same_text(const char *a, const char *b)
{
    return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

static bool part_is_like(const struct part *a, const struct part *b)
{
    return a->kind == b->kind && a->text.len == b->text.len &&
           memcmp(strbuf_text(&a->text), strbuf_text(&b->text), a->text.len) == 0 &&
           is_same_text(a->name, b->name) && is_same_text(a->call_id, b->call_id) &&
           is_same_text(a->media_type, b->media_type);
}

bool message_is_like(const struct message *a, const struct message *b)
{
    if (a->author != b->author || a->state != b->state ||
        a->part_count != b->part_count || a->is_automatic != b->is_automatic ||
        !is_same_text(a->facts.model, b->facts.model))
        return false;
    for (size_t i = 0; i < a->part_count; i++) {
        if (!part_is_like(&a->parts[i], &b->parts[i]))
            return false;
    }
    return true;
}
