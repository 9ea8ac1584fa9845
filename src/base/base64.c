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
