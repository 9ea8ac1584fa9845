/* One process at a time: a template has few of these, and they may depend on order. */
#include "src/engine/field_command.h"

#include <string.h>

#include "src/base/mem.h"
#include "src/base/utf8.h"
#include "src/engine/engine_state.h"
#include "src/proc/process.h"

struct field_command {
    struct engine *engine;
    const struct prompt_template *template;
    struct field_values *values;
    void (*on_done)(void *user, const struct error *err);
    void *user;
    size_t next; /* field to be looked at */
    struct process *process;
    struct ev_timer timer;
    struct error error;
};

static void command_plan(struct field_command *command)
{
    ev_timer_set(&command->timer, 0., 0.);
    ev_timer_start(command->engine->loop, &command->timer);
}

/* The sentence of a failure. */
static void command_say(struct field_command *command, const struct template_field *field,
                        const struct process_result *result)
{
    struct error *err = &command->error;
    if (result->error.class != ERROR_NONE)
        error_set(err, ERROR_USAGE, "%s", error_text(&result->error));
    else if (result->is_timed_out)
        error_set(err, ERROR_USAGE, "%s has not ended after %d s", field->command[0],
                  FIELD_COMMAND_DEADLINE_MS / 1000);
    else if (result->is_output_cut)
        error_set(err, ERROR_USAGE, "%s prints more than %zu MiB", field->command[0],
                  FIELD_COMMAND_OUTPUT_MAX >> 20);
    else
        error_set(err, ERROR_USAGE, "%s ended with code %d: %.*s", field->command[0],
                  result->exit_code, (int)strcspn(result->errors, "\n"), result->errors);
    error_prefix(err, "%s:%zu: the command of the field \"%s\"", command->template->path,
                 field->place.line, field->name);
}

static void command_on_done(void *user, const struct process_result *result)
{
    struct field_command *command = user;
    const struct template_field *field = &command->template->fields[command->next++];
    size_t len = result->output_len;
    const bool is_fine = result->error.class == ERROR_NONE && result->exit_code == 0 &&
                         !result->is_timed_out && !result->is_output_cut;
    if (len > 0 && result->output[len - 1] == '\n')
        len--;
    if (len > 0 && len < result->output_len && result->output[len - 1] == '\r')
        len--;
    if (!is_fine) {
        command_say(command, field, result);
    } else if (!utf8_is_valid(result->output, len) ||
               memchr(result->output, '\0', len) != NULL) {
        error_set(&command->error, ERROR_USAGE,
                  "%s:%zu: what %s prints for the field \"%s\" is not text",
                  command->template->path, field->place.line, field->command[0],
                  field->name);
    } else {
        char *text = mem_strndup(result->output, len);
        field_values_set(command->values, field->name, text, field->command[0]);
        mem_free(text);
    }
    command_plan(command);
}

static void command_run(struct field_command *command, const struct template_field *field)
{
    const struct process_options options = {
        .argv = (const char *const *)field->command,
        .environment = PROCESS_ENVIRONMENT_WITHOUT_KEYS,
        .key_variables = command->engine->key_variables,
        .output_max = FIELD_COMMAND_OUTPUT_MAX,
        .errors_max = 2000,
        .is_errors_end_kept = true,
        .deadline_ms = FIELD_COMMAND_DEADLINE_MS};
    const struct process_handler handler = {NULL, command_on_done, command};
    process_free(command->process);
    command->process =
        process_start(command->engine->loop, &options, &handler, &command->error);
    if (command->process == NULL)
        command_plan(command);
}

/* The next command, or the end. */
static void command_on_timer(struct ev_loop *loop, struct ev_timer *timer, int events)
{
    (void)loop;
    (void)events;
    struct field_command *command = timer->data;
    const struct prompt_template *template = command->template;
    for (; command->next < template->field_count && command->error.class == ERROR_NONE;
         command->next++) {
        const struct template_field *field = &template->fields[command->next];
        if (field->origin != FIELD_FROM_COMMAND ||
            field_values_find(command->values, field->name) != NULL)
            continue;
        command_run(command, field);
        return;
    }
    command->on_done(command->user, &command->error);
}

struct field_command *field_command_start(
    struct engine *engine, const struct prompt_template *template,
    struct field_values *values, void (*on_done)(void *user, const struct error *err),
    void *user)
{
    struct field_command *command = mem_alloc(sizeof(*command));
    *command = (struct field_command){.engine = engine,
                                      .template = template,
                                      .values = values,
                                      .on_done = on_done,
                                      .user = user};
    ev_init(&command->timer, command_on_timer);
    command->timer.data = command;
    command_plan(command);
    return command;
}

void field_command_free(struct field_command *command)
{
    if (command == NULL)
        return;
    ev_timer_stop(command->engine->loop, &command->timer);
    process_free(command->process);
    error_clear(&command->error);
    mem_free(command);
}
