/*
 * The real program's look in a pseudo-terminal: themes by what the terminal can do,
 * NO_COLOR, poor locales, the window's title, calls of the person, and slow lines.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "src/base/mem.h"
#include "src/base/strbuf.h"
#include "tests/support/pty_program.h"

#define FIRST_NOTICE "press Enter to send it to all panes"

static struct pty_program *start_wide(int width, const char *const *args,
                                      const char *const *environment)
{
    static char path[1024];
    const char *folder = getenv("MOTET_BUILDDIR");
    snprintf(path, sizeof(path), "%s/motet", folder != NULL ? folder : ".");
    const char *argv[10] = {path};
    for (size_t i = 0; i < 8 && args[i] != NULL; i++)
        argv[i + 1] = args[i];
    return pty_program_start(&(struct pty_options){
        .argv = argv, .environment = environment, .width = width, .height = 30});
}

static struct pty_program *start(const char *const *args, const char *const *environment)
{
    return start_wide(100, args, environment);
}

static struct pty_program *start_demo(const char *theme, const char *one,
                                      const char *other)
{
    const char *const args[] = {"demo", "--speed", "20",  "--tools",
                                "",     "--theme", theme, NULL};
    const char *const environment[] = {one, other, NULL};
    struct pty_program *program = start(args, environment);
    assert_true(pty_program_wait_text(program, FIRST_NOTICE));
    return program;
}

static bool has(struct pty_program *program, const char *bytes)
{
    return pty_program_has_output(program, bytes, strlen(bytes));
}

static void end(struct pty_program *program)
{
    int status = 0;
    pty_program_signal(program, SIGTERM);
    assert_true(pty_program_wait_exit(program, &status));
    assert_true(pty_program_is_restored(program));
    pty_program_free(program);
}

/* The colours of the first letter of a pane's title. */
static struct vt_cell cell_of(struct pty_program *program, const char *text)
{
    struct vt_cell cell;
    int x;
    int y;
    assert_true(pty_program_find_text(program, text, &x, &y));
    assert_true(vt_screen_get_cell(pty_program_get_screen(program), x, y, &cell));
    return cell;
}

/* --- Colours ----------------------------------------------------------------------- */

static void theme__true_colour__is_sent_where_it_is_promised(void **state)
{
    (void)state;
    struct pty_program *program = start_demo("dark", "COLORTERM=truecolor", NULL);
    assert_int_equal(cell_of(program, "What makes").bg, VT_COLOR_RGB | 0x16181f);
    assert_int_equal(cell_of(program, "What makes").fg, VT_COLOR_RGB | 0xd7dbe6);
    end(program);
}

static void theme__256_colours__are_the_nearest_without_a_promise(void **state)
{
    (void)state;
    struct pty_program *program = start_demo("dark", "COLORTERM", NULL);
    assert_int_equal(cell_of(program, "What makes").bg, 234);
    assert_false(has(program, "38;2;"));
    end(program);
}

static void theme__no_color__leaves_attributes_alone(void **state)
{
    (void)state;
    struct pty_program *program = start_demo("dark", "COLORTERM=truecolor", "NO_COLOR=1");
    assert_int_equal(cell_of(program, "What makes").bg, -1);
    assert_true(cell_of(program, "1 sage").is_reverse);
    assert_false(has(program, "\033[38"));
    assert_false(has(program, "\033[3m\033[3"));
    end(program);
}

static void theme__vt100__shows_it_without_colours(void **state)
{
    (void)state;
    struct pty_program *program = start_demo("dark", "TERM=vt100", NULL);
    assert_int_equal(cell_of(program, "What makes").fg, -1);
    assert_true(pty_program_has_text(program, "┌ 1 sage"));
    assert_false(has(program, "\033]2;"));
    end(program);
}

