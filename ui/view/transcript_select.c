/*
 * The two ends of a selection are places in the source, so that it stays what it is when
 * the layout changes. What is selected are whole lines of the source; a row is marked if
 * the line that it comes from is.
 */
#include <string.h>

#include "ui/render/markdown_lines.h"
#include "ui/view/transcript_inside.h"

static struct transcript_place place_of(struct transcript *transcript,
                                        struct transcript_top at)
{
    return (struct transcript_place){
        at.item, message_rows_place(transcript_item(transcript, at.item), at.row)};
}

static struct transcript_top top_of(struct transcript *transcript,
                                    const struct transcript_place *place)
{
    const int row =
        message_rows_find(transcript_item(transcript, place->item), place->place);
    return (struct transcript_top){place->item, row};
}

static bool place_is_before(const struct transcript_place *a,
                            const struct transcript_place *b)
{
    if (a->item != b->item)
        return a->item < b->item;
    if (a->place.segment != b->place.segment)
        return a->place.segment < b->place.segment;
    return a->place.offset < b->place.offset;
}

/* The text of the segment that a place is in; NULL for the empty row after a message. */
static const char *place_text(const struct transcript *transcript,
                              const struct transcript_place *place, size_t *len)
{
    const struct message_rows *item = &transcript->items[place->item];
    *len = 0;
    if (place->place.segment >= item->segment_count)
        return NULL;
    const struct row_segment *segment = &item->segments[place->place.segment];
    *len = segment->has_note ? segment->note.len
                             : item->message->parts[place->place.segment].text.len;
    return message_rows_text(item, segment);
}

/* True if one row stands for all of the segment. */
static bool place_is_folded(const struct transcript *transcript,
                            const struct transcript_place *place)
{
    const struct message_rows *item = &transcript->items[place->item];
    return item->segments[place->place.segment].is_folded;
}

/* The first and the last place of what is selected: those of whole lines. */
static void selection_ends(const struct transcript *transcript,
                           struct transcript_place *first, struct transcript_place *last)
{
    const struct transcript_selection *selection = &transcript->selection;
    const bool is_down = place_is_before(&selection->anchor, &selection->cursor);
    size_t len;
    *first = is_down ? selection->anchor : selection->cursor;
    *last = is_down ? selection->cursor : selection->anchor;
    const char *text = place_text(transcript, first, &len);
    /* What is said of a call may have become shorter since. */
    if (text != NULL && (place_is_folded(transcript, first) || first->place.offset > len))
        first->place.offset = 0;
    while (text != NULL && first->place.offset > 0 &&
           text[first->place.offset - 1] != '\n')
        first->place.offset--;
    text = place_text(transcript, last, &len);
    if (text == NULL)
        return;
    if (place_is_folded(transcript, last) || last->place.offset > len)
        last->place.offset = len;
    const char *end = last->place.offset < len ? memchr(text + last->place.offset, '\n',
                                                        len - last->place.offset)
                                               : NULL;
    last->place.offset = end != NULL ? (size_t)(end - text) : len;
}

bool transcript_select_begin(struct transcript *transcript)
{
    struct transcript_selection *selection = &transcript->selection;
    if (transcript->item_count == 0 || transcript->width == 0)
        return false;
    struct transcript_top at = transcript->top;
    if (transcript->is_following)
        at = transcript_down(transcript, at, transcript->height - 1);
    selection->is_on = true;
    selection->anchor = selection->cursor = place_of(transcript, at);
    return true;
}

void transcript_select_end(struct transcript *transcript)
{
    transcript->selection.is_on = false;
}

bool transcript_is_selecting(const struct transcript *transcript)
{
    return transcript->selection.is_on;
}

void transcript_select_update(struct transcript *transcript)
{
    const struct transcript_selection *selection = &transcript->selection;
    if (selection->anchor.item >= transcript->item_count ||
        selection->cursor.item >= transcript->item_count)
        transcript_select_end(transcript);
}

static void transcript_select_at(struct transcript *transcript, struct transcript_top at)
{
    const bool is_above = transcript_is_before(at, transcript->top);
    transcript->selection.cursor = place_of(transcript, at);
    transcript_bring(transcript, at, is_above ? 0 : transcript->height - 1);
}

