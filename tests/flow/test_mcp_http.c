/*
 * The MCP client against a server at an address. The site is a raw server on the test's
 * loop whose answers are made from the requests as they come; a test says how it behaves.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "src/base/json.h"
#include "src/base/mem.h"
#include "tests/support/loop_wait.h"
#include "tests/support/mcp_world.h"
#include "tests/support/raw_server.h"

struct site {
    struct mcp_world *world;
    struct raw_server *server;
    bool is_modern;
    bool is_streaming;     /* answers come as events */
    bool listens;          /* GET opens a stream, held open */
    const char *session;   /* the session's name now, or NULL */
    const char *breaks_at; /* the call of this tool breaks off its stream */
    const char *refusal;   /* the head of the answer to everything */
    const char *own_words; /* an event on the stream of GET */
    size_t initialized_count;
    size_t initialize_count;
    size_t delete_count;
    size_t get_count;
    size_t call_count;
    struct strbuf last_call; /* the last request with tools/call, whole */
    struct strbuf last_get;
    struct strbuf cancelled;
};

/* --- Answers
 * --------------------------------------------------------------------------
 */

static void answer(struct site *site, const char *head, const char *type,
                   const char *body)
{
    char *text = strbuf_format("HTTP/1.1 %s\r\nContent-Type: %s\r\nContent-Length: "
                               "%zu\r\n%s%s%s\r\n%s",
                               head, type, strlen(body),
                               site->session != NULL ? "Mcp-Session-Id: " : "",
                               site->session != NULL ? site->session : "",
                               site->session != NULL ? "\r\n" : "", body);
    raw_server_answer_text(site->server, text);
    mem_free(text);
}

static void answer_nothing(struct site *site, const char *head)
{
    char *text = strbuf_format("HTTP/1.1 %s\r\nContent-Length: 0\r\n\r\n", head);
    raw_server_answer_text(site->server, text);
    mem_free(text);
}

/* A stream of these events, which ends or stays open. */
static void answer_events(struct site *site, const char *events, bool is_open)
{
    char *text = strbuf_format("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
                               "Connection: close\r\n\r\n%s",
                               events);
    const struct raw_step steps[] = {{.action = RAW_SEND, .bytes = text},
                                     {.action = is_open ? RAW_HOLD : RAW_CLOSE}};
    raw_server_answer(site->server, steps, 2);
    mem_free(text);
}

static void answer_result(struct site *site, const char *id, const char *result)
{
    char *body =
        strbuf_format("{\"jsonrpc\":\"2.0\",\"id\":%s,\"result\":%s}", id, result);
    if (site->is_streaming) {
        char *events = strbuf_format(": hello\n\nid: 0\ndata:\n\nevent: message\nid: 1\n"
                                     "data: %s\n\n",
                                     body);
        answer_events(site, events, false);
        mem_free(events);
    } else {
        answer(site, "200 OK", "application/json", body);
    }
    mem_free(body);
}

static void answer_error(struct site *site, const char *head, const char *id,
                         const char *error)
{
    char *body = strbuf_format("{\"jsonrpc\":\"2.0\",\"id\":%s,\"error\":%s}", id, error);
    answer(site, head, "application/json", body);
    mem_free(body);
}

/* --- The site
 * --------------------------------------------------------------------------
 */

static bool has_field(const struct raw_request *request, const char *field)
{
    const size_t len = strlen(field);
    for (const char *at = strstr(request->bytes, "\r\n");
         at != NULL && at < request->body; at = strstr(at + 2, "\r\n")) {
        if (strncasecmp(at + 2, field, len) == 0)
            return true;
    }
    return false;
}

static void on_initialize(struct site *site, const char *id)
{
    site->initialize_count++;
    if (site->is_modern) {
        answer_error(site, "400 Bad Request", id, "{\"code\":-32601,\"message\":\"no\"}");
        return;
    }
    answer_result(site, id,
                  "{\"protocolVersion\":\"2025-06-18\",\"capabilities\":{\"tools\":{}},"
                  "\"serverInfo\":{\"name\":\"site\",\"version\":\"1\"}}");
}

