/*
 * The life of a connection: opened from the timer, so that starting calls nobody back;
 * lost, and opened once more by itself; ended.
 *
 * One timer serves everything that time brings. mcp_server_leave sets it to whatever is
 * next, so nobody else has to.
 */
#include "src/tool/mcp_server.h"

#include <string.h>

#include "src/base/clock.h"
#include "src/base/compiler.h"
#include "src/base/json.h"
#include "src/base/mem.h"
#include "src/tool/mcp_call_state.h"
#include "src/tool/mcp_message.h"
#include "src/tool/mcp_state.h"
#include "src/tool/tool_result.h"

#define CALL_TIMEOUT_MS     60000
#define CALL_TIMEOUT_MAX_MS 600000
#define START_TIMEOUT_MS    60000
#define PROBE_TIMEOUT_MS    5000
#define STOP_TIMEOUT_MS     2000
/* How often it is started again by ourselves, … */
#define RESTARTS_MAX 1
/* … and after how long in good order that is forgotten. */
#define HEALED_MS 300000
/* Lines that are no messages are logged up to this many. */
#define JUNK_LOGGED_MAX 5

/* Before it has said anything that is a message, a banner may be this many lines. */
#define JUNK_START_MAX 2000

/* --- The timer
 * ----------------------------------------------------------------------------
 */

static void server_consider(int64_t *next_ms, int64_t at_ms)
{
    if (at_ms >= 0 && (*next_ms < 0 || at_ms < *next_ms))
        *next_ms = at_ms;
}

static void server_arm(struct mcp_server *server)
{
    const int64_t now_ms = clock_now_ms();
    const bool is_due = server->is_changed || server->leftover != NULL ||
                        server->stuck.class != ERROR_NONE || mcp_call_is_due(server);
    int64_t next_ms = is_due ? now_ms : -1;
    server_consider(&next_ms, server->start_ms);
    server_consider(&next_ms, mcp_handshake_get_deadline(server));
    server_consider(&next_ms, mcp_pending_get_deadline(server));
    server_consider(&next_ms, mcp_incoming_get_deadline(server));
    server_consider(&next_ms, mcp_lists_get_deadline(server));
    ev_timer_stop(server->loop, &server->timer);
    if (next_ms < 0)
        return;
    ev_now_update(server->loop);
    ev_timer_set(&server->timer,
                 next_ms > now_ms ? (double)(next_ms - now_ms) / 1000 : 0., 0.);
    ev_timer_start(server->loop, &server->timer);
}

/* --- Memory
 * ----------------------------------------------------------------------------
 */

static const char **server_copy_list(const char *const *list)
{
    size_t count = 0;
    if (list == NULL)
        return NULL;
    while (list[count] != NULL)
        count++;
    const char **copy = mem_alloc_array(count + 1, sizeof(copy[0]));
    for (size_t i = 0; i < count; i++)
        copy[i] = mem_strdup(list[i]);
    return copy;
}

/* What is in a list may be a secret. */
static void server_free_list(const char *const *list)
{
    for (size_t i = 0; list != NULL && list[i] != NULL; i++) {
        mem_wipe((char *)list[i], strlen(list[i]));
        mem_free((char *)list[i]);
    }
    mem_free((void *)list);
}

static void server_free_options(struct mcp_options *options)
{
    mem_free((char *)options->name);
    mem_free((char *)options->url);
    mem_free((char *)options->directory);
    mem_free((char *)options->ca_file);
    server_free_list(options->argv);
    server_free_list(options->variables);
    server_free_list(options->headers);
    server_free_list(options->roots);
}

static void server_copy_options(struct mcp_options *to, const struct mcp_options *from)
{
    *to = *from;
    to->name = mem_strdup(from->name);
    to->url = mem_strdup(from->url);
    to->directory = mem_strdup(from->directory);
    to->ca_file = mem_strdup(from->ca_file);
    to->argv = server_copy_list(from->argv);
    to->variables = server_copy_list(from->variables);
    to->headers = server_copy_list(from->headers);
    to->roots = server_copy_list(from->roots);
    if (to->call_timeout_ms <= 0)
        to->call_timeout_ms = CALL_TIMEOUT_MS;
    if (to->call_timeout_max_ms <= 0)
        to->call_timeout_max_ms = CALL_TIMEOUT_MAX_MS;
    if (to->call_timeout_max_ms < to->call_timeout_ms)
        to->call_timeout_max_ms = to->call_timeout_ms;
    if (to->start_timeout_ms <= 0)
        to->start_timeout_ms = START_TIMEOUT_MS;
    if (to->probe_timeout_ms <= 0)
        to->probe_timeout_ms = PROBE_TIMEOUT_MS;
    if (to->stop_timeout_ms <= 0)
        to->stop_timeout_ms = STOP_TIMEOUT_MS;
    if (to->result_max < 1024)
        to->result_max = to->result_max == 0 ? TOOL_RESULT_MAX : 1024;
}

