/* Rows of values from arguments, CSV, JSONL and files of lines. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "src/base/mem.h"
#include "src/base/strbuf.h"
#include "src/prompt/row_source.h"

/* A template, and files in the test's own folder, in which it works. */
struct trial {
    struct prompt_template *template;
    struct row_options options;
    struct strbuf seen;
};

static int enter_folder(void **state)
{
    (void)state;
    char *folder = strbuf_format("%s/rows-XXXXXX", getenv("TMPDIR"));
    const bool ok = mkdtemp(folder) != NULL && chdir(folder) == 0;
    mem_free(folder);
    return ok ? 0 : -1;
}

static void write_file(const char *name, const char *text, size_t len)
{
    FILE *file = fopen(name, "w");
    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, len, file), len);
    assert_int_equal(fclose(file), 0);
}

static void trial_init(struct trial *trial, const char *text)
{
    struct problem_list problems;
    *trial = (struct trial){0};
    strbuf_init(&trial->seen, STRBUF_OWN_MAX);
    problem_list_init(&problems, "t.md");
    trial->template = template_parse("t.md", text, strlen(text), &problems);
    assert_non_null(trial->template);
    trial->options.template = trial->template;
    problem_list_clear(&problems);
}

static void trial_clear(struct trial *trial)
{
    template_free(trial->template);
    strbuf_clear(&trial->seen);
}

static void show_row(const struct field_values *row, struct strbuf *out)
{
    for (size_t i = 0; i < row->len; i++) {
        strbuf_append_format(out, "%s%s=%s", i > 0 ? " " : "", row->items[i].name,
                             row->items[i].text);
        for (char **item = row->items[i].items; item != NULL && *item != NULL; item++)
            strbuf_append_format(out, "<%s>", *item);
    }
    strbuf_append_char(out, '|');
}

/* All rows as "a=1 b=2|…", with "!sentence" where it fails. */
static const char *read_rows(struct trial *trial)
{
    struct error err = {ERROR_NONE, NULL};
    struct field_values row = {0};
    enum row_result result = ROW_FAILED;
    struct row_source *source = row_source_new(&trial->options, &err);
    strbuf_reset(&trial->seen);
    while (source != NULL && (result = row_source_next(source, &row, &err)) == ROW_READ)
        show_row(&row, &trial->seen);
    if (result == ROW_FAILED)
        strbuf_append_format(&trial->seen, "!%s", error_text(&err));
    row_source_free(source);
    field_values_clear(&row);
    error_clear(&err);
    return strbuf_text(&trial->seen);
}

/* The rows of some arguments (NULL: no more). */
static const char *read_arguments(struct trial *trial, const char *one, const char *two)
{
    const char *const arguments[] = {one, two};
    trial->options.arguments = arguments;
    trial->options.argument_count = (one != NULL) + (two != NULL);
    const char *seen = read_rows(trial);
    trial->options.argument_count = 0;
    return seen;
}

static void row_source__gives__one_row_for_nothing(void **state)
{
    (void)state;
    struct trial trial;
    trial_init(&trial, "{a} {b}");
    assert_string_equal(read_rows(&trial), "|");
    trial_clear(&trial);
}

static void row_source__splits__values_at_commas(void **state)
{
    (void)state;
    struct trial trial;
    trial_init(&trial, "{a} {b}");
    assert_string_equal(read_arguments(&trial, "a=action,comedy,sci-fi", NULL),
                        "a=action|a=comedy|a=sci-fi|");
    assert_string_equal(read_arguments(&trial, "a=", NULL), "a=|");
    assert_string_equal(read_arguments(&trial, "a= x , y ,", NULL), "a= x|a=y|a=|");
    assert_string_equal(read_arguments(&trial, "a=,x", NULL), "a=|a=x|");
    assert_string_equal(read_arguments(&trial, "a=x\\,y,\"p, \\\"q\\\"\"", NULL),
                        "a=x,y|a=p, \"q\"|");
    assert_string_equal(read_arguments(&trial, "a=c:\\new\\\\x,it's", NULL),
                        "a=c:\\new\\x|a=it's|");
    assert_string_equal(read_arguments(&trial, "a={\"t\":\"x\",\"y\":[1,2]}", NULL),
                        "a={\"t\":\"x\",\"y\":[1,2]}|");
    assert_string_equal(read_arguments(&trial, "a=\\@x", NULL), "a=@x|");
    assert_string_equal(read_arguments(&trial, "a=\\-", NULL), "a=-|");
    assert_string_equal(read_arguments(&trial, "a=x=y", NULL), "a=x=y|");
    trial_clear(&trial);
}

