/*
 * Two steps: find the few strings that matter in the shapes servers use (error_read_…),
 * then go through a table of rules, the first that fits wins. Words of the message are
 * looked at only where no type or code exists for the case (a prompt that is too long):
 * providers' prose is no interface.
 */
#include "src/provider/error_reply.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "src/base/compiler.h"
#include "src/base/json.h"
#include "src/base/mem.h"
#include "src/base/number.h"
#include "src/base/strbuf.h"
#include "src/net/retry.h"
#include "src/provider/page_text.h"

/* The longest message, code and id that are kept, in bytes. */
#define ERROR_MESSAGE_MAX 2000
#define ERROR_WORD_MAX    128

/* A body with none of the known messages is quoted up to here. */
#define ERROR_QUOTE_MAX 200

/* A wait this long is not for a rate but for an allowance that is used up. */
#define ERROR_QUOTA_WAIT_MS ((int64_t)60 * 60 * 1000)

/* How deep an error may be wrapped into an error. */
#define ERROR_DEPTH_MAX 4

/* What the rules look at. Borrowed from the document; NULL where there is none. */
struct error_facts {
    int status;
    bool is_in_stream;
    const cJSON *error; /* the object that describes the error */
    const char *code;
    const char *type;
    const char *status_word; /* Gemini's error.status */
    const char *message;
    char number[24];        /* a code given as a number, as text */
    int64_t retry_after_ms; /* a wait that is named outside of the words, or 0 */
};

static const char *error_first_string(const cJSON *object, const char *name)
{
    const char *text = json_get_string(object, name);
    return text != NULL && text[0] != '\0' ? text : NULL;
}

/* The text in "detail": a string, an object with a message, or FastAPI's list. */
static const char *error_detail_text(const cJSON *root)
{
    const char *text = error_first_string(root, "detail");
    const cJSON *detail = json_get(root, "detail");
    if (text == NULL)
        text = error_first_string(detail, "message");
    if (text != NULL || !cJSON_IsArray(detail))
        return text;
    const cJSON *item;
    cJSON_ArrayForEach(item, detail)
    {
        text = error_first_string(item, "msg");
        if (text != NULL)
            return text;
    }
    return NULL;
}

/* The first text found where servers put their message, or NULL. */
static const char *error_message_of(const cJSON *root, const cJSON *error)
{
    if (cJSON_IsString(root))
        return root->valuestring;
    const char *const found[] = {
        error_first_string(error, "message"),
        error_first_string(root, "error"),
        error_first_string(error, "error"),
        error_first_string(root, "message"),
        error_detail_text(error),
        error_detail_text(root),
    };
    for (size_t i = 0; i < COUNT_OF(found); i++) {
        if (found[i] != NULL)
            return found[i];
    }
    return NULL;
}

/* The object that holds code and type: "error", an error wrapped in it, or the root. */
static const cJSON *error_object_of(const cJSON *root)
{
    const cJSON *error = root;
    for (int depth = 0; depth < ERROR_DEPTH_MAX; depth++) {
        const cJSON *inner = json_get(error, "error");
        if (!cJSON_IsObject(inner))
            break;
        error = inner;
    }
    return error;
}

/* Reads "code": text as it is, a number as text. */
static void error_read_code(struct error_facts *facts, const cJSON *object)
{
    int64_t number;
    facts->code = error_first_string(object, "code");
    if (facts->code == NULL && json_get_int(object, "code", &number)) {
        snprintf(facts->number, sizeof(facts->number), "%" PRId64, number);
        facts->code = facts->number;
    }
}

/* The wait in Google's details ("retryDelay":"27.5s"), or 0. */
static int64_t error_details_wait(const cJSON *error)
{
    const cJSON *details = json_get(error, "details");
    const cJSON *item;
    int64_t wait_ms;
    if (!cJSON_IsArray(details))
        return 0;
    cJSON_ArrayForEach(item, details)
    {
        const char *delay = json_get_string(item, "retryDelay");
        if (delay != NULL && retry_parse_duration_ms(delay, &wait_ms) && wait_ms > 0)
            return wait_ms;
    }
    return 0;
}

