/*
 * The record: what a person is shown of it. Running it is command_run.c.
 */
#include "src/tool/command_tool.h"

#include <string.h>

#include "src/base/mem.h"

void command_tool_free(struct command_tool *command)
{
    if (command == NULL)
        return;
    sandbox_argv_free(command->argv);
    sandbox_argv_free(command->variables);
    mem_free(command->directory);
    mem_free(command);
}

/* Appends a word so that a shell would read it as this word. */
static void append_quoted(struct strbuf *out, const char *word)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                "0123456789_-./:=,@+%";
    if (word[0] != '\0' && word[strspn(word, plain)] == '\0') {
        strbuf_append_text(out, word);
        return;
    }
    strbuf_append_char(out, '\'');
    for (; *word != '\0'; word++) {
        if (*word == '\'')
            strbuf_append_text(out, "'\\''");
        else
            strbuf_append_char(out, *word);
    }
    strbuf_append_char(out, '\'');
}

void command_tool_describe(const struct tool *tool, struct strbuf *out)
{
    if (tool->command == NULL)
        return;
    for (size_t i = 0; tool->command->argv[i] != NULL; i++) {
        if (i > 0)
            strbuf_append_char(out, ' ');
        append_quoted(out, tool->command->argv[i]);
    }
}

/* Why there is no sandbox, or NULL where there is one. */
static const char *sandbox_lack(const struct command_tool *command)
{
    if (command->host == NULL || command->host->sandbox == NULL)
        return "there is none here";
    switch (sandbox_get_state(command->host->sandbox)) {
    case SANDBOX_UNTRIED:
    case SANDBOX_TRYING:
    case SANDBOX_WORKS: return NULL;
    case SANDBOX_MISSING: return "bwrap is not installed";
    case SANDBOX_FAILS: return "bwrap does not work here";
    }
    return NULL;
}

static bool is_known(const struct command_tool *command)
{
    return command->host != NULL && command->host->sandbox != NULL &&
           sandbox_get_state(command->host->sandbox) == SANDBOX_WORKS;
}

void command_tool_sandbox_text(const struct tool *tool, struct strbuf *out)
{
    const struct command_tool *command = tool->command;
    if (command == NULL || command->sandbox == SANDBOX_NONE) {
        strbuf_append_text(out, "none: it may do what you may");
        return;
    }
    const char *lack = sandbox_lack(command);
    if (lack != NULL && command->is_sandbox_optional)
        strbuf_append_format(out, "none: %s", lack);
    else if (lack != NULL)
        strbuf_append_format(out, "will not run: it wants a sandbox, and %s", lack);
    else if (command->sandbox == SANDBOX_READ_ONLY)
        strbuf_append_text(out, "it cannot write, and has no network");
    else
        strbuf_append_text(out, "it can write in its working directory only, and "
                                "has no network");
    if (lack == NULL && !is_known(command))
        strbuf_append_text(out, command->is_sandbox_optional
                                    ? " (if bwrap works here, which is not known yet)"
                                    : " (will not run if bwrap does not work here)");
}
