/*
 * A tool that is a command: its arguments as JSON on standard input, its result on
 * standard output, never a shell. The child leads a group of its own, has no descriptor
 * of ours and next to nothing of our environment, and is ended with its children when its
 * time is over, when it says too much, and when it is stopped.
 *
 * What the model is told: of an exit code of 0 what was printed; of another one that, the
 * code, and the end of what was said on standard error. Lines "progress DONE TOTAL TEXT"
 * on standard error are progress ("-" for a number that is not known).
 */
#ifndef TOOL_COMMAND_TOOL_H
#define TOOL_COMMAND_TOOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <ev.h>

#include "src/base/error.h"
#include "src/base/strbuf.h"
#include "src/tool/sandbox.h"
#include "src/tool/tool.h"
#include "src/tool/tool_result.h"

/* What all commands of a program share. */
struct command_host {
    struct sandbox *sandbox;          /* NULL: there is none to be had */
    const char *const *key_variables; /* never passed on, ends with NULL; or NULL */
};

/* How what a call would change is worked out beforehand; see tool_preview.h. */
enum command_preview { PREVIEW_NONE, PREVIEW_WRITE_FILE, PREVIEW_EDIT_FILE };

struct command_tool {
    char **argv;      /* ends with NULL */
    char **variables; /* names passed on from our environment; or NULL */
    char *directory;  /* a whole path; NULL: ours */
    int64_t timeout_ms;
    size_t output_max;
    enum sandbox_kind sandbox;
    bool is_sandbox_optional; /* without it where there is none */
    enum command_preview preview;
    const struct command_host *host; /* borrowed */
};

void command_tool_free(struct command_tool *command);

/* Appends argv as a person would type it in a shell: what runs, word by word. */
void command_tool_describe(const struct tool *tool, struct strbuf *out);

/* Appends one sentence, without its period, on what holds the command. */
void command_tool_sandbox_text(const struct tool *tool, struct strbuf *out);

struct command_run;

/*
 * Starts a call. What it needs is copied: tool and arguments may go afterwards, host and
 * loop may not. Every failure from here on (no such command, no sandbox though one is
 * asked for) is told by on_done. NULL with err filled for a tool that is no command.
 */
struct command_run *command_run_start(struct ev_loop *loop, const struct tool *tool,
                                      const char *arguments,
                                      const struct tool_handler *handler,
                                      struct error *err);

/* Asks it to end, kills it soon after; on_done follows with TOOL_END_STOPPED. */
void command_run_stop(struct command_run *run);

/* Kills it at once if it runs still; no callback comes. Allowed in callbacks, and
 * needed after on_done. NULL is allowed. */
void command_run_free(struct command_run *run);

#endif
