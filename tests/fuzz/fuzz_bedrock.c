/*
 * Any events as an answer of Bedrock. Random bytes would never get past the checksums of
 * its messages, so the input is lines, each the type of an event, a space and its
 * payload, and the messages are made here ("!name payload" makes an exception). What must
 * hold: the cuts change nothing, there is an error or a finish word, calls come only with
 * a reply that is complete, and what is to go back is JSON.
 */
#include "tests/fuzz/fuzz.h"

#include <stdlib.h>
#include <string.h>

#include "src/base/json.h"
#include "src/base/mem.h"
#include "src/base/utf8.h"
#include "tests/support/collected_reply.h"
#include "tests/support/event_frame.h"

/* The longest type: its length has two bytes in a message. */
#define TYPE_MAX 1000

/* An assertion that is there in every build. */
static void must(bool holds)
{
    if (!holds)
        abort();
}

static void append_line(struct strbuf *stream, const char *line, size_t len)
{
    const char *space = memchr(line, ' ', len);
    const size_t type_len = space != NULL ? (size_t)(space - line) : len;
    if (type_len == 0 || type_len > TYPE_MAX)
        return;
    char *type = mem_strndup(line, type_len);
    char *payload = mem_strndup(space != NULL ? space + 1 : "",
                                space != NULL ? len - type_len - 1 : 0);
    if (type[0] == '!')
        event_frame_append_exception(stream, type + 1, payload);
    else
        event_frame_append_event(stream, type, payload);
    mem_free(type);
    mem_free(payload);
}

static void check(const struct collected_reply *collected)
{
    const struct reply_outcome *outcome = &collected->outcome;
    const bool is_error = outcome->error.class != ERROR_NONE;
    must(is_error == (error_text(&outcome->error)[0] != '\0'));
    must(is_error == (outcome->finish == FINISH_ERROR));
    must(outcome->finish != FINISH_NONE);
    must(!is_error || collected->call_count == 0);
    must(utf8_is_valid(strbuf_text(&collected->text), collected->text.len));
    must(utf8_is_valid(strbuf_text(&collected->reasoning), collected->reasoning.len));
    for (size_t i = 0; i < collected->opaque_count; i++)
        must(json_is_valid(collected->opaques[i], strlen(collected->opaques[i])));
}

/* Runs the stream, cut in two at `cut`. */
static void run(struct collected_reply *collected, const struct strbuf *stream,
                size_t cut)
{
    struct header_list headers = {.len = 0};
    header_list_add(&headers, "Content-Type", "application/vnd.amazon.eventstream");
    const struct canned_response response = {
        .api = "bedrock",
        .status = 200,
        .headers = &headers,
        .body = strbuf_text(stream),
        .len = stream->len,
        .cuts = &cut,
        .cut_count = 1,
    };
    collected_reply_init(collected);
    collected_reply_run(collected, &response);
    header_list_clear(&headers);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *at = (const char *)data;
    const char *end = at + size;
    struct strbuf stream;
    strbuf_init(&stream, STRBUF_OWN_MAX);
    while (at < end) {
        const char *stop = memchr(at, '\n', (size_t)(end - at));
        const size_t len = stop != NULL ? (size_t)(stop - at) : (size_t)(end - at);
        append_line(&stream, at, len);
        at += stop != NULL ? len + 1 : len;
    }
    struct collected_reply whole;
    struct collected_reply cut;
    run(&whole, &stream, 0);
    run(&cut, &stream, size < stream.len ? size : stream.len / 2);
    check(&whole);
    must(collected_reply_equals(&whole, &cut));
    collected_reply_clear(&whole);
    collected_reply_clear(&cut);
    strbuf_clear(&stream);
    return 0;
}
