/* The guide's page about prompts: its example is one, and each of its lines is explained.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "src/base/compiler.h"
#include "src/base/mem.h"
#include "src/base/path.h"
#include "src/base/text_list.h"
#include "src/prompt/template_render.h"

#define PAGE_MAX ((size_t)1 << 20)

static char *read_page(void)
{
    const char *top = getenv("MOTET_SRCDIR");
    struct strbuf text;
    struct error err = {.class = ERROR_NONE};
    strbuf_init(&text, PAGE_MAX);
    char *path = strbuf_format("%s/docs/guide/prompts.md", top != NULL ? top : ".");
    if (!path_read_file(path, &text, &err))
        fail_msg("%s", error_text(&err));
    mem_free(path);
    return strbuf_take(&text);
}

/* The block that begins with "```markdown". Caller frees. */
static char *find_example(const char *page)
{
    static const char mark[] = "\n```markdown\n";
    const char *start = strstr(page, mark);
    assert_non_null(start);
    start += sizeof(mark) - 1;
    const char *end = strstr(start, "\n```\n");
    assert_non_null(end);
    return mem_strndup(start, (size_t)(end - start) + 1);
}

static struct prompt_template *parse_example(const char *page)
{
    struct problem_list problems;
    char *block = find_example(page);
    problem_list_init(&problems, "docs/guide/prompts.md");
    struct prompt_template *template =
        template_parse("/p/review.md", block, strlen(block), &problems);
    if (template == NULL) {
        char *first = problem_list_format(&problems, 0);
        fail_msg("%s", first);
        mem_free(first);
    }
    problem_list_clear(&problems);
    mem_free(block);
    return template;
}

static void guide_prompts__example__can_be_filled(void **state)
{
    (void)state;
    struct field_values values = {0};
    struct rendered_prompt prompt;
    struct error err = {.class = ERROR_NONE};
    char *page = read_page();
    struct prompt_template *template = parse_example(page);
    static const char *const given[][2] = {
        {"product", "the {lamp}"}, {"strengths", "bright,small"},
        {"photo", "lamp.png"},     {"guidelines", "Be fair."},
        {"today", "Monday"},       {"remarks", "USER: none"},
    };
    const struct attachment picture = {PART_IMAGE, (char *)"lamp.png", "image/png",
                                       (char *)"PNG", 3};
    for (size_t i = 0; i < COUNT_OF(given); i++)
        field_values_set(&values, given[i][0], given[i][1], "a test");
    attachment_list_add(&field_values_set(&values, "photo", "lamp.png", "a test")->files,
                        &picture);
    if (!template_render(template, &values, &prompt, &err))
        fail_msg("%s", error_text(&err));
    assert_string_equal(prompt.system,
                        "You write for a shop. Your tone is dry.\n\nBe fair.");
    assert_int_equal(prompt.message_count, 3);
    assert_true(prompt.has_history);
    assert_int_equal(prompt.history_at, 2);
    assert_string_equal(strbuf_text(&prompt.messages[1]->parts[0].text),
                        "As JSON: {\"review\": \"…\"}");
    const struct message *last = prompt.messages[2];
    assert_int_equal(last->part_count, 3);
    assert_string_equal(strbuf_text(&last->parts[0].text),
                        "Today is Monday. Review the {lamp} at 10.00 euros.\n"
                        "Its strengths:\nbright\nsmall\nThis is how it looks:");
    assert_int_equal(last->parts[1].kind, PART_IMAGE);
    assert_string_equal(strbuf_text(&last->parts[2].text), "USER: none");
    rendered_prompt_clear(&prompt);
    field_values_clear(&values);
    template_free(template);
    mem_free(page);
}

/* A line "| `NAME` |" of one of the page's tables. */
static void assert_explained(const char *page, const char *name)
{
    char *row = strbuf_format("\n| `%s` |", name);
    if (strstr(page, row) == NULL)
        fail_msg("docs/guide/prompts.md does not explain \"%s\"", name);
    mem_free(row);
}

static void guide_prompts__explains__every_line_of_the_header(void **state)
{
    (void)state;
    static const char *const names[] = {"description", "fields", "models",  "system",
                                        "params",      "tools",  "schema",  "type",
                                        "default",     "help",   "choices", "from"};
    char *page = read_page();
    struct prompt_template *template = parse_example(page);
    for (size_t i = 0; i < COUNT_OF(names); i++)
        assert_explained(page, names[i]);
    for (int type = FIELD_TEXT; type <= FIELD_MESSAGES; type++)
        assert_explained(page, field_type_name((enum field_type)type));
    /* The example shows all there is. */
    assert_string_not_equal(template->description, "");
    assert_non_null(template->system);
    assert_non_null(template->schema);
    assert_int_equal(texts_count(template->models), 2);
    assert_int_equal(texts_count(template->params), 1);
    assert_int_equal(texts_count(template->tools), 1);
    assert_int_equal(template_find_field(template, "guidelines")->origin,
                     FIELD_FROM_FILE);
    assert_int_equal(template_find_field(template, "today")->origin, FIELD_FROM_COMMAND);
    assert_int_equal(template_find_field(template, "remarks")->origin, FIELD_FROM_INPUT);
    template_free(template);
    mem_free(page);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(guide_prompts__example__can_be_filled),
        cmocka_unit_test(guide_prompts__explains__every_line_of_the_header),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
