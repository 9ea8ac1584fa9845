/*
 * A growing array of copied strings. Lists are short (a request has a handful of fields,
 * a response a few dozen), so every look-up is a walk from the front.
 */
#include "src/net/header.h"

#include <string.h>
#include <strings.h>

#include "src/base/mem.h"

void header_list_clear(struct header_list *list)
{
    for (size_t i = 0; i < list->len; i++) {
        mem_free(list->items[i].name);
        mem_free(list->items[i].value);
    }
    mem_free(list->items);
    *list = (struct header_list){.items = NULL};
}

void header_list_add(struct header_list *list, const char *name, const char *value)
{
    list->items =
        mem_grow(list->items, &list->cap, list->len + 1, sizeof(list->items[0]));
    list->items[list->len++] = (struct header){mem_strdup(name), mem_strdup(value)};
}

void header_list_copy(struct header_list *list, const struct header_list *from)
{
    for (size_t i = 0; i < from->len; i++)
        header_list_add(list, from->items[i].name, from->items[i].value);
}

void header_list_remove(struct header_list *list, const char *name)
{
    size_t kept = 0;
    for (size_t i = 0; i < list->len; i++) {
        if (strcasecmp(list->items[i].name, name) == 0) {
            mem_free(list->items[i].name);
            mem_free(list->items[i].value);
        } else {
            list->items[kept++] = list->items[i];
        }
    }
    list->len = kept;
}

const char *header_list_get(const struct header_list *list, const char *name)
{
    for (size_t i = 0; i < list->len; i++)
        if (strcasecmp(list->items[i].name, name) == 0)
            return list->items[i].value;
    return NULL;
}

/* The length of the token (RFC 9110, 5.6.2) that `text` begins with. */
static size_t header_token_len(const char *text)
{
    return strspn(text, "!#$%&'*+-.^_`|~0123456789"
                        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");
}

static bool header_has_control(const char *value)
{
    for (; *value != '\0'; value++)
        if (((unsigned char)*value < 0x20 && *value != '\t') || *value == 0x7f)
            return true;
    return false;
}

bool header_list_add_line(struct header_list *list, const char *line, struct error *err)
{
    /* The sentences show a name at most: what else stands in the line may be a key. */
    const size_t name_len = header_token_len(line);
    if (strchr(line, ':') == NULL && strpbrk(line, " \t") != NULL && name_len > 0) {
        error_set(err, ERROR_USAGE,
                  "the header field %.*s has no colon: write it as \"Name: value\"",
                  (int)name_len, line);
        return false;
    }
    if (strchr(line, ':') == NULL) {
        error_set(err, ERROR_USAGE,
                  "a header field has no colon: write it as \"Name: value\"");
        return false;
    }
    if (name_len == 0 || line[name_len] != ':') {
        error_set(err, ERROR_USAGE,
                  "a header field's name may hold only letters, digits and -_ "
                  "(write it as \"Name: value\")");
        return false;
    }
    const char *value = line + name_len + 1;
    value += strspn(value, " \t");
    size_t len = strlen(value);
    while (len > 0 && (value[len - 1] == ' ' || value[len - 1] == '\t'))
        len--;
    char *name = mem_strndup(line, name_len);
    char *copy = mem_strndup(value, len);
    const bool is_good = !header_has_control(copy);
    if (is_good)
        header_list_add(list, name, copy);
    else
        error_set(err, ERROR_USAGE,
                  "the value of the header field %s holds a control character", name);
    mem_wipe(copy, len);
    mem_free(copy);
    mem_free(name);
    return is_good;
}
