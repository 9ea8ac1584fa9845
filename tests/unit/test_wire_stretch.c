/* What is packed comes out as it went in, and takes little. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "src/base/mem.h"
#include "src/base/rng.h"
#include "src/engine/wire_stretch.h"

struct fixture {
    struct wire_stretch stretch;
    struct strbuf in; /* what went in, and came out: times, marks and bytes */
    struct strbuf out;
};

static int set_up(void **state)
{
    struct fixture *fixture = mem_alloc(sizeof(*fixture));
    wire_stretch_init(&fixture->stretch);
    strbuf_init(&fixture->in, STRBUF_OWN_MAX);
    strbuf_init(&fixture->out, STRBUF_OWN_MAX);
    *state = fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    wire_stretch_clear(&fixture->stretch);
    strbuf_clear(&fixture->in);
    strbuf_clear(&fixture->out);
    mem_free(fixture);
    return 0;
}

static void note(void *user, int64_t at_us, const char *bytes, size_t len, bool goes_on)
{
    strbuf_append_format(user, "%lld %d ", (long long)at_us, goes_on);
    strbuf_append(user, bytes, len);
    strbuf_append_char(user, '\n');
}

static void add(struct fixture *fixture, int64_t at_us, const char *bytes, size_t len,
                bool goes_on)
{
    note(&fixture->in, at_us, bytes, len, goes_on);
    wire_stretch_add(&fixture->stretch, at_us, bytes, len, goes_on);
}

static void assert_same(struct fixture *fixture)
{
    strbuf_reset(&fixture->out);
    wire_stretch_each(&fixture->stretch, note, &fixture->out);
    assert_int_equal(fixture->out.len, fixture->in.len);
    assert_memory_equal(strbuf_text(&fixture->out), strbuf_text(&fixture->in),
                        fixture->in.len);
}

static void wire_stretch__gives_back__what_went_in(void **state)
{
    struct fixture *fixture = *state;
    struct rng rng;
    char bytes[6000];
    rng_init(&rng, 7);
    assert_same(fixture);
    for (int i = 0; i < 3000; i++) {
        /* Few letters, so that much is the same by chance; some longer than is kept to
         * compare with. */
        const size_t most = rng_below(&rng, 50) == 0 ? sizeof(bytes) : 9;
        const size_t len = 1 + (size_t)rng_below(&rng, most);
        for (size_t at = 0; at < len; at++)
            bytes[at] = "ab\0\n"[rng_below(&rng, rng_below(&rng, 3) == 0 ? 4 : 1)];
        add(fixture, (int64_t)i * 40, bytes, len, i % 3 == 0);
    }
    assert_same(fixture);
}

static void wire_stretch__takes_little__for_events_of_a_stream(void **state)
{
    struct fixture *fixture = *state;
    char event[300];
    for (int i = 0; i < 1000; i++) {
        const int len = snprintf(
            event, sizeof(event),
            "data: {\"id\":\"chatcmpl-69608c12046cd108\",\"object\":\"chat.completion."
            "chunk\",\"model\":\"sage\",\"choices\":[{\"index\":0,\"delta\":{\"content\":"
            "\" word%d\"},\"finish_reason\":null}],\"usage\":null}\n\n",
            i * 7919);
        add(fixture, (int64_t)i * 20000, event, (size_t)len, false);
    }
    assert_same(fixture);
    assert_true(fixture->stretch.len > 180000);
    assert_true(wire_stretch_size(&fixture->stretch) < 25000);
}

static void wire_stretch_trim__keeps__the_end(void **state)
{
    struct fixture *fixture = *state;
    char text[32];
    for (int i = 0; i < 1000; i++) {
        const int len = snprintf(text, sizeof(text), "data: %d\n\n", i);
        wire_stretch_add(&fixture->stretch, i * 20LL, text, (size_t)len, false);
        if (i >= 995)
            note(&fixture->in, i * 20LL, text, (size_t)len, false);
    }
    const size_t len = fixture->stretch.len;
    while (fixture->stretch.count > 5)
        wire_stretch_trim(&fixture->stretch, wire_stretch_size(&fixture->stretch) - 1);
    assert_same(fixture);
    assert_true(fixture->stretch.len < len);
    /* The last one stays, whatever it takes. */
    wire_stretch_trim(&fixture->stretch, 0);
    assert_int_equal(fixture->stretch.count, 1);
    assert_int_equal(fixture->stretch.len, 11);
    assert_int_equal(wire_stretch_trim(&fixture->stretch, 0), 0);
}

static void wire_stretch_piece__ends__with_an_event(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        size_t len;
    } cases[] = {
        {"data: x\n\ndata: y", 9},
        {"data: x\ndata: y\n\nz", 17},
        {"{\"a\":1}\n{\"b\":1}\n", 8},
        {"data: x\n\n", 9},
        {"", 0},
        {"\n", 1},
        {"\n\n\n", 2},
        {"data: x\n", 8},
        {"{", 1},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        assert_int_equal(wire_stretch_piece(cases[i].bytes, strlen(cases[i].bytes)),
                         cases[i].len);
}

static void wire_stretch__keeps_times__of_half_a_day(void **state)
{
    struct fixture *fixture = *state;
    const int64_t day_us = (int64_t)24 * 3600 * 1000000;
    add(fixture, day_us / 3, "a", 1, false);
    assert_same(fixture);
    wire_stretch_add(&fixture->stretch, day_us, "b", 1, false);
    strbuf_reset(&fixture->out);
    wire_stretch_each(&fixture->stretch, note, &fixture->out);
    /* Later ones are all the latest that there is. */
    assert_non_null(strstr(strbuf_text(&fixture->out), "42949672940 0 b"));
}

#define STRETCH(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        STRETCH(wire_stretch__gives_back__what_went_in),
        STRETCH(wire_stretch__takes_little__for_events_of_a_stream),
        STRETCH(wire_stretch_trim__keeps__the_end),
        cmocka_unit_test(wire_stretch_piece__ends__with_an_event),
        STRETCH(wire_stretch__keeps_times__of_half_a_day),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
