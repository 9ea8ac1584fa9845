/*
 * The parts put together: tty (the device), painter (cells to bytes), output queue
 * (bytes to the device), keys (bytes to keys). Watchers: input always; one timer only
 * while the key decoder waits for silence; three signals.
 *
 * The person's handlers may stop the screen, so every call of one is counted: a stop from
 * inside gives the terminal back at once but leaves the memory to the outermost call.
 */
#include "ui/term/screen.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <ev.h>

#include "src/base/clock.h"
#include "src/base/mem.h"
#include "src/base/safe_text.h"
#include "src/base/strbuf.h"
#include "src/base/utf8.h"
#include "ui/render/ascii_sign.h"
#include "ui/term/cast_file.h"
#include "ui/term/keys.h"
#include "ui/term/osc52.h"
#include "ui/term/link_painter.h"
#include "ui/term/output_queue.h"
#include "ui/term/pace.h"
#include "ui/term/painter.h"
#include "ui/term/tty.h"

/* A frame that paints every cell of the largest screen in its own colours fits. */
#define FRAME_MAX ((size_t)256 << 20)

/* A frame buffer that grew beyond this is freed after the frame. */
#define FRAME_KEEP ((size_t)256 << 10)

/* Longer titles and notices are cut. */
#define TITLE_MAX  200
#define NOTICE_MAX 200

#define FLUSH_MS  200
#define READ_SIZE (64 * 1024)

struct screen {
    struct ev_loop *loop;
    struct screen_handler handler;
    struct tty *tty;
    struct painter *painter;
    struct output_queue *queue;
    struct keys *keys;
    struct cast_file *cast;
    ev_io input;
    ev_timer silence;
    ev_signal window_change;
    ev_signal stop_request;
    ev_signal continued;
    struct strbuf frame;
    struct pace pace;
    char *title; /* as set last, or NULL */
    bool is_title_due;
    enum notice_form notice;
    enum osc52_way clipboard;
    bool use_ascii;
    int width;
    int height;
    bool use_mouse;
    bool can_suspend; /* our parent can continue us */
    bool is_suspended;
    bool is_hung_up;
    bool is_stopped;
    int depth; /* handler calls in progress */
};

static void screen_release(struct screen *screen);

static void enter_call(struct screen *screen)
{
    screen->depth++;
}

static void leave_call(struct screen *screen)
{
    if (--screen->depth == 0 && screen->is_stopped)
        screen_release(screen);
}

/* --- Output ----------------------------------------------------------------------- */

static void record(struct screen *screen, const char *bytes, size_t len)
{
    struct error err = {0};
    if (screen->cast == NULL ||
        cast_file_add_output(screen->cast, clock_now_us(), bytes, len, &err))
        return;
    cast_file_close(screen->cast);
    screen->cast = NULL;
    if (screen->handler.on_cast_error != NULL)
        screen->handler.on_cast_error(screen->handler.user, &err);
    error_clear(&err);
}

/* Gives the bytes in `frame` to the queue and empties it. */
static void push_frame(struct screen *screen)
{
    struct strbuf *frame = &screen->frame;
    if (frame->len > 0) {
        pace_add(&screen->pace, frame->len, clock_now_us());
        if (!output_queue_push(screen->queue, frame->text, frame->len))
            painter_redraw(screen->painter);
        if (output_queue_get_len(screen->queue) > 0)
            pace_block(&screen->pace, output_queue_get_len(screen->queue),
                       clock_now_us());
        record(screen, frame->text, frame->len);
    }
    if (frame->cap > FRAME_KEEP)
        strbuf_clear(frame);
    strbuf_reset(frame);
}

static void push_enter(struct screen *screen)
{
    painter_append_enter(screen->painter, &screen->frame);
    if (screen->use_mouse)
        painter_append_mouse(screen->painter, true, &screen->frame);
    screen->is_title_due = screen->title != NULL;
    push_frame(screen);
}

static bool screen_can_draw(const struct screen *screen)
{
    return !screen->is_suspended && !screen->is_stopped && !screen->is_hung_up &&
           output_queue_is_empty(screen->queue);
}

