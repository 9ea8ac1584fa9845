/* motet ask: one turn, the answers on standard output. */
#include "src/cli/command.h"

#include "src/base/mem.h"

static int cmd_ask_run(struct options *options, cli_screen_fn open_screen,
                       struct error *err)
{
    (void)open_screen;
    if (options->models.len == 0 && options->url == NULL) {
        error_set(err, ERROR_USAGE,
                  "which model? give one with -m: a demo model such as demo/sage, or any "
                  "with --api openai-chat --url URL");
        return EXIT_CODE_USAGE;
    }
    char *prompt = setup_read_prompt(options, err);
    if (prompt == NULL && err->class == ERROR_NONE)
        error_set(err, ERROR_USAGE,
                  "there is no prompt: give it as an argument or on standard input");
    if (prompt == NULL)
        return EXIT_CODE_USAGE;
    const int code = command_run_lines(options, prompt, err);
    mem_free(prompt);
    return code;
}

const struct command cmd_ask = {"ask", "motet ask [-m MODEL]... [-a FILE]... PROMPT",
                                "one turn, the answers on standard output",
                                OPTION_TALK | OPTION_LINES | OPTION_PROMPT, cmd_ask_run};
