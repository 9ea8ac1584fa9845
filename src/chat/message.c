/* Messages own their parts; parts own their text. Nothing here interprets the text. */
#include "src/chat/message.h"

#include <string.h>

#include "src/base/mem.h"

struct message *message_new(uint64_t id, enum message_author author)
{
    struct message *message = mem_alloc(sizeof(*message));
    message->id = id;
    message->author = author;
    message->facts.usage = usage_unknown();
    message->facts.cost = -1;
    message->facts.retry_after_ms = -1;
    message->facts.first_token_ms = -1;
    message->facts.total_ms = -1;
    message->facts.timing = (struct answer_timing){-1, -1, -1, -1};
    return message;
}

/* What an empty part counts: about what it takes. */
#define PART_COST 128

static void part_clear(struct part *part)
{
    strbuf_clear(&part->text);
    mem_free(part->call_id);
    mem_free(part->name);
    mem_free(part->media_type);
    mem_free(part->reason);
}

void message_free(struct message *message)
{
    if (message == NULL)
        return;
    for (size_t i = 0; i < message->part_count; i++)
        part_clear(&message->parts[i]);
    mem_free(message->parts);
    error_clear(&message->facts.error);
    mem_free(message->facts.api);
    mem_free(message->facts.model);
    mem_free(message->facts.finish_raw);
    mem_free(message->facts.provider_code);
    mem_free(message->facts.request_id);
    for (size_t i = 0; i < message->facts.try_count; i++)
        mem_free(message->facts.tries[i].model);
    mem_free(message->facts.tries);
    mem_free(message);
}

struct part *message_add_part(struct message *message, enum part_kind kind)
{
    message->parts = mem_grow(message->parts, &message->part_cap, message->part_count + 1,
                              sizeof(message->parts[0]));
    struct part *part = &message->parts[message->part_count++];
    *part = (struct part){.kind = kind, .call_index = -1};
    strbuf_init(&part->text, MESSAGE_MAX);
    message->size += PART_COST;
    message->version++;
    return part;
}

/* The longest start of the text that fits in `room` and ends between characters. */
static size_t message_fit(const char *text, size_t len, size_t room)
{
    if (len <= room)
        return len;
    while (room > 0 && ((unsigned char)text[room] & 0xc0) == 0x80)
        room--;
    return room;
}

bool message_append_part(struct message *message, struct part *part, const char *text,
                         size_t len)
{
    const size_t room = message->size < MESSAGE_MAX ? MESSAGE_MAX - message->size : 0;
    const size_t fits = message_fit(text, len, room);
    strbuf_append(&part->text, text, fits);
    message->size += fits;
    message->version++;
    return fits == len;
}

void message_reset_part(struct message *message, struct part *part)
{
    message->size -= part->text.len;
    strbuf_reset(&part->text);
    message->version++;
}

bool message_append(struct message *message, enum part_kind kind, const char *text,
                    size_t len)
{
    if (len == 0)
        return true;
    if (message->size >= MESSAGE_MAX)
        return false;
    struct part *last =
        message->part_count > 0 ? &message->parts[message->part_count - 1] : NULL;
    if (last == NULL || last->kind != kind)
        last = message_add_part(message, kind);
    return message_append_part(message, last, text, len);
}

void message_join(const struct message *message, enum part_kind kind, struct strbuf *out)
{
    const size_t start = out->len;
    for (size_t i = 0; i < message->part_count; i++) {
        const struct part *part = &message->parts[i];
        if (part->kind != kind)
            continue;
        if (kind == PART_REASONING && out->len > start)
            strbuf_append_text(out, "\n\n");
        strbuf_append(out, strbuf_text(&part->text), part->text.len);
    }
}

const struct message *message_previous_answer(const struct message *answer)
{
    const struct message *results = answer->parent;
    return results != NULL && results->author == MESSAGE_TOOL ? results->parent : NULL;
}

bool message_has_content(const struct message *message)
{
    for (size_t i = 0; i < message->part_count; i++) {
        const struct part *part = &message->parts[i];
        if (part->kind != PART_OPAQUE &&
            (part->text.len > 0 || part->kind == PART_TOOL_CALL))
            return true;
    }
    return false;
}

void message_add_try(struct message *message, const char *model, enum error_class class)
{
    struct answer_facts *facts = &message->facts;
    facts->tries =
        mem_resize_array(facts->tries, facts->try_count + 1, sizeof(facts->tries[0]));
    facts->tries[facts->try_count++] =
        (struct failed_try){.model = mem_strdup(model), .class = class};
}

void message_drop_calls(struct message *message)
{
    size_t kept = 0;
    for (size_t i = 0; i < message->part_count; i++) {
        if (message->parts[i].kind == PART_TOOL_CALL)
            part_clear(&message->parts[i]);
        else
            message->parts[kept++] = message->parts[i];
    }
    if (kept != message->part_count)
        message->version++;
    message->part_count = kept;
}
