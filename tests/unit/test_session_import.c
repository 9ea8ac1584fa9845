/* Sessions out of the files of other programs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "src/base/mem.h"
#include "src/config/yaml_stream.h"
#include "src/store/session_import.h"

static bool import_text_as(const char *form, const char *text, struct imported *imported,
                           struct error *err)
{
    const struct import_source source = {"/somewhere/20240102T030405-rainy-day.yaml",
                                         text, strlen(text)};
    *imported = (struct imported){0};
    return session_import(import_form_find(form), &source, imported, err);
}

static void must_import(const char *form, const char *text, struct imported *imported)
{
    struct error err = {ERROR_NONE, NULL};
    if (!import_text_as(form, text, imported, &err))
        fail_msg("%s", error_text(&err));
}

static void assert_refused(const char *form, const char *text, const char *words)
{
    struct error err = {ERROR_NONE, NULL};
    struct imported imported;
    assert_false(import_text_as(form, text, &imported, &err));
    if (strstr(error_text(&err), words) == NULL)
        fail_msg("\"%s\" is not in \"%s\"", words, error_text(&err));
    assert_int_equal(imported.count, 0);
    assert_null(imported.sessions);
    error_clear(&err);
}

static const struct message *path_at(const struct imported *imported, size_t session,
                                     size_t place)
{
    const struct chat *chat = &imported->sessions[session].chats[0].chat;
    assert_true(place < chat->path_len);
    return chat->path[place];
}

static void assert_part(const struct message *message, size_t place, enum part_kind kind,
                        const char *text)
{
    assert_true(place < message->part_count);
    assert_int_equal(message->parts[place].kind, kind);
    assert_string_equal(strbuf_text(&message->parts[place].text), text);
}

/* --- OpenAI ------------------------------------------------------------------------ */

static const char request[] =
    "{\"model\":\"openai/gpt-4o\",\"temperature\":0.5,\"stream\":true,\"messages\":["
    "{\"role\":\"system\",\"content\":\"Be brief.\"},"
    "{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"What is \"},"
    "{\"type\":\"image_url\",\"image_url\":{\"url\":\"data:image/"
    "png;base64,iVBO\\nRw==\"}},"
    "{\"type\":\"text\",\"text\":\"this? \\ud83d\\ude00\"}]},"
    "{\"role\":\"assistant\",\"content\":null,\"reasoning_content\":\"hm\",\"tool_"
    "calls\":["
    "{\"id\":\"a\",\"type\":\"function\",\"function\":{\"name\":\"look\",\"arguments\":"
    "\"{ "
    "\\\"n\\\":9007199254740993}\"}},"
    "{\"id\":\"b\",\"function\":{\"name\":\"see\",\"arguments\":{\"x\":1}}}]},"
    "{\"role\":\"tool\",\"tool_call_id\":\"a\",\"content\":\"one\"},"
    "{\"role\":\"tool\",\"tool_call_id\":\"b\",\"content\":[{\"type\":\"text\",\"text\":"
    "\"two\"}]},"
    "{\"role\":\"assistant\",\"content\":\"A dot.\",\"refusal\":\"no\"}]}";

static void import_openai__a_request__becomes_a_chat(void **state)
{
    (void)state;
    struct imported imported;
    must_import("openai", request, &imported);
    const struct session_chat *chat = &imported.sessions[0].chats[0];
    assert_string_equal(chat->model.provider, "openai");
    assert_string_equal(chat->model.model, "gpt-4o");
    assert_string_equal(chat->system, "Be brief.");
    assert_non_null(param_list_get(&chat->params, "temperature"));
    assert_string_equal(imported.sessions[0].title, "What is this? \xf0\x9f\x98\x80");
    assert_int_equal(chat->chat.path_len, 4);
    assert_part(path_at(&imported, 0, 0), 0, PART_TEXT, "What is ");
    assert_part(path_at(&imported, 0, 0), 1, PART_IMAGE, "\x89PNG");
    const struct message *asks = path_at(&imported, 0, 1);
    assert_part(asks, 0, PART_REASONING, "hm");
    assert_part(asks, 1, PART_TOOL_CALL, "{ \"n\":9007199254740993}");
    assert_part(asks, 2, PART_TOOL_CALL, "{\"x\":1}");
    assert_int_equal(asks->facts.finish, FINISH_TOOL_CALLS);
    assert_part(path_at(&imported, 0, 2), 0, PART_TOOL_RESULT, "one");
    assert_part(path_at(&imported, 0, 2), 1, PART_TOOL_RESULT, "two");
    assert_string_equal(path_at(&imported, 0, 2)->parts[1].name, "see");
    assert_part(path_at(&imported, 0, 3), 1, PART_REFUSAL, "no");
    assert_int_equal(imported.message_count, 4);
    imported_clear(&imported);
}