/* Text that no terminal obeys, on one line and without what OSC 777 splits at. Caller
 * frees. */
static char *make_harmless(const struct screen *screen, const char *text, size_t max)
{
    struct strbuf safe;
    struct strbuf out;
    strbuf_init(&safe, STRBUF_OWN_MAX);
    strbuf_init(&out, STRBUF_OWN_MAX);
    safe_text_append_line(&safe, text, strlen(text), max);
    for (size_t at = 0; at < safe.len;) {
        uint32_t code;
        char bytes[4];
        at += utf8_decode(safe.text + at, safe.len - at, &code);
        code = screen->use_ascii ? ascii_sign(code) : code;
        strbuf_append(&out, bytes, utf8_encode(code == ';' ? ',' : code, bytes));
    }
    strbuf_clear(&safe);
    return strbuf_take(&out);
}

/* Appends the title to the frame. */
static void append_title(struct screen *screen)
{
    char *safe = make_harmless(screen, screen->title, TITLE_MAX);
    painter_append_title(screen->painter, safe, &screen->frame);
    screen->is_title_due = false;
    mem_free(safe);
}

bool screen_draw(struct screen *screen, const struct canvas *canvas)
{
    if (!screen_can_draw(screen))
        return false;
    enter_call(screen);
    if (!painter_paint(screen->painter, canvas, &screen->frame))
        painter_redraw(screen->painter);
    if (screen->is_title_due)
        append_title(screen);
    push_frame(screen);
    leave_call(screen);
    return true;
}

void screen_set_title(struct screen *screen, const char *title)
{
    if (screen->title != NULL && strcmp(screen->title, title) == 0)
        return;
    mem_free(screen->title);
    screen->title = mem_strdup(title);
    screen->is_title_due = true;
}

void screen_notify(struct screen *screen, const char *text)
{
    if (screen->is_suspended || screen->is_stopped || screen->is_hung_up)
        return;
    char *safe = make_harmless(screen, text, NOTICE_MAX);
    painter_append_notice(screen->painter, screen->notice, safe, &screen->frame);
    push_frame(screen);
    mem_free(safe);
}

bool screen_copy(struct screen *screen, const char *text, size_t len)
{
    struct strbuf bytes;
    if (screen->is_suspended || screen->is_stopped || screen->is_hung_up)
        return false;
    strbuf_init(&bytes, STRBUF_OWN_MAX);
    bool ok = osc52_append(screen->clipboard, text, len, &bytes);
    if (ok) {
        pace_add(&screen->pace, bytes.len, clock_now_us());
        ok = output_queue_push(screen->queue, bytes.text, bytes.len);
    }
    strbuf_clear(&bytes);
    return ok;
}

void screen_set_styles(struct screen *screen, const struct style styles[ROLE_COUNT])
{
    painter_set_styles(screen->painter, styles);
}

int screen_get_wait_ms(const struct screen *screen)
{
    return pace_get_wait_ms(&screen->pace, clock_now_us());
}

static void hang_up(struct screen *screen)
{
    if (screen->is_hung_up || screen->is_stopped)
        return;
    screen->is_hung_up = true;
    ev_io_stop(screen->loop, &screen->input);
    screen->handler.on_hangup(screen->handler.user);
}

static void on_queue_drained(void *user)
{
    struct screen *screen = user;
    enter_call(screen);
    pace_drain(&screen->pace, clock_now_us());
    if (!screen->is_stopped && !screen->is_suspended)
        screen->handler.on_ready(screen->handler.user);
    leave_call(screen);
}

static void on_queue_error(void *user, int error_number)
{
    (void)error_number; /* EIO or EPIPE: whatever it is, nobody sees the screen */
    struct screen *screen = user;
    enter_call(screen);
    hang_up(screen);
    leave_call(screen);
}

/* --- Input ------------------------------------------------------------------------ */

static void on_key(void *user, const struct key *key)
{
    struct screen *screen = user;
    if (!screen->is_stopped)
        screen->handler.on_key(screen->handler.user, key);
}

