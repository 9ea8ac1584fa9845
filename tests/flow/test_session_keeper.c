/*
 * What chats say is in the database while they say it, and comes back: looked at through
 * a second store, as another program would.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "src/base/compiler.h"
#include "src/base/mem.h"
#include "src/engine/engine_restore.h"
#include "tests/support/keeper_stage.h"
#include "tests/support/loop_wait.h"
#include "tests/support/script_tools.h"
#include "tests/support/store_stage.h"

static const char half[] =
    "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n"
    "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"half an \"}}]}\n\n";

static char *text_of(const struct message *message)
{
    return engine_world_text(message);
}

static void assert_text(const struct message *message, const char *expected)
{
    char *text = text_of(message);
    assert_string_equal(text != NULL ? text : "", expected);
    mem_free(text);
}

/* Answers all requests with a stream that stops in the middle. */
static void answer_half(struct keeper_stage *stage)
{
    const struct raw_step steps[] = {{RAW_SEND, half, 0}, {RAW_HOLD, NULL, 0}};
    raw_server_answer_always(stage->world.raw, steps, COUNT_OF(steps));
}

static void session_keeper__brings_back__what_was_said(void **state)
{
    struct keeper_stage *stage = *state;
    struct restored_session restored;
    const chat_id chat = keeper_stage_open(stage, "demo", "echo?rate=0&ttft=0");
    engine_world_send(&stage->world, chat, "say this again\nand more");
    engine_world_finish(&stage->world);
    const int64_t id = session_keeper_current(stage->keeper);
    assert_int_not_equal(id, 0);
    char *answer = text_of(engine_world_answer(&stage->world, chat));
    keeper_stage_end(stage);
    keeper_stage_start(stage);
    keeper_stage_restore(stage, id, &restored);
    assert_string_equal(restored.session.title, "say this again");
    assert_int_equal(restored.session.chat_count, 1);
    assert_int_equal(restored.interrupted_count, 0);
    assert_null(restored.notice);
    const struct chat *back = engine_get_chat(stage->world.engine, restored.chats[0]);
    assert_int_equal(back->path_len, 2);
    assert_text(back->path[0], "say this again\nand more");
    assert_text(back->path[1], answer);
    assert_true(back->path[0]->created_ms > 0);
    assert_int_equal(back->path[1]->state, MESSAGE_WHOLE);
    /* And it goes on, in the same place. */
    engine_world_send(&stage->world, restored.chats[0], "once more");
    engine_world_finish(&stage->world);
    assert_int_equal(session_keeper_current(stage->keeper), id);
    keeper_stage_end(stage);
    struct session session;
    keeper_stage_read(stage, id, &session);
    assert_int_equal(session.chats[0].chat.message_count, 4);
    assert_int_equal(session.chats[0].chat.path_len, 4);
    assert_int_equal(keeper_stage_count(stage), 1);
    session_clear(&session);
    restored_session_clear(&restored);
    mem_free(answer);
}

static void look_at_prompt(void *user, const struct raw_request *request)
{
    struct keeper_stage *stage = user;
    struct session session;
    (void)request;
    keeper_stage_read(stage, session_keeper_current(stage->keeper), &session);
    assert_int_equal(session.chats[0].chat.message_count, 2);
    assert_text(session.chats[0].chat.messages[0], "where are you?");
    session_clear(&session);
    strbuf_append_text(&stage->notices, "looked\n");
}

static void session_keeper__stores_a_prompt__before_it_is_sent(void **state)
{
    struct keeper_stage *stage = *state;
    raw_server_hear(stage->world.raw, look_at_prompt, stage);
    raw_server_answer_text(stage->world.raw,
                           "HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n");
    stage->world.settings.values[SETTING_RETRIES] = 0;
    engine_world_send(&stage->world, keeper_stage_open(stage, "raw", "m"),
                      "where are you?");
    engine_world_wait_line(&stage->world, "1 waiting");
    engine_stop_all(stage->world.engine);
    engine_world_finish(&stage->world);
    assert_non_null(strstr(strbuf_text(&stage->notices), "looked"));
}

