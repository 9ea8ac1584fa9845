/*
 * One table lists the parameters with their ranges, others the words that some take.
 * The query is cut at '&' and each part at its first '='. Nothing is percent-decoded: no
 * value needs it.
 */
#include "src/demo/demo_params.h"

#include <string.h>

#include "src/base/compiler.h"
#include "src/base/mem.h"
#include "src/base/number.h"
#include "src/base/strbuf.h"

enum param_id {
    PARAM_RATE,
    PARAM_TOKENS,
    PARAM_TTFT,
    PARAM_SEED,
    PARAM_FAULT,
    PARAM_AT,
    PARAM_PHASE,
    PARAM_STATUS,
    PARAM_RETRY_AFTER,
    PARAM_WAIT,
    PARAM_JITTER,
    PARAM_KEY
};

/* A word and what it stands for; a list ends with a NULL word. */
struct param_word {
    const char *word;
    int value;
};

static const struct param_word fault_words[] = {
    {"none", DEMO_FAULT_NONE},
    {"cut", DEMO_FAULT_CUT},
    {"cut-utf8", DEMO_FAULT_CUT_UTF8},
    {"stall", DEMO_FAULT_STALL},
    {"garbage", DEMO_FAULT_GARBAGE},
    {"error", DEMO_FAULT_ERROR},
    {"eof", DEMO_FAULT_EOF},
    {"empty", DEMO_FAULT_EMPTY},
    {"filter", DEMO_FAULT_FILTER},
    {"down", DEMO_FAULT_DOWN},
    {"html", DEMO_FAULT_HTML},
    {"flaky", DEMO_FAULT_FLAKY},
    {"quota", DEMO_FAULT_QUOTA},
    {"context", DEMO_FAULT_CONTEXT},
    {"gateway", DEMO_FAULT_GATEWAY},
    {"key", DEMO_FAULT_KEY},
    {"type", DEMO_FAULT_TYPE},
    {"bare", DEMO_FAULT_BARE},
    {"line", DEMO_FAULT_LINE},
    {"flood", DEMO_FAULT_FLOOD},
    {NULL, 0},
};

static const struct param_word phase_words[] = {
    {"head", DEMO_PHASE_HEAD}, {"body", DEMO_PHASE_BODY}, {"text", DEMO_PHASE_TEXT},
    {"end", DEMO_PHASE_END},   {"done", DEMO_PHASE_DONE}, {NULL, 0},
};

static const struct param_word wait_words[] = {
    {"seconds", DEMO_WAIT_SECONDS},
    {"date", DEMO_WAIT_DATE},
    {"ms", DEMO_WAIT_MS},
    {"info", DEMO_WAIT_INFO},
    {"reset", DEMO_WAIT_RESET},
    {"words", DEMO_WAIT_WORDS},
    {NULL, 0},
};

static const struct param_word key_words[] = {
    {"required", true}, {"optional", false}, {NULL, 0}};

struct param_info {
    const char *name;
    enum param_id id;
    bool is_whole; /* only whole numbers */
    double min;
    double max;
    const char *range;              /* the same in words, for the error */
    const struct param_word *words; /* NULL: a number */
};

static const struct param_info params_known[] = {
    {"rate", PARAM_RATE, false, 0, 1e6, "a number from 0 to 1000000", NULL},
    {"tokens", PARAM_TOKENS, true, 1, 1e7, "a whole number from 1 to 10000000", NULL},
    {"ttft", PARAM_TTFT, true, 0, 3.6e6, "milliseconds from 0 to 3600000", NULL},
    {"seed", PARAM_SEED, true, 0, 9e18, "a whole number from 0", NULL},
    {"fault", PARAM_FAULT, false, 0, 0, "a status from 400 to 599 or ", fault_words},
    {"at", PARAM_AT, true, 0, 1e7, "a whole number from 0 to 10000000", NULL},
    {"phase", PARAM_PHASE, false, 0, 0, "", phase_words},
    {"status", PARAM_STATUS, true, 200, 599, "a status from 400 to 599, or 200", NULL},
    {"retry_after", PARAM_RETRY_AFTER, false, 0, 86400, "seconds from 0 to 86400", NULL},
    {"wait", PARAM_WAIT, false, 0, 0, "", wait_words},
    {"jitter", PARAM_JITTER, false, 0, 1, "a number from 0 to 1", NULL},
    {"key", PARAM_KEY, false, 0, 0, "", key_words},
};

static const struct param_info *find_param(const char *name)
{
    for (size_t i = 0; i < COUNT_OF(params_known); i++) {
        if (strcmp(params_known[i].name, name) == 0)
            return &params_known[i];
    }
    return NULL;
}

static bool find_word(const struct param_word *words, const char *text, int *value)
{
    for (; words->word != NULL; words++) {
        if (strcmp(words->word, text) == 0) {
            *value = words->value;
            return true;
        }
    }
    return false;
}

