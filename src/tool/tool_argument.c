/* cJSON says what there is; numbers are copied from the text, where they have all their
 * digits. */
#include "src/tool/tool_argument.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/json.h"
#include "src/base/mem.h"

/* Whole numbers up to here are exact in a double. */
#define EXACT_MAX 9007199254740992.0

void tool_arguments_init(struct tool_arguments *arguments, const char *text)
{
    *arguments = (struct tool_arguments){.text = text};
    if (text == NULL)
        return;
    if (text[strspn(text, " \t\r\n")] == '\0')
        arguments->text = "{}";
    const size_t len = strlen(arguments->text);
    /* A NUL would end the text for some readers and not for others. */
    if (!json_is_valid(arguments->text, len) || strstr(text, "\\u0000") != NULL)
        return;
    arguments->root = json_parse(arguments->text, len);
    if (!cJSON_IsObject(arguments->root)) {
        cJSON_Delete(arguments->root);
        arguments->root = NULL;
    }
}

void tool_arguments_clear(struct tool_arguments *arguments)
{
    cJSON_Delete(arguments->root);
    *arguments = (struct tool_arguments){0};
}

/* Appends a number in the one spelling. */
static void append_number(struct strbuf *out, const char *raw, size_t len)
{
    char *text = mem_strndup(raw, len);
    const double value = strtod(text, NULL);
    const bool is_digits = strspn(text, "-0123456789") == len;
    const bool is_whole = !(floor(value) < value);
    if (is_whole && fabs(value) < EXACT_MAX)
        strbuf_append_format(out, "%.0f", value + 0.0);
    else if (is_digits)
        strbuf_append(out, raw, len);
    else
        strbuf_append_format(out, "%.17g", value);
    mem_free(text);
}

static void append_text(struct strbuf *out, const char *raw, size_t len)
{
    cJSON *string = json_parse(raw, len);
    if (cJSON_IsString(string))
        json_append_string(out, string->valuestring, strlen(string->valuestring));
    cJSON_Delete(string);
}

/* The length of the string that begins at `raw`. */
static size_t string_len(const char *raw, size_t len)
{
    size_t at = 1;
    while (at < len && raw[at] != '"')
        at += raw[at] == '\\' ? 2 : 1;
    return at < len ? at + 1 : len;
}

/* Appends a valid value without what may be written in several ways. */
static void append_compact(struct strbuf *out, const char *raw, size_t len)
{
    for (size_t at = 0; at < len;) {
        size_t used = 1;
        if (raw[at] == '"') {
            used = string_len(raw + at, len - at);
            append_text(out, raw + at, used);
        } else if (raw[at] == '-' || (raw[at] >= '0' && raw[at] <= '9')) {
            while (at + used < len && strchr("0123456789+-.eE", raw[at + used]) != NULL)
                used++;
            append_number(out, raw + at, used);
        } else if (strchr(" \t\r\n", raw[at]) == NULL) {
            strbuf_append_char(out, raw[at]);
        }
        at += used;
    }
}

bool tool_arguments_get(const struct tool_arguments *arguments, const char *name,
                        struct strbuf *out)
{
    const cJSON *found = NULL;
    const cJSON *item;
    size_t count = 0;
    cJSON_ArrayForEach(item, arguments->root)
    {
        if (strcmp(item->string, name) == 0) {
            found = item;
            count++;
        }
    }
    if (count != 1)
        return false;
    if (cJSON_IsString(found))
        return strbuf_append_text(out, found->valuestring);
    const char *const path[] = {name, NULL};
    const char *raw;
    size_t len;
    if (!json_find_raw(arguments->text, strlen(arguments->text), path, &raw, &len))
        return false;
    append_compact(out, raw, len);
    return !out->is_full;
}
