/*
 * Refusals are read as words: services have no common code for "this model does not take
 * that". So that a wrong value is not taken for a wrong parameter, the words must both
 * name something that was sent and say that it is not known.
 */
#include "src/engine/adaptation.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "src/base/compiler.h"
#include "src/base/mem.h"
#include "src/provider/quirk.h"

/* Words that say a parameter is not taken; a value out of range has others. */
static const char *const unknown_words[] = {
    "unsupported",   "not support", "not permitted", "not allowed",  "unknown",
    "unrecognized",  "unexpected",  "extra inputs",  "extra fields", "extra field",
    "not available", "deprecated",  "no longer",     "instead",      "unrecognised",
};

static const char *const unknown_codes[] = {"unsupported_parameter", "unsupported_value",
                                            "unknown_parameter"};

/* Other names that a parameter of ours goes by. */
static const struct {
    const char *name;
    const char *alias;
} aliases[] = {
    {"reasoning", "reasoning_effort"},
    {"reasoning", "reasoningEffort"},
    {"reasoning", "thinking"},
    {"reasoning", "think"},
    {"top_p", "topP"},
    {"presence_penalty", "presencePenalty"},
    {"frequency_penalty", "frequencyPenalty"},
};

static bool is_word_char(char byte)
{
    return isalnum((unsigned char)byte) || byte == '_';
}

/* True if `word` stands in the text, without case, as a word of its own. */
static bool has_word(const char *text, const char *word)
{
    const size_t len = strlen(word);
    for (const char *at = text; *at != '\0'; at++) {
        const bool is_start = at == text || !is_word_char(at[-1]);
        if (is_start && strncasecmp(at, word, len) == 0 && !is_word_char(at[len]))
            return true;
    }
    return false;
}

static bool has_words(const char *text, const char *words)
{
    const size_t len = strlen(words);
    for (const char *at = text; *at != '\0'; at++) {
        if (strncasecmp(at, words, len) == 0)
            return true;
    }
    return false;
}

static bool refusal_says_unknown(const struct refusal *refusal)
{
    for (size_t i = 0; refusal->code != NULL && i < COUNT_OF(unknown_codes); i++) {
        if (strcmp(refusal->code, unknown_codes[i]) == 0)
            return true;
    }
    for (size_t i = 0; i < COUNT_OF(unknown_words); i++) {
        if (has_words(refusal->message, unknown_words[i]))
            return true;
    }
    return false;
}

static bool refusal_names(const struct refusal *refusal, const char *name)
{
    bool is_named = has_word(refusal->message, name);
    for (size_t i = 0; i < COUNT_OF(aliases); i++) {
        if (strcmp(aliases[i].name, name) == 0)
            is_named = is_named || has_word(refusal->message, aliases[i].alias);
    }
    return is_named;
}

/* The limit of tokens goes by two names; the other one is tried. */
static bool adaptation_read_limit(const struct refusal *refusal,
                                  struct adaptation *change, struct strbuf *said)
{
    const bool has_limit =
        refusal->params != NULL && param_list_get(refusal->params, "max_tokens") != NULL;
    const bool is_new_name = (refusal->quirks & QUIRK_MAX_COMPLETION_TOKENS) != 0;
    const char *const new_name = "max_completion_tokens";
    if (!has_limit)
        return false;
    if (!is_new_name && has_word(refusal->message, "max_tokens")) {
        change->quirks_on = QUIRK_MAX_COMPLETION_TOKENS;
        strbuf_append_format(said, "with %s for max_tokens", new_name);
        return true;
    }
    if (is_new_name && has_word(refusal->message, new_name)) {
        change->quirks_off = QUIRK_MAX_COMPLETION_TOKENS;
        strbuf_append_format(said, "with max_tokens for %s", new_name);
        return true;
    }
    return false;
}

