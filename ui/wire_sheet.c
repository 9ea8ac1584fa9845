/*
 * Each section has a heading of its own. Times of the stream stand at the left, since the
 * request was sent, with the gap to the frame before where there was one.
 */
#include "ui/wire_sheet.h"

#include <string.h>

#include "src/base/mem.h"
#include "src/engine/wire_frames.h"
#include "ui/view/json_sheet.h"

#define INDENT 2

/* Text of a frame stands behind its times. */
#define FRAME_INDENT 4

/* A gap longer than this is worth an eye. */
#define LONG_GAP_US 1000000

static void heading(struct sheet *sheet, const char *text)
{
    sheet_begin(sheet, ROLE_HEADING, 0);
    sheet_append(sheet, text, strlen(text));
}

static void line(struct sheet *sheet, enum role role, const char *text)
{
    sheet_begin(sheet, role, INDENT);
    sheet_append(sheet, text, strlen(text));
}

/* Takes the text. */
static void take_line(struct sheet *sheet, enum role role, char *text)
{
    line(sheet, role, text);
    mem_free(text);
}

static void append_time(struct strbuf *out, int64_t us)
{
    if (us < 1000000)
        strbuf_append_format(out, "%.1f ms", (double)us / 1000);
    else
        strbuf_append_format(out, "%.3f s", (double)us / 1000000);
}

/* JSON laid out for reading where it is JSON; otherwise as it came. */
static void append_data(struct sheet *sheet, const char *data, size_t len, int room)
{
    const size_t first = sheet->line_count;
    json_sheet_append(sheet, data, len, room - INDENT);
    for (size_t i = first; i < sheet->line_count; i++)
        sheet->lines[i].indent += INDENT;
}

static void append_bytes(struct sheet *sheet, const char *bytes, size_t len)
{
    sheet_begin(sheet, ROLE_TEXT, FRAME_INDENT);
    sheet_append(sheet, bytes, len);
}

/* --- Sections -------------------------------------------------------------------- */

static void append_fields(struct sheet *sheet, const char *fields)
{
    if (fields != NULL && fields[0] != '\0')
        line(sheet, ROLE_TEXT, fields);
}

static void append_request(struct sheet *sheet, const struct wire_record *record,
                           const struct wire_sheet_style *style)
{
    heading(sheet, "request");
    take_line(sheet, ROLE_STRONG, strbuf_format("%s %s", record->method, record->url));
    append_fields(sheet, record->fields);
    if (record->body_len == 0)
        return;
    take_line(
        sheet, ROLE_DIM,
        strbuf_format("body: %zu bytes%s", record->body_len,
                      record->body.len == 0 ? ", which a recording does not hold" : ""));
    if (record->body.len == 0)
        return;
    if (style->is_raw)
        append_bytes(sheet, record->body.text, record->body.len);
    else
        append_data(sheet, record->body.text, record->body.len, style->room);
    if (record->body.len < record->body_len)
        take_line(sheet, ROLE_WARNING,
                  strbuf_format("\xe2\x80\xa6 %zu bytes left out",
                                record->body_len - record->body.len));
}

static void append_step(struct strbuf *out, const char *what, int64_t us)
{
    if (us < 0)
        return;
    strbuf_append_format(out, "%s%s ", out->len > 0 ? " \xc2\xb7 " : "", what);
    append_time(out, us);
}

static void append_connection(struct sheet *sheet, const struct wire_record *record)
{
    struct strbuf text;
    strbuf_init(&text, STRBUF_OWN_MAX);
    heading(sheet, "connection");
    if (record->connected_us < 0)
        strbuf_append_text(&text, record->end_us < 0 ? "not there yet" : "none");
    else
        strbuf_append_text(&text, record->is_reused ? "reused" : "new");
    if (record->http_version != NULL)
        strbuf_append_format(&text, " \xc2\xb7 HTTP/%s", record->http_version);
    line(sheet, ROLE_TEXT, strbuf_text(&text));
    strbuf_reset(&text);
    if (!record->is_reused) {
        append_step(&text, "DNS", record->dns_us);
        append_step(&text, "connect", record->connect_us);
        append_step(&text, "TLS", record->tls_us);
    }
    append_step(&text, "first byte", record->first_byte_us);
    append_step(&text, record->is_cut ? "cut" : "end", record->end_us);
    if (text.len > 0)
        line(sheet, ROLE_TEXT, strbuf_text(&text));
    strbuf_clear(&text);
}

/* What each frame is appended with. */
struct frame_writer {
    struct sheet *sheet;
    int room;
    bool is_document;
    int64_t last_us; /* of the frame before; -1: there was none */
};

static void append_frame_head(struct frame_writer *writer, const struct wire_frame *frame)
{
    struct strbuf text;
    strbuf_init(&text, STRBUF_OWN_MAX);
    const int64_t gap = writer->last_us >= 0 ? frame->at_us - writer->last_us : 0;
    append_time(&text, frame->at_us);
    if (writer->last_us >= 0) {
        strbuf_append_text(&text, "  +");
        append_time(&text, gap);
    }
    if (strcmp(frame->type, "message") != 0 && frame->type[0] != '\0')
        strbuf_append_format(&text, "  %s", frame->type);
    if (frame->is_unfinished)
        strbuf_append_text(&text, "  (unfinished)");
    line(writer->sheet, gap > LONG_GAP_US ? ROLE_WARNING : ROLE_DIM, strbuf_text(&text));
    strbuf_clear(&text);
}

