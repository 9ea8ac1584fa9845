/* Clipboard tools leave a child behind that keeps the text until somebody else copies:
 * it is left alone. A person's command ends with all that it has started. */
#include "src/engine/outlet.h"

#include <stdlib.h>
#include <string.h>

#include "src/base/compiler.h"
#include "src/base/mem.h"
#include "src/base/path.h"
#include "src/base/safe_text.h"
#include "src/base/strbuf.h"
#include "src/base/utf8.h"
#include "src/proc/process.h"

#define OUTLET_TOOL_MS    5000
#define OUTLET_COMMAND_MS 60000
#define OUTLET_ERRORS_MAX ((size_t)64 << 10)

/* What is told of a tool's own words. */
#define OUTLET_WORDS_MAX 200

struct outlet {
    struct process *process;
    struct outlet_handler handler;
    char *name;
    bool is_tool;
};

struct outlet_tool {
    const char *name;
    const char *argv[6];
    const char *variable; /* has to be there; NULL: the tool alone says enough */
    bool is_utf16;        /* it reads that, and not UTF-8 */
};

static const struct outlet_tool outlet_tools[] = {
    {"wl-copy", {"wl-copy", "--type", "text/plain"}, "WAYLAND_DISPLAY", false},
    {"xclip", {"xclip", "-selection", "clipboard", "-in"}, "DISPLAY", false},
    {"xsel", {"xsel", "--clipboard", "--input"}, "DISPLAY", false},
    {"pbcopy", {"pbcopy"}, NULL, false},
    {"clip.exe", {"clip.exe"}, "WSL_DISTRO_NAME", true},
};

/* What such a tool needs beside the little that every child gets. */
static const char *const outlet_variables[] = {
    "WAYLAND_DISPLAY", "DISPLAY",     "XDG_RUNTIME_DIR", "XAUTHORITY",
    "WSL_DISTRO_NAME", "WSL_INTEROP", "WSLENV",
};

const char *outlet_find_tool(void)
{
    for (size_t i = 0; i < COUNT_OF(outlet_tools); i++) {
        const struct outlet_tool *tool = &outlet_tools[i];
        const char *value = tool->variable != NULL ? getenv(tool->variable) : "yes";
        if (value == NULL || value[0] == '\0')
            continue;
        char *path = path_find_program(tool->name, getenv("PATH"));
        mem_free(path);
        if (path != NULL)
            return tool->name;
    }
    return NULL;
}

/* --- The end ----------------------------------------------------------------------- */

static void outlet_describe(const struct outlet *outlet,
                            const struct process_result *result, struct strbuf *out)
{
    if (result->error.class != ERROR_NONE)
        strbuf_append_text(out, error_text(&result->error));
    else if (result->is_timed_out)
        strbuf_append_format(
            out, "%s had not ended after %d s and was stopped", outlet->name,
            (outlet->is_tool ? OUTLET_TOOL_MS : OUTLET_COMMAND_MS) / 1000);
    else if (result->is_output_cut)
        strbuf_append_format(out, "%s printed more than %zu MiB and was stopped",
                             outlet->name, OUTLET_OUTPUT_MAX >> 20);
    else if (result->signal != 0)
        strbuf_append_format(out, "%s was ended by signal %d", outlet->name,
                             result->signal);
    else
        strbuf_append_format(out, "%s ended with code %d", outlet->name,
                             result->exit_code);
    if (outlet->is_tool && result->errors_len > 0) {
        strbuf_append_text(out, ": ");
        safe_text_append_line(out, result->errors, result->errors_len, OUTLET_WORDS_MAX);
    }
}

static void outlet_on_done(void *user, const struct process_result *result)
{
    const struct outlet *outlet = user;
    struct strbuf output;
    struct strbuf trouble;
    strbuf_init(&output, STRBUF_OWN_MAX);
    strbuf_init(&trouble, STRBUF_OWN_MAX);
    utf8_append_valid(&output, result->output, result->output_len);
    if (result->errors_len > 0 && output.len > 0 && output.text[output.len - 1] != '\n')
        strbuf_append_text(&output, "\n");
    utf8_append_valid(&output, result->errors, result->errors_len);
    const bool is_ok = result->error.class == ERROR_NONE && result->exit_code == 0;
    if (!is_ok)
        outlet_describe(outlet, result, &trouble);
    const struct outlet_result told = {is_ok, is_ok ? NULL : strbuf_text(&trouble),
                                       strbuf_text(&output), output.len};
    const struct outlet_handler handler = outlet->handler;
    handler.on_done(handler.user, &told);
    strbuf_clear(&trouble);
    strbuf_clear(&output);
}

