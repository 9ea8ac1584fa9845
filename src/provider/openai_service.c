/*
 * Azure has two forms. The newer is OpenAI's own behind /openai/v1. The classic has a
 * path for each deployment, which takes the place of the model, and wants an api-version
 * in the query; it is known by that. A base that says more than the host (and /openai) is
 * taken as it is.
 */
#include "src/provider/openai_service.h"

#include <string.h>

#include "src/base/compiler.h"
#include "src/base/json.h"
#include "src/base/mem.h"
#include "src/base/utf8.h"
#include "src/provider/encode_common.h"
#include "src/provider/quirk.h"

#define AZURE_PATH        "/openai"
#define AZURE_DEPLOYMENTS "/openai/deployments/"

/* The length of the URL up to its path. */
static size_t url_host_len(const char *url)
{
    const char *scheme_end = strstr(url, "://");
    const size_t start = scheme_end != NULL ? (size_t)(scheme_end - url) + 3 : 0;
    return start + strcspn(url + start, "/?#");
}

/* True for a base of Azure's classic form that does not name the deployment. */
static bool azure_lacks_deployment(const struct provider_request *request)
{
    const char *base = request->base_url;
    const char *path = base + url_host_len(base);
    size_t len = strcspn(path, "?#");
    const bool has_version = strstr(path + len, "api-version=") != NULL;
    while (len > 0 && path[len - 1] == '/')
        len--;
    const bool is_bare =
        len == 0 || (len == sizeof(AZURE_PATH) - 1 && memcmp(path, AZURE_PATH, len) == 0);
    return (request->quirks & QUIRK_API_KEY_HEADER) != 0 && is_bare && has_version;
}

/* The base up to the deployment, with its query; `model` may be NULL: no deployment. */
static char *azure_make_base(const char *base, const char *model)
{
    struct strbuf url;
    strbuf_init(&url, STRBUF_OWN_MAX);
    strbuf_append(&url, base, url_host_len(base));
    strbuf_append_text(&url, AZURE_PATH);
    if (model != NULL) {
        strbuf_append_text(&url, "/deployments/");
        encode_segment(&url, model);
    }
    strbuf_append_text(&url, base + strcspn(base, "?#"));
    return strbuf_take(&url);
}

static char *openai_service_join(const struct provider_request *request, const char *base,
                                 const char *chat_route, const char *route)
{
    const bool is_azure = (request->quirks & QUIRK_API_KEY_HEADER) != 0;
    const struct url_rule rule = {
        .version_rule = URL_VERSION_IF_BARE,
        .version = is_azure ? "/openai/v1" : "/v1",
        .chat_route = chat_route,
        .route = route,
    };
    return encode_url(base, &rule);
}

char *openai_service_url(const struct provider_request *request, const char *route)
{
    if (request->model == NULL || !azure_lacks_deployment(request))
        return openai_service_join(request, request->base_url, route, route);
    char *base = azure_make_base(request->base_url, request->model);
    char *url = openai_service_join(request, base, route, route);
    mem_free(base);
    return url;
}

char *openai_service_models_url(const struct provider_request *request, const char *route)
{
    const char *base = request->base_url;
    const char *path = base + url_host_len(base);
    const bool has_deployment =
        strncmp(path, AZURE_DEPLOYMENTS, sizeof(AZURE_DEPLOYMENTS) - 1) == 0;
    if (!has_deployment && !azure_lacks_deployment(request))
        return openai_service_join(request, base, route, "/models");
    char *azure = azure_make_base(base, NULL);
    char *url = openai_service_join(request, azure, route, "/models");
    mem_free(azure);
    return url;
}

void openai_service_add_headers(struct header_list *headers,
                                const struct provider_request *request, const char *key)
{
    const bool is_azure = (request->quirks & QUIRK_API_KEY_HEADER) != 0;
    encode_add_types(headers);
    if (is_azure)
        encode_add_key(headers, "api-key", "", key);
    else
        encode_add_key(headers, "Authorization", "Bearer ", key);
}

/* --- Models
 * -----------------------------------------------------------------------------
 */

/* The name of an entry: a string, or an object with one. NULL for none, or one that is
 * out of use (Groq). */
static const char *model_name(const cJSON *entry)
{
    static const char *const members[] = {"id", "name", "model"};
    if (cJSON_IsString(entry))
        return entry->valuestring;
    if (cJSON_IsFalse(json_get(entry, "active")))
        return NULL;
    for (size_t i = 0; i < COUNT_OF(members); i++) {
        const char *name = json_get_string(entry, members[i]);
        if (name != NULL && name[0] != '\0')
            return name;
    }
    return NULL;
}

bool openai_service_decode_models(const char *data, size_t len, model_fn on_model,
                                  void *user)
{
    cJSON *root = json_parse(data, len);
    const cJSON *list = root;
    if (cJSON_IsObject(root))
        list = json_has(root, "data") ? json_get(root, "data") : json_get(root, "models");
    const bool is_list = cJSON_IsArray(list);
    const cJSON *entry;
    if (!is_list)
        list = NULL;
    cJSON_ArrayForEach(entry, list)
    {
        const char *name = model_name(entry);
        struct strbuf clean;
        strbuf_init(&clean, STRBUF_OWN_MAX);
        if (name != NULL && utf8_append_valid(&clean, name, strlen(name)) &&
            clean.len > 0)
            on_model(user, strbuf_text(&clean));
        strbuf_clear(&clean);
    }
    cJSON_Delete(root);
    return is_list;
}
