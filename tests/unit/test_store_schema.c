/* Databases of other versions, and of nobody: old ones are brought up to date, others
 * stay as they are. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "src/base/compiler.h"
#include "src/base/mem.h"
#include "src/base/path.h"
#include "src/store/store_schema.h"
#include "tests/support/session_sample.h"
#include "tests/support/store_stage.h"

/* A step that no version has, for the way from one version to the next. */
static const char next_step[] =
    "ALTER TABLE session ADD COLUMN mood TEXT; UPDATE session SET mood = 'calm'";

static sqlite3 *open_plain(const char *path)
{
    sqlite3 *db = NULL;
    assert_true(path_make_folders(path, NULL));
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    (void)sqlite3_busy_timeout(db, 5000);
    return db;
}

static void run(sqlite3 *db, const char *sql)
{
    char *message = NULL;
    (void)sqlite3_exec(db, sql, NULL, NULL, &message);
    assert_null(message);
}

static void make_old(const char *path)
{
    struct strbuf sql;
    char *name = strbuf_format("%s/tests/store/schema-1.sql", getenv("MOTET_SRCDIR"));
    strbuf_init(&sql, STRBUF_OWN_MAX);
    assert_true(path_read_file(name, &sql, NULL));
    sqlite3 *db = open_plain(path);
    run(db, strbuf_text(&sql));
    sqlite3_close(db);
    strbuf_clear(&sql);
    mem_free(name);
}

/* The steps of this version and one more. */
static struct store_step *more_steps(size_t *count)
{
    const struct store_step *steps = store_schema_steps(count);
    struct store_step *more = mem_alloc_array(*count + 1, sizeof(*more));
    memcpy(more, steps, *count * sizeof(*more));
    more[(*count)++].sql = next_step;
    return more;
}

static void store_open__schema_1__reads_everything(void **state)
{
    (void)state;
    const char *path = store_stage_path();
    make_old(path);
    struct store *store = store_stage_open(path);
    struct session session;
    assert_true(store_read_session(store, 1, &session, NULL));
    assert_string_equal(session.title, "Tides");
    assert_int_equal(session.tags.len, 2);
    assert_int_equal(session.going_on, GOING_ON_SHARED);
    assert_string_equal(session.chats[0].model.provider, "demo");
    assert_int_equal(session.chats[0].chat.path_len, 3);
    const struct message *answer = session.chats[0].chat.messages[1];
    assert_int_equal(answer->facts.usage.input, 5);
    assert_string_equal(answer->parts[0].decision, "once");
    assert_string_equal(strbuf_text(&answer->parts[1].text), "Because of the moon.");
    const struct message *cut = session.chats[0].chat.messages[2];
    assert_true(cut->is_interrupted && cut->is_continuation);
    assert_string_equal(strbuf_text(&cut->parts[0].text), "And the sun.");
    assert_string_equal(session.drafts[0].text, "And on");
    session_clear(&session);
    assert_int_equal(store_stage_search(store, "tides", NULL), 2);
    store_close(store);
}

static void store_schema__next_version__keeps_what_is_there(void **state)
{
    (void)state;
    const char *path = store_stage_path();
    size_t count;
    struct store_step *steps = more_steps(&count);
    struct error err = {.class = ERROR_NONE};
    make_old(path);
    sqlite3 *db = open_plain(path);
    assert_int_equal(store_schema_prepare(db, path, steps, count, &err), SCHEMA_GOOD);
    sqlite3_stmt *statement;
    assert_int_equal(
        sqlite3_prepare_v2(db, "SELECT title, mood FROM session", -1, &statement, NULL),
        SQLITE_OK);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    assert_string_equal((const char *)sqlite3_column_text(statement, 0), "Tides");
    assert_string_equal((const char *)sqlite3_column_text(statement, 1), "calm");
    sqlite3_finalize(statement);
    sqlite3_close(db);
    mem_free(steps);
}

static void store_schema__step_that_fails__changes_nothing(void **state)
{
    (void)state;
    const char *path = store_stage_path();
    size_t count;
    struct store_step *steps = more_steps(&count);
    steps[count - 1].sql = "UPDATE session SET title = 'lost'; SELECT nonsense";
    struct error err = {.class = ERROR_NONE};
    make_old(path);
    sqlite3 *db = open_plain(path);
    assert_int_equal(store_schema_prepare(db, path, steps, count, &err), SCHEMA_FAILED);
    assert_non_null(strstr(error_text(&err), path));
    error_clear(&err);
    sqlite3_close(db);
    struct store *store = store_stage_open(path);
    struct session session;
    assert_true(store_read_session(store, 1, &session, NULL));
    assert_string_equal(session.title, "Tides");
    session_clear(&session);
    store_close(store);
    mem_free(steps);
}

