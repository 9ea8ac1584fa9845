/* The layout is an entry of the file of layouts, so that both are read by the same
 * hands. */
#include "ui/session_words.h"

#include <stdlib.h>
#include <string.h>

#include "src/base/json.h"

/* --- Panes ------------------------------------------------------------------------ */

void session_panes_write(const struct session_panes *panes, struct strbuf *out)
{
    struct layout_entry entry = panes->layout;
    const struct layout_list list = {&entry, entry.count > 0 ? 1 : 0};
    const char *gap = "";
    strbuf_append_text(out, "{\"unticked\": [");
    for (size_t i = 0; i < TILING_PANE_MAX; i++) {
        if ((panes->unticked >> i & 1) == 0)
            continue;
        strbuf_append_format(out, "%s%zu", gap, i);
        gap = ", ";
    }
    strbuf_append_text(out, "], \"panes\": ");
    layout_list_write(&list, out);
    strbuf_append_text(out, "}");
}

/* The numbers of a JSON array, as far as they are ranks. */
static uint64_t read_ranks(const char *list, size_t len)
{
    uint64_t bits = 0;
    struct json_item item;
    for (size_t at = 0; json_next_item(list, len, &at, &item);) {
        const unsigned long rank = strtoul(item.value, NULL, 10);
        if (item.value[0] >= '0' && item.value[0] <= '9' && rank < TILING_PANE_MAX)
            bits |= (uint64_t)1 << rank;
    }
    return bits;
}

bool session_panes_parse(const char *text, struct session_panes *panes)
{
    static const char *const unticked[] = {"unticked", NULL};
    static const char *const layout[] = {"panes", NULL};
    struct layout_list list = {NULL, 0};
    const size_t len = strlen(text);
    const char *value;
    size_t value_len;
    *panes = (struct session_panes){.unticked = 0};
    if (len > LAYOUT_FILE_MAX || !json_is_valid(text, len))
        return false;
    if (json_find_raw(text, len, unticked, &value, &value_len) && value[0] == '[')
        panes->unticked = read_ranks(value, value_len);
    if (!json_find_raw(text, len, layout, &value, &value_len) ||
        !layout_list_parse(value, value_len, &list, NULL))
        return false;
    const bool is_one = list.count == 1;
    if (is_one) {
        panes->layout = list.entries[0]; /* taken */
        list.entries[0] = (struct layout_entry){.count = 0};
    }
    layout_list_clear(&list);
    return is_one;
}

void session_panes_clear(struct session_panes *panes)
{
    layout_entry_clear(&panes->layout);
}

/* --- Drafts ----------------------------------------------------------------------- */

static const char *const place_names[] = {
    [DRAFT_NOW] = "now/", [DRAFT_WAITING] = "waiting/", [DRAFT_ASIDE] = "aside/"};

#define PLACE_COUNT (sizeof(place_names) / sizeof(place_names[0]))

static size_t find_rank(const struct session_ranks *ranks, chat_id chat)
{
    size_t rank = 0;
    while (rank < ranks->count && ranks->chats[rank] != chat)
        rank++;
    return rank;
}

void session_draft_write(enum draft_place place, const struct draft_target *target,
                         const struct session_ranks *ranks, struct strbuf *out)
{
    const char *gap = "";
    strbuf_append_text(out, place_names[place]);
    if (target->edited_message != 0)
        strbuf_append_text(out, "edit/");
    for (size_t i = 0; i < target->count; i++) {
        const size_t rank = find_rank(ranks, target->chats[i]);
        if (rank == ranks->count)
            continue; /* it is not kept, and will not come back */
        strbuf_append_format(out, "%s%zu", gap, rank);
        gap = ",";
    }
    if (target->edited_message != 0)
        strbuf_append_format(out, "/%llu", (unsigned long long)target->edited_message);
}

/* Reads a number that is below `end`; `*text` stands behind it then. */
static bool read_number(const char **text, unsigned long long end,
                        unsigned long long *number)
{
    char *behind;
    if (**text < '0' || **text > '9')
        return false;
    *number = strtoull(*text, &behind, 10);
    *text = behind;
    return *number < end;
}

static int compare_chats(const void *a, const void *b)
{
    const chat_id left = *(const chat_id *)a;
    const chat_id right = *(const chat_id *)b;
    return left < right ? -1 : left > right;
}

static bool read_chats(const char **text, const struct session_ranks *ranks,
                       struct draft_target *target)
{
    unsigned long long rank;
    while (**text != '\0' && **text != '/') {
        if (target->count == DRAFT_CHATS_MAX || !read_number(text, ranks->count, &rank))
            return false;
        target->chats[target->count++] = ranks->chats[rank];
        *text += **text == ',';
    }
    qsort(target->chats, target->count, sizeof(target->chats[0]), compare_chats);
    return true;
}

bool session_draft_parse(const char *text, const struct session_ranks *ranks,
                         enum draft_place *place, struct draft_target *target)
{
    static const char edit[] = "edit/";
    size_t found = 0;
    *target = (struct draft_target){.count = 0};
    while (found < PLACE_COUNT &&
           strncmp(text, place_names[found], strlen(place_names[found])) != 0)
        found++;
    if (found == PLACE_COUNT)
        return false;
    *place = (enum draft_place)found;
    text += strlen(place_names[found]);
    const bool is_edit = strncmp(text, edit, strlen(edit)) == 0;
    text += is_edit ? strlen(edit) : 0;
    if (!read_chats(&text, ranks, target))
        return false;
    if (!is_edit)
        return *text == '\0';
    unsigned long long message = 0;
    if (target->count != 1 || *text++ != '/' ||
        !read_number(&text, UINT64_MAX, &message) || message == 0)
        return false;
    target->edited_message = message;
    return *text == '\0';
}
