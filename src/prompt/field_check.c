/* One function a type; texts and files have nothing that could be wrong with their form.
 */
#include "src/prompt/field_check.h"

#include <stdint.h>
#include <string.h>

#include "src/base/compiler.h"
#include "src/base/json.h"
#include "src/base/mem.h"
#include "src/base/number.h"
#include "src/base/strbuf.h"
#include "src/base/utf8.h"
#include "src/config/suggest.h"
#include "src/prompt/value_list.h"

/* How much of a value stands in a sentence. */
#define SHOWN_MAX 40

/* --- Lists
 * ------------------------------------------------------------------------------
 */

static const char *skip_white(const char *text)
{
    return text + strspn(text, " \t\r\n");
}

static void list_take_json(const char *text, struct text_list *list)
{
    struct json_item item;
    struct strbuf value;
    size_t at = 0;
    strbuf_init(&value, STRBUF_OWN_MAX);
    while (json_next_item(text, strlen(text), &at, &item)) {
        strbuf_reset(&value);
        json_append_value_text(&value, item.value, item.value_len);
        text_list_add(list, strbuf_text(&value), value.len);
    }
    strbuf_clear(&value);
}

/* Takes a JSON array. False with err filled if it begins like one and is none. */
static bool list_take_array(const char *text, struct text_list *list, struct error *err)
{
    if (json_is_valid(text, strlen(text))) {
        list_take_json(text, list);
        return true;
    }
    error_set(err, ERROR_USAGE, "begins like a JSON array and is none");
    return false;
}

static void list_take_lines(const char *text, struct text_list *list)
{
    while (*text != '\0') {
        const size_t len = strcspn(text, "\n");
        const size_t kept = len > 0 && text[len - 1] == '\r' ? len - 1 : len;
        if (kept > 0)
            text_list_add(list, text, kept);
        text += len + (text[len] == '\n');
    }
}

static void list_take_items(char *const *items, struct text_list *list)
{
    for (; *items != NULL; items++)
        text_list_add(list, *items, strlen(*items));
}

bool field_list_items(const char *text, char *const *items, struct text_list *list,
                      struct error *err)
{
    const char *start = skip_white(text);
    if (items != NULL)
        list_take_items(items, list);
    else if (*start == '[')
        return list_take_array(text, list, err);
    else if (strchr(text, '\n') != NULL)
        list_take_lines(text, list);
    else if (*start != '\0')
        return value_list_split(text, list, err);
    return true;
}

/* Groups of lines, parted by empty ones. */
static void groups_take_lines(const char *text, struct text_list *list)
{
    while (*text != '\0') {
        const char *stop = strstr(text, "\n\n");
        const size_t len = stop != NULL ? (size_t)(stop - text) : strlen(text);
        if (len > 0)
            text_list_add(list, text, len);
        text += len + (stop != NULL ? strspn(stop, "\n") : 0);
    }
}

static void groups_take_marked(const char *text, struct text_list *list)
{
    for (;;) {
        const size_t len = strcspn(text, ";");
        if (len > 0)
            text_list_add(list, text, len);
        if (text[len] == '\0')
            return;
        text += len + 1;
    }
}

bool field_list_groups(const char *text, char *const *items, struct text_list *list,
                       struct error *err)
{
    if (items != NULL)
        list_take_items(items, list);
    else if (*skip_white(text) == '[')
        return list_take_array(text, list, err);
    else if (strchr(text, '\n') != NULL)
        groups_take_lines(text, list);
    else
        groups_take_marked(text, list);
    return true;
}

/* --- Checks
 * -----------------------------------------------------------------------------
 */

bool field_flag(const char *text, bool *flag)
{
    static const char *const words[][2] = {{"true", "false"}, {"yes", "no"},
                                           {"on", "off"},     {"1", "0"},
                                           {"True", "False"}, {"TRUE", "FALSE"}};
    for (size_t i = 0; i < COUNT_OF(words); i++) {
        *flag = strcmp(words[i][0], text) == 0;
        if (*flag || strcmp(words[i][1], text) == 0)
            return true;
    }
    return false;
}

/* The start of a value, in quotes. Caller frees. */
static char *shown(const char *text)
{
    size_t len = strlen(text);
    const bool is_cut = len > SHOWN_MAX;
    if (is_cut) {
        len = SHOWN_MAX;
        while (len > 0 && ((unsigned char)text[len] & 0xc0) == 0x80)
            len--;
    }
    return strbuf_format("\"%.*s%s\"", (int)len, text, is_cut ? "…" : "");
}

