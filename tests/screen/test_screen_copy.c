/*
 * Copies of the real program: the bytes that the terminal gets, what tmux keeps of them,
 * what a clipboard tool reads.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "src/base/file_out.h"
#include "src/base/mem.h"
#include "src/base/path.h"
#include "tests/support/child_program.h"
#include "tests/support/pty_program.h"

#define MODEL "demo/echo?rate=0&ttft=0"

/* A terminal that obeyed it would be red, and have another title. */
#define TEXT "one \033[31m\033]0;no\007 two\n\n```sh\nls\t-l\n```\n\xc3\xa9nd"

/* … in base64. */
#define BASE64 "b25lIBtbMzFtG10wO25vByB0d28KCmBgYHNoCmxzCS1sCmBgYArDqW5k"

struct world {
    char folder[40];
    struct ev_loop *loop;
};

static const char *motet_path(void)
{
    static char path[1024];
    const char *folder = getenv("MOTET_BUILDDIR");
    snprintf(path, sizeof(path), "%s/motet", folder != NULL ? folder : ".");
    return path;
}

static int set_up(void **state)
{
    struct world *world = mem_alloc(sizeof(*world));
    memcpy(world->folder, "/tmp/motet-copy-XXXXXX", 23);
    assert_non_null(mkdtemp(world->folder));
    world->loop = ev_loop_new(EVFLAG_AUTO);
    *state = world;
    return 0;
}

static char *in_folder(const struct world *world, const char *name)
{
    return strbuf_format("%s/%s", world->folder, name);
}

static int tear_down(void **state)
{
    static const char *const names[] = {"xclip",  "clip", "tmux.conf",
                                        "buffer", "cast", "socket"};
    struct world *world = *state;
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        char *path = in_folder(world, names[i]);
        unlink(path);
        mem_free(path);
    }
    assert_int_equal(rmdir(world->folder), 0);
    ev_loop_destroy(world->loop);
    mem_free(world);
    return 0;
}

static void write_text(const char *path, const char *text)
{
    struct error err = {ERROR_NONE, NULL};
    assert_true(file_out_write(path, text, strlen(text), false, &err));
}

static void assert_file(const struct world *world, const char *name, const char *expected)
{
    struct error err = {ERROR_NONE, NULL};
    struct strbuf text;
    char *path = in_folder(world, name);
    strbuf_init(&text, STRBUF_OWN_MAX);
    if (!path_read_file(path, &text, &err))
        fail_msg("%s", error_text(&err));
    assert_string_equal(strbuf_text(&text), expected);
    assert_int_equal(text.len, strlen(expected));
    strbuf_clear(&text);
    mem_free(path);
}

static struct pty_program *start(const char *const *args, const char *const *environment)
{
    const char *argv[10] = {motet_path(), "-m", MODEL};
    for (size_t i = 0; i < 6 && args[i] != NULL; i++)
        argv[i + 3] = args[i];
    struct pty_program *program = pty_program_start(&(struct pty_options){
        .argv = argv, .environment = environment, .width = 100, .height = 40});
    assert_true(pty_program_wait_text(program, "done"));
    pty_program_press(program, "Esc");
    assert_true(pty_program_wait_text(program, "normal mode"));
    return program;
}

static void end(struct pty_program *program)
{
    int status = 0;
    pty_program_signal(program, SIGTERM);
    assert_true(pty_program_wait_exit(program, &status));
    assert_true(pty_program_is_restored(program));
    pty_program_free(program);
}

static bool has(struct pty_program *program, const char *bytes)
{
    return pty_program_has_output(program, bytes, strlen(bytes));
}

static void motet_copy__terminal__gets_base64_and_nothing_else(void **state)
{
    static const char *const clean[] = {"DISPLAY", "WAYLAND_DISPLAY", "TMUX", "STY",
                                        NULL};
    const struct world *world = *state;
    char *cast = in_folder(world, "cast");
    const char *const args[] = {"--cast", cast, TEXT, NULL};
    struct pty_program *program = start(args, clean);
    assert_false(has(program, "\033]52"));
    pty_program_press(program, "y");
    assert_true(pty_program_wait_text(program, "(terminal clipboard)"));
    assert_true(has(program, "\033]52;c;" BASE64 "\007"));
    /* Of a frame it is no part: none was open, and none was cut. */
    assert_true(has(program, "\033]52;c;" BASE64 "\007\033[?2026h") ||
                has(program, "\033[?2026l\033]52;c;" BASE64 "\007"));
    assert_false(has(program, "\033Ptmux;"));
    assert_false(has(program, "\033]52;c;?"));
    assert_false(has(program, "\033]0;no"));
    assert_false(has(program, "\033[31m\033]"));
    end(program);
    struct error err = {ERROR_NONE, NULL};
    struct strbuf text;
    strbuf_init(&text, STRBUF_OWN_MAX);
    assert_true(path_read_file(cast, &text, &err));
    assert_null(strstr(strbuf_text(&text), BASE64));
    strbuf_clear(&text);
    mem_free(cast);
}

