/*
 * What is chosen is a unit of the conversation: a prompt, or what came of it up to the
 * next one (an answer with the tools it called). It is kept as the number of the unit's
 * first message, which is found again whatever happens to the path.
 */
#include <string.h>

#include "ui/view/transcript_inside.h"

/* The first item of the unit that an item belongs to. */
static size_t unit_begin(const struct transcript *transcript, size_t index)
{
    while (index > 0 && !transcript_begins_turn(transcript, index) &&
           !transcript_begins_turn(transcript, index - 1))
        index--;
    return index;
}

/* The first item behind the unit that begins with an item. */
static size_t unit_end(const struct transcript *transcript, size_t begin)
{
    size_t index = begin + 1;
    if (transcript_begins_turn(transcript, begin))
        return index;
    while (index < transcript->item_count && !transcript_begins_turn(transcript, index))
        index++;
    return index;
}

/* The item that is chosen; item_count: none. */
static size_t choice_find(const struct transcript *transcript)
{
    const uint64_t wanted = transcript->choice.message;
    size_t index = 0;
    if (wanted == 0)
        return transcript->item_count;
    while (index < transcript->item_count &&
           transcript->items[index].message->id != wanted)
        index++;
    return index;
}

static void choice_set(struct transcript *transcript, size_t index)
{
    const bool is_one = index < transcript->item_count;
    transcript->choice.message = is_one ? transcript->items[index].message->id : 0;
    transcript->choice.is_due = is_one;
}

void transcript_choose(struct transcript *transcript, uint64_t message_id)
{
    transcript->choice.message = message_id;
    transcript->choice.is_due = message_id != 0;
}

/* The unit that is read: the last one at the end, else the one in the middle. */
static size_t choice_of_view(struct transcript *transcript)
{
    const struct message *read = transcript_read_message(transcript);
    size_t index = transcript->item_count - 1;
    if (!transcript->is_following && read != NULL) {
        while (index > 0 && transcript->items[index].message != read)
            index--;
    }
    return unit_begin(transcript, index);
}

void transcript_choose_step(struct transcript *transcript, bool is_forward)
{
    const size_t chosen = choice_find(transcript);
    if (transcript->item_count == 0)
        return;
    if (chosen == transcript->item_count)
        choice_set(transcript, choice_of_view(transcript));
    else if (is_forward)
        choice_set(transcript, unit_end(transcript, unit_begin(transcript, chosen)));
    else if (unit_begin(transcript, chosen) > 0)
        choice_set(transcript,
                   unit_begin(transcript, unit_begin(transcript, chosen) - 1));
}

const struct message *transcript_chosen(const struct transcript *transcript)
{
    const size_t index = choice_find(transcript);
    return index < transcript->item_count ? transcript->items[index].message : NULL;
}

void transcript_choose_update(struct transcript *transcript)
{
    struct transcript_choice *choice = &transcript->choice;
    const size_t index = choice_find(transcript);
    if (choice->message == 0)
        return;
    if (index == transcript->item_count) {
        *choice = (struct transcript_choice){0, false};
        return;
    }
    /* A message that was named is a part of its unit. */
    const size_t begin = unit_begin(transcript, index);
    choice->message = transcript->items[begin].message->id;
    if (choice->is_due)
        transcript_bring(transcript, (struct transcript_top){begin, 0}, 1);
    choice->is_due = false;
}

/* Marks a row of the view. */
static void choice_mark_row(const struct transcript *transcript, struct canvas *canvas,
                            int y, int x)
{
    static const char sign[] = "\xe2\x96\x8c";
    const struct rect *drawn = &transcript->drawn;
    if (x >= 0)
        canvas_put(canvas, x, y, 1, ROLE_KEY, sign, strlen(sign));
    else
        canvas_set_role(canvas, (struct rect){drawn->x, y, drawn->width < 2 ? 1 : 2, 1},
                        ROLE_SELECTED);
}

void transcript_draw_chosen(struct transcript *transcript, struct canvas *canvas, int x)
{
    const size_t begin = choice_find(transcript);
    const struct rect *drawn = &transcript->drawn;
    struct transcript_top at = transcript->top;
    if (begin == transcript->item_count)
        return;
    const size_t end = unit_end(transcript, begin);
    for (int y = 0; y < drawn->height && at.item < end; y++) {
        while (at.item < end && at.row >= transcript_rows(transcript, at.item))
            at = (struct transcript_top){at.item + 1, 0};
        /* The empty row after the last message belongs to nothing. */
        const bool is_gap =
            at.item + 1 == end && at.row + 1 == transcript->items[at.item].height;
        if (at.item >= begin && at.item < end && !is_gap)
            choice_mark_row(transcript, canvas, drawn->y + y, x);
        at.row++;
    }
}
