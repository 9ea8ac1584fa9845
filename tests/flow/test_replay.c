/*
 * Record and replay through the engine: what a second engine tells when it plays a
 * recording is what the first one told when it was made, event for event, and the chats
 * hold the same. Answers come from the raw server and the demo.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "src/base/base64.h"
#include "src/base/json.h"
#include "src/base/mem.h"
#include "src/base/path.h"
#include "src/engine/engine_tree.h"
#include "src/engine/recorder.h"
#include "src/engine/replay.h"
#include "src/engine/replay_clock.h"
#include "tests/support/engine_world.h"
#include "tests/support/script_tools.h"

static const char key[] = "sk-test-0123456789abcdefghij";

struct fixture {
    struct engine_world world;
    struct script_tools folder;
    struct recorder *recorder;
    char *path;
    struct strbuf trace; /* all that was told while it was recorded */
    struct call_answer answer;
    struct ev_timer person; /* answers: */
    call_key asked;
    const char *edited; /* arguments that a call is given first, or NULL */
};

static void on_event(void *user, const struct engine_event *event)
{
    struct fixture *fixture = user;
    if (event->kind != EVENT_CALL || event->change != CALL_CHANGE_ASKED)
        return;
    /* A person answers later than at once. */
    fixture->asked = event->call;
    ev_timer_set(&fixture->person, 0., 0.);
    ev_timer_start(fixture->world.loop, &fixture->person);
}

static void on_person(struct ev_loop *loop, struct ev_timer *timer, int events)
{
    (void)loop;
    (void)events;
    struct fixture *fixture = timer->data;
    struct engine *engine = fixture->world.engine;
    if (fixture->edited != NULL)
        assert_true(engine_edit_call(engine, fixture->asked, fixture->edited,
                                     strlen(fixture->edited), NULL));
    assert_true(engine_answer_call(engine, fixture->asked, &fixture->answer, NULL));
}

static int setup(void **state)
{
    struct fixture *fixture = mem_alloc(sizeof(*fixture));
    struct error err = {ERROR_NONE, NULL};
    script_tools_init(&fixture->folder);
    engine_world_init(&fixture->world);
    fixture->world.on_event = on_event;
    fixture->world.user = fixture;
    fixture->answer.decision = CALL_ONCE;
    ev_init(&fixture->person, on_person);
    fixture->person.data = fixture;
    strbuf_init(&fixture->trace, STRBUF_OWN_MAX);
    fixture->path = script_tools_path(&fixture->folder, "recording.jsonl");
    fixture->world.raw_endpoint.key = secret_from_text(key, strlen(key), "a test", &err);
    assert_non_null(fixture->world.raw_endpoint.key);
    *state = fixture;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *fixture = *state;
    recorder_free(fixture->recorder);
    engine_world_clear(&fixture->world);
    strbuf_clear(&fixture->trace);
    unlink(fixture->path);
    mem_free(fixture->path);
    script_tools_clear(&fixture->folder);
    mem_free(fixture);
    return 0;
}

static void begin_recording(struct fixture *fixture)
{
    struct error err = {ERROR_NONE, NULL};
    engine_world_start(&fixture->world);
    fixture->recorder =
        recorder_new(&(struct recorder_options){.engine = fixture->world.engine,
                                                .loop = fixture->world.loop,
                                                .path = fixture->path,
                                                .program = "a test"},
                     &err);
    if (fixture->recorder == NULL)
        fail_msg("%s", error_text(&err));
}

/* --- What the chats hold ----------------------------------------------------------- */

