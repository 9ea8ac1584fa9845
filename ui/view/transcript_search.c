/* Matches are kept by message (match_list.h). What is current is a message and a number
 * in it; where that stands on the screen is found once the rows are laid out. */
#include "ui/view/transcript_inside.h"
#include "ui/view/message_marks.h"

/* A match that was out of sight comes to stand so far down the view. */
#define MATCH_ABOVE(height) ((height) / 3)

static size_t item_match_count(const struct transcript *transcript, size_t item)
{
    return transcript->items[item].matches.count;
}

void transcript_search_update(struct transcript *transcript)
{
    struct transcript_search *search = &transcript->search;
    if (search->number == 0)
        return;
    for (size_t i = 0; i < transcript->item_count; i++) {
        struct message_rows *item = &transcript->items[i];
        match_list_update(&item->matches, item->message, search->pattern, search->number);
    }
    if (search->has_current &&
        (search->item >= transcript->item_count ||
         search->index >= item_match_count(transcript, search->item)))
        search->has_current = false;
    if (!search->is_due || !search->has_current || transcript->width == 0)
        return;
    search->is_due = false;
    struct transcript_top at = {search->item, 0};
    message_marks_find(transcript_item(transcript, search->item), search->index, &at.row);
    transcript_bring(transcript, at, MATCH_ABOVE(transcript->height));
}

void transcript_search(struct transcript *transcript, const struct chat *chat,
                       const struct text_pattern *pattern)
{
    struct transcript_search *search = &transcript->search;
    transcript_take_path(transcript, chat);
    search->pattern = pattern;
    search->number++;
    search->has_current = false;
    search->is_due = false;
    transcript_search_update(transcript);
}

bool transcript_is_searched(const struct transcript *transcript)
{
    return transcript->search.pattern != NULL;
}

size_t transcript_match_count(const struct transcript *transcript)
{
    size_t count = 0;
    for (size_t i = 0; i < transcript->item_count; i++)
        count += item_match_count(transcript, i);
    return count;
}

size_t transcript_match_number(const struct transcript *transcript)
{
    const struct transcript_search *search = &transcript->search;
    size_t number = 0;
    if (!search->has_current)
        return 0;
    for (size_t i = 0; i < search->item; i++)
        number += item_match_count(transcript, i);
    return number + search->index + 1;
}

static bool transcript_match_set(struct transcript *transcript, size_t item, size_t index)
{
    struct transcript_search *search = &transcript->search;
    search->has_current = true;
    search->item = item;
    search->index = index;
    search->is_due = true;
    return true;
}

/* The first match at or after a place, given as an item and a number in it. */
static bool transcript_match_from(struct transcript *transcript, size_t item,
                                  size_t index)
{
    for (; item < transcript->item_count; item++, index = 0) {
        if (index < item_match_count(transcript, item))
            return transcript_match_set(transcript, item, index);
    }
    return false;
}

/* The last one before a place. */
static bool transcript_match_before(struct transcript *transcript, size_t item,
                                    size_t index)
{
    if (index > 0)
        return transcript_match_set(transcript, item, index - 1);
    while (item-- > 0) {
        const size_t count = item_match_count(transcript, item);
        if (count > 0)
            return transcript_match_set(transcript, item, count - 1);
    }
    return false;
}

/* How many of an item's matches begin above a row of it. */
static size_t transcript_count_above(struct transcript *transcript,
                                     struct transcript_top top)
{
    const struct message_rows *item = transcript_item(transcript, top.item);
    size_t low = 0;
    size_t high = item->matches.count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        int row;
        message_marks_find(item, middle, &row);
        if (row < top.row)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

bool transcript_match_near(struct transcript *transcript)
{
    const struct transcript_top top = transcript->top;
    if (transcript->item_count == 0)
        return false;
    if (transcript->width == 0 || top.item >= transcript->item_count)
        return transcript_match_end(transcript, true);
    const size_t above = transcript_count_above(transcript, top);
    return transcript_match_from(transcript, top.item, above) ||
           transcript_match_before(transcript, top.item, above);
}

bool transcript_match_step(struct transcript *transcript, bool is_forward)
{
    const struct transcript_search *search = &transcript->search;
    if (!search->has_current)
        return false;
    return is_forward ? transcript_match_from(transcript, search->item, search->index + 1)
                      : transcript_match_before(transcript, search->item, search->index);
}

bool transcript_match_end(struct transcript *transcript, bool is_last)
{
    return is_last ? transcript_match_before(transcript, transcript->item_count, 0)
                   : transcript_match_from(transcript, 0, 0);
}

void transcript_match_leave(struct transcript *transcript)
{
    transcript->search.has_current = false;
    transcript->search.is_due = false;
}

bool transcript_match_is_hidden(struct transcript *transcript)
{
    const struct transcript_search *search = &transcript->search;
    int row;
    if (!search->has_current || search->item >= transcript->item_count)
        return false;
    if (transcript->width > 0)
        return !message_marks_find(transcript_item(transcript, search->item),
                                   search->index, &row);
    /* Not laid out yet: what is folded there is known all the same. */
    const struct message_rows *item = &transcript->items[search->item];
    const size_t part = match_list_part(&item->matches, search->index);
    return !transcript->is_unfolded && item->message->parts[part].kind == PART_REASONING;
}

void transcript_search_draw(struct transcript *transcript, struct transcript_top at,
                            struct canvas *canvas, struct rect where)
{
    const struct transcript_search *search = &transcript->search;
    const struct message_rows *item = &transcript->items[at.item];
    if (search->pattern == NULL || item->matches.count == 0)
        return;
    const bool is_current = search->has_current && search->item == at.item;
    message_marks_draw(item, at.row, canvas, where,
                       is_current ? search->index : item->matches.count);
}
