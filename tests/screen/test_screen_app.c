/*
 * The real program in a pseudo-terminal: what a person sees of the demo, every way out,
 * and what the terminal may never receive.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "src/base/json.h"
#include "src/base/mem.h"
#include "src/base/path.h"
#include "src/base/strbuf.h"
#include "tests/support/pty_program.h"
#include "tests/support/raw_server.h"

/* The sanitizers would report the crashes that these tests are about. */
#define NO_CRASH_REPORT                                                                  \
    "ASAN_OPTIONS=handle_segv=0:handle_sigbus=0:handle_abort=0:handle_sigfpe=0:"         \
    "handle_sigill=0:handle_sigtrap=0:detect_leaks=0"

#define FIRST_NOTICE "press Enter to send it to all panes"

static const char *program_path(void)
{
    static char path[1024];
    const char *folder = getenv("MOTET_BUILDDIR");
    snprintf(path, sizeof(path), "%s/motet", folder != NULL ? folder : ".");
    return path;
}

/* Starts motet with up to six arguments. */
static struct pty_program *start(const char *const *args, const char *setting, int width,
                                 int height)
{
    const char *argv[8] = {program_path()};
    for (size_t i = 0; i < 6 && args[i] != NULL; i++)
        argv[i + 1] = args[i];
    const char *const environment[] = {setting, NULL};
    return pty_program_start(&(struct pty_options){
        .argv = argv, .environment = environment, .width = width, .height = height});
}

/* No tools: nothing waits for an answer. */
static struct pty_program *start_demo(const char *setting)
{
    static const char *const args[] = {"demo", "--speed", "20", "--tools", "", NULL};
    struct pty_program *program = start(args, setting, 100, 30);
    assert_true(pty_program_wait_text(program, FIRST_NOTICE));
    return program;
}

/* Starts one pane of the model and sends the prompt. */
static struct pty_program *start_model(const char *model, int width, int height)
{
    const char *const args[] = {"-m", model, "go", NULL};
    return start(args, NULL, width, height);
}

static void assert_exits(struct pty_program *program, int code)
{
    int status = 0;
    assert_true(pty_program_wait_exit(program, &status));
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), code);
    assert_true(pty_program_is_restored(program));
    pty_program_free(program);
}

static void assert_killed(struct pty_program *program, int signal_number)
{
    int status = 0;
    assert_true(pty_program_wait_exit(program, &status));
    assert_true(WIFSIGNALED(status));
    assert_int_equal(WTERMSIG(status), signal_number);
    assert_true(pty_program_is_restored(program));
    pty_program_free(program);
}

/* Waits for it, for what follows an Esc at once is taken for one key with it. */
static void enter_normal_mode(struct pty_program *program)
{
    pty_program_press(program, "Esc");
    assert_true(pty_program_wait_text(program, "\xc2\xb7 normal mode"));
}

static void quit(struct pty_program *program)
{
    enter_normal_mode(program);
    pty_program_type(program, "qq");
    assert_exits(program, 0);
}

static size_t count_text(struct pty_program *program, const char *text)
{
    size_t count = 0;
    for (const char *at = pty_program_get_text(program); (at = strstr(at, text)) != NULL;
         at += strlen(text))
        count++;
    return count;
}

static bool has_four_done(struct pty_program *program, void *user)
{
    (void)user;
    return count_text(program, "✓ done") == 4 && count_text(program, "TTFT ") == 4;
}

static bool has_four_framed(struct pty_program *program, void *user)
{
    return has_four_done(program, user) && count_text(program, "┐┌") == 2 &&
           count_text(program, "┘└") == 2;
}

/* --- What is seen ------------------------------------------------------------------ */

static void motet_demo__first_screen__has_four_panes_and_a_prompt(void **state)
{
    (void)state;
    struct pty_program *program = start_demo(NULL);
    assert_true(pty_program_has_text(program, "┌ 1 sage"));
    assert_true(pty_program_has_text(program, "┌ 2 coder"));
    assert_true(pty_program_has_text(program, "┌ 3 thinker"));
    assert_true(pty_program_has_text(program, "┌ 4 tools"));
    assert_true(pty_program_has_text(program, "to all 4"));
    assert_true(pty_program_has_text(program, "> What makes several voices"));
    pty_program_press(program, "Ctrl-C");
    quit(program);
}

