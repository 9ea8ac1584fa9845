/* Sessions on the screen: what is there again after the program has ended, the box that
 * finds and changes them, temporary ones. Each stage is a run of the program. */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "src/base/mem.h"
#include "src/base/path.h"
#include "src/engine/session_keeper.h"
#include "tests/support/app_stage.h"

#define FAST  "demo/echo?rate=0&ttft=0"
#define OTHER "demo/coder?rate=0&ttft=0"
#define SLOW  "demo/echo?rate=20&ttft=0"

static const char *const two[] = {FAST, OTHER, NULL};
static const char *const one[] = {FAST, NULL};
static const char *const slow[] = {SLOW, NULL};

struct places {
    char *folder;
    char *database;
    char *history;
};

static int setup(void **state)
{
    struct places *places = mem_alloc(sizeof(*places));
    places->folder = strbuf_format("%s/sessions.XXXXXX", getenv("TMPDIR"));
    assert_non_null(mkdtemp(places->folder));
    places->database = strbuf_format("%s/motet.db", places->folder);
    places->history = strbuf_format("%s/history", places->folder);
    *state = places;
    return 0;
}

static int teardown(void **state)
{
    struct places *places = *state;
    mem_free(places->folder);
    mem_free(places->database);
    mem_free(places->history);
    mem_free(places);
    return 0;
}

static struct app_stage *begin(const struct places *places, const char *const *models)
{
    return app_stage_new(&(struct app_stage_options){.models = models,
                                                     .history_path = places->history,
                                                     .session_path = places->database});
}

static struct app_stage *go_on(const struct places *places)
{
    return app_stage_new(&(struct app_stage_options){.models = one,
                                                     .history_path = places->history,
                                                     .session_path = places->database,
                                                     .session = -1});
}

static void say(struct app_stage *stage, const char *text)
{
    app_stage_send(stage, text);
    app_stage_wait_idle(stage);
}

static void press(struct app_stage *stage, const char *keys)
{
    char key[32];
    while (*keys != '\0') {
        const size_t len = strcspn(keys, " ");
        assert_true(len < sizeof(key));
        memcpy(key, keys, len);
        key[len] = '\0';
        app_stage_press(stage, key);
        keys += len + (keys[len] == ' ');
    }
}

/* --- Coming back ------------------------------------------------------------------- */

static void app_session__opened_again__is_as_it_was(void **state)
{
    const struct places *places = *state;
    struct app_stage *stage = begin(places, two);
    say(stage, "alpha");
    /* Places, tick, zoom and texts. */
    press(stage, "Esc }");
    press(stage, "Space i");
    app_stage_type(stage, "half a thought");
    press(stage, "Alt-q");
    app_stage_type(stage, "a whole one");
    app_stage_free(stage);

    stage = go_on(places);
    assert_stage_shows(stage, "1 coder");
    assert_stage_shows(stage, "2 echo");
    assert_stage_shows(stage, "› alpha");
    assert_stage_shows(stage, "(not ticked)");
    assert_stage_shows(stage, "> a whole one");
    assert_stage_shows(stage, "1 put aside");
    assert_stage_shows(stage, "motet · alpha");
    press(stage, "Ctrl-U Alt-q");
    assert_stage_shows(stage, "> half a thought");
    app_stage_free(stage);
}

static void app_session__zoom_and_focus__come_back(void **state)
{
    const struct places *places = *state;
    struct app_stage *stage = begin(places, two);
    say(stage, "alpha");
    press(stage, "Esc l z &");
    app_stage_free(stage);
    stage = go_on(places);
    assert_stage_shows(stage, "zoomed");
    assert_stage_shows(stage, "2 coder");
    assert_stage_shows(stage, "shared");
    app_stage_free(stage);
}

static void app_session__edit_begun__goes_on(void **state)
{
    const struct places *places = *state;
    struct app_stage *stage = begin(places, one);
    say(stage, "alpha");
    app_stage_type(stage, "waits");
    press(stage, "Alt-e");
    app_stage_type(stage, "bet");
    app_stage_free(stage);
    stage = go_on(places);
    assert_stage_shows(stage, "> alphabet");
    assert_stage_shows(stage, "editing a sent prompt");
    press(stage, "Enter");
    app_stage_wait_idle(stage);
    assert_stage_shows(stage, "› alphabet");
    assert_stage_shows(stage, "‹ 2 of 2 ›");
    assert_stage_shows(stage, "> waits");
    app_stage_free(stage);
}

