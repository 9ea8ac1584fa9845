/*
 * Batch jobs against a scripted provider: what is written, the requests in their order,
 * results in the order of the rows, and going on with a batch that was handed in before.
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

#include "src/base/compiler.h"
#include "src/base/json.h"
#include "src/base/mem.h"
#include "src/base/path.h"
#include "tests/support/cli_world.h"

/* The ids of rows 0 and 1 with the values a and b. */
#define ID_A "motet-0-0-4a2d549edd9075ef"
#define ID_B "motet-1-0-40aa2f9ed7ef65a6"

#define RUN       "run|--no-config|./plot.md|genre=a,b|-m|any|--url|%URL|"
#define OPENAI    RUN "--batch|openai|"
#define ANTHROPIC RUN "--api|anthropic|--batch|anthropic|"

static char *read_file(const char *path)
{
    struct strbuf text;
    strbuf_init(&text, (size_t)1 << 20);
    assert_true(path_read_file(path, &text, NULL));
    return text.len > 0 ? strbuf_take(&text) : mem_strdup("");
}

static void write_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static int setup(void **state)
{
    const char *place = getenv("TMPDIR");
    char *folder = strbuf_format("%s/motet-batch-XXXXXX", place != NULL ? place : "/tmp");
    const bool ok = mkdtemp(folder) != NULL && chdir(folder) == 0;
    mem_free(folder);
    if (!ok || cli_world_setup(state) != 0)
        return -1;
    write_file("plot.md", "The plot of a {genre} movie\n");
    return 0;
}

static int teardown(void **state)
{
    return cli_world_teardown(state);
}

static void answer(struct cli_world *world, const char *body)
{
    cli_answer(world, "200 OK", "application/json", body);
}

/* The first line of the request, and a text that is somewhere in it. */
static void assert_request(const struct cli_world *world, size_t index, const char *line,
                           const char *text)
{
    const struct raw_request *request = raw_server_get_request(world->raw, index);
    assert_non_null(request);
    if (strncmp(request->bytes, line, strlen(line)) != 0 ||
        strstr(request->bytes, text) == NULL)
        fail_msg("request %zu is not %s with %s:\n%s", index, line, text, request->bytes);
}

/* --- Writing --------------------------------------------------------------------- */

static void batch__writes_the_file__of_openai(void **state)
{
    struct child_program *child = cli_run(*state, OPENAI "--out|batch.jsonl", NULL);
    cli_assert_code(child, 0);
    char *file = read_file("batch.jsonl");
    assert_string_equal(
        file, "{\"custom_id\":\"" ID_A
              "\",\"method\":\"POST\",\"url\":\"/v1/chat/completions\","
              "\"body\":{\"model\":\"any\",\"messages\":[{\"role\":\"user\",\"content\":"
              "\"The plot of a a movie\"}],\"stream\":false}}\n"
              "{\"custom_id\":\"" ID_B
              "\",\"method\":\"POST\",\"url\":\"/v1/chat/completions\","
              "\"body\":{\"model\":\"any\",\"messages\":[{\"role\":\"user\",\"content\":"
              "\"The plot of a b movie\"}],\"stream\":false}}\n");
    mem_free(file);
}

static void batch__writes_the_file__of_anthropic(void **state)
{
    struct child_program *child = cli_run(*state, ANTHROPIC "-p|max_tokens=9", NULL);
    cli_assert_code(child, 0);
    cJSON *file = json_parse(strbuf_text(&child->out), child->out.len);
    const cJSON *requests = json_get(file, "requests");
    assert_int_equal(cJSON_GetArraySize(requests), 2);
    const cJSON *second = cJSON_GetArrayItem(requests, 1);
    assert_string_equal(json_get_string(second, "custom_id"), ID_B);
    int64_t max_tokens = 0;
    assert_true(json_get_int(json_get(second, "params"), "max_tokens", &max_tokens));
    assert_int_equal(max_tokens, 9);
    cJSON_Delete(file);
}

/* --- Handing in ------------------------------------------------------------------ */

#define OPENAI_ANSWER(id, text)                                                          \
    "{\"id\":\"r\",\"custom_id\":\"" id "\",\"response\":{\"status_code\":200,"          \
    "\"request_id\":\"q\",\"body\":{\"id\":\"c\",\"object\":\"chat.completion\","        \
    "\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"" text  \
    "\"},\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":7,"                   \
    "\"completion_tokens\":3}}},\"error\":null}\n"

