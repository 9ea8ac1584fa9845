/*
 * Everything that may go wrong with a service, in each protocol: which class it is,
 * whether it is worth another try, what stays of the text, and that a server without
 * measure costs no memory without measure.
 *
 * The faults are the demo server's, and those of bytes no web server would send a raw
 * server's. Many chats run side by side, so that the waits before another try add up to
 * one only.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>
#include <sys/resource.h>

#include "src/base/compiler.h"
#include "src/base/mem.h"
#include "src/base/utf8.h"
#include "tests/support/service_world.h"

/* More memory than this is never needed for one answer, sanitizers and all. */
#define MEMORY_MAX_KIB (512 * 1024)

/* Sets in the first members of a list stand for protocols. */
enum { ALL = (1 << SERVICE_COUNT) - 1 };

static void setting(struct service_world *world, enum setting_id id, int64_t value)
{
    world->settings.values[id] = value;
    world->settings.is_given[id] = true;
}

static void assert_failed(const struct message *answer, enum error_class class,
                          const char *what)
{
    const char *name = error_class_get(answer->facts.error.class)->name;
    if (answer->facts.error.class != class || answer->state != MESSAGE_FAILED)
        fail_msg("%s: %s (%s), not %s", what, name, error_text(&answer->facts.error),
                 error_class_get(class)->name);
    assert_int_equal(answer->facts.finish, FINISH_ERROR);
    assert_true(strlen(error_text(&answer->facts.error)) > 0);
}

/* --- Fault by protocol
 * ------------------------------------------------------------------ */

/* The class that some protocols have in place of the usual one. */
struct fault_exception {
    unsigned apis; /* bits of enum service_api */
    enum error_class class;
};

struct fault_case {
    const char *query; /* of the model "sage" */
    enum error_class class;
    int status;
    bool keeps_text; /* of a stream */
    struct fault_exception exception;
};

/* A line with an error has a sentence only, and no status. */
#define NO_TYPE                                                                          \
    {                                                                                    \
        1 << SERVICE_OLLAMA, ERROR_SERVER                                                \
    }

static const struct fault_case faults[] = {
    {"fault=400", ERROR_BAD_REQUEST, 400, false, {0}},
    {"fault=401", ERROR_AUTH, 401, false, {0}},
    {"fault=402", ERROR_QUOTA, 402, false, {0}},
    {"fault=403", ERROR_AUTH, 403, false, {0}},
    {"fault=404", ERROR_NOT_FOUND, 404, false, {0}},
    {"fault=408", ERROR_SERVER, 408, false, {0}},
    {"fault=413", ERROR_BAD_REQUEST, 413, false, {0}},
    {"fault=429", ERROR_RATE_LIMIT, 429, false, {0}},
    {"fault=500", ERROR_SERVER, 500, false, {0}},
    {"fault=502", ERROR_SERVER, 502, false, {0}},
    {"fault=503", ERROR_OVERLOADED, 503, false, {0}},
    {"fault=529", ERROR_OVERLOADED, 529, false, {0}},
    {"fault=gateway", ERROR_SERVER, 502, false, {0}},
    {"fault=down", ERROR_OVERLOADED, 503, false, {0}},
    {"fault=html", ERROR_PROTOCOL, 200, false, {0}},
    {"fault=type", ERROR_PROTOCOL, 200, false, {0}},
    {"fault=bare", ERROR_SERVER, 200, false, {0}},
    {"fault=bare&status=529", ERROR_OVERLOADED, 200, false, NO_TYPE},
    {"fault=context&status=400", ERROR_CONTEXT_LENGTH, 400, false, {0}},
    {"fault=quota", ERROR_QUOTA, 0, false, {0}},
    {"fault=key", ERROR_AUTH, 0, false, {0}},
    {"fault=tea", ERROR_BAD_REQUEST, 400, false, {0}},
    {"fault=error", ERROR_SERVER, 200, true, {0}},
    {"fault=error&at=0", ERROR_SERVER, 200, false, {0}},
    {"fault=error&seed=1", ERROR_SERVER, 200, true, {0}},
    {"fault=error&seed=2", ERROR_SERVER, 200, true, {0}},
    {"fault=error&status=529", ERROR_OVERLOADED, 200, true, NO_TYPE},
    {"fault=error&status=529&at=0", ERROR_OVERLOADED, 200, false, NO_TYPE},
    {"fault=error&status=429&at=0", ERROR_RATE_LIMIT, 200, false, NO_TYPE},
    {"fault=garbage", ERROR_PROTOCOL, 200, true, {0}},
    {"fault=cut", ERROR_NETWORK_RESET, 200, true, {0}},
    {"fault=cut-utf8", ERROR_NETWORK_RESET, 200, true, {0}},
    {"fault=cut&phase=head", ERROR_NETWORK_RESET, 0, false, {0}},
    {"fault=cut&phase=body", ERROR_NETWORK_RESET, 200, false, {0}},
    {"fault=cut&at=0", ERROR_NETWORK_RESET, 200, false, {0}},
    {"fault=cut&phase=end", ERROR_NETWORK_RESET, 200, true, {0}},
    {"fault=eof", ERROR_PROTOCOL, 200, true, {0}},
    {"fault=eof&phase=body", ERROR_PROTOCOL, 200, false, {0}},
    {"fault=eof&phase=end", ERROR_PROTOCOL, 200, true, {0}},
};