/* The command as words, or the address without user name and query. Caller frees. */
static char *server_make_where(const struct mcp_options *options)
{
    struct strbuf where;
    strbuf_init(&where, STRBUF_OWN_MAX);
    for (size_t i = 0; options->argv != NULL && options->argv[i] != NULL; i++)
        strbuf_append_format(&where, "%s%s", i > 0 ? " " : "", options->argv[i]);
    if (options->argv != NULL || options->url == NULL)
        return strbuf_take(&where);
    const char *host = strstr(options->url, "://");
    host = host != NULL ? host + 3 : options->url;
    const size_t host_len = strcspn(host, "/?#");
    size_t secret_len = 0;
    for (size_t i = 0; i < host_len; i++)
        secret_len = host[i] == '@' ? i + 1 : secret_len;
    strbuf_append(&where, options->url, (size_t)(host - options->url));
    strbuf_append(&where, host + secret_len, strcspn(host + secret_len, "?#"));
    return strbuf_take(&where);
}

static void server_on_timer(struct ev_loop *loop, struct ev_timer *timer, int events);

struct mcp_server *mcp_server_new(struct ev_loop *loop, struct http *http,
                                  struct log *log, const struct mcp_options *options,
                                  const struct mcp_owner *owner)
{
    struct mcp_server *server = mem_alloc(sizeof(*server));
    server->loop = loop;
    server->http = http;
    server->log = log;
    server_copy_options(&server->options, options);
    server->owner = *owner;
    server->where = server_make_where(options);
    server->origin_words = strbuf_format("server %s: %s", options->name, server->where);
    server->since_ms = clock_now_ms();
    server->start_ms = -1;
    server->last_errors = mem_strdup("");
    server->handshake.known = options->generation;
    mcp_handshake_clear(server);
    mcp_lists_stop(server);
    ev_init(&server->timer, server_on_timer);
    server->timer.data = server;
    return server;
}

static void server_free_dropped(struct mcp_server *server)
{
    while (server->dropped_count > 0)
        mcp_link_free(server->dropped[--server->dropped_count]);
}

static void server_drop_link(struct mcp_server *server)
{
    struct mcp_link *link = server->link;
    error_clear(&server->stuck);
    if (link == NULL)
        return;
    mem_free(server->last_errors);
    server->last_errors = mem_strdup(mcp_link_get_errors(link));
    server->link = NULL;
    mcp_link_abandon(link);
    if (server->dropped_count == COUNT_OF(server->dropped))
        server_free_dropped(server); /* cannot be: a start takes a round of the loop */
    server->dropped[server->dropped_count++] = link;
}

static void server_destroy(struct mcp_server *server)
{
    ev_timer_stop(server->loop, &server->timer);
    mcp_handshake_clear(server);
    mcp_lists_stop(server);
    mcp_lists_clear_content(&server->lists.shown);
    mcp_call_clear_all(server);
    mcp_incoming_clear(server);
    mcp_pending_clear(server);
    server_free_options(&server->options);
    header_list_clear(&server->headers);
    error_clear(&server->error);
    error_clear(&server->stuck);
    mem_free(server->where);
    mem_free(server->origin_words);
    mem_free(server->last_errors);
    mem_free(server->title);
    mem_free(server->instructions);
    mem_free(server);
}

void mcp_server_enter(struct mcp_server *server)
{
    server->depth++;
}

void mcp_server_leave(struct mcp_server *server)
{
    if (--server->depth > 0)
        return;
    server_free_dropped(server);
    if (server->is_dead)
        server_destroy(server);
    else
        server_arm(server);
}

void mcp_server_free(struct mcp_server *server)
{
    if (server == NULL)
        return;
    mcp_server_enter(server);
    server->is_dead = true;
    server_drop_link(server);
    mcp_server_leave(server);
}

/* --- Sending
 * ----------------------------------------------------------------------------
 */

void mcp_server_send(struct mcp_server *server, const struct mcp_outgoing *outgoing)
{
    if (server->link == NULL || server->is_stopping || server->stuck.class != ERROR_NONE)
        return;
    /* It asks and does not hear: the connection is given up, from the loop. */
    if (!mcp_link_send(server->link, outgoing, &server->stuck))
        log_warn(server->log, "mcp", "%s: %s", server->options.name,
                 error_text(&server->stuck));
}

