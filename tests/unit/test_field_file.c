/* Files of a template's fields, as the messages they become. */
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
#include "src/engine/field_file.h"
#include "src/prompt/template_render.h"

static const char picture[] = "\x89PNG\r\n\x1a\n";

static void write_file(const char *name, const char *text)
{
    FILE *file = fopen(name, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static int enter_folder(void **state)
{
    (void)state;
    char *folder = strbuf_format("%s/files-XXXXXX", getenv("TMPDIR"));
    const bool ok = mkdtemp(folder) != NULL && chdir(folder) == 0;
    mem_free(folder);
    if (!ok)
        return -1;
    write_file("p.png", picture);
    write_file("n.txt", "notes\n");
    return 0;
}

static struct prompt_template *parse(const char *text)
{
    struct problem_list problems;
    problem_list_init(&problems, "t.md");
    struct prompt_template *template =
        template_parse("t.md", text, strlen(text), &problems);
    assert_non_null(template);
    problem_list_clear(&problems);
    return template;
}

static void field_files__become__parts(void **state)
{
    (void)state;
    struct field_values values = {0};
    struct rendered_prompt prompt;
    struct error err = {ERROR_NONE, NULL};
    struct prompt_template *template =
        parse("---\nfields:\n  t: {from: {file: n.txt}}\n  d: {type: file, default: "
              "n.txt}\n---\n{t}: {p:images} {d}");
    field_values_set(&values, "p", "p.png,p.png", "the command line");
    assert_true(field_files_read(template, &values, &err));
    assert_true(field_files_read(template, &values, &err));
    assert_true(template_render(template, &values, &prompt, &err));
    const struct message *message = prompt.messages[0];
    assert_int_equal(message->part_count, 3);
    assert_string_equal(strbuf_text(&message->parts[0].text), "notes:");
    assert_int_equal(message->parts[1].kind, PART_IMAGE);
    assert_string_equal(message->parts[1].media_type, "image/png");
    assert_int_equal(message->parts[2].kind, PART_FILE);
    assert_string_equal(message->parts[2].name, "n.txt");
    rendered_prompt_clear(&prompt);
    field_values_clear(&values);
    template_free(template);
}

static void assert_refused(const char *text, const char *value, const char *expected)
{
    struct field_values values = {0};
    struct error err = {ERROR_NONE, NULL};
    struct rendered_prompt prompt;
    struct prompt_template *template = parse(text);
    if (value != NULL)
        field_values_set(&values, "p", value, "here");
    if (field_files_read(template, &values, &err))
        assert_false(template_render(template, &values, &prompt, &err));
    assert_string_equal(error_text(&err), expected);
    error_clear(&err);
    field_values_clear(&values);
    template_free(template);
}

static void field_files__say__what_cannot_be_sent(void **state)
{
    (void)state;
    assert_refused("{p:image}", "gone.png",
                   "t.md:1: the field \"p\": cannot attach a file: cannot open gone.png: "
                   "No such file or directory");
    assert_refused("{p:image}", "n.txt",
                   "t.md:1:1: the field \"p\" has to be a picture, and n.txt is none "
                   "(here)");
    assert_refused("{p:file}", "p.png",
                   "t.md:1:1: the field \"p\" has to be a file of text, and p.png is a "
                   "picture (here)");
    assert_refused("---\nfields: {p: {from: {file: gone}}}\n---\n{p}", NULL,
                   "t.md:2: the field \"p\": cannot open gone: No such file or "
                   "directory");
    assert_refused("{p:image}", "http://example.org/p.png",
                   "t.md:1: the field \"p\": has to be a file of this machine: Motet "
                   "fetches nothing, so that a prompt cannot make it visit addresses; "
                   "fetch it first and give its path");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(field_files__become__parts),
        cmocka_unit_test(field_files__say__what_cannot_be_sent),
    };
    return cmocka_run_group_tests(tests, enter_folder, NULL);
}
