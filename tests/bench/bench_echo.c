/*
 * A letter is echoed when it stands in the cell where the cursor was. A frame is whole
 * when the mark that ends its update has come.
 */
#include "tests/bench/bench_echo.h"

#include <string.h>

#include "src/base/clock.h"
#include "src/base/rng.h"
#include "tests/bench/bench_process.h"
#include "tests/bench/bench_screen.h"

#define KEY_LINE       40 /* letters typed before the line is cleared */
#define KEY_GAP_MIN_US 4000
#define KEY_GAP_MAX_US 24000

#define FRAME_END "\033[?2026l"

/* A cell that is to show a text. */
struct echo_wait {
    int x;
    int y;
    char text[2];
    int64_t seen_us;
};

static bool is_echoed(struct pty_program *program, void *user)
{
    struct echo_wait *wait = user;
    struct vt_cell cell;
    wait->seen_us = clock_now_us();
    return vt_screen_get_cell(pty_program_get_screen(program), wait->x, wait->y, &cell) &&
           strcmp(cell.text, wait->text) == 0;
}

/* In the middle of a frame the cursor is anywhere. */
static bool is_between_frames(struct pty_program *program, void *user)
{
    (void)user;
    return !vt_screen_get_modes(pty_program_get_screen(program))->is_updating;
}

static void find_cursor(struct pty_program *program, int *x, int *y)
{
    if (!pty_program_wait_until(program, is_between_frames, NULL))
        bench_die("a frame did not end");
    vt_screen_get_cursor(pty_program_get_screen(program), x, y);
}

/* Types a letter at the cursor; returns the ms until it stands there. */
static double time_key(struct pty_program *program, char letter)
{
    struct echo_wait wait = {.text = {letter, '\0'}};
    find_cursor(program, &wait.x, &wait.y);
    const int64_t pressed_us = clock_now_us();
    pty_program_send(program, &letter, 1);
    if (!pty_program_wait_until(program, is_echoed, &wait))
        bench_die("a key was not echoed");
    return (double)(wait.seen_us - pressed_us) / 1e3;
}

static void clear_line(struct pty_program *program, int letters)
{
    int x;
    int y;
    find_cursor(program, &x, &y);
    struct echo_wait wait = {.x = x - letters, .y = y, .text = ""};
    struct echo_wait blank = {.x = x - letters, .y = y, .text = " "};
    pty_program_press(program, "Ctrl-U");
    while (!is_echoed(program, &wait) && !is_echoed(program, &blank))
        bench_screen_pump(program, 1000);
}

void bench_echo_letters(struct pty_program *program, double *times_ms, size_t count)
{
    struct rng rng;
    rng_init(&rng, 11);
    for (size_t i = 0; i < count; i++) {
        if (i > 0 && i % KEY_LINE == 0)
            clear_line(program, KEY_LINE);
        bench_screen_pump(program,
                          KEY_GAP_MIN_US +
                              (int64_t)rng_below(&rng, KEY_GAP_MAX_US - KEY_GAP_MIN_US));
        times_ms[i] = time_key(program, (char)('a' + i % 26));
    }
}

static bool has_frame(struct pty_program *program, void *user)
{
    size_t *seen = user;
    size_t len;
    const size_t mark_len = sizeof(FRAME_END) - 1;
    const char *output = pty_program_get_output(program, &len);
    for (; *seen + mark_len <= len; ++*seen) {
        if (memcmp(output + *seen, FRAME_END, mark_len) == 0)
            return true;
    }
    return false;
}

static double wait_frame(struct pty_program *program, size_t seen, int64_t begin_us)
{
    if (!pty_program_wait_until(program, has_frame, &seen))
        bench_die("a frame did not come");
    return (double)(clock_now_us() - begin_us) / 1e3;
}

double bench_echo_frame(struct pty_program *program, const char *key_name)
{
    const size_t seen = bench_screen_output_len(program);
    const int64_t begin_us = clock_now_us();
    pty_program_press(program, key_name);
    return wait_frame(program, seen, begin_us);
}

double bench_echo_resize(struct pty_program *program, int width, int height)
{
    const size_t seen = bench_screen_output_len(program);
    const int64_t begin_us = clock_now_us();
    pty_program_resize(program, width, height);
    return wait_frame(program, seen, begin_us);
}
