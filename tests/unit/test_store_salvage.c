/*
 * Damaged databases: whatever has happened to the file, the store opens, keeps the
 * damaged file, and brings back what was not hit.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <glob.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "src/base/mem.h"
#include "src/base/path.h"
#include "tests/support/session_sample.h"
#include "tests/support/store_stage.h"

#define SESSIONS 2
#define MESSAGES 40
#define PAGE     4096

/* Rows of messages in one page: what a damage may cost. */
#define PAGE_ROWS 42

/* A database as bytes, to be damaged again and again. */
static struct strbuf good;
static const char *path;

/* Message `number` of session `index`; every seventh is long and spans pages. */
static char *text_of(int index, int number)
{
    struct strbuf text;
    strbuf_init(&text, STRBUF_OWN_MAX);
    strbuf_append_format(&text, "session %d message %d", index, number);
    char line[1000];
    memset(line, 'x', sizeof(line));
    memcpy(line, " goes on ", 9);
    while (number % 7 == 0 && text.len < 20000)
        strbuf_append(&text, line, sizeof(line));
    return strbuf_take(&text);
}

static int make_good(void **state)
{
    (void)state;
    path = store_stage_path();
    struct store *store = store_stage_open(path);
    for (int i = 1; i <= SESSIONS; i++) {
        struct session session;
        store_stage_new(store, &session, "title");
        store_stage_begin(store);
        for (int number = 1; number <= MESSAGES; number++) {
            char *text = text_of(i, number);
            struct message *message =
                session_sample_say(&session.chats[0].chat,
                                   number % 2 ? MESSAGE_USER : MESSAGE_ASSISTANT, text);
            mem_free(text);
            assert_true(store_put_message(store, session.chats[0].id, message));
        }
        assert_true(store_put_tip(store, session.chats[0].id, MESSAGES));
        store_stage_commit(store);
        session_clear(&session);
    }
    store_close(store);
    strbuf_init(&good, (size_t)1 << 28);
    assert_true(path_read_file(path, &good, NULL));
    return 0;
}

static int clear_good(void **state)
{
    (void)state;
    strbuf_clear(&good);
    return 0;
}

static void write_file(const char *name, const char *bytes, size_t len)
{
    const int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, bytes, len), len);
    assert_int_equal(close(fd), 0);
}

static size_t count_damaged(void)
{
    glob_t found;
    char *pattern = strbuf_format("%s.damaged-*", path);
    size_t count = 0;
    if (glob(pattern, 0, NULL, &found) == 0)
        for (size_t i = 0; i < found.gl_pathc; i++)
            count += strstr(found.gl_pathv[i], "-wal") == NULL;
    globfree(&found);
    mem_free(pattern);
    return count;
}

static void clear_files(void)
{
    glob_t found;
    char *pattern = strbuf_format("%s*", path);
    if (glob(pattern, 0, NULL, &found) == 0)
        for (size_t i = 0; i < found.gl_pathc; i++)
            (void)unlink(found.gl_pathv[i]);
    globfree(&found);
    mem_free(pattern);
}

/* How many messages of the session are as they were. */
static size_t count_same(const struct session *session)
{
    size_t count = 0;
    for (size_t i = 0; i < session->chat_count; i++) {
        const struct chat *chat = &session->chats[i].chat;
        for (size_t j = 0; j < chat->message_count; j++) {
            const struct message *message = chat->messages[j];
            for (int owner = 1; owner <= SESSIONS && message->part_count == 1; owner++) {
                char *text = text_of(owner, (int)message->id);
                count += strcmp(strbuf_text(&message->parts[0].text), text) == 0;
                mem_free(text);
            }
        }
    }
    return count;
}

/* Reads everything; false if damage was met. */
static bool read_everything(struct store *store, size_t *same)
{
    struct session_row *rows;
    size_t count;
    *same = 0;
    if (!store_list(store, NULL, NULL, 100, &rows, &count, NULL))
        return false;
    bool is_good = true;
    for (size_t i = 0; i < count && is_good; i++) {
        struct session session;
        is_good = store_read_session(store, rows[i].id, &session, NULL);
        *same += count_same(&session);
        session_clear(&session);
    }
    session_rows_free(rows, count);
    struct session_hit *hits;
    is_good = is_good && store_search(store, "goes on", 10, &hits, &count, NULL);
    if (is_good)
        session_hits_free(hits, count);
    return is_good;
}

/* A session more; false if damage was met. */
static bool write_something(struct store *store)
{
    struct session session;
    session_init(&session);
    session_sample_fill(&session);
    store_stage_begin(store);
    const bool is_put = store_put_whole(store, &session);
    session_clear(&session);
    return store_commit(store, NULL) == STORE_OK && is_put &&
           store_stage_search(store, "rains", NULL) > 0;
}

/* Opens the damaged file, uses it as a person would, starts again where damage was met;
 * returns how many messages came back, at least `least`. Then it must be a good one. */