static void describe_message(const struct message *message, struct strbuf *out)
{
    const struct answer_facts *facts = &message->facts;
    strbuf_append_format(
        out, "  %llu<%llu author %d state %d flags %d%d%d\n",
        (unsigned long long)message->id,
        (unsigned long long)(message->parent != NULL ? message->parent->id : 0),
        message->author, message->state, message->is_automatic, message->is_continuation,
        message->is_edited);
    for (size_t i = 0; i < message->part_count; i++) {
        const struct part *part = &message->parts[i];
        strbuf_append_format(out, "    part %d %s %s %d %lld: ", part->kind,
                             part->name != NULL ? part->name : "",
                             part->call_id != NULL ? part->call_id : "", part->is_error,
                             (long long)part->elapsed_ms);
        strbuf_append(out, strbuf_text(&part->text), part->text.len);
        strbuf_append_char(out, '\n');
    }
    if (message->author == MESSAGE_USER)
        return;
    strbuf_append_format(
        out,
        "    %s %s %s usage %lld %lld %lld %lld %d tries, %lld ms, %lld ms, %s %d: %s\n",
        finish_name(facts->finish), facts->finish_raw != NULL ? facts->finish_raw : "",
        facts->model != NULL ? facts->model : "", (long long)facts->usage.input,
        (long long)facts->usage.output, (long long)facts->usage.reasoning,
        (long long)facts->usage.cached, facts->attempts, (long long)facts->first_token_ms,
        (long long)facts->total_ms,
        facts->http_version != NULL ? facts->http_version : "", facts->status,
        error_text(&facts->error));
}

static char *describe_chats(struct engine *engine)
{
    struct strbuf out;
    strbuf_init(&out, STRBUF_OWN_MAX);
    for (chat_id id = 1; id < 100; id++) {
        const struct chat *chat = engine_get_chat(engine, id);
        if (chat == NULL)
            continue;
        strbuf_append_format(&out, "chat %u, tip %llu\n", (unsigned)id,
                             (unsigned long long)chat_tip(chat)->id);
        for (size_t i = 0; i < chat->message_count; i++)
            describe_message(chat->messages[i], &out);
    }
    return strbuf_take(&out);
}

/* --- Playing ------------------------------------------------------------------------ */

struct playing {
    struct engine_world world;
    struct catalog catalog;
    struct recording recording;
    struct replay *replay;
    bool is_over;
};

static void on_end(void *user)
{
    struct playing *playing = user;
    playing->is_over = true;
}

static bool is_over(void *user)
{
    const struct playing *playing = user;
    return playing->is_over;
}

static void play(struct playing *playing, const char *path, double speed)
{
    struct error err = {ERROR_NONE, NULL};
    *playing = (struct playing){0};
    engine_world_init(&playing->world);
    catalog_init(&playing->catalog);
    engine_world_start(&playing->world);
    if (!recording_read(&playing->recording, path, &err))
        fail_msg("%s", error_text(&err));
    playing->replay =
        replay_new(&(struct replay_options){.engine = playing->world.engine,
                                            .loop = playing->world.loop,
                                            .catalog = &playing->catalog,
                                            .recording = &playing->recording,
                                            .speed = speed});
    replay_start(playing->replay, on_end, playing);
    engine_world_wait(&playing->world, is_over, playing);
}

static void play_clear(struct playing *playing)
{
    replay_free(playing->replay);
    engine_world_clear(&playing->world);
    catalog_clear(&playing->catalog);
    recording_clear(&playing->recording);
}

/* Fails with the first line that differs. */
static void assert_same(const char *again, const char *first)
{
    size_t line = 0;
    size_t at = 0;
    for (; first[at] != '\0' && first[at] == again[at]; at++)
        line = first[at] == '\n' ? at + 1 : line;
    if (first[at] != again[at])
        fail_msg("first \"%.*s\", again \"%.*s\"", (int)strcspn(first + line, "\n"),
                 first + line, (int)strcspn(again + line, "\n"), again + line);
}

/* Ends the recording and plays it at once: the same is told, and the chats hold the same.
 */
