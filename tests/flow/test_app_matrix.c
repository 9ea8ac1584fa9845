/* The matrix: cells that settle, filters, retries, cells as panes, files. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "src/base/compiler.h"
#include "src/base/mem.h"
#include "src/base/path.h"
#include "src/base/rng.h"
#include "tests/support/canvas_text.h"
#include "tests/support/prompt_stage.h"
#include "ui/actions.h"

#define FAST  "demo/echo?rate=0&ttft=0"
#define DOWN  "demo/sage?rate=0&ttft=0&fault=401"
#define STALL "demo/sage?rate=0&ttft=0&fault=stall&at=5"

static const char *const one[] = {FAST, NULL};
static const char *const good_and_bad[] = {FAST, DOWN, NULL};
static const char *const stalled[] = {STALL, NULL};

/* Opens the form with these values for the first field and sends it as a matrix. */
static void start_matrix(struct app_stage *stage, const char *values)
{
    char *text = strbuf_format("/movie %s", values);
    app_stage_send(stage, text);
    app_stage_press(stage, "Alt-v");
    app_stage_press(stage, "Alt-g");
    mem_free(text);
    assert_stage_shows(stage, "/movie \xc2\xb7 ");
}

static struct app_stage *open_matrix(const char *const *models, const char *values)
{
    struct app_stage *stage = prompt_stage_open(models);
    start_matrix(stage, values);
    return stage;
}

static void assert_line(const struct app_stage *stage, const char *text,
                        const char *same_line)
{
    int y;
    assert_stage_shows(stage, text);
    canvas_find(stage->shown, text, NULL, &y);
    char *line = canvas_line(stage->shown, y);
    if (strstr(line, same_line) == NULL)
        fail_msg("no \"%s\" in \"%s\"", same_line, line);
    mem_free(line);
}

static void app_matrix__rows_and_models__settle(void **state)
{
    (void)state;
    struct app_stage *stage = open_matrix(good_and_bad, "action,drama");
    assert_stage_shows(stage, "2 rows \xc3\x97 2 models \xc2\xb7 all rows");
    app_stage_wait_text(stage, "2 done, 2 failed");
    app_stage_wait_text(stage, "took ");
    assert_line(stage, " action ", "\xe2\x9c\x93 Summarize the plot of a action");
    assert_line(stage, " drama ", "\xe2\x9c\x97 ");
    assert_stage_shows(stage, "demo/echo?rate=0");
    assert_stage_shows(stage, " s");
    prompt_stage_free(stage);
}

static void app_matrix__keys__move_the_choice(void **state)
{
    (void)state;
    struct app_stage *stage = open_matrix(good_and_bad, "action,drama,sci-fi");
    app_stage_wait_text(stage, "3 done, 3 failed");
    assert_stage_shows(stage, "\xe2\x80\xba"
                              "action");
    app_stage_press(stage, "j");
    assert_stage_shows(stage, "\xe2\x80\xba"
                              "drama");
    app_stage_press(stage, "Down");
    app_stage_press(stage, "Down");
    assert_stage_shows(stage, "\xe2\x80\xba"
                              "sci-fi");
    app_stage_press(stage, "Home");
    app_stage_press(stage, "l");
    app_stage_press(stage, "v");
    assert_stage_shows(stage, " action \xc2\xb7 row 1 ");
    assert_stage_shows(stage, "sage?rate=0&ttft=0&fault=401 \xc2\xb7 failed");
    prompt_stage_free(stage);
}

static void app_matrix__v__shows_the_whole(void **state)
{
    (void)state;
    struct app_stage *stage = open_matrix(one, "action,drama");
    app_stage_wait_text(stage, "2 done");
    app_stage_press(stage, "v");
    assert_stage_shows(stage, " action \xc2\xb7 row 1 ");
    assert_stage_shows(stage, "you");
    assert_stage_shows(stage, "echo?rate=0&ttft=0 \xc2\xb7 done");
    app_stage_press(stage, "Esc");
    assert_stage_hides(stage, "row 1 ");
    prompt_stage_free(stage);
}

