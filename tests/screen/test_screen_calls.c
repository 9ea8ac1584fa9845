/*
 * Tool calls in the real program: the shipped tools, the demo's model, a person's keys on
 * a terminal.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include <cmocka.h>

#include <signal.h>

#include "tests/support/pty_program.h"

static struct pty_program *start_asking(void)
{
    static char path[1024];
    const char *folder = getenv("MOTET_BUILDDIR");
    snprintf(path, sizeof(path), "%s/motet", folder != NULL ? folder : ".");
    const char *const argv[] = {
        path, "-m", "demo/tools", "--tools", "get_weather,format_book", "weather in Oslo",
        NULL};
    struct pty_program *program = pty_program_start(
        &(struct pty_options){.argv = argv, .width = 100, .height = 40});
    assert_true(pty_program_wait_text(program, "⚑ 2 to approve (Alt-a)"));
    return program;
}

static void assert_exits(struct pty_program *program, int code)
{
    int status = 0;
    assert_true(pty_program_wait_exit(program, &status));
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), code);
    assert_true(pty_program_is_restored(program));
    pty_program_free(program);
}

static void motet_call__approved__runs_and_is_told(void **state)
{
    (void)state;
    struct pty_program *program = start_asking();
    assert_true(pty_program_has_text(program, "╭ get_weather · "));
    assert_true(pty_program_has_text(program, "\"city\": \"Oslo\""));
    pty_program_type(program, "y"); /* into the composer */
    assert_true(pty_program_wait_text(program, "> y"));
    pty_program_press(program, "Alt-a");
    assert_true(pty_program_wait_text(program, "› y once"));
    pty_program_type(program, "y");
    assert_true(pty_program_wait_text(program, "╭ format_book · "));
    assert_true(pty_program_wait_text(program, "› y once"));
    pty_program_type(program, "y");
    assert_true(pty_program_wait_text(program, "✓ get_weather"));
    assert_true(pty_program_wait_text(program, "Here is what came back"));
    assert_true(pty_program_wait_text(program, "✓ done"));
    pty_program_press(program, "Ctrl-C");
    assert_true(pty_program_wait_text(program, "cleared"));
    pty_program_press(program, "Ctrl-D");
    assert_exits(program, 0);
}

static void motet_call__hangup__ends(void **state)
{
    (void)state;
    struct pty_program *program = start_asking();
    pty_program_press(program, "Alt-a");
    assert_true(pty_program_wait_text(program, "› y once"));
    pty_program_signal(program, SIGHUP);
    assert_exits(program, 129);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(motet_call__approved__runs_and_is_told),
        cmocka_unit_test(motet_call__hangup__ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
