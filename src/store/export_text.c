/* Who speaks stands between lines of "=" and "-"; what is beside the talk (reasoning,
 * tools, files) behind a bar. */
#include "src/store/export_text.h"

#include <string.h>

static void append_rule(struct strbuf *out, char sign)
{
    for (int i = 0; i < 72; i++)
        strbuf_append_char(out, sign);
    strbuf_append_char(out, '\n');
}

/* A text on a line of its own. */
static void append_line(struct strbuf *out, const char *text)
{
    struct strbuf clean;
    strbuf_init(&clean, STRBUF_OWN_MAX);
    export_append_clean(&clean, text, strlen(text));
    for (size_t i = 0; i < clean.len; i++)
        strbuf_append_char(out, clean.text[i] == '\n' ? ' ' : clean.text[i]);
    strbuf_append_char(out, '\n');
    strbuf_clear(&clean);
}

/* A text with its line ends, each line behind `bar`, the last one whole. */
static void append_lines(struct strbuf *out, const char *text, size_t len,
                         const char *bar)
{
    struct strbuf clean;
    strbuf_init(&clean, STRBUF_OWN_MAX);
    export_append_clean(&clean, text, len);
    const char *at = strbuf_text(&clean);
    const char *end = at + clean.len;
    while (at < end) {
        const char *stop = memchr(at, '\n', (size_t)(end - at));
        const size_t line = stop != NULL ? (size_t)(stop - at) : (size_t)(end - at);
        strbuf_append_text(out, bar);
        strbuf_append(out, at, line);
        strbuf_append_char(out, '\n');
        at += line + (stop != NULL);
    }
    strbuf_clear(&clean);
}

static void append_beside(struct strbuf *out, const char *what, const struct part *part)
{
    strbuf_append_format(out, "[%s] ", what);
    append_line(out, part->name != NULL ? part->name : "");
    append_lines(out, strbuf_text(&part->text), part->text.len, "| ");
    strbuf_append_char(out, '\n');
}

static void append_part(struct strbuf *out, const struct part *part)
{
    switch (part->kind) {
    case PART_TEXT:
    case PART_REFUSAL:
        append_lines(out, strbuf_text(&part->text), part->text.len, "");
        strbuf_append_char(out, '\n');
        break;
    case PART_REASONING: append_beside(out, "reasoning", part); break;
    case PART_TOOL_CALL:
        append_beside(out, "tool call", part);
        if (part->decision != NULL)
            strbuf_append_format(out, "| decision: %s\n\n", part->decision);
        break;
    case PART_TOOL_RESULT:
        append_beside(out, part->is_error ? "tool failed" : "tool result", part);
        break;
    case PART_FILE: append_beside(out, "file", part); break;
    case PART_IMAGE:
        strbuf_append_format(out, "[picture, %zu bytes] ", part->text.len);
        append_line(out, part->name != NULL ? part->name : "");
        strbuf_append_char(out, '\n');
        break;
    case PART_OPAQUE: break;
    }
}

static void append_speaker(struct strbuf *out, const struct session_chat *chat,
                           const struct message *message)
{
    struct strbuf name;
    strbuf_init(&name, STRBUF_OWN_MAX);
    switch (message->author) {
    case MESSAGE_SYSTEM: strbuf_append_text(&name, "System"); break;
    case MESSAGE_USER:
        strbuf_append_text(&name, message->is_automatic ? "Asked to go on" : "You");
        break;
    case MESSAGE_ASSISTANT: export_append_name(chat, &name); break;
    case MESSAGE_TOOL: strbuf_append_text(&name, "Tools"); break;
    }
    append_line(out, strbuf_text(&name));
    append_rule(out, '-');
    strbuf_clear(&name);
}

