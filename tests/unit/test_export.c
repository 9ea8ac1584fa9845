/* Exports of sessions, and JSON there and back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "src/base/json.h"
#include "src/base/mem.h"
#include "src/base/path.h"
#include "src/store/export_format.h"
#include "src/store/export_replay.h"
#include "src/store/session_import.h"
#include "tests/support/export_sample.h"

static char *export_as(const char *format, const struct export_view *view, size_t *len)
{
    struct strbuf out;
    strbuf_init(&out, STRBUF_OWN_MAX);
    export_format_find(format)->write(view, &out);
    *len = out.len;
    return strbuf_take(&out);
}

static char *export_whole(const char *format, const struct session *session)
{
    const struct export_view view = export_view_of(session);
    size_t len;
    return export_as(format, &view, &len);
}

static void import_again(const char *json, struct imported *imported)
{
    const struct import_source source = {NULL, json, strlen(json)};
    struct error err = {ERROR_NONE, NULL};
    *imported = (struct imported){0};
    assert_string_equal(import_form_guess(json, strlen(json))->name, "motet");
    if (!session_import(import_form_find("motet"), &source, imported, &err))
        fail_msg("%s", error_text(&err));
    assert_int_equal(imported->count, 1);
}

static void export_json__round_trip__is_the_same_bytes(void **state)
{
    (void)state;
    struct session session;
    struct imported imported;
    export_sample_rich(&session);
    char *first = export_whole("json", &session);
    assert_true(json_is_valid(first, strlen(first)));
    import_again(first, &imported);
    char *second = export_whole("json", &imported.sessions[0]);
    assert_string_equal(first, second);
    mem_free(first);
    mem_free(second);
    imported_clear(&imported);
    session_clear(&session);
}

static void export_json__what_is_hard_to_carry__is_carried(void **state)
{
    (void)state;
    struct session session;
    struct imported imported;
    export_sample_rich(&session);
    char *json = export_whole("json", &session);
    import_again(json, &imported);
    const struct session_chat *chat = &imported.sessions[0].chats[0];
    const struct chat *was = &session.chats[0].chat;
    assert_int_equal(imported.message_count, 10);
    assert_int_equal(chat->chat.message_count, 6);
    assert_int_equal(chat->chat.path_len, 4);
    for (size_t i = 0; i < was->message_count; i++) {
        const struct message *a = was->messages[i];
        const struct message *b = chat->chat.messages[i];
        assert_int_equal(a->part_count, b->part_count);
        assert_int_equal(a->size, b->size);
        for (size_t j = 0; j < a->part_count; j++) {
            assert_int_equal(a->parts[j].text.len, b->parts[j].text.len);
            assert_memory_equal(a->parts[j].text.text, b->parts[j].text.text,
                                a->parts[j].text.len);
        }
    }
    const struct answer_facts *facts = &chat->chat.messages[3]->facts;
    assert_true(facts->usage.input == 9007199254740993);
    assert_true(!(facts->cost < 0.1 + 0.2) && !(facts->cost > 0.1 + 0.2));
    assert_string_equal(chat->chat.messages[1]->parts[1].decision, "once");
    assert_int_equal(chat->chat.messages[3]->parts[1].call_index, 3);
    assert_int_equal(imported.sessions[0].draft_count, 1);
    assert_int_equal(chat->approval, 2);
    mem_free(json);
    imported_clear(&imported);
    session_clear(&session);
}

/* The example of docs/guide/export.md, read as it stands there. */
static void export_json__example_of_the_guide__is_a_session(void **state)
{
    (void)state;
    struct imported imported;
    struct strbuf page;
    struct error err = {ERROR_NONE, NULL};
    char *path = strbuf_format("%s/docs/guide/export.md", getenv("MOTET_SRCDIR"));
    strbuf_init(&page, STRBUF_OWN_MAX);
    assert_true(path_read_file(path, &page, &err));
    char *start = strstr(page.text, "```json\n");
    assert_non_null(start);
    start += strlen("```json\n");
    *strstr(start, "```") = '\0';
    import_again(start, &imported);
    const struct session *session = &imported.sessions[0];
    assert_int_equal(session->drafts[0].text[0], 'a');
    assert_int_equal(session->chats[0].chat.path_len, 4);
    assert_int_equal(session->chats[0].approval, 2);
    assert_string_equal(session->chats[0].chat.path[1]->parts[0].decided_by, "user");
    assert_true(session->chats[0].chat.path[1]->facts.usage.input == 12);
    assert_int_equal(session->chats[0].chat.path[2]->parts[0].elapsed_ms, 40);
    imported_clear(&imported);
    strbuf_clear(&page);
    mem_free(path);
}

