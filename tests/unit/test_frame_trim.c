/* What is taken out of a frame's bytes, and that nothing else is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "ui/term/frame_trim.h"

static void assert_trimmed(const char *before, const char *after)
{
    char bytes[100];
    const size_t len = strlen(before);
    memcpy(bytes, before, len + 1);
    assert_int_equal(frame_trim(bytes, len), strlen(after));
    assert_memory_equal(bytes, after, strlen(after));
}

static void frame_trim__usual_characters__are_not_chosen_again(void **state)
{
    (void)state;
    assert_trimmed("a\033(B\033[mb\033(B\033[0;1mc", "a\033[mb\033[0;1mc");
    assert_trimmed("\033(B\033(B", "");
}

static void frame_trim__anything_else__stays(void **state)
{
    (void)state;
    assert_trimmed("", "");
    assert_trimmed("(B plain (B", "(B plain (B");
    assert_trimmed("\033(0q\033)B\033[31m", "\033(0q\033)B\033[31m");
    assert_trimmed("\033\033(B\033", "\033\033");
}

static void frame_trim__cut_at_the_end__stays(void **state)
{
    (void)state;
    assert_trimmed("ab\033(", "ab\033(");
    assert_trimmed("ab\033", "ab\033");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(frame_trim__usual_characters__are_not_chosen_again),
        cmocka_unit_test(frame_trim__anything_else__stays),
        cmocka_unit_test(frame_trim__cut_at_the_end__stays),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
