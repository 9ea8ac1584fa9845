/* Two growing arrays and the rule for names. */
#include "src/config/catalog.h"

#include <string.h>

#include "src/base/mem.h"

void catalog_init(struct catalog *catalog)
{
    *catalog = (struct catalog){0};
}

void catalog_clear(struct catalog *catalog)
{
    for (size_t i = 0; i < catalog->endpoint_count; i++) {
        endpoint_clear(catalog->endpoints[i]);
        mem_free(catalog->endpoints[i]);
    }
    mem_free(catalog->endpoints);
    for (size_t i = 0; i < catalog->model_count; i++)
        mem_free(catalog->models[i]);
    mem_free(catalog->models);
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

bool catalog_find(const struct catalog *catalog, const char *name, struct model_ref *ref,
                  struct error *err)
{
    if (name[0] == '\0') {
        error_set(err, ERROR_USAGE, "a model's name cannot be empty");
        return false;
    }
    const char *slash = strchr(name, '/');
    for (size_t i = 0; slash != NULL && i < catalog->endpoint_count; i++) {
        const struct endpoint *endpoint = catalog->endpoints[i];
        const size_t len = (size_t)(slash - name);
        const bool is_named =
            strlen(endpoint->name) == len && memcmp(endpoint->name, name, len) == 0;
        if (is_named && slash[1] != '\0') {
            *ref = (struct model_ref){endpoint, slash + 1};
            return true;
        }
    }
    if (catalog->default_endpoint == NULL) {
        error_set(err, ERROR_USAGE,
                  "no endpoint for model \"%s\": give one with --api openai-chat --url "
                  "URL, or use a demo model such as demo/sage",
                  name);
        return false;
    }
    *ref = (struct model_ref){catalog->default_endpoint, name};
    return true;
}