static void refuse_word(const struct param_info *info, const char *value,
                        struct error *err)
{
    struct strbuf list;
    strbuf_init(&list, STRBUF_OWN_MAX);
    for (const struct param_word *at = info->words; at->word != NULL; at++)
        strbuf_append_format(&list, "%s%s", list.len > 0 ? ", " : "", at->word);
    error_set(err, ERROR_BAD_REQUEST,
              "the model parameter \"%s\" must be %sone of %s, not \"%.60s\"", info->name,
              info->range, strbuf_text(&list), value);
    strbuf_clear(&list);
}

/* Reads a fault that is given as its status. */
static bool read_fault_status(struct demo_params *params, const char *value)
{
    int64_t status = 0;
    if (!number_parse_int(value, &status) || status < 400 || status > 599)
        return false;
    params->fault = DEMO_FAULT_STATUS;
    params->status = (int)status;
    return true;
}

/* Reads one of the parameter's words. */
static bool read_word(struct demo_params *params, const struct param_info *info,
                      const char *value, struct error *err)
{
    int number = 0;
    if (info->id == PARAM_FAULT && read_fault_status(params, value))
        return true;
    if (!find_word(info->words, value, &number)) {
        refuse_word(info, value, err);
        return false;
    }
    if (info->id == PARAM_FAULT)
        params->fault = (enum demo_fault)number;
    else if (info->id == PARAM_PHASE)
        params->phase = (enum demo_phase)number;
    else if (info->id == PARAM_WAIT)
        params->wait = (enum demo_wait)number;
    else
        params->needs_key = number != 0;
    return true;
}

/* Reads a number within the parameter's range. */
static bool read_number(const struct param_info *info, const char *value, double *number)
{
    int64_t whole = 0;
    if (info->is_whole) {
        if (!number_parse_int(value, &whole))
            return false;
        *number = (double)whole;
    } else if (!number_parse_double(value, number)) {
        return false;
    }
    if (info->id == PARAM_STATUS && *number > 200 && *number < 400)
        return false;
    return *number >= info->min && *number <= info->max;
}

/* Stores a checked number; `value` is its text, for what a double cannot hold. */
static void store_number(struct demo_params *params, enum param_id id, double number,
                         const char *value)
{
    int64_t whole = 0;
    switch (id) {
    case PARAM_RATE:
        params->rate = number;
        params->reasoning_rate = number;
        break;
    case PARAM_TOKENS: params->tokens = (int64_t)number; break;
    case PARAM_TTFT: params->ttft_ms = (int64_t)number; break;
    case PARAM_SEED:
        number_parse_int(value, &whole);
        params->seed = (uint64_t)whole;
        params->has_seed = true;
        break;
    case PARAM_AT: params->at = (int64_t)number; break;
    case PARAM_STATUS:
        params->status = (int)number;
        if (params->fault == DEMO_FAULT_NONE && params->status >= 400)
            params->fault = DEMO_FAULT_STATUS;
        break;
    case PARAM_RETRY_AFTER: params->retry_after_s = number; break;
    case PARAM_JITTER: params->jitter = number; break;
    case PARAM_FAULT:
    case PARAM_PHASE:
    case PARAM_WAIT:
    case PARAM_KEY: break;
    }
}

static bool read_param(struct demo_params *params, const struct param_info *info,
                       const char *value, struct error *err)
{
    if (info->words != NULL)
        return read_word(params, info, value, err);
    double number = 0;
    if (!read_number(info, value, &number)) {
        error_set(err, ERROR_BAD_REQUEST,
                  "the model parameter \"%s\" must be %s, not \"%.60s\"", info->name,
                  info->range, value);
        return false;
    }
    store_number(params, info->id, number, value);
    return true;
}

/* Reads one "name=value"; `text` is cut in place at the '='. */
static bool read_part(struct demo_params *params, char *text, const char **culprit,
                      struct error *err)
{
    char *value = strchr(text, '=');
    if (value != NULL)
        *value++ = '\0';
    const struct param_info *info = find_param(text);
    *culprit = info != NULL ? info->name : "model";
    if (info == NULL) {
        error_set(err, ERROR_BAD_REQUEST, "there is no model parameter \"%.60s\"", text);
        return false;
    }
    return read_param(params, info, value != NULL ? value : "", err);
}

bool demo_params_parse(struct demo_params *params, const char *query,
                       const char **culprit, struct error *err)
{
    char *copy = mem_strdup(query);
    bool is_ok = true;
    char *part = copy;
    while (is_ok && part != NULL) {
        char *next = strchr(part, '&');
        if (next != NULL)
            *next++ = '\0';
        if (*part != '\0')
            is_ok = read_part(params, part, culprit, err);
        part = next;
    }
    mem_free(copy);
    return is_ok;
}
