/*
 * Keys on real terminals: pastes of a terminal that does not mark them, Esc, and what
 * tmux makes of both. The tests of tmux are left out where there is none.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "src/base/mem.h"
#include "src/base/strbuf.h"
#include "tests/support/pty_program.h"

static const char *program_path(void)
{
    static char path[1024];
    const char *folder = getenv("MOTET_BUILDDIR");
    char here[512];
    /* tmux starts its programs elsewhere. */
    if (folder == NULL)
        folder = getcwd(here, sizeof(here)) != NULL ? here : ".";
    snprintf(path, sizeof(path), "%s/motet", folder);
    return path;
}

static struct pty_program *start(const char *model, const char *prompt)
{
    const char *const argv[] = {program_path(), "-m", model, prompt, NULL};
    struct pty_program *program = pty_program_start(
        &(struct pty_options){.argv = argv, .width = 100, .height = 30});
    assert_true(pty_program_wait_text(program, "┌ 1 "));
    return program;
}

static void quit(struct pty_program *program)
{
    int status = 0;
    pty_program_press(program, "Ctrl-C");
    pty_program_press(program, "Ctrl-C");
    pty_program_press(program, "Ctrl-C");
    assert_true(pty_program_wait_exit(program, &status));
    assert_true(WIFEXITED(status));
    assert_true(pty_program_is_restored(program));
    pty_program_free(program);
}

/* --- Pastes without marks ---------------------------------------------------------- */

static void motet_burst__lines_at_once__are_written_and_not_sent(void **state)
{
    (void)state;
    struct pty_program *program = start("demo/echo?rate=0&ttft=0", NULL);
    pty_program_type(program, "first line\rsecond line\rthird\r");
    assert_true(pty_program_wait_text(program, "> first line"));
    assert_true(pty_program_wait_text(program, "  second line"));
    assert_true(pty_program_wait_text(program, "  third"));
    assert_false(pty_program_has_text(program, "› first line"));
    assert_false(pty_program_has_text(program, "› second line"));
    /* A key for itself is one again. */
    pty_program_press(program, "Enter");
    assert_true(pty_program_wait_text(program, "› first line"));
    assert_true(pty_program_wait_text(program, "✓ done"));
    quit(program);
}

/* Not one of them is Ctrl-G, Ctrl-D, Esc or an Enter. */
static void motet_burst__control_characters__act_on_nothing(void **state)
{
    (void)state;
    struct pty_program *program = start("demo/echo?rate=0&ttft=0", NULL);
    pty_program_type(program, "\x04"
                              "first\a line\rsecond \033[1mline\r\x04"
                              "third\r");
    assert_true(pty_program_wait_text(program, "third"));
    assert_true(pty_program_has_text(program, "  second "));
    assert_false(pty_program_has_text(program, "› "));
    assert_false(pty_program_has_text(program, "· normal mode"));
    quit(program);
}

static void motet_burst__in_normal_mode__acts_on_nothing(void **state)
{
    (void)state;
    struct pty_program *program = start("demo/echo?rate=0&ttft=0", NULL);
    pty_program_press(program, "Esc");
    assert_true(pty_program_wait_text(program, "· normal mode"));
    pty_program_type(program, "xxqq\rxxqq\rxx");
    assert_true(pty_program_wait_text(program, "> xxqq"));
    assert_true(pty_program_has_text(program, "┌ 1 echo"));
    quit(program);
}

/* --- Esc --------------------------------------------------------------------------- */

static void motet_esc__alone__acts_without_another_key(void **state)
{
    (void)state;
    struct pty_program *program = start("demo/echo?rate=0&ttft=0", NULL);
    pty_program_type(program, "\033");
    assert_true(pty_program_wait_text(program, "· normal mode"));
    pty_program_type(program, "i");
    assert_true(pty_program_wait_no_text(program, "· normal mode"));
    quit(program);
}

static void motet_esc__twice_at_once__stops_all(void **state)
{
    (void)state;
    struct pty_program *program = start("demo/stall?rate=0&ttft=0", "go");
    assert_true(pty_program_wait_text(program, "running"));
    pty_program_type(program, "\033\033");
    assert_true(pty_program_wait_text(program, "■ stopped"));
    quit(program);
}

static void motet_esc__with_a_letter_at_once__is_not_lost(void **state)
{
    (void)state;
    struct pty_program *program = start("demo/echo?rate=0&ttft=0", NULL);
    /* Alt-j means nothing: Esc, and the next pane. */
    pty_program_type(program, "\033j");
    assert_true(pty_program_wait_text(program, "· normal mode"));
    quit(program);
}

/* As kitty and its like send it once they are asked to. */
static void motet_esc__by_the_keyboard_protocol__needs_no_silence(void **state)
{
    (void)state;
    struct pty_program *program = start("demo/echo?rate=0&ttft=0", NULL);
    assert_true(pty_program_has_output(program, "\033[>5u", 5));
    pty_program_type(program, "\033[27uz\033[27ui");
    assert_true(pty_program_wait_no_text(program, "· normal mode"));
    pty_program_type(program, "one\033[13;2utwo\033[27;2;13~three");
    assert_true(pty_program_wait_text(program, "  three"));
    assert_true(pty_program_has_text(program, "  two"));
    quit(program);
}

