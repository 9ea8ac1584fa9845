/*
 * The marks are found by two walks: one through `properties`, where they may stand, and
 * one through everything, where they may not. If the second finds more, one of them is
 * in a place that an argument cannot be looked up by (a list, an alternative).
 */
#include "src/tool/mcp_headers.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "src/base/base64.h"
#include "src/base/json.h"
#include "src/base/mem.h"

#define MARK      "x-mcp-header"
#define MARKS_MAX 64
#define DEPTH_MAX 64

struct header_marks {
    const char *names[MARKS_MAX];
    size_t len;
    bool is_bad;
};

static bool headers_is_token(const char *name)
{
    if (name[0] == '\0')
        return false;
    for (; *name != '\0'; name++) {
        const bool is_letter =
            (*name >= 'a' && *name <= 'z') || (*name >= 'A' && *name <= 'Z');
        const bool is_digit = *name >= '0' && *name <= '9';
        if (!is_letter && !is_digit && strchr("!#$%&'*+-.^_`|~", *name) == NULL)
            return false;
    }
    return true;
}

static bool headers_type_is_good(const cJSON *property)
{
    const char *type = json_get_string(property, "type");
    return type != NULL && (strcmp(type, "string") == 0 || strcmp(type, "integer") == 0 ||
                            strcmp(type, "boolean") == 0);
}

static void headers_take_mark(struct header_marks *marks, const cJSON *property)
{
    const cJSON *mark = json_get(property, MARK);
    if (mark == NULL)
        return;
    const char *name = cJSON_IsString(mark) ? mark->valuestring : "";
    bool is_good = headers_is_token(name) && headers_type_is_good(property) &&
                   marks->len < MARKS_MAX;
    for (size_t i = 0; i < marks->len && is_good; i++)
        is_good = strcasecmp(marks->names[i], name) != 0;
    if (is_good)
        marks->names[marks->len++] = name;
    else
        marks->is_bad = true;
}

static void headers_walk(struct header_marks *marks, const cJSON *schema, int depth)
{
    const cJSON *properties = json_get(schema, "properties");
    if (!cJSON_IsObject(properties) || depth > DEPTH_MAX)
        return;
    for (const cJSON *item = properties->child; item != NULL; item = item->next) {
        headers_take_mark(marks, item);
        headers_walk(marks, item, depth + 1);
    }
}

/* Marks anywhere; a property that is called like the mark is none. */
static size_t headers_count(const cJSON *value, bool is_names, int depth)
{
    size_t count = 0;
    if ((!cJSON_IsObject(value) && !cJSON_IsArray(value)) || depth > DEPTH_MAX)
        return 0;
    for (const cJSON *item = value->child; item != NULL; item = item->next) {
        const char *name = is_names ? NULL : item->string;
        count += name != NULL && strcmp(name, MARK) == 0;
        count += headers_count(item, name != NULL && strcmp(name, "properties") == 0,
                               depth + 1);
    }
    return count;
}

bool mcp_headers_check(const cJSON *schema)
{
    struct header_marks marks = {.len = 0};
    headers_walk(&marks, schema, 0);
    return !marks.is_bad && headers_count(schema, false, 0) == marks.len;
}

void mcp_headers_append_value(struct strbuf *out, const char *text)
{
    const size_t len = strlen(text);
    bool is_plain = len == 0 || (text[0] != ' ' && text[len - 1] != ' ');
    for (size_t i = 0; i < len && is_plain; i++)
        is_plain = (unsigned char)text[i] >= 0x20 && (unsigned char)text[i] < 0x7f;
    if (strncmp(text, "=?base64?", 9) == 0)
        is_plain = false;
    if (is_plain) {
        strbuf_append_text(out, text);
        return;
    }
    strbuf_append_text(out, "=?base64?");
    base64_append(out, text, len);
    strbuf_append_text(out, "?=");
}

static void headers_add_one(struct header_list *headers, const char *mark,
                            const cJSON *value)
{
    char *name = strbuf_format("Mcp-Param-%s", mark);
    struct strbuf text;
    strbuf_init(&text, STRBUF_OWN_MAX);
    if (cJSON_IsString(value))
        mcp_headers_append_value(&text, value->valuestring);
    else if (cJSON_IsBool(value))
        strbuf_append_text(&text, cJSON_IsTrue(value) ? "true" : "false");
    else if (cJSON_IsNumber(value))
        strbuf_append_format(&text, "%.0f", value->valuedouble);
    if (cJSON_IsString(value) || text.len > 0)
        header_list_add(headers, name, strbuf_text(&text));
    strbuf_clear(&text);
    mem_free(name);
}

static void headers_add(struct header_list *headers, const cJSON *schema,
                        const cJSON *arguments, int depth)
{
    const cJSON *properties = json_get(schema, "properties");
    if (!cJSON_IsObject(properties) || depth > DEPTH_MAX)
        return;
    for (const cJSON *item = properties->child; item != NULL; item = item->next) {
        const cJSON *value = json_get(arguments, item->string);
        const char *mark = json_get_string(item, MARK);
        if (mark != NULL && value != NULL)
            headers_add_one(headers, mark, value);
        headers_add(headers, item, value, depth + 1);
    }
}

void mcp_headers_add(struct header_list *headers, const cJSON *schema,
                     const cJSON *arguments)
{
    headers_add(headers, schema, arguments, 0);
}