/* A pane has the path that is shown and nothing else, and can be imported too. */
static void export_json__a_pane__is_its_path(void **state)
{
    (void)state;
    struct session session;
    struct imported imported;
    const size_t first = 0;
    export_sample_rich(&session);
    const struct export_view view = {&session, &first, 1, false};
    size_t len;
    char *json = export_as("json", &view, &len);
    assert_null(strstr(json, "today"));
    assert_null(strstr(json, "not sent"));
    import_again(json, &imported);
    assert_int_equal(imported.sessions[0].chat_count, 1);
    assert_int_equal(imported.sessions[0].chats[0].chat.path_len, 4);
    assert_int_equal(imported.sessions[0].chats[0].chat.message_count, 4);
    char *again = export_whole("json", &imported.sessions[0]);
    assert_string_equal(json, again);
    mem_free(again);
    mem_free(json);
    imported_clear(&imported);
    session_clear(&session);
}

static void export_json__an_answer_that_grows__is_an_interrupted_one(void **state)
{
    (void)state;
    struct session session;
    struct imported imported;
    session_init(&session);
    struct session_chat *chat = session_add_chat(&session);
    export_sample_say(chat, MESSAGE_ASSISTANT, "half")->state = MESSAGE_GROWING;
    char *json = export_whole("json", &session);
    import_again(json, &imported);
    const struct message *message = imported.sessions[0].chats[0].chat.messages[0];
    assert_int_equal(message->state, MESSAGE_STOPPED);
    assert_true(message->is_interrupted);
    char *again = export_whole("json", &imported.sessions[0]);
    assert_string_equal(json, again);
    mem_free(again);
    mem_free(json);
    imported_clear(&imported);
    session_clear(&session);
}

static void export_markdown__fences__are_longer_than_any_inside(void **state)
{
    (void)state;
    struct session session;
    export_sample_rich(&session);
    char *text = export_whole("markdown", &session);
    assert_non_null(strstr(text, "\n`````\na\xe2\x90\x81"
                                 "b\n``` fence\n````\n`````\n"));
    assert_non_null(strstr(text, "> It rains."));
    assert_non_null(strstr(text, "2 messages on other branches"));
    assert_non_null(strstr(text, "## gpt-4o (temperature 0.7)"));
    assert_non_null(strstr(text, "# Weather \\& \"more\" \\<b\\>"));
    assert_non_null(strstr(text, "2025-11-29 17:23 UTC"));
    assert_non_null(strstr(text, "Tool call (once by user): get_weather"));
    assert_non_null(strstr(text, "| llama | 1 |"));
    mem_free(text);
    session_clear(&session);
}

static void export_markdown__chats_asked_the_same__stand_beneath_the_prompt(void **state)
{
    (void)state;
    struct session session;
    session_init(&session);
    for (int i = 0; i < 2; i++) {
        struct session_chat *chat = session_add_chat(&session);
        chat->model.model = mem_strdup(i == 0 ? "one" : "two");
        export_sample_say(chat, MESSAGE_USER, "Why?");
        export_sample_say(chat, MESSAGE_ASSISTANT, i == 0 ? "Because." : "Why not.");
    }
    export_sample_say(&session.chats[0], MESSAGE_USER, "Really?");
    char *text = export_whole("markdown", &session);
    const char *expected = "# Untitled session\n\n"
                           "## Prompt 1\n\n> Why?\n\n"
                           "### one\n\n> Because.\n\n*stop*\n\n"
                           "### two\n\n> Why not.\n\n*stop*\n\n"
                           "## Prompt 2\n\n> Really?\n\n"
                           "## Numbers\n\n";
    assert_memory_equal(text, expected, strlen(expected));
    mem_free(text);
    session_clear(&session);
}

static void export_text__controls__are_marks(void **state)
{
    (void)state;
    struct session session;
    session_init(&session);
    struct session_chat *chat = session_add_chat(&session);
    export_sample_say(chat, MESSAGE_USER,
                      "a\x1b[31mb \xe2\x80\xae"
                      "c\r\nx\ry");
    char *text = export_whole("text", &session);
    assert_non_null(strstr(text, "a\xe2\x90\x9b[31mb \xe2\x80\xb9U+202E\xe2\x80\xba"
                                 "c\nx\ny\n"));
    mem_free(text);
    session_clear(&session);
}

/* Every "<" of the page is one that the program wrote. */
static void assert_own_tags(const char *html)
{
    static const char *const own[] = {"a ",     "article ", "blockquote>",   "body>",
                                      "br>",    "code>",    "del>",          "details>",
                                      "div ",   "em>",      "footer",        "h1 ",
                                      "h2>",    "h3>",      "head>",         "header>",
                                      "hr>",    "html",     "img alt",       "li ",
                                      "main>",  "meta ",    "ol ",           "p>",
                                      "p ",     "pre",      "section ",      "strong>",
                                      "style>", "summary>", "table",         "tbody>",
                                      "td",     "th",       "thead>",        "title>",
                                      "tr>",    "ul>",      "!DOCTYPE html>"};
    for (const char *at = strchr(html, '<'); at != NULL; at = strchr(at + 1, '<')) {
        bool is_own = at[1] == '/' && strchr("abcdefhlmopstu", at[2]) != NULL;
        for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++)
            is_own = is_own || strncmp(at + 1, own[i], strlen(own[i])) == 0;
        if (!is_own)
            fail_msg("a tag from outside: %.60s", at);
    }
    assert_null(strstr(html, "<script"));
    assert_null(strstr(html, "</script"));
}

