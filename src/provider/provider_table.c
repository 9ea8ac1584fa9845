/* The wire protocols, one record each. A new protocol is one line here. */
#include "src/provider/provider.h"

#include <string.h>

#include "src/base/compiler.h"
#include "src/base/mem.h"
#include "src/provider/anthropic.h"
#include "src/provider/bedrock.h"
#include "src/provider/cohere.h"
#include "src/provider/gemini.h"
#include "src/provider/ollama.h"
#include "src/provider/openai_chat.h"
#include "src/provider/openai_responses.h"

static const struct provider *const provider_table[] = {
    &openai_chat_provider, &openai_responses_provider, &gemini_provider, &ollama_provider,
    &anthropic_provider,   &bedrock_provider,          &cohere_provider,
};

const struct provider *provider_get(size_t index)
{
    return index < COUNT_OF(provider_table) ? provider_table[index] : NULL;
}

const struct provider *provider_find(const char *name)
{
    for (size_t i = 0; i < COUNT_OF(provider_table); i++) {
        if (strcmp(provider_table[i]->name, name) == 0)
            return provider_table[i];
    }
    return NULL;
}

void request_signing_clear(struct request_signing *signing)
{
    if (signing->user_password != NULL)
        mem_wipe(signing->user_password, strlen(signing->user_password));
    mem_free(signing->user_password);
    mem_free(signing->aws_sigv4);
    *signing = (struct request_signing){.aws_sigv4 = NULL};
}