void mcp_server_notify(struct mcp_server *server, const char *method, const char *params,
                       bool is_reported)
{
    struct strbuf text;
    strbuf_init(&text, STRBUF_OWN_MAX);
    mcp_message_append_request(&text, 0, method, params);
    const struct mcp_outgoing outgoing = {
        .text = strbuf_text(&text),
        .len = text.len,
        .method = method,
        .is_reported = is_reported,
    };
    mcp_server_send(server, &outgoing);
    strbuf_clear(&text);
}

/* --- States
 * ----------------------------------------------------------------------------
 */

void mcp_server_change(struct mcp_server *server)
{
    server->is_changed = true;
}

static void server_set_state(struct mcp_server *server, enum mcp_state state)
{
    if (server->state != state)
        server->since_ms = clock_now_ms();
    server->state = state;
    mcp_server_change(server);
}

void mcp_server_be_ready(struct mcp_server *server)
{
    if (server->state != MCP_STARTING)
        return;
    error_clear(&server->error);
    server_set_state(server, MCP_READY);
}

/* Ends everything that hangs on the connection; its owners are told. The state is set
 * before, so that they can start nothing anew. */
static void server_end_all(struct mcp_server *server, const char *words)
{
    char *copy = mem_strdup(words);
    server->leftover = NULL;
    mcp_handshake_clear(server);
    mcp_lists_stop(server);
    mcp_incoming_drop_all(server);
    mcp_pending_fail_all(server, copy);
    mcp_call_fail_all(server, copy);
    mem_free(copy);
}

void mcp_server_fail(struct mcp_server *server, const struct error *error)
{
    error_set(&server->error, error->class, "%s", error_text(error));
    log_warn(server->log, "mcp", "%s: %s", server->options.name, error_text(error));
    server_drop_link(server);
    server_set_state(server, MCP_FAILED);
    server_end_all(server, error_text(&server->error));
}

static void server_plan_start(struct mcp_server *server)
{
    server->start_ms = clock_now_ms();
    server_set_state(server, MCP_STARTING);
}

/* --- What the link says
 * ----------------------------------------------------------------------------
 */

static void server_on_enter(void *user)
{
    mcp_server_enter(user);
}

static void server_on_leave(void *user)
{
    mcp_server_leave(user);
}

static void server_take_answer(struct mcp_server *server,
                               const struct mcp_message *message)
{
    char *words = mcp_tools_take_text(message->words, 1000);
    const struct mcp_answer answer = {
        .result = message->result,
        .code = message->kind == MCP_MESSAGE_ERROR && message->code == 0
                    ? MCP_CODE_INTERNAL
                    : message->code,
        .data = message->data,
        .words = words,
    };
    /* A session that serves requests is one that was not lost at once. */
    if (message->result != NULL && !mcp_handshake_is_going_on(server))
        server->was_session_lost = false;
    const bool is_known = mcp_pending_answer(server, message->id, &answer);
    /* A late answer to what was cancelled is no news; an error without a number is. */
    if (!is_known && message->kind == MCP_MESSAGE_ERROR && message->id == 0)
        log_warn(server->log, "mcp", "%s: an error that answers nothing: %s",
                 server->options.name, words);
    mem_free(words);
}

static bool server_on_part(void *user, const struct mcp_message *message)
{
    struct mcp_server *server = user;
    if (server->is_dead || server->link == NULL)
        return false;
    switch (message->kind) {
    case MCP_MESSAGE_REQUEST: mcp_incoming_request(server, message); break;
    case MCP_MESSAGE_NOTIFICATION: mcp_incoming_notification(server, message); break;
    case MCP_MESSAGE_RESULT:
    case MCP_MESSAGE_ERROR: server_take_answer(server, message); break;
    }
    return true;
}

static void server_on_message(void *user, const char *bytes, size_t len)
{
    struct mcp_server *server = user;
    if (server->is_dead || server->link == NULL)
        return;
    if (mcp_message_read(bytes, len, server_on_part, server) > 0 || server->is_dead)
        return;
    server->junk_count++;
    if (server->state == MCP_STARTING && server->junk_count > JUNK_START_MAX &&
        server->stuck.class == ERROR_NONE)
        error_set(
            &server->stuck, ERROR_PROTOCOL,
            "it prints line after line, and none is a message: is it an MCP server?");
    if (server->junk_count > JUNK_LOGGED_MAX)
        return;
    log_warn(server->log, "mcp", "%s: not a message, %zu bytes: %.*s",
             server->options.name, len, len < 100 ? (int)len : 100, bytes);
}

