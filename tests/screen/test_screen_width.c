/*
 * Nothing drifts: a grid of hard clusters, each between two bars, drawn by the real
 * painter. Looked at cell by cell through libvterm, through tmux, and through terminals
 * that have other opinions about widths than the C library.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <locale.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "src/base/clock.h"
#include "src/base/compiler.h"
#include "src/base/mem.h"
#include "src/base/rng.h"
#include "src/base/strbuf.h"
#include "src/base/utf8.h"
#include "tests/support/hard_clusters.h"
#include "tests/support/odd_terminal.h"
#include "tests/support/vt_screen.h"
#include "ui/render/glyph_class.h"
#include "ui/term/painter.h"

extern char **environ;

#define GRID_WIDTH  157
#define GRID_HEIGHT 30

static const char *const terminals[] = {"xterm-256color", "screen", "tmux-256color",
                                        "linux", "vt100"};

struct stage {
    struct painter *painter;
    struct canvas *canvas;
    struct strbuf bytes;
};

static void stage_start(struct stage *stage, const char *term)
{
    const struct painter_options options = {
        .term = term, .width = GRID_WIDTH, .height = GRID_HEIGHT, .use_colors = true};
    stage->painter = painter_new(&options, NULL);
    assert_non_null(stage->painter);
    stage->canvas = canvas_new(GRID_WIDTH, GRID_HEIGHT);
    strbuf_init(&stage->bytes, (size_t)1 << 20);
}

static void stage_end(struct stage *stage)
{
    painter_free(stage->painter);
    canvas_free(stage->canvas);
    strbuf_clear(&stage->bytes);
}

static void stage_paint(struct stage *stage)
{
    strbuf_reset(&stage->bytes);
    assert_true(painter_paint(stage->painter, stage->canvas, &stage->bytes));
}

/* --- libvterm ----------------------------------------------------------------------- */

/*
 * Every cell begins with the character of the canvas. Marks that libvterm does not know
 * it takes for characters, which the next cell then covers; in the last column they take
 * the letter's place.
 */
static void assert_same_cells(const struct vt_screen *vt, const struct canvas *canvas)
{
    struct vt_cell found;
    for (int y = 0; y < canvas->height; y++) {
        for (int x = 0; x < canvas->width; x++) {
            const struct cell *cell = canvas_cell_at(canvas, x, y);
            vt_screen_get_cell(vt, x, y, &found);
            char wanted[CELL_TEXT_SIZE + 1] = "";
            memcpy(wanted, cell->text, cell->text_len);
            const char *text =
                found.text[0] == '\0' && found.width > 0 ? " " : found.text;
            uint32_t base;
            const size_t len = utf8_decode(wanted, cell->text_len, &base);
            if (x + 1 == canvas->width && len < cell->text_len)
                continue;
            if (cell->width > 0 && strncmp(text, wanted, len) != 0)
                fail_msg(
                    "column %d of row %d has \"%s\" instead of \"%s\", after \"%.*s\"", x,
                    y, text, wanted, x > 0 ? (int)cell[-1].text_len : 0, cell[-1].text);
        }
    }
}

static void width__grid__keeps_its_columns_in_libvterm(void **state)
{
    (void)state;
    assert_in_range(hard_cluster_count, 200, 2000);
    for (size_t i = 0; i < COUNT_OF(terminals); i++) {
        struct stage stage;
        stage_start(&stage, terminals[i]);
        struct vt_screen *vt = vt_screen_new(GRID_WIDTH, GRID_HEIGHT);
        hard_clusters_draw(stage.canvas);
        stage_paint(&stage);
        vt_screen_feed(vt, strbuf_text(&stage.bytes), stage.bytes.len);
        assert_same_cells(vt, stage.canvas);
        vt_screen_free(vt);
        stage_end(&stage);
    }
}

/* --- Other opinions -------------------------------------------------------------------
 */

/* Marks are no cells, not even spacing ones; all else as the C library says. */
static int opinion_no_spacing_marks(uint32_t code)
{
    return glyph_class_is_spacing_mark(code) ? 0 : glyph_class_width(code);
}

/* As before there were emoji. */
static int opinion_old(uint32_t code)
{
    return glyph_class_is_settled(code) ? glyph_class_width(code) : 1;
}

/* Everything that can be a picture is one. */
static int opinion_pictures(uint32_t code)
{
    return glyph_class_is_settled(code) ? glyph_class_width(code) : 2;
}

/* Combining marks are characters like others. */
static int opinion_no_marks(uint32_t code)
{
    const int width = glyph_class_width(code);
    return width > 0 ? width : 1;
}

static odd_width *const opinions[] = {opinion_no_spacing_marks, opinion_old,
                                      opinion_pictures, opinion_no_marks};

