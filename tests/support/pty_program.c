/*
 * The test's side: one poll() over the terminal's master side and the socket of the
 * shell-like parent (pty_parent.c) moves everything; waits are loops around it.
 */
/* For posix_openpt and its kin. */
#define _XOPEN_SOURCE 700

#include "tests/support/pty_program.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "src/base/clock.h"
#include "src/base/compiler.h"
#include "src/base/mem.h"
#include "src/base/number.h"
#include "src/base/strbuf.h"
#include "tests/support/key_bytes.h"
#include "tests/support/pty_parent.h"

#define DEADLINE_MS 30000
#define OUTPUT_MAX  ((size_t)64 << 20)

extern char **environ;

struct pty_program {
    int master;
    int socket;
    pid_t parent;
    pid_t pid;
    struct vt_screen *vt;
    struct strbuf output;
    struct strbuf text; /* what the last get_text or get_line gave */
    struct termios settings_before;
    struct termios settings_now;
    int64_t deadline_ms;
    int rate;         /* of a slow line in bytes a second; 0: none */
    double allowance; /* bytes that it lets through, at `allowed_us` */
    int64_t allowed_us;
    bool is_paused;
    bool is_stopped;
    bool has_ended;
    int status;
};

_Noreturn static void die(const char *what)
{
    fprintf(stderr, "pty_program: %s: %s\n", what, strerror(errno));
    abort();
}

/* --- Environment ------------------------------------------------------------------ */

/* A slow line is read when it lets so many bytes through, and looked at so often. */
#define READ_LEAST 64
#define HELD_MS    10

struct environment {
    char *items[256];
    size_t count;
};

static bool is_same_name(const char *a, const char *b)
{
    const size_t len = strcspn(a, "=");
    return len == strcspn(b, "=") && strncmp(a, b, len) == 0;
}

/* Adds or replaces "NAME=value"; a bare "NAME" removes. */
static void environment_put(struct environment *environment, const char *item)
{
    size_t at = 0;
    while (at < environment->count && !is_same_name(environment->items[at], item))
        at++;
    if (at < environment->count) {
        mem_free(environment->items[at]);
        environment->items[at] = environment->items[--environment->count];
    }
    if (strchr(item, '=') != NULL &&
        environment->count + 1 < COUNT_OF(environment->items))
        environment->items[environment->count++] = mem_strdup(item);
    environment->items[environment->count] = NULL;
}

static void environment_fill(struct environment *environment, const char *const *extra)
{
    static const char *const kept[] = {"HOME=", "PATH=",  "TMPDIR=", "XDG_",  "MOTET_",
                                       "ASAN_", "UBSAN_", "LSAN_",   "LLVM_", "GCOV_"};
    for (char **item = environ; *item != NULL; item++) {
        for (size_t i = 0; i < COUNT_OF(kept); i++) {
            if (strncmp(*item, kept[i], strlen(kept[i])) == 0)
                environment_put(environment, *item);
        }
    }
    environment_put(environment, "TERM=xterm-256color");
    environment_put(environment, "LC_ALL=C.UTF-8");
    for (size_t i = 0; extra != NULL && extra[i] != NULL; i++)
        environment_put(environment, extra[i]);
}

/* How panes stood in one program must not be how the next one begins. */
static void forget_layout(void)
{
    const char *state = getenv("XDG_STATE_HOME");
    char *path = state != NULL ? strbuf_format("%s/motet/layout.json", state) : NULL;
    if (path != NULL)
        unlink(path);
    mem_free(path);
}

/* --- Moving bytes ----------------------------------------------------------------- */

static void keep_output(struct pty_program *program, const char *bytes, size_t len)
{
    if (len > OUTPUT_MAX - program->output.len)
        strbuf_remove(&program->output, 0, OUTPUT_MAX / 2);
    strbuf_append(&program->output, bytes, len);
    vt_screen_feed(program->vt, bytes, len);
}

/* What the terminal answers goes to the program; a full pipe loses it, as a real one
 * might. */
static void send_replies(struct pty_program *program)
{
    struct strbuf replies;
    strbuf_init(&replies, OUTPUT_MAX);
    vt_screen_take_replies(program->vt, &replies);
    if (replies.len > 0 && write(program->master, replies.text, replies.len) < 0 &&
        errno != EAGAIN)
        die("cannot answer the program");
    strbuf_clear(&replies);
}

