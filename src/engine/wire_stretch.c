/*
 * The piece before is the one to compare with; a long one is not kept for that. The mark
 * that a read goes on is the lowest bit of the time, so a piece takes twelve bytes and
 * what is new in it.
 */
#include "src/engine/wire_stretch.h"

#include <string.h>

#include "src/base/mem.h"

/* The longest piece that another is compared with. */
#define BASE_MAX 4096

#define GOES_ON 1U

#define TIME_UNIT_US 20
#define TIME_MAX     ((int64_t)UINT32_MAX >> 1)

void wire_stretch_init(struct wire_stretch *stretch)
{
    *stretch = (struct wire_stretch){0};
    strbuf_init(&stretch->packed, STRBUF_OWN_MAX);
    strbuf_init(&stretch->base, BASE_MAX);
}

void wire_stretch_clear(struct wire_stretch *stretch)
{
    strbuf_clear(&stretch->packed);
    strbuf_clear(&stretch->base);
    mem_free(stretch->pieces);
    wire_stretch_init(stretch);
}

size_t wire_stretch_piece(const char *bytes, size_t len)
{
    /* A line is an event where lines are JSON; elsewhere an empty line ends one. */
    const bool are_lines = len > 0 && bytes[0] == '{';
    const char *at = bytes;
    for (;;) {
        const size_t left = len - (size_t)(at - bytes);
        const char *end = left > 0 ? memchr(at, '\n', left) : NULL;
        if (end == NULL)
            return len;
        at = end + 1;
        if (at == bytes + len)
            return len;
        if (are_lines || (end > bytes && end[-1] == '\n'))
            return (size_t)(at - bytes);
    }
}

static size_t common_prefix(const struct strbuf *base, const char *bytes, size_t len)
{
    size_t same = 0;
    while (same < base->len && same < len && base->text[same] == bytes[same])
        same++;
    return same;
}

static size_t common_suffix(const struct strbuf *base, const char *bytes, size_t len,
                            size_t prefix)
{
    const size_t most = (base->len < len ? base->len : len) - prefix;
    size_t same = 0;
    while (same < most && base->text[base->len - 1 - same] == bytes[len - 1 - same])
        same++;
    return same;
}

static void set_base(struct strbuf *base, const char *bytes, size_t len)
{
    strbuf_reset(base);
    if (len <= BASE_MAX)
        strbuf_append(base, bytes, len);
}

void wire_stretch_add(struct wire_stretch *stretch, int64_t at_us, const char *bytes,
                      size_t len, bool goes_on)
{
    const size_t prefix = common_prefix(&stretch->base, bytes, len);
    const size_t suffix = common_suffix(&stretch->base, bytes, len, prefix);
    const int64_t units = at_us > 0 ? at_us / TIME_UNIT_US : 0;
    const uint32_t time = (uint32_t)(units < TIME_MAX ? units : TIME_MAX);
    stretch->pieces = mem_grow(stretch->pieces, &stretch->cap, stretch->count + 1,
                               sizeof(stretch->pieces[0]));
    stretch->pieces[stretch->count++] =
        (struct wire_piece){.time = time << 1 | (goes_on ? GOES_ON : 0),
                            .len = (uint32_t)len,
                            .prefix = (uint16_t)prefix,
                            .suffix = (uint16_t)suffix};
    strbuf_append(&stretch->packed, bytes + prefix, len - prefix - suffix);
    set_base(&stretch->base, bytes, len);
    stretch->len += len;
}

void wire_stretch_each(const struct wire_stretch *stretch, wire_read_fn on_read,
                       void *user)
{
    const char *packed = strbuf_text(&stretch->packed);
    struct strbuf base;
    struct strbuf piece;
    strbuf_init(&base, BASE_MAX);
    strbuf_init(&piece, STRBUF_OWN_MAX);
    for (size_t i = 0; i < stretch->count; i++) {
        const struct wire_piece *at = &stretch->pieces[i];
        const size_t own = at->len - at->prefix - at->suffix;
        strbuf_reset(&piece);
        strbuf_append(&piece, strbuf_text(&base), at->prefix);
        strbuf_append(&piece, packed, own);
        strbuf_append(&piece, strbuf_text(&base) + base.len - at->suffix, at->suffix);
        packed += own;
        on_read(user, (int64_t)(at->time >> 1) * TIME_UNIT_US, strbuf_text(&piece),
                piece.len, (at->time & GOES_ON) != 0);
        set_base(&base, strbuf_text(&piece), piece.len);
    }
    strbuf_clear(&base);
    strbuf_clear(&piece);
}

size_t wire_stretch_size(const struct wire_stretch *stretch)
{
    return stretch->packed.len + stretch->count * sizeof(stretch->pieces[0]);
}

size_t wire_stretch_memory(const struct wire_stretch *stretch)
{
    return stretch->packed.cap + stretch->base.cap +
           stretch->cap * sizeof(stretch->pieces[0]);
}

/* --- Trimming ---------------------------------------------------------------------- */

struct trim {
    struct wire_stretch *to;
    size_t skip; /* pieces that are still to be left out */
};

static void on_kept(void *user, int64_t at_us, const char *bytes, size_t len,
                    bool goes_on)
{
    struct trim *trim = user;
    if (trim->skip > 0)
        trim->skip--;
    else
        wire_stretch_add(trim->to, at_us, bytes, len, goes_on);
}

size_t wire_stretch_trim(struct wire_stretch *stretch, size_t size)
{
    struct wire_stretch kept;
    size_t first = 0;
    size_t gone = 0;
    for (size_t left = wire_stretch_size(stretch);
         left > size && first + 1 < stretch->count; first++) {
        const struct wire_piece *piece = &stretch->pieces[first];
        left -= sizeof(*piece) + piece->len - piece->prefix - piece->suffix;
        gone += piece->len;
    }
    if (first == 0)
        return 0;
    wire_stretch_init(&kept);
    wire_stretch_each(stretch, on_kept, &(struct trim){&kept, first});
    wire_stretch_clear(stretch);
    *stretch = kept;
    return gone;
}

static void on_append(void *user, int64_t at_us, const char *bytes, size_t len,
                      bool goes_on)
{
    (void)at_us;
    (void)goes_on;
    strbuf_append(user, bytes, len);
}

void wire_stretch_append(const struct wire_stretch *stretch, struct strbuf *out)
{
    wire_stretch_each(stretch, on_append, out);
}