/* One case in one protocol, running. */
struct fault_run {
    const struct fault_case *fault;
    enum service_api api;
    bool is_whole; /* not a stream */
    chat_id chat;
};

static void start_run(struct service_world *world, struct fault_run *run)
{
    static const char prompt[] = "Tell me of the sea";
    char *model = strbuf_format("sage?rate=0&ttft=0&%s", run->fault->query);
    world->is_unstreamed = run->is_whole;
    run->chat = service_world_open(world, &world->demo_endpoints[run->api], model);
    assert_true(engine_send(world->engine, run->chat, prompt, strlen(prompt)));
    mem_free(model);
}

static void check_run(const struct service_world *world, const struct fault_run *run)
{
    const struct fault_case *fault = run->fault;
    const bool is_exception = (fault->exception.apis >> run->api & 1) != 0;
    const enum error_class class = is_exception ? fault->exception.class : fault->class;
    const struct message *answer =
        chat_last_by(engine_get_chat(world->engine, run->chat), MESSAGE_ASSISTANT);
    char *what = strbuf_format("%s%s, %s", service_names[run->api],
                               run->is_whole ? " (whole)" : "", fault->query);
    assert_failed(answer, class, what);
    /* An error in one of Gemini's streams names a status of its own. */
    const bool is_own = run->api == SERVICE_GEMINI && fault->status == 200;
    if (fault->status > 0 && !is_own && answer->facts.status != fault->status)
        fail_msg("%s: status %d", what, answer->facts.status);
    char *text = service_world_text(answer, PART_TEXT);
    const bool has_text = fault->keeps_text && !run->is_whole;
    if ((strlen(text) > 0) != has_text || !utf8_is_valid(text, strlen(text)))
        fail_msg("%s: the text is \"%s\"", what, text);
    /* Once text was shown nothing is tried again by itself. */
    const bool is_tried = error_class_get(class)->is_retryable && !has_text;
    if (answer->facts.attempts != (is_tried ? 2 : 1))
        fail_msg("%s: %d attempts", what, answer->facts.attempts);
    mem_free(text);
    mem_free(what);
}

static void check_faults(struct service_world *world, bool is_whole)
{
    struct fault_run runs[COUNT_OF(faults) * SERVICE_COUNT];
    setting(world, SETTING_RETRIES, 1);
    setting(world, SETTING_JOBS, COUNT_OF(runs));
    setting(world, SETTING_CONNECT_TIMEOUT, 20000);
    for (size_t i = 0; i < COUNT_OF(runs); i++) {
        runs[i] = (struct fault_run){.fault = &faults[i / SERVICE_COUNT],
                                     .api = (enum service_api)(i % SERVICE_COUNT),
                                     .is_whole = is_whole};
        start_run(world, &runs[i]);
    }
    service_world_finish(world);
    for (size_t i = 0; i < COUNT_OF(runs); i++)
        check_run(world, &runs[i]);
}

static void fault__has_its_class__in_streams(void **state)
{
    check_faults(*state, false);
}

