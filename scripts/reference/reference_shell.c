/*
 * Completion for three shells. What a value may be is known for the options that have
 * few answers: models of the demo, names of parameters, files, variables.
 */
#include <string.h>

#include "scripts/reference/reference.h"
#include "src/demo/demo_model.h"
#include "src/provider/provider.h"

/* What may follow an option. */
enum value_kind {
    VALUE_NONE,
    VALUE_OTHER,
    VALUE_MODEL,
    VALUE_API,
    VALUE_PARAM,
    VALUE_FILE,
    VALUE_VAR
};

static enum value_kind value_kind_of(const struct option_line *line)
{
    if (line->value_name == NULL)
        return VALUE_NONE;
    if (strcmp(line->name, "model") == 0)
        return VALUE_MODEL;
    if (strcmp(line->name, "api") == 0)
        return VALUE_API;
    if (strcmp(line->name, "param") == 0)
        return VALUE_PARAM;
    if (strcmp(line->value_name, "FILE") == 0)
        return VALUE_FILE;
    return strcmp(line->value_name, "VAR") == 0 ? VALUE_VAR : VALUE_OTHER;
}

/* Appends the words an option may be followed by, separated by spaces. */
static void append_words(struct strbuf *out, enum value_kind kind)
{
    const size_t start = out->len;
    for (size_t i = 0; kind == VALUE_MODEL && i < demo_model_count(); i++)
        strbuf_append_format(out, " demo/%s", demo_model_get(i)->name);
    for (size_t i = 0; kind == VALUE_API && provider_get(i) != NULL; i++)
        strbuf_append_format(out, " %s", provider_get(i)->name);
    for (size_t i = 0; kind == VALUE_PARAM && param_info_get(i) != NULL; i++)
        strbuf_append_format(out, " %s=", param_info_get(i)->name);
    if (out->len > start)
        strbuf_remove(out, start, 1);
}

/* Appends text for the inside of single quotes; also a backslash before `special`. */
static void append_quoted(struct strbuf *out, const char *text, const char *special)
{
    for (; *text != '\0'; text++) {
        if (*text == '\'') {
            strbuf_append_text(out, "'\\''");
            continue;
        }
        if (strchr(special, *text) != NULL)
            strbuf_append_char(out, '\\');
        strbuf_append_char(out, *text);
    }
}

/* "motet --help" without the options of other commands: "--model -m --api …". */
static void append_options_of(struct strbuf *out, const struct command *command)
{
    struct option_line line;
    for (size_t i = 0; options_get_line(command->scope, i, &line); i++) {
        strbuf_append_format(out, "%s--%s", i > 0 ? " " : "", line.name);
        if (line.letter != 0)
            strbuf_append_format(out, " -%c", line.letter);
    }
}

/* --- bash -------------------------------------------------------------------------- */

/* The branch of the case for all options of one kind. */
static void append_bash_values(struct strbuf *out, enum value_kind kind,
                               const char *action)
{
    struct option_line line;
    const char *separator = "    ";
    for (size_t i = 0; reference_option(i, &line); i++) {
        if (value_kind_of(&line) != kind)
            continue;
        strbuf_append_format(out, "%s--%s", separator, line.name);
        separator = " | ";
        if (line.letter != 0)
            strbuf_append_format(out, " | -%c", line.letter);
    }
    strbuf_append_format(out, ")\n        %s", action);
}

static void append_bash_words(struct strbuf *out, enum value_kind kind)
{
    append_bash_values(out, kind, "mapfile -t COMPREPLY < <(compgen -W '");
    append_words(out, kind);
    strbuf_append_text(out, "' -- \"$word\")\n");
    if (kind == VALUE_PARAM)
        strbuf_append_text(out, "        compopt -o nospace\n");
    strbuf_append_text(out, "        return\n        ;;\n");
}

