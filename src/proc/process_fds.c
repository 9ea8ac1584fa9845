/* The system calls are asked for by number: not every C library has a name for them. */
#include "src/proc/process_fds.h"

#include <sys/syscall.h>
#include <unistd.h>

/* Where the range cannot be closed in one call: no program has more open in practice. */
#define FDS_MAX 65536

#ifdef SYS_close_range
static long fds_close_range(int first)
{
    return syscall(SYS_close_range, (unsigned)first, ~0U, 0U);
}
#else
static long fds_close_range(int first)
{
    (void)first;
    return -1;
}
#endif

void process_fds_close_from(int first)
{
    if (fds_close_range(first) == 0)
        return;
    const long limit = sysconf(_SC_OPEN_MAX);
    const int end = limit > 0 && limit < FDS_MAX ? (int)limit : FDS_MAX;
    for (int fd = first; fd < end; fd++)
        close(fd);
}

#ifdef SYS_pidfd_open
int process_fds_open_process(pid_t pid)
{
    /* Closed on exec by itself. */
    return (int)syscall(SYS_pidfd_open, pid, 0U);
}
#else
int process_fds_open_process(pid_t pid)
{
    (void)pid;
    return -1;
}
#endif
