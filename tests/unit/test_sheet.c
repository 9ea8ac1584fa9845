/* Lines that a person decides on: what is not plainly visible is spelled out. */
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "src/base/compiler.h"
#include "src/base/json.h"
#include "src/base/mem.h"
#include "tests/support/canvas_text.h"
#include "ui/view/json_sheet.h"
#include "ui/view/sheet.h"

static int set_up(void **state)
{
    struct sheet *sheet = mem_alloc(sizeof(*sheet));
    sheet_init(sheet);
    *state = sheet;
    return 0;
}

static int tear_down(void **state)
{
    sheet_clear(*state);
    mem_free(*state);
    return 0;
}

/* The lines with their indents. Caller frees. */
static char *lines_of(const struct sheet *sheet)
{
    struct strbuf out;
    strbuf_init(&out, STRBUF_OWN_MAX);
    for (size_t i = 0; i < sheet->line_count; i++) {
        const struct sheet_line *line = &sheet->lines[i];
        strbuf_append_format(&out, "%s%*s%.*s", i > 0 ? "\n" : "", line->indent, "",
                             (int)line->len, strbuf_text(&sheet->text) + line->start);
    }
    return strbuf_take(&out);
}

static void assert_lines(const struct sheet *sheet, const char *expected)
{
    char *lines = lines_of(sheet);
    assert_string_equal(lines, expected);
    mem_free(lines);
}

static void assert_spelled(struct sheet *sheet, const char *text, const char *expected)
{
    sheet_reset(sheet);
    sheet_begin(sheet, ROLE_TEXT, 0);
    sheet_append(sheet, text, strlen(text));
    assert_lines(sheet, expected);
}

static void sheet_append__plain_text__stays(void **state)
{
    static const char *const texts[] = {"Paris",     "a\tb",   "é漢字",
                                        "e\xcc\x81", "Привет", "“x”"};
    for (size_t i = 0; i < COUNT_OF(texts); i++)
        assert_spelled(*state, texts[i], texts[i]);
    assert_int_equal(((struct sheet *)*state)->hidden_count, 0);
}

static void sheet_append__hidden__is_spelled_out(void **state)
{
    struct sheet *sheet = *state;
    assert_spelled(sheet, "a\x1b[2K", "a‹U+001B›[2K");
    assert_spelled(sheet, "a\rb\x7f", "a‹U+000D›b‹U+007F›");
    assert_spelled(sheet, "\xe2\x80\xae", "‹U+202E›");
    assert_spelled(sheet,
                   "a\xe2\x80\x8b"
                   "b",
                   "a‹U+200B›b");
    assert_spelled(sheet, "\xf3\xa0\x81\xa1", "‹U+E0061›");
    assert_spelled(sheet, "\xc2\x9b", "‹U+009B›");
    assert_spelled(sheet,
                   "a\xc2\xa0"
                   "b",
                   "a‹U+00A0›b");
    assert_spelled(sheet, "a\xe2\xa0\x80", "a‹U+2800›");
    assert_int_equal(sheet->hidden_count, 1);
}

static void sheet_append__what_glyphs_leave_out__is_spelled_out(void **state)
{
    assert_spelled(*state, "\xf0\x9f\x91\xa9\xe2\x80\x8d", "\xf0\x9f\x91\xa9‹U+200D›");
    assert_spelled(*state, "漢\xf3\xa0\x84\x80", "漢‹U+E0100›");
    assert_spelled(*state, "o\xcc\x88\xcc\x88\xcc\x88", "o\xcc\x88\xcc\x88‹U+0308›");
    assert_spelled(*state, " \xcc\x88", " ‹U+0308›");
    assert_spelled(*state, "\xcc\x88", "‹U+0308›");
}

static void sheet_append__newline__begins_a_line(void **state)
{
    struct sheet *sheet = *state;
    sheet_begin(sheet, ROLE_DIM, 3);
    sheet_append(sheet, "a\nb", 3);
    assert_lines(sheet, "   a\n   b");
    assert_int_equal(sheet->lines[1].role, ROLE_DIM);
}