static void on_discover(struct site *site, const char *id)
{
    if (site->is_modern)
        answer_result(site, id,
                      "{\"supportedVersions\":[\"2026-07-28\"],\"capabilities\":{"
                      "\"tools\":{\"listChanged\":true}}}");
    else
        answer_error(site, "400 Bad Request", "null",
                     "{\"code\":-32000,\"message\":\"Server not initialized\"}");
}

static void on_call(struct site *site, const struct raw_request *request,
                    const cJSON *params, const char *id)
{
    const char *name = json_get_string(params, "name");
    site->call_count++;
    strbuf_reset(&site->last_call);
    strbuf_append(&site->last_call, request->bytes, request->len);
    if (site->breaks_at != NULL && strcmp(site->breaks_at, name) == 0) {
        answer_events(site,
                      "retry: 10\nid: place-1\ndata: {\"jsonrpc\":\"2.0\",\"method\":"
                      "\"notifications/message\"}\n\nid: place-2\ndata: {\"half\":",
                      false);
        return;
    }
    if (strcmp(name, "hold") == 0)
        answer_events(site, "", true);
    else if (strcmp(name, "html") == 0)
        answer(site, "200 OK", "text/html", "<p>hello");
    else if (strcmp(name, "accepted") == 0)
        answer_nothing(site, "202 Accepted");
    else if (strcmp(name, "broken") == 0)
        answer(site, "200 OK", "application/json", "{\"jsonrpc\":");
    else if (strcmp(name, "other") == 0)
        answer_result(site, "4711", "{}");
    else if (strcmp(name, "sick") == 0)
        answer(site, "500 Oh", "text/plain", "sick");
    else if (strcmp(name, "reset") == 0)
        raw_server_answer(site->server, &(struct raw_step){.action = RAW_RESET}, 1);
    else if (strcmp(name, "cut") == 0)
        answer_events(site, "data: {}\n\n", false);
    else
        answer_result(site, id,
                      "{\"content\":[{\"type\":\"text\",\"text\":\"from the site\"}]}");
}

static void on_list(struct site *site, const char *id)
{
    answer_result(site, id,
                  "{\"tools\":[{\"name\":\"call\",\"inputSchema\":{\"type\":\"object\","
                  "\"properties\":{\"r\":{\"type\":\"string\",\"x-mcp-header\":"
                  "\"Region\"}}}},{\"name\":\"hold\"},{\"name\":\"html\"},{\"name\":"
                  "\"accepted\"},{\"name\":\"broken\"},{\"name\":\"other\"},{\"name\":"
                  "\"sick\"},{\"name\":\"reset\"},{\"name\":\"again\",\"annotations\":{"
                  "\"idempotentHint\":true}},{\"name\":\"cut\"}]}");
}

static void on_get(struct site *site, const struct raw_request *request)
{
    site->get_count++;
    strbuf_reset(&site->last_get);
    strbuf_append(&site->last_get, request->bytes, request->len);
    if (has_field(request, "Last-Event-ID: place-1")) {
        /* The rest of the stream that broke. */
        answer_events(site,
                      "id: place-2\ndata: {\"jsonrpc\":\"2.0\",\"id\":4,\"result\":{"
                      "\"content\":[{\"type\":\"text\",\"text\":\"the rest\"}]}}\n\n",
                      false);
        return;
    }
    if (site->listens)
        answer_events(site, site->own_words != NULL ? site->own_words : "", true);
    else
        answer_nothing(site, "405 Method Not Allowed");
}