static void fault__has_its_class__in_whole_answers(void **state)
{
    check_faults(*state, true);
}

/* --- What is no fault
 * ------------------------------------------------------------------- */

static void answer__is_whole__though_the_connection_breaks_after_its_end(void **state)
{
    struct service_world *world = *state;
    static const char *const queries[] = {"fault=cut&phase=done", "fault=none"};
    for (size_t api = 0; api < SERVICE_COUNT; api++) {
        char *texts[COUNT_OF(queries)];
        for (size_t i = 0; i < COUNT_OF(queries); i++) {
            char *model = strbuf_format("cut?rate=0&ttft=0&seed=5&%s", queries[i]);
            const struct message *answer = service_world_ask(
                world, &world->demo_endpoints[api], model, "Tell me of the sea");
            if (answer->state != MESSAGE_WHOLE)
                fail_msg("%s: %s", service_names[api], error_text(&answer->facts.error));
            texts[i] = service_world_text(answer, PART_TEXT);
            mem_free(model);
        }
        assert_true(strlen(texts[0]) > 0 && strlen(texts[1]) > 0);
        mem_free(texts[0]);
        mem_free(texts[1]);
    }
}

static void answer__is_whole__when_it_says_nothing(void **state)
{
    struct service_world *world = *state;
    for (size_t api = 0; api < SERVICE_COUNT; api++) {
        const struct message *answer = service_world_ask(
            world, &world->demo_endpoints[api], "sage?fault=empty&ttft=0", "hello");
        assert_int_equal(answer->state, MESSAGE_WHOLE);
        assert_int_equal(answer->facts.finish, FINISH_STOP);
        assert_false(message_has_content(answer));
    }
}

static void filter__ends_an_answer__as_each_service_says_it(void **state)
{
    struct service_world *world = *state;
    static const enum finish finishes[SERVICE_COUNT] = {
        [SERVICE_OPENAI_CHAT] = FINISH_CONTENT_FILTER,
        [SERVICE_OPENAI_RESPONSES] = FINISH_CONTENT_FILTER,
        [SERVICE_ANTHROPIC] = FINISH_REFUSAL,
        [SERVICE_GEMINI] = FINISH_CONTENT_FILTER,
        [SERVICE_OLLAMA] = FINISH_STOP, /* it has no word for it */
    };
    for (size_t i = 0; i < SERVICE_COUNT * 2; i++) {
        const size_t api = i / 2;
        world->is_unstreamed = i % 2 == 1;
        const struct message *answer =
            service_world_ask(world, &world->demo_endpoints[api],
                              "sage?fault=filter&rate=0&ttft=0", "hello");
        assert_int_equal(answer->state, MESSAGE_WHOLE);
        assert_int_equal(answer->facts.finish, finishes[api]);
        assert_true(message_has_content(answer));
    }
}

static void filter__of_a_prompt__is_an_error(void **state)
{
    struct service_world *world = *state;
    const struct message *answer =
        service_world_ask(world, &world->demo_endpoints[SERVICE_GEMINI],
                          "sage?fault=filter&at=0&rate=0&ttft=0", "hello");
    assert_failed(answer, ERROR_CONTENT_FILTER, "gemini, blocked prompt");
}

/* --- How long to wait
 * ------------------------------------------------------------------- */

struct wait_case {
    const char *query;
    int64_t wait_ms;
    unsigned apis;
};

static const struct wait_case waits[] = {
    {"fault=429&wait=seconds&retry_after=7", 7000, ALL},
    {"fault=429&wait=seconds&retry_after=0.25", 250, ALL},
    {"fault=429&wait=date&retry_after=70", 70000, ALL},
    {"fault=429&wait=ms&retry_after=1.5", 1500, ALL},
    {"fault=429&wait=reset&retry_after=61", 61000, ALL},
    {"fault=429&wait=words&retry_after=6.57", 6570, ALL},
    {"fault=429&wait=info&retry_after=27.5", 27500, 1 << SERVICE_GEMINI},
    {"fault=429&retry_after=3", 3000, ALL},
    {"fault=503&wait=seconds&retry_after=9", 9000, ALL},
    {"fault=429", -1, ALL},
};