static void on_paste(void *user, const char *text, size_t len)
{
    struct screen *screen = user;
    if (!screen->is_stopped)
        screen->handler.on_paste(screen->handler.user, text, len);
}

static struct keys_handler keys_handler_of(struct screen *screen)
{
    return (struct keys_handler){.on_key = on_key, .on_paste = on_paste, .user = screen};
}

/* (Re)starts or stops the silence timer by what the decoder holds. */
static void wait_for_silence(struct screen *screen)
{
    ev_timer_stop(screen->loop, &screen->silence);
    if (screen->is_stopped || !keys_is_pending(screen->keys))
        return;
    const double seconds = keys_get_wait_ms(screen->keys) / 1000.0;
    ev_now_update(screen->loop);
    ev_timer_set(&screen->silence, seconds, 0.0);
    ev_timer_start(screen->loop, &screen->silence);
}

static void on_silence(struct ev_loop *loop, ev_timer *watcher, int events)
{
    (void)loop;
    (void)events;
    struct screen *screen = watcher->data;
    /* Bytes may have come while the loop was busy: then it was not silent. */
    struct pollfd input = {.fd = tty_get_fd(screen->tty), .events = POLLIN};
    if (poll(&input, 1, 0) > 0) {
        wait_for_silence(screen);
        return;
    }
    const struct keys_handler handler = keys_handler_of(screen);
    enter_call(screen);
    if (keys_get_wait_ms(screen->keys) == KEYS_ESCAPE_WAIT_MS)
        keys_flush_escape(screen->keys, &handler);
    else
        keys_flush(screen->keys, &handler);
    leave_call(screen);
}

static void on_input(struct ev_loop *loop, ev_io *watcher, int events)
{
    (void)loop;
    (void)events;
    struct screen *screen = watcher->data;
    char bytes[READ_SIZE];
    const ssize_t count = read(tty_get_fd(screen->tty), bytes, sizeof(bytes));
    if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR))
        return;
    const struct keys_handler handler = keys_handler_of(screen);
    enter_call(screen);
    if (count > 0) {
        keys_feed(screen->keys, bytes, (size_t)count, &handler);
        wait_for_silence(screen);
    } else {
        ev_timer_stop(screen->loop, &screen->silence);
        hang_up(screen);
    }
    leave_call(screen);
}

/* --- Size, stop and continue ------------------------------------------------------ */

static void take_size(struct screen *screen)
{
    int width;
    int height;
    tty_get_size(screen->tty, &width, &height);
    if (width == screen->width && height == screen->height)
        return;
    screen->width = width;
    screen->height = height;
    painter_resize(screen->painter, width, height);
    struct error ignored = {0}; /* a failing recording is told by the next output */
    if (screen->cast != NULL)
        cast_file_add_size(screen->cast, clock_now_us(), width, height, &ignored);
    error_clear(&ignored);
}

static void on_window_change(struct ev_loop *loop, ev_signal *watcher, int events)
{
    (void)loop;
    (void)events;
    struct screen *screen = watcher->data;
    const int width = screen->width;
    const int height = screen->height;
    take_size(screen);
    if (width == screen->width && height == screen->height)
        return;
    enter_call(screen);
    screen->handler.on_resize(screen->handler.user, screen->width, screen->height);
    leave_call(screen);
}

/* Takes the terminal again after a stop; whatever it shows is painted over. */
static void take_back(struct screen *screen)
{
    ev_now_update(screen->loop);
    enter_call(screen);
    if (tty_enter_raw(screen->tty, NULL)) {
        take_size(screen);
        painter_redraw(screen->painter);
        push_enter(screen);
        ev_io_start(screen->loop, &screen->input);
        screen->handler.on_resize(screen->handler.user, screen->width, screen->height);
    } else {
        hang_up(screen);
    }
    leave_call(screen);
}

static void on_continued(struct ev_loop *loop, ev_signal *watcher, int events)
{
    (void)loop;
    (void)events;
    /* Not ours to take while another program has the terminal. */
    if (((struct screen *)watcher->data)->is_suspended)
        return;
    /* Stopped by SIGSTOP, without our knowing: a shell has used the terminal since.
     * Leaving first makes what is entered again balanced (keyboard flags are a stack). */
    struct screen *screen = watcher->data;
    painter_append_leave(screen->painter, &screen->frame);
    take_back(screen);
}

