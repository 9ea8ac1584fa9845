/*
 * Members that say nothing are left out. A message stands on a line of its own, so that
 * two files can be compared line by line. Text that JSON strings cannot carry through
 * every reader (a NUL, bytes that are no UTF-8) is written in base64.
 */
#include "src/store/export_json.h"

#include <string.h>

#include "src/base/base64.h"
#include "src/base/json.h"
#include "src/base/utf8.h"
#include "src/chat/facts_json.h"
#include "src/chat/message_words.h"
#include "src/chat/setup_json.h"
#include "src/store/session_members.h"

static void append_table(struct strbuf *out, const struct member_table *table,
                         const void *from)
{
    member_json_append(out, table->members, table->count, from);
}

static void append_number(struct strbuf *out, const char *name, uint64_t value)
{
    member_json_name(out, name);
    strbuf_append_format(out, "%llu", (unsigned long long)value);
}

static void append_texts(struct strbuf *out, const char *name,
                         const struct text_list *texts)
{
    if (texts->len == 0)
        return;
    member_json_name(out, name);
    strbuf_append_char(out, '[');
    for (size_t i = 0; i < texts->len; i++) {
        strbuf_append_text(out, i > 0 ? "," : "");
        json_append_string(out, texts->items[i], strlen(texts->items[i]));
    }
    strbuf_append_char(out, ']');
}

/* --- Messages ---------------------------------------------------------------------- */

static void append_part(struct strbuf *out, const struct part *part)
{
    const char *bytes = strbuf_text(&part->text);
    const size_t len = part->text.len;
    const bool is_text = part->kind != PART_IMAGE && memchr(bytes, '\0', len) == NULL &&
                         utf8_is_valid(bytes, len);
    strbuf_append_char(out, '{');
    member_json_text(out, "kind", message_part_word(part->kind));
    append_table(out, &session_part_members, part);
    member_json_text(out, "decision", part->decision);
    member_json_text(out, "decided_by", part->decided_by);
    if (is_text) {
        member_json_name(out, "text");
        json_append_string(out, bytes, len);
    } else {
        member_json_name(out, "base64");
        strbuf_append_char(out, '"');
        base64_append(out, bytes, len);
        strbuf_append_char(out, '"');
    }
    strbuf_append_char(out, '}');
}

static void append_message(struct strbuf *out, const struct message *message, uint64_t id,
                           uint64_t parent)
{
    struct message plain = *message; /* its plain members only */
    /* What is still being written is what an import would find interrupted. */
    if (message->state == MESSAGE_GROWING) {
        plain.state = MESSAGE_STOPPED;
        plain.is_interrupted = true;
    }
    strbuf_append_char(out, '{');
    append_number(out, "id", id);
    append_number(out, "parent", parent);
    member_json_text(out, "author", message_author_word(message->author));
    member_json_text(out, "state", message_state_word(plain.state));
    append_table(out, &session_message_members, &plain);
    member_json_name(out, "parts");
    strbuf_append_char(out, '[');
    for (size_t i = 0; i < message->part_count; i++) {
        strbuf_append_text(out, i > 0 ? "," : "");
        append_part(out, &message->parts[i]);
    }
    strbuf_append_char(out, ']');
    const size_t start = out->len;
    member_json_name(out, "facts");
    const size_t empty = out->len + 2;
    facts_json_append(out, &message->facts);
    if (out->len == empty)
        strbuf_truncate(out, start);
    strbuf_append_char(out, '}');
}

static void append_messages(struct strbuf *out, const struct chat *chat, bool is_whole)
{
    const size_t count = is_whole ? chat->message_count : chat->path_len;
    const struct message *tip = chat_tip(chat);
    append_number(out, "tip", is_whole ? (tip != NULL ? tip->id : 0) : chat->path_len);
    member_json_name(out, "messages");
    strbuf_append_char(out, '[');
    for (size_t i = 0; i < count; i++) {
        const struct message *message = is_whole ? chat->messages[i] : chat->path[i];
        const struct message *parent = message->parent;
        strbuf_append_text(out, i > 0 ? ",\n" : "\n");
        append_message(out, message, i + 1,
                       !is_whole        ? i
                       : parent != NULL ? parent->id
                                        : 0);
    }
    strbuf_append_char(out, ']');
}

/* --- Chats ------------------------------------------------------------------------- */

static void append_chat(struct strbuf *out, const struct session_chat *chat,
                        bool is_whole)
{
    strbuf_append_char(out, '{');
    member_json_name(out, "setup");
    setup_json_append(out, chat);
    append_messages(out, &chat->chat, is_whole);
    strbuf_append_char(out, '}');
}

static void append_drafts(struct strbuf *out, const struct session *session)
{
    if (session->draft_count == 0)
        return;
    member_json_name(out, "drafts");
    strbuf_append_char(out, '[');
    for (size_t i = 0; i < session->draft_count; i++) {
        strbuf_append_text(out, i > 0 ? ",{" : "{");
        append_table(out, &session_draft_members, &session->drafts[i]);
        strbuf_append_char(out, '}');
    }
    strbuf_append_char(out, ']');
}

void export_json(const struct export_view *view, struct strbuf *out)
{
    const struct session *session = view->session;
    struct session plain = *session; /* its plain members only */
    if (!view->is_whole)
        plain.layout = NULL;
    strbuf_append_char(out, '{');
    member_json_text(out, "format", SESSION_FILE_FORMAT);
    append_number(out, "version", SESSION_FILE_VERSION);
    append_table(out, &session_members, &plain);
    member_json_text(out, "title_from", session_title_word(session->title_source));
    append_texts(out, "tags", &session->tags);
    member_json_text(out, "going_on", session_going_on_word(session->going_on));
    if (view->is_whole)
        append_drafts(out, session);
    member_json_name(out, "chats");
    strbuf_append_char(out, '[');
    for (size_t i = 0; i < export_view_count(view); i++) {
        strbuf_append_text(out, i > 0 ? ",\n" : "\n");
        append_chat(out, export_view_chat(view, i), view->is_whole);
    }
    strbuf_append_text(out, "]}\n");
}
