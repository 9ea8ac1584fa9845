/* The names that prose uses; of the two thousand that HTML has, the others stay as they
 * are written. */
#include "ui/render/entity.h"

#include <string.h>

#include "src/base/compiler.h"
#include "src/base/utf8.h"

static const struct {
    const char *name;
    uint32_t code;
} entities[] = {
    {"amp", '&'},       {"lt", '<'},        {"gt", '>'},        {"quot", '"'},
    {"apos", '\''},     {"nbsp", 0xa0},     {"copy", 0xa9},     {"reg", 0xae},
    {"trade", 0x2122},  {"deg", 0xb0},      {"plusmn", 0xb1},   {"sup2", 0xb2},
    {"sup3", 0xb3},     {"micro", 0xb5},    {"para", 0xb6},     {"sect", 0xa7},
    {"middot", 0xb7},   {"frac12", 0xbd},   {"frac14", 0xbc},   {"frac34", 0xbe},
    {"times", 0xd7},    {"divide", 0xf7},   {"laquo", 0xab},    {"raquo", 0xbb},
    {"iexcl", 0xa1},    {"iquest", 0xbf},   {"cent", 0xa2},     {"pound", 0xa3},
    {"yen", 0xa5},      {"euro", 0x20ac},   {"ndash", 0x2013},  {"mdash", 0x2014},
    {"lsquo", 0x2018},  {"rsquo", 0x2019},  {"ldquo", 0x201c},  {"rdquo", 0x201d},
    {"bull", 0x2022},   {"hellip", 0x2026}, {"larr", 0x2190},   {"uarr", 0x2191},
    {"rarr", 0x2192},   {"darr", 0x2193},   {"harr", 0x2194},   {"rArr", 0x21d2},
    {"forall", 0x2200}, {"exist", 0x2203},  {"isin", 0x2208},   {"sum", 0x2211},
    {"minus", 0x2212},  {"radic", 0x221a},  {"infin", 0x221e},  {"cap", 0x2229},
    {"cup", 0x222a},    {"int", 0x222b},    {"asymp", 0x2248},  {"ne", 0x2260},
    {"le", 0x2264},     {"ge", 0x2265},     {"alpha", 0x3b1},   {"beta", 0x3b2},
    {"gamma", 0x3b3},   {"delta", 0x3b4},   {"epsilon", 0x3b5}, {"lambda", 0x3bb},
    {"mu", 0x3bc},      {"pi", 0x3c0},      {"sigma", 0x3c3},   {"omega", 0x3c9},
    {"Delta", 0x394},   {"Sigma", 0x3a3},   {"Omega", 0x3a9},   {"auml", 0xe4},
    {"ouml", 0xf6},     {"uuml", 0xfc},     {"Auml", 0xc4},     {"Ouml", 0xd6},
    {"Uuml", 0xdc},     {"szlig", 0xdf},    {"eacute", 0xe9},   {"egrave", 0xe8},
    {"agrave", 0xe0},   {"ccedil", 0xe7},   {"ntilde", 0xf1},
};

static int entity_digit(char byte)
{
    if (byte >= '0' && byte <= '9')
        return byte - '0';
    if (byte >= 'a' && byte <= 'f')
        return byte - 'a' + 10;
    if (byte >= 'A' && byte <= 'F')
        return byte - 'A' + 10;
    return 16;
}

/* Reads the digits between "&#" or "&#x" and ";". */
static uint32_t entity_number(const char *text, size_t len, uint32_t base)
{
    uint32_t code = 0;
    for (size_t i = 0; i < len; i++) {
        const uint32_t digit = (uint32_t)entity_digit(text[i]);
        if (digit >= base)
            return 0;
        code = code * base + digit;
        if (code > 0x10ffff)
            return UTF8_REPLACEMENT;
    }
    const bool is_surrogate = code >= 0xd800 && code <= 0xdfff;
    return len > 0 && (code == 0 || is_surrogate) ? UTF8_REPLACEMENT : code;
}

uint32_t entity_decode(const char *text, size_t len)
{
    if (len < 4 || text[0] != '&' || text[len - 1] != ';')
        return 0;
    if (text[1] == '#' && (text[2] == 'x' || text[2] == 'X'))
        return entity_number(text + 3, len - 4, 16);
    if (text[1] == '#')
        return entity_number(text + 2, len - 3, 10);
    for (size_t i = 0; i < COUNT_OF(entities); i++) {
        if (strlen(entities[i].name) == len - 2 &&
            memcmp(entities[i].name, text + 1, len - 2) == 0)
            return entities[i].code;
    }
    return 0;
}
