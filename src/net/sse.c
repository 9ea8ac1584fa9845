/*
 * The event stream grammar as an incremental parser.
 *
 *   CR, LF and CRLF end a line, mixed at will. A CR ends its line at once, because the
 *   byte after it may be a long time coming; an LF that turns out to follow is swallowed.
 *   ": words"      a comment
 *   "name: value"  a field; one space after the colon belongs to the grammar
 *   "name"         a field with an empty value
 *   ""             an empty line dispatches what the data lines before it put together
 *
 * A line that lies whole in the bytes given is read where it is; only one that the end
 * of a read cuts is copied, so each byte is looked at once and copied at most twice. No
 * byte of a multi-byte UTF-8 character looks like CR, LF or a colon, so cuts inside of
 * characters do not matter here.
 */
#include "src/net/sse.h"

#include <string.h>

#include "src/base/mem.h"

#define BOM_LEN 3
static const char bom[BOM_LEN] = {'\xef', '\xbb', '\xbf'};

/* Who gets the events of one call. */
struct sse_sink {
    sse_event_fn on_event;
    void *user;
    bool is_at_end; /* of the body: what is dispatched now lacks its blank line */
};

/* Bytes to read, and the line ends known to lie ahead (NULL: none of that kind). */
struct sse_input {
    const char *at;
    const char *end;
    const char *next_lf;
    const char *next_cr;
};

void sse_init(struct sse *sse)
{
    *sse = (struct sse){.is_past_bom = false};
    strbuf_init(&sse->line, SSE_MAX);
    strbuf_init(&sse->data, SSE_MAX + 1); /* with the LF that dispatching removes */
    strbuf_init(&sse->type, SSE_MAX);
    strbuf_init(&sse->id, SSE_ID_MAX);
    strbuf_init(&sse->last_id, SSE_ID_MAX);
    sse->retry_ms = -1;
}

void sse_clear(struct sse *sse)
{
    strbuf_clear(&sse->line);
    strbuf_clear(&sse->data);
    strbuf_clear(&sse->type);
    strbuf_clear(&sse->id);
    strbuf_clear(&sse->last_id);
}

static bool sse_fail_too_long(struct sse *sse, const char *what, struct error *err)
{
    sse->is_stopped = true;
    error_set(err, ERROR_PROTOCOL, "%s of the event stream is longer than %zu MiB", what,
              SSE_MAX >> 20);
    return false;
}

/* An event is whole, also one without data: from here on its id counts. */
static void sse_keep_id(struct sse *sse)
{
    if (!sse->has_id)
        return;
    sse->has_id = false;
    strbuf_reset(&sse->last_id);
    if (!sse->id.is_full)
        strbuf_append(&sse->last_id, strbuf_text(&sse->id), sse->id.len);
}

static void sse_dispatch(struct sse *sse, const struct sse_sink *sink)
{
    if (!sink->is_at_end)
        sse_keep_id(sse);
    /* A lenience: a bare "event: error" is not to vanish, it says that all is lost. */
    const bool is_bare_error =
        !sse->has_data && strcmp(strbuf_text(&sse->type), "error") == 0;
    if (sse->has_data)
        strbuf_truncate(&sse->data, sse->data.len - 1);
    if (sse->has_data || is_bare_error) {
        const char *type = strbuf_text(&sse->type); /* ends at a NUL, if it has one */
        const struct sse_event event = {
            .type = type[0] != '\0' ? type : "message",
            .data = strbuf_text(&sse->data),
            .len = sse->data.len,
            .is_unfinished = sink->is_at_end,
        };
        sse->is_stopped = !sink->on_event(sink->user, &event);
    }
    strbuf_reset(&sse->data);
    strbuf_reset(&sse->type);
    sse->has_data = false;
}

static bool is_field(const char *name, size_t len, const char *wanted)
{
    return len == strlen(wanted) && memcmp(name, wanted, len) == 0;
}

static void sse_take_retry(struct sse *sse, const char *value, size_t len)
{
    int64_t ms = 0;
    for (size_t i = 0; i < len; i++) {
        if (value[i] < '0' || value[i] > '9' || ms > INT32_MAX)
            return;
        ms = ms * 10 + (value[i] - '0');
    }
    if (len > 0)
        sse->retry_ms = ms;
}

