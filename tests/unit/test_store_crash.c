/*
 * A program that stores is killed at any moment, again and again on one database: what it
 * was told to be stored is there afterwards, and nothing else than what it had put.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "src/base/mem.h"
#include "src/base/rng.h"
#include "tests/support/session_sample.h"
#include "tests/support/store_stage.h"

#define ROUNDS      16
#define CHATS       4
#define ANSWER_LEN  4000
#define PIECE_LEN   170
#define MESSAGE_CAP 400

/* What a writer says when a commit has returned. */
struct report {
    int64_t session;
    int64_t chat; /* index */
    uint64_t number;
    size_t len;      /* of the answer's text so far; of a prompt: all */
    bool is_settled; /* and it was put as whole */
};

/* What every message says: anyone can tell what should be there. */
static void text_of(size_t chat, uint64_t number, struct strbuf *text)
{
    const size_t len = number % 2 == 1 ? 40 : ANSWER_LEN;
    strbuf_reset(text);
    while (text->len < len)
        strbuf_append_format(text, "chat %zu message %llu at %zu. ", chat,
                             (unsigned long long)number, text->len);
}

static void tell(int fd, const struct report *report)
{
    if (write(fd, report, sizeof(*report)) != (ssize_t)sizeof(*report))
        _exit(2);
}

static void must(bool is_good)
{
    if (!is_good)
        _exit(3);
}

static void put_prompt(struct store *store, const struct session *session, size_t index,
                       int fd)
{
    struct session_chat *chat = &session->chats[index];
    struct strbuf text;
    strbuf_init(&text, STRBUF_OWN_MAX);
    text_of(index, chat->chat.message_count + 1, &text);
    const struct message *message =
        session_sample_say(&chat->chat, MESSAGE_USER, strbuf_text(&text));
    must(store_begin(store, NULL) == STORE_OK);
    must(store_put_message(store, chat->id, message));
    must(store_put_tip(store, chat->id, message->id));
    must(store_commit(store, NULL) == STORE_OK);
    tell(fd, &(struct report){session->id, (int64_t)index, message->id, text.len, true});
    strbuf_clear(&text);
}

/* All chats' answers grow, a piece each a commit. */
static void put_answers(struct store *store, const struct session *session, int fd)
{
    struct strbuf text;
    strbuf_init(&text, STRBUF_OWN_MAX);
    must(store_begin(store, NULL) == STORE_OK);
    for (size_t i = 0; i < CHATS; i++) {
        struct session_chat *chat = &session->chats[i];
        struct message *message = chat_add(&chat->chat, MESSAGE_ASSISTANT);
        message->state = MESSAGE_GROWING;
        must(store_put_message(store, chat->id, message));
        must(store_put_tip(store, chat->id, message->id));
    }
    must(store_commit(store, NULL) == STORE_OK);
    const uint64_t number = session->chats[0].chat.message_count;
    for (size_t at = 0; at <= ANSWER_LEN; at += PIECE_LEN) {
        const bool is_last = at + PIECE_LEN > ANSWER_LEN;
        must(store_begin(store, NULL) == STORE_OK);
        for (size_t i = 0; i < CHATS; i++) {
            struct session_chat *chat = &session->chats[i];
            struct message *message = chat_tip(&chat->chat);
            text_of(i, number, &text);
            const size_t len = is_last ? text.len - at : PIECE_LEN;
            (void)message_append(message, PART_TEXT, text.text + at, len);
            if (is_last)
                message->state = MESSAGE_WHOLE;
            must(is_last ? store_put_message(store, chat->id, message)
                         : store_put_piece(store, chat->id, number, 0, PART_TEXT,
                                           text.text + at, len));
        }
        must(store_commit(store, NULL) == STORE_OK);
        for (size_t i = 0; i < CHATS; i++)
            tell(fd, &(struct report){session->id, (int64_t)i, number,
                                      is_last ? text.len : at + PIECE_LEN, is_last});
    }
    strbuf_clear(&text);
}

