/* A search by cells, so that the column it gives is one of the screen. */
#include "tests/support/canvas_text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "src/base/mem.h"
#include "src/base/safe_text.h"
#include "src/base/utf8.h"

char *canvas_text(const struct canvas *canvas)
{
    struct strbuf text;
    strbuf_init(&text, STRBUF_OWN_MAX);
    assert_true(canvas_to_text(canvas, &text));
    if (text.len == 0)
        strbuf_append_text(&text, "");
    return strbuf_take(&text);
}

char *canvas_line(const struct canvas *canvas, int y)
{
    struct strbuf line;
    strbuf_init(&line, STRBUF_OWN_MAX);
    const struct cell *row = canvas_row(canvas, y);
    for (int x = 0; x < canvas->width; x++)
        strbuf_append(&line, row[x].text, row[x].text_len);
    size_t len = line.len;
    while (len > 0 && line.text[len - 1] == ' ')
        len--;
    strbuf_truncate(&line, len);
    return strbuf_take(&line);
}

/* True if the cells of a row from `x` on begin with `text`. */
static bool is_text_at(const struct cell *row, int width, int x, const char *text)
{
    size_t left = strlen(text);
    for (; left > 0 && x < width; x++) {
        const size_t len = row[x].text_len;
        if (len > left || memcmp(row[x].text, text, len) != 0)
            return false;
        text += len;
        left -= len;
    }
    return left == 0;
}

bool canvas_find(const struct canvas *canvas, const char *text, int *x, int *y)
{
    for (int row = 0; row < canvas->height; row++) {
        const struct cell *cells = canvas_row(canvas, row);
        for (int column = 0; column < canvas->width; column++) {
            if (cells[column].width == 0 ||
                !is_text_at(cells, canvas->width, column, text))
                continue;
            if (x != NULL)
                *x = column;
            if (y != NULL)
                *y = row;
            return true;
        }
    }
    return false;
}

void assert_canvas(const struct canvas *canvas, const char *expected)
{
    char *text = canvas_text(canvas);
    if (strcmp(text, expected) != 0)
        fprintf(stderr, "the canvas shows:\n%s---\ninstead of:\n%s---\n", text, expected);
    assert_string_equal(text, expected);
    mem_free(text);
}

static void assert_cell_is_whole(const struct cell *row, int width, int x)
{
    const struct cell *cell = &row[x];
    const bool is_after_wide = x > 0 && row[x - 1].width == 2;
    assert_int_equal(cell->width == 0, is_after_wide);
    assert_int_equal(cell->text_len == 0, is_after_wide);
    assert_true(cell->width <= 2);
    assert_true(cell->width != 2 || x + 1 < width);
    assert_in_range(cell->role, 0, ROLE_COUNT - 1);
    assert_true(utf8_is_valid(cell->text, cell->text_len));
    uint32_t code;
    for (size_t at = 0; at < cell->text_len;) {
        at += utf8_decode(cell->text + at, cell->text_len - at, &code);
        assert_true(code >= 0x20 && !(code >= 0x7f && code < 0xa0));
        assert_false(safe_text_is_hidden(code));
    }
}

void assert_canvas_is_whole(const struct canvas *canvas)
{
    for (int y = 0; y < canvas->height; y++) {
        const struct cell *row = canvas_row(canvas, y);
        for (int x = 0; x < canvas->width; x++)
            assert_cell_is_whole(row, canvas->width, x);
    }
    if (!canvas->is_cursor_visible)
        return;
    assert_in_range(canvas->cursor_x, 0, canvas->width - 1);
    assert_in_range(canvas->cursor_y, 0, canvas->height - 1);
}