static void batch__hands_in_and_fetches__at_openai(void **state)
{
    struct cli_world *world = *state;
    answer(world, "{\"id\":\"file-in\",\"object\":\"file\"}");
    answer(world, "{\"id\":\"batch_1\",\"status\":\"validating\"}");
    answer(world, "{\"id\":\"batch_1\",\"status\":\"in_progress\"}");
    cli_answer(world, "503 Busy", "text/plain", "later");
    answer(world, "{\"id\":\"batch_1\",\"status\":\"completed\",\"output_file_id\":"
                  "\"file-out\",\"error_file_id\":\"file-err\",\"request_counts\":"
                  "{\"total\":2,\"completed\":1,\"failed\":1}}");
    answer(world, OPENAI_ANSWER(ID_B, "second"));
    answer(world,
           "{\"id\":\"r\",\"custom_id\":\"" ID_A "\",\"response\":{\"status_code\":"
           "429,\"body\":{\"error\":{\"message\":\"slow down\",\"code\":"
           "\"rate_limit_exceeded\"}}},\"error\":null}\n");
    struct child_program *child = cli_run(world, OPENAI "--submit|--out|out.jsonl", NULL);
    cli_assert_code(child, 9);
    assert_request(world, 0, "POST /v1/files ", "name=\"purpose\"\r\n\r\nbatch\r\n");
    assert_request(world, 0, "POST /v1/files ", "{\"custom_id\":\"" ID_A "\"");
    assert_request(world, 0, "POST /v1/files ", "Content-Type: multipart/form-data");
    assert_request(world, 1, "POST /v1/batches ",
                   "{\"input_file_id\":\"file-in\",\"endpoint\":\"/v1/chat/completions\","
                   "\"completion_window\":\"24h\"}");
    assert_request(world, 2, "GET /v1/batches/batch_1 ", "");
    assert_request(world, 4, "GET /v1/batches/batch_1 ", "");
    assert_request(world, 5, "GET /v1/files/file-out/content ", "");
    assert_request(world, 6, "GET /v1/files/file-err/content ", "");
    char *out = read_file("out.jsonl");
    assert_non_null(strstr(out, "{\"row\":0,\"vars\":{\"genre\":\"a\"},\"model\":\"any\","
                                "\"repeat\":0,\"answer\":\"\",\"state\":\"failed\""));
    assert_non_null(strstr(out, "\"class\":\"rate_limit\""));
    assert_non_null(strstr(out,
                           "\n{\"row\":1,\"vars\":{\"genre\":\"b\"},\"model\":\"any\","
                           "\"repeat\":0,\"answer\":\"second\",\"state\":\"done\","
                           "\"finish\":\"stop\",\"usage\":{\"input\":7,\"output\":3,"));
    assert_int_not_equal(access("out.jsonl.batch", F_OK), 0);
    mem_free(out);
}

static void batch__hands_in_and_fetches__at_anthropic(void **state)
{
    struct cli_world *world = *state;
    answer(world, "{\"id\":\"msgbatch_1\",\"processing_status\":\"in_progress\"}");
    answer(world, "{\"id\":\"msgbatch_1\",\"processing_status\":\"ended\","
                  "\"request_counts\":{\"processing\":0,\"succeeded\":1,\"errored\":1,"
                  "\"canceled\":0,\"expired\":0},\"results_url\":\"ignored\"}");
    answer(world,
           "{\"custom_id\":\"" ID_B "\",\"result\":{\"type\":\"errored\",\"error\":{"
           "\"type\":\"error\",\"error\":{\"type\":\"invalid_request_error\","
           "\"message\":\"no\"}}}}\n"
           "{\"custom_id\":\"" ID_A "\",\"result\":{\"type\":\"succeeded\",\"message\":{"
           "\"id\":\"m\",\"type\":\"message\",\"role\":\"assistant\",\"content\":[{"
           "\"type\":\"text\",\"text\":\"first\"}],\"stop_reason\":\"end_turn\","
           "\"usage\":{\"input_tokens\":7,\"output_tokens\":3}}}}");
    struct child_program *child =
        cli_run(world, ANTHROPIC "--submit|--out|out.jsonl", NULL);
    cli_assert_code(child, 9);
    assert_request(world, 0, "POST /v1/messages/batches ", "{\"requests\":[");
    assert_request(world, 1, "GET /v1/messages/batches/msgbatch_1 ", "");
    assert_request(world, 2, "GET /v1/messages/batches/msgbatch_1/results ", "");
    char *out = read_file("out.jsonl");
    assert_non_null(strstr(out, "{\"row\":0,"));
    assert_non_null(strstr(out, "\"answer\":\"first\",\"state\":\"done\""));
    assert_non_null(strstr(out, "\"class\":\"bad_request\",\"message\":\"no\""));
    mem_free(out);
}