static void write_until_killed(const char *path, int fd)
{
    char *notice;
    struct session session;
    struct store *store =
        store_open(&(struct store_options){.path = path, .wait_ms = 5000}, &notice, NULL);
    must(store != NULL && notice == NULL);
    session_init(&session);
    must(store_begin(store, NULL) == STORE_OK);
    must(store_put_session(store, &session));
    for (size_t i = 0; i < CHATS; i++)
        must(store_put_chat(store, session.id, i, session_add_chat(&session)));
    must(store_commit(store, NULL) == STORE_OK);
    for (int turn = 0; turn < MESSAGE_CAP / 2 - 1; turn++) {
        for (size_t i = 0; i < CHATS; i++)
            put_prompt(store, &session, i, fd);
        put_answers(store, &session, fd);
    }
    for (;;)
        (void)pause();
}

/* The latest report of each message of a round. */
struct heard {
    struct report last[CHATS][MESSAGE_CAP];
    int64_t session;
    size_t count;
};

static void hear(int fd, struct heard *heard, size_t most)
{
    struct report report;
    while (heard->count < most &&
           read(fd, &report, sizeof(report)) == (ssize_t)sizeof(report)) {
        heard->last[report.chat][report.number] = report;
        heard->session = report.session;
        heard->count++;
    }
}

static void compare(const char *path, const struct heard *heard)
{
    struct session session;
    struct strbuf text;
    strbuf_init(&text, STRBUF_OWN_MAX);
    struct store *store = store_stage_open(path);
    assert_true(store_read_session(store, heard->session, &session, NULL));
    assert_int_equal(session.chat_count, CHATS);
    for (size_t i = 0; i < CHATS; i++) {
        const struct chat *chat = &session.chats[i].chat;
        for (uint64_t number = 1; number < MESSAGE_CAP; number++) {
            const struct report *report = &heard->last[i][number];
            const struct message *message = chat_find(chat, number);
            if (report->number == 0 && message == NULL)
                continue;
            assert_non_null(message);
            text_of(i, number, &text);
            const struct strbuf *is =
                message->part_count > 0 ? &message->parts[0].text : NULL;
            const size_t len = is != NULL ? is->len : 0;
            assert_true(len >= report->len && len <= text.len);
            if (len > 0)
                assert_memory_equal(is->text, text.text, len);
            if (report->is_settled)
                assert_int_equal(message->state, MESSAGE_WHOLE);
            if (message->state != MESSAGE_WHOLE)
                assert_true(message->is_interrupted);
            else
                assert_int_equal(len, text.len);
        }
        assert_int_equal(chat->path_len, chat->message_count);
    }
    assert_true(store_stage_search(store, "\"chat 0 message 1\"", NULL) > 0);
    store_close(store);
    session_clear(&session);
    strbuf_clear(&text);
}

static void store__killed_at_any_moment__has_what_was_committed(void **state)
{
    (void)state;
    const char *path = store_stage_path();
    struct rng rng;
    rng_init(&rng, 7);
    for (int round = 0; round < ROUNDS; round++) {
        struct heard *heard = mem_alloc(sizeof(*heard));
        int ends[2];
        assert_int_equal(pipe(ends), 0);
        const pid_t child = fork();
        if (child == 0) {
            (void)close(ends[0]);
            write_until_killed(path, ends[1]);
        }
        (void)close(ends[1]);
        /* Some reports, and then a moment: the kill comes in the middle of anything. */
        hear(ends[0], heard, 1 + rng_below(&rng, 150));
        const struct timespec moment = {.tv_nsec = (long)rng_below(&rng, 3000000)};
        (void)nanosleep(&moment, NULL);
        assert_int_equal(kill(child, SIGKILL), 0);
        hear(ends[0], heard, SIZE_MAX);
        (void)close(ends[0]);
        int status;
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_true(WIFSIGNALED(status));
        assert_true(heard->count > 0);
        compare(path, heard);
        mem_free(heard);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(store__killed_at_any_moment__has_what_was_committed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
