/*
 * The usual table: 16 colours, a cube of 6 by 6 by 6, 24 greys. The nearest colour is
 * looked for among those whose values are certain (from 16 on) where a terminal has them;
 * distance weighs green most and red by its amount, near to how eyes do.
 */
#include "ui/theme/color.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "src/base/compiler.h"
#include "src/base/number.h"

#define BLACK        0
#define BRIGHT_WHITE 15

static const struct {
    const char *name;
    int32_t rgb;
} named_colors[] = {
    {"black", 0x000000},        {"red", 0xcd0000},
    {"green", 0x00cd00},        {"yellow", 0xcdcd00},
    {"blue", 0x0000ee},         {"magenta", 0xcd00cd},
    {"cyan", 0x00cdcd},         {"white", 0xe5e5e5},
    {"bright-black", 0x7f7f7f}, {"bright-red", 0xff0000},
    {"bright-green", 0x00ff00}, {"bright-yellow", 0xffff00},
    {"bright-blue", 0x5c5cff},  {"bright-magenta", 0xff00ff},
    {"bright-cyan", 0x00ffff},  {"bright-white", 0xffffff},
};

const char *color_name(size_t index)
{
    return index < COUNT_OF(named_colors) ? named_colors[index].name : NULL;
}

/* Reads the digits behind '#'. */
static bool parse_rgb(const char *digits, int32_t *color)
{
    static const char hex[] = "0123456789abcdef";
    const size_t len = strlen(digits);
    int32_t rgb = 0;
    if (len != 6 && len != 3)
        return false;
    for (size_t i = 0; i < len; i++) {
        const char letter = digits[i];
        const char small = letter >= 'A' && letter <= 'F' ? (char)(letter + 32) : letter;
        const char *found = strchr(hex, small);
        if (found == NULL)
            return false;
        const int32_t value = (int32_t)(found - hex);
        rgb = len == 3 ? (rgb << 8 | value << 4 | value) : (rgb << 4 | value);
    }
    *color = COLOR_RGB | rgb;
    return true;
}

bool color_parse(const char *text, int32_t *color)
{
    int64_t number;
    if (strcasecmp(text, "default") == 0) {
        *color = STYLE_COLOR_DEFAULT;
        return true;
    }
    for (size_t i = 0; i < COUNT_OF(named_colors); i++) {
        if (strcasecmp(named_colors[i].name, text) == 0) {
            *color = (int32_t)i;
            return true;
        }
    }
    if (text[0] == '#')
        return parse_rgb(text + 1, color);
    if (!number_parse_int(text, &number) || number < 0 || number > 255)
        return false;
    *color = (int32_t)number;
    return true;
}

void color_format(int32_t color, char out[COLOR_TEXT_SIZE])
{
    if (color < 0)
        snprintf(out, COLOR_TEXT_SIZE, "default");
    else if ((color & COLOR_RGB) != 0)
        snprintf(out, COLOR_TEXT_SIZE, "#%06x", (unsigned)(color & 0xffffff));
    else if (color < (int32_t)COUNT_OF(named_colors))
        snprintf(out, COLOR_TEXT_SIZE, "%s", named_colors[color].name);
    else
        snprintf(out, COLOR_TEXT_SIZE, "%d", (int)color);
}

int32_t color_to_rgb(int32_t color)
{
    static const int32_t steps[] = {0, 95, 135, 175, 215, 255};
    if (color < 0)
        return -1;
    if ((color & COLOR_RGB) != 0)
        return color & 0xffffff;
    if (color < (int32_t)COUNT_OF(named_colors))
        return named_colors[color].rgb;
    if (color >= 232) {
        const int32_t grey = 8 + 10 * (color - 232);
        return grey << 16 | grey << 8 | grey;
    }
    const int32_t at = color - 16;
    return steps[at / 36] << 16 | steps[at / 6 % 6] << 8 | steps[at % 6];
}

static int32_t distance(int32_t one, int32_t other)
{
    const int32_t red = (one >> 16) - (other >> 16);
    const int32_t green = (one >> 8 & 255) - (other >> 8 & 255);
    const int32_t blue = (one & 255) - (other & 255);
    const int32_t mean = ((one >> 16) + (other >> 16)) / 2;
    return ((512 + mean) * red * red >> 8) + 4 * green * green +
           ((767 - mean) * blue * blue >> 8);
}

static int32_t nearest(int32_t rgb, int32_t first, int32_t last)
{
    int32_t best = first;
    for (int32_t i = first + 1; i <= last; i++) {
        if (distance(rgb, color_to_rgb(i)) < distance(rgb, color_to_rgb(best)))
            best = i;
    }
    return best;
}

int32_t color_reduce(int32_t color, enum color_depth depth)
{
    static const int32_t last[] = {[COLOR_DEPTH_8] = 7,
                                   [COLOR_DEPTH_16] = 15,
                                   [COLOR_DEPTH_256] = 255,
                                   [COLOR_DEPTH_TRUE] = COLOR_RGB | 0xffffff};
    if (color < 0 || depth == COLOR_DEPTH_NONE)
        return STYLE_COLOR_DEFAULT;
    if (color <= last[depth])
        return color;
    if (depth == COLOR_DEPTH_8 && color < (int32_t)COUNT_OF(named_colors))
        return color % 8;
    const int32_t first = depth == COLOR_DEPTH_256 ? 16 : 0;
    return nearest(color_to_rgb(color), first, last[depth]);
}

/* Black or white, whatever stands out more. */
static int32_t contrast_to(int32_t color, enum color_depth depth)
{
    const int32_t rgb = color_to_rgb(color);
    const int32_t light = 299 * (rgb >> 16) + 587 * (rgb >> 8 & 255) + 114 * (rgb & 255);
    if (light > 128 * 1000)
        return BLACK;
    return depth == COLOR_DEPTH_8 ? BRIGHT_WHITE % 8 : BRIGHT_WHITE;
}

struct style style_reduce(const struct style *style, enum color_depth depth)
{
    struct style reduced = {color_reduce(style->fg, depth),
                            color_reduce(style->bg, depth), style->attrs};
    const bool is_bright = style->fg >= 8 && style->fg < 16;
    if (depth == COLOR_DEPTH_8 && is_bright)
        reduced.attrs |= STYLE_BOLD;
    if (reduced.bg >= 0 && reduced.fg == reduced.bg && style->fg != style->bg)
        reduced.fg = contrast_to(reduced.bg, depth);
    return reduced;
}

const char *color_depth_name(enum color_depth depth)
{
    static const char *const names[] = {"no colours", "8 colours", "16 colours",
                                        "256 colours", "true colour"};
    return names[depth];
}
