/*
 * Writes the pages into a tree: reference FOLDER; or prints their names: --list. What
 * several pages need to know of the tables is here too.
 */
#include "scripts/reference/reference.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "src/base/compiler.h"
#include "src/base/mem.h"

struct page {
    const char *path; /* each folder of it is made where it is missing */
    void (*write)(struct strbuf *out);
};

static const struct page page_table[] = {
    {"docs/reference/keys.md", reference_write_keys},
    {"docs/reference/options.md", reference_write_options},
    {"docs/reference/errors.md", reference_write_errors},
    {"docs/reference/demo-models.md", reference_write_demo_models},
    {"man/motet.1", reference_write_manual},
    {"completions/bash/motet", reference_write_bash},
    {"completions/zsh/_motet", reference_write_zsh},
    {"completions/fish/motet.fish", reference_write_fish},
};

/* --- What the tables say ----------------------------------------------------------- */

bool reference_option(size_t index, struct option_line *line)
{
    return options_get_line(~0u, index, line);
}

bool reference_command_takes(const struct command *command, const char *option)
{
    struct option_line line;
    for (size_t i = 0; options_get_line(command->scope, i, &line); i++) {
        if (strcmp(line.name, option) == 0)
            return true;
    }
    return false;
}

void reference_append_commands(struct strbuf *out, const char *option)
{
    bool is_everywhere = true;
    for (size_t i = 0; command_get(i) != NULL; i++)
        is_everywhere = is_everywhere && reference_command_takes(command_get(i), option);
    const char *separator = "";
    for (size_t i = 0; command_get(i) != NULL && !is_everywhere; i++) {
        const struct command *command = command_get(i);
        if (!reference_command_takes(command, option))
            continue;
        strbuf_append_format(out, "%smotet%s%s", separator,
                             command->name[0] != '\0' ? " " : "", command->name);
        separator = ", ";
    }
}

void reference_append_range(struct strbuf *out, const struct param_info *info)
{
    switch (info->type) {
    case PARAM_NUMBER: strbuf_append_format(out, "%g to %g", info->min, info->max); break;
    case PARAM_INTEGER:
        strbuf_append_format(out, "whole, %.0f to %.0f", info->min, info->max);
        break;
    case PARAM_CHOICE: strbuf_append_text(out, info->choices); break;
    }
}

const int reference_exit_codes[] = {EXIT_CODE_OK,
                                    EXIT_CODE_INTERNAL,
                                    EXIT_CODE_USAGE,
                                    EXIT_CODE_AUTH,
                                    EXIT_CODE_REFUSED,
                                    EXIT_CODE_LIMIT,
                                    EXIT_CODE_SERVER,
                                    EXIT_CODE_NETWORK,
                                    EXIT_CODE_TOOL,
                                    EXIT_CODE_SOME_FAILED,
                                    EXIT_CODE_SIGINT,
                                    EXIT_CODE_SIGTERM,
                                    -1};

const char *reference_exit_meaning(enum exit_code code)
{
    switch (code) {
    case EXIT_CODE_OK: return "all answered";
    case EXIT_CODE_INTERNAL: return "a fault of the program or of the system";
    case EXIT_CODE_USAGE: return "a wrong option, argument or file";
    case EXIT_CODE_AUTH: return "the key was not accepted";
    case EXIT_CODE_REFUSED: return "the request was refused";
    case EXIT_CODE_LIMIT: return "a limit was reached, also after retries";
    case EXIT_CODE_SERVER: return "the provider failed, or did not speak the protocol";
    case EXIT_CODE_NETWORK: return "the network failed, or a clock ran out";
    case EXIT_CODE_TOOL: return "a tool was denied or failed, and that ended it";
    case EXIT_CODE_SOME_FAILED:
        return "of several answers some failed (if all failed alike: that code)";
    case EXIT_CODE_SIGINT: return "ended by SIGINT (Ctrl-C)";
    case EXIT_CODE_SIGTERM: return "ended by SIGTERM";
    }
    return "";
}

void reference_append_classes(struct strbuf *out, enum exit_code code)
{
    const char *separator = "";
    for (int class = ERROR_NONE + 1; class < ERROR_CLASS_COUNT; class ++) {
        const struct error_class_info *info = error_class_get((enum error_class) class);
        if (info->exit_code != code)
            continue;
        strbuf_append_format(out, "%s%s", separator, info->name);
        separator = ", ";
    }
}

/* --- Files ------------------------------------------------------------------------- */

/* Makes the folders on the way to the file. */
static bool make_folders(const char *path)
{
    char *part = mem_strdup(path);
    bool is_ok = true;
    for (char *at = strchr(part + 1, '/'); at != NULL && is_ok;
         at = strchr(at + 1, '/')) {
        *at = '\0';
        is_ok = mkdir(part, 0777) == 0 || errno == EEXIST;
        *at = '/';
    }
    mem_free(part);
    return is_ok;
}

static bool write_page(const char *top, const struct page *page)
{
    struct strbuf text;
    strbuf_init(&text, STRBUF_OWN_MAX);
    page->write(&text);
    char *path = strbuf_format("%s/%s", top, page->path);
    FILE *file = make_folders(path) ? fopen(path, "w") : NULL;
    bool is_ok = file != NULL && fwrite(text.text, 1, text.len, file) == text.len;
    if (file != NULL)
        is_ok = fclose(file) == 0 && is_ok;
    if (!is_ok)
        fprintf(stderr, "reference: cannot write %s: %s\n", path, strerror(errno));
    mem_free(path);
    strbuf_clear(&text);
    return is_ok;
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        fprintf(stderr, "usage: reference FOLDER, or --list for the names\n");
        return 2;
    }
    const bool is_list = strcmp(argv[1], "--list") == 0;
    for (size_t i = 0; i < COUNT_OF(page_table); i++) {
        if (is_list)
            printf("%s\n", page_table[i].path);
        else if (!write_page(argv[1], &page_table[i]))
            return 1;
    }
    return 0;
}
