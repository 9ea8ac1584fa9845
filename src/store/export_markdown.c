/*
 * Prompts and answers are quotations, so that nothing in them ends where it should not or
 * becomes a heading of the document. Reasoning, tools and files stand in fences that are
 * longer than any inside, folded where a reader knows <details>.
 */
#include "src/store/export_markdown.h"

#include <string.h>

#include "src/base/mem.h"

/* A text in one line that is no mark-up. */
static void append_inline(struct strbuf *out, const char *text)
{
    struct strbuf clean;
    strbuf_init(&clean, STRBUF_OWN_MAX);
    export_append_clean(&clean, text, strlen(text));
    for (size_t i = 0; i < clean.len; i++) {
        const char byte = clean.text[i];
        if (byte != '\0' && strchr("\\`*_{}[]<>#|!&~", byte) != NULL)
            strbuf_append_char(out, '\\');
        strbuf_append_char(out, byte == '\n' || byte == '\t' ? ' ' : byte);
    }
    strbuf_clear(&clean);
}

static void append_name(struct strbuf *out, const struct session_chat *chat)
{
    struct strbuf name;
    strbuf_init(&name, STRBUF_OWN_MAX);
    export_append_name(chat, &name);
    append_inline(out, strbuf_text(&name));
    strbuf_clear(&name);
}

static void append_quote(struct strbuf *out, const struct strbuf *text)
{
    const char *at = strbuf_text(text);
    const char *end = at + text->len;
    while (at < end) {
        const char *stop = memchr(at, '\n', (size_t)(end - at));
        const size_t len = stop != NULL ? (size_t)(stop - at) : (size_t)(end - at);
        strbuf_append_text(out, len > 0 ? "> " : ">");
        strbuf_append(out, at, len);
        strbuf_append_char(out, '\n');
        at += len + (stop != NULL);
    }
    strbuf_append_char(out, '\n');
}

/* The longest run of backticks. */
static size_t longest_ticks(const struct strbuf *text)
{
    size_t longest = 0;
    size_t run = 0;
    for (size_t i = 0; i < text->len; i++) {
        run = text->text[i] == '`' ? run + 1 : 0;
        longest = run > longest ? run : longest;
    }
    return longest;
}

static void append_fence(struct strbuf *out, const char *word, const struct strbuf *text)
{
    const size_t ticks = longest_ticks(text) < 3 ? 3 : longest_ticks(text) + 1;
    for (size_t i = 0; i < ticks; i++)
        strbuf_append_char(out, '`');
    strbuf_append_format(out, "%s\n", word);
    strbuf_append(out, strbuf_text(text), text->len);
    if (text->len > 0 && text->text[text->len - 1] != '\n')
        strbuf_append_char(out, '\n');
    for (size_t i = 0; i < ticks; i++)
        strbuf_append_char(out, '`');
    strbuf_append_text(out, "\n\n");
}

/* A summary is HTML: what could be mark-up of it is written as entities. */
static void append_summary(struct strbuf *out, const char *before, const char *name)
{
    struct strbuf clean;
    strbuf_init(&clean, STRBUF_OWN_MAX);
    export_append_clean(&clean, name, strlen(name));
    strbuf_append_format(out, "<details><summary>%s", before);
    for (size_t i = 0; i < clean.len; i++) {
        const char byte = clean.text[i];
        if (byte == '<' || byte == '>' || byte == '&')
            strbuf_append_format(out, "&#%d;", byte);
        else
            strbuf_append_char(out, byte == '\n' ? ' ' : byte);
    }
    strbuf_append_text(out, "</summary>\n\n");
    strbuf_clear(&clean);
}

static void append_folded(struct strbuf *out, const char *before, const char *name,
                          const struct part *part)
{
    const char *bytes = strbuf_text(&part->text);
    struct strbuf clean;
    strbuf_init(&clean, STRBUF_OWN_MAX);
    export_append_clean(&clean, bytes, part->text.len);
    append_summary(out, before, name);
    append_fence(out, part->kind == PART_TOOL_CALL ? "json" : "", &clean);
    strbuf_append_text(out, "</details>\n\n");
    strbuf_clear(&clean);
}

