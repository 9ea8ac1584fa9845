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

#include "src/base/compiler.h"
#include "src/base/mem.h"
#include "src/base/utf8.h"
#include "ui/render/glyph.h"

/* Blanks that may hang at the end of one row; more begin a new row, so that no row, and
 * no re-wrapping, grows without bound. */
#define WRAP_HANG_MAX 256

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

/* The filling of one row. */
struct wrap_fill {
    int column;
    unsigned hanging; /* blanks beyond the width */
    bool has_word;    /* something that is not blank was placed */
    bool is_after_wide;
    bool is_after_opening;
    size_t end;      /* of what is drawn */
    size_t break_at; /* the last place for a break; 0 if there is none */
};

enum wrap_verdict { WRAP_GOES_ON, WRAP_BREAKS };

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

/* Sorted by code point; the ASCII signs come first in each. */
static const uint32_t opening_signs[] = {'(',    '[',    '{',    0x2018, 0x201c,
                                         0x3008, 0x300a, 0x300c, 0x300e, 0x3010,
                                         0x3014, 0x3016, 0xff08, 0xff3b, 0xff5b};
static const uint32_t closing_signs[] = {
    '!',    '%',    ')',    ',',    '.',    ':',    ';',    '?',    ']',
    '}',    0x2019, 0x201d, 0x2026, 0x3001, 0x3002, 0x3005, 0x3009, 0x300b,
    0x300d, 0x300f, 0x3011, 0x3015, 0x3017, 0x30fb, 0x30fc, 0xff01, 0xff09,
    0xff0c, 0xff0e, 0xff1a, 0xff1b, 0xff1f, 0xff3d, 0xff5d};

static bool wrap_is_one_of(const uint32_t *signs, size_t count, const struct glyph *glyph)
{
    uint32_t code;
    utf8_decode(glyph->text, glyph->text_len, &code);
    for (size_t i = 0; i < count; i++) {
        if (signs[i] == code)
            return true;
    }
    return false;
}

/* True if a row may end between the cluster placed last and this one. */
static bool wrap_can_break(const struct wrap_fill *fill, const struct glyph *glyph)
{
    const bool is_wide = glyph->width == 2 && glyph->parts == 1;
    return fill->has_word && (is_wide || fill->is_after_wide) &&
           !fill->is_after_opening &&
           !wrap_is_one_of(closing_signs, COUNT_OF(closing_signs), glyph);
}

static enum wrap_verdict wrap_place_blank(struct wrap_fill *fill, int width, size_t at,
                                          const struct glyph *glyph)
{
    const int cells =
        glyph->is_tab ? GLYPH_TAB_WIDTH - fill->column % GLYPH_TAB_WIDTH : glyph->width;
    if (fill->hanging == 0 && fill->column + cells <= width) {
        fill->column += cells;
        fill->end = at + glyph->bytes;
    } else if (fill->column == 0) {
        /* Wider than the row: it must stand somewhere. */
        fill->column = width;
        fill->end = at + glyph->bytes;
    } else if (fill->hanging == WRAP_HANG_MAX) {
        return WRAP_BREAKS;
    } else {
        fill->hanging++;
    }
    if (fill->has_word)
        fill->break_at = at + glyph->bytes;
    fill->is_after_wide = false;
    fill->is_after_opening = false;
    return WRAP_GOES_ON;
}

static enum wrap_verdict wrap_place_word(struct wrap_fill *fill, int width, size_t at,
                                         const struct glyph *glyph)
{
    if (fill->hanging > 0) {
        fill->break_at = at;
        return WRAP_BREAKS;
    }
    if (wrap_can_break(fill, glyph))
        fill->break_at = at;
    if (fill->column > 0 && fill->column + glyph->width > width)
        return WRAP_BREAKS;
    fill->column += glyph->width;
    fill->end = at + glyph->bytes;
    fill->has_word = true;
    fill->is_after_wide = glyph->width == 2 && glyph->parts == 1;
    fill->is_after_opening =
        wrap_is_one_of(opening_signs, COUNT_OF(opening_signs), glyph);
    return WRAP_GOES_ON;
}

/* True for a character that is one cell whatever follows, and no place for a break
 * hangs on it: most of most texts. */
static bool wrap_is_plain(const struct wrap_scan *scan, size_t at)
{
    const unsigned char byte = (unsigned char)scan->text[at];
    return ((byte >= '0' && byte <= '9') || (byte >= 'A' && byte <= 'Z') ||
            (byte >= 'a' && byte <= 'z')) &&
           at + 1 < scan->len && (unsigned char)scan->text[at + 1] < 0x80;
}

static bool wrap_place_plain(struct wrap_scan *scan, struct wrap_fill *fill, int width,
                             size_t at)
{
    if (!wrap_is_plain(scan, at) || fill->hanging > 0 || fill->is_after_wide ||
        fill->column >= width)
        return false;
    fill->column++;
    fill->end = at + 1;
    fill->has_word = true;
    fill->is_after_opening = false;
    scan->before = scan->last;
    scan->last = at;
    scan->is_last_newline = false;
    return true;
}

/*
 * Fills the row that begins at row->start. Returns true if another row follows: it begins
 * at `*next`, and the cluster at `*decided` made it so.
 */
static bool wrap_fill_row(struct wrap_scan *scan, int width, struct wrap_row *row,
                          size_t *next, size_t *decided)
{
    struct wrap_fill fill = {.end = row->start};
    struct glyph glyph;
    size_t at = row->start;
    bool is_followed = false;
    while (at < scan->len && !is_followed) {
        if (wrap_place_plain(scan, &fill, width, at)) {
            at++;
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
        } else if (glyph.is_space) {
            is_followed = wrap_place_blank(&fill, width, at, &glyph) == WRAP_BREAKS;
            *next = at;
        } else {
            is_followed = wrap_place_word(&fill, width, at, &glyph) == WRAP_BREAKS;
            *next = fill.break_at > 0 ? fill.break_at : at;
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
