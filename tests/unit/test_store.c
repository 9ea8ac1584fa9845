/* What is put into the store and read from it again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <locale.h>
#include <string.h>
#include <sys/stat.h>

#include "src/base/mem.h"
#include "tests/support/session_sample.h"
#include "tests/support/store_stage.h"

static void read(struct store *store, int64_t id, struct session *session)
{
    struct error err = {.class = ERROR_NONE};
    const bool is_good = store_read_session(store, id, session, &err);
    assert_string_equal(error_text(&err), "");
    assert_true(is_good);
}

static void store_put_whole__then_read__is_the_same(void **state)
{
    (void)state;
    const char *path = store_stage_path();
    struct store *store = store_stage_open(path);
    const int64_t id = store_stage_put_sample(store);
    struct session should;
    struct session is;
    session_init(&should);
    session_sample_fill(&should);
    read(store, id, &is);
    session_sample_assert_same(&is, &should);
    session_clear(&is);
    store_close(store);
    store = store_stage_open(path);
    read(store, id, &is);
    session_sample_assert_same(&is, &should);
    session_clear(&is);
    session_clear(&should);
    store_close(store);
}

static void store_open__makes__a_private_file(void **state)
{
    (void)state;
    const char *path = store_stage_path();
    struct store *store = store_stage_open(path);
    (void)store_stage_put_sample(store);
    const char *const ends[] = {"", "-wal", "-shm"};
    for (size_t i = 0; i < 3; i++) {
        struct stat info;
        char *name = strbuf_format("%s%s", path, ends[i]);
        assert_int_equal(stat(name, &info), 0);
        assert_int_equal(info.st_mode & 0777, 0600);
        mem_free(name);
    }
    char *folder = mem_strndup(path, (size_t)(strrchr(path, '/') - path));
    struct stat info;
    assert_int_equal(stat(folder, &info), 0);
    assert_int_equal(info.st_mode & 0777, 0700);
    mem_free(folder);
    store_close(store);
}

static void store_put_piece__grows__a_message_until_it_is_put_again(void **state)
{
    (void)state;
    struct store *store = store_stage_open(store_stage_path());
    struct session session;
    struct session is;
    store_stage_new(store, &session, "t");
    (void)store_stage_say(store, &session, MESSAGE_USER, "count");
    struct session_chat *chat = &session.chats[0];
    struct message *answer = chat_add(&chat->chat, MESSAGE_ASSISTANT);
    answer->state = MESSAGE_GROWING;
    store_stage_begin(store);
    assert_true(store_put_message(store, chat->id, answer));
    assert_true(store_put_tip(store, chat->id, 2));
    assert_true(store_put_piece(store, chat->id, 2, 0, PART_REASONING, "let ", 4));
    assert_true(store_put_piece(store, chat->id, 2, 1, PART_TEXT, "one ", 4));
    store_stage_commit(store);
    store_stage_begin(store);
    assert_true(store_put_piece(store, chat->id, 2, 0, PART_REASONING, "me", 2));
    assert_true(store_put_piece(store, chat->id, 2, 1, PART_TEXT, "two", 3));
    store_stage_commit(store);

    read(store, session.id, &is);
    const struct message *cut = is.chats[0].chat.messages[1];
    assert_int_equal(cut->state, MESSAGE_STOPPED);
    assert_true(cut->is_interrupted);
    assert_int_equal(cut->part_count, 2);
    assert_int_equal(cut->parts[0].kind, PART_REASONING);
    assert_string_equal(strbuf_text(&cut->parts[0].text), "let me");
    assert_string_equal(strbuf_text(&cut->parts[1].text), "one two");
    session_clear(&is);

    answer->state = MESSAGE_WHOLE;
    (void)message_append(answer, PART_TEXT, "one two three", 13);
    store_stage_begin(store);
    assert_true(store_put_message(store, chat->id, answer));
    store_stage_commit(store);
    read(store, session.id, &is);
    session_sample_assert_same_message(is.chats[0].chat.messages[1], answer);
    session_clear(&is);
    session_clear(&session);
    store_close(store);
}

static void store_put_piece__settled_message__fails(void **state)
{
    (void)state;
    struct store *store = store_stage_open(store_stage_path());
    struct session session;
    struct error err = {.class = ERROR_NONE};
    store_stage_new(store, &session, "t");
    (void)store_stage_say(store, &session, MESSAGE_USER, "count");
    store_stage_begin(store);
    assert_false(store_put_piece(store, session.chats[0].id, 1, 0, PART_TEXT, "x", 1));
    assert_false(store_put_tip(store, session.chats[0].id, 1));
    assert_int_equal(store_commit(store, &err), STORE_FAILED);
    assert_int_equal(err.class, ERROR_NOT_FOUND);
    error_clear(&err);
    session_clear(&session);
    store_close(store);
}

static void store_rollback__forgets__all_puts(void **state)
{
    (void)state;
    struct store *store = store_stage_open(store_stage_path());
    struct session session;
    session_init(&session);
    store_stage_begin(store);
    assert_true(store_put_session(store, &session));
    store_rollback(store);
    assert_int_equal(store_last(store), 0);
    assert_false(store_put_session(store, &session));
    assert_int_equal(store_commit(store, NULL), STORE_FAILED);
    session_clear(&session);
    store_close(store);
}

static void store_list__gives__newest_first_with_counts(void **state)
{
    (void)state;
    struct store *store = store_stage_open(store_stage_path());
    struct session_row *rows;
    size_t count;
    struct session session;
    const int64_t old = store_stage_put_sample(store);
    store_stage_new(store, &session, "A new \xc3\x84rger");
    (void)store_stage_say(store, &session, MESSAGE_USER, "hi");
    assert_int_equal(store_last(store), session.id);
    assert_true(store_list(store, NULL, NULL, 10, &rows, &count, NULL));
    assert_int_equal(count, 2);
    assert_int_equal(rows[0].id, session.id);
    assert_int_equal(rows[0].message_count, 1);
    assert_int_equal(rows[0].chat_count, 1);
    assert_string_equal(rows[0].models, "echo");
    assert_int_equal(rows[1].id, old);
    assert_int_equal(rows[1].message_count, 7);
    assert_int_equal(rows[1].chat_count, 2);
    assert_string_equal(rows[1].tags, "work, two words");
    assert_int_equal(rows[1].updated_ms, 1700000099999);
    assert_false(rows[1].is_interrupted);
    session_rows_free(rows, count);
    assert_true(store_list(store, NULL, NULL, 1, &rows, &count, NULL));
    assert_int_equal(count, 1);
    session_rows_free(rows, count);
    session_clear(&session);
    store_close(store);
}

/* Ids of the sessions that a list has, "2 1 ". */
static void assert_listed(struct store *store, const char *words, const char *tag,
                          const char *should)
{
    struct session_row *rows;
    size_t count;
    struct strbuf ids;
    strbuf_init(&ids, 1000);
    assert_true(store_list(store, words, tag, 10, &rows, &count, NULL));
    for (size_t i = 0; i < count; i++)
        strbuf_append_format(&ids, "%lld ", (long long)rows[i].id);
    assert_string_equal(strbuf_text(&ids), should);
    strbuf_clear(&ids);
    session_rows_free(rows, count);
}

