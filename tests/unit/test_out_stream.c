/* Output that does not stop the program when its reader does. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "src/base/mem.h"
#include "src/cli/out_stream.h"
#include "tests/support/loop_wait.h"

/* More than any pipe holds. */
#define MUCH ((size_t)3 << 20)

struct world {
    struct ev_loop *loop;
    struct out_stream out;
    int reader;
    int writer;
    int changes;
    size_t received;
};

static void on_change(void *user)
{
    struct world *world = user;
    world->changes++;
}

static int setup(void **state)
{
    static struct world world;
    int fds[2];
    signal(SIGPIPE, SIG_IGN);
    if (pipe(fds) != 0)
        return -1;
    world = (struct world){
        .loop = ev_loop_new(EVFLAG_AUTO), .reader = fds[0], .writer = fds[1]};
    fcntl(world.reader, F_SETFL, O_NONBLOCK);
    out_stream_init(&world.out, world.loop, world.writer);
    world.out.on_change = on_change;
    world.out.user = &world;
    *state = &world;
    return 0;
}

static int teardown(void **state)
{
    struct world *world = *state;
    out_stream_clear(&world->out);
    if (world->reader >= 0)
        close(world->reader);
    close(world->writer);
    ev_loop_destroy(world->loop);
    return 0;
}

/* Byte number `at` of everything that is written. */
static char byte_at(size_t at)
{
    return (char)('a' + (at + at / 4096) % 26);
}

static char *make_text(size_t from, size_t len)
{
    char *text = mem_alloc(len);
    for (size_t i = 0; i < len; i++)
        text[i] = byte_at(from + i);
    return text;
}

/* Reads what there is and checks that it is what comes next. */
static void read_some(struct world *world)
{
    char chunk[65536];
    const ssize_t got = read(world->reader, chunk, sizeof(chunk));
    for (ssize_t i = 0; i < got; i++)
        assert_int_equal(chunk[i], byte_at(world->received + (size_t)i));
    if (got > 0)
        world->received += (size_t)got;
}

static bool has_all(void *user)
{
    struct world *world = user;
    read_some(world);
    return world->received >= MUCH && out_stream_is_drained(&world->out);
}

static void out_stream_write__writes_at_once__what_fits(void **state)
{
    struct world *world = *state;
    char buf[8] = "";
    out_stream_write(&world->out, "hello", 5);
    assert_true(out_stream_is_drained(&world->out));
    assert_int_equal(read(world->reader, buf, sizeof(buf)), 5);
    assert_memory_equal(buf, "hello", 5);
    assert_true(loop_is_idle(world->loop));
}

static void out_stream_write__returns__while_the_reader_does_not_read(void **state)
{
    struct world *world = *state;
    char *text = make_text(0, MUCH);
    out_stream_write(&world->out, text, MUCH);
    assert_false(out_stream_is_drained(&world->out));
    assert_int_equal(world->changes, 0);
    assert_true(loop_wait(world->loop, has_all, world));
    assert_int_equal(world->changes, 1);
    assert_true(loop_is_idle(world->loop));
    mem_free(text);
}

static void out_stream_write__keeps_the_order__of_what_waits(void **state)
{
    struct world *world = *state;
    for (size_t at = 0; at < MUCH; at += MUCH / 64) {
        char *text = make_text(at, MUCH / 64);
        out_stream_write(&world->out, text, MUCH / 64);
        mem_free(text);
        if (at % (MUCH / 4) == 0)
            read_some(world);
    }
    assert_true(loop_wait(world->loop, has_all, world));
    assert_int_equal(world->received, MUCH);
}

static void out_stream_write__tells_once_and_drops__when_the_reader_is_gone(void **state)
{
    struct world *world = *state;
    close(world->reader);
    world->reader = -1;
    out_stream_write(&world->out, "hello", 5);
    assert_int_equal(world->out.failed_errno, EPIPE);
    assert_int_equal(world->changes, 1);
    assert_true(out_stream_is_drained(&world->out));
    out_stream_write(&world->out, "more", 4);
    assert_int_equal(world->changes, 1);
    assert_true(loop_is_idle(world->loop));
}

static bool has_failed(void *user)
{
    const struct world *world = user;
    return world->out.failed_errno != 0;
}

static void out_stream_write__notices__a_reader_that_leaves_a_full_pipe(void **state)
{
    struct world *world = *state;
    char *text = make_text(0, MUCH);
    out_stream_write(&world->out, text, MUCH);
    assert_int_equal(world->out.failed_errno, 0);
    close(world->reader);
    world->reader = -1;
    assert_true(loop_wait(world->loop, has_failed, world));
    assert_int_equal(world->out.failed_errno, EPIPE);
    assert_int_equal(world->changes, 1);
    assert_true(loop_is_idle(world->loop));
    mem_free(text);
}

static void out_stream_write__leaves_the_descriptor__as_it_was(void **state)
{
    struct world *world = *state;
    const int before = fcntl(world->writer, F_GETFL);
    out_stream_write(&world->out, "x", 1);
    assert_int_equal(fcntl(world->writer, F_GETFL), before);
}

static void out_stream_write__works__for_a_file(void **state)
{
    struct world *world = *state;
    struct out_stream out;
    char path[] = "/tmp/motet-out-XXXXXX";
    const int fd = mkstemp(path);
    char *text = make_text(0, MUCH);
    assert_true(fd >= 0);
    out_stream_init(&out, world->loop, fd);
    out_stream_write(&out, text, MUCH);
    assert_true(out_stream_is_drained(&out));
    assert_int_equal(lseek(fd, 0, SEEK_END), MUCH);
    out_stream_clear(&out);
    mem_free(text);
    close(fd);
    unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(out_stream_write__writes_at_once__what_fits,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(
            out_stream_write__returns__while_the_reader_does_not_read, setup, teardown),
        cmocka_unit_test_setup_teardown(out_stream_write__keeps_the_order__of_what_waits,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(
            out_stream_write__tells_once_and_drops__when_the_reader_is_gone, setup,
            teardown),
        cmocka_unit_test_setup_teardown(
            out_stream_write__notices__a_reader_that_leaves_a_full_pipe, setup, teardown),
        cmocka_unit_test_setup_teardown(
            out_stream_write__leaves_the_descriptor__as_it_was, setup, teardown),
        cmocka_unit_test_setup_teardown(out_stream_write__works__for_a_file, setup,
                                        teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
