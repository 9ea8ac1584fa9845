/*
 * Links in the bytes of frames: after each frame every cell leads where the canvas says,
 * shows what the canvas shows, and the cursor is where it was.
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
#include "tests/support/link_screen.h"
#include "tests/support/odd_terminal.h"
#include "tests/support/vt_screen.h"
#include "ui/render/glyph_class.h"
#include "ui/term/link_painter.h"
#include "ui/term/painter.h"

#define WIDTH  50
#define HEIGHT 12

struct fixture {
    struct painter *painter;
    struct canvas *canvas;
    struct vt_screen *vt;
    struct link_screen *links;
    struct strbuf bytes;
};

static void start(struct fixture *f, bool use_links)
{
    struct error err = {0};
    const struct painter_options options = {.term = "xterm-256color",
                                            .width = WIDTH,
                                            .height = HEIGHT,
                                            .use_colors = true,
                                            .use_links = use_links};
    f->painter = painter_new(&options, &err);
    if (f->painter == NULL)
        fail_msg("%s", error_text(&err));
    f->canvas = canvas_new(WIDTH, HEIGHT);
    f->vt = vt_screen_new(WIDTH, HEIGHT);
    f->links = link_screen_new(WIDTH, HEIGHT);
    strbuf_init(&f->bytes, STRBUF_OWN_MAX);
    painter_append_enter(f->painter, &f->bytes);
}

static void end(struct fixture *f)
{
    painter_free(f->painter);
    canvas_free(f->canvas);
    vt_screen_free(f->vt);
    link_screen_free(f->links);
    strbuf_clear(&f->bytes);
}

static void put_link(struct fixture *f, int x, int y, const char *text,
                     const char *address)
{
    canvas_begin_link(f->canvas, address, strlen(address));
    canvas_put(f->canvas, x, y, WIDTH, ROLE_LINK, text, strlen(text));
    canvas_end_link(f->canvas);
}

static void assert_same(const struct fixture *f)
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
    for (int y = 0; y < HEIGHT; y++) {
        for (int x = 0; x < WIDTH; x++) {
            const char *address = canvas_link_at(f->canvas, x, y);
            assert_string_equal(link_screen_get(f->links, x, y),
                                address != NULL ? address : "");
        }
    }
    int x;
    int y;
    vt_screen_get_cursor(f->vt, &x, &y);
    if (f->canvas->is_cursor_visible) {
        assert_int_equal(x, f->canvas->cursor_x);
        assert_int_equal(y, f->canvas->cursor_y);
    }
}

/* Paints and compares; returns the bytes of the frame. */
static size_t show(struct fixture *f)
{
    assert_true(painter_paint(f->painter, f->canvas, &f->bytes));
    const size_t len = f->bytes.len;
    vt_screen_feed(f->vt, strbuf_text(&f->bytes), len);
    link_screen_feed(f->links, strbuf_text(&f->bytes), len);
    strbuf_reset(&f->bytes);
    assert_same(f);
    return len;
}

static void link_painter__words__lead_there_until_they_go(void **state)
{
    (void)state;
    struct fixture f;
    start(&f, true);
    put_link(&f, 3, 2, "the manual", "https://example.org/manual");
    canvas_set_cursor(f.canvas, 7, 9);
    show(&f);
    assert_string_equal(link_screen_get(f.links, 3, 2), "https://example.org/manual");
    assert_string_equal(link_screen_get(f.links, 13, 2), "");
    assert_int_equal(show(&f), 0);
    /* The same words elsewhere, and the same place with other words. */
    put_link(&f, 3, 2, "the manual", "https://example.org/other");
    show(&f);
    /* The same words without a link. */
    canvas_put(f.canvas, 3, 2, WIDTH, ROLE_LINK, "the manual", 10);
    show(&f);
    assert_string_equal(link_screen_get(f.links, 3, 2), "");
    end(&f);
}

