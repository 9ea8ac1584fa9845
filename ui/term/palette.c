/*
 * A theme has a few dozen colours, so the 240 numbers from 16 on are enough for each to
 * have its own; should a theme use them all, the rest is reduced to 256 colours. Curses
 * writes ESC [ 38 ; 5 ; N m for such a number and nothing else (palette_facts makes sure
 * of it), which is what palette_translate looks for.
 */
#include "ui/term/palette.h"

#include <string.h>

#define FIRST_SLOT   16
#define SLOT_COUNT   256
#define DIRECT_COUNT 0x1000000

bool palette_is_direct(const struct palette_facts *facts)
{
    return facts->colors >= DIRECT_COUNT;
}

enum color_depth palette_find_depth(const struct palette_facts *facts)
{
    const char *word = facts->colorterm != NULL ? facts->colorterm : "";
    const bool is_promised =
        facts->has_rgb || strcmp(word, "truecolor") == 0 || strcmp(word, "24bit") == 0;
    if (facts->is_off || facts->colors < 8)
        return COLOR_DEPTH_NONE;
    if (palette_is_direct(facts))
        return COLOR_DEPTH_TRUE;
    if (facts->colors < 16)
        return COLOR_DEPTH_8;
    if (facts->colors < SLOT_COUNT)
        return COLOR_DEPTH_16;
    return is_promised && facts->has_usual_bytes ? COLOR_DEPTH_TRUE : COLOR_DEPTH_256;
}

/* --- Numbers ---------------------------------------------------------------------- */

/* Keeps the numbers that the theme means as such from becoming slots. */
static void reserve(bool is_taken[SLOT_COUNT], int32_t color)
{
    if (color >= 0 && color < SLOT_COUNT)
        is_taken[color] = true;
}

static int32_t give_slot(struct palette *palette, bool is_taken[SLOT_COUNT],
                         int32_t color)
{
    if (color < COLOR_RGB)
        return color;
    int32_t free_slot = -1;
    for (int32_t i = FIRST_SLOT; i < SLOT_COUNT; i++) {
        if (palette->slots[i] == color)
            return i;
        if (free_slot < 0 && !is_taken[i])
            free_slot = i;
    }
    if (free_slot < 0)
        return color_reduce(color, COLOR_DEPTH_256);
    is_taken[free_slot] = true;
    palette->slots[free_slot] = color;
    palette->has_slots = true;
    return free_slot;
}

/* A colour as curses counts where it knows true colours: the first eight are numbers. */
static int32_t direct_number(int32_t color)
{
    if (color < 8)
        return color;
    const int32_t rgb = color_to_rgb(color);
    return rgb < 8 ? 8 : rgb;
}

void palette_init(struct palette *palette, const struct style styles[ROLE_COUNT],
                  enum color_depth depth, bool is_direct)
{
    bool is_taken[SLOT_COUNT] = {false};
    *palette = (struct palette){.has_slots = false};
    for (int i = 0; i < SLOT_COUNT; i++)
        palette->slots[i] = -1;
    for (int role = 0; role < ROLE_COUNT; role++) {
        reserve(is_taken, styles[role].fg);
        reserve(is_taken, styles[role].bg);
    }
    for (int role = 0; role < ROLE_COUNT; role++) {
        struct style *look = &palette->looks[role];
        *look = style_reduce(&styles[role], depth);
        look->fg =
            is_direct ? direct_number(look->fg) : give_slot(palette, is_taken, look->fg);
        look->bg =
            is_direct ? direct_number(look->bg) : give_slot(palette, is_taken, look->bg);
    }
}

/* --- Bytes ------------------------------------------------------------------------ */

/* Reads "[38;5;N" behind an ESC; returns the bytes used, 0 if it is something else. */
static size_t read_number(const char *bytes, size_t len, int *number)
{
    static const char form[] = "[?8;5;"; /* ? is 3 or 4; some write colons */
    size_t at = 0;
    *number = 0;
    for (; at < sizeof(form) - 1; at++) {
        if (at >= len)
            return 0;
        const char byte = bytes[at] == ':' ? ';' : bytes[at];
        if (form[at] == '?' ? byte != '3' && byte != '4' : byte != form[at])
            return 0;
    }
    const size_t first = at;
    while (at < len && at < first + 3 && bytes[at] >= '0' && bytes[at] <= '9')
        *number = *number * 10 + (bytes[at++] - '0');
    const bool is_whole = at > first && at < len && bytes[at] == 'm';
    return is_whole && *number < SLOT_COUNT ? at + 1 : 0;
}

bool palette_translate(const struct palette *palette, const char *bytes, size_t len,
                       struct strbuf *out)
{
    bool is_ok = true;
    size_t done = 0;
    for (size_t at = 0; palette->has_slots && at < len;) {
        const char *escape = memchr(bytes + at, '\033', len - at);
        if (escape == NULL)
            break;
        at = (size_t)(escape - bytes) + 1;
        int number;
        const size_t used = read_number(bytes + at, len - at, &number);
        if (used == 0 || palette->slots[number] < 0)
            continue;
        const int32_t rgb = palette->slots[number] & 0xffffff;
        is_ok =
            strbuf_append(out, bytes + done, at - done) &&
            strbuf_append_format(out, "[%c8;2;%d;%d;%dm", bytes[at + 1], (int)(rgb >> 16),
                                 (int)(rgb >> 8 & 255), (int)(rgb & 255)) &&
            is_ok;
        at += used;
        done = at;
    }
    return strbuf_append(out, bytes + done, len - done) && is_ok;
}
