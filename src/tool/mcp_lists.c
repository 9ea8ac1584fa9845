/* A cursor that comes twice, or more pages than there may be, end a list: what has come
 * so far is used, and the log says so. */
#include "src/tool/mcp_lists.h"

#include <string.h>

#include "src/base/clock.h"
#include "src/base/json.h"
#include "src/base/mem.h"
#include "src/tool/mcp_state.h"

#define PAGES_MAX   100
#define CURSOR_MAX  ((size_t)16 << 10)
#define DEBOUNCE_MS 200
/* A server that calls its list changed all the time is not asked more often. */
#define INTERVAL_MS 1000

static const char *const list_methods[MCP_LIST_COUNT] = {"tools/list", "resources/list",
                                                         "prompts/list"};

static void lists_fetch_page(struct mcp_server *server, enum mcp_list_kind kind);

/* --- What is there
 * ----------------------------------------------------------------------------
 */

static void lists_clear_one(struct mcp_content_lists *lists, enum mcp_list_kind kind)
{
    switch (kind) {
    case MCP_LIST_TOOLS: mcp_tools_clear(&lists->tools); break;
    case MCP_LIST_RESOURCES: mcp_resources_clear(&lists->resources); break;
    case MCP_LIST_PROMPTS: mcp_prompts_clear(&lists->prompts); break;
    case MCP_LIST_COUNT: break;
    }
}

void mcp_lists_clear_content(struct mcp_content_lists *lists)
{
    for (enum mcp_list_kind kind = MCP_LIST_TOOLS; kind < MCP_LIST_COUNT; kind++)
        lists_clear_one(lists, kind);
}

/* Moves one list from `from` to `to`, whose own goes to `old`. */
static void lists_move(struct mcp_content_lists *to, struct mcp_content_lists *from,
                       struct mcp_content_lists *old, enum mcp_list_kind kind)
{
    switch (kind) {
    case MCP_LIST_TOOLS:
        old->tools = to->tools;
        to->tools = from->tools;
        from->tools = (struct mcp_tools){0};
        break;
    case MCP_LIST_RESOURCES:
        old->resources = to->resources;
        to->resources = from->resources;
        from->resources = (struct mcp_resources){0};
        break;
    case MCP_LIST_PROMPTS:
        old->prompts = to->prompts;
        to->prompts = from->prompts;
        from->prompts = (struct mcp_prompts){0};
        break;
    case MCP_LIST_COUNT: break;
    }
}

void mcp_lists_publish(struct mcp_server *server, struct mcp_content_lists *old)
{
    struct mcp_lists *lists = &server->lists;
    for (enum mcp_list_kind kind = MCP_LIST_TOOLS; kind < MCP_LIST_COUNT; kind++) {
        if (!lists->items[kind].is_complete)
            continue;
        lists->items[kind].is_complete = false;
        lists->items[kind].is_settled = true;
        lists_move(&lists->shown, &lists->growing, old, kind);
        lists->version++;
        if (kind == MCP_LIST_TOOLS)
            mcp_server_be_ready(server);
    }
}

/* --- Fetching
 * ----------------------------------------------------------------------------
 */

static void lists_reset(struct mcp_server *server, enum mcp_list_kind kind)
{
    struct mcp_list *list = &server->lists.items[kind];
    mcp_pending_drop(server, list->pending);
    list->pending = NULL;
    list->is_complete = false;
    list->refetch_ms = -1;
    for (size_t i = 0; i < list->cursor_count; i++)
        mem_free(list->cursors[i]);
    mem_free(list->cursors);
    list->cursors = NULL;
    list->cursor_count = list->cursor_cap = 0;
    lists_clear_one(&server->lists.growing, kind);
}

void mcp_lists_stop(struct mcp_server *server)
{
    for (enum mcp_list_kind kind = MCP_LIST_TOOLS; kind < MCP_LIST_COUNT; kind++)
        lists_reset(server, kind);
}

static bool lists_has(const struct mcp_server *server, enum mcp_list_kind kind)
{
    switch (kind) {
    case MCP_LIST_TOOLS: return server->has_tools;
    case MCP_LIST_RESOURCES: return server->has_resources;
    case MCP_LIST_PROMPTS: return server->has_prompts;
    case MCP_LIST_COUNT: break;
    }
    return false;
}

static void lists_complete(struct mcp_server *server, enum mcp_list_kind kind)
{
    server->lists.items[kind].is_complete = true;
    mcp_server_change(server);
}

