/* The file of a run's records: appended, mended, looked up, put into order. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "src/base/mem.h"
#include "src/base/path.h"
#include "src/cli/run_file.h"
#include "src/cli/run_record.h"

static const char *const models[] = {"gpt"};
static const struct run_file_columns columns = {models, 1, 1};

#define LINE(row, genre, answer, state)                                                  \
    "{\"row\":" row ",\"vars\":{\"genre\":\"" genre                                      \
    "\"},\"model\":\"gpt\",\"repeat\":0,"                                                \
    "\"answer\":\"" answer "\",\"state\":\"" state "\"}"

static int setup(void **state)
{
    char folder[] = "/tmp/motet-test-XXXXXX";
    if (mkdtemp(folder) == NULL)
        return -1;
    *state = strbuf_format("%s/out", folder);
    return 0;
}

static int teardown(void **state)
{
    char *path = *state;
    unlink(path);
    *strrchr(path, '/') = '\0';
    rmdir(path);
    mem_free(path);
    return 0;
}

static void write_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static void assert_file(const char *path, const char *expected)
{
    struct strbuf text;
    strbuf_init(&text, (size_t)1 << 20);
    assert_true(path_read_file(path, &text, NULL));
    assert_string_equal(strbuf_text(&text), expected);
    strbuf_clear(&text);
}

static void append(struct run_file *file, size_t row, const char *line)
{
    struct strbuf text;
    strbuf_init(&text, 1000);
    strbuf_append_format(&text, "%s\n", line);
    assert_true(run_file_append(file, row, 0, &text, NULL));
    strbuf_clear(&text);
}

static uint64_t hash_of(const char *values)
{
    return run_record_hash(values, strlen(values));
}

static void run_file_finish__puts_into_order__what_came_in_another(void **state)
{
    struct run_file *file = run_file_open(*state, &columns, false, NULL);
    append(file, 2, LINE("2", "c", "z", "done"));
    append(file, 0, LINE("0", "a", "x", "done"));
    append(file, 1, LINE("1", "b", "y", "failed"));
    assert_true(run_file_finish(file, NULL));
    run_file_free(file);
    assert_file(*state,
                LINE("0", "a", "x", "done") "\n" LINE("1", "b", "y", "failed") "\n" LINE(
                    "2", "c", "z", "done") "\n");
}

static void run_file_open__knows__what_is_finished(void **state)
{
    write_file(*state,
               LINE("1", "b", "", "failed") "\n" LINE("0", "a", "x", "done") "\n" LINE(
                   "1", "b", "y", "done") "\n" LINE("2", "c", "", "failed") "\n");
    struct run_file *file = run_file_open(*state, &columns, true, NULL);
    assert_int_equal(run_file_find(file, 0, 0, hash_of("{\"genre\":\"a\"}")),
                     RUN_FILE_DONE);
    assert_int_equal(run_file_find(file, 1, 0, hash_of("{\"genre\":\"b\"}")),
                     RUN_FILE_DONE);
    assert_int_equal(run_file_find(file, 2, 0, hash_of("{\"genre\":\"c\"}")),
                     RUN_FILE_FAILED);
    assert_int_equal(run_file_find(file, 3, 0, hash_of("{\"genre\":\"a\"}")),
                     RUN_FILE_NONE);
    /* Other values: another row has come to stand there. */
    assert_int_equal(run_file_find(file, 0, 0, hash_of("{\"genre\":\"x\"}")),
                     RUN_FILE_NONE);
    append(file, 2, LINE("2", "c", "z", "done"));
    assert_true(run_file_finish(file, NULL));
    run_file_free(file);
    assert_file(*state, LINE("0", "a", "x", "done") "\n" LINE(
                            "1", "b", "y", "done") "\n" LINE("2", "c", "z", "done") "\n");
}

static void run_file_open__mends__a_torn_last_line(void **state)
{
    write_file(*state, LINE("0", "a", "x", "done") "\n{\"row\":1,\"vars\":{\"ge");
    struct run_file *file = run_file_open(*state, &columns, true, NULL);
    append(file, 1, LINE("1", "b", "y", "done"));
    assert_true(run_file_finish(file, NULL));
    run_file_free(file);
    assert_file(*state,
                LINE("0", "a", "x", "done") "\n" LINE("1", "b", "y", "done") "\n");
    /* One that lacks only its end is whole. */
    write_file(*state, LINE("0", "a", "x", "done"));
    file = run_file_open(*state, &columns, true, NULL);
    assert_int_equal(run_file_find(file, 0, 0, hash_of("{\"genre\":\"a\"}")),
                     RUN_FILE_DONE);
    append(file, 1, LINE("1", "b", "y", "done"));
    run_file_free(file);
    assert_file(*state,
                LINE("0", "a", "x", "done") "\n" LINE("1", "b", "y", "done") "\n");
}

static void run_file_open__refuses__what_another_run_writes(void **state)
{
    struct error err = {ERROR_NONE, NULL};
    struct run_file *file = run_file_open(*state, &columns, true, NULL);
    assert_non_null(file);
    assert_null(run_file_open(*state, &columns, true, &err));
    assert_non_null(strstr(error_text(&err), "another run"));
    error_clear(&err);
    run_file_free(file);
    file = run_file_open(*state, &columns, true, NULL);
    assert_non_null(file);
    run_file_free(file);
}

static void run_file_open__refuses__what_is_not_its_own(void **state)
{
    struct error err = {ERROR_NONE, NULL};
    write_file(*state, LINE("0", "a", "x", "done") "\nhello\n");
    assert_null(run_file_open(*state, &columns, false, &err));
    assert_non_null(strstr(error_text(&err), "--resume"));
    assert_null(run_file_open(*state, &columns, true, &err));
    assert_non_null(strstr(error_text(&err), ":2 is no result"));
    error_clear(&err);
    assert_null(run_file_open("/nowhere/at/all", &columns, false, &err));
    assert_int_equal(err.class, ERROR_USAGE);
    error_clear(&err);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

static const struct CMUnitTest tests[] = {
    TEST(run_file_finish__puts_into_order__what_came_in_another),
    TEST(run_file_open__knows__what_is_finished),
    TEST(run_file_open__mends__a_torn_last_line),
    TEST(run_file_open__refuses__what_another_run_writes),
    TEST(run_file_open__refuses__what_is_not_its_own),
};

int main(void)
{
    return cmocka_run_group_tests(tests, NULL, NULL);
}
