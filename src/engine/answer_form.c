/*
 * JSON is compared by value: parsed, the members of every object sorted, printed again.
 * A bare word such as "yes" is no JSON, so most answers are compared as words; a number
 * or a quoted string is JSON by accident and comes out the same either way.
 */
#include "src/engine/answer_form.h"

#include <stdlib.h>
#include <string.h>

#include "src/base/json.h"
#include "src/base/json_print.h"
#include "src/base/mem.h"
#include "src/base/strbuf.h"
#include "src/base/utf8.h"
#include "src/tool/schema_check.h"

static bool is_blank(char byte)
{
    return byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r';
}

static void trim(const char **text, size_t *len)
{
    while (*len > 0 && is_blank(**text)) {
        ++*text;
        --*len;
    }
    while (*len > 0 && is_blank((*text)[*len - 1]))
        --*len;
}

const char *answer_find_json(const char *text, size_t len, size_t *json_len)
{
    static const char fence[] = "```";
    const size_t fence_len = strlen(fence);
    trim(&text, &len);
    const char *line_end = len > 0 ? memchr(text, '\n', len) : NULL;
    const bool is_fenced = line_end != NULL && len >= 2 * fence_len &&
                           memcmp(text, fence, fence_len) == 0 &&
                           memcmp(text + len - fence_len, fence, fence_len) == 0;
    if (is_fenced) {
        len -= (size_t)(line_end + 1 - text);
        text = line_end + 1;
        len = len >= fence_len ? len - fence_len : 0;
        trim(&text, &len);
    }
    *json_len = len;
    return text;
}

static int compare_members(const void *left, const void *right)
{
    return strcmp((*(cJSON *const *)left)->string, (*(cJSON *const *)right)->string);
}

/* Relinks the members in the order of their names. */
static void sort_object(cJSON *object)
{
    size_t count = 0;
    for (cJSON *item = object->child; item != NULL; item = item->next)
        count++;
    if (count < 2)
        return;
    cJSON **members = mem_alloc_array(count, sizeof(members[0]));
    count = 0;
    for (cJSON *item = object->child; item != NULL; item = item->next)
        members[count++] = item;
    qsort(members, count, sizeof(members[0]), compare_members);
    for (size_t i = 0; i < count; i++) {
        members[i]->next = i + 1 < count ? members[i + 1] : NULL;
        /* As cJSON keeps them: before the first one is the last. */
        members[i]->prev = members[i > 0 ? i - 1 : count - 1];
    }
    object->child = members[0];
    mem_free(members);
}

static void sort_members(cJSON *value)
{
    for (cJSON *item = value->child; item != NULL; item = item->next)
        sort_members(item);
    if (cJSON_IsObject(value))
        sort_object(value);
}

static bool normalise_json(const char *text, size_t len, struct strbuf *out)
{
    cJSON *value = json_parse(text, len);
    if (value == NULL)
        return false;
    /* A string agrees with the same words without their quotes. */
    const bool is_value = !cJSON_IsString(value);
    if (is_value) {
        sort_members(value);
        json_print(out, value);
    }
    cJSON_Delete(value);
    return is_value;
}

static uint32_t lower(uint32_t point)
{
    if (point >= 'A' && point <= 'Z')
        return point + 32;
    if ((point >= 0xC0 && point <= 0xDE && point != 0xD7) ||
        (point >= 0x391 && point <= 0x3A9) || (point >= 0x410 && point <= 0x42F))
        return point + 32;
    return point >= 0x400 && point <= 0x40F ? point + 80 : point;
}

static bool is_letter(char byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
}

static bool is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

/* Signs that belong to a word or a number: C++, C#, 3.14, -5. */
static bool is_part_of_word(const char *text, size_t len, size_t at)
{
    const char byte = text[at];
    const char before = at > 0 ? text[at - 1] : ' ';
    const char after = at + 1 < len ? text[at + 1] : ' ';
    if (byte == '+' || byte == '#')
        return is_letter(before) || before == byte;
    if (byte == '.')
        return is_digit(before) && is_digit(after);
    if (byte == '-')
        return is_digit(after) && !is_digit(before) && !is_letter(before);
    return byte != '\0' && strchr("<=>|~^$", byte) != NULL;
}

static bool is_punctuation(uint32_t point)
{
    if (point < 0x80)
        return !is_digit((char)point) && !is_letter((char)point);
    return (point >= 0xA1 && point <= 0xBF && point != 0xAA && point != 0xB5 &&
            point != 0xBA) ||
           (point >= 0x2010 && point <= 0x205E) || (point >= 0x3001 && point <= 0x3003) ||
           (point >= 0x3008 && point <= 0x3011) || point == 0xFF01 || point == 0xFF0C ||
           point == 0xFF0E || point == 0xFF1F;
}

/* White space ends a word; so does a control character. */
static bool is_space(uint32_t point)
{
    return point <= 0x20 || (point >= 0x7F && point <= 0xA0) ||
           (point >= 0x2000 && point <= 0x200B) || point == 0x2028 || point == 0x2029 ||
           point == 0x3000;
}

static void normalise_words(const char *text, size_t len, struct strbuf *out)
{
    bool is_gap = false;
    for (size_t at = 0; at < len;) {
        uint32_t point;
        const size_t begin = at;
        at += utf8_decode(text + at, len - at, &point);
        const uint32_t small = lower(point);
        if (is_space(point)) {
            is_gap = true;
        } else if (!is_punctuation(small) || is_part_of_word(text, len, begin)) {
            char bytes[4];
            const size_t count = utf8_encode(small, bytes);
            if (is_gap && out->len > 0)
                strbuf_append_char(out, ' ');
            strbuf_append(out, bytes, count);
            is_gap = false;
        }
    }
}

char *answer_normalise(const char *text, size_t len)
{
    struct strbuf form;
    size_t json_len;
    const char *json = answer_find_json(text, len, &json_len);
    strbuf_init(&form, STRBUF_OWN_MAX);
    if (!normalise_json(json, json_len, &form))
        normalise_words(json, json_len, &form);
    char *taken = form.len > 0 ? strbuf_take(&form) : mem_strdup("");
    strbuf_clear(&form);
    return taken;
}

/* A schema that is longer is not repeated to the model. */
#define SCHEMA_TOLD_MAX ((size_t)8 << 10)

void answer_write_mend(const char *schema, const char *why, struct strbuf *out)
{
    strbuf_append_format(out,
                         "That answer does not have the form that was asked for: %s. "
                         "Answer again with the JSON alone, with nothing around it.",
                         why);
    if (strlen(schema) <= SCHEMA_TOLD_MAX)
        strbuf_append_format(out, " It has to fit this JSON Schema:\n\n%s", schema);
}

void answer_set_misfit(struct error *err, const char *why, bool was_mended)
{
    error_set(err, ERROR_SCHEMA,
              "the answer does not fit the schema of the template: %s%s", why,
              was_mended ? " (it was asked to mend it)" : "");
}

bool answer_fits(const char *schema, const char *text, size_t len, struct strbuf *why)
{
    size_t json_len;
    const char *json = answer_find_json(text, len, &json_len);
    if (json_len == 0) {
        strbuf_append_text(why, "there is no JSON: the answer is empty");
        return false;
    }
    if (!json_is_valid(json, json_len)) {
        strbuf_append_text(why, "it is not one JSON value");
        return false;
    }
    char *copy = mem_strndup(json, json_len);
    const bool fits = schema_check(schema, copy, why);
    mem_free(copy);
    return fits;
}