static void link_painter__wide_and_marked_text__is_linked(void **state)
{
    (void)state;
    struct fixture f;
    start(&f, true);
    put_link(&f, 0, 0, "\xe6\xbc\xa2\xe5\xad\x97 e\xcc\x81 a\033b", "https://a.example/");
    show(&f);
    put_link(&f, 1, 0, "x", "https://b.example/");
    show(&f);
    end(&f);
}

/* A terminal that gives every mark and every picture as many cells as it can. */
static int generous(uint32_t code)
{
    return glyph_class_is_settled(code) ? glyph_class_width(code) : 2;
}

/* A terminal that knows nothing of marks. */
static int without_marks(uint32_t code)
{
    const int width = glyph_class_width(code);
    return width > 0 ? width : 1;
}

/* Shows the plain cells of row 0, each at its place. */
static void feed_plain_cells(const struct fixture *f, struct odd_terminal *terminal)
{
    for (int x = 0; x < WIDTH; x++) {
        const struct cell *cell = canvas_cell_at(f->canvas, x, 0);
        char *bytes = strbuf_format("\033[1;%dH%c", x + 1,
                                    cell->text_len == 1 ? cell->text[0] : ' ');
        odd_terminal_feed(terminal, bytes, strlen(bytes));
        mem_free(bytes);
    }
}

/* What a terminal has other ideas of shifts nothing, in the link or behind it. */
static void link_painter__loose_cells__keep_the_others_in_place(void **state)
{
    static odd_width *const opinions[] = {generous, without_marks};
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct fixture f;
        struct link_painter painter;
        struct odd_terminal *terminal = odd_terminal_new(WIDTH, HEIGHT, opinions[i]);
        start(&f, true);
        put_link(&f, 0, 0,
                 "a \xe0\xa4\xa8\xe0\xa4\xae\xe0\xa4\xb8\xe0\xa5\x8d\xe0\xa4\xa4\xe0\xa5"
                 "\x87 b \xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x91\xa7 c e\xcc\x81xd "
                 "\xf0\x9f\xab\xa8",
                 "https://a.example/");
        int end_of_link = WIDTH;
        while (canvas_link_at(f.canvas, end_of_link - 1, 0) == NULL)
            end_of_link--;
        canvas_put(f.canvas, end_of_link, 0, WIDTH, ROLE_TEXT, "|abc|", 5);
        link_painter_init(&painter, false);
        link_table_copy(&painter.shown, &f.canvas->links);
        struct style looks[ROLE_COUNT];
        for (int role = 0; role < ROLE_COUNT; role++)
            looks[role] = role_get((enum role)role)->style;
        const struct link_row row = {
            .width = WIDTH, .now = canvas_row(f.canvas, 0), .is_last = false};
        strbuf_reset(&f.bytes);
        link_painter_append_row(&painter, &row, looks, &f.bytes);
        feed_plain_cells(&f, terminal);
        odd_terminal_feed(terminal, strbuf_text(&f.bytes), f.bytes.len);
        for (int x = 0; x < WIDTH; x++) {
            const struct cell *cell = canvas_cell_at(f.canvas, x, 0);
            if (cell->text_len == 1 && cell->text[0] != ' ')
                assert_int_equal(odd_terminal_get(terminal, x, 0), cell->text[0]);
        }
        link_painter_clear(&painter);
        odd_terminal_free(terminal);
        end(&f);
    }
}

static void link_painter__off__writes_no_link(void **state)
{
    (void)state;
    struct fixture f;
    start(&f, false);
    put_link(&f, 3, 2, "the manual", "https://example.org/manual");
    assert_true(painter_paint(f.painter, f.canvas, &f.bytes));
    assert_null(strstr(strbuf_text(&f.bytes), "\033]8;"));
    end(&f);
}

static void link_painter__redraw_and_resize__link_again(void **state)
{
    (void)state;
    struct fixture f;
    start(&f, true);
    put_link(&f, 3, 2, "the manual", "https://example.org/manual");
    const size_t first = show(&f);
    painter_redraw(f.painter);
    assert_true(show(&f) > 0);
    assert_true(first > 0);
    end(&f);
}