/* The wait in header fields that an error inside a stream repeats, since those of HTTP
 * are long gone (OpenAI), or 0. */
static int64_t error_headers_wait(const cJSON *error)
{
    const cJSON *headers = json_get(error, "headers");
    const cJSON *item;
    if (!cJSON_IsObject(headers))
        return 0;
    struct header_list list = {.len = 0};
    cJSON_ArrayForEach(item, headers)
    {
        if (cJSON_IsString(item))
            header_list_add(&list, item->string, item->valuestring);
    }
    const int64_t wait_ms = retry_wait_from_headers(&list, NULL, 0);
    header_list_clear(&list);
    return wait_ms > 0 ? wait_ms : 0;
}

/* Fills the facts in place: a code may point to the struct's own buffer. */
static void error_read_facts(struct error_facts *facts, int status, const cJSON *root)
{
    *facts = (struct error_facts){.status = status, .is_in_stream = status == 0};
    facts->error = error_object_of(root);
    error_read_code(facts, facts->error);
    if (facts->code == NULL)
        error_read_code(facts, root);
    facts->type = error_first_string(facts->error, "type");
    if (facts->type == NULL)
        facts->type = error_first_string(root, "type");
    if (facts->type != NULL && strcmp(facts->type, "error") == 0)
        facts->type = NULL; /* the kind of the event, not of the error */
    facts->status_word = error_first_string(facts->error, "status");
    facts->message = error_message_of(root, facts->error);
    facts->retry_after_ms = error_details_wait(facts->error);
    if (facts->retry_after_ms == 0)
        facts->retry_after_ms = error_headers_wait(facts->error);
    int64_t number;
    if (status == 0 && facts->code != NULL && number_parse_int(facts->code, &number) &&
        number >= 100 && number <= 599)
        facts->status = (int)number;
}

/* --- The rules ------------------------------------------------------------------------
 */

/* Words that type or code may be; a list ends with NULL. */
static const char *const quota_words[] = {"insufficient_quota",
                                          "credit_balance_exhausted",
                                          "billing_hard_limit_reached",
                                          "billing_error",
                                          "insufficient_balance",
                                          "quota_exceeded",
                                          "ServiceQuotaExceededException",
                                          NULL};
static const char *const context_words[] = {"context_length_exceeded",
                                            "exceed_context_size_error", NULL};
static const char *const filter_words[] = {"content_filter", "content_policy_violation",
                                           "invalid_prompt", "moderation_blocked",
                                           "bio_policy",     NULL};
static const char *const rate_words[] = {"rate_limit_error",
                                         "RESOURCE_EXHAUSTED",
                                         "ThrottlingException",
                                         "too_many_requests",
                                         "rate_limit_exceeded",
                                         "slow_down",
                                         NULL};
static const char *const overloaded_words[] = {"overloaded_error",
                                               "UNAVAILABLE",
                                               "unavailable_error",
                                               "service_unavailable_error",
                                               "ServiceUnavailableException",
                                               "server_is_overloaded",
                                               "capacity_exceeded",
                                               NULL};
/* Bedrock says 429 while it loads a model. */
static const char *const loading_words[] = {"ModelNotReadyException", NULL};
static const char *const auth_words[] = {"authentication_error",
                                         "permission_error",
                                         "invalid_api_key",
                                         "PERMISSION_DENIED",
                                         "UNAUTHENTICATED",
                                         "AccessDeniedException",
                                         NULL};
static const char *const not_found_words[] = {
    "not_found_error", "model_not_found", "NOT_FOUND", "ResourceNotFoundException", NULL};
static const char *const server_words[] = {"api_error",
                                           "server_error",
                                           "INTERNAL",
                                           "timeout_error",
                                           "InternalServerException",
                                           "ModelStreamErrorException",
                                           NULL};
static const char *const request_words[] = {"invalid_request_error", "INVALID_ARGUMENT",
                                            "FAILED_PRECONDITION",   "BadRequestError",
                                            "ValidationException",   "request_too_large",
                                            "conflict_error",        NULL};

