/* What an approving key does, in the sizes that panes and screens have: nothing is
 * approved before every row of it was on the screen. */
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "src/base/compiler.h"
#include "src/base/mem.h"
#include "tests/support/canvas_text.h"
#include "ui/view/call_sheet.h"
#include "ui/view/call_view.h"

#define LONG_LINES 60

static const char short_arguments[] = "{\"city\":\"Paris\"}";

struct size {
    int width;
    int height;
};
static const struct size sizes[] = {{20, 5},  {20, 6},  {30, 8},
                                    {40, 10}, {80, 24}, {200, 50}};

/* A dialog as the app shows it: in a pane, then over all panes. */
struct reader {
    struct call_texts texts;
    struct sheet sheet;
    struct canvas *canvas;
    struct call_view view;
    bool was_drawn[1000]; /* vital rows of the full view */
};

static char *long_arguments(void)
{
    struct strbuf out;
    strbuf_init(&out, STRBUF_OWN_MAX);
    strbuf_append_text(&out, "{\"text\":\"first");
    for (int i = 0; i < LONG_LINES; i++)
        strbuf_append_format(&out, "\\nline %d", i);
    strbuf_append_text(&out, "\"}");
    return strbuf_take(&out);
}

static void reader_init(struct reader *reader, const char *arguments, const char *preview)
{
    *reader = (struct reader){.canvas = canvas_new(0, 0)};
    sheet_init(&reader->sheet);
    reader->texts = (struct call_texts){.tool = "get_weather",
                                        .description = "The weather of a city.",
                                        .origin = "tools/get_weather.yaml",
                                        .command = "/usr/bin/weather",
                                        .arguments = arguments,
                                        .preview = preview,
                                        .rule = "ask (no rule)"};
    reader->view = (struct call_view){.tool = "get_weather",
                                      .origin = "tools/get_weather.yaml",
                                      .head = "3 tools asks",
                                      .way = "Alt-a",
                                      .sheet = &reader->sheet,
                                      .stage = CALL_STAGE_KEYS};
}

static void reader_clear(struct reader *reader)
{
    sheet_clear(&reader->sheet);
    canvas_free(reader->canvas);
}

static void reader_draw(struct reader *reader, struct size size)
{
    struct call_view *view = &reader->view;
    const struct sheet *sheet = &reader->sheet;
    canvas_resize(reader->canvas, size.width, size.height);
    call_sheet_fill(&reader->sheet, &reader->texts, call_view_sheet_width(size.width),
                    view->is_full);
    const int height =
        view->is_full ? size.height : call_view_height(view, size.width, size.height);
    call_view_draw(view, reader->canvas, (struct rect){0, 0, size.width, height});
    view->seen = view->sight.seen;
    for (int i = 0; i < view->sight.shown; i++) {
        const size_t row = view->first + (size_t)i;
        if (row >= sheet->vital_row && row < sheet->vital_row_end)
            reader->was_drawn[row - sheet->vital_row] = true;
    }
}

/* Presses "y" until something else than reading on would happen; returns the presses. */
static int reader_press(struct reader *reader, struct size size, enum call_step *step)
{
    int presses = 0;
    reader_draw(reader, size);
    while ((*step = call_sight_decide(&reader->view.sight)) == CALL_STEP_OPEN ||
           *step == CALL_STEP_ON) {
        if (*step == CALL_STEP_OPEN) {
            assert_false(reader->view.is_full);
            reader->view.is_full = true;
            reader->view.seen = 0;
            memset(reader->was_drawn, 0, sizeof(reader->was_drawn));
        } else {
            reader->view.first = reader->sheet.vital_row + reader->view.seen;
        }
        reader_draw(reader, size);
        assert_true(++presses < 1000);
    }
    return presses;
}

static void assert_all_was_drawn(const struct reader *reader)
{
    const size_t wanted = reader->sheet.vital_row_end - reader->sheet.vital_row;
    assert_true(wanted > 0 && wanted < COUNT_OF(reader->was_drawn));
    for (size_t i = 0; i < wanted; i++)
        assert_true(reader->was_drawn[i]);
}

static int count_presses(struct size size, const char *arguments, const char *preview,
                         const char *error)
{
    struct reader reader;
    enum call_step step;
    reader_init(&reader, arguments, preview);
    reader.view.error = error;
    const int presses = reader_press(&reader, size, &step);
    assert_int_equal(step, CALL_STEP_APPROVE);
    assert_all_was_drawn(&reader);
    reader_clear(&reader);
    return presses;
}

static void call_sight__short_arguments__need_a_key_where_they_are_seen(void **state)
{
    (void)state;
    static const int presses[] = {2, 2, 0, 0, 0, 0};
    for (size_t i = 0; i < COUNT_OF(sizes); i++)
        assert_int_equal(count_presses(sizes[i], short_arguments, NULL, NULL),
                         presses[i]);
}

