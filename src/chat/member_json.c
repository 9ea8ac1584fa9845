/*
 * Values are read from the raw bytes of an item: a parsed number would be a double, which
 * loses whole numbers above 2^53.
 */
#include "src/chat/member_json.h"

#include <math.h>
#include <string.h>

#include "src/base/mem.h"
#include "src/base/number.h"

/* The longest number that is looked at. */
#define NUMBER_BYTES_MAX 40

void member_json_name(struct strbuf *out, const char *name)
{
    const char last = out->len > 0 ? out->text[out->len - 1] : '{';
    if (last != '{' && last != '[')
        strbuf_append_char(out, ',');
    strbuf_append_format(out, "\"%s\":", name);
}

void member_json_text(struct strbuf *out, const char *name, const char *text)
{
    if (text == NULL)
        return;
    member_json_name(out, name);
    json_append_string(out, text, strlen(text));
}

static void member_append_int(struct strbuf *out, const struct member *member,
                              int64_t value)
{
    if (value == member->unknown)
        return;
    member_json_name(out, member->name);
    strbuf_append_format(out, "%lld", (long long)value);
}

static void member_append_double(struct strbuf *out, const struct member *member,
                                 double value)
{
    if (!isfinite(value) || (member->unknown < 0 && value < 0))
        return;
    member_json_name(out, member->name);
    strbuf_append_format(out, "%.17g", value);
}

void member_json_append(struct strbuf *out, const struct member *members, size_t count,
                        const void *from)
{
    for (size_t i = 0; i < count; i++) {
        const struct member *member = &members[i];
        const char *at = (const char *)from + member->offset;
        switch (member->type) {
        case MEMBER_TEXT:
            member_json_text(out, member->name, *(char *const *)(const void *)at);
            break;
        case MEMBER_INT64:
            member_append_int(out, member, *(const int64_t *)(const void *)at);
            break;
        case MEMBER_INT:
            member_append_int(out, member, *(const int *)(const void *)at);
            break;
        case MEMBER_BOOL:
            if (*(const bool *)(const void *)at != (member->unknown != 0)) {
                member_json_name(out, member->name);
                strbuf_append_text(out, member->unknown != 0 ? "false" : "true");
            }
            break;
        case MEMBER_DOUBLE:
            member_append_double(out, member, *(const double *)(const void *)at);
            break;
        }
    }
}

bool member_json_is(const struct json_item *item, const char *name)
{
    const size_t len = strlen(name);
    return item->key_len == len + 2 && memcmp(item->key + 1, name, len) == 0;
}

char *member_json_string(const struct json_item *item)
{
    if (item->value_len == 0 || item->value[0] != '"')
        return NULL;
    struct strbuf text;
    strbuf_init(&text, item->value_len);
    json_append_value_text(&text, item->value, item->value_len);
    strbuf_append(&text, "", 0);
    return text.text != NULL ? strbuf_take(&text) : mem_strdup("");
}

static bool member_number(const struct json_item *item, char text[NUMBER_BYTES_MAX])
{
    if (item->value_len >= NUMBER_BYTES_MAX)
        return false;
    memcpy(text, item->value, item->value_len);
    text[item->value_len] = '\0';
    return true;
}

static void member_take_value(const struct json_item *item, enum member_type type,
                              void *at)
{
    char text[NUMBER_BYTES_MAX];
    int64_t whole;
    double fraction;
    char *string;
    switch (type) {
    case MEMBER_TEXT:
        string = member_json_string(item);
        if (string != NULL) {
            mem_free(*(char **)at);
            *(char **)at = string;
        }
        break;
    case MEMBER_INT64:
        if (member_number(item, text) && number_parse_int(text, &whole))
            *(int64_t *)at = whole;
        break;
    case MEMBER_INT:
        if (member_number(item, text) && number_parse_int(text, &whole) &&
            whole == (int)whole)
            *(int *)at = (int)whole;
        break;
    case MEMBER_BOOL:
        if (item->value_len > 0 && (item->value[0] == 't' || item->value[0] == 'f'))
            *(bool *)at = item->value[0] == 't';
        break;
    case MEMBER_DOUBLE:
        if (member_number(item, text) && number_parse_double(text, &fraction))
            *(double *)at = fraction;
        break;
    }
}

bool member_json_take(const struct json_item *item, const struct member *members,
                      size_t count, void *to)
{
    for (size_t i = 0; i < count; i++) {
        if (!member_json_is(item, members[i].name))
            continue;
        member_take_value(item, members[i].type, (char *)to + members[i].offset);
        return true;
    }
    return false;
}
