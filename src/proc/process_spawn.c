/*
 * Between fork and exec only calls that are safe there are made: other threads
 * (libcurl's look-ups) may have held any lock when the process was copied. What fails
 * there is told through the report pipe, which a successful exec closes.
 */
#include "src/proc/process_spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "src/base/mem.h"
#include "src/base/strbuf.h"
#include "src/proc/process_fds.h"
#include "src/proc/process_ties.h"

struct pipe_ends {
    int from;
    int to;
};

static void pipe_close(struct pipe_ends *ends)
{
    if (ends->from >= 0)
        close(ends->from);
    if (ends->to >= 0)
        close(ends->to);
    *ends = (struct pipe_ends){-1, -1};
}

/* Moves a descriptor away from the numbers 0 to 2, which the child gives to others. */
static int pipe_lift(int fd)
{
    const int lifted = fcntl(fd, F_DUPFD_CLOEXEC, 3);
    close(fd);
    return lifted;
}

static bool pipe_open(struct pipe_ends *ends)
{
    int fds[2];
    if (pipe(fds) != 0)
        return false;
    *ends = (struct pipe_ends){pipe_lift(fds[0]), pipe_lift(fds[1])};
    if (ends->from >= 0 && ends->to >= 0)
        return true;
    pipe_close(ends);
    return false;
}

struct process_plumbing {
    struct pipe_ends input; /* `from` alone, /dev/null, where there is no input */
    struct pipe_ends output;
    struct pipe_ends errors;
    struct pipe_ends report;
};

static void plumbing_close(struct process_plumbing *plumbing)
{
    pipe_close(&plumbing->input);
    pipe_close(&plumbing->output);
    pipe_close(&plumbing->errors);
    pipe_close(&plumbing->report);
}

static bool plumbing_open(struct process_plumbing *plumbing, bool has_input)
{
    const struct pipe_ends none = {-1, -1};
    *plumbing = (struct process_plumbing){none, none, none, none};
    bool ok = pipe_open(&plumbing->output) && pipe_open(&plumbing->errors) &&
              pipe_open(&plumbing->report);
    if (ok && has_input) {
        ok = pipe_open(&plumbing->input);
    } else if (ok) {
        const int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
        plumbing->input.from = null >= 0 ? pipe_lift(null) : -1;
        ok = plumbing->input.from >= 0;
    }
    if (!ok)
        plumbing_close(plumbing);
    return ok;
}

/* --- In the child
 * -------------------------------------------------------------------------
 */

void process_reset_signals(void)
{
    struct sigaction action = {.sa_handler = SIG_DFL};
    sigset_t none;
    sigemptyset(&action.sa_mask);
    for (int signum = 1; signum < 32; signum++)
        sigaction(signum, &action, NULL);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

static void process_become(const struct process_options *options,
                           const char *const *paths, char *const *environment,
                           const struct process_plumbing *plumbing)
{
    setpgid(0, 0);
    process_ties_follow_parent();
    process_reset_signals();
    /* The ends all have numbers above 2; the report pipe closes itself on exec. */
    bool ok = dup2(plumbing->input.from, STDIN_FILENO) >= 0 &&
              dup2(plumbing->output.to, STDOUT_FILENO) >= 0 &&
              dup2(plumbing->errors.to, STDERR_FILENO) >= 0;
    const int report = 3;
    if (ok && plumbing->report.to != report)
        ok = dup2(plumbing->report.to, report) >= 0;
    ok = ok && fcntl(report, F_SETFD, FD_CLOEXEC) == 0;
    if (ok)
        process_fds_close_from(report + 1);
    if (ok && options->directory != NULL)
        ok = chdir(options->directory) == 0;
    int reason = errno;
    if (ok) {
        reason = ENOENT;
        for (size_t i = 0; paths[i] != NULL; i++) {
            execve(paths[i], (char *const *)options->argv, environment);
            if (errno != ENOENT && errno != ENOTDIR)
                reason = errno;
        }
    }
    const ssize_t ignored = write(report, &reason, sizeof(reason));
    (void)ignored;
    _exit(127);
}

/* --- In the parent
 * ------------------------------------------------------------------------
 */

/* Where the command may lie, ends with NULL: found before the fork, tried after it. */
static char **command_paths(const char *command, char *const *environment)
{
    char **paths = NULL;
    size_t cap = 0;
    size_t len = 0;
    const char *search = "/usr/bin:/bin";
    for (size_t i = 0; environment[i] != NULL; i++) {
        if (strncmp(environment[i], "PATH=", 5) == 0)
            search = environment[i] + 5;
    }
    const bool is_path = strchr(command, '/') != NULL;
    while (!is_path && *search != '\0') {
        const size_t part = strcspn(search, ":");
        /* An empty part would mean the current directory: nothing is run from there. */
        if (part > 0 && search[0] == '/') {
            paths = mem_grow(paths, &cap, len + 1, sizeof(paths[0]));
            paths[len++] = strbuf_format("%.*s/%s", (int)part, search, command);
        }
        search += part + (search[part] == ':');
    }
    paths = mem_grow(paths, &cap, len + 2, sizeof(paths[0]));
    if (is_path)
        paths[len++] = mem_strdup(command);
    paths[len] = NULL;
    return paths;
}

static void set_nonblocking(int fd)
{
    if (fd >= 0)
        fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
}

/* Keeps our ends, closes the child's. */
static void plumbing_keep_ours(struct process_plumbing *plumbing,
                               struct process_pipes *pipes)
{
    *pipes = (struct process_pipes){plumbing->input.to, plumbing->output.from,
                                    plumbing->errors.from, plumbing->report.from, -1};
    plumbing->input.to = plumbing->output.from = -1;
    plumbing->errors.from = plumbing->report.from = -1;
    plumbing_close(plumbing);
    set_nonblocking(pipes->input);
    set_nonblocking(pipes->output);
    set_nonblocking(pipes->errors);
    set_nonblocking(pipes->report);
}

bool process_spawn(const struct process_options *options, char *const *environment,
                   pid_t *pid, struct process_pipes *pipes, struct error *err)
{
    struct process_plumbing plumbing;
    if (!plumbing_open(&plumbing, options->input != NULL || options->is_stream)) {
        error_set(err, ERROR_INTERNAL, "no pipe for %s: %s", options->argv[0],
                  strerror(errno));
        return false;
    }
    char **paths = command_paths(options->argv[0], environment);
    *pid = fork();
    if (*pid == 0)
        process_become(options, (const char *const *)paths, environment, &plumbing);
    process_free_environment(paths);
    if (*pid < 0) {
        error_set(err, ERROR_INTERNAL, "no process for %s: %s", options->argv[0],
                  strerror(errno));
        plumbing_close(&plumbing);
        return false;
    }
    /* Both sides do it, so that it is done whoever comes first. */
    setpgid(*pid, *pid);
    plumbing_keep_ours(&plumbing, pipes);
    pipes->life = process_fds_open_process(*pid);
    return true;
}