static void row_source__turns__the_last_argument_fastest(void **state)
{
    (void)state;
    struct trial trial;
    trial_init(&trial, "{a} {b}");
    assert_string_equal(read_arguments(&trial, "b=1,2", "a=x,y,z"),
                        "b=1 a=x|b=1 a=y|b=1 a=z|b=2 a=x|b=2 a=y|b=2 a=z|");
    trial_clear(&trial);
}

static void row_source__keeps__lists_together(void **state)
{
    (void)state;
    struct trial trial;
    trial_init(&trial, "{a:list} {g:lists}");
    assert_string_equal(read_arguments(&trial, "a=x,y", "g=a,b;c"), "a=x,y g=a,b;c|");
    trial_clear(&trial);
}

static void row_source__reads__lines_of_a_file(void **state)
{
    (void)state;
    struct trial trial;
    static const char lines[] = "\xef\xbb\xbfone, two\r\n\n\"three\"\nfour";
    write_file("lines.txt", lines, sizeof(lines) - 1);
    write_file("none.txt", "", 0);
    trial_init(&trial, "{a} {b}");
    assert_string_equal(read_arguments(&trial, "a=@lines.txt", NULL),
                        "a=one, two|a=\"three\"|a=four|");
    assert_string_equal(read_arguments(&trial, "b=x", "a=@lines.txt"),
                        "b=x a=one, two|b=x a=\"three\"|b=x a=four|");
    assert_string_equal(read_arguments(&trial, "a=@lines.txt", "b=x,y"),
                        "a=one, two b=x|a=one, two b=y|a=\"three\" b=x|a=\"three\" b=y|"
                        "a=four b=x|a=four b=y|");
    assert_string_equal(read_arguments(&trial, "b=x,y", "a=@lines.txt"),
                        "b=x a=one, two|b=x a=\"three\"|b=x a=four|b=y a=one, two|b=y "
                        "a=\"three\"|b=y a=four|");
    assert_string_equal(read_arguments(&trial, "a=@none.txt", "b=x,y"), "");
    assert_string_equal(read_arguments(&trial, "b=x,y", "a=@none.txt"), "");
    assert_string_equal(read_arguments(&trial, "a=@gone.txt", NULL),
                        "!a: a text that begins with @ is written \\@: cannot open "
                        "gone.txt: No such file or directory");
    write_file("bad.txt", "ok\nb\xff\n", 6);
    assert_string_equal(read_arguments(&trial, "a=@bad.txt", NULL),
                        "a=ok|!bad.txt:2: the text is not UTF-8; convert the file first, "
                        "for example with iconv");
    trial_clear(&trial);
}

static void row_source__reads__standard_input(void **state)
{
    (void)state;
    struct trial trial;
    write_file("input.txt", "one\ntwo\n", 8);
    trial_init(&trial, "{a} {b}");
    trial.options.input = fopen("input.txt", "r");
    assert_string_equal(read_arguments(&trial, "a=-", NULL), "a=one\ntwo|");
    rewind(trial.options.input);
    assert_string_equal(read_arguments(&trial, "a=@-", NULL), "a=one|a=two|");
    assert_string_equal(read_arguments(&trial, "a=-", "b=-"),
                        "!standard input can be read for one thing only");
    fclose(trial.options.input);
    trial_clear(&trial);
}

