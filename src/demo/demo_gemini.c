/*
 * Google's generateContent. Each event is a whole response with a few parts; calls come
 * whole. The first call of an answer carries a signature without which it is not taken
 * back, and so does the end of an answer with reasoning.
 */
#include <string.h>

#include "src/base/mem.h"
#include "src/demo/demo_chat.h"
#include "src/demo/demo_event.h"
#include "src/demo/demo_model.h"

#define TEXT_MAX ((size_t)64 << 20)

/* What a client may send with a call that another model made. */
#define NO_SIGNATURE "skip_thought_signature_validator"

static void append_signature(struct strbuf *out, const char *name)
{
    strbuf_append_format(out, "RGVtbw%016llx",
                         (unsigned long long)demo_chat_hash_text(name));
}

/* ---- requests ---------------------------------------------------------------------- */

static bool refuse(struct demo_refusal *refusal, const char *problem)
{
    demo_refusal_set(refusal, DEMO_PROBLEM_REQUEST, NULL, "%s", problem);
    return false;
}

/* A signature is taken if it is the one for `name`. */
static bool check_signature(const cJSON *part, const char *name, bool is_required)
{
    const char *signature = json_get_string(part, "thoughtSignature");
    if (signature == NULL || strcmp(signature, NO_SIGNATURE) == 0)
        return signature != NULL || !is_required;
    struct strbuf expected;
    strbuf_init(&expected, STRBUF_OWN_MAX);
    append_signature(&expected, name);
    const bool is_ours = strcmp(signature, strbuf_text(&expected)) == 0;
    strbuf_clear(&expected);
    return is_ours;
}

/* Joins the texts of the parts that are no thoughts, names what is neither text nor
 * call. False if a part says nothing at all. */
static bool join_parts(struct strbuf *out, const cJSON *parts)
{
    const cJSON *part = NULL;
    cJSON_ArrayForEach(part, parts)
    {
        const char *text = json_get_string(part, "text");
        if (cJSON_GetArraySize(part) == 0)
            return false;
        if (cJSON_IsTrue(json_get(part, "thought")) || json_has(part, "functionCall") ||
            json_has(part, "functionResponse"))
            continue;
        if (out->len > 0 && text == NULL)
            strbuf_append_char(out, '\n');
        if (text != NULL)
            demo_chat_append_clean(out, text);
        else
            strbuf_append_format(out, "[%.40s]", part->child->string);
    }
    return true;
}

static bool read_calls(struct demo_message *message, const cJSON *parts,
                       struct demo_refusal *refusal)
{
    const cJSON *part = NULL;
    cJSON_ArrayForEach(part, parts)
    {
        const cJSON *call = json_get(part, "functionCall");
        const char *name = json_get_string(call, "name");
        const char *id = json_get_string(call, "id");
        if (call != NULL && name == NULL)
            return refuse(refusal, "functionCall: a name is required");
        if (!check_signature(part, name != NULL ? name : "",
                             name != NULL && message->call_count == 0))
            return refuse(refusal, "Function call is missing a thought_signature, or it "
                                   "is corrupted");
        if (name == NULL)
            continue;
        char *minted = strbuf_format("fc_%zu", message->call_count);
        demo_message_add_call(message, id != NULL ? id : minted, name);
        mem_free(minted);
    }
    return true;
}

/* Adds a message for each response to a call. */
static bool read_responses(struct demo_chat *chat, const cJSON *parts,
                           struct demo_refusal *refusal)
{
    const cJSON *part = NULL;
    cJSON_ArrayForEach(part, parts)
    {
        const cJSON *response = json_get(part, "functionResponse");
        const cJSON *value = json_get(response, "response");
        const char *name = json_get_string(response, "name");
        if (response == NULL)
            continue;
        if (name == NULL || !cJSON_IsObject(value))
            return refuse(refusal, "functionResponse: name and response (an object) are "
                                   "required");
        const char *id = demo_chat_claim_call(chat, name);
        if (id == NULL)
            return refuse(refusal, "Please ensure that function response turn comes "
                                   "immediately after a function call turn");
        struct demo_message *message = demo_chat_add(chat, DEMO_ROLE_TOOL);
        demo_message_set_result(message, id);
        const char *output = json_get_string(value, "output");
        const char *error = json_get_string(value, "error");
        struct strbuf text;
        strbuf_init(&text, TEXT_MAX);
        demo_chat_append_clean(&text, output != NULL  ? output
                                      : error != NULL ? error
                                                      : "(an object)");
        demo_message_take_text(message, &text);
    }
    return true;
}

