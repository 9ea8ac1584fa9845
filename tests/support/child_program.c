/*
 * Four pipes: the three standard streams and one that only exists to be closed by the
 * system when the child ends, which turns the end into an event of the loop.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/child_program.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "src/base/compiler.h"
#include "src/base/mem.h"
#include "tests/support/loop_wait.h"

#define OUTPUT_MAX ((size_t)256 << 20)
#define ARGS_MAX   64

/* A pipe; both ends are closed on exec. */
struct pipe_ends {
    int reader;
    int writer;
};

static void die(const char *what)
{
    perror(what);
    abort();
}

static struct pipe_ends pipe_make(void)
{
    int fds[2];
    if (pipe(fds) != 0 || fcntl(fds[0], F_SETFD, FD_CLOEXEC) != 0 ||
        fcntl(fds[1], F_SETFD, FD_CLOEXEC) != 0)
        die("pipe");
    return (struct pipe_ends){fds[0], fds[1]};
}

/* --- In the child, between fork and exec
 * ------------------------------------------------ */

/* Makes `fd` the stream `target`; -1 closes it. */
static void child_place(int fd, int target)
{
    if (fd < 0)
        close(target);
    else if (dup2(fd, target) < 0)
        _exit(126);
}

struct child_streams {
    int in;
    int out;
    int err;
    int life;
};

static void child_exec(const struct child_streams *streams, char **args, char **env)
{
    signal(SIGPIPE, SIG_DFL);
    child_place(streams->in, STDIN_FILENO);
    child_place(streams->out, STDOUT_FILENO);
    child_place(streams->err, STDERR_FILENO);
    fcntl(streams->life, F_SETFD, 0);
    for (size_t i = 0; env != NULL && env[i] != NULL; i++)
        putenv(env[i]);
    execvp(args[0], args);
    _exit(127);
}

/* --- In the test
 * ------------------------------------------------------------------------ */

static char *child_path(const struct child_options *options)
{
    if (options->program != NULL)
        return mem_strdup(options->program);
    const char *folder = getenv("MOTET_BUILDDIR");
    return strbuf_format("%s/motet", folder != NULL ? folder : ".");
}

static void child_stop(struct child_program *child, struct ev_io *io)
{
    if (io->fd < 0)
        return;
    ev_io_stop(child->loop, io);
    close(io->fd);
    io->fd = -1;
}

/* Reads what there is; the end closes the descriptor. */
static void child_collect(struct child_program *child, struct ev_io *io,
                          struct strbuf *text)
{
    char bytes[65536];
    const ssize_t got = read(io->fd, bytes, sizeof(bytes));
    if (got > 0)
        strbuf_append(text, bytes, (size_t)got);
    else if (got == 0 || (errno != EAGAIN && errno != EINTR))
        child_stop(child, io);
}

static void on_out(struct ev_loop *loop, struct ev_io *io, int revents)
{
    (void)loop;
    (void)revents;
    struct child_program *child = io->data;
    child_collect(child, io, &child->out);
}

static void on_err(struct ev_loop *loop, struct ev_io *io, int revents)
{
    (void)loop;
    (void)revents;
    struct child_program *child = io->data;
    child_collect(child, io, &child->err);
}

static void on_in(struct ev_loop *loop, struct ev_io *io, int revents)
{
    (void)loop;
    (void)revents;
    struct child_program *child = io->data;
    const ssize_t sent =
        write(io->fd, child->text + child->text_sent, child->text_len - child->text_sent);
    if (sent > 0)
        child->text_sent += (size_t)sent;
    const bool is_broken = sent < 0 && errno != EAGAIN && errno != EINTR;
    if (is_broken || child->text_sent == child->text_len)
        child_stop(child, io);
}

