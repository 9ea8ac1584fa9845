/* motet sessions export and import, and motet export: files out and in, as a person calls
 * them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "src/base/file_out.h"
#include "src/base/mem.h"
#include "src/base/path.h"
#include "src/store/export_format.h"
#include "tests/support/cli_world.h"
#include "tests/support/export_sample.h"

/* A world whose children find no database yet. */
static int set_up(void **state)
{
    char *data = strbuf_format("%s/data-XXXXXX", getenv("TMPDIR"));
    if (mkdtemp(data) == NULL)
        return -1;
    setenv("XDG_DATA_HOME", data, 1);
    mem_free(data);
    return cli_world_setup(state);
}

static char *in_folder(const char *name)
{
    return strbuf_format("%s/%s", getenv("TMPDIR"), name);
}

static void write_file(const char *path, const char *text)
{
    struct error err = {ERROR_NONE, NULL};
    if (!file_out_replace(path, text, strlen(text), &err))
        fail_msg("%s", error_text(&err));
}

static char *read_file(const char *path)
{
    struct error err = {ERROR_NONE, NULL};
    struct strbuf text;
    strbuf_init(&text, STRBUF_OWN_MAX);
    if (!path_read_file(path, &text, &err))
        fail_msg("%s", error_text(&err));
    return text.len > 0 ? strbuf_take(&text) : mem_strdup("");
}

static char *rich_json(void)
{
    struct session session;
    struct strbuf out;
    export_sample_rich(&session);
    const struct export_view view = export_view_of(&session);
    strbuf_init(&out, STRBUF_OWN_MAX);
    export_format_find("json")->write(&view, &out);
    session_clear(&session);
    return strbuf_take(&out);
}

/* Runs motet with one "%s" in the line being the path. */
static void run_with(struct cli_world *world, const char *line, const char *path,
                     int code)
{
    const char *mark = strstr(line, "%s");
    struct strbuf whole;
    strbuf_init(&whole, STRBUF_OWN_MAX);
    strbuf_append(&whole, line, (size_t)(mark - line));
    strbuf_append_text(&whole, path);
    strbuf_append_text(&whole, mark + 2);
    struct child_program *child = cli_run(world, strbuf_text(&whole), NULL);
    cli_assert_code(child, code);
    child_free(child);
    strbuf_clear(&whole);
}

/* In, out, in again, out again: the store is between, and nothing is lost in it. */
static void sessions__import_and_export__give_the_same_file(void **state)
{
    struct cli_world *world = *state;
    char *first = in_folder("first.json");
    char *second = in_folder("second.json");
    char *third = in_folder("third.json");
    char *json = rich_json();
    struct stat info;
    write_file(first, json);
    run_with(world, "sessions|import|%s", first, 0);
    run_with(world, "sessions|export|1|-o|%s", second, 0);
    run_with(world, "sessions|import|%s", second, 0);
    run_with(world, "sessions|export|2|-o|%s", third, 0);
    char *exported = read_file(second);
    char *again = read_file(third);
    assert_string_equal(json, exported);
    assert_string_equal(exported, again);
    assert_int_equal(stat(second, &info), 0);
    assert_int_equal(info.st_mode & 0777, 0600);
    mem_free(again);
    mem_free(exported);
    mem_free(json);
    mem_free(third);
    mem_free(second);
    mem_free(first);
}

static void sessions__export__takes_format_and_chat(void **state)
{
    struct cli_world *world = *state;
    char *path = in_folder("pane.json");
    char *json = rich_json();
    write_file(path, json);
    run_with(world, "sessions|import|%s", path, 0);
    struct child_program *child =
        cli_run(world, "sessions|export|last|--format|text|--chat|2", NULL);
    cli_assert_code(child, 0);
    assert_non_null(strstr(strbuf_text(&child->out), "Something else?"));
    assert_null(strstr(strbuf_text(&child->out), "What weather?"));
    child_free(child);
    run_with(world, "sessions|export|1|-o|%s.pdf", path, 2);
    run_with(world, "sessions|export|77|-o|%s", path, 2);
    run_with(world, "sessions|export|1|--chat|3|-o|%s", path, 2);
    run_with(world, "sessions|export|1|--format|word|-o|%s", path, 2);
    char *kept = read_file(path);
    assert_string_equal(kept, json); /* what fails touches nothing */
    mem_free(kept);
    mem_free(json);
    mem_free(path);
}

