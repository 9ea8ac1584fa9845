/*
 * What the body is gets decided once (reply_decide), from the table in
 * reply_kind_of_type and, where the type says nothing, from the first bytes. From then
 * on each kind has its own way of taking bytes (reply_take) and of ending (reply_close);
 * reply_end settles the outcome from what the decoder knows.
 */
#include "src/provider/reply.h"

#include <string.h>
#include <strings.h>

#include "src/base/compiler.h"
#include "src/base/json.h"
#include "src/base/mem.h"
#include "src/net/eventstream.h"
#include "src/net/ndjson.h"
#include "src/net/sse.h"
#include "src/provider/error_reply.h"
#include "src/provider/page_text.h"

/* How much of a body is kept that is an error, no answer at all, or not yet known. */
#define REPLY_KEPT_MAX ((size_t)64 << 10)

/* The largest reply in one document. */
#define REPLY_DOCUMENT_MAX SSE_MAX

#define REPLY_BOM "\xef\xbb\xbf"

/* The longest content type or host that an error quotes, in bytes. */
#define REPLY_QUOTE_MAX 100

enum body_kind {
    BODY_NONE,      /* no head yet */
    BODY_UNDECIDED, /* the first bytes must tell; JSON if they cannot and it says so */
    BODY_EVENTS,    /* server-sent events */
    BODY_LINES,     /* one JSON value a line */
    BODY_FRAMES,    /* binary messages */
    BODY_DOCUMENT,  /* one JSON document */
    BODY_ERROR,     /* the words of a failure */
    BODY_REDIRECT,  /* of no interest */
    BODY_FOREIGN    /* something that is not the API */
};

struct reply {
    const struct provider *provider;
    struct decoder *decoder;
    struct reply_facts facts;
    struct http_head head;
    enum body_kind kind;
    struct sse sse;
    struct eventstream frames;
    struct ndjson lines;
    struct strbuf kept; /* the body, or as much of its start as the kind needs */
    bool says_json;     /* the content type is JSON */
    bool has_events;
    bool is_over; /* nothing that follows can matter */
};

struct reply *reply_new(const struct provider *provider, piece_fn on_piece, void *user)
{
    struct reply *reply = mem_alloc(sizeof(*reply));
    reply->provider = provider;
    reply->facts.usage = usage_unknown();
    const struct decoder_sink sink = {on_piece, user, &reply->facts};
    reply->decoder = provider->decoder_new(&sink);
    sse_init(&reply->sse);
    eventstream_init(&reply->frames);
    ndjson_init(&reply->lines);
    strbuf_init(&reply->kept, REPLY_KEPT_MAX);
    return reply;
}

void reply_free(struct reply *reply)
{
    if (reply == NULL)
        return;
    reply->provider->decoder_free(reply->decoder);
    error_clear(&reply->facts.error);
    mem_free(reply->facts.provider_code);
    mem_free(reply->facts.request_id);
    mem_free(reply->facts.finish_raw);
    header_list_clear(&reply->head.headers);
    sse_clear(&reply->sse);
    eventstream_clear(&reply->frames);
    ndjson_clear(&reply->lines);
    strbuf_clear(&reply->kept);
    mem_free(reply);
}

bool reply_is_complete(const struct reply *reply)
{
    return reply->facts.is_complete && reply->facts.error.class == ERROR_NONE;
}

/* --- What is it?
 * ------------------------------------------------------------------------- */

/* True if the content type, up to its parameters, is `name`. */
static bool reply_is_type(const char *type, const char *name)
{
    const size_t len = strcspn(type, "; \t");
    return len == strlen(name) && strncasecmp(type, name, len) == 0;
}

/* True for any of the names that JSON and JSON lines go by. */
static bool reply_names_json(const char *type)
{
    static const char word[] = "json";
    const size_t len = strcspn(type, "; \t");
    for (size_t i = 0; i + sizeof(word) - 1 <= len; i++) {
        if (strncasecmp(type + i, word, sizeof(word) - 1) == 0)
            return true;
    }
    return false;
}