static void sheet_append_line__white_space__is_one_space(void **state)
{
    struct sheet *sheet = *state;
    sheet_begin(sheet, ROLE_TEXT, 0);
    sheet_append_line(sheet, " a \r\n\tb\n", 100);
    assert_lines(sheet, "a b");
    sheet_begin(sheet, ROLE_TEXT, 0);
    sheet_append_line(sheet, "漢字漢字", 6);
    assert_lines(sheet, "a b\n漢字…");
}

static void sheet_append__too_long__says_so(void **state)
{
    struct sheet *sheet = *state;
    char *text = mem_alloc(SHEET_MAX + 2);
    memset(text, 'a', SHEET_MAX + 1);
    sheet_begin(sheet, ROLE_TEXT, 0);
    sheet_append(sheet, text, SHEET_MAX + 1);
    assert_true(sheet->is_full);
    assert_int_equal(sheet->text.len, SHEET_MAX);
    mem_free(text);
}

static void sheet_draw__marks__have_their_role(void **state)
{
    struct sheet *sheet = *state;
    struct canvas *canvas = canvas_new(20, 3);
    sheet_begin(sheet, ROLE_STRONG, 2);
    sheet_append(sheet,
                 "ab\xe2\x80\xae"
                 "cd efgh",
                 12);
    sheet_wrap(sheet, 16);
    assert_int_equal(sheet->row_count, 2);
    sheet_draw(sheet, 0, canvas, 1, 0);
    sheet_draw(sheet, 1, canvas, 1, 1);
    assert_canvas(canvas, "   ab‹U+202E›cd\n   efgh\n\n");
    assert_int_equal(canvas_role_at(canvas, 3, 0), ROLE_STRONG);
    assert_int_equal(canvas_role_at(canvas, 5, 0), ROLE_MARK);
    assert_int_equal(canvas_role_at(canvas, 13, 0), ROLE_STRONG);
    canvas_free(canvas);
}

static void sheet_draw__forged_mark__looks_different(void **state)
{
    struct sheet *sheet = *state;
    struct canvas *canvas = canvas_new(20, 1);
    assert_spelled(sheet, "‹U+202E›", "‹U+202E›");
    sheet_wrap(sheet, 20);
    sheet_draw(sheet, 0, canvas, 0, 0);
    assert_int_equal(canvas_role_at(canvas, 0, 0), ROLE_TEXT);
    assert_int_equal(sheet->hidden_count, 0);
    canvas_free(canvas);
}

/* --- JSON --- */

static void assert_json(struct sheet *sheet, const char *json, const char *expected)
{
    sheet_reset(sheet);
    assert_true(json_sheet_append(sheet, json, strlen(json), 30));
    assert_lines(sheet, expected);
}

static void json_sheet__short__is_one_line(void **state)
{
    assert_json(*state, "{\"city\":\"Paris\"}", "{ \"city\": \"Paris\" }");
    assert_json(*state, " { } ", "{}");
    assert_json(*state, "[1,\n2,[]]", "[1, 2, []]");
    assert_json(*state, "{\"a\":{\"b\":[{}]}}", "{ \"a\": { \"b\": [{}] } }");
}

static void json_sheet__long__is_indented(void **state)
{
    assert_json(*state, "{\"city\":\"Paris\",\"days\":[1,2],\"units\":{\"of\":\"C\"}}",
                "{\n"
                "  \"city\": \"Paris\",\n"
                "  \"days\": [\n"
                "    1,\n"
                "    2\n"
                "  ],\n"
                "  \"units\": {\n"
                "    \"of\": \"C\"\n"
                "  }\n"
                "}");
}

static void json_sheet__numbers_and_repeated_members__stay(void **state)
{
    assert_json(*state, "{\"a\":12345678901234567890,\"a\":1.0e5}",
                "{\n  \"a\": 12345678901234567890,\n  \"a\": 1.0e5\n}");
}

