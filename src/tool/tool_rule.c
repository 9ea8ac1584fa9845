/*
 * A rule keeps its patterns as they were written: quotes only part words, what a
 * backslash means is decided by the pattern. Matching has three results, and what is in
 * doubt may only make things stricter; see the header.
 */
#include "src/tool/tool_rule.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "src/base/compiler.h"
#include "src/base/mem.h"
#include "src/base/path.h"
#include "src/base/utf8.h"
#include "src/config/suggest.h"
#include "src/tool/tool_argument.h"
#include "src/tool/tool_glob.h"
#include "src/tool/tool_rule_parts.h"

#define RULES_FILE_MAX ((size_t)1 << 20)
#define RULES_MAX      10000
/* An argument longer than this is in doubt. */
#define RULE_VALUE_MAX ((size_t)16 << 20)

struct tool_rule {
    struct tool_rule_parts parts;
    enum tool_rule_source source;
    char *file;
    size_t line;
};

const char *tool_decision_name(enum tool_decision decision)
{
    switch (decision) {
    case TOOL_ALWAYS: return "always";
    case TOOL_ASK: return "ask";
    case TOOL_NEVER: return "never";
    }
    return "";
}

const char *tool_rule_text(const struct tool_rule *rule)
{
    return rule->parts.text;
}

/* --- The list
 * ----------------------------------------------------------------------------
 */

void tool_rules_init(struct tool_rules *rules)
{
    *rules = (struct tool_rules){0};
}

static void tool_rule_free(struct tool_rule *rule)
{
    tool_rule_parts_clear(&rule->parts);
    mem_free(rule->file);
    mem_free(rule);
}

void tool_rules_clear(struct tool_rules *rules)
{
    for (size_t i = 0; i < rules->len; i++)
        tool_rule_free(rules->items[i]);
    mem_free(rules->items);
    tool_rules_init(rules);
}

bool tool_rules_add(struct tool_rules *rules, const char *line,
                    const struct tool_rule_origin *origin, struct error *err)
{
    struct tool_rule_parts parts = {0};
    bool ok = tool_rule_parts_read(&parts, line, err);
    if (ok && rules->len == RULES_MAX) {
        error_set(err, ERROR_USAGE, "there are more than %d rules", RULES_MAX);
        tool_rule_parts_clear(&parts);
        ok = false;
    }
    if (!ok) {
        rules->unread += origin->source != TOOL_RULE_FROM_SESSION;
        return false;
    }
    struct tool_rule *rule = mem_alloc(sizeof(*rule));
    *rule = (struct tool_rule){.parts = parts,
                               .source = origin->source,
                               .file = mem_strdup(origin->file),
                               .line = origin->line};
    rules->items =
        mem_grow(rules->items, &rules->cap, rules->len + 1, sizeof(rules->items[0]));
    rules->items[rules->len++] = rule;
    return true;
}

void tool_rules_drop(struct tool_rules *rules, enum tool_rule_source source)
{
    size_t kept = 0;
    for (size_t i = 0; i < rules->len; i++) {
        if (rules->items[i]->source == source)
            tool_rule_free(rules->items[i]);
        else
            rules->items[kept++] = rules->items[i];
    }
    rules->len = kept;
    rules->unread = 0;
}

/* --- Deciding
 * -----------------------------------------------------------------------------
 */

enum rule_match { RULE_DIFFERS, RULE_MATCHES, RULE_IN_DOUBT };

/* True if one of the path's names is "..", also of one within a list. */
static bool climbs(const char *text)
{
    for (;;) {
        const size_t len = strcspn(text, "/\"");
        if (len == 2 && text[0] == '.' && text[1] == '.')
            return true;
        if (text[len] == '\0')
            return false;
        text += len + 1;
    }
}

/* A path that begins as the pattern demands may lead out again: docs/../x is not below
 * docs. What matches everything, or says ".." itself, means it. */
static bool may_lead_elsewhere(const char *glob, const char *value)
{
    return climbs(value) && !climbs(glob) && strcmp(glob, "*") != 0;
}

static enum rule_match match_pattern(const struct tool_rule_pattern *pattern,
                                     const struct tool_arguments *arguments)
{
    struct strbuf value;
    strbuf_init(&value, RULE_VALUE_MAX);
    enum rule_match match = RULE_IN_DOUBT;
    if (tool_arguments_get(arguments, pattern->name, &value) && !value.is_full) {
        if (!tool_glob_match(pattern->glob, strbuf_text(&value)))
            match = RULE_DIFFERS;
        else if (!may_lead_elsewhere(pattern->glob, strbuf_text(&value)))
            match = RULE_MATCHES;
    }
    strbuf_clear(&value);
    return match;
}

