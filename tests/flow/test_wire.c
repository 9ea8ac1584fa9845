/*
 * The taps: what goes to a server and comes from it, byte for byte, for each try; and the
 * key that is in none of it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <signal.h>
#include <string.h>

#include "src/base/compiler.h"
#include "src/base/mem.h"
#include "src/base/strbuf.h"
#include "src/engine/wire.h"
#include "tests/support/engine_world.h"

#define KEY     "sk-s3cret-0123456789"
#define PRIVATE "hush-hush-0123456789"

/* What a tap was told. */
struct told {
    struct strbuf kinds;   /* "1/1 request", … a line each */
    struct strbuf fields;  /* of the requests and heads, as lines */
    struct strbuf request; /* the body of the last request */
    struct strbuf body;    /* what came, of all exchanges */
    int64_t last_us;
    bool is_in_order;
};

static void told_init(struct told *told)
{
    strbuf_init(&told->kinds, 100000);
    strbuf_init(&told->fields, 100000);
    strbuf_init(&told->request, 1000000);
    strbuf_init(&told->body, 1000000);
    told->last_us = 0;
    told->is_in_order = true;
}

static void told_clear(struct told *told)
{
    strbuf_clear(&told->kinds);
    strbuf_clear(&told->fields);
    strbuf_clear(&told->request);
    strbuf_clear(&told->body);
}

static void note_fields(struct told *told, const struct header_list *fields)
{
    for (size_t i = 0; i < fields->len; i++)
        strbuf_append_format(&told->fields, "%s: %s\n", fields->items[i].name,
                             fields->items[i].value);
}

static void on_wire(void *user, const struct wire_event *event)
{
    static const char *const names[] = {"request", "connected", "head",
                                        "body",    "done",      "cut"};
    struct told *told = user;
    told->is_in_order = told->is_in_order && event->at_us >= told->last_us;
    told->last_us = event->at_us;
    char *line = strbuf_format("%u.%d %s\n", (unsigned)event->exchange, event->attempt,
                               names[event->kind]);
    /* Reads that follow each other are one line. */
    const size_t len = strlen(line);
    if (told->kinds.len < len ||
        strcmp(told->kinds.text + told->kinds.len - len, line) != 0)
        strbuf_append_text(&told->kinds, line);
    mem_free(line);
    if (event->kind == WIRE_REQUEST) {
        assert_null(event->request->user_password);
        strbuf_append_format(&told->fields, "%s %s\n", event->request->method,
                             event->request->url);
        note_fields(told, event->request->headers);
        strbuf_reset(&told->request);
        strbuf_append(&told->request, event->request->body, event->request->body_len);
    }
    if (event->kind == WIRE_HEAD) {
        strbuf_append_format(&told->fields, "%d\n", event->head->status);
        note_fields(told, &event->head->headers);
    }
    if (event->kind == WIRE_BODY)
        strbuf_append(&told->body, event->bytes, event->len);
    assert_true(event->result != NULL || event->kind == WIRE_REQUEST ||
                event->kind == WIRE_BODY);
}

static void assert_key_hidden(const struct told *told)
{
    const struct strbuf *const all[] = {&told->fields, &told->request, &told->body};
    for (size_t i = 0; i < COUNT_OF(all); i++) {
        assert_null(strstr(strbuf_text(all[i]), "s3cret"));
        assert_null(strstr(strbuf_text(all[i]), "hush"));
    }
}

static void assert_has(const struct strbuf *text, const char *part)
{
    if (strstr(strbuf_text(text), part) == NULL)
        fail_msg("\"%s\" is not in \"%s\"", part, strbuf_text(text));
}

static struct engine_world *start(void **state, struct told *told)
{
    struct engine_world *world = *state;
    told_init(told);
    engine_world_start(world);
    engine_tap(world->engine, on_wire, told);
    return world;
}

static void finish(struct engine_world *world, struct told *told)
{
    engine_untap(world->engine, on_wire, told);
    told_clear(told);
}

static void ask_raw(struct engine_world *world, const char *prompt)
{
    const chat_id chat = engine_world_open_at(world, &world->raw_endpoint, "m");
    engine_world_send(world, chat, prompt);
    engine_world_finish(world);
}

static void give_key(struct engine_world *world)
{
    endpoint_add_key_cmd(&world->raw_endpoint, "echo");
    endpoint_add_key_cmd(&world->raw_endpoint, KEY);
}

static char *make_stream(const char *text)
{
    char *delta = strbuf_format("{\"content\":\"%s\"}", text);
    char *stream = engine_world_make_stream((const char *[]){delta, NULL}, "stop");
    mem_free(delta);
    return stream;
}

static const char *body_of(const char *response)
{
    return strstr(response, "\r\n\r\n") + 4;
}

/* --- The tests -------------------------------------------------------------------- */

static void tap__tells_all_bytes__of_a_request_and_its_answer(void **state)
{
    struct told told;
    struct engine_world *world = start(state, &told);
    char *stream = make_stream("Hello");
    raw_server_answer_text(world->raw, stream);
    ask_raw(world, "it's \\\"new\\\"\nline");
    assert_string_equal(strbuf_text(&told.kinds), "1.1 request\n1.1 connected\n1.1 head\n"
                                                  "1.1 body\n1.1 done\n");
    const struct raw_request *got = raw_server_get_request(world->raw, 0);
    assert_int_equal(got->body_len, told.request.len);
    assert_memory_equal(got->body, told.request.text, got->body_len);
    assert_has(&told.fields, "POST http://127.0.0.1:");
    assert_has(&told.fields, "/chat/completions\n");
    assert_has(&told.fields, "Content-Type: application/json\n");
    assert_has(&told.fields, "User-Agent: motet/");
    assert_has(&told.fields, "\n200\n");
    assert_string_equal(strbuf_text(&told.body), body_of(stream));
    assert_true(told.is_in_order);
    mem_free(stream);
    finish(world, &told);
}

