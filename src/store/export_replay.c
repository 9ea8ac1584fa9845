/*
 * The page is that of a session whose chats stand side by side as a whole; each message
 * has an id by which the script finds it, and the story stands beside it as JSON in which
 * nothing can end the element that holds it.
 */
#include "src/store/export_replay.h"

#include <stdio.h>
#include <string.h>

#include "src/base/json.h"
#include "src/store/export_style.h"
#include "src/store/export_view.h"
#include "src/store/html_page.h"
#include "src/store/replay_script.h"

/* --- The story as JSON ---------------------------------------------------------------
 */

static const char *piece_word(enum part_kind kind)
{
    switch (kind) {
    case PART_REASONING: return "reasoning";
    case PART_TOOL_CALL:
    case PART_TOOL_RESULT: return "call";
    case PART_TEXT:
    case PART_REFUSAL:
    case PART_FILE:
    case PART_IMAGE:
    case PART_OPAQUE: break;
    }
    return "text";
}

/* A string of JSON that is harmless inside of a script element: without "<", ">", "&" and
 * the line ends that only JavaScript knows. */
static void append_string(struct strbuf *out, const char *text, size_t len)
{
    struct strbuf clean;
    struct strbuf json;
    strbuf_init(&clean, STRBUF_OWN_MAX);
    strbuf_init(&json, STRBUF_OWN_MAX);
    export_append_clean(&clean, text, len);
    json_append_string(&json, strbuf_text(&clean), clean.len);
    for (size_t i = 0; i < json.len; i++) {
        const char byte = json.text[i];
        if (byte == '<' || byte == '>' || byte == '&')
            strbuf_append_format(out, "\\u%04x", (unsigned)byte);
        else
            strbuf_append_char(out, byte);
    }
    strbuf_clear(&json);
    strbuf_clear(&clean);
}

static void append_message(struct strbuf *out, const struct replay_message *message)
{
    strbuf_append_format(out, "{\"id\":%llu,\"begin\":%lld,\"end\":%lld,\"pieces\":[",
                         (unsigned long long)message->id, (long long)message->begin_ms,
                         (long long)message->end_ms);
    for (size_t i = 0; i < message->piece_count; i++) {
        const struct replay_piece *piece = &message->pieces[i];
        strbuf_append_format(out, "%s[%lld,\"%s\",", i > 0 ? "," : "",
                             (long long)piece->at_ms, piece_word(piece->kind));
        append_string(out, piece->text, piece->len);
        strbuf_append_char(out, ']');
    }
    strbuf_append_text(out, "]}");
}

static void append_pane(struct strbuf *out, const struct replay_pane *pane)
{
    strbuf_append_text(out, "{\"messages\":[");
    for (size_t i = 0; i < pane->message_count; i++) {
        strbuf_append_text(out, i > 0 ? ",\n" : "");
        append_message(out, &pane->messages[i]);
    }
    strbuf_append_text(out, "],\"phases\":[");
    for (size_t i = 0; i < pane->phase_count; i++)
        strbuf_append_format(out, "%s[%lld,\"%s\"]", i > 0 ? "," : "",
                             (long long)pane->phases[i].at_ms, pane->phases[i].name);
    strbuf_append_text(out, "]}");
}

static void append_story(struct strbuf *out, const struct replay_story *story)
{
    strbuf_append_format(out,
                         "<script type=\"application/json\" id=\"story\">"
                         "{\"length\":%lld,\"panes\":[\n",
                         (long long)story->length_ms);
    for (size_t i = 0; i < story->pane_count; i++) {
        strbuf_append_text(out, i > 0 ? ",\n" : "");
        append_pane(out, &story->panes[i]);
    }
    strbuf_append_text(out, "]}</script>\n");
}

/* --- The page ------------------------------------------------------------------------
 */

static void append_controls(struct strbuf *out)
{
    static const char *const speeds[] = {"0.25", "0.5", "1", "2", "5", "10", "50"};
    strbuf_append_text(out,
                       "<div id=\"controls\" hidden><button id=\"play\">play</button>"
                       "<input id=\"seek\" type=\"range\" min=\"0\" step=\"any\" "
                       "aria-label=\"time\"><output id=\"clock\"></output>"
                       "<select id=\"speed\" aria-label=\"speed\">");
    for (size_t i = 0; i < sizeof(speeds) / sizeof(speeds[0]); i++)
        strbuf_append_format(out, "<option value=\"%s\"%s>%s&#215;</option>", speeds[i],
                             strcmp(speeds[i], "1") == 0 ? " selected" : "", speeds[i]);
    strbuf_append_text(out,
                       "</select></div>\n<p class=\"meta\">In the strips grey waits, "
                       "violet reasons, green writes, amber waits for tools, red for "
                       "another try.</p>\n");
}

static void append_section(struct strbuf *out, const struct session_chat *chat,
                           size_t place)
{
    strbuf_append_format(out,
                         "<section class=\"pane\"><h3><span class=\"now\" "
                         "id=\"p-%zu\"></span>",
                         place);
    html_page_append_name(out, chat);
    strbuf_append_format(out, "</h3>\n<div class=\"strip\" id=\"s-%zu\"></div>\n", place);
    html_page_append_setup(out, chat);
    for (size_t i = 0; i < chat->chat.path_len; i++) {
        char id[64];
        snprintf(id, sizeof(id), "m-%zu-%llu", place,
                 (unsigned long long)chat->chat.path[i]->id);
        html_message_append(out, chat->chat.path[i], id);
    }
    strbuf_append_text(out, "</section>\n");
}

void export_replay(const struct session *session, const struct replay_story *story,
                   struct strbuf *out)
{
    html_page_begin(out, session, export_replay_style, replay_script);
    strbuf_append_text(out, "<main>\n");
    append_controls(out);
    strbuf_append_text(out, "<div class=\"panes\">\n");
    for (size_t i = 0; i < session->chat_count; i++)
        append_section(out, &session->chats[i], i);
    strbuf_append_text(out, "</div>\n</main>\n");
    append_story(out, story);
    strbuf_append_format(out, "<script>%s</script>\n</body></html>\n", replay_script);
}
