/*
 * A call of a command: WAITING (for word whether there is a sandbox) ─► RUNNING ─► over.
 * What ends before there is a child is told by a timer that is due at once, because
 * nothing may be told from within start or stop.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "src/base/mem.h"
#include "src/base/path.h"
#include "src/base/utf8.h"
#include "src/proc/process.h"
#include "src/tool/command_result.h"
#include "src/tool/command_tool.h"

#define COMMAND_ERRORS_MAX ((size_t)4096)
#define COMMAND_LINE_MAX   ((size_t)400)

struct command_run {
    struct ev_loop *loop;
    struct tool_handler handler;
    char *name;
    char *origin;
    char **argv;
    char **variables; /* NAME=value */
    char *directory;  /* a whole path */
    char *input;
    int64_t timeout_ms;
    size_t output_max;
    enum sandbox_kind kind;
    bool is_optional;
    struct sandbox *sandbox;
    struct sandbox_waiter waiter;
    struct process *process;
    struct ev_timer told;
    struct error fault; /* … that `told` tells; none: it was stopped */
    struct strbuf line; /* of standard error, for progress */
    bool is_over;
    bool is_telling; /* a handler runs that may free this */
    bool is_doomed;  /* … and did */
};

/* --- Ends
 * --------------------------------------------------------------------------------
 */

/* The last thing that is done with it. */
static void run_tell(struct command_run *run, const struct tool_result *result)
{
    const struct tool_handler handler = run->handler;
    run->is_over = true;
    if (handler.on_done != NULL)
        handler.on_done(handler.user, result);
}

static void run_on_told(struct ev_loop *loop, struct ev_timer *timer, int events)
{
    (void)events;
    struct command_run *run = timer->data;
    ev_timer_stop(loop, timer);
    const bool is_stopped = run->fault.class == ERROR_NONE;
    char *text = mem_strdup(is_stopped ? "The call was stopped by the person."
                                       : error_text(&run->fault));
    const struct tool_result result = {.end =
                                           is_stopped ? TOOL_END_STOPPED : TOOL_END_FAULT,
                                       .text = text,
                                       .len = strlen(text)};
    run_tell(run, &result);
    mem_free(text);
}

static void run_tell_soon(struct command_run *run)
{
    ev_timer_start(run->loop, &run->told);
}

static void run_on_done(void *user, const struct process_result *process)
{
    struct command_run *run = user;
    const struct command_facts facts = {run->name, run->origin, run->timeout_ms,
                                        run->output_max};
    struct strbuf text;
    struct strbuf note;
    struct tool_result result;
    strbuf_init(&text, STRBUF_OWN_MAX);
    strbuf_init(&note, STRBUF_OWN_MAX);
    command_result_make(&result, &facts, process, &text, &note);
    run_tell(run, &result);
    strbuf_clear(&text);
    strbuf_clear(&note);
}

/* --- Progress
 * ----------------------------------------------------------------------------
 */

static void run_take_line(struct command_run *run)
{
    struct tool_progress progress;
    struct strbuf line;
    strbuf_init(&line, COMMAND_LINE_MAX * 3);
    utf8_append_valid(&line, strbuf_text(&run->line), run->line.len);
    strbuf_reset(&run->line);
    const struct tool_handler *handler = &run->handler;
    if (handler->on_progress != NULL &&
        command_progress_read(strbuf_text(&line), &progress))
        handler->on_progress(handler->user, &progress);
    strbuf_clear(&line);
}

static void run_destroy(struct command_run *run)
{
    strbuf_clear(&run->line);
    mem_free(run);
}

static void run_on_errors(void *user, const char *bytes, size_t len)
{
    struct command_run *run = user;
    run->is_telling = true;
    for (size_t i = 0; i < len && !run->is_doomed; i++) {
        /* Too long a line is none of ours: its rest is left out. */
        if (bytes[i] == '\n')
            run_take_line(run);
        else
            strbuf_append_char(&run->line, bytes[i]);
    }
    run->is_telling = false;
    if (run->is_doomed)
        run_destroy(run);
}

/* --- Beginning
 * ---------------------------------------------------------------------------
 */

/* Fills the fault and returns NULL if the command cannot be found. */
static char **run_make_argv(struct command_run *run)
{
    char *program = path_find_program(run->argv[0], getenv("PATH"));
    if (program == NULL) {
        error_set(&run->fault, ERROR_USAGE,
                  "%s could not be started: there is no command %s that can be run (its "
                  "file: %s)",
                  run->name, run->argv[0], run->origin);
        return NULL;
    }
    mem_free(run->argv[0]);
    run->argv[0] = program;
    return sandbox_make_argv(run->sandbox, run->kind, run->directory, run->argv);
}

/* The path without links and "..", or words that are no directory. Caller frees. */
static char *resolve_directory(const char *path)
{
    char *real = realpath(path != NULL ? path : ".", NULL);
    char *copy = mem_strdup(real != NULL   ? real
                            : path != NULL ? path
                                           : "(the working directory, which is gone)");
    free(real);
    return copy;
}

/* Says it in words, where the system would only say that something is not there. */
static bool run_check_directory(struct command_run *run)
{
    struct stat info;
    if (stat(run->directory, &info) == 0 && S_ISDIR(info.st_mode))
        return true;
    error_set(&run->fault, ERROR_USAGE,
              "%s could not be started: there is no directory %s (its file: %s)",
              run->name, run->directory, run->origin);
    return false;
}