void reference_write_bash(struct strbuf *out)
{
    strbuf_append_text(
        out, "# Completion of motet for bash. Made by make docs from the program's "
             "tables.\n# shellcheck shell=bash\n\n"
             "_motet() {\n"
             "    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - "
             "1]}\n"
             "    COMPREPLY=()\n"
             "    case $before in\n");
    append_bash_words(out, VALUE_MODEL);
    append_bash_words(out, VALUE_API);
    append_bash_words(out, VALUE_PARAM);
    append_bash_values(out, VALUE_FILE,
                       "mapfile -t COMPREPLY < <(compgen -f -- \"$word\")\n"
                       "        compopt -o filenames\n        return\n        ;;\n");
    append_bash_values(out, VALUE_VAR,
                       "mapfile -t COMPREPLY < <(compgen -e -- \"$word\")\n"
                       "        return\n        ;;\n");
    append_bash_values(out, VALUE_OTHER, "return ;;\n");
    strbuf_append_text(out, "    esac\n    local words\n    case ${COMP_WORDS[1]} in\n");
    for (size_t i = 1; command_get(i) != NULL; i++) {
        strbuf_append_format(out, "    %s) words='", command_get(i)->name);
        append_options_of(out, command_get(i));
        strbuf_append_text(out, "' ;;\n");
    }
    strbuf_append_text(out, "    *) words='");
    append_options_of(out, command_get(0));
    strbuf_append_text(out, "' ;;\n    esac\n"
                            "    [ \"$COMP_CWORD\" -eq 1 ] && words=\"");
    for (size_t i = 1; command_get(i) != NULL; i++)
        strbuf_append_format(out, "%s ", command_get(i)->name);
    strbuf_append_text(
        out, "$words\"\n"
             "    mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$word\")\n"
             "}\n\ncomplete -F _motet motet\n");
}

/* --- zsh --------------------------------------------------------------------------- */

static void append_zsh_action(struct strbuf *out, const struct option_line *line)
{
    const enum value_kind kind = value_kind_of(line);
    if (kind == VALUE_NONE)
        return;
    strbuf_append_char(out, ':');
    append_quoted(out, line->value_name, ":\\");
    strbuf_append_char(out, ':');
    switch (kind) {
    case VALUE_NONE:
    case VALUE_OTHER: strbuf_append_char(out, ' '); break;
    case VALUE_MODEL:
    case VALUE_API:
    case VALUE_PARAM:
        strbuf_append_char(out, '(');
        append_words(out, kind);
        strbuf_append_char(out, ')');
        break;
    case VALUE_FILE: strbuf_append_text(out, "_files"); break;
    case VALUE_VAR: strbuf_append_text(out, "_parameters -g \"*export*\""); break;
    }
}

/* One argument of _arguments: '*-m+[help]:NAME:(words)'. */
static void append_zsh_spec(struct strbuf *out, const struct option_line *line,
                            bool is_short)
{
    strbuf_append_text(out, "            '*");
    if (is_short)
        strbuf_append_format(out, "-%c%s", line->letter,
                             line->value_name != NULL ? "+" : "");
    else
        strbuf_append_format(out, "--%s%s", line->name,
                             line->value_name != NULL ? "=" : "");
    strbuf_append_char(out, '[');
    append_quoted(out, line->help, "[]:\\");
    strbuf_append_char(out, ']');
    append_zsh_action(out, line);
    strbuf_append_text(out, "' \\\n");
}

static void append_zsh_command(struct strbuf *out, const struct command *command)
{
    struct option_line line;
    strbuf_append_text(out, "        _arguments -s -S \\\n");
    for (size_t i = 0; options_get_line(command->scope, i, &line); i++) {
        append_zsh_spec(out, &line, false);
        if (line.letter != 0)
            append_zsh_spec(out, &line, true);
    }
    if (command->name[0] != '\0') {
        strbuf_append_text(out, "            '*:prompt: '\n");
        return;
    }
    strbuf_append_text(out, "            '1:command or prompt:(");
    for (size_t i = 1; command_get(i) != NULL; i++)
        strbuf_append_format(out, "%s%s", i > 1 ? " " : "", command_get(i)->name);
    strbuf_append_text(out, ")' \\\n            '*:prompt: '\n");
}