static const char *const cancelled_words[] = {"CANCELLED", NULL};

static bool error_is_word(const char *text, const char *const *words)
{
    if (text == NULL)
        return false;
    for (; *words != NULL; words++) {
        if (strcasecmp(text, *words) == 0)
            return true;
    }
    return false;
}

static bool error_has_word(const struct error_facts *facts, const char *const *words)
{
    return error_is_word(facts->code, words) || error_is_word(facts->type, words) ||
           error_is_word(facts->status_word, words);
}

static bool error_has_policy_violation(const struct error_facts *facts)
{
    const char *code = json_get_string(json_get(facts->error, "innererror"), "code");
    return code != NULL && strcmp(code, "ResponsibleAIPolicyViolation") == 0;
}

static bool error_is_spend_limit(const char *code)
{
    static const char ending[] = "_spend_limit_reached";
    const size_t len = code != NULL ? strlen(code) : 0;
    return len > sizeof(ending) - 1 &&
           strcmp(code + len - (sizeof(ending) - 1), ending) == 0;
}

/* Gemini has one status for both: the details tell an allowance for the day, or of
 * nothing, from one for the minute. */
static bool error_is_daily_quota(const struct error_facts *facts)
{
    const cJSON *details = json_get(facts->error, "details");
    const cJSON *item;
    const cJSON *violation;
    if (facts->retry_after_ms >= ERROR_QUOTA_WAIT_MS && facts->status_word != NULL)
        return true;
    if (!cJSON_IsArray(details))
        return false;
    cJSON_ArrayForEach(item, details)
    {
        cJSON_ArrayForEach(violation, json_get(item, "violations"))
        {
            const char *id = json_get_string(violation, "quotaId");
            const char *value = json_get_string(violation, "quotaValue");
            if ((id != NULL && strstr(id, "PerDay") != NULL) ||
                (value != NULL && strcmp(value, "0") == 0))
                return true;
        }
    }
    return false;
}

static bool error_is_quota(const struct error_facts *facts)
{
    const char *detail = json_get_string(json_get(facts->error, "details"), "error_code");
    return facts->status == 402 || error_has_word(facts, quota_words) ||
           error_is_word(detail, quota_words) || error_is_spend_limit(facts->code) ||
           error_is_spend_limit(facts->type) || error_is_spend_limit(detail) ||
           (facts->status == 429 && error_is_daily_quota(facts));
}

/* True if the message has, in any case, the two words of a pattern in that order. */
static bool error_says(const char *message, const char *const (*patterns)[2],
                       size_t count)
{
    if (message == NULL)
        return false;
    char *lower = mem_strdup(message);
    for (char *at = lower; *at != '\0'; at++) {
        if (*at >= 'A' && *at <= 'Z')
            *at = (char)(*at - 'A' + 'a');
    }
    bool is_found = false;
    for (size_t i = 0; i < count && !is_found; i++) {
        const char *first = strstr(lower, patterns[i][0]);
        is_found = first != NULL &&
                   strstr(first + strlen(patterns[i][0]), patterns[i][1]) != NULL;
    }
    mem_free(lower);
    return is_found;
}

/* True if the message says in words that the prompt is too long. */
static bool error_says_too_long(const char *message)
{
    static const char *const patterns[][2] = {
        {"maximum context length", ""},   {"prompt is too long", ""},
        {"context length", ""},           {"context size", ""},
        {"context window", ""},           {"exceeds the", "context"},
        {"input token count", "exceeds"}, {"too many tokens", ""},
        {"too many input tokens", ""},    {"input is too long", ""},
        {"exceed context limit", ""},
    };
    return error_says(message, patterns, COUNT_OF(patterns));
}

/* Anthropic has no type of its own for an account that is empty. */
static bool error_says_no_credit(const struct error_facts *facts)
{
    static const char *const patterns[][2] = {{"credit balance", ""}};
    return facts->status == 400 &&
           error_says(facts->message, patterns, COUNT_OF(patterns));
}