static size_t come_back(size_t least, size_t kept_files)
{
    size_t same = 0;
    char *notice = NULL;
    bool is_good = false;
    for (int i = 0; i < 3 && !is_good; i++) {
        mem_free(notice);
        struct store *store = store_stage_open_noticed(path, &notice);
        is_good = read_everything(store, &same) && write_something(store);
        store_close(store);
    }
    mem_free(notice);
    assert_true(is_good);
    if (same < least)
        print_error("only %zu messages\n", same);
    assert_true(same >= least);
    assert_int_equal(count_damaged(), kept_files);
    store_close(store_stage_open(path));
    return same;
}

static void store_open__good_database__is_left_alone(void **state)
{
    (void)state;
    clear_files();
    write_file(path, good.text, good.len);
    assert_int_equal(come_back(SESSIONS * MESSAGES, 0), SESSIONS * MESSAGES);
}

static void store_open__damaged_page__saves_the_others(void **state)
{
    (void)state;
    const size_t pages = good.len / PAGE;
    assert_true(pages > 40);
    /* Every page of the beginning (the schema, the roots), then some. */
    for (size_t page = 0; page < pages; page += page < 6 ? 1 : pages / 4) {
        clear_files();
        char *bytes = mem_strndup(good.text, good.len);
        memset(bytes + page * PAGE, (int)(0x55 + page % 100), PAGE);
        write_file(path, bytes, good.len);
        mem_free(bytes);
        char *notice;
        struct store *store = store_stage_open_noticed(path, &notice);
        size_t same;
        const bool is_hit =
            notice != NULL || !read_everything(store, &same) || !write_something(store);
        mem_free(notice);
        store_close(store);
        /* A page that nobody needs, or inside of a text, is no damage that shows. */
        (void)come_back(SESSIONS * MESSAGES - PAGE_ROWS, is_hit ? 1 : 0);
    }
}

static void store_open__damaged_header__saves_all(void **state)
{
    (void)state;
    static const size_t places[] = {0, 18, 28, 100};
    for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
        clear_files();
        char *bytes = mem_strndup(good.text, good.len);
        bytes[places[i]] = (char)0x77;
        write_file(path, bytes, good.len);
        mem_free(bytes);
        char *notice;
        struct store *store = store_stage_open_noticed(path, &notice);
        const bool is_hit = notice != NULL;
        mem_free(notice);
        store_close(store);
        assert_int_equal(come_back(SESSIONS * MESSAGES, is_hit), SESSIONS * MESSAGES);
    }
}

static void store_open__cut_file__saves_what_is_there(void **state)
{
    (void)state;
    clear_files();
    write_file(path, good.text, good.len / 2 + 100);
    char *notice;
    struct store *store = store_stage_open_noticed(path, &notice);
    assert_non_null(notice);
    assert_non_null(strstr(notice, "could be saved"));
    assert_non_null(strstr(notice, ".damaged-"));
    mem_free(notice);
    store_close(store);
    (void)come_back(20, 1);
}

static void store_open__empty_file__is_a_new_database(void **state)
{
    (void)state;
    clear_files();
    write_file(path, "", 0);
    (void)come_back(0, 0);
}

static void store_open__zeroes__are_kept_and_a_new_one_begins(void **state)
{
    (void)state;
    clear_files();
    char *bytes = mem_alloc((size_t)8 * PAGE);
    write_file(path, bytes, (size_t)8 * PAGE);
    mem_free(bytes);
    char *notice;
    struct store *store = store_stage_open_noticed(path, &notice);
    assert_non_null(strstr(notice, "nothing could be read"));
    mem_free(notice);
    store_close(store);
    (void)come_back(0, 1);
}

static void store_open__file_of_another_kind__is_refused_and_stays(void **state)
{
    (void)state;
    clear_files();
    struct strbuf text;
    strbuf_init(&text, STRBUF_OWN_MAX);
    while (text.len < 20000)
        strbuf_append_text(&text, "Dear diary, nobody has read this. ");
    write_file(path, text.text, text.len);
    struct error err = {.class = ERROR_NONE};
    char *notice;
    assert_null(store_open(&(struct store_options){.path = path}, &notice, &err));
    assert_null(notice);
    assert_non_null(strstr(error_text(&err), "is not a database of sessions"));
    error_clear(&err);
    struct strbuf after;
    strbuf_init(&after, STRBUF_OWN_MAX);
    assert_true(path_read_file(path, &after, NULL));
    assert_string_equal(strbuf_text(&after), strbuf_text(&text));
    assert_int_equal(count_damaged(), 0);
    strbuf_clear(&after);
    strbuf_clear(&text);
}

static void store_open__for_reading__damaged__changes_nothing(void **state)
{
    (void)state;
    clear_files();
    write_file(path, good.text, good.len / 2);
    struct error err = {.class = ERROR_NONE};
    char *notice;
    assert_null(store_open(&(struct store_options){.path = path, .is_for_reading = true},
                           &notice, &err));
    assert_non_null(strstr(error_text(&err), "damaged"));
    error_clear(&err);
    assert_int_equal(count_damaged(), 0);
}

