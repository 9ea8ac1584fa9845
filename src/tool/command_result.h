/* What came of a child, as the text of a result; see command_tool.h. Pure. */
#ifndef TOOL_COMMAND_RESULT_H
#define TOOL_COMMAND_RESULT_H

#include "src/base/strbuf.h"
#include "src/proc/process.h"
#include "src/tool/tool_result.h"

struct command_facts {
    const char *name;   /* of the tool */
    const char *origin; /* its file */
    int64_t timeout_ms;
    size_t output_max;
};

/* Fills `result`, whose texts stand in `text` and `note` (both empty before). */
void command_result_make(struct tool_result *result, const struct command_facts *facts,
                         const struct process_result *process, struct strbuf *text,
                         struct strbuf *note);

/* Reads a line of standard error as progress; false if it is none. The text is borrowed
 * from the line. */
bool command_progress_read(const char *line, struct tool_progress *progress);

#endif
