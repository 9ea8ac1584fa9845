/*
 * From bytes to drawable clusters, in three steps: find out what kind of code point
 * stands at the offset; if it is one that is drawn, collect what follows it in the same
 * grapheme cluster (rules of utf8proc); write the collected code points in composed form.
 *
 * A code point that must not be drawn never joins a cluster: collecting stops before it,
 * and the next call turns it alone into a mark. What the eye does not miss is left out
 * instead: one variation selector or joiner after a character that can use it, the skin
 * tone of an emoji, the frame of a keycap. Everything is bounded, so that a megabyte of
 * combining marks costs no more than a megabyte of letters.
 */
#include "ui/render/glyph.h"

#include <string.h>

#include <utf8proc.h>

#include "src/base/compiler.h"
#include "src/base/mem.h"
#include "src/base/safe_text.h"
#include "src/base/utf8.h"
#include "ui/render/glyph_class.h"

#define DOTTED_CIRCLE 0x25cc

/* Source code points looked at for one glyph, code points kept of them for drawing, and
 * combining marks kept on one character (as many as a cell of curses holds). */
#define GLYPH_MAX_CODES 32
#define GLYPH_MAX_KEPT  16
#define GLYPH_MAX_MARKS 4

/* --- Writing the drawn form ------------------------------------------------------- */

static void glyph_begin(struct glyph *out)
{
    out->bytes = 0;
    out->text_len = 0;
    out->width = 0;
    out->parts = 0;
    out->is_mark = false;
    out->is_newline = false;
    out->is_tab = false;
    out->is_space = false;
}

/* Adds one code point of `width` cells; false if the form is full. */
static bool glyph_add(struct glyph *out, uint32_t code, int width)
{
    if (out->text_len > GLYPH_TEXT_SIZE - 4)
        return false;
    out->text_len =
        (uint8_t)(out->text_len + utf8_encode(code, out->text + out->text_len));
    out->width = (uint8_t)(out->width + width);
    out->parts = (uint8_t)(out->parts + (width > 0));
    return true;
}

/* Draws a single sign in place of something that cannot be drawn. */
static size_t glyph_put_sign(struct glyph *out, uint32_t sign, size_t bytes)
{
    glyph_add(out, sign, 1);
    out->is_mark = true;
    out->bytes = bytes;
    return bytes;
}

/* Draws "‹U+202E›", or "‹9B›" for the controls U+0080 to U+009F. */
static size_t glyph_put_mark(struct glyph *out, uint32_t code, size_t bytes)
{
    const char *digits = "0123456789ABCDEF";
    char mark[SAFE_TEXT_MARK_MAX];
    if (code < 0xa0)
        snprintf(mark, sizeof(mark), "\xe2\x80\xb9%c%c\xe2\x80\xba", digits[code >> 4],
                 digits[code & 0xf]);
    else
        safe_text_mark(code, mark);
    for (size_t at = 0; mark[at] != '\0';) {
        uint32_t sign;
        at += utf8_decode(mark + at, strlen(mark + at), &sign);
        glyph_add(out, sign, 1);
    }
    out->is_mark = true;
    out->bytes = bytes;
    return bytes;
}

static size_t glyph_put_newline(struct glyph *out, size_t bytes)
{
    out->is_newline = true;
    out->bytes = bytes;
    return bytes;
}

/* An ASCII byte that is not a printable character. */
static size_t glyph_put_control(struct glyph *out, const char *text, size_t len)
{
    const unsigned char byte = (unsigned char)text[0];
    if (byte == '\n')
        return glyph_put_newline(out, 1);
    if (byte == '\r' && len > 1 && text[1] == '\n')
        return glyph_put_newline(out, 2);
    if (byte == '\t') {
        glyph_add(out, ' ', 1);
        out->is_tab = true;
        out->is_space = true;
        out->bytes = 1;
        return 1;
    }
    return glyph_put_sign(out, byte == 0x7f ? 0x2421 : 0x2400 + (uint32_t)byte, 1);
}

/* --- Collecting a cluster ---------------------------------------------------------- */

