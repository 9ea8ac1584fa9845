/* Child processes on a loop of their own: what they say, how they end, what they get. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "src/base/mem.h"
#include "src/base/strbuf.h"
#include "src/proc/process.h"
#include "src/proc/process_fds.h"
#include "tests/support/loop_wait.h"

struct fixture {
    struct ev_loop *loop;
    struct process *process;
    bool is_done;
    bool is_freed_in_callback;
    /* Copied from the result. */
    struct error error;
    int exit_code;
    int signal;
    bool is_timed_out;
    bool is_output_cut;
    bool is_stopped;
    char *output;
    size_t output_len;
    char *errors;
    size_t streamed;     /* bytes seen by on_output */
    struct strbuf heard; /* of a stream */
    struct strbuf said;
    bool has_output_ended;
};

static int set_up(void **state)
{
    struct fixture *fixture = mem_alloc(sizeof(*fixture));
    fixture->loop = ev_loop_new(EVFLAG_AUTO);
    strbuf_init(&fixture->heard, STRBUF_OWN_MAX);
    strbuf_init(&fixture->said, STRBUF_OWN_MAX);
    *state = fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    process_free(fixture->process);
    assert_true(loop_is_idle(fixture->loop));
    ev_loop_destroy(fixture->loop);
    error_clear(&fixture->error);
    mem_free(fixture->output);
    mem_free(fixture->errors);
    strbuf_clear(&fixture->heard);
    strbuf_clear(&fixture->said);
    mem_free(fixture);
    return 0;
}

static void on_output(void *user, const char *bytes, size_t len)
{
    struct fixture *fixture = user;
    (void)bytes;
    fixture->streamed += len;
}

static void on_done(void *user, const struct process_result *result)
{
    struct fixture *fixture = user;
    assert_false(fixture->is_done);
    fixture->is_done = true;
    if (result->error.class != ERROR_NONE)
        error_set(&fixture->error, result->error.class, "%s", error_text(&result->error));
    fixture->exit_code = result->exit_code;
    fixture->signal = result->signal;
    fixture->is_timed_out = result->is_timed_out;
    fixture->is_output_cut = result->is_output_cut;
    fixture->is_stopped = result->is_stopped;
    fixture->output = mem_strndup(result->output, result->output_len);
    fixture->output_len = result->output_len;
    fixture->errors = mem_strndup(result->errors, result->errors_len);
    if (fixture->is_freed_in_callback) {
        process_free(fixture->process);
        fixture->process = NULL;
    }
}

static void start(struct fixture *fixture, struct process_options options)
{
    const struct process_handler handler = {on_output, on_done, fixture};
    struct error err = {ERROR_NONE, NULL};
    if (options.output_max == 0)
        options.output_max = 1 << 20;
    if (options.errors_max == 0)
        options.errors_max = 1000;
    fixture->process = process_start(fixture->loop, &options, &handler, &err);
    assert_non_null(fixture->process);
    assert_false(fixture->is_done);
}

static bool is_done(void *user)
{
    const struct fixture *fixture = user;
    return fixture->is_done;
}

static void finish(struct fixture *fixture)
{
    assert_true(loop_wait(fixture->loop, is_done, fixture));
}

/* Runs a line of shell; the shell is the test's, not the module's. */
static void run_shell(struct fixture *fixture, const char *line,
                      struct process_options options)
{
    const char *const argv[] = {"sh", "-c", line, NULL};
    options.argv = argv;
    start(fixture, options);
    finish(fixture);
}

static void process__brings_output_and_code__of_a_command(void **state)
{
    struct fixture *fixture = *state;
    run_shell(fixture, "echo out; echo err >&2; exit 7", (struct process_options){0});
    assert_string_equal(fixture->output, "out\n");
    assert_string_equal(fixture->errors, "err\n");
    assert_int_equal(fixture->exit_code, 7);
    assert_int_equal(fixture->signal, 0);
    assert_int_equal(fixture->streamed, 4);
}