/* How many bytes a slow line lets through now. A line that was not used does not save up
 * more than a tenth of a second. */
static size_t get_allowance(struct pty_program *program)
{
    if (program->rate == 0)
        return (size_t)64 * 1024;
    const int64_t now_us = clock_now_us();
    const int64_t since_us = now_us - program->allowed_us;
    program->allowed_us = now_us;
    program->allowance += (double)since_us * program->rate / 1e6;
    if (program->allowance > program->rate / 10.)
        program->allowance = program->rate / 10.;
    return (size_t)program->allowance;
}

/* Reads once; false when the other side is closed. */
static bool read_master(struct pty_program *program)
{
    char bytes[64 * 1024];
    const size_t allowance = get_allowance(program);
    const ssize_t count = read(program->master, bytes, allowance);
    if (count > 0) {
        program->allowance -= (double)count;
        keep_output(program, bytes, (size_t)count);
        send_replies(program);
        return true;
    }
    return count < 0 && (errno == EAGAIN || errno == EINTR);
}

/* After the end: shows what is still on its way. The parent is gone too, so the end of
 * the data is told by the system. */
static void drain_master(struct pty_program *program)
{
    const int64_t deadline_ms = clock_now_ms() + 2000;
    while (program->master >= 0 && !program->is_paused) {
        struct pollfd wait = {.fd = program->master, .events = POLLIN};
        const int64_t left_ms = deadline_ms - clock_now_ms();
        if (left_ms <= 0 || poll(&wait, 1, (int)left_ms) <= 0 || !read_master(program))
            return;
    }
}

static void read_socket(struct pty_program *program)
{
    struct pty_message message;
    if (recv(program->socket, &message, sizeof(message), 0) != sizeof(message))
        die("the parent of the program is gone");
    program->settings_now = message.settings;
    switch (message.news) {
    case PTY_STARTED:
        program->pid = message.value;
        program->settings_before = message.settings;
        break;
    case PTY_STOPPED: program->is_stopped = true; break;
    case PTY_ENDED:
        program->has_ended = true;
        program->status = message.value;
        waitpid(program->parent, NULL, 0);
        drain_master(program);
        break;
    }
}

/* Waits for one piece of news, at most until the deadline; false when there is none. */
static bool pump(struct pty_program *program, int64_t deadline_ms)
{
    const int64_t left_ms = deadline_ms - clock_now_ms();
    if (left_ms <= 0 || program->has_ended)
        return false;
    const bool is_held = get_allowance(program) < READ_LEAST;
    const bool reads = program->master >= 0 && !program->is_paused && !is_held;
    struct pollfd waits[] = {{.fd = program->socket, .events = POLLIN},
                             {.fd = reads ? program->master : -1, .events = POLLIN}};
    /* A slow line lets something through again in a moment. */
    const int64_t wait_ms = is_held && left_ms > HELD_MS ? HELD_MS : left_ms;
    const int count = poll(waits, 2, (int)wait_ms);
    if (count < 0 && errno != EINTR)
        die("poll");
    if (count <= 0)
        return count < 0 || is_held;
    if (waits[1].revents != 0 && !read_master(program))
        waits[0].revents |= POLLIN; /* closed: only the parent has more to tell */
    if ((waits[0].revents & POLLIN) != 0)
        read_socket(program);
    return true;
}

/* --- Life ------------------------------------------------------------------------- */

static int open_master(const struct pty_options *options, char *name, size_t size)
{
    const int master = posix_openpt(O_RDWR | O_NOCTTY);
    if (master < 0 || grantpt(master) != 0 || unlockpt(master) != 0)
        die("cannot open a pseudo-terminal");
    const char *slave = ptsname(master);
    if (slave == NULL || snprintf(name, size, "%s", slave) >= (int)size)
        die("ptsname");
    fcntl(master, F_SETFD, FD_CLOEXEC);
    fcntl(master, F_SETFL, O_NONBLOCK);
    const struct winsize window = {
        .ws_col = (unsigned short)(options->width > 0 ? options->width : 80),
        .ws_row = (unsigned short)(options->height > 0 ? options->height : 24)};
    ioctl(master, TIOCSWINSZ, &window);
    return master;
}

