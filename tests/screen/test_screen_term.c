/*
 * ui/term in a real pseudo-terminal, through the small program
 * tests/support/screen_probe: what it shows on each kind of terminal, and that the
 * terminal is given back on every way out.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "src/base/json.h"
#include "src/base/mem.h"
#include "src/base/path.h"
#include "src/base/strbuf.h"
#include "tests/support/pty_program.h"
#include "ui/edit/key.h"

/* The sanitizers would report the crashes that these tests are about. */
#define NO_CRASH_REPORT                                                                  \
    "ASAN_OPTIONS=handle_segv=0:handle_sigbus=0:handle_abort=0:handle_sigfpe=0:"         \
    "handle_sigill=0:handle_sigtrap=0:detect_leaks=0"

static struct pty_program *start_sized(const char *const *environment, int width,
                                       int height)
{
    const char *folder = getenv("MOTET_BUILDDIR");
    char path[1024];
    snprintf(path, sizeof(path), "%s/tests/support/screen_probe",
             folder != NULL ? folder : ".");
    const char *const argv[] = {path, NULL};
    return pty_program_start(&(struct pty_options){
        .argv = argv, .environment = environment, .width = width, .height = height});
}

/* Starts the probe with one setting (or NULL) and waits for its first screen. */
static struct pty_program *start_ready(const char *setting)
{
    const char *const environment[] = {setting, NULL};
    struct pty_program *program = start_sized(environment, 80, 24);
    assert_true(pty_program_wait_text(program, "bottom"));
    return program;
}

static void assert_ends_restored(struct pty_program *program, int wanted_signal)
{
    int status = 0;
    assert_true(pty_program_wait_exit(program, &status));
    if (wanted_signal == 0) {
        assert_true(WIFEXITED(status));
        assert_int_equal(WEXITSTATUS(status), 0);
    } else {
        assert_true(WIFSIGNALED(status));
        assert_int_equal(WTERMSIG(status), wanted_signal);
    }
    assert_true(pty_program_is_restored(program));
    pty_program_free(program);
}

/* --- Showing ---------------------------------------------------------------------- */

static void check_terminal(const char *term)
{
    char setting[64];
    snprintf(setting, sizeof(setting), "TERM=%s", term);
    struct pty_program *program = start_ready(setting);
    assert_true(pty_program_wait_text(program, "probe 80x24"));
    assert_string_equal(pty_program_get_line(program, 2), "wide 世界 x\xcc\x81 end");
    assert_string_equal(pty_program_get_line(program, 23), "bottom");
    pty_program_type(program, "q");
    assert_ends_restored(program, 0);
}

static void screen_draw__shows__on_xterm(void **state)
{
    (void)state;
    check_terminal("xterm-256color");
}

static void screen_draw__shows__on_screen(void **state)
{
    (void)state;
    check_terminal("screen-256color");
}

static void screen_draw__shows__on_tmux(void **state)
{
    (void)state;
    check_terminal("tmux-256color");
}

static void screen_draw__shows__on_linux_console(void **state)
{
    (void)state;
    check_terminal("linux");
}

static void screen_draw__shows__on_vt100(void **state)
{
    (void)state;
    check_terminal("vt100");
}

static void screen_draw__wide_cells__two_columns(void **state)
{
    (void)state;
    struct pty_program *program = start_ready(NULL);
    const struct vt_screen *vt = pty_program_get_screen(program);
    struct vt_cell cell;
    assert_true(vt_screen_get_cell(vt, 5, 2, &cell));
    assert_string_equal(cell.text, "世");
    assert_int_equal(cell.width, 2);
    assert_true(vt_screen_get_cell(vt, 10, 2, &cell));
    assert_string_equal(cell.text, "x\xcc\x81");
    int x;
    int y;
    vt_screen_get_cursor(vt, &x, &y);
    assert_int_equal(x, 2);
    assert_int_equal(y, 1);
    pty_program_free(program);
}

static void screen_draw__no_color__default_colors_only(void **state)
{
    (void)state;
    struct pty_program *program = start_ready("NO_COLOR=1");
    struct vt_cell cell;
    for (int y = 0; y < 24; y++) {
        for (int x = 0; x < 80; x++) {
            vt_screen_get_cell(pty_program_get_screen(program), x, y, &cell);
            assert_int_equal(cell.fg, -1);
            assert_int_equal(cell.bg, -1);
        }
    }
    pty_program_free(program);
}

