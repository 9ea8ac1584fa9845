/* Three bytes become four signs; what is missing of the last three is filled with "=". */
#include "src/base/base64.h"

#include <string.h>

void base64_append(struct strbuf *out, const char *bytes, size_t len)
{
    static const char digits[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (size_t at = 0; at < len; at += 3) {
        const size_t left = len - at;
        const unsigned a = (unsigned char)bytes[at];
        const unsigned b = left > 1 ? (unsigned char)bytes[at + 1] : 0;
        const unsigned c = left > 2 ? (unsigned char)bytes[at + 2] : 0;
        const char group[4] = {digits[a >> 2], digits[(a & 3) << 4 | b >> 4],
                               left > 1 ? digits[(b & 15) << 2 | c >> 6] : '=',
                               left > 2 ? digits[c & 63] : '='};
        strbuf_append(out, group, sizeof(group));
    }
}

/* The six bits of a sign, or -1. */
static int base64_value(char sign)
{
    if (sign >= 'A' && sign <= 'Z')
        return sign - 'A';
    if (sign >= 'a' && sign <= 'z')
        return sign - 'a' + 26;
    if (sign >= '0' && sign <= '9')
        return sign - '0' + 52;
    return sign == '+' ? 62 : sign == '/' ? 63 : -1;
}

bool base64_read(struct strbuf *out, const char *text, size_t len)
{
    unsigned bits = 0;
    size_t signs = 0;
    size_t fill = 0;
    for (size_t i = 0; i < len; i++) {
        const int value = base64_value(text[i]);
        if (text[i] != '\0' && strchr(" \t\r\n", text[i]) != NULL)
            continue;
        fill += text[i] == '=';
        if (text[i] == '=')
            continue;
        if (value < 0 || fill > 0)
            return false;
        bits = (bits << 6 | (unsigned)value) & 0xffffff;
        signs++;
        /* Behind the first sign of a group each one fills up a byte. */
        if (signs % 4 == 2)
            strbuf_append_char(out, (char)(bits >> 4));
        else if (signs % 4 == 3)
            strbuf_append_char(out, (char)(bits >> 2));
        else if (signs % 4 == 0)
            strbuf_append_char(out, (char)bits);
    }
    const size_t rest = signs % 4;
    return rest != 1 && (fill == 0 || fill == (4 - rest) % 4) && !out->is_full;
}
