/*
 * Prompts of other programs from strangers' hands: the first byte chooses the file's
 * name. Whatever the bytes: what is imported is a template without faults, a failure has
 * a problem and gives nothing.
 */
#include "tests/fuzz/fuzz.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "src/prompt/prompt_import.h"
#include "src/prompt/template.h"

static void must(bool holds)
{
    if (!holds)
        abort();
}

static void check_prompt(const struct imported_prompt *prompt)
{
    struct problem_list problems;
    problem_list_init(&problems, "t.md");
    struct prompt_template *template =
        template_parse("t.md", prompt->text, strlen(prompt->text), &problems);
    must(template != NULL && problems.len == 0);
    must(prompt->name[0] != '\0' && strchr(prompt->name, '/') == NULL);
    template_free(template);
    problem_list_clear(&problems);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const names[] = {"a.yaml", "a.md"};
    struct import_list list = {0};
    struct problem_list problems;
    if (size == 0)
        return 0;
    problem_list_init(&problems, "a");
    const bool ok = prompt_import(names[data[0] % 2], (const char *)data + 1, size - 1,
                                  &list, &problems);
    must(ok == (problems.len == 0) && ok == (list.len > 0));
    for (size_t i = 0; i < list.len; i++)
        check_prompt(&list.items[i]);
    import_list_clear(&list);
    problem_list_clear(&problems);
    return 0;
}
