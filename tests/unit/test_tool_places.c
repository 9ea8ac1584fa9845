/* Where tools are looked for: build folders, installed programs, never here. */
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
#include "src/tool/tool_places.h"

/* A folder of the test's own, with "motet-tool" in a folder below it. Caller frees. */
static char *make_tree(const char *const *folders, const char *helper)
{
    const char *base = getenv("TMPDIR");
    char *root = strbuf_format("%s/places-XXXXXX", base != NULL ? base : "/tmp");
    assert_non_null(mkdtemp(root));
    for (; *folders != NULL; folders++) {
        char *path = strbuf_format("%s/%s", root, *folders);
        assert_int_equal(mkdir(path, 0700), 0);
        mem_free(path);
    }
    char *path = strbuf_format("%s/%s/motet-tool", root, helper);
    const int fd = open(path, O_WRONLY | O_CREAT, 0700);
    assert_true(fd >= 0);
    close(fd);
    mem_free(path);
    return root;
}

static void assert_places(const char *program, const char *helper, const char *shipped)
{
    struct tool_places places;
    tool_places_init(&places, program);
    assert_string_equal(places.helper_folder, helper);
    assert_string_equal(places.folders[0], shipped);
    tool_places_clear(&places);
}

static void tool_places__uses__the_build_folder(void **state)
{
    (void)state;
    static const char *const folders[] = {"tools", NULL};
    char *root = make_tree(folders, "tools");
    char *program = strbuf_format("%s/motet", root);
    char *tools = strbuf_format("%s/tools", root);
    assert_places(program, tools, tools);
    mem_free(tools);
    mem_free(program);
    mem_free(root);
}

static void tool_places__uses__what_is_installed_beside(void **state)
{
    (void)state;
    static const char *const folders[] = {"bin", "libexec", "libexec/motet", NULL};
    char *root = make_tree(folders, "libexec/motet");
    char *program = strbuf_format("%s/bin/motet", root);
    char *helper = strbuf_format("%s/bin/../libexec/motet", root);
    char *shipped = strbuf_format("%s/bin/../share/motet/tools", root);
    assert_places(program, helper, shipped);
    mem_free(shipped);
    mem_free(helper);
    mem_free(program);
    mem_free(root);
}

static void tool_places__knows__the_persons_own(void **state)
{
    (void)state;
    struct tool_places places;
    setenv("XDG_CONFIG_HOME", "/home/p/conf", 1);
    tool_places_init(&places, "/nowhere/motet");
    assert_int_equal(places.len, 2);
    assert_string_equal(places.folders[1], "/home/p/conf/motet/tools");
    assert_string_equal(places.rules_file, "/home/p/conf/motet/tool-rules");
    tool_places_clear(&places);
}

static void tool_places__never__is_the_current_directory(void **state)
{
    (void)state;
    struct tool_places places;
    setenv("XDG_CONFIG_HOME", "relative", 1);
    unsetenv("HOME");
    tool_places_init(&places, "motet");
    for (size_t i = 0; i < places.len; i++)
        assert_int_equal(places.folders[i][0], '/');
    assert_int_equal(places.len, 1);
    assert_null(places.rules_file);
    tool_places_clear(&places);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tool_places__uses__the_build_folder),
        cmocka_unit_test(tool_places__uses__what_is_installed_beside),
        cmocka_unit_test(tool_places__knows__the_persons_own),
        cmocka_unit_test(tool_places__never__is_the_current_directory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
