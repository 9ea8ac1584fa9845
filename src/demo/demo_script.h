/*
 * What a model has to say before it is cut into tokens and paced: reasoning, text and
 * tool calls. Scripts fill one; demo_reply plays it. Also the helpers that scripts share:
 * choosing a topic by the words of the prompt, and mixing by the seed.
 */
#ifndef DEMO_SCRIPT_H
#define DEMO_SCRIPT_H

#include <stddef.h>
#include <stdint.h>

#include "src/base/rng.h"
#include "src/base/strbuf.h"
#include "src/demo/demo_chat.h"

#define DEMO_SCRIPT_CALLS_MAX 4

struct demo_script_call {
    char *id;
    const char *name; /* a constant */
    char *arguments;  /* JSON */
};

struct demo_script {
    struct strbuf reasoning;
    struct strbuf text;
    struct demo_script_call calls[DEMO_SCRIPT_CALLS_MAX];
    size_t call_count;
};

/* Something to talk about: the words that lead to it, and blocks of text about it. */
struct demo_topic {
    const char *keywords; /* separated by spaces, lower case; "" = only by chance */
    const char *opening;
    const char *const *blocks; /* NULL-terminated */
};

void demo_script_init(struct demo_script *script);

/* Adds a call whose id is made from `rng`; takes `arguments`. At most
 * DEMO_SCRIPT_CALLS_MAX. */
void demo_script_add_call(struct demo_script *script, const char *name, char *arguments,
                          struct rng *rng);

void demo_script_clear(struct demo_script *script);

/* Random numbers for one round of an answer. */
struct rng demo_script_rng(const struct demo_chat *chat, uint64_t round);

/*
 * The topic whose keywords occur most in the latest user message that has any; if none
 * has, one by chance. Round 1 and on give the topics that follow in the table.
 */
const struct demo_topic *demo_script_topic(const struct demo_chat *chat,
                                           const struct demo_topic *topics, size_t count,
                                           uint64_t round);

/* Appends `want` of the NULL-terminated blocks, chosen by `rng`, kept in their order. */
void demo_script_blocks(struct strbuf *out, const char *const *blocks, size_t want,
                        struct rng *rng);

#endif