void reference_write_zsh(struct strbuf *out)
{
    strbuf_append_text(
        out, "#compdef motet\n"
             "# Completion of motet for zsh. Made by make docs from the program's "
             "tables.\n\n"
             "_motet() {\n    local name=motet\n"
             "    if (( CURRENT > 2 )); then\n        name=$words[2]\n    fi\n"
             "    case $name in\n");
    for (size_t i = 1; command_get(i) != NULL; i++) {
        strbuf_append_format(out,
                             "    %s)\n        shift words\n        (( CURRENT-- ))\n",
                             command_get(i)->name);
        append_zsh_command(out, command_get(i));
        strbuf_append_text(out, "        ;;\n");
    }
    strbuf_append_text(out, "    *)\n");
    append_zsh_command(out, command_get(0));
    strbuf_append_text(out, "        ;;\n    esac\n}\n\n_motet \"$@\"\n");
}

/* --- fish -------------------------------------------------------------------------- */

/* The commands (but the one without a name) that take the option, or do not. */
static size_t append_fish_commands(struct strbuf *out, const char *option, bool takes)
{
    size_t count = 0;
    for (size_t i = 1; command_get(i) != NULL; i++) {
        if (reference_command_takes(command_get(i), option) == takes) {
            strbuf_append_format(out, " %s", command_get(i)->name);
            count++;
        }
    }
    return count;
}

/* -n '…' where not every command takes the option. */
static void append_fish_condition(struct strbuf *out, const char *option)
{
    struct strbuf names;
    strbuf_init(&names, STRBUF_OWN_MAX);
    const bool is_usual = reference_command_takes(command_get(0), option);
    const size_t count = append_fish_commands(&names, option, !is_usual);
    if (count > 0 || !is_usual)
        strbuf_append_format(out, " -n '%s__fish_seen_subcommand_from%s'",
                             is_usual ? "not " : "", strbuf_text(&names));
    strbuf_clear(&names);
}

static void append_fish_value(struct strbuf *out, enum value_kind kind)
{
    switch (kind) {
    case VALUE_NONE: break;
    case VALUE_OTHER: strbuf_append_text(out, " -x"); break;
    case VALUE_FILE: strbuf_append_text(out, " -r -F"); break;
    case VALUE_VAR: strbuf_append_text(out, " -x -a '(set -xn)'"); break;
    case VALUE_MODEL:
    case VALUE_API:
    case VALUE_PARAM:
        strbuf_append_text(out, " -x -a '");
        append_words(out, kind);
        strbuf_append_char(out, '\'');
        break;
    }
}

void reference_write_fish(struct strbuf *out)
{
    struct option_line line;
    strbuf_append_text(out, "# Completion of motet for fish. Made by make docs from the "
                            "program's tables.\n\ncomplete -c motet -f\n");
    for (size_t i = 1; command_get(i) != NULL; i++) {
        strbuf_append_format(out, "complete -c motet -n __fish_use_subcommand -a %s -d '",
                             command_get(i)->name);
        append_quoted(out, command_get(i)->help, "\\");
        strbuf_append_text(out, "'\n");
    }
    for (size_t i = 0; reference_option(i, &line); i++) {
        strbuf_append_text(out, "complete -c motet");
        append_fish_condition(out, line.name);
        strbuf_append_format(out, " -l %s", line.name);
        if (line.letter != 0)
            strbuf_append_format(out, " -s %c", line.letter);
        append_fish_value(out, value_kind_of(&line));
        strbuf_append_text(out, " -d '");
        append_quoted(out, line.help, "\\");
        strbuf_append_text(out, "'\n");
    }
}
