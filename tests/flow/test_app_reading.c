/* Searching, selecting, copying, writing and piping with keys, in the app without a
 * terminal. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "src/base/mem.h"
#include "src/base/path.h"
#include "tests/support/app_stage.h"

#define ECHO "demo/echo?rate=0&ttft=0"

#define CODE_ANSWER                                                                      \
    "Two ways:\n\n```python\nprint(1)\n\tx = 2\n```\n\nor\n\n```c\nint needle;\n```\n"   \
    "\nThat is the needle."

static struct app_stage *open_echo(size_t panes)
{
    const char *models[] = {ECHO, ECHO, ECHO, NULL};
    models[panes] = NULL;
    return app_stage_open(models);
}

/* Sends a text that the panes answer with. */
static void ask(struct app_stage *stage, const char *text)
{
    app_stage_paste(stage, text);
    app_stage_press(stage, "Enter");
    app_stage_wait_idle(stage);
}

/* One pane with an answer, in normal mode. */
static struct app_stage *open_answered(const char *text)
{
    struct app_stage *stage = open_echo(1);
    ask(stage, text);
    app_stage_press(stage, "Esc");
    return stage;
}

static void assert_copied(const struct app_stage *stage, const char *expected)
{
    assert_non_null(stage->copied);
    assert_string_equal(stage->copied, expected);
    assert_int_equal(stage->copied_len, strlen(expected));
}

static size_t count_cells(const struct app_stage *stage, enum role role)
{
    size_t count = 0;
    for (int y = 0; y < stage->shown->height; y++) {
        for (int x = 0; x < stage->shown->width; x++)
            count += canvas_role_at(stage->shown, x, y) == role;
    }
    return count;
}

/* --- Search ------------------------------------------------------------------------ */

static void app_search__typed__marks_and_goes_on_with_n(void **state)
{
    (void)state;
    struct app_stage *stage = open_answered(CODE_ANSWER);
    app_stage_type(stage, "/");
    assert_stage_shows(stage, " search>");
    app_stage_type(stage, "needle");
    assert_stage_shows(stage, "match 1 of 4");
    assert_int_equal(count_cells(stage, ROLE_MATCH_CURRENT), 6);
    assert_int_equal(count_cells(stage, ROLE_MATCH), 18);
    app_stage_press(stage, "Enter");
    assert_stage_hides(stage, " search>");
    app_stage_type(stage, "nnn");
    assert_stage_shows(stage, "match 4 of 4");
    app_stage_type(stage, "n");
    assert_stage_shows(stage, "the search went on from the top");
    app_stage_type(stage, "N");
    assert_stage_shows(stage, "the search went on from the end");
    assert_int_equal(count_cells(stage, ROLE_MATCH), 18);
    app_stage_press(stage, "Esc");
    assert_int_equal(count_cells(stage, ROLE_MATCH), 0);
    assert_stage_hides(stage, "match ");
    /* What n is otherwise. */
    app_stage_type(stage, "n");
    assert_stage_shows(stage, "open a pane with this model");
    app_stage_free(stage);
}

static void app_search__esc_in_the_line__is_as_before(void **state)
{
    (void)state;
    struct app_stage *stage = open_echo(1);
    for (int i = 0; i < 8; i++)
        ask(stage, i == 0 ? "needle" : "a\nb\nc\nd");
    app_stage_press(stage, "Esc");
    assert_stage_hides(stage, "needle");
    app_stage_type(stage, "/needle");
    assert_stage_shows(stage, "match 2 of 2");
    assert_int_equal(count_cells(stage, ROLE_MATCH_CURRENT), 6);
    app_stage_press(stage, "Backspace");
    assert_stage_shows(stage, "match 2 of 2");
    app_stage_press(stage, "Esc");
    assert_stage_hides(stage, "needle");
    assert_stage_hides(stage, "more below");
    assert_int_equal(count_cells(stage, ROLE_MATCH), 0);
    app_stage_free(stage);
}

static void app_search__nothing_found__is_said(void **state)
{
    (void)state;
    struct app_stage *stage = open_answered("some words");
    app_stage_type(stage, "/Words");
    assert_stage_shows(stage, "no match");
    app_stage_press(stage, "Enter");
    assert_stage_shows(stage, "no match for \"Words\" in this pane");
    app_stage_free(stage);
}