/* True once the growing answer's text is in the database. */
static bool half_is_stored(void *user)
{
    struct keeper_stage *stage = user;
    struct session session;
    keeper_stage_read(stage, session_keeper_current(stage->keeper), &session);
    const struct message *answer = session.chats[0].chat.messages[1];
    char *text = text_of(answer);
    const bool is_there = text != NULL && strcmp(text, "half an ") == 0;
    if (is_there) {
        assert_true(answer->is_interrupted);
        assert_int_equal(answer->state, MESSAGE_STOPPED);
    }
    mem_free(text);
    session_clear(&session);
    return is_there;
}

static void session_keeper__stores_text__while_it_comes(void **state)
{
    struct keeper_stage *stage = *state;
    answer_half(stage);
    engine_world_send(&stage->world, keeper_stage_open(stage, "raw", "m"), "go");
    engine_world_wait_line(&stage->world, "1 text: half an ");
    engine_world_wait(&stage->world, half_is_stored, stage);
    engine_stop_all(stage->world.engine);
    engine_world_finish(&stage->world);
}

static void session_keeper__marks_an_answer__that_the_end_has_cut(void **state)
{
    struct keeper_stage *stage = *state;
    struct restored_session restored;
    answer_half(stage);
    engine_world_send(&stage->world, keeper_stage_open(stage, "raw", "m"), "go");
    engine_world_wait_line(&stage->world, "1 text: half an ");
    const int64_t id = session_keeper_current(stage->keeper);
    keeper_stage_end(stage);
    keeper_stage_start(stage);
    keeper_stage_restore(stage, id, &restored);
    assert_int_equal(restored.interrupted_count, 1);
    const chat_id chat = restored.chats[0];
    const struct message *answer = engine_world_answer(&stage->world, chat);
    assert_text(answer, "half an ");
    assert_true(answer->is_interrupted);
    assert_int_equal(answer->state, MESSAGE_STOPPED);
    assert_true(engine_is_interrupted(stage->world.engine, chat));
    assert_true(engine_can_continue(stage->world.engine, chat));
    assert_true(engine_keep_interrupted(stage->world.engine, chat, answer->id));
    assert_false(engine_is_interrupted(stage->world.engine, chat));
    restored_session_clear(&restored);
    keeper_stage_end(stage);
    struct session session;
    keeper_stage_read(stage, id, &session);
    assert_false(session.chats[0].chat.messages[1]->is_interrupted);
    assert_int_equal(session.chats[0].chat.messages[1]->state, MESSAGE_STOPPED);
    session_clear(&session);
}

/* True if a search by another program finds the word. */
static bool is_found(const struct keeper_stage *stage, const char *word)
{
    struct error err = {ERROR_NONE, NULL};
    struct session_hit *hits;
    size_t count;
    char *notice;
    const struct store_options options = {.path = stage->path, .wait_ms = 1000};
    struct store *store = store_open(&options, &notice, &err);
    assert_non_null(store);
    assert_true(store_search(store, word, 10, &hits, &count, &err));
    session_hits_free(hits, count);
    store_close(store);
    mem_free(notice);
    return count > 0;
}

static void session_keeper__lets_a_cut_answer_be_found__once_it_was_opened(void **state)
{
    struct keeper_stage *stage = *state;
    struct restored_session restored;
    struct error err = {ERROR_NONE, NULL};
    struct session_row *rows;
    size_t count;
    answer_half(stage);
    engine_world_send(&stage->world, keeper_stage_open(stage, "raw", "m"), "go");
    engine_world_wait_line(&stage->world, "1 text: half an ");
    const int64_t id = session_keeper_current(stage->keeper);
    keeper_stage_end(stage);
    assert_false(is_found(stage, "half"));
    keeper_stage_start(stage);
    keeper_stage_restore(stage, id, &restored);
    restored_session_clear(&restored);
    assert_true(session_keeper_flush(stage->keeper));
    assert_true(session_keeper_list(stage->keeper, NULL, NULL, 10, &rows, &count, &err));
    assert_false(rows[0].is_interrupted);
    session_rows_free(rows, count);
    keeper_stage_end(stage);
    assert_true(is_found(stage, "half"));
    struct session session;
    keeper_stage_read(stage, id, &session);
    assert_true(session.chats[0].chat.messages[1]->is_interrupted);
    session_clear(&session);
}

