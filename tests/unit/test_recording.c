/* Recordings: records become lines and lines the same records again; what is no recording
 * is refused with the line and the member at fault. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "src/base/mem.h"
#include "src/store/recording.h"
#include "src/store/recording_write.h"

static const char head[] = "{\"motet_recording\":1,\"created_ms\":5}\n";

static const char open_line[] =
    "{\"t\":0,\"kind\":\"open\",\"chat\":1,\"provider\":\"demo\",\"api\":\"openai-chat\","
    "\"model\":\"sage\"}\n";

/* Parses the texts, joined. The caller clears. */
static bool parse(struct recording *recording, const char *first, const char *second,
                  const char *third, struct error *err)
{
    char *text = strbuf_format("%s%s%s", first, second, third);
    const bool ok = recording_parse(recording, "race.motet", text, strlen(text), err);
    mem_free(text);
    return ok;
}

static void assert_refused(const char *line, const char *sentence)
{
    struct recording recording;
    struct error err = {ERROR_NONE, NULL};
    assert_false(parse(&recording, head, line, "", &err));
    assert_int_equal(err.class, ERROR_USAGE);
    assert_string_equal(error_text(&err), sentence);
    error_clear(&err);
    recording_clear(&recording);
}

static void recording_parse__reads__a_chat(void **state)
{
    (void)state;
    struct recording recording;
    assert_true(parse(&recording, head, open_line, "", NULL));
    assert_int_equal(recording.created_ms, 5);
    assert_int_equal(recording.record_count, 1);
    assert_int_equal(recording.records[0].kind, RECORDING_OPEN);
    assert_string_equal(recording.records[0].of.open->model.model, "sage");
    assert_null(recording.records[0].of.open->system);
    recording_clear(&recording);
}

static void recording_parse__names__line_and_member_at_fault(void **state)
{
    (void)state;
    assert_refused("{\"t\":0,\"kind\":\"open\",\"chat\":1,\"api\":\"x\"}\n",
                   "race.motet:2: \"model\" is missing or not what it should be");
    assert_refused("{\"t\":0,\"kind\":\"body\",\"chat\":1,\"text\":\"a\"}\n",
                   "race.motet:2: \"exchange\" is missing or not what it should be");
    assert_refused("{\"t\":-1,\"kind\":\"close\",\"chat\":1}\n",
                   "race.motet:2: \"t\" is missing or not what it should be");
    assert_refused("{\"t\":0,\"kind\":\"body\",\"exchange\":1,\"base64\":\"a===\"}\n",
                   "race.motet:2: \"base64\" is missing or not what it should be");
    assert_refused("[]\n", "race.motet:2: this line is no JSON object");
    assert_refused("{\n{}\n", "race.motet:2: this line is no JSON object");
}

static void recording_parse__refuses__what_is_no_recording(void **state)
{
    (void)state;
    struct recording recording;
    struct error err = {ERROR_NONE, NULL};
    assert_false(parse(&recording, "", "", "", &err));
    assert_string_equal(error_text(&err),
                        "race.motet is no recording of motet: it is empty");
    recording_clear(&recording);
    assert_false(parse(&recording, "{\"version\":2}\n", "", "", &err));
    assert_non_null(strstr(error_text(&err), "is no recording of motet"));
    recording_clear(&recording);
    assert_false(parse(&recording, "{\"motet_recording\":2}\n", "", "", &err));
    assert_non_null(strstr(error_text(&err), "of version 2"));
    recording_clear(&recording);
    error_clear(&err);
}

static void recording_parse__leaves_out__a_torn_last_line(void **state)
{
    (void)state;
    struct recording recording;
    assert_true(parse(&recording, head, open_line, "{\"t\":12,\"kind\":\"bo", NULL));
    assert_true(recording.is_torn);
    assert_int_equal(recording.record_count, 1);
    recording_clear(&recording);
}

static void recording_parse__skips__kinds_of_other_versions(void **state)
{
    (void)state;
    struct recording recording;
    assert_true(
        parse(&recording, head, "{\"t\":1,\"kind\":\"smell\",\"odd\":[1]}\n", "", NULL));
    assert_int_equal(recording.record_count, 0);
    assert_int_equal(recording.skipped, 1);
    recording_clear(&recording);
}

static void recording_parse__never_goes_back__in_time(void **state)
{
    (void)state;
    struct recording recording;
    assert_true(parse(&recording, head, "{\"t\":9,\"kind\":\"close\",\"chat\":1}\n",
                      "{\"t\":4,\"kind\":\"close\",\"chat\":2}\n", NULL));
    assert_int_equal(recording.records[1].at_us, 9);
    recording_clear(&recording);
}

