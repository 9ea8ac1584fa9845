/*
 * The real program in a pseudo-terminal and the database it leaves: however it ends,
 * what was said is there, and the terminal is as it was.
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
#include <sys/wait.h>
#include <unistd.h>

#include "src/base/clock.h"
#include "src/base/mem.h"
#include "src/base/path.h"
#include "src/store/store.h"
#include "tests/support/pty_program.h"

/* The sanitizers would report the crash that a test is about. */
#define NO_CRASH_REPORT                                                                  \
    "ASAN_OPTIONS=handle_segv=0:handle_sigbus=0:handle_abort=0:handle_sigfpe=0:"         \
    "handle_sigill=0:handle_sigtrap=0:detect_leaks=0"

/* Stops in the middle, when these words are on the screen. */
#define MODEL  "demo/echo?rate=0&ttft=0&fault=stall&at=14"
#define PROMPT "one two three four five six seven eight nine ten eleven twelve thirteen"
#define SEEN   "one two three four"

#define DEADLINE_MS 20000

static struct pty_program *start(const char *const *args, const char *setting)
{
    static char path[1024];
    const char *folder = getenv("MOTET_BUILDDIR");
    snprintf(path, sizeof(path), "%s/motet", folder != NULL ? folder : ".");
    const char *argv[10] = {path};
    for (size_t i = 0; i < 8 && args[i] != NULL; i++)
        argv[i + 1] = args[i];
    const char *const environment[] = {setting, NULL};
    return pty_program_start(&(struct pty_options){
        .argv = argv, .environment = environment, .width = 100, .height = 24});
}

static int remove_database(void **state)
{
    static const char *const endings[] = {"", "-wal", "-shm"};
    (void)state;
    for (size_t i = 0; i < 3; i++) {
        char *name = strbuf_format("motet.db%s", endings[i]);
        char *path = path_data_file(name, true);
        unlink(path);
        mem_free(path);
        mem_free(name);
    }
    return 0;
}

/* Reads the last session; false if there is none yet. */
static bool read_last(struct session *session)
{
    char *path = path_data_file("motet.db", false);
    struct error err = {ERROR_NONE, NULL};
    char *notice = NULL;
    session_init(session);
    struct store *store = store_open(
        &(struct store_options){.path = path, .wait_ms = 1000, .is_for_reading = true},
        &notice, &err);
    const int64_t id = store != NULL ? store_last(store) : 0;
    const bool is_there = id != 0 && store_read_session(store, id, session, &err);
    store_close(store);
    error_clear(&err);
    mem_free(notice);
    mem_free(path);
    return is_there;
}

/* True if prompt and answer are stored as far as they were seen. */
static bool is_stored(void)
{
    struct session session;
    struct strbuf text;
    bool is_there = read_last(&session) && session.chat_count > 0 &&
                    session.chats[0].chat.message_count == 2;
    strbuf_init(&text, STRBUF_OWN_MAX);
    if (is_there) {
        const struct chat *chat = &session.chats[0].chat;
        message_join(chat->messages[0], PART_TEXT, &text);
        assert_string_equal(strbuf_text(&text), PROMPT);
        strbuf_reset(&text);
        message_join(chat->messages[1], PART_TEXT, &text);
        is_there = strstr(strbuf_text(&text), SEEN) != NULL;
        assert_true(chat->messages[1]->is_interrupted);
    }
    strbuf_clear(&text);
    session_clear(&session);
    return is_there;
}

/* A program that has shown half of an answer. */
static struct pty_program *start_talking(const char *setting)
{
    static const char *const args[] = {"-m", MODEL, PROMPT, NULL};
    struct pty_program *program = start(args, setting);
    assert_true(pty_program_wait_text(program, "1 running"));
    /* The prompt has the words too, so they stand there twice. */
    int x;
    int y;
    assert_true(pty_program_wait_text(program, SEEN));
    assert_true(pty_program_find_text(program, SEEN, &x, &y));
    return program;
}

static int end(struct pty_program *program, bool is_gone)
{
    int status = 0;
    assert_true(pty_program_wait_exit(program, &status));
    if (!is_gone)
        assert_true(pty_program_is_restored(program));
    pty_program_free(program);
    return status;
}

/* Waits until text that came has been stored, as it is while an answer comes. */
static void wait_stored(void)
{
    const int64_t end_ms = clock_now_ms() + DEADLINE_MS;
    while (!is_stored()) {
        if (clock_now_ms() > end_ms)
            fail_msg("what was said is not in the database");
    }
}

static void sessions__are_whole__after_signals(void **state)
{
    static const int signals[] = {SIGTERM, SIGHUP};
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct pty_program *program = start_talking(NULL);
        wait_stored();
        pty_program_signal(program, signals[i]);
        assert_int_equal(WEXITSTATUS(end(program, false)), 128 + signals[i]);
        assert_true(is_stored());
        remove_database(NULL);
    }
}

static void sessions__are_whole__after_the_terminal_went(void **state)
{
    (void)state;
    struct pty_program *program = start_talking(NULL);
    wait_stored();
    pty_program_hang_up(program);
    assert_int_equal(WEXITSTATUS(end(program, true)), 129);
    assert_true(is_stored());
}