static void app_matrix__v__follows_an_answer(void **state)
{
    (void)state;
    struct app_stage *stage = open_matrix(stalled, "action,drama");
    app_stage_wait_text(stage, "\xe2\x97\x8f ");
    app_stage_press(stage, "v");
    assert_stage_shows(stage, "fault=stall&at=5 \xc2\xb7 running");
    app_stage_press(stage, "q");
    app_stage_press(stage, "s");
    app_stage_wait_text(stage, "2 not run");
    prompt_stage_free(stage);
}

static void app_matrix__filter__shows_failures_and_differences(void **state)
{
    (void)state;
    static const char *const models[] = {FAST, "demo/eliza?rate=0&ttft=0", NULL};
    struct app_stage *stage = open_matrix(models, "action,drama");
    app_stage_wait_text(stage, "4 done");
    app_stage_press(stage, "f");
    assert_stage_shows(stage, "rows with a failure: 0 of 2");
    assert_stage_shows(stage, "no row passes the filter");
    app_stage_press(stage, "f");
    assert_stage_shows(stage, "rows whose answers differ: 2 of 2");
    assert_stage_shows(stage, " drama ");
    app_stage_press(stage, "f");
    assert_stage_shows(stage, "all rows");
    prompt_stage_free(stage);
}

static void app_matrix__same_answers__do_not_differ(void **state)
{
    (void)state;
    static const char *const models[] = {FAST, "demo/echo?rate=0&ttft=1", NULL};
    struct app_stage *stage = open_matrix(models, "action,drama");
    app_stage_wait_text(stage, "4 done");
    app_stage_press(stage, "f");
    app_stage_press(stage, "f");
    assert_stage_shows(stage, "rows whose answers differ: 0 of 2");
    prompt_stage_free(stage);
}

/* demo/flaky refuses at first; nothing but a person tries again here. */
static void app_matrix__failed_cell__runs_again(void **state)
{
    (void)state;
    static const char *const models[] = {FAST, "demo/flaky?rate=0&ttft=0&retry_after=0",
                                         NULL};
    struct settings settings;
    settings_init(&settings);
    settings.values[SETTING_RETRIES] = 0;
    struct app_stage *stage = prompt_stage_new(
        &(struct app_stage_options){.models = models, .settings = &settings});
    start_matrix(stage, "action,drama");
    app_stage_wait_text(stage, "2 done, 2 failed");
    app_stage_press(stage, "f");
    assert_stage_shows(stage, "rows with a failure: 2 of 2");
    app_stage_press(stage, "f");
    app_stage_press(stage, "f");
    app_stage_press(stage, "l");
    app_stage_press(stage, "r");
    app_stage_wait_no_text(stage, "1 waiting");
    app_stage_wait_no_text(stage, "1 running");
    for (int i = 0; i < 20 && !app_stage_has(stage, "4 done"); i++) {
        app_stage_press(stage, "R");
        app_stage_wait_text(stage, "took ");
    }
    assert_stage_shows(stage, "4 done");
    assert_int_equal(engine_busy_count(stage->engine), 0);
    app_stage_press(stage, "R");
    assert_stage_shows(stage, "no cell has failed or was left");
    prompt_stage_free(stage);
}

static void app_matrix__flaky__is_tried_and_answers(void **state)
{
    (void)state;
    static const char *const models[] = {"demo/flaky?rate=0&ttft=0&retry_after=0", NULL};
    struct app_stage *stage = open_matrix(models, "action,drama");
    app_stage_wait_text(stage, "2 done");
    prompt_stage_free(stage);
}

