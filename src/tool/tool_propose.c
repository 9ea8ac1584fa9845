/* Fingerprints, and the rule that "always" writes; see tool_rule.h. */
#include <string.h>

#include "src/base/compiler.h"
#include "src/base/json.h"
#include "src/base/mem.h"
#include "src/base/sha256.h"
#include "src/tool/tool.h"
#include "src/tool/tool_argument.h"
#include "src/tool/tool_glob.h"
#include "src/tool/tool_rule.h"
#include "src/tool/tool_rule_parts.h"

#define PROPOSED_MAX ((size_t)4000)

static void add_text(struct sha256 *sha256, const char *text)
{
    /* With the NUL, so that what moves from one text to the next is seen. */
    if (text != NULL)
        sha256_add(sha256, text, strlen(text) + 1);
    else
        sha256_add(sha256, "\xff", 1);
}

void tool_fingerprint(const struct tool *tool, char fingerprint[TOOL_FINGERPRINT_MAX])
{
    static const char digits[] = "0123456789abcdef";
    struct sha256 sha256;
    unsigned char sum[32];
    const struct tool_hints *hints = &tool->hints;
    const char flags[] = {
        (char)('0' + hints->is_given), (char)('0' + hints->is_read_only),
        (char)('0' + hints->is_destructive), (char)('0' + hints->is_idempotent),
        (char)('0' + hints->is_open_world)};
    sha256_init(&sha256);
    add_text(&sha256, tool->name);
    add_text(&sha256, tool->title);
    add_text(&sha256, tool->description);
    add_text(&sha256, tool->schema);
    /* A rule for a server's tool is for that server, by its command or address. */
    add_text(&sha256, tool->source == TOOL_FROM_SERVER ? tool->origin : NULL);
    sha256_add(&sha256, flags, sizeof(flags));
    sha256_finish(&sha256, sum);
    for (size_t i = 0; i < TOOL_FINGERPRINT_MAX / 2; i++) {
        fingerprint[2 * i] = digits[sum[i] >> 4];
        fingerprint[2 * i + 1] = digits[sum[i] & 15];
    }
    fingerprint[TOOL_FINGERPRINT_MAX - 1] = '\0';
}

/* Arguments that are a command to run: a rule without them would allow any. */
static const char *const command_names[] = {"argv", "command", "cmd", "script", "code"};

/* Appends NAME=VALUE for exactly this value. */
static void append_exactly(struct strbuf *out, const char *name, const char *value)
{
    struct strbuf glob;
    strbuf_init(&glob, STRBUF_OWN_MAX);
    tool_glob_append_literal(&glob, value);
    strbuf_append_format(out, " %s=", name);
    tool_rule_append_word(out, strbuf_text(&glob));
    strbuf_clear(&glob);
}

/* Appends the command of this call. False if the tool takes one, and which one this call
 * has is in doubt: a rule without it would allow any. */
static bool append_commands(const struct tool *tool,
                            const struct tool_arguments *arguments, struct strbuf *line)
{
    struct strbuf value;
    strbuf_init(&value, PROPOSED_MAX);
    cJSON *schema = json_parse(tool->schema, strlen(tool->schema));
    const cJSON *known = json_get(schema, "properties");
    bool is_exact = arguments->root != NULL;
    for (size_t i = 0; i < COUNT_OF(command_names); i++) {
        const char *name = command_names[i];
        strbuf_reset(&value);
        if (tool_arguments_get(arguments, name, &value))
            append_exactly(line, name, strbuf_text(&value));
        else if (json_get(known, name) != NULL || json_get(arguments->root, name) != NULL)
            is_exact = false;
        is_exact = is_exact && !value.is_full;
    }
    cJSON_Delete(schema);
    strbuf_clear(&value);
    return is_exact;
}

void tool_rule_propose(const struct tool *tool, const char *arguments, struct strbuf *out)
{
    struct tool_arguments read;
    struct strbuf line;
    tool_arguments_init(&read, arguments);
    strbuf_init(&line, PROPOSED_MAX);
    strbuf_append_text(&line, "always ");
    struct strbuf glob;
    strbuf_init(&glob, PROPOSED_MAX);
    tool_glob_append_literal(&glob, tool->name);
    tool_rule_append_word(&line, strbuf_text(&glob));
    strbuf_clear(&glob);
    const bool is_exact = append_commands(tool, &read, &line);
    if (tool->source == TOOL_FROM_SERVER) {
        char fingerprint[TOOL_FINGERPRINT_MAX];
        tool_fingerprint(tool, fingerprint);
        strbuf_append_format(&line, " #%s", fingerprint);
    }
    struct tool_rule_parts parts = {0};
    if (is_exact && !line.is_full &&
        tool_rule_parts_read(&parts, strbuf_text(&line), NULL))
        strbuf_append_text(out, strbuf_text(&line));
    tool_rule_parts_clear(&parts);
    tool_arguments_clear(&read);
    strbuf_clear(&line);
}
