/*
 * Chats that were asked the same stand side by side beneath each prompt, others side by
 * side as a whole. The page's policy allows its own style sheet, by its hash, and
 * pictures out of the page itself: no script, no frame, no form, no address is ever
 * loaded.
 */
#include "src/store/export_html.h"

#include <string.h>
#include <strings.h>

#include "src/base/base64.h"
#include "src/base/compiler.h"
#include "src/store/export_style.h"
#include "src/store/html_text.h"

static void append_words(struct strbuf *out, const char *text)
{
    html_text_append(out, text, strlen(text));
}

static void append_name(struct strbuf *out, const struct session_chat *chat)
{
    struct strbuf name;
    strbuf_init(&name, STRBUF_OWN_MAX);
    export_append_name(chat, &name);
    append_words(out, strbuf_text(&name));
    strbuf_clear(&name);
}

/* --- Messages ---------------------------------------------------------------------- */

static void append_folded(struct strbuf *out, const char *what, const struct part *part)
{
    strbuf_append_format(out, "<details><summary>%s", what);
    if (part->name != NULL && part->name[0] != '\0') {
        strbuf_append_text(out, ": ");
        append_words(out, part->name);
    }
    if (part->decision != NULL)
        strbuf_append_format(out, " (%s%s%s)", part->decision,
                             part->decided_by != NULL ? " by " : "",
                             part->decided_by != NULL ? part->decided_by : "");
    strbuf_append_text(out, "</summary><pre class=\"wrap\" dir=\"auto\">");
    html_text_append(out, strbuf_text(&part->text), part->text.len);
    strbuf_append_text(out, "</pre></details>\n");
}

/* Only what every browser shows as a picture and nothing else: an SVG may hold more. */
static bool is_plain_picture(const char *media_type)
{
    static const char *const types[] = {"image/png", "image/jpeg", "image/gif",
                                        "image/webp"};
    for (size_t i = 0; media_type != NULL && i < COUNT_OF(types); i++) {
        if (strcasecmp(media_type, types[i]) == 0)
            return true;
    }
    return false;
}

static void append_picture(struct strbuf *out, const struct part *part)
{
    const char *name = part->name != NULL ? part->name : "picture";
    if (!is_plain_picture(part->media_type)) {
        strbuf_append_text(out, "<p>[picture: ");
        append_words(out, name);
        strbuf_append_format(out, ", %zu bytes]</p>\n", part->text.len);
        return;
    }
    strbuf_append_text(out, "<p><img alt=\"");
    append_words(out, name);
    strbuf_append_text(out, "\" src=\"data:");
    append_words(out, part->media_type);
    strbuf_append_text(out, ";base64,");
    base64_append(out, strbuf_text(&part->text), part->text.len);
    strbuf_append_text(out, "\"></p>\n");
}

static void append_part(struct strbuf *out, const struct part *part)
{
    switch (part->kind) {
    case PART_TEXT:
    case PART_REFUSAL:
        html_text_append_markdown(out, strbuf_text(&part->text), part->text.len);
        break;
    case PART_REASONING: append_folded(out, "reasoning", part); break;
    case PART_TOOL_CALL: append_folded(out, "tool call", part); break;
    case PART_TOOL_RESULT:
        append_folded(out, part->is_error ? "tool failed" : "tool result", part);
        break;
    case PART_FILE: append_folded(out, "file", part); break;
    case PART_IMAGE: append_picture(out, part); break;
    case PART_OPAQUE: break;
    }
}

static void append_parts(struct strbuf *out, const struct message *message)
{
    for (size_t i = 0; i < message->part_count; i++)
        append_part(out, &message->parts[i]);
}

static void append_message(struct strbuf *out, const struct message *message)
{
    static const char *const classes[] = {[MESSAGE_SYSTEM] = "system",
                                          [MESSAGE_USER] = "user",
                                          [MESSAGE_ASSISTANT] = "answer",
                                          [MESSAGE_TOOL] = "tools"};
    struct strbuf facts;
    strbuf_init(&facts, STRBUF_OWN_MAX);
    strbuf_append_format(out, "<article class=\"message %s\">\n",
                         classes[message->author]);
    append_parts(out, message);
    export_append_facts(message, &facts);
    if (facts.len > 0) {
        strbuf_append_format(out, "<p class=\"facts%s\">",
                             message->state == MESSAGE_FAILED ? " failed" : "");
        html_text_append(out, strbuf_text(&facts), facts.len);
        strbuf_append_text(out, "</p>\n");
    }
    strbuf_append_text(out, "</article>\n");
    strbuf_clear(&facts);
}

static void append_messages(struct strbuf *out, const struct session_chat *chat,
                            struct export_turn turn)
{
    for (size_t i = turn.first; i < turn.end; i++)
        append_message(out, chat->chat.path[i]);
}

/* --- Panes ------------------------------------------------------------------------- */

static void append_head(struct strbuf *out, const struct session_chat *chat)
{
    const size_t hidden = export_hidden_count(chat);
    if (chat->system != NULL && chat->system[0] != '\0') {
        strbuf_append_text(out, "<details><summary>system prompt</summary>"
                                "<pre class=\"wrap\" dir=\"auto\">");
        append_words(out, chat->system);
        strbuf_append_text(out, "</pre></details>\n");
    }
    if (hidden > 0)
        strbuf_append_format(out,
                             "<p class=\"meta\">%zu %s on other branches are not shown "
                             "here</p>\n",
                             hidden, hidden == 1 ? "message" : "messages");
}

