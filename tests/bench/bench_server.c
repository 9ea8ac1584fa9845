/*
 * The token server is a forked process with blocking calls: it has one client and nothing
 * else to do. Each token is one write, so that the moment before it is the moment when
 * the token left the server.
 */
#include "tests/bench/bench_server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "src/base/clock.h"
#include "src/base/rng.h"
#include "tests/bench/bench_process.h"

#define GAP_MIN_US 8000
#define GAP_MAX_US 32000

/* In a server's process: it is not to outlive a bench that failed. */
static void end_with_parent(void)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
}

static void end_process(pid_t pid)
{
    kill(pid, SIGKILL);
    while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
        ;
}

/* --- The scripted server --------------------------------------------------------------
 */

/* Reads the line "listening on URL". */
static void read_url(int fd, char *url, size_t size)
{
    static const char words[] = "listening on ";
    char line[128];
    size_t len = 0;
    while (len + 1 < sizeof(line) && read(fd, line + len, 1) == 1 && line[len] != '\n')
        len++;
    line[len] = '\0';
    if (strncmp(line, words, strlen(words)) != 0 || len - strlen(words) >= size)
        bench_die("motet demo --serve did not say where it listens");
    memcpy(url, line + strlen(words), len - strlen(words) + 1);
}

void demo_process_start(struct demo_process *server, const char *motet)
{
    int ends[2];
    if (pipe(ends) != 0)
        bench_die("cannot make a pipe");
    server->pid = fork();
    if (server->pid < 0)
        bench_die("cannot fork");
    if (server->pid == 0) {
        end_with_parent();
        dup2(ends[1], STDOUT_FILENO);
        close(ends[0]);
        close(ends[1]);
        execl(motet, motet, "demo", "--serve", (char *)NULL);
        _exit(127);
    }
    close(ends[1]);
    read_url(ends[0], server->url, sizeof(server->url));
    close(ends[0]);
}

void demo_process_stop(struct demo_process *server)
{
    end_process(server->pid);
}

/* --- The server of numbered tokens
 * ------------------------------------------------------ */

static int listen_anywhere(char *url, size_t size)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof(address);
    const int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof(address)) != 0 ||
        listen(fd, 1) != 0 || getsockname(fd, (struct sockaddr *)&address, &len) != 0)
        bench_die("cannot listen on the loopback");
    snprintf(url, size, "http://127.0.0.1:%d", ntohs(address.sin_port));
    return fd;
}

/* Reads the request; one that is small comes with its whole body, or right after. */
static void read_request(int client)
{
    char bytes[16384];
    size_t len = 0;
    for (;;) {
        const ssize_t count = read(client, bytes + len, sizeof(bytes) - 1 - len);
        if (count <= 0)
            _exit(1);
        len += (size_t)count;
        bytes[len] = '\0';
        const char *body = strstr(bytes, "\r\n\r\n");
        if (body != NULL && bytes[len - 1] == '}')
            return;
    }
}

static void write_all(int client, const char *text)
{
    if (write(client, text, strlen(text)) != (ssize_t)strlen(text))
        _exit(0); /* the reader has seen enough */
}

static void write_chunk(int client, const char *delta, const char *finish)
{
    char event[1024];
    snprintf(event, sizeof(event),
             "data: {\"id\":\"c1\",\"object\":\"chat.completion.chunk\",\"created\":1,"
             "\"model\":\"tokens\",\"choices\":[{\"index\":0,\"delta\":{%s},"
             "\"finish_reason\":%s}]}\n\n",
             delta, finish);
    write_all(client, event);
}

static void sleep_us(uint64_t us)
{
    const struct timespec time = {.tv_sec = (time_t)(us / 1000000),
                                  .tv_nsec = (long)(us % 1000000) * 1000};
    nanosleep(&time, NULL);
}

/* Takes the one request and begins the answer. */
static int begin_answer(int listener)
{
    const int one = 1;
    const int client = accept(listener, NULL, NULL);
    if (client < 0)
        _exit(1);
    setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
    read_request(client);
    write_all(client, "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
                      "Connection: close\r\n\r\n");
    return client;
}

