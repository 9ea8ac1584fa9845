/*
 * One GET a page, all of them under one deadline. The answer replaces the names only when
 * all of it could be read, so that a failed refresh loses nothing.
 */
#include "src/engine/model_list.h"

#include <stdlib.h>
#include <string.h>

#include "src/base/mem.h"
#include "src/base/strbuf.h"
#include "src/base/utf8.h"
#include "src/engine/endpoint_request.h"
#include "src/provider/error_reply.h"
#include "src/provider/provider.h"

/* A list is small and quickly made; a service that takes longer has a problem. */
#define MODEL_LIST_TIMEOUT_S 15.

#define MODEL_LIST_BODY_MAX  ((size_t)16 << 20)
#define MODEL_LIST_COUNT_MAX 20000

/* Pages have a thousand names; a service that never comes to the end has a fault. */
#define MODEL_LIST_PAGE_MAX 20

struct name_list {
    char **items;
    size_t len;
    size_t cap;
};

struct model_list {
    struct ev_loop *loop;
    struct http *http;
    struct key_source *keys;
    struct key_waiter key_waiter;
    const struct endpoint *endpoint;
    struct model_list_owner owner;
    struct name_list names;
    struct name_list coming; /* of the pages so far */
    char *next_page;         /* what is added to the query; NULL: the first page */
    size_t page_count;
    struct error error;
    struct http_transfer *transfer;
    double timeout_s;
    struct ev_timer timer; /* the deadline; at once for what fails before it starts */
    struct strbuf body;
    int status;
    bool is_asking;
};

static void name_list_clear(struct name_list *names)
{
    for (size_t i = 0; i < names->len; i++)
        mem_free(names->items[i]);
    mem_free(names->items);
    *names = (struct name_list){0};
}

static void model_list_end(struct model_list *list)
{
    ev_timer_stop(list->loop, &list->timer);
    key_source_give_up(list->keys, &list->key_waiter);
    http_cancel(list->transfer);
    list->transfer = NULL;
    list->is_asking = false;
    strbuf_clear(&list->body);
    name_list_clear(&list->coming);
    mem_free(list->next_page);
    list->next_page = NULL;
    list->owner.on_done(list->owner.user, list);
}

static void model_list_on_timer(struct ev_loop *loop, struct ev_timer *timer, int events)
{
    (void)loop;
    (void)events;
    struct model_list *list = timer->data;
    if (list->error.class == ERROR_NONE)
        error_set(&list->error, ERROR_TIMEOUT_TOTAL,
                  "%s did not list its models within %g s", list->endpoint->name,
                  list->timeout_s);
    model_list_end(list);
}

static void model_list_on_key(void *user, const struct error *err);

struct model_list *model_list_new(struct ev_loop *loop, struct http *http,
                                  struct key_source *keys,
                                  const struct endpoint *endpoint,
                                  const struct model_list_owner *owner)
{
    struct model_list *list = mem_alloc(sizeof(*list));
    list->loop = loop;
    list->http = http;
    list->keys = keys;
    list->key_waiter = (struct key_waiter){.on_key = model_list_on_key, .user = list};
    list->endpoint = endpoint;
    list->owner = *owner;
    list->timeout_s = MODEL_LIST_TIMEOUT_S;
    if (owner->timeout_ms > 0 && (double)owner->timeout_ms / 1000 < list->timeout_s)
        list->timeout_s = (double)owner->timeout_ms / 1000;
    strbuf_init(&list->body, MODEL_LIST_BODY_MAX);
    ev_init(&list->timer, model_list_on_timer);
    list->timer.data = list;
    return list;
}

void model_list_free(struct model_list *list)
{
    if (list == NULL)
        return;
    ev_timer_stop(list->loop, &list->timer);
    http_cancel(list->transfer);
    key_source_give_up(list->keys, &list->key_waiter);
    name_list_clear(&list->names);
    name_list_clear(&list->coming);
    mem_free(list->next_page);
    strbuf_clear(&list->body);
    error_clear(&list->error);
    mem_free(list);
}

static void model_list_on_head(void *user, const struct http_head *head)
{
    struct model_list *list = user;
    list->status = head->status;
}

static void model_list_on_body(void *user, const char *bytes, size_t len)
{
    struct model_list *list = user;
    if (strbuf_append(&list->body, bytes, len))
        return;
    error_set(&list->error, ERROR_PROTOCOL, "the list of %s is larger than %zu MiB",
              list->endpoint->name, MODEL_LIST_BODY_MAX >> 20);
    model_list_end(list);
}

static void model_list_add(void *user, const char *name)
{
    struct model_list *list = user;
    struct name_list *names = &list->coming;
    if (names->len >= MODEL_LIST_COUNT_MAX)
        return;
    struct strbuf valid;
    strbuf_init(&valid, 1000);
    utf8_append_valid(&valid, name, strlen(name));
    names->items =
        mem_grow(names->items, &names->cap, names->len + 1, sizeof(names->items[0]));
    char *copy = strbuf_take(&valid);
    key_source_hide(list->keys, list->endpoint, copy);
    names->items[names->len++] = copy;
}

static int model_list_compare(const void *a, const void *b)
{
    const char *const *left = a;
    const char *const *right = b;
    return strcmp(*left, *right);
}

