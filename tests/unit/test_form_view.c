/* A form as text, at several sizes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <locale.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/canvas_text.h"
#include "ui/view/form_view.h"

struct drawn {
    struct canvas *canvas;
    struct line_edit *edits[2];
    struct sheet preview;
    bool ticks[3];
    struct form_view_field fields[3];
    struct form_view view;
};

static char dry[] = "dry";
static char warm[] = "warm";
static char wild[] = "wild";
static char *const choices[] = {dry, warm, wild, NULL};

static int set_up(void **state)
{
    static struct drawn drawn;
    setlocale(LC_CTYPE, "C.UTF-8");
    drawn = (struct drawn){.canvas = canvas_new(0, 0), .ticks = {false, true, false}};
    for (size_t i = 0; i < 2; i++)
        drawn.edits[i] = line_edit_new(1000);
    line_edit_insert(drawn.edits[0], "one\ntwo", 7);
    sheet_init(&drawn.preview);
    sheet_begin(&drawn.preview, ROLE_TEXT, 0);
    sheet_append(&drawn.preview, "what goes out", 13);
    drawn.fields[0] = (struct form_view_field){.name = "text",
                                               .type = "text",
                                               .help = "say it",
                                               .edit = drawn.edits[0],
                                               .value_count = 2,
                                               .is_required = true};
    drawn.fields[1] = (struct form_view_field){.name = "tone",
                                               .type = "text",
                                               .help = "",
                                               .choices = choices,
                                               .ticks = drawn.ticks,
                                               .choice_count = 3,
                                               .chosen = 2};
    drawn.fields[2] = (struct form_view_field){.name = "models",
                                               .type = "names",
                                               .help = "",
                                               .error = "there is none",
                                               .placeholder = "the ticked panes",
                                               .edit = drawn.edits[1]};
    drawn.view = (struct form_view){.title = " /rate ",
                                    .fields = drawn.fields,
                                    .field_count = 3,
                                    .is_active = true,
                                    .estimate = "2 requests",
                                    .preview = &drawn.preview,
                                    .preview_title = "what is sent"};
    *state = &drawn;
    return 0;
}

static int tear_down(void **state)
{
    struct drawn *drawn = *state;
    line_edit_free(drawn->edits[0]);
    line_edit_free(drawn->edits[1]);
    sheet_clear(&drawn->preview);
    canvas_free(drawn->canvas);
    return 0;
}

static void draw(struct drawn *drawn, int width, int height)
{
    canvas_resize(drawn->canvas, width, height);
    form_view_draw(&drawn->view, drawn->canvas, (struct rect){0, 0, width, height});
}

static void form_view__narrow__has_the_preview_below(void **state)
{
    struct drawn *drawn = *state;
    draw(drawn, 44, 14);
    assert_canvas(drawn->canvas, " /rate\n"
                                 "›text*   > one\n"
                                 "           two\n"
                                 "         text, 2 values · say it\n"
                                 " tone     dry  ✓warm   wild\n"
                                 " models  > the ticked panes\n"
                                 "         there is none\n"
                                 "\n"
                                 "what is sent\n"
                                 "what goes out\n"
                                 "\n\n\n"
                                 " 2 requests\n");
    assert_true(drawn->canvas->is_cursor_visible);
}

static void form_view__wide__has_the_preview_beside(void **state)
{
    struct drawn *drawn = *state;
    int x;
    int y;
    draw(drawn, 100, 12);
    assert_true(canvas_find(drawn->canvas, "what goes out", &x, &y));
    assert_int_equal(x, 50);
    assert_int_equal(y, 2);
}

static void form_view__smallest__shows_the_field_with_the_keys(void **state)
{
    struct drawn *drawn = *state;
    draw(drawn, 20, 4);
    assert_true(canvas_find(drawn->canvas, "›text*", NULL, NULL));
    drawn->view.focused = 2;
    draw(drawn, 20, 4);
    assert_true(canvas_find(drawn->canvas, "›models", NULL, NULL));
    assert_true(canvas_find(drawn->canvas, "there is none", NULL, NULL));
    drawn->view.focused = 1;
    draw(drawn, 20, 4);
    assert_true(canvas_find(drawn->canvas, "✓warm", NULL, NULL));
    assert_canvas_is_whole(drawn->canvas);
    draw(drawn, 1, 1);
    draw(drawn, 0, 0);
}

static void form_view__long_preview__is_scrolled(void **state)
{
    struct drawn *drawn = *state;
    for (int i = 0; i < 30; i++)
        sheet_append(&drawn->preview, "\nx", 2);
    drawn->view.preview_first = 1000;
    draw(drawn, 100, 12);
    assert_true(canvas_find(drawn->canvas, "lines 23–31 of 31", NULL, NULL));
    assert_int_equal(drawn->view.preview_first, 22);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(form_view__narrow__has_the_preview_below, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(form_view__wide__has_the_preview_beside, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(
            form_view__smallest__shows_the_field_with_the_keys, set_up, tear_down),
        cmocka_unit_test_setup_teardown(form_view__long_preview__is_scrolled, set_up,
                                        tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