static int64_t get_deadline_ms(void)
{
    int64_t value = DEADLINE_MS;
    const char *text = getenv("MOTET_TEST_DEADLINE_MS");
    if (text != NULL)
        number_parse_int(text, &value);
    return value;
}

struct pty_program *pty_program_start(const struct pty_options *options)
{
    struct pty_program *program = mem_alloc(sizeof(*program));
    program->deadline_ms = get_deadline_ms();
    strbuf_init(&program->output, OUTPUT_MAX);
    strbuf_init(&program->text, OUTPUT_MAX);
    program->vt = vt_screen_new(options->width > 0 ? options->width : 80,
                                options->height > 0 ? options->height : 24);
    struct environment environment = {0};
    forget_layout();
    environment_fill(&environment, options->environment);
    char slave[128];
    program->master = open_master(options, slave, sizeof(slave));
    int sockets[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET, 0, sockets) != 0)
        die("socketpair");
    fcntl(sockets[0], F_SETFD, FD_CLOEXEC);
    fcntl(sockets[1], F_SETFD, FD_CLOEXEC);
    program->socket = sockets[0];
    program->parent = fork();
    if (program->parent < 0)
        die("fork");
    if (program->parent == 0) {
        close(program->master);
        close(sockets[0]);
        pty_parent_run(&(struct pty_parent_options){.terminal = slave,
                                                    .socket = sockets[1],
                                                    .argv = (char *const *)options->argv,
                                                    .environment = environment.items});
    }
    close(sockets[1]);
    for (size_t i = 0; i < environment.count; i++)
        mem_free(environment.items[i]);
    read_socket(program); /* blocks until the program has its process id */
    return program;
}

void pty_program_free(struct pty_program *program)
{
    if (program == NULL)
        return;
    if (!program->has_ended) {
        program->is_paused = true; /* nobody looks at what is still written */
        kill(-program->pid, SIGKILL);
        while (!program->has_ended) {
            if (program->is_stopped)
                pty_program_continue(program);
            read_socket(program);
        }
    }
    if (program->master >= 0)
        close(program->master);
    close(program->socket);
    vt_screen_free(program->vt);
    strbuf_clear(&program->output);
    strbuf_clear(&program->text);
    mem_free(program);
}

/* --- Doing ------------------------------------------------------------------------ */

void pty_program_send(struct pty_program *program, const char *bytes, size_t len)
{
    const int64_t deadline_ms = clock_now_ms() + program->deadline_ms;
    size_t done = 0;
    while (done < len && !program->has_ended) {
        const ssize_t count = write(program->master, bytes + done, len - done);
        if (count > 0) {
            done += (size_t)count;
            continue;
        }
        if (count < 0 && errno != EAGAIN && errno != EINTR)
            return; /* the program is gone: the next wait tells */
        /* The program may be waiting for us to read before it reads. */
        struct pollfd wait = {.fd = program->master, .events = POLLOUT};
        if (!program->is_paused)
            wait.events |= POLLIN;
        if (clock_now_ms() > deadline_ms ||
            poll(&wait, 1, (int)program->deadline_ms) <= 0)
            die("the program does not read its keys");
        if ((wait.revents & POLLIN) != 0)
            read_master(program);
    }
}

void pty_program_type(struct pty_program *program, const char *text)
{
    pty_program_send(program, text, strlen(text));
}

void pty_program_press(struct pty_program *program, const char *key_name)
{
    struct key key;
    struct strbuf bytes;
    strbuf_init(&bytes, 100);
    if (!key_parse(key_name, &key) || !key_bytes_append(&bytes, &key)) {
        fprintf(stderr, "pty_program: no such key: %s\n", key_name);
        abort();
    }
    pty_program_send(program, bytes.text, bytes.len);
    strbuf_clear(&bytes);
}

void pty_program_paste(struct pty_program *program, const char *text)
{
    pty_program_type(program, "\033[200~");
    pty_program_type(program, text);
    pty_program_type(program, "\033[201~");
}

static void send_mouse(struct pty_program *program, int button, int x, int y, char final)
{
    char bytes[64];
    const int len =
        snprintf(bytes, sizeof(bytes), "\033[<%d;%d;%d%c", button, x + 1, y + 1, final);
    pty_program_send(program, bytes, (size_t)len);
}

