/* Programs that live on their own, and the one that opens addresses. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "src/base/mem.h"
#include "src/base/strbuf.h"
#include "src/proc/detached.h"
#include "src/proc/opener.h"

/* What the program wrote into a named pipe, which ends when the program does. */
static void read_pipe(const char *path, struct strbuf *out)
{
    char bytes[4096];
    const int fd = open(path, O_RDONLY | O_CLOEXEC); /* until it opens the other end */
    ssize_t count;
    assert_true(fd >= 0);
    while ((count = read(fd, bytes, sizeof(bytes))) > 0)
        strbuf_append(out, bytes, (size_t)count);
    close(fd);
}

static void opener__words__get_the_address_last_and_no_terminal(void **state)
{
    (void)state;
    char folder[] = "/tmp/motet-opener-XXXXXX";
    struct error err = {ERROR_NONE, NULL};
    struct strbuf out;
    assert_non_null(mkdtemp(folder));
    char *pipe_path = strbuf_format("%s/pipe", folder);
    assert_int_equal(mkfifo(pipe_path, 0600), 0);
    setenv("MOTET_TEST_API_KEY", "secret", 1);
    setenv("MOTET_TEST_PIPE", pipe_path, 1);
    const char *const words[] = {
        "sh", "-c",
        "{ echo \"$1|$MOTET_TEST_API_KEY|\"; readlink /proc/self/fd/0; } "
        ">\"$MOTET_TEST_PIPE\"",
        "opener"};
    assert_true(opener_open(words, 4, "https://example.org/?a=$(id)&b='", &err));
    strbuf_init(&out, STRBUF_OWN_MAX);
    read_pipe(pipe_path, &out);
    assert_string_equal(strbuf_text(&out),
                        "https://example.org/?a=$(id)&b='||\n/dev/null\n");
    strbuf_clear(&out);
    unsetenv("MOTET_TEST_API_KEY");
    unsetenv("MOTET_TEST_PIPE");
    unlink(pipe_path);
    rmdir(folder);
    mem_free(pipe_path);
}

static void opener__no_such_program__says_so(void **state)
{
    (void)state;
    struct error err = {ERROR_NONE, NULL};
    const char *const words[] = {"no-such-program-of-motet"};
    assert_false(opener_open(words, 1, "https://example.org/", &err));
    assert_non_null(strstr(error_text(&err), "no-such-program-of-motet"));
    error_clear(&err);
}

static void detached_start__no_program__says_so(void **state)
{
    (void)state;
    struct error err = {ERROR_NONE, NULL};
    const char *const argv[] = {"x", NULL};
    char *const environment[] = {NULL};
    assert_false(detached_start("/no/such/program", argv, environment, &err));
    assert_non_null(strstr(error_text(&err), "/no/such/program"));
    error_clear(&err);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(opener__words__get_the_address_last_and_no_terminal),
        cmocka_unit_test(opener__no_such_program__says_so),
        cmocka_unit_test(detached_start__no_program__says_so),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
