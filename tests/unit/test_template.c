/* Templates: what is read, and what is said about what is wrong. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "src/base/compiler.h"
#include "src/base/mem.h"
#include "src/prompt/template.h"
#include "src/prompt/template_body.h"

static struct prompt_template *parse(const char *text, struct problem_list *problems)
{
    problem_list_init(problems, "t.md");
    return template_parse("/p/t.md", text, strlen(text), problems);
}

static struct prompt_template *parse_good(const char *text)
{
    struct problem_list problems;
    struct prompt_template *template = parse(text, &problems);
    if (template == NULL) {
        char *first = problem_list_format(&problems, 0);
        fail_msg("%s", first);
        mem_free(first);
    }
    problem_list_clear(&problems);
    return template;
}

static void template_parse__takes__a_body_alone(void **state)
{
    (void)state;
    struct prompt_template *template = parse_good("Recommend a {genre} book\n");
    assert_string_equal(template->name, "t");
    assert_string_equal(template->path, "/p/t.md");
    assert_string_equal(template->description, "");
    assert_int_equal(template->field_count, 1);
    const struct template_field *field = template_find_field(template, "genre");
    assert_int_equal(field->type, FIELD_TEXT);
    assert_int_equal(field->origin, FIELD_ASKED);
    assert_int_equal(field->place.line, 1);
    assert_int_equal(field->place.column, 13);
    assert_false(field->is_declared);
    assert_null(template->models);
    assert_null(template->tools);
    assert_null(template->schema);
    assert_null(template_find_field(template, "gen"));
    template_free(template);
}

static const char whole[] =
    "---\n"
    "description: Recommends a book\n"
    "fields:\n"
    "  genre: text\n"
    "  count: {type: number, default: 3, help: How many}\n"
    "  tone: {choices: [dry, warm]}\n"
    "  notes: {from: {file: notes.txt}}\n"
    "  log: {from: input}\n"
    "  day: {from: {command: [date, +%A]}}\n"
    "  themes: {type: list, default: [a, b]}\n"
    "models: [gpt, claude]\n"
    "system: You are {tone}.\n"
    "params: {temperature: 0.2, max_tokens: 100}\n"
    "tools: [format_book]\n"
    "schema: {type: object, properties: {title: {type: string}}}\n"
    "---\n"
    "{count:d} {genre} {notes} {log} {day} {themes}\n";

static void template_parse__reads__every_member(void **state)
{
    (void)state;
    struct prompt_template *template = parse_good(whole);
    assert_string_equal(template->description, "Recommends a book");
    assert_int_equal(template->field_count, 7);
    assert_string_equal(template->fields[0].name, "genre");
    const struct template_field *count = template_find_field(template, "count");
    assert_int_equal(count->type, FIELD_NUMBER);
    assert_int_equal(count->origin, FIELD_DEFAULT);
    assert_string_equal(count->default_text, "3");
    assert_string_equal(count->help, "How many");
    assert_int_equal(count->place.line, 5);
    assert_string_equal(template_find_field(template, "tone")->choices[1], "warm");
    assert_null(template_find_field(template, "tone")->choices[2]);
    const struct template_field *notes = template_find_field(template, "notes");
    assert_int_equal(notes->origin, FIELD_FROM_FILE);
    assert_string_equal(notes->default_text, "/p/notes.txt");
    assert_int_equal(template_find_field(template, "log")->origin, FIELD_FROM_INPUT);
    const struct template_field *day = template_find_field(template, "day");
    assert_int_equal(day->origin, FIELD_FROM_COMMAND);
    assert_string_equal(day->command[1], "+%A");
    assert_string_equal(template_find_field(template, "themes")->default_text,
                        "[\"a\",\"b\"]");
    assert_string_equal(template->models[1], "claude");
    assert_string_equal(template->system, "You are {tone}.");
    assert_string_equal(template->params[0], "temperature=0.2");
    assert_string_equal(template->tools[0], "format_book");
    assert_string_equal(
        template->schema,
        "{\"type\":\"object\",\"properties\":{\"title\":{\"type\":\"string\"}}}");
    template_free(template);
}

static void template_parse__learns__types_from_use(void **state)
{
    (void)state;
    struct prompt_template *template = parse_good(
        "---\nfields: {c: , i: {help: x}}\n---\n"
        "{a:list} {b:lists} {c:.2f} {d:documents} {e:text} {f:texts} {g.title}\n"
        "{h:image(detail=low)} {i:images} {j:>10}\n");
    static const struct {
        const char *name;
        enum field_type type;
        bool takes_many;
    } cases[] = {
        {"a", FIELD_LIST, false}, {"b", FIELD_LISTS, false}, {"c", FIELD_NUMBER, false},
        {"d", FIELD_FILE, true},  {"e", FIELD_TEXT, false},  {"f", FIELD_LIST, false},
        {"g", FIELD_TEXT, false}, {"h", FIELD_IMAGE, false}, {"i", FIELD_IMAGE, true},
        {"j", FIELD_TEXT, false},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const struct template_field *field = template_find_field(template, cases[i].name);
        assert_int_equal(field->type, cases[i].type);
        assert_int_equal(field->takes_many, cases[i].takes_many);
    }
    template_free(template);
}

static void template_parse__cuts__messages_at_roles(void **state)
{
    (void)state;
    struct prompt_template *template = parse_good("\n  SYSTEM: You are dry.\n"
                                                  "  MESSAGES: {history}\n"
                                                  "  USER:\n"
                                                  "    Hello,\n"
                                                  "      {{you}} {name}  \n"
                                                  "\n"
                                                  "  ASSISTANT: Yes?\n"
                                                  "  USER: Not a USER: line\n\n");
    const struct template_body *body = template->body;
    assert_int_equal(body->len, 5);
    assert_int_equal(body->messages[0].author, MESSAGE_SYSTEM);
    assert_string_equal(body->messages[0].pieces[0].text, "You are dry.");
    assert_true(body->messages[1].is_history);
    assert_int_equal(template_find_field(template, "history")->type, FIELD_MESSAGES);
    assert_int_equal(body->messages[2].len, 2);
    assert_string_equal(body->messages[2].pieces[0].text, "Hello,\n  {you} ");
    assert_int_equal(body->messages[2].pieces[1].place.line, 6);
    assert_int_equal(body->messages[2].pieces[1].place.column, 15);
    assert_int_equal(body->messages[3].author, MESSAGE_ASSISTANT);
    assert_string_equal(body->messages[4].pieces[0].text, "Not a USER: line");
    template_free(template);
}

static void template_parse__takes__windows_lines_and_a_mark(void **state)
{
    (void)state;
    struct prompt_template *template =
        parse_good("\xef\xbb\xbf---\r\ndescription: d\r\n---\r\nA\r\nB {x}\r\n");
    assert_string_equal(template->description, "d");
    assert_string_equal(template->body->messages[0].pieces[0].text, "A\nB ");
    assert_int_equal(template->fields[0].place.line, 5);
    template_free(template);
}

static void assert_problem(const char *text, const char *expected)
{
    struct problem_list problems;
    struct prompt_template *template = parse(text, &problems);
    assert_null(template);
    assert_true(problems.len > 0);
    char *first = problem_list_format(&problems, 0);
    assert_string_equal(first, expected);
    mem_free(first);
    problem_list_clear(&problems);
}

static void template_parse__says__what_is_wrong_and_where(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *problem;
    } cases[] = {
        {"---\nfeilds: {a: text}\n---\n{a}",
         "t.md:2:1: there is no \"feilds\" in the header of a prompt; did you mean "
         "\"fields\"?"},
        {"---\nfields: {a: txt}\n---\n{a}",
         "t.md:2:13: there is no type \"txt\" for a field; did you mean \"text\"?"},
        {"---\nfields:\n  a: {defualt: x}\n---\n{a}",
         "t.md:3:7: a field has no \"defualt\"; did you mean \"default\"?"},
        {"---\nfields: {genre: text}\n---\na {gerne} book",
         "t.md:2:10: the body never uses the field \"genre\"; line 4 has {gerne}: did "
         "you mean {genre}?"},
        {"---\nfields: {a b: text}\n---\nx",
         "t.md:2:10: the name of a field is made of letters, digits and _, and begins "
         "with no digit"},
        {"---\nfields:\n  n: {type: number, default: x}\n---\n{n}",
         "t.md:3:3: the default of the field \"n\" has to be a number, not \"x\""},
        {"---\nfields:\n  n: {choices: [a, b], default: c}\n---\n{n}",
         "t.md:3:3: the default of the field \"n\" cannot be \"c\": there are a, b"},
        {"---\nfields:\n  n: {default: x, from: input}\n---\n{n}",
         "t.md:3:25: the field \"n\" has both a default and a source; leave one of them "
         "out"},
        {"---\nfields:\n  n: {from: {command: date}}\n---\n{n}",
         "t.md:3:23: from: {command: [WORD, …]} needs a list of words; no shell reads "
         "them"},
        {"---\nparams: {temperature: hot}\n---\nx",
         "t.md:2:23: parameter temperature takes a number from 0 to 2, not \"hot\""},
        {"---\ndescription: d\nbody",
         "t.md:1:1: the header that begins here does not end; put a line --- after the "
         "last line of the header"},
        {"---\ndescription: d\n---\n\n",
         "t.md:4:1: the template has no text; what is sent stands after the header"},
        {"a { b",
         "t.md:1:3: the brace is not closed in its line; write {{ for a brace that "
         "belongs to the text"},
        {"ä } b",
         "t.md:1:3: there is no { that this } closes; write }} for a brace that belongs "
         "to the text"},
        {"{ a }",
         "t.md:1:1: { a } names no field; braces that belong to the text are written {{ "
         "and }}; a field is {name}"},
        {"{}", "t.md:1:1: {} names no field; braces that belong to the text are written "
               "{{ and }}; a field is {name}"},
        {"{a:lsit}",
         "t.md:1:1: {a:lsit}: there is no form \"lsit\"; did you mean \"list\"?"},
        {"{a:audio}",
         "t.md:1:1: {a:audio}: the form \"audio\" is not supported; prompts are made of "
         "text, files of text, and pictures"},
        {"{a:image(size=2)}",
         "t.md:1:1: {a:image(size=2)}: unknown option; pictures have (detail=low), "
         "(detail=high), (detail=auto)"},
        {"{a!r}", "t.md:1:1: {a!r} has a conversion; there are none here"},
        {"{a:list} {a:image}",
         "t.md:1:10: {a:image} needs a field of type image, and a is of type list"},
        {"Hi\nUSER: you",
         "t.md:1:1: this text stands before the first role and belongs to none; begin "
         "with SYSTEM: or USER:"},
        {"USER: x\nASSISTANT: y",
         "t.md:2:1: the last message has to be the user's; put a USER: message at the "
         "end"},
        {"SYSTEM: x", "t.md:1:1: there is no USER: message, so there is nothing to "
                      "answer"},
        {"SYSTEM:\nUSER: x", "t.md:1:1: SYSTEM: has no text"},
        {"MESSAGES: {a} b\nUSER: x",
         "t.md:1:1: MESSAGES: takes one field and nothing else, such as MESSAGES: "
         "{history}"},
        {"SYSTEM: {p:image}\nUSER: x",
         "t.md:1:9: {p:image}: only a user's message can hold files and pictures; put "
         "it after a USER: line"},
        {"a\n\xff", "t.md:2:1: the text is not UTF-8; save the file as UTF-8"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        assert_problem(cases[i].text, cases[i].problem);
}

static void template_parse__says__all_at_once(void **state)
{
    (void)state;
    struct problem_list problems;
    assert_null(
        parse("---\nfields: {a: txt, b: text}\ntols: []\n---\n{a:lsit} }", &problems));
    assert_int_equal(problems.len, 5);
    assert_int_equal(problems.items[0].place.line, 2);
    assert_int_equal(problems.items[4].place.line, 5);
    problem_list_clear(&problems);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(template_parse__takes__a_body_alone),
        cmocka_unit_test(template_parse__reads__every_member),
        cmocka_unit_test(template_parse__learns__types_from_use),
        cmocka_unit_test(template_parse__cuts__messages_at_roles),
        cmocka_unit_test(template_parse__takes__windows_lines_and_a_mark),
        cmocka_unit_test(template_parse__says__what_is_wrong_and_where),
        cmocka_unit_test(template_parse__says__all_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