static void refusal__tells_the_wait__in_every_form(void **state)
{
    struct service_world *world = *state;
    setting(world, SETTING_RETRIES, 0);
    for (size_t i = 0; i < COUNT_OF(waits); i++) {
        for (size_t api = 0; api < SERVICE_COUNT; api++) {
            if ((waits[i].apis >> api & 1) == 0)
                continue;
            char *model = strbuf_format("sage?%s", waits[i].query);
            const struct message *answer =
                service_world_ask(world, &world->demo_endpoints[api], model, "hello");
            if (answer->facts.retry_after_ms != waits[i].wait_ms)
                fail_msg("%s, %s: %lld ms", service_names[api], waits[i].query,
                         (long long)answer->facts.retry_after_ms);
            mem_free(model);
        }
    }
}

static void flaky__answers__after_the_wait_it_asked_for(void **state)
{
    struct service_world *world = *state;
    chat_id chats[SERVICE_COUNT];
    for (size_t api = 0; api < SERVICE_COUNT; api++) {
        chats[api] = service_world_open(world, &world->demo_endpoints[api],
                                        "flaky?rate=0&ttft=0&retry_after=0.1");
        /* The server knows a conversation by its words. */
        const char *prompt = service_names[api];
        assert_true(engine_send(world->engine, chats[api], prompt, strlen(prompt)));
    }
    service_world_finish(world);
    for (size_t api = 0; api < SERVICE_COUNT; api++) {
        const struct message *answer =
            chat_last_by(engine_get_chat(world->engine, chats[api]), MESSAGE_ASSISTANT);
        assert_int_equal(answer->state, MESSAGE_WHOLE);
        assert_int_equal(answer->facts.attempts, 2);
    }
}

/* --- Silence
 * ---------------------------------------------------------------------------- */

struct stall_case {
    const char *query;
    enum error_class class; /* ERROR_NONE: the answer is whole */
    bool keeps_text;
};

static const struct stall_case stalls[] = {
    {"phase=head", ERROR_TIMEOUT_FIRST_BYTE, false},
    {"phase=body", ERROR_TIMEOUT_FIRST_BYTE, false},
    {"phase=text", ERROR_TIMEOUT_IDLE, true},
    {"phase=end", ERROR_TIMEOUT_IDLE, true},
    {"phase=done", ERROR_NONE, true},
};

static void stall__trips_the_clock_of_its_phase(void **state)
{
    struct service_world *world = *state;
    chat_id chats[COUNT_OF(stalls) * SERVICE_COUNT];
    setting(world, SETTING_RETRIES, 0);
    setting(world, SETTING_JOBS, COUNT_OF(chats));
    setting(world, SETTING_CONNECT_TIMEOUT, 20000);
    setting(world, SETTING_FIRST_TOKEN_TIMEOUT, 3000);
    setting(world, SETTING_IDLE_TIMEOUT, 1500);
    for (size_t i = 0; i < COUNT_OF(chats); i++) {
        char *model =
            strbuf_format("stall?rate=0&ttft=0&%s", stalls[i / SERVICE_COUNT].query);
        chats[i] =
            service_world_open(world, &world->demo_endpoints[i % SERVICE_COUNT], model);
        assert_true(engine_send(world->engine, chats[i], "hello", 5));
        mem_free(model);
    }
    service_world_finish(world);
    for (size_t i = 0; i < COUNT_OF(chats); i++) {
        const struct stall_case *stall = &stalls[i / SERVICE_COUNT];
        const struct message *answer =
            chat_last_by(engine_get_chat(world->engine, chats[i]), MESSAGE_ASSISTANT);
        char *what =
            strbuf_format("%s, %s", service_names[i % SERVICE_COUNT], stall->query);
        if (stall->class != ERROR_NONE)
            assert_failed(answer, stall->class, what);
        else if (answer->state != MESSAGE_WHOLE)
            fail_msg("%s: %s", what, error_text(&answer->facts.error));
        if (message_has_content(answer) != stall->keeps_text)
            fail_msg("%s: wrong text", what);
        mem_free(what);
    }
}