static bool server_is_waiting(void *user, int64_t id)
{
    const struct mcp_server *server = user;
    return !server->is_dead && mcp_pending_has(server, id);
}

static void server_on_refused(void *user, int64_t id, const struct mcp_refusal *refusal)
{
    struct mcp_server *server = user;
    if (!server->is_dead && server->link != NULL)
        mcp_pending_refuse(server, id, refusal);
}

static void server_on_posted(void *user)
{
    struct mcp_server *server = user;
    if (!server->is_dead && server->link != NULL && server->handshake.is_posting)
        mcp_handshake_go_on(server);
}

static void server_on_session_lost(void *user, int64_t id)
{
    struct mcp_server *server = user;
    if (server->is_dead || server->link == NULL)
        return;
    if (server->was_session_lost && !mcp_handshake_is_going_on(server)) {
        struct error error = {ERROR_NONE, NULL};
        error_set(&error, ERROR_PROTOCOL, "the server forgets each session at once");
        mcp_server_fail(server, &error);
        error_clear(&error);
        return;
    }
    mcp_pending_hold(server, id);
    if (mcp_handshake_is_going_on(server))
        return;
    log_info(server->log, "mcp", "%s: the session is gone; beginning anew",
             server->options.name);
    server->was_session_lost = true;
    mcp_link_drop_session(server->link);
    mcp_handshake_begin(server);
}

/* Tries once more by ourselves if it was well; otherwise it has failed. */
static void server_lose(struct mcp_server *server, const struct error *error)
{
    const int64_t well_ms = clock_now_ms() - server->since_ms;
    if (server->state == MCP_READY && well_ms > HEALED_MS)
        server->restarts = 0;
    if (server->state != MCP_READY || server->restarts >= RESTARTS_MAX) {
        mcp_server_fail(server, error);
        return;
    }
    log_warn(server->log, "mcp", "%s: %s; starting it again", server->options.name,
             error_text(error));
    server->restarts++;
    error_set(&server->error, error->class, "%s", error_text(error));
    server_plan_start(server);
    server_end_all(server, error_text(&server->error));
}

/* It does not take what it is sent. */
static void server_end_stuck(struct mcp_server *server)
{
    struct error error = {ERROR_NONE, NULL};
    error_move(&error, &server->stuck);
    server_drop_link(server);
    server_lose(server, &error);
    error_clear(&error);
}

static void server_on_gone(void *user, const struct error *error)
{
    struct mcp_server *server = user;
    if (server->is_dead || server->link == NULL)
        return;
    const bool may_skip_probe =
        mcp_handshake_may_skip_probe(server) && !mcp_link_is_http(server->link);
    server_drop_link(server);
    if (server->is_stopping) {
        server->is_stopping = false;
        server_set_state(server, MCP_STOPPED);
        server_end_all(server, "the server was stopped");
    } else if (may_skip_probe && error->class != ERROR_USAGE) {
        /* Some do not survive a question that they do not know. */
        server->handshake.is_probe_skipped = true;
        mcp_handshake_clear(server);
        server_plan_start(server);
    } else {
        server_lose(server, error);
    }
}

/* --- Opening and ending
 * ----------------------------------------------------------------------------
 */

static bool server_read_headers(struct mcp_server *server, struct error *err)
{
    const char *const *lines = server->options.headers;
    header_list_clear(&server->headers);
    for (size_t i = 0; lines != NULL && lines[i] != NULL; i++) {
        if (!header_list_add_line(&server->headers, lines[i], err))
            return false;
    }
    return true;
}

static void server_connect(struct mcp_server *server)
{
    const struct mcp_link_handler handler = {
        .on_enter = server_on_enter,
        .on_leave = server_on_leave,
        .on_message = server_on_message,
        .is_waiting = server_is_waiting,
        .on_refused = server_on_refused,
        .on_posted = server_on_posted,
        .on_session_lost = server_on_session_lost,
        .on_gone = server_on_gone,
        .user = server,
    };
    const struct mcp_link_options options = {
        .loop = server->loop,
        .http = server->http,
        .log = server->log,
        .name = server->options.name,
        .argv = server->options.argv,
        .url = server->options.url,
        .variables = server->options.variables,
        .headers = &server->headers,
        .directory = server->options.directory,
        .ca_file = server->options.ca_file,
        .stop_timeout_ms = server->options.stop_timeout_ms,
    };
    struct error error = {ERROR_NONE, NULL};
    server->start_ms = -1;
    server->was_session_lost = false;
    if (server_read_headers(server, &error))
        server->link = mcp_link_new(&options, &handler, &error);
    if (server->link != NULL)
        mcp_handshake_begin(server);
    else
        mcp_server_fail(server, &error);
    error_clear(&error);
}

