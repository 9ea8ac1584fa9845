/* Growing arrays, and the rule for names. */
#include "src/config/catalog.h"

#include <string.h>

#include "src/base/mem.h"
#include "src/base/strbuf.h"
#include "src/config/suggest.h"

void catalog_init(struct catalog *catalog)
{
    *catalog = (struct catalog){0};
}

static void string_array_free(char **items, size_t count)
{
    for (size_t i = 0; i < count; i++)
        mem_free(items[i]);
    mem_free(items);
}

static void catalog_entry_free(struct catalog_entry *entry)
{
    string_array_free(entry->params, entry->param_count);
    string_array_free(entry->fallback, entry->fallback_count);
    mem_free(entry->name);
    mem_free(entry->model);
    mem_free(entry->system);
    mem_free(entry);
}

void catalog_clear(struct catalog *catalog)
{
    for (size_t i = 0; i < catalog->entry_count; i++)
        catalog_entry_free(catalog->entries[i]);
    mem_free(catalog->entries);
    for (size_t i = 0; i < catalog->endpoint_count; i++) {
        endpoint_clear(catalog->endpoints[i]);
        mem_free(catalog->endpoints[i]);
    }
    mem_free(catalog->endpoints);
    string_array_free(catalog->models, catalog->model_count);
    catalog_init(catalog);
}

struct endpoint *catalog_add_endpoint(struct catalog *catalog)
{
    catalog->endpoints =
        mem_grow(catalog->endpoints, &catalog->endpoint_cap, catalog->endpoint_count + 1,
                 sizeof(catalog->endpoints[0]));
    struct endpoint *endpoint = mem_alloc(sizeof(*endpoint));
    catalog->endpoints[catalog->endpoint_count++] = endpoint;
    return endpoint;
}

struct catalog_entry *catalog_add_entry(struct catalog *catalog, const char *name,
                                        const struct endpoint *endpoint,
                                        const char *model)
{
    catalog->entries = mem_grow(catalog->entries, &catalog->entry_cap,
                                catalog->entry_count + 1, sizeof(catalog->entries[0]));
    struct catalog_entry *entry = mem_alloc(sizeof(*entry));
    *entry = (struct catalog_entry){.name = mem_strdup(name),
                                    .endpoint = endpoint,
                                    .model = mem_strdup(model),
                                    .price_input = -1,
                                    .price_output = -1,
                                    .price_cached = -1};
    catalog->entries[catalog->entry_count++] = entry;
    return entry;
}

static void string_array_add(char ***items, size_t *count, const char *text)
{
    *items = mem_resize_array(*items, *count + 1, sizeof((*items)[0]));
    (*items)[(*count)++] = mem_strdup(text);
}

void catalog_entry_add_param(struct catalog_entry *entry, const char *assignment)
{
    string_array_add(&entry->params, &entry->param_count, assignment);
}

void catalog_entry_add_fallback(struct catalog_entry *entry, const char *name)
{
    string_array_add(&entry->fallback, &entry->fallback_count, name);
}

const struct catalog_entry *catalog_find_entry(const struct catalog *catalog,
                                               const char *name)
{
    for (size_t i = 0; i < catalog->entry_count; i++) {
        if (strcmp(catalog->entries[i]->name, name) == 0)
            return catalog->entries[i];
    }
    return NULL;
}

const struct catalog_entry *catalog_find_priced(const struct catalog *catalog,
                                                const struct endpoint *endpoint,
                                                const char *model)
{
    for (size_t i = 0; i < catalog->entry_count; i++) {
        const struct catalog_entry *entry = catalog->entries[i];
        const bool has_price = entry->price_input >= 0 || entry->price_output >= 0;
        if (has_price && entry->endpoint == endpoint && strcmp(entry->model, model) == 0)
            return entry;
    }
    return NULL;
}

static const struct endpoint *find_endpoint(const struct catalog *catalog,
                                            const char *name, size_t len)
{
    for (size_t i = 0; i < catalog->endpoint_count; i++) {
        const char *known = catalog->endpoints[i]->name;
        if (strlen(known) == len && memcmp(known, name, len) == 0)
            return catalog->endpoints[i];
    }
    return NULL;
}

