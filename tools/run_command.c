/*
 * A command given as a list of words, run without a shell: its exit status and what it
 * said. Both of its outputs are read to the end; of what is too long the middle is left
 * out. It stays in our process group, so that it is ended with us.
 */
#include "tools/motet_tool.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "src/base/json.h"
#include "src/base/mem.h"
#include "src/base/utf8.h"

#define COMMAND_WORDS_MAX 1000
/* How often the end of the child is looked for while it says nothing. */
#define COMMAND_LOOK_MS 200
/* Of each output: so much of its beginning, and as much of its end. */
#define COMMAND_KEPT_MAX ((size_t)50 << 10)

/* What is kept of one output. */
struct outlet {
    int fd; /* -1: at its end */
    struct strbuf head;
    struct strbuf tail;
    size_t total;
};

static void outlet_init(struct outlet *outlet, int fd)
{
    *outlet = (struct outlet){.fd = fd};
    strbuf_init(&outlet->head, COMMAND_KEPT_MAX);
    strbuf_init(&outlet->tail, COMMAND_KEPT_MAX);
}

static void outlet_clear(struct outlet *outlet)
{
    if (outlet->fd >= 0)
        close(outlet->fd);
    strbuf_clear(&outlet->head);
    strbuf_clear(&outlet->tail);
}

static void outlet_keep(struct outlet *outlet, const char *bytes, size_t len)
{
    const size_t room = COMMAND_KEPT_MAX - outlet->head.len;
    const size_t first = len < room ? len : room;
    outlet->total += len;
    strbuf_append(&outlet->head, bytes, first);
    bytes += first;
    len -= first;
    const size_t free_in_tail = COMMAND_KEPT_MAX - outlet->tail.len;
    if (len > free_in_tail)
        strbuf_remove(&outlet->tail, 0, len - free_in_tail);
    strbuf_append(&outlet->tail, bytes, len);
}

static void outlet_read(struct outlet *outlet)
{
    char bytes[16384];
    const ssize_t got = read(outlet->fd, bytes, sizeof(bytes));
    if (got > 0) {
        outlet_keep(outlet, bytes, (size_t)got);
    } else if (got == 0 || errno != EINTR) {
        close(outlet->fd);
        outlet->fd = -1;
    }
}

static void outlet_append(struct strbuf *out, const struct outlet *outlet,
                          const char *title)
{
    const size_t shown = outlet->head.len + outlet->tail.len;
    if (outlet->total == 0)
        return;
    strbuf_append_format(out, "--- %s\n", title);
    utf8_append_valid(out, strbuf_text(&outlet->head), outlet->head.len);
    if (outlet->total > shown)
        strbuf_append_format(out, "\n[%zu bytes left out]\n", outlet->total - shown);
    utf8_append_valid(out, strbuf_text(&outlet->tail), outlet->tail.len);
    if (out->text[out->len - 1] != '\n')
        strbuf_append_char(out, '\n');
}

/* --- The child
 * ----------------------------------------------------------------------------
 */

struct pipes {
    int output[2];
    int errors[2];
    int report[2]; /* closes itself when the command runs; otherwise brings errno */
};

static bool pipes_open(struct pipes *pipes)
{
    *pipes = (struct pipes){{-1, -1}, {-1, -1}, {-1, -1}};
    return pipe(pipes->output) == 0 && pipe(pipes->errors) == 0 &&
           pipe(pipes->report) == 0 && fcntl(pipes->report[1], F_SETFD, FD_CLOEXEC) == 0;
}

NORETURN static void become(const struct pipes *pipes, char *const *argv)
{
    const int null = open("/dev/null", O_RDONLY);
    if (null >= 0 && dup2(null, STDIN_FILENO) >= 0 &&
        dup2(pipes->output[1], STDOUT_FILENO) >= 0 &&
        dup2(pipes->errors[1], STDERR_FILENO) >= 0) {
        close(null);
        close(pipes->output[0]);
        close(pipes->output[1]);
        close(pipes->errors[0]);
        close(pipes->errors[1]);
        close(pipes->report[0]);
        execvp(argv[0], argv);
    }
    const int reason = errno;
    const ssize_t ignored = write(pipes->report[1], &reason, sizeof(reason));
    (void)ignored;
    _exit(127);
}