static void sessions__import__a_bad_file_keeps_no_other_out(void **state)
{
    struct cli_world *world = *state;
    char *bad = in_folder("bad.jsonl");
    char *good = in_folder("good.json");
    write_file(bad, "{\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}\n"
                    "{\"messages\":[{\"content\":\"y\"}]}\n");
    write_file(good, "[{\"role\":\"user\",\"content\":\"Is it good?\"}]");
    char *line = strbuf_format("sessions|import|%s|%s", bad, good);
    struct child_program *child = cli_run(world, line, NULL);
    cli_assert_code(child, 2);
    char *said = strbuf_format("%s: line 2: message 1: it has no role", bad);
    assert_non_null(strstr(strbuf_text(&child->err), said));
    assert_non_null(strstr(strbuf_text(&child->out), "1 session with 1 message"));
    child_free(child);
    /* All or nothing: the first line of the bad file did not come in either. */
    child = cli_run(world, "sessions|export|2", NULL);
    cli_assert_code(child, 2);
    child_free(child);
    child = cli_run(world, "sessions|export|1", NULL);
    assert_non_null(strstr(strbuf_text(&child->out), "> Is it good?"));
    child_free(child);
    mem_free(said);
    mem_free(line);
    mem_free(good);
    mem_free(bad);
}

/* A pipe that nobody writes to would hold whoever opens it. */
static void sessions__what_is_no_plain_file__is_refused(void **state)
{
    struct cli_world *world = *state;
    char *pipe_path = in_folder("pipe");
    char *good = in_folder("one.json");
    struct stat info;
    assert_int_equal(mkfifo(pipe_path, 0600), 0);
    write_file(good, "[{\"role\":\"user\",\"content\":\"Is it good?\"}]");
    run_with(world, "sessions|import|%s", pipe_path, 2);
    run_with(world, "sessions|import|--as|llm|%s", pipe_path, 2);
    run_with(world, "sessions|import|--as|llm|%s", getenv("TMPDIR"), 2);
    run_with(world, "sessions|import|%s", good, 0);
    run_with(world, "sessions|export|1|--format|text|-o|%s", pipe_path, 1);
    assert_int_equal(stat(pipe_path, &info), 0);
    assert_true(S_ISFIFO(info.st_mode));
    assert_int_equal(unlink(pipe_path), 0);
    mem_free(good);
    mem_free(pipe_path);
}

static void sessions__import__yaml_of_aichat(void **state)
{
    struct cli_world *world = *state;
    char *path = in_folder("trip.yaml");
    write_file(path, "model: ollama:llama3\nmessages:\n- role: user\n  content: Where?\n"
                     "- role: assistant\n  content: |-\n    There:\n    here\n");
    run_with(world, "sessions|import|%s", path, 0);
    struct child_program *child = cli_run(world, "sessions|export|1", NULL);
    assert_non_null(strstr(strbuf_text(&child->out), "# trip\n"));
    assert_non_null(strstr(strbuf_text(&child->out), "> There:\n> here\n"));
    child_free(child);
    write_file(path, "model: x\nmessages:\n- role: [\n");
    char *line = strbuf_format("sessions|import|%s", path);
    child = cli_run(world, line, NULL);
    cli_assert_code(child, 2);
    assert_non_null(strstr(strbuf_text(&child->err), "trip.yaml: line 4"));
    child_free(child);
    mem_free(line);
    mem_free(path);
}

/* A recording of a real turn, made here; the key it was asked with is in no file. */
static void export__html__plays_a_recording(void **state)
{
    struct cli_world *world = *state;
    static const char *const env[] = {"MOTET_SECRET=sk-secret-0123456789abcdef", NULL};
    const struct child_options options = {.env = env};
    char *path = in_folder("race.jsonl");
    char *page = in_folder("race.html");
    cli_answer(world, "200 OK", "text/event-stream",
               "data: {\"choices\":[{\"delta\":{\"content\":\"Hey</script>\"}}]}\n\n"
               "data: {\"choices\":[{\"delta\":{\"content\":\"lo\"},"
               "\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n");
    char *line = strbuf_format("ask|-m|m|--url|%%URL|--api|openai-chat|--key-env|"
                               "MOTET_SECRET|--record|%s|Hi there",
                               path);
    struct child_program *child = cli_run(world, line, &options);
    cli_assert_code(child, 0);
    child_free(child);
    assert_non_null(
        strstr(raw_server_get_request(world->raw, 0)->bytes, "sk-secret-0123456789"));
    mem_free(line);
    line = strbuf_format("export|--html|%s|-o|%s", path, page);
    child = cli_run(world, line, &options);
    cli_assert_code(child, 0);
    child_free(child);
    char *html = read_file(page);
    assert_non_null(strstr(html, "id=\"m-0-2\""));
    assert_non_null(strstr(html, "\"text\",\"Hey\\u003c/script\\u003e\"]"));
    assert_non_null(strstr(html, "Hey&lt;/script&gt;lo"));
    assert_null(strstr(html, "sk-secret"));
    mem_free(html);
    mem_free(line);
    mem_free(page);
    mem_free(path);
}

