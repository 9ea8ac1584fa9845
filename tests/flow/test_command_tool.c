/* Tools that are commands, run on a loop: results, failures, limits, environment,
 * sandbox. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "src/base/compiler.h"
#include "src/base/mem.h"
#include "src/base/utf8.h"
#include "src/tool/command_tool.h"
#include "tests/support/loop_wait.h"

struct fixture {
    struct ev_loop *loop;
    struct command_host host;
    struct command_run *run;
    char *folder; /* of the test's own */
    size_t done_count;
    size_t progress_count;
    double progress;
    double progress_total;
    bool is_freed_in_progress;
    bool is_stopped_in_progress;
    /* Copied from the result. */
    enum tool_end end;
    char *text;
    char *note;
    bool is_cut;
};

static int set_up(void **state)
{
    struct fixture *fixture = mem_alloc(sizeof(*fixture));
    const char *base = getenv("TMPDIR");
    fixture->loop = ev_loop_new(EVFLAG_AUTO);
    fixture->folder = strbuf_format("%s/command-XXXXXX", base != NULL ? base : "/tmp");
    assert_non_null(mkdtemp(fixture->folder));
    *state = fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    char *fake = strbuf_format("%s/fake", fixture->folder);
    char *file = strbuf_format("%s/file", fixture->folder);
    command_run_free(fixture->run);
    sandbox_free(fixture->host.sandbox);
    assert_true(loop_is_idle(fixture->loop));
    ev_loop_destroy(fixture->loop);
    unlink(fake);
    unlink(file);
    rmdir(fixture->folder);
    mem_free(fake);
    mem_free(file);
    mem_free(fixture->folder);
    mem_free(fixture->text);
    mem_free(fixture->note);
    mem_free(fixture);
    return 0;
}

static void on_progress(void *user, const struct tool_progress *progress)
{
    struct fixture *fixture = user;
    fixture->progress_count++;
    fixture->progress = progress->done;
    fixture->progress_total = progress->total;
    mem_free(fixture->note);
    fixture->note = mem_strdup(progress->text);
    if (fixture->is_stopped_in_progress)
        command_run_stop(fixture->run);
    if (!fixture->is_freed_in_progress)
        return;
    command_run_free(fixture->run);
    fixture->run = NULL;
}

static void on_done(void *user, const struct tool_result *result)
{
    struct fixture *fixture = user;
    fixture->done_count++;
    fixture->end = result->end;
    assert_int_equal(strlen(result->text), result->len);
    assert_true(utf8_is_valid(result->text, result->len));
    fixture->text = mem_strndup(result->text, result->len);
    mem_free(fixture->note);
    fixture->note = mem_strdup(result->note);
    fixture->is_cut = result->is_cut;
    command_run_free(fixture->run);
    fixture->run = NULL;
}

static bool is_done(void *user)
{
    const struct fixture *fixture = user;
    return fixture->done_count > 0;
}

static bool has_progress(void *user)
{
    const struct fixture *fixture = user;
    return fixture->progress_count > 0;
}

static void start(struct fixture *fixture, struct command_tool *command,
                  const char *arguments)
{
    char name[] = "the_tool";
    char origin[] = "t.yaml";
    char empty[] = "";
    struct tool tool = {.source = TOOL_FROM_FILE,
                        .name = name,
                        .origin = origin,
                        .description = empty,
                        .schema = empty,
                        .command = command};
    const struct tool_handler handler = {on_progress, on_done, fixture};
    struct error err = {.class = ERROR_NONE};
    if (command->timeout_ms == 0)
        command->timeout_ms = 25000;
    if (command->output_max == 0)
        command->output_max = 100000;
    command->host = &fixture->host;
    fixture->run = command_run_start(fixture->loop, &tool, arguments, &handler, &err);
    assert_non_null(fixture->run);
    assert_int_equal(fixture->done_count, 0);
}

static void finish(struct fixture *fixture)
{
    assert_true(loop_wait(fixture->loop, is_done, fixture));
    assert_int_equal(fixture->done_count, 1);
}

