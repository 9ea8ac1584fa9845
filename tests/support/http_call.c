/*
 * The handlers write down what they are told and check what holds always: no empty body,
 * nothing after the end.
 */
#include "tests/support/http_call.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "src/base/mem.h"
#include "tests/support/loop_wait.h"

#define BODY_MAX ((size_t)8 << 20)

int http_call_set_up(void **state)
{
    struct http_world *world = mem_alloc(sizeof(*world));
    struct error err = {.class = ERROR_NONE};
    world->loop = ev_loop_new(EVFLAG_AUTO);
    world->server = raw_server_new(world->loop);
    world->http = http_new(world->loop, &err);
    assert_non_null(world->http);
    *state = world;
    return 0;
}

int http_call_tear_down(void **state)
{
    struct http_world *world = *state;
    http_free(world->http);
    raw_server_free(world->server);
    ev_loop_destroy(world->loop);
    mem_free(world);
    return 0;
}

static void note(struct http_call *call, char event)
{
    const size_t len = strlen(call->trace);
    assert_false(call->is_done);
    if (len == 0 || call->trace[len - 1] != event) {
        assert_true(len + 1 < sizeof(call->trace));
        call->trace[len] = event;
    }
    if (event == 'd')
        call->is_done = true;
    if (call->cancel_at == event) {
        http_cancel(call->victim->transfer);
        call->victim->transfer = NULL;
        call->cancel_at = 0;
    }
}

static void on_connected(void *user)
{
    note(user, 'c');
}

static void on_head(void *user, const struct http_head *head)
{
    struct http_call *call = user;
    call->status = head->status;
    call->content_type = mem_strdup(header_list_get(&head->headers, "content-type"));
    note(call, 'h');
}

static void on_body(void *user, const char *bytes, size_t len)
{
    struct http_call *call = user;
    assert_true(len > 0);
    assert_true(strbuf_append(&call->body, bytes, len));
    call->body_calls++;
    note(call, 'b');
}

static void on_done(void *user, const struct http_result *result)
{
    struct http_call *call = user;
    call->result = *result;
    call->result.error = (struct error){.class = ERROR_NONE};
    error_set(&call->error, result->error.class, "%s", error_text(&result->error));
    if (call->follower != NULL)
        http_call_start(call->follower, raw_server_get_url(call->world->server));
    note(call, 'd');
}

void http_call_init(struct http_call *call, struct http_world *world)
{
    *call = (struct http_call){.world = world};
    strbuf_init(&call->body, BODY_MAX);
}

void http_call_clear(struct http_call *call)
{
    strbuf_clear(&call->body);
    mem_free(call->content_type);
    error_clear(&call->error);
}

void http_call_start_request(struct http_call *call, const struct http_request *request)
{
    const struct http_handler handler = {on_connected, on_head, on_body, on_done, call};
    struct error err = {.class = ERROR_NONE};
    call->transfer = http_start(call->world->http, request, &handler, &err);
    assert_string_equal(error_text(&err), "");
    assert_non_null(call->transfer);
}

void http_call_start(struct http_call *call, const char *url)
{
    http_call_start_request(call, &(struct http_request){.url = url});
}

static bool is_done(void *user)
{
    const struct http_call *call = user;
    return call->is_done;
}

void http_call_wait(struct http_call *call)
{
    assert_true(loop_wait(call->world->loop, is_done, call));
}

char *http_call_make_url(const struct http_world *world, const char *before_port)
{
    return strbuf_format("%s:%d/v1?key=SECRET", before_port,
                         raw_server_get_port(world->server));
}

void http_call_get(struct http_call *call, struct http_world *world)
{
    http_call_init(call, world);
    http_call_start(call, raw_server_get_url(world->server));
    http_call_wait(call);
}
