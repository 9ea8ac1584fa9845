/*
 * A line at a time. The state is what CommonMark's rules for the beginning of the next
 * line depend on, as far as the top level goes; what is inside a list's item or a quote
 * belongs to that block. When it is not certain that a line begins a block of its own, no
 * cut is made there: too few cuts cost time, a wrong one would show.
 */
#include "ui/render/markdown_scan.h"

#include <string.h>

/* Where the text of a list's item begins when nothing can belong to the item any more. */
#define NOTHING_BELONGS 1000

struct line {
    const char *text;
    size_t len; /* without its end */
    int indent; /* columns of blanks in front */
    size_t at;  /* the first byte after them; len for a blank line */
};

/* --- What a line is ------------------------------------------------------------------
 */

static struct line line_read(const char *text, size_t len)
{
    struct line line = {text, len, 0, 0};
    if (line.len > 0 && text[line.len - 1] == '\r')
        line.len--;
    for (; line.at < line.len; line.at++) {
        if (text[line.at] == ' ')
            line.indent++;
        else if (text[line.at] == '\t')
            line.indent += 4 - line.indent % 4;
        else
            break;
    }
    return line;
}

static bool line_is_blank(const struct line *line)
{
    return line->at == line->len;
}

/* How many of one character stand at `at`. */
static size_t line_count(const struct line *line, size_t at, char sign)
{
    size_t count = 0;
    while (at + count < line->len && line->text[at + count] == sign)
        count++;
    return count;
}

static bool line_is_blank_from(const struct line *line, size_t at)
{
    while (at < line->len && (line->text[at] == ' ' || line->text[at] == '\t'))
        at++;
    return at == line->len;
}

/* The length of the mark that opens fenced code, or 0. */
static size_t line_opens_fence(const struct line *line)
{
    if (line->indent > 3 || line_is_blank(line))
        return 0;
    const char sign = line->text[line->at];
    if (sign != '`' && sign != '~')
        return 0;
    const size_t count = line_count(line, line->at, sign);
    const size_t after = line->at + count;
    if (count < 3 || (sign == '`' && after < line->len &&
                      memchr(line->text + after, '`', line->len - after) != NULL))
        return 0;
    return count;
}

static bool line_is_heading(const struct line *line)
{
    const size_t count = line_count(line, line->at, '#');
    const size_t after = line->at + count;
    return line->indent <= 3 && count >= 1 && count <= 6 &&
           (after == line->len || line->text[after] == ' ' || line->text[after] == '\t');
}

/* A rule: three or more of one sign, and blanks. */
static bool line_is_rule(const struct line *line)
{
    if (line->indent > 3 || line_is_blank(line))
        return false;
    const char sign = line->text[line->at];
    size_t count = 0;
    if (sign != '*' && sign != '-' && sign != '_')
        return false;
    for (size_t i = line->at; i < line->len; i++) {
        if (line->text[i] == sign)
            count++;
        else if (line->text[i] != ' ' && line->text[i] != '\t')
            return false;
    }
    return count >= 3;
}

/* The line under a heading, if there is a paragraph before it. */
static bool line_is_underline(const struct line *line)
{
    if (line->indent > 3 || line_is_blank(line))
        return false;
    const char sign = line->text[line->at];
    return (sign == '=' || sign == '-') &&
           line_is_blank_from(line, line->at + line_count(line, line->at, sign));
}

struct item {
    char sign;
    unsigned number;
    bool has_number;
    bool is_empty;
    int width; /* the column where its text begins */
};

/* Reads the mark of a list's item. */
static bool line_is_item(const struct line *line, struct item *item)
{
    size_t at = line->at;
    *item = (struct item){0};
    if (line->indent > 3 || line_is_blank(line) || line_is_rule(line))
        return false;
    for (int i = 0;
         i < 9 && at < line->len && line->text[at] >= '0' && line->text[at] <= '9'; i++) {
        item->number = item->number * 10 + (unsigned)(line->text[at++] - '0');
        item->has_number = true;
    }
    if (at == line->len ||
        strchr(item->has_number ? ".)" : "-+*", line->text[at]) == NULL)
        return false;
    item->sign = line->text[at++];
    if (at < line->len && line->text[at] != ' ' && line->text[at] != '\t')
        return false;
    const int mark_end = line->indent + (int)(at - line->at);
    int column = mark_end;
    for (; at < line->len && (line->text[at] == ' ' || line->text[at] == '\t'); at++)
        column += line->text[at] == '\t' ? 4 - column % 4 : 1;
    item->is_empty = at == line->len;
    item->width = item->is_empty || column > mark_end + 4 ? mark_end + 1 : column;
    return true;
}

/* True if the line begins a block even where a paragraph could go on. */
static bool line_interrupts(const struct line *line)
{
    struct item item;
    if (line->indent > 3)
        return false;
    return line_is_heading(line) || line_opens_fence(line) > 0 || line_is_rule(line) ||
           line->text[line->at] == '>' ||
           (line_is_item(line, &item) && !item.is_empty &&
            (!item.has_number || item.number == 1));
}