/* Starts a line of shell as a tool; the shell is the test's, not the module's. */
static void start_shell(struct fixture *fixture, const char *line,
                        struct command_tool command)
{
    char shell[] = "sh";
    char flag[] = "-c";
    char *script = mem_strdup(line);
    char *argv[] = {shell, flag, script, NULL};
    command.argv = argv;
    start(fixture, &command, "{\"a\":1}");
    mem_free(script);
}

static void run_shell(struct fixture *fixture, const char *line,
                      struct command_tool command)
{
    start_shell(fixture, line, command);
    finish(fixture);
}

/* --- Results
 * ------------------------------------------------------------------------------
 */

static void command__gives__output_for_arguments(void **state)
{
    struct fixture *fixture = *state;
    run_shell(fixture, "cat; echo; echo note >&2", (struct command_tool){0});
    assert_int_equal(fixture->end, TOOL_END_OK);
    assert_string_equal(fixture->text, "{\"a\":1}");
    assert_string_equal(fixture->note, "note");
    assert_false(fixture->is_cut);
}

static void command__gives__an_empty_object_for_no_arguments(void **state)
{
    struct fixture *fixture = *state;
    char cat[] = "cat";
    char *argv[] = {cat, NULL};
    struct command_tool command = {.argv = argv};
    start(fixture, &command, " ");
    finish(fixture);
    assert_string_equal(fixture->text, "{}");
}

static void command__says__that_nothing_was_printed(void **state)
{
    struct fixture *fixture = *state;
    run_shell(fixture, ":", (struct command_tool){0});
    assert_int_equal(fixture->end, TOOL_END_OK);
    assert_string_equal(fixture->text, "(nothing was printed)");
}

static void command__other_exit_code__is_an_error_with_all_words(void **state)
{
    struct fixture *fixture = *state;
    run_shell(fixture, "echo half; echo 'no such city' >&2; exit 3",
              (struct command_tool){0});
    assert_int_equal(fixture->end, TOOL_END_ERROR);
    assert_string_equal(fixture->text,
                        "the_tool failed with exit code 3.\nWhat it printed:\nhalf\n"
                        "Standard error:\nno such city");
}

static void command__keeps__the_end_of_standard_error(void **state)
{
    struct fixture *fixture = *state;
    run_shell(fixture,
              "i=0; while [ $i -lt 3000 ]; do echo \"line $i\" >&2; i=$((i+1)); done; "
              "exit 1",
              (struct command_tool){0});
    assert_int_equal(fixture->end, TOOL_END_ERROR);
    assert_non_null(strstr(fixture->text, "line 2999"));
    assert_null(strstr(fixture->text, "line 1000"));
    assert_true(strlen(fixture->text) < 5000);
}

static void command__mends__what_is_not_text(void **state)
{
    struct fixture *fixture = *state;
    run_shell(fixture, "printf 'a\\377b\\000c\\303'", (struct command_tool){0});
    assert_string_equal(fixture->text, "a\xef\xbf\xbd"
                                       "b\xef\xbf\xbd"
                                       "c\xef\xbf\xbd");
}

static void command__signal__is_an_error(void **state)
{
    struct fixture *fixture = *state;
    run_shell(fixture, "kill -9 $$", (struct command_tool){0});
    assert_int_equal(fixture->end, TOOL_END_ERROR);
    assert_string_equal(fixture->text, "the_tool failed: it was ended by signal 9.");
}

static void command__that_is_not_there__is_a_fault(void **state)
{
    struct fixture *fixture = *state;
    char name[] = "no-such-command-anywhere";
    char *argv[] = {name, NULL};
    struct command_tool command = {.argv = argv};
    start(fixture, &command, "{}");
    finish(fixture);
    assert_int_equal(fixture->end, TOOL_END_FAULT);
    assert_non_null(strstr(fixture->text, "no-such-command-anywhere cannot be run"));
    assert_non_null(strstr(fixture->text, "t.yaml"));
}

