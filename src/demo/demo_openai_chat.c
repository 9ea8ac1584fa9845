/* The Chat Completions protocol of OpenAI, and of the many servers that imitate it. */
#include <string.h>

#include "src/demo/demo_chat.h"
#include "src/demo/demo_event.h"
#include "src/demo/demo_openai.h"

#define TEXT_MAX ((size_t)64 << 20)

/* ---- requests ---------------------------------------------------------------------- */

static const struct {
    const char *word;
    enum demo_role role;
} role_words[] = {
    {"system", DEMO_ROLE_SYSTEM}, {"developer", DEMO_ROLE_SYSTEM},
    {"user", DEMO_ROLE_USER},     {"assistant", DEMO_ROLE_ASSISTANT},
    {"tool", DEMO_ROLE_TOOL},
};

static bool read_content(struct demo_message *message, const cJSON *object, size_t index,
                         struct demo_refusal *refusal)
{
    const cJSON *content = json_get(object, "content");
    struct strbuf text;
    strbuf_init(&text, TEXT_MAX);
    bool is_ok = true;
    if (cJSON_IsString(content))
        demo_chat_append_clean(&text, content->valuestring);
    else if (cJSON_IsArray(content))
        is_ok = demo_chat_join_parts(&text, content, "text");
    else
        is_ok = message->role == DEMO_ROLE_ASSISTANT && !json_has(object, "content") &&
                message->call_count > 0;
    demo_message_take_text(message, &text);
    return is_ok || demo_refuse_item(refusal, "messages", index, "content",
                                     "expected a string or an array of content parts");
}

static bool read_calls(struct demo_message *message, const cJSON *object, size_t index,
                       struct demo_refusal *refusal)
{
    const cJSON *calls = json_get(object, "tool_calls");
    if (!cJSON_IsArray(calls) || message->role != DEMO_ROLE_ASSISTANT)
        return true;
    const cJSON *item = NULL;
    cJSON_ArrayForEach(item, calls)
    {
        const cJSON *function = json_get(item, "function");
        const char *id = json_get_string(item, "id");
        const char *name = json_get_string(function, "name");
        const char *arguments = json_get_string(function, "arguments");
        if (id == NULL || *id == '\0' || name == NULL || *name == '\0' ||
            arguments == NULL)
            return demo_refuse_item(refusal, "messages", index, "tool_calls",
                                    "each call needs an id, a function name and "
                                    "arguments as a string");
        if (!json_is_valid(arguments, strlen(arguments)))
            return demo_refuse_item(refusal, "messages", index, "tool_calls",
                                    "the arguments of a call are not JSON");
        demo_message_add_call(message, id, name);
    }
    return true;
}

static bool find_role(const char *word, enum demo_role *role)
{
    for (size_t i = 0; word != NULL && i < COUNT_OF(role_words); i++) {
        if (strcmp(role_words[i].word, word) == 0) {
            *role = role_words[i].role;
            return true;
        }
    }
    return false;
}

static bool read_message(struct demo_chat *chat, const cJSON *object, size_t index,
                         struct demo_refusal *refusal)
{
    enum demo_role role = DEMO_ROLE_USER;
    if (!find_role(json_get_string(object, "role"), &role))
        return demo_refuse_item(refusal, "messages", index, "role",
                                "expected one of system, developer, user, assistant, "
                                "tool");
    struct demo_message *message = demo_chat_add(chat, role);
    if (!read_calls(message, object, index, refusal) ||
        !read_content(message, object, index, refusal))
        return false;
    if (role != DEMO_ROLE_TOOL)
        return true;
    demo_message_set_result(message, json_get_string(object, "tool_call_id"));
    return *message->tool_call_id != '\0' ||
           demo_refuse_item(refusal, "messages", index, "tool_call_id",
                            "expected the id of a call");
}

static bool read_messages(struct demo_chat *chat, const cJSON *root,
                          struct demo_refusal *refusal)
{
    const cJSON *messages = json_get(root, "messages");
    if (!cJSON_IsArray(messages) || cJSON_GetArraySize(messages) == 0)
        return demo_refuse(refusal, "messages", "expected an array with a message");
    const cJSON *item = NULL;
    size_t index = 0;
    cJSON_ArrayForEach(item, messages)
    {
        if (!read_message(chat, item, index++, refusal))
            return false;
    }
    return true;
}

