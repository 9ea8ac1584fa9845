/*
 * Attachments on their way: from an option or a word of the prompt, through the engine
 * (sent, queued, edited), to the request; and what is said instead where a file cannot
 * be attached.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "src/base/mem.h"
#include "src/base/strbuf.h"
#include "tests/support/app_stage.h"
#include "tests/support/cli_world.h"
#include "tests/support/engine_world.h"

#define ECHO "demo/echo?rate=0&ttft=0"

#define ANSWER                                                                           \
    "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"    \
    "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"fine\"}}]}\n\n"           \
    "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n"    \
    "data: [DONE]\n\n"

static const struct raw_step answer_steps[] = {{.action = RAW_SEND, .bytes = ANSWER},
                                               {.action = RAW_CLOSE}};

/* Writes a file for the test. Caller removes it with drop_file. */
static char *make_file(const char *name, const char *bytes, size_t len)
{
    const char *folder = getenv("TMPDIR");
    char *path = strbuf_format("%s/%s", folder != NULL ? folder : "/tmp", name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, len, file), len);
    assert_int_equal(fclose(file), 0);
    return path;
}

static void drop_file(char *path)
{
    unlink(path);
    mem_free(path);
}

static void assert_body(const struct raw_server *server, size_t index, const char *part)
{
    const struct raw_request *request = raw_server_get_request(server, index);
    assert_non_null(request);
    if (strstr(request->body, part) == NULL)
        fail_msg("request %zu is %s", index, request->body);
}

/* --- The engine
 * -------------------------------------------------------------------------
 */

static struct attachment_list one_file(const char *name)
{
    struct attachment_list list = {0};
    attachment_list_add(&list, &(struct attachment){.kind = PART_FILE,
                                                    .name = (char *)name,
                                                    .bytes = (char *)"inside",
                                                    .len = 6});
    return list;
}

static bool send_with(struct engine_world *world, chat_id chat, const char *text,
                      const char *name, uint64_t replaces)
{
    struct attachment_list list = one_file(name);
    const struct prompt prompt = {
        .text = text, .len = strlen(text), .attachments = &list, .replaces = replaces};
    const bool ok = engine_send_prompt(world->engine, chat, &prompt);
    attachment_list_clear(&list);
    return ok;
}

static void engine_send_prompt__sends__the_attachment_before_the_text(void **state)
{
    struct engine_world *world = *state;
    raw_server_answer_always(world->raw, answer_steps, 2);
    const chat_id chat = engine_world_open_at(world, &world->raw_endpoint, "m");
    assert_true(send_with(world, chat, "what is it?", "a.txt", 0));
    engine_world_finish(world);
    assert_body(world->raw, 0,
                "<file name=\\\"a.txt\\\">\\ninside\\n</file>\\nwhat is it?");
}

static bool is_held(void *user)
{
    return raw_server_count_held(user) > 0;
}

static void engine_send_prompt__keeps__the_attachments_of_each_queued_one(void **state)
{
    struct engine_world *world = *state;
    const struct raw_step hold[] = {{.action = RAW_HOLD},
                                    {.action = RAW_SEND, .bytes = ANSWER},
                                    {.action = RAW_CLOSE}};
    raw_server_answer(world->raw, hold, 3);
    raw_server_answer_always(world->raw, answer_steps, 2);
    const chat_id chat = engine_world_open_at(world, &world->raw_endpoint, "m");
    engine_world_send(world, chat, "first");
    assert_true(send_with(world, chat, "second", "b.txt", 0));
    assert_true(send_with(world, chat, "third", "c.txt", 0));
    assert_true(send_with(world, chat, "fourth", "d.txt", 0));
    char *back = engine_take_back(world->engine, chat);
    assert_string_equal(back, "fourth");
    mem_free(back);
    engine_world_wait(world, is_held, world->raw);
    raw_server_release(world->raw);
    engine_world_finish(world);
    assert_int_equal(raw_server_count_requests(world->raw), 3);
    assert_body(world->raw, 1, "<file name=\\\"b.txt\\\">\\ninside\\n</file>\\nsecond");
    assert_body(world->raw, 2, "<file name=\\\"c.txt\\\">\\ninside\\n</file>\\nthird");
}

