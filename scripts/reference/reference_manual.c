/* The manual page, in the man macros of roff. */
#include <string.h>

#include "scripts/reference/reference.h"
#include "src/base/compiler.h"
#include "src/base/mem.h"
#include "src/base/utf8.h"
#include "ui/keymap.h"

#include "build-config.h"

/* Appends text so that roff shows it as it is. */
static void append_text(struct strbuf *out, const char *text)
{
    const size_t len = strlen(text);
    for (size_t at = 0; at < len;) {
        uint32_t code;
        const size_t size = utf8_decode(text + at, len - at, &code);
        const bool is_first = at == 0;
        if (code == '\\')
            strbuf_append_text(out, "\\e");
        else if (code == '-')
            strbuf_append_text(out, "\\-");
        else if (code == '\'')
            strbuf_append_text(out, "\\(aq");
        else if (code == '^' || code == '~' || code == '`')
            strbuf_append_text(out, code == '^'   ? "\\(ha"
                                    : code == '~' ? "\\(ti"
                                                  : "\\(ga");
        else if (code >= 0x80)
            strbuf_append_format(out, "\\[u%04X]", (unsigned)code);
        else if (code == '.' && is_first)
            strbuf_append_text(out, "\\&.");
        else
            strbuf_append_char(out, (char)code);
        at += size;
    }
}

/* A line of the source ends at the first space past this column. */
#define LINE_WIDTH 66

static void append_line(struct strbuf *out, const char *text)
{
    char *copy = mem_strdup(text);
    char *line = copy;
    for (char *at = copy; *at != '\0'; at++) {
        /* A line that begins with one of these would be a request to roff. */
        const bool is_end = *at == ' ' && at - line > LINE_WIDTH && at[1] != '.' &&
                            at[1] != '\'' && at[1] != '\0';
        if (!is_end)
            continue;
        *at = '\0';
        append_text(out, line);
        strbuf_append_char(out, '\n');
        line = at + 1;
    }
    append_text(out, line);
    strbuf_append_char(out, '\n');
    mem_free(copy);
}

static void append_bold(struct strbuf *out, const char *text)
{
    strbuf_append_text(out, "\\fB");
    append_text(out, text);
    strbuf_append_text(out, "\\fR");
}

/* A paragraph with a tag; the tag's text is to follow. */
static void append_tag(struct strbuf *out)
{
    strbuf_append_text(out, ".TP\n");
}

static void append_entry(struct strbuf *out, const char *tag, const char *text)
{
    append_tag(out);
    append_bold(out, tag);
    strbuf_append_char(out, '\n');
    append_line(out, text);
}

static void append_paragraph(struct strbuf *out, const char *text)
{
    strbuf_append_text(out, ".PP\n");
    append_line(out, text);
}

static void append_section(struct strbuf *out, const char *title)
{
    strbuf_append_format(out, ".SH %s\n", title);
}

/* --- From the tables ---------------------------------------------------------------- */

static void append_synopsis(struct strbuf *out)
{
    append_section(out, "SYNOPSIS");
    for (size_t i = 0; command_get(i) != NULL; i++) {
        if (i > 0)
            strbuf_append_text(out, ".br\n");
        append_bold(out, "motet");
        append_line(out, command_get(i)->synopsis + strlen("motet"));
    }
}

static void append_commands(struct strbuf *out)
{
    append_section(out, "COMMANDS");
    for (size_t i = 0; command_get(i) != NULL; i++) {
        const struct command *command = command_get(i);
        char *name = strbuf_format("motet%s%s", command->name[0] != '\0' ? " " : "",
                                   command->name);
        append_entry(out, name, command->help);
        mem_free(name);
    }
    append_paragraph(
        out, "Words that are not options are the prompt. With \"-\" as the only word, or "
             "with text piped in, the prompt is read from standard input; words and "
             "piped text are joined, with an empty line between them. Where standard "
             "output is no terminal, motet and motet demo print the answers in lines, as "
             "motet ask does.");
}

