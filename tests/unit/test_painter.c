/*
 * The painter against libvterm: what the terminal shows after its bytes is the canvas.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/mem.h"
#include "src/base/rng.h"
#include "src/base/strbuf.h"
#include "tests/support/vt_screen.h"
#include "ui/term/painter.h"

struct fixture {
    struct painter *painter;
    struct vt_screen *vt;
    struct canvas *canvas;
    struct strbuf bytes;
};

static void fixture_start(struct fixture *f, const char *term, int width, int height)
{
    *f = (struct fixture){0};
    const struct painter_options options = {
        .term = term, .width = width, .height = height, .use_colors = true};
    struct error err = {0};
    f->painter = painter_new(&options, &err);
    if (f->painter == NULL)
        fail_msg("%s", error_text(&err));
    f->vt = vt_screen_new(width, height);
    f->canvas = canvas_new(width, height);
    strbuf_init(&f->bytes, STRBUF_OWN_MAX);
    painter_append_enter(f->painter, &f->bytes);
}

static void fixture_end(struct fixture *f)
{
    painter_free(f->painter);
    vt_screen_free(f->vt);
    canvas_free(f->canvas);
    strbuf_clear(&f->bytes);
}

/* Shows what was painted; returns the number of bytes it took. */
static size_t show(struct fixture *f)
{
    assert_true(painter_paint(f->painter, f->canvas, &f->bytes));
    const size_t len = f->bytes.len;
    vt_screen_feed(f->vt, strbuf_text(&f->bytes), len);
    strbuf_reset(&f->bytes);
    return len;
}

static void put(struct fixture *f, int x, int y, enum role role, const char *text)
{
    canvas_put(f->canvas, x, y, f->canvas->width, role, text, strlen(text));
}

static void assert_same_text(struct fixture *f)
{
    struct strbuf wanted;
    struct strbuf found;
    strbuf_init(&wanted, STRBUF_OWN_MAX);
    strbuf_init(&found, STRBUF_OWN_MAX);
    canvas_to_text(f->canvas, &wanted);
    vt_screen_get_text(f->vt, &found);
    assert_string_equal(strbuf_text(&found), strbuf_text(&wanted));
    strbuf_clear(&wanted);
    strbuf_clear(&found);
}

static void painter__paint__text_of_canvas(void **state)
{
    (void)state;
    struct fixture f;
    fixture_start(&f, "xterm-256color", 20, 4);
    put(&f, 0, 0, ROLE_TEXT, "plain");
    put(&f, 3, 1, ROLE_STRONG, "世界 é");
    put(&f, 19, 3, ROLE_ERROR, "x");
    show(&f);
    assert_same_text(&f);
    struct vt_cell cell;
    vt_screen_get_cell(f.vt, 3, 1, &cell);
    assert_string_equal(cell.text, "世");
    assert_int_equal(cell.width, 2);
    fixture_end(&f);
}

static void painter__paint__nothing_for_equal_canvas(void **state)
{
    (void)state;
    struct fixture f;
    fixture_start(&f, "xterm-256color", 20, 4);
    put(&f, 0, 0, ROLE_TEXT, "plain");
    show(&f);
    assert_int_equal(show(&f), 0);
    fixture_end(&f);
}

static void painter__paint__few_bytes_for_one_token(void **state)
{
    (void)state;
    struct fixture f;
    fixture_start(&f, "xterm-256color", 80, 24);
    put(&f, 0, 0, ROLE_TEXT, "a line of text");
    show(&f);
    put(&f, 14, 0, ROLE_TEXT, " more");
    assert_in_range(show(&f), 1, 40);
    assert_same_text(&f);
    fixture_end(&f);
}

static void painter__paint__role_colors(void **state)
{
    (void)state;
    struct fixture f;
    fixture_start(&f, "xterm-256color", 20, 2);
    put(&f, 0, 0, ROLE_ERROR, "error");
    show(&f);
    const struct style *style = &role_get(ROLE_ERROR)->style;
    struct vt_cell cell;
    vt_screen_get_cell(f.vt, 0, 0, &cell);
    assert_int_equal(cell.fg, style->fg);
    assert_int_equal(cell.bg, style->bg);
    assert_int_equal(cell.is_bold, (style->attrs & STYLE_BOLD) != 0);
    fixture_end(&f);
}

static void painter__paint__no_color_without_use_colors(void **state)
{
    (void)state;
    const struct painter_options options = {
        .term = "xterm-256color", .width = 20, .height = 2, .use_colors = false};
    struct fixture f;
    fixture_start(&f, "xterm-256color", 20, 2);
    painter_free(f.painter);
    f.painter = painter_new(&options, NULL);
    for (int role = 0; role < ROLE_COUNT; role++)
        put(&f, role % 20, role / 20, (enum role)role, "x");
    show(&f);
    struct vt_cell cell;
    for (int role = 0; role < ROLE_COUNT; role++) {
        vt_screen_get_cell(f.vt, role % 20, role / 20, &cell);
        assert_int_equal(cell.fg, -1);
        assert_int_equal(cell.bg, -1);
    }
    fixture_end(&f);
}