static void theme__picked_on_the_screen__repaints_it(void **state)
{
    (void)state;
    struct pty_program *program = start_demo("default", "COLORTERM=truecolor", NULL);
    assert_int_equal(cell_of(program, "What makes").bg, -1);
    pty_program_press(program, "Esc");
    assert_true(pty_program_wait_text(program, "normal mode"));
    pty_program_type(program, "t");
    assert_true(pty_program_wait_text(program, "gruvbox-dark"));
    pty_program_press(program, "Down");
    pty_program_press(program, "Enter");
    assert_true(pty_program_wait_text(program, "\"theme: dark\""));
    assert_int_equal(cell_of(program, "What makes").bg, VT_COLOR_RGB | 0x16181f);
    end(program);
}

static void theme__unknown__ends_with_a_suggestion_before_the_screen(void **state)
{
    (void)state;
    static const char *const args[] = {"demo", "--theme", "drak", NULL};
    struct pty_program *program = start(args, NULL);
    int status = 0;
    assert_true(pty_program_wait_exit(program, &status));
    assert_int_equal(WEXITSTATUS(status), 2);
    assert_true(pty_program_has_text(program, "did you mean \"dark\"?"));
    assert_false(has(program, "\033[?1049h"));
    pty_program_free(program);
}

static void themes_command__terminal__shows_cards_in_its_colours(void **state)
{
    (void)state;
    static const char *const args[] = {"themes", NULL};
    static const char *const environment[] = {"COLORTERM=truecolor", NULL};
    struct pty_program *program = start(args, environment);
    int status = 0;
    assert_true(pty_program_wait_exit(program, &status));
    assert_int_equal(WEXITSTATUS(status), 0);
    assert_true(has(program, "default (in force): "));
    assert_true(has(program, "gruvbox-dark: "));
    assert_true(has(program, "48;2;40;40;40"));
    assert_true(
        pty_program_has_text(program, "as this terminal shows them: true colour"));
    assert_true(pty_program_is_restored(program));
    pty_program_free(program);
}

static void themes_command__narrow_terminal__keeps_to_its_columns(void **state)
{
    (void)state;
    static const char *const args[] = {"themes", NULL};
    struct pty_program *program = start_wide(40, args, NULL);
    int status = 0;
    assert_true(pty_program_wait_exit(program, &status));
    assert_int_equal(WEXITSTATUS(status), 0);
    assert_true(
        pty_program_has_text(program, "  ┌ 1 sage · demo ────────── ● 41 t/s ─┐"));
    assert_true(
        pty_program_has_text(program, "  └ 0.31 s · 212 tok ──────────────────┘"));
    pty_program_free(program);
}

/* --- Signs ------------------------------------------------------------------------- */

static void signs__c_locale__are_ascii(void **state)
{
    (void)state;
    struct pty_program *program = start_demo("default", "LC_ALL=C", "LANG");
    assert_true(pty_program_has_text(program, "+ 1 sage"));
    assert_true(pty_program_has_text(program, "to all 4 +1 sage"));
    pty_program_press(program, "Enter");
    assert_true(pty_program_wait_text(program, "+ done"));
    assert_false(has(program, "\xe2\x94\x8c"));
    assert_false(has(program, "\xe2\x9c\x93"));
    end(program);
}

/* --- Title and calls --------------------------------------------------------------- */

static void title__says_the_state__and_is_put_back(void **state)
{
    (void)state;
    struct pty_program *program = start_demo("default", NULL, NULL);
    assert_true(has(program, "\033[22;2t"));
    assert_true(has(program, "\033]2;motet\033\\"));
    pty_program_press(program, "Enter");
    static const char streaming[] = "\033]2;motet: 4 streaming\033\\";
    assert_true(pty_program_wait_output(program, streaming, strlen(streaming)));
    pty_program_press(program, "Ctrl-Z");
    assert_true(pty_program_wait_stopped(program));
    assert_true(pty_program_is_restored(program));
    pty_program_continue(program);
    assert_true(pty_program_wait_text(program, "┌ 1 sage"));
    end(program);
}

