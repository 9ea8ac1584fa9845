/*
 * One pass over the messages. A message of the service is opened by its first block
 * (open_block) and closed when a block of the other role comes, or at the end: so what
 * turns out to be empty leaves no trace, and neighbours melt together by themselves.
 */
#include "src/provider/block_messages.h"

#include <string.h>

#include "src/base/json.h"
#include "src/base/mem.h"
#include "src/provider/encode_common.h"

/* The array under way. */
struct block_writer {
    struct strbuf *body;
    const struct provider_request *request;
    const struct block_form *form;
    const char *role; /* of the message that is open, or NULL */
};

/* Makes place for the next block of a message of that role. */
static void open_block(struct block_writer *writer, const char *role)
{
    if (writer->role == NULL || strcmp(writer->role, role) != 0) {
        if (writer->role != NULL)
            strbuf_append_text(writer->body, "]}");
        encode_comma(writer->body);
        strbuf_append_format(writer->body, "{\"role\":\"%s\",\"content\":[", role);
        writer->role = role;
    }
    encode_comma(writer->body);
}

static bool is_space(char byte)
{
    return byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n';
}

static bool is_blank(const char *text, size_t len)
{
    size_t at = 0;
    while (at < len && is_space(text[at]))
        at++;
    return at == len;
}

/* Blank text is refused by the services. */
static void write_text(struct block_writer *writer, const char *role, const char *text,
                       size_t len)
{
    if (is_blank(text, len))
        return;
    open_block(writer, role);
    writer->form->write_text(writer->body, text, len);
}

static void write_question(struct block_writer *writer, const struct message *message)
{
    for (size_t i = 0; i < message->part_count; i++) {
        const struct part *part = &message->parts[i];
        struct strbuf words;
        strbuf_init(&words, STRBUF_OWN_MAX);
        if (part->kind == PART_TEXT || part->kind == PART_FILE) {
            encode_part_words(&words, part);
            write_text(writer, "user", strbuf_text(&words), words.len);
        } else if (part->kind == PART_IMAGE) {
            open_block(writer, "user");
            writer->form->write_image(writer->body, part);
        }
        strbuf_clear(&words);
    }
}

static bool has_text(const struct message *answer)
{
    for (size_t i = 0; i < answer->part_count; i++) {
        const struct part *part = &answer->parts[i];
        if (part->kind == PART_TEXT &&
            !is_blank(strbuf_text(&part->text), part->text.len))
            return true;
    }
    return false;
}

/* True if the answer is to be sent. What a service refused to go on with stays out, or it
 * would refuse every later turn too; so do thoughts with nothing behind them, unless the
 * service wants to go on from there. */
static bool is_answer_sent(const struct message *answer, const char *api)
{
    const struct answer_facts *facts = &answer->facts;
    if (facts->finish == FINISH_REFUSAL && facts->api != NULL &&
        strcmp(facts->api, api) == 0)
        return false;
    return facts->finish == FINISH_PAUSE || has_text(answer) ||
           encode_count_calls(answer) > 0;
}

/* The text without white space at its end where nothing may follow: the services refuse
 * that at the end of a conversation. */
static size_t trimmed_len(const struct part *part, bool is_last)
{
    size_t len = part->text.len;
    while (is_last && len > 0 && is_space(part->text.text[len - 1]))
        len--;
    return len;
}

static void write_answer(struct block_writer *writer, const struct message *answer,
                         bool is_last)
{
    const bool replays = encode_may_replay(writer->request, answer, writer->form->api);
    for (size_t i = 0; i < answer->part_count; i++) {
        const struct part *part = &answer->parts[i];
        const char *text = strbuf_text(&part->text);
        if (part->kind == PART_TEXT) {
            write_text(writer, "assistant", text,
                       trimmed_len(part, is_last && i + 1 == answer->part_count));
        } else if (part->kind == PART_OPAQUE && replays &&
                   json_is_valid(text, part->text.len)) {
            open_block(writer, "assistant");
            strbuf_append(writer->body, text, part->text.len);
        } else if (encode_is_call(answer, part)) {
            open_block(writer, "assistant");
            writer->form->write_call(writer->body, part);
        }
    }
}

/* Another service's refusal is an answer like any other. */
static void write_refusal(struct block_writer *writer, const struct message *answer)
{
    struct strbuf text;
    strbuf_init(&text, STRBUF_OWN_MAX);
    if (!has_text(answer))
        message_join(answer, PART_REFUSAL, &text);
    write_text(writer, "assistant", strbuf_text(&text), text.len);
    strbuf_clear(&text);
}

/* Writes one result for each call, in the calls' order. `next` is the first message after
 * the answer. */
