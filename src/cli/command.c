/* The table of commands, and the steps that several of them share. */
#include "src/cli/command.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "src/base/compiler.h"
#include "src/base/mem.h"
#include "src/cli/lines.h"
#include "src/cli/plain.h"
#include "src/cli/setup_config.h"
#include "src/cli/setup_sessions.h"
#include "src/engine/attachment_file.h"

static const struct command *const command_table[] = {
    &cmd_screen,  &cmd_demo,   &cmd_ask,   &cmd_run,      &cmd_replay,
    &cmd_config,  &cmd_models, &cmd_tools, &cmd_sessions, &cmd_export,
    &cmd_prompts, &cmd_themes, &cmd_doctor};

/* The models of the demo, in the order their panes open. */
static const char *const demo_panes[] = {"demo/sage",  "demo/coder",    "demo/thinker",
                                         "demo/tools", "demo/polyglot", "demo/eliza",
                                         "demo/echo",  "demo/slow",     "demo/flaky"};

const struct command *command_get(size_t index)
{
    return index < COUNT_OF(command_table) ? command_table[index] : NULL;
}

int command_run_lines(struct options *options, const char *prompt, struct error *err)
{
    struct setup setup = {0};
    struct attachment_list attachments = {0};
    int code = EXIT_CODE_USAGE;
    if (setup_read_attachments(options, true, &attachments, err) &&
        attachment_check_size(&attachments, strlen(prompt), err) &&
        setup_init(&setup, options, err)) {
        const struct prompt sent = {
            .text = prompt, .len = strlen(prompt), .attachments = &attachments};
        code = lines_run(&setup, &sent, options->is_json);
    }
    setup_clear(&setup);
    attachment_list_clear(&attachments);
    return code;
}

int command_run_screen(struct options *options, struct cli_screen *screen,
                       cli_screen_fn open_screen, struct error *err)
{
    struct setup setup = {0};
    struct attachment_list attachments = {0};
    const struct config_section *defaults = &options->config->config.defaults;
    const size_t draft_len = screen->draft != NULL ? strlen(screen->draft) : 0;
    int code = EXIT_CODE_USAGE;
    screen->setup = &setup;
    screen->attachments = &attachments;
    options->is_for_screen = true;
    screen->use_mouse = !options->is_mouse_off;
    screen->use_hints = config_whole(defaults, SETTING_HINTS, 1) != 0;
    screen->keys = &options->config->config.keys;
    screen->cast_path = options->cast_path;
    screen->theme = options->theme;
    screen->notify = config_text(defaults, SETTING_NOTIFY);
    screen->clipboard = config_text(defaults, SETTING_CLIPBOARD);
    screen->links = config_text(defaults, SETTING_LINKS);
    screen->opener = config_list(defaults, SETTING_OPENER);
    screen->remembers_layout = config_whole(defaults, SETTING_REMEMBER_LAYOUT, 1) != 0;
    screen->ask_above = config_decimal(defaults, SETTING_ASK_ABOVE, 1);
    if (setup_read_attachments(options, screen->sends_draft, &attachments, err) &&
        attachment_check_size(&attachments, draft_len, err) &&
        setup_init(&setup, options, err) &&
        (setup.replay != NULL ||
         setup_keep_sessions(&setup, true, options->approval, err))) {
        screen->spending = setup.spending;
        code = open_screen(screen, err);
    }
    screen->setup = NULL;
    screen->attachments = NULL;
    setup_clear(&setup);
    screen->spending = NULL;
    attachment_list_clear(&attachments);
    return code;
}

/* The words of the command line as one prompt; NULL if there is none. Caller frees. */
static char *join_words(const struct options *options)
{
    struct strbuf prompt;
    strbuf_init(&prompt, STRBUF_OWN_MAX);
    for (size_t i = 0; i < options->words.len; i++)
        strbuf_append_format(&prompt, "%s%s", i > 0 ? " " : "", options->words.items[i]);
    if (prompt.len > 0)
        return strbuf_take(&prompt);
    strbuf_clear(&prompt);
    return NULL;
}

int command_run_plain(struct options *options, const char *hint, struct error *err)
{
    struct setup setup = {0};
    struct attachment_list attachments = {0};
    char *prompt = join_words(options);
    const bool is_person = isatty(STDIN_FILENO);
    const enum approval approval = is_person || options->approval != APPROVAL_ASK
                                       ? options->approval
                                       : APPROVAL_NEVER;
    int code = EXIT_CODE_USAGE;
    options->is_for_screen = true;
    if (setup_read_attachments(options, true, &attachments, err) &&
        attachment_check_size(&attachments, prompt != NULL ? strlen(prompt) : 0, err) &&
        setup_init(&setup, options, err) &&
        setup_keep_sessions(&setup, is_person, approval, err)) {
        const struct plain_options plain = {
            .prompt = prompt, .attachments = &attachments, .hint = hint};
        code = plain_run(&setup, &plain);
    }
    setup_clear(&setup);
    attachment_list_clear(&attachments);
    mem_free(prompt);
    return code;
}

bool command_wants_plain(const struct options *options)
{
    const char *word = getenv("ACCESSIBLE");
    const bool is_accessible = word != NULL && word[0] != '\0' && strcmp(word, "0") != 0;
    return options->is_plain || (is_accessible && command_can_show_screen(options));
}

bool command_has_plain_terminal(void)
{
    const char *term = getenv("TERM");
    return term == NULL || term[0] == '\0' || strcmp(term, "dumb") == 0;
}

void command_use_demo_models(struct options *options, int64_t count)
{
    for (int64_t i = 0; i < count; i++)
        options_add_model(options, demo_panes[(size_t)i % COUNT_OF(demo_panes)]);
}

bool command_can_show_screen(const struct options *options)
{
    return isatty(STDOUT_FILENO) && !options->is_json;
}