/* Opening must fail with these words, and leave every byte. */
static void assert_refused(const char *path, const char *words)
{
    struct strbuf before;
    struct strbuf after;
    struct error err = {.class = ERROR_NONE};
    char *notice;
    strbuf_init(&before, STRBUF_OWN_MAX);
    strbuf_init(&after, STRBUF_OWN_MAX);
    assert_true(path_read_file(path, &before, NULL));
    assert_null(store_open(&(struct store_options){.path = path}, &notice, &err));
    assert_null(notice);
    assert_int_equal(err.class, ERROR_USAGE);
    assert_non_null(strstr(error_text(&err), words));
    assert_non_null(strstr(error_text(&err), path));
    error_clear(&err);
    assert_true(path_read_file(path, &after, NULL));
    assert_int_equal(before.len, after.len);
    assert_memory_equal(before.text, after.text, before.len);
    strbuf_clear(&before);
    strbuf_clear(&after);
}

static void store_open__newer_version__is_refused(void **state)
{
    (void)state;
    const char *path = store_stage_path();
    size_t count;
    struct store_step *steps = more_steps(&count);
    make_old(path);
    sqlite3 *db = open_plain(path);
    assert_int_equal(store_schema_prepare(db, path, steps, count, NULL), SCHEMA_GOOD);
    sqlite3_close(db);
    assert_refused(path, "newer version");
    mem_free(steps);
}

static void store_open__database_of_another_program__is_refused(void **state)
{
    (void)state;
    const char *path = store_stage_path();
    sqlite3 *db = open_plain(path);
    run(db, "CREATE TABLE recipes(name); INSERT INTO recipes VALUES('soup')");
    sqlite3_close(db);
    assert_refused(path, "another program");
}

static void store_open__folder__is_refused(void **state)
{
    (void)state;
    struct error err = {.class = ERROR_NONE};
    char *notice;
    assert_null(
        store_open(&(struct store_options){.path = getenv("TMPDIR")}, &notice, &err));
    assert_non_null(strstr(error_text(&err), "is not a file"));
    error_clear(&err);
}

static void store_open__for_reading__needs_a_database(void **state)
{
    (void)state;
    struct error err = {.class = ERROR_NONE};
    const char *path = store_stage_path();
    char *notice;
    assert_null(store_open(&(struct store_options){.path = path, .is_for_reading = true},
                           &notice, &err));
    assert_non_null(strstr(error_text(&err), "no sessions yet"));
    error_clear(&err);
    assert_int_not_equal(access(path, F_OK), 0);
}

/* Several processes make or migrate one database at the same moment. */
static void race(const char *path, bool has_next_step)
{
    pid_t children[4];
    size_t count;
    struct store_step *steps = more_steps(&count);
    int gate[2];
    assert_int_equal(pipe(gate), 0);
    for (size_t i = 0; i < COUNT_OF(children); i++) {
        children[i] = fork();
        if (children[i] != 0)
            continue;
        char byte;
        close(gate[1]);
        (void)!read(gate[0], &byte, 1); /* until the parent closes it */
        bool is_good;
        if (has_next_step) {
            sqlite3 *db = open_plain(path);
            is_good = store_schema_prepare(db, path, steps, count, NULL) == SCHEMA_GOOD;
            sqlite3_close(db);
        } else {
            char *notice;
            struct store *store = store_open(
                &(struct store_options){.path = path, .wait_ms = 5000}, &notice, NULL);
            struct session session;
            session_init(&session);
            is_good = store != NULL && notice == NULL &&
                      store_begin(store, NULL) == STORE_OK &&
                      store_put_session(store, &session) &&
                      store_commit(store, NULL) == STORE_OK;
            store_close(store);
        }
        _exit(is_good ? 0 : 1);
    }
    close(gate[0]);
    close(gate[1]);
    for (size_t i = 0; i < COUNT_OF(children); i++) {
        int status;
        assert_int_equal(waitpid(children[i], &status, 0), children[i]);
        assert_int_equal(status, 0);
    }
    mem_free(steps);
}

static void store_open__several_programs_at_once__all_get_it(void **state)
{
    (void)state;
    const char *path = store_stage_path();
    race(path, false);
    struct store *store = store_stage_open(path);
    struct session_row *rows;
    size_t count;
    assert_true(store_list(store, NULL, NULL, 100, &rows, &count, NULL));
    assert_int_equal(count, 4);
    session_rows_free(rows, count);
    store_close(store);
}

static void store_schema__several_programs_at_once__one_migrates(void **state)
{
    (void)state;
    const char *path = store_stage_path();
    make_old(path);
    race(path, true);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(store_open__schema_1__reads_everything),
        cmocka_unit_test(store_schema__next_version__keeps_what_is_there),
        cmocka_unit_test(store_schema__step_that_fails__changes_nothing),
        cmocka_unit_test(store_open__newer_version__is_refused),
        cmocka_unit_test(store_open__database_of_another_program__is_refused),
        cmocka_unit_test(store_open__folder__is_refused),
        cmocka_unit_test(store_open__for_reading__needs_a_database),
        cmocka_unit_test(store_open__several_programs_at_once__all_get_it),
        cmocka_unit_test(store_schema__several_programs_at_once__one_migrates),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
