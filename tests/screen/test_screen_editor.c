/*
 * The person's editor on the real terminal: it gets the keys, Motet goes on beneath, and
 * the terminal comes back however the editor ends. The editors here are lines of shell
 * (without a child of the shell's where Ctrl-C is pressed: a shell may miss it just
 * then).
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

#include "src/base/mem.h"
#include "tests/support/pty_program.h"

static struct pty_program *start(const char *editor)
{
    static char path[1024];
    const char *folder = getenv("MOTET_BUILDDIR");
    snprintf(path, sizeof(path), "%s/motet", folder != NULL ? folder : ".");
    const char *const argv[] = {path, "demo", "--speed", "20", NULL};
    char *setting = strbuf_format("EDITOR=%s", editor);
    const char *const environment[] = {setting, "VISUAL", "TMPDIR", NULL};
    struct pty_program *program = pty_program_start(&(struct pty_options){
        .argv = argv, .environment = environment, .width = 100, .height = 30});
    mem_free(setting);
    assert_true(pty_program_wait_text(program, "> What makes several voices"));
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

static void quit(struct pty_program *program)
{
    pty_program_press(program, "Ctrl-C");
    assert_true(pty_program_wait_text(program, "cleared"));
    pty_program_press(program, "Ctrl-D");
    assert_exits(program, 0);
}

static void motet_editor__has_the_keys__and_gives_them_back(void **state)
{
    (void)state;
    struct pty_program *program =
        start("echo your turn; read line; printf '%s' \"$line\" >");
    pty_program_press(program, "Ctrl-G");
    assert_true(pty_program_wait_text(program, "your turn"));
    pty_program_type(program, "from the editor");
    pty_program_press(program, "Enter");
    assert_true(pty_program_wait_text(program, "> from the editor"));
    assert_true(pty_program_wait_text(program, "┌ 1 sage"));
    pty_program_type(program, " and on");
    assert_true(pty_program_wait_text(program, "> from the editor and on"));
    quit(program);
}

static void motet_editor__ctrl_c__ends_the_editor_only(void **state)
{
    (void)state;
    struct pty_program *program = start("echo your turn; exec cat -");
    pty_program_press(program, "Ctrl-G");
    assert_true(pty_program_wait_text(program, "your turn"));
    pty_program_press(program, "Ctrl-C");
    assert_true(pty_program_wait_text(program, "the editor failed"));
    assert_true(pty_program_wait_text(program, "> What makes several voices"));
    quit(program);
}

static void motet_editor__ctrl_z__does_not_lose_it(void **state)
{
    (void)state;
    struct pty_program *program =
        start("echo your turn; read line; printf '%s' \"$line\" >");
    pty_program_press(program, "Ctrl-G");
    assert_true(pty_program_wait_text(program, "your turn"));
    pty_program_press(program, "Ctrl-Z");
    pty_program_type(program, "still there");
    pty_program_press(program, "Enter");
    assert_true(pty_program_wait_text(program, "> still there"));
    quit(program);
}

static void motet_editor__not_there__is_said(void **state)
{
    (void)state;
    struct pty_program *program = start("/no/such/editor");
    pty_program_press(program, "Ctrl-G");
    assert_true(pty_program_wait_text(program, "the editor failed"));
    quit(program);
}

static void motet_editor__sigterm__ends_both(void **state)
{
    (void)state;
    struct pty_program *program = start("echo your turn; exec cat -");
    pty_program_press(program, "Ctrl-G");
    assert_true(pty_program_wait_text(program, "your turn"));
    pty_program_signal(program, SIGTERM);
    assert_exits(program, 143);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(motet_editor__has_the_keys__and_gives_them_back),
        cmocka_unit_test(motet_editor__ctrl_c__ends_the_editor_only),
        cmocka_unit_test(motet_editor__ctrl_z__does_not_lose_it),
        cmocka_unit_test(motet_editor__not_there__is_said),
        cmocka_unit_test(motet_editor__sigterm__ends_both),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
