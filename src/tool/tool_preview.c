#include "src/tool/tool_preview.h"
void tool_preview(const struct tool *tool, const char *arguments, struct strbuf *out) { (void)tool; (void)arguments; (void)out; }
