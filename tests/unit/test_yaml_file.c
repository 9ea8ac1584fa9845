/* YAML as a tree with places, its problems and its ceilings. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "src/base/compiler.h"
#include "src/base/mem.h"
#include "src/base/strbuf.h"
#include "src/config/yaml_file.h"

/* A parse and all that came of it. */
struct parse {
    struct yaml_value *value;
    struct problem_list problems;
};

static void parse_bytes(struct parse *parse, const char *bytes, size_t len)
{
    problem_list_init(&parse->problems, "f.yaml");
    /* An allocation of its own: reading past the end is seen. */
    char *copy = mem_alloc(len);
    if (len > 0)
        memcpy(copy, bytes, len);
    parse->value = yaml_file_parse(copy, len, &parse->problems);
    mem_free(copy);
}

static void parse_clear(struct parse *parse)
{
    yaml_value_free(parse->value);
    problem_list_clear(&parse->problems);
}

/* Parses a text that has no problem. */
static void parse_good(struct parse *parse, const char *text)
{
    parse_bytes(parse, text, strlen(text));
    assert_non_null(parse->value);
    assert_int_equal(parse->problems.len, 0);
}

/* Asserts that the text is refused with the one problem. */
static void assert_refused(const char *text, const char *problem)
{
    struct parse parse;
    parse_bytes(&parse, text, strlen(text));
    assert_null(parse.value);
    assert_int_equal(parse.problems.len, 1);
    char *said = problem_list_format(&parse.problems, 0);
    assert_string_equal(said, problem);
    mem_free(said);
    parse_clear(&parse);
}

static void yaml_file_parse__makes_a_tree__with_places(void **state)
{
    (void)state;
    struct parse parse;
    parse_good(&parse, "# words\na: 1\nb:\n  - x\n  - \"y z\"\n");
    assert_int_equal(parse.value->kind, YAML_VALUE_MAP);
    assert_int_equal(parse.value->len, 2);
    const struct yaml_value *a = yaml_value_get(parse.value, "a");
    assert_string_equal(a->text, "1");
    assert_true(a->is_plain);
    assert_int_equal(a->place.line, 2);
    assert_int_equal(a->place.column, 4);
    const struct yaml_value *b = yaml_value_get(parse.value, "b");
    assert_int_equal(b->kind, YAML_VALUE_LIST);
    assert_string_equal(b->items[1]->text, "y z");
    assert_false(b->items[1]->is_plain);
    assert_int_equal(b->items[1]->place.line, 5);
    assert_int_equal(b->items[1]->place.column, 5);
    assert_int_equal(parse.value->keys[1]->place.line, 3);
    assert_null(yaml_value_get(parse.value, "c"));
    assert_null(yaml_value_get(a, "c"));
    parse_clear(&parse);
}

static void yaml_file_parse__takes__every_form_of_text(void **state)
{
    (void)state;
    struct parse parse;
    parse_good(&parse,
               "\xef\xbb\xbf%YAML 1.2\n---\nlit: |\n  one\n  two\nfold: >\n  one\n"
               "  two\nesc: \"\\u00e9\\t\"\nuni: \xc3\xa9\n...\n# end\n");
    assert_string_equal(yaml_value_get(parse.value, "lit")->text, "one\ntwo\n");
    assert_string_equal(yaml_value_get(parse.value, "fold")->text, "one two\n");
    assert_string_equal(yaml_value_get(parse.value, "esc")->text, "\xc3\xa9\t");
    assert_string_equal(yaml_value_get(parse.value, "uni")->text, "\xc3\xa9");
    parse_clear(&parse);
}

static void yaml_file_parse__skips__a_byte_order_mark(void **state)
{
    (void)state;
    struct parse parse;
    parse_good(&parse, "\xef\xbb\xbf"
                       "a: 1\nb: 2\n");
    assert_int_equal(parse.value->len, 2);
    assert_int_equal(parse.value->keys[0]->place.column, 1);
    parse_clear(&parse);
    parse_good(&parse, "\xef\xbb\xbf");
    parse_clear(&parse);
}

static void yaml_file_parse__gives_an_empty_map__for_an_empty_document(void **state)
{
    (void)state;
    static const char *const texts[] = {"", "# only words\n", "\n\n"};
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        struct parse parse;
        parse_good(&parse, texts[i]);
        assert_int_equal(parse.value->kind, YAML_VALUE_MAP);
        assert_int_equal(parse.value->len, 0);
        parse_clear(&parse);
    }
}

static void yaml_value_is_nothing__knows__what_stands_for_nothing(void **state)
{
    (void)state;
    struct parse parse;
    parse_good(&parse, "[~, null, '', '~', no, {a: }, []]");
    static const bool expected[] = {true, true, false, false, false, false, false};
    for (size_t i = 0; i < COUNT_OF(expected); i++)
        assert_int_equal(yaml_value_is_nothing(parse.value->items[i]), expected[i]);
    assert_true(yaml_value_is_nothing(parse.value->items[5]->items[0]));
    parse_clear(&parse);
}

static void yaml_file_parse__says_where__the_syntax_breaks(void **state)
{
    (void)state;
    assert_refused("a: [1, 2\nb: 3",
                   "f.yaml:2:2: this is not YAML: did not find expected ',' or ']', "
                   "while parsing a flow sequence (begun on line 1)");
    assert_refused("a: b: c", "f.yaml:1:5: this is not YAML: mapping values are not "
                              "allowed in this context");
    assert_refused("a:\n\tb: 1",
                   "f.yaml:2:1: this is not YAML: found character that cannot start any "
                   "token, while scanning for the next token (begun on line 2); indent "
                   "with spaces, not with tabs");
    assert_refused("a: *no", "f.yaml:1:4: this is not YAML: found undefined alias");
    assert_refused("a: \xff", "f.yaml:1:4: this is not YAML: invalid leading UTF-8 "
                              "octet; the file has to be text in UTF-8");
}