/* --- What a line does ------------------------------------------------------------------
 */

static bool scan_is_sibling(const struct markdown_scan *scan, const struct line *line,
                            struct item *item)
{
    return line->indent < scan->width && line_is_item(line, item);
}

/* True if a line that is not blank begins a block of its own. */
static bool scan_begins_block(const struct markdown_scan *scan, const struct line *line)
{
    struct item item;
    switch (scan->state) {
    case MARKDOWN_CLOSED:
    case MARKDOWN_FENCE: return true;
    case MARKDOWN_INDENTED: return line->indent < 4;
    case MARKDOWN_LIST:
        if (line->indent >= scan->width)
            return false;
        return scan->is_after_blank || scan_is_sibling(scan, line, &item) ||
               line_interrupts(line);
    case MARKDOWN_PARAGRAPH:
        if (!scan->is_after_blank && line_is_underline(line))
            return false;
        break;
    case MARKDOWN_QUOTE:
        if (!scan->is_after_blank && line->indent <= 3 && line->text[line->at] == '>')
            return false;
        break;
    }
    return scan->is_after_blank || line_interrupts(line);
}

/* Takes an item: does it go on with the list before it? */
static void scan_begin_item(struct markdown_scan *scan, const struct item *item)
{
    const bool goes_on = scan->state == MARKDOWN_LIST && scan->sign == item->sign &&
                         (scan->number > 0) == item->has_number;
    if (goes_on && item->has_number)
        scan->part_number = ++scan->number;
    else
        scan->number = item->has_number ? item->number : 0;
    /* A list may begin with 0, but then it is continued as one without numbers. */
    if (goes_on && !scan->is_after_blank)
        scan->part_has_gap = false;
    scan->state = MARKDOWN_LIST;
    scan->sign = item->sign;
    scan->width = item->width;
    scan->is_empty = item->is_empty;
}

/* Begins a block with a line, which is not blank. */
static void scan_begin(struct markdown_scan *scan, const struct line *line, size_t start)
{
    struct item item;
    const bool is_first = start == 0;
    const bool is_heading = line_is_heading(line);
    scan->part_start = start;
    scan->part_number = 0;
    scan->part_has_gap = !is_first && !scan->is_joined &&
                         (scan->is_after_blank || scan->wants_gap || is_heading);
    scan->is_joined = false;
    scan->wants_gap = false;
    if (is_heading || line_is_rule(line)) {
        scan->state = MARKDOWN_CLOSED;
        scan->wants_gap = !is_heading;
    } else if (line_is_item(line, &item)) {
        scan_begin_item(scan, &item);
    } else if (line->indent > 3) {
        scan->state = MARKDOWN_INDENTED;
        scan->wants_gap = true;
    } else {
        scan->state = line->text[line->at] == '>' ? MARKDOWN_QUOTE : MARKDOWN_PARAGRAPH;
    }
    scan->is_after_blank = false;
}

/* Takes a line into the block that is open. */
static void scan_go_on(struct markdown_scan *scan, const struct line *line)
{
    if (line_is_blank(line)) {
        /* An item that begins with an empty line ends there. */
        if (scan->state == MARKDOWN_LIST && scan->is_empty && !scan->is_after_blank)
            scan->width = NOTHING_BELONGS;
        scan->is_after_blank = true;
        return;
    }
    if (scan->state == MARKDOWN_PARAGRAPH && line_is_underline(line))
        scan->state = MARKDOWN_CLOSED;
    else if (scan->state == MARKDOWN_LIST && line->indent < scan->width)
        scan->state = MARKDOWN_PARAGRAPH; /* whichever of the two it goes on with */
    scan->is_after_blank = false;
    scan->is_empty = false;
}

/* --- Parts
 * ------------------------------------------------------------------------------ */

static bool scan_give(const struct markdown_scan *scan, enum markdown_part_kind kind,
                      size_t start, size_t end, struct markdown_part *part)
{
    *part = (struct markdown_part){.kind = kind, .start = start, .end = end};
    if (kind == MARKDOWN_BLOCK) {
        part->has_gap = scan->part_has_gap;
        part->number = scan->part_number;
    }
    return true;
}

/* Gives the block that is open, up to where the next line begins. */
static bool scan_give_block(struct markdown_scan *scan, size_t end,
                            struct markdown_part *part)
{
    scan_give(scan, MARKDOWN_BLOCK, scan->part_start, end, part);
    scan->part_start = end;
    return true;
}