/* What the content type says of the body of a response that is no error. */
static enum body_kind reply_kind_of_type(const char *type, enum framing framing)
{
    if (type == NULL || type[strspn(type, " \t")] == '\0')
        return BODY_UNDECIDED;
    type += strspn(type, " \t");
    if (reply_is_type(type, "text/event-stream"))
        return BODY_EVENTS;
    if (framing == FRAMING_EVENTSTREAM &&
        reply_is_type(type, "application/vnd.amazon.eventstream"))
        return BODY_FRAMES;
    if (framing == FRAMING_LINES && reply_names_json(type))
        return BODY_LINES; /* a whole document is one line */
    /* Relays announce streams of events as any of these. */
    if (reply_is_type(type, "application/json") || reply_is_type(type, "text/plain") ||
        reply_is_type(type, "application/octet-stream"))
        return BODY_UNDECIDED;
    return BODY_FOREIGN;
}

void reply_head(struct reply *reply, const struct http_head *head)
{
    const char *type = header_list_get(&head->headers, "Content-Type");
    header_list_clear(&reply->head.headers);
    header_list_copy(&reply->head.headers, &head->headers);
    reply->head.status = head->status;
    reply->says_json = type != NULL && reply_is_type(type, "application/json");
    if (head->status >= 400)
        reply->kind = BODY_ERROR;
    else if (head->status >= 300)
        reply->kind = BODY_REDIRECT;
    else if (head->status >= 200)
        reply->kind = reply_kind_of_type(type, reply->provider->framing);
    else
        reply->kind = BODY_FOREIGN;
}

/* Whether the bytes begin with `mark`, or may once more of them have come. */
enum prefix { PREFIX_NO, PREFIX_MAYBE, PREFIX_YES };

static enum prefix reply_prefix(const char *bytes, size_t len, const char *mark)
{
    const size_t mark_len = strlen(mark);
    if (memcmp(bytes, mark, len < mark_len ? len : mark_len) != 0)
        return PREFIX_NO;
    return len < mark_len ? PREFIX_MAYBE : PREFIX_YES;
}

static bool reply_is_blank(char byte)
{
    return byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n';
}

/* What the first bytes (no white space ahead of them) say; BODY_UNDECIDED while they say
 * nothing. */
static enum body_kind reply_sniff(const char *bytes, size_t len)
{
    static const char *const field_marks[] = {"data:", "event:", ":", "id:", "retry:"};
    const enum prefix bom = reply_prefix(bytes, len, REPLY_BOM);
    const size_t start = bom == PREFIX_YES ? strlen(REPLY_BOM) : 0;
    if (bom == PREFIX_MAYBE || start == len)
        return BODY_UNDECIDED;
    if (bytes[start] == '{' || bytes[start] == '[')
        return BODY_DOCUMENT;
    enum body_kind kind = BODY_FOREIGN;
    for (size_t i = 0; i < COUNT_OF(field_marks); i++) {
        const enum prefix mark = reply_prefix(bytes + start, len - start, field_marks[i]);
        if (mark == PREFIX_YES)
            return BODY_EVENTS;
        if (mark == PREFIX_MAYBE)
            kind = BODY_UNDECIDED;
    }
    return kind;
}

/* --- Taking bytes
 * ------------------------------------------------------------------------ */

/* Keeps as much of the bytes as fits; false if that was not all. */
static bool reply_keep(struct reply *reply, const char *bytes, size_t len)
{
    const size_t room = reply->kept.max - reply->kept.len;
    strbuf_append(&reply->kept, bytes, len < room ? len : room);
    return len <= room;
}

static bool reply_on_event(void *user, const struct sse_event *event)
{
    struct reply *reply = user;
    if (!reply->has_events) {
        reply->has_events = true;
        strbuf_clear(&reply->kept);
    }
    return reply->provider->decode_event(reply->decoder, event->type, event->data,
                                         event->len, event->is_unfinished);
}

