/* Full text over all messages: what is found, what words mean, what is shown. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "src/base/mem.h"
#include "tests/support/session_sample.h"
#include "tests/support/store_stage.h"

static struct store *store;
static struct session session;

static int set_up(void **state)
{
    (void)state;
    store = store_stage_open(store_stage_path());
    store_stage_new(store, &session, "About dogs");
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    session_clear(&session);
    store_close(store);
    return 0;
}

static void say(const char *text)
{
    (void)store_stage_say(store, &session, MESSAGE_USER, text);
}

static size_t found(const char *words)
{
    return store_stage_search(store, words, NULL);
}

static void store_search__tells__where_and_who(void **state)
{
    (void)state;
    struct session_hit *hits;
    size_t count;
    say("nothing here");
    struct message *answer = session_sample_say(&session.chats[0].chat, MESSAGE_ASSISTANT,
                                                "The quick\nbrown fox jumps");
    answer->facts.model = mem_strdup("other");
    store_stage_begin(store);
    assert_true(store_put_message(store, session.chats[0].id, answer));
    store_stage_commit(store);
    assert_true(store_search(store, "brown FOX", 10, &hits, &count, NULL));
    assert_int_equal(count, 1);
    assert_int_equal(hits[0].session, session.id);
    assert_int_equal(hits[0].chat, session.chats[0].id);
    assert_int_equal(hits[0].message, 2);
    assert_int_equal(hits[0].author, MESSAGE_ASSISTANT);
    assert_int_equal(hits[0].created_ms, answer->created_ms);
    assert_string_equal(hits[0].title, "About dogs");
    assert_string_equal(hits[0].model, "other");
    assert_string_equal(hits[0].snippet, "The quick \x01"
                                         "brown\x02 \x01"
                                         "fox\x02 jumps");
    session_hits_free(hits, count);
}

static void store_search__wants__all_words_and_whole_phrases(void **state)
{
    (void)state;
    say("one two three");
    say("three two one");
    assert_int_equal(found("one three"), 2);
    assert_int_equal(found("one four"), 0);
    assert_int_equal(found("\"two three\""), 1);
    assert_int_equal(found("\"one three\""), 0);
    assert_int_equal(found("\"two three"), 1);
    assert_int_equal(found(""), 0);
    assert_int_equal(found("  "), 0);
}

static void store_search__takes__the_last_word_as_a_beginning(void **state)
{
    (void)state;
    say("international relations");
    assert_int_equal(found("inter"), 1);
    assert_int_equal(found("in"), 1);
    assert_int_equal(found("international rel"), 1);
    assert_int_equal(found("inter relations"), 0);
    assert_int_equal(found("\"inter\""), 0);
}

static void store_search__folds__case_and_marks_of_letters(void **state)
{
    (void)state;
    say("Caf\xc3\xa9 \xc3\x84RGER \xe6\xbc\xa2\xe5\xad\x97");
    assert_int_equal(found("cafe"), 1);
    assert_int_equal(found("\xc3\xa4rger"), 1);
    assert_int_equal(found("\xe6\xbc\xa2"), 1);
}

static void store_search__reads__signs_as_text(void **state)
{
    (void)state;
    static const char *const odd[] = {"\"",     "*",   "AND",      "OR",       "NOT",
                                      "NEAR(",  "(",   ")",        "a:b",      "^x",
                                      "x*y*",   "--",  "\"\"",     "\"\"\"",   "'; DROP",
                                      "{a b}:", "-no", "text : x", "NEAR(a b)"};
    say("x and y");
    for (size_t i = 0; i < sizeof(odd) / sizeof(odd[0]); i++)
        (void)found(odd[i]); /* asserts that there is no error */
    assert_int_equal(found("AND"), 1);
    assert_int_equal(found("x* y"), 1);
    assert_int_equal(found("x OR nothing"), 0);
    assert_int_equal(found("text:x"), 0);
    say("say \"hello\" (now)");
    assert_int_equal(found("\"hello\" (now)"), 1);
    assert_int_equal(found("say\"hello"), 1);
}

static void store_search__marks__words_only(void **state)
{
    (void)state;
    struct strbuf snippet;
    strbuf_init(&snippet, 1000);
    say("fake \x01marks\x02 around the needle");
    assert_int_equal(store_stage_search(store, "needle", &snippet), 1);
    assert_string_equal(strbuf_text(&snippet), "fake  marks  around the \x01needle\x02");
    strbuf_clear(&snippet);
}

