/* Ownership only: what an endpoint's members mean is said in the header. */
#include "src/config/endpoint.h"

#include <string.h>

#include "src/base/mem.h"

void endpoint_init(struct endpoint *endpoint, const char *name, const char *api,
                   const char *base_url)
{
    *endpoint = (struct endpoint){.name = mem_strdup(name),
                                  .api = mem_strdup(api),
                                  .base_url = mem_strdup(base_url)};
}

void endpoint_clear(struct endpoint *endpoint)
{
    mem_free(endpoint->name);
    mem_free(endpoint->api);
    mem_free(endpoint->base_url);
    mem_free(endpoint->ca_file);
    secret_free(endpoint->key);
    for (size_t i = 0; i < endpoint->header_count; i++) {
        /* An extra header may carry a key as well. */
        mem_wipe(endpoint->headers[i], strlen(endpoint->headers[i]));
        mem_free(endpoint->headers[i]);
    }
    mem_free(endpoint->headers);
    *endpoint = (struct endpoint){0};
}

void endpoint_add_header(struct endpoint *endpoint, const char *line)
{
    endpoint->headers =
        mem_grow(endpoint->headers, &endpoint->header_cap, endpoint->header_count + 1,
                 sizeof(endpoint->headers[0]));
    endpoint->headers[endpoint->header_count++] = mem_strdup(line);
}

char *endpoint_name_from_url(const char *url)
{
    const char *host = strstr(url, "://");
    host = host != NULL ? host + 3 : url;
    const size_t len = strcspn(host, "/?#");
    const char *at_sign = memchr(host, '@', len);
    const size_t skip = at_sign != NULL ? (size_t)(at_sign - host) + 1 : 0;
    return mem_strndup(host + skip, len - skip);
}