static void export_html__hostile_texts__stay_texts(void **state)
{
    (void)state;
    struct session session;
    export_sample_hostile(&session);
    char *html = export_whole("html", &session);
    assert_own_tags(html);
    for (const char *at = strstr(html, "href=\""); at != NULL;
         at = strstr(at + 1, "href=\""))
        assert_true(strncmp(at + 6, "https://", 8) == 0);
    assert_null(strstr(html, "image/svg"));
    assert_null(strstr(html, "\xe2\x80\xae"));
    assert_null(strstr(html, "&#x202e"));
    assert_non_null(
        strstr(html, "href=\"https://good.example/?a=%22onmouseover=%22x&amp;b"));
    mem_free(html);
    session_clear(&session);
}

static void export_html__page__has_a_policy_and_no_address(void **state)
{
    (void)state;
    struct session session;
    export_sample_rich(&session);
    char *html = export_whole("html", &session);
    assert_non_null(strstr(html, "content=\"default-src 'none'; img-src data:; style-src "
                                 "'sha256-"));
    assert_null(strstr(html, "http://"));
    assert_null(strstr(html, "https://"));
    assert_non_null(strstr(html, "<img alt=\"dot.png\" src=\"data:image/png;base64,"));
    assert_non_null(strstr(html, "<pre data-language=\"c\"><code>int x;\n</code></pre>"));
    assert_own_tags(html);
    mem_free(html);
    session_clear(&session);
}

static void export_replay__hostile_texts__cannot_end_the_data(void **state)
{
    (void)state;
    static const char text[] = "</script><!-- <script> \xe2\x80\xa8 & \" \\ \x1b";
    struct session session;
    struct replay_story story = {.length_ms = 10};
    struct strbuf out;
    export_sample_hostile(&session);
    struct replay_pane *pane = replay_story_pane(&story, 0);
    replay_message_add(replay_pane_add(pane, 2, 0), PART_TEXT, 5, text, strlen(text));
    replay_pane_add_phase(pane, "text", 5);
    strbuf_init(&out, STRBUF_OWN_MAX);
    export_replay(&session, &story, &out);
    const char *data =
        strstr(out.text, "<script type=\"application/json\" id=\"story\">");
    assert_non_null(data);
    assert_non_null(strstr(data, "[5,\"text\",\"\\u003c/script\\u003e\\u003c!-- "
                                 "\\u003cscript\\u003e \\n \\u0026 \\\" \\\\ "
                                 "\xe2\x90\x9b\"]"));
    /* Two elements of script, the data and the program's own. */
    const char *end = strstr(data, "</script>");
    const char *own = strstr(end + 1, "<script>");
    assert_non_null(own);
    assert_null(strstr(own + 1, "<script"));
    assert_null(strstr(out.text, "unsafe-inline"));
    assert_non_null(strstr(out.text, "; script-src 'sha256-"));
    strbuf_clear(&out);
    replay_story_clear(&story);
    session_clear(&session);
}

static void export_format_of__endings__and_others(void **state)
{
    (void)state;
    assert_string_equal(export_format_of("a/b.md")->name, "markdown");
    assert_string_equal(export_format_of("b.HTM")->name, "html");
    assert_string_equal(export_format_of("b.json")->name, "json");
    assert_string_equal(export_format_of("b.txt")->name, "text");
    assert_null(export_format_of("a.md/b"));
    assert_null(export_format_of("b.pdf"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(export_json__round_trip__is_the_same_bytes),
        cmocka_unit_test(export_json__what_is_hard_to_carry__is_carried),
        cmocka_unit_test(export_json__example_of_the_guide__is_a_session),
        cmocka_unit_test(export_json__a_pane__is_its_path),
        cmocka_unit_test(export_json__an_answer_that_grows__is_an_interrupted_one),
        cmocka_unit_test(export_markdown__fences__are_longer_than_any_inside),
        cmocka_unit_test(export_markdown__chats_asked_the_same__stand_beneath_the_prompt),
        cmocka_unit_test(export_text__controls__are_marks),
        cmocka_unit_test(export_html__hostile_texts__stay_texts),
        cmocka_unit_test(export_html__page__has_a_policy_and_no_address),
        cmocka_unit_test(export_replay__hostile_texts__cannot_end_the_data),
        cmocka_unit_test(export_format_of__endings__and_others),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
