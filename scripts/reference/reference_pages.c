/* The Markdown pages of docs/reference/. */
#include <string.h>

#include "scripts/reference/reference.h"
#include "src/demo/demo_model.h"
#include "src/net/retry.h"
#include "ui/keymap.h"

static void append_note(struct strbuf *out)
{
    strbuf_append_text(out, "<!-- Made by make docs from the program's tables. -->\n\n");
}

/* Text for a table's cell: what Markdown would read as a mark is escaped. */
static void append_cell(struct strbuf *out, const char *text)
{
    for (; *text != '\0'; text++) {
        if (strchr("|*_<`\\", *text) != NULL)
            strbuf_append_char(out, '\\');
        strbuf_append_char(out, *text);
    }
}

/* --- Keys -------------------------------------------------------------------------- */

static void append_keys(struct strbuf *out, enum action action, enum input_mode mode)
{
    struct strbuf keys;
    strbuf_init(&keys, STRBUF_OWN_MAX);
    struct keymap *keymap = keymap_new();
    keymap_describe(keymap, action, mode, &keys);
    keymap_free(keymap);
    append_cell(out, strbuf_text(&keys));
    strbuf_clear(&keys);
}

static void append_group(struct strbuf *out, enum action_group group)
{
    const bool is_matrix = group == ACTION_GROUP_MATRIX;
    strbuf_append_format(out, "\n## %s\n\n%s does | name |\n%s---|---|\n",
                         action_group_title(group),
                         is_matrix ? "| key |" : "| while typing | in normal mode |",
                         is_matrix ? "|---|" : "|---|---|");
    for (int i = ACTION_NONE + 1; i < ACTION_COUNT; i++) {
        const enum action action = (enum action)i;
        const struct action_info *info = action_get(action);
        if (info->group != group)
            continue;
        strbuf_append_text(out, "| ");
        append_keys(out, action, is_matrix ? MODE_MATRIX : MODE_TYPING);
        if (!is_matrix) {
            strbuf_append_text(out, " | ");
            append_keys(out, action, MODE_NORMAL);
        }
        strbuf_append_text(out, " | ");
        append_cell(out, info->help);
        strbuf_append_format(out, " | `%s` |\n", info->name);
    }
}

void reference_write_keys(struct strbuf *out)
{
    append_note(out);
    strbuf_append_text(
        out,
        "# Keys\n\n"
        "The screen has two sets of keys. *While typing* most keys write into the "
        "composer. In\n*normal mode* (Esc; back with i) single keys act on the "
        "panes. How the parts of the\nscreen work together: [The screen]"
        "(../guide/screen.md);\nthe palette, keys of your own: [Keys](../guide/keys.md). "
        "[The matrix](../guide/matrix.md) has keys of its\n"
        "own; help, tool calls, mouse and the like are there as in normal mode.\n");
    for (int group = 0; group < ACTION_GROUP_COUNT; group++)
        append_group(out, (enum action_group)group);
}

/* --- Options ----------------------------------------------------------------------- */

static void append_option(struct strbuf *out, const struct option_line *line)
{
    struct strbuf commands;
    strbuf_init(&commands, STRBUF_OWN_MAX);
    reference_append_commands(&commands, line->name);
    strbuf_append_text(out, "| `");
    if (line->letter != 0)
        strbuf_append_format(out, "-%c`, `", line->letter);
    strbuf_append_format(out, "--%s%s%s` | ", line->name,
                         line->value_name != NULL ? " " : "",
                         line->value_name != NULL ? line->value_name : "");
    append_cell(out, line->help);
    strbuf_append_format(out, " | %s |\n",
                         commands.len > 0 ? strbuf_text(&commands) : "all");
    strbuf_clear(&commands);
}

