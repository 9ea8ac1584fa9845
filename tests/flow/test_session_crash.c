/*
 * kill -9 at random moments while eight chats stream and call tools; then the database is
 * read by the library, and compared with what the program had got by then and with what
 * the server says when it is not interrupted.
 *
 * MOTET_TEST_CRASHES in the environment says how many deaths (make check-crash: 100).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "src/base/clock.h"
#include "src/base/mem.h"
#include "src/base/number.h"
#include "src/base/rng.h"
#include "src/demo/demo_server.h"
#include "src/store/store.h"
#include "tests/support/child_program.h"
#include "tests/support/crash_log.h"
#include "tests/support/keeper_stage.h"
#include "tests/support/loop_wait.h"
#include "tests/support/script_tools.h"

/* What may be missing of an answer. */
#define LOSS_MAX_MS 250

#define DEATHS 10

/* How long the chats take, about: a death comes sometime in it. */
#define LIFE_MS 1200

struct fixture {
    struct keeper_stage *stage;
    struct script_tools folder;
    char *child_path;
    char *log_path;
    /* What an answer says when nothing cuts it, by chat and number of the answer. */
    char *reference[CRASH_CHATS][2 * CRASH_PROMPTS];
    size_t reference_count[CRASH_CHATS];
    struct crash_log *log;
    int64_t worst_ms; /* the most that was missing of an answer so far */
};

/* All text and reasoning of an answer. Caller frees. */
static char *text_of(const struct message *message)
{
    struct strbuf text;
    strbuf_init(&text, MESSAGE_MAX);
    for (size_t i = 0; i < message->part_count; i++) {
        const struct part *part = &message->parts[i];
        if (part->kind == PART_TEXT || part->kind == PART_REASONING)
            strbuf_append(&text, strbuf_text(&part->text), part->text.len);
    }
    char *taken = strbuf_take(&text);
    return taken != NULL ? taken : mem_strdup("");
}

/* --- The reference ----------------------------------------------------------------- */

static void make_reference(struct fixture *fixture)
{
    static const char *const tools[] = {"*"};
    struct keeper_stage *stage = fixture->stage;
    struct error err = {ERROR_NONE, NULL};
    struct engine *engine = stage->world.engine;
    struct endpoint endpoint;
    /* The same texts, faster: the models' names choose among them. */
    struct demo_server *server = demo_server_new(
        stage->world.loop, &(struct demo_options){.speed = 1000, .seed = 1}, &err);
    char *url =
        strbuf_format("http://127.0.0.1:%u", (unsigned)demo_server_get_port(server));
    endpoint_init(&endpoint, "demo", "openai-chat", url);
    mem_free(url);
    session_keeper_set_temporary(stage->keeper, true);
    if (!engine_add_tool_folder(engine, fixture->folder.path, &err))
        fail_msg("%s", error_text(&err));
    for (size_t i = 0; i < CRASH_CHATS; i++) {
        char *model = crash_model(i);
        engine_open(engine, &(struct chat_setup){.endpoint = &endpoint,
                                                 .model = model,
                                                 .tools = tools,
                                                 .tool_count = 1,
                                                 .approval = APPROVAL_ALL,
                                                 .is_streaming = true});
        mem_free(model);
        for (size_t number = 0; number < CRASH_PROMPTS; number++) {
            char *prompt = crash_prompt(i, number);
            engine_send(engine, (chat_id)i + 1, prompt, strlen(prompt));
            mem_free(prompt);
        }
    }
    engine_world_finish(&stage->world);
    for (size_t i = 0; i < CRASH_CHATS; i++) {
        const struct chat *chat = engine_get_chat(engine, (chat_id)i + 1);
        for (size_t j = 0; j < chat->path_len; j++) {
            if (chat->path[j]->author != MESSAGE_ASSISTANT)
                continue;
            assert_int_equal(chat->path[j]->state, MESSAGE_WHOLE);
            fixture->reference[i][fixture->reference_count[i]++] = text_of(chat->path[j]);
        }
    }
    assert_int_equal(fixture->reference_count[0], CRASH_PROMPTS);
    assert_int_equal(fixture->reference_count[7], 2 * CRASH_PROMPTS);
    keeper_stage_end(stage);
    demo_server_free(server);
    endpoint_clear(&endpoint);
}

