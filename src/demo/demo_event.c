/*
 * JSON by hand: the shapes are fixed, and only model name and words need escaping.
 * `created` is made from the hash of the request, so that the same request gives the same
 * bytes.
 */
#include "src/demo/demo_event.h"

#include <stdio.h>
#include <string.h>

#include "src/base/json.h"
#include "src/demo/demo_token.h"

/* 2026-01-01; answers are dated within the days after it. */
#define CREATED_BASE 1767225600
#define CREATED_SPAN 1000000u

/* A byte of a token becomes at most "\u001f". */
#define ESCAPE_MAX 6

static const char hex_digits[] = "0123456789abcdef";

void demo_event_init(struct demo_event *event, const struct demo_chat *chat)
{
    *event = (struct demo_event){.chat = chat};
    const uint64_t mark = chat->seed;
    snprintf(event->id, sizeof(event->id), "chatcmpl-%016llx", (unsigned long long)mark);
    event->created = CREATED_BASE + (int64_t)(mark % CREATED_SPAN);
    strbuf_init(&event->base, STRBUF_OWN_MAX);
    strbuf_append_format(&event->base,
                         "data: {\"id\":\"%s\",\"object\":\"chat.completion.chunk\","
                         "\"created\":%lld,\"model\":",
                         event->id, (long long)event->created);
    json_append_string(&event->base, chat->model_text, strlen(chat->model_text));
    strbuf_append_text(&event->base, ",\"system_fingerprint\":\"fp_motet_demo\","
                                     "\"choices\":[");
    static const char *const openings[] = {
        [DEMO_CHANNEL_TEXT] = "{\"index\":0,\"delta\":{\"content\":\"",
        [DEMO_CHANNEL_REASONING] = "{\"index\":0,\"delta\":{\"reasoning_content\":\"",
    };
    for (size_t i = 0; i < COUNT_OF(openings); i++) {
        strbuf_init(&event->heads[i], STRBUF_OWN_MAX);
        strbuf_append(&event->heads[i], event->base.text, event->base.len);
        strbuf_append_text(&event->heads[i], openings[i]);
    }
    strbuf_init(&event->tail, STRBUF_OWN_MAX);
    strbuf_append_format(&event->tail,
                         "\"},\"logprobs\":null,\"finish_reason\":null}]%s}\n\n",
                         chat->wants_usage ? ",\"usage\":null" : "");
}

void demo_event_clear(struct demo_event *event)
{
    strbuf_clear(&event->heads[DEMO_CHANNEL_TEXT]);
    strbuf_clear(&event->heads[DEMO_CHANNEL_REASONING]);
    strbuf_clear(&event->tail);
    strbuf_clear(&event->base);
}

size_t demo_event_token_max(const struct demo_event *event)
{
    return event->heads[DEMO_CHANNEL_REASONING].len + event->tail.len +
           (size_t)DEMO_TOKEN_MAX * ESCAPE_MAX;
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

size_t demo_event_write_token(const struct demo_event *event, enum demo_channel channel,
                              const char *token, size_t len, char *out)
{
    const struct strbuf *head = &event->heads[channel];
    memcpy(out, head->text, head->len);
    char *end = write_escaped(out + head->len, token, len);
    memcpy(end, event->tail.text, event->tail.len);
    return (size_t)(end - out) + event->tail.len;
}

void demo_event_append_delta(const struct demo_event *event, struct strbuf *out,
                             const char *delta, const char *finish)
{
    strbuf_append(out, event->base.text, event->base.len);
    strbuf_append_format(out, "{\"index\":0,\"delta\":%s,\"logprobs\":null,", delta);
    if (finish != NULL)
        strbuf_append_format(out, "\"finish_reason\":\"%s\"}]", finish);
    else
        strbuf_append_text(out, "\"finish_reason\":null}]");
    strbuf_append_text(out, event->chat->wants_usage ? ",\"usage\":null}\n\n" : "}\n\n");
}

static void append_usage_object(struct strbuf *out, const struct demo_usage *usage)
{
    strbuf_append_format(
        out,
        "{\"prompt_tokens\":%lld,\"completion_tokens\":%lld,\"total_tokens\":%lld,"
        "\"prompt_tokens_details\":{\"cached_tokens\":0},"
        "\"completion_tokens_details\":{\"reasoning_tokens\":%lld}}",
        (long long)usage->prompt, (long long)usage->completion,
        (long long)(usage->prompt + usage->completion), (long long)usage->reasoning);
}

void demo_event_append_usage(const struct demo_event *event, struct strbuf *out,
                             const struct demo_usage *usage)
{
    strbuf_append(out, event->base.text, event->base.len);
    strbuf_append_text(out, "],\"usage\":");
    append_usage_object(out, usage);
    strbuf_append_text(out, "}\n\n");
}

static void append_message(struct strbuf *out, const struct demo_script *script)
{
    strbuf_append_text(out, "{\"role\":\"assistant\",\"content\":");
    if (script->text.len > 0 || script->call_count == 0)
        json_append_string(out, strbuf_text(&script->text), script->text.len);
    else
        strbuf_append_text(out, "null");
    strbuf_append_text(out, ",\"refusal\":null");
    if (script->reasoning.len > 0) {
        strbuf_append_text(out, ",\"reasoning_content\":");
        json_append_string(out, script->reasoning.text, script->reasoning.len);
    }
    for (size_t i = 0; i < script->call_count; i++) {
        const struct demo_script_call *call = &script->calls[i];
        strbuf_append_text(out, i == 0 ? ",\"tool_calls\":[" : ",");
        strbuf_append_format(out,
                             "{\"id\":\"%s\",\"type\":\"function\",\"function\":"
                             "{\"name\":\"%s\",\"arguments\":",
                             call->id, call->name);
        json_append_string(out, call->arguments, strlen(call->arguments));
        strbuf_append_text(out, "}}");
    }
    strbuf_append_text(out, script->call_count > 0 ? "]}" : "}");
}

void demo_event_append_whole(const struct demo_event *event, struct strbuf *out,
                             const struct demo_script *script, const char *finish,
                             const struct demo_usage *usage)
{
    strbuf_append_format(out,
                         "{\"id\":\"%s\",\"object\":\"chat.completion\",\"created\":%lld,"
                         "\"model\":",
                         event->id, (long long)event->created);
    json_append_string(out, event->chat->model_text, strlen(event->chat->model_text));
    strbuf_append_text(out, ",\"system_fingerprint\":\"fp_motet_demo\","
                            "\"choices\":[{\"index\":0,\"message\":");
    append_message(out, script);
    strbuf_append_format(
        out, ",\"logprobs\":null,\"finish_reason\":\"%s\"}],\"usage\":", finish);
    append_usage_object(out, usage);
    strbuf_append_text(out, "}\n");
}