/* Reads both outputs to their ends, but no longer than it takes once the child has ended:
 * what it has left running may keep them open. Returns the child's status. */
static int collect(pid_t child, struct outlet *output, struct outlet *errors)
{
    int status = 0;
    bool is_reaped = false;
    while (output->fd >= 0 || errors->fd >= 0) {
        struct pollfd fds[2] = {{output->fd, POLLIN, 0}, {errors->fd, POLLIN, 0}};
        const int ready = poll(fds, 2, COMMAND_LOOK_MS);
        if (ready == 0 && is_reaped)
            break;
        if (!is_reaped)
            is_reaped = waitpid(child, &status, WNOHANG) == child;
        if (ready <= 0)
            continue;
        if (fds[0].revents != 0)
            outlet_read(output);
        if (fds[1].revents != 0)
            outlet_read(errors);
    }
    while (!is_reaped && waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    return status;
}

static void append_status(struct strbuf *out, int status)
{
    if (WIFSIGNALED(status))
        strbuf_append_format(out, "ended by signal %d\n", WTERMSIG(status));
    else
        strbuf_append_format(out, "exit status %d\n", WEXITSTATUS(status));
}

/* The parent's part: reads, waits, reports. */
static bool attend(pid_t child, const struct pipes *pipes, const char *command,
                   struct strbuf *out, struct error *err)
{
    struct outlet output;
    struct outlet errors;
    int reason = 0;
    outlet_init(&output, pipes->output[0]);
    outlet_init(&errors, pipes->errors[0]);
    const bool is_started =
        read(pipes->report[0], &reason, sizeof(reason)) != sizeof(reason);
    const int status = collect(child, &output, &errors);
    if (is_started) {
        append_status(out, status);
        outlet_append(out, &output, "standard output");
        outlet_append(out, &errors, "standard error");
    } else {
        error_set(err, ERROR_USAGE, "%s cannot be run: %s", command, strerror(reason));
    }
    outlet_clear(&output);
    outlet_clear(&errors);
    close(pipes->report[0]);
    return is_started;
}

static bool run_words(char *const *argv, struct strbuf *out, struct error *err)
{
    struct pipes pipes;
    if (!pipes_open(&pipes)) {
        error_set(err, ERROR_INTERNAL, "no pipe for %s: %s", argv[0], strerror(errno));
        return false;
    }
    const pid_t child = fork();
    if (child == 0)
        become(&pipes, argv);
    close(pipes.output[1]);
    close(pipes.errors[1]);
    close(pipes.report[1]);
    if (child < 0) {
        error_set(err, ERROR_INTERNAL, "no process for %s: %s", argv[0], strerror(errno));
        return false;
    }
    return attend(child, &pipes, argv[0], out, err);
}

static bool run_command(const cJSON *arguments, struct strbuf *out, struct error *err)
{
    const cJSON *words = json_get(arguments, "argv");
    const int count = cJSON_IsArray(words) ? cJSON_GetArraySize(words) : 0;
    bool ok = count > 0 && count <= COMMAND_WORDS_MAX;
    char **argv = mem_alloc_array((size_t)(ok ? count : 0) + 1, sizeof(argv[0]));
    size_t len = 0;
    for (const cJSON *word = ok ? words->child : NULL; word != NULL; word = word->next) {
        ok = ok && cJSON_IsString(word);
        argv[len++] = cJSON_IsString(word) ? word->valuestring : NULL;
    }
    if (!ok || argv[0] == NULL || argv[0][0] == '\0') {
        error_set(err, ERROR_USAGE,
                  "\"argv\" is a list of words, the command first; there "
                  "is no shell");
        ok = false;
    }
    ok = ok && run_words(argv, out, err);
    mem_free(argv);
    return ok;
}

const struct shipped_tool shipped_run_command = {"run_command", run_command};
