/*
 * A child is over when its process has ended and its pipes have: what it wrote last may
 * still be under way when the process is gone. A grandchild that keeps a pipe open cannot
 * hold this up: soon after the end of the process the group is killed and the pipes are
 * closed.
 *
 * One timer serves the deadline, the step from asking to killing, and that short wait;
 * where the system has no descriptor for a process it also looks for its end.
 */
#include "src/proc/process.h"

#include <assert.h>
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "src/base/clock.h"
#include "src/base/mem.h"
#include "src/base/strbuf.h"
#include "src/proc/process_spawn.h"

/* From SIGTERM to SIGKILL. */
#define PROCESS_TERM_MS 500
/* From the end of the process to the end of its pipes. */
#define PROCESS_DRAIN_MS 200
/* How often the end of the process is looked for, without a descriptor for it. */
#define PROCESS_POLL_MS 50

struct process {
    struct ev_loop *loop;
    struct process_handler handler;
    void (*on_errors)(void *user, const char *bytes, size_t len);
    char *command;
    pid_t pid;
    struct ev_io input;
    struct ev_io output;
    struct ev_io errors;
    struct ev_io report;
    struct ev_io life;
    struct ev_timer timer;
    struct strbuf input_text;
    size_t input_sent;
    struct strbuf output_text;
    struct strbuf errors_text;
    int64_t deadline_ms; /* -1: none */
    int64_t kill_ms;     /* SIGTERM was sent: SIGKILL then; -1 */
    int64_t drain_ms;    /* the process has ended: pipes are closed then; -1 */
    int status;
    int start_errno;
    bool is_reaped;
    bool is_status_known;
    bool is_timed_out;
    bool is_output_cut;
    bool is_stopped;
    bool is_stream;
    bool leaves_children;
    bool is_errors_end_kept;
    bool is_input_ended; /* nothing will be added */
    bool is_telling;     /* a handler runs that may free this */
    bool is_doomed;      /* … and did */
};

static void process_arm(struct process *process);

static void process_close_watcher(struct process *process, struct ev_io *watcher)
{
    if (watcher->fd < 0)
        return;
    ev_io_stop(process->loop, watcher);
    close(watcher->fd);
    ev_io_set(watcher, -1, 0);
}

static void process_close_pipes(struct process *process)
{
    process_close_watcher(process, &process->input);
    process_close_watcher(process, &process->output);
    process_close_watcher(process, &process->errors);
    process_close_watcher(process, &process->report);
}

static void process_kill_group(const struct process *process, int signum)
{
    kill(-process->pid, signum);
}

/* What was written is not wanted any more; it may have been a key. */
static void process_drop_input(struct process *process)
{
    if (process->input_text.text != NULL)
        mem_wipe(process->input_text.text, process->input_text.len);
    strbuf_reset(&process->input_text);
    process->input_sent = 0;
}

static void process_destroy(struct process *process)
{
    process_drop_input(process);
    strbuf_clear(&process->input_text);
    /* It may have been a key. */
    if (process->output_text.text != NULL)
        mem_wipe(process->output_text.text, process->output_text.len);
    strbuf_clear(&process->output_text);
    strbuf_clear(&process->errors_text);
    mem_free(process->command);
    mem_free(process);
}

/* --- The end
 * ----------------------------------------------------------------------------
 */

static void process_finish(struct process *process)
{
    struct process_result result = {
        .exit_code = -1,
        .is_timed_out = process->is_timed_out,
        .is_output_cut = process->is_output_cut,
        .is_stopped = process->is_stopped,
        .output = strbuf_text(&process->output_text),
        .output_len = process->output_text.len,
        .errors = strbuf_text(&process->errors_text),
        .errors_len = process->errors_text.len,
    };
    ev_timer_stop(process->loop, &process->timer);
    process_close_pipes(process);
    process_close_watcher(process, &process->life);
    if (process->is_status_known && WIFEXITED(process->status))
        result.exit_code = WEXITSTATUS(process->status);
    if (process->is_status_known && WIFSIGNALED(process->status))
        result.signal = WTERMSIG(process->status);
    if (process->start_errno != 0)
        error_set(&result.error, ERROR_USAGE, "%s cannot be run: %s", process->command,
                  strerror(process->start_errno));
    const struct process_handler handler = process->handler;
    process->handler = (struct process_handler){0};
    handler.on_done(handler.user, &result);
    error_clear(&result.error);
}