static void assert_bars(const struct odd_terminal *terminal)
{
    for (size_t i = 0; i < hard_cluster_count; i++) {
        const struct hard_place place = hard_cluster_place(i, GRID_WIDTH);
        if (odd_terminal_get(terminal, place.left, place.y) != '|' ||
            odd_terminal_get(terminal, place.right, place.y) != '|')
            fail_msg("the bars of cluster %zu have moved", i);
    }
}

/* What is certain stands where it should, beside whatever else. */
static void assert_settled_cells(const struct odd_terminal *terminal,
                                 const struct canvas *canvas)
{
    for (int y = 0; y < canvas->height; y++) {
        for (int x = 0; x < canvas->width; x++) {
            const struct cell *cell = canvas_cell_at(canvas, x, y);
            if (cell->text_len == 1 && cell->text[0] != ' ' &&
                odd_terminal_get(terminal, x, y) != (unsigned char)cell->text[0])
                fail_msg("'%c' is not in column %d of row %d", cell->text[0], x, y);
        }
    }
}

static void width__grid__keeps_its_columns_whatever_a_terminal_believes(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(opinions); i++) {
        struct stage stage;
        stage_start(&stage, "vt100");
        struct odd_terminal *terminal =
            odd_terminal_new(GRID_WIDTH, GRID_HEIGHT, opinions[i]);
        hard_clusters_draw(stage.canvas);
        stage_paint(&stage);
        odd_terminal_feed(terminal, strbuf_text(&stage.bytes), stage.bytes.len);
        assert_bars(terminal);
        assert_settled_cells(terminal, stage.canvas);
        odd_terminal_free(terminal);
        stage_end(&stage);
    }
}

/* Puts a cluster or a word somewhere. */
static void scribble(struct canvas *canvas, struct rng *rng)
{
    static const char *const words[] = {"word", "a", "----------", "x y z"};
    const int x = (int)rng_below(rng, GRID_WIDTH);
    const int y = (int)rng_below(rng, GRID_HEIGHT);
    const enum role role = (enum role)rng_below(rng, ROLE_COUNT);
    if (rng_below(rng, 3) == 0) {
        const char *word = words[rng_below(rng, COUNT_OF(words))];
        canvas_put(canvas, x, y, GRID_WIDTH, role, word, strlen(word));
        return;
    }
    const struct hard_cluster *cluster =
        &hard_clusters[rng_below(rng, hard_cluster_count)];
    canvas_put(canvas, x, y, GRID_WIDTH, role, cluster->text, cluster->len);
}

static void width__changing_cells__stay_in_their_columns(void **state)
{
    (void)state;
    struct rng rng;
    rng_init(&rng, 6);
    for (size_t i = 0; i < COUNT_OF(opinions); i++) {
        struct stage stage;
        stage_start(&stage, "vt100");
        struct vt_screen *vt = vt_screen_new(GRID_WIDTH, GRID_HEIGHT);
        struct odd_terminal *terminal =
            odd_terminal_new(GRID_WIDTH, GRID_HEIGHT, opinions[i]);
        for (int frame = 0; frame < 200; frame++) {
            for (int edit = 0; edit < 6; edit++)
                scribble(stage.canvas, &rng);
            canvas_set_cursor(stage.canvas, (int)rng_below(&rng, GRID_WIDTH),
                              (int)rng_below(&rng, GRID_HEIGHT));
            stage_paint(&stage);
            odd_terminal_feed(terminal, strbuf_text(&stage.bytes), stage.bytes.len);
            vt_screen_feed(vt, strbuf_text(&stage.bytes), stage.bytes.len);
        }
        assert_same_cells(vt, stage.canvas);
        assert_settled_cells(terminal, stage.canvas);
        odd_terminal_free(terminal);
        vt_screen_free(vt);
        stage_end(&stage);
    }
}

/* --- tmux --------------------------------------------------------------------------- */

struct tmux_world {
    char socket[64];
    char answer[64 * 1024]; /* what the last run printed */
};

#define TMUX_ARGS_MAX 800

/* Runs tmux with these arguments, up to a NULL, on a server of our own. Its output goes
 * to a file: of a pipe the server would keep the other end. */
static const char *tmux_run(struct tmux_world *world, const char *const *args)
{
    const char *all[TMUX_ARGS_MAX] = {"tmux",      "-u", "-f",
                                      "/dev/null", "-L", world->socket};
    for (size_t i = 0; args[i] != NULL; i++) {
        assert_true(i + 7 < COUNT_OF(all));
        all[i + 6] = args[i];
    }
    FILE *file = tmpfile();
    assert_non_null(file);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, fileno(file), 1);
    pid_t pid;
    int status;
    assert_int_equal(
        posix_spawnp(&pid, "tmux", &actions, NULL, (char *const *)all, environ), 0);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    posix_spawn_file_actions_destroy(&actions);
    rewind(file);
    const size_t len = fread(world->answer, 1, sizeof(world->answer) - 1, file);
    world->answer[len] = '\0';
    fclose(file);
    return world->answer;
}