static void append_call(struct strbuf *out, const struct part *part)
{
    struct strbuf before;
    strbuf_init(&before, STRBUF_OWN_MAX);
    strbuf_append_text(&before, "Tool call");
    if (part->decision != NULL)
        strbuf_append_format(&before, " (%s%s%s)", part->decision,
                             part->decided_by != NULL ? " by " : "",
                             part->decided_by != NULL ? part->decided_by : "");
    strbuf_append_text(&before, ": ");
    append_folded(out, strbuf_text(&before), part->name != NULL ? part->name : "", part);
    strbuf_clear(&before);
}

static void append_part(struct strbuf *out, const struct part *part)
{
    const char *name = part->name != NULL ? part->name : "";
    struct strbuf clean;
    switch (part->kind) {
    case PART_TEXT:
    case PART_REFUSAL:
        strbuf_init(&clean, STRBUF_OWN_MAX);
        export_append_clean(&clean, strbuf_text(&part->text), part->text.len);
        append_quote(out, &clean);
        strbuf_clear(&clean);
        break;
    case PART_REASONING: append_folded(out, "Reasoning", "", part); break;
    case PART_TOOL_CALL: append_call(out, part); break;
    case PART_TOOL_RESULT:
        append_folded(out, part->is_error ? "Tool failed: " : "Tool result: ", name,
                      part);
        break;
    case PART_FILE: append_folded(out, "File: ", name, part); break;
    case PART_IMAGE:
        strbuf_append_text(out, "*Picture: ");
        append_inline(out, name);
        strbuf_append_format(out, ", %zu bytes*\n\n", part->text.len);
        break;
    case PART_OPAQUE: break;
    }
}

static void append_parts(struct strbuf *out, const struct message *message)
{
    for (size_t i = 0; i < message->part_count; i++)
        append_part(out, &message->parts[i]);
}

static void append_facts(struct strbuf *out, const struct message *message)
{
    struct strbuf facts;
    strbuf_init(&facts, STRBUF_OWN_MAX);
    export_append_facts(message, &facts);
    if (facts.len > 0) {
        strbuf_append_char(out, '*');
        append_inline(out, strbuf_text(&facts));
        strbuf_append_text(out, "*\n\n");
    }
    strbuf_clear(&facts);
}

static void append_heading(struct strbuf *out, size_t level,
                           const struct session_chat *chat, const struct message *message)
{
    for (size_t i = 0; i < level; i++)
        strbuf_append_char(out, '#');
    strbuf_append_char(out, ' ');
    switch (message->author) {
    case MESSAGE_SYSTEM: strbuf_append_text(out, "System"); break;
    case MESSAGE_USER:
        strbuf_append_text(out, message->is_automatic ? "Asked to go on" : "You");
        break;
    case MESSAGE_ASSISTANT: append_name(out, chat); break;
    case MESSAGE_TOOL: strbuf_append_text(out, "Tools"); break;
    }
    strbuf_append_text(out, "\n\n");
}

static void append_messages(struct strbuf *out, const struct session_chat *chat,
                            struct export_turn turn, size_t level)
{
    for (size_t i = turn.first; i < turn.end; i++) {
        const struct message *message = chat->chat.path[i];
        append_heading(out, level, chat, message);
        append_parts(out, message);
        append_facts(out, message);
    }
}

/* --- The document ------------------------------------------------------------------ */

static void append_system(struct strbuf *out, const struct session_chat *chat)
{
    struct strbuf clean;
    if (chat->system == NULL || chat->system[0] == '\0')
        return;
    strbuf_init(&clean, STRBUF_OWN_MAX);
    export_append_clean(&clean, chat->system, strlen(chat->system));
    strbuf_append_text(out, "**System prompt**\n\n");
    append_quote(out, &clean);
    strbuf_clear(&clean);
}

