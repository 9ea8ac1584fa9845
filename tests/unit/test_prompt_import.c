/* Prompts of other programs, as the templates they become. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "src/base/mem.h"
#include "src/base/strbuf.h"
#include "src/prompt/prompt_import.h"

static void assert_import(const char *path, const char *text, const char *expected,
                          const char *notes)
{
    struct import_list list = {0};
    struct problem_list problems;
    struct strbuf seen;
    problem_list_init(&problems, path);
    if (!prompt_import(path, text, strlen(text), &list, &problems)) {
        char *first = problem_list_format(&problems, 0);
        fail_msg("%s", first);
        mem_free(first);
    }
    assert_int_equal(list.len, 1);
    assert_string_equal(list.items[0].text, expected);
    strbuf_init(&seen, STRBUF_OWN_MAX);
    for (size_t i = 0; i < list.items[0].notes.len; i++)
        strbuf_append_format(&seen, "%s\n", list.items[0].notes.items[i]);
    assert_string_equal(strbuf_text(&seen), notes);
    strbuf_clear(&seen);
    import_list_clear(&list);
    problem_list_clear(&problems);
}

static void prompt_import__takes__templates_of_llm(void **state)
{
    (void)state;
    assert_import("/t/steampunk.yaml",
                  "system: Be ${tone}.\n"
                  "prompt: |\n"
                  "  USER: is $$5 for {x} and $input\n"
                  "model: gpt-4o-mini\n"
                  "defaults: {tone: \"dry \\\"humour\\\"\", unused: 1}\n"
                  "options: {temperature: 0.5, seed: 7, speed: 9}\n"
                  "schema_object: {type: object, properties: {n: {type: integer}}}\n"
                  "extract: true\n",
                  "---\n"
                  "description: \"Imported from a template of llm\"\n"
                  "models: [\"gpt-4o-mini\"]\n"
                  "schema: {\"type\":\"object\",\"properties\":{\"n\":{\"type\":"
                  "\"integer\"}}}\n"
                  "fields:\n"
                  "  tone: {default: \"dry \\\"humour\\\"\"}\n"
                  "  input: {from: input}\n"
                  "params:\n"
                  "  temperature: \"0.5\"\n"
                  "  seed: \"7\"\n"
                  "---\n"
                  "SYSTEM:\n"
                  "Be {tone}.\n"
                  "\n"
                  "USER:\n"
                  " USER: is $5 for {{x}} and {input}\n",
                  "a line that begins like a role got a blank before it: USER: is $5 for "
                  "{{x}} and {input}\n"
                  "the model is called \"gpt-4o-mini\" there; see that yours has that "
                  "name\n"
                  "the default of $unused was left out: nothing uses it\n"
                  "the option \"speed\" was left out: there is no parameter \"speed\"; "
                  "motet ask --help lists them\n"
                  "\"extract\" was left out: there is nothing like it here\n");
    assert_import("a b.yml", "Summarize $input for 5$ please",
                  "---\n"
                  "description: \"Imported from a template of llm\"\n"
                  "fields:\n"
                  "  input: {from: input}\n"
                  "---\n"
                  "USER:\n"
                  "Summarize {input} for 5$ please\n",
                  "a $ that begins no variable stays as it is\n");
    assert_import("s.yaml", "system: Be brief",
                  "---\n"
                  "description: \"Imported from a template of llm\"\n"
                  "fields:\n"
                  "  input: {from: input}\n"
                  "---\n"
                  "SYSTEM:\nBe brief\n\nUSER:\n{input}\n",
                  "");
}

static void prompt_import__takes__roles_of_aichat(void **state)
{
    (void)state;
    assert_import(
        "/r/emoji.md",
        "---\nmodel: openai:gpt-4o\ntemperature: 0\nuse_tools: fs\n---\n"
        "Convert __INPUT__ to {emoji} on {{__os__}}\n",
        "---\n"
        "description: \"Imported from a role of aichat\"\n"
        "models: [\"openai/gpt-4o\"]\n"
        "fields:\n"
        "  input: {from: input}\n"
        "  os: text\n"
        "params:\n"
        "  temperature: \"0\"\n"
        "---\n"
        "USER:\n"
        "Convert {input} to {{emoji}} on {os}\n",
        "{{__os__}} was filled in by itself there and is the field \"os\" here; "
        "give it a default, or from: {command: […]}\n"
        "the model is called \"openai/gpt-4o\" there; see that yours has that "
        "name\n"
        "\"use_tools\" was left out: tools have other names here, see motet "
        "tools\n");
    assert_import("coder.md", "Only code.\n### INPUT:\nsort\n### OUTPUT:\n```\nx\n```\n",
                  "---\n"
                  "description: \"Imported from a role of aichat\"\n"
                  "fields:\n"
                  "  input: {from: input}\n"
                  "---\n"
                  "SYSTEM:\nOnly code.\n\nUSER:\nsort\n\nASSISTANT:\n```\nx\n```\n\n"
                  "USER:\n{input}\n",
                  "");
    assert_import("roles.yaml",
                  "- name: convert:a\n  prompt: convert __ARG1__\n  temperature: 0.1\n",
                  "---\n"
                  "description: \"Imported from a role of aichat\"\n"
                  "fields:\n"
                  "  arg1: text\n"
                  "  input: {from: input}\n"
                  "params:\n"
                  "  temperature: \"0.1\"\n"
                  "---\n"
                  "SYSTEM:\nconvert {arg1}\n\nUSER:\n{input}\n",
                  "");
}

static void assert_refused(const char *path, const char *text, const char *expected)
{
    struct import_list list = {0};
    struct problem_list problems;
    problem_list_init(&problems, path);
    assert_false(prompt_import(path, text, strlen(text), &list, &problems));
    assert_int_equal(list.len, 0);
    char *first = problem_list_format(&problems, 0);
    assert_string_equal(first, expected);
    mem_free(first);
    import_list_clear(&list);
    problem_list_clear(&problems);
}

static void prompt_import__refuses__what_is_no_prompt(void **state)
{
    (void)state;
    assert_refused("x.txt", "Hi",
                   "x.txt: the file's name ends neither in .yaml nor in .md; YAML "
                   "templates of llm, and roles of aichat (.md, or .yaml) can be "
                   "imported");
    assert_refused("x.yaml", "a: b",
                   "x.yaml:1:1: there is no prompt in this file; YAML templates of llm, "
                   "and roles of aichat (.md, or .yaml) can be imported");
    assert_refused("x.yaml", "- {name: a, prompt: b}\n- {name: c}\n",
                   "x.yaml:2:3: a role of aichat needs a name and a prompt");
    assert_refused("x.md", "\xff",
                   "x.md: the file is not a text in UTF-8; YAML templates of llm, and "
                   "roles of aichat (.md, or .yaml) can be imported");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(prompt_import__takes__templates_of_llm),
        cmocka_unit_test(prompt_import__takes__roles_of_aichat),
        cmocka_unit_test(prompt_import__refuses__what_is_no_prompt),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