static void process__takes_arguments__as_they_are(void **state)
{
    struct fixture *fixture = *state;
    const char *const argv[] = {"printf", "%s|", "$HOME", "a b", "`x`", "*", NULL};
    start(fixture, (struct process_options){.argv = argv});
    finish(fixture);
    assert_string_equal(fixture->output, "$HOME|a b|`x`|*|");
}

static void process__reads_its_input__larger_than_a_pipe(void **state)
{
    struct fixture *fixture = *state;
    const size_t len = 300000;
    char *text = mem_alloc(len + 1);
    memset(text, 'x', len);
    run_shell(fixture, "wc -c",
              (struct process_options){.input = text, .input_len = len});
    mem_free(text);
    assert_int_equal(strtol(fixture->output, NULL, 10), len);
}

static void process__goes_on__when_input_is_not_read(void **state)
{
    struct fixture *fixture = *state;
    const size_t len = 300000;
    char *text = mem_alloc(len + 1);
    run_shell(fixture, "exec 0<&-; echo done",
              (struct process_options){.input = text, .input_len = len});
    mem_free(text);
    assert_string_equal(fixture->output, "done\n");
    assert_int_equal(fixture->exit_code, 0);
}

static void process__sees_an_empty_input__where_none_is_given(void **state)
{
    struct fixture *fixture = *state;
    run_shell(fixture, "cat; echo end", (struct process_options){0});
    assert_string_equal(fixture->output, "end\n");
}

static void process__names_the_command__that_is_not_there(void **state)
{
    struct fixture *fixture = *state;
    const char *const argv[] = {"no-such-command-of-motet", NULL};
    start(fixture, (struct process_options){.argv = argv});
    finish(fixture);
    assert_int_equal(fixture->error.class, ERROR_USAGE);
    assert_string_equal(
        error_text(&fixture->error),
        "no-such-command-of-motet cannot be run: No such file or directory");
}

static void process__names_the_folder__that_is_not_there(void **state)
{
    struct fixture *fixture = *state;
    const char *const argv[] = {"true", NULL};
    start(fixture,
          (struct process_options){.argv = argv, .directory = "/no/such/folder"});
    finish(fixture);
    assert_int_equal(fixture->error.class, ERROR_USAGE);
}

static void process__is_killed__when_it_says_too_much(void **state)
{
    struct fixture *fixture = *state;
    run_shell(fixture, "yes", (struct process_options){.output_max = 10000});
    assert_true(fixture->is_output_cut);
    assert_int_equal(fixture->output_len, 10000);
    assert_int_equal(fixture->signal, SIGKILL);
}

static void process__is_bounded__in_its_complaints(void **state)
{
    struct fixture *fixture = *state;
    run_shell(fixture, "head -c 100000 /dev/zero | tr '\\0' e >&2; echo fine",
              (struct process_options){.errors_max = 50});
    assert_int_equal(strlen(fixture->errors), 50);
    assert_string_equal(fixture->output, "fine\n");
}

static void process__is_killed__at_its_deadline(void **state)
{
    struct fixture *fixture = *state;
    run_shell(fixture, "trap '' TERM; echo begun; while :; do sleep 1000; done",
              (struct process_options){.deadline_ms = 100});
    assert_true(fixture->is_timed_out);
    assert_int_equal(fixture->signal, SIGKILL);
}

static bool has_streamed(void *user)
{
    const struct fixture *fixture = user;
    return fixture->streamed > 0;
}

static void process__ends__when_it_is_stopped(void **state)
{
    struct fixture *fixture = *state;
    const char *const argv[] = {"sh", "-c", "echo begun; exec sleep 1000", NULL};
    start(fixture, (struct process_options){.argv = argv});
    assert_true(loop_wait(fixture->loop, has_streamed, fixture));
    process_stop(fixture->process);
    finish(fixture);
    assert_true(fixture->is_stopped);
    assert_int_equal(fixture->signal, SIGTERM);
}

