/*
 * Words end at white space, unless they begin with a quote. A quote in the middle of a
 * word is a character like others, so that argv=["git","status"] needs no backslashes.
 */
#include "src/tool/tool_rule_parts.h"

#include <string.h>

#include "src/base/compiler.h"
#include "src/base/mem.h"
#include "src/base/utf8.h"
#include "src/config/suggest.h"

#define RULE_LINE_MAX     ((size_t)8192)
#define RULE_PATTERNS_MAX 20

static const char form[] = "a rule is: always|ask|never TOOL [NAME=VALUE]...";

void tool_rule_parts_clear(struct tool_rule_parts *parts)
{
    for (size_t i = 0; i < parts->pattern_count; i++) {
        mem_free(parts->patterns[i].name);
        mem_free(parts->patterns[i].glob);
    }
    mem_free(parts->patterns);
    mem_free(parts->text);
    mem_free(parts->tool);
    *parts = (struct tool_rule_parts){0};
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t';
}

static void skip_space(const char **at)
{
    while (is_space(**at))
        (*at)++;
}

/* The length of a quoted word with its quotes, 0 if it does not end. */
static size_t quoted_len(const char *at)
{
    size_t len = 1;
    while (at[len] != '\0' && at[len] != '"')
        len += at[len] == '\\' && at[len + 1] != '\0' ? 2 : 1;
    return at[len] == '"' ? len + 1 : 0;
}

/* Takes a pattern; NULL with err filled if its quotes do not fit. Caller frees. */
static char *take_glob(const char **at, struct error *err)
{
    if (**at != '"') {
        size_t len = 0;
        while ((*at)[len] != '\0' && !is_space((*at)[len]))
            len++;
        char *word = mem_strndup(*at, len);
        *at += len;
        return word;
    }
    const size_t len = quoted_len(*at);
    if (len == 0 || ((*at)[len] != '\0' && !is_space((*at)[len]))) {
        error_set(err, ERROR_USAGE,
                  len == 0 ? "a quote of this rule is not closed"
                           : "after a closing quote comes a space");
        return NULL;
    }
    char *word = mem_strndup(*at + 1, len - 2);
    *at += len;
    return word;
}

static bool read_decision(struct tool_rule_parts *parts, const char **at,
                          struct error *err)
{
    static const enum tool_decision decisions[] = {TOOL_ALWAYS, TOOL_ASK, TOOL_NEVER};
    size_t len = 0;
    while ((*at)[len] != '\0' && !is_space((*at)[len]))
        len++;
    char *word = mem_strndup(*at, len);
    struct suggestion suggestion;
    suggestion_init(&suggestion, word);
    bool ok = false;
    for (size_t i = 0; i < COUNT_OF(decisions) && !ok; i++) {
        const char *name = tool_decision_name(decisions[i]);
        suggestion_consider(&suggestion, name);
        parts->decision = decisions[i];
        ok = strcmp(name, word) == 0;
    }
    if (!ok && len > 0 && suggestion.best != NULL)
        error_set(err, ERROR_USAGE,
                  "a rule begins with always, ask or never, not with "
                  "\"%s\"; did you mean \"%s\"?",
                  word, suggestion.best);
    else if (!ok)
        error_set(err, ERROR_USAGE, "%s", form);
    mem_free(word);
    *at += len;
    skip_space(at);
    return ok;
}

/* Takes "#0123456789abcdef". */
static bool read_fingerprint(struct tool_rule_parts *parts, const char **at,
                             struct error *err)
{
    const size_t len = strspn(*at + 1, "0123456789abcdef");
    if (len != TOOL_FINGERPRINT_MAX - 1 || parts->fingerprint[0] != '\0' ||
        ((*at)[len + 1] != '\0' && !is_space((*at)[len + 1]))) {
        error_set(err, ERROR_USAGE,
                  "a fingerprint is one '#' and 16 digits of 0-9 and a-f; a comment "
                  "begins with '#' and a space");
        return false;
    }
    memcpy(parts->fingerprint, *at + 1, len);
    *at += len + 1;
    return true;
}