static bool has_responses(const cJSON *parts)
{
    const cJSON *part = NULL;
    cJSON_ArrayForEach(part, parts)
    {
        if (json_has(part, "functionResponse"))
            return true;
    }
    return false;
}

static bool read_content(struct demo_chat *chat, const cJSON *content,
                         struct demo_refusal *refusal)
{
    const char *role = json_get_string(content, "role");
    const cJSON *parts = json_get(content, "parts");
    const bool is_model = role != NULL && strcmp(role, "model") == 0;
    if (role == NULL || (!is_model && strcmp(role, "user") != 0))
        return refuse(refusal, "Please use a valid role: user, model.");
    if (!cJSON_IsArray(parts) || cJSON_GetArraySize(parts) == 0)
        return refuse(refusal, "contents.parts must not be empty.");
    if (!is_model && has_responses(parts))
        return read_responses(chat, parts, refusal);
    struct strbuf text;
    strbuf_init(&text, TEXT_MAX);
    const bool is_ok = join_parts(&text, parts);
    struct demo_message *message =
        demo_chat_add(chat, is_model ? DEMO_ROLE_ASSISTANT : DEMO_ROLE_USER);
    demo_message_take_text(message, &text);
    if (!is_ok)
        return refuse(refusal, "contents.parts: required oneof field 'data' must have "
                               "one initialized field");
    return !is_model || read_calls(message, parts, refusal);
}

static void read_system(struct demo_chat *chat, const cJSON *root)
{
    const cJSON *system = json_get(root, "systemInstruction");
    if (system == NULL)
        return;
    struct strbuf text;
    strbuf_init(&text, TEXT_MAX);
    join_parts(&text, json_get(system, "parts"));
    demo_message_take_text(demo_chat_add(chat, DEMO_ROLE_SYSTEM), &text);
}

static bool read_chat(struct demo_chat *chat, const cJSON *root,
                      struct demo_refusal *refusal)
{
    const cJSON *config = json_get(root, "generationConfig");
    const cJSON *calling =
        json_get(json_get(root, "toolConfig"), "functionCallingConfig");
    const char *mode = json_get_string(calling, "mode");
    const cJSON *contents = json_get(root, "contents");
    const cJSON *item = NULL;
    chat->allows_tools = mode == NULL || strcmp(mode, "NONE") != 0;
    demo_chat_read_seed(chat, config);
    if (!demo_chat_read_limit(chat, config, "maxOutputTokens", refusal))
        return false;
    if (!cJSON_IsArray(contents) || cJSON_GetArraySize(contents) == 0)
        return refuse(refusal, "contents is not specified");
    read_system(chat, root);
    const size_t first = chat->message_count;
    cJSON_ArrayForEach(item, contents)
    {
        if (!read_content(chat, item, refusal))
            return false;
    }
    return chat->messages[first].role == DEMO_ROLE_USER ||
           refuse(refusal,
                  "Please ensure that the conversation begins with a user turn.");
}

/* ---- refusals ---------------------------------------------------------------------- */