static bool adaptation_read_params(const struct refusal *refusal,
                                   struct adaptation *change, struct strbuf *said)
{
    for (size_t i = 0; i < 64; i++) {
        const struct param_info *info = param_info_get(i);
        if (info == NULL)
            break;
        const bool was_sent = refusal->params != NULL &&
                              param_list_get(refusal->params, info->name) != NULL;
        if (!was_sent || strcmp(info->name, "max_tokens") == 0 ||
            !refusal_names(refusal, info->name))
            continue;
        strbuf_append_format(said, "%s%s", change->left_out != 0 ? ", " : "without ",
                             info->name);
        change->left_out |= (uint64_t)1 << i;
    }
    return change->left_out != 0;
}

bool adaptation_read(const struct refusal *refusal, struct adaptation *change,
                     struct strbuf *said)
{
    *change = (struct adaptation){0};
    if (refusal->has_opaque && (has_word(refusal->message, "signature") ||
                                has_word(refusal->message, "thought_signature") ||
                                has_word(refusal->message, "encrypted_content"))) {
        change->drops_opaque = true;
        strbuf_append_text(said, "without the reasoning it had kept");
        return true;
    }
    if (!refusal_says_unknown(refusal))
        return false;
    if (refusal->is_streaming && (refusal->quirks & QUIRK_NO_STREAM_OPTIONS) == 0 &&
        has_word(refusal->message, "stream_options")) {
        change->quirks_on = QUIRK_NO_STREAM_OPTIONS;
        strbuf_append_text(said, "without stream_options");
        return true;
    }
    return adaptation_read_limit(refusal, change, said) ||
           adaptation_read_params(refusal, change, said);
}

/* --- What is known
 * ----------------------------------------------------------------------
 */

void adaptation_list_clear(struct adaptation_list *list)
{
    for (size_t i = 0; i < list->len; i++)
        mem_free(list->items[i].model);
    mem_free(list->items);
    *list = (struct adaptation_list){0};
}

struct adaptation adaptation_find(const struct adaptation_list *list,
                                  const struct endpoint *endpoint, const char *model)
{
    for (size_t i = 0; i < list->len; i++) {
        const struct adaptation_entry *entry = &list->items[i];
        if (entry->endpoint == endpoint && strcmp(entry->model, model) == 0)
            return entry->adaptation;
    }
    return (struct adaptation){0};
}

void adaptation_learn(struct adaptation_list *list, const struct endpoint *endpoint,
                      const char *model, const struct adaptation *change)
{
    size_t at = 0;
    while (at < list->len && (list->items[at].endpoint != endpoint ||
                              strcmp(list->items[at].model, model) != 0))
        at++;
    if (at == list->len) {
        list->items =
            mem_grow(list->items, &list->cap, list->len + 1, sizeof(list->items[0]));
        list->items[list->len++] =
            (struct adaptation_entry){.endpoint = endpoint, .model = mem_strdup(model)};
    }
    struct adaptation *known = &list->items[at].adaptation;
    known->quirks_on = (known->quirks_on & ~change->quirks_off) | change->quirks_on;
    known->quirks_off = (known->quirks_off & ~change->quirks_on) | change->quirks_off;
    known->left_out |= change->left_out;
    known->drops_opaque = known->drops_opaque || change->drops_opaque;
}

unsigned adaptation_quirks(const struct adaptation *adaptation, unsigned quirks)
{
    return (quirks | adaptation->quirks_on) & ~adaptation->quirks_off;
}

void adaptation_filter(const struct adaptation *adaptation,
                       const struct param_list *params, struct param_list *out)
{
    for (size_t i = 0; params != NULL && i < params->len; i++) {
        uint64_t number = 0;
        while (param_info_get(number) != NULL &&
               param_info_get(number) != params->items[i].info)
            number++;
        if (number < 64 && (adaptation->left_out >> number & 1) != 0)
            continue;
        const struct param_list one = {.items = &params->items[i], .len = 1};
        param_list_copy(out, &one);
    }
}