static void lists_start(struct mcp_server *server, enum mcp_list_kind kind)
{
    lists_reset(server, kind);
    server->lists.items[kind].started_ms = clock_now_ms();
    if (lists_has(server, kind))
        lists_fetch_page(server, kind);
    else
        lists_complete(server, kind);
}

void mcp_lists_begin(struct mcp_server *server)
{
    for (enum mcp_list_kind kind = MCP_LIST_TOOLS; kind < MCP_LIST_COUNT; kind++) {
        server->lists.items[kind].is_settled = false;
        lists_start(server, kind);
    }
}

static bool lists_add_page(struct mcp_server *server, enum mcp_list_kind kind,
                           const cJSON *result)
{
    struct mcp_content_lists *growing = &server->lists.growing;
    const struct mcp_origin origin = {
        .server_name = server->options.name,
        .words = server->origin_words,
        .server = server,
        .has_headers = server->generation == MCP_MODERN && mcp_link_is_http(server->link),
    };
    struct strbuf complaints;
    bool is_list = false;
    switch (kind) {
    case MCP_LIST_TOOLS:
        strbuf_init(&complaints, 4096);
        is_list = mcp_tools_add_page(&growing->tools, result, &origin, &complaints);
        if (complaints.len > 0)
            log_warn(server->log, "mcp", "%s: %s", server->options.name,
                     strbuf_text(&complaints));
        strbuf_clear(&complaints);
        break;
    case MCP_LIST_RESOURCES:
        is_list = mcp_resources_add_page(&growing->resources, result);
        break;
    case MCP_LIST_PROMPTS:
        is_list = mcp_prompts_add_page(&growing->prompts, result);
        break;
    case MCP_LIST_COUNT: break;
    }
    return is_list;
}

/* The list could not be had: the old one stays; without tools a server cannot begin. */
static void lists_lose(struct mcp_server *server, enum mcp_list_kind kind,
                       const char *words)
{
    lists_reset(server, kind);
    server->lists.items[kind].is_settled = true;
    log_warn(server->log, "mcp", "%s: %s failed: %s", server->options.name,
             list_methods[kind], words);
    mcp_server_change(server);
    if (kind != MCP_LIST_TOOLS || server->state != MCP_STARTING)
        return;
    struct error error = {ERROR_NONE, NULL};
    error_set(&error, ERROR_PROTOCOL, "its tools cannot be listed: %s", words);
    mcp_server_fail(server, &error);
    error_clear(&error);
}

/* Notes the cursor of the next page; false if there is none that can be used. */
static bool lists_take_cursor(struct mcp_server *server, enum mcp_list_kind kind,
                              const cJSON *result)
{
    struct mcp_list *list = &server->lists.items[kind];
    const char *cursor = json_get_string(result, "nextCursor");
    const char *why = NULL;
    if (cursor == NULL || cursor[0] == '\0')
        return false;
    for (size_t i = 0; i < list->cursor_count; i++) {
        if (strcmp(list->cursors[i], cursor) == 0)
            why = "a page's cursor came twice";
    }
    if (list->cursor_count + 1 >= PAGES_MAX)
        why = "there are too many pages";
    if (strlen(cursor) > CURSOR_MAX)
        why = "a page's cursor is too long";
    if (why != NULL) {
        log_warn(server->log, "mcp", "%s: %s is used as far as it came: %s",
                 server->options.name, list_methods[kind], why);
        return false;
    }
    list->cursors = mem_grow(list->cursors, &list->cursor_cap, list->cursor_count + 1,
                             sizeof(list->cursors[0]));
    list->cursors[list->cursor_count++] = mem_strdup(cursor);
    return true;
}

static void lists_on_page(struct mcp_server *server, enum mcp_list_kind kind,
                          const struct mcp_answer *answer)
{
    server->lists.items[kind].pending = NULL;
    if (answer->result == NULL)
        lists_lose(server, kind, answer->words);
    else if (!lists_add_page(server, kind, answer->result))
        lists_lose(server, kind, "the answer holds no list");
    else if (lists_take_cursor(server, kind, answer->result))
        lists_fetch_page(server, kind);
    else
        lists_complete(server, kind);
}

static void lists_on_tools(struct mcp_server *server, void *user,
                           const struct mcp_answer *answer)
{
    (void)user;
    lists_on_page(server, MCP_LIST_TOOLS, answer);
}

