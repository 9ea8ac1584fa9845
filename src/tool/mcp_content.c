/*
 * Strings from json_parse may hold halves of surrogate pairs; each goes through
 * json_join_halves before it is measured and cut.
 */
#include "src/tool/mcp_content.h"

#include <string.h>

#include "src/base/json.h"
#include "src/base/json_print.h"
#include "src/base/utf8.h"

/* Kept free for the line that says what was cut. */
#define NOTICE_ROOM 120
#define NOTE_MAX    ((size_t)8 << 10)

void mcp_content_init(struct mcp_content *content, size_t max)
{
    *content = (struct mcp_content){.max = max};
    strbuf_init(&content->text, max);
    strbuf_init(&content->note, NOTE_MAX);
}

void mcp_content_clear(struct mcp_content *content)
{
    strbuf_clear(&content->text);
    strbuf_clear(&content->note);
}

/* Appends valid text as far as there is room, cut between characters. */
static bool content_append_cut(struct strbuf *out, size_t max, const char *text,
                               size_t len)
{
    const size_t room = out->len < max ? max - out->len : 0;
    size_t kept = len < room ? len : room;
    kept -= kept < len ? utf8_incomplete_tail(text, kept) : 0;
    strbuf_append(out, text, kept);
    return kept == len;
}

/* Appends text of the server to what the model gets, or to the note. */
static void content_add(struct mcp_content *content, bool is_note, const char *text)
{
    struct strbuf valid;
    uint16_t half = 0;
    strbuf_init(&valid, STRBUF_OWN_MAX);
    json_join_halves(&valid, text, &half);
    json_flush_half(&valid, &half);
    if (is_note) {
        content_append_cut(&content->note, NOTE_MAX, strbuf_text(&valid), valid.len);
    } else {
        content->total += valid.len;
        if (content->is_cut ||
            !content_append_cut(&content->text, content->max - NOTICE_ROOM,
                                strbuf_text(&valid), valid.len))
            content->is_cut = true;
    }
    strbuf_clear(&valid);
}

/* Begins a new block: on a line of its own. */
static void content_part(struct mcp_content *content, bool is_note)
{
    const struct strbuf *out = is_note ? &content->note : &content->text;
    if (out->len > 0 && out->text[out->len - 1] != '\n')
        content_add(content, is_note, "\n");
}

/* "340 bytes", "12 KB", "3 MB". */
static void content_append_size(struct strbuf *out, size_t bytes)
{
    if (bytes < 1000)
        strbuf_append_format(out, "%zu bytes", bytes);
    else if (bytes < 1000000)
        strbuf_append_format(out, "%zu KB", (bytes + 500) / 1000);
    else
        strbuf_append_format(out, "%zu MB", (bytes + 500000) / 1000000);
}

/* "[image image/png, 12 KB]" for data in base64. */
static void content_add_data(struct mcp_content *content, bool is_note, const char *kind,
                             const cJSON *block, const char *data)
{
    const char *type = json_get_string(block, "mimeType");
    struct strbuf size;
    strbuf_init(&size, 64);
    strbuf_append_text(&size, ", ");
    content_append_size(&size, data != NULL ? strlen(data) / 4 * 3 : 0);
    strbuf_append_char(&size, ']');
    content_add(content, is_note, "[");
    content_add(content, is_note, kind);
    if (type != NULL) {
        content_add(content, is_note, " ");
        content_add(content, is_note, type);
    }
    content_add(content, is_note, strbuf_text(&size));
    strbuf_clear(&size);
}

/* The contents of a resource: its address, then its text. */
static void content_add_resource(struct mcp_content *content, bool is_note,
                                 const cJSON *resource)
{
    const char *uri = json_get_string(resource, "uri");
    const char *text = json_get_string(resource, "text");
    if (uri != NULL) {
        content_add(content, is_note, "[resource ");
        content_add(content, is_note, uri);
        content_add(content, is_note, "]\n");
    }
    if (text != NULL)
        content_add(content, is_note, text);
    else
        content_add_data(content, is_note, "data", resource,
                         json_get_string(resource, "blob"));
}

static void content_add_link(struct mcp_content *content, bool is_note,
                             const cJSON *block)
{
    const char *const parts[] = {json_get_string(block, "name"),
                                 json_get_string(block, "uri"),
                                 json_get_string(block, "description")};
    content_add(content, is_note, "[link");
    for (size_t i = 0; i < 3; i++) {
        if (parts[i] == NULL)
            continue;
        content_add(content, is_note, i == 2 ? ": " : " ");
        content_add(content, is_note, parts[i]);
    }
    content_add(content, is_note, "]");
}

/* True for a block that is meant for the person and not for the model. */
static bool content_is_for_person(const cJSON *block)
{
    const cJSON *audience = json_get(json_get(block, "annotations"), "audience");
    return cJSON_IsArray(audience) && cJSON_GetArraySize(audience) == 1 &&
           cJSON_IsString(audience->child) &&
           strcmp(audience->child->valuestring, "user") == 0;
}

static void content_add_block(struct mcp_content *content, const cJSON *block)
{
    const bool is_note = content_is_for_person(block);
    const char *type = json_get_string(block, "type");
    const char *text = json_get_string(block, "text");
    content_part(content, is_note);
    if (type == NULL)
        content_add(content, is_note, "[unsupported content]");
    else if (strcmp(type, "text") == 0)
        content_add(content, is_note, text != NULL ? text : "");
    else if (strcmp(type, "image") == 0 || strcmp(type, "audio") == 0)
        content_add_data(content, is_note, type, block, json_get_string(block, "data"));
    else if (strcmp(type, "resource") == 0)
        content_add_resource(content, is_note, json_get(block, "resource"));
    else if (strcmp(type, "resource_link") == 0)
        content_add_link(content, is_note, block);
    else {
        content_add(content, is_note, "[unsupported content: ");
        content_add(content, is_note, type);
        content_add(content, is_note, "]");
    }
}

void mcp_content_read_block(struct mcp_content *content, const cJSON *block)
{
    if (!cJSON_IsArray(block)) {
        content_add_block(content, block);
        return;
    }
    for (const cJSON *item = block->child; item != NULL; item = item->next)
        content_add_block(content, item);
}

void mcp_content_read_result(struct mcp_content *content, const cJSON *result)
{
    const cJSON *blocks = json_get(result, "content");
    const cJSON *structured = json_get(result, "structuredContent");
    content->is_error = cJSON_IsTrue(json_get(result, "isError"));
    if (cJSON_IsArray(blocks) && blocks->child != NULL) {
        mcp_content_read_block(content, blocks);
    } else if (structured != NULL) {
        struct strbuf text;
        strbuf_init(&text, STRBUF_OWN_MAX);
        json_print(&text, structured);
        content_add(content, false, strbuf_text(&text));
        strbuf_clear(&text);
    }
}

void mcp_content_read_resource(struct mcp_content *content, const cJSON *result)
{
    const cJSON *items = json_get(result, "contents");
    for (const cJSON *item = cJSON_IsArray(items) ? items->child : NULL; item != NULL;
         item = item->next) {
        content_part(content, false);
        content_add_resource(content, false, item);
    }
}

void mcp_content_finish(struct mcp_content *content)
{
    if (!content->is_cut)
        return;
    strbuf_append_text(&content->text, "\n[cut here: this is the beginning of ");
    content_append_size(&content->text, content->total);
    strbuf_append_text(&content->text, "]");
}