static void app_session__branches_and_forks__come_back(void **state)
{
    const struct places *places = *state;
    struct app_stage *stage = begin(places, one);
    say(stage, "alpha");
    press(stage, "Alt-r");
    app_stage_wait_idle(stage);
    press(stage, "Esc [ f");
    app_stage_free(stage);
    stage = go_on(places);
    assert_stage_shows(stage, "‹ 1 of 2 ›");
    assert_stage_shows(stage, "2 echo");
    assert_int_equal(engine_get_chat(stage->engine, 1)->message_count, 3);
    assert_int_equal(engine_get_chat(stage->engine, 2)->message_count, 2);
    app_stage_free(stage);
}

static void app_session__cut_answer__says_what_can_be_done(void **state)
{
    const struct places *places = *state;
    struct app_stage *stage = begin(places, slow);
    app_stage_send(stage, "one two three four five six seven eight nine");
    app_stage_wait_answer(stage, 1, 8);
    app_stage_free(stage);
    stage = go_on(places);
    assert_stage_shows(stage, "one two");
    assert_stage_shows(stage, "interrupted when the program ended");
    assert_stage_shows(stage, "Alt-c continue · Alt-r restart");
    assert_stage_shows(stage, "■ interrupted");
    press(stage, "Alt-r");
    press(stage, "Esc s");
    app_stage_wait_idle(stage);
    assert_stage_shows(stage, "‹ 2 of 2 ›");
    app_stage_free(stage);
}

static void app_session__closed_pane__is_not_opened_again(void **state)
{
    const struct places *places = *state;
    struct app_stage *stage = begin(places, two);
    say(stage, "alpha");
    press(stage, "Esc l x");
    assert_stage_shows(stage, "the conversation is kept, but has no pane any more");
    press(stage, "x");
    app_stage_free(stage);
    stage = go_on(places);
    assert_stage_shows(stage, "1 echo");
    assert_stage_hides(stage, "coder");
    app_stage_free(stage);
}

static void app_session__not_there__says_so_and_opens_the_models(void **state)
{
    const struct places *places = *state;
    struct app_stage *stage = app_stage_new(&(struct app_stage_options){
        .models = one, .session_path = places->database, .session = 77});
    assert_stage_shows(stage, "77");
    assert_stage_shows(stage, "1 echo");
    app_stage_free(stage);
}

/* Spoils the page where the table of messages begins. */
static void damage(const char *path)
{
    enum { PAGE = 4096, MESSAGES_PAGE = 7 };
    char spoilt[PAGE];
    FILE *file = fopen(path, "r+b");
    assert_non_null(file);
    memset(spoilt, 0x55, sizeof(spoilt));
    assert_int_equal(fseek(file, (long)PAGE * (MESSAGES_PAGE - 1), SEEK_SET), 0);
    assert_int_equal(fwrite(spoilt, 1, sizeof(spoilt), file), sizeof(spoilt));
    assert_int_equal(fclose(file), 0);
}

static void app_session__damaged__says_so_when_it_was_opened(void **state)
{
    const struct places *places = *state;
    struct app_stage *stage = begin(places, one);
    say(stage, "alpha");
    app_stage_free(stage);
    damage(places->database);
    stage = go_on(places);
    assert_stage_shows(stage, "was damaged");
    assert_stage_shows(stage, "alpha");
    app_stage_free(stage);
}

/* The history of prompts cannot be written either, which matters less. */
static void app_session__not_kept__is_said_before_other_trouble(void **state)
{
    (void)state;
    struct app_stage *stage =
        app_stage_new(&(struct app_stage_options){.models = one,
                                                  .history_path = "/dev/null/history",
                                                  .session_path = "/dev/null/motet.db"});
    say(stage, "alpha");
    assert_stage_shows(stage, "what is said is not kept for now");
    app_stage_free(stage);
}

/* --- The box ----------------------------------------------------------------------- */

/* Two sessions: "alpha" with two models, then "beta", which is open. */
static struct app_stage *begin_with_two(const struct places *places)
{
    struct app_stage *stage = begin(places, two);
    say(stage, "alpha and the fox");
    press(stage, "Ctrl-N");
    assert_stage_hides(stage, "› alpha");
    say(stage, "beta");
    press(stage, "Ctrl-O");
    assert_stage_shows(stage, "sessions, the newest first");
    return stage;
}

