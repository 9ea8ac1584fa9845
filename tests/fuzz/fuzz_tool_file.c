/*
 * Files of tools from strangers' hands. Whatever the bytes: a failure has a problem, and
 * a tool that is made has all that the rest of the program relies on, and can be shown.
 */
#include "tests/fuzz/fuzz.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/json.h"
#include "src/base/mem.h"
#include "src/base/utf8.h"
#include "src/tool/schema_check.h"
#include "src/tool/tool_file.h"
#include "src/tool/tool_rule.h"

static void must(bool holds)
{
    if (!holds)
        abort();
}

static void check_tool(const struct tool *tool)
{
    struct strbuf text;
    char fingerprint[TOOL_FINGERPRINT_MAX];
    strbuf_init(&text, STRBUF_OWN_MAX);
    must(tool->name != NULL && tool->name[0] != '\0' && tool->description != NULL);
    must(tool->origin != NULL && tool->command != NULL);
    must(json_is_valid(tool->schema, strlen(tool->schema)));
    must(tool->command->argv[0] != NULL && tool->command->argv[0][0] != '\0');
    must(tool->command->timeout_ms > 0 && tool->command->output_max > 0);
    command_tool_describe(tool, &text);
    command_tool_sandbox_text(tool, &text);
    schema_example(tool->schema, &text);
    schema_check(tool->schema, "{\"a\":[1]}", &text);
    tool_rule_propose(tool, "{\"argv\":[\"a\"]}", &text);
    must(utf8_is_valid(strbuf_text(&text), text.len));
    tool_fingerprint(tool, fingerprint);
    strbuf_clear(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct tool_file_options options = {0};
    struct problem_list problems;
    problem_list_init(&problems, "t.yaml");
    struct tool *tool =
        tool_file_parse("/t/t.yaml", (const char *)data, size, &options, &problems);
    must((tool == NULL) == (problems.len > 0));
    if (tool != NULL)
        check_tool(tool);
    tool_free(tool);
    problem_list_clear(&problems);
    return 0;
}
