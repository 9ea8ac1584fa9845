/*
 * Ranges are places in the source of a part. Where a segment shows that source, they are
 * places in its rows; where it shows a note made of it (a call, a result) they are
 * shifted, or found by walking over both.
 */
#include "ui/view/message_marks.h"

#include "src/base/mem.h"

/* The ranges of a segment, as places in the text that is drawn. */
struct segment_marks {
    struct text_marks marks;
    struct text_range *mapped; /* owned; NULL where they are the source's own */
};

static void segment_marks_clear(struct segment_marks *marks)
{
    mem_free(marks->mapped);
}

static bool is_json_blank(char byte)
{
    return byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r';
}

/* The arguments of a call are shown without the blanks between their words, and cut:
 * finds the ranges again, as far as both texts agree. */
static void segment_marks_map(struct segment_marks *marks, const struct strbuf *source,
                              const struct row_segment *segment)
{
    const struct text_range *ranges = marks->marks.ranges;
    const struct strbuf *note = &segment->note;
    const size_t wanted = marks->marks.count;
    size_t shown = segment->note_head;
    size_t count = 0;
    size_t start = 0;
    marks->mapped = mem_alloc((wanted + 1) * sizeof(marks->mapped[0]));
    for (size_t at = 0; count < wanted && at <= source->len; at++) {
        const size_t end = (size_t)ranges[count].at + ranges[count].len;
        if (at == end)
            marks->mapped[count++] =
                (struct text_range){(uint32_t)start, (uint32_t)(shown - start)};
        if (count < wanted && at == ranges[count].at)
            start = shown;
        if (at == source->len || shown == note->len)
            break;
        if (source->text[at] == note->text[shown])
            shown++;
        else if (!is_json_blank(source->text[at]))
            break;
    }
    marks->marks.ranges = marks->mapped;
    marks->marks.count = count;
}

/* The ranges of the segment's part that are shown. */
static struct segment_marks segment_marks_make(const struct message_rows *rows,
                                               size_t index, size_t current)
{
    const struct row_segment *segment = &rows->segments[index];
    struct segment_marks made = {0};
    if (index >= rows->part_count)
        return made;
    made.marks.ranges = match_list_of_part(&rows->matches, index, &made.marks.count);
    const size_t count = made.marks.count;
    if (count > 0)
        made.marks.current = current - (size_t)(made.marks.ranges - rows->matches.ranges);
    if (count > 0 && segment->kind == PART_TOOL_CALL)
        segment_marks_map(&made, &rows->message->parts[index].text, segment);
    if (segment->kind == PART_TOOL_RESULT) {
        made.marks.shift = segment->note_head;
        while (made.marks.count > 0 &&
               made.marks.ranges[made.marks.count - 1].at >= segment->note_shown)
            made.marks.count--;
    }
    if (segment->is_folded)
        made.marks.count = 0;
    return made;
}

void message_marks_draw(const struct message_rows *rows, int row, struct canvas *canvas,
                        struct rect where, size_t current)
{
    const struct row_segment *segment = message_rows_segment(rows, &row);
    if (segment == NULL)
        return;
    struct segment_marks made =
        segment_marks_make(rows, (size_t)(segment - rows->segments), current);
    const char *text = message_rows_text(rows, segment);
    where.x += segment->indent;
    where.width = rows->width - segment->indent;
    if (made.marks.count > 0 && segment->markdown != NULL) {
        markdown_mark(segment->markdown, (size_t)row, text, canvas, where, &made.marks);
    } else if (made.marks.count > 0) {
        const struct wrap_row *wrapped = wrap_row(&segment->wrap, (size_t)row);
        text_marks_put(&made.marks, canvas, where, text,
                       (struct text_range){wrapped->start, wrapped->len});
    }
    segment_marks_clear(&made);
}

bool message_marks_find(const struct message_rows *rows, size_t index, int *row)
{
    const size_t part = match_list_part(&rows->matches, index);
    *row = rows->head != NULL ? 1 : 0;
    if (part >= rows->part_count)
        return false;
    for (size_t i = 0; i < part; i++)
        *row += row_segment_height(&rows->segments[i]);
    const struct row_segment *segment = &rows->segments[part];
    struct segment_marks made = segment_marks_make(rows, part, index);
    const bool is_shown = made.marks.current < made.marks.count;
    if (is_shown && segment->markdown != NULL) {
        *row += (int)markdown_find_range(segment->markdown,
                                         made.marks.ranges[made.marks.current]);
    } else if (is_shown) {
        *row += (int)wrap_find_row(
            &segment->wrap, made.marks.ranges[made.marks.current].at + made.marks.shift);
    }
    segment_marks_clear(&made);
    return is_shown;
}
