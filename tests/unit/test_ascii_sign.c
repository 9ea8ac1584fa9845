/* The ASCII forms of signs: states stay apart, everything is one column. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "src/base/compiler.h"
#include "ui/render/ascii_sign.h"

static void ascii_sign__keeps_states_apart__by_their_forms(void **state)
{
    (void)state;
    /* waits, runs, asks, done, failed, tries again, stopped */
    static const uint32_t signs[] = {0x25cc, 0x25cf, 0x2691, 0x2713,
                                     0x2717, 0x21bb, 0x25a0};
    for (size_t i = 0; i < COUNT_OF(signs); i++) {
        assert_in_range(ascii_sign(signs[i]), '!', '~');
        for (size_t j = 0; j < i; j++)
            assert_int_not_equal(ascii_sign(signs[i]), ascii_sign(signs[j]));
    }
}

static void ascii_sign__draws_boxes__with_plain_lines(void **state)
{
    (void)state;
    assert_int_equal(ascii_sign(0x2500), '-');
    assert_int_equal(ascii_sign(0x2502), '|');
    assert_int_equal(ascii_sign(0x250c), '+');
    assert_int_equal(ascii_sign(0x256f), '+');
}

static void ascii_sign__leaves__what_is_not_ours(void **state)
{
    (void)state;
    static const uint32_t codes[] = {'a', 0xe9, 0x4e16, 0x1f600, 0xfffd};
    for (size_t i = 0; i < COUNT_OF(codes); i++)
        assert_int_equal(ascii_sign(codes[i]), codes[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ascii_sign__keeps_states_apart__by_their_forms),
        cmocka_unit_test(ascii_sign__draws_boxes__with_plain_lines),
        cmocka_unit_test(ascii_sign__leaves__what_is_not_ours),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
