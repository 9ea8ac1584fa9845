/*
 * Chats that were asked the same stand side by side beneath each prompt, others side by
 * side as a whole.
 */
#include "src/store/export_html.h"

#include "src/store/html_page.h"

static void append_messages(struct strbuf *out, const struct session_chat *chat,
                            struct export_turn turn)
{
    for (size_t i = turn.first; i < turn.end; i++)
        html_message_append(out, chat->chat.path[i], NULL);
}

/* --- Panes ------------------------------------------------------------------------- */

static void begin_pane(struct strbuf *out, const struct session_chat *chat)
{
    strbuf_append_text(out, "<section class=\"pane\"><h3>");
    html_page_append_name(out, chat);
    strbuf_append_text(out, "</h3>\n");
}

/* The chats with all they have, side by side. */
static void append_chats(struct strbuf *out, const struct export_view *view)
{
    strbuf_append_text(out, "<div class=\"panes\">\n");
    for (size_t i = 0; i < export_view_count(view); i++) {
        const struct session_chat *chat = export_view_chat(view, i);
        begin_pane(out, chat);
        html_page_append_setup(out, chat);
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
            html_message_append_parts(out, chat->chat.path[turn.first]);
            strbuf_append_text(out, "</section>\n");
        }
        if (!is_begun)
            strbuf_append_text(out, "<div class=\"panes\">\n");
        is_begun = true;
        turn.first += number > 0;
        begin_pane(out, chat);
        if (has_head)
            html_page_append_setup(out, chat);
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
        html_page_append_name(out, export_view_chat(view, i));
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

void export_html(const struct export_view *view, struct strbuf *out)
{
    html_page_begin(out, view->session, "", NULL);
    strbuf_append_text(out, "<main>\n");
    if (export_is_aligned(view))
        append_turns(out, view);
    else
        append_chats(out, view);
    strbuf_append_text(out, "</main>\n");
    append_numbers(out, view);
    strbuf_append_text(out, "</body></html>\n");
}
