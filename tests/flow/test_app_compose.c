/*
 * The app on the demo server: earlier prompts by prefix and by search, what is completed,
 * commands, long pastes, and drafts for their targets.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "src/base/mem.h"
#include "src/base/strbuf.h"
#include "tests/support/app_stage.h"
#include "tests/support/canvas_text.h"

#define ECHO "demo/echo?rate=0&ttft=0"

static const char *const one[] = {ECHO, NULL};
static const char *const two[] = {ECHO, ECHO, NULL};

static char *folder; /* where the tests of files are */

static void assert_prompt(struct app_stage *stage, chat_id chat, const char *expected)
{
    char *prompt = app_stage_prompt(stage, chat);
    assert_string_equal(prompt, expected);
    mem_free(prompt);
}

static void press_all(struct app_stage *stage, const char *const *keys)
{
    for (; *keys != NULL; keys++)
        app_stage_press(stage, *keys);
}

/* --- Earlier prompts ---------------------------------------------------------------- */

static struct app_stage *open_with_history(void)
{
    struct app_stage *stage = app_stage_open(one);
    app_stage_send(stage, "explain monads");
    app_stage_send(stage, "list files");
    app_stage_send(stage, "explain it again");
    app_stage_wait_idle(stage);
    return stage;
}

static void app_history__prefix__walks_what_begins_with_it(void **state)
{
    (void)state;
    struct app_stage *stage = open_with_history();
    app_stage_type(stage, "expl");
    app_stage_press(stage, "Up");
    assert_stage_shows(stage, "> explain it again");
    app_stage_press(stage, "Up");
    assert_stage_shows(stage, "> explain monads");
    press_all(stage, (const char *const[]){"Down", "Down", NULL});
    app_stage_type(stage, "!");
    assert_stage_shows(stage, "> expl!");
    app_stage_press(stage, "Up");
    assert_stage_shows(stage, "no earlier prompt begins with");
    assert_stage_shows(stage, "> expl!");
    app_stage_free(stage);
}

static void app_history__search__finds_marks_and_takes(void **state)
{
    (void)state;
    int x;
    int y;
    struct app_stage *stage = open_with_history();
    app_stage_type(stage, "draft");
    app_stage_press(stage, "Ctrl-R");
    app_stage_type(stage, "plain");
    assert_stage_shows(stage, "> plain");
    /* The title begins above the rows; the second row is not the chosen one. */
    assert_true(canvas_find(stage->shown, " earlier prompts", &x, &y));
    assert_int_equal(canvas_role_at(stage->shown, x + 2, y + 3), ROLE_TEXT);
    assert_int_equal(canvas_role_at(stage->shown, x + 3, y + 3), ROLE_KEY);
    assert_int_equal(canvas_role_at(stage->shown, x + 8, y + 3), ROLE_TEXT);
    app_stage_press(stage, "Ctrl-R");
    app_stage_press(stage, "Enter");
    assert_stage_shows(stage, "> explain monads");
    app_stage_press(stage, "Ctrl-_");
    assert_stage_shows(stage, "> draft");
    app_stage_free(stage);
}

static void app_history__search__folds_letters_as_panes_do(void **state)
{
    (void)state;
    struct app_stage *stage = app_stage_open(one);
    app_stage_send(stage, "ÜBER DIE STRAẞE");
    app_stage_send(stage, "uber");
    app_stage_wait_idle(stage);
    app_stage_press(stage, "Ctrl-R");
    app_stage_type(stage, "über die straße");
    app_stage_press(stage, "Enter");
    assert_stage_shows(stage, "> ÜBER DIE STRAẞE");
    app_stage_free(stage);
}

static void app_history__search_left__the_draft_is_as_it_was(void **state)
{
    (void)state;
    struct app_stage *stage = open_with_history();
    app_stage_type(stage, "draft");
    app_stage_press(stage, "Ctrl-R");
    app_stage_type(stage, "nothing has this");
    assert_stage_shows(stage, "no earlier prompt has this");
    app_stage_press(stage, "Enter");
    assert_stage_shows(stage, "no earlier prompt has this");
    app_stage_press(stage, "Esc");
    app_stage_type(stage, "!");
    assert_stage_shows(stage, "> draft!");
    app_stage_free(stage);
}

/* --- Files -------------------------------------------------------------------------- */