static void on_post(struct site *site, const struct raw_request *request)
{
    cJSON *message = json_parse(request->body, request->body_len);
    const cJSON *params = json_get(message, "params");
    const char *method = json_get_string(message, "method");
    int64_t number = 0;
    char id[32] = "null";
    if (json_get_int(message, "id", &number))
        snprintf(id, sizeof(id), "%lld", (long long)number);
    assert_true(has_field(request, "Accept: application/json, text/event-stream"));
    assert_true(has_field(request, "Content-Type: application/json"));
    if (method == NULL)
        answer_nothing(site, "202 Accepted");
    else if (strcmp(method, "server/discover") == 0)
        on_discover(site, id);
    else if (strcmp(method, "initialize") == 0)
        on_initialize(site, id);
    else if (strcmp(method, "tools/list") == 0)
        on_list(site, id);
    else if (strcmp(method, "tools/call") == 0)
        on_call(site, request, params, id);
    else if (strcmp(method, "subscriptions/listen") == 0)
        answer_events(site, site->own_words != NULL ? site->own_words : "", true);
    else
        answer_nothing(site, "202 Accepted");
    if (method != NULL && strcmp(method, "notifications/initialized") == 0)
        site->initialized_count++;
    if (method != NULL && strcmp(method, "notifications/cancelled") == 0)
        strbuf_append(&site->cancelled, request->body, request->body_len);
    cJSON_Delete(message);
}

/* True if the request names the session of now, or need not. */
static bool is_of_session(const struct site *site, const struct raw_request *request)
{
    char *field =
        strbuf_format("Mcp-Session-Id: %s", site->session != NULL ? site->session : "");
    const bool is_first = strstr(request->body, "\"initialize\"") != NULL ||
                          strstr(request->body, "server/discover") != NULL;
    const bool is_good = site->session == NULL || is_first || has_field(request, field);
    mem_free(field);
    return is_good;
}

static void on_request(void *user, const struct raw_request *request)
{
    struct site *site = user;
    if (site->refusal != NULL)
        answer(site, site->refusal, "text/plain", "");
    else if (!is_of_session(site, request))
        answer_nothing(site, "404 Not Found");
    else if (strncmp(request->bytes, "GET ", 4) == 0)
        on_get(site, request);
    else if (strncmp(request->bytes, "DELETE ", 7) == 0) {
        site->delete_count++;
        answer_nothing(site, "405 Method Not Allowed");
    } else
        on_post(site, request);
}

static int set_up(void **state)
{
    struct site *site = mem_alloc(sizeof(*site));
    void *world;
    mcp_world_setup(&world);
    site->world = world;
    site->server = raw_server_new(site->world->loop);
    raw_server_hear(site->server, on_request, site);
    strbuf_init(&site->last_call, STRBUF_OWN_MAX);
    strbuf_init(&site->last_get, STRBUF_OWN_MAX);
    strbuf_init(&site->cancelled, STRBUF_OWN_MAX);
    *state = site;
    return 0;
}

static int tear_down(void **state)
{
    struct site *site = *state;
    void *world = site->world;
    raw_server_free(site->server);
    strbuf_clear(&site->last_call);
    strbuf_clear(&site->last_get);
    strbuf_clear(&site->cancelled);
    mem_free(site);
    return mcp_world_teardown(&world);
}

static struct mcp_world *start_ready(struct site *site)
{
    mcp_world_start_url(site->world, raw_server_get_url(site->server));
    mcp_world_wait_ready(site->world);
    return site->world;
}

static void assert_call(struct site *site, const char *tool, enum tool_end end,
                        const char *text)
{
    struct mcp_outcome outcome = {.call = NULL};
    mcp_world_ask(site->world, &outcome, tool, "{\"r\":\"eu ü\"}");
    assert_string_equal(outcome.text, text);
    assert_int_equal(outcome.end, end);
    mcp_outcome_clear(&outcome);
}

/* --- Legacy
 * --------------------------------------------------------------------------
 */

