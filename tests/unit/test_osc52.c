/* The bytes of a copy: base64, and the frames of multiplexers around it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "src/base/mem.h"
#include "src/base/strbuf.h"
#include "ui/term/osc52.h"

static void assert_bytes(enum osc52_way way, const char *text, const char *expected)
{
    struct strbuf out;
    strbuf_init(&out, STRBUF_OWN_MAX);
    assert_true(osc52_append(way, text, strlen(text), &out));
    assert_string_equal(strbuf_text(&out), expected);
    strbuf_clear(&out);
}

static void osc52_append__plain__is_base64_in_one_string(void **state)
{
    (void)state;
    assert_bytes(OSC52_PLAIN, "", "\033]52;c;\007");
    assert_bytes(OSC52_PLAIN, "f", "\033]52;c;Zg==\007");
    assert_bytes(OSC52_PLAIN, "fo", "\033]52;c;Zm8=\007");
    assert_bytes(OSC52_PLAIN, "foo", "\033]52;c;Zm9v\007");
    assert_bytes(OSC52_PLAIN, "\xff\xfe\xfb", "\033]52;c;//77\007");
    assert_bytes(OSC52_PLAIN, "\033]0;x\007", "\033]52;c;G10wO3gH\007");
}

static void osc52_append__tmux__asks_it_and_goes_through_it(void **state)
{
    (void)state;
    assert_bytes(OSC52_TMUX, "foo",
                 "\033]52;c;Zm9v\007"
                 "\033Ptmux;\033\033]52;c;Zm9v\007\033\\");
}

/* What screen would pass on of the strings. */
static char *unwrap_screen(const char *bytes, size_t *longest)
{
    struct strbuf out;
    strbuf_init(&out, STRBUF_OWN_MAX);
    *longest = 0;
    while (*bytes != '\0') {
        assert_memory_equal(bytes, "\033P", 2);
        const char *end = strstr(bytes, "\033\\");
        assert_non_null(end);
        const size_t len = (size_t)(end - bytes) - 2;
        *longest = len > *longest ? len : *longest;
        strbuf_append(&out, bytes + 2, len);
        bytes = end + 2;
    }
    return strbuf_take(&out);
}

static void osc52_append__screen__is_cut_into_short_strings(void **state)
{
    (void)state;
    struct strbuf plain;
    struct strbuf wrapped;
    char text[5000];
    size_t longest;
    memset(text, 'x', sizeof(text));
    strbuf_init(&plain, STRBUF_OWN_MAX);
    strbuf_init(&wrapped, STRBUF_OWN_MAX);
    assert_true(osc52_append(OSC52_PLAIN, text, sizeof(text), &plain));
    assert_true(osc52_append(OSC52_SCREEN, text, sizeof(text), &wrapped));
    char *passed = unwrap_screen(strbuf_text(&wrapped), &longest);
    assert_string_equal(passed, strbuf_text(&plain));
    assert_true(longest <= 768);
    mem_free(passed);
    strbuf_clear(&plain);
    strbuf_clear(&wrapped);
}

static void osc52_append__too_long_or_nowhere__appends_nothing(void **state)
{
    (void)state;
    struct strbuf out;
    char *text = mem_alloc(OSC52_TEXT_MAX + 1);
    strbuf_init(&out, STRBUF_OWN_MAX);
    assert_false(osc52_append(OSC52_PLAIN, text, OSC52_TEXT_MAX + 1, &out));
    assert_false(osc52_append(OSC52_NOWHERE, "a", 1, &out));
    assert_int_equal(out.len, 0);
    assert_true(osc52_append(OSC52_PLAIN, text, OSC52_TEXT_MAX, &out));
    assert_true(out.len <= OSC52_MAX + 8);
    strbuf_clear(&out);
    mem_free(text);
}

static void osc52_find_way__says__what_stands_between(void **state)
{
    (void)state;
    assert_int_equal(osc52_find_way("xterm-256color", NULL, NULL), OSC52_PLAIN);
    assert_int_equal(osc52_find_way("tmux-256color", "/tmp/x,1,0", NULL), OSC52_TMUX);
    assert_int_equal(osc52_find_way("screen", "", "1.pts"), OSC52_SCREEN);
    assert_int_equal(osc52_find_way("linux", NULL, NULL), OSC52_NOWHERE);
    assert_int_equal(osc52_find_way(NULL, NULL, NULL), OSC52_NOWHERE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(osc52_append__plain__is_base64_in_one_string),
        cmocka_unit_test(osc52_append__tmux__asks_it_and_goes_through_it),
        cmocka_unit_test(osc52_append__screen__is_cut_into_short_strings),
        cmocka_unit_test(osc52_append__too_long_or_nowhere__appends_nothing),
        cmocka_unit_test(osc52_find_way__says__what_stands_between),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
