/* The guide's page about tools: its example is a tool, its rules are rules. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "src/base/compiler.h"
#include "src/base/mem.h"
#include "src/base/path.h"
#include "src/tool/schema_check.h"
#include "src/tool/tool_file.h"
#include "src/tool/tool_rule.h"

#define PAGE_MAX ((size_t)1 << 20)

static char *read_page(void)
{
    const char *top = getenv("MOTET_SRCDIR");
    struct strbuf text;
    struct error err = {.class = ERROR_NONE};
    strbuf_init(&text, PAGE_MAX);
    char *path = strbuf_format("%s/docs/guide/tools.md", top != NULL ? top : ".");
    if (!path_read_file(path, &text, &err))
        fail_msg("%s", error_text(&err));
    mem_free(path);
    return strbuf_take(&text);
}

/* The block that begins with "```KIND". Caller frees. */
static char *find_block(const char *page, const char *kind)
{
    char *mark = strbuf_format("\n```%s\n", kind);
    const char *start = strstr(page, mark);
    assert_non_null(start);
    start += strlen(mark);
    const char *end = strstr(start, "\n```\n");
    assert_non_null(end);
    mem_free(mark);
    return mem_strndup(start, (size_t)(end - start) + 1);
}

static void guide_tools__example__is_a_tool(void **state)
{
    (void)state;
    char *page = read_page();
    char *block = find_block(page, "yaml");
    const struct tool_file_options options = {0};
    struct problem_list problems;
    struct strbuf why;
    problem_list_init(&problems, "docs/guide/tools.md");
    strbuf_init(&why, PAGE_MAX);
    struct tool *tool =
        tool_file_parse("/t/t.yaml", block, strlen(block), &options, &problems);
    assert_int_equal(problems.len, 0);
    assert_non_null(tool);
    assert_true(schema_check(tool->schema, "{\"file\":\"a\",\"limit\":5}", &why));
    assert_false(schema_check(tool->schema, "{\"limit\":5}", &why));
    assert_int_equal(tool->command->output_max, 65536);
    tool_free(tool);
    strbuf_clear(&why);
    problem_list_clear(&problems);
    mem_free(block);
    mem_free(page);
}

static void guide_tools__explains__every_line_of_the_example(void **state)
{
    (void)state;
    char *page = read_page();
    char *block = find_block(page, "yaml");
    for (char *line = block; *line != '\0';) {
        char *end = line + strcspn(line, "\n");
        /* Lines of what is within parameters stand further in. */
        const size_t len = *line != ' ' ? strcspn(line, ":\n") : 0;
        char *row = strbuf_format("\n| `%.*s` |", (int)len, line);
        if (len > 0 && strstr(page, row) == NULL)
            fail_msg("the guide has no row for%s", row);
        mem_free(row);
        line = end + (*end == '\n');
    }
    mem_free(block);
    mem_free(page);
}

static void guide_tools__rules__are_rules(void **state)
{
    (void)state;
    static const struct tool_rule_origin origin = {TOOL_RULE_FROM_FILE, "guide", 1};
    char *page = read_page();
    char *block = find_block(page, "text");
    struct tool_rules rules;
    struct error err = {.class = ERROR_NONE};
    tool_rules_init(&rules);
    for (char *line = block; *line != '\0';) {
        char *end = line + strcspn(line, "\n");
        char *next = end + (*end == '\n');
        *end = '\0';
        if (*line != '#' && !tool_rules_add(&rules, line, &origin, &err))
            fail_msg("%s: %s", line, error_text(&err));
        line = next;
    }
    assert_int_equal(rules.len, 7);
    assert_int_equal(
        tool_rules_decide(&rules, "run_command", NULL, "{\"argv\":[\"git\",\"status\"]}")
            .decision,
        TOOL_ALWAYS);
    assert_int_equal(tool_rules_decide(&rules, "run_command", NULL,
                                       "{\"argv\":[\"sudo\",\"rm\",\"x\"]}")
                         .decision,
                     TOOL_NEVER);
    tool_rules_clear(&rules);
    mem_free(block);
    mem_free(page);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(guide_tools__example__is_a_tool),
        cmocka_unit_test(guide_tools__explains__every_line_of_the_example),
        cmocka_unit_test(guide_tools__rules__are_rules),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
