/* The listener looks up what its lines say, as a front end would. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/engine_world.h"

#include <string.h>

#include "src/base/mem.h"
#include "src/demo/demo_server.h"
#include "tests/support/loop_wait.h"

#define TRACE_MAX ((size_t)256 << 20)

/* --- Writing down
 * ----------------------------------------------------------------------- */

/* True if the last line of the trace begins with `head`. */
static bool trace_goes_on(const struct strbuf *trace, const char *head)
{
    const char *text = strbuf_text(trace);
    size_t at = trace->len;
    if (at == 0)
        return false;
    at--; /* its line end */
    while (at > 0 && text[at - 1] != '\n')
        at--;
    return strncmp(text + at, head, strlen(head)) == 0;
}

static void trace_text(struct engine_world *world, const struct engine_event *event,
                       const char *kind)
{
    char *head = strbuf_format("%u %s: ", (unsigned)event->chat, kind);
    struct strbuf *trace = &world->trace;
    if (trace_goes_on(trace, head))
        strbuf_truncate(trace, trace->len - 1);
    else
        strbuf_append_text(trace, head);
    strbuf_append(trace, event->text, event->len);
    strbuf_append_char(trace, '\n');
    mem_free(head);
}

static const struct message *event_message(const struct engine_world *world,
                                           const struct engine_event *event)
{
    const struct message *message =
        chat_find(engine_get_chat(world->engine, event->chat), event->message_id);
    assert_non_null(message);
    return message;
}

static void trace_call(struct engine_world *world, const struct engine_event *event)
{
    const struct message *message = event_message(world, event);
    assert_true(event->part_index < message->part_count);
    const struct part *part = &message->parts[event->part_index];
    assert_int_equal(part->kind, PART_TOOL_CALL);
    strbuf_append_format(&world->trace, "%u tool_call %s %s\n", (unsigned)event->chat,
                         part->name, strbuf_text(&part->text));
}

static void trace_call_delta(struct engine_world *world, const struct engine_event *event)
{
    char *line = strbuf_format("%u call_delta\n", (unsigned)event->chat);
    if (!trace_goes_on(&world->trace, line))
        strbuf_append_text(&world->trace, line);
    mem_free(line);
}

static void trace_message(struct engine_world *world, const struct engine_event *event)
{
    const struct message *message = event_message(world, event);
    const unsigned chat = (unsigned)event->chat;
    struct strbuf *trace = &world->trace;
    if (event->kind == EVENT_MESSAGE_ADDED)
        strbuf_append_format(trace, "%u added %s\n", chat,
                             message->author == MESSAGE_USER   ? "prompt"
                             : message->author == MESSAGE_TOOL ? "results"
                                                               : "answer");
    else if (event->kind == EVENT_ERROR)
        strbuf_append_format(trace, "%u error %s\n", chat,
                             error_class_get(message->facts.error.class)->name);
    else
        strbuf_append_format(trace, "%u done %s\n", chat,
                             finish_name(message->facts.finish));
}

static void trace_words(struct engine_world *world, const struct engine_event *event,
                        const char *kind)
{
    assert_int_equal(strlen(event->text), event->len);
    strbuf_append_format(&world->trace, "%u %s: %s\n", (unsigned)event->chat, kind,
                         event->text);
}

static void trace_change(struct engine_world *world, const struct engine_event *event)
{
    static const char *const names[] = {
        [CALL_CHANGE_ASKED] = "asked",       [CALL_CHANGE_EDITED] = "edited",
        [CALL_CHANGE_DECIDED] = "decided",   [CALL_CHANGE_STARTED] = "runs",
        [CALL_CHANGE_PROGRESS] = "progress", [CALL_CHANGE_ENDED] = "ended",
    };
    const struct call_facts *call = engine_find_call(world->engine, event->call);
    strbuf_append_format(&world->trace, "%u call %s %s\n", (unsigned)event->chat,
                         call->tool, names[event->change]);
}

