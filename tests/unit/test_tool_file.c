/* Files of tools: what is read, what is said about what is wrong, folders. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "src/base/compiler.h"
#include "src/base/mem.h"
#include "src/config/quantity.h"
#include "src/config/yaml_json.h"
#include "src/tool/tool_file.h"

static const struct tool_file_options no_options = {0};

static struct tool *parse(const char *text, struct problem_list *problems)
{
    return tool_file_parse("/etc/motet/tools/t.yaml", text, strlen(text), &no_options,
                           problems);
}

static struct tool *parse_good(const char *text)
{
    struct problem_list problems;
    problem_list_init(&problems, "t.yaml");
    struct tool *tool = parse(text, &problems);
    if (tool == NULL) {
        char *first = problem_list_format(&problems, 0);
        fail_msg("%s", first);
        mem_free(first);
    }
    problem_list_clear(&problems);
    return tool;
}

static void tool_file__gives__defaults(void **state)
{
    (void)state;
    struct tool *tool = parse_good("name: t\ndescription: d\nargv: [cat]\n");
    assert_string_equal(tool->name, "t");
    assert_string_equal(tool->description, "d");
    assert_string_equal(tool->schema, "{\"type\":\"object\",\"properties\":{}}");
    assert_string_equal(tool->origin, "/etc/motet/tools/t.yaml");
    assert_null(tool->title);
    assert_false(tool->hints.is_given);
    assert_int_equal(tool->source, TOOL_FROM_FILE);
    assert_string_equal(tool->command->argv[0], "cat");
    assert_null(tool->command->argv[1]);
    assert_null(tool->command->directory);
    assert_int_equal(tool->command->timeout_ms, 60000);
    assert_int_equal(tool->command->output_max, 256 * 1024);
    assert_int_equal(tool->command->sandbox, SANDBOX_NONE);
    assert_int_equal(tool->command->preview, PREVIEW_NONE);
    tool_free(tool);
}

static void tool_file__reads__every_member(void **state)
{
    (void)state;
    struct tool *tool = parse_good("name: edit\n"
                                   "title: Edit a file\n"
                                   "description: |\n"
                                   "  Edits.\n"
                                   "parameters:\n"
                                   "  type: object\n"
                                   "  properties: {n: {type: integer, minimum: 1}}\n"
                                   "argv: [./edit.sh, '', 7]\n"
                                   "timeout: 1m30s\n"
                                   "output_max: 1 MiB\n"
                                   "directory: ../work\n"
                                   "environment: [EDITOR]\n"
                                   "read_only: no\n"
                                   "destructive: true\n"
                                   "sandbox: auto-no-network\n"
                                   "preview: edit_file\n");
    assert_string_equal(tool->title, "Edit a file");
    assert_string_equal(tool->schema,
                        "{\"type\":\"object\",\"properties\":{\"n\":{\"type\":"
                        "\"integer\",\"minimum\":1}}}");
    assert_string_equal(tool->command->argv[0], "/etc/motet/tools/./edit.sh");
    assert_string_equal(tool->command->argv[1], "");
    assert_string_equal(tool->command->argv[2], "7");
    assert_int_equal(tool->command->timeout_ms, 90000);
    assert_int_equal(tool->command->output_max, 1 << 20);
    assert_string_equal(tool->command->directory, "/etc/motet/tools/../work");
    assert_string_equal(tool->command->variables[0], "EDITOR");
    assert_null(tool->command->variables[1]);
    assert_true(tool->hints.is_given);
    assert_false(tool->hints.is_read_only);
    assert_true(tool->hints.is_destructive);
    assert_int_equal(tool->command->sandbox, SANDBOX_NO_NETWORK);
    assert_true(tool->command->is_sandbox_optional);
    assert_int_equal(tool->command->preview, PREVIEW_EDIT_FILE);
    tool_free(tool);
}

static void tool_file__says__what_is_wrong_and_where(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *problem;
    } cases[] = {
        {"name: t\ndescription: d\nargv: [a]\ntimeoutt: 5s\n",
         "t.yaml:4:1: there is no \"timeoutt\" in the file of a tool; did you mean "
         "\"timeout\"?"},
        {"name: t\nargv: [a]\n", "t.yaml: the file of a tool needs \"description\""},
        {"", "t.yaml: the file of a tool needs \"name\""},
        {"- a\n", "t.yaml:1:1: the file of a tool holds NAME: VALUE lines"},
        {"name: a b\n", "t.yaml:1:7: name is at most 64 letters"},
        {"name: [a]\n", "t.yaml:1:7: name is a word"},
        {"argv: cat -n\n", "t.yaml:1:7: argv is a list of words"},
        {"argv: []\n", "t.yaml:1:7: argv begins with the command"},
        {"argv: [[a]]\n", "t.yaml:1:7: argv is a list of words"},
        {"timeout: soon\n", "t.yaml:1:10: timeout is a time up to 24h"},
        {"timeout: 0s\n", "t.yaml:1:10: timeout is a time up to 24h"},
        {"output_max: 17 MiB\n", "t.yaml:1:13: output_max is a size up to 16 MiB"},
        {"environment: [A=b]\n", "t.yaml:1:15: environment holds names only"},
        {"read_only: maybe\n", "t.yaml:1:12: read_only is true or false"},
        {"read_only: \"true\"\n", "t.yaml:1:12: read_only is true or false"},
        {"sandbox: full\n", "t.yaml:1:10: sandbox is read-only, no-network or none"},
        {"preview: other\n", "t.yaml:1:10: preview is write_file or edit_file"},
        {"parameters: {type: string}\n", "t.yaml:1:13: parameters is a JSON Schema"},
        {"parameters: [a]\n", "t.yaml:1:13: parameters is a JSON Schema"},
        {"name: \"a\n", "t.yaml:"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct problem_list problems;
        bool is_said = false;
        problem_list_init(&problems, "t.yaml");
        assert_null(parse(cases[i].text, &problems));
        for (size_t j = 0; j < problems.len; j++) {
            char *text = problem_list_format(&problems, j);
            is_said =
                is_said || strncmp(text, cases[i].problem, strlen(cases[i].problem)) == 0;
            mem_free(text);
        }
        if (!is_said)
            fail_msg("%s: nobody said %s", cases[i].text, cases[i].problem);
        problem_list_clear(&problems);
    }
}

static void yaml_to_json__types__plain_texts(void **state)
{
    (void)state;
    static const char yaml[] =
        "[1, -07, +5, 12345678901234567890, 1.5, .5, 1e3, 0.1, true, False, null, ~, '', "
        "'1', \"true\", yes, 1.2.3, .inf, 0x10, -, [a, {b: c}], '\"']";
    struct problem_list problems;
    struct strbuf json;
    problem_list_init(&problems, "t");
    strbuf_init(&json, 10000);
    struct yaml_value *value = yaml_file_parse(yaml, strlen(yaml), &problems);
    assert_non_null(value);
    yaml_value_to_json(value, &json);
    assert_string_equal(strbuf_text(&json),
                        "[1,-7,5,12345678901234567890,1.5,0.5,1000,0.1,true,false,null,"
                        "null,\"\",\"1\",\"true\",\"yes\",\"1.2.3\",\".inf\",\"0x10\","
                        "\"-\",[\"a\",{\"b\":\"c\"}],\"\\\"\"]");
    yaml_value_free(value);
    strbuf_clear(&json);
    problem_list_clear(&problems);
}

static void quantity__reads__sizes(void **state)
{
    (void)state;
    int64_t size;
    assert_true(quantity_parse_size("256 KiB", &size));
    assert_int_equal(size, 262144);
    assert_true(quantity_parse_size("1m", &size));
    assert_int_equal(size, 1048576);
    assert_true(quantity_parse_size("5000", &size));
    assert_int_equal(size, 5000);
    assert_false(quantity_parse_size("", &size));
    assert_false(quantity_parse_size("KiB", &size));
    assert_false(quantity_parse_size("1 X", &size));
    assert_false(quantity_parse_size("-1", &size));
    assert_false(quantity_parse_size("999999999999999G", &size));
}

/* --- Folders
 * ------------------------------------------------------------------------------
 */