static void append_option(struct strbuf *out, const struct option_line *line)
{
    struct strbuf commands;
    strbuf_init(&commands, STRBUF_OWN_MAX);
    reference_append_commands(&commands, line->name);
    append_tag(out);
    if (line->letter != 0)
        strbuf_append_format(out, "\\fB\\-%c\\fR, ", line->letter);
    strbuf_append_text(out, "\\fB\\-\\-");
    append_text(out, line->name);
    strbuf_append_text(out, "\\fR");
    if (line->value_name != NULL) {
        strbuf_append_text(out, " \\fI");
        append_text(out, line->value_name);
        strbuf_append_text(out, "\\fR");
    }
    strbuf_append_char(out, '\n');
    append_text(out, line->help);
    if (commands.len > 0)
        strbuf_append_format(out, " (only %s)", strbuf_text(&commands));
    strbuf_append_char(out, '\n');
    strbuf_clear(&commands);
}

static void append_options(struct strbuf *out)
{
    struct option_line line;
    append_section(out, "OPTIONS");
    for (size_t i = 0; reference_option(i, &line); i++)
        append_option(out, &line);
    append_paragraph(out, "Parameters for -p:");
    for (size_t i = 0; param_info_get(i) != NULL; i++) {
        const struct param_info *info = param_info_get(i);
        struct strbuf text;
        strbuf_init(&text, STRBUF_OWN_MAX);
        strbuf_append_format(&text, "%s (", info->help);
        reference_append_range(&text, info);
        strbuf_append_char(&text, ')');
        append_entry(out, info->name, strbuf_text(&text));
        strbuf_clear(&text);
    }
}

/* "while typing: Tab; normal mode: Tab, l, j" */
static void append_keys_of(struct strbuf *out, enum action action)
{
    struct strbuf typing;
    struct strbuf normal;
    strbuf_init(&typing, STRBUF_OWN_MAX);
    strbuf_init(&normal, STRBUF_OWN_MAX);
    struct keymap *keymap = keymap_new();
    keymap_describe(keymap, action, MODE_TYPING, &typing);
    keymap_describe(keymap, action, MODE_NORMAL, &normal);
    if (action_get(action)->group == ACTION_GROUP_MATRIX)
        keymap_describe(keymap, action, MODE_MATRIX, &typing);
    keymap_free(keymap);
    if (typing.len > 0)
        append_bold(out, strbuf_text(&typing));
    if (typing.len > 0 && normal.len > 0)
        strbuf_append_text(out, "; ");
    if (normal.len > 0) {
        strbuf_append_text(out, "normal mode: ");
        append_bold(out, strbuf_text(&normal));
    }
    strbuf_clear(&typing);
    strbuf_clear(&normal);
}

static void append_keys(struct strbuf *out)
{
    append_section(out, "KEYS");
    append_line(out, "Esc leads from typing to normal mode, where single keys act on the "
                     "panes; i leads back.");
    for (int group = 0; group < ACTION_GROUP_COUNT; group++) {
        strbuf_append_format(out, ".SS %s\n",
                             action_group_title((enum action_group)group));
        for (int i = ACTION_NONE + 1; i < ACTION_COUNT; i++) {
            const struct action_info *info = action_get((enum action)i);
            if (info->group != (enum action_group)group)
                continue;
            append_tag(out);
            append_keys_of(out, (enum action)i);
            strbuf_append_char(out, '\n');
            append_line(out, info->help);
        }
    }
}

static void append_exit_status(struct strbuf *out)
{
    append_section(out, "EXIT STATUS");
    for (size_t i = 0; reference_exit_codes[i] >= 0; i++) {
        const enum exit_code code = (enum exit_code)reference_exit_codes[i];
        struct strbuf classes;
        strbuf_init(&classes, STRBUF_OWN_MAX);
        reference_append_classes(&classes, code);
        char *number = strbuf_format("%d", (int)code);
        char *text = strbuf_format("%s%s%s%s", reference_exit_meaning(code),
                                   classes.len > 0 ? " (" : "", strbuf_text(&classes),
                                   classes.len > 0 ? ")" : "");
        append_entry(out, number, text);
        mem_free(number);
        mem_free(text);
        strbuf_clear(&classes);
    }
    append_paragraph(out, "The screen, and a command whose terminal went away, end with "
                          "128 plus the number of the signal that ended them (129: the "
                          "terminal).");
}

/* --- What no table says --------------------------------------------------------------
 */