const struct endpoint *catalog_find_endpoint(const struct catalog *catalog,
                                             const char *name)
{
    return find_endpoint(catalog, name, strlen(name));
}

const char **catalog_get_key_variables(const struct catalog *catalog)
{
    size_t count = 0;
    const char **names = mem_alloc_array(catalog->endpoint_count + 1, sizeof(names[0]));
    for (size_t i = 0; i < catalog->endpoint_count; i++) {
        if (catalog->endpoints[i]->key_env != NULL)
            names[count++] = catalog->endpoints[i]->key_env;
    }
    names[count] = NULL;
    return names;
}

void catalog_add_model(struct catalog *catalog, const char *name)
{
    for (size_t i = 0; i < catalog->model_count; i++) {
        if (strcmp(catalog->models[i], name) == 0)
            return;
    }
    catalog->models = mem_grow(catalog->models, &catalog->model_cap,
                               catalog->model_count + 1, sizeof(catalog->models[0]));
    catalog->models[catalog->model_count++] = mem_strdup(name);
}

/* Where the name leads, whether or not it can be used; endpoint NULL: nowhere. */
static struct model_ref catalog_resolve(const struct catalog *catalog, const char *name)
{
    const struct catalog_entry *entry = catalog_find_entry(catalog, name);
    if (entry != NULL)
        return (struct model_ref){entry->endpoint, entry->model};
    const char *slash = strchr(name, '/');
    const struct endpoint *named =
        slash != NULL ? find_endpoint(catalog, name, (size_t)(slash - name)) : NULL;
    if (named != NULL && slash[1] != '\0')
        return (struct model_ref){named, slash + 1};
    return (struct model_ref){catalog->default_endpoint, name};
}

/* The known name that is nearest to an unknown one; NULL if none is near. Caller frees.
 */
static char *catalog_suggest(const struct catalog *catalog, const char *name)
{
    struct suggestion suggestion;
    suggestion_init(&suggestion, name);
    for (size_t i = 0; i < catalog->entry_count; i++)
        suggestion_consider(&suggestion, catalog->entries[i]->name);
    for (size_t i = 0; i < catalog->model_count; i++)
        suggestion_consider(&suggestion, catalog->models[i]);
    const char *slash = strchr(name, '/');
    if (suggestion.best != NULL || slash == NULL)
        return mem_strdup(suggestion.best);
    char *provider = mem_strndup(name, (size_t)(slash - name));
    suggestion_init(&suggestion, provider);
    for (size_t i = 0; i < catalog->endpoint_count; i++)
        suggestion_consider(&suggestion, catalog->endpoints[i]->name);
    char *found =
        suggestion.best != NULL ? strbuf_format("%s%s", suggestion.best, slash) : NULL;
    mem_free(provider);
    return found;
}

bool catalog_find(const struct catalog *catalog, const char *name, struct model_ref *ref,
                  struct error *err)
{
    if (name[0] == '\0') {
        error_set(err, ERROR_USAGE, "a model's name cannot be empty");
        return false;
    }
    const struct model_ref found = catalog_resolve(catalog, name);
    if (found.endpoint == NULL) {
        char *suggestion = catalog_suggest(catalog, name);
        if (suggestion != NULL)
            error_set(err, ERROR_USAGE, "there is no model \"%s\"; did you mean \"%s\"?",
                      name, suggestion);
        else
            error_set(err, ERROR_USAGE,
                      "no endpoint for model \"%s\": name it in the configuration, give "
                      "PROVIDER/MODEL, or an endpoint with --api openai-chat --url URL; "
                      "or use a demo model such as demo/sage",
                      name);
        mem_free(suggestion);
        return false;
    }
    if (found.endpoint->trouble != NULL) {
        error_set(err, ERROR_USAGE, "%s", found.endpoint->trouble);
        return false;
    }
    *ref = found;
    return true;
}