static void row_source__finds__files_by_pattern(void **state)
{
    (void)state;
    struct trial trial;
    write_file("p2.png", "x", 1);
    write_file("p10.png", "x", 1);
    write_file("q*.png", "x", 1);
    trial_init(&trial, "{p:image} {t}");
    assert_string_equal(read_arguments(&trial, "p=p*.png", NULL), "p=p10.png|p=p2.png|");
    assert_string_equal(read_arguments(&trial, "p=p?.png,other.png", "t=*"),
                        "p=p2.png t=*|p=other.png t=*|");
    assert_string_equal(read_arguments(&trial, "p=q*.png", NULL), "p=q*.png|");
    assert_string_equal(read_arguments(&trial, "p=z*.png", NULL),
                        "!p: no file matches z*.png");
    trial_clear(&trial);
    trial_init(&trial, "{p:images}");
    assert_string_equal(read_arguments(&trial, "p=p*.png,x.png", NULL),
                        "p=p*.png,x.png<p10.png><p2.png><x.png>|");
    trial_clear(&trial);
}

static void row_source__refuses__what_is_wrong_before_any_row(void **state)
{
    (void)state;
    struct trial trial;
    write_file("a.csv", "a\nx\n", 4);
    trial_init(&trial, "---\nfields: {a: text, n: number, c: {choices: [x]}}\n---\n"
                       "{a} {n} {c}");
    assert_string_equal(read_arguments(&trial, "nn=1", NULL),
                        "!there is no field \"nn\"; did you mean \"n\"?");
    assert_string_equal(read_arguments(&trial, "a", NULL), "!\"a\" is no FIELD=VALUE");
    assert_string_equal(read_arguments(&trial, "=a", NULL), "!\"=a\" is no FIELD=VALUE");
    assert_string_equal(read_arguments(&trial, "a=1", "a=2"),
                        "!the field \"a\" is given twice; several values are written "
                        "a=a,b");
    assert_string_equal(read_arguments(&trial, "n=1,two", NULL),
                        "!the field \"n\" has to be a number, not \"two\"");
    assert_string_equal(read_arguments(&trial, "c=y", NULL),
                        "!the field \"c\" cannot be \"y\": there are x");
    assert_string_equal(read_arguments(&trial, "a=\"x", NULL),
                        "!a: the quote before x is not closed; a quote that belongs to "
                        "the text is written \\\"");
    trial.options.csv_path = "a.csv";
    assert_string_equal(read_arguments(&trial, "a=1", NULL),
                        "!the field \"a\" is given by a.csv and on the command line");
    trial.options.jsonl_path = "a.jsonl";
    assert_string_equal(read_rows(&trial), "!--csv and --jsonl exclude each other");
    trial_clear(&trial);
}

static const char *read_csv(struct trial *trial, const char *text, const char *argument)
{
    write_file("t.csv", text, strlen(text));
    trial->options.csv_path = "t.csv";
    return read_arguments(trial, argument, NULL);
}

static void row_source__reads__csv(void **state)
{
    (void)state;
    struct trial trial;
    trial_init(&trial, "{a} {b}");
    assert_string_equal(read_csv(&trial, "a, id\r\n\"x\ny\",1\r\nz,2\r\n", "b=p,q"),
                        "a=x\ny id=1 b=p|a=x\ny id=1 b=q|a=z id=2 b=p|a=z id=2 b=q|");
    assert_string_equal(read_csv(&trial, "a,b\n", NULL), "");
    assert_string_equal(read_csv(&trial, "", NULL),
                        "!t.csv is empty; its first line has to name the columns");
    assert_string_equal(read_csv(&trial, "a,b\n1,2\n3\n", NULL),
                        "a=1 b=2|!t.csv:3: the row has 1 value, and there are 2 columns");
    assert_string_equal(read_csv(&trial, "a,b,a\n", NULL),
                        "!t.csv:1: column 3 has the name of another one");
    assert_string_equal(read_csv(&trial, "a,\n", NULL), "!t.csv:1: column 2 has no name");
    trial_clear(&trial);
}

