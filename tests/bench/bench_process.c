/* fork, wait4 and a reader of "Name: number" files in /proc. */
#include "tests/bench/bench_process.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "src/base/clock.h"
#include "src/base/error.h"
#include "src/base/mem.h"
#include "src/base/path.h"
#include "src/base/strbuf.h"

_Noreturn void bench_die(const char *what)
{
    fprintf(stderr, "bench: %s\n", what);
    exit(1);
}

static void become(const char *const *argv, const char *out_path)
{
    const int in = open("/dev/null", O_RDONLY);
    const int out = open(out_path != NULL ? out_path : "/dev/null",
                         O_WRONLY | O_CREAT | O_TRUNC, 0600);
    dup2(in, STDIN_FILENO);
    dup2(out, STDOUT_FILENO);
    close(in);
    close(out);
    execvp(argv[0], (char *const *)argv);
    fprintf(stderr, "bench: cannot run %s: %s\n", argv[0], strerror(errno));
    _exit(127);
}

struct bench_command bench_command_start(const char *const *argv, const char *out_path)
{
    struct bench_command command = {.begin_us = clock_now_us()};
    command.pid = fork();
    if (command.pid < 0)
        bench_die("cannot fork");
    if (command.pid == 0)
        become(argv, out_path);
    return command;
}

static double timeval_ms(struct timeval time)
{
    return (double)time.tv_sec * 1e3 + (double)time.tv_usec / 1e3;
}

static double usage_cpu_ms(const struct rusage *usage)
{
    return timeval_ms(usage->ru_utime) + timeval_ms(usage->ru_stime);
}

struct bench_cost bench_command_wait(const struct bench_command *command)
{
    struct rusage usage;
    int status = 0;
    while (wait4(command->pid, &status, 0, &usage) < 0) {
        if (errno != EINTR)
            bench_die("wait4 failed");
    }
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
        bench_die("a program that was to be measured failed");
    return (struct bench_cost){
        .cpu_ms = usage_cpu_ms(&usage),
        .wall_ms = (double)(clock_now_us() - command->begin_us) / 1e3,
        .peak_mib = (double)usage.ru_maxrss / 1024,
    };
}

double bench_ended_cpu_ms(void)
{
    struct rusage usage;
    getrusage(RUSAGE_CHILDREN, &usage);
    return usage_cpu_ms(&usage);
}

/* The sum of the lines "name:  number" in a file of /proc. */
static long proc_number(pid_t pid, const char *file, const char *name)
{
    struct strbuf text;
    struct error err = {ERROR_NONE, NULL};
    char *path = strbuf_format("/proc/%ld/%s", (long)pid, file);
    strbuf_init(&text, (size_t)1 << 20);
    if (!path_read_file(path, &text, &err))
        bench_die(error_text(&err));
    long sum = 0;
    const size_t len = strlen(name);
    for (const char *at = strbuf_text(&text); at != NULL; at = strchr(at, '\n')) {
        at += *at == '\n';
        if (strncmp(at, name, len) == 0 && at[len] == ':')
            sum += strtol(at + len + 1, NULL, 10);
    }
    strbuf_clear(&text);
    mem_free(path);
    return sum;
}

struct bench_memory bench_memory_of(pid_t pid)
{
    return (struct bench_memory){
        .rss_mib = (double)proc_number(pid, "status", "VmRSS") / 1024,
        .pss_mib = (double)proc_number(pid, "smaps_rollup", "Pss") / 1024,
        .peak_mib = (double)proc_number(pid, "status", "VmHWM") / 1024,
    };
}

long bench_wakeups_of(pid_t pid)
{
    return proc_number(pid, "status", "voluntary_ctxt_switches");
}

double bench_cpu_us_of(pid_t pid)
{
    char path[64];
    long long ns = 0;
    snprintf(path, sizeof(path), "/proc/%d/schedstat", (int)pid);
    FILE *file = fopen(path, "r");
    if (file == NULL || fscanf(file, "%lld", &ns) != 1)
        bench_die("cannot read the processor time of the program");
    fclose(file);
    return (double)ns / 1e3;
}

static int compare_doubles(const void *a, const void *b)
{
    const double x = *(const double *)a;
    const double y = *(const double *)b;
    return (x > y) - (x < y);
}

double bench_percentile(double *values, size_t count, double part)
{
    qsort(values, count, sizeof(values[0]), compare_doubles);
    size_t index = (size_t)(part * (double)count);
    if (index >= count)
        index = count - 1;
    return values[index];
}