static void app_search__all_panes__goes_from_pane_to_pane(void **state)
{
    (void)state;
    struct app_stage *stage = open_echo(3);
    ask(stage, "common needle");
    app_stage_press(stage, "Esc");
    app_stage_type(stage, "/needle");
    assert_stage_shows(stage, "match 1 of 2");
    app_stage_press(stage, "Tab");
    assert_stage_shows(stage, "match 1 of 6 in 3 panes");
    app_stage_press(stage, "Enter");
    app_stage_type(stage, "nn");
    assert_stage_shows(stage, "match 3 of 6");
    assert_int_equal(count_cells(stage, ROLE_MATCH_CURRENT), 6);
    app_stage_type(stage, "nnn");
    assert_stage_shows(stage, "match 6 of 6");
    app_stage_type(stage, "n");
    assert_stage_shows(stage, "the search went on from the first pane");
    app_stage_type(stage, "N");
    assert_stage_shows(stage, "the search went on from the last pane");
    app_stage_press(stage, "F1");
    app_stage_press(stage, "Esc");
    assert_stage_shows(stage, "match 6 of 6");
    app_stage_free(stage);
}

static void app_search__again__is_for_the_last_text(void **state)
{
    (void)state;
    struct app_stage *stage = open_answered("one needle");
    app_stage_type(stage, "F");
    assert_stage_shows(stage, "nothing was searched for yet");
    app_stage_type(stage, "/needle");
    app_stage_press(stage, "Enter");
    app_stage_press(stage, "Esc");
    app_stage_type(stage, "F");
    assert_stage_shows(stage, "of 2");
    app_stage_type(stage, "/");
    app_stage_press(stage, "Up");
    assert_stage_shows(stage, " search> needle");
    app_stage_free(stage);
}

static void app_search__other_pane_closed__goes_on(void **state)
{
    (void)state;
    struct app_stage *stage = open_echo(2);
    ask(stage, "needle");
    app_stage_press(stage, "Esc");
    app_stage_press(stage, "Ctrl-F");
    app_stage_type(stage, "needle");
    app_stage_press(stage, "Enter");
    app_stage_type(stage, "xx");
    app_stage_type(stage, "n");
    assert_stage_shows(stage, "of 2 in 1 pane");
    app_stage_free(stage);
}

static void app_search__hostile_text__is_drawn_safe(void **state)
{
    (void)state;
    struct app_stage *stage = open_answered("a\033[31mb \xe2\x80\xae"
                                            "cb");
    app_stage_type(stage, "/");
    app_stage_paste(stage, "[31m\nrest");
    assert_stage_shows(stage, "match 1 of 2");
    app_stage_free(stage);
}

/* --- Copy -------------------------------------------------------------------------- */

static void app_copy__answer__is_its_source(void **state)
{
    (void)state;
    struct app_stage *stage = open_answered(CODE_ANSWER);
    app_stage_type(stage, "y");
    assert_copied(stage, CODE_ANSWER);
    assert_stage_shows(stage, "copied the last answer: 14 lines (terminal clipboard)");
    app_stage_free(stage);
}

static void app_copy__hostile_text__is_exact(void **state)
{
    (void)state;
    static const char text[] = "\033]52;c;eA==\007 \xe2\x80\xae \xef\xbf\xbd\t\001";
    struct app_stage *stage = open_answered(text);
    app_stage_type(stage, "y");
    assert_copied(stage, text);
    app_stage_free(stage);
}

static void app_copy__scrolled_up__is_the_answer_in_view(void **state)
{
    (void)state;
    struct app_stage *stage = open_echo(1);
    ask(stage, "first\n1\n2\n3\n4\n5\n6\n7\n8");
    ask(stage, "second\n1\n2\n3\n4\n5\n6\n7\n8");
    app_stage_press(stage, "Esc");
    app_stage_type(stage, "gy");
    assert_copied(stage, "first\n1\n2\n3\n4\n5\n6\n7\n8");
    assert_stage_shows(stage, "copied the answer in view: 9 lines");
    app_stage_type(stage, "P");
    assert_copied(stage, "first\n1\n2\n3\n4\n5\n6\n7\n8");
    assert_stage_shows(stage, "copied the prompt in view");
    app_stage_type(stage, "Gy");
    assert_copied(stage, "second\n1\n2\n3\n4\n5\n6\n7\n8");
    app_stage_free(stage);
}

static void app_copy__conversation__is_markdown(void **state)
{
    (void)state;
    struct app_stage *stage = open_answered("words");
    app_stage_press(stage, "Ctrl-Y");
    assert_non_null(stage->copied);
    assert_non_null(strstr(stage->copied, "## Prompt\n\nwords\n\n## Answer"));
    assert_stage_shows(stage, "copied the conversation");
    app_stage_free(stage);
}

static void app_copy__nothing_there__is_said(void **state)
{
    (void)state;
    struct app_stage *stage = open_echo(1);
    app_stage_press(stage, "Esc");
    app_stage_type(stage, "y");
    assert_stage_shows(stage, "there is no answer in this pane yet");
    app_stage_type(stage, "P");
    assert_stage_shows(stage, "there is no prompt in this pane yet");
    app_stage_type(stage, "v|");
    assert_stage_shows(stage, "there is no answer in this pane yet");
    assert_int_equal(stage->copy_count, 0);
    app_stage_free(stage);
}

