/* Themes as a command shows them: the picture in a wide terminal, and that no line is
 * longer than a narrow one. */
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "ui/render/glyph.h"
#include "ui/theme_card.h"

static struct theme_entry only_default = {.name = (char *)"default", .path = NULL};
static const struct theme_set one_theme = {.items = &only_default, .len = 1, .cap = 1};

/* The cards in that width, without the sequences that colour them. */
static void make_cards(int width, struct strbuf *out)
{
    const struct theme_card_options options = {
        .depth = COLOR_DEPTH_NONE, .width = width, .current = "default"};
    struct strbuf text;
    strbuf_init(&text, STRBUF_OWN_MAX);
    strbuf_init(out, STRBUF_OWN_MAX);
    assert_true(theme_card_append_all(&one_theme, &options, &text, NULL));
    for (const char *at = strbuf_text(&text); *at != '\0';) {
        const size_t plain = strcspn(at, "\033");
        strbuf_append(out, at, plain);
        at += plain;
        if (*at == '\033')
            at += strcspn(at, "m") + 1;
    }
    strbuf_clear(&text);
}

static void assert_no_line_is_longer(const char *text, int width)
{
    for (const char *at = text; *at != '\0';) {
        const size_t len = strcspn(at, "\n");
        if (text_width(at, len) > width)
            fail_msg("more than %d columns: %.*s", width, (int)len, at);
        at += len + (at[len] == '\n');
    }
}

static void theme_card__wide__is_a_picture_of_a_pane(void **state)
{
    (void)state;
    static const char picture[] =
        "  ┌ 1 sage · demo ──────────────────────────────── ● 41 t/s ─┐\n"
        "  │ you   What is a motet?                                   │\n"
        "  │ The question is about music.                             │\n"
        "  │ A piece in which several voices sing different words     │\n"
        "  │ get_weather  + added  - removed  ⚑ 1 to approve          │\n"
        "  │ ✗ no data for 30 s   cut at the limit  r retry  ‹U+200B› │\n"
        "  └ 0.31 s · 212 tok ────────────────────────────────────────┘\n"
        "   1 sage   2 coder   selected   motet · 1 running";
    struct strbuf text;
    make_cards(200, &text);
    assert_non_null(strstr(strbuf_text(&text), picture));
    strbuf_clear(&text);
    make_cards(62, &text);
    assert_non_null(strstr(strbuf_text(&text), picture));
    strbuf_clear(&text);
}

static void theme_card__narrow__shows_every_piece_in_its_columns(void **state)
{
    (void)state;
    static const char *const pieces[] = {
        "1 sage",    "● 41 t/s", "you",       "What is", "A piece in", "different",
        "+ added",   "retry",    "✗ no data", "cut at",  "‹U+200B›",   "212",
        "- removed", "2 coder",  "selected",  "⚑ 1 to",  "motet",      "(in force)"};
    static const int widths[] = {61, 40, 30, 20};
    for (size_t i = 0; i < sizeof(widths) / sizeof(widths[0]); i++) {
        struct strbuf text;
        make_cards(widths[i], &text);
        assert_no_line_is_longer(strbuf_text(&text), widths[i]);
        for (size_t k = 0; k < sizeof(pieces) / sizeof(pieces[0]); k++) {
            if (strstr(strbuf_text(&text), pieces[k]) == NULL)
                fail_msg("not in %d columns: %s\n%s", widths[i], pieces[k],
                         strbuf_text(&text));
        }
        strbuf_clear(&text);
    }
}

static void theme_card__hardly_any_room__is_cut(void **state)
{
    (void)state;
    for (int width = 0; width < 20; width++) {
        struct strbuf text;
        make_cards(width, &text);
        assert_no_line_is_longer(strbuf_text(&text), width > 10 ? width : 10);
        strbuf_clear(&text);
    }
}

int main(void)
{
    setlocale(LC_CTYPE, "C.UTF-8");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(theme_card__wide__is_a_picture_of_a_pane),
        cmocka_unit_test(theme_card__narrow__shows_every_piece_in_its_columns),
        cmocka_unit_test(theme_card__hardly_any_room__is_cut),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
