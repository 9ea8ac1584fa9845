/*
 * Most messages come whole in one read and are handed on where they lie; only a line
 * that is cut between reads is gathered.
 */
#include "src/tool/mcp_stdio.h"

#include <string.h>

#include "src/base/mem.h"
#include "src/base/safe_text.h"
#include "src/proc/process.h"

/* How much of its standard error is kept: when more than the first has come, only the
 * last of it stays. */
#define ERRORS_MAX  8192
#define ERRORS_KEPT 4096
/* How much of that stands in a sentence. */
#define WORDS_MAX 300

/* The same with its control characters as marks. */
#define WORDS_SHOWN_MAX (4 * WORDS_MAX)

struct mcp_stdio {
    struct mcp_link_handler handler;
    struct ev_loop *loop;
    struct process *process; /* NULL: abandoned */
    struct ev_timer stop_timer;
    struct strbuf line; /* the line under way */
    struct strbuf errors;
    bool is_stopping;
    bool is_line_too_long;
    bool is_output_over;
    bool is_signalled; /* we have ended it */
};

static void stdio_end(struct mcp_stdio *stdio)
{
    process_end_input(stdio->process);
    ev_now_update(stdio->loop);
    ev_timer_start(stdio->loop, &stdio->stop_timer);
}

static void stdio_tell(struct mcp_stdio *stdio, const char *line, size_t len)
{
    if (len > 0 && line[len - 1] == '\r')
        len--;
    /* Kept only as long as it must be: an answer may hold a secret, and may be large. */
    if (len > 0 && stdio->process != NULL)
        stdio->handler.on_message(stdio->handler.user, line, len);
}

/* Ends the line under way with the bytes up to its end. */
static void stdio_end_line(struct mcp_stdio *stdio, const char *bytes, size_t len)
{
    if (stdio->line.len == 0) {
        stdio_tell(stdio, bytes, len);
        return;
    }
    if (strbuf_append(&stdio->line, bytes, len))
        stdio_tell(stdio, stdio->line.text, stdio->line.len);
    else
        stdio->is_line_too_long = true;
    if (stdio->line.cap > ERRORS_MAX)
        strbuf_clear(&stdio->line);
    else
        strbuf_reset(&stdio->line);
}

static void stdio_take(struct mcp_stdio *stdio, const char *bytes, size_t len)
{
    const char *end = bytes + len;
    while (bytes < end && stdio->process != NULL && !stdio->is_line_too_long) {
        const char *stop = memchr(bytes, '\n', (size_t)(end - bytes));
        if (stop == NULL) {
            if (!strbuf_append(&stdio->line, bytes, (size_t)(end - bytes)))
                stdio->is_line_too_long = true;
            break;
        }
        stdio_end_line(stdio, bytes, (size_t)(stop - bytes));
        bytes = stop + 1;
    }
    if (stdio->is_line_too_long && stdio->process != NULL) {
        strbuf_clear(&stdio->line);
        process_stop(stdio->process);
    }
}

static void stdio_on_output(void *user, const char *bytes, size_t len)
{
    struct mcp_stdio *stdio = user;
    if (stdio->is_line_too_long)
        return;
    stdio->handler.on_enter(stdio->handler.user);
    stdio_take(stdio, bytes, len);
    if (len == 0 && stdio->process != NULL) {
        stdio->is_output_over = true;
        stdio_end(stdio);
    }
    stdio->handler.on_leave(stdio->handler.user);
}

static void stdio_on_errors(void *user, const char *bytes, size_t len)
{
    struct mcp_stdio *stdio = user;
    if (len > ERRORS_KEPT) {
        bytes += len - ERRORS_KEPT;
        len = ERRORS_KEPT;
    }
    if (!strbuf_append(&stdio->errors, bytes, len)) {
        stdio->errors.is_full = false;
        strbuf_remove(&stdio->errors, 0, stdio->errors.len + len - ERRORS_KEPT);
        strbuf_append(&stdio->errors, bytes, len);
    }
}

/* The end of what it said last, as part of a sentence. */
static void stdio_append_words(const struct mcp_stdio *stdio, struct strbuf *out)
{
    const char *text = strbuf_text(&stdio->errors);
    size_t len = stdio->errors.len;
    while (len > 0 && strchr(" \t\r\n", text[len - 1]) != NULL)
        len--;
    size_t start = len > WORDS_MAX ? len - WORDS_MAX : 0;
    while (start > 0 && start < len && ((unsigned char)text[start] & 0xc0) == 0x80)
        start++;
    if (start == len)
        return;
    strbuf_append_text(out, start > 0 ? "; its last words: …" : "; its last words: ");
    safe_text_append_line(out, text + start, len - start, WORDS_SHOWN_MAX);
}

