/*
 * Theme files from strangers' hands. Whatever the bytes: a failure has a problem, and a
 * theme that is read has looks that a terminal of any depth can be given, and is the same
 * when it was written and read again.
 */
#include "tests/fuzz/fuzz.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "ui/theme/color.h"
#include "ui/theme/theme.h"

static void must(bool holds)
{
    if (!holds)
        abort();
}

static void check_looks(const struct theme *theme)
{
    static const int32_t last[] = {-1, 7, 15, 255, COLOR_RGB | 0xffffff};
    for (int role = 0; role < ROLE_COUNT; role++) {
        for (int depth = COLOR_DEPTH_NONE; depth <= COLOR_DEPTH_TRUE; depth++) {
            const struct style style =
                style_reduce(&theme->styles[role], (enum color_depth)depth);
            must(style.fg >= -1 && style.fg <= last[depth]);
            must(style.bg >= -1 && style.bg <= last[depth]);
        }
    }
}

static void check_written(const struct theme *theme)
{
    struct strbuf text;
    struct theme again;
    struct problem_list problems;
    strbuf_init(&text, STRBUF_OWN_MAX);
    problem_list_init(&problems, "again.yaml");
    theme_write(theme, &text);
    must(theme_parse(&again, strbuf_text(&text), text.len, &problems));
    must(memcmp(again.styles, theme->styles, sizeof(again.styles)) == 0);
    problem_list_clear(&problems);
    theme_clear(&again);
    strbuf_clear(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct theme theme;
    struct problem_list problems;
    problem_list_init(&problems, "t.yaml");
    const bool is_ok = theme_parse(&theme, (const char *)data, size, &problems);
    must(is_ok == (problems.len == 0));
    if (is_ok) {
        check_looks(&theme);
        check_written(&theme);
    }
    theme_clear(&theme);
    problem_list_clear(&problems);
    return 0;
}