struct folders {
    char *first;
    char *second;
};

static char *make_folder(const char *name)
{
    const char *base = getenv("TMPDIR");
    char *path = strbuf_format("%s/%s-XXXXXX", base != NULL ? base : "/tmp", name);
    assert_non_null(mkdtemp(path));
    return path;
}

static int set_up(void **state)
{
    struct folders *folders = mem_alloc(sizeof(*folders));
    folders->first = make_folder("shipped");
    folders->second = make_folder("own");
    *state = folders;
    return 0;
}

static void remove_folder(char *folder)
{
    static const char *const names[] = {"a.yaml", "b.yaml", "c.yml", ".d.yaml", "helper"};
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        char *path = strbuf_format("%s/%s", folder, names[i]);
        unlink(path);
        mem_free(path);
    }
    rmdir(folder);
    mem_free(folder);
}

static int tear_down(void **state)
{
    struct folders *folders = *state;
    remove_folder(folders->first);
    remove_folder(folders->second);
    mem_free(folders);
    return 0;
}

static void put(const char *folder, const char *file, const char *text)
{
    char *path = strbuf_format("%s/%s", folder, file);
    FILE *out = fopen(path, "w");
    assert_non_null(out);
    fputs(text, out);
    fclose(out);
    mem_free(path);
}