static void app_matrix__enter__opens_the_cell_as_a_pane(void **state)
{
    (void)state;
    struct app_stage *stage = open_matrix(one, "action,drama");
    app_stage_wait_text(stage, "2 done");
    app_stage_press(stage, "j");
    app_stage_press(stage, "Enter");
    assert_stage_shows(stage, "2 drama \xc2\xb7 echo");
    assert_stage_shows(stage, "\xe2\x80\xba Summarize the plot of a drama movie.");
    /* What is typed goes on there, and nowhere else. */
    assert_stage_shows(stage, "\xe2\x9c\x93"
                              "2 drama");
    assert_stage_hides(stage, "\xe2\x9c\x93"
                              "1 echo");
    app_stage_send(stage, "and then?");
    app_stage_wait_idle(stage);
    assert_stage_shows(stage, "\xe2\x80\xba and then?");
    /* The same cell leads to the same pane. */
    app_stage_press(stage, "Alt-g");
    assert_stage_shows(stage, "2 done");
    app_stage_press(stage, "Enter");
    assert_stage_shows(stage, "and then?");
    assert_stage_hides(stage, " 3 drama");
    /* Closed, the conversation stays with the cell. */
    app_stage_press(stage, "Alt-x");
    app_stage_press(stage, "Alt-x");
    assert_stage_hides(stage, "2 drama");
    app_stage_press(stage, "Alt-g");
    app_stage_press(stage, "Enter");
    assert_stage_shows(stage, "and then?");
    prompt_stage_free(stage);
}

static void app_matrix__retried_cell__leaves_its_pane_the_conversation(void **state)
{
    (void)state;
    struct app_stage *stage = open_matrix(one, "action,drama");
    app_stage_wait_text(stage, "2 done");
    app_stage_press(stage, "Enter");
    app_stage_press(stage, "Alt-g");
    app_stage_press(stage, "r");
    app_stage_wait_text(stage, "2 done");
    app_stage_press(stage, "Esc");
    assert_stage_shows(stage, "\xe2\x80\xba Summarize the plot of a action movie.");
    app_stage_press(stage, "Alt-g");
    app_stage_press(stage, "Enter");
    assert_stage_shows(stage, "3 action");
    prompt_stage_free(stage);
}

static void app_matrix__another_one__asks_and_keeps_the_panes(void **state)
{
    (void)state;
    struct app_stage *stage = open_matrix(one, "action,drama");
    app_stage_wait_text(stage, "2 done");
    app_stage_press(stage, "Enter");
    app_stage_send(stage, "/movie x,y,z");
    app_stage_press(stage, "Alt-v");
    app_stage_press(stage, "Alt-g");
    assert_stage_shows(stage, "the results of the old matrix would go");
    app_stage_press(stage, "Alt-g");
    assert_stage_shows(stage, "3 rows");
    app_stage_press(stage, "Esc");
    assert_stage_shows(stage, "\xe2\x80\xba Summarize the plot of a action movie.");
    prompt_stage_free(stage);
}

static void app_matrix__running_cell_as_pane__survives_another_matrix(void **state)
{
    (void)state;
    struct app_stage *stage = open_matrix(stalled, "action,drama");
    app_stage_wait_text(stage, "\xe2\x97\x8f ");
    app_stage_press(stage, "Enter");
    app_stage_send(stage, "/movie x,y,z");
    app_stage_press(stage, "Ctrl-L");
    app_stage_type(stage, FAST);
    app_stage_press(stage, "Enter");
    app_stage_press(stage, "Shift-Tab");
    app_stage_press(stage, "Alt-v");
    app_stage_press(stage, "Alt-g");
    assert_stage_shows(stage, "the matrix that runs would be stopped");
    app_stage_press(stage, "Alt-g");
    app_stage_wait_text(stage, "3 done");
    app_stage_press(stage, "Esc");
    assert_stage_shows(stage, "2 action");
    assert_true(engine_busy_count(stage->engine) == 1);
    prompt_stage_free(stage);
}

static void app_matrix__stop__leaves_the_rest_and_goes_on(void **state)
{
    (void)state;
    struct app_stage *stage = open_matrix(
        stalled, "1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24");
    app_stage_wait_text(stage, "\xe2\x97\x8f ");
    app_stage_press(stage, "s");
    assert_stage_shows(stage, "stopped; R runs what was left");
    app_stage_wait_text(stage, "24 not run");
    assert_int_equal(engine_busy_count(stage->engine), 0);
    app_stage_press(stage, "R");
    assert_stage_shows(stage, "24 cells run again");
    app_stage_wait_text(stage, "\xe2\x97\x8f ");
    prompt_stage_free(stage);
}

