/*
 * A small decoder written as the table of well-formed sequences (Unicode, table 3-7):
 * the first byte fixes the length and the allowed range of the second byte; all later
 * bytes are 80..BF.
 */
#include "src/base/utf8.h"

#include <string.h>

/* What a first byte promises. `len` 0 means it cannot start a sequence. */
struct utf8_lead {
    unsigned len;
    unsigned char second_min;
    unsigned char second_max;
};

static struct utf8_lead utf8_lead_of(unsigned char byte)
{
    if (byte < 0x80)
        return (struct utf8_lead){1, 0, 0};
    if (byte >= 0xc2 && byte <= 0xdf)
        return (struct utf8_lead){2, 0x80, 0xbf};
    if (byte >= 0xe0 && byte <= 0xef) {
        const unsigned char min = byte == 0xe0 ? 0xa0 : 0x80;
        const unsigned char max = byte == 0xed ? 0x9f : 0xbf;
        return (struct utf8_lead){3, min, max};
    }
    if (byte >= 0xf0 && byte <= 0xf4) {
        const unsigned char min = byte == 0xf0 ? 0x90 : 0x80;
        const unsigned char max = byte == 0xf4 ? 0x8f : 0xbf;
        return (struct utf8_lead){4, min, max};
    }
    return (struct utf8_lead){0, 0, 0};
}

/* The number of leading bytes that belong to one well-formed (or so far well-formed)
 * sequence; `lead` must describe bytes[0]. */
static size_t utf8_good_prefix(const char *bytes, size_t len, struct utf8_lead lead)
{
    size_t good = 1;
    while (good < lead.len && good < len) {
        const unsigned char byte = (unsigned char)bytes[good];
        const unsigned char min = good == 1 ? lead.second_min : 0x80;
        const unsigned char max = good == 1 ? lead.second_max : 0xbf;
        if (byte < min || byte > max)
            break;
        good++;
    }
    return good;
}

size_t utf8_decode(const char *bytes, size_t len, uint32_t *code)
{
    const unsigned char first = (unsigned char)bytes[0];
    if (first < 0x80) {
        *code = first;
        return 1;
    }
    const struct utf8_lead lead = utf8_lead_of(first);
    *code = UTF8_REPLACEMENT;
    if (lead.len == 0)
        return 1;
    const size_t good = utf8_good_prefix(bytes, len, lead);
    if (good < lead.len)
        return good;
    uint32_t value = first & (0xffu >> (lead.len + 1));
    for (size_t i = 1; i < lead.len; i++)
        value = value << 6 | ((unsigned char)bytes[i] & 0x3f);
    *code = value;
    return lead.len;
}

size_t utf8_incomplete_tail(const char *bytes, size_t len)
{
    for (size_t back = 1; back <= 3 && back <= len; back++) {
        const unsigned char byte = (unsigned char)bytes[len - back];
        if ((byte & 0xc0) == 0x80)
            continue;
        const struct utf8_lead lead = utf8_lead_of(byte);
        const bool is_cut =
            lead.len > back && utf8_good_prefix(bytes + len - back, back, lead) == back;
        return is_cut ? back : 0;
    }
    return 0;
}

size_t utf8_encode(uint32_t code, char out[4])
{
    if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff))
        code = UTF8_REPLACEMENT;
    if (code < 0x80) {
        out[0] = (char)code;
        return 1;
    }
    if (code < 0x800) {
        out[0] = (char)(0xc0 | code >> 6);
        out[1] = (char)(0x80 | (code & 0x3f));
        return 2;
    }
    if (code < 0x10000) {
        out[0] = (char)(0xe0 | code >> 12);
        out[1] = (char)(0x80 | (code >> 6 & 0x3f));
        out[2] = (char)(0x80 | (code & 0x3f));
        return 3;
    }
    out[0] = (char)(0xf0 | code >> 18);
    out[1] = (char)(0x80 | (code >> 12 & 0x3f));
    out[2] = (char)(0x80 | (code >> 6 & 0x3f));
    out[3] = (char)(0x80 | (code & 0x3f));
    return 4;
}

/* The length of the well-formed run at the start of `bytes`. */
static size_t utf8_valid_run(const char *bytes, size_t len)
{
    size_t at = 0;
    while (at < len) {
        const unsigned char first = (unsigned char)bytes[at];
        if (first < 0x80) {
            at++;
            continue;
        }
        const struct utf8_lead lead = utf8_lead_of(first);
        if (lead.len == 0 || utf8_good_prefix(bytes + at, len - at, lead) < lead.len)
            break;
        at += lead.len;
    }
    return at;
}

bool utf8_is_valid(const char *bytes, size_t len)
{
    return utf8_valid_run(bytes, len) == len;
}

bool utf8_append_valid(struct strbuf *out, const char *bytes, size_t len)
{
    bool ok = true;
    size_t at = 0;
    while (at < len) {
        const size_t run = utf8_valid_run(bytes + at, len - at);
        ok = strbuf_append(out, bytes + at, run) && ok;
        at += run;
        if (at == len)
            break;
        uint32_t code;
        at += utf8_decode(bytes + at, len - at, &code);
        ok = strbuf_append(out, "\xef\xbf\xbd", 3) && ok;
    }
    return ok;
}

size_t utf8_previous(const char *bytes, size_t at)
{
    if (at == 0)
        return 0;
    size_t start = at - 1;
    while (start > 0 && at - start < 4 && ((unsigned char)bytes[start] & 0xc0) == 0x80)
        start--;
    /* Stray continuation bytes are a character each, as for utf8_next. */
    uint32_t code;
    return start + utf8_decode(bytes + start, at - start, &code) == at ? start : at - 1;
}

size_t utf8_next(const char *bytes, size_t len, size_t at)
{
    if (at >= len)
        return len;
    uint32_t code;
    return at + utf8_decode(bytes + at, len - at, &code);
}
