/* What may reach a terminal and what may not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "src/base/compiler.h"
#include "src/base/mem.h"
#include "src/base/path.h"
#include "src/base/rng.h"
#include "src/base/safe_text.h"
#include "src/base/utf8.h"

/* Characters that no terminal may get, as the words of the requirement have them; said
 * here once more, so that the table of the module is not its own judge. */
static bool is_dangerous(uint32_t code)
{
    const bool is_c0 = code < 0x20 && code != '\n' && code != '\t';
    const bool is_c1 = code >= 0x7f && code <= 0x9f;
    const bool is_bidi = code == 0x61c || code == 0x200e || code == 0x200f ||
                         (code >= 0x202a && code <= 0x202e) ||
                         (code >= 0x2066 && code <= 0x2069);
    const bool is_line_end = code == 0x2028 || code == 0x2029;
    const bool is_invisible = code == 0xad || code == 0x200b || code == 0x200c ||
                              (code >= 0x2060 && code <= 0x2064) || code == 0xfeff ||
                              code == 0x180e;
    const bool is_tag = code >= 0xe0000 && code <= 0xe007f;
    return is_c0 || is_c1 || is_bidi || is_line_end || is_invisible || is_tag;
}

static void assert_safe(const struct strbuf *text)
{
    assert_true(utf8_is_valid(strbuf_text(text), text->len));
    size_t at = 0;
    while (at < text->len) {
        uint32_t code;
        at += utf8_decode(text->text + at, text->len - at, &code);
        if (is_dangerous(code))
            fail_msg("U+%04X came through", (unsigned)code);
    }
}

static void assert_shown(const char *text, const char *expected)
{
    struct strbuf out;
    strbuf_init(&out, 10000);
    assert_true(safe_text_append(&out, text, strlen(text)));
    assert_string_equal(strbuf_text(&out), expected);
    strbuf_clear(&out);
}

static void safe_text_append__keeps__ordinary_text(void **state)
{
    (void)state;
    const char *texts[] = {
        "",
        "plain",
        "tab\tand\nline",
        "\xe6\xbc\xa2\xe5\xad\x97 e\xcc\x81 \xd7\xa9\xd7\x9c",
        "\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x91\xa7" /* joined emoji */,
        "\xe2\x9d\xa4\xef\xb8\x8f" /* variation selector */};
    for (size_t i = 0; i < COUNT_OF(texts); i++)
        assert_shown(texts[i], texts[i]);
}

static void safe_text_append__shows_marks__for_hidden_characters(void **state)
{
    (void)state;
    assert_shown("\x1b[31m", "\xe2\x90\x9b[31m");
    assert_shown("\x7f", "\xe2\x90\xa1");
    assert_shown("\xc2\x9b", "\xe2\x80\xb9U+009B\xe2\x80\xba");
    assert_shown("\xe2\x80\xae", "\xe2\x80\xb9U+202E\xe2\x80\xba");
    assert_shown("\xf3\xa0\x81\x81", "\xe2\x80\xb9U+E0041\xe2\x80\xba");
}

static void safe_text_append__makes_line_ends__of_their_kin(void **state)
{
    (void)state;
    assert_shown("a\r\nb", "a\nb");
    assert_shown("a\xe2\x80\xa8"
                 "b\xe2\x80\xa9"
                 "c",
                 "a\nb\nc");
    /* A bare CR overwrites the line on a terminal. */
    assert_shown("one\rTWO", "one\xe2\x90\x8dTWO");
    assert_shown("end\r", "end\xe2\x90\x8d");
}

static void safe_text_append__replaces__bytes_that_are_no_text(void **state)
{
    (void)state;
    assert_shown("a\xff\x9b"
                 "b",
                 "a\xef\xbf\xbd\xef\xbf\xbd"
                 "b");
    assert_shown("\xe2\x80", "\xef\xbf\xbd");
}

static void safe_text_append__lets_nothing_through__of_all_characters(void **state)
{
    (void)state;
    struct strbuf text;
    struct strbuf out;
    strbuf_init(&text, (size_t)8 << 20);
    strbuf_init(&out, (size_t)64 << 20);
    for (uint32_t code = 0; code <= 0x10ffff; code++) {
        char bytes[4];
        strbuf_append(&text, bytes, utf8_encode(code, bytes));
    }
    assert_true(safe_text_append(&out, text.text, text.len));
    assert_safe(&out);
    strbuf_clear(&text);
    strbuf_clear(&out);
}

/* Bytes near the edges of what is special come more often. */
static char random_byte(struct rng *rng)
{
    static const unsigned char favourites[] = {0x1b, '[',  ']',  0x07, 0x9b, 0xc2,
                                               0xe2, 0x80, 0xae, '\r', '\n', 0x7f,
                                               0xf3, 0xa0, 0x81, 0xef};
    const uint64_t roll = rng_next(rng);
    if (roll % 4 == 0)
        return (char)(roll >> 8);
    return (char)favourites[(roll >> 8) % sizeof(favourites)];
}

