/* Prompts sent before: walking, the draft, and the file. */
#include <fcntl.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "src/base/compiler.h"
#include "src/base/mem.h"
#include "src/base/path.h"
#include "src/base/strbuf.h"
#include "ui/edit/history.h"

/* A folder of its own and the path of a history file in it. */
struct place {
    char folder[64];
    char *path;
    char *lock_path;
};

static int place_setup(void **state)
{
    struct place *place = mem_alloc(sizeof(*place));
    snprintf(place->folder, sizeof(place->folder), "/tmp/motet-history-XXXXXX");
    if (mkdtemp(place->folder) == NULL)
        return -1;
    place->path = strbuf_format("%s/history", place->folder);
    place->lock_path = strbuf_format("%s.lock", place->path);
    *state = place;
    return 0;
}

static int place_teardown(void **state)
{
    struct place *place = *state;
    unlink(place->path);
    unlink(place->lock_path);
    rmdir(place->path);
    const int result = rmdir(place->folder); /* fails if a temporary file was left */
    mem_free(place->path);
    mem_free(place->lock_path);
    mem_free(place);
    return result;
}

static void write_file(const char *path, const char *text, size_t len)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, len, file), len);
    assert_int_equal(fclose(file), 0);
}

static void assert_file(const char *path, const char *expected)
{
    struct strbuf text;
    strbuf_init(&text, HISTORY_FILE_MAX);
    assert_true(path_read_file(path, &text, NULL));
    assert_string_equal(strbuf_text(&text), expected);
    strbuf_clear(&text);
}

static void history_add__skips__empty_and_repeated(void **state)
{
    (void)state;
    struct history *history = history_new(10);
    history_add(history, "");
    history_add(history, "a");
    history_add(history, "a");
    history_add(history, "b");
    history_add(history, "a");
    assert_int_equal(history_count(history), 3);
    history_free(history);
}

static void history_add__skips__what_is_too_long(void **state)
{
    (void)state;
    struct history *history = history_new(10);
    char *text = mem_alloc(HISTORY_ITEM_MAX + 2);
    memset(text, 'x', HISTORY_ITEM_MAX + 1);
    history_add(history, text);
    assert_int_equal(history_count(history), 0);
    text[HISTORY_ITEM_MAX] = '\0';
    history_add(history, text);
    assert_int_equal(history_count(history), 1);
    mem_free(text);
    history_free(history);
}

static void history_add__forgets_the_oldest__when_full(void **state)
{
    (void)state;
    struct history *history = history_new(2);
    history_add(history, "a");
    history_add(history, "b");
    history_add(history, "c");
    assert_int_equal(history_count(history), 2);
    assert_string_equal(history_get(history, 0), "b");
    assert_string_equal(history_get(history, 1), "c");
    assert_null(history_get(history, 2));
    history_free(history);
}

static void history_add__may_be_given__its_own_item(void **state)
{
    (void)state;
    struct history *history = history_new(2);
    history_add(history, "a");
    history_add(history, "b");
    history_add(history, history_get(history, 0));
    assert_string_equal(history_get(history, 1), "a");
    history_free(history);
}

static void history_previous__walks_back__and_stays_at_the_oldest(void **state)
{
    (void)state;
    struct history *history = history_new(10);
    history_add(history, "a");
    history_add(history, "b");
    assert_string_equal(history_previous(history, "draft", 0), "b");
    assert_string_equal(history_previous(history, "b", 0), "a");
    assert_null(history_previous(history, "a", 0));
    assert_string_equal(history_next(history), "b");
    history_free(history);
}

static void history_next__gives_back__the_draft(void **state)
{
    (void)state;
    struct history *history = history_new(10);
    history_add(history, "a");
    assert_null(history_next(history));
    assert_string_equal(history_previous(history, "half a thought", 0), "a");
    assert_string_equal(history_next(history), "half a thought");
    assert_null(history_next(history));
    assert_string_equal(history_previous(history, "ignored", 0), "a");
    assert_string_equal(history_next(history), "half a thought");
    history_free(history);
}