static void import_openai__lines__are_conversations(void **state)
{
    (void)state;
    struct imported imported;
    must_import("openai",
                "{\"messages\":[{\"role\":\"user\",\"content\":\"a\"}]}\n\n"
                "{\"custom_id\":\"1\",\"body\":{\"messages\":[{\"role\":\"user\","
                "\"content\":\"b\"}]}}\n"
                "[{\"role\":\"user\",\"content\":\"c\"}]",
                &imported);
    assert_int_equal(imported.count, 3);
    assert_part(path_at(&imported, 1, 0), 0, PART_TEXT, "b");
    assert_part(path_at(&imported, 2, 0), 0, PART_TEXT, "c");
    imported_clear(&imported);
}

static void import_openai__faults__are_said_with_their_place(void **state)
{
    (void)state;
    assert_refused("openai", "[{\"role\":\"user\",\"content\":\"a\"},\n{\"role\":}]",
                   "line 2, column 9: this is not JSON");
    assert_refused("openai", "[{\"role\":\"user\"},{\"content\":\"a\"}]",
                   "message 2: it has no role");
    assert_refused("openai", "[{\"role\":\"poet\"}]", "message 1: its role is \"poet\"");
    assert_refused("openai", "{\"messages\":[]}\n{\"mess\n", "line 2: this is not JSON");
    assert_refused("openai", "{\"model\":\"x\"}", "no list of \"messages\"");
    assert_refused("openai", "[]", "no conversation");
    assert_refused("openai", "7", "no list of messages");
    assert_refused(
        "openai",
        "[{\"role\":\"user\",\"content\":[{\"image_url\":{\"url\":\"data:image/"
        "png;base64,!!\"}}]}]",
        "message 1: the data of a picture");
    assert_refused("openai", "[{\"role\":\"assistant\",\"tool_calls\":[{\"id\":\"1\"}]}]",
                   "a call of a tool has no name");
}

static void import_openai__a_picture_elsewhere__is_noted(void **state)
{
    (void)state;
    struct imported imported;
    must_import("openai",
                "[{\"role\":\"user\",\"content\":[{\"image_url\":\"https://x/y.png\"},"
                "{\"type\":\"input_audio\"}]}]",
                &imported);
    assert_int_equal(imported.notes.len, 2);
    assert_part(path_at(&imported, 0, 0), 0, PART_TEXT, "\n[picture: https://x/y.png]\n");
    imported_clear(&imported);
}

/* --- aichat ------------------------------------------------------------------------ */

static const char aichat[] = "model: openai:gpt-4o\n"
                             "temperature: 0.2\n"
                             "use_tools: fs\n"
                             "compressed_messages:\n"
                             "- role: user\n"
                             "  content: first\n"
                             "messages:\n"
                             "- role: system\n"
                             "  content: |-\n"
                             "    Summary:\n"
                             "    it rained\n"
                             "- role: user\n"
                             "  content:\n"
                             "  - type: text\n"
                             "    text: '42'\n"
                             "  - type: image_url\n"
                             "    image_url:\n"
                             "      url: data:image/png;base64,iVBORw==\n"
                             "- role: tool\n"
                             "  content:\n"
                             "    tool_results:\n"
                             "    - call:\n"
                             "        name: look\n"
                             "        arguments:\n"
                             "          path: /tmp\n"
                             "        id: c1\n"
                             "      output:\n"
                             "        ok: true\n"
                             "    text: ''\n"
                             "    sequence: false\n"
                             "- role: assistant\n"
                             "  content: done\n";