static bool process_pipes_are_open(const struct process *process)
{
    return process->output.fd >= 0 || process->errors.fd >= 0 || process->report.fd >= 0;
}

/* Looks whether the process has ended; -1 (somebody else has waited for it) counts. */
static void process_reap(struct process *process)
{
    if (process->is_reaped)
        return;
    const pid_t got = waitpid(process->pid, &process->status, WNOHANG);
    if (got == 0 || (got < 0 && errno == EINTR))
        return;
    process->is_reaped = true;
    process->is_status_known = got == process->pid;
    process->drain_ms = clock_now_ms() + PROCESS_DRAIN_MS;
    process_close_watcher(process, &process->life);
    process_close_watcher(process, &process->input);
}

/* The process has ended, and what it has left is not ours to end. */
static bool process_leaves_children(const struct process *process)
{
    return process->leaves_children && process->is_reaped && process->is_status_known &&
           WIFEXITED(process->status) && WEXITSTATUS(process->status) == 0;
}

/* Goes on after anything has happened; may end in on_done. */
static void process_go_on(struct process *process)
{
    if (process_leaves_children(process)) {
        process_finish(process);
        return;
    }
    if (process->is_reaped && !process_pipes_are_open(process)) {
        process_kill_group(process, SIGKILL);
        process_finish(process);
        return;
    }
    process_arm(process);
}

/* --- Watchers
 * ---------------------------------------------------------------------------
 */

/* Reads what is there; closes the watcher at the end. Returns the count, 0 for nothing.
 */
static size_t process_read(struct process *process, struct ev_io *watcher, char *bytes,
                           size_t size)
{
    const ssize_t got = read(watcher->fd, bytes, size);
    if (got < 0 && (errno == EAGAIN || errno == EINTR))
        return 0;
    if (got <= 0) {
        process_close_watcher(process, watcher);
        return 0;
    }
    return (size_t)got;
}

/* Calls a handler; false if it has freed the process, which is gone then. */
static bool process_tell(struct process *process,
                         void (*handler)(void *user, const char *bytes, size_t len),
                         const char *bytes, size_t len)
{
    if (handler == NULL)
        return true;
    process->is_telling = true;
    handler(process->handler.user, bytes, len);
    process->is_telling = false;
    if (!process->is_doomed)
        return true;
    process_destroy(process);
    return false;
}

/* Keeps what there is room for and returns its length; too much ends the child. */
static size_t process_keep_output(struct process *process, const char *bytes, size_t len)
{
    const size_t room = process->output_text.max - process->output_text.len;
    const size_t kept = len < room ? len : room;
    strbuf_append(&process->output_text, bytes, kept);
    if (kept < len) {
        process->is_output_cut = true;
        process_kill_group(process, SIGKILL);
    }
    return kept;
}

/* Keeps the beginning or the end of what does not fit. */
static void process_keep_errors(struct process *process, const char *bytes, size_t len)
{
    struct strbuf *text = &process->errors_text;
    if (process->is_errors_end_kept && len > text->max) {
        bytes += len - text->max;
        len = text->max;
    }
    if (process->is_errors_end_kept && len > text->max - text->len)
        strbuf_remove(text, 0, len - (text->max - text->len));
    const size_t room = text->max - text->len;
    strbuf_append(text, bytes, len < room ? len : room);
}

static void process_on_output(struct ev_loop *loop, struct ev_io *watcher, int events)
{
    (void)loop;
    (void)events;
    struct process *process = watcher->data;
    char bytes[16384];
    size_t len = process_read(process, watcher, bytes, sizeof(bytes));
    const bool is_end = process->is_stream && watcher->fd < 0;
    if ((len > 0 && !process->is_output_cut) || is_end) {
        if (!process->is_stream)
            len = process_keep_output(process, bytes, len);
        if (!process_tell(process, process->handler.on_output, bytes, len))
            return;
    }
    process_go_on(process);
}

