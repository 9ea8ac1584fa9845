/* Endpoints are few: the list is searched. */
#include "src/engine/connection_list.h"

#include "src/base/mem.h"

void connection_list_clear(struct connection_list *list)
{
    mem_free(list->items);
    *list = (struct connection_list){0};
}

static struct connection_facts *connection_list_find(struct connection_list *list,
                                                     const struct endpoint *endpoint)
{
    for (size_t i = 0; i < list->len; i++) {
        if (list->items[i].endpoint == endpoint)
            return &list->items[i];
    }
    list->items =
        mem_grow(list->items, &list->cap, list->len + 1, sizeof(list->items[0]));
    struct connection_facts *facts = &list->items[list->len++];
    *facts = (struct connection_facts){.endpoint = endpoint,
                                       .dns_us = -1,
                                       .connect_us = -1,
                                       .tls_us = -1,
                                       .first_byte_us = -1};
    return facts;
}

void connection_list_note_start(struct connection_list *list,
                                const struct endpoint *endpoint)
{
    connection_list_find(list, endpoint)->open++;
}

void connection_list_note_end(struct connection_list *list,
                              const struct endpoint *endpoint,
                              const struct http_result *result)
{
    struct connection_facts *facts = connection_list_find(list, endpoint);
    facts->open--;
    facts->requests++;
    if (result == NULL || result->http_version == NULL)
        return;
    facts->http_version = result->http_version;
    facts->first_byte_us = result->first_byte_us;
    facts->reused += result->is_reused;
    if (result->is_reused)
        return;
    facts->dns_us = result->dns_us;
    facts->connect_us = result->connect_us;
    facts->tls_us = result->tls_us;
}