/* True when no process of that number is left. */
static bool is_gone(void *user)
{
    const pid_t *pid = user;
    return kill(*pid, 0) != 0 && errno == ESRCH;
}

static void process__takes_its_group_along__when_it_ends(void **state)
{
    struct fixture *fixture = *state;
    /* The grandchild keeps the pipe open, and would for long. */
    run_shell(fixture, "sleep 1000 & echo $!", (struct process_options){0});
    const pid_t grandchild = (pid_t)strtol(fixture->output, NULL, 10);
    assert_true(grandchild > 1);
    assert_int_equal(fixture->exit_code, 0);
    /* Its death may take a moment; -1: it is over already. */
    struct pollfd end = {.fd = process_fds_open_process(grandchild), .events = POLLIN};
    assert_true(end.fd < 0 || poll(&end, 1, 10000) == 1);
    close(end.fd);
}

static void process__leaves_nothing__when_it_is_freed(void **state)
{
    struct fixture *fixture = *state;
    const char *const argv[] = {"sh", "-c", "echo begun; sleep 1000; :", NULL};
    start(fixture, (struct process_options){.argv = argv});
    assert_true(loop_wait(fixture->loop, has_streamed, fixture));
    pid_t pid = (pid_t)process_get_pid(fixture->process);
    process_free(fixture->process);
    fixture->process = NULL;
    assert_true(is_gone(&pid));
    assert_false(fixture->is_done);
}

static void collect_errors(void *user, const char *bytes, size_t len)
{
    struct fixture *fixture = user;
    strbuf_append(&fixture->said, bytes, len);
}

static void collect_output(void *user, const char *bytes, size_t len)
{
    struct fixture *fixture = user;
    strbuf_append(&fixture->heard, bytes, len);
    fixture->has_output_ended = fixture->has_output_ended || len == 0;
    if (fixture->is_freed_in_callback) {
        process_free(fixture->process);
        fixture->process = NULL;
    }
}

static void start_stream(struct fixture *fixture, const char *line)
{
    const char *const argv[] = {"sh", "-c", line, NULL};
    const struct process_options options = {.argv = argv,
                                            .is_stream = true,
                                            .input_max = 100000,
                                            .on_errors = collect_errors};
    const struct process_handler handler = {collect_output, on_done, fixture};
    struct error err = {ERROR_NONE, NULL};
    fixture->process = process_start(fixture->loop, &options, &handler, &err);
    assert_non_null(fixture->process);
}

static bool has_heard(void *user)
{
    const struct fixture *fixture = user;
    return fixture->process == NULL || fixture->heard.len > 0;
}

/* Between the end of the process and that of its pipes. */
static void process__leaves_no_grandchild__when_it_is_freed_late(void **state)
{
    struct fixture *fixture = *state;
    start_stream(fixture, "sleep 1000 & echo $!");
    assert_true(loop_wait(fixture->loop, has_heard, fixture));
    const pid_t grandchild = (pid_t)strtol(strbuf_text(&fixture->heard), NULL, 10);
    assert_true(grandchild > 1);
    pid_t pid = (pid_t)process_get_pid(fixture->process);
    assert_true(loop_wait(fixture->loop, is_gone, &pid));
    assert_false(fixture->is_done);
    process_free(fixture->process);
    fixture->process = NULL;
    struct pollfd end = {.fd = process_fds_open_process(grandchild), .events = POLLIN};
    const bool is_over = end.fd < 0 || poll(&end, 1, 10000) == 1;
    kill(grandchild, SIGKILL);
    close(end.fd);
    assert_true(is_over);
}

static void process__may_be_freed__from_its_callback(void **state)
{
    struct fixture *fixture = *state;
    fixture->is_freed_in_callback = true;
    run_shell(fixture, "echo x", (struct process_options){0});
    assert_null(fixture->process);
}