static char *check_choice(const struct template_field *field, const char *text)
{
    struct suggestion suggestion;
    struct strbuf what;
    suggestion_init(&suggestion, text);
    for (char **choice = field->choices; *choice != NULL; choice++) {
        if (strcmp(*choice, text) == 0)
            return NULL;
        suggestion_consider(&suggestion, *choice);
    }
    char *value = shown(text);
    strbuf_init(&what, STRBUF_OWN_MAX);
    strbuf_append_format(&what, "cannot be %s", value);
    if (suggestion.best != NULL) {
        strbuf_append_format(&what, "; did you mean \"%s\"?", suggestion.best);
    } else {
        strbuf_append_text(&what, ": there are");
        for (char **choice = field->choices; *choice != NULL; choice++)
            strbuf_append_format(&what, "%s %s", choice > field->choices ? "," : "",
                                 *choice);
    }
    mem_free(value);
    return strbuf_take(&what);
}

static char *check_number(const char *text)
{
    double number;
    if (number_parse_double(text, &number))
        return NULL;
    char *value = shown(text);
    char *what = strbuf_format("has to be a number, not %s", value);
    mem_free(value);
    return what;
}

static char *check_flag(const char *text)
{
    bool flag;
    if (field_flag(text, &flag))
        return NULL;
    char *value = shown(text);
    char *what = strbuf_format("has to be true or false, not %s", value);
    mem_free(value);
    return what;
}

/* Checks a list, and each of its items against the choices. */
static char *check_list(const struct template_field *field, const char *text,
                        char *const *items)
{
    struct text_list list = {0};
    struct error err = {ERROR_NONE, NULL};
    char *what = NULL;
    if (!field_list_items(text, items, &list, &err))
        what = mem_strdup(error_text(&err));
    for (size_t i = 0; i < list.len && what == NULL && field->choices != NULL; i++)
        what = check_choice(field, list.items[i]);
    error_clear(&err);
    text_list_clear(&list);
    return what;
}

static char *check_lists(const struct template_field *field, const char *text,
                         char *const *items)
{
    struct text_list groups = {0};
    struct error err = {ERROR_NONE, NULL};
    char *what = NULL;
    if (!field_list_groups(text, items, &groups, &err))
        what = mem_strdup(error_text(&err));
    for (size_t i = 0; i < groups.len && what == NULL; i++)
        what = check_list(field, groups.items[i], NULL);
    error_clear(&err);
    text_list_clear(&groups);
    return what;
}

static char *check_file(const char *text)
{
    if (strstr(text, "://") != NULL)
        return mem_strdup("has to be a file of this machine: Motet fetches nothing, so "
                          "that a prompt cannot make it visit addresses; fetch it first "
                          "and give its path");
    return text[0] == '\0' ? mem_strdup("has to be the path of a file") : NULL;
}

/* [{"role": "user", "content": "…"}, …] */
static char *check_messages(const char *text)
{
    static const char form[] =
        "has to be a JSON array of {\"role\": \"user\" or \"assistant\", \"content\": "
        "\"text\"}";
    cJSON *root = json_parse(text, strlen(text));
    bool ok = cJSON_IsArray(root);
    const cJSON *item;
    if (ok) {
        cJSON_ArrayForEach(item, root)
        {
            const char *role = json_get_string(item, "role");
            ok = ok && role != NULL && json_get_string(item, "content") != NULL &&
                 (strcmp(role, "user") == 0 || strcmp(role, "assistant") == 0);
        }
    }
    cJSON_Delete(root);
    return ok ? NULL : mem_strdup(form);
}

static char *check_type(const struct template_field *field, const char *text,
                        char *const *items)
{
    switch (field->type) {
    case FIELD_TEXT: return NULL;
    case FIELD_NUMBER: return check_number(text);
    case FIELD_FLAG: return check_flag(text);
    case FIELD_LIST: return check_list(field, text, items);
    case FIELD_LISTS: return check_lists(field, text, items);
    case FIELD_FILE:
    case FIELD_IMAGE: return check_file(text);
    case FIELD_MESSAGES: return check_messages(text);
    }
    return NULL;
}

char *field_check_text(const struct template_field *field, const char *text,
                       char *const *items)
{
    if (!utf8_is_valid(text, strlen(text)))
        return mem_strdup("has bytes that are no UTF-8");
    char *what = check_type(field, text, items);
    if (what == NULL && field->choices != NULL && field->type != FIELD_LIST &&
        field->type != FIELD_LISTS)
        what = check_choice(field, text);
    return what;
}
