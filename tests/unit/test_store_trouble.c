/*
 * When the store cannot be written: another program holds it, the disk is full, the place
 * is not ours. Each time it is said in one sentence, nothing is half done, and later it
 * goes on.
 */
#define _GNU_SOURCE /* unshare */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "src/base/clock.h"
#include "src/base/mem.h"
#include "tests/support/session_sample.h"
#include "tests/support/store_stage.h"

static struct store *open_impatient(const char *path)
{
    char *notice;
    struct store *store =
        store_open(&(struct store_options){.path = path, .wait_ms = 0}, &notice, NULL);
    assert_non_null(store);
    return store;
}

static void store_begin__other_program_writes__is_busy_at_once(void **state)
{
    (void)state;
    const char *path = store_stage_path();
    struct store *first = store_stage_open(path);
    struct store *second = open_impatient(path);
    struct session session;
    struct error err = {.class = ERROR_NONE};
    session_init(&session);
    store_stage_begin(first);
    assert_true(store_put_session(first, &session));
    const int64_t begin_ms = clock_now_ms();
    assert_int_equal(store_begin(second, &err), STORE_BUSY);
    assert_true(clock_now_ms() - begin_ms < 1000);
    assert_non_null(strstr(error_text(&err), "another program"));
    error_clear(&err);
    /* Readers see what was there before, and are not held up. */
    assert_int_equal(store_last(second), 0);
    store_stage_commit(first);
    assert_int_equal(store_last(second), session.id);
    session.id = 0;
    store_stage_begin(second);
    assert_true(store_put_session(second, &session));
    store_stage_commit(second);
    assert_int_equal(session.id, 2);
    store_close(first);
    store_close(second);
    session_clear(&session);
}

static void store_open__two_programs__see_each_other(void **state)
{
    (void)state;
    const char *path = store_stage_path();
    struct store *first = store_stage_open(path);
    struct store *second = store_stage_open(path);
    struct session one;
    struct session two;
    store_stage_new(first, &one, "one");
    store_stage_new(second, &two, "two");
    (void)store_stage_say(first, &one, MESSAGE_USER, "from the first");
    (void)store_stage_say(second, &two, MESSAGE_USER, "from the second");
    assert_int_equal(store_stage_search(first, "from", NULL), 2);
    assert_int_equal(store_stage_search(second, "from", NULL), 2);
    store_close(first);
    (void)store_stage_say(second, &two, MESSAGE_USER, "from the second again");
    assert_int_equal(store_stage_search(second, "from", NULL), 3);
    store_close(second);
    session_clear(&one);
    session_clear(&two);
}

