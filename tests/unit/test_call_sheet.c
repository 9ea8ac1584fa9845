/* What a dialog says about a call: order, warnings, what is cut. */
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "src/base/mem.h"
#include "tests/support/canvas_text.h"
#include "ui/view/call_sheet.h"
#include "ui/view/url_check.h"

struct fixture {
    struct call_texts texts;
    struct sheet sheet;
};

static int set_up(void **state)
{
    struct fixture *fixture = mem_alloc(sizeof(*fixture));
    sheet_init(&fixture->sheet);
    fixture->texts = (struct call_texts){.tool = "fetch",
                                         .description = "Fetches a page.",
                                         .origin = "server web",
                                         .command = "fetch",
                                         .arguments = "{}",
                                         .rule = "ask"};
    *state = fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    sheet_clear(&fixture->sheet);
    mem_free(fixture);
    return 0;
}

/* The sheet as lines, without the dialog. Caller frees. */
static char *fill(struct fixture *fixture, bool is_full)
{
    struct sheet *sheet = &fixture->sheet;
    struct strbuf out;
    strbuf_init(&out, STRBUF_OWN_MAX);
    call_sheet_fill(sheet, &fixture->texts, 60, is_full);
    for (size_t i = 0; i < sheet->line_count; i++)
        strbuf_append_format(&out, "%.*s\n", (int)sheet->lines[i].len,
                             strbuf_text(&sheet->text) + sheet->lines[i].start);
    return strbuf_take(&out);
}

static void assert_fills(struct fixture *fixture, bool is_full, const char *expected)
{
    char *text = fill(fixture, is_full);
    assert_string_equal(text, expected);
    mem_free(text);
}

static void assert_says(struct fixture *fixture, const char *part)
{
    char *text = fill(fixture, false);
    if (strstr(text, part) == NULL)
        fail_msg("no \"%s\" in:\n%s", part, text);
    mem_free(text);
}

static void call_sheet__little_known__says_little(void **state)
{
    assert_fills(*state, false,
                 "{}\n"
                 "runs    fetch\n"
                 "sandbox none that are known here\n"
                 "rules   ask\n"
                 "Fetches a page.\n");
}

static void call_sheet__full__says_everything(void **state)
{
    struct fixture *fixture = *state;
    fixture->texts.title = "Fetch";
    fixture->texts.claims = "read-only";
    fixture->texts.sandbox = "held by bwrap";
    fixture->texts.proposed = "allow fetch";
    fixture->texts.call_id = "c1";
    assert_fills(fixture, true,
                 "{}\n"
                 "runs    fetch\n"
                 "sandbox held by bwrap\n"
                 "rules   ask\n"
                 "claims  read-only (nobody checks that)\n"
                 "Fetch: Fetches a page.\n"
                 "tool    fetch\n"
                 "from    server web\n"
                 "always  allow fetch\n"
                 "call    c1\n");
}

static void call_sheet__long_description__is_cut_unless_full(void **state)
{
    struct fixture *fixture = *state;
    char text[400];
    memset(text, 'd', sizeof(text));
    text[399] = '\0';
    fixture->texts.description = text;
    assert_says(fixture, "ddd\xe2\x80\xa6\n");
    char *full = fill(fixture, true);
    assert_non_null(strstr(full, text));
    mem_free(full);
}

static void call_sheet__question__is_asked_in_full_before_the_answer(void **state)
{
    struct fixture *fixture = *state;
    fixture->texts.is_question = true;
    fixture->texts.title = "the server web asks you";
    fixture->texts.description = "Your name?\nAnd your age?";
    fixture->texts.command = NULL;
    assert_fills(fixture, false,
                 "the server web asks you: Your name?\n"
                 "And your age?\n"
                 "{}\n"
                 "rules   ask\n");
    assert_int_equal(fixture->sheet.vital_line, 0);
    assert_int_equal(fixture->sheet.vital_line_end, 3);
}

static void call_sheet__several__are_vital_from_head_to_end(void **state)
{
    struct fixture *fixture = *state;
    struct call_texts texts[2] = {fixture->texts, fixture->texts};
    texts[0].head = "1 gpt: fetch";
    texts[1].head = "2 claude: fetch";
    texts[1].arguments = "{\"url\":\"a\xe2\x80\xae\"}";
    texts[1].preview = "-old\n+new\n";
    call_sheet_fill_several(&fixture->sheet, texts, 2, 60);
    struct strbuf out;
    strbuf_init(&out, STRBUF_OWN_MAX);
    for (size_t i = 0; i < fixture->sheet.line_count; i++)
        strbuf_append_format(&out, "%.*s\n", (int)fixture->sheet.lines[i].len,
                             strbuf_text(&fixture->sheet.text) +
                                 fixture->sheet.lines[i].start);
    assert_string_equal(strbuf_text(&out), "! 1 hidden character, spelled out below\n"
                                           "\n"
                                           "1 gpt: fetch\n"
                                           "{}\n"
                                           "runs    fetch\n"
                                           "sandbox none that are known here\n"
                                           "\n"
                                           "2 claude: fetch\n"
                                           "{ \"url\": \"a‹U+202E›\" }\n"
                                           "what it would change:\n"
                                           "-old\n"
                                           "+new\n"
                                           "runs    fetch\n"
                                           "sandbox none that are known here\n");
    assert_int_equal(fixture->sheet.vital_row, 0);
    assert_int_equal(fixture->sheet.vital_row_end, fixture->sheet.row_count);
    strbuf_clear(&out);
}