static void session_keeper__brings_back_follow_ups__that_were_waiting(void **state)
{
    struct keeper_stage *stage = *state;
    struct restored_session restored;
    answer_half(stage);
    const chat_id chat = keeper_stage_open(stage, "raw", "m");
    engine_world_send(&stage->world, chat, "go");
    engine_world_send(&stage->world, chat, "and then this");
    engine_world_wait_line(&stage->world, "1 waiting");
    const int64_t id = session_keeper_current(stage->keeper);
    keeper_stage_end(stage);
    keeper_stage_start(stage);
    keeper_stage_restore(stage, id, &restored);
    assert_int_equal(engine_queue_count(stage->world.engine, restored.chats[0]), 1);
    assert_string_equal(engine_queue_get(stage->world.engine, restored.chats[0], 0),
                        "and then this");
    assert_int_equal(restored.session.draft_count, 0);
    assert_false(engine_is_busy(stage->world.engine, restored.chats[0]));
    restored_session_clear(&restored);
}

static void session_keeper__keeps_layout_and_drafts__with_the_session(void **state)
{
    struct keeper_stage *stage = *state;
    struct restored_session restored;
    char target[] = "all";
    char text[] = "not sent yet";
    const struct session_draft drafts[] = {{target, text}};
    const chat_id chat = keeper_stage_open(stage, "demo", "echo?rate=0&ttft=0");
    session_keeper_set_layout(stage->keeper, "columns 1 2");
    session_keeper_set_drafts(stage->keeper, drafts, 1);
    session_keeper_set_going_on(stage->keeper, GOING_ON_SHARED);
    session_keeper_set_label(stage->keeper, chat, "short");
    assert_int_equal(keeper_stage_count(stage), 0); /* nothing was said */
    engine_world_send(&stage->world, chat, "hello");
    engine_world_finish(&stage->world);
    const int64_t id = session_keeper_current(stage->keeper);
    keeper_stage_end(stage);
    keeper_stage_start(stage);
    keeper_stage_restore(stage, id, &restored);
    assert_string_equal(restored.session.layout, "columns 1 2");
    assert_int_equal(restored.session.draft_count, 1);
    assert_string_equal(restored.session.drafts[0].text, "not sent yet");
    assert_int_equal(restored.session.going_on, GOING_ON_SHARED);
    assert_string_equal(restored.session.chats[0].label, "short");
    restored_session_clear(&restored);
}

static void session_keeper__keeps_a_chat__whose_pane_was_closed(void **state)
{
    struct keeper_stage *stage = *state;
    struct session session;
    answer_half(stage);
    const chat_id chat = keeper_stage_open(stage, "raw", "m");
    keeper_stage_open(stage, "demo", "echo");
    engine_world_send(&stage->world, chat, "go");
    engine_world_wait_line(&stage->world, "1 text: half an ");
    engine_close(stage->world.engine, chat);
    keeper_stage_read(stage, session_keeper_current(stage->keeper), &session);
    assert_int_equal(session.chat_count, 2);
    assert_true(session.chats[0].is_closed);
    assert_text(session.chats[0].chat.messages[1], "half an ");
    assert_false(session.chats[0].chat.messages[1]->is_interrupted);
    session_clear(&session);
    struct restored_session restored;
    const int64_t id = session_keeper_current(stage->keeper);
    keeper_stage_end(stage);
    keeper_stage_start(stage);
    keeper_stage_restore(stage, id, &restored);
    assert_int_equal(restored.chats[0], 0);
    assert_int_not_equal(restored.chats[1], 0);
    restored_session_clear(&restored);
}

static void session_keeper__keeps_nothing__of_a_temporary_session(void **state)
{
    struct keeper_stage *stage = *state;
    const chat_id chat = keeper_stage_open(stage, "demo", "echo?rate=0&ttft=0");
    engine_world_send(&stage->world, chat, "remember this");
    engine_world_finish(&stage->world);
    assert_int_equal(keeper_stage_count(stage), 1);
    session_keeper_set_temporary(stage->keeper, true);
    assert_int_equal(keeper_stage_count(stage), 0);
    assert_int_equal(session_keeper_current(stage->keeper), 0);
    engine_world_send(&stage->world, chat, "and this");
    engine_world_finish(&stage->world);
    assert_true(session_keeper_flush(stage->keeper));
    assert_int_equal(keeper_stage_count(stage), 0);
    /* All of it, once it is kept again. */
    session_keeper_set_temporary(stage->keeper, false);
    struct session session;
    keeper_stage_read(stage, session_keeper_current(stage->keeper), &session);
    assert_int_equal(session.chats[0].chat.message_count, 4);
    session_clear(&session);
}