static void site__is_spoken_to__in_the_legacy_way(void **state)
{
    struct site *site = *state;
    const char *const headers[] = {"Authorization: Bearer mine", NULL};
    site->session = "s-1";
    site->world->options.headers = headers;
    start_ready(site);
    const struct mcp_facts facts = mcp_world_facts(site->world);
    assert_string_equal(facts.protocol, "2025-06-18");
    assert_string_equal(facts.title, "site 1");
    assert_string_equal(facts.where, raw_server_get_url(site->server));
    assert_int_equal(site->initialized_count, 1);
    assert_call(site, "call", TOOL_END_OK, "from the site");
    const char *call = strbuf_text(&site->last_call);
    assert_non_null(strstr(call, "\r\nMcp-Session-Id: s-1\r\n"));
    assert_non_null(strstr(call, "\r\nMCP-Protocol-Version: 2025-06-18\r\n"));
    assert_non_null(strstr(call, "\r\nAuthorization: Bearer mine\r\n"));
    assert_null(strstr(call, "Mcp-Method"));
    assert_null(strstr(call, "Mcp-Param"));
    mcp_server_stop(site->world->server);
    while (site->delete_count == 0)
        ev_run(site->world->loop, EVRUN_ONCE);
}

static void site__may_answer__with_events(void **state)
{
    struct site *site = *state;
    site->is_streaming = true;
    start_ready(site);
    assert_call(site, "call", TOOL_END_OK, "from the site");
}

static bool has_resumed(void *user)
{
    const struct site *site = user;
    return strstr(strbuf_text(&site->last_get), "Last-Event-ID: place-1") != NULL;
}

static void stream__is_taken_up_again__where_it_broke(void **state)
{
    struct site *site = *state;
    struct mcp_outcome outcome = {.call = NULL};
    site->breaks_at = "call";
    start_ready(site);
    mcp_world_call(site->world, &outcome, "call", "{}");
    mcp_world_wait(site->world, has_resumed, site);
    mcp_world_wait_done(site->world, &outcome);
    assert_string_equal(outcome.text, "the rest");
    mcp_outcome_clear(&outcome);
    assert_int_equal(site->call_count, 1);
}

static void session__is_begun_anew__when_the_server_lost_it(void **state)
{
    struct site *site = *state;
    site->session = "s-1";
    start_ready(site);
    site->session = "s-2";
    assert_call(site, "call", TOOL_END_OK, "from the site");
    assert_int_equal(site->initialize_count, 2);
    assert_non_null(strstr(strbuf_text(&site->last_call), "Mcp-Session-Id: s-2"));
    assert_int_equal(mcp_world_facts(site->world).state, MCP_READY);
    /* And once more, later. */
    site->session = "s-3";
    assert_call(site, "call", TOOL_END_OK, "from the site");
    assert_int_equal(site->initialize_count, 3);
}

static bool is_listening(void *user)
{
    const struct site *site = user;
    return site->get_count == 1 && raw_server_count_held(site->server) == 1;
}

static void server__is_heard__on_its_own_stream(void **state)
{
    struct site *site = *state;
    site->listens = true;
    site->own_words = "data: {\"jsonrpc\":\"2.0\",\"id\":\"x\",\"method\":\"elicitation/"
                      "create\",\"params\":{\"message\":\"Hm?\"}}\n\n";
    site->world->reply = "{}";
    start_ready(site);
    mcp_world_wait(site->world, is_listening, site);
    while (site->world->request_count == 0)
        ev_run(site->world->loop, EVRUN_ONCE);
    assert_string_equal(site->world->request_message, "Hm?");
}

static void call__is_cancelled__by_a_notification(void **state)
{
    struct site *site = *state;
    struct mcp_outcome outcome = {.call = NULL};
    start_ready(site);
    mcp_world_call(site->world, &outcome, "hold", "{}");
    while (raw_server_count_held(site->server) == 0)
        ev_run(site->world->loop, EVRUN_ONCE);
    mcp_call_stop(outcome.call);
    mcp_world_wait_done(site->world, &outcome);
    assert_int_equal(outcome.end, TOOL_END_STOPPED);
    mcp_outcome_clear(&outcome);
    while (site->cancelled.len == 0)
        ev_run(site->world->loop, EVRUN_ONCE);
    assert_non_null(strstr(strbuf_text(&site->cancelled), "\"requestId\":4"));
}

/* --- Modern
 * --------------------------------------------------------------------------
 */