static void app_sessions__box__lists_and_opens(void **state)
{
    struct app_stage *stage = begin_with_two(*state);
    assert_stage_shows(stage, "begin a new session");
    assert_stage_shows(stage, "● beta · ");
    assert_stage_shows(stage, "alpha and the fox · ");
    press(stage, "Down Enter");
    assert_stage_shows(stage, "› alpha and the fox");
    assert_stage_hides(stage, "› beta");
    assert_stage_shows(stage, "motet · alpha and the fox");
    /* And back: nothing of it was closed. */
    press(stage, "Ctrl-O");
    app_stage_type(stage, "bet");
    press(stage, "Enter");
    assert_stage_shows(stage, "› beta");
    assert_stage_shows(stage, "2 coder");
    app_stage_free(stage);
}

static void app_sessions__what_was_said__is_found(void **state)
{
    struct app_stage *stage = begin_with_two(*state);
    app_stage_type(stage, "fox");
    app_stage_wait_text(stage, "in what was said");
    press(stage, "Down Enter");
    assert_stage_shows(stage, "› alpha and the fox");
    assert_stage_shows(stage, "▌");
    app_stage_free(stage);
}

static void app_sessions__renamed_and_tagged__is_found_by_it(void **state)
{
    struct app_stage *stage = begin_with_two(*state);
    press(stage, "Down Ctrl-E");
    assert_stage_shows(stage, "how is this session to be called?");
    app_stage_type(stage, "animals");
    press(stage, "Enter");
    assert_stage_shows(stage, "animals · ");
    press(stage, "Ctrl-T");
    app_stage_type(stage, "zoo");
    press(stage, "Enter");
    assert_stage_shows(stage, "animals · #zoo · ");
    app_stage_type(stage, "zoo");
    assert_stage_hides(stage, "● beta");
    press(stage, "Enter");
    assert_stage_shows(stage, "motet · animals");
    app_stage_free(stage);
}

static void app_sessions__rename_given_up__goes_back(void **state)
{
    struct app_stage *stage = begin_with_two(*state);
    press(stage, "Ctrl-E");
    app_stage_type(stage, "nothing");
    press(stage, "Esc");
    assert_stage_shows(stage, "● beta · ");
    press(stage, "Esc");
    assert_stage_hides(stage, "sessions, the newest first");
    app_stage_free(stage);
}

static void app_sessions__answer_still_coming__is_not_interrupted(void **state)
{
    static const char *const stalling[] = {"demo/echo?rate=0&ttft=0&fault=stall&at=3",
                                           NULL};
    struct app_stage *stage = begin(*state, stalling);
    app_stage_send(stage, "alpha beta gamma delta epsilon zeta");
    assert_stage_shows(stage, "1 running");
    press(stage, "Ctrl-O");
    assert_stage_shows(stage, "\xe2\x97\x8f alpha beta");
    assert_stage_hides(stage, "interrupted");
    app_stage_free(stage);
}

static void app_sessions__removed_by_second_press__is_gone(void **state)
{
    struct app_stage *stage = begin_with_two(*state);
    press(stage, "Down Ctrl-X");
    assert_stage_shows(stage, "press again to remove this session for good");
    assert_stage_shows(stage, "alpha and the fox · ");
    press(stage, "Ctrl-X");
    assert_stage_hides(stage, "alpha and the fox · ");
    assert_stage_shows(stage, "● beta");
    app_stage_free(stage);
}

static void app_sessions__answers_coming__asks_before_it_leaves(void **state)
{
    const struct places *places = *state;
    struct app_stage *stage = begin(places, slow);
    say(stage, "alpha");
    press(stage, "Ctrl-N");
    app_stage_send(stage, "one two three four five six seven eight nine ten");
    press(stage, "Ctrl-O Down Enter");
    assert_stage_shows(stage, "answers are still coming and would be stopped");
    press(stage, "Enter");
    assert_stage_shows(stage, "› alpha");
    assert_int_equal(engine_busy_count(stage->engine), 0);
    app_stage_free(stage);
}

static void app_sessions__draft__stays_with_its_session(void **state)
{
    struct app_stage *stage = begin_with_two(*state);
    press(stage, "Esc");
    app_stage_type(stage, "for beta");
    press(stage, "Ctrl-O Down Enter");
    assert_stage_hides(stage, "for beta");
    press(stage, "Ctrl-O");
    app_stage_type(stage, "bet");
    press(stage, "Enter");
    assert_stage_shows(stage, "> for beta");
    app_stage_free(stage);
}

