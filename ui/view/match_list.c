/* The last part grows at its end, and calls of tools anywhere until they are whole: from
 * the first of these on a message is searched again, the rest of it never. */
#include "ui/view/match_list.h"

#include "src/base/mem.h"

/* True if the text of such a part is searched. */
static bool match_list_takes(const struct part *part)
{
    switch (part->kind) {
    case PART_TEXT:
    case PART_REASONING:
    case PART_REFUSAL:
    case PART_TOOL_CALL:
    case PART_TOOL_RESULT: return true;
    case PART_FILE:
    case PART_IMAGE:
    case PART_OPAQUE: break;
    }
    return false;
}

static void match_list_reset(struct match_list *list)
{
    list->count = 0;
    list->part_count = 0;
    list->sure_part = 0;
    list->sure_at = 0;
}

void match_list_clear(struct match_list *list)
{
    mem_free(list->ranges);
    mem_free(list->firsts);
    *list = (struct match_list){0};
}

/* Goes back to what is sure, or to nothing where the message is another one than it was.
 */
static void match_list_go_back(struct match_list *list, const struct message *message)
{
    if (list->sure_part >= message->part_count ||
        message->parts[list->sure_part].text.len < list->sure_at) {
        match_list_reset(list);
        return;
    }
    if (list->part_count <= list->sure_part)
        return;
    size_t kept = list->firsts[list->sure_part];
    const size_t end = list->sure_part + 1 < list->part_count
                           ? list->firsts[list->sure_part + 1]
                           : list->count;
    while (kept < end && list->ranges[kept].at < list->sure_at)
        kept++;
    list->part_count = list->sure_part;
    list->count = kept;
}

static void match_list_search(struct match_list *list, const struct part *part,
                              const struct text_pattern *pattern, size_t from)
{
    const char *text = strbuf_text(&part->text);
    size_t at;
    size_t len;
    while (text_pattern_find(pattern, text, part->text.len, from, &at, &len)) {
        list->ranges =
            mem_grow(list->ranges, &list->cap, list->count + 1, sizeof(list->ranges[0]));
        list->ranges[list->count++] = (struct text_range){(uint32_t)at, (uint32_t)len};
        from = at + len;
    }
}

/* Where a text that has grown is to be searched from: whatever begins before it has been
 * found, or never will be. */
static size_t match_list_sure_at(const struct match_list *list, const struct part *part,
                                 const struct text_pattern *pattern, size_t first)
{
    const size_t reach = text_pattern_reach(pattern);
    size_t sure = part->text.len > reach ? part->text.len - reach : 0;
    while (sure > 0 && ((unsigned char)part->text.text[sure] & 0xc0) == 0x80)
        sure--;
    if (list->count > first) {
        const struct text_range *last = &list->ranges[list->count - 1];
        if (sure < (size_t)last->at + last->len)
            sure = (size_t)last->at + last->len;
    }
    return sure;
}

void match_list_update(struct match_list *list, const struct message *message,
                       const struct text_pattern *pattern, uint64_t search)
{
    if (list->search == search && list->version == message->version)
        return;
    if (list->search != search || pattern == NULL)
        match_list_reset(list);
    list->search = search;
    list->version = message->version;
    if (pattern == NULL)
        return;
    match_list_go_back(list, message);
    list->firsts = mem_grow(list->firsts, &list->part_cap, message->part_count,
                            sizeof(list->firsts[0]));
    bool is_sure = true;
    for (size_t i = list->part_count; i < message->part_count; i++) {
        const struct part *part = &message->parts[i];
        const bool goes_on = is_sure && i == list->sure_part;
        /* The part that is gone on with keeps its first. */
        if (!goes_on || list->sure_at == 0)
            list->firsts[i] = list->count;
        list->part_count = i + 1;
        if (match_list_takes(part))
            match_list_search(list, part, pattern, goes_on ? list->sure_at : 0);
        const bool may_change = part->kind == PART_TOOL_CALL && !part->is_whole;
        if (!is_sure || (!may_change && i + 1 < message->part_count))
            continue;
        is_sure = false;
        list->sure_part = i;
        list->sure_at = may_change || !match_list_takes(part)
                            ? 0
                            : match_list_sure_at(list, part, pattern, list->firsts[i]);
    }
}

size_t match_list_part(const struct match_list *list, size_t index)
{
    size_t low = 0;
    size_t high = list->part_count;
    while (high - low > 1) {
        const size_t middle = low + (high - low) / 2;
        if (list->firsts[middle] <= index)
            low = middle;
        else
            high = middle;
    }
    return low;
}

const struct text_range *match_list_of_part(const struct match_list *list, size_t part,
                                            size_t *count)
{
    *count = 0;
    if (part >= list->part_count)
        return NULL;
    const size_t first = list->firsts[part];
    const size_t end = part + 1 < list->part_count ? list->firsts[part + 1] : list->count;
    *count = end - first;
    return *count > 0 ? &list->ranges[first] : NULL;
}
