/* Keys in files: only those that are their owner's alone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "src/base/compiler.h"
#include "src/base/mem.h"
#include "src/base/strbuf.h"
#include "src/config/secret.h"

static int setup(void **state)
{
    const char *folder = getenv("TMPDIR");
    *state = strbuf_format("%s/motet-key.%ld", folder != NULL ? folder : "/tmp",
                           (long)getpid());
    return 0;
}

static int teardown(void **state)
{
    unlink(*state);
    mem_free(*state);
    return 0;
}

static void write_key(const char *path, const char *text, mode_t mode)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(chmod(path, mode), 0);
}

static void assert_refused(const char *path, const char *words)
{
    struct error err = {.class = ERROR_NONE};
    assert_null(secret_from_file(path, &err));
    assert_int_equal(err.class, ERROR_USAGE);
    assert_non_null(strstr(error_text(&err), path));
    assert_non_null(strstr(error_text(&err), words));
    assert_null(strstr(error_text(&err), "s3cret"));
    error_clear(&err);
}

static void secret_from_file__holds__the_key_without_its_line_end(void **state)
{
    const char *path = *state;
    static const mode_t good[] = {0600, 0400};
    for (size_t i = 0; i < COUNT_OF(good); i++) {
        struct error err = {.class = ERROR_NONE};
        write_key(path, "s3cret\n", good[i]);
        struct secret *secret = secret_from_file(path, &err);
        assert_string_equal(secret_text(secret), "s3cret");
        secret_free(secret);
        unlink(path);
    }
}

static void secret_from_file__refuses__what_others_may_read(void **state)
{
    const char *path = *state;
    static const mode_t bad[] = {0644, 0640, 0604, 0620, 0602, 0610, 0666};
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        write_key(path, "s3cret\n", bad[i]);
        assert_refused(path, "chmod 600");
    }
}

static void secret_from_file__refuses__what_is_no_key(void **state)
{
    const char *path = *state;
    static const char *const texts[] = {"", "\n", "s3cret two", "s3cret\nmore",
                                        "s3cr\x01"};
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        write_key(path, texts[i], 0600);
        assert_refused(path, "key");
    }
}

static void secret_from_file__refuses__what_is_no_file(void **state)
{
    const char *path = *state;
    assert_refused(path, "cannot open");
    /* Nobody writes: opening it would wait for ever. */
    assert_int_equal(mkfifo(path, 0600), 0);
    assert_refused(path, "not a plain file");
    assert_refused("/", "not a plain file");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            secret_from_file__holds__the_key_without_its_line_end, setup, teardown),
        cmocka_unit_test_setup_teardown(secret_from_file__refuses__what_others_may_read,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(secret_from_file__refuses__what_is_no_key, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(secret_from_file__refuses__what_is_no_file, setup,
                                        teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
