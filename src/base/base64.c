/* Three bytes become four signs; what is missing of the last three is filled with "=". */
#include "src/base/base64.h"

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

/* The value of a digit, or -1. */
static int base64_value(char digit)
{
    if (digit >= 'A' && digit <= 'Z')
        return digit - 'A';
    if (digit >= 'a' && digit <= 'z')
        return digit - 'a' + 26;
    if (digit >= '0' && digit <= '9')
        return digit - '0' + 52;
    if (digit == '+')
        return 62;
    return digit == '/' ? 63 : -1;
}

bool base64_append_decoded(struct strbuf *out, const char *text, size_t len)
{
    const size_t start = out->len;
    bool ok = len % 4 == 0;
    for (size_t at = 0; at < len && ok; at += 4) {
        const bool is_last = at + 4 == len;
        size_t fill = 0;
        unsigned long group = 0;
        if (is_last && text[at + 3] == '=')
            fill = text[at + 2] == '=' ? 2 : 1;
        for (size_t i = 0; i < 4; i++) {
            const int value = i < 4 - fill ? base64_value(text[at + i]) : 0;
            ok = ok && value >= 0;
            group = group << 6 | (unsigned)(value & 63);
        }
        const char bytes[3] = {(char)(group >> 16 & 255), (char)(group >> 8 & 255),
                               (char)(group & 255)};
        /* Bits behind the last byte are of no use to anybody but a forger of twins. */
        if (fill == 2)
            ok = ok && (group & 0xffff) == 0;
        if (fill == 1)
            ok = ok && (group & 0xff) == 0;
        ok = ok && strbuf_append(out, bytes, 3 - fill);
    }
    if (!ok)
        strbuf_truncate(out, start);
    return ok;
}
