/* Texts handed to other programs: exact bytes, no keys, and what a clipboard tool leaves
 * behind goes on. The tools are small scripts in a folder of the test's. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "src/base/file_out.h"
#include "src/base/mem.h"
#include "src/base/number.h"
#include "src/base/path.h"
#include "src/engine/outlet.h"
#include "tests/support/loop_wait.h"

struct fixture {
    struct ev_loop *loop;
    struct outlet *outlet;
    char folder[40];
    char *path_before;
    bool is_done;
    bool is_ok;
    char *trouble;
    struct strbuf output;
};

static char *in_folder(const struct fixture *fixture, const char *name)
{
    return strbuf_format("%s/%s", fixture->folder, name);
}

static int set_up(void **state)
{
    struct fixture *fixture = mem_alloc(sizeof(*fixture));
    fixture->loop = ev_loop_new(EVFLAG_AUTO);
    memcpy(fixture->folder, "/tmp/motet-outlet-XXXXXX", 25);
    assert_non_null(mkdtemp(fixture->folder));
    fixture->path_before = mem_strdup(getenv("PATH"));
    char *path = strbuf_format("%s:/usr/bin:/bin", fixture->folder);
    setenv("PATH", path, 1);
    mem_free(path);
    setenv("HOME", fixture->folder, 1);
    setenv("SHELL", "/bin/sh", 1);
    unsetenv("DISPLAY");
    unsetenv("WAYLAND_DISPLAY");
    unsetenv("WSL_DISTRO_NAME");
    strbuf_init(&fixture->output, STRBUF_OWN_MAX);
    signal(SIGPIPE, SIG_IGN);
    *state = fixture;
    return 0;
}

static int tear_down(void **state)
{
    static const char *const names[] = {"xclip", "xsel",        "wl-copy", "clip",
                                        "pid",   "environment", "clip.exe"};
    struct fixture *fixture = *state;
    outlet_free(fixture->outlet);
    assert_true(loop_is_idle(fixture->loop));
    ev_loop_destroy(fixture->loop);
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        char *path = in_folder(fixture, names[i]);
        unlink(path);
        mem_free(path);
    }
    assert_int_equal(rmdir(fixture->folder), 0);
    setenv("PATH", fixture->path_before, 1);
    mem_free(fixture->path_before);
    mem_free(fixture->trouble);
    strbuf_clear(&fixture->output);
    mem_free(fixture);
    return 0;
}

static void make_tool(const struct fixture *fixture, const char *name, const char *script)
{
    struct error err = {ERROR_NONE, NULL};
    char *path = in_folder(fixture, name);
    char *text = strbuf_format("#!/bin/sh\n%s\n", script);
    assert_true(file_out_write(path, text, strlen(text), false, &err));
    assert_int_equal(chmod(path, 0700), 0);
    mem_free(text);
    mem_free(path);
}

static void assert_file(const struct fixture *fixture, const char *name,
                        const char *expected, size_t len)
{
    struct error err = {ERROR_NONE, NULL};
    struct strbuf text;
    char *path = in_folder(fixture, name);
    strbuf_init(&text, STRBUF_OWN_MAX);
    assert_true(path_read_file(path, &text, &err));
    assert_int_equal(text.len, len);
    assert_memory_equal(strbuf_text(&text), expected, len);
    strbuf_clear(&text);
    mem_free(path);
}

static void on_done(void *user, const struct outlet_result *result)
{
    struct fixture *fixture = user;
    assert_false(fixture->is_done);
    fixture->is_done = true;
    fixture->is_ok = result->is_ok;
    fixture->trouble = mem_strdup(result->trouble);
    strbuf_append(&fixture->output, result->output, result->output_len);
}

static bool is_done(void *user)
{
    return ((struct fixture *)user)->is_done;
}

static void copy(struct fixture *fixture, const char *text, size_t len)
{
    struct error err = {ERROR_NONE, NULL};
    const struct outlet_handler handler = {on_done, fixture};
    fixture->outlet =
        outlet_start_tool(fixture->loop, outlet_find_tool(), text, len, &handler, &err);
    assert_non_null(fixture->outlet);
    assert_false(fixture->is_done);
    assert_true(loop_wait(fixture->loop, is_done, fixture));
}

static void run(struct fixture *fixture, const char *command, const char *text,
                size_t len)
{
    static const char *const keys[] = {"PASSPHRASE_OF_LAB", NULL};
    struct error err = {ERROR_NONE, NULL};
    const struct outlet_handler handler = {on_done, fixture};
    const struct outlet_command what = {command, keys, text, len};
    fixture->outlet = outlet_start_command(fixture->loop, &what, &handler, &err);
    assert_non_null(fixture->outlet);
    assert_true(loop_wait(fixture->loop, is_done, fixture));
}

/* --- Tools ------------------------------------------------------------------------- */

static void outlet_find_tool__needs__a_display_and_the_program(void **state)
{
    struct fixture *fixture = *state;
    setenv("DISPLAY", ":9", 1);
    assert_null(outlet_find_tool());
    make_tool(fixture, "xsel", "true");
    assert_string_equal(outlet_find_tool(), "xsel");
    make_tool(fixture, "xclip", "true");
    assert_string_equal(outlet_find_tool(), "xclip");
    make_tool(fixture, "wl-copy", "true");
    assert_string_equal(outlet_find_tool(), "xclip");
    setenv("WAYLAND_DISPLAY", "wayland-0", 1);
    assert_string_equal(outlet_find_tool(), "wl-copy");
    unsetenv("WAYLAND_DISPLAY");
    setenv("DISPLAY", "", 1);
    assert_null(outlet_find_tool());
}

