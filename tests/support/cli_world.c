/* Arguments are made from a line, so that a table of cases stays readable. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/cli_world.h"

#include <string.h>

#include "src/base/mem.h"
#include "src/base/strbuf.h"

#define ARGS_MAX 60

int cli_world_setup(void **state)
{
    struct cli_world *world = mem_alloc(sizeof(*world));
    world->loop = ev_loop_new(EVFLAG_AUTO);
    world->raw = raw_server_new(world->loop);
    *state = world;
    return 0;
}

int cli_world_teardown(void **state)
{
    struct cli_world *world = *state;
    while (world->children != NULL)
        child_free(world->children);
    raw_server_free(world->raw);
    ev_loop_destroy(world->loop);
    mem_free(world);
    return 0;
}

/* The argument with the server's address filled in. Caller frees. */
static char *make_argument(const struct cli_world *world, const char *text, size_t len)
{
    static const char mark[] = "%URL";
    char *raw = mem_strndup(text, len);
    const char *at = strstr(raw, mark);
    if (at == NULL)
        return raw;
    char *filled = strbuf_format("%.*s%s%s", (int)(at - raw), raw,
                                 raw_server_get_url(world->raw), at + strlen(mark));
    mem_free(raw);
    return filled;
}

struct child_program *cli_start(struct cli_world *world, const char *line,
                                const struct child_options *options)
{
    const char *args[ARGS_MAX + 1] = {NULL};
    size_t count = 0;
    for (const char *at = line; *line != '\0'; at++) {
        const size_t len = strcspn(at, "|");
        assert_true(count < ARGS_MAX);
        args[count++] = make_argument(world, at, len);
        at += len;
        if (*at == '\0')
            break;
    }
    struct child_options filled =
        options != NULL ? *options : (struct child_options){.input = CHILD_INPUT_NONE};
    filled.args = args;
    filled.list = &world->children;
    struct child_program *child = child_start(world->loop, &filled);
    for (size_t i = 0; i < count; i++)
        mem_free((char *)(uintptr_t)args[i]);
    return child;
}

struct child_program *cli_run(struct cli_world *world, const char *line,
                              const struct child_options *options)
{
    struct child_program *child = cli_start(world, line, options);
    child_wait(child);
    return child;
}

void cli_assert_code(struct child_program *child, int code)
{
    child_wait(child);
    if (child->code != code)
        fail_msg("exit code %d instead of %d; standard output:\n%.3000s\nstandard "
                 "error:\n%.3000s",
                 child->code, code, strbuf_text(&child->out), strbuf_text(&child->err));
}

void cli_answer(struct cli_world *world, const char *status, const char *type,
                const char *body)
{
    char *response =
        strbuf_format("HTTP/1.1 %s\r\nContent-Type: %s\r\nContent-Length: %zu\r\n\r\n%s",
                      status, type, strlen(body), body);
    raw_server_answer_text(world->raw, response);
    mem_free(response);
}
