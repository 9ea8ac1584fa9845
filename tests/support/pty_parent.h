/*
 * The small shell-like parent of a program under test: a session of its own on the
 * pseudo-terminal, the program in a foreground group of its own, stops noticed and
 * continued as "fg" does. Talks to the test through a socket of whole messages.
 */
#ifndef SUPPORT_PTY_PARENT_H
#define SUPPORT_PTY_PARENT_H

#include <sys/types.h>
#include <termios.h>

enum pty_news {
    PTY_STARTED, /* value: the program's process id */
    PTY_STOPPED, /* value: the signal that stopped it */
    PTY_ENDED    /* value: the status of waitpid */
};

/* What the parent tells; `settings` are those of the terminal at that moment. */
struct pty_message {
    enum pty_news news;
    int value;
    struct termios settings;
};

struct pty_parent_options {
    const char *terminal; /* the path of the slave side */
    int socket;
    char *const *argv;
    char *const *environment;
};

/* The byte that asks the parent to continue a stopped program. */
#define PTY_CONTINUE 'c'

/* Runs as the parent until the program has ended; never returns. To be called in a
 * forked process. */
_Noreturn void pty_parent_run(const struct pty_parent_options *options);

#endif