static void run_launch(struct command_run *run, bool is_held)
{
    if (!run_check_directory(run)) {
        run_tell_soon(run);
        return;
    }
    char **held = is_held ? run_make_argv(run) : NULL;
    struct process_options options = {
        .argv = (const char *const *)(is_held ? held : run->argv),
        .directory = run->directory,
        .environment = PROCESS_ENVIRONMENT_MINIMAL,
        .variables = (const char *const *)run->variables,
        .input = run->input,
        .input_len = strlen(run->input),
        .output_max = run->output_max,
        .errors_max = COMMAND_ERRORS_MAX,
        .is_errors_end_kept = true,
        .deadline_ms = run->timeout_ms,
        .on_errors = run_on_errors,
    };
    const struct process_handler handler = {.on_done = run_on_done, .user = run};
    if (!is_held || held != NULL)
        run->process = process_start(run->loop, &options, &handler, &run->fault);
    if (run->process == NULL)
        run_tell_soon(run);
    sandbox_argv_free(held);
}

/* Goes on with what is known of the sandbox. */
static void run_decide(struct command_run *run)
{
    if (run->kind == SANDBOX_NONE) {
        run_launch(run, false);
        return;
    }
    const enum sandbox_state state =
        run->sandbox != NULL ? sandbox_get_state(run->sandbox) : SANDBOX_MISSING;
    switch (state) {
    case SANDBOX_UNTRIED:
    case SANDBOX_TRYING: sandbox_wait(run->sandbox, &run->waiter); return;
    case SANDBOX_WORKS: run_launch(run, true); return;
    case SANDBOX_MISSING:
    case SANDBOX_FAILS: break;
    }
    if (run->is_optional) {
        run_launch(run, false);
        return;
    }
    error_set(
        &run->fault, ERROR_USAGE,
        "%s was not run: it asks for a sandbox, and bwrap %s; install bubblewrap, or "
        "change \"sandbox\" in %s",
        run->name, state == SANDBOX_MISSING ? "is not installed" : "does not work here",
        run->origin);
    run_tell_soon(run);
}

static void run_on_sandbox(void *user)
{
    run_decide(user);
}

static bool is_key_variable(const struct command_host *host, const char *name)
{
    for (size_t i = 0;
         host != NULL && host->key_variables != NULL && host->key_variables[i] != NULL;
         i++) {
        if (strcmp(host->key_variables[i], name) == 0)
            return true;
    }
    return false;
}

/* "NAME=value" for those of the list that we have. Free with sandbox_argv_free. */
static char **make_variables(const struct command_tool *command)
{
    char **made = NULL;
    size_t cap = 0;
    size_t len = 0;
    for (size_t i = 0; command->variables != NULL && command->variables[i] != NULL; i++) {
        const char *name = command->variables[i];
        const char *value = getenv(name);
        if (value == NULL || is_key_variable(command->host, name))
            continue;
        made = mem_grow(made, &cap, len + 2, sizeof(made[0]));
        made[len++] = strbuf_format("%s=%s", name, value);
        made[len] = NULL;
    }
    return made;
}

static char **copy_argv(char *const *argv)
{
    size_t len = 0;
    while (argv[len] != NULL)
        len++;
    char **copy = mem_alloc_array(len + 1, sizeof(copy[0]));
    for (size_t i = 0; i < len; i++)
        copy[i] = mem_strdup(argv[i]);
    return copy;
}

struct command_run *command_run_start(struct ev_loop *loop, const struct tool *tool,
                                      const char *arguments,
                                      const struct tool_handler *handler,
                                      struct error *err)
{
    const struct command_tool *command = tool->command;
    if (command == NULL) {
        error_set(err, ERROR_INTERNAL, "%s is not a command", tool->name);
        return NULL;
    }
    struct command_run *run = mem_alloc(sizeof(*run));
    const bool is_empty = arguments[strspn(arguments, " \t\r\n")] == '\0';
    *run = (struct command_run){
        .loop = loop,
        .handler = *handler,
        .name = mem_strdup(tool->name),
        .origin = mem_strdup(tool->origin != NULL ? tool->origin : ""),
        .argv = copy_argv(command->argv),
        .variables = make_variables(command),
        .directory = resolve_directory(command->directory),
        .input = mem_strdup(is_empty ? "{}" : arguments),
        .timeout_ms = command->timeout_ms,
        .output_max = command->output_max,
        .kind = command->sandbox,
        .is_optional = command->is_sandbox_optional,
        .sandbox = command->host != NULL ? command->host->sandbox : NULL,
        .waiter = {.on_known = run_on_sandbox, .user = run},
    };
    strbuf_init(&run->line, COMMAND_LINE_MAX);
    ev_timer_init(&run->told, run_on_told, 0., 0.);
    run->told.data = run;
    run_decide(run);
    return run;
}

void command_run_stop(struct command_run *run)
{
    if (run->is_over)
        return;
    if (run->process != NULL) {
        process_stop(run->process);
        return;
    }
    if (run->sandbox != NULL)
        sandbox_leave(run->sandbox, &run->waiter);
    if (!ev_is_active(&run->told))
        run_tell_soon(run);
}

void command_run_free(struct command_run *run)
{
    if (run == NULL || run->is_doomed)
        return;
    if (run->sandbox != NULL)
        sandbox_leave(run->sandbox, &run->waiter);
    ev_timer_stop(run->loop, &run->told);
    process_free(run->process);
    sandbox_argv_free(run->argv);
    sandbox_argv_free(run->variables);
    error_clear(&run->fault);
    mem_free(run->name);
    mem_free(run->origin);
    mem_free(run->directory);
    mem_free(run->input);
    if (run->is_telling)
        run->is_doomed = true;
    else
        run_destroy(run);
}
