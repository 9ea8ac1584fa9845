/* Reading requests of the Responses protocol; its record is in demo_openai_responses.c.
 */
#ifndef DEMO_OPENAI_INPUT_H
#define DEMO_OPENAI_INPUT_H

#include "src/demo/demo_protocol.h"

/* What struct demo_protocol calls `read`. */
bool demo_openai_input_read(struct demo_chat *chat, const cJSON *root,
                            struct demo_refusal *refusal);

/* Appends the content of the reasoning item `id`, which has to come back with it. */
void demo_openai_input_append_secret(struct strbuf *out, const char *id);

#endif