/* A head that comes byte by byte without an end is no head: the clock goes on. */
static void head__that_drips__trips_the_first_clock(void **state)
{
    struct service_world *world = *state;
    const struct raw_step steps[] = {
        {RAW_SEND, "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nX-Slow: ", 0},
        {RAW_DRIP, "z", 0}};
    chat_id chats[SERVICE_COUNT];
    raw_server_answer_always(world->raw, steps, COUNT_OF(steps));
    setting(world, SETTING_RETRIES, 0);
    setting(world, SETTING_FIRST_TOKEN_TIMEOUT, 600);
    setting(world, SETTING_IDLE_TIMEOUT, 300);
    for (size_t api = 0; api < SERVICE_COUNT; api++) {
        chats[api] = service_world_open(world, &world->raw_endpoints[api], "m");
        assert_true(engine_send(world->engine, chats[api], "hello", 5));
    }
    service_world_finish(world);
    for (size_t api = 0; api < SERVICE_COUNT; api++)
        assert_failed(
            chat_last_by(engine_get_chat(world->engine, chats[api]), MESSAGE_ASSISTANT),
            ERROR_TIMEOUT_FIRST_BYTE, service_names[api]);
}

/* --- Too much
 * --------------------------------------------------------------------------- */

static long peak_kib(void)
{
    struct rusage usage;
    assert_int_equal(getrusage(RUSAGE_SELF, &usage), 0);
    return usage.ru_maxrss;
}

/* Asks the model of the demo, which has no end; the error has to name the ceiling. */
static const struct message *ask_endless(struct service_world *world, size_t api,
                                         const char *model, const char *ceiling)
{
    const long before_kib = peak_kib();
    const struct message *answer =
        service_world_ask(world, &world->demo_endpoints[api], model, "hello");
    assert_failed(answer, ERROR_PROTOCOL, service_names[api]);
    if (strstr(error_text(&answer->facts.error), ceiling) == NULL)
        fail_msg("%s: no %s in: %s", service_names[api], ceiling,
                 error_text(&answer->facts.error));
    assert_true(peak_kib() - before_kib < MEMORY_MAX_KIB);
    return answer;
}

static void flood__of_text__ends_at_the_ceiling_of_an_answer(void **state)
{
    struct service_world *world = *state;
    for (size_t api = 0; api < SERVICE_COUNT; api++) {
        const struct message *answer =
            ask_endless(world, api, "sage?fault=flood&rate=0&ttft=0", "16 MiB");
        size_t len = 0;
        for (size_t i = 0; i < answer->part_count; i++)
            len += answer->parts[i].kind == PART_TEXT ? answer->parts[i].text.len : 0;
        assert_true(len <= MESSAGE_MAX && len > MESSAGE_MAX - 65536);
        engine_close(world->engine, (chat_id)(api + 1));
    }
}

static void line__without_an_end__ends_at_the_ceiling_of_an_event(void **state)
{
    struct service_world *world = *state;
    for (size_t api = 0; api < SERVICE_COUNT; api++) {
        const struct message *answer =
            ask_endless(world, api, "sage?fault=line&rate=0&ttft=0", "16 MiB");
        assert_true(message_has_content(answer));
        assert_int_equal(answer->facts.attempts, 1);
    }
}

static void document__without_an_end__ends_at_its_ceiling(void **state)
{
    struct service_world *world = *state;
    world->is_unstreamed = true;
    for (size_t api = 0; api < SERVICE_COUNT; api++)
        ask_endless(world, api, "sage?fault=flood&rate=0&ttft=0", "16 MiB");
}

/* Answers all requests with `head` and then the filler, again and again. */
static void answer_endlessly(struct service_world *world, const char *head,
                             const char *filler, size_t len)
{
    const struct raw_step steps[] = {{RAW_SEND, head, 0}, {RAW_REPEAT, filler, len}};
    raw_server_answer_always(world->raw, steps, COUNT_OF(steps));
}

static void error_page__without_an_end__is_cut_and_classified(void **state)
{
    struct service_world *world = *state;
    char *filler = mem_alloc(65536);
    memset(filler, 'x', 65536);
    answer_endlessly(world,
                     "HTTP/1.1 500 Oh no\r\nContent-Type: text/html\r\n\r\n<h1>Oh</h1>",
                     filler, 65536);
    mem_free(filler);
    setting(world, SETTING_RETRIES, 0);
    const long before_kib = peak_kib();
    for (size_t api = 0; api < SERVICE_COUNT; api++) {
        const struct message *answer =
            service_world_ask(world, &world->raw_endpoints[api], "m", "hello");
        assert_failed(answer, ERROR_SERVER, service_names[api]);
        assert_true(strlen(error_text(&answer->facts.error)) < 4000);
    }
    assert_true(peak_kib() - before_kib < MEMORY_MAX_KIB);
}

