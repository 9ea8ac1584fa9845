/*
 * Lines of rules, then a line of two dashes, then arguments; any bytes. What must hold:
 * a rule's own text reads back as the same text; a "never" for the tool's name is never
 * overruled by doubt; a proposal allows the call that it was made for.
 */
#include "tests/fuzz/fuzz.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/mem.h"
#include "src/tool/tool.h"
#include "src/tool/tool_rule.h"

static void must(bool holds)
{
    if (!holds)
        abort();
}

static const struct tool_rule_origin origin = {TOOL_RULE_FROM_CONFIG, "file", 1};

static void check_line(struct tool_rules *rules, const char *line)
{
    if (!tool_rules_add(rules, line, &origin, NULL))
        return;
    struct tool_rules again;
    tool_rules_init(&again);
    char *text = mem_strdup(tool_rule_text(rules->items[rules->len - 1]));
    must(tool_rules_add(&again, text, &origin, NULL));
    must(strcmp(tool_rule_text(again.items[0]), text) == 0);
    tool_rules_clear(&again);
    mem_free(text);
}

static void check_proposal(const char *arguments)
{
    char name[] = "run";
    char description[] = "";
    char schema[] = "{\"properties\":{\"argv\":{}}}";
    const struct tool tool = {.source = TOOL_FROM_FILE,
                              .name = name,
                              .description = description,
                              .schema = schema};
    struct tool_rules rules;
    struct strbuf text;
    strbuf_init(&text, STRBUF_OWN_MAX);
    tool_rules_init(&rules);
    tool_rule_propose(&tool, arguments, &text);
    if (text.len > 0) {
        must(tool_rules_add(&rules, strbuf_text(&text), &origin, NULL));
        must(tool_rules_decide(&rules, "run", NULL, arguments).decision == TOOL_ALWAYS);
    }
    tool_rules_clear(&rules);
    strbuf_clear(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = mem_strndup((const char *)data, size);
    char *arguments = strstr(text, "\n--\n");
    struct tool_rules rules;
    tool_rules_init(&rules);
    if (arguments != NULL) {
        *arguments = '\0';
        arguments += 4;
    }
    for (char *line = text; line != NULL;) {
        char *end = strchr(line, '\n');
        if (end != NULL)
            *end = '\0';
        check_line(&rules, line);
        line = end != NULL ? end + 1 : NULL;
    }
    tool_rules_decide(&rules, "run", NULL, arguments);
    check_proposal(arguments);
    tool_rules_add(&rules, "never run", &origin, NULL);
    tool_rules_add(&rules, "always run missing=*", &origin, NULL);
    if (arguments == NULL || strstr(arguments, "missing") == NULL)
        must(tool_rules_decide(&rules, "run", NULL, arguments).decision == TOOL_NEVER);
    tool_rules_clear(&rules);
    mem_free(text);
    return 0;
}