/*
 * Stops the whole group, as the terminal does for Ctrl-Z: were we alone to stop, a
 * script that started us would wait for us and hold the terminal. Without a parent that
 * can continue us the system ignores the signal, and we go on at once.
 */
static void stop_process_group(struct screen *screen)
{
    /* The signals must act now and by default; the loop takes them again afterwards. */
    ev_signal_stop(screen->loop, &screen->stop_request);
    ev_signal_stop(screen->loop, &screen->continued);
    sigset_t unblock;
    sigset_t before;
    sigemptyset(&unblock);
    sigaddset(&unblock, SIGTSTP);
    sigprocmask(SIG_UNBLOCK, &unblock, &before);
    kill(0, SIGTSTP);
    sigprocmask(SIG_SETMASK, &before, NULL);
    ev_signal_start(screen->loop, &screen->stop_request);
    ev_signal_start(screen->loop, &screen->continued);
}

/* Leaves the terminal as it was found, for somebody else. */
static void give_away(struct screen *screen)
{
    screen->is_suspended = true;
    ev_io_stop(screen->loop, &screen->input);
    ev_timer_stop(screen->loop, &screen->silence);
    output_queue_flush(screen->queue, FLUSH_MS);
    output_queue_drop(screen->queue);
    pace_drop(&screen->pace);
    tty_restore();
}

void screen_suspend(struct screen *screen)
{
    if (!screen->can_suspend || screen->is_suspended || screen->is_stopped ||
        screen->is_hung_up)
        return;
    give_away(screen);
    stop_process_group(screen);
    screen->is_suspended = false;
    take_back(screen);
}

bool screen_lend(struct screen *screen)
{
    if (screen->is_suspended || screen->is_stopped || screen->is_hung_up)
        return false;
    give_away(screen);
    return true;
}

void screen_take_back(struct screen *screen)
{
    if (!screen->is_suspended || screen->is_stopped)
        return;
    screen->is_suspended = false;
    take_back(screen);
}

static void on_stop_request(struct ev_loop *loop, ev_signal *watcher, int events)
{
    (void)loop;
    (void)events;
    struct screen *screen = watcher->data;
    enter_call(screen);
    screen_suspend(screen);
    leave_call(screen);
}

void screen_redraw(struct screen *screen)
{
    painter_redraw(screen->painter);
}

void screen_set_mouse(struct screen *screen, bool use_mouse)
{
    if (screen->use_mouse == use_mouse)
        return;
    screen->use_mouse = use_mouse;
    painter_append_mouse(screen->painter, use_mouse, &screen->frame);
    push_frame(screen);
}

void screen_size(const struct screen *screen, int *width, int *height)
{
    *width = screen->width;
    *height = screen->height;
}

/* --- Start and stop --------------------------------------------------------------- */

static bool start_recording(struct screen *screen, const struct screen_options *options,
                            struct error *err)
{
    if (options->cast_path == NULL)
        return true;
    const struct cast_header header = {.width = screen->width,
                                       .height = screen->height,
                                       .term = options->term,
                                       .wall_seconds = clock_wall_seconds(),
                                       .now_us = clock_now_us()};
    screen->cast = cast_file_open(options->cast_path, &header, err);
    return screen->cast != NULL;
}

static bool are_links_wanted(const struct screen_options *options)
{
    if (options->links != NULL && strcmp(options->links, "on") == 0)
        return true;
    return (options->links == NULL || strcmp(options->links, "off") != 0) &&
           options->term != NULL && link_painter_suits(options->term);
}