/* A line that is neither empty nor a comment. */
static bool sse_take_field(struct sse *sse, const char *line, size_t len,
                           struct error *err)
{
    const char *colon = memchr(line, ':', len);
    const size_t name_len = colon != NULL ? (size_t)(colon - line) : len;
    const char *value = colon != NULL ? colon + 1 : line + len;
    const char *end = line + len;
    if (value < end && *value == ' ')
        value++;
    const size_t value_len = (size_t)(end - value);
    if (is_field(line, name_len, "data")) {
        sse->has_data = true;
        if (!strbuf_append(&sse->data, value, value_len) ||
            !strbuf_append_char(&sse->data, '\n'))
            return sse_fail_too_long(sse, "an event", err);
    } else if (is_field(line, name_len, "event")) {
        strbuf_reset(&sse->type);
        strbuf_append(&sse->type, value, value_len);
    } else if (is_field(line, name_len, "id")) {
        if (memchr(value, '\0', value_len) == NULL) {
            strbuf_reset(&sse->id);
            strbuf_append(&sse->id, value, value_len);
            sse->has_id = true;
        }
    } else if (is_field(line, name_len, "retry")) {
        sse_take_retry(sse, value, value_len);
    }
    return true;
}

static bool sse_take_line(struct sse *sse, const char *line, size_t len,
                          const struct sse_sink *sink, struct error *err)
{
    if (len > SSE_MAX)
        return sse_fail_too_long(sse, "a line", err);
    if (len == 0)
        sse_dispatch(sse, sink);
    else if (line[0] != ':')
        return sse_take_field(sse, line, len, err);
    return true;
}

/* The first line end at or after `at`, or NULL. Looks for the two kinds apart and
 * remembers what it found, so that a body with one kind only is not searched for the
 * other again with each line. */
static const char *sse_find_line_end(struct sse_input *in)
{
    const size_t len = (size_t)(in->end - in->at);
    if (in->next_lf != NULL && in->next_lf < in->at)
        in->next_lf = memchr(in->at, '\n', len);
    if (in->next_cr != NULL && in->next_cr < in->at)
        in->next_cr = memchr(in->at, '\r', len);
    if (in->next_lf == NULL || in->next_cr == NULL)
        return in->next_lf != NULL ? in->next_lf : in->next_cr;
    return in->next_lf < in->next_cr ? in->next_lf : in->next_cr;
}

/* Takes the line up to `line_end` together with what earlier reads brought of it. */
static bool sse_end_line(struct sse *sse, struct sse_input *in, const char *line_end,
                         const struct sse_sink *sink, struct error *err)
{
    const size_t len = (size_t)(line_end - in->at);
    const char *line = in->at;
    size_t line_len = len;
    if (sse->line.len > 0) {
        if (!strbuf_append(&sse->line, in->at, len))
            return sse_fail_too_long(sse, "a line", err);
        line = sse->line.text;
        line_len = sse->line.len;
    }
    sse->skips_lf = *line_end == '\r';
    in->at = line_end + 1;
    const bool is_good = sse_take_line(sse, line, line_len, sink, err);
    strbuf_reset(&sse->line);
    return is_good;
}

/* Drops a byte order mark at the very start. Bytes that began like one and were none
 * open the first line. */
static void sse_skip_bom(struct sse *sse, struct sse_input *in)
{
    while (!sse->is_past_bom && in->at < in->end) {
        if (*in->at == bom[sse->bom_matched]) {
            in->at++;
            sse->is_past_bom = ++sse->bom_matched == BOM_LEN;
        } else {
            sse->is_past_bom = true;
            strbuf_append(&sse->line, bom, sse->bom_matched);
        }
    }
}

bool sse_feed(struct sse *sse, const char *bytes, size_t len, sse_event_fn on_event,
              void *user, struct error *err)
{
    if (len == 0 || sse->is_stopped)
        return true;
    const struct sse_sink sink = {.on_event = on_event, .user = user};
    struct sse_input in = {.at = bytes, .end = bytes + len};
    sse_skip_bom(sse, &in);
    const size_t left = (size_t)(in.end - in.at);
    in.next_lf = memchr(in.at, '\n', left);
    in.next_cr = memchr(in.at, '\r', left);
    while (in.at < in.end && !sse->is_stopped) {
        if (sse->skips_lf) {
            sse->skips_lf = false;
            if (*in.at == '\n') {
                in.at++;
                continue;
            }
        }
        const char *line_end = sse_find_line_end(&in);
        if (line_end == NULL) {
            if (!strbuf_append(&sse->line, in.at, (size_t)(in.end - in.at)))
                return sse_fail_too_long(sse, "a line", err);
            break;
        }
        if (!sse_end_line(sse, &in, line_end, &sink, err))
            return false;
    }
    return true;
}

bool sse_finish(struct sse *sse, sse_event_fn on_event, void *user, struct error *err)
{
    if (sse->is_stopped)
        return true;
    const struct sse_sink sink = {.on_event = on_event, .user = user, .is_at_end = true};
    if (!sse->is_past_bom)
        strbuf_append(&sse->line, bom, sse->bom_matched);
    sse->is_past_bom = true;
    if (sse->line.len > 0 &&
        !sse_take_line(sse, sse->line.text, sse->line.len, &sink, err))
        return false;
    strbuf_reset(&sse->line);
    sse_dispatch(sse, &sink);
    return true;
}