struct glyph_cluster {
    utf8proc_int32_t kept[GLYPH_MAX_KEPT]; /* what is drawn */
    size_t kept_count;
    size_t bytes;           /* source bytes taken */
    uint32_t last;          /* the last code point taken, kept or not */
    uint32_t base;          /* the character that marks and selectors belong to */
    utf8proc_int32_t state; /* of the grapheme break rules */
    unsigned mark_count;    /* kept on the current character */
    bool has_variation; /* these three: already left out after the current character */
    bool has_joiner;
    bool has_tone;
};

/* Decodes one code point; false at the end and for ill-formed bytes. */
static bool glyph_decode(const char *text, size_t len, uint32_t *code, size_t *used)
{
    if (len == 0)
        return false;
    *used = utf8_decode(text, len, code);
    return *code != UTF8_REPLACEMENT ||
           (*used == 3 && memcmp(text, "\xef\xbf\xbd", 3) == 0);
}

static bool glyph_is_keycap(uint32_t code)
{
    return (code >= '0' && code <= '9') || code == '#' || code == '*';
}

/* True if the Korean vowel or final `code` composes with the letter or syllable before.
 */
static bool glyph_composes_jamo(uint32_t before, uint32_t code)
{
    if (code < 0x11a8)
        return before >= 0x1100 && before <= 0x1112;
    if (before >= 0x1161 && before <= 0x1175)
        return true;
    return before >= 0xac00 && before <= 0xd7a3 && (before - 0xac00) % 28 == 0;
}

static bool glyph_keep(struct glyph_cluster *cluster, uint32_t code)
{
    if (cluster->kept_count == GLYPH_MAX_KEPT)
        return false;
    cluster->kept[cluster->kept_count] = (utf8proc_int32_t)code;
    cluster->kept_count++;
    return true;
}

/* Starts another character in the cluster; false if it is full. */
static bool glyph_keep_base(struct glyph_cluster *cluster, uint32_t code)
{
    if (!glyph_keep(cluster, code))
        return false;
    cluster->base = code;
    cluster->mark_count = 0;
    cluster->has_variation = false;
    cluster->has_joiner = false;
    cluster->has_tone = false;
    return true;
}

/* Combining marks beyond what a cell holds are left out: the excess of "Zalgo" text. */
static void glyph_keep_combining(struct glyph_cluster *cluster, uint32_t code)
{
    const bool is_keycap_frame = code == 0x20e3 && glyph_is_keycap(cluster->base);
    if (!is_keycap_frame && cluster->mark_count < GLYPH_MAX_MARKS &&
        glyph_keep(cluster, code))
        cluster->mark_count++;
}

/* Leaves out a code point once per character; false the second time. */
static bool glyph_leave_out(bool *has_one, bool can_use_it)
{
    const bool is_first = !*has_one;
    *has_one = true;
    return is_first && can_use_it;
}

/* Takes `code` into the cluster; false if the cluster must end before it. Invisible code
 * points in places where they mean nothing are not taken: they may carry a hidden text.
 */
static bool glyph_take(struct glyph_cluster *cluster, uint32_t code)
{
    const uint32_t base = cluster->base;
    switch (glyph_class_of(code)) {
    case GLYPH_BASE: return glyph_keep_base(cluster, code);
    case GLYPH_COMBINING: glyph_keep_combining(cluster, code); return true;
    case GLYPH_JAMO:
        return glyph_composes_jamo(cluster->last, code) && glyph_keep(cluster, code);
    case GLYPH_VARIATION:
        return glyph_leave_out(
            &cluster->has_variation,
            base >= 0x80 || (glyph_is_keycap(base) && code >= 0xfe0e && code <= 0xfe0f));
    case GLYPH_JOINER: return glyph_leave_out(&cluster->has_joiner, base >= 0x80);
    case GLYPH_TONE:
        return glyph_leave_out(&cluster->has_tone, glyph_class_is_emoji(base));
    case GLYPH_BLANK:
    case GLYPH_FLAG:
    case GLYPH_HIDDEN: return false;
    }
    return false;
}