/* One part that differs settles it; one in doubt leaves the whole in doubt. */
static enum rule_match match_rule(const struct tool_rule_parts *parts, const char *name,
                                  const char *fingerprint,
                                  const struct tool_arguments *arguments)
{
    if (!tool_glob_match(parts->tool, name))
        return RULE_DIFFERS;
    enum rule_match result = RULE_MATCHES;
    if (parts->fingerprint[0] != '\0' &&
        (fingerprint == NULL || strcmp(parts->fingerprint, fingerprint) != 0))
        result = RULE_IN_DOUBT;
    for (size_t i = 0; i < parts->pattern_count; i++) {
        const enum rule_match match = match_pattern(&parts->patterns[i], arguments);
        if (match == RULE_DIFFERS)
            return RULE_DIFFERS;
        if (match == RULE_IN_DOUBT)
            result = RULE_IN_DOUBT;
    }
    return result;
}

struct tool_ruling tool_rules_decide(const struct tool_rules *rules, const char *name,
                                     const char *fingerprint, const char *arguments)
{
    struct tool_ruling ruling = {.decision = TOOL_ASK};
    struct tool_arguments read;
    tool_arguments_init(&read, arguments);
    for (size_t i = 0; i < rules->len; i++) {
        const struct tool_rule *rule = rules->items[i];
        const enum rule_match match = match_rule(&rule->parts, name, fingerprint, &read);
        if (match == RULE_MATCHES ||
            (match == RULE_IN_DOUBT && rule->parts.decision > ruling.decision)) {
            ruling.decision = rule->parts.decision;
            ruling.rule = rule;
        }
    }
    tool_arguments_clear(&read);
    if (ruling.decision == TOOL_ALWAYS && rules->unread > 0 &&
        ruling.rule->source != TOOL_RULE_FROM_SESSION) {
        ruling.decision = TOOL_ASK;
        ruling.is_held_back = true;
    }
    return ruling;
}

void tool_ruling_describe(const struct tool_ruling *ruling, struct strbuf *out)
{
    const struct tool_rule *rule = ruling->rule;
    strbuf_append_text(out, tool_decision_name(ruling->decision));
    if (rule == NULL) {
        strbuf_append_text(out, " (no rule says otherwise)");
        return;
    }
    strbuf_append_text(out, " (");
    if (ruling->is_held_back)
        strbuf_append_text(out, "other rules cannot be read; otherwise by ");
    if (rule->source == TOOL_RULE_FROM_SESSION)
        strbuf_append_text(out, "this session");
    else
        strbuf_append_text(out, rule->file != NULL ? rule->file : "the configuration");
    if (rule->line > 0)
        strbuf_append_format(out, ":%zu", rule->line);
    strbuf_append_format(out, ": %s)", rule->parts.text);
}

/* --- Files
 * -------------------------------------------------------------------------------
 */

/* What keeps a file of rules from being believed, or NULL. */
static const char *file_fault(const struct stat *info)
{
    if (!S_ISREG(info->st_mode))
        return "is not a regular file";
    if (info->st_uid != geteuid() && info->st_uid != 0)
        return "belongs to somebody else";
    if ((info->st_mode & (S_IWGRP | S_IWOTH)) != 0)
        return "may be written by others: chmod 600 helps";
    return NULL;
}

/* True for a line that says nothing. */
static bool is_empty_line(const char *line)
{
    line += strspn(line, " \t\r");
    return *line == '\0' || *line == '#';
}

static void read_lines(struct tool_rules *rules, const char *path, char *text,
                       struct problem_list *problems)
{
    struct tool_rule_origin origin = {.source = TOOL_RULE_FROM_FILE, .file = path};
    while (*text != '\0') {
        char *line = text;
        char *end = line + strcspn(line, "\n");
        text = *end != '\0' ? end + 1 : end;
        *end = '\0';
        if (end > line && end[-1] == '\r')
            end[-1] = '\0';
        origin.line++;
        struct error err = {.class = ERROR_NONE};
        if (!is_empty_line(line) && !tool_rules_add(rules, line, &origin, &err))
            problem_list_add_error(problems, (struct text_place){origin.line, 1}, "",
                                   &err);
        error_clear(&err);
    }
}

void tool_rules_read_file(struct tool_rules *rules, const char *path,
                          struct problem_list *problems)
{
    struct stat info;
    struct strbuf text;
    struct error err = {.class = ERROR_NONE};
    strbuf_init(&text, RULES_FILE_MAX);
    const char *fault = NULL;
    if (stat(path, &info) != 0 && errno == ENOENT)
        return;
    /* Looked at before it is opened (a pipe would wait), and again afterwards. */
    if (stat(path, &info) == 0)
        fault = file_fault(&info);
    if (fault == NULL && path_read_file_info(path, &text, &info, &err))
        fault = file_fault(&info);
    if (fault == NULL && memchr(strbuf_text(&text), '\0', text.len) != NULL)
        fault = "has a NUL character in it";
    if (fault != NULL)
        error_set(&err, ERROR_USAGE, "this file of rules %s", fault);
    if (err.class != ERROR_NONE) {
        problem_list_add_error(problems, (struct text_place){0, 0},
                               "until then nothing is allowed without asking", &err);
        rules->unread++;
    } else if (text.len > 0) {
        read_lines(rules, path, text.text, problems);
    }
    error_clear(&err);
    strbuf_clear(&text);
}
