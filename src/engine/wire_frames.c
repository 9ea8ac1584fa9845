/*
 * The same framing modules that the decoders sit behind, fed with the reads as they were.
 * The end of a long stream begins in the middle of a frame: what stands before the next
 * frame is shown as a piece of one. Binary messages cannot be found again that way; of
 * their end only the length is told.
 */
#include "src/engine/wire_frames.h"

#include <string.h>
#include <strings.h>

#include "src/net/eventstream.h"
#include "src/net/ndjson.h"
#include "src/net/sse.h"

/* One of the three framings at work. */
struct framer {
    enum wire_frames_kind kind;
    struct sse sse;
    struct ndjson lines;
    struct eventstream messages;
    wire_frame_fn on_frame;
    void *user;
    int64_t at_us;
};

static bool has_text(const char *text, const char *part)
{
    const size_t len = strlen(part);
    for (; text != NULL && *text != '\0'; text++) {
        if (strncasecmp(text, part, len) == 0)
            return true;
    }
    return false;
}

enum wire_frames_kind wire_frames_kind(const struct wire_record *record)
{
    const char *type = record->content_type;
    const char *bytes = strbuf_text(&record->first.packed);
    bytes += strspn(bytes, " \t\r\n");
    if (record->status >= 300)
        return WIRE_FRAMES_DOCUMENT;
    if (has_text(type, "text/event-stream"))
        return WIRE_FRAMES_EVENTS;
    if (has_text(type, "vnd.amazon.eventstream"))
        return WIRE_FRAMES_MESSAGES;
    if (record->framing == FRAMING_LINES)
        return WIRE_FRAMES_LINES;
    /* Relays call streams of events by other names. */
    if (strncmp(bytes, "data:", 5) == 0 || strncmp(bytes, "event:", 6) == 0)
        return WIRE_FRAMES_EVENTS;
    return WIRE_FRAMES_DOCUMENT;
}

static void tell(const struct framer *framer, struct wire_frame frame)
{
    frame.at_us = framer->at_us;
    if (frame.type == NULL)
        frame.type = "";
    framer->on_frame(framer->user, &frame);
}

static bool on_event(void *user, const struct sse_event *event)
{
    tell(user, (struct wire_frame){.type = event->type,
                                   .data = event->data,
                                   .len = event->len,
                                   .is_unfinished = event->is_unfinished});
    return true;
}

static bool on_line(void *user, const char *line, size_t len, bool is_unfinished)
{
    tell(user,
         (struct wire_frame){.data = line, .len = len, .is_unfinished = is_unfinished});
    return true;
}

static bool on_message(void *user, const struct eventstream_message *message)
{
    tell(user, (struct wire_frame){
                   .type = message->type, .data = message->payload, .len = message->len});
    return true;
}

static void framer_init(struct framer *framer)
{
    sse_init(&framer->sse);
    ndjson_init(&framer->lines);
    eventstream_init(&framer->messages);
}

static void framer_clear(struct framer *framer)
{
    sse_clear(&framer->sse);
    ndjson_clear(&framer->lines);
    eventstream_clear(&framer->messages);
}

static bool framer_feed(struct framer *framer, const char *bytes, size_t len)
{
    if (framer->kind == WIRE_FRAMES_EVENTS)
        return sse_feed(&framer->sse, bytes, len, on_event, framer, NULL);
    if (framer->kind == WIRE_FRAMES_LINES)
        return ndjson_feed(&framer->lines, bytes, len, on_line, framer, NULL);
    return eventstream_feed(&framer->messages, bytes, len, on_message, framer, NULL);
}

static void framer_finish(struct framer *framer)
{
    if (framer->kind == WIRE_FRAMES_EVENTS)
        sse_finish(&framer->sse, on_event, framer, NULL);
    else if (framer->kind == WIRE_FRAMES_LINES)
        ndjson_finish(&framer->lines, on_line, framer);
}

/* Feeds what a read has brought; what no framing can take is told as it is. */
static void framer_take(void *user, int64_t at_us, const char *bytes, size_t len,
                        bool goes_on)
{
    (void)goes_on;
    struct framer *framer = user;
    framer->at_us = at_us;
    if (!framer_feed(framer, bytes, len))
        tell(framer,
             (struct wire_frame){.type = "unreadable", .data = bytes, .len = len});
}

/* A body that is put together again. */
struct document {
    struct strbuf text;
    int64_t at_us; /* when the last of it came */
};

static void document_take(void *user, int64_t at_us, const char *bytes, size_t len,
                          bool goes_on)
{
    (void)goes_on;
    struct document *document = user;
    document->at_us = at_us;
    strbuf_append(&document->text, bytes, len);
}

static void tell_document(const struct framer *framer, const struct wire_record *record)
{
    const struct wire_stretch *const stretches[] = {&record->first, &record->last};
    for (size_t i = 0; i < 2; i++) {
        const struct wire_stretch *stretch = stretches[i];
        struct document document = {0};
        if (stretch->count == 0)
            continue;
        strbuf_init(&document.text, STRBUF_OWN_MAX);
        wire_stretch_each(stretch, document_take, &document);
        if (i == 1 && record->left_out > 0)
            tell(framer, (struct wire_frame){.data = "", .left_out = record->left_out});
        const struct wire_frame frame = {.type = "",
                                         .data = strbuf_text(&document.text),
                                         .len = document.text.len,
                                         .at_us = document.at_us,
                                         .is_unfinished = record->end_us < 0};
        framer->on_frame(framer->user, &frame);
        strbuf_clear(&document.text);
    }
}

void wire_frames_each(const struct wire_record *record, wire_frame_fn on_frame,
                      void *user)
{
    struct framer framer = {
        .kind = wire_frames_kind(record), .on_frame = on_frame, .user = user};
    if (framer.kind == WIRE_FRAMES_DOCUMENT) {
        tell_document(&framer, record);
        return;
    }
    framer_init(&framer);
    wire_stretch_each(&record->first, framer_take, &framer);
    size_t left_out = record->left_out;
    if (left_out > 0) {
        framer_clear(&framer);
        framer_init(&framer);
        if (framer.kind == WIRE_FRAMES_MESSAGES)
            left_out += record->last.len;
        tell(&framer, (struct wire_frame){.data = "", .left_out = left_out});
    }
    if (left_out == record->left_out)
        wire_stretch_each(&record->last, framer_take, &framer);
    if (record->end_us >= 0)
        framer_finish(&framer);
    framer_clear(&framer);
}