static void history_stop__forgets__the_draft(void **state)
{
    (void)state;
    struct history *history = history_new(10);
    history_add(history, "a");
    assert_string_equal(history_previous(history, "old", 0), "a");
    history_stop(history);
    assert_null(history_next(history));
    assert_string_equal(history_previous(history, "new", 0), "a");
    assert_string_equal(history_next(history), "new");
    history_free(history);
}

static void history_previous__with_a_prefix__goes_by_what_begins_otherwise(void **state)
{
    (void)state;
    struct history *history = history_new(10);
    history_add(history, "explain monads");
    history_add(history, "list files");
    history_add(history, "expand it");
    history_add(history, "thanks");
    assert_string_equal(history_previous(history, "exp it all", 3), "expand it");
    assert_string_equal(history_previous(history, "expand it", 9), "explain monads");
    assert_null(history_previous(history, "explain monads", 0));
    assert_string_equal(history_next(history), "expand it");
    assert_false(history_is_at_draft(history));
    assert_string_equal(history_next(history), "exp it all");
    assert_true(history_is_at_draft(history));
    assert_null(history_next(history));
    history_free(history);
}

static void history_previous__with_a_prefix_of_nothing__stays_at_the_draft(void **state)
{
    (void)state;
    struct history *history = history_new(10);
    history_add(history, "a");
    assert_null(history_previous(history, "b", 1));
    assert_true(history_is_at_draft(history));
    assert_null(history_next(history));
    history_free(history);
}

static void history_previous__shows_a_text__once(void **state)
{
    (void)state;
    struct history *history = history_new(10);
    history_add(history, "a");
    history_add(history, "b");
    history_add(history, "a");
    assert_true(history_is_repeated(history, 0));
    assert_false(history_is_repeated(history, 2));
    assert_string_equal(history_previous(history, "", 0), "a");
    assert_string_equal(history_previous(history, "a", 1), "b");
    assert_null(history_previous(history, "b", 1));
    history_free(history);
}

static void history_previous__gives_nothing__when_empty(void **state)
{
    (void)state;
    struct history *history = history_new(10);
    assert_null(history_previous(history, "draft", 0));
    assert_null(history_next(history));
    history_free(history);
}

static void history_save__writes__one_json_string_a_line(void **state)
{
    const struct place *place = *state;
    struct history *history = history_new(10);
    history_add(history, "one");
    history_add(history, "two\n\"lines\"");
    assert_true(history_save(history, place->path, NULL));
    assert_file(place->path, "\"one\"\n\"two\\n\\\"lines\\\"\"\n");
    history_free(history);
}

static void history_save__makes_the_file_private(void **state)
{
    const struct place *place = *state;
    struct history *history = history_new(10);
    struct stat info;
    write_file(place->path, "\"old\"\n", 6);
    assert_int_equal(chmod(place->path, 0644), 0);
    history_add(history, "new");
    assert_true(history_save(history, place->path, NULL));
    assert_int_equal(stat(place->path, &info), 0);
    assert_int_equal(info.st_mode & 0777, 0600);
    history_free(history);
}

static void history_load__gives_back__what_was_saved(void **state)
{
    const struct place *place = *state;
    struct history *history = history_new(10);
    history_add(history, "one");
    history_add(history, "two\nlines \xe6\xbc\xa2 \x1b");
    assert_true(history_save(history, place->path, NULL));
    history_free(history);
    history = history_new(10);
    assert_true(history_load(history, place->path, NULL));
    assert_int_equal(history_count(history), 2);
    assert_string_equal(history_get(history, 1), "two\nlines \xe6\xbc\xa2 \x1b");
    history_free(history);
}

static void history_load__finds_nothing__where_there_is_no_file(void **state)
{
    const struct place *place = *state;
    struct history *history = history_new(10);
    assert_true(history_load(history, place->path, NULL));
    assert_int_equal(history_count(history), 0);
    history_free(history);
}