static void app_sessions__without_a_keeper__says_so(void **state)
{
    (void)state;
    struct app_stage *stage = app_stage_open(one);
    press(stage, "Ctrl-O");
    assert_stage_shows(stage, "sessions are not kept here");
    press(stage, "Ctrl-P");
    app_stage_type(stage, "temporary");
    press(stage, "Enter");
    assert_stage_shows(stage, "sessions are not kept here");
    /* A new one can be begun all the same. */
    say(stage, "alpha");
    press(stage, "Ctrl-N");
    assert_stage_hides(stage, "› alpha");
    app_stage_free(stage);
}

/* --- Temporary --------------------------------------------------------------------- */

static bool has_bytes(const struct strbuf *bytes, const char *text)
{
    const size_t len = strlen(text);
    for (size_t i = 0; i + len <= bytes->len; i++) {
        if (memcmp(bytes->text + i, text, len) == 0)
            return true;
    }
    return false;
}

/* No file of the folder has the text in it; a file that is not there has none. */
static void assert_nothing_holds(const struct places *places, const char *text)
{
    DIR *folder = opendir(places->folder);
    assert_non_null(folder);
    for (const struct dirent *entry; (entry = readdir(folder)) != NULL;) {
        struct strbuf bytes;
        struct error err = {ERROR_NONE, NULL};
        char *path = strbuf_format("%s/%s", places->folder, entry->d_name);
        strbuf_init(&bytes, (size_t)1 << 30);
        path_read_file(path, &bytes, &err);
        assert_false(has_bytes(&bytes, text));
        strbuf_clear(&bytes);
        error_clear(&err);
        mem_free(path);
    }
    closedir(folder);
}

static void app_temporary__from_the_start__leaves_no_trace(void **state)
{
    const struct places *places = *state;
    struct app_stage *stage =
        app_stage_new(&(struct app_stage_options){.models = one,
                                                  .history_path = places->history,
                                                  .session_path = places->database,
                                                  .is_temporary = true});
    assert_stage_shows(stage, "temporary: nothing is kept");
    say(stage, "topsecret");
    app_stage_free(stage);
    assert_nothing_holds(places, "topsecret");
}

static void app_temporary__on_and_off__removes_and_keeps_again(void **state)
{
    const struct places *places = *state;
    struct app_stage *stage = begin(places, one);
    say(stage, "alpha");
    app_stage_send(stage, "/temporary");
    assert_stage_shows(stage, "what is stored of this session is removed: press again");
    app_stage_press(stage, "Enter");
    assert_stage_shows(stage, "temporary: nothing");
    assert_int_equal(session_keeper_last(stage->keeper, NULL), 0);
    app_stage_send(stage, "/temporary");
    assert_stage_shows(stage, "this session is kept again");
    session_keeper_flush(stage->keeper);
    assert_int_not_equal(session_keeper_last(stage->keeper, NULL), 0);
    app_stage_free(stage);
}

int main(void)
{
#define TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(app_session__opened_again__is_as_it_was),
        TEST(app_session__zoom_and_focus__come_back),
        TEST(app_session__damaged__says_so_when_it_was_opened),
        TEST(app_session__not_kept__is_said_before_other_trouble),
        TEST(app_session__edit_begun__goes_on),
        TEST(app_session__branches_and_forks__come_back),
        TEST(app_session__cut_answer__says_what_can_be_done),
        TEST(app_session__closed_pane__is_not_opened_again),
        TEST(app_session__not_there__says_so_and_opens_the_models),
        TEST(app_sessions__box__lists_and_opens),
        TEST(app_sessions__what_was_said__is_found),
        TEST(app_sessions__renamed_and_tagged__is_found_by_it),
        TEST(app_sessions__rename_given_up__goes_back),
        TEST(app_sessions__answer_still_coming__is_not_interrupted),
        TEST(app_sessions__removed_by_second_press__is_gone),
        TEST(app_sessions__answers_coming__asks_before_it_leaves),
        TEST(app_sessions__draft__stays_with_its_session),
        TEST(app_sessions__without_a_keeper__says_so),
        TEST(app_temporary__from_the_start__leaves_no_trace),
        TEST(app_temporary__on_and_off__removes_and_keeps_again),
    };
    return cmocka_run_group_tests_name("app_sessions", tests, NULL, NULL);
}