static void session_keeper__begins_a_session__for_the_next_chat(void **state)
{
    struct keeper_stage *stage = *state;
    const chat_id first = keeper_stage_open(stage, "demo", "echo?rate=0&ttft=0");
    engine_world_send(&stage->world, first, "one");
    engine_world_finish(&stage->world);
    const int64_t old = session_keeper_current(stage->keeper);
    session_keeper_begin(stage->keeper);
    assert_int_equal(session_keeper_current(stage->keeper), 0);
    const chat_id second = keeper_stage_open(stage, "demo", "echo?rate=0&ttft=0");
    engine_close(stage->world.engine, first);
    engine_world_send(&stage->world, second, "two");
    engine_world_finish(&stage->world);
    assert_int_not_equal(session_keeper_current(stage->keeper), old);
    assert_int_equal(keeper_stage_count(stage), 2);
    /* The old one can be opened again, the one that is open cannot. */
    struct restored_session restored;
    struct error err = {ERROR_NONE, NULL};
    assert_false(session_keeper_restore(
        stage->keeper, session_keeper_current(stage->keeper), &restored, &err));
    assert_non_null(strstr(error_text(&err), "open here already"));
    error_clear(&err);
    restored_session_clear(&restored);
    keeper_stage_restore(stage, old, &restored);
    restored_session_clear(&restored);
}

static void session_keeper__says_which_model_stands_in__for_one_that_is_gone(void **state)
{
    struct keeper_stage *stage = *state;
    struct restored_session restored;
    struct endpoint gone;
    endpoint_init(&gone, "gone", "openai-chat", stage->world.demo_endpoint.base_url);
    engine_world_send(&stage->world,
                      engine_world_open_at(&stage->world, &gone, "echo?rate=0&ttft=0"),
                      "hello");
    engine_world_finish(&stage->world);
    const int64_t id = session_keeper_current(stage->keeper);
    keeper_stage_end(stage);
    endpoint_clear(&gone);
    keeper_stage_start(stage);
    keeper_stage_restore(stage, id, &restored);
    assert_string_equal(restored.notice,
                        "gone/echo?rate=0&ttft=0 cannot be used here: demo/sage "
                        "stands in");
    const struct chat_setup *setup =
        engine_get_setup(stage->world.engine, restored.chats[0]);
    assert_string_equal(setup->model, "sage");
    assert_int_equal(
        engine_get_chat(stage->world.engine, restored.chats[0])->message_count, 2);
    restored_session_clear(&restored);
    /* It may be there again tomorrow. */
    keeper_stage_end(stage);
    struct session session;
    keeper_stage_read(stage, id, &session);
    assert_string_equal(session.chats[0].model.provider, "gone");
    assert_string_equal(session.chats[0].model.model, "echo?rate=0&ttft=0");
    session_clear(&session);
}

static void session_keeper__does_not_open__what_another_program_has_open(void **state)
{
    struct keeper_stage *stage = *state;
    struct restored_session restored;
    struct error err = {ERROR_NONE, NULL};
    engine_world_send(&stage->world,
                      keeper_stage_open(stage, "demo", "echo?rate=0&ttft=0"), "hello");
    engine_world_finish(&stage->world);
    struct session_keeper *other =
        session_keeper_new(&(struct session_keeper_options){.engine = stage->world.engine,
                                                            .loop = stage->world.loop,
                                                            .catalog = &stage->catalog,
                                                            .path = stage->path});
    const int64_t id = session_keeper_current(stage->keeper);
    assert_false(session_keeper_restore(other, id, &restored, &err));
    assert_non_null(strstr(error_text(&err), "open in another program"));
    restored_session_clear(&restored);
    error_clear(&err);
    assert_false(session_keeper_remove(other, id, &err));
    error_clear(&err);
    assert_false(session_keeper_rename(other, id, "mine", &err));
    error_clear(&err);
    session_keeper_free(other);
}