static void stdio_describe_end(const struct mcp_stdio *stdio,
                               const struct process_result *result, struct error *error)
{
    struct strbuf text;
    strbuf_init(&text, 4096);
    if (result->error.class != ERROR_NONE)
        strbuf_append_text(&text, error_text(&result->error));
    else if (stdio->is_line_too_long)
        strbuf_append_format(&text,
                             "the server was ended: it wrote a line longer than "
                             "%zu MiB",
                             MCP_MESSAGE_MAX >> 20);
    else if (stdio->is_output_over && stdio->is_signalled)
        strbuf_append_text(&text, "the server closed its output");
    else if (result->signal != 0)
        strbuf_append_format(&text, "the server was ended by signal %d", result->signal);
    else
        strbuf_append_format(&text, "the server exited with status %d",
                             result->exit_code);
    stdio_append_words(stdio, &text);
    error_set(error, ERROR_SERVER, "%s", strbuf_text(&text));
    strbuf_clear(&text);
}

static void stdio_on_done(void *user, const struct process_result *result)
{
    struct mcp_stdio *stdio = user;
    struct error error = {ERROR_NONE, NULL};
    ev_timer_stop(stdio->loop, &stdio->stop_timer);
    stdio->handler.on_enter(stdio->handler.user);
    /* The last line may lack its end. */
    if (stdio->line.len > 0 && !stdio->is_line_too_long)
        stdio_end_line(stdio, "", 0);
    if (stdio->process != NULL) {
        stdio_describe_end(stdio, result, &error);
        stdio->handler.on_gone(stdio->handler.user, &error);
    }
    error_clear(&error);
    stdio->handler.on_leave(stdio->handler.user);
}

static void stdio_on_stop_timer(struct ev_loop *loop, struct ev_timer *timer, int events)
{
    (void)loop;
    (void)events;
    struct mcp_stdio *stdio = timer->data;
    stdio->is_signalled = true;
    process_stop(stdio->process);
}

struct mcp_stdio *mcp_stdio_new(const struct mcp_link_options *options,
                                const struct mcp_link_handler *handler, struct error *err)
{
    struct mcp_stdio *stdio = mem_alloc(sizeof(*stdio));
    const struct process_options child = {
        .argv = options->argv,
        .directory = options->directory,
        .environment = PROCESS_ENVIRONMENT_MINIMAL,
        .variables = options->variables,
        .is_stream = true,
        .input_max = MCP_QUEUE_MAX,
        .on_errors = stdio_on_errors,
    };
    const struct process_handler heard = {
        .on_output = stdio_on_output, .on_done = stdio_on_done, .user = stdio};
    stdio->process = process_start(options->loop, &child, &heard, err);
    if (stdio->process == NULL) {
        mem_free(stdio);
        return NULL;
    }
    stdio->handler = *handler;
    stdio->loop = options->loop;
    strbuf_init(&stdio->line, MCP_MESSAGE_MAX);
    strbuf_init(&stdio->errors, ERRORS_MAX);
    ev_timer_init(&stdio->stop_timer, stdio_on_stop_timer,
                  (double)options->stop_timeout_ms / 1000, 0.);
    stdio->stop_timer.data = stdio;
    return stdio;
}

bool mcp_stdio_send(struct mcp_stdio *stdio, const char *text, size_t len,
                    struct error *err)
{
    if (process_write(stdio->process, text, len) &&
        process_write(stdio->process, "\n", 1))
        return true;
    error_set(err, ERROR_SERVER, "the server does not read what it is sent");
    return false;
}

void mcp_stdio_stop(struct mcp_stdio *stdio)
{
    if (stdio->is_stopping)
        return;
    stdio->is_stopping = true;
    stdio_end(stdio);
}

void mcp_stdio_abandon(struct mcp_stdio *stdio)
{
    ev_timer_stop(stdio->loop, &stdio->stop_timer);
    process_free(stdio->process);
    stdio->process = NULL;
}

void mcp_stdio_free(struct mcp_stdio *stdio)
{
    if (stdio == NULL)
        return;
    mcp_stdio_abandon(stdio);
    strbuf_clear(&stdio->line);
    strbuf_clear(&stdio->errors);
    mem_free(stdio);
}

const char *mcp_stdio_get_errors(const struct mcp_stdio *stdio)
{
    return strbuf_text(&stdio->errors);
}

int64_t mcp_stdio_get_pid(const struct mcp_stdio *stdio)
{
    return stdio->process != NULL ? process_get_pid(stdio->process) : 0;
}
