/*
 * Ollama's own protocol: a line of JSON for each piece, calls whole and with arguments as
 * objects, errors as a bare string.
 */
#include <string.h>

#include "src/base/mem.h"
#include "src/demo/demo_chat.h"
#include "src/demo/demo_event.h"
#include "src/demo/demo_model.h"

#define TEXT_MAX ((size_t)64 << 20)

/* ---- requests ---------------------------------------------------------------------- */

static const struct {
    const char *word;
    enum demo_role role;
} role_words[] = {
    {"system", DEMO_ROLE_SYSTEM},
    {"user", DEMO_ROLE_USER},
    {"assistant", DEMO_ROLE_ASSISTANT},
    {"tool", DEMO_ROLE_TOOL},
};

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

static bool read_calls(struct demo_message *message, const cJSON *object, size_t index,
                       struct demo_refusal *refusal)
{
    const cJSON *item = NULL;
    cJSON_ArrayForEach(item, json_get(object, "tool_calls"))
    {
        const cJSON *function = json_get(item, "function");
        const char *name = json_get_string(function, "name");
        const char *id = json_get_string(item, "id");
        if (name == NULL || !cJSON_IsObject(json_get(function, "arguments")))
            return demo_refuse_item(refusal, "messages", index, "tool_calls",
                                    "each call needs a name and arguments as an object");
        char *minted = strbuf_format("call_%zu", message->call_count);
        demo_message_add_call(message, id != NULL ? id : minted, name);
        mem_free(minted);
    }
    return true;
}

/* A result names its call by the id or, as older clients do, by the tool. */
static bool read_result(struct demo_chat *chat, const cJSON *object, size_t index,
                        struct demo_refusal *refusal)
{
    const char *id = json_get_string(object, "tool_call_id");
    const char *name = json_get_string(object, "tool_name");
    if (id == NULL && name != NULL)
        id = demo_chat_claim_call(chat, name);
    if (id == NULL)
        return demo_refuse_item(refusal, "messages", index, "tool_name",
                                "expected the name of a tool that was called");
    char *copy = mem_strdup(id);
    demo_message_set_result(demo_chat_add(chat, DEMO_ROLE_TOOL), copy);
    mem_free(copy);
    return true;
}

static bool read_message(struct demo_chat *chat, const cJSON *object, size_t index,
                         struct demo_refusal *refusal)
{
    enum demo_role role = DEMO_ROLE_USER;
    const char *content = json_get_string(object, "content");
    if (!find_role(json_get_string(object, "role"), &role))
        return demo_refuse_item(refusal, "messages", index, "role",
                                "expected one of system, user, assistant, tool");
    if (content == NULL)
        return demo_refuse_item(refusal, "messages", index, "content",
                                "expected a string");
    if (role == DEMO_ROLE_TOOL && !read_result(chat, object, index, refusal))
        return false;
    struct demo_message *message =
        role == DEMO_ROLE_TOOL ? demo_chat_last(chat) : demo_chat_add(chat, role);
    struct strbuf text;
    strbuf_init(&text, TEXT_MAX);
    demo_chat_append_clean(&text, content);
    const cJSON *image = NULL;
    cJSON_ArrayForEach(image, json_get(object, "images"))
    {
        strbuf_append_text(&text, text.len > 0 ? "\n[image]" : "[image]");
    }
    demo_message_take_text(message, &text);
    return role != DEMO_ROLE_ASSISTANT || read_calls(message, object, index, refusal);
}

/* Streaming is the default. A limit below 1 is none. */
static bool read_chat(struct demo_chat *chat, const cJSON *root,
                      struct demo_refusal *refusal)
{
    const cJSON *options = json_get(root, "options");
    const cJSON *item = NULL;
    size_t index = 0;
    chat->is_streaming = !cJSON_IsFalse(json_get(root, "stream"));
    demo_chat_read_seed(chat, options);
    if (!json_get_int(options, "num_predict", &chat->max_tokens) || chat->max_tokens < 1)
        chat->max_tokens = -1;
    cJSON_ArrayForEach(item, json_get(root, "messages"))
    {
        if (!read_message(chat, item, index++, refusal))
            return false;
    }
    return index > 0 ||
           demo_refuse(refusal, "messages", "expected an array with a message");
}

