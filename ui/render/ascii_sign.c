/* A table of single signs; lines of boxes and pictures of control characters are ranges.
 */
#include "ui/render/ascii_sign.h"

#include <stddef.h>

#include "src/base/compiler.h"

static const struct {
    uint32_t code;
    char form;
} sign_table[] = {
    {0xb7, '.'},   /* middle dot */
    {0x2013, '-'}, /* en dash */
    {0x2014, '-'}, /* em dash */
    {0x2022, '*'}, /* bullet */
    {0x2026, '~'}, /* more follows */
    {0x2039, '<'}, /* around a hidden character */
    {0x203a, '>'}, {0x2191, '^'}, {0x2192, '>'}, {0x2193, 'v'},
    {0x21b3, '`'},                /* belongs to the line above */
    {0x21bb, '@'},                /* tries again */
    {0x2212, '-'}, {0x2260, '/'}, /* differs */
    {0x258c, '|'}, {0x258e, '|'}, {0x258f, '|'}, {0x25a0, '#'}, /* stopped */
    {0x25aa, '*'}, {0x25b8, '>'},                               /* folded */
    {0x25be, 'v'},                                              /* unfolded */
    {0x25cb, 'o'}, {0x25cc, 'o'},                               /* waits */
    {0x25cf, '*'},                                              /* runs */
    {0x25e6, 'o'}, {0x2610, 'o'}, {0x2611, 'x'}, {0x2691, '!'}, /* a person is asked */
    {0x2713, '+'},                                              /* done, ticked */
    {0x2717, 'x'},                                              /* failed */
};

static uint32_t line_form(uint32_t code)
{
    switch (code) {
    case 0x2500:
    case 0x2501:
    case 0x2504:
    case 0x2505:
    case 0x2508:
    case 0x2509: return '-';
    case 0x2550: return '=';
    case 0x2502:
    case 0x2503:
    case 0x2551: return '|';
    case 0x2506:
    case 0x2507:
    case 0x250a:
    case 0x250b: return ':';
    default: return '+';
    }
}

uint32_t ascii_sign(uint32_t code)
{
    if (code < 0x80)
        return code;
    if (code >= 0x2500 && code <= 0x257f)
        return line_form(code);
    if (code >= 0x2400 && code <= 0x2426)
        return '?';
    for (size_t i = 0; i < COUNT_OF(sign_table); i++) {
        if (sign_table[i].code == code)
            return (uint32_t)(unsigned char)sign_table[i].form;
    }
    return code;
}