/* Takes the words of an answer that is none of a list. */
static void model_list_read_error(struct model_list *list)
{
    struct error_reply said;
    error_reply_from_body(&said, list->status, strbuf_text(&list->body), list->body.len);
    error_move(&list->error, &said.error);
    key_source_hide(list->keys, list->endpoint, list->error.message);
    mem_free(said.code);
    mem_free(said.request_id);
}

/* Reads a page; what is wrong with it stands in the error. */
static void model_list_read(struct model_list *list)
{
    const struct provider *provider = provider_find(list->endpoint->api);
    const char *text = strbuf_text(&list->body);
    const size_t len = list->body.len;
    if (list->status >= 400) {
        model_list_read_error(list);
    } else if (list->status >= 300) {
        error_set(
            &list->error, ERROR_PROTOCOL,
            "%s answers with a redirect (HTTP %d), which is not followed; check its "
            "URL",
            list->endpoint->name, list->status);
    } else if (list->status < 200 || list->body.is_full ||
               !provider->decode_models(text, len, model_list_add, list)) {
        error_set(&list->error, ERROR_PROTOCOL,
                  "what %s answered is not a list of models (HTTP %d)",
                  list->endpoint->name, list->status);
    }
}

/* The list is whole. */
static void model_list_take(struct model_list *list)
{
    name_list_clear(&list->names);
    list->names = list->coming;
    list->coming = (struct name_list){0};
    if (list->names.len > 0)
        qsort(list->names.items, list->names.len, sizeof(list->names.items[0]),
              model_list_compare);
}

/* True if there is another page, which next_page then asks for. */
static bool model_list_find_next(struct model_list *list)
{
    const struct provider *provider = provider_find(list->endpoint->api);
    if (provider->next_models_page == NULL || ++list->page_count >= MODEL_LIST_PAGE_MAX)
        return false;
    char *next = provider->next_models_page(strbuf_text(&list->body), list->body.len);
    /* A service that leads to where we are leads in a circle. */
    const bool is_new =
        next != NULL && (list->next_page == NULL || strcmp(next, list->next_page) != 0);
    mem_free(list->next_page);
    list->next_page = next;
    return is_new;
}

static bool model_list_start(struct model_list *list, struct error *err);

static void model_list_on_done(void *user, const struct http_result *result)
{
    struct model_list *list = user;
    list->transfer = NULL;
    if (result->error.class != ERROR_NONE && list->status < 400)
        error_set(&list->error, result->error.class, "%s", error_text(&result->error));
    else
        model_list_read(list);
    if (list->error.class == ERROR_NONE && model_list_find_next(list)) {
        list->status = 0;
        strbuf_reset(&list->body);
        if (model_list_start(list, &list->error))
            return;
    } else if (list->error.class == ERROR_NONE) {
        model_list_take(list);
    }
    model_list_end(list);
}

static bool model_list_start(struct model_list *list, struct error *err)
{
    const struct endpoint *endpoint = list->endpoint;
    const struct provider *provider = provider_find(endpoint->api);
    if (provider == NULL || provider->make_models_url == NULL) {
        error_set(err, ERROR_USAGE, "%s has no list of models", endpoint->name);
        return false;
    }
    const struct provider_request where = {
        .base_url = endpoint->base_url, .model = "", .quirks = endpoint->quirks};
    char *first = provider->make_models_url(&where);
    char *url =
        list->next_page == NULL
            ? mem_strdup(first)
            : strbuf_format("%s%c%s", first, strchr(first, '?') != NULL ? '&' : '?',
                            list->next_page);
    const struct endpoint_request request = {
        .endpoint = endpoint, .provider = provider, .what = &where, .url = url};
    const struct http_handler handler = {NULL, model_list_on_head, model_list_on_body,
                                         model_list_on_done, list};
    list->transfer =
        endpoint_request_start(&request, list->http, list->keys, &handler, err);
    mem_free(first);
    mem_free(url);
    return list->transfer != NULL;
}

static void model_list_arm(struct model_list *list, double after_s)
{
    ev_now_update(list->loop);
    ev_timer_stop(list->loop, &list->timer);
    ev_timer_set(&list->timer, after_s, 0.);
    ev_timer_start(list->loop, &list->timer);
}

/* Sends the question, or has what is wrong told from the loop. */
static void model_list_begin(struct model_list *list)
{
    const bool ok =
        list->error.class == ERROR_NONE && model_list_start(list, &list->error);
    model_list_arm(list, ok ? list->timeout_s : 0.);
}

static void model_list_on_key(void *user, const struct error *err)
{
    struct model_list *list = user;
    if (err->class != ERROR_NONE)
        error_set(&list->error, err->class, "%s", error_text(err));
    model_list_begin(list);
}

void model_list_ask(struct model_list *list)
{
    if (list->is_asking)
        return;
    list->is_asking = true;
    list->status = 0;
    list->page_count = 0;
    error_clear(&list->error);
    if (key_source_ask(list->keys, list->endpoint, &list->key_waiter))
        model_list_begin(list);
    else
        model_list_arm(list, list->timeout_s); /* the key's command counts as well */
}

const struct endpoint *model_list_get_endpoint(const struct model_list *list)
{
    return list->endpoint;
}

size_t model_list_get_count(const struct model_list *list)
{
    return list->names.len;
}

const char *model_list_get_name(const struct model_list *list, size_t index)
{
    return index < list->names.len ? list->names.items[index] : NULL;
}

int model_list_get_status(const struct model_list *list)
{
    return list->status;
}

const struct error *model_list_get_error(const struct model_list *list)
{
    return &list->error;
}