static bool error_is_context_length(const struct error_facts *facts)
{
    /* Groq: the request alone is larger than the allowance of a minute. */
    if (facts->status == 413 && facts->code != NULL &&
        strcmp(facts->code, "rate_limit_exceeded") == 0)
        return true;
    if (error_has_word(facts, context_words))
        return true;
    const bool may_say = facts->status == 0 || facts->status == 400 ||
                         facts->status == 413 || facts->status == 422 ||
                         facts->status == 500;
    return may_say && !error_has_word(facts, rate_words) &&
           error_says_too_long(facts->message);
}

static bool error_is_content_filter(const struct error_facts *facts)
{
    return error_has_word(facts, filter_words) ||
           (facts->status == 403 &&
            json_has(json_get(facts->error, "metadata"), "reasons"));
}

/* Gemini answers 400 to a wrong key and says so in its details only. */
static bool error_has_invalid_key(const struct error_facts *facts)
{
    const cJSON *details = json_get(facts->error, "details");
    const cJSON *item;
    if (!cJSON_IsArray(details))
        return false;
    cJSON_ArrayForEach(item, details)
    {
        const char *reason = json_get_string(item, "reason");
        if (reason != NULL && strcmp(reason, "API_KEY_INVALID") == 0)
            return true;
    }
    return false;
}

/* The rules for status and words alone, tried after the special ones. */
static const struct error_rule {
    enum error_class class;
    int statuses[3]; /* 0: none */
    const char *const *words;
} error_rules[] = {
    {ERROR_RATE_LIMIT, {429, 0, 0}, rate_words},
    {ERROR_OVERLOADED, {503, 529, 498}, overloaded_words},
    {ERROR_AUTH, {401, 403, 407}, auth_words},
    {ERROR_NOT_FOUND, {404, 0, 0}, not_found_words},
    {ERROR_SERVER, {408, 424, 0}, server_words}, /* 424: Bedrock's model failed */
    {ERROR_BAD_REQUEST, {400, 0, 0}, request_words},
};

static bool error_rule_fits(const struct error_rule *rule,
                            const struct error_facts *facts)
{
    for (size_t i = 0; i < COUNT_OF(rule->statuses); i++) {
        if (rule->statuses[i] != 0 && rule->statuses[i] == facts->status)
            return true;
    }
    if (rule->class == ERROR_SERVER && facts->status >= 500 && facts->status <= 599)
        return true;
    if (rule->class == ERROR_BAD_REQUEST && facts->status >= 400 && facts->status <= 499)
        return true;
    return error_has_word(facts, rule->words);
}

static enum error_class error_classify(const struct error_facts *facts)
{
    if (error_has_policy_violation(facts))
        return ERROR_CONTENT_FILTER;
    if (facts->status == 499 && error_is_word(facts->status_word, cancelled_words))
        return ERROR_CANCELLED;
    if (error_is_quota(facts) || error_says_no_credit(facts))
        return ERROR_QUOTA;
    if (error_is_context_length(facts))
        return ERROR_CONTEXT_LENGTH;
    if (error_is_content_filter(facts))
        return ERROR_CONTENT_FILTER;
    if (error_has_invalid_key(facts))
        return ERROR_AUTH;
    if (error_has_word(facts, loading_words))
        return ERROR_OVERLOADED;
    for (size_t i = 0; i < COUNT_OF(error_rules); i++) {
        if (error_rule_fits(&error_rules[i], facts))
            return error_rules[i].class;
    }
    return facts->is_in_stream ? ERROR_SERVER : ERROR_PROTOCOL;
}

/* --- The sentence ---------------------------------------------------------------------
 */

/* A string of json_parse as one clean line, NULL for none. Caller frees. */
static char *error_clean(const char *text, size_t max)
{
    if (text == NULL)
        return NULL;
    struct strbuf whole;
    struct strbuf line;
    uint16_t half = 0;
    strbuf_init(&whole, STRBUF_OWN_MAX);
    strbuf_init(&line, STRBUF_OWN_MAX);
    json_join_halves(&whole, text, &half);
    json_flush_half(&whole, &half);
    page_text_append_line(&line, strbuf_text(&whole), whole.len, max);
    strbuf_clear(&whole);
    if (line.len == 0) {
        strbuf_clear(&line);
        return NULL;
    }
    return strbuf_take(&line);
}

