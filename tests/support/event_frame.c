/* The sum is computed bit by bit, unlike in the program, so that the two check each
 * other. */
#include "tests/support/event_frame.h"

#include <stdint.h>
#include <string.h>

static void append_number(struct strbuf *out, size_t number, int size)
{
    for (int shift = (size - 1) * 8; shift >= 0; shift -= 8)
        strbuf_append_char(out, (char)(number >> shift & 0xff));
}

void event_frame_append_sum(struct strbuf *stream, size_t len)
{
    uint32_t crc = 0xffffffff;
    for (size_t i = stream->len - len; i < stream->len; i++) {
        crc ^= (unsigned char)stream->text[i];
        for (int bit = 0; bit < 8; bit++)
            crc = (crc & 1) != 0 ? crc >> 1 ^ 0xedb88320 : crc >> 1;
    }
    append_number(stream, (uint32_t)~crc, 4);
}

void event_frame_add_header(struct strbuf *headers, const char *name, const char *value)
{
    append_number(headers, strlen(name), 1);
    strbuf_append_text(headers, name);
    append_number(headers, 7, 1);
    append_number(headers, strlen(value), 2);
    strbuf_append_text(headers, value);
}

void event_frame_append(struct strbuf *stream, const struct strbuf *headers,
                        const char *payload, size_t len)
{
    const size_t start = stream->len;
    append_number(stream, headers->len + len + 16, 4);
    append_number(stream, headers->len, 4);
    event_frame_append_sum(stream, 8);
    strbuf_append(stream, headers->len > 0 ? headers->text : "", headers->len);
    strbuf_append(stream, payload, len);
    event_frame_append_sum(stream, stream->len - start);
}

static void append_named(struct strbuf *stream, const char *kind, const char *type_name,
                         const char *type, const char *payload)
{
    struct strbuf headers;
    strbuf_init(&headers, STRBUF_OWN_MAX);
    event_frame_add_header(&headers, type_name, type);
    event_frame_add_header(&headers, ":content-type", "application/json");
    event_frame_add_header(&headers, ":message-type", kind);
    event_frame_append(stream, &headers, payload, strlen(payload));
    strbuf_clear(&headers);
}

void event_frame_append_event(struct strbuf *stream, const char *event_type,
                              const char *payload)
{
    append_named(stream, "event", ":event-type", event_type, payload);
}

void event_frame_append_exception(struct strbuf *stream, const char *exception_type,
                                  const char *payload)
{
    append_named(stream, "exception", ":exception-type", exception_type, payload);
}