static void store_list__finds__words_and_tags(void **state)
{
    (void)state;
    struct store *store = store_stage_open(store_stage_path());
    struct session session;
    assert_int_equal(store_stage_put_sample(store), 1);
    store_stage_new(store, &session, "About \xc3\x84pfel");
    assert_listed(store, "weather", NULL, "1 ");
    assert_listed(store, "\xc3\xa4PFEL  echo", NULL, "2 ");
    assert_listed(store, "llama work", NULL, "1 ");
    assert_listed(store, "echo work", NULL, "");
    assert_listed(store, "", "two words", "1 ");
    assert_listed(store, NULL, "two", "");
    session_clear(&session);
    store_close(store);
}

static void store_list__marks__a_session_with_a_growing_answer(void **state)
{
    (void)state;
    struct store *store = store_stage_open(store_stage_path());
    struct session session;
    struct session_row *rows;
    size_t count;
    store_stage_new(store, &session, "t");
    struct message *answer = chat_add(&session.chats[0].chat, MESSAGE_ASSISTANT);
    for (int i = 0; i < 3; i++) {
        answer->state = i < 2 ? MESSAGE_GROWING : MESSAGE_STOPPED;
        store_stage_begin(store);
        assert_true(store_put_message(store, session.chats[0].id, answer));
        store_stage_commit(store);
        assert_true(store_list(store, NULL, NULL, 1, &rows, &count, NULL));
        assert_int_equal(rows[0].is_interrupted, i < 2);
        assert_int_equal(rows[0].message_count, 1);
        session_rows_free(rows, count);
    }
    session_clear(&session);
    store_close(store);
}