void pty_program_click(struct pty_program *program, int x, int y)
{
    send_mouse(program, 0, x, y, 'M');
    send_mouse(program, 0, x, y, 'm');
}

void pty_program_wheel(struct pty_program *program, int x, int y, bool is_up)
{
    send_mouse(program, is_up ? 64 : 65, x, y, 'M');
}

void pty_program_tell_size(struct pty_program *program, int width, int height)
{
    const struct winsize window = {.ws_col = (unsigned short)width,
                                   .ws_row = (unsigned short)height};
    ioctl(program->master, TIOCSWINSZ, &window);
}

void pty_program_resize(struct pty_program *program, int width, int height)
{
    vt_screen_resize(program->vt, width, height);
    pty_program_tell_size(program, width, height);
}

void pty_program_signal(struct pty_program *program, int signal_number)
{
    kill(program->pid, signal_number);
}

void pty_program_continue(struct pty_program *program)
{
    const char request = PTY_CONTINUE;
    program->is_stopped = false;
    if (send(program->socket, &request, 1, MSG_NOSIGNAL) != 1)
        die("cannot continue the program");
}

void pty_program_set_paused(struct pty_program *program, bool is_paused)
{
    program->is_paused = is_paused;
}

void pty_program_set_rate(struct pty_program *program, int bytes_per_second)
{
    program->rate = bytes_per_second;
    program->allowance = 0;
    program->allowed_us = clock_now_us();
}

void pty_program_hang_up(struct pty_program *program)
{
    close(program->master);
    program->master = -1;
}

/* --- Waiting ---------------------------------------------------------------------- */

static void report_failure(struct pty_program *program, const char *what)
{
    fprintf(stderr, "pty_program: waited in vain for %s (%s)\n%s---\n", what,
            program->has_ended    ? "the program has ended"
            : program->is_stopped ? "the program is stopped"
                                  : "the program runs",
            pty_program_get_text(program));
    const struct vt_modes *modes = vt_screen_get_modes(program->vt);
    fprintf(stderr,
            "modes: mouse %d encoding %d focus %d paste %d updating %d alternate %d "
            "cursor hidden %d keypad %d/%d other keys %d keyboard flags %d title %d, %d "
            "frames\n",
            modes->has_mouse, modes->has_mouse_encoding, modes->has_focus,
            modes->has_bracketed_paste, modes->is_updating, modes->is_alternate,
            modes->is_cursor_hidden, modes->has_application_cursor,
            modes->has_application_keypad, modes->has_other_keys, modes->kitty_depth,
            modes->title_depth, modes->frame_count);
}

static bool wait_for(struct pty_program *program, pty_condition *condition, void *user,
                     const char *what)
{
    const int64_t deadline_ms = clock_now_ms() + program->deadline_ms;
    while (!condition(program, user)) {
        if (!pump(program, deadline_ms) && !condition(program, user)) {
            report_failure(program, what);
            return false;
        }
    }
    return true;
}

bool pty_program_wait_until(struct pty_program *program, pty_condition *condition,
                            void *user)
{
    return wait_for(program, condition, user, "a condition");
}

static bool shows_text(struct pty_program *program, void *user)
{
    return pty_program_has_text(program, user);
}

static bool shows_no_text(struct pty_program *program, void *user)
{
    return !pty_program_has_text(program, user);
}

bool pty_program_wait_text(struct pty_program *program, const char *text)
{
    return wait_for(program, shows_text, (void *)text, text);
}

bool pty_program_wait_no_text(struct pty_program *program, const char *text)
{
    struct strbuf what;
    strbuf_init(&what, STRBUF_OWN_MAX);
    strbuf_append_format(&what, "the absence of %s", text);
    const bool is_gone =
        wait_for(program, shows_no_text, (void *)text, strbuf_text(&what));
    strbuf_clear(&what);
    return is_gone;
}

struct wanted_bytes {
    const char *bytes;
    size_t len;
};

static bool wrote_bytes(struct pty_program *program, void *user)
{
    const struct wanted_bytes *wanted = user;
    return pty_program_has_output(program, wanted->bytes, wanted->len);
}

bool pty_program_wait_output(struct pty_program *program, const char *bytes, size_t len)
{
    struct wanted_bytes wanted = {.bytes = bytes, .len = len};
    return wait_for(program, wrote_bytes, &wanted, "output bytes");
}

