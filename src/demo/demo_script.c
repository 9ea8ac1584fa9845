/*
 * Topic choice counts whole words without regard to case. Ties go to the topic that
 * stands first, so that a prompt always leads to the same topic whatever the seed.
 */
#include "src/demo/demo_script.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#include "src/base/mem.h"

/* A prompt is searched for keywords up to here. */
#define PROMPT_SEARCH_MAX 4000
#define WORD_MAX          40

/* How many messages are looked through for a topic, from the last. */
#define MESSAGE_SEARCH_MAX 100

void demo_script_init(struct demo_script *script)
{
    *script = (struct demo_script){.call_count = 0};
    strbuf_init(&script->reasoning, STRBUF_OWN_MAX);
    strbuf_init(&script->text, STRBUF_OWN_MAX);
}

void demo_script_add_call(struct demo_script *script, const char *name, char *arguments,
                          struct rng *rng)
{
    if (script->call_count == DEMO_SCRIPT_CALLS_MAX) {
        mem_free(arguments);
        return;
    }
    script->calls[script->call_count++] = (struct demo_script_call){
        .id = strbuf_format("call_%016llx", (unsigned long long)rng_next(rng)),
        .name = name,
        .arguments = arguments,
    };
}

void demo_script_clear(struct demo_script *script)
{
    for (size_t i = 0; i < script->call_count; i++) {
        mem_free(script->calls[i].id);
        mem_free(script->calls[i].arguments);
    }
    strbuf_clear(&script->reasoning);
    strbuf_clear(&script->text);
    script->call_count = 0;
}

struct rng demo_script_rng(const struct demo_chat *chat, uint64_t round)
{
    struct rng rng;
    rng_init(&rng, chat->seed + round * 0xd1342543de82ef95u);
    return rng;
}

/* Copies the next word of `*text` in lower case to `word`; false at the end. */
static bool next_word(const char **text, const char *end, char word[WORD_MAX])
{
    const char *at = *text;
    while (at < end && *at != '\0' && !isalnum((unsigned char)*at))
        at++;
    size_t len = 0;
    while (at < end && (isalnum((unsigned char)*at) || *at == '+' || *at == '#')) {
        if (len + 1 < WORD_MAX)
            word[len++] = (char)tolower((unsigned char)*at);
        at++;
    }
    word[len] = '\0';
    *text = at;
    return len > 0;
}

/* True if `word` is one of the words in `list`. */
static bool is_listed(const char *list, const char *word)
{
    const size_t len = strlen(word);
    for (const char *at = strstr(list, word); at != NULL; at = strstr(at + 1, word)) {
        const bool starts = at == list || at[-1] == ' ';
        if (starts && (at[len] == ' ' || at[len] == '\0'))
            return true;
    }
    return false;
}

static size_t count_hits(const struct demo_topic *topic, const char *text)
{
    const size_t len = strlen(text);
    const char *end = text + (len < PROMPT_SEARCH_MAX ? len : PROMPT_SEARCH_MAX);
    char word[WORD_MAX];
    size_t hits = 0;
    while (next_word(&text, end, word))
        hits += is_listed(topic->keywords, word);
    return hits;
}

/* The index of the topic that the text is about; `count` if it is about none. */
static size_t match_topic(const struct demo_topic *topics, size_t count, const char *text)
{
    size_t best = count;
    size_t best_hits = 0;
    for (size_t i = 0; i < count; i++) {
        const size_t hits = count_hits(&topics[i], text);
        if (hits > best_hits) {
            best = i;
            best_hits = hits;
        }
    }
    return best;
}

const struct demo_topic *demo_script_topic(const struct demo_chat *chat,
                                           const struct demo_topic *topics, size_t count,
                                           uint64_t round)
{
    size_t found = count;
    const size_t all = chat->message_count;
    const size_t first = all > MESSAGE_SEARCH_MAX ? all - MESSAGE_SEARCH_MAX : 0;
    for (size_t i = all; i > first && found == count; i--) {
        if (chat->messages[i - 1].role == DEMO_ROLE_USER)
            found = match_topic(topics, count, chat->messages[i - 1].text);
    }
    if (found == count) {
        struct rng rng = demo_script_rng(chat, 0);
        found = rng_below(&rng, count);
    }
    return &topics[(found + round) % count];
}

void demo_script_blocks(struct strbuf *out, const char *const *blocks, size_t want,
                        struct rng *rng)
{
    size_t left = 0;
    while (blocks[left] != NULL)
        left++;
    for (size_t i = 0; blocks[i] != NULL && want > 0; i++, left--) {
        if (rng_below(rng, left) >= want)
            continue;
        strbuf_append_text(out, blocks[i]);
        want--;
    }
}