static void import_aichat__a_session__with_tools_and_a_summary(void **state)
{
    (void)state;
    struct imported imported;
    struct strbuf json;
    struct error err = {ERROR_NONE, NULL};
    assert_string_equal(import_form_guess(aichat, strlen(aichat))->name, "aichat");
    strbuf_init(&json, 10000);
    assert_true(yaml_stream_to_json(aichat, strlen(aichat), &json, &err));
    must_import("aichat", strbuf_text(&json), &imported);
    strbuf_clear(&json);
    const struct session_chat *chat = &imported.sessions[0].chats[0];
    assert_string_equal(imported.sessions[0].title, "rainy-day");
    assert_string_equal(chat->model.provider, "openai");
    assert_string_equal(chat->model.model, "gpt-4o");
    assert_int_equal(chat->chat.path_len, 6);
    assert_part(path_at(&imported, 0, 0), 0, PART_TEXT, "first");
    assert_int_equal(path_at(&imported, 0, 1)->author, MESSAGE_SYSTEM);
    assert_part(path_at(&imported, 0, 2), 0, PART_TEXT, "42");
    assert_part(path_at(&imported, 0, 2), 1, PART_IMAGE, "\x89PNG");
    assert_part(path_at(&imported, 0, 3), 0, PART_TOOL_CALL, "{\"path\":\"/tmp\"}");
    assert_part(path_at(&imported, 0, 4), 0, PART_TOOL_RESULT, "{\"ok\":true}");
    assert_part(path_at(&imported, 0, 5), 0, PART_TEXT, "done");
    assert_int_equal(imported.notes.len, 1);
    imported_clear(&imported);
}

