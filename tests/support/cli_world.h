/*
 * For tests of the command line: a loop, a raw server on it, and motet as a child. An
 * argument list is written as one line, cut at '|'; "%URL" in it stands for the raw
 * server's address.
 */
#ifndef SUPPORT_CLI_WORLD_H
#define SUPPORT_CLI_WORLD_H

#include <ev.h>

#include "tests/support/child_program.h"
#include "tests/support/raw_server.h"

struct cli_world {
    struct ev_loop *loop;
    struct raw_server *raw;
    struct child_program *children; /* those not freed yet; tear-down ends them */
};

/* Fixtures of cmocka; the state is the world. */
int cli_world_setup(void **state);
int cli_world_teardown(void **state);

/* Starts motet with the arguments of `line`; the args of `options` (may be NULL: an empty
 * standard input, output read) are not used. */
struct child_program *cli_start(struct cli_world *world, const char *line,
                                const struct child_options *options);

/* The same, and waits for its end. */
struct child_program *cli_run(struct cli_world *world, const char *line,
                              const struct child_options *options);

/* Fails the test, with what the child printed, if its exit code is another one. */
void cli_assert_code(struct child_program *child, int code);

/* Queues a whole HTTP response with this status line and body. */
void cli_answer(struct cli_world *world, const char *status, const char *type,
                const char *body);

#endif
