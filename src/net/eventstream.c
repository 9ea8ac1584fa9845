/*
 * A message is
 *
 *     u32 total length | u32 length of the headers | u32 CRC-32 of these eight bytes
 *     headers | payload | u32 CRC-32 of all before it
 *
 * with big-endian numbers. A header is a name (u8 length), a type (u8) and a value whose
 * length the type tells or a u16 ahead of it. The message under way is collected whole in
 * one buffer. Its first twelve bytes are checked as soon as they are there: a length that
 * is wrong would otherwise make us wait for megabytes that never come.
 */
#include "src/net/eventstream.h"

#include <stdint.h>
#include <string.h>

#include "src/base/mem.h"

#define PRELUDE_LEN  12 /* both lengths and their sum */
#define OVERHEAD_LEN 16 /* the prelude, and the sum at the end */

/* Type numbers of header values. */
enum value_type {
    VALUE_TRUE,
    VALUE_FALSE,
    VALUE_U8,
    VALUE_I16,
    VALUE_I32,
    VALUE_I64,
    VALUE_BYTES,
    VALUE_STRING,
    VALUE_TIME,
    VALUE_UUID
};

/* A run of bytes inside the message. */
struct span {
    const char *bytes;
    size_t len;
};

/* The headers that say what a message is; empty where they are missing. */
struct headers {
    struct span message_type;
    struct span event_type;
    struct span exception_type;
    struct span error_code;
    struct span error_message;
};

/* The CRC-32 of each byte (polynomial 0xedb88320, bits reflected, as in zlib). */
static const uint32_t crc_table[256] = {
    0x00000000, 0x77073096, 0xee0e612c, 0x990951ba, 0x076dc419, 0x706af48f, 0xe963a535,
    0x9e6495a3, 0x0edb8832, 0x79dcb8a4, 0xe0d5e91e, 0x97d2d988, 0x09b64c2b, 0x7eb17cbd,
    0xe7b82d07, 0x90bf1d91, 0x1db71064, 0x6ab020f2, 0xf3b97148, 0x84be41de, 0x1adad47d,
    0x6ddde4eb, 0xf4d4b551, 0x83d385c7, 0x136c9856, 0x646ba8c0, 0xfd62f97a, 0x8a65c9ec,
    0x14015c4f, 0x63066cd9, 0xfa0f3d63, 0x8d080df5, 0x3b6e20c8, 0x4c69105e, 0xd56041e4,
    0xa2677172, 0x3c03e4d1, 0x4b04d447, 0xd20d85fd, 0xa50ab56b, 0x35b5a8fa, 0x42b2986c,
    0xdbbbc9d6, 0xacbcf940, 0x32d86ce3, 0x45df5c75, 0xdcd60dcf, 0xabd13d59, 0x26d930ac,
    0x51de003a, 0xc8d75180, 0xbfd06116, 0x21b4f4b5, 0x56b3c423, 0xcfba9599, 0xb8bda50f,
    0x2802b89e, 0x5f058808, 0xc60cd9b2, 0xb10be924, 0x2f6f7c87, 0x58684c11, 0xc1611dab,
    0xb6662d3d, 0x76dc4190, 0x01db7106, 0x98d220bc, 0xefd5102a, 0x71b18589, 0x06b6b51f,
    0x9fbfe4a5, 0xe8b8d433, 0x7807c9a2, 0x0f00f934, 0x9609a88e, 0xe10e9818, 0x7f6a0dbb,
    0x086d3d2d, 0x91646c97, 0xe6635c01, 0x6b6b51f4, 0x1c6c6162, 0x856530d8, 0xf262004e,
    0x6c0695ed, 0x1b01a57b, 0x8208f4c1, 0xf50fc457, 0x65b0d9c6, 0x12b7e950, 0x8bbeb8ea,
    0xfcb9887c, 0x62dd1ddf, 0x15da2d49, 0x8cd37cf3, 0xfbd44c65, 0x4db26158, 0x3ab551ce,
    0xa3bc0074, 0xd4bb30e2, 0x4adfa541, 0x3dd895d7, 0xa4d1c46d, 0xd3d6f4fb, 0x4369e96a,
    0x346ed9fc, 0xad678846, 0xda60b8d0, 0x44042d73, 0x33031de5, 0xaa0a4c5f, 0xdd0d7cc9,
    0x5005713c, 0x270241aa, 0xbe0b1010, 0xc90c2086, 0x5768b525, 0x206f85b3, 0xb966d409,
    0xce61e49f, 0x5edef90e, 0x29d9c998, 0xb0d09822, 0xc7d7a8b4, 0x59b33d17, 0x2eb40d81,
    0xb7bd5c3b, 0xc0ba6cad, 0xedb88320, 0x9abfb3b6, 0x03b6e20c, 0x74b1d29a, 0xead54739,
    0x9dd277af, 0x04db2615, 0x73dc1683, 0xe3630b12, 0x94643b84, 0x0d6d6a3e, 0x7a6a5aa8,
    0xe40ecf0b, 0x9309ff9d, 0x0a00ae27, 0x7d079eb1, 0xf00f9344, 0x8708a3d2, 0x1e01f268,
    0x6906c2fe, 0xf762575d, 0x806567cb, 0x196c3671, 0x6e6b06e7, 0xfed41b76, 0x89d32be0,
    0x10da7a5a, 0x67dd4acc, 0xf9b9df6f, 0x8ebeeff9, 0x17b7be43, 0x60b08ed5, 0xd6d6a3e8,
    0xa1d1937e, 0x38d8c2c4, 0x4fdff252, 0xd1bb67f1, 0xa6bc5767, 0x3fb506dd, 0x48b2364b,
    0xd80d2bda, 0xaf0a1b4c, 0x36034af6, 0x41047a60, 0xdf60efc3, 0xa867df55, 0x316e8eef,
    0x4669be79, 0xcb61b38c, 0xbc66831a, 0x256fd2a0, 0x5268e236, 0xcc0c7795, 0xbb0b4703,
    0x220216b9, 0x5505262f, 0xc5ba3bbe, 0xb2bd0b28, 0x2bb45a92, 0x5cb36a04, 0xc2d7ffa7,
    0xb5d0cf31, 0x2cd99e8b, 0x5bdeae1d, 0x9b64c2b0, 0xec63f226, 0x756aa39c, 0x026d930a,
    0x9c0906a9, 0xeb0e363f, 0x72076785, 0x05005713, 0x95bf4a82, 0xe2b87a14, 0x7bb12bae,
    0x0cb61b38, 0x92d28e9b, 0xe5d5be0d, 0x7cdcefb7, 0x0bdbdf21, 0x86d3d2d4, 0xf1d4e242,
    0x68ddb3f8, 0x1fda836e, 0x81be16cd, 0xf6b9265b, 0x6fb077e1, 0x18b74777, 0x88085ae6,
    0xff0f6a70, 0x66063bca, 0x11010b5c, 0x8f659eff, 0xf862ae69, 0x616bffd3, 0x166ccf45,
    0xa00ae278, 0xd70dd2ee, 0x4e048354, 0x3903b3c2, 0xa7672661, 0xd06016f7, 0x4969474d,
    0x3e6e77db, 0xaed16a4a, 0xd9d65adc, 0x40df0b66, 0x37d83bf0, 0xa9bcae53, 0xdebb9ec5,
    0x47b2cf7f, 0x30b5ffe9, 0xbdbdf21c, 0xcabac28a, 0x53b39330, 0x24b4a3a6, 0xbad03605,
    0xcdd70693, 0x54de5729, 0x23d967bf, 0xb3667a2e, 0xc4614ab8, 0x5d681b02, 0x2a6f2b94,
    0xb40bbe37, 0xc30c8ea1, 0x5a05df1b, 0x2d02ef8d,
};

