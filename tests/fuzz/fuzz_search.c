/*
 * A search in a Markdown text of any bytes: found in pieces as at once, marked in whole
 * cells of the rows and nowhere else, and blocks of code told with the numbers that the
 * rows have. The first byte of the input is the width, the second the length of what is
 * searched for, which follows; then comes the text.
 */
#include "tests/fuzz/fuzz.h"

#include <assert.h>
#include <locale.h>
#include <string.h>

#include "src/base/rng.h"
#include "src/base/utf8.h"
#include "ui/render/code_list.h"
#include "ui/render/markdown.h"
#include "ui/render/markdown_lines.h"
#include "ui/view/match_list.h"

static void check_found(const struct match_list *grown, const struct match_list *whole,
                        size_t len)
{
    size_t end = 0;
    assert(grown->count == whole->count);
    for (size_t i = 0; i < whole->count; i++) {
        const struct text_range *range = &whole->ranges[i];
        assert(memcmp(range, &grown->ranges[i], sizeof(*range)) == 0);
        assert(range->len > 0 && range->at >= end);
        end = (size_t)range->at + range->len;
    }
    assert(end <= len);
}

static bool is_match(enum role role)
{
    return role == ROLE_MATCH || role == ROLE_MATCH_CURRENT;
}

/* A row marked is the row drawn but for the roles of its marks. */
static void check_row(const struct canvas *plain, const struct canvas *marked)
{
    for (int x = 0; x < plain->width; x++) {
        struct cell a = *canvas_cell_at(plain, x, 0);
        const struct cell *b = canvas_cell_at(marked, x, 0);
        if (is_match((enum role)b->role))
            a.role = b->role;
        assert(memcmp(&a, b, sizeof(a)) == 0);
        assert(b->width != 0 || x == 0 || b->role == b[-1].role);
    }
}

static void check_marks(const struct markdown *markdown, const char *text, int width,
                        const struct match_list *list)
{
    struct canvas *plain = canvas_new(width, 1);
    struct canvas *marked = canvas_new(width, 1);
    const struct rect where = {0, 0, width, 1};
    const struct text_marks marks = {list->ranges, list->count, 0, 0};
    const size_t count = markdown_row_count(markdown);
    for (size_t i = 0; i < count; i++) {
        canvas_erase(plain);
        canvas_erase(marked);
        markdown_draw(markdown, i, text, plain, where);
        markdown_draw(markdown, i, text, marked, where);
        markdown_mark(markdown, i, text, marked, where, &marks);
        check_row(plain, marked);
    }
    for (size_t i = 0; i < list->count && count > 0; i++)
        assert(markdown_find_range(markdown, list->ranges[i]) < count);
    canvas_free(plain);
    canvas_free(marked);
}

static void check_code(const struct markdown *markdown, const char *text, size_t len)
{
    struct code_list codes = {0};
    code_list_add(&codes, text, len);
    assert(codes.count == markdown_code_count(markdown));
    for (size_t i = 0; i < codes.count; i++)
        assert(codes.items[i].number == i + 1);
    code_list_clear(&codes);
    for (size_t at = 0; at <= len; at += 1 + len / 8) {
        const size_t end = markdown_lines_end(text, len, 0, at);
        assert(end >= at && end <= len);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 3)
        return 0;
    const int width = 1 + data[0] % 60;
    const size_t most = 1 + (size_t)data[1] % 8;
    const size_t wanted_len = most < size - 2 ? most : size - 2;
    const char *wanted = (const char *)data + 2;
    /* Messages are valid UTF-8 and grow by whole characters. */
    struct strbuf valid;
    strbuf_init(&valid, STRBUF_OWN_MAX);
    utf8_append_valid(&valid, wanted + wanted_len, size - 2 - wanted_len);
    const char *text = strbuf_text(&valid);
    const size_t len = valid.len;
    struct text_pattern *pattern = text_pattern_new(wanted, wanted_len);
    struct message *message = message_new(1, MESSAGE_ASSISTANT);
    struct match_list grown = {0};
    struct match_list whole = {0};
    struct markdown *markdown = markdown_new();
    struct rng rng;
    setlocale(LC_ALL, "C.UTF-8");
    rng_init(&rng, data[1]);
    for (size_t at = 0; at < len;) {
        size_t end = at;
        for (size_t step = 1 + rng_below(&rng, 4); step > 0; step--)
            end = utf8_next(text, len, end);
        message_append(message, PART_TEXT, text + at, end - at);
        match_list_update(&grown, message, pattern, 1);
        at = end;
    }
    match_list_update(&whole, message, pattern, 1);
    check_found(&grown, &whole, len);
    markdown_update(markdown, text, len, width, false);
    check_marks(markdown, text, width, &whole);
    check_code(markdown, text, len);
    markdown_free(markdown);
    match_list_clear(&grown);
    match_list_clear(&whole);
    message_free(message);
    strbuf_clear(&valid);
    text_pattern_free(pattern);
    return 0;
}