static void tool_set__later_folder__replaces_by_name(void **state)
{
    struct folders *folders = *state;
    struct tool_set set;
    struct tool_problems problems = {0};
    put(folders->first, "b.yaml", "name: one\ndescription: first\nargv: [a]\n");
    put(folders->first, "a.yaml", "name: two\ndescription: first\nargv: [a]\n");
    put(folders->first, "c.yml", "not a tool");
    put(folders->first, ".d.yaml", "not a tool");
    put(folders->second, "a.yaml", "name: one\ndescription: second\nargv: [a]\n");
    tool_set_init(&set);
    tool_set_read_folder(&set, folders->first, &no_options, &problems);
    tool_set_read_folder(&set, folders->second, &no_options, &problems);
    tool_set_read_folder(&set, "/nowhere/at/all", &no_options, &problems);
    assert_int_equal(problems.len, 0);
    assert_int_equal(set.len, 2);
    assert_string_equal(set.items[0]->name, "one");
    assert_string_equal(set.items[0]->description, "second");
    assert_string_equal(tool_set_find(&set, "two")->description, "first");
    assert_null(tool_set_find(&set, "three"));
    tool_set_clear(&set);
    tool_problems_clear(&problems);
}

static void tool_set__one_folder__has_a_name_once(void **state)
{
    struct folders *folders = *state;
    struct tool_set set;
    struct tool_problems problems = {0};
    put(folders->first, "a.yaml", "name: one\ndescription: first\nargv: [a]\n");
    put(folders->first, "b.yaml", "name: one\ndescription: second\nargv: [a]\n");
    tool_set_init(&set);
    tool_set_read_folder(&set, folders->first, &no_options, &problems);
    assert_int_equal(set.len, 1);
    assert_string_equal(set.items[0]->description, "first");
    assert_int_equal(problems.len, 1);
    assert_non_null(strstr(problems.lists[0].items[0].what, "is in "));
    assert_non_null(strstr(problems.lists[0].file, "b.yaml"));
    tool_set_clear(&set);
    tool_problems_clear(&problems);
}

static void tool_set__own_file__is_refused_if_others_may_write(void **state)
{
    struct folders *folders = *state;
    const struct tool_file_options options = {.is_own = true};
    struct tool_set set;
    struct tool_problems problems = {0};
    char *path = strbuf_format("%s/a.yaml", folders->second);
    put(folders->second, "a.yaml", "name: one\ndescription: d\nargv: [a]\n");
    chmod(path, 0666);
    tool_set_init(&set);
    tool_set_read_folder(&set, folders->second, &options, &problems);
    assert_int_equal(set.len, 0);
    assert_int_equal(problems.len, 1);
    chmod(path, 0644);
    tool_set_read_folder(&set, folders->second, &options, &problems);
    assert_int_equal(set.len, 1);
    tool_set_clear(&set);
    tool_problems_clear(&problems);
    mem_free(path);
}

static void tool_file__finds__its_helper_beside_the_program(void **state)
{
    struct folders *folders = *state;
    const struct tool_file_options options = {.helper_folder = folders->first};
    struct tool_set set;
    struct tool_problems problems = {0};
    char *helper = strbuf_format("%s/helper", folders->first);
    put(folders->first, "helper", "#!/bin/sh\n");
    put(folders->second, "a.yaml", "name: one\ndescription: d\nargv: [helper, x]\n");
    tool_set_init(&set);
    tool_set_read_folder(&set, folders->second, &options, &problems);
    assert_string_equal(set.items[0]->command->argv[0], "helper");
    chmod(helper, 0700);
    tool_set_read_folder(&set, folders->second, &options, &problems);
    assert_string_equal(set.items[0]->command->argv[0], helper);
    tool_set_clear(&set);
    tool_problems_clear(&problems);
    mem_free(helper);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tool_file__gives__defaults),
        cmocka_unit_test(tool_file__reads__every_member),
        cmocka_unit_test(tool_file__says__what_is_wrong_and_where),
        cmocka_unit_test(yaml_to_json__types__plain_texts),
        cmocka_unit_test(quantity__reads__sizes),
        cmocka_unit_test_setup_teardown(tool_set__later_folder__replaces_by_name, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(tool_set__one_folder__has_a_name_once, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(
            tool_set__own_file__is_refused_if_others_may_write, set_up, tear_down),
        cmocka_unit_test_setup_teardown(tool_file__finds__its_helper_beside_the_program,
                                        set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
