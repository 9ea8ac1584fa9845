/* Which tools a chat is told of. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "src/engine/tool_offer.h"

static void tool_choice__last_pattern_that_fits__decides(void **state)
{
    (void)state;
    struct tool_choice choice = {0};
    assert_false(tool_choice_has(&choice, "calc"));
    tool_choice_add(&choice, "*");
    assert_true(tool_choice_has(&choice, "calc"));
    tool_choice_add(&choice, "!files.*");
    assert_false(tool_choice_has(&choice, "files.read"));
    assert_true(tool_choice_has(&choice, "calc"));
    tool_choice_add(&choice, "files.read");
    assert_true(tool_choice_has(&choice, "files.read"));
    assert_false(tool_choice_has(&choice, "files.write"));
    tool_choice_clear(&choice);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tool_choice__last_pattern_that_fits__decides),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