/* Collects the cluster that starts with `first` (of `used` bytes). */
static void glyph_collect(struct glyph_cluster *cluster, const char *text, size_t len,
                          uint32_t first, size_t used)
{
    cluster->bytes = used;
    cluster->last = first;
    for (unsigned count = 1; count < GLYPH_MAX_CODES; count++) {
        uint32_t code;
        if (!glyph_decode(text + cluster->bytes, len - cluster->bytes, &code, &used))
            return;
        if (utf8proc_grapheme_break_stateful((utf8proc_int32_t)cluster->last,
                                             (utf8proc_int32_t)code, &cluster->state))
            return;
        if (!glyph_take(cluster, code))
            return;
        cluster->last = code;
        cluster->bytes += used;
    }
}

/* --- Drawing a cluster ---------------------------------------------------------------
 */

/* Writes code points with their widths; false if one of them may not be drawn or the
 * form is full. */
static bool glyph_draw_codes(struct glyph *out, const utf8proc_int32_t *codes,
                             size_t count)
{
    unsigned mark_count = 0;
    glyph_begin(out);
    for (size_t i = 0; i < count; i++) {
        const uint32_t code = (uint32_t)codes[i];
        const enum glyph_class class = glyph_class_of(code);
        const bool is_combining = class == GLYPH_COMBINING;
        if (is_combining && (i == 0 || mark_count == GLYPH_MAX_MARKS))
            continue;
        mark_count = is_combining ? mark_count + 1 : 0;
        if (!is_combining && class != GLYPH_BASE && class != GLYPH_BLANK &&
            class != GLYPH_TONE)
            return false;
        const int width = code < 0x7f ? 1 : glyph_class_width(code);
        if (!glyph_add(out, code, width))
            return false;
    }
    return out->parts > 0;
}

/* Composes the kept code points (NFC); returns their number, or 0 where that fails. */
static size_t glyph_compose(const struct glyph_cluster *cluster, utf8proc_int32_t *codes,
                            size_t size)
{
    char bytes[GLYPH_MAX_KEPT * 4];
    size_t len = 0;
    for (size_t i = 0; i < cluster->kept_count; i++)
        len += utf8_encode((uint32_t)cluster->kept[i], bytes + len);
    const utf8proc_option_t options = UTF8PROC_STABLE | UTF8PROC_COMPOSE;
    utf8proc_ssize_t count =
        utf8proc_decompose((const utf8proc_uint8_t *)bytes, (utf8proc_ssize_t)len, codes,
                           (utf8proc_ssize_t)size, options);
    if (count <= 0 || (size_t)count > size)
        return 0;
    count = utf8proc_normalize_utf32(codes, count, options);
    return count > 0 ? (size_t)count : 0;
}

static size_t glyph_put_cluster(struct glyph *out, const struct glyph_cluster *cluster)
{
    utf8proc_int32_t codes[GLYPH_MAX_KEPT * 4];
    bool is_drawn = false;
    if (cluster->kept_count > 1) {
        const size_t count = glyph_compose(cluster, codes, COUNT_OF(codes));
        is_drawn = count > 0 && glyph_draw_codes(out, codes, count);
    }
    /* Composed, it may have become something uncertain: then as it came. What still
     * cannot be drawn is a lone part of a Korean syllable. */
    if (!is_drawn && !glyph_draw_codes(out, cluster->kept, cluster->kept_count)) {
        glyph_begin(out);
        glyph_add(out, UTF8_REPLACEMENT, 1);
        out->is_mark = true;
    }
    out->bytes = cluster->bytes;
    return out->bytes;
}

/* Draws "[FR]" for the two letters of a flag, "[F]" for one alone. */
static size_t glyph_put_flag(struct glyph *out, const char *text, size_t len,
                             uint32_t first, size_t used)
{
    uint32_t second = 0;
    size_t second_used = 0;
    const bool is_pair = glyph_decode(text + used, len - used, &second, &second_used) &&
                         glyph_class_of(second) == GLYPH_FLAG;
    glyph_add(out, '[', 1);
    glyph_add(out, 'A' + (first - 0x1f1e6), 1);
    if (is_pair)
        glyph_add(out, 'A' + (second - 0x1f1e6), 1);
    glyph_add(out, ']', 1);
    out->bytes = used + (is_pair ? second_used : 0);
    return out->bytes;
}

