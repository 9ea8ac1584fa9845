/* The wire protocols, one record each. A new protocol is one line here. */
#include "src/provider/provider.h"

#include <string.h>

#include "src/base/compiler.h"
#include "src/base/mem.h"
#include "src/provider/openai_chat.h"

static const struct provider *const provider_table[] = {
    &openai_chat_provider,
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
