/*
 * One buffer with a read position. A push tries to write at once, because a terminal
 * nearly always takes a frame; only a rest starts the watcher. The buffer is reused, and
 * given back to the system when one big frame has made it large.
 */
#include "ui/term/output_queue.h"

#include <errno.h>
#include <poll.h>
#include <unistd.h>

#include <ev.h>

#include "src/base/clock.h"
#include "src/base/mem.h"
#include "src/base/strbuf.h"

/* A buffer that grew beyond this is freed when it is empty. */
#define KEEP_BYTES ((size_t)256 << 10)

struct output_queue {
    struct ev_loop *loop;
    ev_io writable;
    int fd;
    struct strbuf bytes;
    size_t written;
    bool is_broken;
    struct output_queue_handler handler;
};

static void on_writable(struct ev_loop *loop, ev_io *watcher, int events);

struct output_queue *output_queue_new(struct ev_loop *loop, int fd, size_t max,
                                      const struct output_queue_handler *handler)
{
    struct output_queue *queue = mem_alloc(sizeof(*queue));
    queue->loop = loop;
    queue->fd = fd;
    queue->handler = *handler;
    strbuf_init(&queue->bytes, max);
    ev_io_init(&queue->writable, on_writable, fd, EV_WRITE);
    queue->writable.data = queue;
    return queue;
}

void output_queue_free(struct output_queue *queue)
{
    if (queue == NULL)
        return;
    ev_io_stop(queue->loop, &queue->writable);
    strbuf_clear(&queue->bytes);
    mem_free(queue);
}

void output_queue_drop(struct output_queue *queue)
{
    ev_io_stop(queue->loop, &queue->writable);
    queue->written = 0;
    if (queue->bytes.cap > KEEP_BYTES)
        strbuf_clear(&queue->bytes);
    strbuf_reset(&queue->bytes);
}

bool output_queue_is_empty(const struct output_queue *queue)
{
    return queue->bytes.len == 0 && !ev_is_active(&queue->writable);
}

size_t output_queue_get_len(const struct output_queue *queue)
{
    return queue->bytes.len - queue->written;
}

/* Writes what the descriptor takes now; returns 0 or the errno of a lasting failure. */
static int write_some(struct output_queue *queue)
{
    while (queue->written < queue->bytes.len) {
        const ssize_t count = write(queue->fd, queue->bytes.text + queue->written,
                                    queue->bytes.len - queue->written);
        if (count >= 0)
            queue->written += (size_t)count;
        else if (errno == EAGAIN || errno == EWOULDBLOCK)
            return 0;
        else if (errno != EINTR)
            return errno;
    }
    output_queue_drop(queue);
    return 0;
}

/* After a failure nothing more is written: the terminal is gone. */
static void break_off(struct output_queue *queue, int error_number)
{
    queue->is_broken = true;
    output_queue_drop(queue);
    queue->handler.on_error(queue->handler.user, error_number);
}

static void on_writable(struct ev_loop *loop, ev_io *watcher, int events)
{
    (void)loop;
    (void)events;
    struct output_queue *queue = watcher->data;
    const int error_number = write_some(queue);
    if (error_number != 0)
        break_off(queue, error_number);
    else if (queue->bytes.len == 0)
        queue->handler.on_drained(queue->handler.user);
}

bool output_queue_push(struct output_queue *queue, const char *bytes, size_t len)
{
    if (queue->is_broken)
        return true; /* on_error has told; nobody is there to read */
    if (len > queue->bytes.max - queue->bytes.len)
        return false;
    strbuf_append(&queue->bytes, bytes, len);
    if (ev_is_active(&queue->writable))
        return true;
    /* A failure here is reported by the loop, which sees the same descriptor: a callback
     * from inside the call would surprise the caller. */
    (void)write_some(queue);
    if (queue->bytes.len > 0)
        ev_io_start(queue->loop, &queue->writable);
    return true;
}

bool output_queue_flush(struct output_queue *queue, int timeout_ms)
{
    const int64_t deadline_ms = clock_now_ms() + timeout_ms;
    while (queue->bytes.len > 0 && !queue->is_broken) {
        if (write_some(queue) != 0)
            return false;
        const int64_t left_ms = deadline_ms - clock_now_ms();
        if (queue->bytes.len == 0 || left_ms <= 0)
            break;
        struct pollfd wait = {.fd = queue->fd, .events = POLLOUT};
        if (poll(&wait, 1, (int)left_ms) < 0 && errno != EINTR)
            return false;
        if ((wait.revents & (POLLERR | POLLNVAL)) != 0)
            return false;
    }
    return queue->bytes.len == 0;
}