static void site__is_spoken_to__in_the_modern_way(void **state)
{
    struct site *site = *state;
    site->is_modern = true;
    start_ready(site);
    assert_string_equal(mcp_world_facts(site->world).protocol, "2026-07-28");
    assert_call(site, "call", TOOL_END_OK, "from the site");
    const char *call = strbuf_text(&site->last_call);
    assert_non_null(strstr(call, "\r\nMCP-Protocol-Version: 2026-07-28\r\n"));
    assert_non_null(strstr(call, "\r\nMcp-Method: tools/call\r\n"));
    assert_non_null(strstr(call, "\r\nMcp-Name: call\r\n"));
    assert_non_null(strstr(call, "\r\nMcp-Param-Region: =?base64?ZXUgw7w=?=\r\n"));
    assert_null(strstr(call, "Mcp-Session-Id"));
    assert_int_equal(site->initialize_count, 0);
    assert_int_equal(site->get_count, 0);
}

static void call__is_cancelled__by_closing_its_stream(void **state)
{
    struct site *site = *state;
    struct mcp_outcome outcome = {.call = NULL};
    site->is_modern = true;
    start_ready(site);
    /* The stream of notices. */
    while (raw_server_count_held(site->server) == 0)
        ev_run(site->world->loop, EVRUN_ONCE);
    const size_t open = raw_server_count_held(site->server);
    mcp_world_call(site->world, &outcome, "hold", "{}");
    while (raw_server_count_held(site->server) == open)
        ev_run(site->world->loop, EVRUN_ONCE);
    mcp_call_stop(outcome.call);
    mcp_world_wait_done(site->world, &outcome);
    while (raw_server_count_held(site->server) > open)
        ev_run(site->world->loop, EVRUN_ONCE);
    assert_int_equal(site->cancelled.len, 0);
    mcp_outcome_clear(&outcome);
}

static void call__is_sent_again__only_where_that_does_no_harm(void **state)
{
    struct site *site = *state;
    site->is_modern = true;
    site->breaks_at = "again";
    start_ready(site);
    assert_call(site, "again", TOOL_END_FAULT, "the stream ended before the answer came");
    assert_int_equal(site->call_count, 2);
    assert_call(site, "cut", TOOL_END_FAULT, "the stream ended before the answer came");
    assert_int_equal(site->call_count, 3);
}

static bool has_listed_again(void *user)
{
    const struct site *site = user;
    return mcp_server_get_version(site->world->server) > 3;
}

static void list__is_fetched_again__when_a_modern_server_says_so(void **state)
{
    struct site *site = *state;
    site->is_modern = true;
    site->own_words = "data: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/tools/"
                      "list_changed\"}\n\n";
    mcp_world_start_url(site->world, raw_server_get_url(site->server));
    mcp_world_wait_state(site->world, MCP_READY);
    mcp_world_wait(site->world, has_listed_again, site);
}

/* --- What goes wrong
 * --------------------------------------------------------------------------
 */

static void call__ends_as_a_fault__whatever_came_in_place_of_an_answer(void **state)
{
    struct site *site = *state;
    start_ready(site);
    assert_call(site, "html", TOOL_END_FAULT,
                "the server's answer (HTTP 200, text/html) does not answer the request");
    assert_call(site, "accepted", TOOL_END_FAULT,
                "the server's answer (HTTP 202, no content) does not answer the request");
    assert_call(site, "broken", TOOL_END_FAULT,
                "the server's answer (HTTP 200, application/json) does not answer the "
                "request");
    assert_call(site, "other", TOOL_END_FAULT,
                "the server's answer (HTTP 200, application/json) does not answer the "
                "request");
    assert_call(site, "sick", TOOL_END_FAULT, "the server answers with HTTP status 500");
    assert_call(site, "cut", TOOL_END_FAULT, "the stream ended before the answer came");
    struct mcp_outcome outcome = {.call = NULL};
    mcp_world_ask(site->world, &outcome, "reset", "{}");
    assert_int_equal(outcome.end, TOOL_END_FAULT);
    mcp_outcome_clear(&outcome);
    assert_call(site, "call", TOOL_END_OK, "from the site");
}

