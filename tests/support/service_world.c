/* The speed is high, so that no test sits through a human pace. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/service_world.h"

#include <string.h>

#include "src/base/mem.h"
#include "src/demo/demo_server.h"
#include "src/net/http.h"
#include "tests/support/loop_wait.h"

#define WORLD_SPEED 10000

const char *const service_names[SERVICE_COUNT] = {
    [SERVICE_OPENAI_CHAT] = "openai-chat",
    [SERVICE_OPENAI_RESPONSES] = "openai-responses",
    [SERVICE_ANTHROPIC] = "anthropic",
    [SERVICE_GEMINI] = "gemini",
    [SERVICE_OLLAMA] = "ollama",
};

void service_world_init(struct service_world *world,
                        const struct demo_limit_options *limit)
{
    struct demo_options options = {.speed = WORLD_SPEED, .seed = 1};
    struct error err = {.class = ERROR_NONE};
    *world = (struct service_world){.loop = ev_loop_new(EVFLAG_AUTO)};
    assert_non_null(world->loop);
    settings_init(&world->settings);
    if (limit != NULL)
        options.limit = *limit;
    world->demo = demo_server_new(world->loop, &options, &err);
    if (world->demo == NULL)
        fail_msg("%s", error_text(&err));
    world->raw = raw_server_new(world->loop);
    char *url =
        strbuf_format("http://127.0.0.1:%u", (unsigned)demo_server_get_port(world->demo));
    for (size_t i = 0; i < SERVICE_COUNT; i++) {
        endpoint_init(&world->demo_endpoints[i], "demo", service_names[i], url);
        endpoint_init(&world->raw_endpoints[i], "raw", service_names[i],
                      raw_server_get_url(world->raw));
    }
    mem_free(url);
}

void service_world_clear(struct service_world *world)
{
    engine_free(world->engine);
    demo_server_free(world->demo);
    raw_server_free(world->raw);
    /* Whoever forgot to stop a watcher is found here. */
    assert_true(loop_is_idle(world->loop));
    for (size_t i = 0; i < SERVICE_COUNT; i++) {
        endpoint_clear(&world->demo_endpoints[i]);
        endpoint_clear(&world->raw_endpoints[i]);
    }
    ev_loop_destroy(world->loop);
}

int service_world_setup(void **state)
{
    struct service_world *world = mem_alloc(sizeof(*world));
    service_world_init(world, NULL);
    *state = world;
    return 0;
}

int service_world_teardown(void **state)
{
    struct service_world *world = *state;
    service_world_clear(world);
    mem_free(world);
    return 0;
}

static void world_on_event(void *user, const struct engine_event *event)
{
    struct service_world *world = user;
    if (world->on_event != NULL)
        world->on_event(world->user, event);
}

static void world_start(struct service_world *world)
{
    const struct engine_options options = {.settings = &world->settings, .seed = 1};
    struct error err = {.class = ERROR_NONE};
    if (world->engine != NULL)
        return;
    world->engine = engine_new(world->loop, &options, &err);
    if (world->engine == NULL)
        fail_msg("%s", error_text(&err));
    engine_listen(world->engine, world_on_event, world);
}

chat_id service_world_open(struct service_world *world, const struct endpoint *endpoint,
                           const char *model)
{
    world_start(world);
    return engine_open(world->engine,
                       &(struct chat_setup){.endpoint = endpoint,
                                            .model = model,
                                            .is_streaming = !world->is_unstreamed});
}

void service_world_wait(struct service_world *world, bool (*is_met)(void *user),
                        void *user)
{
    if (!loop_wait(world->loop, is_met, user))
        fail_msg("waited in vain");
}

static bool nobody_is_busy(void *user)
{
    const struct service_world *world = user;
    return engine_busy_count(world->engine) == 0;
}

void service_world_finish(struct service_world *world)
{
    service_world_wait(world, nobody_is_busy, world);
}

const struct message *service_world_send(struct service_world *world, chat_id chat,
                                         const char *prompt)
{
    assert_true(engine_send(world->engine, chat, prompt, strlen(prompt)));
    service_world_finish(world);
    const struct message *answer =
        chat_last_by(engine_get_chat(world->engine, chat), MESSAGE_ASSISTANT);
    assert_non_null(answer);
    return answer;
}

const struct message *service_world_ask(struct service_world *world,
                                        const struct endpoint *endpoint,
                                        const char *model, const char *prompt)
{
    return service_world_send(world, service_world_open(world, endpoint, model), prompt);
}

/* What a fetch has brought so far. */
struct fetch {
    struct strbuf body;
    bool is_done;
};

static void fetch_on_body(void *user, const char *bytes, size_t len)
{
    struct fetch *fetch = user;
    strbuf_append(&fetch->body, bytes, len);
}

static void fetch_on_done(void *user, const struct http_result *result)
{
    struct fetch *fetch = user;
    assert_int_equal(result->error.class, ERROR_NONE);
    fetch->is_done = true;
}

static bool fetch_is_done(void *user)
{
    return ((const struct fetch *)user)->is_done;
}

char *service_world_fetch(struct service_world *world, const char *path)
{
    struct fetch fetch = {.is_done = false};
    const struct http_handler handler = {
        .on_body = fetch_on_body, .on_done = fetch_on_done, .user = &fetch};
    struct error err = {.class = ERROR_NONE};
    strbuf_init(&fetch.body, STRBUF_OWN_MAX);
    char *url = strbuf_format("%s%s", world->demo_endpoints[0].base_url, path);
    struct http *http = http_new(world->loop, &err);
    assert_non_null(http);
    assert_non_null(http_start(http, &(struct http_request){.url = url}, &handler, &err));
    service_world_wait(world, fetch_is_done, &fetch);
    http_free(http);
    mem_free(url);
    return strbuf_take(&fetch.body);
}

char *service_world_text(const struct message *message, enum part_kind kind)
{
    struct strbuf text;
    strbuf_init(&text, STRBUF_OWN_MAX);
    message_join(message, kind, &text);
    return strbuf_take(&text);
}