static void session_keeper__finds_renames_tags_and_removes__sessions(void **state)
{
    struct keeper_stage *stage = *state;
    struct error err = {ERROR_NONE, NULL};
    struct session_row *rows;
    struct session_hit *hits;
    size_t count;
    engine_world_send(&stage->world,
                      keeper_stage_open(stage, "demo", "echo?rate=0&ttft=0"),
                      "the quick heron");
    engine_world_finish(&stage->world);
    const int64_t id = session_keeper_current(stage->keeper);
    assert_true(session_keeper_rename(stage->keeper, id, "birds", &err));
    assert_true(session_keeper_tag(stage->keeper, id, "nature old", &err));
    assert_true(session_keeper_tag(stage->keeper, id, "-old", &err));
    assert_true(
        session_keeper_list(stage->keeper, NULL, "nature", 10, &rows, &count, &err));
    assert_int_equal(count, 1);
    assert_string_equal(rows[0].title, "birds");
    assert_string_equal(rows[0].tags, "nature");
    session_rows_free(rows, count);
    assert_true(session_keeper_search(stage->keeper, "heron", 10, &hits, &count, &err));
    assert_int_equal(count, 2);
    assert_int_equal(hits[0].session, id);
    session_hits_free(hits, count);
    keeper_stage_end(stage);
    keeper_stage_start(stage);
    assert_true(session_keeper_rename(stage->keeper, id, "herons", &err));
    assert_int_equal(session_keeper_last(stage->keeper, &err), id);
    assert_false(session_keeper_rename(stage->keeper, id, " \n", &err));
    error_clear(&err);
    assert_true(session_keeper_remove(stage->keeper, id, &err));
    assert_int_equal(keeper_stage_count(stage), 0);
    assert_false(session_keeper_remove(stage->keeper, id, &err));
    error_clear(&err);
}

static void session_keeper__keeps_nothing__without_a_path(void **state)
{
    struct keeper_stage *stage = *state;
    struct error err = {ERROR_NONE, NULL};
    session_keeper_free(stage->keeper);
    stage->keeper = session_keeper_new(&(struct session_keeper_options){
        .engine = stage->world.engine, .loop = stage->world.loop});
    engine_world_send(&stage->world,
                      keeper_stage_open(stage, "demo", "echo?rate=0&ttft=0"), "hello");
    engine_world_finish(&stage->world);
    assert_int_equal(session_keeper_current(stage->keeper), 0);
    assert_true(session_keeper_flush(stage->keeper));
    assert_int_equal(session_keeper_last(stage->keeper, &err), 0);
    error_clear(&err);
    assert_int_not_equal(access(stage->path, F_OK), 0);
}

/* --- Tools ------------------------------------------------------------------------- */

static const char *const call_deltas[] = {
    "{\"content\":\"let me look\"}",
    "{\"tool_calls\":[{\"index\":0,\"id\":\"c0\",\"function\":{\"name\":\"weather\","
    "\"arguments\":\"{\\\"city\\\":\\\"Oslo\\\"}\"}}]}",
    NULL};

static void answer_stream(struct keeper_stage *stage, const char *const *deltas,
                          const char *finish)
{
    char *stream = engine_world_make_stream(deltas, finish);
    raw_server_answer_text(stage->world.raw, stream);
    mem_free(stream);
}

/* A chat that is offered a tool, and an answer that calls it. */
static chat_id open_with_tool(struct keeper_stage *stage, struct script_tools *folder,
                              const char *script)
{
    static const char *const tools[] = {"*"};
    struct error err = {ERROR_NONE, NULL};
    const struct chat_setup chat = {.endpoint =
                                        catalog_find_endpoint(&stage->catalog, "raw"),
                                    .model = "m",
                                    .tools = tools,
                                    .tool_count = 1,
                                    .is_streaming = true};
    script_tools_init(folder);
    script_tools_add(folder, "weather", script);
    const chat_id id = engine_world_open_setup(&stage->world, &chat);
    if (!engine_add_tool_folder(stage->world.engine, folder->path, &err))
        fail_msg("%s", error_text(&err));
    answer_stream(stage, call_deltas, "tool_calls");
    engine_world_send(&stage->world, id, "how is the weather?");
    engine_world_wait_line(&stage->world, "1 approval");
    return id;
}

static void allow_all(struct keeper_stage *stage)
{
    const struct call_facts *calls;
    const size_t count = engine_get_calls(stage->world.engine, &calls);
    assert_int_equal(count, 1);
    assert_true(engine_answer_call(stage->world.engine, calls[0].key,
                                   &(struct call_answer){.decision = CALL_ONCE}, NULL));
}