static void command__in_no_directory__is_a_fault(void **state)
{
    struct fixture *fixture = *state;
    char directory[] = "/no/such/directory";
    run_shell(fixture, ":", (struct command_tool){.directory = directory});
    assert_int_equal(fixture->end, TOOL_END_FAULT);
    assert_non_null(strstr(fixture->text, "there is no directory /no/such/directory"));
}

/* --- Limits
 * -------------------------------------------------------------------------------
 */

static void command__too_slow__is_ended(void **state)
{
    struct fixture *fixture = *state;
    run_shell(fixture, "echo so far; sleep 60 & sleep 60",
              (struct command_tool){.timeout_ms = 300});
    assert_int_equal(fixture->end, TOOL_END_FAULT);
    assert_non_null(strstr(fixture->text, "had not finished after 300ms"));
    assert_non_null(strstr(fixture->text, "so far"));
}

static void command__too_much_output__is_cut(void **state)
{
    struct fixture *fixture = *state;
    run_shell(fixture, "while :; do echo äöü; done",
              (struct command_tool){.output_max = 1000});
    assert_int_equal(fixture->end, TOOL_END_FAULT);
    assert_true(fixture->is_cut);
    assert_non_null(strstr(fixture->text, "printed more than 1000 bytes"));
    assert_non_null(strstr(fixture->text, "äöü\näöü"));
    assert_non_null(strstr(fixture->text, "[cut here"));
    assert_true(strlen(fixture->text) < 1300);
}

static void command__that_reads_nothing__ends_all_the_same(void **state)
{
    struct fixture *fixture = *state;
    char true_word[] = "true";
    char *argv[] = {true_word, NULL};
    struct command_tool command = {.argv = argv};
    char *large = mem_alloc(1000001);
    memset(large, ' ', 1000000);
    large[0] = '{';
    large[999999] = '}';
    start(fixture, &command, large);
    finish(fixture);
    assert_int_equal(fixture->end, TOOL_END_OK);
    mem_free(large);
}

static void command_stop__ends__with_its_children(void **state)
{
    struct fixture *fixture = *state;
    fixture->is_stopped_in_progress = true;
    run_shell(fixture, "sleep 60 & echo 'progress 1 2 begun' >&2; sleep 60",
              (struct command_tool){0});
    assert_int_equal(fixture->end, TOOL_END_STOPPED);
    assert_non_null(strstr(fixture->text, "stopped by the person"));
}

static void command_free__tells__nothing(void **state)
{
    struct fixture *fixture = *state;
    start_shell(fixture, "sleep 60", (struct command_tool){0});
    command_run_free(fixture->run);
    fixture->run = NULL;
    assert_true(loop_is_idle(fixture->loop));
    assert_int_equal(fixture->done_count, 0);
}

/* --- Progress
 * ----------------------------------------------------------------------------
 */

static void command__lines_of_progress__are_told_and_left_out(void **state)
{
    struct fixture *fixture = *state;
    run_shell(fixture,
              "echo 'progress 1 4 one' >&2; echo 'progress x' >&2; "
              "printf 'progress 2.5' >&2; echo ' - half' >&2; exit 1",
              (struct command_tool){0});
    assert_int_equal(fixture->progress_count, 2);
    assert_true(fixture->progress > 2.4 && fixture->progress < 2.6);
    assert_true(fixture->progress_total < 0);
    assert_string_equal(fixture->note, "progress x");
}

static void command_free__is_allowed__while_progress_is_told(void **state)
{
    struct fixture *fixture = *state;
    fixture->is_freed_in_progress = true;
    start_shell(fixture, "echo 'progress 1 4' >&2; echo 'progress 2 4' >&2; sleep 60",
                (struct command_tool){0});
    assert_true(loop_wait(fixture->loop, has_progress, fixture));
    assert_int_equal(fixture->progress_count, 1);
    assert_int_equal(fixture->done_count, 0);
}

/* --- Environment
 * -----------------------------------------------------------------------------
 */