static void app_copy__what_cannot_be__is_said(void **state)
{
    (void)state;
    struct app_stage *stage = open_answered("words");
    unsetenv("DISPLAY");
    unsetenv("WAYLAND_DISPLAY");
    stage->copy_result = COPY_UNABLE;
    app_stage_type(stage, "y");
    assert_stage_shows(stage, "this terminal has no clipboard");
    stage->copy_result = COPY_TOO_LONG;
    app_stage_type(stage, "y");
    assert_stage_shows(stage, "too long for the terminal's clipboard");
    app_stage_free(stage);
}

static void app_copy__switched_off__goes_nowhere(void **state)
{
    (void)state;
    struct app_stage *stage = app_stage_new(&(struct app_stage_options){
        .models = (const char *const[]){ECHO, NULL}, .clipboard = CLIPBOARD_NONE});
    ask(stage, "words");
    app_stage_press(stage, "Alt-y");
    assert_stage_shows(stage, "copying is switched off");
    assert_int_equal(stage->copy_count, 0);
    app_stage_free(stage);
}

static void app_code__of_several__is_chosen_by_number(void **state)
{
    (void)state;
    struct app_stage *stage = open_answered(CODE_ANSWER);
    app_stage_type(stage, "Y");
    assert_stage_shows(stage, "copy which block of code?");
    assert_stage_shows(stage, "2 lines  print(1)");
    app_stage_type(stage, "1");
    assert_copied(stage, "print(1)\n\tx = 2");
    assert_stage_shows(stage, "copied block 1: 2 lines");
    app_stage_type(stage, "Y");
    app_stage_press(stage, "Enter");
    assert_copied(stage, "int needle;");
    app_stage_type(stage, "Y");
    app_stage_press(stage, "Up");
    app_stage_press(stage, "Esc");
    assert_int_equal(stage->copy_count, 2);
    app_stage_free(stage);
}

static void app_code__only_one__is_copied_at_once(void **state)
{
    (void)state;
    struct app_stage *stage = open_answered("```\nx\n```");
    app_stage_type(stage, "Y");
    assert_copied(stage, "x");
    ask(stage, "no code");
    app_stage_press(stage, "Esc");
    app_stage_type(stage, "Y");
    assert_stage_shows(stage, "the last answer has no block of code");
    app_stage_free(stage);
}

/* --- Select ------------------------------------------------------------------------ */

static void app_select__lines__are_copied_whole(void **state)
{
    (void)state;
    struct app_stage *stage = open_answered(CODE_ANSWER);
    app_stage_type(stage, "v");
    assert_stage_shows(stage, "selecting");
    assert_true(stage->shown->is_cursor_visible);
    app_stage_type(stage, "kk");
    app_stage_type(stage, "y");
    assert_copied(stage, "int needle;\n```\n\nThat is the needle.");
    assert_stage_shows(stage, "copied the selected lines: 4 lines");
    assert_stage_hides(stage, "selecting");
    app_stage_free(stage);
}

static void app_select__esc__copies_nothing(void **state)
{
    (void)state;
    struct app_stage *stage = open_answered("one\n\ntwo");
    app_stage_type(stage, "vgo");
    assert_true(count_cells(stage, ROLE_SELECTED) > 0);
    app_stage_press(stage, "Esc");
    assert_int_equal(count_cells(stage, ROLE_SELECTED), 0);
    assert_int_equal(stage->copy_count, 0);
    /* The keys are those of normal mode again. */
    app_stage_type(stage, "y");
    assert_copied(stage, "one\n\ntwo");
    app_stage_free(stage);
}

/* --- Files and commands ------------------------------------------------------------ */

static void assert_file(const char *path, const char *expected)
{
    struct error err = {ERROR_NONE, NULL};
    struct strbuf text;
    strbuf_init(&text, STRBUF_OWN_MAX);
    assert_true(path_read_file(path, &text, &err));
    assert_string_equal(strbuf_text(&text), expected);
    strbuf_clear(&text);
}

static void app_save__code__asks_before_it_writes_over(void **state)
{
    (void)state;
    struct app_stage *stage = open_answered(CODE_ANSWER);
    char folder[] = "/tmp/motet-save-XXXXXX";
    assert_non_null(mkdtemp(folder));
    setenv("HOME", folder, 1);
    char *path = strbuf_format("%s/block-1.py", folder);
    app_stage_type(stage, "B1");
    assert_stage_shows(stage, " write block 1 to> block-1.py");
    app_stage_press(stage, "Home");
    app_stage_type(stage, "~/");
    app_stage_press(stage, "Enter");
    assert_stage_shows(stage, "wrote block 1 to ");
    assert_file(path, "print(1)\n\tx = 2\n");
    app_stage_type(stage, "B2");
    app_stage_press(stage, "Ctrl-U");
    app_stage_type(stage, "~/block-1.py");
    app_stage_press(stage, "Enter");
    assert_stage_shows(stage, "Enter once more writes over it");
    assert_file(path, "print(1)\n\tx = 2\n");
    app_stage_press(stage, "Enter");
    assert_file(path, "int needle;\n");
    app_stage_type(stage, "O");
    app_stage_press(stage, "Ctrl-U");
    app_stage_type(stage, "~/none/a.md");
    app_stage_press(stage, "Enter");
    assert_stage_shows(stage, "cannot write ");
    app_stage_press(stage, "Esc");
    assert_stage_hides(stage, "write the last answer");
    unlink(path);
    rmdir(folder);
    mem_free(path);
    app_stage_free(stage);
}

