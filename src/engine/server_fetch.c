/* All resources are asked for at once; the first that fails ends the fetch. */
#include "src/engine/server_fetch.h"

#include <string.h>

#include "src/base/mem.h"
#include "src/engine/engine_state.h"
#include "src/tool/mcp_call.h"

/* More resources than this in one prompt are a mistake. */
#define FETCH_MAX 32

struct fetch_item {
    struct server_fetch *fetch;
    char *name; /* SERVER:ADDRESS, as the person wrote it */
    char *text; /* what came, or NULL */
    size_t len;
    struct mcp_call *call; /* while it is fetched */
};

struct server_fetch {
    struct engine *engine;
    struct fetch_handler handler;
    struct fetch_item items[FETCH_MAX];
    size_t count;
    size_t left;
    struct error err;
    struct ev_timer due; /* ends it from the loop */
};

/* A word "@SERVER:ADDRESS": where the server's name and the address stand. */
struct resource_word {
    const char *server;
    size_t server_len;
    const char *address;
    size_t address_len;
};

/* Finds the next such word from `at` on; returns where to go on, or NULL. */
static const char *find_word(const char *at, struct resource_word *word)
{
    static const char blanks[] = " \t\r\n";
    while (*(at += strspn(at, blanks)) != '\0') {
        const size_t len = strcspn(at, blanks);
        const char *colon = *at == '@' ? memchr(at, ':', len) : NULL;
        if (colon != NULL && colon > at + 1 && colon + 1 < at + len) {
            *word = (struct resource_word){at + 1, (size_t)(colon - at - 1), colon + 1,
                                           (size_t)(at + len - colon - 1)};
            return at + len;
        }
        at += len;
    }
    return NULL;
}

/* The server of that name, or NULL: then the word is only a word. */
static struct mcp_server *find_server(const struct engine *engine,
                                      const struct resource_word *word)
{
    for (size_t i = 0; i < toolbox_server_count(engine->toolbox); i++) {
        struct mcp_server *server = toolbox_get_server(engine->toolbox, i);
        struct mcp_facts facts;
        mcp_server_get_facts(server, &facts);
        if (strlen(facts.name) == word->server_len &&
            memcmp(facts.name, word->server, word->server_len) == 0)
            return server;
    }
    return NULL;
}

bool server_fetch_is_needed(struct engine *engine, const char *text)
{
    struct resource_word word;
    while ((text = find_word(text, &word)) != NULL) {
        if (find_server(engine, &word) != NULL)
            return true;
    }
    return false;
}

static void fetch_end(struct server_fetch *fetch)
{
    const struct fetch_handler handler = fetch->handler;
    struct attachment_list list = {0};
    struct error err = {ERROR_NONE, NULL};
    error_move(&err, &fetch->err);
    for (size_t i = 0; i < fetch->count && err.class == ERROR_NONE; i++) {
        const struct fetch_item *item = &fetch->items[i];
        const struct attachment attachment = {
            .kind = PART_FILE, .name = item->name, .bytes = item->text, .len = item->len};
        attachment_list_add(&list, &attachment);
    }
    server_fetch_free(fetch);
    handler.on_resources(handler.user, &list, &err);
    attachment_list_clear(&list);
    error_clear(&err);
}

static void fetch_on_due(struct ev_loop *loop, struct ev_timer *timer, int events)
{
    (void)loop;
    (void)events;
    fetch_end(timer->data);
}

static void fetch_on_done(void *user, const struct tool_result *result)
{
    struct fetch_item *item = user;
    struct server_fetch *fetch = item->fetch;
    item->call = NULL;
    fetch->left--;
    if (result->end == TOOL_END_OK) {
        item->text = mem_strndup(result->text, result->len);
        item->len = result->len;
    } else if (fetch->err.class == ERROR_NONE) {
        error_set(&fetch->err, ERROR_USAGE, "@%s: %s", item->name, result->text);
    }
    if (fetch->left == 0 || fetch->err.class != ERROR_NONE)
        fetch_end(fetch);
}

static void fetch_add(struct server_fetch *fetch, struct mcp_server *server,
                      const struct resource_word *word)
{
    if (fetch->count == FETCH_MAX) {
        error_set(&fetch->err, ERROR_USAGE, "a prompt takes at most %d resources",
                  FETCH_MAX);
        return;
    }
    struct fetch_item *item = &fetch->items[fetch->count++];
    const struct tool_handler handler = {NULL, fetch_on_done, item};
    char *address = mem_strndup(word->address, word->address_len);
    item->fetch = fetch;
    item->name = strbuf_format("%.*s:%s", (int)word->server_len, word->server, address);
    item->call = mcp_call_read(server, address, &handler, &fetch->err);
    if (item->call != NULL)
        fetch->left++;
    else
        error_prefix(&fetch->err, "@%s", item->name);
    mem_free(address);
}

struct server_fetch *server_fetch_resources(struct engine *engine, const char *text,
                                            const struct fetch_handler *handler)
{
    struct server_fetch *fetch = mem_alloc(sizeof(*fetch));
    struct resource_word word;
    fetch->engine = engine;
    fetch->handler = *handler;
    ev_init(&fetch->due, fetch_on_due);
    fetch->due.data = fetch;
    while (fetch->err.class == ERROR_NONE && (text = find_word(text, &word)) != NULL) {
        struct mcp_server *server = find_server(engine, &word);
        if (server != NULL)
            fetch_add(fetch, server, &word);
    }
    if (fetch->left == 0 || fetch->err.class != ERROR_NONE) {
        ev_timer_set(&fetch->due, 0., 0.);
        ev_timer_start(engine->loop, &fetch->due);
    }
    return fetch;
}

void server_fetch_free(struct server_fetch *fetch)
{
    if (fetch == NULL)
        return;
    ev_timer_stop(fetch->engine->loop, &fetch->due);
    for (size_t i = 0; i < fetch->count; i++) {
        mcp_call_free(fetch->items[i].call);
        mem_free(fetch->items[i].name);
        mem_free(fetch->items[i].text);
    }
    error_clear(&fetch->err);
    mem_free(fetch);
}