static void store_search__finds__a_message_once(void **state)
{
    (void)state;
    struct message *message =
        session_sample_say(&session.chats[0].chat, MESSAGE_ASSISTANT, "needle one");
    (void)message_append(message, PART_REASONING, "needle two", 10);
    store_stage_begin(store);
    assert_true(store_put_message(store, session.chats[0].id, message));
    store_stage_commit(store);
    assert_int_equal(found("needle"), 1);
    assert_int_equal(found("two"), 1);
}

static void store_search__skips__pictures_and_growing_answers(void **state)
{
    (void)state;
    struct message *message =
        session_sample_say(&session.chats[0].chat, MESSAGE_ASSISTANT, "needle");
    struct part *image = message_add_part(message, PART_IMAGE);
    (void)message_append_part(message, image, "pictureword", 11);
    message->state = MESSAGE_GROWING;
    store_stage_begin(store);
    assert_true(store_put_message(store, session.chats[0].id, message));
    store_stage_commit(store);
    assert_int_equal(found("needle"), 0);
    message->state = MESSAGE_WHOLE;
    store_stage_begin(store);
    assert_true(store_put_message(store, session.chats[0].id, message));
    store_stage_commit(store);
    assert_int_equal(found("needle"), 1);
    assert_int_equal(found("pictureword"), 0);
}

static void store_search__follows__an_edit(void **state)
{
    (void)state;
    say("before words");
    assert_int_equal(found("before"), 1);
    struct message *message = session.chats[0].chat.messages[0];
    message_reset_part(message, &message->parts[0]);
    (void)message_append(message, PART_TEXT, "after words", 11);
    message->is_edited = true;
    for (int i = 0; i < 2; i++) { /* the second time nothing has changed */
        store_stage_begin(store);
        assert_true(store_put_message(store, session.chats[0].id, message));
        store_stage_commit(store);
        assert_int_equal(found("before"), 0);
        assert_int_equal(found("after"), 1);
        assert_int_equal(found("words"), 1);
    }
}

static void store_search__forgets__what_was_removed(void **state)
{
    (void)state;
    say("needle");
    assert_int_equal(found("needle"), 1);
    store_stage_begin(store);
    assert_true(store_remove(store, session.id));
    store_stage_commit(store);
    assert_int_equal(found("needle"), 0);
}

static void store_search__puts__the_better_place_first(void **state)
{
    (void)state;
    struct strbuf snippet;
    strbuf_init(&snippet, 10000);
    say("needle needle");
    say("a needle in a very long text that speaks of many other things as well and goes "
        "on for much longer than the first one did, without the word");
    assert_int_equal(store_stage_search(store, "needle", &snippet), 2);
    assert_string_equal(strbuf_text(&snippet), "\x01needle\x02 \x01needle\x02");
    say("needle needle");
    struct session_hit *hits;
    size_t count;
    assert_true(store_search(store, "needle", 2, &hits, &count, NULL));
    assert_int_equal(count, 2);
    assert_int_equal(hits[0].message, 3); /* as good, and newer */
    assert_int_equal(hits[1].message, 1);
    session_hits_free(hits, count);
    strbuf_clear(&snippet);
}

static void store_search__for_reading__finds_what_is_in_the_index(void **state)
{
    (void)state;
    const char *path = store_stage_path();
    struct store *writer = store_stage_open(path);
    (void)store_stage_put_sample(writer);
    store_close(writer);
    char *notice;
    struct error err = {.class = ERROR_NONE};
    struct store *reader = store_open(
        &(struct store_options){.path = path, .is_for_reading = true}, &notice, &err);
    assert_string_equal(error_text(&err), "");
    assert_int_equal(store_stage_search(reader, "rains", NULL), 1);
    assert_int_equal(store_begin(reader, NULL), STORE_FAILED);
    store_close(reader);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(store_search__tells__where_and_who),
        TEST(store_search__wants__all_words_and_whole_phrases),
        TEST(store_search__takes__the_last_word_as_a_beginning),
        TEST(store_search__folds__case_and_marks_of_letters),
        TEST(store_search__reads__signs_as_text),
        TEST(store_search__marks__words_only),
        TEST(store_search__finds__a_message_once),
        TEST(store_search__skips__pictures_and_growing_answers),
        TEST(store_search__follows__an_edit),
        TEST(store_search__forgets__what_was_removed),
        TEST(store_search__puts__the_better_place_first),
        TEST(store_search__for_reading__finds_what_is_in_the_index),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
