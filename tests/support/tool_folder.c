/* The log is written by the tools themselves, a line a run. */
#include "tests/support/tool_folder.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "src/base/mem.h"
#include "src/base/path.h"

struct tool_folder {
    char *path;
    char *log_path;
    char *rule_path;
    struct strbuf text;
};

static const char *const names[] = {"get_weather", "format_book", "wait_long"};
static const char *const members[] = {
    "    city: {type: string}\n    unit: {type: string}\n  required: [city]\n",
    "    title: {type: string}\n    author: {type: string}\n  required: [title]\n",
    "    note: {type: string}\n",
};
static const char *const ends[] = {"echo 22 C", "echo a book", "exec sleep 1000"};

static char *file_of(const struct tool_folder *folder, const char *name)
{
    return strbuf_format("%s/%s.yaml", folder->path, name);
}

static void write_tool(const struct tool_folder *folder, size_t index)
{
    char *path = file_of(folder, names[index]);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fprintf(file,
            "name: %s\n"
            "description: A tool of the tests.\n"
            "parameters:\n"
            "  type: object\n"
            "  properties:\n%s"
            "argv:\n"
            "- sh\n"
            "- -c\n"
            "- 'echo \"%s $(cat)\" >> %s; %s'\n"
            "sandbox: none\n",
            names[index], members[index], names[index], folder->log_path, ends[index]);
    fclose(file);
    mem_free(path);
}

struct tool_folder *tool_folder_new(void)
{
    struct tool_folder *folder = mem_alloc(sizeof(*folder));
    const char *base = getenv("TMPDIR");
    folder->path = strbuf_format("%s/tools-XXXXXX", base != NULL ? base : "/tmp");
    assert_non_null(mkdtemp(folder->path));
    folder->log_path = strbuf_format("%s/runs", folder->path);
    folder->rule_path = strbuf_format("%s/rules", folder->path);
    strbuf_init(&folder->text, (size_t)1 << 20);
    for (size_t i = 0; i < 3; i++)
        write_tool(folder, i);
    return folder;
}

void tool_folder_free(struct tool_folder *folder)
{
    if (folder == NULL)
        return;
    for (size_t i = 0; i < 3; i++) {
        char *path = file_of(folder, names[i]);
        unlink(path);
        mem_free(path);
    }
    unlink(folder->log_path);
    unlink(folder->rule_path);
    rmdir(folder->path);
    strbuf_clear(&folder->text);
    mem_free(folder->path);
    mem_free(folder->log_path);
    mem_free(folder->rule_path);
    mem_free(folder);
}

const char *tool_folder_path(const struct tool_folder *folder)
{
    return folder->path;
}

const char *tool_folder_rule_path(const struct tool_folder *folder)
{
    return folder->rule_path;
}

static const char *read_text(struct tool_folder *folder, const char *path)
{
    struct error err = {ERROR_NONE, NULL};
    strbuf_reset(&folder->text);
    if (!path_read_file(path, &folder->text, &err))
        strbuf_reset(&folder->text);
    error_clear(&err);
    return strbuf_text(&folder->text);
}

const char *tool_folder_get_runs(struct tool_folder *folder)
{
    return read_text(folder, folder->log_path);
}

const char *tool_folder_get_rules(struct tool_folder *folder)
{
    return read_text(folder, folder->rule_path);
}

size_t tool_folder_count_runs(struct tool_folder *folder)
{
    size_t count = 0;
    for (const char *at = tool_folder_get_runs(folder); *at != '\0'; at++)
        count += *at == '\n';
    return count;
}