static void yaml_file_parse__reports_and_leaves_out__keys_that_come_twice(void **state)
{
    (void)state;
    struct parse parse;
    const char *text = "a: 1\nb: 2\n'a': 3\nc: {x: 1, x: 2}\n";
    parse_bytes(&parse, text, strlen(text));
    assert_non_null(parse.value);
    assert_int_equal(parse.value->len, 3);
    assert_string_equal(yaml_value_get(parse.value, "a")->text, "1");
    assert_int_equal(parse.problems.len, 2);
    char *said = problem_list_format(&parse.problems, 0);
    assert_string_equal(said, "f.yaml:3:1: \"a\" is there twice, first on line 1; leave "
                              "one of them out");
    mem_free(said);
    assert_int_equal(parse.problems.items[1].place.line, 4);
    parse_clear(&parse);
}

static void yaml_file_parse__refuses__what_has_no_meaning_here(void **state)
{
    (void)state;
    assert_refused("--- a\n--- b", "f.yaml:2:5: a second document begins here; leave out "
                                   "what comes after \"---\"");
    assert_refused("a: !thing b",
                   "f.yaml:1:4: the tag \"!thing\" means nothing here; leave it out");
    assert_refused("? [x]\n: 1", "f.yaml:1:3: a name is a text, not a list or map");
    assert_refused("a: \"x\\0y\"",
                   "f.yaml:1:4: there is a NUL character in this text; leave it out");
}

static void yaml_file_parse__follows__aliases_within_the_ceilings(void **state)
{
    (void)state;
    struct parse parse;
    parse_good(&parse, "a: &x [1, 2]\nb: *x\n");
    assert_string_equal(yaml_value_get(parse.value, "b")->items[1]->text, "2");
    parse_clear(&parse);
    assert_refused("a: &x [*x]", "f.yaml:1:4: this is nested more than 32 levels deep");
    struct strbuf bomb;
    strbuf_init(&bomb, 10000);
    strbuf_append_text(&bomb, "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n");
    for (int i = 1; i < 20; i++) {
        strbuf_append_format(&bomb, "a%d: &a%d [", i, i);
        for (int j = 0; j < 10; j++)
            strbuf_append_format(&bomb, "*a%d%s", i - 1, j < 9 ? "," : "]\n");
    }
    parse_bytes(&parse, strbuf_text(&bomb), bomb.len);
    assert_null(parse.value);
    assert_non_null(strstr(parse.problems.items[0].what, "more than 20000 values"));
    parse_clear(&parse);
    strbuf_clear(&bomb);
}

/* Asserts that many of `unit` are refused (and do not take for ever). */
static void assert_repetition_refused(const char *unit, const char *words)
{
    struct strbuf text;
    struct parse parse;
    strbuf_init(&text, YAML_FILE_MAX_BYTES);
    while (strbuf_append_text(&text, unit))
        continue;
    parse_bytes(&parse, strbuf_text(&text), text.len);
    assert_null(parse.value);
    assert_int_equal(parse.problems.len, 1);
    assert_non_null(strstr(parse.problems.items[0].what, words));
    parse_clear(&parse);
    strbuf_clear(&text);
}

static void yaml_file_parse__refuses_quickly__what_would_take_long(void **state)
{
    (void)state;
    assert_repetition_refused("[", "open brackets");
    assert_repetition_refused("{a: ", "open brackets");
    assert_repetition_refused("- &a 1\n", "\"&\"");
    assert_repetition_refused("- ", "nested");
    assert_repetition_refused("- 1\n", "more than 20000 values");
}

static void yaml_file_parse__refuses__more_than_a_mebibyte(void **state)
{
    (void)state;
    struct parse parse;
    char *blank = mem_alloc(YAML_FILE_MAX_BYTES + 1);
    memset(blank, '\n', YAML_FILE_MAX_BYTES + 1);
    parse_bytes(&parse, blank, YAML_FILE_MAX_BYTES);
    assert_non_null(parse.value);
    parse_clear(&parse);
    parse_bytes(&parse, blank, YAML_FILE_MAX_BYTES + 1);
    assert_null(parse.value);
    assert_non_null(strstr(parse.problems.items[0].what, "larger"));
    parse_clear(&parse);
    mem_free(blank);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(yaml_file_parse__makes_a_tree__with_places),
        cmocka_unit_test(yaml_file_parse__takes__every_form_of_text),
        cmocka_unit_test(yaml_file_parse__skips__a_byte_order_mark),
        cmocka_unit_test(yaml_file_parse__gives_an_empty_map__for_an_empty_document),
        cmocka_unit_test(yaml_value_is_nothing__knows__what_stands_for_nothing),
        cmocka_unit_test(yaml_file_parse__says_where__the_syntax_breaks),
        cmocka_unit_test(yaml_file_parse__reports_and_leaves_out__keys_that_come_twice),
        cmocka_unit_test(yaml_file_parse__refuses__what_has_no_meaning_here),
        cmocka_unit_test(yaml_file_parse__follows__aliases_within_the_ceilings),
        cmocka_unit_test(yaml_file_parse__refuses_quickly__what_would_take_long),
        cmocka_unit_test(yaml_file_parse__refuses__more_than_a_mebibyte),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