static void session_keeper__stores_calls__with_decision_and_result(void **state)
{
    static const char *const words[] = {"{\"content\":\"mild\"}", NULL};
    struct keeper_stage *stage = *state;
    struct script_tools folder;
    struct session session;
    open_with_tool(stage, &folder, "printf mild");
    answer_stream(stage, words, "stop");
    allow_all(stage);
    engine_world_finish(&stage->world);
    keeper_stage_read(stage, session_keeper_current(stage->keeper), &session);
    const struct chat *chat = &session.chats[0].chat;
    assert_int_equal(chat->path_len, 4);
    const struct part *call = &chat->path[1]->parts[1];
    assert_int_equal(call->kind, PART_TOOL_CALL);
    assert_string_equal(call->decision, "once");
    assert_string_equal(call->decided_by, "user");
    const struct part *result = &chat->path[2]->parts[0];
    assert_string_equal(strbuf_text(&result->text), "mild");
    assert_true(result->elapsed_ms >= 0);
    session_clear(&session);
    script_tools_clear(&folder);
}

/* The end comes while the call is in that state; then the session is opened again. */
static const struct chat *come_back(struct keeper_stage *stage,
                                    struct restored_session *restored)
{
    const int64_t id = session_keeper_current(stage->keeper);
    keeper_stage_end(stage);
    keeper_stage_start(stage);
    keeper_stage_restore(stage, id, restored);
    return engine_get_chat(stage->world.engine, restored->chats[0]);
}

static void session_keeper__never_runs__a_call_that_was_waiting(void **state)
{
    static const char *const words[] = {"{\"content\":\"as you like\"}", NULL};
    struct keeper_stage *stage = *state;
    struct script_tools folder;
    struct restored_session restored;
    open_with_tool(stage, &folder, "printf mild");
    const struct chat *chat = come_back(stage, &restored);
    assert_int_equal(restored.interrupted_count, 1);
    assert_int_equal(chat->path_len, 4);
    const struct part *call = &chat->path[1]->parts[1];
    assert_string_equal(call->decision, "denied");
    assert_string_equal(call->reason, "the program ended");
    const struct part *result = &chat->path[2]->parts[0];
    assert_string_equal(result->call_id, "c0");
    assert_true(result->is_error);
    assert_non_null(strstr(strbuf_text(&result->text), "was not run"));
    assert_true(chat->path[3]->is_interrupted);
    script_tools_assert(&folder, "ran.weather", "");
    /* It goes on from what became of the call. */
    assert_true(engine_can_continue(stage->world.engine, restored.chats[0]));
    answer_stream(stage, words, "stop");
    assert_true(engine_continue(stage->world.engine, restored.chats[0]));
    engine_world_finish(&stage->world);
    engine_world_assert_text(&stage->world, restored.chats[0], "as you like");
    const struct raw_request *request = raw_server_get_request(stage->world.raw, 1);
    assert_non_null(strstr(request->body, "was not run"));
    restored_session_clear(&restored);
    script_tools_clear(&folder);
}

static void session_keeper__says_so__of_a_call_that_was_running(void **state)
{
    struct keeper_stage *stage = *state;
    struct script_tools folder;
    struct restored_session restored;
    open_with_tool(stage, &folder, "exec sleep 100");
    allow_all(stage);
    engine_world_wait_line(&stage->world, "1 call weather runs");
    const struct chat *chat = come_back(stage, &restored);
    const struct part *call = &chat->path[1]->parts[1];
    assert_string_equal(call->decision, "once");
    assert_non_null(strstr(strbuf_text(&chat->path[2]->parts[0].text), "is not known"));
    restored_session_clear(&restored);
    script_tools_clear(&folder);
}

static void session_keeper__leaves_calls_alone__that_are_somebody_elses(void **state)
{
    struct keeper_stage *stage = *state;
    struct restored_session restored;
    answer_stream(stage, call_deltas, "tool_calls");
    engine_world_send(&stage->world, keeper_stage_open(stage, "raw", "m"), "hello");
    engine_world_finish(&stage->world);
    const struct chat *chat = come_back(stage, &restored);
    assert_int_equal(chat->message_count, 2);
    assert_int_equal(restored.interrupted_count, 0);
    restored_session_clear(&restored);
}