static void screen_start__modes__are_on(void **state)
{
    (void)state;
    struct pty_program *program = start_ready(NULL);
    const struct vt_modes *modes = vt_screen_get_modes(pty_program_get_screen(program));
    assert_true(modes->is_alternate && modes->has_mouse && modes->has_mouse_encoding);
    assert_true(modes->has_bracketed_paste && modes->has_focus);
    assert_int_equal(modes->kitty_depth, 1);
    assert_true(modes->has_other_keys);
    assert_in_range(modes->frame_count, 1, 100);
    pty_program_free(program);
}

static void check_refused(const char *setting, const char *sentence)
{
    const char *const environment[] = {setting, NULL};
    struct pty_program *program = start_sized(environment, 80, 24);
    int status;
    assert_true(pty_program_wait_exit(program, &status));
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 2);
    assert_true(pty_program_has_text(program, sentence));
    assert_false(pty_program_has_output(program, "\033", 1));
    assert_true(pty_program_is_restored(program));
    pty_program_free(program);
}

static void screen_start__refuses__bad_terminal_types(void **state)
{
    (void)state;
    check_refused("TERM", "TERM is not set");
    check_refused("TERM=dumb", "cannot place the cursor");
    check_refused("TERM=nonsense", "not known");
}

/* --- Keys, paste, size ------------------------------------------------------------ */

static void screen_keys__arrive__by_name(void **state)
{
    (void)state;
    static const char *const names[] = {
        "b",         "Up",           "Alt-Enter", "Ctrl-P",      "F1",     "F12",
        "Shift-Tab", "PgUp",         "Ctrl-Left", "Alt-1",       "é",      "Ctrl-Space",
        "Backspace", "Alt-Shift-Up", "Enter",     "Shift-Enter", "Delete", "Esc"};
    struct pty_program *program = start_ready(NULL);
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        struct key key;
        char name[KEY_NAME_SIZE];
        char wanted[100];
        assert_true(key_parse(names[i], &key));
        key_format(&key, name);
        snprintf(wanted, sizeof(wanted), "key %zu: %s at", i + 1, name);
        pty_program_press(program, names[i]);
        assert_true(pty_program_wait_text(program, wanted));
    }
    pty_program_free(program);
}

static void screen_keys__mouse__with_cell(void **state)
{
    (void)state;
    struct pty_program *program = start_ready(NULL);
    pty_program_click(program, 12, 7);
    assert_true(pty_program_wait_text(program, "key 2:"));
    assert_true(pty_program_wait_text(program, "at 12,7"));
    pty_program_wheel(program, 3, 4, true);
    assert_true(pty_program_wait_text(program, "key 3:"));
    assert_true(pty_program_wait_text(program, "at 3,4"));
    pty_program_free(program);
}

static void screen_paste__arrives__whole(void **state)
{
    (void)state;
    struct pty_program *program = start_ready(NULL);
    pty_program_paste(program, "one\rtwo");
    assert_true(pty_program_wait_text(program, "paste 7: one"));
    pty_program_free(program);
}

static void screen_set_mouse__off__leaves_selection(void **state)
{
    (void)state;
    struct pty_program *program = start_ready(NULL);
    pty_program_type(program, "m");
    assert_true(pty_program_wait_output(program, "\033[?1000l", 8));
    assert_false(vt_screen_get_modes(pty_program_get_screen(program))->has_mouse);
    pty_program_free(program);
}

static void screen_resize__redraws__at_every_size(void **state)
{
    (void)state;
    static const int sizes[][2] = {{120, 40}, {20, 5}, {200, 60}, {9, 2}, {80, 24}};
    struct pty_program *program = start_ready(NULL);
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        char wanted[40];
        snprintf(wanted, sizeof(wanted), "probe %dx%d", sizes[i][0], sizes[i][1]);
        wanted[sizes[i][0] < 39 ? sizes[i][0] : 39] = '\0';
        pty_program_resize(program, sizes[i][0], sizes[i][1]);
        assert_true(pty_program_wait_text(program, wanted));
    }
    assert_true(pty_program_wait_text(program, "bottom"));
    assert_string_equal(pty_program_get_line(program, 23), "bottom");
    pty_program_free(program);
}

