/*
 * Who has to agree to a call: rules, one line of text each.
 *
 *     DECISION TOOL [NAME=VALUE]... [#FINGERPRINT]
 *
 *     always get_weather city=Par*
 *     never run_command argv=*rm*
 *     ask files.*
 *
 * DECISION is always, ask or never. TOOL and VALUE are patterns: '*' stands for any
 * characters (also none, also '/' and line ends), '?' for one; a backslash takes the
 * next character as it is (\n and \t are line end and tab). A value with spaces stands in
 * quotes: city="New York". What begins with "# " is a comment; '#' with 16 hex digits is
 * the fingerprint of the tool that is meant. A value is compared with the argument's text
 * as it is; anything but text in its compact form: argv=["git","status"].
 *
 * The last rule that matches decides; without one a person is asked. A rule may be in
 * doubt: the arguments are no JSON object, the argument is missing or there twice, or
 * has a ".." among the names of its path that the pattern has not; the tool is another
 * than its fingerprint says. Doubt never makes a decision milder:
 * "always" does not match then, "ask" and "never" do if they are stricter than what was
 * decided so far. While a line of a rules file could not be read (it may have said
 * never), what would be "always" is "ask".
 */
#ifndef TOOL_TOOL_RULE_H
#define TOOL_TOOL_RULE_H

#include <stdbool.h>
#include <stddef.h>

#include "src/base/error.h"
#include "src/base/strbuf.h"
#include "src/config/problem.h"

struct tool;

/* From mild to strict. */
enum tool_decision { TOOL_ALWAYS, TOOL_ASK, TOOL_NEVER };

enum tool_rule_source {
    TOOL_RULE_FROM_CONFIG,
    TOOL_RULE_FROM_FILE,
    TOOL_RULE_FROM_SESSION
};

/* Where a rule came from. */
struct tool_rule_origin {
    enum tool_rule_source source;
    const char *file; /* as it is shown; NULL for the session's */
    size_t line;      /* 0: not known */
};

struct tool_rule; /* valid until its list changes */

struct tool_rules {
    struct tool_rule **items;
    size_t len;
    size_t cap;
    size_t unread; /* lines of rules that could not be read */
};

/* An empty list. */
void tool_rules_init(struct tool_rules *rules);
void tool_rules_clear(struct tool_rules *rules);

/* Appends the rule of one line. False with err filled if it is none (a comment or an
 * empty line is none either); then it counts as unread, but for the session's. */
bool tool_rules_add(struct tool_rules *rules, const char *line,
                    const struct tool_rule_origin *origin, struct error *err);

/* Appends the rules of a file, one a line; a file that is not there has none. What
 * cannot be read is added to `problems` and counted as unread. A file that others may
 * write to is not read at all. */
void tool_rules_read_file(struct tool_rules *rules, const char *path,
                          struct problem_list *problems);

/* Takes out the rules of one source, and forgets the lines that could not be read. */
void tool_rules_drop(struct tool_rules *rules, enum tool_rule_source source);

struct tool_ruling {
    enum tool_decision decision;
    const struct tool_rule *rule; /* borrowed; NULL: no rule says anything */
    bool is_held_back; /* "always", were it not for lines that cannot be read */
};

/* What the rules say of a call; `fingerprint` as tool_fingerprint gives it, or NULL;
 * `arguments` NULL: of the tool, whatever its arguments (in doubt, as above). */
struct tool_ruling tool_rules_decide(const struct tool_rules *rules, const char *name,
                                     const char *fingerprint, const char *arguments);

/* The decision in a sentence: "ask (no rule says otherwise)", "always (rule of
 * FILE:3: always get_weather)". */
void tool_ruling_describe(const struct tool_ruling *ruling, struct strbuf *out);

/* The rule's line, tidied. */
const char *tool_rule_text(const struct tool_rule *rule);

/* "always", "ask", "never". */
const char *tool_decision_name(enum tool_decision decision);

/* Appends a line to a file of rules (made with mode 0600), safely on disk when it
 * returns; what is there stays. False with err filled if it is not a rule or cannot be
 * written. */
bool tool_rules_append_file(const char *path, const char *line, struct error *err);

/* --- In tool_propose.c */

/* The longest fingerprint with its NUL. */
#define TOOL_FINGERPRINT_MAX 17

/* A short hash of what a model and a person are told of the tool. */
void tool_fingerprint(const struct tool *tool, char fingerprint[TOOL_FINGERPRINT_MAX]);

/* The rule that "always" would write after this call: the tool by its exact name, one of
 * a server with its fingerprint, one that runs commands (an argument "argv" or
 * "command") with exactly this command. Appends nothing where no rule can say that. */
void tool_rule_propose(const struct tool *tool, const char *arguments,
                       struct strbuf *out);

#endif
