#ifndef TOOL_TOOL_PREVIEW_H
#define TOOL_TOOL_PREVIEW_H
#include "src/base/strbuf.h"
#include "src/tool/tool.h"
void tool_preview(const struct tool *tool, const char *arguments, struct strbuf *out);
#endif
