/*
 * What an interactive shell does for a job, and nothing else. It does not touch the
 * terminal's settings when the job stops or ends, so a test sees what the job left.
 */
#include "tests/support/pty_parent.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "src/base/compiler.h"

extern char **environ;

static void set_signals(void (*action)(int))
{
    static const int numbers[] = {SIGHUP,  SIGINT,  SIGQUIT, SIGTSTP,  SIGTTIN,
                                  SIGTTOU, SIGTERM, SIGPIPE, SIGWINCH, SIGCHLD};
    for (size_t i = 0; i < COUNT_OF(numbers); i++)
        signal(numbers[i], action);
}

static void tell(int socket, int terminal, enum pty_news news, int value)
{
    struct pty_message message = {.news = news, .value = value};
    tcgetattr(terminal, &message.settings);
    if (send(socket, &message, sizeof(message), MSG_NOSIGNAL) < 0)
        _exit(0); /* the test is gone; the terminal's end will end the program */
}

_Noreturn static void become_program(const struct pty_parent_options *options,
                                     int terminal)
{
    setpgid(0, 0);
    tcsetpgrp(terminal, getpid());
    set_signals(SIG_DFL);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    for (int fd = 0; fd < 3; fd++)
        dup2(terminal, fd);
    if (terminal > 2)
        close(terminal);
    environ = (char **)options->environment;
    execvp(options->argv[0], options->argv);
    dprintf(2, "cannot run %s: %s\n", options->argv[0], strerror(errno));
    _exit(127);
}

/* Waits for the word of the test; without a test the program is ended. */
static void wait_for_continue(int socket, pid_t program)
{
    char request;
    if (recv(socket, &request, 1, 0) != 1)
        kill(-program, SIGKILL);
}

_Noreturn void pty_parent_run(const struct pty_parent_options *options)
{
    setsid();
    set_signals(SIG_IGN);
    signal(SIGCHLD, SIG_DFL);
    const int terminal = open(options->terminal, O_RDWR);
    if (terminal < 0)
        _exit(126);
    ioctl(terminal, TIOCSCTTY, 0);
    fcntl(terminal, F_SETFD, FD_CLOEXEC);
    struct termios settings;
    tcgetattr(terminal, &settings);
    const pid_t program = fork();
    if (program == 0)
        become_program(options, terminal);
    if (program < 0)
        _exit(126);
    setpgid(program, program);
    tcsetpgrp(terminal, program);
    struct pty_message started = {
        .news = PTY_STARTED, .value = program, .settings = settings};
    send(options->socket, &started, sizeof(started), MSG_NOSIGNAL);
    int status = 0;
    while (waitpid(program, &status, WUNTRACED) == program && WIFSTOPPED(status)) {
        tcsetpgrp(terminal, getpgrp());
        tell(options->socket, terminal, PTY_STOPPED, WSTOPSIG(status));
        wait_for_continue(options->socket, program);
        tcsetpgrp(terminal, program);
        kill(-program, SIGCONT);
    }
    tell(options->socket, terminal, PTY_ENDED, status);
    _exit(0);
}