static void motet_copy__tool__gets_the_exact_bytes(void **state)
{
    const struct world *world = *state;
    char *tool = in_folder(world, "xclip");
    char *path = strbuf_format("PATH=%s:/usr/bin:/bin", world->folder);
    char *place = strbuf_format("XDG_RUNTIME_DIR=%s", world->folder);
    const char *const environment[] = {
        path, place, "DISPLAY=:9", "WAYLAND_DISPLAY", "TERM=linux", NULL};
    const char *const args[] = {TEXT, NULL};
    write_text(
        tool,
        "#!/bin/sh\ncat > \"$XDG_RUNTIME_DIR/.clip\" && mv \"$XDG_RUNTIME_DIR/.clip\" "
        "\"$XDG_RUNTIME_DIR/clip\"\nprintf 'a b' >&2\nexit 1\n");
    assert_int_equal(chmod(tool, 0700), 0);
    struct pty_program *program = start(args, environment);
    pty_program_press(program, "y");
    /* It ends in trouble, so that there is a sentence to wait for. */
    assert_true(
        pty_program_wait_text(program, "not copied: xclip ended with code 1: a b"));
    assert_file(world, "clip", TEXT);
    assert_false(has(program, "\033]52"));
    end(program);
    mem_free(tool);
    mem_free(path);
    mem_free(place);
}

/* Runs tmux on the socket of the test; returns its exit code. */
static int tmux(const struct world *world, const char *const *command)
{
    char *socket = in_folder(world, "socket");
    const char *args[10] = {"-S", socket};
    for (size_t i = 0; i < 7 && command[i] != NULL; i++)
        args[i + 2] = command[i];
    struct child_program *child = child_start(
        world->loop, &(struct child_options){.program = "/usr/bin/tmux", .args = args});
    const int code = child_wait(child);
    child_free(child);
    mem_free(socket);
    return code;
}

static void motet_copy__in_tmux__fills_its_buffer(void **state)
{
    const struct world *world = *state;
    if (access("/usr/bin/tmux", X_OK) != 0) {
        print_message("no /usr/bin/tmux here: not tested\n");
        skip();
    }
    char *conf = in_folder(world, "tmux.conf");
    char *socket = in_folder(world, "socket");
    char *buffer = in_folder(world, "buffer");
    write_text(conf,
               "set -s set-clipboard on\nset -s escape-time 0\nset -g status off\n");
    const char *const argv[] = {"/usr/bin/tmux", "-S", socket, "-f", conf, "new-session",
                                motet_path(),    "-m", MODEL,  TEXT, NULL};
    const char *const environment[] = {"DISPLAY", "WAYLAND_DISPLAY", "TMUX", NULL};
    struct pty_program *program = pty_program_start(&(struct pty_options){
        .argv = argv, .environment = environment, .width = 100, .height = 40});
    assert_true(pty_program_wait_text(program, "done"));
    pty_program_press(program, "Esc");
    assert_true(pty_program_wait_text(program, "normal mode"));
    pty_program_press(program, "y");
    assert_true(pty_program_wait_text(program, "(terminal clipboard)"));
    const char *const save[] = {"save-buffer", buffer, NULL};
    assert_int_equal(tmux(world, save), 0);
    assert_file(world, "buffer", TEXT);
    /* And tmux tells the terminal that it is in. */
    assert_true(pty_program_wait_output(program, BASE64, strlen(BASE64)));
    const char *const kill_server[] = {"kill-server", NULL};
    assert_int_equal(tmux(world, kill_server), 0);
    int status = 0;
    assert_true(pty_program_wait_exit(program, &status));
    pty_program_free(program);
    mem_free(buffer);
    mem_free(socket);
    mem_free(conf);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(motet_copy__terminal__gets_base64_and_nothing_else),
        TEST(motet_copy__tool__gets_the_exact_bytes),
        TEST(motet_copy__in_tmux__fills_its_buffer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