static bool reply_take_events(struct reply *reply, const char *bytes, size_t len)
{
    if (!reply->has_events)
        reply_keep(reply, bytes, len);
    struct error err = {.class = ERROR_NONE};
    const bool ok = sse_feed(&reply->sse, bytes, len, reply_on_event, reply, &err);
    if (!ok && reply->facts.error.class == ERROR_NONE)
        error_move(&reply->facts.error, &err);
    error_clear(&err);
    return ok && reply->facts.error.class == ERROR_NONE;
}

static bool reply_on_line(void *user, const char *line, size_t len, bool is_unfinished)
{
    struct reply *reply = user;
    reply->has_events = true;
    return reply->provider->decode_event(reply->decoder, "message", line, len,
                                         is_unfinished);
}

static bool reply_take_lines(struct reply *reply, const char *bytes, size_t len)
{
    struct error err = {.class = ERROR_NONE};
    const bool ok = ndjson_feed(&reply->lines, bytes, len, reply_on_line, reply, &err);
    if (!ok && reply->facts.error.class == ERROR_NONE)
        error_move(&reply->facts.error, &err);
    error_clear(&err);
    return ok && reply->facts.error.class == ERROR_NONE;
}

static bool reply_on_frame(void *user, const struct eventstream_message *message)
{
    struct reply *reply = user;
    reply->has_events = true;
    return reply->provider->decode_event(reply->decoder, message->type, message->payload,
                                         message->len, false);
}

static bool reply_take_frames(struct reply *reply, const char *bytes, size_t len)
{
    struct error err = {.class = ERROR_NONE};
    const bool ok =
        eventstream_feed(&reply->frames, bytes, len, reply_on_frame, reply, &err);
    if (!ok && reply->facts.error.class == ERROR_NONE)
        error_move(&reply->facts.error, &err);
    error_clear(&err);
    return ok && reply->facts.error.class == ERROR_NONE;
}

static bool reply_take_document(struct reply *reply, const char *bytes, size_t len)
{
    if (reply_keep(reply, bytes, len))
        return true;
    error_set(&reply->facts.error, ERROR_PROTOCOL, "the reply is larger than %zu MiB",
              REPLY_DOCUMENT_MAX >> 20);
    return false;
}

static bool reply_take(struct reply *reply, const char *bytes, size_t len);

/* Makes the kind known and hands over what was kept meanwhile. */
static bool reply_decide(struct reply *reply, enum body_kind kind)
{
    struct strbuf kept = reply->kept;
    reply->kind = kind;
    strbuf_init(&reply->kept,
                kind == BODY_DOCUMENT ? REPLY_DOCUMENT_MAX : REPLY_KEPT_MAX);
    const bool ok = reply_take(reply, strbuf_text(&kept), kept.len);
    strbuf_clear(&kept);
    return ok;
}

/* Byte by byte: it is a matter of the first few. White space ahead of them may go on for
 * long (DeepSeek keeps the connection alive with it) and is dropped. */
static bool reply_take_undecided(struct reply *reply, const char *bytes, size_t len)
{
    struct strbuf *kept = &reply->kept;
    for (size_t i = 0; i < len; i++) {
        const bool is_ahead = kept->len == 0 || strcmp(kept->text, REPLY_BOM) == 0;
        if (is_ahead && reply_is_blank(bytes[i]))
            continue;
        strbuf_append_char(kept, bytes[i]);
        enum body_kind kind = reply_sniff(kept->text, kept->len);
        if (kind == BODY_UNDECIDED)
            continue;
        if (kind == BODY_FOREIGN && reply->says_json)
            kind = BODY_DOCUMENT; /* its parser has the last word */
        if (kind == BODY_DOCUMENT && reply->provider->framing == FRAMING_LINES)
            kind = BODY_LINES;
        return reply_decide(reply, kind) && reply_take(reply, bytes + i + 1, len - i - 1);
    }
    return true;
}

