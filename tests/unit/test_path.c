/* What people write for a path, and where programs are looked for. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>

#include "src/base/mem.h"
#include "src/base/path.h"

static void assert_path(char *path, const char *expected)
{
    assert_string_equal(path, expected);
    mem_free(path);
}

static int set_up(void **state)
{
    (void)state;
    return setenv("HOME", "/home/me", 1);
}

static void path_from_text__tilde__is_the_home(void **state)
{
    (void)state;
    assert_path(path_from_text("~/a.md"), "/home/me/a.md");
    assert_path(path_from_text("~"), "~");
    assert_path(path_from_text("~you/a.md"), "~you/a.md");
    assert_path(path_from_text("b~/a.md"), "b~/a.md");
    assert_path(path_from_text(""), "");
}

static void path_from_text__no_home__stays(void **state)
{
    (void)state;
    unsetenv("HOME");
    assert_path(path_from_text("~/a.md"), "~/a.md");
}

static void path_from_file__relative__begins_at_the_files_folder(void **state)
{
    (void)state;
    assert_path(path_from_file("/etc/motet/config.yaml", "ca.pem"), "/etc/motet/ca.pem");
    assert_path(path_from_file("/etc/motet/config.yaml", "~/ca.pem"), "/home/me/ca.pem");
    assert_path(path_from_file("/etc/motet/config.yaml", "/ca.pem"), "/ca.pem");
    assert_path(path_from_file("config.yaml", "ca.pem"), "ca.pem");
}

static void path_find_program__relative_folders__are_not_looked_in(void **state)
{
    (void)state;
    assert_path(path_find_program("sh", ":.:bin:/bin"), "/bin/sh");
    assert_null(path_find_program("sh", ":.:bin"));
    assert_null(path_find_program("no-such-program-of-motet", NULL));
}

static void path_find_program__folder__is_none(void **state)
{
    (void)state;
    assert_null(path_find_program("bin", "/usr"));
    assert_null(path_find_program("/usr/bin", NULL));
    assert_null(path_find_program("./no/such/program", NULL));
    assert_path(path_find_program("/bin/sh", NULL), "/bin/sh");
}

#define TEST(name) cmocka_unit_test_setup(name, set_up)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(path_from_text__tilde__is_the_home),
        TEST(path_from_text__no_home__stays),
        TEST(path_from_file__relative__begins_at_the_files_folder),
        TEST(path_find_program__relative_folders__are_not_looked_in),
        TEST(path_find_program__folder__is_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