/* What means nothing to a decoder: comments and unknown events, an empty line. */
static const char *meaningless(size_t api)
{
    return api == SERVICE_OLLAMA ? "{\"status\":\"warming up\"}\n"
                                 : ": ping\n\nevent: nonsense\ndata: {}\n\n";
}

static void stream__of_nothing_but_pings__ends_at_its_ceiling(void **state)
{
    struct service_world *world = *state;
    static const size_t apis[] = {SERVICE_OPENAI_CHAT, SERVICE_OLLAMA};
    setting(world, SETTING_RETRIES, 0);
    const long before_kib = peak_kib();
    for (size_t i = 0; i < COUNT_OF(apis); i++) {
        const char *event = meaningless(apis[i]);
        const size_t len = strlen(event);
        const size_t count = 65536 / len;
        char *filler = mem_alloc(count * len + 1);
        for (size_t at = 0; at < count; at++)
            memcpy(filler + at * len, event, len);
        answer_endlessly(world,
                         apis[i] == SERVICE_OLLAMA ? "HTTP/1.1 200 OK\r\nContent-Type: "
                                                     "application/x-ndjson\r\n\r\n"
                                                   : "HTTP/1.1 200 OK\r\nContent-Type: "
                                                     "text/event-stream\r\n\r\n",
                         filler, count * len);
        mem_free(filler);
        const struct message *answer =
            service_world_ask(world, &world->raw_endpoints[apis[i]], "m", "hello");
        assert_failed(answer, ERROR_PROTOCOL, service_names[apis[i]]);
        assert_non_null(strstr(error_text(&answer->facts.error), "64 MiB"));
    }
    assert_true(peak_kib() - before_kib < MEMORY_MAX_KIB);
}

static void head__without_an_end__is_refused(void **state)
{
    struct service_world *world = *state;
    answer_endlessly(world, "HTTP/1.1 200 OK\r\n",
                     "X-More: and more and more and more and more\r\n", 0);
    setting(world, SETTING_RETRIES, 0);
    const long before_kib = peak_kib();
    for (size_t api = 0; api < SERVICE_COUNT; api++)
        assert_failed(service_world_ask(world, &world->raw_endpoints[api], "m", "hello"),
                      ERROR_PROTOCOL, service_names[api]);
    assert_true(peak_kib() - before_kib < MEMORY_MAX_KIB);
}

#define SERVICE_TEST(name)                                                               \
    cmocka_unit_test_setup_teardown(name, service_world_setup, service_world_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        SERVICE_TEST(fault__has_its_class__in_streams),
        SERVICE_TEST(fault__has_its_class__in_whole_answers),
        SERVICE_TEST(answer__is_whole__though_the_connection_breaks_after_its_end),
        SERVICE_TEST(answer__is_whole__when_it_says_nothing),
        SERVICE_TEST(filter__ends_an_answer__as_each_service_says_it),
        SERVICE_TEST(filter__of_a_prompt__is_an_error),
        SERVICE_TEST(refusal__tells_the_wait__in_every_form),
        SERVICE_TEST(flaky__answers__after_the_wait_it_asked_for),
        SERVICE_TEST(stall__trips_the_clock_of_its_phase),
        SERVICE_TEST(head__that_drips__trips_the_first_clock),
        SERVICE_TEST(flood__of_text__ends_at_the_ceiling_of_an_answer),
        SERVICE_TEST(line__without_an_end__ends_at_the_ceiling_of_an_event),
        SERVICE_TEST(document__without_an_end__ends_at_its_ceiling),
        SERVICE_TEST(error_page__without_an_end__is_cut_and_classified),
        SERVICE_TEST(stream__of_nothing_but_pings__ends_at_its_ceiling),
        SERVICE_TEST(head__without_an_end__is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
