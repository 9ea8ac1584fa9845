/* An entry without an address or a name cannot be asked for: it is left out. */
#include "src/tool/mcp_entries.h"

#include "src/base/json.h"
#include "src/base/mem.h"
#include "src/tool/mcp_tools.h"

#define WORDS_MAX ((size_t)2000)
#define URI_MAX   ((size_t)4000)

static char *entries_take(const cJSON *item, const char *name)
{
    return mcp_tools_take_text(json_get_string(item, name), WORDS_MAX);
}

/* An address or a name must be whole to be of use. */
static bool entries_key_is_good(const char *key)
{
    if (key == NULL || key[0] == '\0')
        return false;
    size_t len = 0;
    for (; key[len] != '\0'; len++) {
        if (len == URI_MAX || (unsigned char)key[len] < 0x20 || key[len] == 0x7f)
            return false;
    }
    return true;
}

bool mcp_resources_add_page(struct mcp_resources *resources, const cJSON *result)
{
    const cJSON *list = json_get(result, "resources");
    if (!cJSON_IsArray(list))
        return false;
    for (const cJSON *item = list->child; item != NULL; item = item->next) {
        const char *uri = json_get_string(item, "uri");
        if (!entries_key_is_good(uri) || resources->len == MCP_RESOURCES_MAX)
            continue;
        resources->items = mem_grow(resources->items, &resources->cap, resources->len + 1,
                                    sizeof(resources->items[0]));
        struct mcp_resource *resource = &resources->items[resources->len++];
        *resource = (struct mcp_resource){
            .uri = mcp_tools_take_text(uri, STRBUF_OWN_MAX),
            .name = entries_take(item, "name"),
            .title = entries_take(item, "title"),
            .description = entries_take(item, "description"),
            .mime_type = entries_take(item, "mimeType"),
        };
        if (resource->name == NULL)
            resource->name = mem_strdup(resource->uri);
    }
    return true;
}

void mcp_resources_clear(struct mcp_resources *resources)
{
    for (size_t i = 0; i < resources->len; i++) {
        struct mcp_resource *resource = &resources->items[i];
        mem_free(resource->uri);
        mem_free(resource->name);
        mem_free(resource->title);
        mem_free(resource->description);
        mem_free(resource->mime_type);
    }
    mem_free(resources->items);
    *resources = (struct mcp_resources){.items = NULL};
}

static void entries_add_arguments(struct mcp_prompt *prompt, const cJSON *list)
{
    size_t cap = 0;
    for (const cJSON *item = cJSON_IsArray(list) ? list->child : NULL; item != NULL;
         item = item->next) {
        const char *name = json_get_string(item, "name");
        if (!entries_key_is_good(name) || prompt->argument_count == MCP_ARGUMENTS_MAX)
            continue;
        prompt->arguments = mem_grow(prompt->arguments, &cap, prompt->argument_count + 1,
                                     sizeof(prompt->arguments[0]));
        prompt->arguments[prompt->argument_count++] = (struct mcp_prompt_argument){
            .name = mcp_tools_take_text(name, STRBUF_OWN_MAX),
            .description = entries_take(item, "description"),
            .is_required = cJSON_IsTrue(json_get(item, "required")),
        };
    }
}

bool mcp_prompts_add_page(struct mcp_prompts *prompts, const cJSON *result)
{
    const cJSON *list = json_get(result, "prompts");
    if (!cJSON_IsArray(list))
        return false;
    for (const cJSON *item = list->child; item != NULL; item = item->next) {
        const char *name = json_get_string(item, "name");
        if (!entries_key_is_good(name) || prompts->len == MCP_PROMPTS_MAX)
            continue;
        prompts->items = mem_grow(prompts->items, &prompts->cap, prompts->len + 1,
                                  sizeof(prompts->items[0]));
        struct mcp_prompt *prompt = &prompts->items[prompts->len++];
        *prompt = (struct mcp_prompt){
            .name = mcp_tools_take_text(name, STRBUF_OWN_MAX),
            .title = entries_take(item, "title"),
            .description = entries_take(item, "description"),
        };
        entries_add_arguments(prompt, json_get(item, "arguments"));
    }
    return true;
}

void mcp_prompts_clear(struct mcp_prompts *prompts)
{
    for (size_t i = 0; i < prompts->len; i++) {
        struct mcp_prompt *prompt = &prompts->items[i];
        for (size_t j = 0; j < prompt->argument_count; j++) {
            mem_free(prompt->arguments[j].name);
            mem_free(prompt->arguments[j].description);
        }
        mem_free(prompt->arguments);
        mem_free(prompt->name);
        mem_free(prompt->title);
        mem_free(prompt->description);
    }
    mem_free(prompts->items);
    *prompts = (struct mcp_prompts){.items = NULL};
}