/* The sentence for a failure without a message of its own: what is known of it. */
static void error_set_wordless(struct error_reply *reply, enum error_class class,
                               const char *quote)
{
    const bool has_quote = quote != NULL && quote[0] != '\0';
    if (reply->status != 0)
        error_set(&reply->error, class, "HTTP %d%s%s", reply->status,
                  has_quote ? ": " : "", has_quote ? quote : "");
    else
        error_set(&reply->error, class, "the provider reported an error%s%s",
                  has_quote ? ": " : " without saying more", has_quote ? quote : "");
}

/* Quotes a document that has no message in any place known. */
static char *error_quote_json(const cJSON *root)
{
    char *printed = cJSON_PrintUnformatted(root);
    char *quote = error_clean(printed, ERROR_QUOTE_MAX);
    cJSON_free(printed);
    return quote;
}

static const cJSON *error_unwrap_array(const cJSON *root)
{
    const cJSON *first = cJSON_IsArray(root) ? cJSON_GetArrayItem(root, 0) : NULL;
    return first != NULL ? first : root;
}

/* `name` is the type where the document has none. */
static void error_reply_from_root(struct error_reply *reply, int status, const char *name,
                                  const cJSON *root)
{
    root = error_unwrap_array(root);
    struct error_facts facts;
    error_read_facts(&facts, status, root);
    if (facts.type == NULL)
        facts.type = name;
    const enum error_class class = error_classify(&facts);
    const char *code = facts.code != NULL   ? facts.code
                       : facts.type != NULL ? facts.type
                                            : facts.status_word;
    const char *request_id = error_first_string(root, "request_id");
    if (request_id == NULL)
        request_id = error_first_string(facts.error, "request_id");
    *reply = (struct error_reply){.status = facts.status};
    reply->retry_after_ms = facts.retry_after_ms;
    reply->code = error_clean(code, ERROR_WORD_MAX);
    reply->request_id = error_clean(request_id, ERROR_WORD_MAX);
    char *message = error_clean(facts.message, ERROR_MESSAGE_MAX);
    if (message != NULL) {
        error_set(&reply->error, class, "%s", message);
    } else {
        char *quote = error_quote_json(root);
        error_set_wordless(reply, class, quote);
        mem_free(quote);
    }
    mem_free(message);
}

void error_reply_from_json(struct error_reply *reply, int status, const cJSON *root)
{
    error_reply_from_root(reply, status, NULL, root);
}

void error_reply_from_named(struct error_reply *reply, int status, const char *name,
                            const char *bytes, size_t len)
{
    cJSON *root = json_parse(bytes, len);
    if (root != NULL) {
        error_reply_from_root(reply, status, name, root);
        cJSON_Delete(root);
        return;
    }
    const struct error_facts facts = {
        .status = status, .is_in_stream = status == 0, .type = name};
    char *words = page_text_summary(bytes, len);
    *reply = (struct error_reply){.status = status};
    reply->code = error_clean(name, ERROR_WORD_MAX);
    error_set_wordless(reply, error_classify(&facts), words);
    mem_free(words);
}

void error_reply_from_body(struct error_reply *reply, int status, const char *bytes,
                           size_t len)
{
    error_reply_from_named(reply, status, NULL, bytes, len);
}

void error_reply_clear(struct error_reply *reply)
{
    error_clear(&reply->error);
    mem_free(reply->code);
    mem_free(reply->request_id);
    *reply = (struct error_reply){.status = 0};
}

char *error_reply_request_id(const struct header_list *headers)
{
    static const char *const names[] = {"x-request-id", "request-id", "x-amzn-requestid",
                                        "cf-ray", "x-generation-id"};
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        const char *value = header_list_get(headers, names[i]);
        char *id = error_clean(value, ERROR_WORD_MAX);
        if (id != NULL)
            return id;
    }
    return NULL;
}