static void write_results(struct block_writer *writer, const struct message *answer,
                          size_t next)
{
    for (size_t i = 0; i < answer->part_count; i++) {
        const struct part *call = &answer->parts[i];
        if (!encode_is_call(answer, call))
            continue;
        open_block(writer, "user");
        writer->form->write_result(
            writer->body, call, encode_find_result(writer->request, next, call->call_id));
    }
}

void block_messages_write(struct strbuf *body, const struct provider_request *request,
                          const struct block_form *form)
{
    struct block_writer writer = {.body = body, .request = request, .form = form};
    strbuf_append_char(body, '[');
    for (size_t i = 0; i < request->message_count; i++) {
        const struct message *message = request->messages[i];
        switch (message->author) {
        case MESSAGE_SYSTEM: break; /* in the request's own member */
        case MESSAGE_USER: write_question(&writer, message); break;
        case MESSAGE_ASSISTANT:
            if (is_answer_sent(message, form->api)) {
                write_answer(&writer, message, i + 1 == request->message_count);
                write_results(&writer, message, i + 1);
            } else if (message->facts.api == NULL ||
                       strcmp(message->facts.api, form->api) != 0) {
                write_refusal(&writer, message);
            }
            break;
        case MESSAGE_TOOL: break; /* written behind the answer that called */
        }
    }
    strbuf_append_text(body, writer.role != NULL ? "]}]" : "]");
}

void block_messages_join_system(struct strbuf *text,
                                const struct provider_request *request)
{
    const size_t start = text->len;
    if (request->system != NULL)
        strbuf_append_text(text, request->system);
    for (size_t i = 0; i < request->message_count; i++) {
        if (request->messages[i]->author != MESSAGE_SYSTEM)
            continue;
        if (text->len > start)
            strbuf_append_text(text, "\n\n");
        encode_join_words(text, request->messages[i]);
    }
}

static bool has_opaque(const struct message *answer)
{
    for (size_t i = 0; i < answer->part_count; i++) {
        if (answer->parts[i].kind == PART_OPAQUE)
            return true;
    }
    return false;
}

bool block_messages_is_bare_loop(const struct provider_request *request, const char *api,
                                 bool needs_thoughts)
{
    for (size_t i = request->message_count; i > 0; i--) {
        const struct message *message = request->messages[i - 1];
        switch (message->author) {
        case MESSAGE_USER: return false; /* no loop, or none of it is bare */
        case MESSAGE_ASSISTANT:
            if (encode_count_calls(message) == 0)
                return false;
            if (!encode_may_replay(request, message, api) ||
                (needs_thoughts && !has_opaque(message)))
                return true;
            break;
        case MESSAGE_SYSTEM:
        case MESSAGE_TOOL: break;
        }
    }
    return false;
}

void block_messages_write_id(struct strbuf *body, const char *id)
{
    static const char taken[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                "abcdefghijklmnopqrstuvwxyz0123456789-_";
    strbuf_append_char(body, '"');
    for (; *id != '\0'; id++)
        strbuf_append_char(body, strchr(taken, *id) != NULL ? *id : '_');
    strbuf_append_char(body, '"');
}

void block_messages_write_input(struct strbuf *body, const struct part *call)
{
    size_t len;
    const char *arguments = encode_arguments(call, &len);
    size_t at = 0;
    while (at < len && is_space(arguments[at]))
        at++;
    if (at < len && arguments[at] == '{')
        strbuf_append(body, arguments, len);
    else
        strbuf_append_text(body, "{}");
}

/* Adds the tool that was called, once. */
static size_t add_called(struct tool_definition *tools, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(tools[i].name, name) == 0)
            return count;
    }
    tools[count] = (struct tool_definition){
        .name = name, .description = "No longer available: do not call it."};
    return count + 1;
}

size_t block_messages_list_tools(const struct provider_request *request,
                                 struct tool_definition **tools)
{
    const size_t offered = request->tools != NULL ? request->tools->len : 0;
    size_t call_count = 0;
    for (size_t i = 0; i < request->message_count; i++)
        call_count += encode_count_calls(request->messages[i]);
    *tools = mem_alloc_array(offered > 0 ? offered : call_count, sizeof(**tools));
    for (size_t i = 0; i < offered; i++)
        (*tools)[i] = request->tools->items[i];
    size_t count = offered;
    for (size_t i = 0; i < request->message_count && offered == 0; i++) {
        const struct message *message = request->messages[i];
        for (size_t j = 0; j < message->part_count; j++) {
            if (encode_is_call(message, &message->parts[j]))
                count = add_called(*tools, count, message->parts[j].name);
        }
    }
    return count;
}
