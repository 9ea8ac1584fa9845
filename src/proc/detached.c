/*
 * Two forks: the one between is gone at once and waited for, so that the program belongs
 * to nobody. After a fork only calls that are safe there are made. What fails is told
 * through a pipe, which a successful exec closes; both forks take a moment only.
 */
#include "src/proc/detached.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "src/proc/process_fds.h"
#include "src/proc/process_spawn.h"

/* The report pipe's number in the child. */
#define REPORT 3

static void report_and_exit(int fd, int reason)
{
    const ssize_t ignored = write(fd, &reason, sizeof(reason));
    (void)ignored;
    _exit(127);
}

/* In the second child. */
static void become(const char *path, const char *const *argv, char *const *environment,
                   int report)
{
    process_reset_signals();
    const int null = open("/dev/null", O_RDWR);
    if (report != REPORT && dup2(report, REPORT) < 0)
        report_and_exit(report, errno);
    if (null < 0 || dup2(null, STDIN_FILENO) < 0 || dup2(null, STDOUT_FILENO) < 0 ||
        dup2(null, STDERR_FILENO) < 0)
        report_and_exit(REPORT, errno);
    fcntl(REPORT, F_SETFD, FD_CLOEXEC);
    process_fds_close_from(REPORT + 1);
    execve(path, (char *const *)argv, environment);
    report_and_exit(REPORT, errno);
}

static void wait_for(pid_t pid)
{
    int status;
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
        continue;
}

/* What the child says: 0 if the program runs, otherwise an errno. */
static int read_report(int fd)
{
    int reason = 0;
    ssize_t count;
    do
        count = read(fd, &reason, sizeof(reason));
    while (count < 0 && errno == EINTR);
    return count == (ssize_t)sizeof(reason) ? reason : 0;
}

/* Moves a descriptor away from the numbers that the child gives to others. */
static int lift(int fd)
{
    const int lifted = fcntl(fd, F_DUPFD_CLOEXEC, REPORT);
    close(fd);
    return lifted;
}

bool detached_start(const char *path, const char *const *argv, char *const *environment,
                    struct error *err)
{
    int fds[2];
    int reason = 0;
    if (pipe(fds) != 0) {
        error_set(err, ERROR_INTERNAL, "cannot start %s: %s", path, strerror(errno));
        return false;
    }
    const int from = lift(fds[0]);
    const int to = lift(fds[1]);
    const pid_t pid = from >= 0 && to >= 0 ? fork() : -1;
    if (pid == 0) {
        setsid();
        const pid_t second = fork();
        if (second == 0)
            become(path, argv, environment, to);
        if (second < 0)
            report_and_exit(to, errno);
        _exit(0);
    }
    if (pid < 0)
        reason = errno;
    if (to >= 0)
        close(to);
    if (pid > 0) {
        wait_for(pid);
        reason = read_report(from);
    }
    if (from >= 0)
        close(from);
    if (reason != 0)
        error_set(err, ERROR_INTERNAL, "cannot start %s: %s", path, strerror(reason));
    return reason == 0;
}
