/* The form's fields: values, choices, what is wrong; and the rows that they come to. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "src/base/mem.h"
#include "src/base/strbuf.h"
#include "tests/support/template_text.h"
#include "ui/form.h"

#define SHOP                                                                             \
    "---\n"                                                                              \
    "fields:\n"                                                                          \
    "  product: text\n"                                                                  \
    "  price: {type: number, default: 10}\n"                                             \
    "  tone: {choices: [dry, warm, wild], default: dry}\n"                               \
    "  long: flag\n"                                                                     \
    "  points: list\n"                                                                   \
    "models: [gpt, claude]\n"                                                            \
    "---\n"                                                                              \
    "{product} {price:.2f} {tone} {long} {points:list}\n"

enum { PRODUCT, PRICE, TONE, LONG, POINTS, MODELS };

static int set_up(void **state)
{
    *state = form_new(template_from_text(SHOP));
    return 0;
}

static int tear_down(void **state)
{
    form_free(*state);
    return 0;
}

/* Fills what is required. */
static struct form *filled(void **state)
{
    struct form *form = *state;
    form_set(form, PRODUCT, "soap");
    form_set(form, LONG, "true");
    form_set(form, POINTS, "clean,cheap");
    return form;
}

static void assert_values(const struct form *form, size_t index, const char *expected)
{
    struct text_list values = {0};
    struct strbuf joined;
    struct error err = {ERROR_NONE, NULL};
    strbuf_init(&joined, STRBUF_OWN_MAX);
    assert_true(form_values(&form->fields[index], &values, &err));
    for (size_t i = 0; i < values.len; i++)
        strbuf_append_format(&joined, "[%s]", values.items[i]);
    assert_string_equal(strbuf_text(&joined), expected);
    strbuf_clear(&joined);
    text_list_clear(&values);
}

static void form_new__defaults_and_models__are_there(void **state)
{
    const struct form *form = *state;
    assert_int_equal(form->count, 6);
    assert_values(form, PRODUCT, "");
    assert_values(form, PRICE, "[10]");
    assert_values(form, TONE, "[dry]");
    assert_values(form, LONG, "");
    assert_values(form, MODELS, "[gpt][claude]");
    assert_true(form_is_required(&form->fields[PRODUCT]));
    assert_false(form_is_required(&form->fields[PRICE]));
    assert_false(form_is_required(&form->fields[MODELS]));
}

static void form_values__a_text_with_commas__is_one_until_told(void **state)
{
    struct form *form = *state;
    form_set(form, PRODUCT, "soap, fine, \"hand made\"");
    assert_values(form, PRODUCT, "[soap, fine, \"hand made\"]");
    form->fields[PRODUCT].is_several = true;
    assert_values(form, PRODUCT, "[soap][fine][hand made]");
    form_set(form, PRODUCT, "soap, fine\n\nbrush\n");
    assert_values(form, PRODUCT, "[soap, fine][brush]");
}

static void form_values__numbers__are_several_in_any_case(void **state)
{
    struct form *form = *state;
    form_set(form, PRICE, "1, 2.5,3");
    assert_values(form, PRICE, "[1][2.5][3]");
}

static void form_choose__steps__go_round_and_tick(void **state)
{
    struct form *form = *state;
    struct form_field *tone = &form->fields[TONE];
    form_choose(tone, -1);
    assert_values(form, TONE, "[wild]");
    form_tick(tone);
    form_choose(tone, 1);
    assert_values(form, TONE, "[wild]");
    form_tick(tone);
    assert_values(form, TONE, "[dry][wild]");
    assert_true(form_choose_letter(tone, 'W'));
    form_tick(tone);
    assert_values(form, TONE, "[dry][warm][wild]");
    assert_false(form_choose_letter(tone, 'q'));
    form_set(form, TONE, "warm");
    assert_values(form, TONE, "[warm]");
    form_set(form, TONE, "wild,dry,nothing");
    assert_values(form, TONE, "[dry][wild]");
    /* Without a default nothing is chosen until somebody does. */
    form_choose(&form->fields[LONG], 1);
    assert_values(form, LONG, "[true]");
}

static void form_check__missing__counts_once_it_was_tried(void **state)
{
    struct form *form = *state;
    assert_int_equal(form_check(form), 0);
    form->is_tried = true;
    assert_int_equal(form_check(form), 3);
    assert_string_equal(form->fields[PRODUCT].error, "needs a value (t.md:3)");
    assert_non_null(form->fields[LONG].error);
    assert_null(form->fields[PRICE].error);
    filled(state);
    assert_int_equal(form_check(form), 0);
}

static void form_check__each_of_several__has_to_be_right(void **state)
{
    struct form *form = filled(state);
    form_set(form, PRICE, "1,two,3");
    assert_int_equal(form_check(form), 1);
    assert_string_equal(form->fields[PRICE].error,
                        "has to be a number, not \"two\" (t.md:4)");
    form_set(form, PRICE, "1,\"open");
    assert_int_equal(form_check(form), 1);
    assert_non_null(strstr(form->fields[PRICE].error, "is not closed"));
}

