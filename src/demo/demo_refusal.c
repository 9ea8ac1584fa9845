/*
 * The words and shapes follow what OpenAI answers, so that a client that can read these
 * can read the real ones.
 */
#include "src/demo/demo_refusal.h"

#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include "src/base/json.h"
#include "src/base/mem.h"
#include "src/base/strbuf.h"

static const char page_down[] =
    "<!DOCTYPE html>\n<html>\n<head><title>503 Service Temporarily Unavailable</title>"
    "</head>\n<body>\n<h1>503 Service Temporarily Unavailable</h1>\n"
    "<p>The model has left the building. It will be back after tea.</p>\n"
    "<hr><center>motet demo</center>\n</body>\n</html>\n";

static const char page_portal[] =
    "<!DOCTYPE html>\n<html>\n<head><title>Welcome to Harbour Hotel "
    "Wi-Fi</title></head>\n"
    "<body>\n<h1>Almost there</h1>\n<p>Please accept our terms to go online.</p>\n"
    "<form><button>Accept</button></form>\n</body>\n</html>\n";

static void append_member(struct strbuf *out, const char *name, const char *value)
{
    strbuf_append_format(out, ",\"%s\":", name);
    if (value != NULL)
        json_append_string(out, value, strlen(value));
    else
        strbuf_append_text(out, "null");
}

void demo_refusal_set(struct demo_refusal *refusal, int status,
                      struct demo_error_words words, const char *format, ...)
{
    struct strbuf message;
    strbuf_init(&message, STRBUF_OWN_MAX);
    va_list args;
    va_start(args, format);
    strbuf_append_args(&message, format, args);
    va_end(args);
    struct strbuf body;
    strbuf_init(&body, STRBUF_OWN_MAX);
    strbuf_append_text(&body, "{\"error\":{\"message\":");
    json_append_string(&body, strbuf_text(&message), message.len);
    append_member(&body, "type", words.type);
    append_member(&body, "param", words.param);
    append_member(&body, "code", words.code);
    strbuf_append_text(&body, "}}\n");
    strbuf_clear(&message);
    demo_refusal_clear(refusal);
    *refusal = (struct demo_refusal){
        .status = status, .retry_after_s = -1, .body = strbuf_take(&body)};
}

static void set_page(struct demo_refusal *refusal, int status, const char *page)
{
    demo_refusal_clear(refusal);
    *refusal = (struct demo_refusal){
        .status = status, .is_html = true, .retry_after_s = -1, .body = mem_strdup(page)};
}

/* What OpenAI says with each status. */
struct status_words {
    int status;
    struct demo_error_words words;
    const char *message;
};

static const struct status_words status_table[] = {
    {400,
     {"invalid_request_error", "invalid_value", "messages"},
     "The request was refused, as the model's name asked"},
    {401,
     {"invalid_request_error", "invalid_api_key", NULL},
     "Incorrect API key provided: the demo was asked to refuse it"},
    {402,
     {"insufficient_quota", "credit_balance_exhausted", NULL},
     "The prepaid balance of this demo account is used up"},
    {403,
     {"invalid_request_error", "unsupported_country_region_territory", NULL},
     "Country, region, or territory not supported"},
    {404,
     {"invalid_request_error", "model_not_found", "model"},
     "The model does not exist or you do not have access to it"},
    {408, {"server_error", NULL, NULL}, "The request took too long to arrive"},
    {429,
     {"requests", "rate_limit_exceeded", NULL},
     "Rate limit reached for requests. Please try again in a moment"},
    {503,
     {"service_unavailable_error", "server_is_overloaded", NULL},
     "The demo's engines are currently overloaded, please try again later"},
};

static void set_status(struct demo_refusal *refusal, int status)
{
    for (size_t i = 0; i < COUNT_OF(status_table); i++) {
        const struct status_words *row = &status_table[i];
        if (row->status == status) {
            demo_refusal_set(refusal, status, row->words, "%s", row->message);
            return;
        }
    }
    const bool is_server = status >= 500;
    const struct demo_error_words words = {
        is_server ? "server_error" : "invalid_request_error", NULL, NULL};
    demo_refusal_set(refusal, status, words,
                     "The demo answered with status %d, as the model's name asked",
                     status);
}

static void set_flaky(struct demo_refusal *refusal, const struct demo_params *params)
{
    set_status(refusal, params->status > 0 ? params->status : 429);
    refusal->retry_after_s = params->retry_after_s >= 0 ? params->retry_after_s : 1;
}

bool demo_refusal_set_fault(struct demo_refusal *refusal,
                            const struct demo_params *params)
{
    const struct demo_error_words quota = {"insufficient_quota", "insufficient_quota",
                                           NULL};
    const struct demo_error_words context = {"invalid_request_error",
                                             "context_length_exceeded", "messages"};
    switch (params->fault) {
    case DEMO_FAULT_NONE:
    case DEMO_FAULT_CUT:
    case DEMO_FAULT_CUT_UTF8:
    case DEMO_FAULT_STALL:
    case DEMO_FAULT_GARBAGE:
    case DEMO_FAULT_ERROR:
    case DEMO_FAULT_EOF:
    case DEMO_FAULT_EMPTY:
    case DEMO_FAULT_FILTER: return false;
    case DEMO_FAULT_DOWN:
        set_page(refusal, params->status > 0 ? params->status : 503, page_down);
        break;
    case DEMO_FAULT_HTML:
        set_page(refusal, params->status > 0 ? params->status : 200, page_portal);
        break;
    case DEMO_FAULT_FLAKY: set_flaky(refusal, params); return true;
    case DEMO_FAULT_QUOTA:
        demo_refusal_set(refusal, 429, quota,
                         "You exceeded your current quota, please check your plan and "
                         "billing details");
        break;
    case DEMO_FAULT_CONTEXT:
        demo_refusal_set(refusal, 400, context,
                         "This model's maximum context length is 8 tokens. However, your "
                         "messages resulted in more. Please reduce their length");
        break;
    case DEMO_FAULT_STATUS: set_status(refusal, params->status); break;
    }
    refusal->retry_after_s = params->retry_after_s;
    return true;
}

void demo_refusal_clear(struct demo_refusal *refusal)
{
    mem_free(refusal->body);
    *refusal = (struct demo_refusal){.retry_after_s = -1};
}
