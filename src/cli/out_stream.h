/*
 * Standard output for a program that must not stop when its reader does: text is queued
 * and written when the descriptor takes it. Works for terminals, pipes and files.
 */
#ifndef CLI_OUT_STREAM_H
#define CLI_OUT_STREAM_H

#include <stdbool.h>
#include <stddef.h>

#include <ev.h>

#include "src/base/strbuf.h"

struct out_stream {
    struct ev_loop *loop;
    struct ev_io writable;
    struct strbuf pending;
    size_t written; /* of pending */
    int fd;
    int failed_errno;              /* the reader is gone: everything further is dropped */
    void (*on_change)(void *user); /* all is written, or writing failed; may be NULL */
    void *user;
};

void out_stream_init(struct out_stream *out, struct ev_loop *loop, int fd);
void out_stream_clear(struct out_stream *out);

/* Queues the bytes and writes at once what the descriptor takes without waiting. */
void out_stream_write(struct out_stream *out, const char *bytes, size_t len);

/* True if nothing waits to be written (or never will be). */
bool out_stream_is_drained(const struct out_stream *out);

#endif
