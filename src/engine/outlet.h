/*
 * A copied text handed to another program: to the clipboard tool of the desktop, or to a
 * command that the person has typed. It is what the program reads, never a part of its
 * command line. Neither waits: the end is told from the loop.
 *
 * Promises: nothing is called back before the start has returned, nor after
 * outlet_free. Keys of services are not in the environment of either.
 */
#ifndef ENGINE_OUTLET_H
#define ENGINE_OUTLET_H

#include <stdbool.h>
#include <stddef.h>

#include <ev.h>

#include "src/base/error.h"

/* The most that is kept of what a command prints. */
#define OUTLET_OUTPUT_MAX ((size_t)1 << 20)

struct outlet;

/* How it went. Texts are valid during the call. */
struct outlet_result {
    bool is_ok;
    const char *trouble; /* a sentence without period where it is not */
    const char *output;  /* what the command has printed, errors at the end */
    size_t output_len;
};

struct outlet_handler {
    void (*on_done)(void *user, const struct outlet_result *result);
    void *user;
};

/*
 * The clipboard tool to use here: its name, or NULL where there is none. Looked for in
 * PATH, and only where what it talks to is there (WAYLAND_DISPLAY, DISPLAY, macOS, WSL).
 */
const char *outlet_find_tool(void);

/* Gives the text to a tool that outlet_find_tool has named. */
struct outlet *outlet_start_tool(struct ev_loop *loop, const char *tool, const char *text,
                                 size_t len, const struct outlet_handler *handler,
                                 struct error *err);

/* What a person wants done with a text. */
struct outlet_command {
    const char *command;              /* for their shell ($SHELL -c) */
    const char *const *key_variables; /* as for process_start; or NULL */
    const char *text;
    size_t len;
};

struct outlet *outlet_start_command(struct ev_loop *loop,
                                    const struct outlet_command *command,
                                    const struct outlet_handler *handler,
                                    struct error *err);

/* Ends the program, at once if need be; no callback comes. NULL is allowed. */
void outlet_free(struct outlet *outlet);

#endif
