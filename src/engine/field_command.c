/* One process a field; the last to end tells the owner. */
#include "src/engine/field_command.h"

#include <string.h>

#include "src/base/mem.h"
#include "src/base/safe_text.h"
#include "src/base/utf8.h"
#include "src/chat/message.h"
#include "src/proc/process.h"

#define COMMAND_DEADLINE_MS 30000
#define COMMAND_ERRORS_MAX  2000
#define COMMAND_WORDS_MAX   300

struct field_run {
    struct field_commands *commands;
    const struct template_field *field;
    struct process *process;
};

struct field_commands {
    struct field_commands_options options;
    struct field_run *runs;
    size_t len;
    size_t waiting;
    struct field_values values;
    struct error error; /* of the first that failed */
};

static bool is_needed(const struct template_field *field,
                      const struct field_values *given)
{
    return field->origin == FIELD_FROM_COMMAND &&
           field_values_find(given, field->name) == NULL;
}

bool field_commands_are_needed(const struct prompt_template *template,
                               const struct field_values *given)
{
    for (size_t i = 0; i < template->field_count; i++) {
        if (is_needed(&template->fields[i], given))
            return true;
    }
    return false;
}

void field_commands_free(struct field_commands *commands)
{
    if (commands == NULL)
        return;
    for (size_t i = 0; i < commands->len; i++)
        process_free(commands->runs[i].process);
    mem_free(commands->runs);
    field_values_clear(&commands->values);
    error_clear(&commands->error);
    mem_free(commands);
}

/* Why a command gave nothing; false if it did. */
static bool find_failure(const struct process_result *result, struct error *err)
{
    if (result->error.class != ERROR_NONE)
        error_set(err, ERROR_USAGE, "%s", error_text(&result->error));
    else if (result->is_timed_out)
        error_set(err, ERROR_USAGE, "it did not end within %d seconds",
                  COMMAND_DEADLINE_MS / 1000);
    else if (result->is_output_cut)
        error_set(err, ERROR_USAGE, "it printed more than a message may have");
    else if (result->exit_code != 0)
        error_set(err, ERROR_USAGE, "it ended with %s %d",
                  result->signal != 0 ? "signal" : "code",
                  result->signal != 0 ? result->signal : result->exit_code);
    else if (memchr(result->output, '\0', result->output_len) != NULL ||
             !utf8_is_valid(result->output, result->output_len))
        error_set(err, ERROR_USAGE, "it printed what is no text in UTF-8");
    else
        return false;
    return true;
}

/* The failure with what the command itself said of it, and where the field stands. */
static void complete_failure(const struct field_run *run,
                             const struct process_result *result, struct error *err)
{
    const struct prompt_template *template = run->commands->options.template;
    struct strbuf words;
    strbuf_init(&words, STRBUF_OWN_MAX);
    if (result->errors_len > 0)
        safe_text_append_line(&words, result->errors, result->errors_len,
                              COMMAND_WORDS_MAX);
    char *message = mem_strdup(error_text(err));
    error_set(err, ERROR_USAGE, "%s:%zu: the field \"%s\" is from the command %s: %s%s%s",
              template->path, run->field->place.line, run->field->name,
              run->field->command[0], message, words.len > 0 ? ": " : "",
              strbuf_text(&words));
    mem_free(message);
    strbuf_clear(&words);
}

static void take_output(struct field_run *run, const struct process_result *result)
{
    size_t len = result->output_len;
    len -= len > 0 && result->output[len - 1] == '\n';
    char *text = mem_strndup(result->output, len);
    char *where = strbuf_format("the command %s", run->field->command[0]);
    field_values_set(&run->commands->values, run->field->name, text, where);
    mem_free(where);
    mem_free(text);
}

static void on_done(void *user, const struct process_result *result)
{
    struct field_run *run = user;
    struct field_commands *commands = run->commands;
    struct error err = {ERROR_NONE, NULL};
    if (!find_failure(result, &err)) {
        take_output(run, result);
    } else if (commands->error.class == ERROR_NONE) {
        complete_failure(run, result, &err);
        error_move(&commands->error, &err);
    }
    error_clear(&err);
    if (--commands->waiting > 0)
        return;
    const bool is_bad = commands->error.class != ERROR_NONE;
    commands->options.on_done(commands->options.user, &commands->values,
                              is_bad ? &commands->error : NULL);
}

static bool start_run(struct field_run *run, struct error *err)
{
    const struct field_commands_options *options = &run->commands->options;
    const struct process_options process = {
        .argv = (const char *const *)run->field->command,
        .environment = PROCESS_ENVIRONMENT_WITHOUT_KEYS,
        .key_variables = options->key_variables,
        .output_max = MESSAGE_MAX,
        .errors_max = COMMAND_ERRORS_MAX,
        .deadline_ms = COMMAND_DEADLINE_MS,
    };
    const struct process_handler handler = {NULL, on_done, run};
    run->process = process_start(options->loop, &process, &handler, err);
    run->commands->waiting += run->process != NULL;
    return run->process != NULL;
}

struct field_commands *field_commands_start(const struct field_commands_options *options,
                                            struct error *err)
{
    const struct prompt_template *template = options->template;
    struct field_commands *commands = mem_alloc(sizeof(*commands));
    commands->options = *options;
    commands->runs = mem_alloc_array(template->field_count, sizeof(commands->runs[0]));
    for (size_t i = 0; i < template->field_count; i++) {
        if (!is_needed(&template->fields[i], options->given))
            continue;
        struct field_run *run = &commands->runs[commands->len++];
        *run = (struct field_run){.commands = commands, .field = &template->fields[i]};
        if (!start_run(run, err)) {
            field_commands_free(commands);
            return NULL;
        }
    }
    return commands;
}
