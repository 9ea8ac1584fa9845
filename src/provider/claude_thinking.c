/*
 * A name is cut at everything that is neither letter nor digit: the first number of at
 * most two digits behind "claude" is the generation, another one right behind it its
 * minor part ("claude-3-7-sonnet-20250219", "us.anthropic.claude-opus-4-6-v1:0",
 * "claude-sonnet-5").
 */
#include "src/provider/claude_thinking.h"

#include <inttypes.h>
#include <string.h>

#include "src/base/compiler.h"
#include "src/provider/block_messages.h"
#include "src/provider/encode_common.h"

/* The limit of an answer where the person sets none: the service insists on one. */
#define CLAUDE_MAX_TOKENS 8192

/* The smallest budget that is taken. */
#define CLAUDE_BUDGET_MIN 1024

#define CLAUDE_FIRST_THINKING 307 /* older ones cannot */
#define CLAUDE_FIRST_EFFORT   407 /* from here on effort is all there is to set */

/* What a choice of "reasoning" means. The largest budget and the default limit together
 * stay inside the smallest limit of the models that take a budget, 32 000. */
static const struct {
    const char *choice;
    int64_t budget_tokens;
    const char *effort_4_6; /* knows no "xhigh" */
    const char *effort;
} claude_efforts[] = {
    {"minimal", 1024, "low", "low"},      {"low", 2048, "low", "low"},
    {"medium", 8192, "medium", "medium"}, {"high", 16384, "high", "high"},
    {"xhigh", 20480, "high", "xhigh"},    {"max", 23808, "max", "max"},
};

/* Reads a number of one or two digits that stands alone; -1 for anything else. */
static int read_version(const char *word, size_t len)
{
    int number = 0;
    if (len == 0 || len > 2)
        return -1;
    for (size_t i = 0; i < len; i++) {
        if (word[i] < '0' || word[i] > '9')
            return -1;
        number = number * 10 + (word[i] - '0');
    }
    return number;
}

int claude_generation(const char *model)
{
    static const char word_bytes[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                     "abcdefghijklmnopqrstuvwxyz0123456789";
    const char *at = strstr(model, "claude");
    int major = -1;
    while (at != NULL && *at != '\0') {
        const size_t len = strspn(at, word_bytes);
        const int version = read_version(at, len);
        if (major >= 0)
            return major * 100 + (version > 0 ? version : 0);
        major = version;
        at += len;
        at += *at != '\0';
    }
    return major > 0 ? major * 100 : 0;
}

/* The budget inside the limit, which is raised if it is the default; 0 if there is no
 * room. */
static int64_t fit_budget(int64_t budget, int64_t *max_tokens)
{
    if (*max_tokens < 0) {
        *max_tokens = budget + CLAUDE_MAX_TOKENS;
        return budget;
    }
    if (*max_tokens <= CLAUDE_BUDGET_MIN)
        return 0;
    const int64_t half = *max_tokens / 2; /* the other half is for the answer */
    if (half < CLAUDE_BUDGET_MIN)
        return CLAUDE_BUDGET_MIN;
    return budget < half ? budget : half;
}

/* Fills the plan for a choice other than "none"; false if it cannot be asked. */
static bool plan_choice(struct claude_thinking *plan, int generation, const char *choice,
                        int64_t *max_tokens)
{
    size_t i = 0;
    while (i < COUNT_OF(claude_efforts) && strcmp(claude_efforts[i].choice, choice) != 0)
        i++;
    if (i == COUNT_OF(claude_efforts) || generation < CLAUDE_FIRST_THINKING)
        return false;
    if (generation < CLAUDE_FIRST_ADAPTIVE) {
        plan->budget_tokens = fit_budget(claude_efforts[i].budget_tokens, max_tokens);
        return plan->budget_tokens > 0;
    }
    plan->is_adaptive = true;
    plan->is_summarized = generation >= CLAUDE_FIRST_EFFORT;
    plan->effort = generation >= CLAUDE_FIRST_EFFORT ? claude_efforts[i].effort
                                                     : claude_efforts[i].effort_4_6;
    return true;
}

int64_t claude_thinking_limit(const struct provider_request *request)
{
    const struct param *limit =
        request->params != NULL ? param_list_get(request->params, "max_tokens") : NULL;
    return limit != NULL ? (int64_t)limit->number : -1;
}

struct claude_thinking claude_thinking_plan(const struct provider_request *request,
                                            const char *api, int64_t *max_tokens)
{
    const struct claude_thinking none = {.budget_tokens = 0};
    const char *choice = encode_reasoning(request);
    const int generation = claude_generation(request->model);
    struct claude_thinking plan = none;
    if (choice != NULL && strcmp(choice, "none") == 0) {
        /* Older ones think only when asked; of the newest some cannot be stopped, but
         * all think least at low effort. */
        if (generation >= CLAUDE_FIRST_EFFORT)
            plan.effort = "low";
        else if (generation == 0)
            encode_ignore(request, "reasoning");
    } else if (choice != NULL) {
        const int64_t limit = *max_tokens;
        bool is_asked = plan_choice(&plan, generation, choice, max_tokens);
        if (is_asked && block_messages_is_bare_loop(request, api, !plan.is_adaptive)) {
            plan = (struct claude_thinking){.effort = plan.effort};
            *max_tokens = limit;
            is_asked = plan.effort != NULL;
        }
        if (!is_asked)
            encode_ignore(request, "reasoning");
    }
    if (*max_tokens < 0)
        *max_tokens = CLAUDE_MAX_TOKENS;
    return plan;
}

void claude_thinking_write(struct strbuf *body, const struct claude_thinking *thinking)
{
    if (thinking->budget_tokens > 0) {
        encode_comma(body);
        strbuf_append_format(body,
                             "\"thinking\":{\"type\":\"enabled\","
                             "\"budget_tokens\":%" PRId64 "}",
                             thinking->budget_tokens);
    }
    if (thinking->is_adaptive) {
        encode_comma(body);
        strbuf_append_text(body, "\"thinking\":{\"type\":\"adaptive\"");
        if (thinking->is_summarized)
            strbuf_append_text(body, ",\"display\":\"summarized\"");
        strbuf_append_char(body, '}');
    }
    if (thinking->effort != NULL) {
        encode_comma(body);
        strbuf_append_format(body, "\"output_config\":{\"effort\":\"%s\"}",
                             thinking->effort);
    }
}

/* While a model thinks there is no choice, and since generation 4 only one of the two is
 * taken. */
void claude_thinking_write_sampling(struct strbuf *body,
                                    const struct provider_request *request,
                                    const struct claude_thinking *thinking,
                                    const char *const members[2])
{
    static const char *const names[2] = {"temperature", "top_p"};
    bool may_add = thinking->budget_tokens == 0 && !thinking->is_adaptive;
    for (size_t i = 0; request->params != NULL && i < COUNT_OF(names); i++) {
        const struct param *param = param_list_get(request->params, names[i]);
        if (param == NULL)
            continue;
        if (may_add)
            encode_param(body, members[i], param);
        else
            encode_ignore(request, names[i]);
        may_add = may_add && claude_generation(request->model) < 400;
    }
}