static void history_load__skips__lines_that_are_not_strings(void **state)
{
    const struct place *place = *state;
    const char text[] = "\"a\"\nnot json\n{\"b\":1}\n\n12\n\"half\n\"\xff\"\n\"c\"";
    write_file(place->path, text, sizeof(text) - 1);
    struct history *history = history_new(10);
    assert_true(history_load(history, place->path, NULL));
    assert_int_equal(history_count(history), 3);
    assert_string_equal(history_get(history, 0), "a");
    assert_string_equal(history_get(history, 1), "\xef\xbf\xbd");
    assert_string_equal(history_get(history, 2), "c");
    history_free(history);
}

static void history_load__reports__what_cannot_be_read(void **state)
{
    const struct place *place = *state;
    assert_int_equal(mkdir(place->path, 0700), 0);
    struct history *history = history_new(10);
    struct error err = {0};
    assert_false(history_load(history, place->path, &err));
    assert_non_null(strstr(error_text(&err), place->path));
    error_clear(&err);
    history_free(history);
}

static void history_load__reads_the_end__of_a_file_that_is_too_large(void **state)
{
    const struct place *place = *state;
    const size_t len = HISTORY_FILE_MAX + 1000;
    char *text = mem_alloc(len);
    memset(text, 'x', len);
    text[len - 7] = '\n';
    memcpy(text + len - 6, "\"last\"", 6);
    write_file(place->path, text, len);
    struct history *history = history_new(10);
    assert_true(history_load(history, place->path, NULL));
    assert_int_equal(history_count(history), 1);
    assert_string_equal(history_get(history, 0), "last");
    mem_free(text);
    history_free(history);
}

static void history_load__keeps__what_was_added_before(void **state)
{
    const struct place *place = *state;
    write_file(place->path, "\"old\"\n", 6);
    struct history *history = history_new(10);
    history_add(history, "new");
    assert_true(history_load(history, place->path, NULL));
    assert_string_equal(history_get(history, 0), "old");
    assert_string_equal(history_get(history, 1), "new");
    assert_true(history_save(history, place->path, NULL));
    assert_file(place->path, "\"old\"\n\"new\"\n");
    history_free(history);
}

static void history_save__merges__what_another_program_wrote(void **state)
{
    const struct place *place = *state;
    struct history *first = history_new(10);
    struct history *second = history_new(10);
    history_add(first, "from first");
    history_add(second, "from second");
    assert_true(history_save(first, place->path, NULL));
    assert_true(history_save(second, place->path, NULL));
    history_add(first, "again first");
    assert_true(history_save(first, place->path, NULL));
    assert_file(place->path, "\"from first\"\n\"from second\"\n\"again first\"\n");
    history_free(first);
    history_free(second);
}

static void history_save__writes_nothing__when_nothing_is_new(void **state)
{
    const struct place *place = *state;
    struct history *history = history_new(10);
    assert_true(history_save(history, place->path, NULL));
    assert_int_equal(access(place->path, F_OK), -1);
    history_free(history);
}

static void history_save__leaves_alone__what_it_cannot_read(void **state)
{
    const struct place *place = *state;
    assert_int_equal(mkdir(place->path, 0700), 0);
    struct history *history = history_new(10);
    struct error err = {0};
    history_add(history, "new");
    assert_false(history_save(history, place->path, &err));
    assert_int_equal(err.class, ERROR_INTERNAL);
    error_clear(&err);
    history_free(history);
}

static void history_load__makes_small__a_file_that_is_too_large(void **state)
{
    const struct place *place = *state;
    struct history *history = history_new(100);
    char *text = mem_alloc(HISTORY_ITEM_MAX + 1);
    struct stat info;
    for (int i = 0; i < 12; i++) {
        memset(text, 'a' + i, HISTORY_ITEM_MAX);
        history_add(history, text);
        assert_true(history_save(history, place->path, NULL));
    }
    history_free(history);
    history = history_new(100);
    assert_true(history_load(history, place->path, NULL));
    assert_int_equal(stat(place->path, &info), 0);
    assert_in_range(info.st_size, HISTORY_FILE_MAX / 2, HISTORY_FILE_MAX);
    assert_int_equal(info.st_mode & 0777, 0600);
    assert_string_equal(history_get(history, history_count(history) - 1), text);
    mem_free(text);
    history_free(history);
}