static bool is_stopped(struct pty_program *program, void *user)
{
    (void)user;
    return program->is_stopped;
}

bool pty_program_wait_stopped(struct pty_program *program)
{
    return wait_for(program, is_stopped, NULL, "a stop");
}

static bool has_ended(struct pty_program *program, void *user)
{
    (void)user;
    return program->has_ended;
}

bool pty_program_wait_exit(struct pty_program *program, int *status)
{
    if (!wait_for(program, has_ended, NULL, "the end"))
        return false;
    *status = program->status;
    return true;
}

/* --- Looking ---------------------------------------------------------------------- */

const char *pty_program_get_text(struct pty_program *program)
{
    strbuf_reset(&program->text);
    vt_screen_get_text(program->vt, &program->text);
    return strbuf_text(&program->text);
}

const char *pty_program_get_line(struct pty_program *program, int y)
{
    strbuf_reset(&program->text);
    vt_screen_get_line(program->vt, y, &program->text);
    return strbuf_text(&program->text);
}

bool pty_program_has_text(struct pty_program *program, const char *text)
{
    return strstr(pty_program_get_text(program), text) != NULL;
}

/* True if the cells of row `y` from `x` begin with `text`. */
static bool is_text_at(struct pty_program *program, int x, int y, const char *text)
{
    struct vt_cell cell;
    while (*text != '\0' && vt_screen_get_cell(program->vt, x, y, &cell)) {
        const char *shown = cell.text[0] != '\0' ? cell.text : " ";
        if (strncmp(text, shown, strlen(shown)) != 0)
            return false;
        text += strlen(shown);
        x += cell.width > 0 ? cell.width : 1;
    }
    return *text == '\0';
}

bool pty_program_find_text(struct pty_program *program, const char *text, int *x, int *y)
{
    int width;
    int height;
    vt_screen_get_size(program->vt, &width, &height);
    for (*y = 0; *y < height; ++*y) {
        for (*x = 0; *x < width; ++*x) {
            if (is_text_at(program, *x, *y, text))
                return true;
        }
    }
    return false;
}

const struct vt_screen *pty_program_get_screen(const struct pty_program *program)
{
    return program->vt;
}

const char *pty_program_get_output(const struct pty_program *program, size_t *len)
{
    *len = program->output.len;
    return strbuf_text(&program->output);
}

bool pty_program_has_output(const struct pty_program *program, const char *bytes,
                            size_t len)
{
    size_t left;
    const char *at = pty_program_get_output(program, &left);
    while (left >= len) {
        const char *first = memchr(at, bytes[0], left - len + 1);
        if (first == NULL)
            return false;
        if (memcmp(first, bytes, len) == 0)
            return true;
        left -= (size_t)(first - at) + 1;
        at = first + 1;
    }
    return false;
}

int pty_program_get_pid(const struct pty_program *program)
{
    return program->pid;
}

static bool has_clean_modes(struct pty_program *program, void *user)
{
    (void)user;
    const struct vt_modes *modes = vt_screen_get_modes(program->vt);
    return !modes->has_mouse && !modes->has_mouse_encoding && !modes->has_focus &&
           !modes->has_bracketed_paste && !modes->is_updating && !modes->is_alternate &&
           !modes->is_cursor_hidden && !modes->has_application_cursor &&
           !modes->has_application_keypad && modes->kitty_depth == 0 &&
           !modes->has_other_keys && modes->title_depth == 0;
}

bool pty_program_is_restored(struct pty_program *program)
{
    /* What a stopped program wrote may still be on its way. */
    if (!wait_for(program, has_clean_modes, NULL, "the terminal's modes to be restored"))
        return false;
    const struct termios *before = &program->settings_before;
    const struct termios *now = &program->settings_now;
    const bool is_same =
        before->c_iflag == now->c_iflag && before->c_oflag == now->c_oflag &&
        before->c_lflag == now->c_lflag && before->c_cflag == now->c_cflag &&
        memcmp(before->c_cc, now->c_cc, sizeof(now->c_cc)) == 0;
    if (!is_same)
        fprintf(stderr, "pty_program: the terminal's settings were not put back\n");
    return is_same;
}