static void limit_files(rlim_t bytes)
{
    struct rlimit limit;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
    limit.rlim_cur = bytes;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

/* Stores messages until there is no room; returns how many were. */
static int fill(struct store *store, struct session *session, struct error *err)
{
    char text[8000];
    memset(text, 'x', sizeof(text));
    text[sizeof(text) - 1] = '\0';
    for (int i = 0; i < 2000; i++) {
        struct session_chat *chat = &session->chats[0];
        const struct message *message =
            session_sample_say(&chat->chat, MESSAGE_USER, text);
        const enum store_result begun = store_begin(store, err);
        if (begun != STORE_OK)
            return i;
        (void)store_put_message(store, chat->id, message);
        if (store_commit(store, err) != STORE_OK)
            return i;
    }
    return 2000;
}

/* The last message was not stored; the others were. */
static void assert_stored(struct store *store, const struct session *session, int count)
{
    struct session is;
    assert_true(store_read_session(store, session->id, &is, NULL));
    assert_int_equal(is.chats[0].chat.message_count, count);
    session_clear(&is);
}

static void store_commit__disk_full__is_said_and_goes_on_later(void **state)
{
    (void)state;
    const char *path = store_stage_path();
    struct store *store = store_stage_open(path);
    struct session session;
    struct error err = {.class = ERROR_NONE};
    struct rlimit old;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
    (void)signal(SIGXFSZ, SIG_IGN);
    store_stage_new(store, &session, "t");
    limit_files(700000);
    const int count = fill(store, &session, &err);
    assert_true(count > 0 && count < 2000);
    assert_non_null(strstr(error_text(&err), "nothing can be saved"));
    assert_non_null(strstr(error_text(&err), "disk full"));
    assert_non_null(strstr(error_text(&err), path));
    error_clear(&err);
    assert_stored(store, &session, count);
    limit_files(old.rlim_cur);
    const struct session_chat *chat = &session.chats[0];
    store_stage_begin(store);
    assert_true(store_put_message(store, chat->id, chat->chat.messages[count]));
    store_stage_commit(store);
    assert_stored(store, &session, count + 1);
    store_close(store);
    store = store_stage_open(path);
    assert_stored(store, &session, count + 1);
    store_close(store);
    session_clear(&session);
}

/* In a child: a disk of its own that is really full. 77: there can be none. */
static int use_full_disk(const char *folder)
{
    if (geteuid() != 0 || unshare(CLONE_NEWNS) != 0 ||
        mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
        mount("tmpfs", folder, "tmpfs", 0, "size=2m") != 0)
        return 77;
    char *path = strbuf_format("%s/sessions.db", folder);
    struct error err = {.class = ERROR_NONE};
    struct session session;
    char *notice;
    struct store *store =
        store_open(&(struct store_options){.path = path, .wait_ms = 2000}, &notice, &err);
    if (store == NULL)
        return 2;
    store_stage_new(store, &session, "t");
    const int count = fill(store, &session, &err);
    if (count == 0 || strstr(error_text(&err), "the disk is full") == NULL)
        return 3;
    struct session is;
    if (!store_read_session(store, session.id, &is, NULL) ||
        is.chats[0].chat.message_count != (size_t)count)
        return 4;
    store_close(store);
    store = store_open(&(struct store_options){.path = path}, &notice, &err);
    const bool is_good = store != NULL && notice == NULL;
    store_close(store);
    session_clear(&is);
    session_clear(&session);
    mem_free(path);
    return is_good ? 0 : 5;
}

static void store_commit__full_file_system__is_said(void **state)
{
    (void)state;
    char *folder = strbuf_format("%s/small", getenv("TMPDIR"));
    int status;
    assert_int_equal(mkdir(folder, 0700), 0);
    const pid_t child = fork();
    if (child == 0)
        _exit(use_full_disk(folder));
    assert_int_equal(waitpid(child, &status, 0), child);
    mem_free(folder);
    if (WIFEXITED(status) && WEXITSTATUS(status) == 77) {
        print_message("no small file system can be mounted here: not tried\n");
        skip();
    }
    assert_int_equal(status, 0);
}

static void store_open__no_place_for_it__is_said(void **state)
{
    (void)state;
    struct error err = {.class = ERROR_NONE};
    char *notice;
    assert_null(store_open(&(struct store_options){.path = "/proc/motet/sessions.db"},
                           &notice, &err));
    assert_non_null(strstr(error_text(&err), "/proc/motet"));
    error_clear(&err);
}

static void store_open__read_only_file__is_said_and_can_be_read(void **state)
{
    (void)state;
    if (geteuid() == 0) {
        print_message("root may write everything: not tried\n");
        skip();
    }
    const char *path = store_stage_path();
    struct error err = {.class = ERROR_NONE};
    char *notice;
    struct store *store = store_stage_open(path);
    (void)store_stage_put_sample(store);
    store_close(store);
    assert_int_equal(chmod(path, 0400), 0);
    assert_null(store_open(&(struct store_options){.path = path}, &notice, &err));
    assert_non_null(strstr(error_text(&err), "read-only"));
    error_clear(&err);
    char *folder = mem_strndup(path, (size_t)(strrchr(path, '/') - path));
    assert_int_equal(chmod(folder, 0500), 0);
    store = store_open(&(struct store_options){.path = path, .is_for_reading = true},
                       &notice, &err);
    assert_string_equal(error_text(&err), "");
    assert_int_equal(store_last(store), 1);
    store_close(store);
    assert_int_equal(chmod(folder, 0700), 0);
    mem_free(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        /* It forks: before any store has a thread. */
        cmocka_unit_test(store_commit__full_file_system__is_said),
        cmocka_unit_test(store_begin__other_program_writes__is_busy_at_once),
        cmocka_unit_test(store_open__two_programs__see_each_other),
        cmocka_unit_test(store_commit__disk_full__is_said_and_goes_on_later),
        cmocka_unit_test(store_open__no_place_for_it__is_said),
        cmocka_unit_test(store_open__read_only_file__is_said_and_can_be_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