static void batch__goes_on__with_what_was_handed_in(void **state)
{
    struct cli_world *world = *state;
    write_file("out.jsonl.batch", "batch_7\n");
    struct child_program *child = cli_run(world, OPENAI "--submit|--out|out.jsonl", NULL);
    cli_assert_code(child, 2);
    assert_non_null(strstr(strbuf_text(&child->err), "a batch is under way"));
    answer(world, "{\"id\":\"batch_7\",\"status\":\"completed\",\"output_file_id\":"
                  "\"file-out\"}");
    answer(world, OPENAI_ANSWER(ID_A, "one") OPENAI_ANSWER(ID_B, "two"));
    child = cli_run(world, OPENAI "--submit|--out|out.jsonl|--resume", NULL);
    cli_assert_code(child, 0);
    assert_request(world, 0, "GET /v1/batches/batch_7 ", "");
    /* All is answered: nothing is handed in any more. */
    child = cli_run(world, OPENAI "--submit|--out|out.jsonl|--resume", NULL);
    cli_assert_code(child, 0);
    assert_int_equal(raw_server_count_requests(world->raw), 2);
}

static void batch__says_what_was_wrong__when_it_is_refused(void **state)
{
    struct cli_world *world = *state;
    cli_answer(world, "401 Unauthorized", "application/json",
               "{\"error\":{\"message\":\"bad key\"}}");
    struct child_program *child = cli_run(world, OPENAI "--submit|--out|out.jsonl", NULL);
    cli_assert_code(child, 3);
    assert_non_null(strstr(strbuf_text(&child->err), "bad key"));
    child = cli_run(world, RUN "--batch|anthropic", NULL);
    cli_assert_code(child, 2);
    assert_non_null(strstr(strbuf_text(&child->err), "needs a model of the API"));
}

static void batch__that_might_cross_a_cap__is_not_handed_in(void **state)
{
    struct cli_world *world = *state;
    char *config = strbuf_format("providers:\n  p: {api: openai-chat, url: \"%s\"}\n"
                                 "models:\n  dear: {provider: p, model: any, "
                                 "price_input: 10, price_output: 1000}\n",
                                 raw_server_get_url(world->raw));
    write_file("dear.yaml", config);
    mem_free(config);
    struct child_program *child =
        cli_run(world,
                "run|--config|dear.yaml|./plot.md|genre=a,b|-m|dear|--batch|openai|"
                "--submit|--out|out.jsonl|--max-cost|0.9",
                NULL);
    cli_assert_code(child, 5);
    assert_non_null(strstr(strbuf_text(&child->err), "2 requests, about"));
    assert_non_null(strstr(strbuf_text(&child->err), "--max-cost"));
    child = cli_run(world, OPENAI "--submit|--out|out.jsonl|--max-cost|0.9", NULL);
    cli_assert_code(child, 2);
    assert_non_null(strstr(strbuf_text(&child->err), "no prices of any"));
    assert_int_equal(raw_server_count_requests(world->raw), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

static const struct CMUnitTest tests[] = {
    TEST(batch__writes_the_file__of_openai),
    TEST(batch__writes_the_file__of_anthropic),
    TEST(batch__hands_in_and_fetches__at_openai),
    TEST(batch__hands_in_and_fetches__at_anthropic),
    TEST(batch__goes_on__with_what_was_handed_in),
    TEST(batch__says_what_was_wrong__when_it_is_refused),
    TEST(batch__that_might_cross_a_cap__is_not_handed_in),
};

int main(void)
{
    return cmocka_run_group_tests(tests, NULL, NULL);
}