/* A blank: the wide one stays, all others are drawn as the ordinary space. */
static size_t glyph_put_blank(struct glyph *out, const char *text, size_t len,
                              uint32_t code, size_t used)
{
    struct glyph_cluster cluster = {0};
    const bool is_wide = code >= 0x80 && glyph_class_width(code) == 2;
    glyph_keep_base(&cluster, is_wide ? code : ' ');
    /* Not for selectors and joiners: after a blank they are always hidden text. */
    cluster.base = ' ';
    glyph_collect(&cluster, text, len, code, used);
    const bool can_break = code != 0xa0 && code != 0x2007 && code != 0x202f;
    const size_t bytes = glyph_put_cluster(out, &cluster);
    out->is_space = can_break && cluster.kept_count == 1;
    return bytes;
}

/* Everything that is not a lone printable ASCII character. */
static size_t glyph_next_slow(const char *text, size_t len, struct glyph *out)
{
    uint32_t code = 0;
    size_t used = 0;
    struct glyph_cluster cluster = {0};
    if (!glyph_decode(text, len, &code, &used))
        return glyph_put_sign(out, UTF8_REPLACEMENT, used);
    if (code < 0x20 || code == 0x7f)
        return glyph_put_control(out, text, len);
    if (code == 0x2028 || code == 0x2029)
        return glyph_put_newline(out, used);
    switch (glyph_class_of(code)) {
    case GLYPH_BLANK: return glyph_put_blank(out, text, len, code, used);
    case GLYPH_FLAG: return glyph_put_flag(out, text, len, code, used);
    case GLYPH_BASE:
    case GLYPH_TONE: glyph_keep_base(&cluster, code); break;
    case GLYPH_COMBINING:
        glyph_keep_base(&cluster, DOTTED_CIRCLE);
        glyph_keep_combining(&cluster, code);
        break;
    case GLYPH_JAMO:
    case GLYPH_VARIATION:
    case GLYPH_JOINER:
    case GLYPH_HIDDEN: return glyph_put_mark(out, code, used);
    }
    glyph_collect(&cluster, text, len, code, used);
    return glyph_put_cluster(out, &cluster);
}

size_t glyph_next(const char *text, size_t len, size_t at, struct glyph *out)
{
    glyph_begin(out);
    if (at >= len)
        return 0;
    const unsigned char byte = (unsigned char)text[at];
    /* Nothing in ASCII extends a printable character. */
    if (byte >= 0x20 && byte < 0x7f &&
        (at + 1 == len || (unsigned char)text[at + 1] < 0x80)) {
        out->text[0] = (char)byte;
        out->text_len = 1;
        out->width = 1;
        out->parts = 1;
        out->is_space = byte == ' ';
        out->bytes = 1;
        return 1;
    }
    return glyph_next_slow(text + at, len - at, out);
}

int text_width(const char *text, size_t len)
{
    struct glyph glyph;
    int width = 0;
    for (size_t at = 0; at < len; at += glyph.bytes) {
        glyph_next(text, len, at, &glyph);
        if (glyph.is_tab)
            width += GLYPH_TAB_WIDTH - width % GLYPH_TAB_WIDTH;
        else
            width += glyph.is_newline ? 1 : glyph.width;
    }
    return width;
}

size_t glyph_fit(const char *text, size_t len, int max_width, bool *is_cut)
{
    struct glyph glyph;
    int width = 0;
    size_t fitting = 0; /* bytes that fit beside the sign */
    *is_cut = false;
    for (size_t at = 0; at < len; at += glyph.bytes) {
        glyph_next(text, len, at, &glyph);
        if (glyph.is_tab)
            width += GLYPH_TAB_WIDTH - width % GLYPH_TAB_WIDTH;
        else
            width += glyph.is_newline ? 1 : glyph.width;
        if (width > max_width) {
            *is_cut = true;
            return fitting;
        }
        if (width < max_width)
            fitting = at + glyph.bytes;
    }
    return len;
}

size_t glyph_part(const char *form, size_t len, int *width)
{
    uint32_t code;
    size_t at = utf8_decode(form, len, &code);
    *width = code < 0x7f ? 1 : glyph_class_width(code);
    while (at < len && (unsigned char)form[at] >= 0x80) {
        const size_t used = utf8_decode(form + at, len - at, &code);
        if (glyph_class_width(code) > 0)
            break;
        at += used;
    }
    return at;
}