static void call_sight__long_arguments__are_read_to_their_end(void **state)
{
    (void)state;
    char *arguments = long_arguments();
    int before = 1000;
    for (size_t i = 0; i < COUNT_OF(sizes); i++) {
        const int presses = count_presses(sizes[i], arguments, NULL, NULL);
        assert_true(presses > 1 && presses <= before);
        before = presses;
    }
    mem_free(arguments);
}

static void call_sight__long_preview__is_read_to_its_end(void **state)
{
    (void)state;
    struct strbuf diff;
    strbuf_init(&diff, STRBUF_OWN_MAX);
    for (int i = 0; i < LONG_LINES; i++)
        strbuf_append_format(&diff, "+line %d\n", i);
    for (size_t i = 0; i < COUNT_OF(sizes); i++)
        assert_true(count_presses(sizes[i], short_arguments, strbuf_text(&diff), NULL) >
                    1);
    strbuf_clear(&diff);
}

static void call_sight__with_an_error__still_can_be_read(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(sizes); i++)
        count_presses(sizes[i], short_arguments, NULL, "no such city");
}

static void call_sight__no_room_for_a_row__is_too_small(void **state)
{
    (void)state;
    static const struct size small[] = {{19, 10}, {20, 3}, {10, 2}, {1, 1}};
    for (size_t i = 0; i < COUNT_OF(small); i++) {
        struct reader reader;
        enum call_step step;
        reader_init(&reader, short_arguments, NULL);
        reader_press(&reader, small[i], &step);
        assert_int_equal(step, CALL_STEP_SMALL);
        assert_true(reader.view.is_line);
        reader_clear(&reader);
    }
}

static void call_sight__rows_skipped__are_not_seen(void **state)
{
    (void)state;
    char *arguments = long_arguments();
    struct reader reader;
    reader_init(&reader, arguments, NULL);
    reader.view.is_full = true;
    reader_draw(&reader, (struct size){80, 24});
    const size_t seen = reader.view.seen;
    reader.view.first = 1000;
    reader_draw(&reader, (struct size){80, 24});
    assert_int_equal(reader.view.seen, seen);
    assert_int_equal(call_sight_decide(&reader.view.sight), CALL_STEP_ON);
    assert_true(canvas_find(reader.canvas, "y more", NULL, NULL));
    assert_false(canvas_find(reader.canvas, "y once", NULL, NULL));
    reader_clear(&reader);
    mem_free(arguments);
}

static void call_sight__seen_in_another_view__is_seen(void **state)
{
    (void)state;
    char *arguments = long_arguments();
    struct reader reader;
    reader_init(&reader, arguments, NULL);
    reader.view.was_seen = true;
    reader_draw(&reader, (struct size){30, 8});
    assert_int_equal(call_sight_decide(&reader.view.sight), CALL_STEP_APPROVE);
    assert_true(canvas_find(reader.canvas, "y once", NULL, NULL));
    reader_clear(&reader);
    mem_free(arguments);
}

static void call_sight__cut_off__is_never_approved(void **state)
{
    (void)state;
    struct call_sight sight = {.wanted = 3, .seen = 3, .shown = 3, .is_cut_off = true};
    assert_int_equal(call_sight_decide(&sight), CALL_STEP_LONG);
    sight.is_full = true;
    assert_int_equal(call_sight_decide(&sight), CALL_STEP_LONG);
    assert_false(call_sight_is_whole(&sight));
}

static void call_sight__nothing_drawn__is_not_approved(void **state)
{
    (void)state;
    assert_int_equal(call_sight_decide(&(struct call_sight){.seen = 0}), CALL_STEP_OPEN);
    assert_int_equal(call_sight_decide(&(struct call_sight){.is_full = true}),
                     CALL_STEP_SMALL);
}

int main(void)
{
    setlocale(LC_CTYPE, "C.UTF-8");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(call_sight__short_arguments__need_a_key_where_they_are_seen),
        cmocka_unit_test(call_sight__long_arguments__are_read_to_their_end),
        cmocka_unit_test(call_sight__long_preview__is_read_to_its_end),
        cmocka_unit_test(call_sight__with_an_error__still_can_be_read),
        cmocka_unit_test(call_sight__no_room_for_a_row__is_too_small),
        cmocka_unit_test(call_sight__rows_skipped__are_not_seen),
        cmocka_unit_test(call_sight__seen_in_another_view__is_seen),
        cmocka_unit_test(call_sight__cut_off__is_never_approved),
        cmocka_unit_test(call_sight__nothing_drawn__is_not_approved),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
