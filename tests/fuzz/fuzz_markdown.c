/*
 * A Markdown text that grows in pieces of any size must give the rows that it gives at
 * once, each of whole cells, found again from its place. The first byte of the input is
 * the width, the second decides how the rest is cut.
 */
#include "tests/fuzz/fuzz.h"

#include <assert.h>
#include <locale.h>
#include <string.h>

#include "src/base/rng.h"
#include "ui/render/markdown.h"

static void check_row(const struct canvas *canvas)
{
    for (int x = 0; x < canvas->width; x++) {
        const struct cell *cell = canvas_cell_at(canvas, x, 0);
        assert(cell->role < ROLE_COUNT);
        assert(cell->width <= 2);
        for (size_t i = 0; i < cell->text_len; i++)
            assert((unsigned char)cell->text[i] >= 0x20 && cell->text[i] != 0x7f);
    }
}

static void check_same(const struct markdown *a, const struct markdown *b,
                       const char *text, int width)
{
    struct canvas *row_a = canvas_new(width, 1);
    struct canvas *row_b = canvas_new(width, 1);
    const struct rect where = {0, 0, width, 1};
    const size_t count = markdown_row_count(a);
    assert(count == markdown_row_count(b));
    for (size_t i = 0; i < count; i++) {
        canvas_erase(row_a);
        canvas_erase(row_b);
        markdown_draw(a, i, text, row_a, where);
        markdown_draw(b, i, text, row_b, where);
        check_row(row_a);
        assert(memcmp(row_a->cells, row_b->cells,
                      (size_t)width * sizeof(row_a->cells[0])) == 0);
        assert(markdown_place(a, i) == markdown_place(b, i));
        assert(markdown_find(a, markdown_place(a, i)) == i);
        assert(markdown_find(a, markdown_place_end(a, i)) == i);
    }
    canvas_free(row_a);
    canvas_free(row_b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2)
        return 0;
    const char *text = (const char *)data + 2;
    const size_t len = size - 2;
    const int width = 1 + data[0] % 60;
    const bool is_open = data[1] >= 128;
    struct markdown *grown = markdown_new();
    struct markdown *whole = markdown_new();
    struct rng rng;
    setlocale(LC_ALL, "C.UTF-8");
    rng_init(&rng, data[1]);
    for (size_t at = 0; at < len;) {
        at += 1 + rng_below(&rng, 1 + data[1] % 16);
        markdown_update(grown, text, at < len ? at : len, width, is_open);
    }
    markdown_update(grown, text, len, width, is_open);
    markdown_update(whole, text, len, width, is_open);
    check_same(grown, whole, text, width);
    markdown_free(grown);
    markdown_free(whole);
    return 0;
}