static uint32_t crc32_of(const char *bytes, size_t len)
{
    uint32_t crc = 0xffffffff;
    for (size_t i = 0; i < len; i++)
        crc = crc >> 8 ^ crc_table[(crc ^ (unsigned char)bytes[i]) & 0xff];
    return ~crc;
}

static size_t read_number(const char *bytes, size_t size)
{
    size_t number = 0;
    for (size_t i = 0; i < size; i++)
        number = number << 8 | (unsigned char)bytes[i];
    return number;
}

void eventstream_init(struct eventstream *stream)
{
    strbuf_init(&stream->pending, EVENTSTREAM_MAX);
    stream->is_stopped = false;
}

void eventstream_clear(struct eventstream *stream)
{
    strbuf_clear(&stream->pending);
}

/* --- Headers -------------------------------------------------------------------------
 */

/* Takes `len` bytes off the front of `rest`; false if it has fewer. */
static bool take_span(struct span *rest, size_t len, struct span *taken)
{
    if (rest->len < len)
        return false;
    *taken = (struct span){rest->bytes, len};
    rest->bytes += len;
    rest->len -= len;
    return true;
}

/* Takes a number of `size` bytes and then as many bytes as it says. */
static bool take_counted(struct span *rest, size_t size, struct span *taken)
{
    struct span count;
    return take_span(rest, size, &count) &&
           take_span(rest, read_number(count.bytes, size), taken);
}

/* Takes a value of that type; false for a type that does not exist: its length is not
 * known. */
static bool take_value(struct span *rest, unsigned char type, struct span *value)
{
    switch (type) {
    case VALUE_TRUE:
    case VALUE_FALSE: return take_span(rest, 0, value);
    case VALUE_U8: return take_span(rest, 1, value);
    case VALUE_I16: return take_span(rest, 2, value);
    case VALUE_I32: return take_span(rest, 4, value);
    case VALUE_I64:
    case VALUE_TIME: return take_span(rest, 8, value);
    case VALUE_BYTES:
    case VALUE_STRING: return take_counted(rest, 2, value);
    case VALUE_UUID: return take_span(rest, 16, value);
    default: return false;
    }
}

static bool is_word(struct span span, const char *word)
{
    return span.len == strlen(word) && memcmp(span.bytes, word, span.len) == 0;
}

