/* One pane of the real program with tables, lists and code, as the terminal shows them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "src/base/compiler.h"
#include "tests/support/pty_program.h"
#include "tests/support/vt_screen.h"

static const char prompt[] = "# Sizes\n\n"
                             "| Name | Size | Note |\n|:--|--:|---|\n"
                             "| a | 12 | *short* |\n"
                             "| 日本 | 3 | a longer note than before |\n\n"
                             "- **one**\n  - two\n\n"
                             "```c\nint main(void)\n{\n\treturn 0;\n}\n```\n";

/* One pane whose answer is the prompt, word for word. */
static struct pty_program *start(const char *text, int width, int height)
{
    static char path[1024];
    const char *folder = getenv("MOTET_BUILDDIR");
    snprintf(path, sizeof(path), "%s/motet", folder != NULL ? folder : ".");
    const char *const argv[] = {path, "-m", "demo/echo?rate=0&ttft=0", text, NULL};
    struct pty_program *program = pty_program_start(
        &(struct pty_options){.argv = argv, .width = width, .height = height});
    assert_true(pty_program_wait_text(program, "done"));
    return program;
}

static void stop(struct pty_program *program)
{
    int status = 0;
    pty_program_press(program, "Ctrl-D");
    assert_true(pty_program_wait_exit(program, &status));
    pty_program_free(program);
}

/* Waits for rows that stand one below the other. */
static void assert_rows(struct pty_program *program, const char *const *rows,
                        size_t count)
{
    int x = 0;
    int y = 0;
    assert_true(pty_program_wait_text(program, rows[0]));
    pty_program_find_text(program, rows[0], &x, &y);
    for (size_t i = 0; i < count; i++) {
        const char *line = pty_program_get_line(program, y + (int)i);
        if (strstr(line, rows[i]) == NULL)
            fail_msg("not \"%s\" in row %d:\n%s", rows[i], y + (int)i,
                     pty_program_get_text(program));
    }
}

static void screen_markdown__at_80x24__shows_table_list_and_code(void **state)
{
    (void)state;
    static const char *const rows[] = {
        "Name │ Size │ Note",
        "─────┼",
        "a    │   12 │ short",
        "日本 │    3 │ a longer note than before",
        "",
        "• one",
        "  ◦ two",
        "",
        "c · 1",
        "  int main(void)",
        "  {",
        "      return 0;",
        "  }",
    };
    struct pty_program *program = start(prompt, 80, 24);
    assert_rows(program, rows, COUNT_OF(rows));
    stop(program);
}

/* A keyword is bold where the module with the languages was built; code is plain
 * otherwise. */
static void screen_markdown__code__is_coloured_where_it_can_be(void **state)
{
    (void)state;
    char module[1024];
    const char *folder = getenv("MOTET_BUILDDIR");
    snprintf(module, sizeof(module), "%s/tools/motet-highlight.so",
             folder != NULL ? folder : ".");
    struct pty_program *program = start(prompt, 80, 24);
    struct vt_cell cell;
    int x = 0;
    int y = 0;
    assert_true(pty_program_wait_text(program, "      return 0;"));
    pty_program_find_text(program, "      return 0;", &x, &y);
    assert_true(vt_screen_get_cell(pty_program_get_screen(program), x + 6, y, &cell));
    assert_int_equal(cell.is_bold, access(module, F_OK) == 0);
    stop(program);
}

static void screen_markdown__at_40x12__wraps_cells(void **state)
{
    (void)state;
    static const char *const rows[] = {
        "日本 │    3 │ a longer note than",
        "     │      │ before",
    };
    struct pty_program *program = start(prompt, 40, 12);
    pty_program_press(program, "Shift-Up");
    for (int i = 0; i < 7; i++)
        pty_program_press(program, "Shift-Up");
    assert_rows(program, rows, COUNT_OF(rows));
    stop(program);
}

static void screen_markdown__raw__is_a_key_away(void **state)
{
    (void)state;
    struct pty_program *program = start("**bold** and `code`", 80, 24);
    assert_true(pty_program_wait_text(program, " bold and code"));
    pty_program_press(program, "Alt-s");
    assert_true(pty_program_wait_no_text(program, " bold and code"));
    pty_program_press(program, "Alt-s");
    assert_true(pty_program_wait_text(program, " bold and code"));
    stop(program);
}

static void screen_markdown__click_on_reasoning__unfolds_it(void **state)
{
    (void)state;
    static char path[1024];
    const char *folder = getenv("MOTET_BUILDDIR");
    snprintf(path, sizeof(path), "%s/motet", folder != NULL ? folder : ".");
    const char *const argv[] = {path, "-m", "demo/thinker?rate=0&ttft=0", "go", NULL};
    struct pty_program *program =
        pty_program_start(&(struct pty_options){.argv = argv, .width = 80, .height = 40});
    int x = 0;
    int y = 0;
    assert_true(pty_program_wait_text(program, "done"));
    assert_true(pty_program_wait_text(program, "▸ reasoning · "));
    pty_program_find_text(program, "reasoning · ", &x, &y);
    pty_program_click(program, x, y);
    assert_true(pty_program_wait_text(program, "▾ "));
    pty_program_click(program, x, y);
    assert_true(pty_program_wait_text(program, "▸ reasoning · "));
    stop(program);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(screen_markdown__at_80x24__shows_table_list_and_code),
        cmocka_unit_test(screen_markdown__code__is_coloured_where_it_can_be),
        cmocka_unit_test(screen_markdown__at_40x12__wraps_cells),
        cmocka_unit_test(screen_markdown__raw__is_a_key_away),
        cmocka_unit_test(screen_markdown__click_on_reasoning__unfolds_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