static void json_sheet__escapes_of_plain_characters__are_read(void **state)
{
    assert_json(*state, "\"\\u0072\\u006d -rf \\/\"", "\"rm -rf /\"");
    assert_json(*state, "\"\\u00e9 \\u6f22\"", "\"é 漢\"");
    assert_json(*state, "\"\\ud83d\\ude00\"", "\"\xf0\x9f\x98\x80\"");
    assert_json(*state, "\"\\u0022\\u005c\\\\ \\\"\"", "\"\\\"\\\\\\\\ \\\"\"");
}

static void json_sheet__escapes_of_hidden_characters__are_spelled_out(void **state)
{
    struct sheet *sheet = *state;
    assert_json(sheet, "\"a\\u202e\\u0000\\u001b\"", "\"a‹U+202E›‹U+0000›‹U+001B›\"");
    assert_json(sheet, "\"\\ud800x\"", "\"‹U+D800›x\"");
    assert_json(sheet, "\"\\u000d\\u0009\"", "\"\\r\\t\"");
    assert_int_equal(sheet->hidden_count, 0);
}

static void json_sheet__line_breaks_in_strings__break_lines(void **state)
{
    assert_json(*state, "{\"s\":\"one\\ntwo\\u000athree\\n\"}",
                "{\n"
                "  \"s\": \"one\\n\n"
                "    two\\n\n"
                "    three\\n\"\n"
                "}");
}

static void json_sheet__not_json__is_shown_as_it_is(void **state)
{
    struct sheet *sheet = *state;
    assert_false(json_sheet_append(sheet, "{\"a\":", 5, 30));
    assert_lines(sheet, "{\"a\":");
    sheet_reset(sheet);
    assert_false(json_sheet_append(sheet, "", 0, 30));
}

static void json_indent__strings_and_numbers__stay(void **state)
{
    (void)state;
    static const char json[] = "{\"a\":\"\\u202e\\n\",\"b\":[1.50,{}]}";
    struct strbuf out;
    strbuf_init(&out, 1000);
    assert_true(json_indent(&out, json, strlen(json)));
    assert_string_equal(strbuf_text(&out),
                        "{\n  \"a\": \"\\u202e\\n\",\n  \"b\": [\n    1.50,\n"
                        "    {}\n  ]\n}");
    struct strbuf back;
    strbuf_init(&back, 1000);
    json_append_compact(&back, out.text, out.len);
    assert_string_equal(strbuf_text(&back), json);
    strbuf_clear(&back);
    strbuf_clear(&out);
    assert_false(json_indent(&out, "{", 1));
    assert_int_equal(out.len, 0);
    strbuf_clear(&out);
}

static void json_sheet__deep__does_not_fail(void **state)
{
    struct sheet *sheet = *state;
    char json[201];
    memset(json, '[', 100);
    memset(json + 100, ']', 100);
    json[200] = '\0';
    json_sheet_append(sheet, json, 200, 10);
    sheet_wrap(sheet, 10);
    assert_true(sheet->row_count > 0);
}

int main(void)
{
    setlocale(LC_CTYPE, "C.UTF-8");
#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(sheet_append__plain_text__stays),
        TEST(sheet_append__hidden__is_spelled_out),
        TEST(sheet_append__what_glyphs_leave_out__is_spelled_out),
        TEST(sheet_append__newline__begins_a_line),
        TEST(sheet_append_line__white_space__is_one_space),
        TEST(sheet_append__too_long__says_so),
        TEST(sheet_draw__marks__have_their_role),
        TEST(sheet_draw__forged_mark__looks_different),
        TEST(json_sheet__short__is_one_line),
        TEST(json_sheet__long__is_indented),
        TEST(json_sheet__numbers_and_repeated_members__stay),
        TEST(json_sheet__escapes_of_plain_characters__are_read),
        TEST(json_sheet__escapes_of_hidden_characters__are_spelled_out),
        TEST(json_sheet__line_breaks_in_strings__break_lines),
        TEST(json_sheet__not_json__is_shown_as_it_is),
        TEST(json_indent__strings_and_numbers__stay),
        TEST(json_sheet__deep__does_not_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