/* What a pane does: rows move up, links with them, some stay, some are covered. */
static void scroll_some(struct fixture *f, struct rng *rng)
{
    static const enum role roles[] = {ROLE_TEXT, ROLE_LINK, ROLE_STRONG, ROLE_ADDRESS};
    const int x = (int)rng_below(rng, WIDTH / 2);
    const int width = 8 + (int)rng_below(rng, WIDTH / 2);
    canvas_fill(f->canvas, (struct rect){x, 0, width, HEIGHT}, ROLE_TEXT);
    for (int y = 0; y < HEIGHT; y++) {
        char word[40];
        char address[60];
        const unsigned kind = (unsigned)rng_below(rng, 4);
        const int at = x + (int)rng_below(rng, 8);
        const int len = 1 + (int)rng_below(rng, 12);
        memset(word, (int)('a' + rng_below(rng, 3)), (size_t)len);
        memcpy(address, "https://example.org/", 21);
        address[20] = (char)('0' + rng_below(rng, 10));
        address[21] = (char)('0' + rng_below(rng, 10));
        address[22] = (char)('0' + rng_below(rng, 10));
        address[23] = '\0';
        if (kind > 0)
            canvas_begin_link(f->canvas, address, strlen(address));
        canvas_put(f->canvas, at, y, width, roles[rng_below(rng, 4)], word, (size_t)len);
        canvas_end_link(f->canvas);
    }
    canvas_set_cursor(f->canvas, (int)rng_below(rng, WIDTH), (int)rng_below(rng, HEIGHT));
}

static void link_painter__random_frames__every_cell_is_right(void **state)
{
    (void)state;
    struct fixture f;
    struct rng rng;
    rng_init(&rng, 8);
    start(&f, true);
    for (int i = 0; i < 400; i++) {
        if (rng_below(&rng, 20) == 0)
            canvas_erase(f.canvas);
        if (rng_below(&rng, 20) == 0)
            painter_redraw(f.painter);
        scroll_some(&f, &rng);
        show(&f);
    }
    end(&f);
}

/* Curses moves to the right by writing what is there. */
static void link_painter__cursor_in_the_row__leaves_the_links(void **state)
{
    (void)state;
    struct fixture f;
    start(&f, true);
    canvas_begin_link(f.canvas, "https://a.example/", 18);
    canvas_put(f.canvas, 2, 3, WIDTH, ROLE_TEXT, "plain words of a link", 21);
    canvas_end_link(f.canvas);
    for (int x = 0; x < WIDTH; x += 3) {
        canvas_set_cursor(f.canvas, x, 3);
        show(&f);
        canvas_put(f.canvas, 30, 3, WIDTH, ROLE_TEXT, x % 2 == 0 ? "a" : "b", 1);
        show(&f);
    }
    end(&f);
}

static void link_painter_suits__types__are_known(void **state)
{
    (void)state;
    assert_true(link_painter_suits("xterm-256color"));
    assert_true(link_painter_suits("tmux-256color"));
    assert_true(link_painter_suits("foot"));
    assert_false(link_painter_suits("linux"));
    assert_false(link_painter_suits("screen-256color"));
    assert_false(link_painter_suits("vt100"));
    assert_false(link_painter_suits("dumb"));
}

int main(void)
{
    setlocale(LC_CTYPE, "C.UTF-8");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(link_painter__words__lead_there_until_they_go),
        cmocka_unit_test(link_painter__wide_and_marked_text__is_linked),
        cmocka_unit_test(link_painter__loose_cells__keep_the_others_in_place),
        cmocka_unit_test(link_painter__off__writes_no_link),
        cmocka_unit_test(link_painter__redraw_and_resize__link_again),
        cmocka_unit_test(link_painter__random_frames__every_cell_is_right),
        cmocka_unit_test(link_painter__cursor_in_the_row__leaves_the_links),
        cmocka_unit_test(link_painter_suits__types__are_known),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
