/* The person's editor: what it is given, what comes back, and that nothing is left. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "src/base/mem.h"
#include "src/base/path.h"
#include "tests/support/app_stage.h"

static struct app_stage *open_stage(const char *text)
{
    struct app_stage *stage =
        app_stage_open((const char *const[]){"demo/echo?rate=0&ttft=0", NULL});
    app_stage_type(stage, text);
    return stage;
}

/* Saves as an editor does. */
static void save(struct app_stage *stage, const char *text)
{
    FILE *file = fopen(stage->edited_path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static void assert_nothing_is_left(const struct app_stage *stage)
{
    char *folder = mem_strdup(stage->edited_path);
    *strrchr(folder, '/') = '\0';
    assert_int_not_equal(access(folder, F_OK), 0);
    mem_free(folder);
}

static void app_editor__text__is_in_a_private_file(void **state)
{
    (void)state;
    struct app_stage *stage = open_stage("a draft");
    struct strbuf text;
    struct stat info;
    strbuf_init(&text, 1000);
    app_stage_press(stage, "Ctrl-G");
    assert_true(path_read_file_info(stage->edited_path, &text, &info, NULL));
    assert_string_equal(strbuf_text(&text), "a draft");
    assert_int_equal(info.st_mode & 0777, 0600);
    strbuf_clear(&text);
    app_edited(stage->app, true);
    assert_stage_shows(stage, "> a draft");
    assert_nothing_is_left(stage);
    app_stage_free(stage);
}

static void app_editor__chip__is_written_out_in_the_file(void **state)
{
    (void)state;
    struct app_stage *stage = open_stage("");
    struct strbuf text;
    strbuf_init(&text, 1000);
    app_stage_paste(stage, "1\n2\n3\n4\n5\n6\n7\n8\n9");
    app_stage_press(stage, "Ctrl-G");
    assert_true(path_read_file(stage->edited_path, &text, NULL));
    assert_string_equal(strbuf_text(&text), "1\n2\n3\n4\n5\n6\n7\n8\n9");
    strbuf_clear(&text);
    app_edited(stage->app, true);
    assert_stage_shows(stage, "[pasted 9 lines");
    app_stage_free(stage);
}

static void app_editor__saved__is_one_change(void **state)
{
    (void)state;
    struct app_stage *stage = open_stage("a draft");
    app_stage_press(stage, "Ctrl-G");
    save(stage, "another text\nin two lines\n");
    app_edited(stage->app, true);
    assert_stage_shows(stage, "> another text");
    assert_stage_shows(stage, "  in two lines");
    app_stage_press(stage, "Ctrl-_");
    app_stage_press(stage, "Right");
    assert_stage_shows(stage, "> a draft");
    app_stage_free(stage);
}

static void app_editor__failed__changes_nothing(void **state)
{
    (void)state;
    struct app_stage *stage = open_stage("a draft");
    app_stage_press(stage, "Ctrl-G");
    save(stage, "lost");
    app_edited(stage->app, false);
    assert_stage_shows(stage, "> a draft");
    assert_stage_shows(stage, "the editor failed");
    assert_nothing_is_left(stage);
    app_stage_free(stage);
}

static void app_editor__file_gone__is_said(void **state)
{
    (void)state;
    struct app_stage *stage = open_stage("a draft");
    app_stage_press(stage, "Ctrl-G");
    unlink(stage->edited_path);
    app_edited(stage->app, true);
    assert_stage_shows(stage, "> a draft");
    assert_stage_shows(stage, "prompt.md");
    assert_nothing_is_left(stage);
    app_stage_free(stage);
}

static void app_editor__program_ends__leaves_no_file(void **state)
{
    (void)state;
    struct app_stage *stage = open_stage("a secret draft");
    app_stage_press(stage, "Ctrl-G");
    char *path = mem_strdup(stage->edited_path);
    char *backup = strbuf_format("%s~", path);
    FILE *file = fopen(backup, "w");
    fclose(file);
    app_stage_free(stage);
    assert_int_not_equal(access(path, F_OK), 0);
    assert_int_not_equal(access(backup, F_OK), 0);
    mem_free(path);
    mem_free(backup);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(app_editor__text__is_in_a_private_file),
        cmocka_unit_test(app_editor__chip__is_written_out_in_the_file),
        cmocka_unit_test(app_editor__saved__is_one_change),
        cmocka_unit_test(app_editor__failed__changes_nothing),
        cmocka_unit_test(app_editor__file_gone__is_said),
        cmocka_unit_test(app_editor__program_ends__leaves_no_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