/* --- Files ------------------------------------------------------------------------ */

static char *export_as(struct app_stage *stage, const char *ending)
{
    struct strbuf text;
    char *path = strbuf_format("%s/out%s", prompt_stage_folder(), ending);
    app_stage_press(stage, "x");
    app_stage_press(stage, "Ctrl-U");
    app_stage_paste(stage, path);
    app_stage_press(stage, "Enter");
    assert_stage_shows(stage, "written to ");
    strbuf_init(&text, STRBUF_OWN_MAX);
    assert_true(path_read_file(path, &text, NULL));
    mem_free(path);
    return strbuf_take(&text);
}

/* Times differ from run to run: digits before " s" or in a column of seconds. */
static void assert_has(const char *text, const char *const *wanted)
{
    for (; *wanted != NULL; wanted++) {
        if (strstr(text, *wanted) == NULL)
            fail_msg("no \"%s\" in:\n%s", *wanted, text);
    }
}

static void app_matrix__export__writes_every_format(void **state)
{
    (void)state;
    struct app_stage *stage = open_matrix(good_and_bad, "\"<b>,\\\"x\\\"\",drama");
    app_stage_wait_text(stage, "2 done, 2 failed");
    char *text = export_as(stage, ".md");
    assert_has(text, (const char *const[]){
                         "# /movie\n\n## Row 1\n\n* genre: \\<b\\>,\"x\"\n\n### demo",
                         "/echo?rate=0\\&ttft=0\n\ndone, ",
                         "> Summarize the plot of a <b>,\"x\" movie.\n",
                         "## Row 2\n\n* genre: drama\n", "failed: ", NULL});
    mem_free(text);
    text = export_as(stage, ".csv");
    assert_has(text, (const char *const[]){
                         "\"row\",\"genre\",\"demo/echo?rate=0&ttft=0\","
                         "\"demo/echo?rate=0&ttft=0 state\",",
                         "\n1,\"<b>,\"\"x\"\"\",\"Summarize the plot of a <b>,\"\"x\"\" "
                         "movie.\",\"done\",0.",
                         ",\"\",\"failed\",", "\n2,\"drama\",", NULL});
    mem_free(text);
    text = export_as(stage, ".json");
    assert_has(text,
               (const char *const[]){
                   "{\"title\":\"/movie\",\"columns\":[\"demo/echo?rate=0&ttft=0\"",
                   "{\"row\":1,\"values\":{\"genre\":\"<b>,\\\"x\\\"\"},\"cells\":[{"
                   "\"column\":\"demo/echo?rate=0&ttft=0\",\"state\":\"done\","
                   "\"answer\":\"Summarize the plot of a <b>,\\\"x\\\" movie.\"",
                   "\"error\":{\"class\":\"auth\",\"message\":\"", NULL});
    mem_free(text);
    text = export_as(stage, ".html");
    assert_has(text, (const char *const[]){
                         "default-src 'none'", "genre: &lt;b&gt;,&quot;x&quot;",
                         "Summarize the plot of a &lt;b&gt;,&quot;x&quot; movie.",
                         "<td class=\"failed\">", NULL});
    assert_null(strstr(text, "<b>"));
    assert_null(strstr(text, "<script"));
    mem_free(text);
    prompt_stage_free(stage);
}

static void app_matrix__export__never_overwrites_unasked(void **state)
{
    (void)state;
    struct app_stage *stage = open_matrix(one, "action,drama");
    app_stage_wait_text(stage, "2 done");
    char *path = strbuf_format("%s/kept.md", prompt_stage_folder());
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs("mine", file);
    fclose(file);
    app_stage_press(stage, "x");
    app_stage_press(stage, "Ctrl-U");
    app_stage_paste(stage, "results.txt");
    app_stage_press(stage, "Enter");
    assert_stage_shows(stage, "the name has to end with .md, .csv, .json or .html");
    app_stage_press(stage, "Ctrl-U");
    app_stage_paste(stage, path);
    app_stage_press(stage, "Enter");
    assert_stage_shows(stage, "is there: Enter once more writes over it");
    struct strbuf text;
    strbuf_init(&text, 1000000);
    assert_true(path_read_file(path, &text, NULL));
    assert_string_equal(strbuf_text(&text), "mine");
    /* Another key takes the confirmation back. */
    app_stage_press(stage, "Right");
    app_stage_press(stage, "Enter");
    assert_stage_shows(stage, "is there: Enter once more writes over it");
    app_stage_press(stage, "Enter");
    assert_stage_shows(stage, "written to ");
    strbuf_reset(&text);
    assert_true(path_read_file(path, &text, NULL));
    assert_non_null(strstr(strbuf_text(&text), "# /movie"));
    strbuf_clear(&text);
    mem_free(path);
    prompt_stage_free(stage);
}