static void assert_played_alike(struct fixture *fixture)
{
    struct playing playing;
    char *told = mem_strdup(strbuf_text(&fixture->world.trace));
    char *chats = describe_chats(fixture->world.engine);
    recorder_free(fixture->recorder);
    fixture->recorder = NULL;
    play(&playing, fixture->path, 0);
    assert_int_equal(replay_get_skipped(playing.replay), 0);
    assert_same(strbuf_text(&playing.world.trace), told);
    char *again = describe_chats(playing.world.engine);
    assert_same(again, chats);
    /* Nobody was asked anything. */
    assert_int_equal(raw_server_count_requests(playing.world.raw), 0);
    play_clear(&playing);
    mem_free(again);
    mem_free(told);
    mem_free(chats);
}

static void read_recording(const struct fixture *fixture, struct strbuf *bytes)
{
    struct error err = {ERROR_NONE, NULL};
    strbuf_init(bytes, STRBUF_OWN_MAX);
    if (!path_read_file(fixture->path, bytes, &err))
        fail_msg("%s", error_text(&err));
}

static void assert_without_key(const struct fixture *fixture)
{
    struct strbuf bytes;
    struct strbuf coded;
    read_recording(fixture, &bytes);
    strbuf_init(&coded, 1000);
    assert_null(strstr(strbuf_text(&bytes), key));
    /* In base64 a text looks different by where it begins. */
    for (size_t skip = 0; skip < 3; skip++) {
        strbuf_reset(&coded);
        base64_append(&coded, key + skip, (strlen(key) - skip) / 3 * 3);
        assert_null(strstr(strbuf_text(&bytes), strbuf_text(&coded)));
    }
    strbuf_clear(&coded);
    strbuf_clear(&bytes);
}

/* --- All protocols ------------------------------------------------------------------ */

static char *streams_path(const char *name)
{
    const char *srcdir = getenv("MOTET_SRCDIR");
    return strbuf_format("%s/tests/streams/%s", srcdir != NULL ? srcdir : ".", name);
}

static void read_stream(const char *name, struct strbuf *out)
{
    struct error err = {ERROR_NONE, NULL};
    char *path = streams_path(name);
    strbuf_init(out, STRBUF_OWN_MAX);
    if (!path_read_file(path, out, &err))
        fail_msg("%s", error_text(&err));
    mem_free(path);
}

/* Queues the case's response; in two pieces, the first of which ends at an odd place. */
static void answer_case(struct fixture *fixture, const cJSON *json)
{
    const cJSON *http = json_get(json, "http");
    const cJSON *header;
    struct strbuf body;
    struct strbuf head;
    int64_t status = 200;
    json_get_int(http, "status", &status);
    read_stream(json_get_string(json, "body_file"), &body);
    strbuf_init(&head, STRBUF_OWN_MAX);
    strbuf_append_format(&head, "HTTP/1.1 %lld X\r\nConnection: close\r\n",
                         (long long)status);
    cJSON_ArrayForEach(header, json_get(http, "headers"))
    {
        if (strcmp(header->string, "Content-Length") != 0)
            strbuf_append_format(&head, "%s: %s\r\n", header->string,
                                 header->valuestring);
    }
    strbuf_append_text(&head, "\r\n");
    const bool is_abort =
        strcmp(json_get_string(json_get(json, "delivery"), "close"), "abort") == 0;
    const size_t half = body.len * 2 / 5;
    const struct raw_step steps[] = {
        {.action = RAW_SEND, .bytes = strbuf_text(&head), .len = head.len},
        {.action = RAW_SEND, .bytes = strbuf_text(&body), .len = half},
        {.action = RAW_SEND, .bytes = strbuf_text(&body) + half, .len = body.len - half},
        {.action = is_abort ? RAW_RESET : RAW_CLOSE}};
    raw_server_answer(fixture->world.raw, steps, 4);
    strbuf_clear(&head);
    strbuf_clear(&body);
}