static void form_check__what_only_the_body_knows__is_said_at_the_field(void **state)
{
    (void)state;
    struct form *form = form_new(
        template_from_text("---\nfields: {book: text}\n---\nBy {book.author}\n"));
    form_set(form, 0, "{\"title\":\"x\"}");
    form->is_tried = true;
    assert_int_equal(form_check(form), 1);
    assert_non_null(strstr(form->fields[0].error, "t.md:4"));
    form_set(form, 0, "{\"author\":\"x\"}");
    assert_int_equal(form_check(form), 0);
    form_free(form);
}

static void form_make_rows__several_in_several_fields__are_all_combinations(void **state)
{
    struct form *form = filled(state);
    form->fields[PRODUCT].is_several = true;
    form_set(form, PRODUCT, "soap,brush");
    form_set(form, PRICE, "1,2,3");
    struct prompt_rows *rows = form_make_rows(form);
    struct strbuf text;
    strbuf_init(&text, 1000);
    assert_int_equal(prompt_rows_count(rows), 6);
    for (size_t i = 0; i < 6; i++) {
        prompt_rows_describe(rows, i, &text);
        strbuf_append_char(&text, '\n');
    }
    assert_string_equal(strbuf_text(&text),
                        "product=soap, price=1\nproduct=soap, price=2\n"
                        "product=soap, price=3\nproduct=brush, price=1\n"
                        "product=brush, price=2\nproduct=brush, price=3\n");
    struct rendered_prompt prompt;
    struct error err = {ERROR_NONE, NULL};
    assert_true(prompt_rows_render(rows, 4, &prompt, &err));
    assert_string_equal(strbuf_text(&prompt.messages[0]->parts[0].text),
                        "brush 2.00 dry true clean\ncheap");
    rendered_prompt_clear(&prompt);
    strbuf_clear(&text);
    prompt_rows_free(rows);
}

static void prompt_rows_count__too_many__says_so(void **state)
{
    struct form *form = filled(state);
    struct strbuf many;
    strbuf_init(&many, STRBUF_OWN_MAX);
    for (int i = 0; i < 400; i++)
        strbuf_append_format(&many, "%s%d", i > 0 ? "," : "", i);
    form->fields[PRODUCT].is_several = true;
    form_set(form, PRODUCT, strbuf_text(&many));
    form_set(form, PRICE, strbuf_text(&many));
    strbuf_clear(&many);
    form->is_tried = true;
    assert_int_equal(form_check(form), 1);
    struct prompt_rows *rows = form_make_rows(form);
    assert_int_equal(prompt_rows_count(rows), PROMPT_ROWS_MAX + 1);
    prompt_rows_free(rows);
}

static void prompt_rows__outlive__their_form(void **state)
{
    struct form *form = filled(state);
    struct prompt_rows *rows = form_make_rows(form);
    form_free(form);
    *state = NULL;
    assert_string_equal(prompt_rows_template(rows)->name, "t");
    assert_string_equal(prompt_rows_value(rows, 0, "product"), "soap");
    assert_null(prompt_rows_value(rows, 0, "nothing"));
    prompt_rows_free(rows);
}

static void form_take_over__same_fields__keep_what_was_written(void **state)
{
    struct form *form = filled(state);
    form->fields[POINTS].is_several = true;
    form_choose(&form->fields[TONE], 1);
    form_tick(&form->fields[TONE]);
    form->focused = 2;
    struct form *other = form_new(template_from_text(
        "---\nfields:\n  product: text\n  tone: {choices: [warm, new]}\n---\n"
        "{product} {tone}\n"));
    form_take_over(other, form);
    assert_values(other, 0, "[soap]");
    assert_values(other, 1, "[warm]");
    assert_values(other, 2, "[gpt][claude]");
    form_free(other);
}

static void form_check__file_that_cannot_be_read__begins_with_the_reason(void **state)
{
    static const char expected[] =
        "cannot attach a file: cannot open /nowhere/x.txt: No such file or directory";
    (void)state;
    struct form *form = form_new(
        template_from_text("---\nfields: {page: file}\n---\nRead {page:file}\n"));
    form_set(form, 0, "/nowhere/x.txt");
    form->is_tried = true;
    assert_int_equal(form_check(form), 1);
    assert_int_equal(strncmp(form->fields[0].error, expected, strlen(expected)), 0);
    form_free(form);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(form_new__defaults_and_models__are_there, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(
            form_values__a_text_with_commas__is_one_until_told, set_up, tear_down),
        cmocka_unit_test_setup_teardown(form_values__numbers__are_several_in_any_case,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(form_choose__steps__go_round_and_tick, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(form_check__missing__counts_once_it_was_tried,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(form_check__each_of_several__has_to_be_right,
                                        set_up, tear_down),
        cmocka_unit_test(form_check__what_only_the_body_knows__is_said_at_the_field),
        cmocka_unit_test(form_check__file_that_cannot_be_read__begins_with_the_reason),
        cmocka_unit_test_setup_teardown(
            form_make_rows__several_in_several_fields__are_all_combinations, set_up,
            tear_down),
        cmocka_unit_test_setup_teardown(prompt_rows_count__too_many__says_so, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(prompt_rows__outlive__their_form, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(
            form_take_over__same_fields__keep_what_was_written, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