static bool read_chat(struct demo_chat *chat, const cJSON *root,
                      struct demo_refusal *refusal)
{
    const cJSON *stream = json_get(root, "stream");
    if (json_has(root, "stream") && !cJSON_IsBool(stream))
        return demo_refuse(refusal, "stream", "expected true or false");
    chat->is_streaming = cJSON_IsTrue(stream);
    const cJSON *options = json_get(root, "stream_options");
    if (json_has(root, "stream_options") && !chat->is_streaming)
        return demo_refuse(refusal, "stream_options",
                           "it is only allowed when 'stream' is true");
    chat->wants_usage = cJSON_IsTrue(json_get(options, "include_usage"));
    const char *choice = json_get_string(root, "tool_choice");
    chat->allows_tools = choice == NULL || strcmp(choice, "none") != 0;
    demo_chat_read_seed(chat, root);
    /* The newer name wins where both are given. */
    return demo_chat_read_limit(chat, root, "max_tokens", refusal) &&
           demo_chat_read_limit(chat, root, "max_completion_tokens", refusal) &&
           read_messages(chat, root, refusal);
}

/* ---- streams ----------------------------------------------------------------------- */

/* What each event begins with, up to the opening of choices. */
static void append_base(const struct demo_event *event, struct strbuf *out)
{
    const char *model = event->chat->model_text;
    strbuf_append_format(out,
                         "data: {\"id\":\"chatcmpl-%s\",\"object\":"
                         "\"chat.completion.chunk\",\"created\":%lld,\"model\":",
                         event->mark, (long long)event->created);
    json_append_string(out, model, strlen(model));
    strbuf_append_text(out, ",\"system_fingerprint\":\"fp_motet_demo\",\"choices\":[");
}

static void prepare(struct demo_event *event)
{
    static const char *const openings[] = {
        [DEMO_CHANNEL_TEXT] = "{\"index\":0,\"delta\":{\"content\":\"",
        [DEMO_CHANNEL_REASONING] = "{\"index\":0,\"delta\":{\"reasoning_content\":\"",
    };
    for (size_t i = 0; i < COUNT_OF(openings); i++) {
        append_base(event, &event->heads[i]);
        strbuf_append_text(&event->heads[i], openings[i]);
    }
    strbuf_append_format(&event->tail,
                         "\"},\"logprobs\":null,\"finish_reason\":null}]%s}\n\n",
                         event->chat->wants_usage ? ",\"usage\":null" : "");
}

/* Appends a chunk with this delta object and finish reason (NULL = null). */
static void append_delta(const struct demo_event *event, struct strbuf *out,
                         const char *delta, const char *finish)
{
    append_base(event, out);
    strbuf_append_format(out, "{\"index\":0,\"delta\":%s,\"logprobs\":null,", delta);
    if (finish != NULL)
        strbuf_append_format(out, "\"finish_reason\":\"%s\"}]", finish);
    else
        strbuf_append_text(out, "\"finish_reason\":null}]");
    strbuf_append_text(out, event->chat->wants_usage ? ",\"usage\":null}\n\n" : "}\n\n");
}

static void append_start(struct demo_event *event, struct strbuf *out)
{
    append_delta(event, out, "{\"role\":\"assistant\",\"content\":\"\",\"refusal\":null}",
                 NULL);
}

static void append_call(struct demo_event *event, struct strbuf *out,
                        const struct demo_call_piece *piece)
{
    struct strbuf delta;
    strbuf_init(&delta, STRBUF_OWN_MAX);
    strbuf_append_format(&delta, "{\"tool_calls\":[{\"index\":%zu,", piece->index);
    if (piece->len == 0) {
        strbuf_append_format(&delta,
                             "\"id\":\"%s\",\"type\":\"function\",\"function\":{\"name\":"
                             "\"%s\",\"arguments\":\"\"}}]}",
                             piece->call->id, piece->call->name);
    } else {
        strbuf_append_text(&delta, "\"function\":{\"arguments\":");
        json_append_string(&delta, piece->text, piece->len);
        strbuf_append_text(&delta, "}}]}");
    }
    append_delta(event, out, strbuf_text(&delta), NULL);
    strbuf_clear(&delta);
}

static const char *finish_word(enum demo_finish finish)
{
    switch (finish) {
    case DEMO_FINISH_STOP: return "stop";
    case DEMO_FINISH_LENGTH: return "length";
    case DEMO_FINISH_CALLS: return "tool_calls";
    case DEMO_FINISH_FILTER: break;
    }
    return "content_filter";
}

static void append_usage(struct strbuf *out, const struct demo_usage *usage)
{
    strbuf_append_format(
        out,
        "{\"prompt_tokens\":%lld,\"completion_tokens\":%lld,\"total_tokens\":%lld,"
        "\"prompt_tokens_details\":{\"cached_tokens\":0},"
        "\"completion_tokens_details\":{\"reasoning_tokens\":%lld}}",
        (long long)usage->prompt, (long long)usage->completion,
        (long long)(usage->prompt + usage->completion), (long long)usage->reasoning);
}

