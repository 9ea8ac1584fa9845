/* motet run at a terminal: the line that says how far it is, and Ctrl-C. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <sys/wait.h>

#include "src/base/mem.h"
#include "src/base/strbuf.h"
#include "tests/support/pty_program.h"

static struct pty_program *start(const char *values, const char *model)
{
    const char *folder = getenv("MOTET_BUILDDIR");
    char *motet = strbuf_format("%s/motet", folder != NULL ? folder : ".");
    const char *const argv[] = {motet,  "run", "--no-config", "summarize_movie",
                                values, "-m",  model,         NULL};
    struct pty_program *program =
        pty_program_start(&(struct pty_options){.argv = argv, .width = 100});
    mem_free(motet);
    return program;
}

static void run__says_how_far_it_is__on_a_line_that_goes_away(void **state)
{
    struct pty_program *program = start("genre=a,b,c", "demo/echo?rate=0&ttft=1500");
    int status = -1;
    (void)state;
    assert_true(pty_program_wait_text(program, "0 of 3 done, 3 running"));
    assert_true(pty_program_wait_exit(program, &status));
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    assert_true(pty_program_has_text(program, "== C =="));
    assert_true(pty_program_has_text(program, "motet: 3 answered; in "));
    assert_false(pty_program_has_text(program, "running"));
    pty_program_free(program);
}

static void run__ends__at_ctrl_c(void **state)
{
    struct pty_program *program = start("genre=a,b,c", "demo/echo?ttft=60000");
    int status = -1;
    (void)state;
    assert_true(pty_program_wait_text(program, "0 of 3 done, 3 running"));
    pty_program_press(program, "Ctrl-C");
    assert_true(pty_program_wait_exit(program, &status));
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 130);
    assert_true(pty_program_has_text(program, "3 not run"));
    pty_program_free(program);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(run__says_how_far_it_is__on_a_line_that_goes_away),
    cmocka_unit_test(run__ends__at_ctrl_c),
};

int main(void)
{
    return cmocka_run_group_tests(tests, NULL, NULL);
}