static void write_file(const char *name, const char *text)
{
    char *path = strbuf_format("%s/%s", folder, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
    mem_free(path);
}

static int make_files(void **state)
{
    (void)state;
    const char *parent = getenv("TMPDIR");
    folder = strbuf_format("%s/motet-compose-XXXXXX", parent != NULL ? parent : "/tmp");
    assert_non_null(mkdtemp(folder));
    char *inner = strbuf_format("%s/sub dir", folder);
    assert_int_equal(mkdir(inner, 0700), 0);
    mem_free(inner);
    write_file("alpha.txt", "the first letter");
    write_file("alpine.txt", "a mountain");
    write_file("sub dir/beta file.txt", "the second letter");
    return 0;
}

static int remove_files(void **state)
{
    (void)state;
    static const char *const names[] = {"alpha.txt", "alpine.txt",
                                        "sub dir/beta file.txt", "sub dir", ""};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        char *path = strbuf_format("%s/%s", folder, names[i]);
        assert_int_equal(remove(path), 0);
        mem_free(path);
    }
    mem_free(folder);
    return 0;
}

/* Types "@" and the folder of the tests. */
static void type_folder(struct app_stage *stage)
{
    char *text = strbuf_format("see @%s/", folder);
    app_stage_type(stage, text);
    mem_free(text);
}

static void app_complete__files__typing_narrows_and_tab_takes(void **state)
{
    (void)state;
    struct app_stage *stage = app_stage_open(one);
    type_folder(stage);
    assert_stage_shows(stage, "\xe2\x94\x80 files ");
    assert_stage_shows(stage, "  sub dir/");
    app_stage_type(stage, "alp");
    assert_stage_shows(stage, "  alpine.txt");
    assert_stage_hides(stage, "  sub dir/");
    press_all(stage, (const char *const[]){"Down", "Down", "Tab", NULL});
    assert_stage_shows(stage, "/alpine.txt");
    assert_stage_hides(stage, "\xe2\x94\x80 files ");
    app_stage_type(stage, "please");
    assert_stage_shows(stage, "/alpine.txt please");
    app_stage_free(stage);
}

static void app_complete__files__quotes_a_name_with_blanks(void **state)
{
    (void)state;
    struct app_stage *stage = app_stage_open(one);
    type_folder(stage);
    app_stage_type(stage, "sub");
    app_stage_press(stage, "Tab");
    assert_stage_shows(stage, "  beta file.txt");
    app_stage_press(stage, "Tab");
    assert_stage_shows(stage, "beta file.txt\"");
    app_stage_press(stage, "Enter");
    app_stage_wait_idle(stage);
    assert_stage_shows(stage, "sub dir/beta file.txt");
    const struct message *prompt =
        chat_last_by(engine_get_chat(stage->engine, 1), MESSAGE_USER);
    assert_int_equal(prompt->part_count, 2);
    app_stage_free(stage);
}

static void app_complete__enter__sends_unless_a_row_was_chosen(void **state)
{
    (void)state;
    struct app_stage *stage = app_stage_open(one);
    type_folder(stage);
    app_stage_type(stage, "al");
    assert_stage_shows(stage, "\xe2\x94\x80 files ");
    app_stage_press(stage, "Down");
    app_stage_press(stage, "Enter");
    assert_int_equal(engine_get_chat(stage->engine, 1)->path_len, 0);
    assert_stage_shows(stage, "/alpha.txt");
    app_stage_press(stage, "Ctrl-C");
    app_stage_type(stage, "me @");
    assert_stage_shows(stage, "\xe2\x94\x80 files ");
    app_stage_press(stage, "Enter");
    app_stage_wait_idle(stage);
    assert_prompt(stage, 1, "me @");
    assert_stage_hides(stage, "\xe2\x94\x80 files ");
    app_stage_free(stage);
}

static void app_complete__esc__closes_it_for_this_word(void **state)
{
    (void)state;
    struct app_stage *stage = app_stage_open(one);
    type_folder(stage);
    app_stage_press(stage, "Esc");
    app_stage_type(stage, "al");
    assert_stage_hides(stage, "\xe2\x94\x80 files ");
    app_stage_press(stage, "Tab");
    assert_stage_shows(stage, "\xe2\x94\x80 files ");
    app_stage_press(stage, "Esc");
    app_stage_type(stage, " @");
    assert_stage_shows(stage, "\xe2\x94\x80 files ");
    app_stage_free(stage);
}

static void app_complete__esc__is_not_the_first_of_two(void **state)
{
    (void)state;
    struct app_stage *stage =
        app_stage_open((const char *const[]){"demo/stall?rate=0&ttft=0", NULL});
    app_stage_send(stage, "wait");
    app_stage_type(stage, "@");
    assert_stage_shows(stage, "\xe2\x94\x80 files ");
    press_all(stage, (const char *const[]){"Esc", "Esc", NULL});
    assert_stage_shows(stage, "normal mode");
    assert_int_equal(engine_busy_count(stage->engine), 1);
    app_stage_free(stage);
}