static const struct demo_problem_form problems[DEMO_PROBLEM_COUNT] = {
    [DEMO_PROBLEM_REQUEST] = {400, "INVALID_ARGUMENT", NULL,
                              "The request was refused, as the model's name asked"},
    [DEMO_PROBLEM_KEY] = {400, "INVALID_ARGUMENT", NULL,
                          "API key not valid. Please pass a valid API key."},
    [DEMO_PROBLEM_BILLING] = {402, "FAILED_PRECONDITION", NULL,
                              "Billing is not enabled for this demo account"},
    [DEMO_PROBLEM_REGION] = {403, "PERMISSION_DENIED", NULL,
                             "User location is not supported for the API use"},
    [DEMO_PROBLEM_MODEL] = {404, "NOT_FOUND", NULL,
                            "The model is not found for API version v1beta"},
    [DEMO_PROBLEM_PATH] = {404, "NOT_FOUND", NULL, "Requested entity was not found"},
    [DEMO_PROBLEM_METHOD] = {405, "INVALID_ARGUMENT", NULL, "Method not allowed"},
    [DEMO_PROBLEM_TIMEOUT] = {408, "DEADLINE_EXCEEDED", NULL,
                              "The request took too long to arrive"},
    [DEMO_PROBLEM_LARGE] = {413, "INVALID_ARGUMENT", NULL,
                            "Request payload size exceeds the limit"},
    [DEMO_PROBLEM_CONTEXT] = {400, "INVALID_ARGUMENT", NULL,
                              "The input token count (12) exceeds the maximum number of "
                              "tokens allowed (8)."},
    [DEMO_PROBLEM_RATE] = {429, "RESOURCE_EXHAUSTED", NULL,
                           "You exceeded your current quota"},
    [DEMO_PROBLEM_QUOTA] = {429, "RESOURCE_EXHAUSTED", NULL,
                            "You exceeded your current quota, please check your plan"},
    [DEMO_PROBLEM_SERVER] = {500, "INTERNAL", NULL, "An internal error has occurred"},
    [DEMO_PROBLEM_OVERLOADED] = {503, "UNAVAILABLE", NULL,
                                 "The model is overloaded. Please try again later."},
};

/* The word for a status that is not the problem's own. */
static const char *status_word(const struct demo_problem_note *note)
{
    switch (note->status) {
    case 401: return "UNAUTHENTICATED";
    case 403: return "PERMISSION_DENIED";
    case 504: return "DEADLINE_EXCEEDED";
    default: return problems[note->problem].type;
    }
}

static void append_details(struct strbuf *out, const struct demo_problem_note *note)
{
    static const char google[] = "type.googleapis.com/google.rpc";
    if (note->problem == DEMO_PROBLEM_KEY && note->status == 400)
        strbuf_append_format(out,
                             ",\"details\":[{\"@type\":\"%s.ErrorInfo\",\"reason\":"
                             "\"API_KEY_INVALID\",\"domain\":\"googleapis.com\"}]",
                             google);
    else if (note->problem == DEMO_PROBLEM_QUOTA)
        strbuf_append_format(
            out,
            ",\"details\":[{\"@type\":\"%s.QuotaFailure\",\"violations\":"
            "[{\"quotaId\":\"GenerateRequestsPerDayPerProject\","
            "\"quotaValue\":\"50\"}]}]",
            google);
    else if (note->wait_s >= 0)
        strbuf_append_format(out,
                             ",\"details\":[{\"@type\":\"%s.Help\",\"links\":[]},"
                             "{\"@type\":\"%s.RetryInfo\",\"retryDelay\":\"%.15gs\"}]",
                             google, google, note->wait_s);
}

static void append_error(struct strbuf *out, const struct demo_problem_note *note)
{
    strbuf_append_format(out, "{\"error\":{\"code\":%d,\"message\":", note->status);
    json_append_string(out, note->message, strlen(note->message));
    strbuf_append_format(out, ",\"status\":\"%s\"", status_word(note));
    append_details(out, note);
    strbuf_append_text(out, "}}");
}

