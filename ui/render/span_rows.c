/* Two flat arrays and a buffer, appended to and cut at their ends: the layout of a text
 * that grows throws its unsure tail away and writes it again. */
#include "ui/render/span_rows.h"

#include <string.h>

#include "src/base/compiler.h"
#include "src/base/mem.h"
#include "ui/render/glyph.h"

/* A range is shown by a row so many rows from its place at the most. */
#define SPAN_ROWS_NEAR 300

static const struct span_sign_info {
    const char *text;
    int width;
} span_signs[SIGN_COUNT] = {
    [SIGN_BLANK] = {" ", 1},
    [SIGN_LINE] = {"\xe2\x94\x80", 1},
    [SIGN_QUOTE] = {"\xe2\x94\x82 ", 2},
    [SIGN_COLUMN] = {" \xe2\x94\x82 ", 3},
    [SIGN_JOINT] = {"\xe2\x94\x80\xe2\x94\xbc\xe2\x94\x80", 3},
    [SIGN_BULLET_1] = {"\xe2\x80\xa2 ", 2},
    [SIGN_BULLET_2] = {"\xe2\x97\xa6 ", 2},
    [SIGN_BULLET_3] = {"\xe2\x96\xaa ", 2},
};

void span_rows_init(struct span_rows *rows)
{
    *rows = (struct span_rows){0};
    strbuf_init(&rows->own, STRBUF_OWN_MAX);
}

void span_rows_clear(struct span_rows *rows)
{
    mem_free(rows->rows);
    mem_free(rows->runs);
    mem_free(rows->links);
    mem_free(rows->targets);
    strbuf_clear(&rows->own);
    span_rows_init(rows);
}

struct span_rows_size span_rows_size(const struct span_rows *rows)
{
    return (struct span_rows_size){rows->row_count, rows->run_count, rows->own.len,
                                   rows->link_count, rows->target_count};
}

void span_rows_cut(struct span_rows *rows, struct span_rows_size size)
{
    rows->row_count = size.row_count;
    rows->run_count = size.run_count;
    rows->link_count = size.link_count;
    rows->target_count = size.target_count;
    strbuf_truncate(&rows->own, size.own_len);
}

int span_sign_width(enum span_sign sign)
{
    return span_signs[sign].width;
}

void span_rows_begin(struct span_rows *rows)
{
    rows->rows =
        mem_grow(rows->rows, &rows->row_cap, rows->row_count + 1, sizeof(rows->rows[0]));
    rows->rows[rows->row_count++] = (struct span_row){0, (uint32_t)rows->run_count};
}

static void span_rows_put(struct span_rows *rows, enum span_from from, size_t at,
                          size_t len, enum role role)
{
    if (len == 0)
        return;
    rows->runs =
        mem_grow(rows->runs, &rows->run_cap, rows->run_count + 1, sizeof(rows->runs[0]));
    rows->runs[rows->run_count++] =
        (struct span_run){(uint32_t)at, (uint32_t)len & 0x3fffff, role & 0xff, from & 3};
}

void span_rows_put_sign(struct span_rows *rows, enum span_sign sign, size_t count,
                        enum role role)
{
    span_rows_put(rows, SPAN_SIGN, sign, count, role);
}

void span_rows_put_own(struct span_rows *rows, const char *text, enum role role)
{
    const size_t at = rows->own.len;
    strbuf_append_text(&rows->own, text);
    span_rows_put(rows, SPAN_OWN, at, rows->own.len - at, role);
}

uint16_t span_rows_add_target(struct span_rows *rows, const char *address, size_t len)
{
    if (rows->target_count == UINT16_MAX)
        return 0;
    const size_t at = rows->own.len;
    strbuf_append(&rows->own, address, len);
    rows->targets = mem_grow(rows->targets, &rows->target_cap, rows->target_count + 1,
                             sizeof(rows->targets[0]));
    rows->targets[rows->target_count++] =
        (struct span_target){(uint32_t)at, (uint32_t)(rows->own.len - at)};
    return (uint16_t)rows->target_count;
}