static void app_complete__tab__takes_the_only_fit_and_says_if_none(void **state)
{
    (void)state;
    struct app_stage *stage = app_stage_open(two);
    type_folder(stage);
    app_stage_press(stage, "Esc");
    app_stage_type(stage, "alpi");
    app_stage_press(stage, "Tab");
    assert_stage_shows(stage, "/alpine.txt");
    app_stage_press(stage, "Backspace");
    app_stage_press(stage, "Tab");
    assert_stage_hides(stage, "no file or folder fits");
    app_stage_type(stage, "@nothing-is-called-so");
    app_stage_press(stage, "Tab");
    assert_stage_shows(stage, "no file or folder fits");
    app_stage_free(stage);
}

static void app_complete__pasted_or_recalled__opens_nothing(void **state)
{
    (void)state;
    struct app_stage *stage = app_stage_open(one);
    app_stage_send(stage, "/etc");
    app_stage_wait_idle(stage);
    app_stage_press(stage, "Up");
    assert_stage_shows(stage, "> /etc");
    app_stage_press(stage, "Ctrl-C");
    app_stage_paste(stage, "@");
    assert_stage_hides(stage, "\xe2\x94\x80 files ");
    app_stage_free(stage);
}

/* --- Commands ----------------------------------------------------------------------- */

static void app_command__listed__with_arguments_and_help(void **state)
{
    (void)state;
    struct app_stage *stage = app_stage_open(one);
    app_stage_type(stage, "/mod");
    assert_stage_shows(stage, "  model [NAME]  choose another model");
    app_stage_press(stage, "Tab");
    app_stage_type(stage, "coder");
    assert_stage_shows(stage, "\xe2\x94\x80 models ");
    press_all(stage, (const char *const[]){"Down", "Enter", NULL});
    assert_stage_shows(stage, "1 coder");
    assert_stage_hides(stage, "> /model");
    app_stage_free(stage);
}

static void app_command__typed__does_what_its_key_does(void **state)
{
    (void)state;
    struct app_stage *stage = app_stage_open(two);
    app_stage_send(stage, "/pane-number 2");
    app_stage_send(stage, "/pane-close");
    assert_stage_hides(stage, "2 echo");
    app_stage_type(stage, "/help");
    app_stage_press(stage, "Alt-Enter");
    assert_stage_shows(stage, "keys: while typing");
    app_stage_press(stage, "Esc");
    app_stage_send(stage, "/pane-number 7");
    assert_stage_shows(stage, "there is no pane of that number");
    app_stage_send(stage, "/model nowhere/x");
    assert_stage_shows(stage, "nowhere");
    assert_int_equal(engine_get_chat(stage->engine, 1)->path_len, 0);
    app_stage_free(stage);
}

static void app_command__confirmed__by_the_same_key_again(void **state)
{
    (void)state;
    struct app_stage *stage = app_stage_open(two);
    app_stage_send(stage, "hello");
    app_stage_wait_idle(stage);
    app_stage_send(stage, "/pane-close");
    assert_stage_shows(stage, "press again to close it");
    assert_stage_shows(stage, "> /pane-close");
    app_stage_press(stage, "Enter");
    assert_stage_hides(stage, "2 echo");
    assert_stage_hides(stage, "> /pane-close");
    app_stage_free(stage);
}

static void app_command__edit_prompt__works_by_name(void **state)
{
    (void)state;
    struct app_stage *stage = app_stage_open(one);
    app_stage_send(stage, "first");
    app_stage_wait_idle(stage);
    app_stage_send(stage, "/edit-prompt");
    assert_stage_shows(stage, "> first");
    app_stage_press(stage, "Ctrl-C");
    assert_stage_hides(stage, "> first");
    assert_stage_hides(stage, "/edit-prompt");
    app_stage_free(stage);
}

static void app_command__with_words_it_does_not_take__is_neither_run_nor_sent(
    void **state)
{
    (void)state;
    struct app_stage *stage = app_stage_open(one);
    app_stage_send(stage, "/quit smoking, how?");
    assert_stage_shows(stage, "/quit takes no text; //quit sends this");
    assert_int_equal(app_exit_code(stage->app), -1);
    app_stage_press(stage, "Ctrl-C");
    app_stage_send(stage, "//quit smoking, how?");
    app_stage_wait_idle(stage);
    assert_prompt(stage, 1, "/quit smoking, how?");
    app_stage_send(stage, "// a comment");
    app_stage_wait_idle(stage);
    assert_prompt(stage, 1, "// a comment");
    app_stage_send(stage, "/etc/passwd is what?");
    app_stage_wait_idle(stage);
    assert_prompt(stage, 1, "/etc/passwd is what?");
    app_stage_free(stage);
}