static void append_end(struct demo_event *event, struct strbuf *out,
                       const struct demo_ending *ending)
{
    append_delta(event, out, "{}", finish_word(ending->finish));
    if (event->chat->wants_usage) {
        append_base(event, out);
        strbuf_append_text(out, "],\"usage\":");
        append_usage(out, &ending->usage);
        strbuf_append_text(out, "}\n\n");
    }
    strbuf_append_text(out, "data: [DONE]\n\n");
}

static void append_stream_error(struct demo_event *event, struct strbuf *out,
                                const struct demo_problem_note *note)
{
    (void)event;
    strbuf_append_text(out, "data: ");
    demo_openai_append_error(out, note);
    strbuf_append_text(out, "\n\n");
}

/* ---- whole answers ----------------------------------------------------------------- */

static void append_calls(struct strbuf *out, const struct demo_script *said)
{
    for (size_t i = 0; i < said->call_count; i++) {
        const struct demo_script_call *call = &said->calls[i];
        strbuf_append_text(out, i == 0 ? ",\"tool_calls\":[" : ",");
        strbuf_append_format(out,
                             "{\"id\":\"%s\",\"type\":\"function\",\"function\":"
                             "{\"name\":\"%s\",\"arguments\":",
                             call->id, call->name);
        json_append_string(out, call->arguments, strlen(call->arguments));
        strbuf_append_text(out, "}}");
    }
    if (said->call_count > 0)
        strbuf_append_char(out, ']');
}

static void append_message(struct strbuf *out, const struct demo_script *said)
{
    strbuf_append_text(out, "{\"role\":\"assistant\",\"content\":");
    if (said->text.len > 0 || said->call_count == 0)
        json_append_string(out, strbuf_text(&said->text), said->text.len);
    else
        strbuf_append_text(out, "null");
    strbuf_append_text(out, ",\"refusal\":null");
    if (said->reasoning.len > 0) {
        strbuf_append_text(out, ",\"reasoning_content\":");
        json_append_string(out, said->reasoning.text, said->reasoning.len);
    }
    append_calls(out, said);
    strbuf_append_char(out, '}');
}

static void append_whole(struct demo_event *event, struct strbuf *out,
                         const struct demo_ending *ending)
{
    const char *model = event->chat->model_text;
    strbuf_append_format(out,
                         "{\"id\":\"chatcmpl-%s\",\"object\":\"chat.completion\","
                         "\"created\":%lld,\"model\":",
                         event->mark, (long long)event->created);
    json_append_string(out, model, strlen(model));
    strbuf_append_text(out, ",\"system_fingerprint\":\"fp_motet_demo\","
                            "\"choices\":[{\"index\":0,\"message\":");
    append_message(out, ending->said);
    strbuf_append_format(out, ",\"logprobs\":null,\"finish_reason\":\"%s\"}],\"usage\":",
                         finish_word(ending->finish));
    append_usage(out, &ending->usage);
    strbuf_append_text(out, "}\n");
}

/* ---- the record -------------------------------------------------------------------- */

/* Legal things that a careless client trips over; none of them changes the answer. */
static const char *const oddities[] = {
    ": keep-alive\n\n",
    "retry: 3000\nid: 42\nflavour: salted\n\n",
    "\n\n\n",
    "event: message\ndata: "
    "{\"choices\":[],\"obfuscation\":\"aB3x\",\"provider\":null}\n\n",
    "data:\n\n",
    ": a comment with \xe2\x80\xa8 and \xe2\x80\xa9 in it\r\n\r\n",
    "data: {\"id\":\"x\",\"choices\":\ndata: "
    "[{\"index\":0,\"delta\":{\"content\":\"\"},\n"
    "data: \"finish_reason\":null}],\"x_unknown\":{\"deep\":[1,2,{\"er\":true}]}}\n\n",
    "data:{\"choices\":[{\"index\":0,\"delta\":{\"content\":null},\"finish_reason\":null}"
    "]}\r\n\r\n",
    "data: {\"choices\":[{\"index\":0,\"delta\":{},\"content_filter_results\":{\"hate\":"
    "{\"filtered\":false}},\"finish_reason\":null}]}\n\n",
    NULL,
};

const struct demo_protocol demo_openai_chat = {
    .name = "openai-chat",
    .stream_type = "text/event-stream; charset=utf-8",
    .call_style = DEMO_CALLS_MIXED,
    .wait = DEMO_WAIT_SECONDS,
    .limit_names = DEMO_OPENAI_LIMIT_NAMES,
    .oddities = oddities,
    .broken = "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":"
              " <<< the pigeon ate the rest of this event\n\n",
    .problems = demo_openai_problems,
    .read = read_chat,
    .append_error = demo_openai_append_error,
    .append_models = demo_openai_append_models,
    .prepare = prepare,
    .append_start = append_start,
    .append_call = append_call,
    .append_end = append_end,
    .append_stream_error = append_stream_error,
    .append_whole = append_whole,
};