static bool reply_take(struct reply *reply, const char *bytes, size_t len)
{
    switch (reply->kind) {
    case BODY_NONE:
    case BODY_REDIRECT: return false;
    case BODY_UNDECIDED: return reply_take_undecided(reply, bytes, len);
    case BODY_EVENTS: return reply_take_events(reply, bytes, len);
    case BODY_FRAMES: return reply_take_frames(reply, bytes, len);
    case BODY_LINES: return reply_take_lines(reply, bytes, len);
    case BODY_DOCUMENT: return reply_take_document(reply, bytes, len);
    case BODY_ERROR:
    case BODY_FOREIGN: return reply_keep(reply, bytes, len);
    }
    return false;
}

bool reply_body(struct reply *reply, const char *bytes, size_t len)
{
    if (!reply->is_over && len > 0)
        reply->is_over = !reply_take(reply, bytes, len);
    return !reply->is_over;
}

/* --- The end
 * ----------------------------------------------------------------------------- */

/* True if it parses; cJSON is the judge here, as in the decoder. */
static bool reply_is_json(const char *text, size_t len)
{
    cJSON *root = json_parse(text, len);
    cJSON_Delete(root);
    return root != NULL;
}

/* Skips blank lines and comments, which relays write ahead of a bare document. */
static const char *reply_skip_comments(const char *text)
{
    for (;;) {
        text += strspn(text, " \t\r\n");
        if (*text != ':')
            return text;
        text += strcspn(text, "\r\n");
    }
}

/* A stream of events that held none: perhaps a relay wrote a bare document into it. */
static void reply_close_eventless(struct reply *reply)
{
    const char *text = reply_skip_comments(strbuf_text(&reply->kept));
    const size_t len = reply->kept.len - (size_t)(text - strbuf_text(&reply->kept));
    if (reply->kept.len < reply->kept.max && reply_is_json(text, len)) {
        reply->provider->decode_document(reply->decoder, text, len);
        return;
    }
    char *words = page_text_summary(text, len);
    const char *what = reply->kept.len == 0 ? "the server sent an empty stream"
                                            : "the stream held no event";
    error_set(&reply->facts.error, ERROR_PROTOCOL, "%s%s%s", what,
              words[0] != '\0' ? ": " : "", words);
    mem_free(words);
}

static void reply_close_events(struct reply *reply, bool is_clean)
{
    if (is_clean && !reply->is_over) {
        struct error err = {.class = ERROR_NONE};
        sse_finish(&reply->sse, reply_on_event, reply, &err);
        if (reply->facts.error.class == ERROR_NONE)
            error_move(&reply->facts.error, &err);
        error_clear(&err);
    }
    if (!reply->has_events && reply->facts.error.class == ERROR_NONE &&
        (is_clean || reply_is_json(strbuf_text(&reply->kept), reply->kept.len)))
        reply_close_eventless(reply);
}

static void reply_close_lines(struct reply *reply, bool is_clean)
{
    if (!is_clean || reply->is_over)
        return;
    ndjson_finish(&reply->lines, reply_on_line, reply);
    if (!reply->has_events)
        error_set(&reply->facts.error, ERROR_PROTOCOL,
                  "the server sent an empty answer (HTTP %d)", reply->head.status);
}

static void reply_close_frames(struct reply *reply, bool is_clean)
{
    struct error err = {.class = ERROR_NONE};
    if (is_clean && !reply->is_over && !eventstream_finish(&reply->frames, &err) &&
        reply->facts.error.class == ERROR_NONE)
        error_move(&reply->facts.error, &err);
    error_clear(&err);
}

/* A document that parses is whole, however the connection ended. */
static void reply_close_document(struct reply *reply, bool is_clean)
{
    const char *text = strbuf_text(&reply->kept);
    if (is_clean || reply_is_json(text, reply->kept.len))
        reply->provider->decode_document(reply->decoder, text, reply->kept.len);
}

/* What came is not the API: says what it is. */
static void reply_close_foreign(struct reply *reply)
{
    struct strbuf type;
    strbuf_init(&type, STRBUF_OWN_MAX);
    const char *given = header_list_get(&reply->head.headers, "Content-Type");
    if (given != NULL)
        page_text_append_line(&type, given, strcspn(given, ";"), REPLY_QUOTE_MAX);
    char *words = page_text_summary(strbuf_text(&reply->kept), reply->kept.len);
    error_set(&reply->facts.error, ERROR_PROTOCOL,
              "HTTP %d with %s is not an answer of this API%s%s", reply->head.status,
              type.len > 0 ? type.text : "no content type",
              words[0] != '\0' ? ": " : ": the body is empty", words);
    mem_free(words);
    strbuf_clear(&type);
}