static void replay__tells_the_same__for_every_stream_case(void **state)
{
    struct fixture *fixture = *state;
    struct strbuf text;
    read_stream("cases.json", &text);
    cJSON *cases = json_parse(strbuf_text(&text), text.len);
    const cJSON *json;
    struct endpoint endpoints[64];
    size_t count = 0;
    fixture->world.settings.values[SETTING_RETRIES] = 0;
    begin_recording(fixture);
    cJSON_ArrayForEach(json, json_get(cases, "cases"))
    {
        const char *api = json_get_string(json, "protocol");
        assert_true(count < sizeof(endpoints) / sizeof(endpoints[0]));
        struct endpoint *endpoint = &endpoints[count++];
        endpoint_init(endpoint, api, api, raw_server_get_url(fixture->world.raw));
        answer_case(fixture, json);
        const chat_id chat = engine_world_open_at(&fixture->world, endpoint, "m");
        engine_world_send(&fixture->world, chat, "hello");
        engine_world_finish(&fixture->world);
    }
    assert_true(count > 40);
    assert_played_alike(fixture);
    engine_free(fixture->world.engine);
    fixture->world.engine = NULL;
    for (size_t i = 0; i < count; i++)
        endpoint_clear(&endpoints[i]);
    cJSON_Delete(cases);
    strbuf_clear(&text);
}

/* --- What can happen to a turn --------------------------------------------------------
 */

static void answer_raw(struct fixture *fixture, const char *text)
{
    const struct raw_step steps[] = {{.action = RAW_SEND, .bytes = text},
                                     {.action = RAW_CLOSE}};
    raw_server_answer(fixture->world.raw, steps, 2);
}

static void answer_words(struct fixture *fixture)
{
    static const char *const deltas[] = {"{\"content\":\"fi\"}", "{\"content\":\"ne\"}",
                                         NULL};
    char *stream = engine_world_make_stream(deltas, "stop");
    answer_raw(fixture, stream);
    mem_free(stream);
}

static const char busy[] =
    "HTTP/1.1 429 X\r\nContent-Type: application/json\r\nRetry-After: 0\r\n"
    "Set-Cookie: session=abcdefgh\r\nContent-Length: 47\r\n\r\n"
    "{\"error\":{\"message\":\"busy\",\"type\":\"rate_limit\"}}";

static void replay__tells_the_same__for_tries_and_errors(void **state)
{
    struct fixture *fixture = *state;
    struct engine_world *world = &fixture->world;
    begin_recording(fixture);
    const chat_id chat = engine_world_open_at(world, &world->raw_endpoint, "m");
    answer_raw(fixture, busy);
    answer_words(fixture);
    engine_world_send(world, chat, "once more, then fine");
    engine_world_finish(world);
    answer_raw(fixture, "HTTP/1.1 401 X\r\nContent-Length: 2\r\n\r\n{}");
    engine_world_send(world, chat, "no entry");
    engine_world_finish(world);
    struct endpoint nowhere;
    endpoint_init(&nowhere, "nowhere", "openai-chat", "http://127.0.0.1:1");
    const chat_id lost = engine_world_open_at(world, &nowhere, "m");
    engine_world_send(world, lost, "is anybody there?");
    engine_world_finish(world);
    assert_true(engine_world_has_line(world, "1 retrying"));
    assert_true(engine_world_has_line(world, "2 error network_refused"));
    assert_played_alike(fixture);
    assert_without_key(fixture);
    struct strbuf bytes;
    read_recording(fixture, &bytes);
    assert_null(strstr(strbuf_text(&bytes), "abcdefgh"));
    assert_non_null(strstr(strbuf_text(&bytes), "Bearer ***"));
    strbuf_clear(&bytes);
    engine_free(world->engine);
    world->engine = NULL;
    endpoint_clear(&nowhere);
}

