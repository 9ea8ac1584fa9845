/* The results of a run as text: JSON, CSV, names, sums for people. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "src/base/json.h"
#include "src/base/mem.h"
#include "src/base/path.h"
#include "src/cli/run_record.h"
#include "src/cli/run_report.h"

static const char *const models[] = {"gpt", "claude"};
static const char *const fields[] = {"genre", "tone", NULL};

struct fixture {
    struct run_labels labels;
    struct run_row row;
    struct run_cell cells[2];
    struct strbuf out;
};

static int setup(void **state)
{
    static struct fixture fixture;
    fixture = (struct fixture){.labels = {.models = models,
                                          .model_count = 1,
                                          .repeats = 1,
                                          .fields = fields,
                                          .columns = fields}};
    strbuf_init(&fixture.out, (size_t)1 << 20);
    field_values_set(&fixture.row.values, "genre", "sci \"fi\", {x}\n", "a test");
    field_values_set(&fixture.row.values, "tone", "", "a test");
    for (size_t i = 0; i < 2; i++) {
        struct run_cell *cell = &fixture.cells[i];
        cell->column = cell->model = i;
        cell->state = RUN_CELL_DONE;
        cell->result.text = mem_strdup("yes, \"so\"\n");
        cell->result.len = strlen(cell->result.text);
        cell->result.finish = FINISH_STOP;
        cell->result.sum = (struct turn_sum){.usage = {5, 3, -1, -1},
                                             .cost = -1,
                                             .first_token_ms = 250,
                                             .total_ms = 1500,
                                             .attempts = 2};
    }
    fixture.row.cells = fixture.cells;
    fixture.row.cell_count = 1;
    *state = &fixture;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *fixture = *state;
    field_values_clear(&fixture->row.values);
    run_result_clear(&fixture->cells[0].result);
    run_result_clear(&fixture->cells[1].result);
    strbuf_clear(&fixture->out);
    return 0;
}

static void run_record_json__writes__one_line_of_all_there_is(void **state)
{
    struct fixture *fixture = *state;
    run_record_json(&fixture->out, &fixture->labels, &fixture->row, &fixture->cells[0]);
    assert_string_equal(
        strbuf_text(&fixture->out),
        "{\"row\":0,\"vars\":{\"genre\":\"sci \\\"fi\\\", {x}\\n\",\"tone\":\"\"},"
        "\"model\":\"gpt\",\"repeat\":0,\"answer\":\"yes, "
        "\\\"so\\\"\\n\",\"state\":\"done\","
        "\"finish\":\"stop\",\"usage\":{\"input\":5,\"output\":3,\"reasoning\":null,"
        "\"cached\":null},\"cost\":null,\"first_token\":0.250,\"seconds\":1.500,"
        "\"attempts\":2,\"answered_by\":null,\"misfits\":0,\"cached\":false,"
        "\"error\":null}\n");
}

static void list_members(struct strbuf *out, const cJSON *object)
{
    const cJSON *item;
    cJSON_ArrayForEach(item, object)
    {
        strbuf_append_format(out, "%s ", item->string);
        /* Which fields there are is the template's. */
        if (cJSON_IsObject(item) && strcmp(item->string, "vars") != 0)
            list_members(out, item);
    }
}

static void guide_runs__shows__the_members_that_are_written(void **state)
{
    static const char mark[] = "```json-result\n";
    struct fixture *fixture = *state;
    const char *top = getenv("MOTET_SRCDIR");
    char *path = strbuf_format("%s/docs/guide/runs.md", top != NULL ? top : ".");
    struct strbuf page;
    struct strbuf shown;
    strbuf_init(&page, (size_t)1 << 20);
    strbuf_init(&shown, (size_t)1 << 20);
    assert_true(path_read_file(path, &page, NULL));
    const char *line = strstr(strbuf_text(&page), mark);
    assert_non_null(line);
    line += strlen(mark);
    cJSON *example = json_parse(line, strcspn(line, "\n"));
    assert_non_null(example);
    list_members(&shown, example);
    run_record_json(&fixture->out, &fixture->labels, &fixture->row, &fixture->cells[0]);
    cJSON *written = json_parse(strbuf_text(&fixture->out), fixture->out.len);
    strbuf_reset(&fixture->out);
    list_members(&fixture->out, written);
    assert_string_equal(strbuf_text(&shown), strbuf_text(&fixture->out));
    cJSON_Delete(example);
    cJSON_Delete(written);
    strbuf_clear(&page);
    strbuf_clear(&shown);
    mem_free(path);
}

static void run_record_json__has__the_error_and_the_parsed_answer(void **state)
{
    struct fixture *fixture = *state;
    struct run_result *result = &fixture->cells[0].result;
    fixture->labels.has_schema = true;
    mem_free(result->text);
    result->text = mem_strdup("{ \"a\": 1 }");
    result->len = strlen(result->text);
    run_record_json(&fixture->out, &fixture->labels, &fixture->row, &fixture->cells[0]);
    assert_non_null(strstr(strbuf_text(&fixture->out), ",\"json\":{\"a\":1},"));
    strbuf_reset(&fixture->out);
    fixture->cells[0].state = RUN_CELL_FAILED;
    error_set(&result->error, ERROR_RATE_LIMIT, "slow \"down\"");
    result->status = 429;
    run_record_json(&fixture->out, &fixture->labels, &fixture->row, &fixture->cells[0]);
    assert_non_null(strstr(strbuf_text(&fixture->out),
                           "\"error\":{\"class\":\"rate_limit\",\"message\":\"slow "
                           "\\\"down\\\"\",\"status\":429}}\n"));
    cJSON *read = json_parse(strbuf_text(&fixture->out), fixture->out.len);
    assert_non_null(read);
    cJSON_Delete(read);
}