static void append_models(struct strbuf *out)
{
    strbuf_append_text(out, "{\"models\":[");
    for (size_t i = 0; i < demo_model_count(); i++) {
        const struct demo_model *model = demo_model_get(i);
        strbuf_append_format(out, "%s{\"name\":\"models/%s\",\"displayName\":",
                             i > 0 ? "," : "", model->name);
        json_append_string(out, model->help, strlen(model->help));
        strbuf_append_text(out, ",\"inputTokenLimit\":1000000,\"outputTokenLimit\":65536,"
                                "\"supportedGenerationMethods\":[\"generateContent\"]}");
    }
    /* A model that cannot chat, as the service lists some too. */
    strbuf_append_text(out, ",{\"name\":\"models/bookmark\",\"displayName\":"
                            "\"places in a vector space\","
                            "\"supportedGenerationMethods\":[\"embedContent\"]}]}");
}

/* ---- answers ----------------------------------------------------------------------- */

/* What stands behind the candidates. */
static void append_facts(const struct demo_event *event, struct strbuf *out)
{
    const char *model = event->chat->model_text;
    strbuf_append_text(out, ",\"modelVersion\":");
    json_append_string(out, model, strlen(model));
    strbuf_append_format(out, ",\"responseId\":\"%s\"}", event->mark);
}

static void prepare(struct demo_event *event)
{
    static const char *const parts[] = {[DEMO_CHANNEL_TEXT] = "{\"text\":\"",
                                        [DEMO_CHANNEL_REASONING] =
                                            "{\"thought\":true,\"text\":\""};
    for (size_t i = 0; i < COUNT_OF(parts); i++)
        strbuf_append_format(&event->heads[i],
                             "data: {\"candidates\":[{\"content\":{\"parts\":[%s",
                             parts[i]);
    strbuf_append_text(&event->tail, "\"}],\"role\":\"model\"},\"index\":0}]");
    append_facts(event, &event->tail);
    strbuf_append_text(&event->tail, "\r\n\r\n");
}

/* There is no event at the start. */
static void append_start(struct demo_event *event, struct strbuf *out)
{
    (void)event;
    (void)out;
}

/* Appends a part with a call; some answers name them with an id and some do not. */
static void append_call_part(const struct demo_event *event, struct strbuf *out,
                             const struct demo_script_call *call, bool is_first)
{
    strbuf_append_text(out, "{\"functionCall\":{");
    if (event->chat->seed % 2 == 1)
        strbuf_append_format(out, "\"id\":\"%s\",", call->id);
    strbuf_append_format(out, "\"name\":\"%s\",\"args\":%s}", call->name,
                         call->arguments);
    if (is_first) {
        strbuf_append_text(out, ",\"thoughtSignature\":\"");
        append_signature(out, call->name);
        strbuf_append_char(out, '"');
    }
    strbuf_append_char(out, '}');
}

static void append_call(struct demo_event *event, struct strbuf *out,
                        const struct demo_call_piece *piece)
{
    strbuf_append_text(out, "data: {\"candidates\":[{\"content\":{\"parts\":[");
    append_call_part(event, out, piece->call, piece->index == 0);
    strbuf_append_text(out, "],\"role\":\"model\"},\"index\":0}]");
    append_facts(event, out);
    strbuf_append_text(out, "\r\n\r\n");
}

static const char *finish_word(enum demo_finish finish)
{
    switch (finish) {
    case DEMO_FINISH_STOP:
    case DEMO_FINISH_CALLS: return "STOP";
    case DEMO_FINISH_LENGTH: return "MAX_TOKENS";
    case DEMO_FINISH_FILTER: break;
    }
    return "SAFETY";
}

static void append_usage(struct strbuf *out, const struct demo_usage *usage)
{
    strbuf_append_format(
        out,
        ",\"usageMetadata\":{\"promptTokenCount\":%lld,"
        "\"candidatesTokenCount\":%lld,\"thoughtsTokenCount\":%lld,"
        "\"totalTokenCount\":%lld}",
        (long long)usage->prompt, (long long)(usage->completion - usage->reasoning),
        (long long)usage->reasoning, (long long)(usage->prompt + usage->completion));
}