static void sessions__are_there__after_a_crash(void **state)
{
    static const int signals[] = {SIGSEGV, SIGABRT, SIGBUS, SIGFPE};
    (void)state;
    for (size_t i = 0; i < 4; i++) {
        struct pty_program *program = start_talking(NO_CRASH_REPORT);
        wait_stored();
        pty_program_signal(program, signals[i]);
        assert_int_equal(WTERMSIG(end(program, false)), signals[i]);
        assert_true(is_stored());
        remove_database(NULL);
    }
}

/* It would stand there with nothing to show. */
static void sessions__not_there__end_the_program(void **state)
{
    static const char *const args[] = {"--session", "77", NULL};
    (void)state;
    struct pty_program *program = start(args, NULL);
    assert_true(pty_program_wait_text(program, "motet: there is no session 77"));
    assert_int_equal(WEXITSTATUS(end(program, false)), 2);
}

static void sessions__open_elsewhere__end_the_program(void **state)
{
    static const char *const args[] = {"-c", NULL};
    (void)state;
    struct pty_program *first = start_talking(NULL);
    wait_stored();
    struct pty_program *second = start(args, NULL);
    assert_true(pty_program_wait_text(second, "is open in another program"));
    assert_int_equal(WEXITSTATUS(end(second, false)), 2);
    pty_program_signal(first, SIGTERM);
    end(first, false);
}

static void sessions__go_on__in_lines(void **state)
{
    static const char *const args[] = {"--plain", "-c", NULL};
    (void)state;
    struct pty_program *program = start_talking(NULL);
    wait_stored();
    pty_program_signal(program, SIGTERM);
    end(program, false);
    program = start(args, NULL);
    assert_true(pty_program_wait_text(program, "session 1: " SEEN));
    assert_true(pty_program_wait_text(program, "interrupted when the program ended"));
    pty_program_type(program, ":sessions\r");
    assert_true(pty_program_wait_text(program, "opens one of them"));
    pty_program_type(program, ":quit\r");
    assert_int_equal(WEXITSTATUS(end(program, false)), 0);
}

static void sessions__are_not_kept__of_temporary_chats_and_demos(void **state)
{
    static const char *const temporary[] = {"--temporary", "-m",
                                            "demo/echo?rate=0&ttft=0", "a secret", NULL};
    static const char *const demo[] = {"demo", "--panes", "1", NULL};
    struct session session;
    (void)state;
    struct pty_program *program = start(temporary, NULL);
    assert_true(pty_program_wait_text(program, "done"));
    pty_program_signal(program, SIGTERM);
    end(program, false);
    assert_false(read_last(&session));
    session_clear(&session);
    program = start(demo, NULL);
    assert_true(pty_program_wait_text(program, "press Enter"));
    pty_program_press(program, "Enter");
    assert_true(pty_program_wait_text(program, "1 running"));
    pty_program_signal(program, SIGTERM);
    end(program, false);
    assert_false(read_last(&session));
    session_clear(&session);
}

static void motet_c__brings_back__conversation_layout_and_draft(void **state)
{
    (void)state;
    static const char *const args[] = {
        "-m", "demo/echo?rate=0&ttft=0,demo/coder?rate=0&ttft=0", NULL};
    static const char *const again[] = {"-c", NULL};
    int status = 0;
    struct pty_program *program = start(args, NULL);
    assert_true(pty_program_wait_text(program, "2 coder"));
    pty_program_type(program, "hello there\r");
    assert_true(pty_program_wait_text(program, "motet \xc2\xb7 hello there"));
    assert_true(pty_program_wait_text(program, "not with the text"));
    pty_program_press(program, "Alt-z");
    assert_true(pty_program_wait_text(program, "zoomed"));
    pty_program_type(program, "half a thought");
    assert_true(pty_program_wait_text(program, "> half a thought"));
    pty_program_press(program, "Alt-q");
    assert_true(pty_program_wait_text(program, "put aside until"));
    pty_program_press(program, "Ctrl-D");
    assert_true(pty_program_wait_exit(program, &status));
    assert_int_equal(WEXITSTATUS(status), 0);
    pty_program_free(program);

    program = start(again, NULL);
    assert_true(pty_program_wait_text(program, "1 put aside"));
    assert_true(pty_program_wait_text(program, "zoomed"));
    assert_true(pty_program_wait_text(program, "\xe2\x80\xba hello there"));
    pty_program_press(program, "Alt-q");
    assert_true(pty_program_wait_text(program, "> half a thought"));
    pty_program_press(program, "Ctrl-C");
    assert_true(pty_program_wait_text(program, "cleared"));
    pty_program_press(program, "Ctrl-D");
    assert_true(pty_program_wait_exit(program, &status));
    pty_program_free(program);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(motet_c__brings_back__conversation_layout_and_draft,
                               remove_database),
        cmocka_unit_test_setup(sessions__are_whole__after_signals, remove_database),
        cmocka_unit_test_setup(sessions__are_whole__after_the_terminal_went,
                               remove_database),
        cmocka_unit_test_setup(sessions__are_there__after_a_crash, remove_database),
        cmocka_unit_test_setup(sessions__not_there__end_the_program, remove_database),
        cmocka_unit_test_setup(sessions__open_elsewhere__end_the_program,
                               remove_database),
        cmocka_unit_test_setup(sessions__go_on__in_lines, remove_database),
        cmocka_unit_test_setup(sessions__are_not_kept__of_temporary_chats_and_demos,
                               remove_database),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