static void outlet_start_tool__gets__exact_bytes(void **state)
{
    static const char text[] = "a\033[31m\0b\r\n\xe2\x80\xae $(reboot) `x`\n";
    struct fixture *fixture = *state;
    setenv("DISPLAY", ":9", 1);
    make_tool(fixture, "xclip", "cat > \"$HOME/clip\"");
    copy(fixture, text, sizeof(text) - 1);
    assert_true(fixture->is_ok);
    assert_file(fixture, "clip", text, sizeof(text) - 1);
}

static void outlet_start_tool__what_it_leaves__goes_on(void **state)
{
    struct fixture *fixture = *state;
    struct error err = {ERROR_NONE, NULL};
    struct strbuf text;
    int64_t pid = 0;
    setenv("DISPLAY", ":9", 1);
    /* As xclip does: a child keeps the text, and the pipes, after the end. */
    make_tool(fixture, "xclip", "cat > /dev/null; sleep 600 & echo $! > \"$HOME/pid\"");
    copy(fixture, "text", 4);
    assert_true(fixture->is_ok);
    outlet_free(fixture->outlet);
    fixture->outlet = NULL;
    strbuf_init(&text, 100);
    char *path = in_folder(fixture, "pid");
    assert_true(path_read_file(path, &text, &err));
    strbuf_truncate(&text, text.len - 1);
    assert_true(number_parse_int(strbuf_text(&text), &pid));
    assert_int_equal(kill((pid_t)pid, SIGKILL), 0);
    strbuf_clear(&text);
    mem_free(path);
}

static void outlet_start_tool__that_fails__is_told_with_its_words(void **state)
{
    struct fixture *fixture = *state;
    setenv("DISPLAY", ":9", 1);
    make_tool(fixture, "xclip", "echo \"no \033[31mdisplay\" >&2; exit 3");
    copy(fixture, "text", 4);
    assert_false(fixture->is_ok);
    assert_non_null(strstr(fixture->trouble, "xclip ended with code 3: no "));
    assert_null(strchr(fixture->trouble, '\033'));
}

static void outlet_start_tool__gets__no_keys(void **state)
{
    struct fixture *fixture = *state;
    setenv("DISPLAY", ":9", 1);
    setenv("SOME_API_KEY", "secret", 1);
    setenv("UNRELATED", "x", 1);
    make_tool(fixture, "xclip",
              "test \"$DISPLAY\" = :9 && test -z \"$SOME_API_KEY\" && "
              "test -z \"$UNRELATED\"");
    copy(fixture, "text", 4);
    assert_true(fixture->is_ok);
    unsetenv("SOME_API_KEY");
    unsetenv("UNRELATED");
}

static void outlet_start_tool__windows__reads_utf_16(void **state)
{
    struct fixture *fixture = *state;
    setenv("WSL_DISTRO_NAME", "Debian", 1);
    make_tool(fixture, "clip.exe", "cat > \"$HOME/clip\"");
    assert_string_equal(outlet_find_tool(), "clip.exe");
    copy(fixture, "a\xc3\xa9\xf0\x9f\x98\x80", 7);
    assert_file(fixture, "clip",
                "\xff\xfe"
                "a\0\xe9\0\x3d\xd8\x00\xde",
                10);
}

/* --- Commands ---------------------------------------------------------------------- */

static void outlet_start_command__reads__the_text_and_is_heard(void **state)
{
    struct fixture *fixture = *state;
    run(fixture, "tr a-z A-Z; echo err >&2", "one\ntwo", 7);
    assert_true(fixture->is_ok);
    assert_string_equal(strbuf_text(&fixture->output), "ONE\nTWO\nerr\n");
}

static void outlet_start_command__text__is_never_part_of_it(void **state)
{
    struct fixture *fixture = *state;
    run(fixture, "cat", "; echo no\n$(echo no)\n", 21);
    assert_string_equal(strbuf_text(&fixture->output), "; echo no\n$(echo no)\n");
}

static void outlet_start_command__gets__no_keys(void **state)
{
    struct fixture *fixture = *state;
    setenv("SOME_API_KEY", "secret", 1);
    setenv("PASSPHRASE_OF_LAB", "secret", 1);
    run(fixture, "echo \"<$SOME_API_KEY$PASSPHRASE_OF_LAB>\"", "", 0);
    assert_string_equal(strbuf_text(&fixture->output), "<>\n");
    unsetenv("SOME_API_KEY");
    unsetenv("PASSPHRASE_OF_LAB");
}

static void outlet_start_command__endless_output__is_stopped(void **state)
{
    struct fixture *fixture = *state;
    run(fixture, "yes", "", 0);
    assert_false(fixture->is_ok);
    assert_non_null(strstr(fixture->trouble, "more than 1 MiB"));
    assert_true(fixture->output.len <= OUTLET_OUTPUT_MAX);
}

static void outlet_start_command__that_fails__says_its_code(void **state)
{
    struct fixture *fixture = *state;
    run(fixture, "echo half; exit 4", "", 0);
    assert_false(fixture->is_ok);
    assert_string_equal(fixture->trouble, "the command ended with code 4");
    assert_string_equal(strbuf_text(&fixture->output), "half\n");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(outlet_find_tool__needs__a_display_and_the_program),
        TEST(outlet_start_tool__gets__exact_bytes),
        TEST(outlet_start_tool__what_it_leaves__goes_on),
        TEST(outlet_start_tool__that_fails__is_told_with_its_words),
        TEST(outlet_start_tool__gets__no_keys),
        TEST(outlet_start_tool__windows__reads_utf_16),
        TEST(outlet_start_command__reads__the_text_and_is_heard),
        TEST(outlet_start_command__text__is_never_part_of_it),
        TEST(outlet_start_command__gets__no_keys),
        TEST(outlet_start_command__endless_output__is_stopped),
        TEST(outlet_start_command__that_fails__says_its_code),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
