/* The page's policy allows its own style sheet and script, by their hashes, and pictures
 * out of the page itself: no frame, no form, no address is ever loaded. */
#include "src/store/html_page.h"

#include <string.h>
#include <strings.h>

#include "src/base/base64.h"
#include "src/base/compiler.h"
#include "src/store/export_style.h"
#include "src/store/export_view.h"
#include "src/store/html_text.h"

static void append_words(struct strbuf *out, const char *text)
{
    html_text_append(out, text, strlen(text));
}

void html_page_append_name(struct strbuf *out, const struct session_chat *chat)
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

void html_message_append_parts(struct strbuf *out, const struct message *message)
{
    for (size_t i = 0; i < message->part_count; i++)
        append_part(out, &message->parts[i]);
}

void html_message_append(struct strbuf *out, const struct message *message,
                         const char *id)
{
    static const char *const classes[] = {[MESSAGE_SYSTEM] = "system",
                                          [MESSAGE_USER] = "user",
                                          [MESSAGE_ASSISTANT] = "answer",
                                          [MESSAGE_TOOL] = "tools"};
    struct strbuf facts;
    strbuf_init(&facts, STRBUF_OWN_MAX);
    strbuf_append_format(out, "<article class=\"message %s\"", classes[message->author]);
    if (id != NULL)
        strbuf_append_format(out, " id=\"%s\"", id);
    strbuf_append_text(out, ">\n");
    html_message_append_parts(out, message);
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

/* --- Page -------------------------------------------------------------------------- */

void html_page_append_setup(struct strbuf *out, const struct session_chat *chat)
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

void html_page_begin(struct strbuf *out, const struct session *session,
                     const char *more_style, const char *script)
{
    struct strbuf style;
    strbuf_init(&style, STRBUF_OWN_MAX);
    strbuf_append_text(&style, export_style);
    strbuf_append_text(&style, more_style);
    strbuf_append_text(out, "<!DOCTYPE html>\n<html lang=\"en\"><head>\n"
                            "<meta charset=\"utf-8\">\n"
                            "<meta http-equiv=\"Content-Security-Policy\" content=\""
                            "default-src 'none'; img-src data:; style-src ");
    html_text_append_hash(out, strbuf_text(&style), style.len);
    if (script != NULL) {
        strbuf_append_text(out, "; script-src ");
        html_text_append_hash(out, script, strlen(script));
    }
    strbuf_append_text(out, "; base-uri 'none'; form-action 'none'\">\n"
                            "<meta name=\"referrer\" content=\"no-referrer\">\n"
                            "<meta name=\"viewport\" "
                            "content=\"width=device-width, initial-scale=1\">\n"
                            "<meta name=\"generator\" content=\"Motet\">\n<title>");
    append_words(out, export_title(session));
    strbuf_append_text(out, "</title>\n<style>");
    strbuf_append(out, strbuf_text(&style), style.len);
    strbuf_append_text(out, "</style>\n</head>\n<body>\n");
    strbuf_clear(&style);
    append_header(out, session);
}