static void history_load__makes_small__a_file_full_of_repeats(void **state)
{
    const struct place *place = *state;
    struct history *history = history_new(1000);
    history_add(history, "once");
    for (int i = 0; i < 100; i++) {
        history_add(history, "make it shorter");
        history_add(history, "go on");
    }
    assert_true(history_save(history, place->path, NULL));
    history_free(history);
    history = history_new(1000);
    assert_true(history_load(history, place->path, NULL));
    assert_int_equal(history_count(history), 3);
    assert_string_equal(history_get(history, 0), "once");
    assert_file(place->path, "\"once\"\n\"make it shorter\"\n\"go on\"\n");
    history_free(history);
}

static void history_load__leaves_alone__a_file_with_a_few_repeats(void **state)
{
    const struct place *place = *state;
    const char text[] = "\"a\"\n\"b\"\nnot json\n\"a\"\n\"c\"\n";
    write_file(place->path, text, sizeof(text) - 1);
    struct history *history = history_new(10);
    assert_true(history_load(history, place->path, NULL));
    assert_int_equal(history_count(history), 3);
    assert_string_equal(history_get(history, 0), "b");
    assert_string_equal(history_get(history, 1), "a");
    assert_string_equal(history_get(history, 2), "c");
    assert_file(place->path, text);
    history_free(history);
}

/* What was there is not even read: a save costs the same for a file of any size. */
static void history_save__appends__and_leaves_what_is_there(void **state)
{
    const struct place *place = *state;
    write_file(place->path, "not json\n\"a\"\n\"a\"\n", 17);
    struct stat before;
    struct stat after;
    assert_int_equal(stat(place->path, &before), 0);
    struct history *history = history_new(10);
    history_add(history, "b");
    assert_true(history_save(history, place->path, NULL));
    assert_file(place->path, "not json\n\"a\"\n\"a\"\n\"b\"\n");
    assert_int_equal(stat(place->path, &after), 0);
    assert_true(before.st_ino == after.st_ino);
    history_free(history);
}

static void history_save__after_a_cut_line__begins_its_own(void **state)
{
    const struct place *place = *state;
    write_file(place->path, "\"a\"\n\"cut", 8);
    struct history *history = history_new(10);
    history_add(history, "b");
    assert_true(history_save(history, place->path, NULL));
    assert_file(place->path, "\"a\"\n\"cut\n\"b\"\n");
    history_free(history);
}

static void history_save__while_another_writes__is_told_and_goes_with_the_next(
    void **state)
{
    const struct place *place = *state;
    int is_locked[2];
    int may_end[2];
    char byte = 0;
    assert_int_equal(pipe(is_locked), 0);
    assert_int_equal(pipe(may_end), 0);
    const pid_t other = fork();
    assert_true(other >= 0);
    if (other == 0) {
        struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
        const int fd = open(place->lock_path, O_WRONLY | O_CREAT, 0600);
        const bool ok = fcntl(fd, F_SETLK, &lock) == 0 && write(is_locked[1], "", 1) == 1;
        close(may_end[1]);
        _exit(ok && read(may_end[0], &byte, 1) == 0 ? 0 : 1);
    }
    assert_int_equal(read(is_locked[0], &byte, 1), 1);
    struct history *history = history_new(10);
    struct error err = {0};
    history_add(history, "a");
    assert_false(history_save(history, place->path, &err));
    assert_non_null(strstr(error_text(&err), "another program"));
    error_clear(&err);
    for (int i = 0; i < 2; i++) {
        close(is_locked[i]);
        close(may_end[i]);
    }
    int status;
    assert_int_equal(waitpid(other, &status, 0), other);
    assert_int_equal(status, 0);
    history_add(history, "b");
    assert_true(history_save(history, place->path, NULL));
    assert_file(place->path, "\"a\"\n\"b\"\n");
    history_free(history);
}