/* --- The start --------------------------------------------------------------------- */

static struct outlet *outlet_start(struct ev_loop *loop, const char *name,
                                   const struct process_options *options,
                                   const struct outlet_handler *handler,
                                   struct error *err)
{
    struct outlet *outlet = mem_alloc(sizeof(*outlet));
    const struct process_handler process_handler = {.on_done = outlet_on_done,
                                                    .user = outlet};
    outlet->handler = *handler;
    outlet->is_tool = options->leaves_children;
    outlet->name = mem_strdup(name);
    outlet->process = process_start(loop, options, &process_handler, err);
    if (outlet->process != NULL)
        return outlet;
    outlet_free(outlet);
    return NULL;
}

/* UTF-8 as UTF-16 with its mark, as Windows reads it from a pipe. */
static void outlet_append_utf16(struct strbuf *out, const char *text, size_t len)
{
    strbuf_append(out, "\xff\xfe", 2);
    for (size_t at = 0; at < len;) {
        uint32_t code;
        at += utf8_decode(text + at, len - at, &code);
        if (code >= 0x10000) {
            const uint32_t high = 0xd800 + ((code - 0x10000) >> 10);
            strbuf_append_char(out, (char)(high & 0xff));
            strbuf_append_char(out, (char)(high >> 8));
            code = 0xdc00 + ((code - 0x10000) & 0x3ff);
        }
        strbuf_append_char(out, (char)(code & 0xff));
        strbuf_append_char(out, (char)(code >> 8));
    }
}

struct outlet *outlet_start_tool(struct ev_loop *loop, const char *tool, const char *text,
                                 size_t len, const struct outlet_handler *handler,
                                 struct error *err)
{
    const struct outlet_tool *known = outlet_tools;
    while (strcmp(known->name, tool) != 0)
        known++;
    char *variables[COUNT_OF(outlet_variables) + 1] = {NULL};
    size_t count = 0;
    for (size_t i = 0; i < COUNT_OF(outlet_variables); i++) {
        const char *value = getenv(outlet_variables[i]);
        if (value != NULL)
            variables[count++] = strbuf_format("%s=%s", outlet_variables[i], value);
    }
    struct strbuf input;
    strbuf_init(&input, STRBUF_OWN_MAX);
    if (known->is_utf16)
        outlet_append_utf16(&input, text, len);
    else
        strbuf_append(&input, text, len);
    const struct process_options options = {
        .argv = known->argv,
        .directory = "/",
        .environment = PROCESS_ENVIRONMENT_MINIMAL,
        .variables = (const char *const *)variables,
        .input = strbuf_text(&input),
        .input_len = input.len,
        .output_max = OUTLET_ERRORS_MAX,
        .errors_max = OUTLET_ERRORS_MAX,
        .deadline_ms = OUTLET_TOOL_MS,
        .leaves_children = true,
    };
    struct outlet *outlet = outlet_start(loop, tool, &options, handler, err);
    strbuf_clear(&input);
    for (size_t i = 0; i < count; i++)
        mem_free(variables[i]);
    return outlet;
}

struct outlet *outlet_start_command(struct ev_loop *loop,
                                    const struct outlet_command *command,
                                    const struct outlet_handler *handler,
                                    struct error *err)
{
    const char *shell = getenv("SHELL");
    if (shell == NULL || shell[0] != '/')
        shell = "/bin/sh";
    const char *const argv[] = {shell, "-c", command->command, NULL};
    const struct process_options options = {
        .argv = argv,
        .environment = PROCESS_ENVIRONMENT_WITHOUT_KEYS,
        .key_variables = command->key_variables,
        .input = command->text,
        .input_len = command->len,
        .output_max = OUTLET_OUTPUT_MAX,
        .errors_max = OUTLET_ERRORS_MAX,
        .deadline_ms = OUTLET_COMMAND_MS,
    };
    return outlet_start(loop, "the command", &options, handler, err);
}

void outlet_free(struct outlet *outlet)
{
    if (outlet == NULL)
        return;
    process_free(outlet->process);
    mem_free(outlet->name);
    mem_free(outlet);
}
