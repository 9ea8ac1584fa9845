/* Rules: reading, deciding, doubt, files, proposals. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "src/base/compiler.h"
#include "src/base/mem.h"
#include "src/base/path.h"
#include "src/base/sha256.h"
#include "src/tool/tool.h"
#include "src/tool/tool_glob.h"
#include "src/tool/tool_rule.h"

static const struct tool_rule_origin config_origin = {TOOL_RULE_FROM_CONFIG, "c.yaml", 3};
static const struct tool_rule_origin session_origin = {TOOL_RULE_FROM_SESSION, NULL, 0};

static void add(struct tool_rules *rules, const char *line)
{
    struct error err = {.class = ERROR_NONE};
    if (!tool_rules_add(rules, line, &config_origin, &err))
        fail_msg("%s: %s", line, error_text(&err));
}

static enum tool_decision decide(const struct tool_rules *rules, const char *name,
                                 const char *arguments)
{
    return tool_rules_decide(rules, name, NULL, arguments).decision;
}

/* What one rule alone says. */
static enum tool_decision decide_by(const char *line, const char *name,
                                    const char *arguments)
{
    struct tool_rules rules;
    tool_rules_init(&rules);
    add(&rules, line);
    const enum tool_decision decision = decide(&rules, name, arguments);
    tool_rules_clear(&rules);
    return decision;
}

static void tool_glob__matches__whole_texts(void **state)
{
    (void)state;
    assert_true(tool_glob_match("", ""));
    assert_false(tool_glob_match("", "a"));
    assert_true(tool_glob_match("*", ""));
    assert_true(tool_glob_match("a*b*c", "a//b\nbc"));
    assert_false(tool_glob_match("a*b", "ab "));
    assert_true(tool_glob_match("?x", "öx"));
    assert_false(tool_glob_match("?", ""));
    assert_true(tool_glob_match("\\*\\?", "*?"));
    assert_false(tool_glob_match("\\*", "x"));
    assert_true(tool_glob_match("a\\nb", "a\nb"));
    assert_true(tool_glob_match("[a-z]", "[a-z]"));
    assert_true(tool_glob_match("x\\", "x\\"));
    assert_false(tool_glob_match("*a*a*a*a*a*a*a*b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"));
}

static void tool_glob__literal__matches_itself_only(void **state)
{
    (void)state;
    struct strbuf glob;
    strbuf_init(&glob, 1000);
    tool_glob_append_literal(&glob, "a*b?\\n\tc\n");
    assert_true(tool_glob_match(strbuf_text(&glob), "a*b?\\n\tc\n"));
    assert_false(tool_glob_match(strbuf_text(&glob), "axb?\\n\tc\n"));
    strbuf_clear(&glob);
}

static void tool_rules__ask__without_a_rule(void **state)
{
    (void)state;
    struct tool_rules rules;
    struct strbuf text;
    tool_rules_init(&rules);
    strbuf_init(&text, 1000);
    const struct tool_ruling ruling = tool_rules_decide(&rules, "t", NULL, "{}");
    assert_int_equal(ruling.decision, TOOL_ASK);
    assert_null(ruling.rule);
    tool_ruling_describe(&ruling, &text);
    assert_string_equal(strbuf_text(&text), "ask (no rule says otherwise)");
    strbuf_clear(&text);
}

static void tool_rules__last_match__decides(void **state)
{
    (void)state;
    struct tool_rules rules;
    struct strbuf text;
    tool_rules_init(&rules);
    strbuf_init(&text, 1000);
    add(&rules, "always files.*");
    add(&rules, "  never files.delete*\t# not that ");
    add(&rules, "ask files.delete_empty");
    assert_int_equal(decide(&rules, "files.read", "{}"), TOOL_ALWAYS);
    assert_int_equal(decide(&rules, "files.delete_all", "{}"), TOOL_NEVER);
    assert_int_equal(decide(&rules, "files.delete_empty", "{}"), TOOL_ASK);
    assert_int_equal(decide(&rules, "other", "{}"), TOOL_ASK);
    const struct tool_ruling ruling =
        tool_rules_decide(&rules, "files.delete_all", NULL, "{}");
    tool_ruling_describe(&ruling, &text);
    assert_string_equal(strbuf_text(&text), "never (c.yaml:3: never files.delete*)");
    strbuf_clear(&text);
    tool_rules_clear(&rules);
}