/* ---- refusals ---------------------------------------------------------------------- */

static const struct demo_problem_form problems[DEMO_PROBLEM_COUNT] = {
    [DEMO_PROBLEM_REQUEST] = {400, NULL, NULL,
                              "the request was refused, as the model's name asked"},
    [DEMO_PROBLEM_KEY] = {401, NULL, NULL, "unauthorized"},
    [DEMO_PROBLEM_BILLING] = {402, NULL, NULL, "the balance of this account is used up"},
    [DEMO_PROBLEM_REGION] = {403, NULL, NULL, "cloud models are disabled"},
    [DEMO_PROBLEM_MODEL] = {404, NULL, NULL, "model not found, try pulling it first"},
    [DEMO_PROBLEM_PATH] = {404, NULL, NULL, "404 page not found"},
    [DEMO_PROBLEM_METHOD] = {405, NULL, NULL, "405 method not allowed"},
    [DEMO_PROBLEM_TIMEOUT] = {408, NULL, NULL, "the request took too long to arrive"},
    [DEMO_PROBLEM_LARGE] = {413, NULL, NULL, "request body too large"},
    [DEMO_PROBLEM_CONTEXT] = {400, NULL, NULL,
                              "the input length exceeds the context length"},
    [DEMO_PROBLEM_RATE] = {429, NULL, NULL, "too many requests"},
    [DEMO_PROBLEM_QUOTA] = {402, NULL, NULL, "you have used up this month's allowance"},
    [DEMO_PROBLEM_SERVER] = {500, NULL, NULL, "llama runner process has terminated"},
    [DEMO_PROBLEM_OVERLOADED] =
        {503, NULL, NULL,
         "server busy, please try again. maximum pending requests "
         "exceeded"},
};

static void append_error(struct strbuf *out, const struct demo_problem_note *note)
{
    strbuf_append_text(out, "{\"error\":");
    json_append_string(out, note->message, strlen(note->message));
    if (note->problem == DEMO_PROBLEM_KEY)
        strbuf_append_text(out, ",\"signin_url\":\"http://127.0.0.1/signin\"");
    strbuf_append_char(out, '}');
}

static void append_models(struct strbuf *out)
{
    strbuf_append_text(out, "{\"models\":[");
    for (size_t i = 0; i < demo_model_count(); i++) {
        const char *name = demo_model_get(i)->name;
        strbuf_append_format(out,
                             "%s{\"name\":\"%s\",\"model\":\"%s\",\"modified_at\":"
                             "\"2026-01-01T00:00:00Z\",\"size\":%zu,\"details\":"
                             "{\"family\":\"demo\"}}",
                             i > 0 ? "," : "", name, name, (i + 1) * 1000);
    }
    strbuf_append_text(out, "]}");
}

/* ---- answers ----------------------------------------------------------------------- */

/* What each line begins with. */
static void append_base(const struct demo_event *event, struct strbuf *out)
{
    const char *model = event->chat->model_text;
    strbuf_append_text(out, "{\"model\":");
    json_append_string(out, model, strlen(model));
    strbuf_append_text(out, ",\"created_at\":\"2026-01-01T00:00:00.123456789Z\","
                            "\"message\":{\"role\":\"assistant\",\"content\":");
}

static void prepare(struct demo_event *event)
{
    static const char *const openings[] = {
        [DEMO_CHANNEL_TEXT] = "\"", [DEMO_CHANNEL_REASONING] = "\"\",\"thinking\":\""};
    for (size_t i = 0; i < COUNT_OF(openings); i++) {
        append_base(event, &event->heads[i]);
        strbuf_append_text(&event->heads[i], openings[i]);
    }
    strbuf_append_text(&event->tail, "\"},\"done\":false}\n");
}