static bool has_title(void *user)
{
    struct keeper_stage *stage = user;
    struct error err = {ERROR_NONE, NULL};
    struct session_row *rows;
    size_t count;
    bool has = false;
    assert_true(session_keeper_list(stage->keeper, NULL, NULL, 10, &rows, &count, &err));
    for (size_t i = 0; i < count; i++)
        has = has || strcmp(rows[i].title, "The weather up north") == 0;
    session_rows_free(rows, count);
    return has;
}

static void session_keeper__asks_a_model__for_the_title(void **state)
{
    static const char *const words[] = {"{\"content\":\"The weather up north\"}", NULL};
    struct keeper_stage *stage = *state;
    session_keeper_free(stage->keeper);
    stage->keeper =
        session_keeper_new(&(struct session_keeper_options){.engine = stage->world.engine,
                                                            .loop = stage->world.loop,
                                                            .catalog = &stage->catalog,
                                                            .path = stage->path,
                                                            .title_model = "raw/m"});
    char *stream = engine_world_make_stream(words, "stop");
    raw_server_answer_text(stage->world.raw, stream);
    mem_free(stream);
    const chat_id chat = keeper_stage_open(stage, "demo", "echo?rate=0&ttft=0");
    engine_world_send(&stage->world, chat, "tell me of Oslo");
    engine_world_wait(&stage->world, has_title, stage);
    const struct raw_request *request = raw_server_get_request(stage->world.raw, 0);
    assert_non_null(strstr(request->body, "tell me of Oslo"));
    /* Once, and the chat it was asked in is nobody's. */
    engine_world_send(&stage->world, chat, "more");
    engine_world_finish(&stage->world);
    assert_int_equal(raw_server_count_requests(stage->world.raw), 1);
    struct session session;
    keeper_stage_read(stage, session_keeper_current(stage->keeper), &session);
    assert_int_equal(session.chat_count, 1);
    assert_int_equal(session.title_source, TITLE_MODEL);
    session_clear(&session);
}

/* --- A store that refuses ---------------------------------------------------------- */

struct sentence {
    struct keeper_stage *stage;
    const char *text;
};

static bool was_said(void *user)
{
    const struct sentence *sentence = user;
    return strstr(strbuf_text(&sentence->stage->notices), sentence->text) != NULL;
}

static void wait_said(struct keeper_stage *stage, const char *text)
{
    struct sentence sentence = {stage, text};
    engine_world_wait(&stage->world, was_said, &sentence);
}

static void assert_said_once(const struct keeper_stage *stage, const char *text)
{
    const char *first = strstr(strbuf_text(&stage->notices), text);
    assert_non_null(first);
    assert_null(strstr(first + 1, text));
}

static void session_keeper__catches_up__when_another_program_lets_go(void **state)
{
    struct keeper_stage *stage = *state;
    struct store *other = store_stage_open(stage->path);
    store_stage_begin(other);
    const chat_id chat = keeper_stage_open(stage, "demo", "echo?rate=0&ttft=0");
    engine_world_send(&stage->world, chat, "one");
    engine_world_finish(&stage->world);
    engine_world_send(&stage->world, chat, "two");
    engine_world_finish(&stage->world);
    wait_said(stage, "is not kept for now");
    store_rollback(other);
    wait_said(stage, "is kept again");
    assert_said_once(stage, "is not kept for now");
    assert_said_once(stage, "is kept again");
    struct session session;
    keeper_stage_read(stage, session_keeper_current(stage->keeper), &session);
    assert_int_equal(session.chats[0].chat.message_count, 4);
    session_clear(&session);
    store_close(other);
}

/* Files may not grow any more: as a disk that is full. */
static void set_disk_full(bool is_full)
{
    struct rlimit limit;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
    limit.rlim_cur = is_full ? 4096 : limit.rlim_max;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
    signal(SIGXFSZ, SIG_IGN);
}

static void session_keeper__goes_on__while_the_disk_is_full(void **state)
{
    struct keeper_stage *stage = *state;
    const chat_id chat = keeper_stage_open(stage, "demo", "echo?rate=0&ttft=0");
    engine_world_send(&stage->world, chat, "one");
    engine_world_finish(&stage->world);
    set_disk_full(true);
    engine_world_send(&stage->world, chat, "two");
    engine_world_finish(&stage->world);
    engine_world_send(&stage->world, chat, "three");
    engine_world_finish(&stage->world);
    set_disk_full(false);
    assert_said_once(stage, "is not kept for now");
    assert_true(session_keeper_flush(stage->keeper));
    assert_said_once(stage, "is kept again");
    struct session session;
    keeper_stage_read(stage, session_keeper_current(stage->keeper), &session);
    assert_int_equal(session.chats[0].chat.message_count, 6);
    session_clear(&session);
}