static void motet_demo__enter__streams_four_panes(void **state)
{
    (void)state;
    struct pty_program *program = start_demo(NULL);
    pty_program_press(program, "Enter");
    assert_true(pty_program_wait_text(program, "4 running"));
    assert_true(pty_program_wait_no_text(program, "> What makes"));
    /* Typing goes on meanwhile. */
    pty_program_type(program, "next");
    assert_true(pty_program_wait_text(program, "> next"));
    assert_true(pty_program_wait_until(program, has_four_done, NULL));
    pty_program_press(program, "Ctrl-C");
    quit(program);
}

static void motet_demo__resize_while_streaming__ends_right(void **state)
{
    (void)state;
    static const int sizes[][2] = {{200, 50}, {20, 5}, {61, 13}, {240, 64}, {80, 24}};
    struct pty_program *program = start_demo(NULL);
    pty_program_press(program, "Enter");
    assert_true(pty_program_wait_text(program, " running"));
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        pty_program_resize(program, sizes[i][0], sizes[i][1]);
        pty_program_type(program, "x");
        char expected[20] = "> ";
        memset(expected + 2, 'x', i + 1);
        assert_true(pty_program_wait_text(program, expected));
    }
    assert_true(pty_program_wait_until(program, has_four_framed, NULL));
    pty_program_press(program, "Ctrl-C");
    quit(program);
}

static void motet_demo__keys_and_wheel__scroll(void **state)
{
    (void)state;
    struct pty_program *program =
        start_model("demo/sage?rate=0&ttft=0&tokens=600", 80, 24);
    assert_true(pty_program_wait_text(program, "✓ done"));
    pty_program_press(program, "PgUp");
    assert_true(pty_program_wait_text(program, "↓ more below"));
    pty_program_press(program, "Ctrl-End");
    assert_true(pty_program_wait_no_text(program, "↓ more below"));
    pty_program_wheel(program, 10, 10, true);
    assert_true(pty_program_wait_text(program, "↓ more below"));
    int x;
    int y;
    assert_true(pty_program_find_text(program, "more below", &x, &y));
    pty_program_click(program, x, y);
    assert_true(pty_program_wait_no_text(program, "↓ more below"));
    quit(program);
}

static void motet_demo__click__focuses_and_ticks(void **state)
{
    (void)state;
    struct pty_program *program = start_demo(NULL);
    int x;
    int y;
    assert_true(pty_program_find_text(program, "✓2 coder", &x, &y));
    pty_program_click(program, x, y);
    assert_true(pty_program_wait_text(program, "2 coder (not ticked)"));
    pty_program_press(program, "Ctrl-C");
    quit(program);
}

static void motet_demo__paste__does_not_send(void **state)
{
    (void)state;
    struct pty_program *program = start_demo(NULL);
    pty_program_press(program, "Ctrl-C");
    assert_true(pty_program_wait_text(program, "cleared"));
    pty_program_paste(program, "first line\rsecond line\r");
    assert_true(pty_program_wait_text(program, "> first line"));
    assert_true(pty_program_wait_text(program, "  second line"));
    assert_false(pty_program_has_text(program, "running"));
    assert_false(pty_program_has_text(program, "› first line"));
    pty_program_press(program, "Ctrl-C");
    quit(program);
}

static void motet_demo__help__opens_and_closes(void **state)
{
    (void)state;
    struct pty_program *program = start_demo(NULL);
    pty_program_press(program, "F1");
    assert_true(pty_program_wait_text(program, "keys: while typing"));
    pty_program_press(program, "PgDn");
    assert_true(pty_program_wait_text(program, "go to the next pane"));
    pty_program_press(program, "Esc");
    assert_true(pty_program_wait_no_text(program, "keys: while typing"));
    pty_program_press(program, "Ctrl-C");
    quit(program);
}

static void check_size(int width, int height)
{
    static const char *const args[] = {"-m", "demo/echo?rate=0&ttft=0", NULL};
    struct pty_program *program = start(args, NULL, width, height);
    assert_true(pty_program_wait_text(program, ">"));
    pty_program_type(program, "hello");
    assert_true(pty_program_wait_text(program, "> hello"));
    pty_program_press(program, "Enter");
    assert_true(pty_program_wait_text(program, "✓ done"));
    assert_true(pty_program_wait_text(program, "hello"));
    pty_program_press(program, "Ctrl-D");
    assert_exits(program, 0);
}

