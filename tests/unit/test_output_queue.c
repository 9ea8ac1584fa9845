/*
 * The output queue against a pipe that fills up, is read again, or is closed.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include <ev.h>

#include "src/base/mem.h"
#include "ui/term/output_queue.h"

#define QUEUE_MAX ((size_t)4 << 20)
#define BIG       ((size_t)1 << 20)

struct fixture {
    struct ev_loop *loop;
    int fds[2];
    struct output_queue *queue;
    int drained_count;
    int error_number;
    char *big; /* more than a pipe takes */
};

static void on_drained(void *user)
{
    struct fixture *f = user;
    f->drained_count++;
}

static void on_error(void *user, int error_number)
{
    struct fixture *f = user;
    f->error_number = error_number;
}

static void fixture_start(struct fixture *f)
{
    *f = (struct fixture){.loop = ev_loop_new(EVFLAG_AUTO)};
    signal(SIGPIPE, SIG_IGN);
    assert_int_equal(pipe(f->fds), 0);
    fcntl(f->fds[0], F_SETFL, O_NONBLOCK);
    fcntl(f->fds[1], F_SETFL, O_NONBLOCK);
    const struct output_queue_handler handler = {
        .on_drained = on_drained, .on_error = on_error, .user = f};
    f->queue = output_queue_new(f->loop, f->fds[1], QUEUE_MAX, &handler);
    f->big = mem_alloc(BIG);
    for (size_t i = 0; i < BIG; i++)
        f->big[i] = (char)('a' + i % 23);
}

static void fixture_end(struct fixture *f)
{
    output_queue_free(f->queue);
    if (f->fds[0] >= 0)
        close(f->fds[0]);
    close(f->fds[1]);
    ev_loop_destroy(f->loop);
    mem_free(f->big);
}

/* Reads what is there and compares it with `big` from offset `at`. */
static size_t read_and_compare(struct fixture *f, size_t at)
{
    char bytes[4096];
    ssize_t count;
    while ((count = read(f->fds[0], bytes, sizeof(bytes))) > 0) {
        assert_memory_equal(bytes, f->big + at, (size_t)count);
        at += (size_t)count;
    }
    return at;
}

static void output_queue_push__small__is_written_at_once(void **state)
{
    (void)state;
    struct fixture f;
    fixture_start(&f);
    assert_true(output_queue_push(f.queue, f.big, 100));
    assert_true(output_queue_is_empty(f.queue));
    assert_int_equal(read_and_compare(&f, 0), 100);
    ev_run(f.loop, EVRUN_NOWAIT);
    assert_int_equal(f.drained_count, 0);
    fixture_end(&f);
}

static void output_queue_push__large__drains_through_the_loop(void **state)
{
    (void)state;
    struct fixture f;
    fixture_start(&f);
    assert_true(output_queue_push(f.queue, f.big, BIG));
    assert_false(output_queue_is_empty(f.queue));
    size_t done = 0;
    while (f.drained_count == 0) {
        done = read_and_compare(&f, done);
        ev_run(f.loop, EVRUN_ONCE);
    }
    assert_int_equal(read_and_compare(&f, done), BIG);
    assert_true(output_queue_is_empty(f.queue));
    assert_int_equal(f.drained_count, 1);
    fixture_end(&f);
}

static void output_queue_push__while_full__keeps_order(void **state)
{
    (void)state;
    struct fixture f;
    fixture_start(&f);
    assert_true(output_queue_push(f.queue, f.big, BIG / 2));
    assert_true(output_queue_push(f.queue, f.big + BIG / 2, BIG / 2));
    size_t done = 0;
    while (f.drained_count == 0) {
        done = read_and_compare(&f, done);
        ev_run(f.loop, EVRUN_ONCE);
    }
    assert_int_equal(read_and_compare(&f, done), BIG);
    fixture_end(&f);
}

static void output_queue_push__over_ceiling__takes_nothing(void **state)
{
    (void)state;
    struct fixture f;
    fixture_start(&f);
    for (int i = 0; i < 4; i++)
        assert_true(output_queue_push(f.queue, f.big, BIG));
    assert_false(output_queue_push(f.queue, f.big, BIG));
    output_queue_drop(f.queue);
    assert_true(output_queue_is_empty(f.queue));
    assert_true(output_queue_push(f.queue, f.big, 1));
    fixture_end(&f);
}

static void output_queue__idle__keeps_no_watcher(void **state)
{
    (void)state;
    struct fixture f;
    fixture_start(&f);
    output_queue_push(f.queue, f.big, 10);
    assert_false(ev_run(f.loop, 0)); /* returns at once: nothing is awaited */
    fixture_end(&f);
}

static void output_queue_push__reader_gone__tells_through_the_loop(void **state)
{
    (void)state;
    struct fixture f;
    fixture_start(&f);
    close(f.fds[0]);
    f.fds[0] = -1;
    assert_true(output_queue_push(f.queue, f.big, 10));
    assert_int_equal(f.error_number, 0);
    while (f.error_number == 0)
        ev_run(f.loop, EVRUN_ONCE);
    assert_int_equal(f.error_number, EPIPE);
    assert_true(output_queue_is_empty(f.queue));
    assert_true(output_queue_push(f.queue, f.big, 10)); /* goes nowhere, quietly */
    assert_true(output_queue_is_empty(f.queue));
    fixture_end(&f);
}

static void output_queue_flush__reader_stuck__gives_up(void **state)
{
    (void)state;
    struct fixture f;
    fixture_start(&f);
    output_queue_push(f.queue, f.big, BIG);
    assert_false(output_queue_flush(f.queue, 10));
    output_queue_drop(f.queue);
    assert_true(output_queue_flush(f.queue, 10));
    fixture_end(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(output_queue_push__small__is_written_at_once),
        cmocka_unit_test(output_queue_push__large__drains_through_the_loop),
        cmocka_unit_test(output_queue_push__while_full__keeps_order),
        cmocka_unit_test(output_queue_push__over_ceiling__takes_nothing),
        cmocka_unit_test(output_queue__idle__keeps_no_watcher),
        cmocka_unit_test(output_queue_push__reader_gone__tells_through_the_loop),
        cmocka_unit_test(output_queue_flush__reader_stuck__gives_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
