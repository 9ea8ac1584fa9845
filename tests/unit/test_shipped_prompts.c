/* The prompts that come with Motet, with the values they were written for. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "src/base/compiler.h"
#include "src/base/mem.h"
#include "src/base/text_list.h"
#include "src/prompt/template_folder.h"
#include "src/prompt/template_render.h"

static void places_init(struct template_places *places)
{
    *places = (struct template_places){.len = 1};
    places->folders[0] = strbuf_format("%s/prompts", getenv("MOTET_SRCDIR"));
}

static void assert_renders(const char *name, const char *field, const char *value,
                           const char *expected)
{
    struct template_places places;
    struct problem_list problems;
    struct field_values values = {0};
    struct rendered_prompt prompt;
    struct error err = {ERROR_NONE, NULL};
    places_init(&places);
    struct prompt_template *template = template_open(&places, name, &problems);
    assert_non_null(template);
    field_values_set(&values, field, value, "the command line");
    assert_true(template_render(template, &values, &prompt, &err));
    assert_null(prompt.system);
    assert_int_equal(prompt.message_count, 1);
    assert_int_equal(prompt.messages[0]->author, MESSAGE_USER);
    assert_int_equal(prompt.messages[0]->part_count, 1);
    assert_string_equal(strbuf_text(&prompt.messages[0]->parts[0].text), expected);
    rendered_prompt_clear(&prompt);
    field_values_clear(&values);
    template_free(template);
    problem_list_clear(&problems);
    template_places_clear(&places);
}

static void shipped_prompts__say__what_they_should(void **state)
{
    (void)state;
    assert_renders("recommend_book", "genre", "fantasy", "Recommend a fantasy book");
    assert_renders("recommend_book_tool", "genre", "fantasy", "Recommend a fantasy book");
    assert_renders("sentiment_analysis", "text", "I love using Mirascope!",
                   "Analyze the sentiment of the following text: I love using "
                   "Mirascope!");
    static const char *const genres[] = {"action", "comedy", "drama", "sci-fi"};
    for (size_t i = 0; i < COUNT_OF(genres); i++) {
        char *expected = strbuf_format("Summarize the plot of a %s movie", genres[i]);
        assert_renders("summarize_movie", "genre", genres[i], expected);
        mem_free(expected);
    }
    assert_renders("explain_concept", "concept", "quantum computing",
                   "Explain quantum computing in simple terms");
}

static void shipped_prompts__are__described(void **state)
{
    (void)state;
    struct template_places places;
    struct template_list list = {0};
    places_init(&places);
    template_list_read(&list, &places);
    assert_int_equal(list.len, 5);
    for (size_t i = 0; i < list.len; i++) {
        struct problem_list problems;
        struct prompt_template *template =
            template_open(&places, list.items[i].name, &problems);
        assert_non_null(template);
        assert_string_not_equal(template->description, "");
        assert_non_null(template->fields[0].help);
        const bool has_tool = strcmp(template->name, "recommend_book_tool") == 0;
        assert_int_equal(texts_count(template->tools), has_tool ? 1 : 0);
        if (has_tool)
            assert_string_equal(template->tools[0], "format_book");
        template_free(template);
        problem_list_clear(&problems);
    }
    template_list_clear(&list);
    template_places_clear(&places);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shipped_prompts__say__what_they_should),
        cmocka_unit_test(shipped_prompts__are__described),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
