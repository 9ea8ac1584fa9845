/* The linear front end by a pipe: prompts, commands, what is announced, exit codes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "src/base/mem.h"
#include "src/base/path.h"
#include "src/base/strbuf.h"
#include "tests/support/cli_world.h"

/* Runs the demo's models with these lines as input; fails the test for another exit code.
 * Caller frees the output. */
static char *talk(struct cli_world *world, const char *args, const char *input, int code)
{
    const struct child_options options = {.input = CHILD_INPUT_TEXT, .text = input};
    struct child_program *child = cli_run(world, args, &options);
    cli_assert_code(child, code);
    char *output = mem_strdup(strbuf_text(&child->out));
    child_free(child);
    return output;
}

static void assert_has(const char *output, const char *text)
{
    if (strstr(output, text) == NULL)
        fail_msg("\"%s\" is not in:\n%s", text, output);
}

#define ECHO "--plain|-m|demo/echo?rate=0&ttft=0|--tools|"
#define TWO  "--plain|-m|demo/echo?rate=0&ttft=0,demo/echo?rate=0&ttft=0|--tools|"

static void plain__prompt__is_answered_and_announced(void **state)
{
    char *output = talk(*state, ECHO, "good morning\n", 0);
    assert_has(output, "pane 1: echo\n");
    assert_has(output, "good morning");
    assert_has(output, "\necho: done, ");
    assert_has(output, " tokens, ");
    assert_null(strchr(output, '\033'));
    assert_null(strchr(output, '\r'));
    mem_free(output);
}

static void plain__several_models__are_read_one_after_the_other(void **state)
{
    char *output = talk(*state, TWO, "first words\\\nsecond words\n", 0);
    const char *one = strstr(output, "\necho:\n");
    const char *one_end = strstr(output, "\necho: done, ");
    const char *other = strstr(output, "\necho (2):\n");
    const char *other_end = strstr(output, "\necho (2): done, ");
    assert_true(one != NULL && one_end != NULL && other != NULL && other_end != NULL);
    assert_true(one_end < other || other_end < one);
    assert_has(output, "second words");
    mem_free(output);
}

static void plain__to__chooses_targets(void **state)
{
    char *output = talk(*state, TWO, ":to 2\nonly you\n:panes\n:to 7\n", 0);
    assert_has(output, "the next prompt goes to: echo (2)\n");
    assert_has(output, "\necho (2): done, ");
    assert_null(strstr(output, "\necho: done, "));
    assert_has(output, "pane 1: echo, ready\n");
    assert_has(output, "there is no pane 7; :panes lists them\n");
    mem_free(output);
}

static void plain__race__says_the_phases__of_each_pane(void **state)
{
    char *output = talk(*state, TWO, ":race\n:to 2\nonly you\n:race\n", 0);
    assert_has(output, "pane 1: echo, nothing yet\npane 2: echo (2), nothing yet\n");
    assert_has(output, "pane 2: echo (2), ");
    assert_has(output, "running after ");
    mem_free(output);
}

static void plain__unknown_command__suggests(void **state)
{
    char *output = talk(*state, ECHO, ":retyr\n:xyzzyplugh\n::colon\n", 0);
    assert_has(output, "there is no command :retyr; did you mean :retry?\n");
    assert_has(output, "there is no command :xyzzyplugh; :help lists them\n");
    assert_has(output, ":colon");
    mem_free(output);
}

static void plain__quit__ends_at_once(void **state)
{
    char *output = talk(*state, ECHO, ":quit\nnever read\n", 0);
    assert_null(strstr(output, "never read"));
    mem_free(output);
}

static void plain__open_model_close__change_the_panes(void **state)
{
    char *output = talk(*state, ECHO,
                        ":open demo/sage\n:model demo/coder 2\n:model nobody/x\n"
                        ":close 1\n:panes\n",
                        0);
    assert_has(output, "pane 2: sage\n");
    assert_has(output, "pane 2 is coder now\n");
    assert_has(output, "nobody");
    assert_has(output, "pane 1: coder, ready, target\n");
    mem_free(output);
}

