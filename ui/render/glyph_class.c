/*
 * A short table for what is treated in a way of its own, then the list of safe_text.h,
 * then Unicode's general category and the widths. In doubt a code point is hidden, which
 * means: spelled out.
 */

/* For wcwidth, which is an X/Open function. */
#ifndef _XOPEN_SOURCE
#define _XOPEN_SOURCE 700
#endif

#include "ui/render/glyph_class.h"

#include <stddef.h>
#include <wchar.h>

#include <utf8proc.h>

#include "src/base/compiler.h"
#include "src/base/safe_text.h"

struct glyph_range {
    uint32_t first;
    uint32_t last;
    enum glyph_class class;
};

/* What neither Unicode's general category nor safe_text.h tells. Sorted. */
static const struct glyph_range glyph_ranges[] = {
    {0x1161, 0x1175, GLYPH_JAMO},        /* vowels that compose */
    {0x1176, 0x11a7, GLYPH_HIDDEN},      /* vowels that do not */
    {0x11a8, 0x11c2, GLYPH_JAMO},        /* finals that compose */
    {0x11c3, 0x11ff, GLYPH_HIDDEN},      /* finals that do not */
    {0x180b, 0x180d, GLYPH_VARIATION},   /* Mongolian */
    {0x180f, 0x180f, GLYPH_VARIATION},   /* Mongolian */
    {0x200c, 0x200d, GLYPH_JOINER},      /* non-joiner and joiner */
    {0x302e, 0x302f, GLYPH_HIDDEN},      /* Korean tone marks: two cells, or none */
    {0xd7b0, 0xd7ff, GLYPH_HIDDEN},      /* old Korean vowels and finals */
    {0xfe00, 0xfe0f, GLYPH_VARIATION},   /* text or emoji */
    {0x1f1e6, 0x1f1ff, GLYPH_FLAG},      /* regional indicators */
    {0x1f3fb, 0x1f3ff, GLYPH_TONE},      /* skin tones */
    {0xe0100, 0xe01ef, GLYPH_VARIATION}, /* ideographs */
};

static const struct glyph_range *glyph_find_range(uint32_t code)
{
    size_t low = 0;
    size_t high = COUNT_OF(glyph_ranges);
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (code > glyph_ranges[middle].last)
            low = middle + 1;
        else if (code < glyph_ranges[middle].first)
            high = middle;
        else
            return &glyph_ranges[middle];
    }
    return NULL;
}

/* The width on which the C library and utf8proc agree, or -1. */
static int glyph_certain_width(uint32_t code)
{
    const int width = utf8proc_charwidth((utf8proc_int32_t)code);
    return width == wcwidth((wchar_t)code) ? width : -1;
}

/*
 * Spacing combining marks (Devanagari vowel signs and their like): utf8proc gives them no
 * cell, the C library one, and so do most terminals. Without them the text of a dozen
 * scripts cannot be read, so here the C library alone decides.
 */
bool glyph_class_is_spacing_mark(uint32_t code)
{
    return utf8proc_category((utf8proc_int32_t)code) == UTF8PROC_CATEGORY_MC &&
           wcwidth((wchar_t)code) == 1;
}

int glyph_class_width(uint32_t code)
{
    return glyph_class_is_spacing_mark(code) ? 1
                                             : utf8proc_charwidth((utf8proc_int32_t)code);
}

/* The class of a code point outside ASCII and outside the table. */
static enum glyph_class glyph_class_by_category(uint32_t code)
{
    if (glyph_class_is_spacing_mark(code))
        return GLYPH_BASE;
    const int width = glyph_certain_width(code);
    const utf8proc_category_t category = utf8proc_category((utf8proc_int32_t)code);
    if (category == UTF8PROC_CATEGORY_CF || category == UTF8PROC_CATEGORY_CN ||
        category == UTF8PROC_CATEGORY_CO || category == UTF8PROC_CATEGORY_CS)
        return GLYPH_HIDDEN;
    if (category == UTF8PROC_CATEGORY_MN || category == UTF8PROC_CATEGORY_ME)
        return width == 0 ? GLYPH_COMBINING : GLYPH_HIDDEN;
    if (width != 1 && width != 2)
        return GLYPH_HIDDEN;
    return category == UTF8PROC_CATEGORY_ZS ? GLYPH_BLANK : GLYPH_BASE;
}

enum glyph_class glyph_class_of(uint32_t code)
{
    if (code >= 0x21 && code < 0x7f)
        return GLYPH_BASE;
    if (code == ' ')
        return GLYPH_BLANK;
    if (code < 0xa0)
        return GLYPH_HIDDEN;
    const struct glyph_range *range = glyph_find_range(code);
    if (range == NULL)
        return safe_text_is_hidden(code) ? GLYPH_HIDDEN : glyph_class_by_category(code);
    if (range->class == GLYPH_TONE && glyph_certain_width(code) != 2)
        return GLYPH_HIDDEN;
    return range->class;
}

bool glyph_class_is_emoji(uint32_t code)
{
    const utf8proc_property_t *property = utf8proc_get_property((utf8proc_int32_t)code);
    return property->boundclass == UTF8PROC_BOUNDCLASS_EXTENDED_PICTOGRAPHIC;
}

/* Wide since the first tables of widths that terminals had. Sorted. */
static bool glyph_was_always_wide(uint32_t code)
{
    static const struct {
        uint32_t first;
        uint32_t last;
    } ranges[] = {
        {0x1100, 0x115f},   {0x2e80, 0x303e},   {0x3040, 0xa4cf}, {0xac00, 0xd7a3},
        {0xf900, 0xfaff},   {0xfe30, 0xfe6f},   {0xff00, 0xff60}, {0xffe0, 0xffe6},
        {0x20000, 0x2fffd}, {0x30000, 0x3fffd},
    };
    for (size_t i = 0; i < COUNT_OF(ranges); i++) {
        if (code <= ranges[i].last)
            return code >= ranges[i].first;
    }
    return false;
}

bool glyph_class_is_settled(uint32_t code)
{
    if (code < 0x300 || (code >= 0x2500 && code <= 0x259f))
        return true;
    if (glyph_class_is_spacing_mark(code) || code == 0x6de)
        return false;
    return glyph_class_width(code) == 2 ? glyph_was_always_wide(code)
                                        : !glyph_class_is_emoji(code);
}
