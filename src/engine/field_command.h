/*
 * Runs the commands that a template's fields take their values from, all at once, on the
 * loop. What a command prints is the value, without its last line end. A command has 30
 * seconds, no terminal, no input, and sees no variable that holds a key.
 */
#ifndef ENGINE_FIELD_COMMAND_H
#define ENGINE_FIELD_COMMAND_H

#include <stdbool.h>

#include <ev.h>

#include "src/base/error.h"
#include "src/prompt/field_value.h"
#include "src/prompt/template.h"

struct field_commands;

struct field_commands_options {
    struct ev_loop *loop;
    const struct prompt_template *template; /* must stay until the end */
    const struct field_values *given;       /* a field with a value runs nothing; copied
                                               from during the start only */
    const char *const *key_variables;       /* as for process_start; or NULL */
    /* All have ended. `values` are what they printed, or `err` (NULL: none) says what
     * went wrong with the first that failed. Both valid during the call. From the loop.
     */
    void (*on_done)(void *user, const struct field_values *values,
                    const struct error *err);
    void *user;
};

/* True if a field without a value has a command. */
bool field_commands_are_needed(const struct prompt_template *template,
                               const struct field_values *given);

/* Starts them. NULL with err filled if one cannot be started. */
struct field_commands *field_commands_start(const struct field_commands_options *options,
                                            struct error *err);

/* Ends what still runs; no callback comes. Allowed at any time, also from on_done; NULL
 * is allowed. */
void field_commands_free(struct field_commands *commands);

#endif
