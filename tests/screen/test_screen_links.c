/*
 * Links of the real program in a pseudo-terminal: which terminals are told of them, and
 * the program that a second click starts.
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
#include <sys/wait.h>
#include <unistd.h>

#include "src/base/mem.h"
#include "src/base/strbuf.h"
#include "tests/support/pty_program.h"

#define LINK_BEGIN "\033]8;id=motet"

static bool has(struct pty_program *program, const char *bytes)
{
    return pty_program_has_output(program, bytes, strlen(bytes));
}

/* A pane that has answered with a link. */
static struct pty_program *start(const char *config, const char *variable)
{
    static char path[1024];
    const char *folder = getenv("MOTET_BUILDDIR");
    snprintf(path, sizeof(path), "%s/motet", folder != NULL ? folder : ".");
    const char *const argv[] = {path,      "demo",    "--speed",
                                "20",      "--panes", "7",
                                "--tools", "",        config != NULL ? "--config" : NULL,
                                config,    NULL};
    const char *const environment[] = {variable, NULL};
    struct pty_program *program = pty_program_start(&(struct pty_options){
        .argv = argv, .environment = environment, .width = 200, .height = 50});
    assert_true(pty_program_wait_text(program, "press Enter to send it to all panes"));
    pty_program_press(program, "Ctrl-C");
    pty_program_press(program, "Alt-7");
    pty_program_type(program, "see [it](https://example.org/x?a=1) there");
    pty_program_press(program, "Alt-Enter");
    assert_true(pty_program_wait_text(program, "it (https://example.org/x?a=1) there"));
    assert_true(pty_program_wait_no_text(program, "running"));
    return program;
}

static void end(struct pty_program *program)
{
    int status = 0;
    pty_program_signal(program, SIGTERM);
    assert_true(pty_program_wait_exit(program, &status));
    pty_program_free(program);
}

static void links__usual_terminal__is_told(void **state)
{
    (void)state;
    struct pty_program *program = start(NULL, NULL);
    assert_true(has(program, LINK_BEGIN));
    assert_true(has(program, ";https://example.org/x?a=1\033\\it"));
    end(program);
}

static void links__terminal_that_may_print_them__is_not_told(void **state)
{
    (void)state;
    struct pty_program *program = start(NULL, "TERM=screen-256color");
    assert_false(has(program, "\033]8;"));
    end(program);
}

/* The program that opens addresses is the person's, and gets this one. */
static void links__second_click__starts_the_opener(void **state)
{
    (void)state;
    char folder[] = "/tmp/motet-links-XXXXXX";
    char bytes[256];
    int x;
    int y;
    assert_non_null(mkdtemp(folder));
    char *config = strbuf_format("%s/config.yaml", folder);
    char *pipe_path = strbuf_format("%s/pipe", folder);
    FILE *file = fopen(config, "w");
    assert_non_null(file);
    fprintf(file,
            "defaults:\n  links: off\n"
            "  opener: [sh, -c, 'echo \"$1\" >%s', opener]\n",
            pipe_path);
    fclose(file);
    assert_int_equal(mkfifo(pipe_path, 0600), 0);
    struct pty_program *program = start(config, NULL);
    assert_false(has(program, "\033]8;"));
    assert_true(pty_program_find_text(program, "it (https", &x, &y));
    pty_program_click(program, x, y);
    assert_true(
        pty_program_wait_text(program, "click again to open https://example.org"));
    pty_program_click(program, x, y);
    const int fd = open(pipe_path, O_RDONLY | O_CLOEXEC); /* until the opener writes */
    const ssize_t count = read(fd, bytes, sizeof(bytes) - 1);
    assert_true(count > 0);
    bytes[count] = '\0';
    assert_string_equal(bytes, "https://example.org/x?a=1\n");
    close(fd);
    end(program);
    unlink(config);
    unlink(pipe_path);
    rmdir(folder);
    mem_free(config);
    mem_free(pipe_path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(links__usual_terminal__is_told),
        cmocka_unit_test(links__terminal_that_may_print_them__is_not_told),
        cmocka_unit_test(links__second_click__starts_the_opener),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