static void engine_send_prompt__replaces__a_prompt_and_its_attachments(void **state)
{
    struct engine_world *world = *state;
    raw_server_answer_always(world->raw, answer_steps, 2);
    const chat_id chat = engine_world_open_at(world, &world->raw_endpoint, "m");
    send_with(world, chat, "first", "a.txt", 0);
    engine_world_finish(world);
    const uint64_t old = engine_get_chat(world->engine, chat)->path[0]->id;
    assert_true(send_with(world, chat, "other", "b.txt", old));
    engine_world_finish(world);
    assert_body(world->raw, 1, "b.txt");
    const struct raw_request *request = raw_server_get_request(world->raw, 1);
    assert_null(strstr(request->body, "a.txt"));
}

/* --- The command line
 * -------------------------------------------------------------------
 */

static struct child_program *run(struct cli_world *world, const char *rest,
                                 const char *input)
{
    char *line = strbuf_format("ask|--url|%%URL|-m|m|%s", rest);
    const struct child_options options = {
        .input = input != NULL ? CHILD_INPUT_TEXT : CHILD_INPUT_NONE, .text = input};
    struct child_program *child = cli_run(world, line, &options);
    mem_free(line);
    return child;
}

static void ask__attaches__what_options_and_words_name(void **state)
{
    struct cli_world *world = *state;
    char *text = make_file("notes.txt", "the notes", 9);
    char *picture = make_file("dot", "\x89PNG\r\n\x1a\n", 8);
    char *rest =
        strbuf_format("-a|%s|--attach=%s|compare|@%s with @nothing", text, picture, text);
    raw_server_answer(world->raw, answer_steps, 2);
    struct child_program *child = run(world, rest, NULL);
    cli_assert_code(child, 0);
    child_free(child);
    assert_body(world->raw, 0, "the notes");
    assert_body(world->raw, 0, "data:image/png;base64,iVBORw0KGgo=");
    assert_body(world->raw, 0, "with @nothing\"");
    const char *body = raw_server_get_request(world->raw, 0)->body;
    const char *first = strstr(body, "the notes");
    assert_null(strstr(first + 1, "the notes"));
    mem_free(rest);
    drop_file(text);
    drop_file(picture);
}

static void ask__refuses__a_file_that_cannot_be_attached(void **state)
{
    struct cli_world *world = *state;
    char *binary = make_file("binary", "a\0b", 3);
    char *option = strbuf_format("-a|%s|hi", binary);
    char *word = strbuf_format("look at @%s", binary);
    const char *const rests[] = {option, word, "-a|/nowhere/at/all|hi", "-a|/|hi"};
    for (size_t i = 0; i < 4; i++) {
        struct child_program *child = run(world, rests[i], NULL);
        cli_assert_code(child, 2);
        assert_non_null(strstr(strbuf_text(&child->err), "cannot attach"));
        child_free(child);
    }
    assert_int_equal(raw_server_count_accepted(world->raw), 0);
    mem_free(option);
    mem_free(word);
    drop_file(binary);
}

static void ask__attaches_nothing__that_piped_text_names(void **state)
{
    struct cli_world *world = *state;
    char *text = make_file("private.txt", "a secret", 8);
    char *input = strbuf_format("please read @%s", text);
    raw_server_answer_always(world->raw, answer_steps, 2);
    static const char *const rests[] = {"-", "explain"};
    for (size_t i = 0; i < 2; i++) {
        struct child_program *child = run(world, rests[i], input);
        cli_assert_code(child, 0);
        child_free(child);
        assert_body(world->raw, i, "private.txt");
        assert_null(strstr(raw_server_get_request(world->raw, i)->body, "a secret"));
    }
    mem_free(input);
    drop_file(text);
}

/* --- The screen
 * -------------------------------------------------------------------------
 */

static size_t count_files(const struct app_stage *stage)
{
    const struct message *prompt =
        chat_last_by(engine_get_chat(stage->engine, 1), MESSAGE_USER);
    size_t count = 0;
    for (size_t i = 0; i < prompt->part_count; i++)
        count += prompt->parts[i].kind == PART_FILE;
    return count;
}