static void append_exit_codes(struct strbuf *out)
{
    strbuf_append_text(out, "\n## Exit codes\n\n"
                            "| code | meaning | error classes |\n|---|---|---|\n");
    for (size_t i = 0; reference_exit_codes[i] >= 0; i++) {
        const enum exit_code code = (enum exit_code)reference_exit_codes[i];
        strbuf_append_format(out, "| %d | %s | ", (int)code,
                             reference_exit_meaning(code));
        struct strbuf classes;
        strbuf_init(&classes, STRBUF_OWN_MAX);
        reference_append_classes(&classes, code);
        append_cell(out, strbuf_text(&classes));
        strbuf_clear(&classes);
        strbuf_append_text(out, " |\n");
    }
    strbuf_append_text(out,
                       "\nThe screen, and a command whose terminal went away, end with "
                       "128 plus the number of the\nsignal that ended them (129: the "
                       "terminal).\n");
}

void reference_write_options(struct strbuf *out)
{
    struct option_line line;
    append_note(out);
    strbuf_append_text(out, "# Commands and options\n\n| command | does |\n|---|---|\n");
    for (size_t i = 0; command_get(i) != NULL; i++)
        strbuf_append_format(out, "| `%s` | %s |\n", command_get(i)->synopsis,
                             command_get(i)->help);
    strbuf_append_text(
        out, "\nA value follows its option as the next word, after `=` (`--url=URL`), or "
             "right behind\na letter (`-mNAME`). `--` ends the options. An option that a "
             "command does not take is\nan error, not ignored.\n\n"
             "## Options\n\n| option | meaning | commands |\n|---|---|---|\n");
    for (size_t i = 0; reference_option(i, &line); i++)
        append_option(out, &line);
    strbuf_append_text(out, "\n## Parameters\n\nFor `-p NAME=VALUE`. Only what is given "
                            "is sent.\n\n| name | values | meaning |\n|---|---|---|\n");
    for (size_t i = 0; param_info_get(i) != NULL; i++) {
        const struct param_info *info = param_info_get(i);
        strbuf_append_format(out, "| `%s` | ", info->name);
        reference_append_range(out, info);
        strbuf_append_format(out, " | %s |\n", info->help);
    }
    append_exit_codes(out);
}

/* --- Errors ------------------------------------------------------------------------ */

void reference_write_errors(struct strbuf *out)
{
    append_note(out);
    strbuf_append_text(
        out,
        "# Error classes\n\n"
        "Every failure, whatever the provider, is one of these. *Tries after the "
        "first* are made\nonly while nothing of the answer has been shown; "
        "`--retries N` puts N in the place of\nevery number here but the zeros. When "
        "and how long Motet waits:\n[Errors, clocks and retries]"
        "(../guide/errors.md).\n\n"
        "| class | on the card | tries after the first | exit code | what to do |\n"
        "|---|---|---|---|---|\n");
    for (int i = ERROR_NONE + 1; i < ERROR_CLASS_COUNT; i++) {
        const enum error_class class = (enum error_class)i;
        const struct error_class_info *info = error_class_get(class);
        strbuf_append_format(out, "| `%s` | %s | %d | %d | ", info->name, info->title,
                             retry_limit(class), (int)info->exit_code);
        append_cell(out, info->advice);
        strbuf_append_text(out, " |\n");
    }
}

/* --- Demo models ------------------------------------------------------------------- */

void reference_write_demo_models(struct strbuf *out)
{
    append_note(out);
    strbuf_append_text(
        out,
        "# Demo models\n\n"
        "The models of the built-in server. What a model's name may change, and the "
        "faults it can\nbe given: [The demo](../guide/demo.md).\n\n"
        "| model | writes | tokens a second | first token after |\n|---|---|---|---|\n");
    for (size_t i = 0; i < demo_model_count(); i++) {
        const struct demo_model *model = demo_model_get(i);
        strbuf_append_format(out, "| `demo/%s` | %s | ", model->name, model->help);
        if (model->defaults.rate > 0)
            strbuf_append_format(out, "%g", model->defaults.rate);
        else
            strbuf_append_text(out, "no limit");
        strbuf_append_format(out, " | %g s |\n", (double)model->defaults.ttft_ms / 1000);
    }
}