/* The record as the file would give it back. */
static void pass_through(const struct recording_record *record, struct recording *read)
{
    struct strbuf line;
    strbuf_init(&line, STRBUF_OWN_MAX);
    recording_append_head(&line, &(struct recording){.retries = 3});
    assert_true(recording_append_record(&line, record));
    struct error err = {ERROR_NONE, NULL};
    if (!recording_parse(read, "x", strbuf_text(&line), line.len, &err))
        fail_msg("%s in %s", error_text(&err), strbuf_text(&line));
    assert_int_equal(read->record_count, 1);
    assert_int_equal(read->retries, 3);
    assert_int_equal(read->records[0].kind, record->kind);
    strbuf_clear(&line);
}

static void recording_append_record__keeps__every_byte_of_a_body(void **state)
{
    (void)state;
    char bytes[256];
    for (size_t i = 0; i < sizeof(bytes); i++)
        bytes[i] = (char)i;
    /* Valid text, text with a NUL, half of a character, and all bytes. */
    const struct recording_body bodies[] = {
        {(char *)"data: \"\\u00e9\" \xc3\xa9\x1b\x7f\r\n\n", 22},
        {(char *)"a\0b", 3},
        {(char *)"\xe2\x82", 2},
        {(char *)"\xed\xa0\x80", 3},
        {bytes, sizeof(bytes)},
        {(char *)"", 0}};
    for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
        const struct recording_record record = {.at_us = 7,
                                                .kind = RECORDING_BODY,
                                                .chat = 1,
                                                .exchange = 2,
                                                .of.body = bodies[i]};
        struct recording read;
        pass_through(&record, &read);
        assert_int_equal(read.records[0].of.body.len, bodies[i].len);
        assert_memory_equal(read.records[0].of.body.bytes, bodies[i].bytes,
                            bodies[i].len);
        recording_clear(&read);
    }
}

static void recording_append_record__keeps__facts_of_an_answer(void **state)
{
    (void)state;
    struct message *message = message_new(4, MESSAGE_ASSISTANT);
    struct answer_facts *facts = &message->facts;
    message->state = MESSAGE_FAILED;
    facts->finish = FINISH_ERROR;
    facts->model = mem_strdup("m");
    facts->usage.output = 0;
    facts->cost = 0.00012345678901234567;
    facts->attempts = 3;
    facts->http_version = "2";
    error_set(&facts->error, ERROR_OVERLOADED, "busy \"now\"");
    message_add_try(message, "first", ERROR_QUOTA);
    struct recording read;
    pass_through(
        &(struct recording_record){
            .kind = RECORDING_DONE, .chat = 1, .message = 4, .of.content = message},
        &read);
    const struct message *got = read.records[0].of.content;
    assert_int_equal(got->state, MESSAGE_FAILED);
    assert_int_equal(got->facts.finish, FINISH_ERROR);
    assert_int_equal(got->facts.usage.input, -1);
    assert_int_equal(got->facts.usage.output, 0);
    assert_true(got->facts.cost == facts->cost);
    assert_int_equal(got->facts.attempts, 3);
    assert_string_equal(got->facts.http_version, "2");
    assert_int_equal(got->facts.error.class, ERROR_OVERLOADED);
    assert_string_equal(error_text(&got->facts.error), "busy \"now\"");
    assert_int_equal(got->facts.try_count, 1);
    assert_int_equal(got->facts.tries[0].class, ERROR_QUOTA);
    message_free(message);
    recording_clear(&read);
}

static void recording_append_record__keeps__parts_of_a_message(void **state)
{
    (void)state;
    struct message *message = message_new(2, MESSAGE_USER);
    struct part *image = message_add_part(message, PART_IMAGE);
    image->name = mem_strdup("a.png");
    image->media_type = mem_strdup("image/png");
    message_append_part(message, image, "\x89PNG\0\1", 6);
    message_append(message, PART_TEXT, "look", 4);
    struct recording read;
    pass_through(&(struct recording_record){.kind = RECORDING_MESSAGE,
                                            .chat = 1,
                                            .message = 2,
                                            .parent = 1,
                                            .of.content = message},
                 &read);
    const struct message *got = read.records[0].of.content;
    assert_int_equal(read.records[0].parent, 1);
    assert_int_equal(got->part_count, 2);
    assert_string_equal(got->parts[0].media_type, "image/png");
    assert_int_equal(got->parts[0].text.len, 6);
    assert_memory_equal(strbuf_text(&got->parts[0].text), "\x89PNG\0\1", 6);
    assert_string_equal(strbuf_text(&got->parts[1].text), "look");
    message_free(message);
    recording_clear(&read);
}