static void store_put_session__changes__what_was_put(void **state)
{
    (void)state;
    struct store *store = store_stage_open(store_stage_path());
    struct session session;
    struct session is;
    store_stage_new(store, &session, "before");
    mem_free(session.title);
    session.title = mem_strdup("after");
    session.title_source = TITLE_PERSON;
    session.layout = mem_strdup("wide");
    struct session_chat *chat = &session.chats[0];
    chat->label = mem_strdup("cold");
    struct session_draft *draft = session_add_draft(&session);
    draft->target = mem_strdup("all");
    draft->text = mem_strdup("draft");
    store_stage_begin(store);
    assert_true(store_put_session(store, &session));
    assert_true(store_put_chat(store, session.id, 0, chat));
    assert_true(store_put_drafts(store, session.id, session.drafts, 1));
    assert_true(store_put_drafts(store, session.id, session.drafts, 1));
    store_stage_commit(store);
    read(store, session.id, &is);
    session_sample_assert_same(&is, &session);
    session_clear(&is);
    session_clear(&session);
    store_close(store);
}

static void store_remove__leaves__no_byte_of_the_text(void **state)
{
    (void)state;
    const char *path = store_stage_path();
    struct store *store = store_stage_open(path);
    struct session kept;
    struct session gone;
    store_stage_new(store, &kept, "kept");
    store_stage_new(store, &gone, "Gonetitle");
    (void)store_stage_say(store, &kept, MESSAGE_USER, "keepword in here");
    (void)store_stage_say(store, &gone, MESSAGE_USER, "secretword in here");
    (void)store_stage_say(store, &gone, MESSAGE_ASSISTANT, "otherword too");
    session_clear(&kept);
    store_close(store);
    assert_true(store_stage_file_holds(path, "secretword"));

    store = store_stage_open(path);
    (void)store_stage_search(store, "secretword", NULL);
    store_stage_begin(store);
    assert_true(store_remove(store, gone.id));
    assert_false(store_remove(store, gone.id));
    store_stage_commit(store);
    struct error err = {.class = ERROR_NONE};
    struct session is;
    assert_false(store_read_session(store, gone.id, &is, &err));
    assert_int_equal(err.class, ERROR_NOT_FOUND);
    error_clear(&err);
    session_clear(&is);
    /* A program that still has the session is told. */
    store_stage_begin(store);
    assert_false(
        store_put_message(store, gone.chats[0].id, gone.chats[0].chat.messages[0]));
    assert_int_equal(store_commit(store, &err), STORE_FAILED);
    assert_int_equal(err.class, ERROR_NOT_FOUND);
    error_clear(&err);
    session_clear(&gone);
    store_close(store);
    assert_true(store_stage_file_holds(path, "keepword"));
    assert_false(store_stage_file_holds(path, "secretword"));
    assert_false(store_stage_file_holds(path, "otherword"));
    assert_false(store_stage_file_holds(path, "gonetitle"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(store_put_whole__then_read__is_the_same),
        cmocka_unit_test(store_open__makes__a_private_file),
        cmocka_unit_test(store_put_piece__grows__a_message_until_it_is_put_again),
        cmocka_unit_test(store_put_piece__settled_message__fails),
        cmocka_unit_test(store_rollback__forgets__all_puts),
        cmocka_unit_test(store_list__gives__newest_first_with_counts),
        cmocka_unit_test(store_list__finds__words_and_tags),
        cmocka_unit_test(store_list__marks__a_session_with_a_growing_answer),
        cmocka_unit_test(store_put_session__changes__what_was_put),
        cmocka_unit_test(store_remove__leaves__no_byte_of_the_text),
    };
    (void)setlocale(LC_CTYPE, "C.UTF-8"); /* letters of any script have two cases */
    return cmocka_run_group_tests(tests, NULL, NULL);
}
