/*
 * What a call would change, worked out before anybody has agreed to it: only by reading,
 * only below the directory that the tool itself would be kept to, only for tools whose
 * file says "preview".
 */
#ifndef TOOL_TOOL_PREVIEW_H
#define TOOL_TOOL_PREVIEW_H

#include <stdbool.h>

#include "src/base/strbuf.h"
#include "src/tool/tool.h"

/* The largest file of which a preview is made. */
#define TOOL_PREVIEW_FILE_MAX ((size_t)1 << 20)

/* Appends a unified diff, or a sentence where there is none to show ("no change: …", "no
 * preview: …"), as valid UTF-8. False for a tool without a preview. */
bool tool_preview(const struct tool *tool, const char *arguments, struct strbuf *out);

#endif