/* --- tmux -------------------------------------------------------------------------- */

struct tmux {
    struct pty_program *program;
    char *socket;
};

static bool has_tmux(void)
{
    const char *path = getenv("PATH");
    bool is_found = false;
    for (const char *at = path != NULL ? path : ""; *at != '\0' && !is_found;) {
        const size_t len = strcspn(at, ":");
        char *file = strbuf_format("%.*s/tmux", (int)len, at);
        is_found = access(file, X_OK) == 0;
        mem_free(file);
        at += len + (at[len] == ':');
    }
    if (!is_found)
        print_message("there is no tmux\n");
    return is_found;
}

static void run_tmux(const struct tmux *tmux, const char *command)
{
    const char *const argv[] = {"tmux", "-S", tmux->socket, command, NULL};
    struct pty_program *program = pty_program_start(&(struct pty_options){.argv = argv});
    int status;
    assert_true(pty_program_wait_exit(program, &status));
    pty_program_free(program);
}

/* The program in a tmux of its own, with tmux's own wait after an Esc (a time of it, not
 * of the test). */
static struct tmux start_tmux(const char *model, const char *prompt)
{
    struct tmux tmux = {.socket =
                            strbuf_format("/tmp/motet-test-tmux-%d", (int)getpid())};
    const char *const argv[] = {
        "tmux", "-S",          tmux.socket, "-f",  "/dev/null",   "-u",
        "set",  "-g",          "status",    "off", ";",           "set",
        "-s",   "escape-time", "500",       ";",   "new-session", program_path(),
        "-m",   model,         prompt,      NULL};
    const char *const environment[] = {"TMUX", NULL};
    tmux.program = pty_program_start(&(struct pty_options){
        .argv = argv, .environment = environment, .width = 100, .height = 30});
    assert_true(pty_program_wait_text(tmux.program, "┌ 1 "));
    return tmux;
}

static void end_tmux(struct tmux *tmux)
{
    int status;
    run_tmux(tmux, "kill-server");
    assert_true(pty_program_wait_exit(tmux->program, &status));
    pty_program_free(tmux->program);
    unlink(tmux->socket);
    mem_free(tmux->socket);
}

static void motet_tmux__esc_esc__stops_all(void **state)
{
    (void)state;
    if (!has_tmux())
        skip();
    struct tmux tmux = start_tmux("demo/stall?rate=0&ttft=0", "go");
    assert_true(pty_program_wait_text(tmux.program, "running"));
    pty_program_type(tmux.program, "\033\033");
    assert_true(pty_program_wait_text(tmux.program, "■ stopped"));
    end_tmux(&tmux);
}

static void motet_tmux__esc_and_a_letter_at_once__are_both_taken(void **state)
{
    (void)state;
    if (!has_tmux())
        skip();
    struct tmux tmux = start_tmux("demo/echo?rate=0&ttft=0", "hello");
    assert_true(pty_program_wait_text(tmux.program, "✓ done"));
    pty_program_type(tmux.program, "\033j");
    assert_true(pty_program_wait_text(tmux.program, "· normal mode"));
    pty_program_type(tmux.program, "\033i");
    assert_true(pty_program_wait_no_text(tmux.program, "· normal mode"));
    end_tmux(&tmux);
}

static void motet_tmux__paste__is_not_sent(void **state)
{
    (void)state;
    if (!has_tmux())
        skip();
    struct tmux tmux = start_tmux("demo/echo?rate=0&ttft=0", "hello");
    assert_true(pty_program_wait_text(tmux.program, "✓ done"));
    pty_program_paste(tmux.program, "one line\rtwo line\r");
    assert_true(pty_program_wait_text(tmux.program, "  two line"));
    assert_false(pty_program_has_text(tmux.program, "› one line"));
    end_tmux(&tmux);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(motet_burst__lines_at_once__are_written_and_not_sent),
        cmocka_unit_test(motet_burst__control_characters__act_on_nothing),
        cmocka_unit_test(motet_burst__in_normal_mode__acts_on_nothing),
        cmocka_unit_test(motet_esc__alone__acts_without_another_key),
        cmocka_unit_test(motet_esc__twice_at_once__stops_all),
        cmocka_unit_test(motet_esc__with_a_letter_at_once__is_not_lost),
        cmocka_unit_test(motet_esc__by_the_keyboard_protocol__needs_no_silence),
        cmocka_unit_test(motet_tmux__esc_esc__stops_all),
        cmocka_unit_test(motet_tmux__esc_and_a_letter_at_once__are_both_taken),
        cmocka_unit_test(motet_tmux__paste__is_not_sent),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
