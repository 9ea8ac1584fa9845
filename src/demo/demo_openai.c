/* The words follow what OpenAI answers. */
#include "src/demo/demo_openai.h"

#include <string.h>

#include "src/demo/demo_model.h"

#define MODELS_CREATED 1767225600

const struct demo_problem_form demo_openai_problems[DEMO_PROBLEM_COUNT] = {
    [DEMO_PROBLEM_REQUEST] = {400, "invalid_request_error", NULL,
                              "The request was refused, as the model's name asked"},
    [DEMO_PROBLEM_KEY] = {401, "invalid_request_error", "invalid_api_key",
                          "Incorrect API key provided: the demo was asked to refuse it"},
    [DEMO_PROBLEM_BILLING] = {402, "insufficient_quota", "credit_balance_exhausted",
                              "The prepaid balance of this demo account is used up"},
    [DEMO_PROBLEM_REGION] = {403, "invalid_request_error",
                             "unsupported_country_region_territory",
                             "Country, region, or territory not supported"},
    [DEMO_PROBLEM_MODEL] = {404, "invalid_request_error", "model_not_found",
                            "The model does not exist or you do not have access to it"},
    [DEMO_PROBLEM_PATH] = {404, "invalid_request_error", NULL, "Invalid URL"},
    [DEMO_PROBLEM_METHOD] = {405, "invalid_request_error", NULL, "Method not allowed"},
    [DEMO_PROBLEM_TIMEOUT] = {408, "server_error", NULL,
                              "The request took too long to arrive"},
    [DEMO_PROBLEM_LARGE] = {413, "invalid_request_error", NULL,
                            "The request's body is too long"},
    [DEMO_PROBLEM_CONTEXT] = {400, "invalid_request_error", "context_length_exceeded",
                              "This model's maximum context length is 8 tokens. However, "
                              "your messages resulted in more. Please reduce their "
                              "length"},
    [DEMO_PROBLEM_RATE] = {429, "requests", "rate_limit_exceeded",
                           "Rate limit reached for requests"},
    [DEMO_PROBLEM_QUOTA] = {429, "insufficient_quota", "insufficient_quota",
                            "You exceeded your current quota, please check your plan and "
                            "billing details"},
    [DEMO_PROBLEM_SERVER] = {500, "server_error", NULL,
                             "The server had an error while processing your request. "
                             "Sorry about that!"},
    [DEMO_PROBLEM_OVERLOADED] = {503, "service_unavailable_error", "server_is_overloaded",
                                 "The demo's engines are currently overloaded, please "
                                 "try again later"},
};

static void append_member(struct strbuf *out, const char *name, const char *value)
{
    strbuf_append_format(out, ",\"%s\":", name);
    if (value != NULL)
        json_append_string(out, value, strlen(value));
    else
        strbuf_append_text(out, "null");
}

/* The parameter that the problem is about: where it is not told, the usual one. */
static const char *param_of(const struct demo_problem_note *note)
{
    const bool is_context = note->problem == DEMO_PROBLEM_CONTEXT;
    if (note->param == NULL && note->problem == DEMO_PROBLEM_MODEL)
        return "model";
    return note->param == NULL && is_context ? "messages" : note->param;
}

void demo_openai_append_error_object(struct strbuf *out,
                                     const struct demo_problem_note *note)
{
    const struct demo_problem_form *form = &demo_openai_problems[note->problem];
    const bool is_value = note->problem == DEMO_PROBLEM_REQUEST && note->param != NULL;
    strbuf_append_text(out, "{\"message\":");
    json_append_string(out, note->message, strlen(note->message));
    append_member(out, "type", form->type);
    append_member(out, "param", param_of(note));
    append_member(out, "code", is_value ? "invalid_value" : form->code);
    strbuf_append_char(out, '}');
}

void demo_openai_append_error(struct strbuf *out, const struct demo_problem_note *note)
{
    strbuf_append_text(out, "{\"error\":");
    demo_openai_append_error_object(out, note);
    strbuf_append_char(out, '}');
}

void demo_openai_append_models(struct strbuf *out)
{
    strbuf_append_text(out, "{\"object\":\"list\",\"data\":[");
    for (size_t i = 0; i < demo_model_count(); i++) {
        const struct demo_model *model = demo_model_get(i);
        strbuf_append_format(out,
                             "%s{\"id\":\"%s\",\"object\":\"model\",\"created\":%d,"
                             "\"owned_by\":\"motet-demo\",\"description\":",
                             i > 0 ? "," : "", model->name, MODELS_CREATED);
        json_append_string(out, model->help, strlen(model->help));
        strbuf_append_char(out, '}');
    }
    strbuf_append_text(out, "]}");
}