static void child_reap(struct child_program *child)
{
    int status = 0;
    while (waitpid(child->pid, &status, 0) < 0) {
        if (errno != EINTR)
            die("waitpid");
    }
    child->is_over = true;
    child->code = WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

static void on_life(struct ev_loop *loop, struct ev_io *io, int revents)
{
    (void)loop;
    (void)revents;
    struct child_program *child = io->data;
    child_stop(child, io);
    child_reap(child);
}

static void child_watch(struct child_program *child, struct ev_io *io, int fd, int events,
                        void (*callback)(struct ev_loop *, struct ev_io *, int))
{
    ev_io_init(io, callback, fd, events);
    io->data = child;
    if (fd < 0)
        return;
    fcntl(fd, F_SETFL, O_NONBLOCK);
    ev_io_start(child->loop, io);
}

/* The child's end of its standard output; the reader's end in `*reader`, or -1. */
static int child_open_output(enum child_output output, int *reader)
{
    *reader = -1;
    switch (output) {
    case CHILD_OUTPUT_CLOSED: return -1;
    case CHILD_OUTPUT_FULL: return open("/dev/full", O_WRONLY | O_CLOEXEC);
    case CHILD_OUTPUT_READ:
    case CHILD_OUTPUT_UNREAD:
    case CHILD_OUTPUT_LEFT: break;
    }
    const struct pipe_ends ends = pipe_make();
    *reader = ends.reader;
    return ends.writer;
}

/* The child's end of its standard input; the writer's end in `*writer`, or -1. */
static int child_open_input(enum child_input input, int *writer)
{
    *writer = -1;
    if (input == CHILD_INPUT_CLOSED)
        return -1;
    if (input == CHILD_INPUT_NONE)
        return open("/dev/null", O_RDONLY | O_CLOEXEC);
    const struct pipe_ends ends = pipe_make();
    *writer = ends.writer;
    return ends.reader;
}

static void close_all(const struct child_streams *streams)
{
    const int fds[] = {streams->in, streams->out, streams->err, streams->life};
    for (size_t i = 0; i < COUNT_OF(fds); i++) {
        if (fds[i] >= 0)
            close(fds[i]);
    }
}

static int child_fork(const struct child_options *options,
                      const struct child_streams *streams)
{
    char *args[ARGS_MAX + 2] = {child_path(options)};
    for (size_t i = 0; options->args[i] != NULL && i < ARGS_MAX; i++)
        args[i + 1] = (char *)(uintptr_t)options->args[i];
    const int pid = fork();
    if (pid < 0)
        die("fork");
    if (pid == 0)
        child_exec(streams, args, (char **)(uintptr_t)options->env);
    mem_free(args[0]);
    return pid;
}

struct child_program *child_start(struct ev_loop *loop,
                                  const struct child_options *options)
{
    struct child_program *child = mem_alloc(sizeof(*child));
    int out_reader;
    int in_writer;
    const struct pipe_ends err = pipe_make();
    const struct pipe_ends life = pipe_make();
    const struct child_streams streams = {
        .in = child_open_input(options->input, &in_writer),
        .out = child_open_output(options->output, &out_reader),
        .err = err.writer,
        .life = life.writer,
    };
    signal(SIGPIPE, SIG_IGN);
    strbuf_init(&child->out, OUTPUT_MAX);
    strbuf_init(&child->err, OUTPUT_MAX);
    child->loop = loop;
    child->list = options->list;
    if (child->list != NULL) {
        child->next = *child->list;
        *child->list = child;
    }
    if (options->text != NULL)
        child->text_len =
            options->text_len > 0 ? options->text_len : strlen(options->text);
    child->text =
        mem_strndup(options->text != NULL ? options->text : "", child->text_len);
    if (options->output == CHILD_OUTPUT_LEFT) {
        close(out_reader);
        out_reader = -1;
    }
    struct child_streams placed = streams;
    if (options->is_error_closed)
        placed.err = -1;
    child->pid = child_fork(options, &placed);
    close_all(&streams);
    child_watch(child, &child->out_io, out_reader, EV_READ, on_out);
    child_watch(child, &child->err_io, err.reader, EV_READ, on_err);
    child_watch(child, &child->in_io, in_writer, EV_WRITE, on_in);
    child_watch(child, &child->life_io, life.reader, EV_READ, on_life);
    if (options->input == CHILD_INPUT_OPEN)
        ev_io_stop(loop, &child->in_io);
    if (options->output == CHILD_OUTPUT_UNREAD)
        ev_io_stop(loop, &child->out_io);
    return child;
}

static void child_unlist(struct child_program *child)
{
    struct child_program **at = child->list;
    while (at != NULL && *at != NULL && *at != child)
        at = &(*at)->next;
    if (at != NULL && *at == child)
        *at = child->next;
}

void child_free(struct child_program *child)
{
    if (child == NULL)
        return;
    child_unlist(child);
    if (!child->is_over) {
        kill(child->pid, SIGKILL);
        child_reap(child);
    }
    child_stop(child, &child->out_io);
    child_stop(child, &child->err_io);
    child_stop(child, &child->in_io);
    child_stop(child, &child->life_io);
    strbuf_clear(&child->out);
    strbuf_clear(&child->err);
    mem_free(child->text);
    mem_free(child);
}

static void child_expect(struct child_program *child, bool (*is_met)(void *user),
                         void *user, const char *what)
{
    if (!loop_wait(child->loop, is_met, user))
        fail_msg("waited in vain for %s; standard output:\n%.5000s\nstandard "
                 "error:\n%.5000s",
                 what, strbuf_text(&child->out), strbuf_text(&child->err));
}

static bool child_is_over(void *user)
{
    const struct child_program *child = user;
    return child->is_over && !ev_is_active(&child->out_io) &&
           !ev_is_active(&child->err_io);
}

int child_wait(struct child_program *child)
{
    child_expect(child, child_is_over, child, "the end");
    return child->code;
}

struct text_wait {
    const struct strbuf *where;
    const char *text;
};

static bool text_is_there(void *user)
{
    const struct text_wait *wait = user;
    return strstr(strbuf_text(wait->where), wait->text) != NULL;
}

void child_wait_out(struct child_program *child, const char *text)
{
    struct text_wait wait = {&child->out, text};
    child_expect(child, text_is_there, &wait, text);
}

void child_wait_err(struct child_program *child, const char *text)
{
    struct text_wait wait = {&child->err, text};
    child_expect(child, text_is_there, &wait, text);
}

void child_signal(struct child_program *child, int signal_number)
{
    if (!child->is_over)
        kill(child->pid, signal_number);
}

void child_read_output(struct child_program *child)
{
    if (child->out_io.fd >= 0)
        ev_io_start(child->loop, &child->out_io);
}

void child_leave_output(struct child_program *child)
{
    child_stop(child, &child->out_io);
}