/* The run that was put last leads to the target of that number. */
static void span_rows_link(struct span_rows *rows, uint16_t number)
{
    rows->links = mem_grow(rows->links, &rows->link_cap, rows->link_count + 1,
                           sizeof(rows->links[0]));
    rows->links[rows->link_count++] =
        (struct span_link){(uint32_t)rows->run_count - 1, number - 1U};
}

/* Puts bytes of a piece; a tab becomes blanks up to the next stop of the row. */
static void span_rows_put_piece(struct span_rows *rows, const struct span_text *text,
                                const struct span_base *base, size_t start,
                                struct span_piece piece)
{
    while (piece.len > 0) {
        const char *bytes = span_piece_bytes(&piece, base);
        const char *tab = memchr(bytes, '\t', piece.len);
        const uint32_t len = tab != NULL ? (uint32_t)(tab - bytes) : piece.len;
        span_rows_put(rows, (enum span_from)piece.from, piece.at, len,
                      (enum role)piece.role);
        if (piece.link != 0 && len > 0)
            span_rows_link(rows, piece.link);
        if (tab == NULL)
            return;
        const int column = span_text_width(text, base, start, piece.place + len, NULL);
        span_rows_put_sign(rows, SIGN_BLANK,
                           (size_t)(GLYPH_TAB_WIDTH - column % GLYPH_TAB_WIDTH),
                           (enum role)piece.role);
        piece.at += len + 1;
        piece.place += len + 1;
        piece.len -= len + 1;
    }
}

void span_rows_put_text(struct span_rows *rows, const struct span_text *text,
                        const struct span_base *base, size_t start, size_t end)
{
    for (size_t i = span_text_find(text, start);
         i < text->count && text->pieces[i].place < end; i++) {
        struct span_piece piece = text->pieces[i];
        const size_t skip = start > piece.place ? start - piece.place : 0;
        if (piece.from == SPAN_BREAK || skip >= piece.len)
            continue;
        if (piece.place + piece.len > end)
            piece.len = (uint32_t)end - piece.place;
        piece.at += (uint32_t)skip;
        piece.place += (uint32_t)skip;
        piece.len -= (uint32_t)skip;
        span_rows_put_piece(rows, text, base, start, piece);
    }
}

static size_t span_rows_run_end(const struct span_rows *rows, size_t row)
{
    return row + 1 < rows->row_count ? rows->rows[row + 1].first_run : rows->run_count;
}

void span_rows_end(struct span_rows *rows)
{
    struct span_row *row = &rows->rows[rows->row_count - 1];
    const uint32_t after = rows->row_count > 1 ? row[-1].at + 1 : 0;
    const uint32_t least = after > rows->floor ? after : rows->floor;
    row->at = least;
    for (size_t i = row->first_run; i < rows->run_count; i++) {
        if (rows->runs[i].from == SPAN_SOURCE) {
            row->at = rows->runs[i].at > least ? rows->runs[i].at : least;
            return;
        }
    }
}

/* --- Drawing ---------------------------------------------------------------------- */

static int span_rows_draw_signs(const struct span_run *run, struct canvas *canvas,
                                struct rect where)
{
    const char *text = span_signs[run->at].text;
    const size_t len = strlen(text);
    int used = 0;
    if (run->at == SIGN_BLANK && run->role == ROLE_TEXT)
        return (int)run->len; /* as canvas and pane are anyway */
    for (uint32_t i = 0; i < run->len && used < where.width; i++)
        used += canvas_put(canvas, where.x + used, where.y, where.width - used,
                           (enum role)run->role, text, len);
    return used;
}

