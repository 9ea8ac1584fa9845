/*
 * A talk on the screen, recorded and played again: the panes show the same. And the
 * asciicast that a replay writes: read as its specification says, line by line, and fed
 * to a terminal, it gives the screen that was seen.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "src/base/json.h"
#include "src/base/mem.h"
#include "src/base/path.h"
#include "src/base/strbuf.h"
#include "src/base/utf8.h"
#include "tests/support/pty_program.h"

#define WIDTH  100
#define HEIGHT 30

/* The panes: composer and status line differ between talking and watching. */
#define PANE_ROWS (HEIGHT - 3)

static char *make_path(const char *name)
{
    const char *folder = getenv("TMPDIR");
    return strbuf_format("%s/%s-%ld", folder != NULL ? folder : "/tmp", name,
                         (long)getpid());
}

/* Starts motet with up to seven arguments. */
static struct pty_program *start(const char *const *args)
{
    const char *folder = getenv("MOTET_BUILDDIR");
    char *motet = strbuf_format("%s/motet", folder != NULL ? folder : ".");
    const char *argv[10] = {motet};
    for (size_t i = 0; args[i] != NULL; i++)
        argv[i + 1] = args[i];
    struct pty_program *program = pty_program_start(
        &(struct pty_options){.argv = argv, .width = WIDTH, .height = HEIGHT});
    mem_free(motet);
    return program;
}

/* The rows of the panes. Caller frees. */
static char *get_panes(struct pty_program *program)
{
    struct strbuf rows;
    strbuf_init(&rows, STRBUF_OWN_MAX);
    for (int y = 0; y < PANE_ROWS; y++)
        strbuf_append_format(&rows, "%s\n", pty_program_get_line(program, y));
    return strbuf_take(&rows);
}

static void quit(struct pty_program *program)
{
    int status = -1;
    pty_program_press(program, "Ctrl-D");
    assert_true(pty_program_wait_exit(program, &status));
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    assert_true(pty_program_is_restored(program));
    pty_program_free(program);
}

static bool are_both_done(struct pty_program *program, void *user)
{
    (void)user;
    const char *head = pty_program_get_line(program, 0);
    const char *first = strstr(head, "done");
    return first != NULL && strstr(first + 1, "done") != NULL;
}

/* Talks to two models and records it. Returns the panes; caller frees. */
static char *record_talk(const char *path)
{
    struct pty_program *program = start((const char *const[]){
        "demo", "--no-config", "-m", "demo/sage?rate=0,demo/echo?rate=0", "--record",
        path, NULL});
    assert_true(pty_program_wait_text(program, "What makes several voices"));
    pty_program_press(program, "Enter");
    assert_true(pty_program_wait_until(program, are_both_done, NULL));
    char *panes = get_panes(program);
    pty_program_press(program, "Ctrl-U");
    quit(program);
    return panes;
}

static void replay__shows__the_same_panes(void **state)
{
    (void)state;
    char *path = make_path("talk");
    char *panes = record_talk(path);
    struct pty_program *program = start(
        (const char *const[]){"replay", "--no-config", "--speed", "max", path, NULL});
    assert_true(pty_program_wait_text(program, "the recording ends here"));
    char *again = get_panes(program);
    assert_string_equal(again, panes);
    /* It can be looked at, and nothing is sent. */
    pty_program_type(program, "more");
    pty_program_press(program, "Enter");
    assert_true(pty_program_wait_text(program, "nothing is sent"));
    pty_program_press(program, "Ctrl-U");
    quit(program);
    mem_free(again);
    mem_free(panes);
    unlink(path);
    mem_free(path);
}

/* --- The asciicast --------------------------------------------------------------------
 */

/* Reads the header as asciicast v2 has it. */
static void check_header(const cJSON *header)
{
    int64_t number;
    assert_true(cJSON_IsObject(header));
    assert_true(json_get_int(header, "version", &number) && number == 2);
    assert_true(json_get_int(header, "width", &number) && number == WIDTH);
    assert_true(json_get_int(header, "height", &number) && number == HEIGHT);
    assert_true(json_get_int(header, "timestamp", &number) && number > 1500000000);
    assert_string_equal(json_get_string(json_get(header, "env"), "TERM"),
                        "xterm-256color");
}