static void command__has__only_what_is_listed(void **state)
{
    struct fixture *fixture = *state;
    static const char *const keys[] = {"MY_PASSX", NULL};
    char one[] = "LISTED";
    char two[] = "MY_PASSX";
    char three[] = "NOT_THERE";
    char *names[] = {one, two, three, NULL};
    fixture->host.key_variables = keys;
    setenv("LISTED", "a b", 1);
    setenv("UNLISTED", "x", 1);
    setenv("OPENAI_API_KEY", "sk-x", 1);
    setenv("MY_PASSX", "sk-y", 1);
    run_shell(fixture,
              "echo \"$LISTED|$UNLISTED|$OPENAI_API_KEY|$MY_PASSX|${PATH:+path}\"",
              (struct command_tool){.variables = names});
    assert_string_equal(fixture->text, "a b||||path");
    unsetenv("LISTED");
    unsetenv("UNLISTED");
    unsetenv("OPENAI_API_KEY");
    unsetenv("MY_PASSX");
}

/* --- Sandbox
 * ------------------------------------------------------------------------------
 */

static void put_fake(struct fixture *fixture, const char *script)
{
    char *path = strbuf_format("%s/fake", fixture->folder);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(script, file);
    fclose(file);
    chmod(path, 0700);
    fixture->host.sandbox = sandbox_new(fixture->loop, path);
    mem_free(path);
}

static void assert_sandbox_text(struct command_tool *command, const char *expected)
{
    const struct tool tool = {.command = command};
    struct strbuf text;
    strbuf_init(&text, 1000);
    command_tool_sandbox_text(&tool, &text);
    assert_string_equal(strbuf_text(&text), expected);
    strbuf_clear(&text);
}

static void sandbox__asked_for_and_missing__refuses(void **state)
{
    struct fixture *fixture = *state;
    fixture->host.sandbox = sandbox_new(fixture->loop, "no-such-program");
    struct command_tool command = {.sandbox = SANDBOX_READ_ONLY};
    run_shell(fixture, "touch ran", command);
    assert_int_equal(fixture->end, TOOL_END_FAULT);
    assert_non_null(strstr(fixture->text,
                           "was not run: it asks for a sandbox, and bwrap is "
                           "not installed"));
    command.host = &fixture->host;
    assert_sandbox_text(&command,
                        "will not run: it wants a sandbox, and bwrap is not installed");
    command.is_sandbox_optional = true;
    assert_sandbox_text(&command, "none: bwrap is not installed");
    command.sandbox = SANDBOX_NONE;
    assert_sandbox_text(&command, "none: it may do what you may");
}

static void sandbox__optional_and_broken__is_left_out(void **state)
{
    struct fixture *fixture = *state;
    put_fake(fixture, "#!/bin/sh\necho 'bwrap: no permission' >&2; exit 1\n");
    run_shell(fixture, "echo ran",
              (struct command_tool){.sandbox = SANDBOX_NO_NETWORK,
                                    .is_sandbox_optional = true});
    assert_string_equal(fixture->text, "ran");
    assert_int_equal(sandbox_get_state(fixture->host.sandbox), SANDBOX_FAILS);
}

static void sandbox__runs__the_command_behind_its_walls(void **state)
{
    struct fixture *fixture = *state;
    put_fake(fixture, "#!/bin/sh\necho \"$@\"\n");
    struct command_tool command = {.sandbox = SANDBOX_READ_ONLY,
                                   .directory = fixture->folder,
                                   .host = &fixture->host};
    assert_sandbox_text(&command, "it cannot write, and has no network (will not "
                                  "run if bwrap does not work here)");
    run_shell(fixture, "ignored", command);
    assert_non_null(strstr(fixture->text, "--ro-bind / /"));
    assert_non_null(strstr(fixture->text, "--unshare-net"));
    assert_non_null(strstr(fixture->text, "--unshare-pid"));
    assert_non_null(strstr(fixture->text, "--die-with-parent --new-session"));
    assert_non_null(strstr(fixture->text, "/sh -c ignored"));
    assert_sandbox_text(&command, "it cannot write, and has no network");
    command.sandbox = SANDBOX_NO_NETWORK;
    assert_sandbox_text(&command, "it can write in its working directory only, "
                                  "and has no network");
}