/* The first link of the runs from `run` on; link_count if there is none. */
static size_t span_rows_find_link(const struct span_rows *rows, size_t run)
{
    size_t low = 0;
    size_t high = rows->link_count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (rows->links[middle].run < run)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

void span_rows_draw(const struct span_rows *rows, size_t row, const char *source,
                    struct canvas *canvas, struct rect where)
{
    const size_t end = span_rows_run_end(rows, row);
    size_t link = span_rows_find_link(rows, rows->rows[row].first_run);
    for (size_t i = rows->rows[row].first_run; i < end && where.width > 0; i++) {
        const struct span_run *run = &rows->runs[i];
        const bool is_link = link < rows->link_count && rows->links[link].run == i;
        int used;
        if (is_link) {
            const struct span_target *target = &rows->targets[rows->links[link++].target];
            canvas_begin_link(canvas, strbuf_text(&rows->own) + target->at, target->len);
        }
        if (run->from == SPAN_SIGN)
            used = span_rows_draw_signs(run, canvas, where);
        else
            used = canvas_put(canvas, where.x, where.y, where.width, (enum role)run->role,
                              (run->from == SPAN_OWN ? strbuf_text(&rows->own) : source) +
                                  run->at,
                              run->len);
        if (is_link)
            canvas_end_link(canvas);
        where.x += used;
        where.width -= used;
    }
}

/* The cells that a run takes, as it is drawn. */
static int span_rows_mark_run(const struct span_rows *rows, const struct span_run *run,
                              const char *source, struct canvas *canvas,
                              struct rect where, const struct text_marks *marks)
{
    static const struct text_marks none = {0};
    const struct text_range bytes = {run->at, run->len};
    if (run->from == SPAN_SIGN)
        return span_sign_width((enum span_sign)run->at) * (int)run->len;
    if (run->from == SPAN_OWN)
        return text_marks_put(&none, canvas, where, strbuf_text(&rows->own), bytes);
    return text_marks_put(marks, canvas, where, source, bytes);
}

void span_rows_mark(const struct span_rows *rows, size_t row, const char *source,
                    struct canvas *canvas, struct rect where,
                    const struct text_marks *marks)
{
    const size_t end = span_rows_run_end(rows, row);
    for (size_t i = rows->rows[row].first_run; i < end && where.width > 0; i++) {
        const int used =
            span_rows_mark_run(rows, &rows->runs[i], source, canvas, where, marks);
        where.x += used;
        where.width -= used;
    }
}

/* --- Places ----------------------------------------------------------------------- */

size_t span_rows_place(const struct span_rows *rows, size_t row)
{
    return rows->rows[row].at;
}

size_t span_rows_place_end(const struct span_rows *rows, size_t row)
{
    size_t place = rows->rows[row].at;
    for (size_t i = rows->rows[row].first_run; i < span_rows_run_end(rows, row); i++) {
        const struct span_run *run = &rows->runs[i];
        if (run->from == SPAN_SOURCE && run->at + run->len - 1 > place)
            place = run->at + run->len - 1;
    }
    if (row + 1 < rows->row_count && place >= rows->rows[row + 1].at)
        place = rows->rows[row + 1].at - 1;
    return place;
}

size_t span_rows_find(const struct span_rows *rows, size_t place)
{
    size_t low = 0;
    size_t high = rows->row_count;
    while (high - low > 1) {
        const size_t middle = low + (high - low) / 2;
        if (rows->rows[middle].at <= place)
            low = middle;
        else
            high = middle;
    }
    return low;
}

static bool span_rows_shows(const struct span_rows *rows, size_t row,
                            struct text_range range)
{
    for (size_t i = rows->rows[row].first_run; i < span_rows_run_end(rows, row); i++) {
        const struct span_run *run = &rows->runs[i];
        if (run->from == SPAN_SOURCE && run->at < range.at + range.len &&
            run->at + run->len > range.at)
            return true;
    }
    return false;
}

size_t span_rows_find_range(const struct span_rows *rows, struct text_range range)
{
    const size_t found = span_rows_find(rows, range.at);
    /* A cell of a table goes on in rows that begin with another cell's text. */
    size_t first = found > SPAN_ROWS_NEAR ? found - SPAN_ROWS_NEAR : 0;
    while (first < rows->row_count && first < found + SPAN_ROWS_NEAR) {
        if (span_rows_shows(rows, first, range))
            return first;
        first++;
    }
    return found;
}