static void painter__paint__cursor(void **state)
{
    (void)state;
    struct fixture f;
    fixture_start(&f, "xterm-256color", 20, 4);
    show(&f);
    assert_true(vt_screen_get_modes(f.vt)->is_cursor_hidden);
    canvas_set_cursor(f.canvas, 7, 2);
    show(&f);
    int x;
    int y;
    vt_screen_get_cursor(f.vt, &x, &y);
    assert_false(vt_screen_get_modes(f.vt)->is_cursor_hidden);
    assert_int_equal(x, 7);
    assert_int_equal(y, 2);
    fixture_end(&f);
}

static void painter__redraw__repairs_foreign_output(void **state)
{
    (void)state;
    struct fixture f;
    fixture_start(&f, "xterm-256color", 20, 4);
    put(&f, 0, 0, ROLE_TEXT, "mine");
    show(&f);
    vt_screen_feed(f.vt, "\033[2;2Hgarbage", 13);
    painter_redraw(f.painter);
    show(&f);
    assert_same_text(&f);
    fixture_end(&f);
}

static void painter__resize__paints_everything(void **state)
{
    (void)state;
    struct fixture f;
    fixture_start(&f, "xterm-256color", 20, 4);
    put(&f, 0, 0, ROLE_TEXT, "mine");
    show(&f);
    const int sizes[][2] = {{80, 24}, {1, 1}, {2, 5}, {30, 3}};
    for (size_t i = 0; i < 4; i++) {
        painter_resize(f.painter, sizes[i][0], sizes[i][1]);
        vt_screen_resize(f.vt, sizes[i][0], sizes[i][1]);
        canvas_resize(f.canvas, sizes[i][0], sizes[i][1]);
        put(&f, 0, 0, ROLE_TEXT, "世a");
        put(&f, 0, sizes[i][1] - 1, ROLE_TEXT, "end");
        show(&f);
        assert_same_text(&f);
    }
    fixture_end(&f);
}

static void painter__paint__canvas_of_other_size(void **state)
{
    (void)state;
    struct fixture f;
    fixture_start(&f, "xterm-256color", 5, 2);
    canvas_resize(f.canvas, 40, 10);
    put(&f, 0, 0, ROLE_TEXT, "abcd世efgh");
    show(&f);
    struct strbuf line;
    strbuf_init(&line, 100);
    vt_screen_get_line(f.vt, 0, &line);
    assert_string_equal(strbuf_text(&line), "abcd");
    canvas_resize(f.canvas, 2, 1);
    put(&f, 0, 0, ROLE_TEXT, "xy");
    show(&f);
    strbuf_reset(&line);
    vt_screen_get_line(f.vt, 0, &line);
    assert_string_equal(strbuf_text(&line), "xy");
    strbuf_clear(&line);
    fixture_end(&f);
}

/* Random edits with narrow, wide and combined characters in random roles. */
static void scribble(struct fixture *f, struct rng *rng)
{
    static const char *const words[] = {"a",    "word",  "世界", "語",   "e\xcc\x81",
                                        "----", "     ", "██",   "x世y", "~~~~~~~~~~~~"};
    const int edits = (int)rng_below(rng, 12);
    for (int i = 0; i < edits; i++)
        put(f, (int)rng_below(rng, (uint64_t)f->canvas->width),
            (int)rng_below(rng, (uint64_t)f->canvas->height),
            (enum role)rng_below(rng, ROLE_COUNT), words[rng_below(rng, 10)]);
    canvas_set_cursor(f->canvas, (int)rng_below(rng, (uint64_t)f->canvas->width + 3),
                      (int)rng_below(rng, (uint64_t)f->canvas->height));
}

static void check_random_frames(const char *term, uint64_t seed)
{
    struct rng rng;
    rng_init(&rng, seed);
    struct fixture f;
    fixture_start(&f, term, 37, 11);
    for (int frame = 0; frame < 300; frame++) {
        if (rng_below(&rng, 40) == 0)
            canvas_erase(f.canvas);
        scribble(&f, &rng);
        show(&f);
        assert_same_text(&f);
    }
    fixture_end(&f);
}

static void painter__paint__random_frames_on_every_terminal(void **state)
{
    (void)state;
    static const char *const terms[] = {"xterm-256color", "screen-256color",
                                        "tmux-256color",  "linux",
                                        "vt100",          "rxvt-unicode-256color"};
    for (size_t i = 0; i < sizeof(terms) / sizeof(terms[0]); i++)
        check_random_frames(terms[i], 17 + i);
}

static void painter__paint__wide_cell_before_corner(void **state)
{
    (void)state;
    struct fixture f;
    fixture_start(&f, "tmux-256color", 10, 2);
    put(&f, 0, 1, ROLE_TEXT, "abcdefg世x");
    show(&f);
    struct strbuf line;
    strbuf_init(&line, 100);
    vt_screen_get_line(f.vt, 1, &line);
    assert_string_equal(strbuf_text(&line), "abcdefg世x");
    strbuf_clear(&line);
    fixture_end(&f);
}

