/* The first fault is what the test fails with. */
#include "tests/support/template_text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "src/base/mem.h"

struct prompt_template *template_from_text(const char *text)
{
    struct problem_list problems;
    problem_list_init(&problems, "t.md");
    struct prompt_template *template =
        template_parse("t.md", text, strlen(text), &problems);
    if (template == NULL) {
        char *first = problem_list_format(&problems, 0);
        fail_msg("%s", first);
        mem_free(first);
    }
    problem_list_clear(&problems);
    return template;
}