static void lists_on_resources(struct mcp_server *server, void *user,
                               const struct mcp_answer *answer)
{
    (void)user;
    lists_on_page(server, MCP_LIST_RESOURCES, answer);
}

static void lists_on_prompts(struct mcp_server *server, void *user,
                             const struct mcp_answer *answer)
{
    (void)user;
    lists_on_page(server, MCP_LIST_PROMPTS, answer);
}

static void lists_fetch_page(struct mcp_server *server, enum mcp_list_kind kind)
{
    static const mcp_answer_fn hear[MCP_LIST_COUNT] = {lists_on_tools, lists_on_resources,
                                                       lists_on_prompts};
    struct mcp_list *list = &server->lists.items[kind];
    struct strbuf members;
    strbuf_init(&members, STRBUF_OWN_MAX);
    if (list->cursor_count > 0) {
        const char *cursor = list->cursors[list->cursor_count - 1];
        strbuf_append_text(&members, "\"cursor\":");
        json_append_string(&members, cursor, strlen(cursor));
    }
    const struct mcp_ask ask = {
        .method = list_methods[kind],
        .members = strbuf_text(&members),
        .limit_ms = server->options.call_timeout_ms,
        .is_repeatable = true,
        .on_answer = hear[kind],
    };
    list->pending = mcp_pending_ask(server, &ask);
    strbuf_clear(&members);
}

/* The stream of notices is over, or there is none: the lists stay as they are. */
static void lists_on_unsubscribed(struct mcp_server *server, void *user,
                                  const struct mcp_answer *answer)
{
    (void)user;
    log_info(server->log, "mcp", "%s: no more notices of changes: %s",
             server->options.name,
             answer->result != NULL ? "ended by the server" : answer->words);
}

void mcp_lists_subscribe(struct mcp_server *server)
{
    const struct mcp_ask ask = {
        .method = "subscriptions/listen",
        .members = "\"notifications\":{\"toolsListChanged\":true,"
                   "\"resourcesListChanged\":true,\"promptsListChanged\":true}",
        .is_repeatable = true,
        .on_answer = lists_on_unsubscribed,
    };
    mcp_pending_ask(server, &ask);
}

/* --- Again
 * ----------------------------------------------------------------------------
 */

void mcp_lists_refetch(struct mcp_server *server, enum mcp_list_kind kind)
{
    struct mcp_list *list = &server->lists.items[kind];
    if (list->refetch_ms >= 0 || !lists_has(server, kind))
        return;
    const int64_t soon_ms = clock_now_ms() + DEBOUNCE_MS;
    const int64_t earliest_ms = list->started_ms + INTERVAL_MS;
    list->refetch_ms = soon_ms > earliest_ms ? soon_ms : earliest_ms;
}

void mcp_lists_expire(struct mcp_server *server, int64_t now_ms)
{
    for (enum mcp_list_kind kind = MCP_LIST_TOOLS; kind < MCP_LIST_COUNT; kind++) {
        struct mcp_list *list = &server->lists.items[kind];
        if (list->refetch_ms < 0 || now_ms < list->refetch_ms)
            continue;
        /* What is under way comes to its end first, or it never would. */
        if (list->pending != NULL || mcp_handshake_is_going_on(server))
            list->refetch_ms = now_ms + DEBOUNCE_MS;
        else
            lists_start(server, kind);
    }
}

int64_t mcp_lists_get_deadline(const struct mcp_server *server)
{
    int64_t next_ms = -1;
    for (enum mcp_list_kind kind = MCP_LIST_TOOLS; kind < MCP_LIST_COUNT; kind++) {
        const int64_t at_ms = server->lists.items[kind].refetch_ms;
        if (at_ms >= 0 && (next_ms < 0 || at_ms < next_ms))
            next_ms = at_ms;
    }
    return next_ms;
}

bool mcp_lists_is_fetching(const struct mcp_server *server)
{
    for (enum mcp_list_kind kind = MCP_LIST_TOOLS; kind < MCP_LIST_COUNT; kind++) {
        const struct mcp_list *list = &server->lists.items[kind];
        if (list->pending != NULL || list->is_complete || list->refetch_ms >= 0)
            return true;
    }
    return false;
}

bool mcp_lists_are_settled(const struct mcp_server *server)
{
    for (enum mcp_list_kind kind = MCP_LIST_TOOLS; kind < MCP_LIST_COUNT; kind++) {
        if (!server->lists.items[kind].is_settled)
            return false;
    }
    return true;
}