static void sandbox__keeps__our_own_folder_from_being_written(void **state)
{
    struct fixture *fixture = *state;
    char *own = strbuf_format("%s/motet", fixture->folder);
    char *bind = strbuf_format("--bind %s %s --ro-bind %s %s", fixture->folder,
                               fixture->folder, own, own);
    char *before = mem_strdup(getenv("XDG_CONFIG_HOME"));
    assert_int_equal(mkdir(own, 0700), 0);
    setenv("XDG_CONFIG_HOME", fixture->folder, 1);
    put_fake(fixture, "#!/bin/sh\necho \"$@\"\n");
    run_shell(fixture, "ignored",
              (struct command_tool){.sandbox = SANDBOX_NO_NETWORK,
                                    .directory = fixture->folder});
    assert_non_null(strstr(fixture->text, bind));
    if (before != NULL)
        setenv("XDG_CONFIG_HOME", before, 1);
    rmdir(own);
    mem_free(before);
    mem_free(bind);
    mem_free(own);
}

static void sandbox__stopped_while_it_waits__is_stopped(void **state)
{
    struct fixture *fixture = *state;
    put_fake(fixture, "#!/bin/sh\nsleep 60\n");
    start_shell(fixture, "echo ran", (struct command_tool){.sandbox = SANDBOX_READ_ONLY});
    command_run_stop(fixture->run);
    finish(fixture);
    assert_int_equal(fixture->end, TOOL_END_STOPPED);
    assert_int_equal(sandbox_get_state(fixture->host.sandbox), SANDBOX_TRYING);
    assert_string_equal(fixture->text, "The call was stopped by the person.");
}

static void sandbox__freed_while_it_waits__tells_nothing(void **state)
{
    struct fixture *fixture = *state;
    put_fake(fixture, "#!/bin/sh\nsleep 60\n");
    start_shell(fixture, "echo ran", (struct command_tool){.sandbox = SANDBOX_READ_ONLY});
    command_run_free(fixture->run);
    fixture->run = NULL;
    assert_int_equal(fixture->done_count, 0);
}

static bool is_sandbox_known(void *user)
{
    const struct fixture *fixture = user;
    const enum sandbox_state state = sandbox_get_state(fixture->host.sandbox);
    return state != SANDBOX_UNTRIED && state != SANDBOX_TRYING;
}

/* Skips the test where there is no real bwrap. */
static void need_bwrap(struct fixture *fixture)
{
    fixture->host.sandbox = sandbox_new(fixture->loop, NULL);
    sandbox_try(fixture->host.sandbox);
    assert_true(loop_wait(fixture->loop, is_sandbox_known, fixture));
    if (sandbox_get_state(fixture->host.sandbox) == SANDBOX_WORKS)
        return;
    print_message("skipped: bwrap %s here\n",
                  sandbox_get_state(fixture->host.sandbox) == SANDBOX_MISSING
                      ? "is not installed"
                      : "does not work");
    skip();
}

static void bwrap__read_only__cannot_write(void **state)
{
    struct fixture *fixture = *state;
    need_bwrap(fixture);
    run_shell(fixture,
              "pwd; (echo > file) 2>/dev/null && echo written; "
              "(echo > /tmp/motet-test-file) 2>/dev/null && echo written; cat; exit 4",
              (struct command_tool){.sandbox = SANDBOX_READ_ONLY,
                                    .directory = fixture->folder});
    assert_int_equal(fixture->end, TOOL_END_ERROR);
    assert_non_null(strstr(fixture->text, "exit code 4"));
    assert_non_null(strstr(fixture->text, fixture->folder));
    assert_non_null(strstr(fixture->text, "{\"a\":1}"));
    assert_null(strstr(fixture->text, "written"));
}