/* True if the file of that name in the data folder holds the text. */
static bool data_file_holds(const char *name, const char *text)
{
    struct error err = {ERROR_NONE, NULL};
    struct strbuf bytes;
    char *path = strbuf_format("%s/motet/%s", getenv("XDG_DATA_HOME"), name);
    bool is_found = false;
    strbuf_init(&bytes, STRBUF_OWN_MAX);
    if (path_read_file(path, &bytes, &err)) {
        for (size_t i = 0; i + strlen(text) <= bytes.len && !is_found; i++)
            is_found = memcmp(bytes.text + i, text, strlen(text)) == 0;
    }
    error_clear(&err);
    strbuf_clear(&bytes);
    mem_free(path);
    return is_found;
}

/* A session that was had with a key: the key is neither in the database nor in what is
 * exported, in no format. */
static void sessions__export__has_no_key(void **state)
{
    struct cli_world *world = *state;
    static const char *const env[] = {"MOTET_SECRET=sk-secret-0123456789abcdef", NULL};
    const struct child_options options = {
        .env = env, .input = CHILD_INPUT_TEXT, .text = "What is kept?\n"};
    cli_answer(world, "200 OK", "text/event-stream",
               "data: {\"choices\":[{\"delta\":{\"content\":\"Not the key.\"},"
               "\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n");
    char *config = in_folder("key.yaml");
    char *session = in_folder("key.json");
    char *text = strbuf_format("providers:\n  lab:\n    api: openai-chat\n    url: %s\n"
                               "    key_env: MOTET_SECRET\n",
                               raw_server_get_url(world->raw));
    write_file(config, text);
    mem_free(text);
    write_file(session,
               "{\"format\":\"motet-session\",\"version\":1,\"chats\":[{\"setup\":{"
               "\"provider\":\"lab\",\"model\":\"m\",\"api\":\"openai-chat\"},"
               "\"tip\":0,\"messages\":[]}]}");
    run_with(world, "sessions|import|%s", session, 0);
    char *talk = strbuf_format("--plain|--session|1|--config|%s", config);
    struct child_program *child = cli_run(world, talk, &options);
    cli_assert_code(child, 0);
    mem_free(talk);
    mem_free(session);
    mem_free(config);
    child_free(child);
    assert_non_null(
        strstr(raw_server_get_request(world->raw, 0)->bytes, "sk-secret-0123456789"));
    for (size_t i = 0; export_format_get(i) != NULL; i++) {
        char *line =
            strbuf_format("sessions|export|last|--format|%s", export_format_get(i)->name);
        child = cli_run(world, line, &options);
        cli_assert_code(child, 0);
        assert_non_null(strstr(strbuf_text(&child->out), "Not the key."));
        assert_null(strstr(strbuf_text(&child->out), "sk-secret"));
        child_free(child);
        mem_free(line);
    }
    assert_true(data_file_holds("motet.db", "Not the key.") ||
                data_file_holds("motet.db-wal", "Not the key."));
    assert_false(data_file_holds("motet.db", "sk-secret"));
    assert_false(data_file_holds("motet.db-wal", "sk-secret"));
}

static void export__what_is_no_recording__is_said(void **state)
{
    struct cli_world *world = *state;
    char *path = in_folder("no.jsonl");
    write_file(path, "nothing\n");
    run_with(world, "export|--html|%s", path, 2);
    run_with(world, "export|%s", path, 2);
    mem_free(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(sessions__import_and_export__give_the_same_file,
                                        set_up, cli_world_teardown),
        cmocka_unit_test_setup_teardown(sessions__export__takes_format_and_chat, set_up,
                                        cli_world_teardown),
        cmocka_unit_test_setup_teardown(sessions__import__a_bad_file_keeps_no_other_out,
                                        set_up, cli_world_teardown),
        cmocka_unit_test_setup_teardown(sessions__what_is_no_plain_file__is_refused,
                                        set_up, cli_world_teardown),
        cmocka_unit_test_setup_teardown(sessions__import__yaml_of_aichat, set_up,
                                        cli_world_teardown),
        cmocka_unit_test_setup_teardown(sessions__export__has_no_key, set_up,
                                        cli_world_teardown),
        cmocka_unit_test_setup_teardown(export__html__plays_a_recording, set_up,
                                        cli_world_teardown),
        cmocka_unit_test_setup_teardown(export__what_is_no_recording__is_said, set_up,
                                        cli_world_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