static void trace_event(struct engine_world *world, const struct engine_event *event)
{
    const unsigned chat = (unsigned)event->chat;
    struct strbuf *trace = &world->trace;
    switch (event->kind) {
    case EVENT_CHAT_OPENED: strbuf_append_format(trace, "%u opened\n", chat); break;
    case EVENT_CHAT_CLOSED: strbuf_append_format(trace, "%u closed\n", chat); break;
    case EVENT_TURN_STARTED: strbuf_append_format(trace, "%u started\n", chat); break;
    case EVENT_TURN_STATE:
        strbuf_append_format(trace, "%u %s\n", chat, turn_state_name(event->state));
        break;
    case EVENT_TEXT: trace_text(world, event, "text"); break;
    case EVENT_REASONING: trace_text(world, event, "reasoning"); break;
    case EVENT_REFUSAL: trace_text(world, event, "refusal"); break;
    case EVENT_CALL_DELTA: trace_call_delta(world, event); break;
    case EVENT_TOOL_CALL: trace_call(world, event); break;
    case EVENT_MESSAGE_CHANGED: strbuf_append_format(trace, "%u changed\n", chat); break;
    case EVENT_MESSAGE_ADDED:
    case EVENT_ERROR:
    case EVENT_DONE: trace_message(world, event); break;
    case EVENT_MODELS: strbuf_append_format(trace, "models\n"); break;
    case EVENT_NOTICE: trace_words(world, event, "notice"); break;
    case EVENT_FALLBACK: trace_words(world, event, "fallback"); break;
    case EVENT_CALL: trace_change(world, event); break;
    case EVENT_TOOLS: break; /* whenever a server says something */
    case EVENT_PATH:
        strbuf_append_format(trace, "%u path %d\n", chat, (int)event->message_id);
        break;
    case EVENT_QUEUE:
        strbuf_append_format(trace, "%u queue %zu\n", chat,
                             engine_queue_count(world->engine, event->chat));
        break;
    }
}

/* Counts the turns with a request in flight. */
static void count_running(struct engine_world *world)
{
    size_t running = 0;
    for (chat_id chat = 1; chat < 64; chat++) {
        const struct turn_status status = engine_get_turn(world->engine, chat);
        running += status.state != TURN_IDLE && status.state != TURN_QUEUED &&
                   status.state != TURN_RETRYING;
    }
    if (running > world->running_max)
        world->running_max = running;
}

static void world_on_event(void *user, const struct engine_event *event)
{
    struct engine_world *world = user;
    trace_event(world, event);
    count_running(world);
    if (world->on_event != NULL)
        world->on_event(world->user, event);
}

/* --- Life
 * ------------------------------------------------------------------------------- */

void engine_world_init(struct engine_world *world)
{
    const struct demo_options options = {.port = 0, .speed = 1, .seed = 1};
    struct error err = {.class = ERROR_NONE};
    *world = (struct engine_world){.loop = ev_loop_new(EVFLAG_AUTO)};
    assert_non_null(world->loop);
    strbuf_init(&world->trace, TRACE_MAX);
    settings_init(&world->settings);
    world->demo = demo_server_new(world->loop, &options, &err);
    if (world->demo == NULL)
        fail_msg("%s", error_text(&err));
    world->raw = raw_server_new(world->loop);
    char *url =
        strbuf_format("http://127.0.0.1:%u", (unsigned)demo_server_get_port(world->demo));
    endpoint_init(&world->demo_endpoint, "demo", "openai-chat", url);
    mem_free(url);
    endpoint_init(&world->raw_endpoint, "raw", "openai-chat",
                  raw_server_get_url(world->raw));
}

void engine_world_clear(struct engine_world *world)
{
    engine_free(world->engine);
    demo_server_free(world->demo);
    raw_server_free(world->raw);
    /* Whoever forgot to stop a watcher is found here. */
    assert_true(loop_is_idle(world->loop));
    endpoint_clear(&world->demo_endpoint);
    endpoint_clear(&world->raw_endpoint);
    strbuf_clear(&world->trace);
    ev_loop_destroy(world->loop);
}

int engine_world_setup(void **state)
{
    struct engine_world *world = mem_alloc(sizeof(*world));
    engine_world_init(world);
    *state = world;
    return 0;
}

int engine_world_teardown(void **state)
{
    struct engine_world *world = *state;
    engine_world_clear(world);
    mem_free(world);
    return 0;
}

void engine_world_start(struct engine_world *world)
{
    const struct engine_options options = {.settings = &world->settings,
                                           .seed = 1,
                                           .catalog = world->catalog,
                                           .spending = world->spending};
    struct error err = {.class = ERROR_NONE};
    if (world->engine != NULL)
        return;
    world->engine = engine_new(world->loop, &options, &err);
    if (world->engine == NULL)
        fail_msg("%s", error_text(&err));
    engine_listen(world->engine, world_on_event, world);
}