static void tool_rules__compare__arguments(void **state)
{
    (void)state;
    static const char paris[] = "always get_weather city=Par*";
    assert_int_equal(decide_by(paris, "get_weather", "{\"city\":\"Paris\"}"),
                     TOOL_ALWAYS);
    assert_int_equal(decide_by(paris, "get_weather", "{\"city\":\"Rome\"}"), TOOL_ASK);
    assert_int_equal(
        decide_by("always t a=\"New York\" b=1", "t", "{\"a\":\"New York\",\"b\":1.0}"),
        TOOL_ALWAYS);
    assert_int_equal(decide_by("always t a=", "t", "{\"a\":\"\"}"), TOOL_ALWAYS);
    assert_int_equal(
        decide_by("always t a=\"say \\\"hi\\\"\"", "t", "{\"a\":\"say \\\"hi\\\"\"}"),
        TOOL_ALWAYS);
    assert_int_equal(decide_by("always t argv=[\"git\",\"status\"]", "t",
                               "{\"argv\": [ \"git\" , \"stat\\u0075s\" ]}"),
                     TOOL_ALWAYS);
    assert_int_equal(
        decide_by("always t n=12345678901234567890", "t", "{\"n\":12345678901234567890}"),
        TOOL_ALWAYS);
}

static void tool_rules__cannot_be_passed__by_another_spelling(void **state)
{
    (void)state;
    static const char rule[] = "never run argv=*\"rm\"*";
    static const char *const same[] = {
        "{\"argv\":[\"rm\",\"-r\"]}",
        "{\"argv\":[\"\\u0072m\"]}",
        "{\"\\u0061rgv\":[\"ls\", \"rm\"]}",
        "{\"argv\":[\"ls\"],\"argv\":[\"rm\"]}",
        "{\"argv\":[\"rm\"],\"argv\":[\"ls\"]}",
        "{\"argv\":[\"r\\u0000m\"]}",
        "{\"argv\":[\"rm\"]} trailing",
        "{\"argv\":[\"rm\"",
        "{\"Argv\":[\"rm\"]}",
        "[\"rm\"]",
        "",
    };
    for (size_t i = 0; i < COUNT_OF(same); i++) {
        if (decide_by(rule, "run", same[i]) != TOOL_NEVER)
            fail_msg("%s got past the rule", same[i]);
    }
    assert_int_equal(decide_by(rule, "run", "{\"argv\":[\"ls\"]}"), TOOL_ASK);
    assert_int_equal(decide_by(rule, "run", NULL), TOOL_NEVER);
    assert_int_equal(decide_by("never t n=10", "t", "{\"n\":1e1}"), TOOL_NEVER);
    assert_int_equal(decide_by("never t n=0", "t", "{\"n\":-0.0}"), TOOL_NEVER);
}

static void tool_rules__doubt__makes_nothing_milder(void **state)
{
    (void)state;
    static const char *const doubtful[] = {
        "{}", "", "{\"a\":1,\"a\":1}", "no JSON", "[]", "{\"a\":\"\\u0000\"}",
    };
    struct tool_rules rules;
    tool_rules_init(&rules);
    add(&rules, "never t");
    add(&rules, "always t a=*");
    add(&rules, "ask t a=*");
    for (size_t i = 0; i < COUNT_OF(doubtful); i++) {
        assert_int_equal(decide_by("always t a=*", "t", doubtful[i]), TOOL_ASK);
        assert_int_equal(decide_by("never t a=x", "t", doubtful[i]), TOOL_NEVER);
        assert_int_equal(decide(&rules, "t", doubtful[i]), TOOL_NEVER);
    }
    tool_rules_clear(&rules);
    tool_rules_init(&rules);
    add(&rules, "always t");
    add(&rules, "ask t a=secret*");
    assert_int_equal(decide(&rules, "t", "{\"a\":\"x\"}"), TOOL_ALWAYS);
    assert_int_equal(decide(&rules, "t", "{}"), TOOL_ASK);
    tool_rules_clear(&rules);
}

