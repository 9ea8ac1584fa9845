/* motet demo: the screen on the built-in model server, or only the server. */
#include "src/cli/command.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "src/base/mem.h"
#include "src/cli/setup_sessions.h"
#include "src/cli/record_tape.h"
#include "src/demo/demo_server.h"

static const char demo_prompt[] =
    "What makes several voices sing well together? Show me with an example.";

static void serve_on_signal(struct ev_loop *loop, struct ev_signal *watcher, int events)
{
    (void)events;
    int *code = watcher->data;
    *code = watcher->signum == SIGINT ? EXIT_CODE_SIGINT : EXIT_CODE_SIGTERM;
    ev_break(loop, EVBREAK_ALL);
}

/* Says where the server is and runs the loop until SIGINT or SIGTERM; returns the
 * signal's exit code. */
static int serve_until_signal(struct ev_loop *loop, const struct demo_server *server)
{
    int code = EXIT_CODE_INTERNAL;
    struct ev_signal interrupt;
    struct ev_signal terminate;
    ev_signal_init(&interrupt, serve_on_signal, SIGINT);
    ev_signal_init(&terminate, serve_on_signal, SIGTERM);
    interrupt.data = terminate.data = &code;
    ev_signal_start(loop, &interrupt);
    ev_signal_start(loop, &terminate);
    /* Only now: whoever reads the line may send a signal at once. */
    printf("listening on http://127.0.0.1:%u\n", (unsigned)demo_server_get_port(server));
    fflush(stdout);
    ev_run(loop, 0);
    ev_signal_stop(loop, &interrupt);
    ev_signal_stop(loop, &terminate);
    return code;
}

/* Serves the models, or the answers of a tape. */
static int cmd_demo_serve_with(const struct options *options, struct demo_tape *tape,
                               struct error *err)
{
    struct ev_loop *loop = ev_loop_new(EVFLAG_AUTO);
    const struct demo_options demo_options = {
        .port = (uint16_t)options->port,
        .speed = options->speed,
        .seed = (uint64_t)options->seed,
        .tape = tape,
        .limit = {.concurrent = options->limit_concurrent,
                  .requests = options->limit_rpm}};
    struct demo_server *server =
        loop != NULL ? demo_server_new(loop, &demo_options, err) : NULL;
    int code = EXIT_CODE_INTERNAL;
    if (server != NULL)
        code = serve_until_signal(loop, server);
    demo_server_free(server);
    if (loop != NULL)
        ev_loop_destroy(loop);
    return code;
}

static int cmd_demo_serve(const struct options *options, struct error *err)
{
    struct recording recording;
    struct demo_tape tape;
    int code = EXIT_CODE_USAGE;
    if (options->from_path == NULL)
        return cmd_demo_serve_with(options, NULL, err);
    if (recording_read(&recording, options->from_path, err)) {
        record_tape_init(&tape, &recording);
        if (tape.count > 0)
            code = cmd_demo_serve_with(options, &tape, err);
        else
            error_set(err, ERROR_USAGE, "--from: %s holds no answer", options->from_path);
        record_tape_clear(&tape);
    }
    recording_clear(&recording);
    return code;
}

static char *cmd_demo_prompt(const struct options *options, struct error *err)
{
    const bool has_session = setup_wants_session(options);
    if (options->words.len == 0 && !has_session)
        return mem_strdup(demo_prompt);
    char *prompt = setup_read_prompt(options, err);
    if (prompt == NULL && err->class == ERROR_NONE && !has_session)
        error_set(err, ERROR_USAGE, "there is no prompt on standard input");
    return prompt;
}

static int cmd_demo_run(struct options *options, cli_screen_fn open_screen,
                        struct error *err)
{
    if (options->url != NULL) {
        error_set(err, ERROR_USAGE,
                  "motet demo brings its own server: leave --url out, or use motet "
                  "without demo");
        return EXIT_CODE_USAGE;
    }
    if (options->is_serve && options->record_path != NULL) {
        error_set(err, ERROR_USAGE,
                  "--record is for chats, and --serve has none: record where they are");
        return EXIT_CODE_USAGE;
    }
    if (options->is_serve)
        return cmd_demo_serve(options, err);
    if (options->from_path != NULL) {
        error_set(err, ERROR_USAGE,
                  "--from belongs to --serve; motet replay FILE plays a recording");
        return EXIT_CODE_USAGE;
    }
    options->is_demo = true;
    if (options->models.len == 0 && !setup_wants_session(options))
        command_use_demo_models(options, options->panes);
    if (command_wants_plain(options))
        return command_run_plain(
            options, "demo models: no key, no network, scripted answers", err);
    char *prompt = cmd_demo_prompt(options, err);
    if (err->class != ERROR_NONE)
        return EXIT_CODE_USAGE;
    int code = EXIT_CODE_USAGE;
    if (command_can_show_screen(options) && !command_has_plain_terminal()) {
        struct cli_screen screen = {.draft = prompt,
                                    .notice =
                                        "press {send} to send it to all panes; {help} "
                                        "shows the keys"};
        code = command_run_screen(options, &screen, open_screen, err);
    } else if (setup_wants_session(options)) {
        error_set(err, ERROR_USAGE, "a session is opened on a terminal only");
    } else {
        code = command_run_lines(options, prompt, err);
    }
    mem_free(prompt);
    return code;
}

const struct command cmd_demo = {
    "demo", "motet demo [--panes N] [--speed X] [--serve [--from FILE] [--port P]]",
    "the screen on the built-in models: no key, no network",
    OPTION_TALK | OPTION_SCREEN | OPTION_LINES | OPTION_DEMO | OPTION_PROMPT,
    cmd_demo_run};
