/* The keys of docs/patterns.md are typed into the real program, and show what the page
 * says. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "src/base/mem.h"
#include "src/base/strbuf.h"
#include "tests/support/pattern_page.h"
#include "tests/support/pty_program.h"

#define ARGS_MAX 16

/* Starts "motet …": words are parted by blanks, nothing else means anything. */
static struct pty_program *start(char *line)
{
    const char *folder = getenv("MOTET_BUILDDIR");
    char *program = strbuf_format("%s/motet", folder != NULL ? folder : ".");
    const char *argv[ARGS_MAX + 1] = {program};
    size_t count = 1;
    assert_int_equal(strncmp(line, "motet ", 6), 0);
    for (char *at = line + 6; *at != '\0' && count < ARGS_MAX;) {
        argv[count++] = at;
        at += strcspn(at, " ");
        if (*at == ' ')
            *at++ = '\0';
    }
    struct pty_program *started = pty_program_start(
        &(struct pty_options){.argv = argv, .width = 110, .height = 36});
    mem_free(program);
    assert_true(pty_program_wait_text(started, "F1 keys"));
    return started;
}

static void do_line(struct pty_program *program, const struct pattern *pattern,
                    const char *line)
{
    if (strncmp(line, "type ", 5) == 0)
        pty_program_type(program, line + 5);
    else if (strncmp(line, "press ", 6) == 0)
        pty_program_press(program, line + 6);
    else if (strncmp(line, "see ", 4) != 0)
        fail_msg("%s: what is \"%s\"?", pattern->heading, line);
    else if (!pty_program_wait_text(program, line + 4))
        fail_msg("%s: \"%s\" does not come", pattern->heading, line + 4);
}

static void type_pattern(const struct pattern *pattern)
{
    char *text = mem_strdup(pattern->text);
    char *at = text;
    char *line = pattern_next_line(&at);
    struct pty_program *program = start(line);
    while ((line = pattern_next_line(&at)) != NULL)
        do_line(program, pattern, line);
    pty_program_free(program);
    mem_free(text);
}

static void patterns__keys__show_what_the_page_says(void **state)
{
    (void)state;
    struct pattern_page page;
    size_t count = 0;
    pattern_page_read(&page);
    for (size_t i = 0; i < page.len; i++) {
        if (page.items[i].kind != PATTERN_KEYS)
            continue;
        type_pattern(&page.items[i]);
        count++;
    }
    assert_true(count >= 12);
    pattern_page_clear(&page);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(patterns__keys__show_what_the_page_says),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
