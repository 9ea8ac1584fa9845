/* Values are odd on purpose: the largest numbers, control characters, any script. */
#include "tests/support/session_sample.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "src/base/mem.h"

struct message *session_sample_say(struct chat *chat, enum message_author author,
                                   const char *text)
{
    struct message *message = chat_add(chat, author);
    message->created_ms = 1700000000000 + (int64_t)message->id;
    (void)message_append(message, PART_TEXT, text, strlen(text));
    return message;
}

static void fill_setup(struct session_chat *chat)
{
    chat->model = (struct session_model){mem_strdup("openai"), mem_strdup("gpt-5 \"x\"")};
    chat->api = mem_strdup("openai-chat");
    chat->label = mem_strdup("hot, \xc3\xa9");
    chat->system = mem_strdup("Be brief.\nAnd kind.\t");
    assert_true(param_list_add(&chat->params, "temperature=0.1", NULL));
    assert_true(param_list_add(&chat->params, "seed=-9007199254740991", NULL));
    assert_true(param_list_add(&chat->params, "reasoning=high", NULL));
    chat->fallbacks = mem_alloc_array(2, sizeof(chat->fallbacks[0]));
    chat->fallback_count = 2;
    chat->fallbacks[0] = (struct session_model){mem_strdup("a"), mem_strdup("b")};
    chat->fallbacks[1] = (struct session_model){mem_strdup("c"), NULL};
    text_list_add(&chat->tools, "files.*", 7);
    text_list_add(&chat->tools, "get_weather", 11);
    chat->approval = 2;
    chat->is_streaming = false;
    chat->is_closed = true;
}

static void fill_facts(struct answer_facts *facts)
{
    facts->api = mem_strdup("anthropic");
    facts->model = mem_strdup("claude");
    facts->finish = FINISH_TOOL_CALLS;
    facts->finish_raw = mem_strdup("tool_use");
    facts->usage = (struct usage){INT64_MAX, 2, 0, -1};
    facts->cost = 0.1 + 0.2;
    error_set(&facts->error, ERROR_OVERLOADED, "host: \"full\"\n\x01");
    facts->provider_code = mem_strdup("529");
    facts->request_id = mem_strdup("req_1");
    facts->status = 529;
    facts->retry_after_ms = 0;
    facts->first_token_ms = 9007199254740993;
    facts->total_ms = 12;
    facts->attempts = 3;
    facts->timing = (struct answer_timing){1, 2, 3, -1};
    facts->is_reused = true;
    facts->http_version = "2";
}

static void fill_parts(struct message *message)
{
    (void)message_append(message, PART_REASONING, "hm\x07", 3);
    (void)message_append(message, PART_TEXT, "I will look. \xe2\x82\xac", 16);
    struct part *call = message_add_part(message, PART_TOOL_CALL);
    (void)message_append_part(message, call, "{\"a\": 1}", 8);
    call->call_id = mem_strdup("call_1");
    call->name = mem_strdup("get_weather");
    call->is_whole = true;
    call->decision = "denied";
    call->decided_by = "user";
    call->reason = mem_strdup("not today");
    struct part *opaque = message_add_part(message, PART_OPAQUE);
    (void)message_append_part(message, opaque, "{}", 2);
    opaque->call_index = 0;
    (void)message_append(message, PART_REFUSAL, "no", 2);
}

static void fill_files(struct message *message)
{
    struct part *file = message_add_part(message, PART_FILE);
    (void)message_append_part(message, file, "a\nb\n", 4);
    file->name = mem_strdup("notes.txt");
    struct part *image = message_add_part(message, PART_IMAGE);
    (void)message_append_part(message, image, "\x89PNG\0\xff\0", 7);
    image->name = mem_strdup("dot.png");
    image->media_type = mem_strdup("image/png");
    (void)message_add_part(message, PART_TEXT);
}

