/* The shipped themes: each is read, its words stand out from its ground, and what matters
 * does not hang from colours alone. The guide names every role. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/compiler.h"
#include "src/base/mem.h"
#include "src/base/path.h"
#include "ui/theme/color.h"
#include "ui/theme/theme_set.h"

static char *top_file(const char *name)
{
    const char *top = getenv("MOTET_SRCDIR");
    return strbuf_format("%s/%s", top != NULL ? top : ".", name);
}

static struct theme_set shipped(void)
{
    struct theme_set set = {0};
    char *folder = top_file("themes");
    theme_set_add_folder(&set, folder);
    mem_free(folder);
    return set;
}

static struct theme read_shipped(const struct theme_set *set, size_t index)
{
    struct theme theme;
    struct error err = {ERROR_NONE, NULL};
    if (!theme_set_read(set, set->items[index].name, &theme, &err))
        fail_msg("%s", error_text(&err));
    return theme;
}

static void shipped_themes__are_there__each_with_a_sentence(void **state)
{
    (void)state;
    struct theme_set set = shipped();
    static const char *const names[] = {"dark",       "light",          "high-contrast",
                                        "monochrome", "solarized-dark", "gruvbox-dark"};
    for (size_t i = 0; i < COUNT_OF(names); i++)
        assert_true(theme_set_find(&set, names[i]) < set.len);
    for (size_t i = 0; i < set.len; i++) {
        struct theme theme = read_shipped(&set, i);
        assert_true(theme.help[strlen(theme.help) - 1] == '.');
        theme_clear(&theme);
    }
    theme_set_clear(&set);
}

/* As the Web Content Accessibility Guidelines define them. */
static double luminance(int32_t color)
{
    static const double weights[] = {0.2126, 0.7152, 0.0722};
    const int32_t rgb = color_to_rgb(color);
    double sum = 0;
    for (int i = 0; i < 3; i++) {
        const double value = (rgb >> (16 - 8 * i) & 255) / 255.;
        sum += weights[i] *
               (value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4));
    }
    return sum;
}

static double contrast(const struct style *style)
{
    const double fg = luminance(style->fg);
    const double bg = luminance(style->bg);
    return fg > bg ? (fg + 0.05) / (bg + 0.05) : (bg + 0.05) / (fg + 0.05);
}

static void shipped_themes__have_words_that_stand_out__from_their_ground(void **state)
{
    (void)state;
    struct theme_set set = shipped();
    for (size_t i = 0; i < set.len; i++) {
        struct theme theme = read_shipped(&set, i);
        const double least = strcmp(theme.name, "high-contrast") == 0 ? 7. : 4.;
        for (int role = 0; role < ROLE_COUNT; role++) {
            const struct style *style = &theme.styles[role];
            if (role == ROLE_BORDER || style->fg < 0 || style->bg < 0)
                continue;
            if (contrast(style) < least)
                fail_msg("%s: role %s has a contrast of %.1f", theme.name,
                         role_get((enum role)role)->name, contrast(style));
        }
        theme_clear(&theme);
    }
    theme_set_clear(&set);
}

static void shipped_themes__differ_by_attribute__where_the_difference_matters(
    void **state)
{
    (void)state;
    static const enum role pairs[][2] = {{ROLE_CHIP_ON, ROLE_CHIP_OFF},
                                         {ROLE_TITLE_FOCUSED, ROLE_TITLE},
                                         {ROLE_BORDER_FOCUSED, ROLE_BORDER},
                                         {ROLE_SELECTED, ROLE_TEXT},
                                         {ROLE_MARK, ROLE_TEXT}};
    struct theme_set set = shipped();
    for (size_t i = 0; i < set.len; i++) {
        struct theme theme = read_shipped(&set, i);
        for (size_t j = 0; j < COUNT_OF(pairs); j++) {
            if (theme.styles[pairs[j][0]].attrs == theme.styles[pairs[j][1]].attrs)
                fail_msg("%s: %s is as %s without colours", theme.name,
                         role_get(pairs[j][0])->name, role_get(pairs[j][1])->name);
        }
        theme_clear(&theme);
    }
    theme_set_clear(&set);
}

static void shipped_themes__monochrome__has_no_colour(void **state)
{
    (void)state;
    struct theme_set set = shipped();
    struct theme theme = read_shipped(&set, theme_set_find(&set, "monochrome"));
    for (int role = 0; role < ROLE_COUNT; role++) {
        assert_int_equal(theme.styles[role].fg, STYLE_COLOR_DEFAULT);
        assert_int_equal(theme.styles[role].bg, STYLE_COLOR_DEFAULT);
    }
    theme_clear(&theme);
    theme_set_clear(&set);
}

static void theme_set__unknown_name__suggests_the_nearest(void **state)
{
    (void)state;
    struct theme_set set = shipped();
    struct theme theme;
    struct error err = {ERROR_NONE, NULL};
    assert_false(theme_set_read(&set, "gruvbox", &theme, &err));
    assert_non_null(strstr(error_text(&err), "there is no theme \"gruvbox\""));
    error_clear(&err);
    assert_false(theme_set_read(&set, "ligth", &theme, &err));
    assert_string_equal(error_text(&err),
                        "there is no theme \"ligth\"; did you mean \"light\"?");
    error_clear(&err);
    theme_set_clear(&set);
}

static void guide_themes__names__every_role_with_its_help(void **state)
{
    (void)state;
    struct strbuf page;
    struct error err = {ERROR_NONE, NULL};
    char *path = top_file("docs/guide/themes.md");
    strbuf_init(&page, (size_t)1 << 20);
    if (!path_read_file(path, &page, &err))
        fail_msg("%s", error_text(&err));
    for (int role = 0; role < ROLE_COUNT; role++) {
        const struct role_info *info = role_get((enum role)role);
        char *row = strbuf_format("\n| `%s` | %s |", info->name, info->help);
        if (strstr(strbuf_text(&page), row) == NULL)
            fail_msg("docs/guide/themes.md lacks the row:%s", row);
        mem_free(row);
    }
    mem_free(path);
    strbuf_clear(&page);
}

static void guide_themes__example__is_a_theme(void **state)
{
    (void)state;
    struct strbuf page;
    struct theme theme;
    struct problem_list problems;
    char *path = top_file("docs/guide/themes.md");
    strbuf_init(&page, (size_t)1 << 20);
    assert_true(path_read_file(path, &page, NULL));
    const char *start = strstr(strbuf_text(&page), "\n```yaml\n# ~/.config");
    assert_non_null(start);
    start += strlen("\n```yaml\n");
    const char *end = strstr(start, "\n```");
    assert_non_null(end);
    problem_list_init(&problems, path);
    assert_true(theme_parse(&theme, start, (size_t)(end - start) + 1, &problems));
    problem_list_clear(&problems);
    theme_clear(&theme);
    mem_free(path);
    strbuf_clear(&page);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shipped_themes__are_there__each_with_a_sentence),
        cmocka_unit_test(shipped_themes__have_words_that_stand_out__from_their_ground),
        cmocka_unit_test(
            shipped_themes__differ_by_attribute__where_the_difference_matters),
        cmocka_unit_test(shipped_themes__monochrome__has_no_colour),
        cmocka_unit_test(theme_set__unknown_name__suggests_the_nearest),
        cmocka_unit_test(guide_themes__names__every_role_with_its_help),
        cmocka_unit_test(guide_themes__example__is_a_theme),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