static void replay__tells_the_same__for_timeouts(void **state)
{
    struct fixture *fixture = *state;
    struct engine_world *world = &fixture->world;
    static const struct raw_step silence[] = {{.action = RAW_HOLD}};
    world->settings.values[SETTING_FIRST_TOKEN_TIMEOUT] = 50;
    world->settings.values[SETTING_RETRIES] = 1;
    begin_recording(fixture);
    const chat_id chat = engine_world_open_at(world, &world->raw_endpoint, "m");
    raw_server_answer(world->raw, silence, 1);
    raw_server_answer(world->raw, silence, 1);
    engine_world_send(world, chat, "speak");
    engine_world_finish(world);
    assert_true(engine_world_has_line(world, "1 error timeout_first_byte"));
    assert_played_alike(fixture);
}

/* Waits for the first text, with the answer held back after it. */
static void send_held(struct fixture *fixture, chat_id chat, const char *prompt)
{
    static const char *const deltas[] = {"{\"content\":\"half\"}", NULL};
    char *stream = engine_world_make_stream(deltas, "stop");
    char *end = strstr(stream, "half");
    assert_non_null(end);
    end = strstr(end, "\n\n") + 2;
    char *rest = mem_strdup(end);
    *end = '\0';
    const struct raw_step steps[] = {{.action = RAW_SEND, .bytes = stream},
                                     {.action = RAW_HOLD},
                                     {.action = RAW_SEND, .bytes = rest},
                                     {.action = RAW_CLOSE}};
    raw_server_answer(fixture->world.raw, steps, 4);
    engine_world_send(&fixture->world, chat, prompt);
    char *line = strbuf_format("%u text: half", (unsigned)chat);
    const size_t before = engine_world_count_lines(&fixture->world, line);
    assert_int_equal(before, 0);
    engine_world_wait_line(&fixture->world, line);
    mem_free(line);
    mem_free(rest);
    mem_free(stream);
}

static void replay__tells_the_same__for_what_a_person_does(void **state)
{
    struct fixture *fixture = *state;
    struct engine_world *world = &fixture->world;
    struct error err = {ERROR_NONE, NULL};
    begin_recording(fixture);
    /* Stopped, gone on with, answered again, and another branch. */
    const chat_id chat = engine_world_open_at(world, &world->raw_endpoint, "m");
    send_held(fixture, chat, "stop me");
    engine_stop(world->engine, chat);
    engine_world_finish(world);
    answer_words(fixture);
    assert_true(engine_continue(world->engine, chat));
    engine_world_finish(world);
    answer_words(fixture);
    assert_true(engine_retry(world->engine, chat));
    engine_world_finish(world);
    assert_true(engine_go_to_branch(world->engine, chat, 2, &err));
    assert_true(engine_edit_answer(world->engine, chat, 2, "better", 6, &err));
    /* Edited while the answer was coming. */
    const chat_id other = engine_world_open_at(world, &world->raw_endpoint, "m");
    send_held(fixture, other, "a typo");
    answer_words(fixture);
    assert_true(engine_send_edited(world->engine, other, 1, "no typo", 7));
    engine_world_finish(world);
    /* Queued, then another model, then closed while it writes. */
    const chat_id third = engine_world_open_at(world, &world->raw_endpoint, "m");
    answer_words(fixture);
    answer_words(fixture);
    engine_world_send(world, third, "first");
    engine_world_send(world, third, "second");
    engine_world_finish(world);
    engine_set_model(world->engine, third, &world->raw_endpoint, "n");
    answer_words(fixture);
    engine_world_send(world, third, "third");
    engine_world_finish(world);
    const chat_id last = engine_world_open_at(world, &world->raw_endpoint, "m");
    send_held(fixture, last, "closed");
    engine_close(world->engine, last);
    /* The queue is the front end's: a replay puts prompts where they went. */
    char *told = strbuf_take(&world->trace);
    for (const char *line = told; *line != '\0';) {
        const size_t len = strcspn(line, "\n") + 1;
        char *copy = mem_strndup(line, len);
        if (strstr(copy, " queue ") == NULL)
            strbuf_append_text(&world->trace, copy);
        mem_free(copy);
        line += len;
    }
    mem_free(told);
    assert_played_alike(fixture);
}