void transcript_select_move(struct transcript *transcript, int rows)
{
    if (!transcript->selection.is_on)
        return;
    struct transcript_top at = top_of(transcript, &transcript->selection.cursor);
    at = rows < 0 ? transcript_up(transcript, at, -rows)
                  : transcript_down(transcript, at, rows);
    /* The row above a message's text is no place in it. */
    if (rows < 0 && message_rows_is_head(transcript_item(transcript, at.item), at.row))
        at = transcript_up(transcript, at, 1);
    transcript_select_at(transcript, at);
}

void transcript_select_go(struct transcript *transcript, bool is_last)
{
    struct transcript_top at = {0, 0};
    if (!transcript->selection.is_on)
        return;
    if (is_last) {
        at.item = transcript->item_count - 1;
        at.row = transcript_rows(transcript, at.item) - 1;
    }
    if (at.row < 0)
        at.row = 0;
    transcript_select_at(transcript, at);
}

void transcript_select_swap(struct transcript *transcript)
{
    struct transcript_selection *selection = &transcript->selection;
    const struct transcript_place cursor = selection->cursor;
    if (!selection->is_on)
        return;
    selection->cursor = selection->anchor;
    selection->anchor = cursor;
    transcript_bring(transcript, top_of(transcript, &selection->cursor),
                     transcript->height / 3);
}

/* Appends what is selected of one segment. */
static void selection_append(const struct transcript *transcript,
                             const struct transcript_place *segment,
                             const struct transcript_place *first,
                             const struct transcript_place *last, struct strbuf *out)
{
    size_t len;
    const char *text = place_text(transcript, segment, &len);
    const bool is_first =
        segment->item == first->item && segment->place.segment == first->place.segment;
    const bool is_last =
        segment->item == last->item && segment->place.segment == last->place.segment;
    const size_t start = is_first ? first->place.offset : 0;
    size_t end = is_last ? last->place.offset : len;
    const struct message_rows *item = &transcript->items[segment->item];
    if (item->segments[segment->place.segment].markdown != NULL)
        end = markdown_lines_end(text, len, start, end);
    /* The line ends at the end of a text stand for nothing between two of them. */
    while (!is_last && end > start && text[end - 1] == '\n')
        end--;
    if (text != NULL && start < end)
        strbuf_append(out, text + start, end - start);
}

void transcript_select_text(struct transcript *transcript, struct strbuf *out)
{
    struct transcript_place first;
    struct transcript_place last;
    if (!transcript->selection.is_on)
        return;
    selection_ends(transcript, &first, &last);
    struct transcript_place at = {first.item, {first.place.segment, 0}};
    while (at.item < last.item ||
           (at.item == last.item && at.place.segment <= last.place.segment)) {
        const struct message_rows *item = transcript_item(transcript, at.item);
        if (at.place.segment >= item->segment_count) {
            /* The empty row after a message; at either end it is none of the text. */
            if (at.item == last.item)
                return;
            if (out->len > 0)
                strbuf_append_text(out, "\n");
            at = (struct transcript_place){at.item + 1, {0, 0}};
            continue;
        }
        const size_t before = out->len;
        selection_append(transcript, &at, &first, &last, out);
        const bool is_last =
            at.item == last.item && at.place.segment == last.place.segment;
        if (out->len > before && !is_last)
            strbuf_append_text(out, "\n");
        at.place.segment++;
    }
}

void transcript_select_draw(struct transcript *transcript, struct transcript_top at,
                            struct canvas *canvas, struct rect where)
{
    if (!transcript->selection.is_on)
        return;
    struct transcript_place first;
    struct transcript_place last;
    const struct transcript_place place = place_of(transcript, at);
    selection_ends(transcript, &first, &last);
    if (place_is_before(&place, &first) || place_is_before(&last, &place))
        return;
    canvas_set_role(canvas, where, ROLE_SELECTED);
    const struct transcript_top cursor =
        top_of(transcript, &transcript->selection.cursor);
    if (cursor.item == at.item && cursor.row == at.row)
        canvas_set_cursor(canvas, where.x, where.y);
}
