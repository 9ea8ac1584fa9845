/* Facts of answers and setups of chats as JSON and back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "src/base/mem.h"
#include "src/chat/facts_json.h"
#include "src/chat/message_words.h"
#include "src/chat/setup_json.h"
#include "src/engine/call.h"
#include "tests/support/session_sample.h"

static struct session sample;

static int set_up(void **state)
{
    (void)state;
    session_init(&sample);
    session_sample_fill(&sample);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    session_clear(&sample);
    return 0;
}

/* The facts after a way through JSON; `text` (may be NULL) gets the JSON. */
static struct message *around(const struct answer_facts *facts, struct strbuf *text)
{
    struct strbuf json;
    struct message *message = message_new(1, MESSAGE_ASSISTANT);
    strbuf_init(&json, STRBUF_OWN_MAX);
    facts_json_append(&json, facts);
    assert_true(facts_json_read(json.text, json.len, &message->facts));
    if (text != NULL)
        strbuf_append_text(text, json.text);
    strbuf_clear(&json);
    return message;
}

static void facts_json__keeps__every_member(void **state)
{
    (void)state;
    const struct message *answer = sample.chats[0].chat.messages[1];
    struct strbuf first;
    struct strbuf second;
    strbuf_init(&first, STRBUF_OWN_MAX);
    strbuf_init(&second, STRBUF_OWN_MAX);
    struct message *is = around(&answer->facts, &first);
    struct message *again = around(&is->facts, &second);
    assert_string_equal(strbuf_text(&first), strbuf_text(&second));
    assert_int_equal(is->facts.usage.input, INT64_MAX);
    assert_int_equal(is->facts.first_token_ms, 9007199254740993);
    assert_true(is->facts.cost == 0.1 + 0.2);
    assert_int_equal(is->facts.retry_after_ms, 0);
    assert_int_equal(is->facts.usage.cached, -1);
    assert_string_equal(error_text(&is->facts.error), "host: \"full\"\n\x01");
    assert_int_equal(is->facts.tries[1].class, ERROR_TIMEOUT_IDLE);
    message_free(is);
    message_free(again);
    strbuf_clear(&first);
    strbuf_clear(&second);
}

static void facts_json__nothing_known__is_an_empty_object(void **state)
{
    (void)state;
    struct strbuf json;
    struct message *message = message_new(1, MESSAGE_USER);
    strbuf_init(&json, STRBUF_OWN_MAX);
    facts_json_append(&json, &message->facts);
    assert_string_equal(strbuf_text(&json), "{}");
    strbuf_clear(&json);
    message_free(message);
}

static void facts_json__knows__every_class_and_finish(void **state)
{
    (void)state;
    for (int i = 1; i < ERROR_CLASS_COUNT; i++) {
        struct answer_facts facts = {.error = {.class = (enum error_class)i}};
        struct message *is = around(&facts, NULL);
        assert_int_equal(is->facts.error.class, i);
        message_free(is);
    }
    for (int i = 0; i < FINISH_COUNT; i++) {
        struct answer_facts facts = {.finish = (enum finish)i};
        struct message *is = around(&facts, NULL);
        assert_int_equal(is->facts.finish, i);
        message_free(is);
    }
}

static bool reads(const char *text, struct answer_facts *facts)
{
    return facts_json_read(text, strlen(text), facts);
}

static void facts_json_read__skips__what_it_does_not_know(void **state)
{
    (void)state;
    struct message *message = message_new(1, MESSAGE_ASSISTANT);
    assert_true(reads("{\"new\": {\"a\": [1]}, \"status\": \"text\", \"attempts\": 1e99,"
                      " \"input_tokens\": 5, \"error\": \"from_the_future\","
                      " \"finish\": \"beamed\", \"http_version\": \"9\","
                      " \"tries\": [1, {}, {\"model\": \"m\"}], \"api\": 7}",
                      &message->facts));
    assert_int_equal(message->facts.status, 0);
    assert_int_equal(message->facts.attempts, 0);
    assert_int_equal(message->facts.usage.input, 5);
    assert_int_equal(message->facts.error.class, ERROR_INTERNAL);
    assert_int_equal(message->facts.finish, FINISH_UNKNOWN);
    assert_null(message->facts.http_version);
    assert_null(message->facts.api);
    assert_int_equal(message->facts.try_count, 1);
    message_free(message);
}

static void facts_json_read__refuses__what_is_no_object(void **state)
{
    (void)state;
    static const char *const bad[] = {"", "[]", "1", "{", "{} x", "null", "{\"a\":}"};
    struct message *message = message_new(1, MESSAGE_ASSISTANT);
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        assert_false(reads(bad[i], &message->facts));
    message_free(message);
}