static void session_keeper__goes_on__where_nothing_can_be_written(void **state)
{
    struct keeper_stage *stage = *state;
    struct error err = {ERROR_NONE, NULL};
    session_keeper_free(stage->keeper);
    stage->keeper = NULL;
    mem_free(stage->path);
    stage->path = mem_strdup("/dev/null/motet.db");
    keeper_stage_start(stage);
    const chat_id chat = keeper_stage_open(stage, "demo", "echo?rate=0&ttft=0");
    engine_world_send(&stage->world, chat, "one");
    engine_world_finish(&stage->world);
    engine_world_send(&stage->world, chat, "two");
    engine_world_finish(&stage->world);
    assert_said_once(stage, "is not kept for now");
    assert_false(session_keeper_flush(stage->keeper));
    assert_int_equal(session_keeper_last(stage->keeper, &err), 0);
    error_clear(&err);
}

static void session_keeper__shares_the_database__with_another_program(void **state)
{
    struct keeper_stage *stage = *state;
    struct engine_world other;
    engine_world_init(&other);
    engine_world_start(&other);
    struct session_keeper *keeper = session_keeper_new(&(struct session_keeper_options){
        .engine = other.engine, .loop = other.loop, .path = stage->path});
    const chat_id here = keeper_stage_open(stage, "demo", "echo?rate=0&ttft=0");
    const chat_id there = engine_world_open(&other, "echo?rate=0&ttft=0");
    for (size_t i = 0; i < 3; i++) {
        engine_world_send(&stage->world, here, "here");
        engine_world_send(&other, there, "there");
        engine_world_finish(&stage->world);
        engine_world_finish(&other);
    }
    const int64_t ids[] = {session_keeper_current(stage->keeper),
                           session_keeper_current(keeper)};
    assert_int_not_equal(ids[0], ids[1]);
    for (size_t i = 0; i < 2; i++) {
        struct session session;
        keeper_stage_read(stage, ids[i], &session);
        assert_int_equal(session.chats[0].chat.message_count, 6);
        assert_text(session.chats[0].chat.messages[0], i == 0 ? "here" : "there");
        session_clear(&session);
    }
    session_keeper_free(keeper);
    engine_world_clear(&other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define KEPT(test)                                                                       \
    cmocka_unit_test_setup_teardown(test, keeper_stage_setup, keeper_stage_teardown)
        KEPT(session_keeper__brings_back__what_was_said),
        KEPT(session_keeper__stores_a_prompt__before_it_is_sent),
        KEPT(session_keeper__stores_text__while_it_comes),
        KEPT(session_keeper__marks_an_answer__that_the_end_has_cut),
        KEPT(session_keeper__lets_a_cut_answer_be_found__once_it_was_opened),
        KEPT(session_keeper__brings_back_follow_ups__that_were_waiting),
        KEPT(session_keeper__keeps_layout_and_drafts__with_the_session),
        KEPT(session_keeper__keeps_a_chat__whose_pane_was_closed),
        KEPT(session_keeper__keeps_nothing__of_a_temporary_session),
        KEPT(session_keeper__begins_a_session__for_the_next_chat),
        KEPT(session_keeper__says_which_model_stands_in__for_one_that_is_gone),
        KEPT(session_keeper__does_not_open__what_another_program_has_open),
        KEPT(session_keeper__finds_renames_tags_and_removes__sessions),
        KEPT(session_keeper__keeps_nothing__without_a_path),
        KEPT(session_keeper__asks_a_model__for_the_title),
        KEPT(session_keeper__catches_up__when_another_program_lets_go),
        KEPT(session_keeper__goes_on__while_the_disk_is_full),
        KEPT(session_keeper__goes_on__where_nothing_can_be_written),
        KEPT(session_keeper__shares_the_database__with_another_program),
        KEPT(session_keeper__stores_calls__with_decision_and_result),
        KEPT(session_keeper__never_runs__a_call_that_was_waiting),
        KEPT(session_keeper__says_so__of_a_call_that_was_running),
        KEPT(session_keeper__leaves_calls_alone__that_are_somebody_elses),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