static void server__fails__with_a_sentence(void **state)
{
    struct site *site = *state;
    site->refusal =
        "401 Unauthorized\r\nWWW-Authenticate: Bearer resource_metadata=\"x\"";
    mcp_world_start_url(site->world, raw_server_get_url(site->server));
    mcp_world_wait_state(site->world, MCP_FAILED);
    assert_non_null(strstr(mcp_world_facts(site->world).message, "HTTP 401"));
    assert_non_null(strstr(mcp_world_facts(site->world).message, "OAuth"));
    site->refusal = "307 Elsewhere\r\nLocation: http://127.0.0.2/";
    mcp_server_restart(site->world->server);
    mcp_world_wait_state(site->world, MCP_FAILED);
    assert_non_null(strstr(mcp_world_facts(site->world).message, "redirects elsewhere"));
    site->refusal = "404 Not Found";
    mcp_server_restart(site->world->server);
    mcp_world_wait_state(site->world, MCP_FAILED);
    assert_non_null(strstr(mcp_world_facts(site->world).message, "no MCP server"));
    site->refusal = NULL;
    mcp_server_restart(site->world->server);
    mcp_world_wait_ready(site->world);
}

static void server__fails__when_it_is_not_there(void **state)
{
    struct site *site = *state;
    struct mcp_outcome held = {.call = NULL};
    char *url = mem_strdup(raw_server_get_url(site->server));
    site->listens = true;
    start_ready(site);
    mcp_world_call(site->world, &held, "hold", "{}");
    while (raw_server_count_held(site->server) < 2)
        ev_run(site->world->loop, EVRUN_ONCE);
    raw_server_free(site->server);
    site->server = NULL;
    mcp_world_wait_state(site->world, MCP_FAILED);
    assert_true(held.is_done);
    assert_int_equal(held.end, TOOL_END_FAULT);
    mcp_outcome_clear(&held);
    assert_non_null(strstr(mcp_world_facts(site->world).message, "127.0.0.1"));
    mem_free(url);
}

static void server__is_not_reached__in_the_clear(void **state)
{
    struct site *site = *state;
    mcp_world_start_url(site->world, "http://user:secret@mcp.example/x?key=secret");
    mcp_world_wait_state(site->world, MCP_FAILED);
    assert_non_null(strstr(mcp_world_facts(site->world).message, "https only"));
    assert_string_equal(mcp_world_facts(site->world).where, "http://mcp.example/x");
}

static void server__may_be_freed__by_what_a_stream_brings(void **state)
{
    struct site *site = *state;
    struct mcp_outcome outcome = {.call = NULL, .frees = site->world};
    site->is_streaming = true;
    start_ready(site);
    mcp_world_ask(site->world, &outcome, "call", "{}");
    assert_null(site->world->server);
    mcp_outcome_clear(&outcome);
}

int main(void)
{
    signal(SIGPIPE, SIG_IGN);
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(site__is_spoken_to__in_the_legacy_way),
        TEST(site__may_answer__with_events),
        TEST(stream__is_taken_up_again__where_it_broke),
        TEST(session__is_begun_anew__when_the_server_lost_it),
        TEST(server__is_heard__on_its_own_stream),
        TEST(call__is_cancelled__by_a_notification),
        TEST(site__is_spoken_to__in_the_modern_way),
        TEST(call__is_cancelled__by_closing_its_stream),
        TEST(call__is_sent_again__only_where_that_does_no_harm),
        TEST(list__is_fetched_again__when_a_modern_server_says_so),
        TEST(call__ends_as_a_fault__whatever_came_in_place_of_an_answer),
        TEST(server__fails__with_a_sentence),
        TEST(server__fails__when_it_is_not_there),
        TEST(server__is_not_reached__in_the_clear),
        TEST(server__may_be_freed__by_what_a_stream_brings),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