static void calls__osc9__come_only_without_focus(void **state)
{
    (void)state;
    static const char text[] = "defaults: {notify: osc9}\n";
    char path[] = "/tmp/motet-look-XXXXXX";
    const int fd = mkstemp(path);
    FILE *file = fdopen(fd, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
    const char *const args[] = {"demo", "--speed",  "100", "--tools",
                                "",     "--config", path,  NULL};
    struct pty_program *program = start(args, NULL);
    assert_true(pty_program_wait_text(program, FIRST_NOTICE));
    pty_program_type(program, "\033[I");
    pty_program_press(program, "Enter");
    assert_true(pty_program_wait_text(program, "✓ done"));
    assert_true(pty_program_wait_no_text(program, " running"));
    assert_false(has(program, "\033]9;"));
    pty_program_type(program, "again");
    pty_program_press(program, "Enter");
    pty_program_type(program, "\033[O");
    static const char call[] = ": done";
    assert_true(pty_program_wait_output(program, "\033]9;", 4));
    assert_true(has(program, call));
    end(program);
    remove(path);
}

/* --- Slow lines -------------------------------------------------------------------- */

struct slow_line {
    size_t begin;  /* bytes that had come when the measure began */
    size_t wanted; /* how many are waited for */
};

static bool has_come(struct pty_program *program, void *user)
{
    const struct slow_line *line = user;
    size_t len;
    pty_program_get_output(program, &len);
    return len >= line->begin + line->wanted;
}

/* The bytes that the terminal takes between a key and its echo. */
static size_t measure_echo(struct pty_program *program, const char *key)
{
    size_t before;
    size_t after;
    char *text = strbuf_format("> %s", key);
    pty_program_get_output(program, &before);
    pty_program_type(program, key);
    assert_true(pty_program_wait_text(program, text));
    pty_program_get_output(program, &after);
    mem_free(text);
    return after - before;
}

/*
 * Four panes stream, 10 kB/s are taken. Once the program has found that out nothing old
 * is on its way: a key's echo comes behind less than a frame, where 7 to 19 kB lie in the
 * buffers of a program that does not care (measured). Four panes bring little more than
 * the line takes, so it is ten seconds until its buffers are full for the first time.
 */
#define ECHO_400 "demo/echo?rate=400"

static void slow_line__10_kb_a_second__keeps_four_panes_near_to_now(void **state)
{
    (void)state;
    const char *const args[] = {"-m", ECHO_400 "," ECHO_400 "," ECHO_400 "," ECHO_400,
                                "--tools", "", NULL};
    struct pty_program *program = start(args, NULL);
    struct slow_line line = {.wanted = 120000};
    char prompt[50001];
    for (size_t i = 0; i < sizeof(prompt) - 1; i++)
        prompt[i] = i % 7 == 6 ? ' ' : (char)('a' + i % 23);
    prompt[sizeof(prompt) - 1] = '\0';
    assert_true(pty_program_wait_text(program, "to all 4"));
    pty_program_paste(program, prompt);
    pty_program_press(program, "Enter");
    assert_true(pty_program_wait_text(program, "4 running"));
    pty_program_set_rate(program, 10000);
    pty_program_get_output(program, &line.begin);
    assert_true(pty_program_wait_until(program, has_come, &line));
    const size_t echo = measure_echo(program, "key");
    if (echo > 5000)
        fail_msg("%zu bytes came before the echo of a key", echo);
    print_message("%zu bytes came before the echo of a key\n", echo);
    pty_program_set_rate(program, 0);
    end(program);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(theme__true_colour__is_sent_where_it_is_promised),
        cmocka_unit_test(theme__256_colours__are_the_nearest_without_a_promise),
        cmocka_unit_test(theme__no_color__leaves_attributes_alone),
        cmocka_unit_test(theme__vt100__shows_it_without_colours),
        cmocka_unit_test(theme__picked_on_the_screen__repaints_it),
        cmocka_unit_test(theme__unknown__ends_with_a_suggestion_before_the_screen),
        cmocka_unit_test(themes_command__terminal__shows_cards_in_its_colours),
        cmocka_unit_test(themes_command__narrow_terminal__keeps_to_its_columns),
        cmocka_unit_test(signs__c_locale__are_ascii),
        cmocka_unit_test(title__says_the_state__and_is_put_back),
        cmocka_unit_test(calls__osc9__come_only_without_focus),
        cmocka_unit_test(slow_line__10_kb_a_second__keeps_four_panes_near_to_now),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
