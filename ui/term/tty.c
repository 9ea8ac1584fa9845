/*
 * The terminal device. Everything that the signal handler may need stands in one static
 * record, filled before the handlers are armed: the settings to put back, the bytes to
 * write, the descriptor. tty_restore uses only async-signal-safe calls, so the same
 * function serves the orderly end, exit() and a crash.
 */
#include "ui/term/tty.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "src/base/compiler.h"
#include "src/base/mem.h"

/* The largest size believed; a canvas of it still fits in memory. */
#define MAX_WIDTH  2000
#define MAX_HEIGHT 1000

#define RESTORE_WAIT_MS 200

static const int fatal_signals[] = {
    SIGSEGV, SIGBUS,  SIGFPE,  SIGILL,  SIGABRT,   SIGTRAP, SIGQUIT, SIGSYS,
    SIGXCPU, SIGUSR1, SIGUSR2, SIGALRM, SIGVTALRM, SIGPROF, SIGPOLL,
};

/* What the signal handler reads. The only mutable static of the program. */
static struct {
    volatile sig_atomic_t is_raw;
    int fd;
    int shared_flags; /* the flags of a shared description, or -1 */
    struct termios saved;
    char restore[TTY_RESTORE_MAX];
    size_t restore_len;
    struct sigaction old_actions[COUNT_OF(fatal_signals)];
    bool is_open;
    bool has_exit_hook;
    bool owns_stack;
    char stack[64 * 1024];
} record;

struct tty {
    int fd;
    int shared_flags; /* see open_device */
};

/* --- Restore: async-signal-safe --------------------------------------------------- */

static long now_ms(void)
{
    struct timespec now = {0};
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (long)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Writes the restore bytes; for a terminal that does not read, drops what it has not. */
static void write_restore_bytes(void)
{
    const long deadline_ms = now_ms() + RESTORE_WAIT_MS;
    bool has_dropped = false;
    size_t done = 0;
    while (done < record.restore_len) {
        const ssize_t count =
            write(record.fd, record.restore + done, record.restore_len - done);
        if (count > 0) {
            done += (size_t)count;
            continue;
        }
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0 && errno != EAGAIN && errno != EWOULDBLOCK)
            return;
        const long left_ms = deadline_ms - now_ms();
        struct pollfd wait = {.fd = record.fd, .events = POLLOUT};
        if (left_ms > 0 && poll(&wait, 1, (int)left_ms) >= 0)
            continue;
        if (has_dropped)
            return;
        tcflush(record.fd, TCOFLUSH);
        has_dropped = true;
    }
}

void tty_restore(void)
{
    if (!record.is_raw)
        return;
    record.is_raw = 0;
    const int saved_errno = errno;
    /* From the background the change would stop the process (SIGTTOU) unless blocked. */
    sigset_t block;
    sigset_t before;
    sigemptyset(&block);
    sigaddset(&block, SIGTTOU);
    sigprocmask(SIG_BLOCK, &block, &before);
    write_restore_bytes();
    /* Mouse reports that were not read must not become the shell's next command. */
    tcflush(record.fd, TCIFLUSH);
    /* Not TCSADRAIN: a terminal that does not read would hold us for ever. */
    while (tcsetattr(record.fd, TCSANOW, &record.saved) != 0 && errno == EINTR)
        continue;
    if (record.shared_flags >= 0)
        fcntl(record.fd, F_SETFL, record.shared_flags);
    sigprocmask(SIG_SETMASK, &before, NULL);
    errno = saved_errno;
}

/*
 * Restores and lets the signal do what it would have done: the old action (mostly the
 * default; a sanitizer's report) meets the raised signal when the handler returns.
 */
static void on_fatal_signal(int signal_number)
{
    tty_restore();
    struct sigaction action = {.sa_handler = SIG_DFL};
    for (size_t i = 0; i < COUNT_OF(fatal_signals); i++) {
        const struct sigaction *old = &record.old_actions[i];
        const bool is_ignored =
            (old->sa_flags & SA_SIGINFO) == 0 && old->sa_handler == SIG_IGN;
        if (fatal_signals[i] == signal_number && !is_ignored)
            action = *old;
    }
    sigaction(signal_number, &action, NULL);
    raise(signal_number);
}

/* --- Arming ----------------------------------------------------------------------- */

/* Gives the handlers a stack of their own, so that a stack overflow is survived too. */
static void use_own_stack(void)
{
    stack_t current;
    if (sigaltstack(NULL, &current) != 0 || (current.ss_flags & SS_DISABLE) == 0)
        return; /* a sanitizer has set one */
    const stack_t own = {.ss_sp = record.stack, .ss_size = sizeof(record.stack)};
    record.owns_stack = sigaltstack(&own, NULL) == 0;
}

static void arm_handlers(void)
{
    use_own_stack();
    struct sigaction action = {.sa_handler = on_fatal_signal, .sa_flags = SA_ONSTACK};
    sigfillset(&action.sa_mask);
    for (size_t i = 0; i < COUNT_OF(fatal_signals); i++)
        sigaction(fatal_signals[i], &action, &record.old_actions[i]);
    if (!record.has_exit_hook)
        record.has_exit_hook = atexit(tty_restore) == 0;
}

