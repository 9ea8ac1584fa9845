/*
 * Programs run by the bench, and what they cost: processor time and memory as the system
 * counted them when the program ended, or as /proc tells while it runs. Knows nothing of
 * Motet. Whatever cannot be started or read ends the bench with a sentence.
 */
#ifndef BENCH_BENCH_PROCESS_H
#define BENCH_BENCH_PROCESS_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct bench_command {
    pid_t pid;
    int64_t begin_us;
};

struct bench_cost {
    double cpu_ms; /* user and system */
    double wall_ms;
    double peak_mib;
};

struct bench_memory {
    double rss_mib;
    double pss_mib; /* shared pages divided among those who share them */
    double peak_mib;
};

/* Ends the bench with a sentence. */
_Noreturn void bench_die(const char *what);

/* Starts a program; argv is NULL-terminated. Input is empty; output goes to the file, or
 * nowhere if that is NULL. */
struct bench_command bench_command_start(const char *const *argv, const char *out_path);

/* Waits for its end. A program that fails ends the bench. */
struct bench_cost bench_command_wait(const struct bench_command *command);

/* The processor time of all programs that were waited for so far, theirs included. */
double bench_ended_cpu_ms(void);

struct bench_memory bench_memory_of(pid_t pid);

/* The processor time of a running process's first thread, in microseconds. */
double bench_cpu_us_of(pid_t pid);

/* How often the process went to sleep so far: each time something had woken it. */
long bench_wakeups_of(pid_t pid);

/* The value below which that part of the values lies (0.5: the median); sorts them. */
double bench_percentile(double *values, size_t count, double part);

#endif