static void process_on_errors(struct ev_loop *loop, struct ev_io *watcher, int events)
{
    (void)loop;
    (void)events;
    struct process *process = watcher->data;
    char bytes[4096];
    const size_t len = process_read(process, watcher, bytes, sizeof(bytes));
    if (!process->is_stream)
        process_keep_errors(process, bytes, len);
    if (len > 0 && !process_tell(process, process->on_errors, bytes, len))
        return;
    process_go_on(process);
}

static void process_on_report(struct ev_loop *loop, struct ev_io *watcher, int events)
{
    (void)loop;
    (void)events;
    struct process *process = watcher->data;
    int reason = 0;
    if (process_read(process, watcher, (char *)&reason, sizeof(reason)) == sizeof(reason))
        process->start_errno = reason;
    process_go_on(process);
}

static void process_on_input(struct ev_loop *loop, struct ev_io *watcher, int events)
{
    (void)events;
    struct process *process = watcher->data;
    struct strbuf *text = &process->input_text;
    const ssize_t sent = write(watcher->fd, strbuf_text(text) + process->input_sent,
                               text->len - process->input_sent);
    if (sent < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (sent > 0)
        process->input_sent += (size_t)sent;
    /* A command need not read what it is given. */
    if (sent < 0)
        process->is_input_ended = true;
    if (sent >= 0 && process->input_sent < text->len)
        return;
    process_drop_input(process);
    if (process->is_input_ended)
        process_close_watcher(process, watcher);
    else
        ev_io_stop(loop, watcher);
}

static void process_on_process(struct ev_loop *loop, struct ev_io *watcher, int events)
{
    (void)loop;
    (void)events;
    struct process *process = watcher->data;
    process_reap(process);
    process_go_on(process);
}

static void process_on_timer(struct ev_loop *loop, struct ev_timer *timer, int events)
{
    (void)loop;
    (void)events;
    struct process *process = timer->data;
    const int64_t now_ms = clock_now_ms();
    process_reap(process);
    if (process->drain_ms >= 0 && now_ms >= process->drain_ms) {
        process_kill_group(process, SIGKILL);
        process_close_pipes(process);
    } else if (process->kill_ms >= 0 && now_ms >= process->kill_ms) {
        process->kill_ms = -1;
        process_kill_group(process, SIGKILL);
    } else if (process->deadline_ms >= 0 && now_ms >= process->deadline_ms) {
        process->deadline_ms = -1;
        process->is_timed_out = !process->is_reaped;
        process_kill_group(process, SIGKILL);
    }
    process_go_on(process);
}

static void process_consider(int64_t *next_ms, int64_t at_ms)
{
    if (at_ms >= 0 && (*next_ms < 0 || at_ms < *next_ms))
        *next_ms = at_ms;
}

/* Sets the timer to the next thing that time alone will bring. */
static void process_arm(struct process *process)
{
    const int64_t now_ms = clock_now_ms();
    int64_t next_ms = process->drain_ms;
    process_consider(&next_ms, process->kill_ms);
    process_consider(&next_ms, process->is_reaped ? -1 : process->deadline_ms);
    if (!process->is_reaped && process->life.fd < 0)
        process_consider(&next_ms, now_ms + PROCESS_POLL_MS);
    ev_timer_stop(process->loop, &process->timer);
    if (next_ms < 0)
        return;
    ev_now_update(process->loop);
    ev_timer_set(&process->timer,
                 next_ms > now_ms ? (double)(next_ms - now_ms) / 1000 : 0., 0.);
    ev_timer_start(process->loop, &process->timer);
}

/* --- Life
 * -------------------------------------------------------------------------------
 */

static void process_watch(struct process *process, struct ev_io *watcher, int fd,
                          int events,
                          void (*on_ready)(struct ev_loop *, struct ev_io *, int))
{
    ev_io_init(watcher, on_ready, fd, events);
    watcher->data = process;
    if (fd >= 0)
        ev_io_start(process->loop, watcher);
}

struct process *process_start(struct ev_loop *loop, const struct process_options *options,
                              const struct process_handler *handler, struct error *err)
{
    struct process_pipes pipes;
    pid_t pid;
    char **environment = process_make_environment(options);
    const bool ok = process_spawn(options, environment, &pid, &pipes, err);
    process_free_environment(environment);
    if (!ok)
        return NULL;
    struct process *process = mem_alloc(sizeof(*process));
    process->loop = loop;
    process->handler = *handler;
    process->command = mem_strdup(options->argv[0]);
    process->pid = pid;
    process->kill_ms = process->drain_ms = -1;
    process->deadline_ms =
        options->deadline_ms > 0 ? clock_now_ms() + options->deadline_ms : -1;
    strbuf_init(&process->output_text, options->output_max);
    strbuf_init(&process->errors_text, options->errors_max);
    process->is_stream = options->is_stream;
    process->leaves_children = options->leaves_children;
    process->is_errors_end_kept = options->is_errors_end_kept;
    process->on_errors = options->on_errors;
    process->is_input_ended = !options->is_stream;
    strbuf_init(&process->input_text,
                options->is_stream ? options->input_max : STRBUF_OWN_MAX);
    if (options->input != NULL)
        strbuf_append(&process->input_text, options->input, options->input_len);
    ev_init(&process->timer, process_on_timer);
    process->timer.data = process;
    process_watch(process, &process->input, pipes.input, EV_WRITE, process_on_input);
    if (options->is_stream && options->input_len == 0)
        ev_io_stop(loop, &process->input);
    process_watch(process, &process->output, pipes.output, EV_READ, process_on_output);
    process_watch(process, &process->errors, pipes.errors, EV_READ, process_on_errors);
    process_watch(process, &process->report, pipes.report, EV_READ, process_on_report);
    process_watch(process, &process->life, pipes.life, EV_READ, process_on_process);
    process_arm(process);
    return process;
}

void process_stop(struct process *process)
{
    if (process->is_stopped || process->is_reaped)
        return;
    process->is_stopped = true;
    process->kill_ms = clock_now_ms() + PROCESS_TERM_MS;
    process_kill_group(process, SIGTERM);
    process_arm(process);
}

bool process_write(struct process *process, const char *bytes, size_t len)
{
    if (process->is_input_ended || process->input.fd < 0)
        return false;
    struct strbuf *text = &process->input_text;
    /* What is written already makes room, once it is worth moving the rest. */
    if (process->input_sent > text->len / 2) {
        strbuf_remove(text, 0, process->input_sent);
        process->input_sent = 0;
    }
    if (len > text->max - text->len)
        return false;
    strbuf_append(text, bytes, len);
    ev_io_start(process->loop, &process->input);
    return true;
}

void process_end_input(struct process *process)
{
    process->is_input_ended = true;
    if (process->input_text.len == 0)
        process_close_watcher(process, &process->input);
}

/* Everything of it but its memory. */
static void process_end(struct process *process)
{
    /* What it has left behind holds a pipe still. */
    if (process->is_reaped && process_pipes_are_open(process) &&
        !process_leaves_children(process))
        process_kill_group(process, SIGKILL);
    ev_timer_stop(process->loop, &process->timer);
    process_close_pipes(process);
    process_close_watcher(process, &process->life);
    if (!process->is_reaped) {
        process_kill_group(process, SIGKILL);
        /* The group may not be there yet, or no more. */
        kill(process->pid, SIGKILL);
        while (waitpid(process->pid, NULL, 0) < 0 && errno == EINTR) {
        }
        process->is_reaped = true;
    }
}

void process_free(struct process *process)
{
    if (process == NULL || process->is_doomed)
        return;
    process_end(process);
    if (process->is_telling)
        process->is_doomed = true;
    else
        process_destroy(process);
}

int64_t process_get_pid(const struct process *process)
{
    return process->pid;
}
