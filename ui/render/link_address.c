/* The scheme, the host by a list of what it may hold, the rest byte by byte. */
#include "ui/render/link_address.h"

#include <string.h>
#include <strings.h>

/* The longest name in DNS. */
#define HOST_MAX 253

/* Behind the scheme: where the host begins; 0 if the scheme is another one. */
static size_t link_skip_scheme(const char *text, size_t len)
{
    static const char *const schemes[] = {"https://", "http://"};
    for (size_t i = 0; i < 2; i++) {
        const size_t scheme_len = strlen(schemes[i]);
        if (len > scheme_len && strncasecmp(text, schemes[i], scheme_len) == 0)
            return scheme_len;
    }
    return 0;
}

static bool link_is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

static bool link_is_host_byte(char byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
           link_is_digit(byte) || byte == '-' || byte == '.' || byte == '_';
}

static bool link_is_ip6_byte(char byte)
{
    return link_is_digit(byte) || (byte >= 'a' && byte <= 'f') ||
           (byte >= 'A' && byte <= 'F') || byte == ':' || byte == '.';
}

/* The bytes of the host, with the brackets of an IPv6 address; 0 if it is none. */
static size_t link_host_len(const char *text, size_t len)
{
    size_t end = 0;
    if (len > 0 && text[0] == '[') {
        for (end = 1; end < len && link_is_ip6_byte(text[end]);)
            end++;
        return end > 2 && end < len && text[end] == ']' ? end + 1 : 0;
    }
    while (end < len && link_is_host_byte(text[end]))
        end++;
    return end <= HOST_MAX && end > 0 && text[0] != '.' && text[0] != '-' ? end : 0;
}

/* The bytes of ":8080"; 0 if there is none. */
static size_t link_port_len(const char *text, size_t len)
{
    size_t end = 1;
    if (len == 0 || text[0] != ':')
        return 0;
    while (end < len && end <= 5 && link_is_digit(text[end]))
        end++;
    return end > 1 ? end : 0;
}

/* Appends a byte behind the host; false if it is a control character. */
static bool link_append_byte(struct strbuf *out, unsigned char byte)
{
    if (byte < ' ' || byte == 0x7f)
        return false;
    if (byte > '~' || strchr(" \"<>\\^`{|}", byte) != NULL)
        return strbuf_append_format(out, "%%%02X", byte);
    return strbuf_append_char(out, (char)byte);
}

bool link_address_append(const char *text, size_t len, struct strbuf *out)
{
    const size_t before = out->len;
    const size_t start = len <= LINK_ADDRESS_MAX ? link_skip_scheme(text, len) : 0;
    if (start == 0)
        return false;
    const size_t host_len = link_host_len(text + start, len - start);
    size_t at = start + host_len;
    at += link_port_len(text + at, len - at);
    if (host_len == 0 || (at < len && strchr("/?#", text[at]) == NULL))
        return false;
    bool is_ok =
        strbuf_append_text(out, start == strlen("https://") ? "https" : "http") &&
        strbuf_append_text(out, "://") && strbuf_append(out, text + start, at - start);
    for (; is_ok && at < len; at++)
        is_ok = link_append_byte(out, (unsigned char)text[at]);
    if (is_ok && out->len - before <= LINK_ADDRESS_MAX)
        return true;
    strbuf_truncate(out, before);
    return false;
}