/* --- Long pastes -------------------------------------------------------------------- */

#define LINES "1\n2\n3\n4\n5\n6\n7\n8\n9"

static void app_paste__long__is_a_chip_and_sent_whole(void **state)
{
    (void)state;
    struct app_stage *stage = app_stage_open(one);
    app_stage_type(stage, "sum: ");
    app_stage_paste(stage, LINES);
    app_stage_type(stage, " ok?");
    assert_stage_shows(stage, "> sum: [pasted 9 lines \xc2\xb7 17 B] ok?");
    app_stage_press(stage, "Enter");
    app_stage_wait_idle(stage);
    assert_prompt(stage, 1, "sum: " LINES " ok?");
    app_stage_press(stage, "Up");
    assert_stage_shows(stage, "9 ok?");
    app_stage_free(stage);
}

static void app_paste__short__is_text(void **state)
{
    (void)state;
    struct app_stage *stage = app_stage_open(one);
    app_stage_paste(stage, "one\r\ntwo\rthree");
    assert_stage_shows(stage, "> one");
    assert_stage_shows(stage, "  three");
    app_stage_free(stage);
}

static void app_paste__chip__is_deleted_opened_and_undone_whole(void **state)
{
    (void)state;
    struct app_stage *stage = app_stage_open(one);
    app_stage_paste(stage, LINES);
    app_stage_press(stage, "Backspace");
    assert_stage_hides(stage, "[pasted");
    app_stage_press(stage, "Ctrl-_");
    assert_stage_shows(stage, "[pasted 9 lines");
    app_stage_press(stage, "Alt-.");
    assert_stage_hides(stage, "[pasted");
    assert_stage_shows(stage, "  9");
    app_stage_press(stage, "Ctrl-_");
    assert_stage_shows(stage, "[pasted 9 lines");
    /* A walk through earlier prompts leaves the draft as it was. */
    app_stage_press(stage, "Home");
    press_all(stage, (const char *const[]){"Up", "Down", NULL});
    assert_stage_shows(stage, "[pasted 9 lines");
    app_stage_free(stage);
}

/* Nobody has looked at what a chip holds: it must not choose files. */
static void app_paste__chip__attaches_no_file(void **state)
{
    (void)state;
    struct app_stage *stage = app_stage_open(one);
    char *text = strbuf_format("@%s/alpha.txt\n" LINES, folder);
    app_stage_paste(stage, text);
    mem_free(text);
    assert_stage_shows(stage, "[pasted 10 lines");
    app_stage_press(stage, "Enter");
    app_stage_wait_idle(stage);
    const struct message *prompt =
        chat_last_by(engine_get_chat(stage->engine, 1), MESSAGE_USER);
    assert_int_equal(prompt->part_count, 1);
    app_stage_free(stage);
}

/* --- Drafts ------------------------------------------------------------------------- */

static void app_draft__ticking__takes_the_text_along(void **state)
{
    (void)state;
    struct app_stage *stage = app_stage_open(two);
    app_stage_type(stage, "for whom?");
    app_stage_press(stage, "Alt-t");
    assert_stage_shows(stage, "> for whom?");
    app_stage_press(stage, "Enter");
    app_stage_wait_idle(stage);
    assert_prompt(stage, 1, "");
    assert_prompt(stage, 2, "for whom?");
    app_stage_free(stage);
}

static void app_draft__put_aside__waits_for_its_targets(void **state)
{
    (void)state;
    struct app_stage *stage = app_stage_open(two);
    app_stage_type(stage, "for both");
    app_stage_press(stage, "Alt-q");
    assert_stage_hides(stage, "> for both");
    app_stage_press(stage, "Alt-t");
    app_stage_type(stage, "for the second");
    app_stage_press(stage, "Alt-t");
    assert_stage_shows(stage, "> for both");
    assert_stage_shows(stage, "was put aside for the panes");
    app_stage_press(stage, "Alt-t");
    assert_stage_shows(stage, "> for the second");
    app_stage_press(stage, "Enter");
    app_stage_wait_idle(stage);
    assert_prompt(stage, 1, "");
    assert_prompt(stage, 2, "for the second");
    app_stage_free(stage);
}