/* Names the host that the server points to; its credentials and path stay out. */
static void reply_close_redirect(struct reply *reply)
{
    const char *location = header_list_get(&reply->head.headers, "Location");
    const char *scheme_end = location != NULL ? strstr(location, "://") : NULL;
    if (scheme_end == NULL) {
        error_set(&reply->facts.error, ERROR_PROTOCOL,
                  "the server answered with a redirect (HTTP %d), which is not followed; "
                  "check the path of the URL",
                  reply->head.status);
        return;
    }
    const char *host = scheme_end + 3;
    size_t len = strcspn(host, "/?#");
    const char *at_sign;
    while ((at_sign = memchr(host, '@', len)) != NULL) {
        len -= (size_t)(at_sign + 1 - host);
        host = at_sign + 1;
    }
    struct strbuf name;
    strbuf_init(&name, STRBUF_OWN_MAX);
    page_text_append_line(&name, host, len, REPLY_QUOTE_MAX);
    error_set(&reply->facts.error, ERROR_PROTOCOL,
              "the server redirects to %s (HTTP %d), which is not followed; if that is "
              "the right place, use its URL",
              strbuf_text(&name), reply->head.status);
    strbuf_clear(&name);
}

/* A failure in HTTP's own terms: status, header fields and the words of the body. */
static void reply_close_error(struct reply *reply)
{
    /* AWS: "ThrottlingException:http://…", with nothing of it in the body. */
    const char *type = header_list_get(&reply->head.headers, "x-amzn-errortype");
    char *name = type != NULL ? mem_strndup(type, strcspn(type, ":")) : NULL;
    struct error_reply said;
    error_reply_from_named(&said, reply->head.status, name, strbuf_text(&reply->kept),
                           reply->kept.len);
    mem_free(name);
    error_move(&reply->facts.error, &said.error);
    reply->facts.status = said.status;
    reply->facts.retry_after_ms = said.retry_after_ms;
    reply->facts.provider_code = said.code;
    reply->facts.request_id = said.request_id;
}

/* Makes of the whole body what its kind allows. */
static void reply_close(struct reply *reply, const struct error *transport)
{
    const bool is_clean = reply->is_over || transport->class == ERROR_NONE;
    if (reply->kind == BODY_UNDECIDED && reply->kept.len > 0)
        reply->kind = reply->says_json ? BODY_DOCUMENT : BODY_FOREIGN;
    switch (reply->kind) {
    case BODY_NONE: break;
    case BODY_UNDECIDED:
        if (is_clean)
            error_set(&reply->facts.error, ERROR_PROTOCOL,
                      "the server sent an empty answer (HTTP %d)", reply->head.status);
        break;
    case BODY_EVENTS: reply_close_events(reply, is_clean); break;
    case BODY_FRAMES: reply_close_frames(reply, is_clean); break;
    case BODY_LINES: reply_close_lines(reply, is_clean); break;
    case BODY_DOCUMENT:
        if (reply->facts.error.class == ERROR_NONE)
            reply_close_document(reply, is_clean);
        break;
    /* These are failures already; only a person who stopped it takes precedence. */
    case BODY_ERROR:
        if (reply->is_over || transport->class != ERROR_CANCELLED)
            reply_close_error(reply);
        break;
    case BODY_REDIRECT:
        if (reply->is_over || transport->class != ERROR_CANCELLED)
            reply_close_redirect(reply);
        break;
    case BODY_FOREIGN:
        if (is_clean)
            reply_close_foreign(reply);
        break;
    }
    reply->provider->decode_end(reply->decoder, is_clean);
}