static void yaml_stream__what_it_does_not_take__is_said(void **state)
{
    (void)state;
    static const struct {
        const char *yaml;
        const char *words;
    } cases[] = {
        {"a: *b\n", "line 1, column 4: there are no aliases"},
        {"a: 1\n--- \nb: 2\n", "line 2, column 1: a second document"},
        {"", "nothing in it"},
        {"a: [1\n", "line 2, column 1"},
        {"? [a]\n: b\n", "a name is a text"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct error err = {ERROR_NONE, NULL};
        struct strbuf json;
        strbuf_init(&json, 1000);
        assert_false(
            yaml_stream_to_json(cases[i].yaml, strlen(cases[i].yaml), &json, &err));
        if (strstr(error_text(&err), cases[i].words) == NULL)
            fail_msg("\"%s\" is not in \"%s\"", cases[i].words, error_text(&err));
        strbuf_clear(&json);
        error_clear(&err);
    }
}

/* --- llm --------------------------------------------------------------------------- */

static char *make_database(const char *sql)
{
    const char *folder = getenv("TMPDIR");
    char *path = strbuf_format("%s/llm-XXXXXX", folder != NULL ? folder : "/tmp");
    sqlite3 *database = NULL;
    char *problem = NULL;
    close(mkstemp(path));
    assert_int_equal(sqlite3_open(path, &database), SQLITE_OK);
    if (sqlite3_exec(database, sql, NULL, NULL, &problem) != SQLITE_OK)
        fail_msg("%s", problem);
    sqlite3_close(database);
    return path;
}

static bool import_database(const char *sql, struct imported *imported, struct error *err)
{
    char *path = make_database(sql);
    const struct import_source source = {path, NULL, 0};
    *imported = (struct imported){0};
    const bool ok = session_import(import_form_find("llm"), &source, imported, err);
    unlink(path);
    mem_free(path);
    return ok;
}

static const char old_logs[] =
    "CREATE TABLE conversations(id TEXT PRIMARY KEY,name TEXT,model TEXT);"
    "CREATE TABLE responses(id TEXT PRIMARY KEY,model TEXT,prompt TEXT,system TEXT,"
    "prompt_json TEXT,options_json TEXT,response TEXT,response_json TEXT,"
    "conversation_id TEXT,duration_ms INTEGER,datetime_utc TEXT);"
    "INSERT INTO conversations VALUES('c1','Two words','gpt-4');"
    "INSERT INTO responses VALUES('r2','gpt-4','And now?',NULL,NULL,'{}','Later.',NULL,"
    "'c1',90,'2023-07-06T16:24:21.5');"
    "INSERT INTO responses VALUES('r1','gpt-4','Hello?','Be kind.',NULL,"
    "'{\"temperature\":0.25,\"max_tokens\":-1}','Hi.',NULL,'c1',1200,"
    "'2023-07-06T16:24:20.123456');"
    "INSERT INTO responses VALUES('r3','llama','Alone',NULL,NULL,'{}','Yes',NULL,NULL,5,"
    "'2024-01-01 00:00:00+00:00');";

static void import_llm__logs_of_the_first_form__in_order(void **state)
{
    (void)state;
    struct imported imported;
    struct error err = {ERROR_NONE, NULL};
    if (!import_database(old_logs, &imported, &err))
        fail_msg("%s", error_text(&err));
    assert_int_equal(imported.count, 2);
    assert_int_equal(imported.message_count, 6);
    const struct session *session = &imported.sessions[1];
    assert_string_equal(session->title, "Two words");
    assert_string_equal(session->chats[0].system, "Be kind.");
    assert_string_equal(session->chats[0].model.model, "gpt-4");
    assert_non_null(param_list_get(&session->chats[0].params, "temperature"));
    assert_true(session->created_ms == 1688660660123);
    assert_part(path_at(&imported, 1, 0), 0, PART_TEXT, "Hello?");
    assert_part(path_at(&imported, 1, 3), 0, PART_TEXT, "Later.");
    assert_int_equal(path_at(&imported, 1, 1)->facts.total_ms, 1200);
    assert_int_equal(path_at(&imported, 1, 1)->facts.usage.input, -1);
    assert_string_equal(imported.sessions[0].title, "Alone");
    assert_true(imported.sessions[0].created_ms == 1704067200000);
    imported_clear(&imported);
}

static const char later_logs[] =
    "ALTER TABLE responses ADD COLUMN input_tokens INTEGER;"
    "ALTER TABLE responses ADD COLUMN output_tokens INTEGER;"
    "ALTER TABLE responses ADD COLUMN resolved_model TEXT;"
    "ALTER TABLE responses ADD COLUMN reasoning TEXT;"
    "CREATE TABLE attachments(id TEXT PRIMARY KEY,type TEXT,path TEXT,url TEXT,content "
    "BLOB);"
    "CREATE TABLE prompt_attachments(response_id TEXT,attachment_id TEXT,\"order\" "
    "INTEGER);"
    "CREATE TABLE fragments(id INTEGER PRIMARY KEY,hash TEXT,content TEXT,source TEXT);"
    "CREATE TABLE prompt_fragments(response_id TEXT,fragment_id INTEGER,\"order\" "
    "INTEGER);"
    "CREATE TABLE tool_calls(id INTEGER PRIMARY KEY,response_id TEXT,name TEXT,arguments "
    "TEXT,tool_call_id TEXT);"
    "CREATE TABLE tool_results(id INTEGER PRIMARY KEY,response_id TEXT,name TEXT,output "
    "TEXT,tool_call_id TEXT);"
    "UPDATE responses SET input_tokens=7,output_tokens=3,resolved_model='gpt-4-0613',"
    "reasoning='so' WHERE id='r1';"
    "INSERT INTO attachments VALUES('a','image/png',NULL,NULL,x'89504e47');"
    "INSERT INTO attachments VALUES('b','image/png','/etc/passwd',NULL,NULL);"
    "INSERT INTO prompt_attachments VALUES('r1','b',1);"
    "INSERT INTO prompt_attachments VALUES('r1','a',0);"
    "INSERT INTO fragments VALUES(1,'h','long text','book.txt');"
    "INSERT INTO prompt_fragments VALUES('r1',1,0);"
    "INSERT INTO tool_calls VALUES(1,'r1','look','{\"a\":1}','t1');"
    "INSERT INTO tool_results VALUES(1,'r2','look','seen','t1');"
    "UPDATE responses SET prompt='' WHERE id='r2';";

static void import_llm__later_columns_and_tables__are_read(void **state)
{
    (void)state;
    struct imported imported;
    struct error err = {ERROR_NONE, NULL};
    char *sql = strbuf_format("%s%s", old_logs, later_logs);
    if (!import_database(sql, &imported, &err))
        fail_msg("%s", error_text(&err));
    mem_free(sql);
    const struct message *prompt = path_at(&imported, 1, 0);
    assert_part(prompt, 0, PART_FILE, "long text");
    assert_string_equal(prompt->parts[0].name, "book.txt");
    assert_part(prompt, 1, PART_TEXT, "Hello?");
    assert_part(prompt, 2, PART_IMAGE, "\x89PNG");
    assert_part(prompt, 3, PART_TEXT, "\n[picture: /etc/passwd]\n");
    const struct message *answer = path_at(&imported, 1, 1);
    assert_part(answer, 0, PART_REASONING, "so");
    assert_part(answer, 2, PART_TOOL_CALL, "{\"a\":1}");
    assert_int_equal(answer->facts.usage.input, 7);
    assert_string_equal(answer->facts.model, "gpt-4-0613");
    assert_part(path_at(&imported, 1, 2), 0, PART_TOOL_RESULT, "seen");
    assert_int_equal(path_at(&imported, 1, 3)->author, MESSAGE_ASSISTANT);
    imported_clear(&imported);
}

static const char threads[] =
    "CREATE TABLE threads(id TEXT PRIMARY KEY,name TEXT,tip_message_hash "
    "TEXT,forked_from "
    "TEXT,datetime_utc TEXT);"
    "CREATE TABLE turns(id TEXT PRIMARY KEY,thread_id TEXT,parent_message_hash TEXT,"
    "tip_message_hash TEXT,model TEXT,resolved_model TEXT,options_json TEXT,"
    "input_tokens INTEGER,output_tokens INTEGER,duration_ms INTEGER,datetime_utc TEXT);"
    "CREATE TABLE messages(hash TEXT PRIMARY KEY,parent_hash TEXT,role TEXT);"
    "CREATE TABLE parts(id INTEGER PRIMARY KEY,message_hash TEXT,position INTEGER,type "
    "TEXT,tool_name TEXT,text TEXT,payload TEXT);"
    "CREATE TABLE fragments(id INTEGER PRIMARY KEY,content TEXT);"
    "INSERT INTO fragments VALUES(5,'novel');"
    "INSERT INTO threads VALUES('t1','A thread','m4',NULL,'2026-08-01 10:00:00+00:00');"
    "INSERT INTO turns VALUES('u1','t1','m1','m4','gpt-5','gpt-5-x','{\"seed\":3}',4,2,"
    "800,'2026-08-01T10:00:05+00:00');"
    "INSERT INTO messages VALUES('m1',NULL,'user');"
    "INSERT INTO messages VALUES('m2','m1','assistant');"
    "INSERT INTO messages VALUES('m3','m2','tool');"
    "INSERT INTO messages VALUES('m4','m3','assistant');"
    "INSERT INTO parts VALUES(1,'m1',0,'text',NULL,NULL,'{\"text_ref\":[{\"literal\":"
    "\"Of \"},{\"fragment\":5},{\"literal\":\"?\"}]}');"
    "INSERT INTO parts VALUES(2,'m2',0,'tool_call','look',NULL,'{\"name\":\"look\","
    "\"arguments\":{\"a\":1},\"tool_call_id\":\"k\"}');"
    "INSERT INTO parts VALUES(3,'m3',0,'tool_result','look',NULL,'{\"name\":\"look\","
    "\"output\":\"seen\",\"tool_call_id\":\"k\"}');"
    "INSERT INTO parts VALUES(4,'m4',1,'text',NULL,'Fine.',NULL);"
    "INSERT INTO parts VALUES(5,'m4',0,'reasoning',NULL,'well',NULL);";

static void import_llm__threads_of_the_newer_form__are_read(void **state)
{
    (void)state;
    struct imported imported;
    struct error err = {ERROR_NONE, NULL};
    if (!import_database(threads, &imported, &err))
        fail_msg("%s", error_text(&err));
    assert_int_equal(imported.count, 1);
    assert_string_equal(imported.sessions[0].title, "A thread");
    assert_string_equal(imported.sessions[0].chats[0].model.model, "gpt-5");
    assert_int_equal(imported.sessions[0].chats[0].chat.path_len, 4);
    assert_part(path_at(&imported, 0, 0), 0, PART_TEXT, "Of novel?");
    assert_part(path_at(&imported, 0, 1), 0, PART_TOOL_CALL, "{\"a\":1}");
    assert_part(path_at(&imported, 0, 2), 0, PART_TOOL_RESULT, "seen");
    assert_part(path_at(&imported, 0, 3), 0, PART_REASONING, "well");
    assert_part(path_at(&imported, 0, 3), 1, PART_TEXT, "Fine.");
    assert_int_equal(path_at(&imported, 0, 3)->facts.usage.output, 2);
    imported_clear(&imported);
}

static void import_llm__hostile_databases__end_with_a_sentence(void **state)
{
    (void)state;
    static const char *const databases[] = {
        "CREATE TABLE x(y);",
        "CREATE VIEW responses AS WITH RECURSIVE c(id) AS (SELECT 1 UNION ALL SELECT "
        "id+1 "
        "FROM c) SELECT id FROM c;",
        "CREATE TABLE threads(id,tip_message_hash,datetime_utc);CREATE TABLE "
        "turns(tip_message_hash);"
        "CREATE TABLE messages(hash,parent_hash,role);CREATE TABLE "
        "parts(message_hash,position);"
        "INSERT INTO threads VALUES(1,'a','');INSERT INTO messages "
        "VALUES('a','a','user');",
        "CREATE TABLE responses(id,prompt,response,conversation_id,datetime_utc);",
    };
    static const char *const words[] = {"no table \"responses\"",
                                        "no table \"responses\"",
                                        "more than 100000 messages", "no conversation"};
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        struct imported imported;
        struct error err = {ERROR_NONE, NULL};
        assert_false(import_database(databases[i], &imported, &err));
        if (strstr(error_text(&err), words[i]) == NULL)
            fail_msg("\"%s\" is not in \"%s\"", words[i], error_text(&err));
        error_clear(&err);
    }
}

