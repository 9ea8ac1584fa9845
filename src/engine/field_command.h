/*
 * The values of fields that commands print: run one after the other, without a shell,
 * without keys in their environment, each with a ceiling and a deadline.
 */
#ifndef ENGINE_FIELD_COMMAND_H
#define ENGINE_FIELD_COMMAND_H

#include "src/engine/engine.h"
#include "src/prompt/field_value.h"
#include "src/prompt/template.h"

struct field_command;

/* The longest a command may take, and the most it may print. */
#define FIELD_COMMAND_DEADLINE_MS 30000
#define FIELD_COMMAND_OUTPUT_MAX  ((size_t)4 << 20)

/*
 * Runs the commands of all fields that `values` has none for, and adds what they print,
 * without its last line end. on_done is called once, from the loop: with class
 * ERROR_NONE, or what went wrong first. Template and values stay until then.
 */
struct field_command *field_command_start(
    struct engine *engine, const struct prompt_template *template,
    struct field_values *values, void (*on_done)(void *user, const struct error *err),
    void *user);

/* Ends what runs. NULL is allowed; not from inside on_done. */
void field_command_free(struct field_command *command);

#endif