static void append_hidden(struct strbuf *out, const struct session_chat *chat)
{
    const size_t hidden = export_hidden_count(chat);
    if (hidden > 0)
        strbuf_append_format(out, "*%zu %s on other branches are not shown here.*\n\n",
                             hidden, hidden == 1 ? "message" : "messages");
}

static void append_chat(struct strbuf *out, const struct session_chat *chat,
                        bool has_heading)
{
    if (has_heading) {
        strbuf_append_text(out, "## ");
        append_name(out, chat);
        strbuf_append_text(out, "\n\n");
    }
    append_system(out, chat);
    append_hidden(out, chat);
    append_messages(out, chat, (struct export_turn){0, chat->chat.path_len},
                    has_heading ? 3 : 2);
}

/* Chats that were asked the same: the prompt once, then who answers what. */
static void append_turn(struct strbuf *out, const struct export_view *view, size_t number)
{
    bool is_begun = number == 0;
    for (size_t i = 0; i < export_view_count(view); i++) {
        const struct session_chat *chat = export_view_chat(view, i);
        struct export_turn turn = export_turn_get(chat, number);
        if (turn.first == turn.end)
            continue;
        if (!is_begun) {
            strbuf_append_format(out, "## Prompt %zu\n\n", number);
            append_parts(out, chat->chat.path[turn.first]);
            is_begun = true;
        }
        turn.first += number > 0;
        append_messages(out, chat, turn, 3);
    }
}

static void append_aligned(struct strbuf *out, const struct export_view *view)
{
    size_t turns = 0;
    for (size_t i = 0; i < export_view_count(view); i++) {
        const struct session_chat *chat = export_view_chat(view, i);
        const size_t count = export_turn_count(chat);
        turns = count > turns ? count : turns;
        if ((chat->system != NULL && chat->system[0] != '\0') ||
            export_hidden_count(chat) > 0) {
            strbuf_append_text(out, "## ");
            append_name(out, chat);
            strbuf_append_text(out, "\n\n");
            append_system(out, chat);
            append_hidden(out, chat);
        }
    }
    for (size_t i = 0; i < turns; i++)
        append_turn(out, view, i);
}

static void append_table(struct strbuf *out, const struct export_view *view)
{
    strbuf_append_text(out, "## Numbers\n\n| model |");
    for (size_t i = 0; export_sum_column(i) != NULL; i++)
        strbuf_append_format(out, " %s |", export_sum_column(i));
    strbuf_append_text(out, "\n|---|");
    for (size_t i = 0; export_sum_column(i) != NULL; i++)
        strbuf_append_text(out, "--:|");
    strbuf_append_char(out, '\n');
    for (size_t i = 0; i < export_view_count(view); i++) {
        const struct session_chat *chat = export_view_chat(view, i);
        const struct export_sum sum = export_sum_of(chat);
        strbuf_append_text(out, "| ");
        append_name(out, chat);
        strbuf_append_text(out, " |");
        for (size_t j = 0; export_sum_column(j) != NULL; j++) {
            strbuf_append_char(out, ' ');
            export_append_sum(&sum, j, out);
            strbuf_append_text(out, " |");
        }
        strbuf_append_char(out, '\n');
    }
}

static void append_tags(struct strbuf *out, const struct session *session)
{
    for (size_t i = 0; i < session->tags.len; i++) {
        strbuf_append_text(out, i > 0 ? ", " : "Tags: ");
        append_inline(out, session->tags.items[i]);
    }
    strbuf_append_text(out, session->tags.len > 0 ? "\n\n" : "");
}

void export_markdown(const struct export_view *view, struct strbuf *out)
{
    const size_t count = export_view_count(view);
    strbuf_append_text(out, "# ");
    append_inline(out, export_title(view->session));
    strbuf_append_text(out, "\n\n");
    const size_t dated = out->len;
    export_append_date(view->session->created_ms, out);
    strbuf_append_text(out, out->len > dated ? "\n\n" : "");
    append_tags(out, view->session);
    if (export_is_aligned(view))
        append_aligned(out, view);
    else
        for (size_t i = 0; i < count; i++)
            append_chat(out, export_view_chat(view, i), count > 1);
    append_table(out, view);
}