static void app_pipe__command__reads_the_answer_and_is_shown(void **state)
{
    (void)state;
    struct app_stage *stage = open_answered("pear\napple");
    setenv("SHELL", "/bin/sh", 1);
    signal(SIGPIPE, SIG_IGN);
    app_stage_type(stage, "|");
    assert_stage_shows(stage, " give the last answer to the command>");
    app_stage_press(stage, "Enter");
    assert_stage_shows(stage, "type a command, or Esc");
    app_stage_type(stage, "sort; printf 'x\\033[31my'");
    app_stage_press(stage, "Enter");
    app_stage_wait_text(stage, "done: ");
    assert_stage_shows(stage, "what the command prints");
    assert_stage_shows(stage, "apple");
    assert_stage_hides(stage, "\033");
    app_stage_press(stage, "Esc");
    assert_stage_hides(stage, "what the command prints");
    app_stage_free(stage);
}

static void app_pipe__esc__stops_the_command(void **state)
{
    (void)state;
    struct app_stage *stage = open_answered("words");
    setenv("SHELL", "/bin/sh", 1);
    app_stage_type(stage, "v|");
    assert_stage_shows(stage, " give the selected lines to the command>");
    app_stage_type(stage, "sleep 600");
    app_stage_press(stage, "Enter");
    assert_stage_shows(stage, "runs: sleep 600");
    app_stage_press(stage, "Esc");
    assert_stage_shows(stage, "the command was stopped");
    app_stage_free(stage);
}

static void app_reading__small_screen__still_works(void **state)
{
    (void)state;
    struct app_stage *stage = app_stage_new(&(struct app_stage_options){
        .models = (const char *const[]){ECHO, NULL}, .width = 20, .height = 5});
    ask(stage, CODE_ANSWER);
    app_stage_press(stage, "Esc");
    app_stage_type(stage, "/needle");
    assert_int_equal(count_cells(stage, ROLE_MATCH_CURRENT), 6);
    app_stage_press(stage, "Enter");
    app_stage_type(stage, "N");
    assert_int_equal(count_cells(stage, ROLE_MATCH_CURRENT), 6);
    app_stage_press(stage, "Esc");
    app_stage_type(stage, "vy");
    app_stage_type(stage, "Y2");
    assert_copied(stage, "int needle;");
    app_stage_type(stage, "B1");
    app_resize(stage->app, 10, 2);
    app_resize(stage->app, 1, 1);
    app_stage_press(stage, "Esc");
    app_stage_free(stage);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(app_search__typed__marks_and_goes_on_with_n),
        cmocka_unit_test(app_search__esc_in_the_line__is_as_before),
        cmocka_unit_test(app_search__nothing_found__is_said),
        cmocka_unit_test(app_search__all_panes__goes_from_pane_to_pane),
        cmocka_unit_test(app_search__again__is_for_the_last_text),
        cmocka_unit_test(app_search__other_pane_closed__goes_on),
        cmocka_unit_test(app_search__hostile_text__is_drawn_safe),
        cmocka_unit_test(app_copy__answer__is_its_source),
        cmocka_unit_test(app_copy__hostile_text__is_exact),
        cmocka_unit_test(app_copy__scrolled_up__is_the_answer_in_view),
        cmocka_unit_test(app_copy__conversation__is_markdown),
        cmocka_unit_test(app_copy__nothing_there__is_said),
        cmocka_unit_test(app_copy__what_cannot_be__is_said),
        cmocka_unit_test(app_copy__switched_off__goes_nowhere),
        cmocka_unit_test(app_code__of_several__is_chosen_by_number),
        cmocka_unit_test(app_code__only_one__is_copied_at_once),
        cmocka_unit_test(app_select__lines__are_copied_whole),
        cmocka_unit_test(app_select__esc__copies_nothing),
        cmocka_unit_test(app_save__code__asks_before_it_writes_over),
        cmocka_unit_test(app_pipe__command__reads_the_answer_and_is_shown),
        cmocka_unit_test(app_pipe__esc__stops_the_command),
        cmocka_unit_test(app_reading__small_screen__still_works),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