static void motet__any_size__works(void **state)
{
    (void)state;
    check_size(20, 5);
    check_size(80, 24);
    check_size(200, 50);
}

/* --- Ways out ----------------------------------------------------------------------- */

static void motet_quit__ctrl_c_twice__restores(void **state)
{
    (void)state;
    struct pty_program *program = start_demo(NULL);
    pty_program_press(program, "Ctrl-C");
    assert_true(pty_program_wait_text(program, "cleared"));
    pty_program_press(program, "Ctrl-C");
    assert_true(pty_program_wait_text(program, "press Ctrl-C again to quit"));
    pty_program_press(program, "Ctrl-C");
    assert_exits(program, 0);
}

static void motet_quit__ctrl_d_on_empty__restores(void **state)
{
    (void)state;
    struct pty_program *program = start_demo(NULL);
    pty_program_press(program, "Ctrl-U");
    assert_true(pty_program_wait_no_text(program, "What makes"));
    pty_program_press(program, "Ctrl-D");
    assert_exits(program, 0);
}

static void motet_quit__q_while_streaming__asks_then_restores(void **state)
{
    (void)state;
    struct pty_program *program = start_model("demo/stall?rate=0&ttft=0", 80, 24);
    assert_true(pty_program_wait_text(program, "1 running"));
    enter_normal_mode(program);
    pty_program_type(program, "q");
    assert_true(pty_program_wait_text(program, "press again to quit"));
    pty_program_type(program, "q");
    assert_exits(program, 0);
}

/* A demo whose four panes stream. */
static struct pty_program *start_streaming(const char *setting)
{
    static const char *const args[] = {"demo", NULL};
    struct pty_program *program = start(args, setting, 100, 30);
    assert_true(pty_program_wait_text(program, FIRST_NOTICE));
    pty_program_press(program, "Enter");
    assert_true(pty_program_wait_text(program, "4 running"));
    return program;
}

static void motet_quit__sigterm__is_143(void **state)
{
    (void)state;
    struct pty_program *program = start_streaming(NULL);
    pty_program_signal(program, SIGTERM);
    assert_exits(program, 143);
}

static void motet_quit__sighup__is_129(void **state)
{
    (void)state;
    struct pty_program *program = start_streaming(NULL);
    pty_program_signal(program, SIGHUP);
    assert_exits(program, 129);
}

static void motet_crash__fatal_signals__restore(void **state)
{
    (void)state;
    static const int signals[] = {SIGSEGV, SIGABRT};
    for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++) {
        struct pty_program *program = start_streaming(NO_CRASH_REPORT);
        pty_program_signal(program, signals[i]);
        assert_killed(program, signals[i]);
    }
}

static void motet_hangup__terminal_gone__ends(void **state)
{
    (void)state;
    struct pty_program *program = start_streaming(NULL);
    pty_program_hang_up(program);
    int status = 0;
    assert_true(pty_program_wait_exit(program, &status));
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 129);
    pty_program_free(program);
}

static void motet_suspend__ctrl_z_and_fg__goes_on(void **state)
{
    (void)state;
    struct pty_program *program = start_streaming(NULL);
    pty_program_press(program, "Ctrl-Z");
    assert_true(pty_program_wait_stopped(program));
    assert_true(pty_program_is_restored(program));
    assert_false(pty_program_has_text(program, "1 sage"));
    pty_program_resize(program, 90, 28);
    pty_program_continue(program);
    assert_true(pty_program_wait_text(program, "┌ 1 sage"));
    assert_true(pty_program_wait_text(program, "running"));
    pty_program_type(program, "typed");
    assert_true(pty_program_wait_text(program, "> typed"));
    pty_program_press(program, "Ctrl-C"); /* the answer */
    assert_true(pty_program_wait_text(program, "■ stopped"));
    pty_program_press(program, "Ctrl-C"); /* the draft */
    assert_true(pty_program_wait_text(program, "cleared"));
    quit(program);
}

/* --- Without a screen ----------------------------------------------------------------
 */