static void fill_chat(struct chat *chat)
{
    struct message *question =
        session_sample_say(chat, MESSAGE_USER, "What is the weather?");
    fill_files(question);
    struct message *answer = chat_add(chat, MESSAGE_ASSISTANT);
    fill_parts(answer);
    fill_facts(&answer->facts);
    message_add_try(answer, "first", ERROR_RATE_LIMIT);
    message_add_try(answer, "two\"fold", ERROR_TIMEOUT_IDLE);
    struct message *results = chat_add(chat, MESSAGE_TOOL);
    struct part *result = message_add_part(results, PART_TOOL_RESULT);
    (void)message_append_part(results, result, "rain", 4);
    result->call_id = mem_strdup("call_1");
    result->name = mem_strdup("get_weather");
    result->elapsed_ms = 1234;
    result->is_error = true;
    chat_set_tip(chat, question);
    struct message *other = session_sample_say(chat, MESSAGE_ASSISTANT, "It rains.");
    other->state = MESSAGE_FAILED;
    other->is_continuation = true;
    other->is_edited = true;
    struct message *more = session_sample_say(chat, MESSAGE_USER, "go on");
    more->is_automatic = true;
    struct message *cut = session_sample_say(chat, MESSAGE_ASSISTANT, "and r");
    cut->state = MESSAGE_STOPPED;
    cut->is_interrupted = true;
    chat_set_tip(chat, results);
}

void session_sample_fill(struct session *session)
{
    session->title = mem_strdup("Weather \xe2\x98\x82");
    session->title_source = TITLE_PERSON;
    text_list_add(&session->tags, "work", 4);
    text_list_add(&session->tags, "two words", 9);
    session->created_ms = 1700000000000;
    session->updated_ms = 1700000099999;
    session->going_on = GOING_ON_SHARED;
    session->layout = mem_strdup("grid 2x1\n");
    struct session_chat *chat = session_add_chat(session);
    fill_setup(chat);
    fill_chat(&chat->chat);
    struct session_chat *plain = session_add_chat(session);
    plain->model = (struct session_model){mem_strdup("local"), mem_strdup("llama")};
    (void)session_sample_say(&plain->chat, MESSAGE_USER, "hi");
    struct session_draft *draft = session_add_draft(session);
    draft->target = mem_strdup("all");
    draft->text = mem_strdup("half a tho");
    draft = session_add_draft(session);
    draft->target = mem_strdup("pane 2");
    draft->text = mem_strdup("");
}

static void assert_text(const char *is, const char *should)
{
    if (is == NULL || should == NULL)
        assert_ptr_equal(is, should);
    else
        assert_string_equal(is, should);
}

static void assert_part(const struct part *is, const struct part *should)
{
    assert_int_equal(is->kind, should->kind);
    assert_int_equal(is->text.len, should->text.len);
    assert_memory_equal(strbuf_text(&is->text), strbuf_text(&should->text),
                        should->text.len);
    assert_text(is->call_id, should->call_id);
    assert_text(is->name, should->name);
    assert_text(is->media_type, should->media_type);
    assert_int_equal(is->call_index, should->call_index);
    assert_int_equal(is->elapsed_ms, should->elapsed_ms);
    assert_int_equal(is->is_error, should->is_error);
    assert_int_equal(is->is_whole, should->is_whole);
    assert_text(is->decision, should->decision);
    assert_text(is->decided_by, should->decided_by);
    assert_text(is->reason, should->reason);
}

static void assert_facts(const struct answer_facts *is, const struct answer_facts *should)
{
    assert_text(is->api, should->api);
    assert_text(is->model, should->model);
    assert_int_equal(is->finish, should->finish);
    assert_text(is->finish_raw, should->finish_raw);
    assert_memory_equal(&is->usage, &should->usage, sizeof(is->usage));
    assert_memory_equal(&is->cost, &should->cost, sizeof(is->cost));
    assert_int_equal(is->error.class, should->error.class);
    assert_text(is->error.message, should->error.message);
    assert_text(is->provider_code, should->provider_code);
    assert_text(is->request_id, should->request_id);
    assert_int_equal(is->status, should->status);
    assert_int_equal(is->retry_after_ms, should->retry_after_ms);
    assert_int_equal(is->first_token_ms, should->first_token_ms);
    assert_int_equal(is->total_ms, should->total_ms);
    assert_int_equal(is->attempts, should->attempts);
    assert_memory_equal(&is->timing, &should->timing, sizeof(is->timing));
    assert_int_equal(is->is_reused, should->is_reused);
    assert_text(is->http_version, should->http_version);
    assert_int_equal(is->try_count, should->try_count);
    for (size_t i = 0; i < is->try_count; i++) {
        assert_text(is->tries[i].model, should->tries[i].model);
        assert_int_equal(is->tries[i].class, should->tries[i].class);
    }
}

