/* Whole files in a folder of the test's. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "src/base/file_out.h"
#include "src/base/mem.h"
#include "src/base/path.h"
#include "src/base/strbuf.h"

struct fixture {
    char folder[40];
    char *path;
    char *link;
};

static int set_up(void **state)
{
    struct fixture *fixture = mem_alloc(sizeof(*fixture));
    memcpy(fixture->folder, "/tmp/motet-file-out-XXXXXX", 27);
    assert_non_null(mkdtemp(fixture->folder));
    fixture->path = strbuf_format("%s/text", fixture->folder);
    fixture->link = strbuf_format("%s/link", fixture->folder);
    *state = fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    unlink(fixture->path);
    unlink(fixture->link);
    const int left = rmdir(fixture->folder); /* nothing else is left there */
    mem_free(fixture->path);
    mem_free(fixture->link);
    mem_free(fixture);
    return left;
}

static void assert_file(const char *path, const char *expected)
{
    struct strbuf text;
    strbuf_init(&text, 1000);
    assert_true(path_read_file(path, &text, NULL));
    assert_string_equal(strbuf_text(&text), expected);
    strbuf_clear(&text);
}

static void assert_mode(const char *path, mode_t mode)
{
    struct stat info;
    assert_int_equal(stat(path, &info), 0);
    assert_int_equal(info.st_mode & 0777, mode);
}

static void file_out_write__writes__new_files_only_unless_told(void **state)
{
    const struct fixture *fixture = *state;
    struct error err = {ERROR_NONE, NULL};
    assert_false(file_out_exists(fixture->path));
    assert_true(file_out_write(fixture->path, "one", 3, false, &err));
    assert_true(file_out_exists(fixture->path));
    assert_false(file_out_write(fixture->path, "two", 3, false, &err));
    assert_non_null(strstr(error_text(&err), fixture->path));
    error_clear(&err);
    assert_file(fixture->path, "one");
    assert_int_equal(chmod(fixture->path, 0640), 0);
    assert_true(file_out_write(fixture->path, "two", 3, true, &err));
    assert_file(fixture->path, "two");
    assert_mode(fixture->path, 0640);
}

static void file_out_write__link__stays_one(void **state)
{
    const struct fixture *fixture = *state;
    struct error err = {ERROR_NONE, NULL};
    struct stat info;
    assert_true(file_out_write(fixture->path, "one", 3, false, &err));
    assert_int_equal(symlink(fixture->path, fixture->link), 0);
    assert_true(file_out_write(fixture->link, "two", 3, true, &err));
    assert_file(fixture->path, "two");
    assert_int_equal(lstat(fixture->link, &info), 0);
    assert_true(S_ISLNK(info.st_mode));
}

static void file_out_write__no_folder__or_one_in_the_way(void **state)
{
    const struct fixture *fixture = *state;
    struct error err = {ERROR_NONE, NULL};
    char *missing = strbuf_format("%s/none/text", fixture->folder);
    assert_false(file_out_write(missing, "x", 1, false, &err));
    error_clear(&err);
    assert_false(file_out_write(fixture->folder, "x", 1, true, &err));
    error_clear(&err);
    mem_free(missing);
}

static void file_out_replace__takes_the_place__and_only_we_read_it(void **state)
{
    const struct fixture *fixture = *state;
    struct error err = {ERROR_NONE, NULL};
    assert_true(file_out_replace(fixture->path, "one", 3, &err));
    assert_int_equal(chmod(fixture->path, 0644), 0);
    assert_true(file_out_replace(fixture->path, "two", 3, &err));
    assert_file(fixture->path, "two");
    assert_mode(fixture->path, 0600);
}

static void file_out_replace__link__stays_one(void **state)
{
    const struct fixture *fixture = *state;
    struct error err = {ERROR_NONE, NULL};
    struct stat info;
    assert_true(file_out_replace(fixture->path, "one", 3, &err));
    assert_int_equal(symlink(fixture->path, fixture->link), 0);
    assert_true(file_out_replace(fixture->link, "two", 3, &err));
    assert_int_equal(lstat(fixture->link, &info), 0);
    assert_true(S_ISLNK(info.st_mode));
    assert_file(fixture->path, "two");
}

/* Who may rename in /dev would lose the device otherwise. */
static void file_out_replace__pipe__is_left_alone(void **state)
{
    const struct fixture *fixture = *state;
    struct error err = {ERROR_NONE, NULL};
    struct stat info;
    assert_int_equal(mkfifo(fixture->path, 0600), 0);
    assert_int_equal(symlink(fixture->path, fixture->link), 0);
    assert_false(file_out_replace(fixture->path, "one", 3, &err));
    assert_non_null(strstr(error_text(&err), "no plain file"));
    error_clear(&err);
    assert_false(file_out_replace(fixture->link, "one", 3, NULL));
    assert_int_equal(stat(fixture->path, &info), 0);
    assert_true(S_ISFIFO(info.st_mode));
}

static void file_out_replace__that_fails__leaves_nothing(void **state)
{
    const struct fixture *fixture = *state;
    struct error err = {ERROR_NONE, NULL};
    char *inside = strbuf_format("%s/x", fixture->path);
    assert_int_equal(mkdir(fixture->path, 0700), 0);
    assert_int_equal(mkdir(inside, 0700), 0); /* a full folder gives way to no file */
    assert_false(file_out_replace(fixture->path, "one", 3, &err));
    assert_non_null(strstr(error_text(&err), fixture->path));
    error_clear(&err);
    assert_int_equal(rmdir(inside), 0);
    assert_int_equal(rmdir(fixture->path), 0);
    mem_free(inside);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(file_out_write__writes__new_files_only_unless_told),
        TEST(file_out_write__link__stays_one),
        TEST(file_out_write__no_folder__or_one_in_the_way),
        TEST(file_out_replace__takes_the_place__and_only_we_read_it),
        TEST(file_out_replace__link__stays_one),
        TEST(file_out_replace__pipe__is_left_alone),
        TEST(file_out_replace__that_fails__leaves_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