static void call_sheet__edited__is_said_first(void **state)
{
    struct fixture *fixture = *state;
    fixture->texts.is_edited = true;
    char *text = fill(fixture, false);
    assert_memory_equal(text, "edited: these arguments are yours", 33);
    mem_free(text);
}

static void call_sheet__diff__keeps_signs_and_roles(void **state)
{
    struct fixture *fixture = *state;
    fixture->texts.preview = "--- a\n+++ b\n@@ -1 +1 @@\n-old\n+new\n same\n";
    assert_says(fixture, "what it would change:\n--- a\n+++ b\n@@ -1 +1 @@\n-old\n+new\n"
                         " same\nruns");
    const struct sheet_line *lines = fixture->sheet.lines;
    assert_int_equal(lines[4].role, ROLE_DIM);
    assert_int_equal(lines[5].role, ROLE_REMOVED);
    assert_int_equal(lines[6].role, ROLE_ADDED);
    assert_int_equal(lines[7].role, ROLE_TEXT);
}

static void call_sheet__hidden_characters__are_counted_wherever_they_are(void **state)
{
    struct fixture *fixture = *state;
    fixture->texts.arguments = "{\"a\":\"\\u202e\"}";
    fixture->texts.command = "fetch \x1b[2K";
    fixture->texts.description = "a\xe2\x80\x8b"
                                 "b";
    assert_says(fixture, "! 3 hidden characters, spelled out below\n{");
    assert_int_equal(fixture->sheet.lines[0].role, ROLE_WARNING);
}

static void call_sheet__odd_hosts__are_named(void **state)
{
    struct fixture *fixture = *state;
    fixture->texts.arguments = "{\"url\":\"https://xn--pple-43d.com/x\","
                               "\"to\":\"https:\\/\\/\\u0440aypal.com\"}";
    assert_says(fixture, "! the host \"xn--pple-43d.com\" is written in punycode");
    assert_says(fixture, "! the host \"\xd1\x80"
                         "aypal.com\" mixes letters of several scripts");
}

static void call_sheet__many_odd_hosts__are_bounded(void **state)
{
    struct fixture *fixture = *state;
    struct strbuf json;
    strbuf_init(&json, STRBUF_OWN_MAX);
    strbuf_append_text(&json, "[");
    for (int i = 0; i < 1000; i++)
        strbuf_append_format(&json, "%s\"http://xn--%d\"", i > 0 ? "," : "", i);
    strbuf_append_text(&json, "]");
    fixture->texts.arguments = strbuf_text(&json);
    call_sheet_fill(&fixture->sheet, &fixture->texts, 60, true);
    assert_int_equal(fixture->sheet.lines[0].role, ROLE_WARNING);
    assert_int_equal(fixture->sheet.lines[60].role, ROLE_TEXT);
    strbuf_clear(&json);
}

static void assert_host(const char *text, const char *expected)
{
    struct strbuf why;
    size_t at = 0;
    strbuf_init(&why, 1000);
    const bool is_found = url_check_next(text, strlen(text), &at, &why);
    if (expected == NULL)
        assert_false(is_found);
    else if (!is_found || strstr(strbuf_text(&why), expected) == NULL)
        fail_msg("%s: \"%s\"", text, strbuf_text(&why));
    strbuf_clear(&why);
}

static void url_check__plain_hosts__are_let_through(void **state)
{
    (void)state;
    assert_host("https://example.com/\xd1\x80", NULL);
    assert_host("see http://127.0.0.1:8080/x?u=a@b and file:///etc", NULL);
    assert_host("a: b :// c", NULL);
    assert_host("http:", NULL);
    assert_host("http://", NULL);
    assert_host("", NULL);
}

static void url_check__odd_hosts__are_found(void **state)
{
    (void)state;
    assert_host("http://ex\xd0\xb0mple.com", "several scripts");
    assert_host("ok http://a.com then http://\xd0\xb0\xd0\xb1.\xd1\x80\xd1\x84/",
                "outside ASCII");
    assert_host("http://caf\xc3\xa9.com", "outside ASCII");
    assert_host("http://a.XN--b", "punycode");
    assert_host("https://google.com@evil.com/", "\"evil.com\" stands behind");
    assert_host("https://google.com:x@evil.com", "\"evil.com\"");
}

int main(void)
{
    setlocale(LC_CTYPE, "C.UTF-8");
#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(call_sheet__little_known__says_little),
        TEST(call_sheet__full__says_everything),
        TEST(call_sheet__long_description__is_cut_unless_full),
        TEST(call_sheet__question__is_asked_in_full_before_the_answer),
        TEST(call_sheet__several__are_vital_from_head_to_end),
        TEST(call_sheet__edited__is_said_first),
        TEST(call_sheet__diff__keeps_signs_and_roles),
        TEST(call_sheet__hidden_characters__are_counted_wherever_they_are),
        TEST(call_sheet__odd_hosts__are_named),
        TEST(call_sheet__many_odd_hosts__are_bounded),
        TEST(url_check__plain_hosts__are_let_through),
        TEST(url_check__odd_hosts__are_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