static void run_record_csv__quotes__what_needs_it(void **state)
{
    struct fixture *fixture = *state;
    fixture->labels.model_count = 2;
    fixture->row.cell_count = 2;
    error_set(&fixture->cells[1].result.error, ERROR_AUTH, "no");
    run_record_csv_head(&fixture->out, &fixture->labels);
    run_record_csv(&fixture->out, &fixture->labels, &fixture->row);
    assert_string_equal(strbuf_text(&fixture->out),
                        "genre,tone,answer gpt,error gpt,answer claude,error claude\n"
                        "\"sci \"\"fi\"\", {x}\n\",,\"yes, \"\"so\"\"\n\",,"
                        "\"yes, \"\"so\"\"\n\",auth\n");
}

static void assert_name(struct fixture *fixture, const char *expected)
{
    strbuf_reset(&fixture->out);
    run_record_name(&fixture->out, &fixture->labels, &fixture->row, &fixture->cells[0]);
    assert_string_equal(strbuf_text(&fixture->out), expected);
}

static void run_record_name__is__values_model_and_repeat(void **state)
{
    struct fixture *fixture = *state;
    assert_name(fixture, "Sci \"fi\", {x} ");
    field_values_set(&fixture->row.values, "tone", "dry", "a test");
    field_values_set(&fixture->row.values, "genre", "action", "a test");
    assert_name(fixture, "Action, dry");
    fixture->labels.model_count = 2;
    fixture->labels.repeats = 3;
    assert_name(fixture, "Action, dry \xC2\xB7 gpt #1");
    field_values_clear(&fixture->row.values);
    fixture->labels.repeats = 1;
    assert_name(fixture, "gpt");
}

static void run_record_name__cuts__long_values_between_characters(void **state)
{
    struct fixture *fixture = *state;
    char value[302];
    for (size_t i = 0; i < 100; i++)
        memcpy(value + 3 * i, "\xE2\x82\xAC", 3);
    value[300] = '\0';
    field_values_set(&fixture->row.values, "genre", value, "a test");
    strbuf_reset(&fixture->out);
    run_record_name(&fixture->out, &fixture->labels, &fixture->row, &fixture->cells[0]);
    assert_int_equal(fixture->out.len, 99);
}

/* --- Sums ------------------------------------------------------------------------ */

static void run_report_progress__says__what_is_going_on(void **state)
{
    struct fixture *fixture = *state;
    struct run_summary sum = {.elapsed_ms = 10000, .output_tokens = 5000, .cost = 0.25};
    struct run_activity activity = {.streaming = 4, .retrying = 1};
    sum.cells[RUN_CELL_DONE] = 40;
    sum.cells[RUN_CELL_FAILED] = 10;
    activity.queued[QUEUE_REQUESTS] = 3;
    run_report_progress(&fixture->out, &sum, &activity, 100);
    assert_string_equal(
        strbuf_text(&fixture->out),
        "40 of 100 done, 4 running, 3 waiting (rate of requests), 1 to be "
        "tried again, 10 failed; 500 tokens/s; cost 0.2500; about 10.0 s "
        "left");
}

static void run_report_summary__says__what_it_came_to(void **state)
{
    struct fixture *fixture = *state;
    struct run_summary sum = {.elapsed_ms = 2500,
                              .slowest_ms = 900,
                              .median_ms = 300,
                              .winners = 2,
                              .spared_cost = 0.5,
                              .stability = -1};
    sum.cells[RUN_CELL_DONE] = 5;
    sum.cells[RUN_CELL_FAILED] = 3;
    sum.cells[RUN_CELL_SPARED] = 2;
    sum.errors[ERROR_AUTH] = 1;
    sum.errors[ERROR_SERVER] = 2;
    run_report_summary(&fixture->out, &sum, "row 4");
    assert_string_equal(
        strbuf_text(&fixture->out),
        "5 answered, 3 failed (auth 1, server 2); in 2.50 s; slowest 0.90 "
        "s (row 4), median 0.30 s\n"
        "2 rows were good enough early: 2 answers spared, about 0.5000 in "
        "money\n");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

static const struct CMUnitTest tests[] = {
    TEST(run_record_json__writes__one_line_of_all_there_is),
    TEST(guide_runs__shows__the_members_that_are_written),
    TEST(run_record_json__has__the_error_and_the_parsed_answer),
    TEST(run_record_csv__quotes__what_needs_it),
    TEST(run_record_name__is__values_model_and_repeat),
    TEST(run_record_name__cuts__long_values_between_characters),
    TEST(run_report_progress__says__what_is_going_on),
    TEST(run_report_summary__says__what_it_came_to),
};

int main(void)
{
    return cmocka_run_group_tests(tests, NULL, NULL);
}