/* --- Motet's own -------------------------------------------------------------------- */

static void import_motet__faults__are_said_with_their_place(void **state)
{
    (void)state;
    const char *start =
        "{\"format\":\"motet-session\",\"version\":1,\"chats\":[{\"tip\":";
    static const struct {
        const char *rest;
        const char *words;
    } cases[] = {
        {"1,\"messages\":[]}]}", "chat 1: its tip"},
        {"0,\"messages\":[{\"id\":2,\"parent\":0,\"author\":\"user\"}]}]}",
         "chat 1: message 1: its id must be 1"},
        {"0,\"messages\":[{\"id\":1,\"parent\":1,\"author\":\"user\"}]}]}",
         "chat 1: message 1: its id"},
        {"0,\"messages\":[{\"id\":1,\"parent\":0,\"author\":\"poet\"}]}]}",
         "its author one of"},
        {"0,\"messages\":[{\"id\":1,\"parent\":0,\"author\":\"user\",\"parts\":[{}]}]}]}",
         "message 1: a part has no kind"},
        {"0,\"messages\":[{\"id\":1,\"parent\":0,\"author\":\"user\",\"parts\":[{"
         "\"kind\":"
         "\"text\",\"base64\":\"a\"}]}]}]}",
         "the base64 of a part"},
        {"0,\"messages\":[{\"id\":1,\"parent\":0,\"author\":\"assistant\",\"parts\":[{"
         "\"kind\":\"opaque\",\"text\":\"{}],\\\"x\\\":[\"}]}]}]}",
         "message 1: an opaque part is not JSON"},
        {"0,\n\"messages\":[}", "line 2, column 13: this is not JSON"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char *text = strbuf_format("%s%s", start, cases[i].rest);
        assert_refused("motet", text, cases[i].words);
        mem_free(text);
    }
    assert_refused("motet", "{\"format\":\"motet-session\",\"version\":2}",
                   "newer Motet");
    assert_refused("motet", "{\"version\":1}", "does not begin with");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(import_openai__a_request__becomes_a_chat),
        cmocka_unit_test(import_openai__lines__are_conversations),
        cmocka_unit_test(import_openai__faults__are_said_with_their_place),
        cmocka_unit_test(import_openai__a_picture_elsewhere__is_noted),
        cmocka_unit_test(import_aichat__a_session__with_tools_and_a_summary),
        cmocka_unit_test(yaml_stream__what_it_does_not_take__is_said),
        cmocka_unit_test(import_llm__logs_of_the_first_form__in_order),
        cmocka_unit_test(import_llm__later_columns_and_tables__are_read),
        cmocka_unit_test(import_llm__threads_of_the_newer_form__are_read),
        cmocka_unit_test(import_llm__hostile_databases__end_with_a_sentence),
        cmocka_unit_test(import_motet__faults__are_said_with_their_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
