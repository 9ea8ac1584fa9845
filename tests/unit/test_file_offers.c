/* What is offered of a folder, in which order, and where reading ends. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "src/base/mem.h"
#include "src/base/strbuf.h"
#include "ui/file_offers.h"

struct fixture {
    char *folder;       /* ends with a slash */
    struct strbuf made; /* paths to remove, each with its NUL */
    struct file_offers offers;
};

/* The limit in time is for people; a test's folders are read however slow it is. */
#define NO_HURRY_MS 600000

static int set_up(void **state)
{
    struct fixture *fixture = mem_alloc(sizeof(*fixture));
    const char *folder = getenv("TMPDIR");
    char *made =
        strbuf_format("%s/motet-offers-XXXXXX", folder != NULL ? folder : "/tmp");
    assert_non_null(mkdtemp(made));
    fixture->folder = strbuf_format("%s/", made);
    strbuf_init(&fixture->made, STRBUF_OWN_MAX);
    mem_free(made);
    *state = fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    /* What was made last goes first: files before their folders. */
    for (size_t end = fixture->made.len; end > 0;) {
        size_t start = end - 1;
        while (start > 0 && fixture->made.text[start - 1] != '\0')
            start--;
        assert_int_equal(remove(fixture->made.text + start), 0);
        end = start;
    }
    assert_int_equal(rmdir(fixture->folder), 0);
    strbuf_clear(&fixture->made);
    file_offers_clear(&fixture->offers);
    mem_free(fixture->folder);
    mem_free(fixture);
    return 0;
}

/* Makes a file, or a folder where the name ends with a slash. */
static void make(struct fixture *fixture, const char *name)
{
    char *path = strbuf_format("%s%s", fixture->folder, name);
    const size_t len = strlen(path);
    if (path[len - 1] == '/') {
        assert_int_equal(mkdir(path, 0700), 0);
    } else {
        const int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
        assert_true(fd >= 0);
        close(fd);
    }
    strbuf_append(&fixture->made, path, len + 1);
    mem_free(path);
}

static void assert_offers(struct fixture *fixture, bool has_hidden, const char *expected)
{
    struct strbuf names;
    strbuf_init(&names, STRBUF_OWN_MAX);
    file_offers_read(&fixture->offers, fixture->folder, has_hidden, NO_HURRY_MS);
    for (size_t i = 0; i < fixture->offers.count; i++)
        strbuf_append_format(&names, "%s%s", i > 0 ? " " : "",
                             fixture->offers.items[i].name);
    assert_string_equal(strbuf_text(&names), expected);
    strbuf_clear(&names);
}

static void file_offers_read__lists__level_by_level(void **state)
{
    struct fixture *fixture = *state;
    make(fixture, "b.txt");
    make(fixture, "a.txt");
    make(fixture, "src/");
    make(fixture, "src/base/");
    make(fixture, "src/base/mem.c");
    make(fixture, "src/main.c");
    assert_offers(fixture, false, "src/ a.txt b.txt src/base/ src/main.c src/base/mem.c");
    assert_int_equal(fixture->offers.items[0].depth, 0);
    assert_true(fixture->offers.items[0].is_folder);
    assert_int_equal(fixture->offers.items[5].depth, 2);
}

static void file_offers_read__hides__what_begins_with_a_dot(void **state)
{
    struct fixture *fixture = *state;
    make(fixture, ".git/");
    make(fixture, ".git/config");
    make(fixture, ".profile");
    make(fixture, "a/");
    make(fixture, "a/.hidden");
    assert_offers(fixture, false, "a/");
    assert_offers(fixture, true, ".git/ a/ .profile");
}

static void file_offers_read__follows__no_link_but_shows_it(void **state)
{
    struct fixture *fixture = *state;
    make(fixture, "a/");
    char *link = strbuf_format("%sa/up", fixture->folder);
    assert_int_equal(symlink("..", link), 0);
    strbuf_append(&fixture->made, link, strlen(link) + 1);
    mem_free(link);
    assert_offers(fixture, false, "a/ a/up/");
}

static void file_offers_read__reads_a_huge_folder__in_part(void **state)
{
    struct fixture *fixture = *state;
    for (int i = 0; i < 4100; i++) {
        char *name = strbuf_format("%d", i);
        make(fixture, name);
        mem_free(name);
    }
    file_offers_read(&fixture->offers, fixture->folder, false, NO_HURRY_MS);
    assert_int_equal(fixture->offers.count, 4000);
}

static void file_offers_read__no_folder__has_nothing(void **state)
{
    struct fixture *fixture = *state;
    file_offers_read(&fixture->offers, "/nowhere/at/all/", false, NO_HURRY_MS);
    assert_int_equal(fixture->offers.count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(file_offers_read__lists__level_by_level, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(file_offers_read__hides__what_begins_with_a_dot,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(file_offers_read__follows__no_link_but_shows_it,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(file_offers_read__reads_a_huge_folder__in_part,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(file_offers_read__no_folder__has_nothing, set_up,
                                        tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