/* --- Tools ----------------------------------------------------------------------------
 */

static void answer_call(struct fixture *fixture, const char *name, const char *arguments)
{
    struct strbuf text;
    strbuf_init(&text, STRBUF_OWN_MAX);
    json_append_string(&text, arguments, strlen(arguments));
    char *delta = strbuf_format("{\"tool_calls\":[{\"index\":0,\"id\":\"call_0\","
                                "\"type\":\"function\",\"function\":{\"name\":\"%s\","
                                "\"arguments\":%s}}]}",
                                name, strbuf_text(&text));
    char *stream =
        engine_world_make_stream((const char *const[]){delta, NULL}, "tool_calls");
    answer_raw(fixture, stream);
    mem_free(stream);
    mem_free(delta);
    strbuf_clear(&text);
}

static void replay__tells_the_same__for_tools_and_runs_none(void **state)
{
    static const char *const tools[] = {"*"};
    struct fixture *fixture = *state;
    struct engine_world *world = &fixture->world;
    struct error err = {ERROR_NONE, NULL};
    script_tools_add(&fixture->folder, "weather", "printf sunny");
    script_tools_add(&fixture->folder, "broken", "echo no >&2; exit 3");
    begin_recording(fixture);
    if (!engine_add_tool_folder(world->engine, fixture->folder.path, &err))
        fail_msg("%s", error_text(&err));
    const chat_id chat = engine_world_open_setup(
        world, &(struct chat_setup){.endpoint = &world->raw_endpoint,
                                    .model = "m",
                                    .tools = tools,
                                    .tool_count = 1,
                                    .approval = APPROVAL_ASK,
                                    .is_streaming = true});
    /* Allowed; edited and allowed; failed; no such tool; denied. */
    answer_call(fixture, "weather", "{\"city\":\"Paris\"}");
    answer_words(fixture);
    engine_world_send(world, chat, "how is it?");
    engine_world_finish(world);
    fixture->edited = "{\"city\":\"Rome\"}";
    answer_call(fixture, "weather", "{\"city\":\"Paris\"}");
    answer_call(fixture, "broken", "{\"city\":\"x\"}");
    answer_call(fixture, "unheard_of", "{}");
    answer_words(fixture);
    engine_world_send(world, chat, "and there?");
    engine_world_finish(world);
    fixture->edited = NULL;
    fixture->answer = (struct call_answer){.decision = CALL_DENIED, .reason = "not now"};
    answer_call(fixture, "weather", "{\"city\":\"Oslo\"}");
    answer_words(fixture);
    engine_world_send(world, chat, "and in Oslo?");
    engine_world_finish(world);
    char *ran = script_tools_path(&fixture->folder, "ran.weather");
    assert_int_equal(unlink(ran), 0);
    assert_played_alike(fixture);
    assert_without_key(fixture);
    assert_int_not_equal(access(ran, F_OK), 0);
    mem_free(ran);
}

static void replay__tells_the_same__for_a_turn_stopped_at_its_tools(void **state)
{
    static const char *const tools[] = {"*"};
    struct fixture *fixture = *state;
    struct engine_world *world = &fixture->world;
    struct error err = {ERROR_NONE, NULL};
    script_tools_add(&fixture->folder, "slow", "exec sleep 1000");
    begin_recording(fixture);
    if (!engine_add_tool_folder(world->engine, fixture->folder.path, &err))
        fail_msg("%s", error_text(&err));
    const chat_id chat = engine_world_open_setup(
        world, &(struct chat_setup){.endpoint = &world->raw_endpoint,
                                    .model = "m",
                                    .tools = tools,
                                    .tool_count = 1,
                                    .approval = APPROVAL_ALL,
                                    .is_streaming = true});
    answer_call(fixture, "slow", "{\"city\":\"x\"}");
    engine_world_send(world, chat, "wait for it");
    engine_world_wait_line(world, "1 call slow runs");
    engine_stop(world->engine, chat);
    engine_world_finish(world);
    assert_played_alike(fixture);
}