static void tool_rules__doubt__paths_that_lead_out_again(void **state)
{
    (void)state;
    static const char *const out[] = {"{\"p\":\"docs/../x\"}", "{\"p\":\"docs/a/..\"}",
                                      "{\"p\":\"docs/a/../../x\"}"};
    for (size_t i = 0; i < COUNT_OF(out); i++) {
        assert_int_equal(decide_by("always t p=docs/*", "t", out[i]), TOOL_ASK);
        assert_int_equal(decide_by("never t p=docs/*", "t", out[i]), TOOL_NEVER);
        assert_int_equal(decide_by("always t p=*", "t", out[i]), TOOL_ALWAYS);
    }
    assert_int_equal(decide_by("always t p=[\"docs/*\"]", "t", "{\"p\":[\"docs/..\"]}"),
                     TOOL_ASK);
    assert_int_equal(decide_by("always t p=../*", "t", "{\"p\":\"../x\"}"), TOOL_ALWAYS);
    assert_int_equal(decide_by("always t p=docs/*", "t", "{\"p\":\"docs/..x/...\"}"),
                     TOOL_ALWAYS);
}

static void tool_rules__fingerprint__binds_to_one_tool(void **state)
{
    (void)state;
    struct tool_rules rules;
    tool_rules_init(&rules);
    add(&rules, "always s.t #0123456789abcdef");
    assert_int_equal(tool_rules_decide(&rules, "s.t", "0123456789abcdef", "{}").decision,
                     TOOL_ALWAYS);
    assert_int_equal(tool_rules_decide(&rules, "s.t", "fedcba9876543210", "{}").decision,
                     TOOL_ASK);
    assert_int_equal(tool_rules_decide(&rules, "s.t", NULL, "{}").decision, TOOL_ASK);
    tool_rules_clear(&rules);
}

static void tool_rules__refuse__what_is_no_rule(void **state)
{
    (void)state;
    static const char *const lines[][2] = {
        {"", "a rule is"},
        {"# comment", "a rule is"},
        {"always", "a rule is"},
        {"always # nothing", "a rule is"},
        {"alway t", "did you mean \"always\"?"},
        {"allow t", "a rule is"},
        {"always t x", "no NAME=VALUE"},
        {"always t =x", "no NAME=VALUE"},
        {"always t a=\"x", "not closed"},
        {"always t a=\"x\"y", "comes a space"},
        {"always \"\"", "a rule is"},
        {"always t #abc", "a fingerprint"},
        {"always t #0123456789abcdef0", "a fingerprint"},
        {"always t #0123456789abcdef #0123456789abcdef", "a fingerprint"},
        {"always t\nalways u", "one line"},
        {"always t a=\x1b", "one line"},
        {"always t a=\xff", "one line"},
    };
    struct tool_rules rules;
    struct error err = {.class = ERROR_NONE};
    tool_rules_init(&rules);
    for (size_t i = 0; i < COUNT_OF(lines); i++) {
        assert_false(tool_rules_add(&rules, lines[i][0], &session_origin, &err));
        if (strstr(error_text(&err), lines[i][1]) == NULL)
            fail_msg("%s: %s", lines[i][0], error_text(&err));
    }
    assert_int_equal(rules.len, 0);
    assert_int_equal(rules.unread, 0);
    error_clear(&err);
    tool_rules_clear(&rules);
}

static void tool_rules__hold_back__while_lines_are_unread(void **state)
{
    (void)state;
    struct tool_rules rules;
    struct strbuf text;
    tool_rules_init(&rules);
    strbuf_init(&text, 1000);
    add(&rules, "always t");
    assert_false(tool_rules_add(&rules, "nevr t a=x", &config_origin, NULL));
    struct tool_ruling ruling = tool_rules_decide(&rules, "t", NULL, "{}");
    assert_int_equal(ruling.decision, TOOL_ASK);
    assert_true(ruling.is_held_back);
    tool_ruling_describe(&ruling, &text);
    assert_string_equal(
        strbuf_text(&text),
        "ask (other rules cannot be read; otherwise by c.yaml:3: always t)");
    /* What was said in this session was said by someone who is here. */
    assert_true(tool_rules_add(&rules, "always t", &session_origin, NULL));
    assert_int_equal(decide(&rules, "t", "{}"), TOOL_ALWAYS);
    tool_rules_drop(&rules, TOOL_RULE_FROM_SESSION);
    assert_int_equal(rules.len, 1);
    strbuf_clear(&text);
    tool_rules_clear(&rules);
}

/* --- Files
 * -------------------------------------------------------------------------------
 */

/* A path in the test's own folder. Caller frees. */
static char *own_path(const char *name)
{
    const char *folder = getenv("TMPDIR");
    return strbuf_format("%s/%d-%s", folder != NULL ? folder : "/tmp", (int)getpid(),
                         name);
}

