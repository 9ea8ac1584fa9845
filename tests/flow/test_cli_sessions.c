/* motet sessions: lists, searches, changes, and what it says to words that are wrong. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>
#include <unistd.h>

#include "src/base/mem.h"
#include "src/base/path.h"
#include "tests/support/cli_world.h"
#include "tests/support/store_stage.h"

/* Two sessions in the place where motet looks for them. */
static int setup(void **state)
{
    static const char *const endings[] = {"", "-wal", "-shm"};
    for (size_t i = 0; i < 3; i++) {
        char *name = strbuf_format("motet.db%s", endings[i]);
        char *old = path_data_file(name, true);
        unlink(old);
        mem_free(old);
        mem_free(name);
    }
    char *path = path_data_file("motet.db", true);
    struct store *store = store_stage_open(path);
    static const char *const titles[] = {"of birds", "of stones"};
    static const char *const words[] = {"the grey heron waits", "a round pebble"};
    for (size_t i = 0; i < 2; i++) {
        struct session session;
        store_stage_new(store, &session, titles[i]);
        store_stage_say(store, &session, MESSAGE_USER, words[i]);
        session_clear(&session);
    }
    store_close(store);
    mem_free(path);
    return cli_world_setup(state);
}

/* Runs it; the code and a part of what it printed are as expected. */
static void assert_says(struct cli_world *world, const char *line, int code,
                        const char *out, const char *err)
{
    struct child_program *child = cli_run(world, line, NULL);
    cli_assert_code(child, code);
    if (out != NULL && strstr(strbuf_text(&child->out), out) == NULL)
        fail_msg("\"%s\" is not in: %s", out, strbuf_text(&child->out));
    if (err != NULL && strstr(strbuf_text(&child->err), err) == NULL)
        fail_msg("\"%s\" is not in: %s", err, strbuf_text(&child->err));
    child_free(child);
}

static void sessions__are_listed_and_searched(void **state)
{
    struct cli_world *world = *state;
    assert_says(world, "sessions", 0, "of birds", NULL);
    assert_says(world, "sessions|list|stones", 0, "of stones", NULL);
    assert_says(world, "sessions|list|nothing", 0, "", "no session has these words");
    assert_says(world, "sessions|--json", 0, "\"title\":\"of birds\",\"tags\":[]", NULL);
    assert_says(world, "sessions|search|heron", 0, "grey heron waits", NULL);
    assert_says(world, "sessions|search|heron|--json", 0, "\"author\":\"you\"", NULL);
    assert_says(world, "sessions|show|2", 0, "a round pebble", NULL);
}

static void sessions__are_changed_and_removed(void **state)
{
    struct cli_world *world = *state;
    assert_says(world, "sessions|rename|1|of|herons", 0, "", NULL);
    assert_says(world, "sessions|tag|1|nature|old", 0, "", NULL);
    assert_says(world, "sessions|untag|1|old", 0, "", NULL);
    assert_says(world, "sessions|list|herons", 0, "of herons  [nature]", NULL);
    assert_says(world, "sessions|rm|1|2", 0, "", NULL);
    assert_says(world, "sessions", 0, "", "no session is kept yet");
}

static void sessions__refuse__what_is_not_there(void **state)
{
    static const char gone[] = "there is no session 77; motet sessions lists them";
    struct cli_world *world = *state;
    assert_says(world, "sessions|show|77", 2, "", gone);
    assert_says(world, "sessions|rm|77", 2, "", gone);
    assert_says(world, "sessions|rename|77|x", 2, "", gone);
    assert_says(world, "sessions|tag|77|x", 2, "", gone);
    assert_says(world, "sessions|show|birds", 2, "", "is no number of a session");
    assert_says(world, "sessions|rm", 2, "", "takes the numbers");
    assert_says(world, "sessions|frobnicate", 2, "", "takes list, show, search");
    assert_says(world, "--plain|--session|77", 2, "there is no session 77", NULL);
    assert_says(world, "--plain|-c|--session|1", 2, "", "exclude each other");
    assert_says(world, "--plain|-c|-m|demo/sage", 2, "", "a session has its models");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(sessions__are_listed_and_searched, setup,
                                        cli_world_teardown),
        cmocka_unit_test_setup_teardown(sessions__are_changed_and_removed, setup,
                                        cli_world_teardown),
        cmocka_unit_test_setup_teardown(sessions__refuse__what_is_not_there, setup,
                                        cli_world_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