static void recording_append_record__keeps__a_chat_with_all(void **state)
{
    (void)state;
    struct recording_model spare = {NULL, (char *)"ollama", (char *)"tiny"};
    struct recording_open open = {
        .model = {(char *)"demo", (char *)"openai-chat", (char *)"sage"},
        .fallbacks = &spare,
        .fallback_count = 1,
        .system = (char *)"be brief\n",
        .approval = 2,
        .is_streaming = true};
    text_list_add(&open.tools, "get_weather", 11);
    assert_true(param_list_add(&open.params, "temperature=0.3", NULL));
    struct recording read;
    pass_through(
        &(struct recording_record){.kind = RECORDING_OPEN, .chat = 1, .of.open = &open},
        &read);
    const struct recording_open *got = read.records[0].of.open;
    assert_string_equal(got->system, "be brief\n");
    assert_int_equal(got->approval, 2);
    assert_true(got->is_streaming);
    assert_int_equal(got->fallback_count, 1);
    assert_null(got->fallbacks[0].provider);
    assert_string_equal(got->fallbacks[0].model, "tiny");
    assert_int_equal(got->tools.len, 1);
    assert_true(param_list_get(&got->params, "temperature")->number == 0.3);
    text_list_clear(&open.tools);
    param_list_clear(&open.params);
    recording_clear(&read);
}

/* A path in the test's folder for files; caller frees. */
static char *make_path(const char *name)
{
    const char *folder = getenv("TMPDIR");
    return strbuf_format("%s/%s-%ld", folder != NULL ? folder : "/tmp", name,
                         (long)getpid());
}

static void recording_writer__makes__a_file_that_is_read(void **state)
{
    (void)state;
    char *path = make_path("recording");
    struct stat status;
    struct recording read;
    struct recording_writer *writer =
        recording_writer_open(path, &(struct recording){.retries = -1}, NULL);
    assert_non_null(writer);
    static const char line[] = "{\"t\":0,\"kind\":\"close\",\"chat\":3}\n";
    recording_writer_add(writer, line, strlen(line));
    assert_true(recording_writer_is_due(writer));
    recording_writer_close(writer);
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
    assert_true(recording_read(&read, path, NULL));
    assert_int_equal(read.record_count, 1);
    assert_int_equal(read.records[0].chat, 3);
    recording_clear(&read);
    unlink(path);
    mem_free(path);
}

static void recording_writer__spares__files_that_are_no_recordings(void **state)
{
    (void)state;
    char *path = make_path("letter");
    struct error err = {ERROR_NONE, NULL};
    FILE *file = fopen(path, "w");
    fputs("Dear all", file);
    fclose(file);
    assert_null(recording_writer_open(path, &(struct recording){0}, &err));
    assert_non_null(strstr(error_text(&err), "is no recording"));
    error_clear(&err);
    unlink(path);
    mem_free(path);
}

static void recording_writer__spares__a_file_that_is_being_written(void **state)
{
    (void)state;
    char path[] = "/tmp/motet-recording-XXXXXX";
    struct error err = {ERROR_NONE, NULL};
    const int fd = mkstemp(path);
    assert_true(fd >= 0);
    close(fd);
    struct recording_writer *writer =
        recording_writer_open(path, &(struct recording){0}, &err);
    assert_non_null(writer);
    assert_null(recording_writer_open(path, &(struct recording){0}, &err));
    assert_non_null(strstr(error_text(&err), "another motet writes it"));
    error_clear(&err);
    recording_writer_close(writer);
    writer = recording_writer_open(path, &(struct recording){0}, &err);
    assert_non_null(writer);
    recording_writer_close(writer);
    unlink(path);
}

static void recording_writer__says_once__that_the_disk_is_full(void **state)
{
    (void)state;
    struct error err = {ERROR_NONE, NULL};
    assert_null(recording_writer_open("/dev/full", &(struct recording){0}, &err));
    assert_non_null(strstr(error_text(&err), "/dev/full"));
    error_clear(&err);
    recording_writer_close(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(recording_parse__reads__a_chat),
        cmocka_unit_test(recording_parse__names__line_and_member_at_fault),
        cmocka_unit_test(recording_parse__refuses__what_is_no_recording),
        cmocka_unit_test(recording_parse__leaves_out__a_torn_last_line),
        cmocka_unit_test(recording_parse__skips__kinds_of_other_versions),
        cmocka_unit_test(recording_parse__never_goes_back__in_time),
        cmocka_unit_test(recording_append_record__keeps__every_byte_of_a_body),
        cmocka_unit_test(recording_append_record__keeps__facts_of_an_answer),
        cmocka_unit_test(recording_append_record__keeps__parts_of_a_message),
        cmocka_unit_test(recording_append_record__keeps__a_chat_with_all),
        cmocka_unit_test(recording_writer__makes__a_file_that_is_read),
        cmocka_unit_test(recording_writer__spares__files_that_are_no_recordings),
        cmocka_unit_test(recording_writer__spares__a_file_that_is_being_written),
        cmocka_unit_test(recording_writer__says_once__that_the_disk_is_full),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
