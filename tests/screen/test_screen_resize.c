/*
 * Resize storms: hundreds of sizes from 1 by 1 to 300 by 100 while eight panes write and
 * dialogs open. Afterwards the screen is what a fresh paint gives, cell by cell, and the
 * reader is where the reader was.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "src/base/mem.h"
#include "src/base/rng.h"
#include "src/base/strbuf.h"
#include "tests/support/app_stage.h"
#include "tests/support/canvas_text.h"
#include "tests/support/pty_program.h"

#define WIDTH  140
#define HEIGHT 40

#define SAGE "demo/sage?rate=300&ttft=0"

struct size {
    int width;
    int height;
};

/* Any size, often a tiny one. */
static struct size random_size(struct rng *rng)
{
    const bool is_tiny = rng_below(rng, 3) == 0;
    return (struct size){1 + (int)rng_below(rng, is_tiny ? 24 : 300),
                         1 + (int)rng_below(rng, is_tiny ? 8 : 100)};
}

/* --- The program -------------------------------------------------------------------- */

/* Without hints, whose box comes when nothing is pressed for a second. */
static struct pty_program *start_eight(void)
{
    static const char text[] = "defaults: {hints: no}\n";
    char config[] = "/tmp/motet-resize-XXXXXX";
    const int fd = mkstemp(config);
    assert_true(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text));
    close(fd);
    static char path[1024];
    const char *folder = getenv("MOTET_BUILDDIR");
    snprintf(path, sizeof(path), "%s/motet", folder != NULL ? folder : ".");
    const char *const argv[] = {path,
                                "-m",
                                SAGE "," SAGE ",demo/coder?rate=300&ttft=0," SAGE
                                     ",demo/polyglot?rate=300&ttft=0," SAGE
                                     ",demo/thinker?rate=300&ttft=0,demo/tools",
                                "--tools",
                                "get_weather,format_book",
                                "--config",
                                config,
                                "tell me all",
                                NULL};
    struct pty_program *program = pty_program_start(
        &(struct pty_options){.argv = argv, .width = WIDTH, .height = HEIGHT});
    assert_true(pty_program_wait_text(program, "running"));
    unlink(config);
    return program;
}

struct wanted_frames {
    int count;
};

static bool has_frames(struct pty_program *program, void *user)
{
    const struct wanted_frames *wanted = user;
    const struct vt_modes *modes = vt_screen_get_modes(pty_program_get_screen(program));
    return modes->frame_count >= wanted->count && !modes->is_updating;
}

static void wait_frames(struct pty_program *program, int count)
{
    struct wanted_frames wanted = {
        vt_screen_get_modes(pty_program_get_screen(program))->frame_count + count};
    assert_true(pty_program_wait_until(program, has_frames, &wanted));
}

/* All cells in one buffer that can be compared. */
static struct vt_cell *take_cells(const struct vt_screen *vt)
{
    struct vt_cell *cells = mem_alloc_array((size_t)WIDTH * HEIGHT, sizeof(cells[0]));
    for (int y = 0; y < HEIGHT; y++) {
        for (int x = 0; x < WIDTH; x++) {
            struct vt_cell *cell = &cells[y * WIDTH + x];
            assert_true(vt_screen_get_cell(vt, x, y, cell));
            /* Never written, blank, or the room of a character that is placed by itself:
             * it looks the same. */
            if (cell->text[0] == '\0' || strcmp(cell->text, "\u00a0") == 0)
                snprintf(cell->text, sizeof(cell->text), " ");
        }
    }
    return cells;
}

static void assert_same_cells(const struct vt_cell *before, const struct vt_cell *after)
{
    for (int i = 0; i < WIDTH * HEIGHT; i++) {
        const struct vt_cell *a = &before[i];
        const struct vt_cell *b = &after[i];
        /* Of a blank only what is behind it is seen. */
        const bool is_seen = strcmp(a->text, " ") != 0 || a->is_reverse;
        if (strcmp(a->text, b->text) != 0 || a->bg != b->bg ||
            a->is_reverse != b->is_reverse ||
            (is_seen && (a->fg != b->fg || a->is_bold != b->is_bold)))
            fail_msg("column %d of row %d had \"%s\", and \"%s\" after a fresh paint",
                     i % WIDTH, i / WIDTH, a->text, b->text);
    }
}

