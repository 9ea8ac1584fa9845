/*
 * The descriptor is shared with whoever started us, so it is not switched to
 * non-blocking. Instead poll() says whether it takes bytes, and at most PIPE_BUF of them
 * are written then: a pipe that is writable takes that much without waiting.
 */
#include "src/cli/out_stream.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <unistd.h>

#include "src/base/mem.h"

static bool out_stream_takes(const struct out_stream *out)
{
    struct pollfd poll_fd = {.fd = out->fd, .events = POLLOUT};
    return poll(&poll_fd, 1, 0) == 1;
}

static void out_stream_fail(struct out_stream *out, int error_number)
{
    out->failed_errno = error_number;
    strbuf_reset(&out->pending);
    out->written = 0;
}

/* Writes until all is written or the descriptor would wait. */
static void out_stream_push(struct out_stream *out)
{
    while (out->written < out->pending.len && out_stream_takes(out)) {
        size_t len = out->pending.len - out->written;
        if (len > PIPE_BUF)
            len = PIPE_BUF;
        const ssize_t done = write(out->fd, out->pending.text + out->written, len);
        if (done >= 0)
            out->written += (size_t)done;
        else if (errno == EAGAIN)
            break;
        else if (errno != EINTR)
            out_stream_fail(out, errno);
    }
    if (out->written < out->pending.len) {
        ev_io_start(out->loop, &out->writable);
        return;
    }
    strbuf_reset(&out->pending);
    out->written = 0;
    ev_io_stop(out->loop, &out->writable);
}

static void out_stream_on_writable(struct ev_loop *loop, struct ev_io *io, int events)
{
    (void)loop;
    (void)events;
    struct out_stream *out = io->data;
    out_stream_push(out);
    if (out_stream_is_drained(out) && out->on_change != NULL)
        out->on_change(out->user);
}

void out_stream_init(struct out_stream *out, struct ev_loop *loop, int fd)
{
    *out = (struct out_stream){.loop = loop, .fd = fd};
    strbuf_init(&out->pending, STRBUF_OWN_MAX);
    ev_io_init(&out->writable, out_stream_on_writable, fd, EV_WRITE);
    out->writable.data = out;
}

void out_stream_clear(struct out_stream *out)
{
    if (out->loop != NULL)
        ev_io_stop(out->loop, &out->writable);
    strbuf_clear(&out->pending);
}

void out_stream_write(struct out_stream *out, const char *bytes, size_t len)
{
    if (out->failed_errno != 0)
        return;
    if (!strbuf_append(&out->pending, bytes, len)) {
        out_stream_fail(out, ENOBUFS);
        return;
    }
    if (!ev_is_active(&out->writable))
        out_stream_push(out);
    if (out->failed_errno != 0 && out->on_change != NULL)
        out->on_change(out->user);
}

bool out_stream_is_drained(const struct out_stream *out)
{
    return out->written >= out->pending.len;
}