/* Keeps the value if the name is one of ours. */
static void keep_header(struct headers *headers, struct span name, struct span value)
{
    if (is_word(name, ":message-type"))
        headers->message_type = value;
    else if (is_word(name, ":event-type"))
        headers->event_type = value;
    else if (is_word(name, ":exception-type"))
        headers->exception_type = value;
    else if (is_word(name, ":error-code"))
        headers->error_code = value;
    else if (is_word(name, ":error-message"))
        headers->error_message = value;
}

/* False if the lengths inside do not fit. */
static bool read_headers(struct span rest, struct headers *headers)
{
    const struct span none = {"", 0};
    *headers = (struct headers){none, none, none, none, none};
    while (rest.len > 0) {
        struct span name;
        struct span type;
        struct span value;
        if (!take_counted(&rest, 1, &name) || !take_span(&rest, 1, &type) ||
            !take_value(&rest, (unsigned char)type.bytes[0], &value))
            return false;
        if (type.bytes[0] == VALUE_STRING)
            keep_header(headers, name, value);
    }
    return true;
}

/* --- Messages ------------------------------------------------------------------------
 */

static bool fail(struct error *err, const char *what)
{
    error_set(err, ERROR_PROTOCOL, "the binary event stream is damaged: %s", what);
    return false;
}

/* True if the lengths at the front are what they were when they were sent, and can be. */
static bool check_prelude(const struct strbuf *message, struct error *err)
{
    const size_t total = read_number(message->text, 4);
    const size_t headers_len = read_number(message->text + 4, 4);
    if (crc32_of(message->text, 8) != read_number(message->text + 8, 4))
        return fail(err, "the checksum of a message's lengths does not fit");
    if (total > EVENTSTREAM_MAX || total < OVERHEAD_LEN ||
        headers_len > total - OVERHEAD_LEN)
        return fail(err, "a message has a length that cannot be");
    return true;
}

/* Writes the type under which the message is handed out. */
static void name_message(struct strbuf *type, const struct headers *headers)
{
    if (is_word(headers->message_type, "exception")) {
        strbuf_append_text(type, "exception/");
        strbuf_append(type, headers->exception_type.bytes, headers->exception_type.len);
    } else if (is_word(headers->message_type, "error")) {
        strbuf_append_text(type, "error/");
        strbuf_append(type, headers->error_code.bytes, headers->error_code.len);
    } else {
        strbuf_append(type, headers->event_type.bytes, headers->event_type.len);
    }
}

/* Checks the whole message and hands it out. */
static bool finish_message(struct eventstream *stream, eventstream_fn on_message,
                           void *user, struct error *err)
{
    char *text = stream->pending.text;
    const size_t total = stream->pending.len;
    const size_t headers_len = read_number(text + 4, 4);
    struct headers headers;
    if (crc32_of(text, total - 4) != read_number(text + total - 4, 4))
        return fail(err, "the checksum of a message does not fit");
    if (!read_headers((struct span){text + PRELUDE_LEN, headers_len}, &headers))
        return fail(err, "the headers of a message do not fit into it");
    struct strbuf type;
    strbuf_init(&type, STRBUF_OWN_MAX);
    name_message(&type, &headers);
    text[total - 4] = '\0'; /* the payload's end; the sum is no longer needed */
    struct eventstream_message message = {
        .type = strbuf_text(&type),
        .payload = text + PRELUDE_LEN + headers_len,
        .len = total - headers_len - OVERHEAD_LEN,
    };
    char *words = NULL;
    if (message.len == 0 && headers.error_message.len > 0) {
        words = mem_strndup(headers.error_message.bytes, headers.error_message.len);
        message.payload = words;
        message.len = headers.error_message.len;
    }
    stream->is_stopped = !on_message(user, &message);
    mem_free(words);
    strbuf_clear(&type);
    strbuf_reset(&stream->pending);
    return true;
}

/* How many bytes the message under way must have for the next step. */
static size_t wanted_len(const struct strbuf *pending)
{
    return pending->len < PRELUDE_LEN ? PRELUDE_LEN : read_number(pending->text, 4);
}

bool eventstream_feed(struct eventstream *stream, const char *bytes, size_t len,
                      eventstream_fn on_message, void *user, struct error *err)
{
    struct strbuf *pending = &stream->pending;
    bool ok = true;
    while (ok && len > 0 && !stream->is_stopped) {
        const size_t missing = wanted_len(pending) - pending->len;
        const size_t taken = len < missing ? len : missing;
        strbuf_append(pending, bytes, taken);
        bytes += taken;
        len -= taken;
        if (taken < missing)
            break;
        if (pending->len == PRELUDE_LEN)
            ok = check_prelude(pending, err);
        else
            ok = finish_message(stream, on_message, user, err);
    }
    if (!ok)
        stream->is_stopped = true;
    return ok;
}

bool eventstream_finish(struct eventstream *stream, struct error *err)
{
    if (stream->is_stopped || stream->pending.len == 0)
        return true;
    return fail(err, "it ended inside a message");
}