/* Everything that can fail, before the terminal is touched. */
static bool screen_open(struct screen *screen, const struct screen_options *options,
                        struct error *err)
{
    screen->tty = tty_open(options->in_fd, options->out_fd, err);
    if (screen->tty == NULL)
        return false;
    tty_get_size(screen->tty, &screen->width, &screen->height);
    const struct painter_options painter = {.term = options->term,
                                            .width = screen->width,
                                            .height = screen->height,
                                            .use_colors = options->use_colors,
                                            .use_ascii = options->use_ascii,
                                            .use_links = are_links_wanted(options),
                                            .colorterm = options->colorterm};
    screen->painter = painter_new(&painter, err);
    if (screen->painter == NULL)
        return false;
    return start_recording(screen, options, err);
}

static void add_signal(struct screen *screen, ev_signal *watcher, int signal_number,
                       void (*callback)(struct ev_loop *, ev_signal *, int))
{
    ev_signal_init(watcher, callback, signal_number);
    watcher->data = screen;
    ev_signal_start(screen->loop, watcher);
}

static void add_watchers(struct screen *screen)
{
    struct sigaction old = {0};
    sigaction(SIGTSTP, NULL, &old);
    screen->can_suspend = (old.sa_flags & SA_SIGINFO) != 0 || old.sa_handler != SIG_IGN;
    ev_io_init(&screen->input, on_input, tty_get_fd(screen->tty), EV_READ);
    /* Keys go before streams, whatever has come meanwhile. */
    ev_set_priority(&screen->input, EV_MAXPRI);
    screen->input.data = screen;
    ev_io_start(screen->loop, &screen->input);
    ev_timer_init(&screen->silence, on_silence, 0.0, 0.0);
    screen->silence.data = screen;
    add_signal(screen, &screen->window_change, SIGWINCH, on_window_change);
    add_signal(screen, &screen->stop_request, SIGTSTP, on_stop_request);
    add_signal(screen, &screen->continued, SIGCONT, on_continued);
}

static void remove_watchers(struct screen *screen)
{
    ev_io_stop(screen->loop, &screen->input);
    ev_timer_stop(screen->loop, &screen->silence);
    ev_signal_stop(screen->loop, &screen->window_change);
    ev_signal_stop(screen->loop, &screen->stop_request);
    ev_signal_stop(screen->loop, &screen->continued);
}

static bool enter_screen(struct screen *screen, struct error *err)
{
    strbuf_init(&screen->frame, FRAME_MAX);
    painter_append_leave(screen->painter, &screen->frame);
    tty_set_restore_bytes(screen->tty, strbuf_text(&screen->frame), screen->frame.len);
    strbuf_reset(&screen->frame);
    return tty_enter_raw(screen->tty, err);
}

struct screen *screen_start(struct ev_loop *loop, const struct screen_options *options,
                            const struct screen_handler *handler, struct error *err)
{
    struct screen *screen = mem_alloc(sizeof(*screen));
    screen->loop = loop;
    screen->handler = *handler;
    screen->use_mouse = options->use_mouse;
    screen->notice = options->notice;
    screen->clipboard = osc52_find_way(options->term, options->tmux, options->sty);
    screen->use_ascii = options->use_ascii;
    if (!screen_open(screen, options, err) || !enter_screen(screen, err)) {
        screen_release(screen);
        return NULL;
    }
    const struct output_queue_handler queue_handler = {
        .on_drained = on_queue_drained, .on_error = on_queue_error, .user = screen};
    screen->queue =
        output_queue_new(loop, tty_get_fd(screen->tty), FRAME_MAX, &queue_handler);
    screen->keys = keys_new();
    add_watchers(screen);
    push_enter(screen);
    return screen;
}

/* Frees everything; the watchers are stopped already. */
static void screen_release(struct screen *screen)
{
    output_queue_free(screen->queue);
    keys_free(screen->keys);
    painter_free(screen->painter);
    tty_close(screen->tty);
    cast_file_close(screen->cast);
    strbuf_clear(&screen->frame);
    mem_free(screen->title);
    mem_free(screen);
}

void screen_stop(struct screen *screen)
{
    if (screen == NULL || screen->is_stopped)
        return;
    screen->is_stopped = true;
    remove_watchers(screen);
    if (!screen->is_hung_up)
        output_queue_flush(screen->queue, FLUSH_MS);
    output_queue_drop(screen->queue);
    tty_restore();
    if (screen->depth == 0)
        screen_release(screen);
}