_Noreturn static void end_answer(int client)
{
    write_chunk(client, "", "\"stop\"");
    write_all(client, "data: [DONE]\n\n");
    _exit(0);
}

_Noreturn static void serve_tokens(const struct token_server *server, int listener)
{
    struct rng rng;
    rng_init(&rng, 7);
    const int client = begin_answer(listener);
    for (size_t i = 0; i < server->count; i++) {
        char delta[64];
        sleep_us(GAP_MIN_US + rng_below(&rng, GAP_MAX_US - GAP_MIN_US));
        snprintf(delta, sizeof(delta), "\"content\":\"t%04zu \"", i);
        server->written_us[i] = clock_now_us();
        write_chunk(client, delta, "null");
    }
    end_answer(client);
}

static void *share_memory(size_t size)
{
    void *shared =
        mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared == MAP_FAILED)
        bench_die("cannot share memory");
    return shared;
}

/* Forks; true in the child, which ends with its parent. */
static bool begin_server(pid_t *pid)
{
    *pid = fork();
    if (*pid < 0)
        bench_die("cannot fork");
    if (*pid > 0)
        return false;
    end_with_parent();
    signal(SIGPIPE, SIG_IGN);
    return true;
}

void token_server_start(struct token_server *server, size_t count)
{
    server->count = count < TOKEN_SERVER_MAX ? count : TOKEN_SERVER_MAX;
    server->written_us = share_memory(TOKEN_SERVER_MAX * sizeof(server->written_us[0]));
    const int listener = listen_anywhere(server->url, sizeof(server->url));
    if (begin_server(&server->pid))
        serve_tokens(server, listener);
    close(listener);
}

void token_server_stop(struct token_server *server)
{
    end_process(server->pid);
    munmap((void *)server->written_us, TOKEN_SERVER_MAX * sizeof(server->written_us[0]));
}

/* --- The server of a text --------------------------------------------------------- */

#define TEXT_PIECE_MAX 200

/* Writes a piece as a string of JSON. */
static void write_piece(int client, const char *text, size_t len)
{
    char delta[2 * TEXT_PIECE_MAX + 32] = "\"content\":\"";
    size_t at = strlen(delta);
    for (size_t i = 0; i < len; i++) {
        if (text[i] == '"' || text[i] == '\\' || text[i] == '\n')
            delta[at++] = '\\';
        delta[at++] = text[i] == '\n' ? 'n' : text[i];
    }
    memcpy(delta + at, "\"", 2);
    write_chunk(client, delta, "null");
}

_Noreturn static void serve_text(const struct text_server *server, int listener,
                                 const struct strbuf *text, size_t piece, int64_t rate)
{
    const int client = begin_answer(listener);
    const int64_t begin_us = clock_now_us();
    int64_t count = 0;
    for (size_t at = 0; at < text->len; count++) {
        const int64_t early_us =
            rate > 0 ? begin_us + count * 1000000 / rate - clock_now_us() : 0;
        size_t end = at + piece < text->len ? at + piece : text->len;
        while (end > at + 1 && end < text->len && (text->text[end] & 0xc0) == 0x80)
            end--;
        if (early_us > 0)
            sleep_us((uint64_t)early_us);
        write_piece(client, text->text + at, end - at);
        at = end;
        *server->sent = at;
    }
    end_answer(client);
}

void text_server_start(struct text_server *server, const struct strbuf *text,
                       size_t piece, int64_t pieces_per_second)
{
    server->sent = share_memory(sizeof(*server->sent));
    const int listener = listen_anywhere(server->url, sizeof(server->url));
    if (begin_server(&server->pid)) {
        serve_text(server, listener, text,
                   piece < TEXT_PIECE_MAX ? piece : TEXT_PIECE_MAX, pieces_per_second);
    }
    close(listener);
}

void text_server_stop(struct text_server *server)
{
    end_process(server->pid);
    munmap((void *)server->sent, sizeof(*server->sent));
}