#define WRITERS        3
#define WRITER_PROMPTS 80

/* A program of its own: sends prompts, each followed by two that everybody repeats. */
static void write_prompts(const char *path, int writer)
{
    struct history *history = history_new(WRITER_PROMPTS * 3);
    for (int i = 0; i < WRITER_PROMPTS; i++) {
        char *text = strbuf_format("prompt %d of %d", i, writer);
        history_add(history, text);
        history_add(history, "go on");
        history_add(history, "again");
        mem_free(text);
        history_save(history, path, NULL);
    }
    while (!history_save(history, path, NULL))
        sched_yield();
    history_free(history);
    _exit(0);
}

static void history_file__programs_at_once__lose_nothing(void **state)
{
    const struct place *place = *state;
    pid_t writers[WRITERS];
    for (int i = 0; i < WRITERS; i++) {
        writers[i] = fork();
        assert_true(writers[i] >= 0);
        if (writers[i] == 0)
            write_prompts(place->path, i);
    }
    /* Meanwhile programs are started, which makes the file small again and again. */
    struct history *history;
    for (int running = WRITERS; running > 0;) {
        history = history_new(WRITERS * WRITER_PROMPTS + 2);
        assert_true(history_load(history, place->path, NULL));
        history_free(history);
        int status;
        const pid_t ended = waitpid(-1, &status, WNOHANG);
        assert_true(ended >= 0);
        if (ended > 0) {
            assert_int_equal(status, 0);
            running--;
        }
    }
    history = history_new(WRITERS * WRITER_PROMPTS + 2);
    assert_true(history_load(history, place->path, NULL));
    assert_int_equal(history_count(history), WRITERS * WRITER_PROMPTS + 2);
    history_free(history);
}

#define WITH_PLACE(test)                                                                 \
    cmocka_unit_test_setup_teardown(test, place_setup, place_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(history_add__skips__empty_and_repeated),
        cmocka_unit_test(history_add__skips__what_is_too_long),
        cmocka_unit_test(history_add__forgets_the_oldest__when_full),
        cmocka_unit_test(history_add__may_be_given__its_own_item),
        cmocka_unit_test(history_previous__walks_back__and_stays_at_the_oldest),
        cmocka_unit_test(history_previous__with_a_prefix__goes_by_what_begins_otherwise),
        cmocka_unit_test(history_previous__with_a_prefix_of_nothing__stays_at_the_draft),
        cmocka_unit_test(history_previous__shows_a_text__once),
        cmocka_unit_test(history_next__gives_back__the_draft),
        cmocka_unit_test(history_stop__forgets__the_draft),
        cmocka_unit_test(history_previous__gives_nothing__when_empty),
        WITH_PLACE(history_save__writes__one_json_string_a_line),
        WITH_PLACE(history_save__makes_the_file_private),
        WITH_PLACE(history_load__gives_back__what_was_saved),
        WITH_PLACE(history_load__finds_nothing__where_there_is_no_file),
        WITH_PLACE(history_load__skips__lines_that_are_not_strings),
        WITH_PLACE(history_load__reports__what_cannot_be_read),
        WITH_PLACE(history_load__reads_the_end__of_a_file_that_is_too_large),
        WITH_PLACE(history_load__keeps__what_was_added_before),
        WITH_PLACE(history_save__merges__what_another_program_wrote),
        WITH_PLACE(history_save__writes_nothing__when_nothing_is_new),
        WITH_PLACE(history_save__leaves_alone__what_it_cannot_read),
        WITH_PLACE(history_load__makes_small__a_file_that_is_too_large),
        WITH_PLACE(history_load__makes_small__a_file_full_of_repeats),
        WITH_PLACE(history_load__leaves_alone__a_file_with_a_few_repeats),
        WITH_PLACE(history_save__appends__and_leaves_what_is_there),
        WITH_PLACE(history_save__after_a_cut_line__begins_its_own),
        WITH_PLACE(history_save__while_another_writes__is_told_and_goes_with_the_next),
        WITH_PLACE(history_file__programs_at_once__lose_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
