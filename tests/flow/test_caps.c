/* The caps on money, as they hold for chats: what is said to one, and to several at once.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "src/base/compiler.h"
#include "src/base/mem.h"
#include "tests/support/engine_world.h"

#define ECHO  "echo?rate=0&ttft=0"
#define STALL "sage?rate=0&ttft=0&fault=stall&at=5"
#define MUTE  "sage?rate=0&ttft=60000"

/* Prices at which an answer of which nothing is known is guessed at 0.5. */
#define GUESS        0.5
#define PRICE_OUTPUT (GUESS * 1e6 / 500)

struct caps_world {
    struct engine_world engine;
    struct catalog catalog;
};

static void add_price(struct caps_world *world, const char *model)
{
    struct catalog_entry *entry =
        catalog_add_entry(&world->catalog, model, &world->engine.demo_endpoint, model);
    entry->price_input = 0;
    entry->price_output = PRICE_OUTPUT;
    entry->price_cached = 0;
}

static int setup(void **state)
{
    struct caps_world *world = mem_alloc(sizeof(*world));
    engine_world_init(&world->engine);
    catalog_init(&world->catalog);
    add_price(world, ECHO);
    add_price(world, STALL);
    add_price(world, MUTE);
    world->engine.catalog = &world->catalog;
    world->engine.spending =
        spending_new(NULL, &(struct spending_caps){.session = 1.8 * GUESS, .day = -1});
    *state = world;
    return 0;
}

static int teardown(void **state)
{
    struct caps_world *world = *state;
    engine_world_clear(&world->engine);
    spending_free(world->engine.spending);
    catalog_clear(&world->catalog);
    mem_free(world);
    return 0;
}

static enum error_class get_class(struct caps_world *world, chat_id chat)
{
    return engine_world_answer(&world->engine, chat)->facts.error.class;
}

static void cap__stops_the_second__of_a_broadcast(void **state)
{
    struct caps_world *world = *state;
    const chat_id one = engine_world_open(&world->engine, ECHO);
    const chat_id two = engine_world_open(&world->engine, ECHO);
    engine_world_send(&world->engine, one, "hello");
    engine_world_send(&world->engine, two, "hello");
    engine_world_finish(&world->engine);
    engine_world_assert_text(&world->engine, one, "hello");
    assert_int_equal(get_class(world, two), ERROR_BUDGET);
    engine_world_assert_text(&world->engine, two, "");
    /* The first took less than was guessed: now there is room for the second. */
    assert_true(spending_today(world->engine.spending) < 0.1 * GUESS);
    assert_true(engine_retry(world->engine.engine, two));
    engine_world_finish(&world->engine);
    engine_world_assert_text(&world->engine, two, "hello");
}

static void cap__gives_back__what_was_never_served(void **state)
{
    struct caps_world *world = *state;
    const chat_id one = engine_world_open(&world->engine, MUTE);
    const chat_id two = engine_world_open(&world->engine, MUTE);
    engine_world_send(&world->engine, one, "hello");
    assert_float_equal(spending_today(world->engine.spending), GUESS, 1e-9);
    engine_stop(world->engine.engine, one);
    engine_world_finish(&world->engine);
    assert_float_equal(spending_today(world->engine.spending), 0, 1e-9);
    engine_world_send(&world->engine, two, "hello");
    assert_float_equal(spending_today(world->engine.spending), GUESS, 1e-9);
    engine_close(world->engine.engine, two);
    assert_float_equal(spending_today(world->engine.spending), 0, 1e-9);
}

static bool has_text(void *user)
{
    struct caps_world *world = user;
    char *text = engine_world_text(engine_world_answer(&world->engine, 1));
    const bool has = text[0] != '\0';
    mem_free(text);
    return has;
}

static void cap__counts_the_guess__for_an_answer_that_was_cut(void **state)
{
    struct caps_world *world = *state;
    const chat_id chat = engine_world_open(&world->engine, STALL);
    assert_int_equal(chat, 1);
    engine_world_send(&world->engine, chat, "hello");
    engine_world_wait(&world->engine, has_text, world);
    engine_stop(world->engine.engine, chat);
    engine_world_finish(&world->engine);
    assert_float_equal(spending_today(world->engine.spending), GUESS, 1e-9);
}

static void cap__refuses__where_no_price_is_known(void **state)
{
    struct caps_world *world = *state;
    const struct message *answer =
        engine_world_ask(&world->engine, "sage?rate=0&ttft=0&tokens=3", "hello");
    assert_int_equal(answer->facts.error.class, ERROR_BUDGET);
    assert_non_null(strstr(error_text(&answer->facts.error), "no prices of sage"));
}

static void cap__does_not_hold__where_the_owner_counts(void **state)
{
    struct caps_world *world = *state;
    const struct chat_setup setup = {.endpoint = &world->engine.demo_endpoint,
                                     .model = "sage?rate=0&ttft=0&tokens=3",
                                     .is_streaming = true,
                                     .is_counted_by_owner = true};
    const chat_id chat = engine_world_open_setup(&world->engine, &setup);
    engine_world_send(&world->engine, chat, "hello");
    engine_world_finish(&world->engine);
    assert_int_equal(get_class(world, chat), ERROR_NONE);
    engine_count_chat(world->engine.engine, chat);
    engine_world_send(&world->engine, chat, "hello");
    engine_world_finish(&world->engine);
    assert_int_equal(get_class(world, chat), ERROR_BUDGET);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

static const struct CMUnitTest tests[] = {
    TEST(cap__stops_the_second__of_a_broadcast),
    TEST(cap__gives_back__what_was_never_served),
    TEST(cap__counts_the_guess__for_an_answer_that_was_cut),
    TEST(cap__refuses__where_no_price_is_known),
    TEST(cap__does_not_hold__where_the_owner_counts),
};

int main(void)
{
    return cmocka_run_group_tests(tests, NULL, NULL);
}