static int setup(void **state)
{
    const char *folder = getenv("MOTET_BUILDDIR");
    struct fixture *fixture = mem_alloc(sizeof(*fixture));
    void *stage;
    keeper_stage_setup(&stage);
    fixture->stage = stage;
    script_tools_init(&fixture->folder);
    script_tools_add(&fixture->folder, "get_weather", "sleep 0.03; printf mild");
    script_tools_add(&fixture->folder, "format_book", "printf book");
    fixture->child_path =
        strbuf_format("%s/tests/support/crash_child", folder != NULL ? folder : ".");
    fixture->log_path = strbuf_format("%s/crash.log", getenv("TMPDIR"));
    fixture->log = crash_log_map(fixture->log_path, 1);
    make_reference(fixture);
    *state = fixture;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *fixture = *state;
    void *stage = fixture->stage;
    crash_log_unmap(fixture->log);
    for (size_t i = 0; i < CRASH_CHATS; i++) {
        for (size_t j = 0; j < fixture->reference_count[i]; j++)
            mem_free(fixture->reference[i][j]);
    }
    script_tools_clear(&fixture->folder);
    mem_free(fixture->child_path);
    mem_free(fixture->log_path);
    mem_free(fixture);
    return keeper_stage_teardown(&stage);
}

/* --- Looking at what is left ------------------------------------------------------- */

static size_t text_len(const struct message *message)
{
    char *text = text_of(message);
    const size_t len = strlen(text);
    mem_free(text);
    return len;
}

/* A prompt is a message, or waits in the queue. */
static void check_prompt(const struct session *session, const struct crash_record *record)
{
    char *prompt = crash_prompt(record->chat, (size_t)record->value);
    bool is_there = false;
    const struct chat *chat = &session->chats[record->chat].chat;
    for (size_t i = 0; i < chat->message_count; i++) {
        char *text =
            chat->messages[i]->author == MESSAGE_USER ? text_of(chat->messages[i]) : NULL;
        is_there = is_there || (text != NULL && strcmp(text, prompt) == 0);
        mem_free(text);
    }
    for (size_t i = 0; i < session->draft_count; i++)
        is_there = is_there || strcmp(session->drafts[i].text, prompt) == 0;
    if (!is_there)
        fail_msg("the prompt is lost: %s", prompt);
    mem_free(prompt);
}

/* True if the record's news are in the database. */
static bool is_stored(const struct session *session, const struct crash_record *record)
{
    const struct message *message =
        record->chat < session->chat_count
            ? chat_find(&session->chats[record->chat].chat, record->message)
            : NULL;
    if (message == NULL)
        return false;
    switch ((enum crash_kind)record->kind) {
    case CRASH_SENT: break;
    case CRASH_TEXT: return text_len(message) >= record->value;
    case CRASH_DECIDED:
        return record->value < message->part_count &&
               message->parts[record->value].decision != NULL &&
               strcmp(message->parts[record->value].decision, "once") == 0;
    case CRASH_RESULTS: return message->author == MESSAGE_TOOL;
    case CRASH_DONE: return message->state == MESSAGE_WHOLE;
    }
    return false;
}

static void check_record(struct fixture *fixture, const struct session *session,
                         const struct crash_record *record)
{
    const int64_t age_ms = fixture->log->alive_ms - record->at_ms;
    if (record->kind == CRASH_SENT) {
        check_prompt(session, record);
        return;
    }
    if (is_stored(session, record))
        return;
    if (age_ms > LOSS_MAX_MS)
        fail_msg("chat %u message %llu: %s is lost that came %lld ms before the end",
                 (unsigned)record->chat, (unsigned long long)record->message,
                 record->kind == CRASH_TEXT ? "text" : "a change of state",
                 (long long)age_ms);
    if (age_ms > fixture->worst_ms)
        fixture->worst_ms = age_ms;
}

/* Each answer is the beginning of what the server says, and all of it if it is whole. */
static void check_answers(const struct fixture *fixture, const struct session *session)
{
    for (size_t i = 0; i < session->chat_count; i++) {
        const struct chat *chat = &session->chats[i].chat;
        size_t number = 0;
        for (size_t j = 0; j < chat->path_len; j++) {
            const struct message *answer = chat->path[j];
            if (answer->author != MESSAGE_ASSISTANT)
                continue;
            char *text = text_of(answer);
            const char *wanted = fixture->reference[i][number++];
            if (strncmp(text, wanted, strlen(text)) != 0)
                fail_msg("chat %zu says \"%s\", not \"%s\"", i, text, wanted);
            if (answer->state == MESSAGE_WHOLE)
                assert_string_equal(text, wanted);
            else
                assert_true(answer->is_interrupted);
            mem_free(text);
        }
    }
}

