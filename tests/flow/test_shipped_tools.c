/*
 * The tools that come with Motet, each run as a call runs it, from its own file: what it
 * gives, and where it refuses to go.
 */
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
#include "src/base/json.h"
#include "src/base/mem.h"
#include "src/base/path.h"
#include "src/tool/schema_check.h"
#include "src/tool/tool_file.h"
#include "src/tool/tool_places.h"
#include "tests/support/loop_wait.h"

struct fixture {
    struct ev_loop *loop;
    struct command_host host;
    struct tool_places places;
    struct tool_set set;
    char *folder; /* the working directory of the tools */
    char *inside;
    char *outside;
    struct command_run *run;
    bool is_done;
    enum tool_end end;
    char *text;
};

static char *in_folder(const struct fixture *fixture, const char *name)
{
    return strbuf_format("%s/%s", fixture->folder, name);
}

static int set_up(void **state)
{
    struct fixture *fixture = mem_alloc(sizeof(*fixture));
    const char *build = getenv("MOTET_BUILDDIR");
    const char *base = getenv("TMPDIR");
    char *program = strbuf_format("%s/motet", build != NULL ? build : ".");
    struct tool_problems problems = {0};
    fixture->loop = ev_loop_new(EVFLAG_AUTO);
    tool_places_init(&fixture->places, program);
    assert_non_null(fixture->places.helper_folder);
    tool_set_init(&fixture->set);
    tool_set_read_places(&fixture->set, &fixture->places, &fixture->host, &problems);
    assert_int_equal(problems.len, 0);
    fixture->folder = strbuf_format("%s/shipped-XXXXXX", base != NULL ? base : "/tmp");
    assert_non_null(mkdtemp(fixture->folder));
    fixture->inside = in_folder(fixture, "work");
    fixture->outside = in_folder(fixture, "outside.txt");
    assert_int_equal(mkdir(fixture->inside, 0700), 0);
    mem_free(program);
    *state = fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    /* The folder goes with the home of the test. */
    command_run_free(fixture->run);
    sandbox_free(fixture->host.sandbox);
    tool_set_clear(&fixture->set);
    tool_places_clear(&fixture->places);
    assert_true(loop_is_idle(fixture->loop));
    ev_loop_destroy(fixture->loop);
    mem_free(fixture->inside);
    mem_free(fixture->outside);
    mem_free(fixture->folder);
    mem_free(fixture->text);
    mem_free(fixture);
    return 0;
}

