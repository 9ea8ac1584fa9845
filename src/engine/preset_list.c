/* Copies of const tables, record by record. */
#include "src/engine/preset_list.h"

#include "src/base/mem.h"
#include "src/provider/preset.h"
#include "src/provider/provider.h"

struct preset_info *preset_list_new(size_t *count)
{
    *count = 0;
    while (preset_get(*count) != NULL)
        (*count)++;
    struct preset_info *list = mem_alloc_array(*count, sizeof(list[0]));
    for (size_t i = 0; i < *count; i++) {
        const struct preset *preset = preset_get(i);
        list[i] = (struct preset_info){.name = preset->name,
                                       .api = preset->api,
                                       .base_url = preset->base_url,
                                       .key_env = preset->key_variable,
                                       .help = preset->help,
                                       .quirks = preset->quirks,
                                       .is_local = preset->is_local};
    }
    return list;
}

const char *preset_list_get_api(size_t index)
{
    const struct provider *provider = provider_get(index);
    return provider != NULL ? provider->name : NULL;
}