static void append_messages(struct strbuf *out, const struct session_chat *chat,
                            struct export_turn turn)
{
    for (size_t i = turn.first; i < turn.end; i++) {
        const struct message *message = chat->chat.path[i];
        struct strbuf facts;
        append_speaker(out, chat, message);
        for (size_t j = 0; j < message->part_count; j++)
            append_part(out, &message->parts[j]);
        strbuf_init(&facts, STRBUF_OWN_MAX);
        export_append_facts(message, &facts);
        if (facts.len > 0) {
            strbuf_append_text(out, "-- ");
            append_line(out, strbuf_text(&facts));
            strbuf_append_char(out, '\n');
        }
        strbuf_clear(&facts);
    }
}

static void append_head(struct strbuf *out, const struct session_chat *chat)
{
    const size_t hidden = export_hidden_count(chat);
    if (chat->system != NULL && chat->system[0] != '\0') {
        strbuf_append_text(out, "[system prompt] ");
        struct strbuf name;
        strbuf_init(&name, STRBUF_OWN_MAX);
        export_append_name(chat, &name);
        append_line(out, strbuf_text(&name));
        strbuf_clear(&name);
        append_lines(out, chat->system, strlen(chat->system), "| ");
        strbuf_append_char(out, '\n');
    }
    if (hidden > 0)
        strbuf_append_format(out, "[%zu %s on other branches are not shown here]\n\n",
                             hidden, hidden == 1 ? "message" : "messages");
}

static void append_chat(struct strbuf *out, const struct session_chat *chat)
{
    struct strbuf name;
    strbuf_init(&name, STRBUF_OWN_MAX);
    export_append_name(chat, &name);
    append_rule(out, '=');
    append_line(out, strbuf_text(&name));
    append_rule(out, '=');
    strbuf_append_char(out, '\n');
    append_head(out, chat);
    append_messages(out, chat, (struct export_turn){0, chat->chat.path_len});
    strbuf_clear(&name);
}

static void append_aligned(struct strbuf *out, const struct export_view *view)
{
    size_t turns = 0;
    for (size_t i = 0; i < export_view_count(view); i++) {
        const struct session_chat *chat = export_view_chat(view, i);
        const size_t count = export_turn_count(chat);
        turns = count > turns ? count : turns;
        append_head(out, chat);
    }
    for (size_t number = 0; number < turns; number++) {
        bool is_begun = false;
        for (size_t i = 0; i < export_view_count(view); i++) {
            const struct session_chat *chat = export_view_chat(view, i);
            struct export_turn turn = export_turn_get(chat, number);
            /* The prompt only once. */
            turn.first += is_begun && number > 0 && turn.first < turn.end;
            is_begun = is_begun || turn.first < turn.end;
            append_messages(out, chat, turn);
        }
    }
}

static void append_numbers(struct strbuf *out, const struct export_view *view)
{
    append_rule(out, '=');
    for (size_t i = 0; i < export_view_count(view); i++) {
        const struct export_sum sum = export_sum_of(export_view_chat(view, i));
        struct strbuf line;
        strbuf_init(&line, STRBUF_OWN_MAX);
        export_append_name(export_view_chat(view, i), &line);
        for (size_t j = 0; export_sum_column(j) != NULL; j++) {
            struct strbuf cell;
            strbuf_init(&cell, STRBUF_OWN_MAX);
            export_append_sum(&sum, j, &cell);
            if (cell.len > 0)
                strbuf_append_format(&line, "%s %s %s", j > 0 ? "," : ":",
                                     export_sum_column(j), strbuf_text(&cell));
            strbuf_clear(&cell);
        }
        append_line(out, strbuf_text(&line));
        strbuf_clear(&line);
    }
}

void export_text(const struct export_view *view, struct strbuf *out)
{
    const size_t count = export_view_count(view);
    append_line(out, export_title(view->session));
    const size_t dated = out->len;
    export_append_date(view->session->created_ms, out);
    strbuf_append_text(out, out->len > dated ? "\n\n" : "\n");
    if (export_is_aligned(view))
        append_aligned(out, view);
    else
        for (size_t i = 0; i < count; i++)
            append_chat(out, export_view_chat(view, i));
    append_numbers(out, view);
}
