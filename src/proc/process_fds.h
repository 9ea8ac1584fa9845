/*
 * Descriptors of processes where systems differ: closing all but the first three, and a
 * descriptor that stands for a process.
 */
#ifndef PROC_PROCESS_FDS_H
#define PROC_PROCESS_FDS_H

#include <sys/types.h>

/* Closes every descriptor from `first` on. Safe between fork and exec. */
void process_fds_close_from(int first);

/* A descriptor, closed on exec, that becomes readable when the process ends; -1 where the
 * system has none. */
int process_fds_open_process(pid_t pid);

#endif
