/*
 * A wait in pty_program ends only when the program writes. To wait for a moment instead,
 * an interval timer interrupts its poll(); the condition is then asked again. The timer
 * repeats, because its first signal may fall just before the poll.
 */
#include "tests/bench/bench_screen.h"

#include <signal.h>
#include <string.h>
#include <sys/time.h>

#include "src/base/clock.h"
#include "tests/bench/bench_process.h"

#define PANES_MAX 16

#define TICK_SIGN "\xe2\x9c\x93"

/* Where the last line of the first frame begins: it is painted last. */
#define FRAME_TEXT "\n motet"

struct pty_program *bench_screen_start(const struct bench_screen_options *options)
{
    const char *argv[10 + 2 * PANES_MAX] = {options->motet};
    size_t count = 1;
    if (options->session != NULL) {
        argv[count++] = "--session";
        argv[count++] = options->session;
    } else if (options->url != NULL) {
        argv[count++] = "--url";
        argv[count++] = options->url;
    } else {
        argv[count++] = "demo";
        argv[count++] = "--speed";
        argv[count++] = "50";
    }
    if (options->has_no_tools) {
        argv[count++] = "--tools";
        argv[count++] = "";
    }
    for (int i = 0; options->model != NULL && i < options->panes && i < PANES_MAX; i++) {
        argv[count++] = "-m";
        argv[count++] = options->model;
    }
    return pty_program_start(&(struct pty_options){
        .argv = argv, .width = options->width, .height = options->height});
}

void bench_screen_wait_frame(struct pty_program *program)
{
    if (!pty_program_wait_text(program, FRAME_TEXT))
        bench_die("the screen did not come up");
}

struct pty_program *bench_screen_open(const struct bench_screen_options *options)
{
    struct pty_program *program = bench_screen_start(options);
    bench_screen_wait_frame(program);
    return program;
}

int64_t bench_screen_send(struct pty_program *program)
{
    pty_program_type(program, "Go on, please");
    if (!pty_program_wait_text(program, "please"))
        bench_die("what was typed did not appear");
    const int64_t now_us = clock_now_us();
    pty_program_press(program, "Enter");
    return now_us;
}

struct done_wait {
    size_t seen; /* bytes of the output looked at */
    int panes;
};

/* Reading the whole screen takes a while; it is worth it only when a tick was written. */
static bool are_done(struct pty_program *program, void *user)
{
    struct done_wait *wait = user;
    size_t len;
    const char *output = pty_program_get_output(program, &len);
    bool has_tick = false;
    for (; wait->seen + sizeof(TICK_SIGN) - 1 <= len; wait->seen++) {
        if (memcmp(output + wait->seen, TICK_SIGN, sizeof(TICK_SIGN) - 1) == 0)
            has_tick = true;
    }
    if (!has_tick)
        return false;
    int done = 0;
    const char *at = pty_program_get_text(program);
    while ((at = strstr(at, TICK_SIGN " done")) != NULL) {
        at++;
        done++;
    }
    return done >= wait->panes;
}

void bench_screen_wait_done(struct pty_program *program, int panes)
{
    struct done_wait wait = {.seen = 0, .panes = panes};
    if (!pty_program_wait_until(program, are_done, &wait))
        bench_die("the answers did not end");
}

size_t bench_screen_output_len(const struct pty_program *program)
{
    size_t len;
    pty_program_get_output(program, &len);
    return len;
}

static bool is_past(struct pty_program *program, void *user)
{
    (void)program;
    return clock_now_us() >= *(const int64_t *)user;
}

static void on_alarm(int number)
{
    (void)number;
}

void bench_screen_pump(struct pty_program *program, int64_t us)
{
    const struct sigaction action = {.sa_handler = on_alarm}; /* interrupts poll */
    const struct itimerval off = {.it_value = {0, 0}};
    const struct itimerval timer = {.it_value = {us / 1000000, us % 1000000},
                                    .it_interval = {0, 1000}};
    int64_t due_us = clock_now_us() + us;
    sigaction(SIGALRM, &action, NULL);
    setitimer(ITIMER_REAL, &timer, NULL);
    const bool is_ok = pty_program_wait_until(program, is_past, &due_us);
    setitimer(ITIMER_REAL, &off, NULL);
    if (!is_ok)
        bench_die("the program ended before it was to");
}

void bench_screen_close(struct pty_program *program)
{
    int status;
    pty_program_press(program, "Ctrl-U"); /* Ctrl-D quits only where no draft stands */
    pty_program_press(program, "Ctrl-D");
    if (!pty_program_wait_exit(program, &status) || status != 0)
        bench_die("the screen did not end well");
    pty_program_free(program);
}