static void begin_pane(struct strbuf *out, const struct session_chat *chat)
{
    strbuf_append_text(out, "<section class=\"pane\"><h3>");
    append_name(out, chat);
    strbuf_append_text(out, "</h3>\n");
}

/* The chats with all they have, side by side. */
static void append_chats(struct strbuf *out, const struct export_view *view)
{
    strbuf_append_text(out, "<div class=\"panes\">\n");
    for (size_t i = 0; i < export_view_count(view); i++) {
        const struct session_chat *chat = export_view_chat(view, i);
        begin_pane(out, chat);
        append_head(out, chat);
        append_messages(out, chat, (struct export_turn){0, chat->chat.path_len});
        strbuf_append_text(out, "</section>\n");
    }
    strbuf_append_text(out, "</div>\n");
}

/* A prompt over the whole width, and beneath it who answers what. */
static void append_turn(struct strbuf *out, const struct export_view *view, size_t number)
{
    bool is_begun = false;
    for (size_t i = 0; i < export_view_count(view); i++) {
        const struct session_chat *chat = export_view_chat(view, i);
        struct export_turn turn = export_turn_get(chat, number);
        const bool has_head = number == 0;
        if (turn.first == turn.end && !has_head)
            continue;
        if (!is_begun && number > 0) {
            strbuf_append_text(out, "<section class=\"prompt\">\n");
            append_parts(out, chat->chat.path[turn.first]);
            strbuf_append_text(out, "</section>\n");
        }
        if (!is_begun)
            strbuf_append_text(out, "<div class=\"panes\">\n");
        is_begun = true;
        turn.first += number > 0;
        begin_pane(out, chat);
        if (has_head)
            append_head(out, chat);
        append_messages(out, chat, turn);
        strbuf_append_text(out, "</section>\n");
    }
    strbuf_append_text(out, is_begun ? "</div>\n" : "");
}

/* True if anything stands before the first prompt. */
static bool has_preface(const struct export_view *view)
{
    for (size_t i = 0; i < export_view_count(view); i++) {
        const struct session_chat *chat = export_view_chat(view, i);
        const struct export_turn turn = export_turn_get(chat, 0);
        if (turn.first < turn.end || export_hidden_count(chat) > 0 ||
            (chat->system != NULL && chat->system[0] != '\0'))
            return true;
    }
    return false;
}

static void append_turns(struct strbuf *out, const struct export_view *view)
{
    size_t turns = 0;
    for (size_t i = 0; i < export_view_count(view); i++) {
        const size_t count = export_turn_count(export_view_chat(view, i));
        turns = count > turns ? count : turns;
    }
    for (size_t i = has_preface(view) ? 0 : 1; i < turns; i++)
        append_turn(out, view, i);
}

static void append_numbers(struct strbuf *out, const struct export_view *view)
{
    strbuf_append_text(out, "<footer><h2>Numbers</h2>\n<div class=\"table\">"
                            "<table class=\"numbers\"><thead><tr><th>model</th>");
    for (size_t i = 0; export_sum_column(i) != NULL; i++)
        strbuf_append_format(out, "<th>%s</th>", export_sum_column(i));
    strbuf_append_text(out, "</tr></thead><tbody>\n");
    for (size_t i = 0; i < export_view_count(view); i++) {
        const struct export_sum sum = export_sum_of(export_view_chat(view, i));
        strbuf_append_text(out, "<tr><td>");
        append_name(out, export_view_chat(view, i));
        strbuf_append_text(out, "</td>");
        for (size_t j = 0; export_sum_column(j) != NULL; j++) {
            strbuf_append_text(out, "<td>");
            export_append_sum(&sum, j, out);
            strbuf_append_text(out, "</td>");
        }
        strbuf_append_text(out, "</tr>\n");
    }
    strbuf_append_text(out, "</tbody></table></div></footer>\n");
}

/* --- The page ---------------------------------------------------------------------- */

static void begin_page(struct strbuf *out, const struct session *session)
{
    strbuf_append_text(out, "<!DOCTYPE html>\n<html lang=\"en\"><head>\n"
                            "<meta charset=\"utf-8\">\n"
                            "<meta http-equiv=\"Content-Security-Policy\" content=\""
                            "default-src 'none'; img-src data:; style-src ");
    html_text_append_hash(out, export_style, strlen(export_style));
    strbuf_append_text(out, "; base-uri 'none'; form-action 'none'\">\n"
                            "<meta name=\"referrer\" content=\"no-referrer\">\n"
                            "<meta name=\"viewport\" "
                            "content=\"width=device-width, initial-scale=1\">\n"
                            "<meta name=\"generator\" content=\"Motet\">\n<title>");
    append_words(out, export_title(session));
    strbuf_append_format(out, "</title>\n<style>%s</style>\n</head>\n<body>\n",
                         export_style);
}

static void append_header(struct strbuf *out, const struct session *session)
{
    strbuf_append_text(out, "<header><h1 dir=\"auto\">");
    append_words(out, export_title(session));
    strbuf_append_text(out, "</h1>\n<p class=\"meta\">");
    export_append_date(session->created_ms, out);
    for (size_t i = 0; i < session->tags.len; i++) {
        strbuf_append_text(out, " #");
        append_words(out, session->tags.items[i]);
    }
    strbuf_append_text(out, "</p></header>\n");
}

void export_html(const struct export_view *view, struct strbuf *out)
{
    begin_page(out, view->session);
    append_header(out, view->session);
    strbuf_append_text(out, "<main>\n");
    if (export_is_aligned(view))
        append_turns(out, view);
    else
        append_chats(out, view);
    strbuf_append_text(out, "</main>\n");
    append_numbers(out, view);
    strbuf_append_text(out, "</body></html>\n");
}
