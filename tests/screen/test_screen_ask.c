/*
 * motet ask at a terminal: tool calls are asked about in lines, one after the other.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>

#include "tests/support/pty_program.h"

/* Starts a model that calls two tools at once. */
static struct pty_program *start(void)
{
    static char path[1024];
    const char *folder = getenv("MOTET_BUILDDIR");
    snprintf(path, sizeof(path), "%s/motet", folder != NULL ? folder : ".");
    const char *const argv[] = {path,
                                "ask",
                                "-m",
                                "demo/tools?rate=0&ttft=0",
                                "--tools",
                                "get_weather,format_book",
                                "The weather in Oslo, please",
                                NULL};
    return pty_program_start(
        &(struct pty_options){.argv = argv, .width = 120, .height = 60});
}

static void assert_ends_well(struct pty_program *program)
{
    int status = 0;
    assert_true(pty_program_wait_exit(program, &status));
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
    assert_true(pty_program_is_restored(program));
    pty_program_free(program);
}

static void motet_ask__asks__one_call_after_the_other(void **state)
{
    (void)state;
    struct pty_program *program = start();
    assert_true(pty_program_wait_text(program, " wants to call get_weather"));
    assert_true(pty_program_wait_text(program, "{\"city\":\"Oslo\""));
    assert_true(pty_program_wait_text(program, "n no, n REASON:"));
    assert_false(pty_program_has_text(program, "wants to call format_book"));
    pty_program_type(program, "maybe\r");
    assert_true(pty_program_wait_text(program, "y, s, a, n, or n and a reason:"));
    pty_program_type(program, "y\r");
    assert_true(pty_program_wait_text(program, " wants to call format_book"));
    pty_program_type(program, "n I have read it\r");
    assert_true(pty_program_wait_text(program, "denied by the user: I have read it"));
    assert_ends_well(program);
}

static void motet_ask__denies__at_the_end_of_input(void **state)
{
    (void)state;
    struct pty_program *program = start();
    assert_true(pty_program_wait_text(program, "n no, n REASON:"));
    pty_program_press(program, "Ctrl-D");
    assert_true(pty_program_wait_text(program, "nobody is there to answer"));
    assert_ends_well(program);
}

static void motet_ask__ends__on_ctrl_c_with_a_question(void **state)
{
    (void)state;
    struct pty_program *program = start();
    int status = 0;
    assert_true(pty_program_wait_text(program, "n no, n REASON:"));
    pty_program_press(program, "Ctrl-C");
    assert_true(pty_program_wait_exit(program, &status));
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 130);
    assert_false(pty_program_has_text(program, ": runs"));
    pty_program_free(program);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(motet_ask__asks__one_call_after_the_other),
        cmocka_unit_test(motet_ask__denies__at_the_end_of_input),
        cmocka_unit_test(motet_ask__ends__on_ctrl_c_with_a_question),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