static void plain__models__lists_those_of_the_services(void **state)
{
    char *output = talk(*state, ECHO, ":models\n", 0);
    assert_has(output, "demo/sage\n");
    mem_free(output);
}

static void plain__save_from_a_pipe__is_refused(void **state)
{
    char *output = talk(*state, ECHO, ":save /tmp/never-written\n:find\n:find x\n", 0);
    assert_has(output, "not written: :save is for a person at a terminal\n");
    assert_has(output, ":find takes the words to look for\n");
    assert_has(output, "no last answer has these words\n");
    mem_free(output);
}

static void plain__read_without_an_answer__says_so(void **state)
{
    char *output = talk(*state, TWO, ":read 1\n:reasoning 2\n", 0);
    assert_has(output, "echo: there is no answer to read\n");
    assert_has(output, "echo (2): there is no reasoning to read\n");
    mem_free(output);
}

static void plain__failed_answer__is_told_and_gives_its_exit_code(void **state)
{
    char *output =
        talk(*state, "--plain|--retries|0|-m|demo/down|--tools|", "hello\n", 6);
    assert_has(output, "down: failed: ");
    mem_free(output);
}

static void plain__tool_call__is_denied_where_nobody_is_asked(void **state)
{
    char *output = talk(*state, "--plain|-m|demo/tools?rate=0&ttft=0|--tools|get_weather",
                        "the weather in Oslo\n", 0);
    assert_has(output, "tools: tool get_weather ");
    assert_has(output, ": denied");
    mem_free(output);
}

static void plain__words__are_the_first_prompt(void **state)
{
    char *output = talk(*state, ECHO "|hello|world", "", 0);
    assert_has(output, "hello world");
    assert_has(output, "echo: done, ");
    mem_free(output);
}

/* The page has a row for each command that :help lists. */
static void guide_plain__names__every_command(void **state)
{
    char *output = talk(*state, ECHO, ":help\n", 0);
    const char *top = getenv("MOTET_SRCDIR");
    char *path = strbuf_format("%s/docs/guide/plain.md", top != NULL ? top : ".");
    struct strbuf page;
    size_t count = 0;
    strbuf_init(&page, (size_t)1 << 20);
    assert_true(path_read_file(path, &page, NULL));
    for (const char *at = output; (at = strstr(at, "\n:")) != NULL; count++) {
        const char *help = strstr(at, ": ") + 2;
        char *wanted = strbuf_format("| %.*s |", (int)strcspn(help, "\n"), help);
        char *name = strbuf_format("| `%.*s", (int)strcspn(at + 1, " \n"), at + 1);
        name[strcspn(name + 4, ":") + 4] = '\0';
        assert_has(strbuf_text(&page), wanted);
        assert_has(strbuf_text(&page), name);
        mem_free(wanted);
        mem_free(name);
        at++;
    }
    assert_true(count >= 12);
    strbuf_clear(&page);
    mem_free(path);
    mem_free(output);
}

#define TEST(function)                                                                   \
    cmocka_unit_test_setup_teardown(function, cli_world_setup, cli_world_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(plain__prompt__is_answered_and_announced),
        TEST(plain__several_models__are_read_one_after_the_other),
        TEST(plain__to__chooses_targets),
        TEST(plain__unknown_command__suggests),
        TEST(plain__quit__ends_at_once),
        TEST(plain__race__says_the_phases__of_each_pane),
        TEST(plain__open_model_close__change_the_panes),
        TEST(plain__models__lists_those_of_the_services),
        TEST(plain__save_from_a_pipe__is_refused),
        TEST(plain__read_without_an_answer__says_so),
        TEST(plain__failed_answer__is_told_and_gives_its_exit_code),
        TEST(plain__tool_call__is_denied_where_nobody_is_asked),
        TEST(plain__words__are_the_first_prompt),
        TEST(guide_plain__names__every_command),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