static void motet_resize__storm__leaves_what_a_fresh_paint_gives(void **state)
{
    (void)state;
    struct rng rng;
    rng_init(&rng, 20);
    struct pty_program *program = start_eight();
    pty_program_resize(program, 300, 100);
    for (int i = 0; i < 300; i++) {
        const struct size size = random_size(&rng);
        pty_program_tell_size(program, size.width, size.height);
        /* Sometimes the next size comes before the last was painted. */
        if (rng_below(&rng, 3) > 0)
            wait_frames(program, 1);
        if (i == 100)
            pty_program_press(program, "F1");
        else if (i == 200)
            pty_program_press(program, "Esc");
    }
    pty_program_resize(program, WIDTH, HEIGHT);
    assert_true(pty_program_wait_text(program, "2 to approve"));
    assert_true(pty_program_wait_text(program, "1 running"));
    /* The dialogs count the seconds that they wait: they go, with all that runs. */
    pty_program_press(program, "Esc");
    pty_program_press(program, "Esc");
    assert_true(pty_program_wait_no_text(program, "to approve"));
    assert_true(pty_program_wait_no_text(program, "running"));
    assert_true(pty_program_wait_text(program, " \u00b7 tell me all \u00b7 normal mode"));
    wait_frames(program, 0); /* that frame to its end */
    struct vt_cell *before = take_cells(pty_program_get_screen(program));
    pty_program_type(program, "R");
    wait_frames(program, 1);
    struct vt_cell *after = take_cells(pty_program_get_screen(program));
    assert_same_cells(before, after);
    mem_free(before);
    mem_free(after);
    pty_program_type(program, "q");
    int status = 0;
    assert_true(pty_program_wait_exit(program, &status));
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
    assert_true(pty_program_is_restored(program));
    pty_program_free(program);
}

/* --- The app ---------------------------------------------------------------------------
 */

static void app_resize__storm__leaves_what_a_fresh_paint_gives(void **state)
{
    (void)state;
    struct rng rng;
    rng_init(&rng, 21);
    struct app_stage *stage = app_stage_new(&(struct app_stage_options){
        .models =
            (const char *const[]){SAGE, SAGE, SAGE, SAGE, SAGE, SAGE, SAGE, SAGE, NULL},
        .width = WIDTH,
        .height = HEIGHT});
    static const char *const keys[] = {"F1",     "Esc", "Alt-z", "Tab",
                                       "Ctrl-L", "Esc", "Alt-p", "Esc"};
    app_stage_send(stage, "tell me all");
    for (int i = 0; i < 500; i++) {
        const struct size size = random_size(&rng);
        app_resize(stage->app, size.width, size.height);
        assert_int_equal(stage->shown->width, size.width);
        assert_int_equal(stage->shown->height, size.height);
        assert_canvas_is_whole(stage->shown);
        app_stage_run_due(stage);
        if (i % 10 == 9)
            app_stage_press(stage, keys[i / 10 % 8]);
    }
    app_resize(stage->app, WIDTH, HEIGHT);
    app_stage_wait_idle(stage);
    struct canvas *before = canvas_new(0, 0);
    canvas_copy(before, stage->shown);
    app_resize(stage->app, WIDTH, HEIGHT);
    assert_memory_equal(stage->shown->cells, before->cells,
                        sizeof(before->cells[0]) * WIDTH * HEIGHT);
    canvas_free(before);
    app_stage_free(stage);
}

/* The text of a row inside the frame of the only pane. */
static char *first_words(const struct app_stage *stage)
{
    char *line = canvas_line(stage->shown, 1);
    char *words = mem_strndup(line + 4, 24);
    mem_free(line);
    return words;
}

static void app_resize__storm__holds_the_readers_place(void **state)
{
    (void)state;
    struct rng rng;
    rng_init(&rng, 22);
    struct app_stage *stage = app_stage_new(&(struct app_stage_options){
        .models = (const char *const[]){"demo/sage?rate=0&ttft=0&tokens=3000", NULL},
        .width = 60,
        .height = 20});
    app_stage_send(stage, "tell me all");
    app_stage_wait_idle(stage);
    for (int i = 0; i < 10; i++)
        app_stage_press(stage, "PgUp");
    char *before = first_words(stage);
    for (int i = 0; i < 300; i++) {
        const struct size size = random_size(&rng);
        app_resize(stage->app, size.width, size.height);
    }
    app_resize(stage->app, 60, 20);
    char *after = first_words(stage);
    assert_string_equal(after, before);
    assert_stage_shows(stage, "more below");
    mem_free(before);
    mem_free(after);
    app_stage_free(stage);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(motet_resize__storm__leaves_what_a_fresh_paint_gives),
        cmocka_unit_test(app_resize__storm__leaves_what_a_fresh_paint_gives),
        cmocka_unit_test(app_resize__storm__holds_the_readers_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