static void app_send__attaches__what_a_word_names(void **state)
{
    (void)state;
    char *path = make_file("n", "the notes", 9);
    char *typed = strbuf_format("see @%s please", path);
    char *shown = strbuf_format("+ %s (9 bytes)", path);
    struct app_stage *stage = app_stage_open((const char *const[]){ECHO, NULL});
    app_stage_send(stage, typed);
    app_stage_wait_idle(stage);
    assert_int_equal(count_files(stage), 1);
    assert_stage_shows(stage, shown);
    app_stage_free(stage);
    mem_free(typed);
    mem_free(shown);
    drop_file(path);
}

static void app_send__keeps_the_text__where_a_file_cannot_be_attached(void **state)
{
    (void)state;
    char *path = make_file("n", "a\0b", 3);
    char *typed = strbuf_format("see @%s", path);
    struct app_stage *stage = app_stage_open((const char *const[]){ECHO, NULL});
    app_stage_send(stage, typed);
    assert_stage_shows(stage, "cannot attach");
    assert_stage_shows(stage, "> see @");
    assert_int_equal(engine_busy_count(stage->engine), 0);
    app_stage_free(stage);
    mem_free(typed);
    drop_file(path);
}

static void app_send__sends_what_was_given__with_the_first_prompt_only(void **state)
{
    (void)state;
    struct attachment_list given = one_file("given.txt");
    struct app_stage *stage = app_stage_new(&(struct app_stage_options){
        .models = (const char *const[]){ECHO, NULL}, .attachments = &given});
    app_stage_send(stage, "hello");
    app_stage_wait_idle(stage);
    assert_stage_shows(stage, "+ given.txt (6 bytes)");
    assert_int_equal(count_files(stage), 1);
    app_stage_send(stage, "again");
    app_stage_wait_idle(stage);
    assert_int_equal(count_files(stage), 0);
    app_stage_free(stage);
    attachment_list_clear(&given);
}

static void app_edit__keeps__what_was_given(void **state)
{
    (void)state;
    struct attachment_list given = one_file("given.txt");
    struct app_stage *stage = app_stage_new(&(struct app_stage_options){
        .models = (const char *const[]){ECHO, NULL}, .attachments = &given});
    app_stage_send(stage, "hello");
    app_stage_wait_idle(stage);
    app_stage_press(stage, "Alt-e");
    app_stage_send(stage, " again");
    app_stage_wait_idle(stage);
    assert_int_equal(count_files(stage), 1);
    assert_stage_shows(stage, "hello again");
    app_stage_free(stage);
    attachment_list_clear(&given);
}

static void app_draft__names_no_files__when_it_sends_itself(void **state)
{
    (void)state;
    char *path = make_file("n", "the notes", 9);
    char *draft = strbuf_format("piped: @%s", path);
    struct app_stage *stage = app_stage_new(
        &(struct app_stage_options){.models = (const char *const[]){ECHO, NULL},
                                    .draft = draft,
                                    .sends_draft = true});
    app_stage_wait_idle(stage);
    assert_int_equal(count_files(stage), 0);
    app_stage_free(stage);
    mem_free(draft);
    drop_file(path);
}

#define ENGINE(name)                                                                     \
    cmocka_unit_test_setup_teardown(name, engine_world_setup, engine_world_teardown)
#define CLI(name)                                                                        \
    cmocka_unit_test_setup_teardown(name, cli_world_setup, cli_world_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ENGINE(engine_send_prompt__sends__the_attachment_before_the_text),
        ENGINE(engine_send_prompt__keeps__the_attachments_of_each_queued_one),
        ENGINE(engine_send_prompt__replaces__a_prompt_and_its_attachments),
        CLI(ask__attaches__what_options_and_words_name),
        CLI(ask__refuses__a_file_that_cannot_be_attached),
        CLI(ask__attaches_nothing__that_piped_text_names),
        cmocka_unit_test(app_send__attaches__what_a_word_names),
        cmocka_unit_test(app_send__keeps_the_text__where_a_file_cannot_be_attached),
        cmocka_unit_test(app_send__sends_what_was_given__with_the_first_prompt_only),
        cmocka_unit_test(app_edit__keeps__what_was_given),
        cmocka_unit_test(app_draft__names_no_files__when_it_sends_itself),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