/* --- Sizes ------------------------------------------------------------------------ */

static void app_matrix__all_sizes__show_a_cell(void **state)
{
    (void)state;
    static const int sizes[][2] = {{20, 5}, {40, 12}, {80, 24}, {120, 40}};
    for (size_t i = 0; i < 4; i++) {
        struct app_stage *stage =
            prompt_stage_open_sized(good_and_bad, sizes[i][0], sizes[i][1]);
        app_stage_send(stage, "/movie aa,bb,cc");
        app_stage_press(stage, "Alt-v");
        app_stage_press(stage, "Alt-g");
        app_stage_wait_text(stage, "\xe2\x9c\x93 S");
        app_stage_press(stage, "l");
        app_stage_wait_text(stage, "\xe2\x9c\x97 ");
        app_stage_press(stage, "x");
        app_stage_press(stage, "Esc");
        app_stage_press(stage, "v");
        app_stage_press(stage, "Esc");
        app_stage_press(stage, "F1");
        app_stage_press(stage, "Esc");
        assert_canvas_is_whole(stage->shown);
        prompt_stage_free(stage);
    }
}

static void app_matrix__many_models__scroll_sideways(void **state)
{
    (void)state;
    static const char *const models[] = {
        "demo/echo?rate=0&ttft=0&a=1", "demo/echo?rate=0&ttft=0",
        "demo/echo?rate=0&ttft=1",     "demo/echo?rate=0&ttft=2",
        "demo/echo?rate=0&ttft=3",     NULL};
    struct app_stage *stage = prompt_stage_open_sized(models + 1, 50, 20);
    start_matrix(stage, "aa,bb");
    app_stage_wait_text(stage, "8 done");
    assert_stage_shows(stage, "\xe2\x96\xb8");
    app_stage_press(stage, "l");
    app_stage_press(stage, "l");
    app_stage_press(stage, "l");
    assert_stage_shows(stage, "\xe2\x97\x82");
    assert_stage_hides(stage, "\xe2\x96\xb8");
    prompt_stage_free(stage);
}

/* Settling thousands of cells that are out of sight costs no frame of all of them. */
static void app_matrix__a_thousand_rows__settle(void **state)
{
    (void)state;
    static const char *const models[] = {FAST, FAST, FAST, FAST, NULL};
    struct app_stage *stage = prompt_stage_open(models);
    struct strbuf values;
    strbuf_init(&values, STRBUF_OWN_MAX);
    for (int i = 0; i < 1000; i++)
        strbuf_append_format(&values, "%sv%d", i > 0 ? "," : "", i);
    /* The command is typed: what stands in a long paste nobody may have looked at. */
    app_stage_type(stage, "/movie ");
    app_stage_paste(stage, strbuf_text(&values));
    strbuf_clear(&values);
    app_stage_press(stage, "Enter");
    app_stage_press(stage, "Alt-v");
    assert_stage_shows(stage, "1000 values");
    app_stage_press(stage, "Alt-g");
    assert_stage_shows(stage, "4000 requests");
    assert_stage_shows(stage, "press again to send");
    app_stage_press(stage, "Alt-g");
    const size_t frames = stage->draw_count;
    app_stage_wait_text(stage, "4000 done");
    /* Not one for each cell. */
    assert_true(stage->draw_count - frames < 1000);
    app_stage_press(stage, "G");
    assert_stage_shows(stage, "v999");
    /* What it takes and what goes for it are confirmed together. */
    app_stage_press(stage, "Alt-p");
    app_stage_type(stage, "movie");
    app_stage_press(stage, "Enter");
    app_stage_press(stage, "Alt-g");
    assert_stage_shows(stage, "4000 requests");
    app_stage_press(stage, "Alt-g");
    assert_stage_shows(stage, "1000 rows");
    prompt_stage_free(stage);
}