/* --- Stop and continue ------------------------------------------------------------ */

static void check_stop_and_continue(struct pty_program *program)
{
    assert_true(pty_program_wait_stopped(program));
    assert_true(pty_program_is_restored(program));
    assert_false(pty_program_has_text(program, "probe"));
    pty_program_resize(program, 100, 30);
    pty_program_continue(program);
    assert_true(pty_program_wait_text(program, "probe 100x30"));
    assert_true(pty_program_wait_text(program, "bottom"));
    assert_true(vt_screen_get_modes(pty_program_get_screen(program))->has_mouse);
    pty_program_type(program, "q");
    assert_ends_restored(program, 0);
}

static void screen_suspend__ctrl_z__gives_back_and_returns(void **state)
{
    (void)state;
    struct pty_program *program = start_ready(NULL);
    pty_program_press(program, "Ctrl-Z");
    check_stop_and_continue(program);
}

static void screen_suspend__sigtstp__gives_back_and_returns(void **state)
{
    (void)state;
    struct pty_program *program = start_ready(NULL);
    pty_program_signal(program, SIGTSTP);
    check_stop_and_continue(program);
}

static void screen_suspend__twice__works(void **state)
{
    (void)state;
    struct pty_program *program = start_ready(NULL);
    for (int i = 0; i < 2; i++) {
        pty_program_press(program, "Ctrl-Z");
        assert_true(pty_program_wait_stopped(program));
        assert_true(pty_program_is_restored(program));
        pty_program_continue(program);
        assert_true(pty_program_wait_text(program, "bottom"));
    }
    pty_program_type(program, "q");
    assert_ends_restored(program, 0);
}

/* True once the whole screen has been painted again behind the output's place `user`. */
static bool paints_again(struct pty_program *program, void *user)
{
    const size_t *before = user;
    size_t len;
    const char *output = pty_program_get_output(program, &len);
    return strstr(output + *before, "probe 80x24") != NULL;
}

static void screen_continue__after_sigstop__repaints(void **state)
{
    (void)state;
    struct pty_program *program = start_ready(NULL);
    size_t before;
    pty_program_signal(program, SIGSTOP);
    assert_true(pty_program_wait_stopped(program));
    pty_program_get_output(program, &before);
    pty_program_continue(program);
    pty_program_type(program, "b");
    assert_true(pty_program_wait_text(program, "key 1: b"));
    /* The key may be handled before the signal. */
    assert_true(pty_program_wait_until(program, paints_again, &before));
    pty_program_type(program, "q");
    assert_ends_restored(program, 0);
}

/* --- Ways out --------------------------------------------------------------------- */

static void screen_stop__quit__restores(void **state)
{
    (void)state;
    struct pty_program *program = start_ready(NULL);
    pty_program_type(program, "q");
    assert_true(pty_program_wait_text(program, "ended"));
    assert_ends_restored(program, 0);
}

static void screen_stop__exit__restores(void **state)
{
    (void)state;
    struct pty_program *program = start_ready("LSAN_OPTIONS=exitcode=7");
    pty_program_type(program, "x");
    int status;
    assert_true(pty_program_wait_exit(program, &status));
    assert_int_equal(WEXITSTATUS(status), 7);
    assert_true(pty_program_is_restored(program));
    pty_program_free(program);
}

static void check_killed(int signal_number)
{
    struct pty_program *program = start_ready(NO_CRASH_REPORT);
    pty_program_signal(program, signal_number);
    assert_ends_restored(program, signal_number);
}

static void screen_stop__sigterm__restores(void **state)
{
    (void)state;
    check_killed(SIGTERM);
}

static void screen_stop__sighup__restores(void **state)
{
    (void)state;
    check_killed(SIGHUP);
}

static void screen_crash__fatal_signals_from_outside__restore(void **state)
{
    (void)state;
    static const int signals[] = {SIGSEGV, SIGBUS,  SIGFPE, SIGILL,
                                  SIGABRT, SIGTRAP, SIGQUIT};
    for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
        check_killed(signals[i]);
}

static void screen_crash__segv_of_its_own__restores(void **state)
{
    (void)state;
    struct pty_program *program = start_ready(NO_CRASH_REPORT);
    pty_program_type(program, "v");
    assert_ends_restored(program, SIGSEGV);
}

