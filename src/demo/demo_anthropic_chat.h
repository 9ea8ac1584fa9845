/* Reading requests of the Messages protocol; its record is in demo_anthropic.c. */
#ifndef DEMO_ANTHROPIC_CHAT_H
#define DEMO_ANTHROPIC_CHAT_H

#include "src/demo/demo_protocol.h"

/* What struct demo_protocol calls `read`. */
bool demo_anthropic_read(struct demo_chat *chat, const cJSON *root,
                         struct demo_refusal *refusal);

/* Appends the signature of a thought, which has to come back with it. */
void demo_anthropic_append_signature(struct strbuf *out, const char *thought);

#endif