/* Opened again, each call has a result, and nothing runs by itself. */
static void check_restored(struct fixture *fixture, int64_t id)
{
    struct keeper_stage *stage = fixture->stage;
    struct restored_session restored;
    keeper_stage_start(stage);
    keeper_stage_restore(stage, id, &restored);
    for (size_t i = 0; i < restored.session.chat_count; i++) {
        const struct chat *chat = engine_get_chat(stage->world.engine, restored.chats[i]);
        size_t calls = 0;
        size_t results = 0;
        for (size_t j = 0; j < chat->path_len; j++) {
            for (size_t k = 0; k < chat->path[j]->part_count; k++) {
                calls += chat->path[j]->parts[k].kind == PART_TOOL_CALL;
                results += chat->path[j]->parts[k].kind == PART_TOOL_RESULT;
            }
        }
        assert_int_equal(calls, results);
    }
    assert_int_equal(engine_busy_count(stage->world.engine), 0);
    restored_session_clear(&restored);
    keeper_stage_end(stage);
}

static void check_all(struct fixture *fixture)
{
    const struct crash_log *log = fixture->log;
    struct session session;
    struct error err = {ERROR_NONE, NULL};
    char *notice = NULL;
    struct store *store =
        store_open(&(struct store_options){.path = fixture->stage->path}, &notice, &err);
    if (store == NULL || notice != NULL)
        fail_msg("%s", store == NULL ? error_text(&err) : notice);
    const int64_t id = store_last(store);
    if (log->count == 0) {
        store_close(store);
        return;
    }
    assert_int_not_equal(id, 0);
    if (!store_read_session(store, id, &session, &err))
        fail_msg("%s", error_text(&err));
    store_close(store);
    for (uint64_t i = 0; i < log->count; i++)
        check_record(fixture, &session, &log->records[i]);
    check_answers(fixture, &session);
    session_clear(&session);
    check_restored(fixture, id);
}

/* --- Deaths ------------------------------------------------------------------------ */

static struct child_program *start(struct fixture *fixture)
{
    const struct keeper_stage *stage = fixture->stage;
    const char *const args[] = {stage->path, stage->world.demo_endpoint.base_url,
                                fixture->folder.path, fixture->log_path, NULL};
    fixture->log->count = 0;
    fixture->log->alive_ms = 0;
    return child_start(
        stage->world.loop,
        &(struct child_options){.program = fixture->child_path, .args = args});
}

static bool has_begun(void *user)
{
    const struct fixture *fixture = user;
    return fixture->log->count > 0;
}

struct moment {
    struct child_program *child;
    int64_t at_ms;
};

static bool has_come(void *user)
{
    const struct moment *moment = user;
    return moment->child->is_over || clock_now_ms() >= moment->at_ms;
}

/* One death, sometime from the first prompt on. */
static void die(struct fixture *fixture, int64_t after_ms, int signum)
{
    struct child_program *child = start(fixture);
    assert_true(loop_wait(fixture->stage->world.loop, has_begun, fixture));
    struct moment moment = {child, clock_now_ms() + after_ms};
    assert_true(loop_wait(fixture->stage->world.loop, has_come, &moment));
    child_signal(child, signum);
    child_wait(child);
    if (child->err.len > 0)
        fail_msg("%s", strbuf_text(&child->err));
    child_free(child);
}

static size_t count_deaths(void)
{
    const char *text = getenv("MOTET_TEST_CRASHES");
    int64_t count;
    return text != NULL && number_parse_int(text, &count) && count > 0 ? (size_t)count
                                                                       : DEATHS;
}

static void sessions__survive__kill_9_at_any_moment(void **state)
{
    struct fixture *fixture = *state;
    struct rng rng;
    const size_t deaths = count_deaths();
    const uint64_t seed = rng_fresh_seed();
    rng_init(&rng, seed);
    for (size_t i = 0; i < deaths; i++) {
        const int64_t after_ms = (int64_t)rng_below(&rng, LIFE_MS);
        if (deaths > DEATHS)
            print_message("death %zu after %lld ms\n", i + 1, (long long)after_ms);
        die(fixture, after_ms, SIGKILL);
        check_all(fixture);
    }
    print_message(
        "%zu deaths; the most that was missing: what came in the last %lld ms\n", deaths,
        (long long)fixture->worst_ms);
}

static void sessions__lose_nothing__when_the_program_is_ended(void **state)
{
    struct fixture *fixture = *state;
    die(fixture, 300, SIGTERM);
    /* Not even the last quarter of a second. */
    fixture->log->alive_ms = INT64_MAX;
    check_all(fixture);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(sessions__survive__kill_9_at_any_moment, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(sessions__lose_nothing__when_the_program_is_ended,
                                        setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
