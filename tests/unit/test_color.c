/* Colours: reading, writing, and what becomes of them where there are fewer. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "src/base/compiler.h"
#include "ui/theme/color.h"

static int32_t parsed(const char *text)
{
    int32_t color = -2;
    if (!color_parse(text, &color))
        fail_msg("%s is no colour", text);
    return color;
}

static void color_parse__reads__each_form(void **state)
{
    (void)state;
    assert_int_equal(parsed("default"), STYLE_COLOR_DEFAULT);
    assert_int_equal(parsed("red"), 1);
    assert_int_equal(parsed("Bright-Blue"), 12);
    assert_int_equal(parsed("0"), 0);
    assert_int_equal(parsed("255"), 255);
    assert_int_equal(parsed("#ff8000"), COLOR_RGB | 0xff8000);
    assert_int_equal(parsed("#F80"), COLOR_RGB | 0xff8800);
}

static void color_parse__refuses__what_is_none(void **state)
{
    (void)state;
    static const char *const texts[] = {"",       "256",     "-1",       "rot",    "#12",
                                        "#12345", "#gg0000", "#1234567", "ff0000", "1.5"};
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        int32_t color;
        if (color_parse(texts[i], &color))
            fail_msg("%s was taken", texts[i]);
    }
}

static void color_format__writes__what_is_read(void **state)
{
    (void)state;
    static const char *const texts[] = {"default", "black", "bright-white",
                                        "16",      "255",   "#00ff7f"};
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        char out[COLOR_TEXT_SIZE];
        color_format(parsed(texts[i]), out);
        assert_string_equal(out, texts[i]);
    }
}

static void color_reduce__keeps__what_a_terminal_has(void **state)
{
    (void)state;
    for (int32_t color = -1; color < 256; color++)
        assert_int_equal(color_reduce(color, COLOR_DEPTH_256), color);
    assert_int_equal(color_reduce(COLOR_RGB | 0x123456, COLOR_DEPTH_TRUE),
                     COLOR_RGB | 0x123456);
}

static void color_reduce__finds__the_nearest(void **state)
{
    (void)state;
    assert_int_equal(color_reduce(COLOR_RGB | 0xff0000, COLOR_DEPTH_256), 196);
    assert_int_equal(color_reduce(COLOR_RGB | 0x000000, COLOR_DEPTH_256), 16);
    assert_int_equal(color_reduce(COLOR_RGB | 0x8a8a8a, COLOR_DEPTH_256), 245);
    assert_int_equal(color_reduce(COLOR_RGB | 0xff1010, COLOR_DEPTH_16), 9);
    assert_int_equal(color_reduce(COLOR_RGB | 0xc01010, COLOR_DEPTH_8), 1);
    assert_int_equal(color_reduce(196, COLOR_DEPTH_16), 9);
    assert_int_equal(color_reduce(12, COLOR_DEPTH_8), 4);
}

static void color_reduce__gives_numbers_of_the_depth__for_all_colours(void **state)
{
    (void)state;
    for (int32_t rgb = 0; rgb < 0x1000000; rgb += 4099) {
        assert_in_range(color_reduce(COLOR_RGB | rgb, COLOR_DEPTH_8), 0, 7);
        assert_in_range(color_reduce(COLOR_RGB | rgb, COLOR_DEPTH_16), 0, 15);
        assert_in_range(color_reduce(COLOR_RGB | rgb, COLOR_DEPTH_256), 16, 255);
        assert_int_equal(color_reduce(COLOR_RGB | rgb, COLOR_DEPTH_NONE),
                         STYLE_COLOR_DEFAULT);
    }
}

static void style_reduce__keeps_text_readable__when_colours_fall_together(void **state)
{
    (void)state;
    const struct style faint = {COLOR_RGB | 0x202020, COLOR_RGB | 0x080808, 0};
    const struct style on_light = {COLOR_RGB | 0xf0f0f0, COLOR_RGB | 0xffffff, 0};
    for (int depth = COLOR_DEPTH_8; depth <= COLOR_DEPTH_16; depth++) {
        const struct style dark = style_reduce(&faint, (enum color_depth)depth);
        const struct style light = style_reduce(&on_light, (enum color_depth)depth);
        assert_int_not_equal(dark.fg, dark.bg);
        assert_int_not_equal(light.fg, light.bg);
    }
}

static void style_reduce__makes_bright_ones_bold__with_eight_colours(void **state)
{
    (void)state;
    const struct style bright = {9, STYLE_COLOR_DEFAULT, STYLE_UNDERLINE};
    const struct style reduced = style_reduce(&bright, COLOR_DEPTH_8);
    assert_int_equal(reduced.fg, 1);
    assert_int_equal(reduced.attrs, STYLE_UNDERLINE | STYLE_BOLD);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(color_parse__reads__each_form),
        cmocka_unit_test(color_parse__refuses__what_is_none),
        cmocka_unit_test(color_format__writes__what_is_read),
        cmocka_unit_test(color_reduce__keeps__what_a_terminal_has),
        cmocka_unit_test(color_reduce__finds__the_nearest),
        cmocka_unit_test(color_reduce__gives_numbers_of_the_depth__for_all_colours),
        cmocka_unit_test(style_reduce__keeps_text_readable__when_colours_fall_together),
        cmocka_unit_test(style_reduce__makes_bright_ones_bold__with_eight_colours),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