static void write_file(const char *path, const char *text, mode_t mode)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
    chmod(path, mode);
}

static void tool_rules_file__says__where_it_is_wrong(void **state)
{
    (void)state;
    struct tool_rules rules;
    struct problem_list problems;
    char *path = own_path("rules");
    write_file(path, "# mine\n\nalways a\r\nalway b\nnever c", 0600);
    tool_rules_init(&rules);
    problem_list_init(&problems, "rules");
    tool_rules_read_file(&rules, path, &problems);
    assert_int_equal(rules.len, 2);
    assert_int_equal(rules.unread, 1);
    assert_int_equal(problems.len, 1);
    assert_int_equal(problems.items[0].place.line, 4);
    assert_int_equal(decide(&rules, "c", "{}"), TOOL_NEVER);
    unlink(path);
    tool_rules_read_file(&rules, path, &problems);
    assert_int_equal(problems.len, 1);
    problem_list_clear(&problems);
    tool_rules_clear(&rules);
    mem_free(path);
}

static void tool_rules_file__is_not_read__if_others_may_write(void **state)
{
    (void)state;
    struct tool_rules rules;
    struct problem_list problems;
    struct error err = {.class = ERROR_NONE};
    char *path = own_path("open-rules");
    write_file(path, "always *\n", 0622);
    tool_rules_init(&rules);
    problem_list_init(&problems, "rules");
    tool_rules_read_file(&rules, path, &problems);
    assert_int_equal(rules.len, 0);
    assert_int_equal(rules.unread, 1);
    assert_int_equal(problems.len, 1);
    assert_false(tool_rules_append_file(path, "always t", &err));
    error_clear(&err);
    unlink(path);
    problem_list_clear(&problems);
    tool_rules_clear(&rules);
    mem_free(path);
}

static void tool_rules_append__keeps__what_is_there(void **state)
{
    (void)state;
    struct error err = {.class = ERROR_NONE};
    struct strbuf text;
    struct stat info;
    char *folder = own_path("config");
    char *path = strbuf_format("%s/motet/tool-rules", folder);
    strbuf_init(&text, 10000);
    assert_true(tool_rules_append_file(path, " always a  # why", &err));
    assert_int_equal(stat(path, &info), 0);
    assert_int_equal(info.st_mode & 0777, 0600);
    write_file(path, "never b", 0600);
    assert_true(tool_rules_append_file(path, "always c x=y", &err));
    assert_false(tool_rules_append_file(path, "always c\nalways *", &err));
    assert_true(path_read_file(path, &text, &err));
    assert_string_equal(strbuf_text(&text), "never b\nalways c x=y\n");
    unlink(path);
    strbuf_clear(&text);
    error_clear(&err);
    mem_free(path);
    mem_free(folder);
}

/* --- Proposals
 * ---------------------------------------------------------------------------
 */

static struct tool some_tool(enum tool_source source, const char *name,
                             const char *schema)
{
    /* Borrowed texts: nothing of it is freed or changed. */
    return (struct tool){.source = source,
                         .name = (char *)(uintptr_t)name,
                         .description = (char *)(uintptr_t) "does something",
                         .schema = (char *)(uintptr_t)schema};
}

/* The proposal allows the call, and not the other one. */
static void assert_proposal(const struct tool *tool, const char *arguments,
                            const char *expected, const char *other)
{
    struct strbuf text;
    struct tool_rules rules;
    char fingerprint[TOOL_FINGERPRINT_MAX];
    strbuf_init(&text, 10000);
    tool_rules_init(&rules);
    tool_fingerprint(tool, fingerprint);
    tool_rule_propose(tool, arguments, &text);
    if (expected != NULL)
        assert_string_equal(strbuf_text(&text), expected);
    add(&rules, strbuf_text(&text));
    assert_int_equal(
        tool_rules_decide(&rules, tool->name, fingerprint, arguments).decision,
        TOOL_ALWAYS);
    if (other != NULL)
        assert_int_equal(
            tool_rules_decide(&rules, tool->name, fingerprint, other).decision, TOOL_ASK);
    tool_rules_clear(&rules);
    strbuf_clear(&text);
}

