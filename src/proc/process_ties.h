/*
 * What a process may see of us and how long it may outlive us, as far as the system can
 * be told: where it cannot, these do nothing.
 */
#ifndef PROC_PROCESS_TIES_H
#define PROC_PROCESS_TIES_H

/* Hides memory and environment of this program from other processes of the same person
 * (/proc/PID/environ, debuggers, core files): keys stand there. The administrator sees
 * them all the same. */
void process_ties_hide(void);

/* In a child before exec: it is killed when the program that started it is. */
void process_ties_follow_parent(void);

#endif
