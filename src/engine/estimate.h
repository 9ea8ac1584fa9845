/*
 * What a request will take, before it is sent: a guess, and always said to be one. About
 * four bytes of English are a token; of other scripts a character is about one. Pictures
 * count as what most services bill for a middling one. Pure.
 */
#ifndef ENGINE_ESTIMATE_H
#define ENGINE_ESTIMATE_H

#include <stdint.h>

#include "src/chat/param.h"
#include "src/config/catalog.h"
#include "src/prompt/template_render.h"

/* Tokens that an answer is taken to have while nothing is known of it. */
#define ESTIMATE_OUTPUT_TOKENS 500

/* About how many tokens a text is. */
int64_t estimate_text_tokens(const char *text, size_t len);

/* About how many tokens a message is, with what frames it. */
int64_t estimate_message_tokens(const struct message *message);

/* About how many tokens the whole prompt is; `system` (NULL: none) stands in where the
 * prompt has none of its own. */
int64_t estimate_prompt_tokens(const struct rendered_prompt *prompt, const char *system);

/* About how many tokens the answer will be: `average` of those that are known (0: none),
 * but no more than the parameters allow. */
int64_t estimate_answer_tokens(const struct param_list *params, int64_t average);

/* The money for that many tokens; negative where a price is not known. */
double estimate_cost(const struct catalog *catalog, const struct endpoint *endpoint,
                     const char *model, int64_t input, int64_t output);

#endif
