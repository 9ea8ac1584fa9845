/*
 * How a Claude model is asked to think: older generations take a budget in tokens, newer
 * ones think as they see fit and take an effort. The generation is read from the model's
 * name; where it cannot be, nothing is asked. The same for every service that offers
 * these models.
 */
#ifndef PROVIDER_CLAUDE_THINKING_H
#define PROVIDER_CLAUDE_THINKING_H

#include <stdbool.h>
#include <stdint.h>

#include "src/base/strbuf.h"
#include "src/provider/provider.h"

/* From this generation on a model thinks as it sees fit; older ones take a budget. */
#define CLAUDE_FIRST_ADAPTIVE 406

struct claude_thinking {
    int64_t budget_tokens; /* 0: none */
    bool is_adaptive;
    bool is_summarized; /* show the thoughts; the newest leave them out unless asked */
    const char *effort; /* or NULL */
};

/* The generation of a Claude model times 100, such as 405 for claude-sonnet-4-5; 0 for
 * any other model. */
int claude_generation(const char *model);

/* The "max_tokens" that the person has set, or -1. */
int64_t claude_thinking_limit(const struct provider_request *request);

/*
 * What to ask for the request's "reasoning" (nothing where it has none); what cannot be
 * asked is ignored by name. `*max_tokens` is the limit that the person has set, or -1;
 * it becomes the one to send, with room for the thoughts.
 */
struct claude_thinking claude_thinking_plan(const struct provider_request *request,
                                            const char *api, int64_t *max_tokens);

/* Writes it as the members "thinking" and "output_config", or nothing. */
void claude_thinking_write(struct strbuf *body, const struct claude_thinking *thinking);

/* Writes temperature and top_p under those two names as far as the model takes them;
 * what it does not is ignored by name. */
void claude_thinking_write_sampling(struct strbuf *body,
                                    const struct provider_request *request,
                                    const struct claude_thinking *thinking,
                                    const char *const members[2]);

#endif