void session_sample_assert_same_message(const struct message *is,
                                        const struct message *should)
{
    assert_int_equal(is->id, should->id);
    assert_int_equal(is->author, should->author);
    assert_int_equal(is->state, should->state);
    assert_int_equal(is->parent != NULL ? is->parent->id : 0,
                     should->parent != NULL ? should->parent->id : 0);
    assert_int_equal(is->is_automatic, should->is_automatic);
    assert_int_equal(is->is_continuation, should->is_continuation);
    assert_int_equal(is->is_edited, should->is_edited);
    assert_int_equal(is->is_interrupted, should->is_interrupted);
    assert_int_equal(is->created_ms, should->created_ms);
    assert_int_equal(is->size, should->size);
    assert_int_equal(is->part_count, should->part_count);
    for (size_t i = 0; i < is->part_count; i++)
        assert_part(&is->parts[i], &should->parts[i]);
    assert_facts(&is->facts, &should->facts);
}

static void assert_model(const struct session_model *is,
                         const struct session_model *should)
{
    assert_text(is->provider, should->provider);
    assert_text(is->model, should->model);
}

static void assert_texts(const struct text_list *is, const struct text_list *should)
{
    assert_int_equal(is->len, should->len);
    for (size_t i = 0; i < is->len; i++)
        assert_text(is->items[i], should->items[i]);
}

static void assert_chat(const struct session_chat *is, const struct session_chat *should)
{
    assert_model(&is->model, &should->model);
    assert_text(is->api, should->api);
    assert_text(is->label, should->label);
    assert_text(is->system, should->system);
    assert_int_equal(is->params.len, should->params.len);
    for (size_t i = 0; i < is->params.len; i++) {
        assert_ptr_equal(is->params.items[i].info, should->params.items[i].info);
        assert_memory_equal(&is->params.items[i].number, &should->params.items[i].number,
                            sizeof(double));
        assert_text(is->params.items[i].text, should->params.items[i].text);
    }
    assert_int_equal(is->fallback_count, should->fallback_count);
    for (size_t i = 0; i < is->fallback_count; i++)
        assert_model(&is->fallbacks[i], &should->fallbacks[i]);
    assert_texts(&is->tools, &should->tools);
    assert_int_equal(is->approval, should->approval);
    assert_int_equal(is->is_streaming, should->is_streaming);
    assert_int_equal(is->is_closed, should->is_closed);
    assert_int_equal(is->chat.message_count, should->chat.message_count);
    for (size_t i = 0; i < is->chat.message_count; i++)
        session_sample_assert_same_message(is->chat.messages[i],
                                           should->chat.messages[i]);
    assert_int_equal(is->chat.path_len, should->chat.path_len);
    for (size_t i = 0; i < is->chat.path_len; i++)
        assert_int_equal(is->chat.path[i]->id, should->chat.path[i]->id);
}

void session_sample_assert_same(const struct session *is, const struct session *should)
{
    assert_text(is->title, should->title);
    assert_int_equal(is->title_source, should->title_source);
    assert_texts(&is->tags, &should->tags);
    assert_int_equal(is->created_ms, should->created_ms);
    assert_int_equal(is->updated_ms, should->updated_ms);
    assert_int_equal(is->going_on, should->going_on);
    assert_text(is->layout, should->layout);
    assert_int_equal(is->chat_count, should->chat_count);
    for (size_t i = 0; i < is->chat_count; i++)
        assert_chat(&is->chats[i], &should->chats[i]);
    assert_int_equal(is->draft_count, should->draft_count);
    for (size_t i = 0; i < is->draft_count; i++) {
        assert_text(is->drafts[i].target, should->drafts[i].target);
        assert_text(is->drafts[i].text, should->drafts[i].text);
    }
}