static void check_lines(const char *setting)
{
    static const char *const args[] = {"demo", "--speed", "200", NULL};
    struct pty_program *program = start(args, setting, 100, 50);
    int status = 0;
    assert_true(pty_program_wait_exit(program, &status));
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
    assert_true(pty_program_has_output(program, "== demo/sage", 12));
    assert_true(pty_program_has_output(program, "== demo/tools", 13));
    assert_false(pty_program_has_output(program, "\033", 1));
    assert_true(pty_program_is_restored(program));
    pty_program_free(program);
}

static void motet_demo__dumb_terminal__runs_in_lines(void **state)
{
    (void)state;
    check_lines("TERM=dumb");
}

static void motet_demo__no_terminal_type__runs_in_lines(void **state)
{
    (void)state;
    check_lines("TERM");
}

static void motet__prompt_from_a_pipe__keys_from_the_terminal(void **state)
{
    (void)state;
    char command[2048];
    snprintf(command, sizeof(command),
             "echo piped words | '%s' -m 'demo/echo?rate=0&ttft=0'", program_path());
    const char *const argv[] = {"/bin/sh", "-c", command, NULL};
    struct pty_program *program =
        pty_program_start(&(struct pty_options){.argv = argv, .width = 80, .height = 24});
    assert_true(pty_program_wait_text(program, "› piped words"));
    assert_true(pty_program_wait_text(program, "✓ done"));
    pty_program_type(program, "typed");
    assert_true(pty_program_wait_text(program, "> typed"));
    pty_program_press(program, "Ctrl-C");
    assert_true(pty_program_wait_text(program, "cleared"));
    quit(program);
}

/* --- Wide characters ------------------------------------------------------------------
 */

static bool has_cell(struct pty_program *program, int x, int y, const char *text)
{
    struct vt_cell cell;
    return vt_screen_get_cell(pty_program_get_screen(program), x, y, &cell) &&
           strcmp(cell.text, text) == 0;
}

/* True if the only pane's edges stand in their columns in every row. */
static bool has_edges(struct pty_program *program, void *user)
{
    int width;
    int height;
    (void)user;
    vt_screen_get_size(pty_program_get_screen(program), &width, &height);
    const int last = height - 4; /* above chips, text and status */
    bool ok =
        has_cell(program, width - 1, 0, "┐") && has_cell(program, width - 1, last, "┘");
    for (int y = 1; y < last; y++)
        ok = ok && has_cell(program, 0, y, "│") && has_cell(program, width - 1, y, "│");
    return ok;
}

static void assert_edges(struct pty_program *program)
{
    if (!has_edges(program, NULL))
        fprintf(stderr, "%s---\n", pty_program_get_text(program));
    assert_true(has_edges(program, NULL));
}

static bool is_at_top(struct pty_program *program, void *user)
{
    (void)user;
    return pty_program_has_text(program, "› go");
}

static void motet_polyglot__every_row__keeps_its_columns(void **state)
{
    (void)state;
    static const int widths[] = {80, 79, 61, 33};
    struct pty_program *program =
        start_model("demo/polyglot?rate=0&ttft=0&tokens=400", 80, 24);
    assert_true(pty_program_wait_text(program, "✓ done"));
    for (size_t i = 0; i < sizeof(widths) / sizeof(widths[0]); i++) {
        char mark[8];
        snprintf(mark, sizeof(mark), "> %.*s", (int)i + 1, "xxxx");
        pty_program_resize(program, widths[i], 24);
        pty_program_type(program, "x");
        assert_true(pty_program_wait_text(program, mark));
        assert_true(pty_program_wait_until(program, has_edges, NULL));
        for (int page = 0; page < 4; page++) {
            pty_program_press(program, "PgUp");
            pty_program_type(program, "y");
            assert_true(pty_program_wait_text(program, "xy"));
            pty_program_press(program, "Backspace");
            assert_true(pty_program_wait_no_text(program, "xy"));
            assert_edges(program);
        }
    }
    pty_program_press(program, "Ctrl-Home");
    assert_true(pty_program_wait_until(program, is_at_top, NULL));
    assert_edges(program);
    pty_program_press(program, "Ctrl-C");
    quit(program);
}

/* --- A server of our own ---------------------------------------------------------------
 */

/* A raw_server in a process of its own, for this one waits in poll(). */
struct served {
    pid_t pid;
    char url[64];
    int done; /* readable when the answer has been taken and the connection closed */
};

