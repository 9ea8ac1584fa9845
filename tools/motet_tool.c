/*
 * motet-tool NAME: reads the arguments from standard input, writes the result to standard
 * output. Exit code 0: done; 1: not done, with the reason on standard error; 2: called
 * wrongly.
 */
#include "tools/motet_tool.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "src/base/compiler.h"
#include "src/base/json.h"
#include "src/base/mem.h"

#define INPUT_MAX ((size_t)16 << 20)

static const struct shipped_tool *const shipped_tools[] = {
    &shipped_calc,        &shipped_edit_file,   &shipped_format_book,
    &shipped_get_weather, &shipped_list_files,  &shipped_now,
    &shipped_read_file,   &shipped_run_command, &shipped_search_files,
    &shipped_write_file,
};

/* --- Arguments
 * ----------------------------------------------------------------------------
 */

const char *argument_text(const cJSON *arguments, const char *name, struct error *err)
{
    const char *text = json_get_string(arguments, name);
    if (text == NULL)
        error_set(err, ERROR_USAGE, "the argument \"%s\" must be there, and text", name);
    return text;
}

const char *argument_text_or(const cJSON *arguments, const char *name,
                             const char *otherwise, struct error *err)
{
    if (!json_has(arguments, name))
        return otherwise;
    return argument_text(arguments, name, err);
}

bool argument_number(const cJSON *arguments, const char *name, int64_t least,
                     int64_t *value, struct error *err)
{
    if (!json_has(arguments, name))
        return true;
    if (json_get_int(arguments, name, value) && *value >= least && *value <= 1000000000)
        return true;
    error_set(err, ERROR_USAGE, "the argument \"%s\" must be a number from %lld on", name,
              (long long)least);
    return false;
}

bool argument_flag(const cJSON *arguments, const char *name)
{
    return cJSON_IsTrue(json_get(arguments, name));
}

bool is_left_out(const char *name)
{
    return strcmp(name, ".git") == 0 || strcmp(name, ".hg") == 0 ||
           strcmp(name, ".svn") == 0;
}

/* --- The program
 * --------------------------------------------------------------------------
 */

static const struct shipped_tool *find_tool(const char *name)
{
    for (size_t i = 0; i < COUNT_OF(shipped_tools); i++) {
        if (strcmp(shipped_tools[i]->name, name) == 0)
            return shipped_tools[i];
    }
    return NULL;
}

/* The arguments, or NULL with err filled. */
static cJSON *read_arguments(struct error *err)
{
    struct strbuf text;
    char chunk[16384];
    ssize_t got;
    strbuf_init(&text, INPUT_MAX);
    do {
        got = read(STDIN_FILENO, chunk, sizeof(chunk));
        if (got > 0)
            strbuf_append(&text, chunk, (size_t)got);
    } while (got > 0 || (got < 0 && errno == EINTR));
    const bool is_empty = strspn(strbuf_text(&text), " \t\r\n") == text.len;
    if (is_empty)
        strbuf_append_text(&text, "{}");
    cJSON *arguments = text.is_full ? NULL : json_parse(strbuf_text(&text), text.len);
    if (!cJSON_IsObject(arguments)) {
        error_set(err, ERROR_USAGE,
                  "the arguments on standard input are not an object of "
                  "JSON");
        cJSON_Delete(arguments);
        arguments = NULL;
    }
    strbuf_clear(&text);
    return arguments;
}

static bool write_out(const struct strbuf *out)
{
    return fwrite(strbuf_text(out), 1, out->len, stdout) == out->len &&
           (out->len == 0 || out->text[out->len - 1] == '\n' || putchar('\n') == '\n') &&
           fflush(stdout) == 0;
}

static bool run(const struct shipped_tool *tool, struct error *err)
{
    struct strbuf out;
    strbuf_init(&out, SHIPPED_OUTPUT_MAX);
    cJSON *arguments = read_arguments(err);
    bool ok = arguments != NULL && tool->run(arguments, &out, err);
    if (ok && !write_out(&out)) {
        error_set(err, ERROR_INTERNAL, "the result cannot be written");
        ok = false;
    }
    cJSON_Delete(arguments);
    strbuf_clear(&out);
    return ok;
}

int main(int argc, char **argv)
{
    const struct shipped_tool *tool = argc == 2 ? find_tool(argv[1]) : NULL;
    if (tool == NULL) {
        fputs("usage: motet-tool NAME, with the arguments as JSON on standard input\n",
              stderr);
        for (size_t i = 0; i < COUNT_OF(shipped_tools); i++)
            fprintf(stderr, "  %s\n", shipped_tools[i]->name);
        return 2;
    }
    struct error err = {.class = ERROR_NONE};
    const bool ok = run(tool, &err);
    if (!ok)
        fprintf(stderr, "%s\n", error_text(&err));
    error_clear(&err);
    return ok ? 0 : 1;
}