static void process__inherits__no_descriptor(void **state)
{
    struct fixture *fixture = *state;
    const int leaky = open("/dev/null", O_RDONLY);
    const int high = fcntl(leaky, F_DUPFD, 200);
    run_shell(fixture,
              "for fd in /proc/self/fd/*; do n=${fd##*/}; "
              "[ $n -gt 9 ] && echo $n; done; :",
              (struct process_options){0});
    close(leaky);
    close(high);
    assert_string_equal(fixture->output, "");
}

static void process__has_no_keys__in_its_environment(void **state)
{
    struct fixture *fixture = *state;
    setenv("MOTET_TEST_API_KEY", "sk-secret", 1);
    setenv("MOTET_TEST_OTHER", "kept", 1);
    static const char *const added[] = {"MOTET_ADDED=yes", NULL};
    run_shell(fixture, "env | grep MOTET_ | sort",
              (struct process_options){.variables = added});
    assert_null(strstr(fixture->output, "sk-secret"));
    assert_non_null(strstr(fixture->output, "MOTET_ADDED=yes\n"));
    assert_non_null(strstr(fixture->output, "MOTET_TEST_OTHER=kept\n"));
}

static void process__has_no_keys__that_a_person_has_named(void **state)
{
    struct fixture *fixture = *state;
    setenv("MOTET_WORK_PASSX", "sk-secret", 1);
    setenv("MOTET_WORK_PASSX_OTHER", "kept", 1);
    static const char *const named[] = {"ELSE", "MOTET_WORK_PASSX", NULL};
    run_shell(fixture, "env | grep MOTET_WORK | sort",
              (struct process_options){.key_variables = named});
    assert_string_equal(fixture->output, "MOTET_WORK_PASSX_OTHER=kept\n");
    unsetenv("MOTET_WORK_PASSX");
    unsetenv("MOTET_WORK_PASSX_OTHER");
}

static void process__has_little__in_a_minimal_environment(void **state)
{
    struct fixture *fixture = *state;
    setenv("MOTET_TEST_OTHER", "kept", 1);
    run_shell(fixture, "env",
              (struct process_options){.environment = PROCESS_ENVIRONMENT_MINIMAL});
    assert_null(strstr(fixture->output, "MOTET_TEST_OTHER"));
    assert_non_null(strstr(fixture->output, "PATH="));
}

static void process__has_default_signals__whatever_ours_are(void **state)
{
    struct fixture *fixture = *state;
    /* We ignore SIGPIPE; a command at the head of a pipeline must not. */
    run_shell(fixture, "kill -PIPE $$; echo survived", (struct process_options){0});
    assert_string_equal(fixture->output, "");
    assert_int_equal(fixture->signal, SIGPIPE);
}

static void process__is_told_apart__on_two_loops(void **state)
{
    struct fixture *first = *state;
    void *other;
    set_up(&other);
    struct fixture *second = other;
    const char *const three[] = {"sh", "-c", "exit 3", NULL};
    const char *const four[] = {"sh", "-c", "exit 4", NULL};
    start(first, (struct process_options){.argv = three});
    start(second, (struct process_options){.argv = four});
    finish(second);
    finish(first);
    assert_int_equal(first->exit_code, 3);
    assert_int_equal(second->exit_code, 4);
    tear_down(&other);
}

static bool has_heard_all(void *user)
{
    const struct fixture *fixture = user;
    return strstr(strbuf_text(&fixture->heard), "all") != NULL;
}