_Noreturn static void serve(struct ev_loop *loop, const struct raw_server *server,
                            int done)
{
    /* Whatever becomes of the test, nothing is left behind. */
    alarm(60);
    bool is_told = false;
    ev_loop_fork(loop);
    for (;;) {
        ev_run(loop, EVRUN_ONCE);
        const bool is_over =
            raw_server_count_requests(server) > 0 && raw_server_count_open(server) == 0;
        if (is_over && !is_told)
            is_told = write(done, "x", 1) == 1;
    }
}

static void served_start(struct served *served, const struct raw_step *steps,
                         size_t count)
{
    int ends[2];
    struct ev_loop *loop = ev_loop_new(EVFLAG_AUTO);
    struct raw_server *server = raw_server_new(loop);
    raw_server_answer(server, steps, count);
    snprintf(served->url, sizeof(served->url), "%s", raw_server_get_url(server));
    assert_int_equal(pipe(ends), 0);
    served->pid = fork();
    assert_true(served->pid >= 0);
    if (served->pid == 0)
        serve(loop, server, ends[1]);
    close(ends[1]);
    served->done = ends[0];
    raw_server_free(server);
    ev_loop_destroy(loop);
}

static void served_stop(struct served *served)
{
    kill(served->pid, SIGKILL);
    waitpid(served->pid, NULL, 0);
    close(served->done);
}

static struct pty_program *start_served(const struct served *served)
{
    const char *const args[] = {"--url", served->url, "-m", "model", "go", NULL};
    return start(args, NULL, 80, 24);
}

#define SSE_HEAD                                                                         \
    "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"

static cJSON *find_case(const cJSON *cases, const char *id)
{
    cJSON *item = NULL;
    const cJSON *list = cJSON_GetObjectItemCaseSensitive(cases, "cases");
    cJSON_ArrayForEach(item, list)
    {
        const char *name =
            cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(item, "id"));
        if (name != NULL && strcmp(name, id) == 0)
            return item;
    }
    return NULL;
}

static void read_stream_file(const char *name, struct strbuf *out)
{
    const char *folder = getenv("MOTET_SRCDIR");
    char *path =
        strbuf_format("%s/tests/streams/%s", folder != NULL ? folder : ".", name);
    assert_true(path_read_file(path, out, NULL));
    mem_free(path);
}

static void assert_no_hex(struct pty_program *program, const char *hex)
{
    char bytes[32];
    size_t len = 0;
    for (; hex[0] != '\0' && hex[1] != '\0'; hex += 2) {
        const char digits[3] = {hex[0], hex[1], '\0'};
        char *end;
        bytes[len++] = (char)strtoul(digits, &end, 16);
        assert_true(*end == '\0');
    }
    assert_true(len > 0);
    assert_false(pty_program_has_output(program, bytes, len));
}

static void check_display(struct pty_program *program, const cJSON *display)
{
    const cJSON *item = NULL;
    const cJSON *shown = cJSON_GetObjectItemCaseSensitive(display, "must_show");
    const cJSON *banned = cJSON_GetObjectItemCaseSensitive(display, "must_not_emit_hex");
    assert_true(cJSON_GetArraySize(banned) > 0);
    cJSON_ArrayForEach(item, shown)
        assert_true(pty_program_wait_text(program, cJSON_GetStringValue(item)));
    assert_true(pty_program_wait_text(program, "✓ done"));
    cJSON_ArrayForEach(item, banned) assert_no_hex(program, cJSON_GetStringValue(item));
}

static void motet_escapes__in_an_answer__never_reach_the_terminal(void **state)
{
    (void)state;
    struct strbuf text;
    struct strbuf body;
    strbuf_init(&text, STRBUF_OWN_MAX);
    strbuf_init(&body, STRBUF_OWN_MAX);
    read_stream_file("cases.json", &text);
    cJSON *cases = json_parse(strbuf_text(&text), text.len);
    const cJSON *escapes = find_case(cases, "oa-escapes");
    assert_non_null(escapes);
    read_stream_file("oa-escapes.sse", &body);
    struct served served;
    const struct raw_step steps[] = {
        {.action = RAW_SEND, .bytes = SSE_HEAD},
        {.action = RAW_SEND, .bytes = strbuf_text(&body), .len = body.len},
        {.action = RAW_CLOSE}};
    served_start(&served, steps, 3);
    struct pty_program *program = start_served(&served);
    check_display(program, cJSON_GetObjectItemCaseSensitive(escapes, "display"));
    assert_true(pty_program_wait_until(program, has_edges, NULL));
    quit(program);
    served_stop(&served);
    strbuf_clear(&text);
    strbuf_clear(&body);
    cJSON_Delete(cases);
}

