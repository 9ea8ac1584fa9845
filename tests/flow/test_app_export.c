/* A pane, all panes and the session to files, with keys, in the app without a terminal.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "src/base/mem.h"
#include "src/base/path.h"
#include "src/store/session_import.h"
#include "tests/support/app_stage.h"

#define ECHO "demo/echo?rate=0&ttft=0"

struct fixture {
    struct app_stage *stage;
    char folder[32];
};

/* Two panes that have answered the same, in normal mode; files go to a folder of the
 * test, which is the home folder. */
static int set_up(void **state)
{
    static const char *const models[] = {ECHO, ECHO, NULL};
    struct fixture *fixture = mem_alloc(sizeof(*fixture));
    memcpy(fixture->folder, "/tmp/motet-export-XXXXXX", 25);
    if (mkdtemp(fixture->folder) == NULL)
        return -1;
    setenv("HOME", fixture->folder, 1);
    fixture->stage = app_stage_open(models);
    app_stage_send(fixture->stage, "Is it so?");
    app_stage_wait_idle(fixture->stage);
    app_stage_press(fixture->stage, "Esc");
    *state = fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    app_stage_free(fixture->stage);
    rmdir(fixture->folder);
    mem_free(fixture);
    return 0;
}

/* Presses the key and types the name of a file in the home folder. */
static void export_to(struct fixture *fixture, const char *key, const char *name)
{
    app_stage_press(fixture->stage, key);
    app_stage_press(fixture->stage, "Ctrl-U");
    app_stage_type(fixture->stage, "~/");
    app_stage_type(fixture->stage, name);
    app_stage_press(fixture->stage, "Enter");
}

/* The file's text; it is removed. Caller frees. */
static char *take_file(struct fixture *fixture, const char *name)
{
    struct error err = {ERROR_NONE, NULL};
    struct strbuf text;
    struct stat info;
    char *path = strbuf_format("%s/%s", fixture->folder, name);
    strbuf_init(&text, STRBUF_OWN_MAX);
    if (!path_read_file(path, &text, &err))
        fail_msg("%s", error_text(&err));
    assert_int_equal(stat(path, &info), 0);
    assert_int_equal(info.st_mode & 0777, 0600);
    unlink(path);
    mem_free(path);
    return strbuf_take(&text);
}

static size_t count_of(const char *text, const char *part)
{
    size_t count = 0;
    for (const char *at = strstr(text, part); at != NULL; at = strstr(at + 1, part))
        count++;
    return count;
}

static void app_export__pane__is_one_chat(void **state)
{
    struct fixture *fixture = *state;
    app_stage_press(fixture->stage, "Ctrl-X");
    assert_stage_shows(fixture->stage, " write this pane to> pane.md");
    app_stage_press(fixture->stage, "Esc");
    export_to(fixture, "Ctrl-X", "a.md");
    assert_stage_shows(fixture->stage, "wrote this pane to ");
    char *text = take_file(fixture, "a.md");
    assert_int_equal(count_of(text, "> Is it so?\n"), 2); /* the prompt, and its echo */
    mem_free(text);
}

static void app_export__comparison__has_all_panes(void **state)
{
    struct fixture *fixture = *state;
    export_to(fixture, "X", "b.html");
    assert_stage_shows(fixture->stage, "wrote all panes to ");
    char *text = take_file(fixture, "b.html");
    assert_int_equal(count_of(text, "<section class=\"pane\">"), 2);
    assert_int_equal(count_of(text, "<section class=\"prompt\">"), 1);
    mem_free(text);
}

static void app_export__session__can_be_imported(void **state)
{
    struct fixture *fixture = *state;
    struct imported imported = {0};
    struct error err = {ERROR_NONE, NULL};
    export_to(fixture, "Alt-X", "c.json");
    assert_stage_shows(fixture->stage, "wrote the session to ");
    char *text = take_file(fixture, "c.json");
    const struct import_source source = {NULL, text, strlen(text)};
    assert_true(session_import(import_form_find("motet"), &source, &imported, &err));
    assert_int_equal(imported.sessions[0].chat_count, 2);
    assert_int_equal(imported.message_count, 4);
    assert_string_equal(imported.sessions[0].title, "Is it so?");
    imported_clear(&imported);
    mem_free(text);
}

static void app_export__name__says_the_format_and_is_asked_about(void **state)
{
    struct fixture *fixture = *state;
    export_to(fixture, "X", "d.doc");
    assert_stage_shows(fixture->stage, "must end in .md, .json, .html or .txt");
    app_stage_press(fixture->stage, "Esc");
    export_to(fixture, "X", "d.txt");
    export_to(fixture, "Ctrl-X", "d.txt");
    assert_stage_shows(fixture->stage, "Enter once more writes over it");
    app_stage_press(fixture->stage, "Enter");
    assert_stage_shows(fixture->stage, "wrote this pane to ");
    mem_free(take_file(fixture, "d.txt"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(app_export__pane__is_one_chat, set_up, tear_down),
        cmocka_unit_test_setup_teardown(app_export__comparison__has_all_panes, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(app_export__session__can_be_imported, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(
            app_export__name__says_the_format_and_is_asked_about, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