/* --- Any keys ---------------------------------------------------------------------- */

static void press_some_key(struct app_stage *stage, struct rng *rng)
{
    static const char *const texts[] = {
        "/movie a,b,c", "/rate x", "a", " ", "1,2", "\xf0\x9f\x99\x82", "/", "out.md"};
    static const char *const keys[] = {"Tab",   "Enter", "Esc",    "Alt-g",
                                       "Alt-v", "Left",  "Down",   "Up",
                                       "Space", "Alt-p", "Ctrl-L", "PgDn"};
    const uint64_t kind = rng_below(rng, 4);
    if (kind == 0) {
        app_stage_type(stage, texts[rng_below(rng, COUNT_OF(texts))]);
    } else if (kind == 1) {
        const enum action action = (enum action)(1 + rng_below(rng, ACTION_COUNT - 1));
        const char *names = action_keys(action, MODE_MATRIX);
        char name[KEY_NAME_SIZE];
        const size_t len = strcspn(names, " ");
        snprintf(name, sizeof(name), "%.*s", (int)len, names);
        /* A file that lands anywhere is not what is tested here. */
        if (len > 0 && action != ACTION_INTERRUPT && action != ACTION_MATRIX_EXPORT)
            app_stage_press(stage, name);
    } else {
        app_stage_press(stage, keys[rng_below(rng, COUNT_OF(keys))]);
    }
}

static void app_matrix__any_keys__leave_everything_whole(void **state)
{
    (void)state;
    static const int sizes[][2] = {{20, 5}, {80, 24}, {3, 2}, {120, 40}};
    static const char *const models[] = {FAST, DOWN, NULL};
    struct rng rng;
    rng_init(&rng, 7);
    struct app_stage *stage = prompt_stage_open(models);
    for (int i = 0; i < 1500 && app_exit_code(stage->app) < 0; i++) {
        press_some_key(stage, &rng);
        app_stage_run_due(stage);
        if (i % 100 == 0)
            app_resize(stage->app, sizes[(i / 100) % 4][0], sizes[(i / 100) % 4][1]);
        assert_canvas_is_whole(stage->shown);
    }
    assert_int_equal(app_exit_code(stage->app), -1);
    prompt_stage_free(stage);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(app_matrix__rows_and_models__settle),
        cmocka_unit_test(app_matrix__keys__move_the_choice),
        cmocka_unit_test(app_matrix__v__shows_the_whole),
        cmocka_unit_test(app_matrix__v__follows_an_answer),
        cmocka_unit_test(app_matrix__filter__shows_failures_and_differences),
        cmocka_unit_test(app_matrix__same_answers__do_not_differ),
        cmocka_unit_test(app_matrix__failed_cell__runs_again),
        cmocka_unit_test(app_matrix__flaky__is_tried_and_answers),
        cmocka_unit_test(app_matrix__enter__opens_the_cell_as_a_pane),
        cmocka_unit_test(app_matrix__retried_cell__leaves_its_pane_the_conversation),
        cmocka_unit_test(app_matrix__another_one__asks_and_keeps_the_panes),
        cmocka_unit_test(app_matrix__running_cell_as_pane__survives_another_matrix),
        cmocka_unit_test(app_matrix__stop__leaves_the_rest_and_goes_on),
        cmocka_unit_test(app_matrix__export__writes_every_format),
        cmocka_unit_test(app_matrix__export__never_overwrites_unasked),
        cmocka_unit_test(app_matrix__all_sizes__show_a_cell),
        cmocka_unit_test(app_matrix__many_models__scroll_sideways),
        cmocka_unit_test(app_matrix__a_thousand_rows__settle),
        cmocka_unit_test(app_matrix__any_keys__leave_everything_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