/* The error of the whole exchange, or none. */
static void reply_settle_error(struct reply *reply, const struct error *transport,
                               struct error *err)
{
    if (reply->facts.error.class != ERROR_NONE)
        error_move(err, &reply->facts.error);
    else if (reply->facts.is_complete)
        return; /* what broke behind the end mark does not matter */
    else if (transport->class != ERROR_NONE)
        error_set(err, transport->class, "%s", error_text(transport));
    else if (reply->kind == BODY_NONE)
        error_set(err, ERROR_PROTOCOL, "the server closed without an answer");
    else
        error_set(err, ERROR_PROTOCOL,
                  "the reply broke off: the stream ended before its end mark");
}

/* True if the error is the server's own word, which may come with a wait. */
static bool reply_is_servers_error(const struct reply *reply, const struct error *err)
{
    switch (err->class) {
    case ERROR_RATE_LIMIT:
    case ERROR_QUOTA:
    case ERROR_OVERLOADED:
    case ERROR_SERVER: return true;
    case ERROR_NONE:
    case ERROR_AUTH:
    case ERROR_NOT_FOUND:
    case ERROR_BAD_REQUEST:
    case ERROR_CONTEXT_LENGTH:
    case ERROR_CONTENT_FILTER:
    case ERROR_TIMEOUT_CONNECT:
    case ERROR_TIMEOUT_FIRST_BYTE:
    case ERROR_TIMEOUT_IDLE:
    case ERROR_TIMEOUT_TOTAL:
    case ERROR_NETWORK_DNS:
    case ERROR_NETWORK_REFUSED:
    case ERROR_NETWORK_RESET:
    case ERROR_NETWORK_TLS:
    case ERROR_PROTOCOL:
    case ERROR_CANCELLED:
    case ERROR_TOOL:
    case ERROR_SCHEMA:
    case ERROR_BUDGET:
    case ERROR_USAGE:
    case ERROR_INTERNAL:
    case ERROR_CLASS_COUNT: break;
    }
    return reply->kind == BODY_ERROR && err->class != ERROR_CANCELLED;
}

/* The wait that the server asks for. One in the body (Gemini) is more exact than all the
 * header fields but those made for it. */
static int64_t reply_wait(const struct reply *reply, const struct error *err,
                          int64_t now_seconds)
{
    const struct header_list *headers = &reply->head.headers;
    if (reply->facts.retry_after_ms > 0 &&
        header_list_get(headers, "Retry-After") == NULL &&
        header_list_get(headers, "retry-after-ms") == NULL)
        return reply->facts.retry_after_ms;
    return retry_wait_from_headers(headers, error_text(err), now_seconds);
}

void reply_end(struct reply *reply, const struct error *transport, int64_t now_seconds,
               struct reply_outcome *outcome)
{
    *outcome = (struct reply_outcome){.retry_after_ms = -1};
    reply_close(reply, transport);
    reply_settle_error(reply, transport, &outcome->error);
    struct reply_facts *facts = &reply->facts;
    outcome->status = facts->status != 0 ? facts->status : reply->head.status;
    outcome->provider_code = facts->provider_code;
    facts->provider_code = NULL;
    outcome->request_id = error_reply_request_id(&reply->head.headers);
    if (outcome->request_id == NULL) {
        outcome->request_id = facts->request_id;
        facts->request_id = NULL;
    }
    if (reply_is_servers_error(reply, &outcome->error)) {
        outcome->retry_after_ms = reply_wait(reply, &outcome->error, now_seconds);
        outcome->retry_hint = retry_hint_from_headers(&reply->head.headers);
    }
    outcome->finish = outcome->error.class == ERROR_NONE        ? facts->finish
                      : outcome->error.class == ERROR_CANCELLED ? FINISH_CANCELLED
                                                                : FINISH_ERROR;
    outcome->finish_raw = facts->finish_raw;
    facts->finish_raw = NULL;
    outcome->usage = facts->usage;
}

void reply_outcome_clear(struct reply_outcome *outcome)
{
    error_clear(&outcome->error);
    mem_free(outcome->provider_code);
    mem_free(outcome->request_id);
    mem_free(outcome->finish_raw);
    *outcome = (struct reply_outcome){.retry_after_ms = -1};
}
