/*
 * Ownership, and the origin. A URL's origin is read here more strictly than libcurl reads
 * URLs: where the two could see different hosts there is no origin, and nothing is sent.
 */
#include "src/config/endpoint.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "src/base/mem.h"
#include "src/base/number.h"
#include "src/base/strbuf.h"
#include "src/config/setting.h"

void endpoint_init(struct endpoint *endpoint, const char *name, const char *api,
                   const char *base_url)
{
    *endpoint = (struct endpoint){.name = mem_strdup(name),
                                  .api = mem_strdup(api),
                                  .base_url = mem_strdup(base_url),
                                  .origin = endpoint_origin_from_url(base_url)};
    for (int i = 0; i < ENDPOINT_CLOCK_COUNT; i++)
        endpoint->clock_ms[i] = SETTING_AUTO;
}

void endpoint_clear(struct endpoint *endpoint)
{
    mem_free(endpoint->name);
    mem_free(endpoint->api);
    mem_free(endpoint->base_url);
    mem_free(endpoint->origin);
    mem_free(endpoint->preset);
    mem_free(endpoint->ca_file);
    mem_free(endpoint->client_cert);
    mem_free(endpoint->client_key);
    if (endpoint->proxy != NULL)
        mem_wipe(endpoint->proxy, strlen(endpoint->proxy));
    mem_free(endpoint->proxy);
    mem_free(endpoint->key_env);
    mem_free(endpoint->key_from);
    mem_free(endpoint->trouble);
    secret_free(endpoint->key);
    for (size_t i = 0; i < endpoint->key_cmd_count; i++)
        mem_free(endpoint->key_cmd[i]);
    mem_free(endpoint->key_cmd);
    for (size_t i = 0; i < endpoint->header_count; i++) {
        /* An extra header may carry a key as well. */
        mem_wipe(endpoint->headers[i], strlen(endpoint->headers[i]));
        mem_free(endpoint->headers[i]);
    }
    mem_free(endpoint->headers);
    *endpoint = (struct endpoint){0};
}

void endpoint_add_key_cmd(struct endpoint *endpoint, const char *argument)
{
    endpoint->key_cmd = mem_resize_array(endpoint->key_cmd, endpoint->key_cmd_count + 1,
                                         sizeof(endpoint->key_cmd[0]));
    endpoint->key_cmd[endpoint->key_cmd_count++] = mem_strdup(argument);
}

void endpoint_add_header(struct endpoint *endpoint, const char *line)
{
    endpoint->headers =
        mem_grow(endpoint->headers, &endpoint->header_cap, endpoint->header_count + 1,
                 sizeof(endpoint->headers[0]));
    endpoint->headers[endpoint->header_count++] = mem_strdup(line);
}

bool endpoint_owns_url(const struct endpoint *endpoint, const char *url)
{
    char *origin = endpoint_origin_from_url(url);
    const bool is_own = origin != NULL && endpoint->origin != NULL &&
                        strcmp(origin, endpoint->origin) == 0;
    mem_free(origin);
    return is_own;
}

/* The port at the end of "host:port" and where the host ends; false if it is no port. */
static bool origin_take_port(const char *place, size_t *host_len, int64_t *port)
{
    const char *bracket = place[0] == '[' ? strchr(place, ']') : NULL;
    const char *colon = strchr(bracket != NULL ? bracket : place, ':');
    *host_len = colon != NULL ? (size_t)(colon - place) : strlen(place);
    if (bracket != NULL && *host_len != (size_t)(bracket - place) + 1)
        return false;
    if (colon == NULL || colon[1] == '\0')
        return true;
    return isdigit((unsigned char)colon[1]) && number_parse_int(colon + 1, port) &&
           *port > 0 && *port <= 65535;
}

char *endpoint_origin_from_url(const char *url)
{
    const bool is_tls = strncasecmp(url, "https://", 8) == 0;
    if (!is_tls && strncasecmp(url, "http://", 7) != 0)
        return NULL;
    /* A backslash ends the host for some readers and not for others; so do blanks. */
    for (const char *at = url; *at != '\0'; at++) {
        if ((unsigned char)*at <= 0x20 || *at == '\\' || *at == 0x7f)
            return NULL;
    }
    int64_t port = is_tls ? 443 : 80;
    size_t host_len;
    char *origin = NULL;
    char *place = endpoint_name_from_url(url);
    if (origin_take_port(place, &host_len, &port) && host_len > 0)
        origin = strbuf_format("%s://%.*s:%lld", is_tls ? "https" : "http", (int)host_len,
                               place, (long long)port);
    for (char *at = origin; at != NULL && *at != '\0'; at++)
        *at = (char)tolower((unsigned char)*at);
    mem_free(place);
    return origin;
}

char *endpoint_name_from_url(const char *url)
{
    const char *host = strstr(url, "://");
    host = host != NULL ? host + 3 : url;
    const size_t len = strcspn(host, "/?#");
    size_t skip = 0;
    for (size_t i = 0; i < len; i++) {
        if (host[i] == '@')
            skip = i + 1;
    }
    return mem_strndup(host + skip, len - skip);
}
