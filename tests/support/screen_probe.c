/*
 * The smallest program on ui/term, for tests: it shows its size, the last key and paste,
 * and does on a key what the real program must survive: end, crash, stop, flood.
 *
 *   q end   x exit()   v SIGSEGV   a abort()   r redraw   m mouse off   F flood
 *   Ctrl-Z suspend
 *
 * A flood draws a new screen 3000 times, as often as the terminal takes it, then writes
 * one line with its figures to the file named by PROBE_REPORT. With PROBE_GRID set it
 * shows the grid of hard_clusters.h instead.
 */
#include <fcntl.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <ev.h>

#include "src/base/error.h"
#include "src/base/mem.h"
#include "src/base/strbuf.h"
#include "tests/support/hard_clusters.h"
#include "ui/term/screen.h"

#define FLOOD_TICKS 3000

struct probe {
    struct ev_loop *loop;
    struct screen *screen;
    struct canvas *canvas;
    ev_signal terminate;
    ev_signal hang_up;
    ev_idle flood;
    struct strbuf lines;
    int ticks;
    int frames;
    int keys;
    int end_signal;
    int exit_code;
};

static void put_line(struct probe *probe, int y, enum role role, const char *text)
{
    canvas_put(probe->canvas, 0, y, probe->canvas->width, role, text, strlen(text));
}

static void draw(struct probe *probe)
{
    int width;
    int height;
    screen_size(probe->screen, &width, &height);
    canvas_resize(probe->canvas, width, height);
    if (getenv("PROBE_GRID") != NULL) {
        hard_clusters_draw(probe->canvas);
        screen_draw(probe->screen, probe->canvas);
        return;
    }
    char line[64];
    snprintf(line, sizeof(line), "probe %dx%d", width, height);
    put_line(probe, 0, ROLE_STRONG, line);
    put_line(probe, 1, ROLE_ERROR, strbuf_text(&probe->lines));
    put_line(probe, 2, ROLE_TEXT, "wide 世界 x\xcc\x81 end");
    snprintf(line, sizeof(line), "tick %d.", probe->ticks);
    put_line(probe, 3, ROLE_TEXT, line);
    for (int y = 4; y < height - 1; y++) {
        snprintf(line, sizeof(line), "%*d", 1 + (probe->ticks + y) % 50, probe->ticks);
        put_line(probe, y, (enum role)((probe->ticks + y) % ROLE_COUNT), line);
    }
    if (height > 4)
        put_line(probe, height - 1, ROLE_STATUS, "bottom");
    canvas_set_cursor(probe->canvas, 2, 1);
    if (screen_draw(probe->screen, probe->canvas))
        probe->frames++;
}

static void end(struct probe *probe, int signal_number)
{
    probe->end_signal = signal_number;
    ev_break(probe->loop, EVBREAK_ALL);
}

static void report_flood(const struct probe *probe)
{
    const char *path = getenv("PROBE_REPORT");
    const int fd = path != NULL ? open(path, O_WRONLY | O_CLOEXEC) : -1;
    if (fd < 0)
        return;
    dprintf(fd, "%d %d\n", probe->ticks, probe->frames);
    close(fd);
}

static void on_flood(struct ev_loop *loop, ev_idle *watcher, int events)
{
    (void)events;
    struct probe *probe = watcher->data;
    probe->ticks++;
    draw(probe);
    if (probe->ticks < FLOOD_TICKS)
        return;
    ev_idle_stop(loop, watcher);
    report_flood(probe);
}

static void act(struct probe *probe, const struct key *key)
{
    if (key->code != INPUT_RUNE)
        return;
    switch (key->rune) {
    case 'q': end(probe, 0); break;
    case 'x': exit(7);
    case 'v': raise(SIGSEGV); break;
    case 'a': abort();
    case 'r': screen_redraw(probe->screen); break;
    case 'm': screen_set_mouse(probe->screen, false); break;
    case 'F': ev_idle_start(probe->loop, &probe->flood); break;
    case 'z':
        if (key->mods == INPUT_MOD_CTRL)
            screen_suspend(probe->screen);
        break;
    default: break;
    }
}

static void on_key(void *user, const struct key *key)
{
    struct probe *probe = user;
    char name[KEY_NAME_SIZE];
    key_format(key, name);
    strbuf_reset(&probe->lines);
    strbuf_append_format(&probe->lines, "key %d: %s at %d,%d.", ++probe->keys, name,
                         key->x, key->y);
    draw(probe);
    act(probe, key);
}

static void on_paste(void *user, const char *text, size_t len)
{
    struct probe *probe = user;
    strbuf_reset(&probe->lines);
    strbuf_append_format(&probe->lines, "paste %zu: ", len);
    strbuf_append(&probe->lines, text, len < 20 ? len : 20);
    draw(probe);
}

static void on_resize(void *user, int width, int height)
{
    (void)width;
    (void)height;
    draw(user);
}

static void on_ready(void *user)
{
    draw(user);
}

static void on_hangup(void *user)
{
    end(user, SIGHUP);
}

static void on_signal(struct ev_loop *loop, ev_signal *watcher, int events)
{
    (void)loop;
    (void)events;
    end(watcher->data, watcher->signum);
}

static bool start(struct probe *probe, struct error *err)
{
    const struct screen_options options = {.in_fd = STDIN_FILENO,
                                           .out_fd = STDOUT_FILENO,
                                           .term = getenv("TERM"),
                                           .use_mouse = true,
                                           .use_colors = getenv("NO_COLOR") == NULL,
                                           .cast_path = getenv("PROBE_CAST")};
    const struct screen_handler handler = {.on_key = on_key,
                                           .on_paste = on_paste,
                                           .on_resize = on_resize,
                                           .on_ready = on_ready,
                                           .on_hangup = on_hangup,
                                           .user = probe};
    probe->screen = screen_start(probe->loop, &options, &handler, err);
    if (probe->screen == NULL)
        return false;
    ev_signal_init(&probe->terminate, on_signal, SIGTERM);
    ev_signal_init(&probe->hang_up, on_signal, SIGHUP);
    ev_idle_init(&probe->flood, on_flood);
    probe->terminate.data = probe->hang_up.data = probe->flood.data = probe;
    ev_signal_start(probe->loop, &probe->terminate);
    ev_signal_start(probe->loop, &probe->hang_up);
    return true;
}

int main(void)
{
    setlocale(LC_ALL, "C.UTF-8");
    struct probe probe = {.loop = ev_default_loop(EVFLAG_AUTO)};
    struct error err = {0};
    strbuf_init(&probe.lines, STRBUF_OWN_MAX);
    probe.canvas = canvas_new(0, 0);
    if (start(&probe, &err)) {
        draw(&probe);
        ev_run(probe.loop, 0);
        screen_stop(probe.screen);
        if (probe.end_signal == 0)
            printf("ended\n"); /* would block on a terminal that does not read */
    } else {
        fprintf(stderr, "screen_probe: %s\n", error_text(&err));
        error_clear(&err);
        probe.exit_code = 2;
    }
    fflush(stdout);
    canvas_free(probe.canvas);
    strbuf_clear(&probe.lines);
    ev_loop_destroy(probe.loop);
    if (probe.end_signal != 0) {
        signal(probe.end_signal, SIG_DFL);
        raise(probe.end_signal);
    }
    return probe.exit_code;
}
