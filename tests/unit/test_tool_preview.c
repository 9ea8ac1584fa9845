/* What a call would change, and the sentences where that cannot be shown. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "src/base/mem.h"
#include "src/tool/command_tool.h"
#include "src/tool/tool_preview.h"

struct fixture {
    struct command_tool command;
    struct tool tool;
    struct strbuf text;
};

static char *in_folder(const struct fixture *fixture, const char *name)
{
    return strbuf_format("%s/%s", fixture->command.directory, name);
}

static void put(const struct fixture *fixture, const char *name, const char *text)
{
    char *path = in_folder(fixture, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
    mem_free(path);
}

static int set_up(void **state)
{
    struct fixture *fixture = mem_alloc(sizeof(*fixture));
    const char *base = getenv("TMPDIR");
    fixture->command.directory =
        strbuf_format("%s/preview-XXXXXX", base != NULL ? base : "/tmp");
    assert_non_null(mkdtemp(fixture->command.directory));
    fixture->tool.command = &fixture->command;
    strbuf_init(&fixture->text, 1 << 22);
    put(fixture, "a.txt", "one\ntwo\n");
    *state = fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    strbuf_clear(&fixture->text);
    mem_free(fixture->command.directory);
    mem_free(fixture);
    return 0;
}

static void assert_preview(struct fixture *fixture, enum command_preview kind,
                           const char *arguments, const char *expected)
{
    fixture->command.preview = kind;
    strbuf_reset(&fixture->text);
    assert_true(tool_preview(&fixture->tool, arguments, &fixture->text));
    assert_string_equal(strbuf_text(&fixture->text), expected);
}

static void preview__no_such_tool__has_none(void **state)
{
    struct fixture *fixture = *state;
    const struct tool other = {0};
    assert_false(tool_preview(&fixture->tool, "{}", &fixture->text));
    assert_false(tool_preview(&other, "{}", &fixture->text));
}

static void preview_write__shows__what_changes(void **state)
{
    struct fixture *fixture = *state;
    assert_preview(fixture, PREVIEW_WRITE_FILE,
                   "{\"path\":\"a.txt\",\"content\":\"one\\n2\\n\"}",
                   "--- a/a.txt\n+++ b/a.txt\n@@ -1,2 +1,2 @@\n one\n-two\n+2\n");
    assert_preview(fixture, PREVIEW_WRITE_FILE,
                   "{\"path\":\"a.txt\",\"content\":\"one\\ntwo\\n\"}",
                   "no change: a.txt has this text already");
    assert_preview(fixture, PREVIEW_WRITE_FILE,
                   "{\"path\":\"new/deep/b.txt\",\"content\":\"x\\n\"}",
                   "--- /dev/null\n+++ b/new/deep/b.txt\n@@ -0,0 +1 @@\n+x\n");
    assert_preview(fixture, PREVIEW_WRITE_FILE, "{\"path\":\"e\",\"content\":\"\"}",
                   "e would be made, and empty");
    char *folder = in_folder(fixture, "new");
    assert_int_equal(access(folder, F_OK), -1);
    mem_free(folder);
}

static void preview_edit__shows__what_changes(void **state)
{
    struct fixture *fixture = *state;
    assert_preview(fixture, PREVIEW_EDIT_FILE,
                   "{\"path\":\"a.txt\",\"old_text\":\"tw\",\"new_text\":\"fu\"}",
                   "--- a/a.txt\n+++ b/a.txt\n@@ -1,2 +1,2 @@\n one\n-two\n+fuo\n");
    assert_preview(
        fixture, PREVIEW_EDIT_FILE,
        "{\"path\":\"a.txt\",\"old_text\":\"o\",\"new_text\":\"0\"}",
        "this edit would fail: the text to replace is there 2 times: nothing is "
        "changed; give more of what stands around it");
}

static void preview__says__why_there_is_none(void **state)
{
    struct fixture *fixture = *state;
    char *pipe = in_folder(fixture, "pipe");
    assert_int_equal(mkfifo(pipe, 0600), 0);
    put(fixture, "binary", "\xff\xfe");
    assert_preview(fixture, PREVIEW_WRITE_FILE, "{\"path\":\"binary\",\"content\":\"\"}",
                   "no preview: binary is not text: it is binary, or not UTF-8");
    assert_preview(fixture, PREVIEW_WRITE_FILE, "{\"path\":\"pipe\",\"content\":\"\"}",
                   "no preview: pipe is something else, not a file");
    assert_preview(fixture, PREVIEW_WRITE_FILE,
                   "{\"path\":\"/etc/passwd\",\"content\":\"\"}",
                   "no preview: /etc/passwd is outside of the working directory, where "
                   "this tool cannot go");
    assert_preview(fixture, PREVIEW_EDIT_FILE,
                   "{\"path\":\"none\",\"old_text\":\"a\",\"new_text\":\"\"}",
                   "no preview: none cannot be opened: No such file or directory");
    assert_preview(fixture, PREVIEW_EDIT_FILE, "{\"path\":\"a.txt\"}",
                   "no preview: old_text or new_text is missing");
    assert_preview(fixture, PREVIEW_WRITE_FILE, "{\"path\":\"a.txt\"}",
                   "no preview: the argument \"content\" is missing");
    assert_preview(fixture, PREVIEW_WRITE_FILE, "{}",
                   "no preview: the argument \"path\" is missing");
    assert_preview(fixture, PREVIEW_WRITE_FILE, "[",
                   "no preview: the arguments are not an object of JSON");
    mem_free(pipe);
}

static void preview__large_file__is_refused(void **state)
{
    struct fixture *fixture = *state;
    char *large = mem_alloc(TOOL_PREVIEW_FILE_MAX + 2);
    memset(large, 'x', TOOL_PREVIEW_FILE_MAX + 1);
    put(fixture, "large", large);
    assert_preview(fixture, PREVIEW_WRITE_FILE, "{\"path\":\"large\",\"content\":\"\"}",
                   "no preview: large is too large: more than 1048576 bytes");
    mem_free(large);
}

#define PREVIEW_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        PREVIEW_TEST(preview__no_such_tool__has_none),
        PREVIEW_TEST(preview_write__shows__what_changes),
        PREVIEW_TEST(preview_edit__shows__what_changes),
        PREVIEW_TEST(preview__says__why_there_is_none),
        PREVIEW_TEST(preview__large_file__is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