static void append_description(struct strbuf *out)
{
    append_section(out, "DESCRIPTION");
    append_line(out, "Motet talks to several language models at once. One prompt goes to "
                     "many models, and each answers in a pane of its own, as fast as it "
                     "can, while you go on typing.");
    append_paragraph(out, "A model is reached at an endpoint that speaks the OpenAI chat "
                          "protocol (--url), or is one of the demo models that are built "
                          "in and need no key and no network (demo/sage and others).");
    append_paragraph(out,
                     "motet ask does the same without a screen, for scripts: answers "
                     "or JSON events on standard output, errors on standard error, "
                     "and an exit code that says what went wrong.");
}

struct entry {
    const char *tag;
    const char *text;
};

static void append_entries(struct strbuf *out, const struct entry *entries, size_t count)
{
    for (size_t i = 0; i < count; i++)
        append_entry(out, entries[i].tag, entries[i].text);
}

static void append_files(struct strbuf *out)
{
    static const struct entry entries[] = {
        {"$XDG_CONFIG_HOME/motet/config.yaml",
         "the configuration; without XDG_CONFIG_HOME in ~/.config/motet. Beside it the "
         "folders prompts, tools and themes, and the file tool-rules"},
        {"$XDG_STATE_HOME/motet/history",
         "the prompts sent from the screen, one JSON string a line, mode 0600; without "
         "XDG_STATE_HOME in ~/.local/state/motet"},
        {"$XDG_STATE_HOME/motet/layout.json",
         "how the panes stood, for the same models next time, mode 0600"},
    };
    append_section(out, "FILES");
    append_entries(out, entries, COUNT_OF(entries));
}

static void append_environment(struct strbuf *out)
{
    static const struct entry entries[] = {
        {"TERM", "the type of the terminal"},
        {"COLORTERM", "truecolor or 24bit: the terminal has true colour"},
        {"NO_COLOR", "if not empty, the screen has no colours"},
        {"ACCESSIBLE", "1: a conversation in lines, as with --plain"},
        {"VISUAL, EDITOR", "the editor of Ctrl-G; else vi"},
        {"SHELL", "runs the command that an answer is given to; else /bin/sh"},
        {"https_proxy, http_proxy, all_proxy, no_proxy",
         "proxies, as curl understands them"},
        {"SSL_CERT_FILE", "certificates to trust instead of the system's"},
        {"XDG_CONFIG_HOME, XDG_STATE_HOME", "see FILES"},
    };
    append_section(out, "ENVIRONMENT");
    append_entries(out, entries, COUNT_OF(entries));
    append_paragraph(
        out, "A key is read from the variable that --key-env names, from the usual "
             "one of a known service, or from where the configuration says.");
}

static void append_examples(struct strbuf *out)
{
    static const struct entry entries[] = {
        {"motet demo", "four models on the screen, with no key and no network"},
        {"motet --url http://127.0.0.1:11434 -m llama3.2 -m qwen3",
         "two models of a local server, side by side"},
        {"motet --url https://api.openai.com --key-env OPENAI_API_KEY -m gpt-4o-mini",
         "a model that needs a key"},
        {"git diff | motet ask -m demo/echo \"Write a commit message:\"",
         "a prompt with piped text"},
        {"motet ask --json -m demo/sage,demo/coder hello",
         "two answers as a stream of events"},
    };
    append_section(out, "EXAMPLES");
    append_entries(out, entries, COUNT_OF(entries));
}

void reference_write_manual(struct strbuf *out)
{
    strbuf_append_text(out, ".\\\" Made by make docs from the program's tables.\n");
    strbuf_append_format(out, ".TH MOTET 1 \"\" \"Motet %s\" \"User Commands\"\n",
                         PACKAGE_VERSION);
    append_section(out, "NAME");
    strbuf_append_text(out, "motet \\- several language models side by side in one "
                            "terminal\n");
    append_synopsis(out);
    append_description(out);
    append_commands(out);
    append_options(out);
    append_keys(out);
    append_exit_status(out);
    append_files(out);
    append_environment(out);
    append_examples(out);
    append_section(out, "SEE ALSO");
    strbuf_append_text(out, "\\fBcurl\\fR(1), \\fBtmux\\fR(1)\n");
    append_paragraph(out, "The guide, with the format of --json member by member, is "
                          "installed in Motet's documentation folder.");
}