/* There is no line at the start. */
static void append_start(struct demo_event *event, struct strbuf *out)
{
    (void)event;
    (void)out;
}

/* Appends one call; newer servers name it with an id. */
static void append_call_object(const struct demo_event *event, struct strbuf *out,
                               const struct demo_script_call *call, size_t index)
{
    strbuf_append_char(out, '{');
    if (event->chat->seed % 2 == 1)
        strbuf_append_format(out, "\"id\":\"%s\",", call->id);
    strbuf_append_format(out,
                         "\"function\":{\"index\":%zu,\"name\":\"%s\",\"arguments\":%s}}",
                         index, call->name, call->arguments);
}

static void append_call(struct demo_event *event, struct strbuf *out,
                        const struct demo_call_piece *piece)
{
    append_base(event, out);
    strbuf_append_text(out, "\"\",\"tool_calls\":[");
    append_call_object(event, out, piece->call, piece->index);
    strbuf_append_text(out, "]},\"done\":false}\n");
}

/* Appends what the last line, or a whole answer, ends with. Durations are nanoseconds. */
static void append_done(struct strbuf *out, const struct demo_ending *ending)
{
    strbuf_append_format(out,
                         ",\"done\":true,\"done_reason\":\"%s\",\"total_duration\":"
                         "9123456789,\"load_duration\":5012345678,"
                         "\"prompt_eval_count\":%lld,\"prompt_eval_duration\":130000000,"
                         "\"eval_count\":%lld,\"eval_duration\":3812345678}\n",
                         ending->finish == DEMO_FINISH_LENGTH ? "length" : "stop",
                         (long long)ending->usage.prompt,
                         (long long)ending->usage.completion);
}

static void append_end(struct demo_event *event, struct strbuf *out,
                       const struct demo_ending *ending)
{
    append_base(event, out);
    strbuf_append_text(out, "\"\"}");
    append_done(out, ending);
}

static void append_stream_error(struct demo_event *event, struct strbuf *out,
                                const struct demo_problem_note *note)
{
    (void)event;
    append_error(out, note);
    strbuf_append_char(out, '\n');
}

static void append_whole(struct demo_event *event, struct strbuf *out,
                         const struct demo_ending *ending)
{
    const struct demo_script *said = ending->said;
    append_base(event, out);
    json_append_string(out, strbuf_text(&said->text), said->text.len);
    if (said->reasoning.len > 0) {
        strbuf_append_text(out, ",\"thinking\":");
        json_append_string(out, said->reasoning.text, said->reasoning.len);
    }
    for (size_t i = 0; i < said->call_count; i++) {
        strbuf_append_text(out, i == 0 ? ",\"tool_calls\":[" : ",");
        append_call_object(event, out, &said->calls[i], i);
    }
    strbuf_append_text(out, said->call_count > 0 ? "]}" : "}");
    append_done(out, ending);
}

/* ---- the record -------------------------------------------------------------------- */

static const char *const oddities[] = {
    "\n",
    "\r\n",
    /* NOLINTNEXTLINE(bugprone-suspicious-missing-comma): one text, too long for a line */
    "{\"model\":\"x\",\"message\":{\"role\":\"assistant\",\"content\":\"\"},"
    "\"done\":false,\"x_unknown\":{\"deep\":[1,2]}}\r\n",
    "{\"done\":false}\n",
    NULL,
};

const struct demo_protocol demo_ollama = {
    .name = "ollama",
    .stream_type = "application/x-ndjson",
    .call_style = DEMO_CALLS_WHOLE,
    .wait = DEMO_WAIT_SECONDS,
    .oddities = oddities,
    .broken = "{\"message\":{\"content\": <<< the pigeon ate the rest of this line\n",
    .problems = problems,
    .read = read_chat,
    .append_error = append_error,
    .append_models = append_models,
    .prepare = prepare,
    .append_start = append_start,
    .append_call = append_call,
    .append_end = append_end,
    .append_stream_error = append_stream_error,
    .append_whole = append_whole,
};