/* An answer so long that no buffer of the system holds it. */
static void append_long_answer(struct strbuf *out)
{
    strbuf_append_text(out, SSE_HEAD);
    for (int i = 0; i < 60000; i++)
        strbuf_append_format(
            out,
            "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"w%d 漢字 "
            "\"}}]}\n\n",
            i);
    strbuf_append_text(out, "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":"
                            "\"THE END\"},\"finish_reason\":\"stop\"}]}\n\n"
                            "data: [DONE]\n\n");
}

static void motet_terminal__that_stops_reading__is_right_afterwards(void **state)
{
    (void)state;
    struct strbuf answer;
    struct served served;
    strbuf_init(&answer, STRBUF_OWN_MAX);
    append_long_answer(&answer);
    const struct raw_step steps[] = {
        {.action = RAW_SEND, .bytes = strbuf_text(&answer), .len = answer.len},
        {.action = RAW_CLOSE}};
    served_start(&served, steps, 2);
    const char *const args[] = {"--url", served.url, "-m", "model", NULL};
    struct pty_program *program = start(args, NULL, 200, 50);
    assert_true(pty_program_wait_text(program, "┌ 1 model"));
    size_t before;
    pty_program_get_output(program, &before);
    pty_program_type(program, "go");
    pty_program_set_paused(program, true);
    pty_program_press(program, "Enter");
    /* Nobody reads the screen, but the answer is taken to its end. */
    struct pollfd wait = {.fd = served.done, .events = POLLIN};
    assert_int_equal(poll(&wait, 1, 30000), 1);
    pty_program_set_paused(program, false);
    assert_true(pty_program_wait_text(program, "THE END"));
    assert_true(pty_program_wait_text(program, "✓ done"));
    assert_true(pty_program_wait_until(program, has_edges, NULL));
    size_t after;
    pty_program_get_output(program, &after);
    /* Frames were left out: a few screens, not the 60 000 steps to the last. */
    assert_true(after - before < 400000);
    quit(program);
    served_stop(&served);
    strbuf_clear(&answer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(motet_demo__first_screen__has_four_panes_and_a_prompt),
        cmocka_unit_test(motet_demo__enter__streams_four_panes),
        cmocka_unit_test(motet_demo__resize_while_streaming__ends_right),
        cmocka_unit_test(motet_demo__keys_and_wheel__scroll),
        cmocka_unit_test(motet_demo__click__focuses_and_ticks),
        cmocka_unit_test(motet_demo__paste__does_not_send),
        cmocka_unit_test(motet_demo__help__opens_and_closes),
        cmocka_unit_test(motet__any_size__works),
        cmocka_unit_test(motet_quit__ctrl_c_twice__restores),
        cmocka_unit_test(motet_quit__ctrl_d_on_empty__restores),
        cmocka_unit_test(motet_quit__q_while_streaming__asks_then_restores),
        cmocka_unit_test(motet_quit__sigterm__is_143),
        cmocka_unit_test(motet_quit__sighup__is_129),
        cmocka_unit_test(motet_crash__fatal_signals__restore),
        cmocka_unit_test(motet_hangup__terminal_gone__ends),
        cmocka_unit_test(motet_suspend__ctrl_z_and_fg__goes_on),
        cmocka_unit_test(motet_demo__dumb_terminal__runs_in_lines),
        cmocka_unit_test(motet_demo__no_terminal_type__runs_in_lines),
        cmocka_unit_test(motet__prompt_from_a_pipe__keys_from_the_terminal),
        cmocka_unit_test(motet_polyglot__every_row__keeps_its_columns),
        cmocka_unit_test(motet_escapes__in_an_answer__never_reach_the_terminal),
        cmocka_unit_test(motet_terminal__that_stops_reading__is_right_afterwards),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
