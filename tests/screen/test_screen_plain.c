/*
 * The linear front end in a pseudo-terminal: what a person types and hears, Ctrl-C,
 * questions about tools, and that nothing moves the cursor.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/support/pty_program.h"

static struct pty_program *start(const char *const *args, const char *setting)
{
    static char path[1024];
    const char *folder = getenv("MOTET_BUILDDIR");
    snprintf(path, sizeof(path), "%s/motet", folder != NULL ? folder : ".");
    const char *argv[10] = {path};
    for (size_t i = 0; i < 8 && args[i] != NULL; i++)
        argv[i + 1] = args[i];
    const char *const environment[] = {setting, NULL};
    struct pty_program *program = pty_program_start(&(struct pty_options){
        .argv = argv, .environment = environment, .width = 80, .height = 50});
    assert_true(pty_program_wait_text(program, "A line is a prompt"));
    assert_true(pty_program_wait_text(program, ">"));
    return program;
}

static struct pty_program *start_model(const char *model)
{
    const char *const args[] = {"--plain", "-m", model, "--tools", "get_weather", NULL};
    return start(args, NULL);
}

/* Ends it with :quit; nothing that it wrote obeyed more than line ends. */
static void end(struct pty_program *program)
{
    int status = 0;
    size_t len;
    pty_program_type(program, ":quit\r");
    assert_true(pty_program_wait_exit(program, &status));
    assert_int_equal(WEXITSTATUS(status), 0);
    assert_true(pty_program_is_restored(program));
    const char *output = pty_program_get_output(program, &len);
    assert_null(memchr(output, '\033', len));
    assert_null(memchr(output, '\b', len));
    pty_program_free(program);
}

static void plain__session__needs_no_cursor(void **state)
{
    (void)state;
    struct pty_program *program = start_model("demo/echo?rate=0&ttft=0");
    pty_program_type(program, "good morning\r");
    assert_true(pty_program_wait_text(program, "echo: done, "));
    pty_program_type(program, ":panes\r");
    assert_true(pty_program_wait_text(program, "pane 1: echo, ready, target"));
    end(program);
}

static void plain__find_and_save__act_on_the_answer(void **state)
{
    (void)state;
    char folder[] = "/tmp/motet-plain-XXXXXX";
    char path[64];
    char line[96];
    char read[64] = "";
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof(path), "%s/answer", folder);
    struct pty_program *program = start_model("demo/echo?rate=0&ttft=0");
    pty_program_type(program, "good morning\r");
    assert_true(pty_program_wait_text(program, "echo: done, "));
    pty_program_type(program, ":find MORN\r");
    assert_true(pty_program_wait_text(program, "echo, line 1: good morning"));
    snprintf(line, sizeof(line), ":save %s\r", path);
    pty_program_type(program, line);
    assert_true(pty_program_wait_text(program, "wrote the answer of echo to"));
    snprintf(line, sizeof(line), ":save 1 %s\r", path);
    pty_program_type(program, line);
    assert_true(pty_program_wait_text(program, "not written: "));
    end(program);
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    assert_non_null(fgets(read, sizeof(read), file));
    assert_int_equal(fclose(file), 0);
    assert_string_equal(read, "good morning\n");
    assert_int_equal(unlink(path), 0);
    assert_int_equal(rmdir(folder), 0);
}

static void plain__accessible__is_enough(void **state)
{
    (void)state;
    static const char *const args[] = {"demo", "--panes", "2", NULL};
    struct pty_program *program = start(args, "ACCESSIBLE=1");
    assert_true(pty_program_has_text(program, "pane 2: coder"));
    end(program);
}

static void plain__dumb_terminal__is_enough(void **state)
{
    (void)state;
    static const char *const args[] = {"-m", "demo/echo?rate=0&ttft=0", NULL};
    struct pty_program *program = start(args, "TERM=dumb");
    end(program);
}

static void plain__ctrl_c__stops_and_twice_quits(void **state)
{
    (void)state;
    int status = 0;
    struct pty_program *program = start_model("demo/sage?rate=5");
    pty_program_type(program, "tell me all\r");
    assert_true(pty_program_wait_text(program, "tell me all"));
    pty_program_type(program, ":panes\r");
    assert_true(pty_program_wait_text(program, "pane 1: sage, "));
    pty_program_press(program, "Ctrl-C");
    assert_true(pty_program_wait_text(program, "stopped; what had come is kept"));
    assert_true(pty_program_wait_text(program, "sage: stopped"));
    pty_program_press(program, "Ctrl-C");
    assert_true(pty_program_wait_text(program, "press Ctrl-C again to quit"));
    pty_program_press(program, "Ctrl-C");
    assert_true(pty_program_wait_exit(program, &status));
    assert_int_equal(WEXITSTATUS(status), 0);
    pty_program_free(program);
}

static void plain__tool_call__is_asked_about_and_answered(void **state)
{
    (void)state;
    struct pty_program *program = start_model("demo/tools?rate=0&ttft=0");
    pty_program_type(program, "the weather in Oslo\r");
    assert_true(pty_program_wait_text(program, " wants to call get_weather"));
    assert_true(pty_program_wait_text(program, "n no, n REASON:"));
    pty_program_type(program, "maybe\r");
    assert_true(pty_program_wait_text(program, "y, s, a, n, or n and a reason:"));
    pty_program_type(program, "y\r");
    assert_true(pty_program_wait_text(program, "tools: tool get_weather: done in"));
    assert_true(pty_program_wait_text(program, "tools: done, "));
    end(program);
}

static void plain__ctrl_d__quits(void **state)
{
    (void)state;
    int status = 0;
    struct pty_program *program = start_model("demo/echo?rate=0&ttft=0");
    pty_program_type(program, "\004");
    assert_true(pty_program_wait_exit(program, &status));
    assert_int_equal(WEXITSTATUS(status), 0);
    pty_program_free(program);
}

static void say_line(struct pty_program *program, const char *line, const char *awaited)
{
    pty_program_type(program, line);
    pty_program_type(program, "\r");
    assert_true(pty_program_wait_text(program, awaited));
}

static void plain__branches__are_listed_and_gone_to(void **state)
{
    (void)state;
    const char *const args[] = {"--plain", "-m", "demo/echo?rate=0&ttft=0", NULL};
    struct pty_program *program = start(args, NULL);
    say_line(program, "alpha", "echo: done, 1 tokens");
    say_line(program, ":edit 1 gamma delta", "echo: done, 2 tokens");
    say_line(program, ":branches", "1: prompt, branch 2 of 2: gamma delta");
    say_line(program, ":branch 1", "1: prompt, branch 1 of 2: alpha");
    say_line(program, ":branch 9", "there is no such branch; :branches lists them");
    say_line(program, ":edit 2 mine", "echo: goes on from the edited answer");
    say_line(program, ":branches", "2: edited answer, branch 2 of 2: mine");
    say_line(program, ":branch 2 1", "2: answer, branch 1 of 2: alpha");
    say_line(program, ":fork 1", "pane 2: echo");
    say_line(program, ":fork", "this is done in one pane: say which with :to N");
    end(program);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plain__branches__are_listed_and_gone_to),
        cmocka_unit_test(plain__session__needs_no_cursor),
        cmocka_unit_test(plain__find_and_save__act_on_the_answer),
        cmocka_unit_test(plain__accessible__is_enough),
        cmocka_unit_test(plain__dumb_terminal__is_enough),
        cmocka_unit_test(plain__ctrl_c__stops_and_twice_quits),
        cmocka_unit_test(plain__tool_call__is_asked_about_and_answered),
        cmocka_unit_test(plain__ctrl_d__quits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
