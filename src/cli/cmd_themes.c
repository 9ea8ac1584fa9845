/* motet themes: the looks there are. What a look is the screen knows, not the command
 * line: it is asked to list them. */
#include "src/cli/command.h"

static int cmd_themes_run(struct options *options, cli_screen_fn open_screen,
                          struct error *err)
{
    if (options->words.len > 1) {
        error_set(err, ERROR_USAGE, "motet themes takes one name, not %zu",
                  options->words.len);
        return EXIT_CODE_USAGE;
    }
    struct cli_screen screen = {
        .task = options->words.len > 0 ? CLI_SCREEN_WRITE_THEME : CLI_SCREEN_LIST_THEMES,
        .theme = options->words.len > 0 ? options->words.items[0] : options->theme};
    return open_screen(&screen, err);
}

const struct command cmd_themes = {
    "themes", "motet themes [NAME]",
    "show the themes of the screen; with a NAME print it as a file to start from",
    OPTION_CONFIG, cmd_themes_run};