static void disarm_handlers(void)
{
    for (size_t i = 0; i < COUNT_OF(fatal_signals); i++)
        sigaction(fatal_signals[i], &record.old_actions[i], NULL);
    if (record.owns_stack) {
        const stack_t none = {.ss_flags = SS_DISABLE};
        sigaltstack(&none, NULL);
        record.owns_stack = false;
    }
}

/* --- Life ------------------------------------------------------------------------- */

/* Opens the terminal of `fd` as a description of our own; -1 when that cannot be. */
static int open_anew(int fd)
{
    char name[256];
    if (ttyname_r(fd, name, sizeof(name)) != 0)
        return -1;
    const int own = open(name, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    struct stat wanted;
    struct stat found;
    if (own < 0 || (fstat(fd, &wanted) == 0 && fstat(own, &found) == 0 &&
                    wanted.st_rdev == found.st_rdev))
        return own;
    close(own); /* another /dev is mounted here: the name means something else */
    return -1;
}

/*
 * The descriptor to use. Where the name of the terminal cannot be opened (a container, a
 * changed user) the description is shared: its flags are kept for the restore.
 */
static int open_device(int fd, int *shared_flags)
{
    *shared_flags = -1;
    const int own = open_anew(fd);
    if (own >= 0)
        return own;
    const int shared = fcntl(fd, F_DUPFD_CLOEXEC, 3);
    if (shared >= 0)
        *shared_flags = fcntl(shared, F_GETFL);
    return shared;
}

struct tty *tty_open(int in_fd, int out_fd, struct error *err)
{
    if (record.is_open) {
        error_set(err, ERROR_INTERNAL, "the terminal is already in use by this program");
        return NULL;
    }
    if (!isatty(out_fd) && !isatty(in_fd)) {
        error_set(err, ERROR_USAGE,
                  "standard input and output are not a terminal; the screen needs one");
        return NULL;
    }
    struct tty *tty = mem_alloc(sizeof(*tty));
    tty->fd = open_device(isatty(out_fd) ? out_fd : in_fd, &tty->shared_flags);
    if (tty->fd < 0 || tcgetattr(tty->fd, &record.saved) != 0) {
        error_set(err, ERROR_INTERNAL, "cannot open the terminal: %s", strerror(errno));
        if (tty->fd >= 0)
            close(tty->fd);
        mem_free(tty);
        return NULL;
    }
    record.fd = tty->fd;
    record.shared_flags = tty->shared_flags;
    record.restore_len = 0;
    record.is_open = true;
    arm_handlers();
    return tty;
}

void tty_close(struct tty *tty)
{
    if (tty == NULL)
        return;
    tty_restore();
    disarm_handlers();
    record.is_open = false;
    close(tty->fd);
    mem_free(tty);
}

int tty_get_fd(const struct tty *tty)
{
    return tty->fd;
}

static int clamp_size(int cells, int fallback, int max)
{
    if (cells <= 0)
        return fallback;
    return cells < max ? cells : max;
}

void tty_get_size(const struct tty *tty, int *width, int *height)
{
    struct winsize size = {0};
    if (ioctl(tty->fd, TIOCGWINSZ, &size) != 0)
        size = (struct winsize){0};
    *width = clamp_size(size.ws_col, 80, MAX_WIDTH);
    *height = clamp_size(size.ws_row, 24, MAX_HEIGHT);
}

void tty_set_restore_bytes(struct tty *tty, const char *bytes, size_t len)
{
    (void)tty;
    record.restore_len = len < sizeof(record.restore) ? len : sizeof(record.restore);
    memcpy(record.restore, bytes, record.restore_len);
}

bool tty_enter_raw(struct tty *tty, struct error *err)
{
    /* After a stop the person may have changed the settings: they are the ones to put
     * back. Continued without our restore (SIGSTOP) they may be our own: kept. */
    if (!record.is_raw && tcgetattr(tty->fd, &record.saved) != 0) {
        error_set(err, ERROR_INTERNAL, "cannot read the terminal's settings: %s",
                  strerror(errno));
        return false;
    }
    struct termios raw = record.saved;
    raw.c_iflag &= ~(tcflag_t)(IGNBRK | BRKINT | PARMRK | INPCK | ISTRIP | INLCR | IGNCR |
                               ICRNL | IXON | IXOFF);
    raw.c_oflag &= ~(tcflag_t)OPOST;
    raw.c_lflag &= ~(tcflag_t)(ECHO | ECHONL | ICANON | ISIG | IEXTEN);
    raw.c_cflag &= ~(tcflag_t)(CSIZE | PARENB);
    raw.c_cflag |= CS8;
    raw.c_cc[VMIN] = 1;
    raw.c_cc[VTIME] = 0;
    record.is_raw = 1;
    while (tcsetattr(tty->fd, TCSANOW, &raw) != 0) {
        if (errno == EINTR)
            continue;
        error_set(err, ERROR_INTERNAL, "cannot change the terminal's settings: %s",
                  strerror(errno));
        record.is_raw = 0;
        return false;
    }
    if (tty->shared_flags >= 0)
        fcntl(tty->fd, F_SETFL, tty->shared_flags | O_NONBLOCK);
    return true;
}