void mcp_server_start(struct mcp_server *server)
{
    if (server->state == MCP_STARTING || server->state == MCP_READY)
        return;
    mcp_server_restart(server);
}

void mcp_server_restart(struct mcp_server *server)
{
    mcp_server_enter(server);
    server_drop_link(server);
    server->is_stopping = false;
    server->restarts = 0;
    server->handshake.is_probe_skipped = false;
    server->leftover = "the server was started again";
    error_clear(&server->error);
    server_plan_start(server);
    mcp_server_leave(server);
}

void mcp_server_stop(struct mcp_server *server)
{
    if (server->state == MCP_STOPPED)
        return;
    mcp_server_enter(server);
    server->start_ms = -1;
    server->leftover = "the server was stopped";
    server_set_state(server, MCP_STOPPED);
    if (server->link != NULL) {
        server->is_stopping = true;
        mcp_link_stop(server->link);
    }
    mcp_server_leave(server);
}

/* Shows what is complete and tells the owner. What was shown before stays valid until it
 * has been told. */
static void server_tell_change(struct mcp_server *server)
{
    struct mcp_content_lists old = {.tools = {.items = NULL}};
    server->is_changed = false;
    mcp_lists_publish(server, &old);
    server->is_changed = false;
    if (server->owner.on_changed != NULL)
        server->owner.on_changed(server->owner.user, server);
    mcp_lists_clear_content(&old);
}

static void server_on_timer(struct ev_loop *loop, struct ev_timer *timer, int events)
{
    (void)loop;
    (void)events;
    struct mcp_server *server = timer->data;
    const int64_t now_ms = clock_now_ms();
    mcp_server_enter(server);
    if (server->leftover != NULL)
        server_end_all(server, server->leftover);
    if (!server->is_dead && server->stuck.class != ERROR_NONE)
        server_end_stuck(server);
    if (!server->is_dead && server->start_ms >= 0 && server->start_ms <= now_ms)
        server_connect(server);
    if (!server->is_dead)
        mcp_handshake_expire(server, now_ms);
    if (!server->is_dead)
        mcp_pending_expire(server, now_ms);
    if (!server->is_dead)
        mcp_incoming_expire(server, now_ms);
    if (!server->is_dead)
        mcp_call_expire(server);
    if (!server->is_dead)
        mcp_lists_expire(server, now_ms);
    if (!server->is_dead && server->is_changed)
        server_tell_change(server);
    mcp_server_leave(server);
}

/* --- Looking
 * ----------------------------------------------------------------------------
 */

void mcp_server_get_facts(const struct mcp_server *server, struct mcp_facts *facts)
{
    const struct mcp_content_lists *shown = &server->lists.shown;
    *facts = (struct mcp_facts){
        .name = server->options.name,
        .where = server->where,
        .state = server->state,
        .since_ms = server->since_ms,
        .title = server->title,
        .protocol = server->version,
        .generation = server->handshake.known,
        .instructions = server->instructions,
        .message = server->error.class != ERROR_NONE ? error_text(&server->error) : NULL,
        .last_errors = server->link != NULL ? mcp_link_get_errors(server->link)
                                            : server->last_errors,
        .pid = server->link != NULL ? mcp_link_get_pid(server->link) : 0,
        .tool_count = shown->tools.len,
        .left_out_count = shown->tools.left_out,
        .resource_count = shown->resources.len,
        .prompt_count = shown->prompts.len,
        .junk_count = server->junk_count,
        .dropped_count = server->incoming.dropped_count,
        .is_listing = mcp_lists_is_fetching(server),
        .has_lists = mcp_lists_are_settled(server),
    };
}

const struct tool *const *mcp_server_get_tools(const struct mcp_server *server,
                                               size_t *count)
{
    *count = server->lists.shown.tools.len;
    return (const struct tool *const *)server->lists.shown.tools.items;
}

const struct mcp_resource *mcp_server_get_resources(const struct mcp_server *server,
                                                    size_t *count)
{
    *count = server->lists.shown.resources.len;
    return server->lists.shown.resources.items;
}

const struct mcp_prompt *mcp_server_get_prompts(const struct mcp_server *server,
                                                size_t *count)
{
    *count = server->lists.shown.prompts.len;
    return server->lists.shown.prompts.items;
}

uint64_t mcp_server_get_version(const struct mcp_server *server)
{
    return server->lists.version;
}