static void on_frame(void *user, const struct wire_frame *frame)
{
    struct frame_writer *writer = user;
    if (frame->left_out > 0) {
        take_line(writer->sheet, ROLE_WARNING,
                  strbuf_format("\xe2\x80\xa6 %zu bytes left out \xe2\x80\xa6",
                                frame->left_out));
        writer->last_us = -1;
        return;
    }
    append_frame_head(writer, frame);
    if (writer->is_document)
        append_data(writer->sheet, frame->data, frame->len, writer->room);
    else
        append_bytes(writer->sheet, frame->data, frame->len);
    writer->last_us = frame->at_us;
}

/* A read that is put together again. */
struct read_writer {
    struct sheet *sheet;
    struct strbuf bytes;
};

static void on_read(void *user, int64_t at_us, const char *bytes, size_t len,
                    bool goes_on)
{
    struct read_writer *writer = user;
    struct strbuf text;
    strbuf_append(&writer->bytes, bytes, len);
    if (goes_on)
        return;
    strbuf_init(&text, STRBUF_OWN_MAX);
    append_time(&text, at_us);
    strbuf_append_format(&text, "  %zu bytes", writer->bytes.len);
    line(writer->sheet, ROLE_DIM, strbuf_text(&text));
    append_bytes(writer->sheet, strbuf_text(&writer->bytes), writer->bytes.len);
    strbuf_reset(&writer->bytes);
    strbuf_clear(&text);
}

/* The bytes of each read as they are, with its time. */
static void append_raw(struct sheet *sheet, const struct wire_record *record)
{
    struct read_writer writer = {.sheet = sheet};
    strbuf_init(&writer.bytes, STRBUF_OWN_MAX);
    wire_stretch_each(&record->first, on_read, &writer);
    if (writer.bytes.len > 0) /* a read that was cut */
        append_bytes(sheet, strbuf_text(&writer.bytes), writer.bytes.len);
    strbuf_reset(&writer.bytes);
    if (record->left_out > 0)
        take_line(sheet, ROLE_WARNING,
                  strbuf_format("\xe2\x80\xa6 %zu bytes left out \xe2\x80\xa6",
                                record->left_out));
    wire_stretch_each(&record->last, on_read, &writer);
    strbuf_clear(&writer.bytes);
}

static void append_response(struct sheet *sheet, const struct wire_record *record)
{
    heading(sheet, "response");
    if (record->status == 0) {
        line(sheet, ROLE_DIM, record->end_us < 0 ? "none yet" : "none came");
    } else {
        struct strbuf text;
        strbuf_init(&text, STRBUF_OWN_MAX);
        strbuf_append_format(&text, "%d after ", record->status);
        append_time(&text, record->head_us);
        line(sheet, record->status < 300 ? ROLE_STRONG : ROLE_ERROR, strbuf_text(&text));
        strbuf_clear(&text);
        append_fields(sheet, record->response_fields);
    }
}

static void append_body(struct sheet *sheet, const struct wire_record *record,
                        const struct wire_sheet_style *style)
{
    static const char *const words[] = {"events", "lines", "messages", "body"};
    const enum wire_frames_kind kind = wire_frames_kind(record);
    struct frame_writer writer = {.sheet = sheet,
                                  .room = style->room,
                                  .is_document = kind == WIRE_FRAMES_DOCUMENT,
                                  .last_us = -1};
    if (record->total == 0)
        return;
    char *title =
        strbuf_format("%s \xc2\xb7 %zu bytes",
                      style->is_raw ? "bytes as they came" : words[kind], record->total);
    heading(sheet, title);
    mem_free(title);
    if (style->is_raw)
        append_raw(sheet, record);
    else
        wire_frames_each(record, on_frame, &writer);
}

static void append_end(struct sheet *sheet, const struct wire_record *record,
                       const struct wire_sheet_style *style)
{
    struct strbuf text;
    strbuf_init(&text, STRBUF_OWN_MAX);
    const bool is_over = record->end_us >= 0;
    if (!is_over)
        strbuf_append_text(&text, "under way since ");
    else if (record->error != NULL)
        strbuf_append_format(&text, "failed: %s, after ", record->error);
    else
        strbuf_append_text(&text, record->is_cut ? "ended by us after "
                                                 : "ended by the server after ");
    append_time(&text, is_over ? record->end_us : style->now_us - record->begin_us);
    line(sheet, record->error != NULL ? ROLE_ERROR : ROLE_DIM, strbuf_text(&text));
    strbuf_clear(&text);
}

void wire_sheet_append(struct sheet *sheet, const struct wire_record *record,
                       const struct wire_sheet_style *style)
{
    char *title = strbuf_format("try %d \xc2\xb7 %s %s", record->attempt,
                                record->provider, record->model);
    sheet_begin(sheet, ROLE_TITLE, 0);
    sheet_append(sheet, title, strlen(title));
    mem_free(title);
    if (record->is_dropped) {
        line(sheet, ROLE_WARNING,
             "what went over the wire had to make room for later answers");
        return;
    }
    append_request(sheet, record, style);
    append_connection(sheet, record);
    append_response(sheet, record);
    append_body(sheet, record, style);
    append_end(sheet, record, style);
    sheet_begin(sheet, ROLE_TEXT, 0);
}