/* --- Doing
 * ------------------------------------------------------------------------------ */

chat_id engine_world_open_at(struct engine_world *world, const struct endpoint *endpoint,
                             const char *model)
{
    engine_world_start(world);
    return engine_open(world->engine,
                       &(struct chat_setup){.endpoint = endpoint,
                                            .model = model,
                                            .is_streaming = !world->is_unstreamed});
}

chat_id engine_world_open_setup(struct engine_world *world,
                                const struct chat_setup *setup)
{
    engine_world_start(world);
    return engine_open(world->engine, setup);
}

chat_id engine_world_open(struct engine_world *world, const char *model)
{
    return engine_world_open_at(world, &world->demo_endpoint, model);
}

void engine_world_send(struct engine_world *world, chat_id chat, const char *text)
{
    assert_true(engine_send(world->engine, chat, text, strlen(text)));
}

void engine_world_wait(struct engine_world *world, bool (*is_met)(void *user), void *user)
{
    if (!loop_wait(world->loop, is_met, user))
        fail_msg("waited in vain; so far:\n%.20000s", strbuf_text(&world->trace));
}

struct line_wait {
    const struct engine_world *world;
    const char *line;
};

static bool line_is_there(void *user)
{
    const struct line_wait *wait = user;
    return engine_world_has_line(wait->world, wait->line);
}

void engine_world_wait_line(struct engine_world *world, const char *line)
{
    struct line_wait wait = {world, line};
    engine_world_wait(world, line_is_there, &wait);
}

static bool nobody_is_busy(void *user)
{
    const struct engine_world *world = user;
    return engine_busy_count(world->engine) == 0;
}

void engine_world_finish(struct engine_world *world)
{
    engine_world_wait(world, nobody_is_busy, world);
}

const struct message *engine_world_ask(struct engine_world *world, const char *model,
                                       const char *prompt)
{
    const chat_id chat = engine_world_open(world, model);
    engine_world_send(world, chat, prompt);
    engine_world_finish(world);
    return engine_world_answer(world, chat);
}

/* --- Asserting
 * -------------------------------------------------------------------------- */

size_t engine_world_count_lines(const struct engine_world *world, const char *line)
{
    const size_t len = strlen(line);
    size_t count = 0;
    const char *at = strbuf_text(&world->trace);
    while (*at != '\0') {
        const size_t line_len = strcspn(at, "\n");
        count += line_len == len && memcmp(at, line, len) == 0;
        at += line_len + (at[line_len] == '\n');
    }
    return count;
}

bool engine_world_has_line(const struct engine_world *world, const char *line)
{
    return engine_world_count_lines(world, line) > 0;
}

void engine_world_assert_trace(struct engine_world *world, const char *expected)
{
    assert_string_equal(strbuf_text(&world->trace), expected);
    strbuf_reset(&world->trace);
}

const struct message *engine_world_answer(const struct engine_world *world, chat_id chat)
{
    const struct message *answer =
        chat_last_by(engine_get_chat(world->engine, chat), MESSAGE_ASSISTANT);
    assert_non_null(answer);
    return answer;
}

char *engine_world_text(const struct message *message)
{
    struct strbuf text;
    strbuf_init(&text, STRBUF_OWN_MAX);
    message_join(message, PART_TEXT, &text);
    return strbuf_take(&text);
}

void engine_world_assert_text(const struct engine_world *world, chat_id chat,
                              const char *expected)
{
    char *text = engine_world_text(engine_world_answer(world, chat));
    assert_string_equal(text, expected);
    mem_free(text);
}

char *engine_world_make_stream(const char *const *deltas, const char *finish)
{
    struct strbuf body;
    strbuf_init(&body, STRBUF_OWN_MAX);
    for (size_t i = 0; deltas[i] != NULL; i++)
        strbuf_append_format(
            &body, "data: {\"choices\":[{\"index\":0,\"delta\":%s}]}\n\n", deltas[i]);
    strbuf_append_format(&body,
                         "data: {\"choices\":[{\"index\":0,\"delta\":{},"
                         "\"finish_reason\":\"%s\"}]}\n\ndata: [DONE]\n\n",
                         finish);
    char *response =
        strbuf_format("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
                      "Content-Length: %zu\r\n\r\n%s",
                      body.len, strbuf_text(&body));
    strbuf_clear(&body);
    return response;
}
