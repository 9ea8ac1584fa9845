/* motet: the screen, one pane a model; in lines where there is no terminal. */
#include "src/cli/command.h"

#include "src/base/mem.h"
#include "src/cli/setup_sessions.h"

static const char demo_notice[] = "demo models: no key, no network. {model} lists the "
                                  "services found here; or motet --url URL -m NAME";

static const char plain_notice[] =
    "demo models: no key, no network. motet models lists the services found here";

static int cmd_screen_run(struct options *options, cli_screen_fn open_screen,
                          struct error *err)
{
    const bool has_model =
        options->models.len > 0 || options->url != NULL || setup_wants_session(options);
    if (!has_model)
        command_use_demo_models(options, options->panes);
    if (command_wants_plain(options) ||
        (command_can_show_screen(options) && command_has_plain_terminal()))
        return command_run_plain(options, has_model ? NULL : plain_notice, err);
    char *prompt = setup_read_prompt(options, err);
    if (err->class != ERROR_NONE)
        return EXIT_CODE_USAGE;
    const char *notice = has_model ? NULL : demo_notice;
    if (prompt == NULL && options->attached.len > 0)
        notice = "the attached files go with the first prompt that is sent";
    int code = EXIT_CODE_USAGE;
    if (command_can_show_screen(options)) {
        struct cli_screen screen = {
            .draft = prompt, .sends_draft = prompt != NULL, .notice = notice};
        code = command_run_screen(options, &screen, open_screen, err);
    } else if (setup_wants_session(options)) {
        error_set(err, ERROR_USAGE, "a session is opened on a terminal only");
    } else if (prompt == NULL) {
        error_set(
            err, ERROR_USAGE,
            "standard output is not a terminal and there is no prompt: give one, or "
            "try motet demo");
    } else {
        code = command_run_lines(options, prompt, err);
    }
    mem_free(prompt);
    return code;
}

const struct command cmd_screen = {
    "", "motet [-m MODEL]... [PROMPT]", "open the screen, one pane a model",
    OPTION_TALK | OPTION_SCREEN | OPTION_LINES | OPTION_PROMPT, cmd_screen_run};