static void stream__is_written_to__as_there_is_something(void **state)
{
    struct fixture *fixture = *state;
    start_stream(fixture, "read a; echo \"$a\"; read b; echo \"$b\" >&2; cat");
    assert_true(process_write(fixture->process, "one\n", 4));
    assert_true(loop_wait(fixture->loop, has_heard, fixture));
    assert_string_equal(strbuf_text(&fixture->heard), "one\n");
    assert_true(process_write(fixture->process, "two\nthat is ", 12));
    assert_true(process_write(fixture->process, "all", 3));
    assert_true(loop_wait(fixture->loop, has_heard_all, fixture));
    process_end_input(fixture->process);
    assert_false(process_write(fixture->process, "more", 4));
    finish(fixture);
    assert_string_equal(strbuf_text(&fixture->heard), "one\nthat is all");
    assert_string_equal(strbuf_text(&fixture->said), "two\n");
    assert_int_equal(fixture->exit_code, 0);
    assert_int_equal(fixture->output_len, 0);
}

static void stream__refuses_bytes__when_too_many_wait(void **state)
{
    struct fixture *fixture = *state;
    start_stream(fixture, "exec sleep 1000");
    char bytes[60000] = "";
    assert_true(process_write(fixture->process, bytes, sizeof(bytes)));
    assert_false(process_write(fixture->process, bytes, sizeof(bytes)));
    assert_true(process_write(fixture->process, bytes, 10));
}

static bool has_output_ended(void *user)
{
    const struct fixture *fixture = user;
    return fixture->has_output_ended;
}

static void stream__tells_the_end_of_its_output__while_it_lives(void **state)
{
    struct fixture *fixture = *state;
    start_stream(fixture, "exec 1>&-; exec sleep 1000");
    assert_true(loop_wait(fixture->loop, has_output_ended, fixture));
    assert_false(fixture->is_done);
    process_stop(fixture->process);
    finish(fixture);
    assert_int_equal(fixture->signal, SIGTERM);
}

static void stream__may_be_freed__by_what_hears_it(void **state)
{
    struct fixture *fixture = *state;
    fixture->is_freed_in_callback = true;
    start_stream(fixture, "echo x; exec sleep 1000");
    assert_true(loop_wait(fixture->loop, has_heard, fixture));
    assert_null(fixture->process);
    assert_false(fixture->is_done);
}

static void process__has_a_variable_once__that_is_set_anew(void **state)
{
    struct fixture *fixture = *state;
    static const char *const added[] = {"HOME=/elsewhere", NULL};
    run_shell(fixture, "env | grep ^HOME=",
              (struct process_options){.environment = PROCESS_ENVIRONMENT_MINIMAL,
                                       .variables = added});
    assert_string_equal(fixture->output, "HOME=/elsewhere\n");
}

int main(void)
{
    signal(SIGPIPE, SIG_IGN);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(process__brings_output_and_code__of_a_command,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(process__takes_arguments__as_they_are, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(process__reads_its_input__larger_than_a_pipe,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(process__goes_on__when_input_is_not_read, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(process__sees_an_empty_input__where_none_is_given,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(process__names_the_command__that_is_not_there,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(process__names_the_folder__that_is_not_there,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(process__is_killed__when_it_says_too_much, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(process__is_bounded__in_its_complaints, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(process__is_killed__at_its_deadline, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(process__ends__when_it_is_stopped, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(process__takes_its_group_along__when_it_ends,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(process__leaves_nothing__when_it_is_freed, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(
            process__leaves_no_grandchild__when_it_is_freed_late, set_up, tear_down),
        cmocka_unit_test_setup_teardown(process__may_be_freed__from_its_callback, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(process__inherits__no_descriptor, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(process__has_no_keys__in_its_environment, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(process__has_no_keys__that_a_person_has_named,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(process__has_little__in_a_minimal_environment,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(process__has_default_signals__whatever_ours_are,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(process__is_told_apart__on_two_loops, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(stream__is_written_to__as_there_is_something,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(stream__refuses_bytes__when_too_many_wait, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(
            stream__tells_the_end_of_its_output__while_it_lives, set_up, tear_down),
        cmocka_unit_test_setup_teardown(stream__may_be_freed__by_what_hears_it, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(process__has_a_variable_once__that_is_set_anew,
                                        set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