static const char *read_jsonl(struct trial *trial, const char *text, const char *argument)
{
    write_file("t.jsonl", text, strlen(text));
    trial->options.jsonl_path = "t.jsonl";
    return read_arguments(trial, argument, NULL);
}

static void row_source__reads__jsonl(void **state)
{
    (void)state;
    struct trial trial;
    trial_init(&trial, "{a} {b}");
    assert_string_equal(
        read_jsonl(&trial,
                   "{\"a\":\"x\\ny\",\"n\":12345678901234567890,\"f\":true}\n\n"
                   "{\"a\":[\"p\", 1.50,{\"k\":1}],\"o\":{ \"k\" : [1, 2] },\"z\":null}",
                   "b=1"),
        "a=x\ny n=12345678901234567890 f=true b=1|"
        "a=[\"p\",1.50,{\"k\":1}]<p><1.50><{\"k\":1}> o={\"k\":[1,2]} b=1|");
    assert_string_equal(read_jsonl(&trial, "", NULL), "");
    assert_string_equal(read_jsonl(&trial, "{\"a\":1}\n[1]\n", NULL),
                        "a=1|!t.jsonl:2: the line is not a JSON object");
    assert_string_equal(read_jsonl(&trial, "{\"a\":1", NULL),
                        "!t.jsonl:1: the line is not a JSON object");
    assert_string_equal(read_jsonl(&trial, "{\"a\":1,\"a\":2}", NULL),
                        "!t.jsonl:1: the object has \"a\" twice");
    assert_string_equal(
        read_jsonl(&trial, "{\"b\":1}\n", "b=2"),
        "!t.jsonl:1: the field \"b\" is given here and on the command line");
    trial_clear(&trial);
}

static void row_source__counts__what_is_known(void **state)
{
    (void)state;
    struct trial trial;
    struct error err = {ERROR_NONE, NULL};
    static const char *const arguments[] = {"a=1,2,3", "b=x,y"};
    write_file("two.txt", "1\n2\n", 4);
    static const char *const lines[] = {"a=@two.txt"};
    trial_init(&trial, "{a} {b}");
    trial.options.arguments = arguments;
    trial.options.argument_count = 2;
    struct row_source *source = row_source_new(&trial.options, &err);
    assert_int_equal(row_source_count(source), 6);
    row_source_free(source);
    trial.options.arguments = lines;
    trial.options.argument_count = 1;
    source = row_source_new(&trial.options, &err);
    assert_int_equal(row_source_count(source), -1);
    row_source_free(source);
    trial_clear(&trial);
}

static void row_source__checks__all_rows_first(void **state)
{
    (void)state;
    struct trial trial;
    struct problem_list problems;
    int64_t count;
    write_file("n.csv", "n\n1\nx\n3\ny\n", 10);
    trial_init(&trial, "{n:d}");
    trial.options.csv_path = "n.csv";
    problem_list_init(&problems, "t.md");
    assert_false(row_source_check(&trial.options, &count, &problems));
    assert_int_equal(count, 4);
    assert_int_equal(problems.len, 2);
    char *first = problem_list_format(&problems, 0);
    assert_string_equal(first, "t.md:1:1: the field \"n\" has to be a number, not \"x\" "
                               "(n.csv:3)");
    mem_free(first);
    problem_list_clear(&problems);
    problem_list_init(&problems, "t.md");
    trial.options.csv_path = "-";
    assert_true(row_source_check(&trial.options, &count, &problems));
    assert_int_equal(count, -1);
    problem_list_clear(&problems);
    trial_clear(&trial);
}

