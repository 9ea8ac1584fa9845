/*
 * Answers kept from one run to the next: a file for each request (mode 0600, written
 * beside and renamed), named by a hash of where it went and what it said. A hit is an
 * answer without a request. The folder has a ceiling; what is older goes first.
 */
#ifndef ENGINE_ANSWER_CACHE_H
#define ENGINE_ANSWER_CACHE_H

#include <stdbool.h>
#include <stddef.h>

#include "src/engine/chat_setup.h"
#include "src/engine/run_cell.h"

struct answer_cache;

/* The ceiling of the folder, and of one answer in it. */
#define ANSWER_CACHE_MAX     ((size_t)256 << 20)
#define ANSWER_CACHE_ONE_MAX ((size_t)4 << 20)

/* Opens (and makes) the folder; `max` is its ceiling in bytes. NULL with err filled if it
 * cannot be used. */
struct answer_cache *answer_cache_new(const char *folder, size_t max, struct error *err);

/* NULL is allowed. */
void answer_cache_free(struct answer_cache *cache);

/*
 * The key of a request: protocol, address, model, body, names of its tools, which of
 * several repeats it is, and the schema of the answer (NULL: none). NULL if the request
 * cannot be written. Caller frees.
 */
char *answer_cache_make_key(const struct chat_setup *setup,
                            const struct rendered_prompt *prompt, size_t repeat,
                            const char *schema);

/* Fills the result from the answer of that key; false if there is none. */
bool answer_cache_find(struct answer_cache *cache, const char *key,
                       struct run_result *result);

/* Keeps an answer. What cannot be written is not kept. */
void answer_cache_store(struct answer_cache *cache, const char *key,
                        const struct run_result *result);

#endif