static void screen_crash__abort__restores(void **state)
{
    (void)state;
    struct pty_program *program = start_ready(NO_CRASH_REPORT);
    pty_program_type(program, "a");
    assert_ends_restored(program, SIGABRT);
}

static void screen_hangup__ends_program(void **state)
{
    (void)state;
    struct pty_program *program = start_ready(NO_CRASH_REPORT);
    pty_program_hang_up(program);
    int status;
    assert_true(pty_program_wait_exit(program, &status));
    assert_true(WIFSIGNALED(status));
    assert_int_equal(WTERMSIG(status), SIGHUP);
    pty_program_free(program);
}

static void screen_stop__unread_mouse_reports__are_dropped(void **state)
{
    (void)state;
    struct pty_program *program = start_ready(NULL);
    /* The reports come in one piece with the key that ends the program. */
    pty_program_type(program, "q\033[<0;1;1M\033[<0;1;1m\033[<0;1;1M");
    assert_ends_restored(program, 0);
}

/* --- A terminal that does not read ------------------------------------------------ */

struct report {
    char folder[64];
    char path[96];
    int fd;
};

static void report_open(struct report *report)
{
    snprintf(report->folder, sizeof(report->folder), "/tmp/motet-test-XXXXXX");
    assert_non_null(mkdtemp(report->folder));
    snprintf(report->path, sizeof(report->path), "%s/report", report->folder);
    assert_int_equal(mkfifo(report->path, 0600), 0);
    report->fd = open(report->path, O_RDWR | O_NONBLOCK | O_CLOEXEC);
    assert_true(report->fd >= 0);
}

static void report_close(struct report *report)
{
    close(report->fd);
    unlink(report->path);
    rmdir(report->folder);
}

static void read_report(struct report *report, int *ticks, int *frames)
{
    char text[64] = "";
    struct pollfd wait = {.fd = report->fd, .events = POLLIN};
    assert_int_equal(poll(&wait, 1, 30000), 1);
    assert_true(read(report->fd, text, sizeof(text) - 1) > 0);
    char *rest = NULL;
    *ticks = (int)strtol(text, &rest, 10);
    *frames = (int)strtol(rest, NULL, 10);
}

static void screen_draw__terminal_that_does_not_read__skips_frames(void **state)
{
    (void)state;
    struct report report;
    report_open(&report);
    char setting[128];
    snprintf(setting, sizeof(setting), "PROBE_REPORT=%s", report.path);
    struct pty_program *program = start_ready(setting);
    pty_program_set_paused(program, true);
    pty_program_type(program, "F");
    int ticks;
    int frames;
    read_report(&report, &ticks, &frames);
    assert_int_equal(ticks, 3000);
    assert_in_range(frames, 1, 200);
    pty_program_set_paused(program, false);
    assert_true(pty_program_wait_text(program, "tick 3000."));
    assert_string_equal(pty_program_get_line(program, 23), "bottom");
    assert_string_equal(pty_program_get_line(program, 2), "wide 世界 x\xcc\x81 end");
    pty_program_type(program, "q");
    assert_ends_restored(program, 0);
    report_close(&report);
}

static void screen_stop__terminal_that_does_not_read__still_ends(void **state)
{
    (void)state;
    struct report report;
    report_open(&report);
    char setting[128];
    snprintf(setting, sizeof(setting), "PROBE_REPORT=%s", report.path);
    struct pty_program *program = start_ready(setting);
    pty_program_set_paused(program, true);
    pty_program_type(program, "F");
    int ticks;
    int frames;
    read_report(&report, &ticks, &frames);
    pty_program_signal(program, SIGTERM);
    int status;
    assert_true(pty_program_wait_exit(program, &status));
    assert_true(WIFSIGNALED(status));
    assert_int_equal(WTERMSIG(status), SIGTERM);
    pty_program_free(program);
    report_close(&report);
}

/* --- Recording -------------------------------------------------------------------- */

static void check_cast_line(char *line, bool is_header)
{
    cJSON *json = json_parse(line, strlen(line));
    assert_non_null(json);
    assert_true(is_header ? cJSON_IsObject(json) : cJSON_IsArray(json));
    if (!is_header) {
        assert_int_equal(cJSON_GetArraySize(json), 3);
        assert_true(cJSON_IsNumber(cJSON_GetArrayItem(json, 0)));
        assert_true(cJSON_IsString(cJSON_GetArrayItem(json, 2)));
    }
    cJSON_Delete(json);
}