static void row_source__takes__a_million_characters(void **state)
{
    (void)state;
    struct trial trial;
    struct error err = {ERROR_NONE, NULL};
    struct field_values row = {0};
    const size_t len = 1000000;
    char *text = mem_alloc(len + 20);
    memset(text, 'x', len + 20);
    memcpy(text, "a,b\n\"", 5);
    memcpy(text + 5 + len, "\",1\n", 4);
    write_file("wide.csv", text, len + 9);
    trial_init(&trial, "{a} {b}");
    trial.options.csv_path = "wide.csv";
    struct row_source *source = row_source_new(&trial.options, &err);
    assert_int_equal(row_source_next(source, &row, &err), ROW_READ);
    assert_int_equal(strlen(field_values_find(&row, "a")->text), len);
    assert_string_equal(field_values_find(&row, "b")->where, "wide.csv:2");
    assert_int_equal(row_source_next(source, &row, &err), ROW_END);
    assert_int_equal(row_source_next(source, &row, &err), ROW_END);
    row_source_free(source);
    field_values_clear(&row);
    mem_free(text);
    trial_clear(&trial);
}

static void row_source__gives__rows_of_a_pipe_as_they_come(void **state)
{
    (void)state;
    struct trial trial;
    struct error err = {ERROR_NONE, NULL};
    struct field_values row = {0};
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    trial_init(&trial, "{a}");
    trial.options.input = fdopen(ends[0], "r");
    trial.options.csv_path = "-";
    assert_int_equal(write(ends[1], "a\none\ntw", 8), 8);
    struct row_source *source = row_source_new(&trial.options, &err);
    assert_int_equal(row_source_next(source, &row, &err), ROW_READ);
    assert_string_equal(field_values_find(&row, "a")->text, "one");
    assert_string_equal(field_values_find(&row, "a")->where, "standard input:2");
    assert_int_equal(write(ends[1], "o\n", 2), 2);
    assert_int_equal(row_source_next(source, &row, &err), ROW_READ);
    assert_string_equal(field_values_find(&row, "a")->text, "two");
    close(ends[1]);
    assert_int_equal(row_source_next(source, &row, &err), ROW_END);
    row_source_free(source);
    fclose(trial.options.input);
    field_values_clear(&row);
    trial_clear(&trial);
}

static void row_source__reads__ten_thousand_rows_in_order(void **state)
{
    (void)state;
    struct trial trial;
    struct error err = {ERROR_NONE, NULL};
    struct field_values row = {0};
    FILE *file = fopen("many.csv", "w");
    int64_t count = 0;
    fputs("n\n", file);
    for (int i = 0; i < 10000; i++)
        fprintf(file, "%d\n", i);
    fclose(file);
    trial_init(&trial, "{n}");
    trial.options.csv_path = "many.csv";
    struct row_source *source = row_source_new(&trial.options, &err);
    while (row_source_next(source, &row, &err) == ROW_READ) {
        char *expected = strbuf_format("%d", (int)count++);
        assert_string_equal(field_values_find(&row, "n")->text, expected);
        mem_free(expected);
    }
    assert_int_equal(err.class, ERROR_NONE);
    assert_int_equal(count, 10000);
    row_source_free(source);
    field_values_clear(&row);
    trial_clear(&trial);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(row_source__gives__one_row_for_nothing),
        cmocka_unit_test(row_source__splits__values_at_commas),
        cmocka_unit_test(row_source__turns__the_last_argument_fastest),
        cmocka_unit_test(row_source__keeps__lists_together),
        cmocka_unit_test(row_source__reads__lines_of_a_file),
        cmocka_unit_test(row_source__reads__standard_input),
        cmocka_unit_test(row_source__finds__files_by_pattern),
        cmocka_unit_test(row_source__refuses__what_is_wrong_before_any_row),
        cmocka_unit_test(row_source__reads__csv),
        cmocka_unit_test(row_source__reads__jsonl),
        cmocka_unit_test(row_source__counts__what_is_known),
        cmocka_unit_test(row_source__checks__all_rows_first),
        cmocka_unit_test(row_source__takes__a_million_characters),
        cmocka_unit_test(row_source__gives__rows_of_a_pipe_as_they_come),
        cmocka_unit_test(row_source__reads__ten_thousand_rows_in_order),
    };
    return cmocka_run_group_tests(tests, enter_folder, NULL);
}