/* Takes NAME=VALUE. */
static bool read_pattern(struct tool_rule_parts *parts, const char **at,
                         struct error *err)
{
    size_t len = 0;
    while ((*at)[len] != '\0' && (*at)[len] != '=' && !is_space((*at)[len]))
        len++;
    if (len == 0 || (*at)[len] != '=') {
        error_set(err, ERROR_USAGE,
                  "\"%.*s\" is no NAME=VALUE: after the tool come patterns for its "
                  "arguments",
                  (int)(len < 60 ? len : 60), *at);
        return false;
    }
    if (parts->pattern_count == RULE_PATTERNS_MAX) {
        error_set(err, ERROR_USAGE, "a rule has at most %d patterns", RULE_PATTERNS_MAX);
        return false;
    }
    const char *value = *at + len + 1;
    char *glob = take_glob(&value, err);
    if (glob == NULL)
        return false;
    parts->patterns = mem_resize_array(parts->patterns, parts->pattern_count + 1,
                                       sizeof(parts->patterns[0]));
    parts->patterns[parts->pattern_count++] =
        (struct tool_rule_pattern){mem_strndup(*at, len), glob};
    *at = value;
    return true;
}

/* True where a comment, or nothing, follows. */
static bool is_end(const char *at)
{
    return *at == '\0' || (*at == '#' && (at[1] == '\0' || is_space(at[1])));
}

static bool check_line(const char *line, struct error *err)
{
    const size_t len = strlen(line);
    bool is_plain = len <= RULE_LINE_MAX && utf8_is_valid(line, len);
    for (size_t i = 0; i < len && is_plain; i++)
        is_plain = line[i] == '\t' || ((unsigned char)line[i] >= 0x20 && line[i] != 0x7f);
    if (!is_plain)
        error_set(err, ERROR_USAGE,
                  "a rule is one line of text, at most %zu bytes, without control "
                  "characters",
                  RULE_LINE_MAX);
    return is_plain;
}

bool tool_rule_parts_read(struct tool_rule_parts *parts, const char *line,
                          struct error *err)
{
    *parts = (struct tool_rule_parts){0};
    if (!check_line(line, err))
        return false;
    skip_space(&line);
    const char *at = line;
    bool ok = read_decision(parts, &at, err);
    if (ok && is_end(at)) {
        error_set(err, ERROR_USAGE, "%s", form);
        ok = false;
    }
    if (ok)
        parts->tool = take_glob(&at, err);
    ok = ok && parts->tool != NULL;
    if (ok && parts->tool[0] == '\0') {
        error_set(err, ERROR_USAGE, "%s", form);
        ok = false;
    }
    const char *end = at;
    for (skip_space(&at); ok && !is_end(at); skip_space(&at)) {
        ok = *at == '#' ? read_fingerprint(parts, &at, err)
                        : read_pattern(parts, &at, err);
        end = at;
    }
    if (ok)
        parts->text = mem_strndup(line, (size_t)(end - line));
    else
        tool_rule_parts_clear(parts);
    return ok;
}

void tool_rule_append_word(struct strbuf *out, const char *glob)
{
    const bool is_plain =
        glob[0] != '"' && glob[0] != '\0' && strpbrk(glob, " \t") == NULL;
    if (is_plain) {
        strbuf_append_text(out, glob);
        return;
    }
    strbuf_append_char(out, '"');
    for (; *glob != '\0'; glob++) {
        const bool is_escape = *glob == '\\' && glob[1] != '\0';
        if (*glob == '"')
            strbuf_append_char(out, '\\');
        strbuf_append_char(out, *glob);
        if (is_escape)
            strbuf_append_char(out, *++glob);
    }
    strbuf_append_char(out, '"');
}