static void tap__shows_no_key__in_fields_url_and_bodies(void **state)
{
    struct told told;
    struct engine_world *world = start(state, &told);
    give_key(world);
    endpoint_add_header(&world->raw_endpoint, "X-Team: " PRIVATE);
    endpoint_add_header(&world->raw_endpoint, "HTTP-Referer: https://example.org");
    char *stream = make_stream("your key is " KEY " and " PRIVATE);
    raw_server_answer_text(world->raw, stream);
    ask_raw(world, "my key is " KEY);
    assert_key_hidden(&told);
    assert_has(&told.fields, "Authorization: Bearer " WIRE_MASK "\n");
    assert_has(&told.fields, "X-Team: " WIRE_MASK "\n");
    assert_has(&told.fields, "HTTP-Referer: https://example.org\n");
    /* Lengths stay true. */
    assert_int_equal(told.body.len, strlen(body_of(stream)));
    assert_int_equal(told.request.len, raw_server_get_request(world->raw, 0)->body_len);
    /* The server has seen the true ones. */
    assert_non_null(strstr(raw_server_get_request(world->raw, 0)->bytes, KEY));
    mem_free(stream);
    finish(world, &told);
}

static void tap__shows_no_key__that_comes_in_single_bytes(void **state)
{
    struct told told;
    struct engine_world *world = start(state, &told);
    give_key(world);
    char *stream = make_stream("sk-s3 is no key, " KEY " is; sk-");
    const struct raw_step steps[] = {{.action = RAW_SEND_BYTEWISE, .bytes = stream},
                                     {.action = RAW_CLOSE}};
    raw_server_answer(world->raw, steps, COUNT_OF(steps));
    ask_raw(world, "hello");
    assert_null(strstr(strbuf_text(&told.body), "s3cret"));
    assert_has(&told.body, "sk-s3 is no key, ******************** is; sk-");
    assert_int_equal(told.body.len, strlen(body_of(stream)));
    mem_free(stream);
    finish(world, &told);
}

static void tap__tells_each_try__with_a_number_of_its_own(void **state)
{
    struct told told;
    struct engine_world *world = *state;
    world->settings.values[SETTING_RETRIES] = 1;
    start(state, &told);
    char *stream = make_stream("Hello");
    raw_server_answer_text(world->raw, "HTTP/1.1 503 Busy\r\nRetry-After: 0\r\n"
                                       "Content-Length: 4\r\n\r\nbusy");
    raw_server_answer_text(world->raw, stream);
    ask_raw(world, "hello");
    assert_string_equal(strbuf_text(&told.kinds), "1.1 request\n1.1 connected\n1.1 head\n"
                                                  "1.1 body\n1.1 done\n"
                                                  "2.2 request\n2.2 connected\n2.2 head\n"
                                                  "2.2 body\n2.2 done\n");
    mem_free(stream);
    finish(world, &told);
}

static bool is_held(void *user)
{
    const struct engine_world *world = user;
    return raw_server_count_held(world->raw) == 1;
}

static void tap__tells_a_cut__of_an_answer_that_is_stopped(void **state)
{
    struct told told;
    struct engine_world *world = start(state, &told);
    const struct raw_step steps[] = {{.action = RAW_HOLD}};
    raw_server_answer(world->raw, steps, COUNT_OF(steps));
    const chat_id chat = engine_world_open_at(world, &world->raw_endpoint, "m");
    engine_world_send(world, chat, "hello");
    engine_world_wait(world, is_held, world);
    engine_stop(world->engine, chat);
    engine_world_finish(world);
    assert_string_equal(strbuf_text(&told.kinds),
                        "1.1 request\n1.1 connected\n1.1 cut\n");
    finish(world, &told);
}

static void tap__tells_a_failure__of_a_server_that_breaks_off(void **state)
{
    struct told told;
    struct engine_world *world = *state;
    world->settings.values[SETTING_RETRIES] = 0;
    start(state, &told);
    const struct raw_step steps[] = {{.action = RAW_RESET}};
    raw_server_answer(world->raw, steps, COUNT_OF(steps));
    ask_raw(world, "hello");
    assert_string_equal(strbuf_text(&told.kinds),
                        "1.1 request\n1.1 connected\n1.1 done\n");
    finish(world, &told);
}

static void tap__hears_nothing__once_it_is_taken_away(void **state)
{
    struct told told;
    struct engine_world *world = start(state, &told);
    engine_untap(world->engine, on_wire, &told);
    engine_world_ask(world, "echo?rate=0&ttft=0", "hello");
    assert_int_equal(told.kinds.len, 0);
    told_clear(&told);
}

#define TAP(test)                                                                        \
    cmocka_unit_test_setup_teardown(test, engine_world_setup, engine_world_teardown)

int main(void)
{
    signal(SIGPIPE, SIG_IGN);
    const struct CMUnitTest tests[] = {
        TAP(tap__tells_all_bytes__of_a_request_and_its_answer),
        TAP(tap__shows_no_key__in_fields_url_and_bodies),
        TAP(tap__shows_no_key__that_comes_in_single_bytes),
        TAP(tap__tells_each_try__with_a_number_of_its_own),
        TAP(tap__tells_a_cut__of_an_answer_that_is_stopped),
        TAP(tap__tells_a_failure__of_a_server_that_breaks_off),
        TAP(tap__hears_nothing__once_it_is_taken_away),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
