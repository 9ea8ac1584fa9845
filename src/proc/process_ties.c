/* Linux knows both as options of prctl. */
#include "src/proc/process_ties.h"

#if defined(__linux__)

#include <signal.h>
#include <sys/prctl.h>

void process_ties_hide(void)
{
    prctl(PR_SET_DUMPABLE, 0L, 0L, 0L, 0L);
}

void process_ties_follow_parent(void)
{
    prctl(PR_SET_PDEATHSIG, (unsigned long)SIGKILL, 0L, 0L, 0L);
}

#else

void process_ties_hide(void)
{
}

void process_ties_follow_parent(void)
{
}

#endif