static void setup_json__keeps__every_member(void **state)
{
    (void)state;
    struct session is;
    struct strbuf json;
    struct strbuf again;
    session_init(&is);
    strbuf_init(&json, STRBUF_OWN_MAX);
    strbuf_init(&again, STRBUF_OWN_MAX);
    setup_json_append(&json, &sample.chats[0]);
    struct session_chat *chat = session_add_chat(&is);
    assert_true(setup_json_read(json.text, json.len, chat));
    setup_json_append(&again, chat);
    assert_string_equal(strbuf_text(&json), strbuf_text(&again));
    assert_string_equal(chat->system, "Be brief.\nAnd kind.\t");
    assert_true(param_list_get(&chat->params, "temperature")->number == 0.1);
    assert_int_equal(chat->fallback_count, 2);
    assert_null(chat->fallbacks[1].model);
    assert_int_equal(chat->tools.len, 2);
    assert_false(chat->is_streaming);
    assert_true(chat->is_closed);
    strbuf_clear(&json);
    strbuf_clear(&again);
    session_clear(&is);
}

static void setup_json__names__every_approval(void **state)
{
    (void)state;
    static const char *const words[] = {[APPROVAL_ASK] = NULL,
                                        [APPROVAL_NEVER] = "\"never\"",
                                        [APPROVAL_RULES] = "\"rules\"",
                                        [APPROVAL_ALL] = "\"all\""};
    for (int i = APPROVAL_ASK; i <= APPROVAL_ALL; i++) {
        struct session is;
        struct strbuf json;
        session_init(&is);
        strbuf_init(&json, STRBUF_OWN_MAX);
        struct session_chat *chat = session_add_chat(&is);
        chat->approval = i;
        setup_json_append(&json, chat);
        if (words[i] != NULL)
            assert_non_null(strstr(json.text, words[i]));
        chat->approval = -1;
        chat = session_add_chat(&is);
        assert_true(setup_json_read(json.text, json.len, chat));
        assert_int_equal(chat->approval, i);
        strbuf_clear(&json);
        session_clear(&is);
    }
}

static void setup_json_read__skips__what_it_does_not_know(void **state)
{
    (void)state;
    struct session is;
    session_init(&is);
    struct session_chat *chat = session_add_chat(&is);
    const char *json =
        "{\"params\": {\"warmth\": 3, \"top_p\": 0.5, \"seed\": \"x\"},"
        " \"tools\": [1, \"a\"], \"fallbacks\": [3], \"approval\": \"maybe\","
        " \"model\": 5, \"later\": true}";
    assert_true(setup_json_read(json, strlen(json), chat));
    assert_int_equal(chat->params.len, 1);
    assert_int_equal(chat->tools.len, 1);
    assert_int_equal(chat->fallback_count, 0);
    assert_int_equal(chat->approval, 0);
    assert_null(chat->model.model);
    assert_false(setup_json_read("[]", 2, chat));
    session_clear(&is);
}

/* Words in files never change: this list is what is out there. */
static void message_words__are__what_they_always_were(void **state)
{
    (void)state;
    static const char *const parts[] = {"text",      "reasoning",   "refusal",
                                        "tool_call", "tool_result", "file",
                                        "image",     "opaque"};
    static const enum part_kind kinds[] = {PART_TEXT,      PART_REASONING,   PART_REFUSAL,
                                           PART_TOOL_CALL, PART_TOOL_RESULT, PART_FILE,
                                           PART_IMAGE,     PART_OPAQUE};
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        enum part_kind kind;
        assert_string_equal(message_part_word(kinds[i]), parts[i]);
        assert_true(message_part_read(parts[i], &kind));
        assert_int_equal(kind, kinds[i]);
    }
    enum message_author author;
    enum message_state message_state;
    assert_true(message_author_read("system", &author) && author == MESSAGE_SYSTEM);
    assert_true(message_author_read("user", &author) && author == MESSAGE_USER);
    assert_true(message_author_read("assistant", &author) && author == MESSAGE_ASSISTANT);
    assert_true(message_author_read("tool", &author) && author == MESSAGE_TOOL);
    assert_true(message_state_read("whole", &message_state) &&
                message_state == MESSAGE_WHOLE);
    assert_true(message_state_read("growing", &message_state) &&
                message_state == MESSAGE_GROWING);
    assert_true(message_state_read("stopped", &message_state) &&
                message_state == MESSAGE_STOPPED);
    assert_true(message_state_read("failed", &message_state) &&
                message_state == MESSAGE_FAILED);
    assert_false(message_state_read("broken", &message_state));
    assert_false(message_part_read(NULL, &(enum part_kind){PART_TEXT}));
    assert_string_equal(message_decision_word("denied"), "denied");
    assert_null(message_decision_word("perhaps"));
    assert_string_equal(message_decided_by_word("rule"), "rule");
    assert_string_equal(message_http_version_word("1.1"), "1.1");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(facts_json__keeps__every_member),
        TEST(facts_json__nothing_known__is_an_empty_object),
        TEST(facts_json__knows__every_class_and_finish),
        TEST(facts_json_read__skips__what_it_does_not_know),
        TEST(facts_json_read__refuses__what_is_no_object),
        TEST(setup_json__keeps__every_member),
        TEST(setup_json__names__every_approval),
        TEST(setup_json_read__skips__what_it_does_not_know),
        TEST(message_words__are__what_they_always_were),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