/* A second process copies the database with its log while it is open. */
static void copy_open_database(const char *from, struct strbuf *file, struct strbuf *log)
{
    char *name = strbuf_format("%s-wal", from);
    const pid_t child = fork();
    if (child == 0) {
        char *target = strbuf_format("%s.copy", from);
        char *log_target = strbuf_format("%s.copy-wal", from);
        struct strbuf bytes;
        strbuf_init(&bytes, STRBUF_OWN_MAX);
        if (path_read_file(from, &bytes, NULL))
            write_file(target, bytes.text, bytes.len);
        strbuf_reset(&bytes);
        if (path_read_file(name, &bytes, NULL))
            write_file(log_target, bytes.text, bytes.len);
        _exit(0);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    char *target = strbuf_format("%s.copy", from);
    assert_true(path_read_file(target, file, NULL));
    mem_free(target);
    target = strbuf_format("%s.copy-wal", from);
    assert_true(path_read_file(target, log, NULL));
    mem_free(target);
    mem_free(name);
}

static void store_open__damaged_with_a_log__reads_the_log_too(void **state)
{
    (void)state;
    const char *source = store_stage_path();
    struct strbuf file;
    struct strbuf log;
    strbuf_init(&file, STRBUF_OWN_MAX);
    strbuf_init(&log, STRBUF_OWN_MAX);
    struct store *store = store_stage_open(source);
    struct session session;
    store_stage_new(store, &session, "only in the log");
    char *text = text_of(1, 1);
    (void)store_stage_say(store, &session, MESSAGE_USER, text);
    mem_free(text);
    copy_open_database(source, &file, &log);
    session_clear(&session);
    store_close(store);
    assert_true(log.len > 0);

    char *log_name = strbuf_format("%s-wal", path);
    for (int i = 0; i < 2; i++) {
        clear_files();
        memset(file.text, 0x11, file.len < PAGE ? file.len : PAGE);
        write_file(path, file.text, file.len);
        /* The second time the log's end is torn off, in the middle of a page. */
        write_file(log_name, log.text, i == 0 ? log.len : log.len - 2000);
        struct error err = {.class = ERROR_NONE};
        char *notice;
        store = store_open(&(struct store_options){.path = path}, &notice, &err);
        if (i == 0) {
            size_t same;
            assert_non_null(store);
            assert_true(read_everything(store, &same));
            assert_int_equal(same, 1);
        }
        mem_free(notice);
        error_clear(&err);
        store_close(store);
    }
    mem_free(log_name);
    strbuf_clear(&file);
    strbuf_clear(&log);
}

static void store_open__torn_log__has_what_was_committed_before(void **state)
{
    (void)state;
    const char *source = store_stage_path();
    struct strbuf file;
    struct strbuf log;
    strbuf_init(&file, STRBUF_OWN_MAX);
    strbuf_init(&log, STRBUF_OWN_MAX);
    struct store *store = store_stage_open(source);
    struct session session;
    store_stage_new(store, &session, "t");
    for (int i = 1; i <= 20; i++)
        (void)store_stage_say(store, &session, MESSAGE_USER, "some words");
    copy_open_database(source, &file, &log);
    const int64_t id = session.id;
    session_clear(&session);
    store_close(store);
    char *log_name = strbuf_format("%s-wal", path);
    size_t last = 20;
    for (size_t cut = 0; cut < log.len; cut += 60013) {
        clear_files();
        write_file(path, file.text, file.len);
        write_file(log_name, log.text, log.len - cut);
        store = store_stage_open(path);
        struct session is;
        const bool is_there = store_read_session(store, id, &is, NULL);
        const size_t count = is_there ? is.chats[0].chat.message_count : 0;
        assert_true(count <= last);
        last = count;
        session_clear(&is);
        store_close(store);
    }
    assert_true(last < 20);
    mem_free(log_name);
    strbuf_clear(&file);
    strbuf_clear(&log);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(store_open__good_database__is_left_alone),
        cmocka_unit_test(store_open__damaged_page__saves_the_others),
        cmocka_unit_test(store_open__damaged_header__saves_all),
        cmocka_unit_test(store_open__cut_file__saves_what_is_there),
        cmocka_unit_test(store_open__empty_file__is_a_new_database),
        cmocka_unit_test(store_open__zeroes__are_kept_and_a_new_one_begins),
        cmocka_unit_test(store_open__file_of_another_kind__is_refused_and_stays),
        cmocka_unit_test(store_open__for_reading__damaged__changes_nothing),
        cmocka_unit_test(store_open__damaged_with_a_log__reads_the_log_too),
        cmocka_unit_test(store_open__torn_log__has_what_was_committed_before),
    };
    return cmocka_run_group_tests(tests, make_good, clear_good);
}
