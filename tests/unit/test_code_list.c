/* Blocks of code as texts, with the numbers that the rows show. */
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "ui/render/code_list.h"
#include "ui/render/markdown_lines.h"

static void assert_block(const struct code_list *list, size_t index, const char *language,
                         const char *text)
{
    assert_true(index < list->count);
    assert_int_equal(list->items[index].number, index + 1);
    assert_string_equal(list->items[index].language, language);
    assert_string_equal(strbuf_text(&list->items[index].text), text);
}

static void add(struct code_list *list, const char *text)
{
    code_list_add(list, text, strlen(text));
}

static void code_list_add__takes__lines_without_fences(void **state)
{
    (void)state;
    struct code_list list = {0};
    add(&list, "One:\n\n```python title=x\nif a:\n\n\tb = 1   \n```\nand\n~~~\nx\n~~~\n");
    assert_block(&list, 0, "python", "if a:\n\n\tb = 1   \n");
    assert_int_equal(list.items[0].line_count, 3);
    assert_block(&list, 1, "", "x\n");
    assert_int_equal(list.count, 2);
    code_list_clear(&list);
}

static void code_list_add__in_lists_and_quotes__drops_their_marks(void **state)
{
    (void)state;
    struct code_list list = {0};
    add(&list, "1. do\n\n   ```sh\n   ls\n     -l\n   ```\n\n> ```c\n> int x;\n> ```\n");
    assert_block(&list, 0, "sh", "ls\n  -l\n");
    assert_block(&list, 1, "c", "int x;\n");
    code_list_clear(&list);
}

static void code_list_add__second_text__goes_on_counting(void **state)
{
    (void)state;
    struct code_list list = {0};
    add(&list, "```\na\n```\n");
    add(&list, "no code");
    add(&list, "    indented, without a number\n\n```\nb\n```\n```\nopen");
    assert_block(&list, 0, "", "a\n");
    assert_block(&list, 1, "", "b\n");
    assert_block(&list, 2, "", "open\n");
    assert_int_equal(list.count, 3);
    code_list_clear(&list);
}

static void code_list_add__hostile_bytes__stay_as_they_came(void **state)
{
    (void)state;
    struct code_list list = {0};
    const char text[] = "```\na\033]52;c;!\007\r\0b\xe2\x80\xae\n```\n";
    code_list_add(&list, text, sizeof(text) - 1);
    assert_int_equal(list.count, 1);
    assert_int_equal(list.items[0].text.len, sizeof(text) - 1 - 8);
    assert_memory_equal(list.items[0].text.text, text + 4, sizeof(text) - 1 - 8);
    code_list_clear(&list);
}

static void code_list_ending__knows__languages(void **state)
{
    (void)state;
    assert_string_equal(code_list_ending("Python"), "py");
    assert_string_equal(code_list_ending("c++"), "cpp");
    assert_string_equal(code_list_ending(""), "txt");
    assert_string_equal(code_list_ending("../x"), "txt");
}

/* Selecting `before` takes `added` too, which follows it. */
static void assert_end(const char *before, const char *added, const char *after)
{
    char text[1000];
    snprintf(text, sizeof(text), "%s%s%s", before, added, after);
    assert_int_equal(markdown_lines_end(text, strlen(text), 0, strlen(before)),
                     strlen(before) + strlen(added));
}

static void markdown_lines_end__block_begun__takes_its_last_fence(void **state)
{
    (void)state;
    assert_end("```c\nint x;", "\n```", "\nrest");
    assert_end("- a\n  ~~~~\n  b", "\n  ~~~~~", "");
    assert_end("> ```\n> b", "\n> ```", "\n> c");
    assert_end("```c\nint x;", "", "\nint y;\n```");
    assert_end("````\nb", "", "\n```\n````");
    assert_end("```\nb\n```\nword", "", "\n```\nc\n```");
    assert_end("int x;", "", "\n```");
    assert_end("```\na", "", "");
}

int main(void)
{
    setlocale(LC_CTYPE, "C.UTF-8");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(code_list_add__takes__lines_without_fences),
        cmocka_unit_test(code_list_add__in_lists_and_quotes__drops_their_marks),
        cmocka_unit_test(code_list_add__second_text__goes_on_counting),
        cmocka_unit_test(code_list_add__hostile_bytes__stay_as_they_came),
        cmocka_unit_test(code_list_ending__knows__languages),
        cmocka_unit_test(markdown_lines_end__block_begun__takes_its_last_fence),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