static void tool_rule_propose__names__tool_and_command(void **state)
{
    (void)state;
    static const char schema[] = "{\"properties\":{\"argv\":{}}}";
    const struct tool plain = some_tool(TOOL_FROM_FILE, "get_weather", "{}");
    const struct tool run = some_tool(TOOL_FROM_FILE, "run_command", schema);
    const struct tool odd = some_tool(TOOL_FROM_FILE, "odd *tool", "{}");
    assert_proposal(&plain, "{\"city\":\"Paris\"}", "always get_weather", NULL);
    assert_proposal(&run, "{\"argv\":[\"git\", \"status\"]}",
                    "always run_command argv=[\"git\",\"status\"]",
                    "{\"argv\":[\"git\",\"push\"]}");
    assert_proposal(&run, "{\"argv\":[\"a b\",\"*\",\"\\\"\\\\\\n\"]}", NULL,
                    "{\"argv\":[\"a b\",\"x\",\"\\\"\\\\\\n\"]}");
    assert_proposal(&plain, "{\"command\":\"ls\\n\\t*\"}", NULL,
                    "{\"command\":\"ls\\n\\tx\"}");
    assert_proposal(&odd, "{}", "always \"odd \\*tool\"", NULL);
}

static void tool_rule_propose__is_silent__where_a_rule_would_allow_too_much(void **state)
{
    (void)state;
    static const char *const arguments[] = {
        "{}",
        "{\"argv\":[\"a\"],\"argv\":[\"b\"]}",
        "no JSON",
        "{\"argv\":[\"\\u0000\"]}",
    };
    const struct tool run =
        some_tool(TOOL_FROM_FILE, "run_command", "{\"properties\":{\"argv\":{}}}");
    struct strbuf text;
    strbuf_init(&text, 10000);
    for (size_t i = 0; i < COUNT_OF(arguments); i++) {
        tool_rule_propose(&run, arguments[i], &text);
        assert_string_equal(strbuf_text(&text), "");
    }
    strbuf_clear(&text);
}

static void tool_fingerprint__changes__with_what_is_told(void **state)
{
    (void)state;
    struct tool one = some_tool(TOOL_FROM_SERVER, "s.t", "{}");
    struct tool other = one;
    char first[TOOL_FINGERPRINT_MAX];
    char second[TOOL_FINGERPRINT_MAX];
    tool_fingerprint(&one, first);
    other.schema = (char *)(uintptr_t) "{ }";
    tool_fingerprint(&other, second);
    assert_string_not_equal(first, second);
    other = one;
    other.hints.is_destructive = true;
    tool_fingerprint(&other, second);
    assert_string_not_equal(first, second);
    assert_int_equal(strlen(first), 16);
    assert_proposal(&one, "{}", NULL, NULL);
}

static void sha256__gives__the_sum_of_the_standard(void **state)
{
    (void)state;
    static const unsigned char expected[] = {0x24, 0x8d, 0x6a, 0x61,
                                             0xd2, 0x06, 0x38, 0xb8};
    static const char text[] = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";
    struct sha256 sha256;
    unsigned char sum[32];
    sha256_init(&sha256);
    sha256_add(&sha256, text, 20);
    sha256_add(&sha256, text + 20, strlen(text) - 20);
    sha256_finish(&sha256, sum);
    assert_memory_equal(sum, expected, sizeof(expected));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tool_glob__matches__whole_texts),
        cmocka_unit_test(tool_glob__literal__matches_itself_only),
        cmocka_unit_test(tool_rules__ask__without_a_rule),
        cmocka_unit_test(tool_rules__last_match__decides),
        cmocka_unit_test(tool_rules__compare__arguments),
        cmocka_unit_test(tool_rules__cannot_be_passed__by_another_spelling),
        cmocka_unit_test(tool_rules__doubt__makes_nothing_milder),
        cmocka_unit_test(tool_rules__doubt__paths_that_lead_out_again),
        cmocka_unit_test(tool_rules__fingerprint__binds_to_one_tool),
        cmocka_unit_test(tool_rules__refuse__what_is_no_rule),
        cmocka_unit_test(tool_rules__hold_back__while_lines_are_unread),
        cmocka_unit_test(tool_rules_file__says__where_it_is_wrong),
        cmocka_unit_test(tool_rules_file__is_not_read__if_others_may_write),
        cmocka_unit_test(tool_rules_append__keeps__what_is_there),
        cmocka_unit_test(tool_rule_propose__names__tool_and_command),
        cmocka_unit_test(tool_rule_propose__is_silent__where_a_rule_would_allow_too_much),
        cmocka_unit_test(tool_fingerprint__changes__with_what_is_told),
        cmocka_unit_test(sha256__gives__the_sum_of_the_standard),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
