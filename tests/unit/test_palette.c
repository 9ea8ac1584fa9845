/* What a terminal can show, and true colours in bytes that curses wrote. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "ui/term/palette.h"

static void palette_find_depth__believes_terminfo_and_colorterm__no_more(void **state)
{
    (void)state;
    struct palette_facts facts = {.colors = 256, .has_usual_bytes = true};
    assert_int_equal(palette_find_depth(&facts), COLOR_DEPTH_256);
    facts.colorterm = "truecolor";
    assert_int_equal(palette_find_depth(&facts), COLOR_DEPTH_TRUE);
    facts.colorterm = "24bit";
    assert_int_equal(palette_find_depth(&facts), COLOR_DEPTH_TRUE);
    facts.colorterm = "1";
    assert_int_equal(palette_find_depth(&facts), COLOR_DEPTH_256);
    facts.has_rgb = true;
    assert_int_equal(palette_find_depth(&facts), COLOR_DEPTH_TRUE);
    facts.has_usual_bytes = false;
    assert_int_equal(palette_find_depth(&facts), COLOR_DEPTH_256);
    facts.colors = 16;
    assert_int_equal(palette_find_depth(&facts), COLOR_DEPTH_16);
    facts.colors = 8;
    assert_int_equal(palette_find_depth(&facts), COLOR_DEPTH_8);
    facts.colors = -1;
    assert_int_equal(palette_find_depth(&facts), COLOR_DEPTH_NONE);
    facts.colors = 0x1000000;
    assert_int_equal(palette_find_depth(&facts), COLOR_DEPTH_TRUE);
    assert_true(palette_is_direct(&facts));
    facts.is_off = true;
    assert_int_equal(palette_find_depth(&facts), COLOR_DEPTH_NONE);
}

static void make_styles(struct style styles[ROLE_COUNT])
{
    for (int i = 0; i < ROLE_COUNT; i++)
        styles[i] = (struct style){STYLE_COLOR_DEFAULT, STYLE_COLOR_DEFAULT, 0};
}

static void palette_init__gives_numbers__that_the_theme_does_not_use(void **state)
{
    (void)state;
    struct style styles[ROLE_COUNT];
    struct palette palette;
    make_styles(styles);
    styles[ROLE_DIM].fg = 16;
    styles[ROLE_TEXT].fg = COLOR_RGB | 0x112233;
    styles[ROLE_TEXT].bg = COLOR_RGB | 0x445566;
    styles[ROLE_USER].fg = COLOR_RGB | 0x112233;
    palette_init(&palette, styles, COLOR_DEPTH_TRUE, false);
    assert_true(palette.has_slots);
    assert_int_equal(palette.looks[ROLE_DIM].fg, 16);
    assert_int_equal(palette.slots[16], -1);
    const int32_t slot = palette.looks[ROLE_TEXT].fg;
    assert_in_range(slot, 17, 255);
    assert_int_equal(palette.slots[slot], COLOR_RGB | 0x112233);
    assert_int_equal(palette.looks[ROLE_USER].fg, slot);
    assert_int_not_equal(palette.looks[ROLE_TEXT].bg, slot);
    palette_init(&palette, styles, COLOR_DEPTH_256, false);
    assert_false(palette.has_slots);
}

static void palette_translate__changes__its_numbers_only(void **state)
{
    (void)state;
    struct palette palette = {.has_slots = true};
    struct strbuf out;
    strbuf_init(&out, 1000);
    for (int i = 0; i < 256; i++)
        palette.slots[i] = -1;
    palette.slots[17] = COLOR_RGB | 0x0a0b0c;
    static const char bytes[] = "a\033[38;5;17mb\033[48;5;17m\033[38;5;18mc\033[1;17m"
                                "\033[38;5;17\033[38;5;170m\033[48:5:17md\033[38;5;";
    assert_true(palette_translate(&palette, bytes, sizeof(bytes) - 1, &out));
    assert_string_equal(strbuf_text(&out),
                        "a\033[38;2;10;11;12mb\033[48;2;10;11;12m\033[38;5;18mc\033[1;17m"
                        "\033[38;5;17\033[38;5;170m\033[48;2;10;11;12md\033[38;5;");
    strbuf_clear(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(palette_find_depth__believes_terminfo_and_colorterm__no_more),
        cmocka_unit_test(palette_init__gives_numbers__that_the_theme_does_not_use),
        cmocka_unit_test(palette_translate__changes__its_numbers_only),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
