/*
 * JSON by hand: the shapes are fixed, and only model name and words need escaping.
 * `created` is made from the seed of the answer, so that the same request gives the same
 * bytes.
 */
#include "src/demo/demo_event.h"

#include <stdio.h>
#include <string.h>

#include "src/demo/demo_chat.h"
#include "src/demo/demo_token.h"

/* 2026-01-01; answers are dated within the days after it. */
#define CREATED_BASE 1767225600
#define CREATED_SPAN 1000000u

/* A byte of a token becomes at most "\u001f". */
#define ESCAPE_MAX 6

/* A number and the end of its event. */
#define NUMBER_MAX 32

static const char hex_digits[] = "0123456789abcdef";

void demo_event_init(struct demo_event *event, const struct demo_chat *chat,
                     const struct demo_script *script)
{
    *event =
        (struct demo_event){.protocol = chat->protocol, .chat = chat, .script = script};
    snprintf(event->mark, sizeof(event->mark), "%016llx", (unsigned long long)chat->seed);
    event->created = CREATED_BASE + (int64_t)(chat->seed % CREATED_SPAN);
    for (size_t i = 0; i < COUNT_OF(event->heads); i++) {
        strbuf_init(&event->heads[i], STRBUF_OWN_MAX);
        strbuf_init(&event->said[i], STRBUF_OWN_MAX);
    }
    strbuf_init(&event->tail, STRBUF_OWN_MAX);
    strbuf_init(&event->output, STRBUF_OWN_MAX);
    event->protocol->prepare(event);
}

void demo_event_clear(struct demo_event *event)
{
    for (size_t i = 0; i < COUNT_OF(event->heads); i++) {
        strbuf_clear(&event->heads[i]);
        strbuf_clear(&event->said[i]);
    }
    strbuf_clear(&event->tail);
    strbuf_clear(&event->output);
}

size_t demo_event_token_max(const struct demo_event *event)
{
    const size_t text = event->heads[DEMO_CHANNEL_TEXT].len;
    const size_t reasoning = event->heads[DEMO_CHANNEL_REASONING].len;
    return (text > reasoning ? text : reasoning) + event->tail.len +
           (size_t)DEMO_TOKEN_MAX * ESCAPE_MAX + NUMBER_MAX;
}

/* Writes the bytes as the inside of a JSON string; returns the end. */
static char *write_escaped(char *out, const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        const unsigned char byte = (unsigned char)text[i];
        if (byte >= 0x20 && byte != '"' && byte != '\\') {
            *out++ = (char)byte;
        } else if (byte == '\n' || byte == '"' || byte == '\\') {
            *out++ = '\\';
            *out++ = byte == '\n' ? 'n' : (char)byte;
        } else {
            memcpy(out, "\\u00", 4);
            out[4] = hex_digits[byte >> 4];
            out[5] = hex_digits[byte & 0xf];
            out += 6;
        }
    }
    return out;
}

size_t demo_event_write_token(struct demo_event *event, enum demo_channel channel,
                              const char *token, size_t len, char *out)
{
    const struct strbuf *head = &event->heads[channel];
    memcpy(out, head->text, head->len);
    char *end = write_escaped(out + head->len, token, len);
    memcpy(end, event->tail.text, event->tail.len);
    end += event->tail.len;
    if (event->protocol->is_numbered)
        end += snprintf(end, NUMBER_MAX, "%lld}\n\n", (long long)event->number++);
    if (event->keeps_text)
        strbuf_append(&event->said[channel], token, len);
    return (size_t)(end - out);
}

void demo_event_append_half(struct demo_event *event, struct strbuf *out,
                            enum demo_channel channel, const char *text, size_t len)
{
    char escaped[DEMO_TOKEN_MAX * ESCAPE_MAX];
    strbuf_append(out, event->heads[channel].text, event->heads[channel].len);
    while (len > 0) {
        const size_t count = len < DEMO_TOKEN_MAX ? len : DEMO_TOKEN_MAX;
        strbuf_append(out, escaped,
                      (size_t)(write_escaped(escaped, text, count) - escaped));
        text += count;
        len -= count;
    }
}

void demo_event_append_text(struct demo_event *event, struct strbuf *out,
                            enum demo_channel channel, const char *text, size_t len)
{
    demo_event_append_half(event, out, channel, text, len);
    strbuf_append(out, event->tail.text, event->tail.len);
    if (event->protocol->is_numbered)
        strbuf_append_format(out, "%lld}\n\n", (long long)event->number++);
    if (event->keeps_text)
        strbuf_append(&event->said[channel], text, len);
}

void demo_event_append_number(struct demo_event *event, struct strbuf *out)
{
    strbuf_append_format(out, ",\"sequence_number\":%lld}\n\n",
                         (long long)event->number++);
}

void demo_event_change(struct demo_event *event, struct strbuf *out,
                       struct demo_part part)
{
    if (event->protocol->append_change == NULL ||
        (event->open.kind == part.kind && event->open.call == part.call))
        return;
    event->next = part;
    event->protocol->append_change(event, out);
    if (part.kind != DEMO_PART_NONE)
        event->part_count++;
    event->open = part;
    event->call_len = 0;
}

void demo_event_end(struct demo_event *event, struct strbuf *out,
                    const struct demo_ending *ending)
{
    demo_event_change(event, out, (struct demo_part){.kind = DEMO_PART_NONE});
    event->protocol->append_end(event, out, ending);
}