static bool scan_open_fence(struct markdown_scan *scan, const struct line *line,
                            size_t next, struct markdown_part *part)
{
    const size_t start = scan->at;
    const size_t count = line_opens_fence(line);
    scan->state = MARKDOWN_FENCE;
    scan->sign = line->text[line->at];
    scan->width = (int)count;
    scan->indent = line->indent;
    scan_give(scan, MARKDOWN_FENCE_OPEN, start + line->at + count, start + line->len,
              part);
    part->has_gap = start > 0 && !scan->is_joined;
    scan->is_joined = false;
    scan->is_after_blank = false;
    scan->at = next;
    scan->part_start = next;
    return true;
}

static bool scan_give_code(struct markdown_scan *scan, const struct line *line,
                           size_t next, struct markdown_part *part)
{
    const size_t start = scan->at;
    const size_t count = line_count(line, line->at, scan->sign);
    size_t skip = 0;
    scan->at = next;
    scan->part_start = next;
    if (!scan->is_joined && line->indent <= 3 && count >= (size_t)scan->width &&
        line_is_blank_from(line, line->at + count)) {
        scan->state = MARKDOWN_CLOSED;
        scan->wants_gap = true;
        return scan_give(scan, MARKDOWN_FENCE_CLOSE, start, start + line->len, part);
    }
    while (!scan->is_joined && skip < line->at && skip < (size_t)scan->indent &&
           line->text[skip] == ' ')
        skip++;
    scan->is_joined = false;
    return scan_give(scan, MARKDOWN_CODE_LINE, start + skip, start + line->len, part);
}

/* Where a line that is too long is cut: at a blank, or between two characters. */
static size_t scan_cut_line(const char *text, size_t start, size_t len)
{
    const size_t first = start + MARKDOWN_PART_MAX;
    const size_t last = first + MARKDOWN_PART_MAX;
    if (len < last + 4)
        return 0;
    const char *blank = memchr(text + first, ' ', MARKDOWN_PART_MAX);
    if (blank != NULL)
        return (size_t)(blank - text) + 1;
    size_t cut = last;
    while (cut > first && ((unsigned char)text[cut] & 0xc0) == 0x80)
        cut--;
    return cut;
}

/* Gives what a line that is too long begins with. */
static bool scan_give_cut(struct markdown_scan *scan, const char *text, size_t cut,
                          struct markdown_part *part)
{
    const size_t start = scan->at;
    if (scan->state == MARKDOWN_FENCE) {
        const struct line line = line_read(text + start, cut - start);
        scan_give_code(scan, &line, cut, part);
        part->end = cut;
    } else {
        if (scan->part_start == start) {
            const struct line line = line_read(text + start, cut - start);
            scan->part_has_gap = false;
            scan->part_number = 0;
            if (!line_is_blank(&line))
                scan_begin(scan, &line, start);
        }
        scan->at = cut;
        scan_give_block(scan, cut, part);
        scan->state = MARKDOWN_CLOSED;
    }
    scan->is_joined = true;
    return true;
}

/* Reads one line, which ends before `next`; true if it gives a part. It is read again
 * when the part is that before it. */
static bool scan_line(struct markdown_scan *scan, const char *text, size_t end,
                      size_t next, struct markdown_part *part)
{
    const struct line line = line_read(text + scan->at, end - scan->at);
    const bool is_open = scan->part_start < scan->at;
    if (scan->state == MARKDOWN_FENCE)
        return scan_give_code(scan, &line, next, part);
    if (is_open && scan->at - scan->part_start >= MARKDOWN_PART_MAX) {
        scan->is_joined = !scan->is_after_blank && !line_is_blank(&line);
        scan->state = scan->state == MARKDOWN_LIST ? MARKDOWN_LIST : MARKDOWN_CLOSED;
        return scan_give_block(scan, scan->at, part);
    }
    if (line_is_blank(&line)) {
        if (is_open)
            scan_go_on(scan, &line);
        else
            scan->part_start = next; /* blank lines before any block */
        scan->is_after_blank = true;
        scan->at = next;
        return false;
    }
    if (is_open && scan_begins_block(scan, &line))
        return scan_give_block(scan, scan->at, part);
    if (!is_open && line_opens_fence(&line) > 0)
        return scan_open_fence(scan, &line, next, part);
    if (is_open)
        scan_go_on(scan, &line);
    else
        scan_begin(scan, &line, scan->at);
    scan->at = next;
    return false;
}

bool markdown_scan_next(struct markdown_scan *scan, const char *text, size_t len,
                        bool is_end, struct markdown_part *part)
{
    while (scan->at < len) {
        const size_t from = scan->searched > scan->at ? scan->searched : scan->at;
        const char *newline = memchr(text + from, '\n', len - from);
        const size_t end = newline != NULL ? (size_t)(newline - text) : len;
        scan->searched = end;
        const size_t cut = scan_cut_line(text, scan->at, end);
        if (cut > 0)
            return scan_give_cut(scan, text, cut, part);
        if (newline == NULL && !is_end)
            return false;
        if (scan_line(scan, text, end, newline != NULL ? end + 1 : len, part))
            return true;
    }
    return is_end && scan->part_start < len && scan_give_block(scan, len, part);
}