static void screen_cast__records__output_and_size(void **state)
{
    (void)state;
    char path[] = "/tmp/motet-cast-XXXXXX";
    const int fd = mkstemp(path);
    assert_true(fd >= 0);
    close(fd);
    char setting[128];
    snprintf(setting, sizeof(setting), "PROBE_CAST=%s", path);
    struct pty_program *program = start_ready(setting);
    pty_program_resize(program, 90, 25);
    assert_true(pty_program_wait_text(program, "probe 90x25"));
    pty_program_type(program, "q");
    assert_ends_restored(program, 0);
    struct strbuf text;
    strbuf_init(&text, STRBUF_OWN_MAX);
    assert_true(path_read_file(path, &text, NULL));
    assert_non_null(strstr(text.text, "\"version\":2,\"width\":80,\"height\":24"));
    assert_non_null(strstr(text.text, "\"r\",\"90x25\"]"));
    assert_non_null(strstr(text.text, "世界"));
    bool is_header = true;
    for (char *line = text.text; *line != '\0'; is_header = false) {
        char *end = strchr(line, '\n');
        assert_non_null(end);
        *end = '\0';
        check_cast_line(line, is_header);
        line = end + 1;
    }
    strbuf_clear(&text);
    unlink(path);
}

static void screen_cast__bad_path__refused_before_the_screen(void **state)
{
    (void)state;
    const char *const environment[] = {"PROBE_CAST=/nonexistent/x.cast", NULL};
    struct pty_program *program = start_sized(environment, 80, 24);
    int status;
    assert_true(pty_program_wait_exit(program, &status));
    assert_int_equal(WEXITSTATUS(status), 2);
    assert_true(pty_program_has_text(program, "/nonexistent/x.cast"));
    assert_true(pty_program_is_restored(program));
    pty_program_free(program);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(screen_draw__shows__on_xterm),
        cmocka_unit_test(screen_draw__shows__on_screen),
        cmocka_unit_test(screen_draw__shows__on_tmux),
        cmocka_unit_test(screen_draw__shows__on_linux_console),
        cmocka_unit_test(screen_draw__shows__on_vt100),
        cmocka_unit_test(screen_draw__wide_cells__two_columns),
        cmocka_unit_test(screen_draw__no_color__default_colors_only),
        cmocka_unit_test(screen_start__modes__are_on),
        cmocka_unit_test(screen_start__refuses__bad_terminal_types),
        cmocka_unit_test(screen_keys__arrive__by_name),
        cmocka_unit_test(screen_keys__mouse__with_cell),
        cmocka_unit_test(screen_paste__arrives__whole),
        cmocka_unit_test(screen_set_mouse__off__leaves_selection),
        cmocka_unit_test(screen_resize__redraws__at_every_size),
        cmocka_unit_test(screen_suspend__ctrl_z__gives_back_and_returns),
        cmocka_unit_test(screen_suspend__sigtstp__gives_back_and_returns),
        cmocka_unit_test(screen_suspend__twice__works),
        cmocka_unit_test(screen_continue__after_sigstop__repaints),
        cmocka_unit_test(screen_stop__quit__restores),
        cmocka_unit_test(screen_stop__exit__restores),
        cmocka_unit_test(screen_stop__sigterm__restores),
        cmocka_unit_test(screen_stop__sighup__restores),
        cmocka_unit_test(screen_crash__fatal_signals_from_outside__restore),
        cmocka_unit_test(screen_crash__segv_of_its_own__restores),
        cmocka_unit_test(screen_crash__abort__restores),
        cmocka_unit_test(screen_hangup__ends_program),
        cmocka_unit_test(screen_stop__unread_mouse_reports__are_dropped),
        cmocka_unit_test(screen_draw__terminal_that_does_not_read__skips_frames),
        cmocka_unit_test(screen_stop__terminal_that_does_not_read__still_ends),
        cmocka_unit_test(screen_cast__records__output_and_size),
        cmocka_unit_test(screen_cast__bad_path__refused_before_the_screen),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