static void app_draft__put_aside__comes_back_after_the_next_prompt(void **state)
{
    (void)state;
    struct app_stage *stage = app_stage_open(one);
    app_stage_type(stage, "later");
    app_stage_press(stage, "Alt-q");
    app_stage_send(stage, "first");
    assert_stage_shows(stage, "> later");
    press_all(stage, (const char *const[]){"Alt-q", "Alt-q", NULL});
    assert_stage_shows(stage, "> later");
    app_stage_free(stage);
}

static void app_draft__put_aside__quitting_asks_first(void **state)
{
    (void)state;
    struct app_stage *stage = app_stage_open(one);
    app_stage_type(stage, "later");
    press_all(stage, (const char *const[]){"Alt-q", "Ctrl-D", NULL});
    assert_stage_shows(stage, "a text was put aside and is lost");
    assert_stage_shows(stage, "1 put aside");
    assert_int_equal(app_exit_code(stage->app), -1);
    app_stage_press(stage, "Ctrl-D");
    assert_int_equal(app_exit_code(stage->app), 0);
    app_stage_free(stage);
}

static void app_draft__edit_of_a_sent_prompt__gives_it_back(void **state)
{
    (void)state;
    struct app_stage *stage = app_stage_open(one);
    app_stage_send(stage, "first");
    app_stage_wait_idle(stage);
    app_stage_type(stage, "half a thought");
    app_stage_press(stage, "Alt-e");
    app_stage_type(stage, " better");
    app_stage_press(stage, "Ctrl-C");
    assert_stage_shows(stage, "> half a thought");
    app_stage_press(stage, "Alt-e");
    assert_stage_shows(stage, "> first better");
    app_stage_press(stage, "Enter");
    app_stage_wait_idle(stage);
    assert_prompt(stage, 1, "first better");
    assert_stage_shows(stage, "> half a thought");
    app_stage_free(stage);
}

static void app_draft__pane_of_the_edit_closed__gives_it_back(void **state)
{
    (void)state;
    struct app_stage *stage = app_stage_open(two);
    app_stage_send(stage, "first");
    app_stage_wait_idle(stage);
    app_stage_type(stage, "half a thought");
    press_all(stage, (const char *const[]){"Alt-e", "Alt-x", "Alt-x", NULL});
    assert_stage_shows(stage, "> half a thought");
    assert_stage_hides(stage, "editing");
    app_stage_press(stage, "Enter");
    app_stage_wait_idle(stage);
    assert_prompt(stage, 2, "half a thought");
    app_stage_free(stage);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(app_history__prefix__walks_what_begins_with_it),
        cmocka_unit_test(app_history__search__finds_marks_and_takes),
        cmocka_unit_test(app_history__search__folds_letters_as_panes_do),
        cmocka_unit_test(app_history__search_left__the_draft_is_as_it_was),
        cmocka_unit_test(app_complete__files__typing_narrows_and_tab_takes),
        cmocka_unit_test(app_complete__files__quotes_a_name_with_blanks),
        cmocka_unit_test(app_complete__enter__sends_unless_a_row_was_chosen),
        cmocka_unit_test(app_complete__esc__closes_it_for_this_word),
        cmocka_unit_test(app_complete__esc__is_not_the_first_of_two),
        cmocka_unit_test(app_complete__tab__takes_the_only_fit_and_says_if_none),
        cmocka_unit_test(app_complete__pasted_or_recalled__opens_nothing),
        cmocka_unit_test(app_command__listed__with_arguments_and_help),
        cmocka_unit_test(app_command__typed__does_what_its_key_does),
        cmocka_unit_test(app_command__confirmed__by_the_same_key_again),
        cmocka_unit_test(app_command__edit_prompt__works_by_name),
        cmocka_unit_test(
            app_command__with_words_it_does_not_take__is_neither_run_nor_sent),
        cmocka_unit_test(app_paste__long__is_a_chip_and_sent_whole),
        cmocka_unit_test(app_paste__short__is_text),
        cmocka_unit_test(app_paste__chip__is_deleted_opened_and_undone_whole),
        cmocka_unit_test(app_paste__chip__attaches_no_file),
        cmocka_unit_test(app_draft__ticking__takes_the_text_along),
        cmocka_unit_test(app_draft__put_aside__waits_for_its_targets),
        cmocka_unit_test(app_draft__put_aside__comes_back_after_the_next_prompt),
        cmocka_unit_test(app_draft__put_aside__quitting_asks_first),
        cmocka_unit_test(app_draft__edit_of_a_sent_prompt__gives_it_back),
        cmocka_unit_test(app_draft__pane_of_the_edit_closed__gives_it_back),
    };
    return cmocka_run_group_tests(tests, make_files, remove_files);
}
