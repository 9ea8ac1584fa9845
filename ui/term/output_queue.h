/*
 * Bytes on their way to a descriptor that may not take them at once. What is pushed is
 * written as far as the descriptor takes it, without ever waiting; the rest goes when
 * the loop says that it is writable. No watcher is active while the queue is empty.
 */
#ifndef TERM_OUTPUT_QUEUE_H
#define TERM_OUTPUT_QUEUE_H

#include <stdbool.h>
#include <stddef.h>

struct ev_loop;
struct output_queue;

struct output_queue_handler {
    /* The queue has become empty through the loop (never from inside a push). */
    void (*on_drained)(void *user);
    /* A write failed for good: what was queued is dropped, `error_number` says why. */
    void (*on_error)(void *user, int error_number);
    void *user;
};

/* Makes a queue of at most `max` bytes for a non-blocking `fd`, which it does not own. */
struct output_queue *output_queue_new(struct ev_loop *loop, int fd, size_t max,
                                      const struct output_queue_handler *handler);

/* Stops the watcher and frees what was not written. NULL is allowed. */
void output_queue_free(struct output_queue *queue);

/* Adds bytes; all or (when they would pass the ceiling) none, then false. */
bool output_queue_push(struct output_queue *queue, const char *bytes, size_t len);

/* True if everything pushed was written and on_drained is not owed. */
bool output_queue_is_empty(const struct output_queue *queue);

/* The bytes that were not written yet. */
size_t output_queue_get_len(const struct output_queue *queue);

/* Forgets what was not written. on_drained is not called for it. */
void output_queue_drop(struct output_queue *queue);

/* Blocks until the queue is empty, at most `timeout_ms`; returns whether it is. */
bool output_queue_flush(struct output_queue *queue, int timeout_ms);

#endif