static void bwrap__no_network__writes_in_its_directory_only(void **state)
{
    struct fixture *fixture = *state;
    need_bwrap(fixture);
    char *file = strbuf_format("%s/file", fixture->folder);
    run_shell(fixture,
              "echo here > file; (echo > /usr/outside) 2>/dev/null && echo outside; "
              "(echo > /var/tmp/motet-test) 2>/dev/null && echo outside; "
              "[ $(wc -l < /proc/net/dev) -le 3 ] && echo alone; kill -0 1 && echo one",
              (struct command_tool){.sandbox = SANDBOX_NO_NETWORK,
                                    .directory = fixture->folder});
    assert_int_equal(fixture->end, TOOL_END_OK);
    assert_string_equal(fixture->text, "alone\none");
    assert_int_equal(access(file, F_OK), 0);
    mem_free(file);
}

static void bwrap__timeout__ends_what_is_inside(void **state)
{
    struct fixture *fixture = *state;
    need_bwrap(fixture);
    run_shell(fixture, "sleep 60 & sleep 60; echo late",
              (struct command_tool){.sandbox = SANDBOX_READ_ONLY, .timeout_ms = 500});
    assert_int_equal(fixture->end, TOOL_END_FAULT);
    assert_null(strstr(fixture->text, "late"));
}

/* --- Words
 * -------------------------------------------------------------------------------
 */

static void command_describe__quotes__like_a_shell(void **state)
{
    (void)state;
    char one[] = "/usr/bin/my tool";
    char two[] = "--flag=1";
    char three[] = "it's";
    char four[] = "";
    char *argv[] = {one, two, three, four, NULL};
    struct command_tool command = {.argv = argv};
    const struct tool tool = {.command = &command};
    struct strbuf text;
    strbuf_init(&text, 1000);
    command_tool_describe(&tool, &text);
    assert_string_equal(strbuf_text(&text), "'/usr/bin/my tool' --flag=1 'it'\\''s' ''");
    strbuf_clear(&text);
}

#define COMMAND_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        COMMAND_TEST(command__gives__output_for_arguments),
        COMMAND_TEST(command__gives__an_empty_object_for_no_arguments),
        COMMAND_TEST(command__says__that_nothing_was_printed),
        COMMAND_TEST(command__other_exit_code__is_an_error_with_all_words),
        COMMAND_TEST(command__keeps__the_end_of_standard_error),
        COMMAND_TEST(command__mends__what_is_not_text),
        COMMAND_TEST(command__signal__is_an_error),
        COMMAND_TEST(command__that_is_not_there__is_a_fault),
        COMMAND_TEST(command__in_no_directory__is_a_fault),
        COMMAND_TEST(command__too_slow__is_ended),
        COMMAND_TEST(command__too_much_output__is_cut),
        COMMAND_TEST(command__that_reads_nothing__ends_all_the_same),
        COMMAND_TEST(command_stop__ends__with_its_children),
        COMMAND_TEST(command_free__tells__nothing),
        COMMAND_TEST(command__lines_of_progress__are_told_and_left_out),
        COMMAND_TEST(command_free__is_allowed__while_progress_is_told),
        COMMAND_TEST(command__has__only_what_is_listed),
        COMMAND_TEST(sandbox__asked_for_and_missing__refuses),
        COMMAND_TEST(sandbox__optional_and_broken__is_left_out),
        COMMAND_TEST(sandbox__runs__the_command_behind_its_walls),
        COMMAND_TEST(sandbox__keeps__our_own_folder_from_being_written),
        COMMAND_TEST(sandbox__stopped_while_it_waits__is_stopped),
        COMMAND_TEST(sandbox__freed_while_it_waits__tells_nothing),
        COMMAND_TEST(bwrap__read_only__cannot_write),
        COMMAND_TEST(bwrap__no_network__writes_in_its_directory_only),
        COMMAND_TEST(bwrap__timeout__ends_what_is_inside),
        cmocka_unit_test(command_describe__quotes__like_a_shell),
    };
    signal(SIGPIPE, SIG_IGN);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
