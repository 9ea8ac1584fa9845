/*
 * The end of the child is looked for by a timer: unlike a descriptor it also sees a child
 * that was stopped (Ctrl-Z), which is continued at once, for no shell would do it.
 */
#include "ui/term/editor.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <ev.h>

#include "src/base/compiler.h"
#include "src/base/mem.h"
#include "src/base/strbuf.h"

#define EDITOR_LOOK_SECONDS 0.05

/* Descriptors that the child must not inherit are closed up to here. */
#define EDITOR_FD_MAX 4096

struct editor {
    struct ev_loop *loop;
    struct ev_timer timer;
    pid_t pid;
    void (*on_done)(void *user, bool is_ok);
    void *user;
};

/* Makes a process group the terminal's foreground, also from the background. */
static void editor_give_terminal(int fd, pid_t group)
{
    sigset_t block;
    sigset_t before;
    sigemptyset(&block);
    sigaddset(&block, SIGTTOU);
    sigprocmask(SIG_BLOCK, &block, &before);
    tcsetpgrp(fd, group);
    sigprocmask(SIG_SETMASK, &before, NULL);
}

static void editor_take_terminal(void)
{
    const int fd = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (fd < 0)
        return;
    editor_give_terminal(fd, getpgrp());
    close(fd);
}

/* Between fork and exec: what we have set up for ourselves is not for the editor. */
static void editor_run(const struct editor_options *options)
{
    static const int signals[] = {SIGINT,  SIGQUIT, SIGTERM, SIGHUP,   SIGTSTP,
                                  SIGTTIN, SIGTTOU, SIGPIPE, SIGWINCH, SIGCONT};
    const int fd = open("/dev/tty", O_RDWR);
    sigset_t none;
    sigemptyset(&none);
    setpgid(0, 0);
    editor_give_terminal(fd, getpid());
    for (size_t i = 0; i < COUNT_OF(signals); i++)
        signal(signals[i], SIG_DFL);
    sigprocmask(SIG_SETMASK, &none, NULL);
    if (fd < 0 || dup2(fd, 0) < 0 || dup2(fd, 1) < 0 || dup2(fd, 2) < 0)
        _exit(126);
    for (int i = 3; i < EDITOR_FD_MAX; i++)
        close(i);
    /* As git and mail programs do it: the command may have arguments of its own. */
    char *const argv[] = {(char *)"sh",
                          (char *)"-c",
                          (char *)options->command,
                          (char *)options->command,
                          (char *)options->path,
                          NULL};
    execve("/bin/sh", argv, options->environment);
    _exit(127);
}

static void editor_on_timer(struct ev_loop *loop, struct ev_timer *timer, int events)
{
    (void)events;
    struct editor *editor = timer->data;
    int status = 0;
    const pid_t got = waitpid(editor->pid, &status, WNOHANG | WUNTRACED);
    if (got == 0 || (got < 0 && errno == EINTR))
        return;
    if (got == editor->pid && WIFSTOPPED(status)) {
        kill(-editor->pid, SIGCONT);
        return;
    }
    ev_timer_stop(loop, timer);
    editor_take_terminal();
    editor->pid = 0;
    editor->on_done(editor->user,
                    got > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

struct editor *editor_start(struct ev_loop *loop, const struct editor_options *options,
                            struct error *err)
{
    /* "$EDITOR FILE", the file as the shell's first argument. */
    char *command = strbuf_format("%s \"$1\"", options->command);
    struct editor_options own = *options;
    own.command = command;
    const pid_t pid = fork();
    if (pid == 0)
        editor_run(&own);
    mem_free(command);
    if (pid < 0) {
        error_set(err, ERROR_INTERNAL, "the editor cannot be started: %s",
                  strerror(errno));
        return NULL;
    }
    setpgid(pid, pid);
    struct editor *editor = mem_alloc(sizeof(*editor));
    editor->loop = loop;
    editor->pid = pid;
    editor->on_done = options->on_done;
    editor->user = options->user;
    ev_timer_init(&editor->timer, editor_on_timer, EDITOR_LOOK_SECONDS,
                  EDITOR_LOOK_SECONDS);
    editor->timer.data = editor;
    ev_timer_start(loop, &editor->timer);
    return editor;
}

void editor_free(struct editor *editor)
{
    if (editor == NULL)
        return;
    ev_timer_stop(editor->loop, &editor->timer);
    if (editor->pid > 0) {
        kill(-editor->pid, SIGHUP);
        kill(-editor->pid, SIGCONT);
        kill(-editor->pid, SIGKILL);
        while (waitpid(editor->pid, NULL, 0) < 0 && errno == EINTR)
            continue;
        editor_take_terminal();
    }
    mem_free(editor);
}