/* Opens the grid in a tmux of the grid's size and waits until it stands there. */
static void tmux_show_grid(struct tmux_world *world)
{
    const char *folder = getenv("MOTET_BUILDDIR");
    char command[1024];
    snprintf(command, sizeof(command), "PROBE_GRID=1 '%s/tests/support/screen_probe'",
             folder != NULL ? folder : ".");
    char width[16];
    char height[16];
    snprintf(width, sizeof(width), "%d", GRID_WIDTH);
    snprintf(height, sizeof(height), "%d", GRID_HEIGHT);
    tmux_run(world,
             (const char *const[]){"new-session", "-d", "-x", width, "-y", height,
                                   command, ";", "set", "status", "off", ";",
                                   "resize-window", "-x", width, "-y", height, NULL});
    const char *const capture[] = {"capture-pane", "-p", NULL};
    const int64_t deadline_ms = clock_now_ms() + 30000;
    /* The last cluster is bytes that are no UTF-8, right before a bar. */
    while (strstr(tmux_run(world, capture), "\xef\xbf\xbd         |\n") == NULL)
        assert_true(clock_now_ms() < deadline_ms);
}

/* Searches for the next `count` bars and prints, for each, the cell behind it. */
static const char *tmux_find_bars(struct tmux_world *world, size_t count, bool is_first)
{
    static const char *const first[] = {"copy-mode",           ";", "send-keys", "-X",
                                        "history-top",         ";", "send-keys", "-X",
                                        "start-of-line",       ";", "send-keys", "-X",
                                        "search-forward-text", "|", ";"};
    static const char *const next[] = {"send-keys", "-X", "search-again", ";"};
    static const char *const tell[] = {"display-message", "-p",
                                       "#{copy_cursor_x},#{copy_cursor_y}", ";"};
    const char *args[TMUX_ARGS_MAX] = {NULL};
    size_t used = 0;
    for (size_t i = 0; i < count; i++) {
        const bool begins = i == 0 && is_first;
        const size_t len = begins ? COUNT_OF(first) : COUNT_OF(next);
        memcpy(args + used, begins ? first : next, len * sizeof(args[0]));
        used += len;
        memcpy(args + used, tell, sizeof(tell));
        used += COUNT_OF(tell);
    }
    args[used - 1] = NULL;
    return tmux_run(world, args);
}

static void tmux_check_bars(struct tmux_world *world)
{
    const size_t batch = 40;
    const size_t total = hard_cluster_count * 2;
    for (size_t done = 0; done < total; done += batch) {
        const size_t count = total - done < batch ? total - done : batch;
        const char *at = tmux_find_bars(world, count, done == 0);
        for (size_t i = done; i < done + count; i++) {
            const struct hard_place place = hard_cluster_place(i / 2, GRID_WIDTH);
            char wanted[32];
            snprintf(wanted, sizeof(wanted), "%d,%d\n",
                     (i % 2 == 0 ? place.left : place.right) + 1, place.y);
            if (strncmp(at, wanted, strlen(wanted)) != 0)
                fail_msg("bar %zu of cluster %zu is before %.8s instead of %s", i % 2,
                         i / 2, at, wanted);
            at += strlen(wanted);
        }
    }
}

static void width__grid__keeps_its_columns_in_tmux(void **state)
{
    (void)state;
    if (access("/usr/bin/tmux", X_OK) != 0 && access("/usr/local/bin/tmux", X_OK) != 0) {
        print_message("there is no tmux here: its columns are not looked at\n");
        skip();
    }
    static struct tmux_world world;
    snprintf(world.socket, sizeof(world.socket), "motet-width-%d", (int)getpid());
    *state = &world;
    tmux_show_grid(&world);
    tmux_check_bars(&world);
}

/* Also after a failure: the server must not stay. */
static int tmux_end(void **state)
{
    if (*state != NULL)
        tmux_run(*state, (const char *const[]){"kill-server", NULL});
    return 0;
}

int main(void)
{
    setlocale(LC_ALL, "C.UTF-8");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(width__grid__keeps_its_columns_in_libvterm),
        cmocka_unit_test_teardown(width__grid__keeps_its_columns_in_tmux, tmux_end),
        cmocka_unit_test(width__grid__keeps_its_columns_whatever_a_terminal_believes),
        cmocka_unit_test(width__changing_cells__stay_in_their_columns),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