/* Opens a response with the parts in `parts`, up to and with its usage. */
static void append_last(struct strbuf *out, const struct demo_ending *ending,
                        const struct strbuf *parts)
{
    if (ending->finish == DEMO_FINISH_FILTER && ending->usage.completion == 0) {
        strbuf_append_text(out, "{\"promptFeedback\":{\"blockReason\":\"SAFETY\"}");
    } else {
        strbuf_append_text(out, "{\"candidates\":[{");
        if (parts->len > 0)
            strbuf_append_format(out, "\"content\":{\"parts\":[%s],\"role\":\"model\"},",
                                 parts->text);
        strbuf_append_format(out, "\"finishReason\":\"%s\",\"index\":0}]",
                             finish_word(ending->finish));
    }
    append_usage(out, &ending->usage);
}

/* Appends an empty part that carries a signature. */
static void append_bare_signature(struct strbuf *parts)
{
    strbuf_append_text(parts, parts->len > 0 ? "," : "");
    strbuf_append_text(parts, "{\"text\":\"\",\"thoughtSignature\":\"");
    append_signature(parts, "");
    strbuf_append_text(parts, "\"}");
}

static void append_end(struct demo_event *event, struct strbuf *out,
                       const struct demo_ending *ending)
{
    struct strbuf parts;
    strbuf_init(&parts, STRBUF_OWN_MAX);
    if (event->script->reasoning.len > 0)
        append_bare_signature(&parts);
    strbuf_append_text(out, "data: ");
    append_last(out, ending, &parts);
    append_facts(event, out);
    strbuf_append_text(out, "\r\n\r\n");
    strbuf_clear(&parts);
}

static void append_stream_error(struct demo_event *event, struct strbuf *out,
                                const struct demo_problem_note *note)
{
    (void)event;
    strbuf_append_text(out, "data: ");
    append_error(out, note);
    strbuf_append_text(out, "\r\n\r\n");
}

static void append_whole(struct demo_event *event, struct strbuf *out,
                         const struct demo_ending *ending)
{
    const struct demo_script *said = ending->said;
    struct strbuf parts;
    strbuf_init(&parts, STRBUF_OWN_MAX);
    if (said->reasoning.len > 0) {
        strbuf_append_text(&parts, "{\"thought\":true,\"text\":");
        json_append_string(&parts, said->reasoning.text, said->reasoning.len);
        strbuf_append_char(&parts, '}');
    }
    if (said->text.len > 0) {
        strbuf_append_text(&parts, parts.len > 0 ? ",{\"text\":" : "{\"text\":");
        json_append_string(&parts, said->text.text, said->text.len);
        strbuf_append_char(&parts, '}');
    }
    for (size_t i = 0; i < said->call_count; i++) {
        strbuf_append_text(&parts, parts.len > 0 ? "," : "");
        append_call_part(event, &parts, &said->calls[i], i == 0);
    }
    if (said->reasoning.len > 0)
        append_bare_signature(&parts);
    strbuf_append_text(out, event->chat->is_array ? "[" : "");
    append_last(out, ending, &parts);
    append_facts(event, out);
    strbuf_append_text(out, event->chat->is_array ? "]\n" : "\n");
    strbuf_clear(&parts);
}

/* ---- the record -------------------------------------------------------------------- */

static const char *const oddities[] = {
    ": keep-alive\r\n\r\n",
    "data: {\"usageMetadata\":{\"promptTokenCount\":3}}\r\n\r\n",
    "\r\n\r\n",
    "data: {\"candidates\":[{\"index\":0}]}\r\n\r\n",
    /* NOLINTNEXTLINE(bugprone-suspicious-missing-comma): one text, too long for a line */
    "data: {\"candidates\":[{\"content\":{\"role\":\"model\"},\"index\":0,"
    "\"safetyRatings\":[]}]}\n\n",
    "data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"\"}]}}]}\r\n\r\n",
    NULL,
};

const struct demo_protocol demo_gemini = {
    .name = "gemini",
    .stream_type = "text/event-stream",
    .call_style = DEMO_CALLS_WHOLE,
    .wait = DEMO_WAIT_INFO,
    .oddities = oddities,
    .broken = "data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":"
              " <<< the pigeon ate the rest of this event\r\n\r\n",
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
