/*
 * The servers of the bench, each in a process of its own whose time is not counted: the
 * program's scripted one (motet demo --serve), a small one that writes numbered tokens
 * and notes when, and one that writes a given text.
 */
#ifndef BENCH_BENCH_SERVER_H
#define BENCH_BENCH_SERVER_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "src/base/strbuf.h"

struct demo_process {
    pid_t pid;
    char url[64];
};

/* Starts `motet demo --serve` and waits until it listens. */
void demo_process_start(struct demo_process *server, const char *motet);
void demo_process_stop(struct demo_process *server);

#define TOKEN_SERVER_MAX 1000

struct token_server {
    pid_t pid;
    size_t count;
    char url[64];
    /* When token number i was handed to the socket, in microseconds of clock_now_us; in
     * memory shared with the server's process. */
    volatile int64_t *written_us;
};

/* Starts a server that answers one request with `count` tokens "t0000 ", "t0001 ", …
 * with 8 to 32 ms between them, and ends. */
void token_server_start(struct token_server *server, size_t count);
void token_server_stop(struct token_server *server);

struct text_server {
    pid_t pid;
    char url[64];
    volatile size_t *sent; /* bytes of the text so far, in shared memory */
};

/* Starts a server that answers one request with a text, in pieces of about that many
 * bytes (at most 200), so many a second; 0: as fast as they can be written. */
void text_server_start(struct text_server *server, const struct strbuf *text,
                       size_t piece, int64_t pieces_per_second);
void text_server_stop(struct text_server *server);

#endif
