/* Every command of docs/patterns.md is run, and prints what the page says. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "src/base/mem.h"
#include "tests/support/cli_world.h"
#include "tests/support/pattern_page.h"

/* The program of this build is the one that the page means. */
static char *path_variable(void)
{
    const char *folder = getenv("MOTET_BUILDDIR");
    const char *path = getenv("PATH");
    return strbuf_format("PATH=%s:%s", folder != NULL ? folder : ".",
                         path != NULL ? path : "/usr/bin:/bin");
}

static struct child_program *run_command(struct cli_world *world, const char *command)
{
    char *path = path_variable();
    /* Both outputs in the order they were written; files land in a folder of the test. */
    char *line = strbuf_format("cd \"${TMPDIR:-/tmp}\" && { %s} 2>&1", command);
    const char *const args[] = {"-c", line, NULL};
    const char *const env[] = {path, NULL};
    struct child_program *child = child_start(
        world->loop,
        &(struct child_options){
            .program = "/bin/sh", .args = args, .env = env, .list = &world->children});
    child_wait(child);
    mem_free(line);
    mem_free(path);
    return child;
}

/* Each wanted line is part of what was printed, behind the one before. */
static void assert_prints(const struct pattern *pattern, const char *printed)
{
    char *lines = mem_strdup(pattern->result != NULL ? pattern->result : "");
    char *at = lines;
    const char *line;
    const char *rest = printed;
    while (rest != NULL && (line = pattern_next_line(&at)) != NULL) {
        rest = strstr(rest, line);
        if (rest == NULL)
            fail_msg("%s: no \"%s\" (in that order) in what\n%sprints:\n%s",
                     pattern->heading, line, pattern->text, printed);
        else
            rest += strlen(line);
    }
    mem_free(lines);
}

static void patterns__commands__print_what_the_page_says(void **state)
{
    struct cli_world *world = *state;
    struct pattern_page page;
    size_t count = 0;
    pattern_page_read(&page);
    for (size_t i = 0; i < page.len; i++) {
        const struct pattern *pattern = &page.items[i];
        if (pattern->kind != PATTERN_COMMAND)
            continue;
        struct child_program *child = run_command(world, pattern->text);
        assert_prints(pattern, strbuf_text(&child->out));
        cli_assert_code(child, pattern->exit_code);
        child_free(child);
        count++;
    }
    assert_true(count >= 12);
    pattern_page_clear(&page);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(patterns__commands__print_what_the_page_says,
                                        cli_world_setup, cli_world_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