static void painter__leave__undoes_enter(void **state)
{
    (void)state;
    static const char *const terms[] = {"xterm-256color", "screen-256color",
                                        "tmux-256color", "linux", "vt100"};
    for (size_t i = 0; i < sizeof(terms) / sizeof(terms[0]); i++) {
        struct fixture f;
        fixture_start(&f, terms[i], 20, 4);
        painter_append_mouse(f.painter, true, &f.bytes);
        show(&f);
        painter_append_leave(f.painter, &f.bytes);
        vt_screen_feed(f.vt, strbuf_text(&f.bytes), f.bytes.len);
        const struct vt_modes *modes = vt_screen_get_modes(f.vt);
        assert_false(modes->has_mouse || modes->has_mouse_encoding || modes->has_focus);
        assert_false(modes->has_bracketed_paste || modes->is_updating);
        assert_false(modes->is_alternate || modes->is_cursor_hidden);
        assert_false(modes->has_application_cursor || modes->has_application_keypad);
        assert_int_equal(modes->kitty_depth, 0);
        assert_false(modes->has_other_keys);
        fixture_end(&f);
    }
}

static void check_refused(const char *term, const char *word)
{
    const struct painter_options options = {.term = term, .width = 80, .height = 24};
    struct error err = {0};
    assert_null(painter_new(&options, &err));
    assert_int_equal(err.class, ERROR_USAGE);
    assert_non_null(strstr(error_text(&err), word));
    error_clear(&err);
}

static void painter__new__refuses_terminals_without_cursor(void **state)
{
    (void)state;
    check_refused(NULL, "TERM is not set");
    check_refused("", "TERM is not set");
    check_refused("dumb", "cannot place the cursor");
    check_refused("no-such-terminal", "not known");
}

/* Two boxes side by side with other text in each. */
static void draw_boxes(struct fixture *f, const char *left, const char *right)
{
    canvas_erase(f->canvas);
    canvas_box(f->canvas, (struct rect){0, 0, 20, 6}, ROLE_BORDER_FOCUSED);
    canvas_box(f->canvas, (struct rect){20, 0, 20, 6}, ROLE_BORDER);
    for (int y = 1; y < 5; y++) {
        put(f, 2, y, ROLE_TEXT, left);
        put(f, 22, y, ROLE_STRONG, right);
    }
}

static void painter__panes_side_by_side__border_between_is_not_written(void **state)
{
    (void)state;
    struct fixture f;
    fixture_start(&f, "xterm-256color", 40, 8);
    draw_boxes(&f, "abcdefghijklmnop", "qrstuvwxyzabcdef");
    show(&f);
    draw_boxes(&f, "ABCDEFGHIJKLMNOP", "QRSTUVWXYZABCDEF");
    assert_true(painter_paint(f.painter, f.canvas, &f.bytes));
    assert_null(strstr(strbuf_text(&f.bytes), "\xe2\x94\x82"));
    vt_screen_feed(f.vt, strbuf_text(&f.bytes), f.bytes.len);
    strbuf_reset(&f.bytes);
    assert_same_text(&f);
    fixture_end(&f);
}

/* More borders in a row than there are parts. */
static void painter__many_boxes__all_are_painted(void **state)
{
    (void)state;
    struct fixture f;
    fixture_start(&f, "xterm-256color", 80, 5);
    for (int round = 0; round < 3; round++) {
        canvas_erase(f.canvas);
        for (int x = 0; x < 80; x += 4) {
            canvas_box(f.canvas, (struct rect){x, 0, 4, 5}, ROLE_BORDER);
            put(&f, x + 1, 2, ROLE_TEXT,
                round == 0   ? "a"
                : round == 1 ? "b"
                             : "\xe4\xb8\x96");
        }
        show(&f);
        assert_same_text(&f);
    }
    fixture_end(&f);
}

int main(void)
{
    setlocale(LC_ALL, "C.UTF-8");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(painter__paint__text_of_canvas),
        cmocka_unit_test(painter__paint__nothing_for_equal_canvas),
        cmocka_unit_test(painter__paint__few_bytes_for_one_token),
        cmocka_unit_test(painter__paint__role_colors),
        cmocka_unit_test(painter__paint__no_color_without_use_colors),
        cmocka_unit_test(painter__paint__cursor),
        cmocka_unit_test(painter__redraw__repairs_foreign_output),
        cmocka_unit_test(painter__resize__paints_everything),
        cmocka_unit_test(painter__paint__canvas_of_other_size),
        cmocka_unit_test(painter__paint__random_frames_on_every_terminal),
        cmocka_unit_test(painter__paint__wide_cell_before_corner),
        cmocka_unit_test(painter__leave__undoes_enter),
        cmocka_unit_test(painter__new__refuses_terminals_without_cursor),
        cmocka_unit_test(painter__panes_side_by_side__border_between_is_not_written),
        cmocka_unit_test(painter__many_boxes__all_are_painted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