/* --- Damage ---------------------------------------------------------------------------
 */

/* Cuts the recording at every so many bytes: what is left plays, and comes to an end. */
static void replay__ends__wherever_the_recording_does(void **state)
{
    struct fixture *fixture = *state;
    struct engine_world *world = &fixture->world;
    struct strbuf bytes;
    begin_recording(fixture);
    const chat_id chat = engine_world_open_at(world, &world->raw_endpoint, "m");
    answer_raw(fixture, busy);
    answer_words(fixture);
    engine_world_send(world, chat, "hello");
    engine_world_finish(world);
    recorder_flush(fixture->recorder);
    read_recording(fixture, &bytes);
    const size_t first = strcspn(strbuf_text(&bytes), "\n") + 1;
    for (size_t len = first; len < bytes.len; len += 131) {
        struct playing playing;
        char *path = script_tools_path(&fixture->folder, "torn");
        FILE *file = fopen(path, "w");
        assert_non_null(file);
        assert_int_equal(fwrite(strbuf_text(&bytes), 1, len, file), len);
        assert_int_equal(fclose(file), 0);
        play(&playing, path, 0);
        assert_int_equal(engine_busy_count(playing.world.engine), 0);
        play_clear(&playing);
        unlink(path);
        mem_free(path);
    }
    strbuf_clear(&bytes);
}

static void replay__refuses__what_a_person_sends(void **state)
{
    struct fixture *fixture = *state;
    struct engine_world *world = &fixture->world;
    struct playing playing;
    begin_recording(fixture);
    const chat_id chat = engine_world_open_at(world, &world->raw_endpoint, "m");
    answer_words(fixture);
    engine_world_send(world, chat, "hello");
    engine_world_finish(world);
    recorder_flush(fixture->recorder);
    play(&playing, fixture->path, 0);
    struct engine *engine = playing.world.engine;
    assert_true(engine_is_replaying(engine));
    assert_false(engine_send(engine, 1, "more", 4));
    assert_false(engine_retry(engine, 1));
    assert_false(engine_answer_again(engine, 1, 2, NULL));
    assert_false(engine_is_busy(engine, 1));
    play_clear(&playing);
}

/* --- Time -----------------------------------------------------------------------------
 */

static void replay_clock__divides__by_the_speed(void **state)
{
    (void)state;
    const struct replay_clock twice = {.speed = 2, .begin_us = 1000};
    assert_int_equal(replay_clock_wait_us(&twice, 600, 1000), 300);
    assert_int_equal(replay_clock_wait_us(&twice, 600, 1200), 100);
    assert_int_equal(replay_clock_wait_us(&twice, 600, 1300), 0);
    assert_int_equal(replay_clock_wait_us(&twice, 600, 9000), 0);
    assert_int_equal(replay_clock_scale_us(&twice, 1000000), 500000);
    const struct replay_clock at_once = {.speed = 0, .begin_us = 1000};
    assert_int_equal(replay_clock_wait_us(&at_once, INT64_MAX, 0), 0);
    const struct replay_clock slow = {.speed = 0.0001};
    assert_true(replay_clock_wait_us(&slow, INT64_MAX, 0) > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(replay__tells_the_same__for_every_stream_case,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(replay__tells_the_same__for_tries_and_errors,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(replay__tells_the_same__for_timeouts, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(replay__tells_the_same__for_what_a_person_does,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(replay__tells_the_same__for_tools_and_runs_none,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(
            replay__tells_the_same__for_a_turn_stopped_at_its_tools, setup, teardown),
        cmocka_unit_test_setup_teardown(replay__ends__wherever_the_recording_does, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(replay__refuses__what_a_person_sends, setup,
                                        teardown),
        cmocka_unit_test(replay_clock__divides__by_the_speed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