/* Feeds one event: [time, "o" or "r", data]. Returns its time. */
static double feed_event(struct vt_screen *vt, const cJSON *event, double last)
{
    assert_true(cJSON_IsArray(event) && cJSON_GetArraySize(event) == 3);
    const cJSON *time = cJSON_GetArrayItem(event, 0);
    const cJSON *code = cJSON_GetArrayItem(event, 1);
    const cJSON *data = cJSON_GetArrayItem(event, 2);
    assert_true(cJSON_IsNumber(time) && time->valuedouble >= last);
    assert_true(cJSON_IsString(code) && cJSON_IsString(data));
    assert_true(utf8_is_valid(data->valuestring, strlen(data->valuestring)));
    assert_null(strstr(data->valuestring, "\xef\xbf\xbd"));
    if (strcmp(code->valuestring, "r") == 0) {
        char *end;
        const long width = strtol(data->valuestring, &end, 10);
        assert_true(*end == 'x' && width > 0 && width < 1000);
        const long height = strtol(end + 1, &end, 10);
        assert_true(*end == '\0' && height > 0 && height < 1000);
        vt_screen_resize(vt, (int)width, (int)height);
    } else {
        assert_string_equal(code->valuestring, "o");
        vt_screen_feed(vt, data->valuestring, strlen(data->valuestring));
    }
    return time->valuedouble;
}

static void cast__gives__the_screen_that_was_seen(void **state)
{
    (void)state;
    char *cast = make_path("cast");
    const char *folder = getenv("MOTET_SRCDIR");
    char *path = strbuf_format("%s/recordings/race.jsonl", folder != NULL ? folder : ".");
    struct pty_program *program = start((const char *const[]){
        "replay", "--no-config", "--speed", "max", path, "--cast", cast, NULL});
    assert_true(pty_program_wait_text(program, "the recording ends here"));
    char *seen = get_panes(program);
    assert_non_null(strstr(seen, "Lisbon"));
    quit(program);
    struct strbuf bytes;
    strbuf_init(&bytes, STRBUF_OWN_MAX);
    assert_true(path_read_file(cast, &bytes, NULL));
    struct vt_screen *vt = vt_screen_new(WIDTH, HEIGHT);
    bool is_shown = false;
    double last = 0;
    size_t count = 0;
    for (const char *line = strbuf_text(&bytes); *line != '\0'; count++) {
        const size_t len = strcspn(line, "\n");
        cJSON *json = json_parse(line, len);
        assert_int_equal(line[len], '\n');
        if (count == 0)
            check_header(json);
        else
            last = feed_event(vt, json, last);
        cJSON_Delete(json);
        struct strbuf text;
        strbuf_init(&text, STRBUF_OWN_MAX);
        vt_screen_get_text(vt, &text);
        is_shown = is_shown || strncmp(strbuf_text(&text), seen, strlen(seen)) == 0;
        strbuf_clear(&text);
        line += len + 1;
    }
    assert_true(count > 3);
    assert_true(is_shown);
    vt_screen_free(vt);
    strbuf_clear(&bytes);
    mem_free(seen);
    unlink(cast);
    mem_free(cast);
    mem_free(path);
}

static void cast__plays__in_the_usual_player(void **state)
{
    (void)state;
    char *player = path_find_program("asciinema", getenv("PATH"));
    if (player == NULL) {
        print_message("asciinema is not installed: its player was not tried\n");
        skip();
    }
    char *cast = make_path("played");
    const char *folder = getenv("MOTET_SRCDIR");
    char *path = strbuf_format("%s/recordings/race.jsonl", folder != NULL ? folder : ".");
    struct pty_program *program = start((const char *const[]){
        "replay", "--no-config", "--speed", "max", path, "--cast", cast, NULL});
    assert_true(pty_program_wait_text(program, "the recording ends here"));
    quit(program);
    const char *const argv[] = {player, "cat", cast, NULL};
    int status = -1;
    program = pty_program_start(
        &(struct pty_options){.argv = argv, .width = WIDTH, .height = HEIGHT});
    assert_true(pty_program_wait_exit(program, &status));
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    assert_true(pty_program_has_output(program, "Lisbon", 6));
    pty_program_free(program);
    unlink(cast);
    mem_free(cast);
    mem_free(path);
    mem_free(player);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(replay__shows__the_same_panes),
        cmocka_unit_test(cast__gives__the_screen_that_was_seen),
        cmocka_unit_test(cast__plays__in_the_usual_player),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
