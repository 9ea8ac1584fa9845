/*
 * Rows are filled greedily, each from its start alone, so re-wrapping may begin at any
 * row. Which rows can appended text still change? A row's start is decided by the first
 * cluster that did not fit in the row before it (or by its newline). Appended bytes can
 * change only the last cluster of the text, and the one before if the text ends inside a
 * UTF-8 sequence. So a row is final once its deciding cluster lies before these; the next
 * wrap_extend begins at the last final row. At most two rows hang on one cluster, so a
 * handful of recent decisions is all there is to remember.
 */
#include "ui/render/wrap.h"

#include <assert.h>
#include <string.h>

#include "src/base/mem.h"
#include "src/base/utf8.h"
#include "ui/render/glyph.h"
#include "ui/render/row_fill.h"

#define WRAP_WIDTH_MAX 100000

/* Decisions remembered; four would do. */
#define WRAP_RECENT 8

struct wrap_scan {
    const char *text;
    size_t len;
    size_t last;   /* where the last cluster read begins */
    size_t before; /* and the one before it */
    bool is_last_newline;
    size_t decided[WRAP_RECENT]; /* of row r, in element r % WRAP_RECENT */
};

void wrap_init(struct wrap *wrap, int width)
{
    memset(wrap, 0, sizeof(*wrap));
    wrap_reset(wrap, width);
}

void wrap_clear(struct wrap *wrap)
{
    const int width = wrap->width;
    mem_free(wrap->rows);
    wrap_init(wrap, width);
}

void wrap_reset(struct wrap *wrap, int width)
{
    wrap->row_count = 0;
    wrap->final_count = 0;
    wrap->text_len = 0;
    wrap->width = width < 1 ? 1 : width;
    if (wrap->width > WRAP_WIDTH_MAX)
        wrap->width = WRAP_WIDTH_MAX;
}

/*
 * Fills the row that begins at row->start. Returns true if another row follows: it begins
 * at `*next`, and the cluster at `*decided` made it so.
 */
static bool wrap_fill_row(struct wrap_scan *scan, int width, struct wrap_row *row,
                          size_t *next, size_t *decided)
{
    struct row_fill fill;
    struct glyph glyph;
    size_t at = row->start;
    bool is_followed = false;
    row_fill_begin(&fill, width, at);
    while (at < scan->len && !is_followed) {
        const size_t plain = row_fill_place_plain(&fill, at, scan->text, scan->len, at);
        if (plain > 0) {
            at += plain;
            scan->before = plain > 1 ? at - 2 : scan->last;
            scan->last = at - 1;
            scan->is_last_newline = false;
            continue;
        }
        glyph_next(scan->text, scan->len, at, &glyph);
        scan->before = scan->last;
        scan->last = at;
        scan->is_last_newline = glyph.is_newline;
        *decided = at;
        if (glyph.is_newline) {
            row->ends_hard = 1;
            *next = at + glyph.bytes;
            is_followed = true;
        } else {
            is_followed = row_fill_place(&fill, at, &glyph, next);
        }
        at += glyph.bytes;
    }
    if (is_followed && fill.end > *next)
        fill.end = *next;
    row->len = (uint32_t)(fill.end - row->start) & 0x7fffffff;
    return is_followed;
}

/* Where the part of the text begins that appended bytes may change. */
static size_t wrap_unstable_from(const struct wrap_scan *scan)
{
    if (utf8_incomplete_tail(scan->text, scan->len) > 0)
        return scan->before;
    return scan->is_last_newline ? scan->len : scan->last;
}

/* Counts the rows whose start is certain. The row that this run began with is. */
static void wrap_settle(struct wrap *wrap, const struct wrap_scan *scan, size_t first)
{
    const size_t unstable_from = wrap_unstable_from(scan);
    wrap->final_count = wrap->row_count;
    while (wrap->final_count > first + 1 &&
           wrap->row_count - wrap->final_count < WRAP_RECENT &&
           scan->decided[(wrap->final_count - 1) % WRAP_RECENT] >= unstable_from)
        wrap->final_count--;
}

void wrap_extend(struct wrap *wrap, const char *text, size_t len)
{
    /* A row's place has 32 bits; no text of ours comes near. */
    assert(len <= UINT32_MAX / 2);
    if (len < wrap->text_len)
        wrap_reset(wrap, wrap->width);
    if (len == wrap->text_len && wrap->row_count > 0)
        return;
    const size_t first = wrap->final_count > 0 ? wrap->final_count - 1 : 0;
    size_t next = wrap->row_count > 0 ? wrap->rows[first].start : 0;
    struct wrap_scan scan = {.text = text, .len = len, .last = next, .before = next};
    size_t decided = next;
    bool is_followed = true;
    for (wrap->row_count = first; is_followed; wrap->row_count++) {
        wrap->rows = mem_grow(wrap->rows, &wrap->row_cap, wrap->row_count + 1,
                              sizeof(wrap->rows[0]));
        struct wrap_row *row = &wrap->rows[wrap->row_count];
        *row = (struct wrap_row){(uint32_t)next, 0, 0};
        scan.decided[wrap->row_count % WRAP_RECENT] = decided;
        is_followed = wrap_fill_row(&scan, wrap->width, row, &next, &decided);
    }
    wrap->text_len = len;
    wrap_settle(wrap, &scan, first);
}

const struct wrap_row *wrap_row(const struct wrap *wrap, size_t index)
{
    return &wrap->rows[index];
}

size_t wrap_find_row(const struct wrap *wrap, size_t offset)
{
    size_t low = 0;
    size_t high = wrap->row_count;
    while (high - low > 1) {
        const size_t middle = low + (high - low) / 2;
        if (wrap->rows[middle].start <= offset)
            low = middle;
        else
            high = middle;
    }
    return low;
}