static void put(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static void put_inside(struct fixture *fixture, const char *name, const char *text)
{
    char *path = strbuf_format("%s/%s", fixture->inside, name);
    put(path, text);
    mem_free(path);
}

static void link_inside(struct fixture *fixture, const char *target, const char *name)
{
    char *path = strbuf_format("%s/%s", fixture->inside, name);
    assert_int_equal(symlink(target, path), 0);
    mem_free(path);
}

static void assert_file(const char *folder, const char *name, const char *expected)
{
    char *path = strbuf_format("%s/%s", folder, name);
    struct strbuf text;
    struct error err = {.class = ERROR_NONE};
    strbuf_init(&text, 100000);
    if (!path_read_file(path, &text, &err))
        fail_msg("%s", error_text(&err));
    assert_string_equal(strbuf_text(&text), expected);
    strbuf_clear(&text);
    mem_free(path);
}

static void on_done(void *user, const struct tool_result *result)
{
    struct fixture *fixture = user;
    fixture->is_done = true;
    fixture->end = result->end;
    mem_free(fixture->text);
    fixture->text = mem_strndup(result->text, result->len);
    command_run_free(fixture->run);
    fixture->run = NULL;
}

static bool is_done(void *user)
{
    const struct fixture *fixture = user;
    return fixture->is_done;
}

/* Runs a tool in the test's folder; its arguments must fit its schema. */
static const char *call(struct fixture *fixture, const char *name, const char *arguments)
{
    struct tool *tool = tool_set_find(&fixture->set, name);
    const struct tool_handler handler = {.on_done = on_done, .user = fixture};
    struct strbuf why;
    assert_non_null(tool);
    strbuf_init(&why, 10000);
    if (!schema_check(tool->schema, arguments, &why))
        fail_msg("%s: %s", name, strbuf_text(&why));
    strbuf_clear(&why);
    mem_free(tool->command->directory);
    tool->command->directory = mem_strdup(fixture->inside);
    fixture->is_done = false;
    fixture->run = command_run_start(fixture->loop, tool, arguments, &handler, NULL);
    assert_true(loop_wait(fixture->loop, is_done, fixture));
    return fixture->text;
}

static void assert_gives(struct fixture *fixture, const char *name, const char *arguments,
                         const char *expected)
{
    assert_string_equal(call(fixture, name, arguments), expected);
    assert_int_equal(fixture->end, TOOL_END_OK);
}

/* The call fails, with these words. */
static void assert_fails(struct fixture *fixture, const char *name, const char *arguments,
                         const char *words)
{
    const char *text = call(fixture, name, arguments);
    if (fixture->end != TOOL_END_ERROR || strstr(text, words) == NULL)
        fail_msg("%s %s: %s", name, arguments, text);
}

static void shipped__are__all_there_and_good(void **state)
{
    struct fixture *fixture = *state;
    assert_int_equal(fixture->set.len, 10);
    for (size_t i = 0; i < fixture->set.len; i++) {
        const struct tool *tool = fixture->set.items[i];
        struct strbuf example;
        struct strbuf why;
        strbuf_init(&example, 10000);
        strbuf_init(&why, 10000);
        assert_true(tool->command->argv[0][0] == '/');
        assert_string_equal(tool->command->argv[1], tool->name);
        assert_true(tool->command->sandbox != SANDBOX_NONE);
        assert_true(tool->command->is_sandbox_optional);
        assert_true(tool->hints.is_given);
        assert_true(tool->hints.is_read_only != tool->hints.is_destructive);
        schema_example(tool->schema, &example);
        assert_true(schema_check(tool->schema, strbuf_text(&example), &why));
        strbuf_clear(&example);
        strbuf_clear(&why);
    }
}

static void format_book__takes__its_time(void **state)
{
    struct fixture *fixture = *state;
    assert_gives(fixture, "format_book",
                 "{\"title\":\"The Salt Cartographer\",\"author\":\"Ilse Varga\"}",
                 "The Salt Cartographer by Ilse Varga");
}

static void get_weather__knows__cities_in_two_spellings(void **state)
{
    struct fixture *fixture = *state;
    assert_gives(fixture, "get_weather", "{\"city\":\"lisbon\"}",
                 "Lisbon: 22 °C, sunny, wind 19 km/h");
    assert_gives(fixture, "get_weather",
                 "{\"city\":\"Montreal\",\"unit\":\"fahrenheit\"}",
                 "Montréal: 52 °F, clear, wind 15 km/h");
    call(fixture, "get_weather", "{\"city\":\"Atlantis\"}");
    assert_int_equal(fixture->end, TOOL_END_OK);
    assert_non_null(strstr(fixture->text, "There is no weather for Atlantis"));
}

static void calc__reckons(void **state)
{
    struct fixture *fixture = *state;
    static const char *const cases[][2] = {
        {"1 + 2 * 3", "7"},
        {"0.1 + 0.2", "0.3"},
        {"-2^2", "-4"},
        {"2^3^2", "512"},
        {"2^-1", "0.5"},
        {"(1 + 2) % 2", "1"},
        {"7 / 2", "3.5"},
        {"1e3 + .5", "1000.5"},
        {"9007199254740993 + 0", "9007199254740993"},
        {"sqrt(2)", "1.4142135623731"},
        {"max(1, min(5, 3))", "3"},
        {"round(2.345, 2)", "2.35"},
        {"log(8, 2)", "3"},
        {"cos(PI)", "-1"},
        {"- - 3", "3"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        char *arguments = strbuf_format("{\"expression\":\"%s\"}", cases[i][0]);
        const char *text = call(fixture, "calc", arguments);
        if (strncmp(text, cases[i][1], strlen(cases[i][1])) != 0)
            fail_msg("%s gave %s", cases[i][0], text);
        mem_free(arguments);
    }
}

static void calc__says__what_it_cannot_read(void **state)
{
    struct fixture *fixture = *state;
    static const char *const cases[][2] = {
        {"1 / 0", "division by zero"},      {"5 % 0", "division by zero"},
        {"(1", "closing parenthesis"},      {"1 +", "something is missing"},
        {"1 2", "cannot be read"},          {"foo(1)", "no such function"},
        {"sqrt(1, 2)", "number of values"}, {"x + 1", "no such name"},
        {"10^5000", "too large"},           {"sqrt(-1)", "not a number"},
        {"1.2.3", "cannot be read"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        char *arguments = strbuf_format("{\"expression\":\"%s\"}", cases[i][0]);
        assert_fails(fixture, "calc", arguments, cases[i][1]);
        mem_free(arguments);
    }
    struct strbuf deep;
    strbuf_init(&deep, 20000);
    strbuf_append_text(&deep, "{\"expression\":\"");
    for (int i = 0; i < 5000; i++)
        strbuf_append_char(&deep, i % 2 == 0 ? '(' : '-');
    strbuf_append_text(&deep, "\"}");
    assert_fails(fixture, "calc", strbuf_text(&deep), "nested too deep");
    strbuf_clear(&deep);
}

static void now__tells__the_time_at_an_offset(void **state)
{
    struct fixture *fixture = *state;
    const char *text = call(fixture, "now", "{\"offset\":\"-03:30\"}");
    assert_non_null(strstr(text, "UTC: 20"));
    assert_non_null(strstr(text, "+00:00 ("));
    assert_non_null(strstr(text, "\nlocal: "));
    assert_non_null(strstr(text, "\nat -03:30: "));
    assert_non_null(strstr(text, "-03:30 ("));
    assert_fails(fixture, "now", "{\"offset\":\"+19:00\"}", "+02:00");
}

/* --- Files
 * ------------------------------------------------------------------------------
 */

static void read_file__gives__text_and_lines(void **state)
{
    struct fixture *fixture = *state;
    put_inside(fixture, "a.txt", "one\ntwo\nthree\n");
    put_inside(fixture, "empty", "");
    assert_gives(fixture, "read_file", "{\"path\":\"a.txt\"}", "one\ntwo\nthree");
    assert_gives(fixture, "read_file", "{\"path\":\"./a.txt\",\"start\":2,\"lines\":1}",
                 "two\n[lines 2 to 2 of 3]");
    assert_gives(fixture, "read_file", "{\"path\":\"empty\"}", "[the file is empty]");
}

static void read_file__refuses__what_is_no_text(void **state)
{
    struct fixture *fixture = *state;
    char *pipe = strbuf_format("%s/pipe", fixture->inside);
    put_inside(fixture, "binary",
               "\x7f"
               "ELF\xff\xfe");
    assert_int_equal(mkfifo(pipe, 0600), 0);
    assert_fails(fixture, "read_file", "{\"path\":\"binary\"}", "not text");
    assert_fails(fixture, "read_file", "{\"path\":\".\"}", "is a directory");
    assert_fails(fixture, "read_file", "{\"path\":\"pipe\"}", "not a file");
    assert_fails(fixture, "read_file", "{\"path\":\"none\"}", "No such file");
    assert_fails(fixture, "read_file", "{\"path\":\"\"}", "cannot be empty");
    mem_free(pipe);
}

/* Every way out of the working directory that we know of. */
static void make_ways_out(struct fixture *fixture)
{
    put(fixture->outside, "secret words\n");
    link_inside(fixture, "../outside.txt", "link");
    link_inside(fixture, fixture->outside, "whole");
    link_inside(fixture, "..", "up");
    link_inside(fixture, "../new.txt", "dangling");
    link_inside(fixture, "link", "twice");
}

static void confined_tools__stay__in_their_directory(void **state)
{
    struct fixture *fixture = *state;
    static const char *const paths[] = {
        "../outside.txt",
        "./../outside.txt",
        "link",
        "whole",
        "up/outside.txt",
        "twice",
        "up/work/../outside.txt",
        "/etc/passwd",
        "/proc/self/environ",
    };
    make_ways_out(fixture);
    for (size_t i = 0; i < COUNT_OF(paths); i++) {
        char *read = strbuf_format("{\"path\":\"%s\"}", paths[i]);
        char *write = strbuf_format("{\"path\":\"%s\",\"content\":\"x\"}", paths[i]);
        char *edit = strbuf_format(
            "{\"path\":\"%s\",\"old_text\":\"secret\",\"new_text\":\"x\"}", paths[i]);
        assert_fails(fixture, "read_file", read, "outside of the working directory");
        assert_fails(fixture, "write_file", write, "outside of the working directory");
        assert_fails(fixture, "edit_file", edit, "outside of the working directory");
        mem_free(read);
        mem_free(write);
        mem_free(edit);
    }
    assert_fails(fixture, "list_files", "{\"path\":\"..\"}", "outside");
    assert_fails(fixture, "list_files", "{\"path\":\"up\"}", "outside");
    assert_fails(fixture, "search_files", "{\"path\":\"up\",\"text\":\"secret\"}",
                 "outside");
    assert_fails(fixture, "write_file", "{\"path\":\"dangling\",\"content\":\"x\"}",
                 "not a regular file");
    assert_fails(fixture, "write_file", "{\"path\":\"dangling/x\",\"content\":\"x\"}",
                 "cannot be opened");
    assert_fails(fixture, "write_file", "{\"path\":\"a/../../x\",\"content\":\"x\"}", "");
    assert_file(fixture->folder, "outside.txt", "secret words\n");
    char *new_file = in_folder(fixture, "new.txt");
    assert_int_equal(access(new_file, F_OK), -1);
    mem_free(new_file);
}

static void confined_tools__follow__links_that_stay_inside(void **state)
{
    struct fixture *fixture = *state;
    char *whole = strbuf_format("{\"path\":\"%s/a.txt\"}", fixture->inside);
    put_inside(fixture, "a.txt", "one\n");
    link_inside(fixture, "a.txt", "b.txt");
    assert_gives(fixture, "read_file", "{\"path\":\"b.txt\"}", "one");
    assert_gives(fixture, "read_file", whole, "one");
    mem_free(whole);
}

static void list_files__shows__kinds_and_sizes(void **state)
{
    struct fixture *fixture = *state;
    char *folder = strbuf_format("%s/sub", fixture->inside);
    assert_int_equal(mkdir(folder, 0700), 0);
    put_inside(fixture, "b.txt", "12345");
    put_inside(fixture, "sub/c.txt", "1");
    link_inside(fixture, "..", "up");
    assert_gives(fixture, "list_files", "{}", "b.txt  5 bytes\nsub/\nup@");
    assert_gives(fixture, "list_files", "{\"recursive\":true}",
                 "b.txt  5 bytes\nsub/\nsub/c.txt  1 bytes\nup@");
    assert_gives(fixture, "list_files", "{\"path\":\"sub\"}", "sub/c.txt  1 bytes");
    assert_fails(fixture, "list_files", "{\"path\":\"b.txt\"}", "not a directory");
    mem_free(folder);
}

static void search_files__finds__lines_in_text_files(void **state)
{
    struct fixture *fixture = *state;
    make_ways_out(fixture);
    put_inside(fixture, "a.c", "int secret;\nint other;\n");
    put_inside(fixture, "b.txt", "no\nSECRET here\n");
    put_inside(fixture, "binary", "secret\xff");
    assert_gives(fixture, "search_files", "{\"text\":\"secret\"}",
                 "a.c:1: int secret;\n[1 lines found, 2 text files searched]");
    assert_gives(fixture, "search_files", "{\"text\":\"secret\",\"ignore_case\":true}",
                 "a.c:1: int secret;\nb.txt:2: SECRET here\n"
                 "[2 lines found, 2 text files searched]");
    assert_gives(fixture, "search_files", "{\"text\":\"secret\",\"files\":\"*.txt\"}",
                 "[0 lines found, 1 text files searched]");
}

static void write_file__writes__and_keeps_the_mode(void **state)
{
    struct fixture *fixture = *state;
    char *path = strbuf_format("%s/run.sh", fixture->inside);
    struct stat info;
    put(path, "old");
    chmod(path, 0750);
    assert_gives(fixture, "write_file", "{\"path\":\"run.sh\",\"content\":\"new\\n\"}",
                 "replaced run.sh, 4 bytes");
    assert_int_equal(stat(path, &info), 0);
    assert_int_equal(info.st_mode & 07777, 0750);
    assert_file(fixture->inside, "run.sh", "new\n");
    assert_gives(fixture, "write_file", "{\"path\":\"x/y/z.txt\",\"content\":\"\"}",
                 "made x/y/z.txt, 0 bytes");
    assert_file(fixture->inside, "x/y/z.txt", "");
    assert_fails(fixture, "write_file", "{\"path\":\"x\",\"content\":\"\"}",
                 "not a regular file");
    mem_free(path);
}

static void edit_file__changes__what_is_there_once(void **state)
{
    struct fixture *fixture = *state;
    put_inside(fixture, "a.txt", "one\ntwo\ntwo\n");
    assert_gives(fixture, "edit_file",
                 "{\"path\":\"a.txt\",\"old_text\":\"one\\n\",\"new_text\":\"1\\n\"}",
                 "changed a.txt");
    assert_file(fixture->inside, "a.txt", "1\ntwo\ntwo\n");
    assert_fails(fixture, "edit_file",
                 "{\"path\":\"a.txt\",\"old_text\":\"two\",\"new_text\":\"2\"}",
                 "2 times");
    assert_fails(fixture, "edit_file",
                 "{\"path\":\"a.txt\",\"old_text\":\"three\",\"new_text\":\"2\"}",
                 "not in the file");
    assert_file(fixture->inside, "a.txt", "1\ntwo\ntwo\n");
}

/* --- Commands
 * -----------------------------------------------------------------------------
 */

static void run_command__tells__status_and_both_outputs(void **state)
{
    struct fixture *fixture = *state;
    assert_gives(fixture, "run_command",
                 "{\"argv\":[\"sh\",\"-c\",\"echo out; echo err >&2; exit 3\"]}",
                 "exit status 3\n--- standard output\nout\n--- standard error\nerr");
    assert_gives(fixture, "run_command", "{\"argv\":[\"printf\",\"%s\",\"$HOME *\"]}",
                 "exit status 0\n--- standard output\n$HOME *");
    assert_gives(fixture, "run_command", "{\"argv\":[\"sh\",\"-c\",\"kill -9 $$\"]}",
                 "ended by signal 9");
    assert_fails(fixture, "run_command", "{\"argv\":[\"no-such-command\"]}",
                 "cannot be run");
    assert_fails(fixture, "run_command", "{\"argv\":[\"\"]}", "a list of words");
}

static void run_command__ends__though_something_was_left_running(void **state)
{
    struct fixture *fixture = *state;
    assert_gives(fixture, "run_command",
                 "{\"argv\":[\"sh\",\"-c\",\"sleep 60 & echo done\"]}",
                 "exit status 0\n--- standard output\ndone");
}

static void run_command__leaves_out__the_middle_of_much(void **state)
{
    struct fixture *fixture = *state;
    const char *text =
        call(fixture, "run_command",
             "{\"argv\":[\"sh\",\"-c\",\"echo first; head -c 300000 /dev/zero "
             "| tr '\\\\0' x; echo last\"]}");
    assert_int_equal(fixture->end, TOOL_END_OK);
    assert_non_null(strstr(text, "first"));
    assert_non_null(strstr(text, "bytes left out]"));
    assert_non_null(strstr(text, "last"));
    assert_true(strlen(text) < 110000);
}

/* --- Held
 * --------------------------------------------------------------------------------
 */

static bool is_sandbox_known(void *user)
{
    const struct fixture *fixture = user;
    return sandbox_get_state(fixture->host.sandbox) != SANDBOX_TRYING;
}

static void shipped__run__in_their_sandboxes(void **state)
{
    struct fixture *fixture = *state;
    fixture->host.sandbox = sandbox_new(fixture->loop, NULL);
    sandbox_try(fixture->host.sandbox);
    assert_true(loop_wait(fixture->loop, is_sandbox_known, fixture));
    if (sandbox_get_state(fixture->host.sandbox) != SANDBOX_WORKS) {
        print_message("skipped: bwrap is not installed, or does not work here\n");
        skip();
    }
    put_inside(fixture, "a.txt", "one\n");
    assert_gives(fixture, "read_file", "{\"path\":\"a.txt\"}", "one");
    assert_gives(fixture, "calc", "{\"expression\":\"1+1\"}", "2");
    assert_gives(fixture, "write_file", "{\"path\":\"b.txt\",\"content\":\"x\"}",
                 "made b.txt, 1 bytes");
    assert_file(fixture->inside, "b.txt", "x");
    call(fixture, "run_command",
         "{\"argv\":[\"sh\",\"-c\",\"echo x > ../escaped; echo y > here; ls\"]}");
    char *escaped = in_folder(fixture, "escaped");
    assert_int_equal(access(escaped, F_OK), -1);
    assert_file(fixture->inside, "here", "y\n");
    mem_free(escaped);
}

#define TOOL_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TOOL_TEST(shipped__are__all_there_and_good),
        TOOL_TEST(format_book__takes__its_time),
        TOOL_TEST(get_weather__knows__cities_in_two_spellings),
        TOOL_TEST(calc__reckons),
        TOOL_TEST(calc__says__what_it_cannot_read),
        TOOL_TEST(now__tells__the_time_at_an_offset),
        TOOL_TEST(read_file__gives__text_and_lines),
        TOOL_TEST(read_file__refuses__what_is_no_text),
        TOOL_TEST(confined_tools__stay__in_their_directory),
        TOOL_TEST(confined_tools__follow__links_that_stay_inside),
        TOOL_TEST(list_files__shows__kinds_and_sizes),
        TOOL_TEST(search_files__finds__lines_in_text_files),
        TOOL_TEST(write_file__writes__and_keeps_the_mode),
        TOOL_TEST(edit_file__changes__what_is_there_once),
        TOOL_TEST(run_command__tells__status_and_both_outputs),
        TOOL_TEST(run_command__ends__though_something_was_left_running),
        TOOL_TEST(run_command__leaves_out__the_middle_of_much),
        TOOL_TEST(shipped__run__in_their_sandboxes),
    };
    signal(SIGPIPE, SIG_IGN);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