static void safe_text_append__lets_nothing_through__of_random_bytes(void **state)
{
    (void)state;
    struct rng rng;
    rng_init(&rng, 11);
    for (int round = 0; round < 3000; round++) {
        char bytes[64];
        const size_t len = rng_below(&rng, sizeof(bytes));
        for (size_t i = 0; i < len; i++)
            bytes[i] = random_byte(&rng);
        struct strbuf out;
        strbuf_init(&out, 10000);
        assert_true(safe_text_append(&out, bytes, len));
        assert_safe(&out);
        strbuf_clear(&out);
        assert_true(safe_text_append_line(&out, bytes, len, 20));
        assert_safe(&out);
        assert_null(strchr(strbuf_text(&out), '\n'));
        assert_true(out.len <= 20 + 3);
        strbuf_clear(&out);
    }
}

static void safe_text_append__is_false__when_there_is_no_room(void **state)
{
    (void)state;
    struct strbuf out;
    strbuf_init(&out, 4);
    assert_false(safe_text_append(&out, "abcdef", 6));
    strbuf_clear(&out);
}

static void safe_text_append_line__joins_white_space__and_trims(void **state)
{
    (void)state;
    struct strbuf out;
    strbuf_init(&out, 1000);
    strbuf_append_text(&out, "x: ");
    assert_true(safe_text_append_line(&out, " a \t\n b\r\nc \n", 12, 100));
    assert_string_equal(strbuf_text(&out), "x: a b c");
    strbuf_clear(&out);
}

static void safe_text_append_line__cuts__between_characters(void **state)
{
    (void)state;
    static const char text[] = "ab\xc3\xa9\xc3\xa9";
    for (size_t max = 0; max < sizeof(text) - 1; max++) {
        struct strbuf out;
        strbuf_init(&out, 1000);
        assert_true(safe_text_append_line(&out, text, sizeof(text) - 1, max));
        assert_true(utf8_is_valid(strbuf_text(&out), out.len));
        assert_non_null(strstr(strbuf_text(&out), "\xe2\x80\xa6"));
        assert_true(out.len <= max + 3);
        strbuf_clear(&out);
    }
}

/* --- The stream set's words on what a terminal may get
 * ---------------------------------- */

static cJSON *read_cases(void)
{
    struct strbuf file;
    struct error err = {.class = ERROR_NONE};
    const char *source = getenv("MOTET_SRCDIR");
    char *path =
        strbuf_format("%s/tests/streams/cases.json", source != NULL ? source : ".");
    strbuf_init(&file, (size_t)16 << 20);
    if (!path_read_file(path, &file, &err))
        fail_msg("%s", error_text(&err));
    cJSON *cases = cJSON_Parse(strbuf_text(&file));
    assert_non_null(cases);
    strbuf_clear(&file);
    mem_free(path);
    return cases;
}

static bool holds_hex(const struct strbuf *text, const char *hex)
{
    unsigned char bytes[64];
    size_t len = 0;
    for (; hex[len * 2] != '\0'; len++) {
        const char digits[3] = {hex[len * 2], hex[len * 2 + 1], '\0'};
        bytes[len] = (unsigned char)strtoul(digits, NULL, 16);
    }
    for (size_t i = 0; i + len <= text->len; i++) {
        if (memcmp(text->text + i, bytes, len) == 0)
            return true;
    }
    return false;
}

static void check_display(const cJSON *expect, const cJSON *display)
{
    const char *text =
        cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(expect, "text"));
    struct strbuf out;
    const cJSON *item;
    strbuf_init(&out, (size_t)1 << 20);
    safe_text_append(&out, text, strlen(text));
    assert_safe(&out);
    cJSON_ArrayForEach(item,
                       cJSON_GetObjectItemCaseSensitive(display, "must_not_emit_hex"))
    {
        if (holds_hex(&out, cJSON_GetStringValue(item)))
            fail_msg("%s came through", cJSON_GetStringValue(item));
    }
    cJSON_ArrayForEach(item, cJSON_GetObjectItemCaseSensitive(display, "must_show"))
    {
        assert_non_null(strstr(strbuf_text(&out), cJSON_GetStringValue(item)));
    }
    strbuf_clear(&out);
}

static void safe_text_append__obeys__the_display_cases_of_the_stream_set(void **state)
{
    (void)state;
    cJSON *root = read_cases();
    int checked = 0;
    const cJSON *one;
    cJSON_ArrayForEach(one, cJSON_GetObjectItemCaseSensitive(root, "cases"))
    {
        const cJSON *expect = cJSON_GetObjectItemCaseSensitive(one, "expect");
        const cJSON *display = cJSON_GetObjectItemCaseSensitive(one, "display");
        if (display == NULL)
            display = cJSON_GetObjectItemCaseSensitive(expect, "display");
        if (display != NULL) {
            check_display(expect, display);
            checked++;
        }
    }
    assert_true(checked > 0);
    cJSON_Delete(root);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(safe_text_append__keeps__ordinary_text),
        cmocka_unit_test(safe_text_append__shows_marks__for_hidden_characters),
        cmocka_unit_test(safe_text_append__makes_line_ends__of_their_kin),
        cmocka_unit_test(safe_text_append__replaces__bytes_that_are_no_text),
        cmocka_unit_test(safe_text_append__lets_nothing_through__of_all_characters),
        cmocka_unit_test(safe_text_append__lets_nothing_through__of_random_bytes),
        cmocka_unit_test(safe_text_append__is_false__when_there_is_no_room),
        cmocka_unit_test(safe_text_append_line__joins_white_space__and_trims),
        cmocka_unit_test(safe_text_append_line__cuts__between_characters),
        cmocka_unit_test(safe_text_append__obeys__the_display_cases_of_the_stream_set),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
