/*
 * motet run as a program against the built-in server: order, files, resuming after a
 * kill, failures beside each other, events, what is refused. Each test has a folder of
 * its own, which is the current one.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "src/base/compiler.h"
#include "src/base/mem.h"
#include "src/base/path.h"
#include "src/base/strbuf.h"
#include "tests/support/cli_world.h"
#include "tests/support/json_lines.h"

#define ECHO "demo/echo?rate=0&ttft=0"
#define AUTH "demo/sage?rate=0&ttft=0&fault=401"
#define RUN  "run|--no-config|./plot.md|"

static void write_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

/* Caller frees. */
static char *read_file(const char *path)
{
    struct strbuf text;
    strbuf_init(&text, (size_t)64 << 20);
    assert_true(path_read_file(path, &text, NULL));
    return text.len > 0 ? strbuf_take(&text) : mem_strdup("");
}

static int setup(void **state)
{
    const char *place = getenv("TMPDIR");
    char *folder = strbuf_format("%s/motet-run-XXXXXX", place != NULL ? place : "/tmp");
    const bool ok = mkdtemp(folder) != NULL && chdir(folder) == 0;
    mem_free(folder);
    if (!ok || cli_world_setup(state) != 0)
        return -1;
    write_file("plot.md", "Summarize the plot of a {genre} movie\n");
    return 0;
}

static int teardown(void **state)
{
    return cli_world_teardown(state);
}

/* --- Text ------------------------------------------------------------------------ */

static void run__prints_answers__under_their_values(void **state)
{
    struct child_program *child =
        cli_run(*state, RUN "genre=action,comedy,drama,sci-fi|-m|" ECHO, NULL);
    cli_assert_code(child, 0);
    assert_string_equal(strbuf_text(&child->out),
                        "== Action ==\nSummarize the plot of a action movie\n"
                        "== Comedy ==\nSummarize the plot of a comedy movie\n"
                        "== Drama ==\nSummarize the plot of a drama movie\n"
                        "== Sci-fi ==\nSummarize the plot of a sci-fi movie\n");
    assert_non_null(strstr(strbuf_text(&child->err), "4 answered; in "));
    assert_non_null(strstr(strbuf_text(&child->err), "slowest "));
    assert_non_null(strstr(strbuf_text(&child->err), "median "));
    assert_null(strchr(strbuf_text(&child->err), '\r'));
}

static void run__prints_one_answer__without_a_head(void **state)
{
    struct child_program *child = cli_run(*state, RUN "genre=noir|-m|" ECHO, NULL);
    cli_assert_code(child, 0);
    assert_string_equal(strbuf_text(&child->out), "Summarize the plot of a noir movie\n");
    assert_string_equal(strbuf_text(&child->err), "");
}

static void run__names_models_too__where_there_are_several(void **state)
{
    struct child_program *child =
        cli_run(*state, RUN "genre=a,b|-m|" ECHO "|-m|" ECHO "&seed=2", NULL);
    cli_assert_code(child, 0);
    assert_non_null(strstr(strbuf_text(&child->out),
                           "== A \xC2\xB7 " ECHO " ==\n"
                           "Summarize the plot of a a movie\n"
                           "== A \xC2\xB7 " ECHO "&seed=2 ==\n"));
}

static void run__settles_every_row__whatever_happens_to_others(void **state)
{
    struct child_program *child =
        cli_run(*state,
                RUN "genre=a,b,c|--retries|1|--idle-timeout|0.2|-m|" ECHO "|-m|" AUTH
                    "|-m|demo/flaky?rate=0&ttft=0&retry_after=0"
                    "|-m|demo/sage?rate=0&ttft=0&fault=cut&at=4"
                    "|-m|demo/sage?rate=0&ttft=0&fault=stall&at=4",
                NULL);
    cli_assert_code(child, 9);
    const char *err = strbuf_text(&child->err);
    assert_non_null(strstr(err, "auth: "));
    assert_non_null(strstr(err, "network_reset: "));
    assert_non_null(strstr(err, "timeout_idle: "));
    assert_non_null(strstr(err, "6 answered, 9 failed"));
    assert_non_null(strstr(err, "(auth 3, timeout_idle 3, network_reset 3)"));
}

static void run__exits_with_the_class__when_all_fail_alike(void **state)
{
    struct child_program *child = cli_run(*state, RUN "genre=a,b|-m|" AUTH, NULL);
    cli_assert_code(child, 3);
}

static void run__does_nothing__with_no_rows(void **state)
{
    write_file("rows.csv", "genre\n");
    struct child_program *child = cli_run(*state, RUN "--csv|rows.csv|-m|" ECHO, NULL);
    cli_assert_code(child, 0);
    assert_string_equal(strbuf_text(&child->out), "");
    assert_non_null(strstr(strbuf_text(&child->err), "there are no rows"));
}

static void run__says_before_it_sends__what_is_wrong_with_files(void **state)
{
    write_file("page.md", "---\nfields: {page: file}\n---\nRead {page:file}\n");
    write_file("good.txt", "words\n");
    write_file("bad.txt", "\xFF\xFE");
    struct child_program *child = cli_run(
        *state, "run|--no-config|./page.md|page=good.txt,missing.txt|-m|" ECHO, NULL);
    cli_assert_code(child, 2);
    assert_string_equal(strbuf_text(&child->out), "");
    assert_non_null(strstr(strbuf_text(&child->err), "cannot open missing.txt"));
    child =
        cli_run(*state, "run|--no-config|./page.md|page=good.txt,bad.txt|-m|" ECHO, NULL);
    cli_assert_code(child, 2);
    assert_string_equal(strbuf_text(&child->out), "");
    write_file("pages.csv", "page\ngood.txt\nmissing.txt\n");
    child = cli_run(*state, "run|--no-config|./page.md|--csv|pages.csv|-m|" ECHO, NULL);
    cli_assert_code(child, 2);
    assert_non_null(strstr(strbuf_text(&child->err), "pages.csv:3: "));
}

static void run__names_the_row__that_has_no_value(void **state)
{
    write_file("rows.jsonl", "{\"genre\":\"a\"}\n{\"genre\":null}\n{}\n");
    struct child_program *child =
        cli_run(*state, RUN "--jsonl|rows.jsonl|-m|" ECHO, NULL);
    cli_assert_code(child, 2);
    assert_string_equal(strbuf_text(&child->out), "");
    assert_non_null(strstr(strbuf_text(&child->err), "has no value (rows.jsonl:2)"));
    assert_non_null(strstr(strbuf_text(&child->err), "has no value (rows.jsonl:3)"));
}

static void run__stops__at_the_first_failure_if_told(void **state)
{
    struct child_program *child =
        cli_run(*state, RUN "genre=a,b,c,d,e|-j|1|--fail-fast|-m|" AUTH, NULL);
    cli_assert_code(child, 3);
    assert_non_null(strstr(strbuf_text(&child->err), "1 failed, 4 not run"));
}

/* --- Files ----------------------------------------------------------------------- */

static void run__keeps_values__as_they_stand_in_the_table(void **state)
{
    write_file("rows.csv", "\xEF\xBB\xBFgenre,id\r\n"
                           "\"a \"\"b\"\", {c}\",1\r\n"
                           "\"two\nlines \xC3\xA9\",2\r\n");
    struct child_program *child =
        cli_run(*state, RUN "--csv|rows.csv|--out|out.jsonl|-m|" ECHO, NULL);
    cli_assert_code(child, 0);
    assert_string_equal(strbuf_text(&child->out), "");
    char *out = read_file("out.jsonl");
    assert_non_null(strstr(out, "{\"row\":0,\"vars\":{\"genre\":\"a \\\"b\\\", {c}\","
                                "\"id\":\"1\"},\"model\":\"" ECHO "\",\"repeat\":0,"
                                "\"answer\":\"Summarize the plot of a a \\\"b\\\", {c} "
                                "movie\""));
    assert_non_null(strstr(out, "two\\nlines \xC3\xA9 movie\""));
    mem_free(out);
    child = cli_run(*state, RUN "--csv|rows.csv|--format|csv|-m|" ECHO, NULL);
    cli_assert_code(child, 0);
    assert_string_equal(
        strbuf_text(&child->out),
        "genre,id,answer,error\n"
        "\"a \"\"b\"\", {c}\",1,\"Summarize the plot of a a \"\"b\"\", {c} "
        "movie\",\n"
        "\"two\nlines \xC3\xA9\",2,\"Summarize the plot of a two\nlines "
        "\xC3\xA9 movie\",\n");
}

static void run__takes__a_value_of_a_million_characters(void **state)
{
    struct strbuf rows;
    strbuf_init(&rows, (size_t)4 << 20);
    strbuf_append_text(&rows, "{\"genre\":\"");
    for (int i = 0; i < 1000000; i++)
        strbuf_append_char(&rows, 'x');
    strbuf_append_text(&rows, "\"}\n{\"genre\":\"short\"}\n");
    write_file("rows.jsonl", strbuf_text(&rows));
    strbuf_clear(&rows);
    struct child_program *child = cli_run(
        *state,
        RUN "--jsonl|rows.jsonl|--out|out.jsonl|-m|demo/sage?rate=0&ttft=0&tokens=5",
        NULL);
    cli_assert_code(child, 0);
    char *out = read_file("out.jsonl");
    assert_non_null(strstr(out, "xxx\"},\"model\""));
    assert_non_null(strstr(out, "{\"row\":1,\"vars\":{\"genre\":\"short\"}"));
    mem_free(out);
}

#define KILL_ROWS 200

static void write_rows(void)
{
    FILE *file = fopen("rows.csv", "w");
    assert_non_null(file);
    fprintf(file, "genre\n");
    for (int i = 0; i < KILL_ROWS; i++)
        fprintf(file, "kind %d\n", i);
    fclose(file);
}

/* Every row stands once in the file, in order, answered. */
static void assert_whole(void)
{
    char *out = read_file("out.jsonl");
    const char *at = out;
    for (int i = 0; i < KILL_ROWS; i++) {
        char *begin = strbuf_format("{\"row\":%d,\"vars\":{\"genre\":\"kind %d\"}", i, i);
        char *answer =
            strbuf_format("\"answer\":\"Summarize the plot of a kind %d movie", i);
        const char *found = strstr(at, answer);
        assert_true(strncmp(at, begin, strlen(begin)) == 0);
        assert_true(found != NULL && found < strchr(at, '\n'));
        mem_free(begin);
        mem_free(answer);
        at = strchr(at, '\n') + 1;
    }
    assert_string_equal(at, "");
    mem_free(out);
}

/* Of --json, once twenty cells have settled. */
static const char twenty[] = "\"event\":\"done\",\"chat\":20,";

static void run__answers_every_row_once__after_a_kill(void **state)
{
    struct cli_world *world = *state;
    static const char line[] = RUN "--csv|rows.csv|--out|out.jsonl|-j|4|-m|"
                                   "demo/echo?rate=0&ttft=20|--json|--resume";
    write_rows();
    struct child_program *child = cli_start(world, line, NULL);
    child_wait_out(child, twenty);
    child_signal(child, SIGKILL);
    child_wait(child);
    assert_int_equal(child->code, -SIGKILL);
    /* As a kill in the middle of a write would leave it. */
    FILE *file = fopen("out.jsonl", "a");
    assert_non_null(file);
    fputs("{\"row\":199,\"vars\":{\"genre\":\"ki", file);
    fclose(file);
    child = cli_run(world, line, NULL);
    cli_assert_code(child, 0);
    assert_non_null(strstr(strbuf_text(&child->err), "answered before"));
    assert_whole();
    child = cli_run(world, line, NULL);
    cli_assert_code(child, 0);
    assert_non_null(strstr(strbuf_text(&child->err), "0 answered, 200 answered before"));
    assert_whole();
}

static void run__keeps_what_it_has__when_it_is_interrupted(void **state)
{
    struct cli_world *world = *state;
    static const char line[] = RUN "--csv|rows.csv|--out|out.jsonl|-j|4|-m|"
                                   "demo/echo?rate=0&ttft=20|--json|--resume";
    write_rows();
    struct child_program *child = cli_start(world, line, NULL);
    child_wait_out(child, twenty);
    child_signal(child, SIGINT);
    cli_assert_code(child, 130);
    cli_assert_code(cli_run(world, line, NULL), 0);
    assert_whole();
}

static void run__asks_again__only_what_failed(void **state)
{
    struct cli_world *world = *state;
    write_file("out.jsonl", "{\"row\":0,\"vars\":{\"genre\":\"a\"},\"model\":\"" ECHO
                            "\",\"repeat\":0,"
                            "\"answer\":\"kept\",\"state\":\"done\"}\n"
                            "{\"row\":1,\"vars\":{\"genre\":\"b\"},\"model\":\"" ECHO
                            "\",\"repeat\":0,"
                            "\"answer\":null,\"state\":\"failed\"}\n");
    struct child_program *child =
        cli_run(world, RUN "genre=a,b,c|--out|out.jsonl|--only|failed|-m|" ECHO, NULL);
    cli_assert_code(child, 0);
    char *out = read_file("out.jsonl");
    assert_non_null(strstr(out, "\"answer\":\"kept\""));
    assert_non_null(strstr(out, "\"answer\":\"Summarize the plot of a b movie\""));
    assert_null(strstr(out, "a c movie"));
    assert_null(strstr(out, "\"state\":\"failed\""));
    mem_free(out);
}

static void run__asks_input_and_commands__once_for_all_rows(void **state)
{
    write_file("ask.md", "---\n"
                         "fields:\n"
                         "  text: {from: input}\n"
                         "  who: {from: {command: [echo, a person]}}\n"
                         "---\n"
                         "{who} says {text} and {word}\n");
    const struct child_options options = {.input = CHILD_INPUT_TEXT, .text = "hello\n"};
    struct child_program *child =
        cli_run(*state, "run|--no-config|./ask.md|word=x,y|-m|" ECHO, &options);
    cli_assert_code(child, 0);
    assert_string_equal(strbuf_text(&child->out), "== X ==\na person says hello and x\n"
                                                  "== Y ==\na person says hello and y\n");
    write_file("ask.md",
               "---\n"
               "fields: {who: {from: {command: [sh, -c, 'echo no >&2; exit 3']}}}\n"
               "---\n"
               "{who}\n");
    child = cli_run(*state, "run|--no-config|./ask.md|-m|" ECHO, NULL);
    cli_assert_code(child, 2);
    assert_non_null(strstr(strbuf_text(&child->err), "ended with "));
}

/* The model wants two tools; nobody is there to allow them. */
static void run__asks_nobody__about_tools_without_a_terminal(void **state)
{
    struct child_program *child = cli_run(*state,
                                          RUN "genre=a,b|--tools|*|-m|"
                                              "demo/tools?rate=0&ttft=0",
                                          NULL);
    cli_assert_code(child, 0);
    assert_non_null(strstr(strbuf_text(&child->out), "nobody can be asked"));
    assert_non_null(strstr(strbuf_text(&child->err), "2 answered"));
}

/* --- Events ---------------------------------------------------------------------- */

static void run__tells_events__with_the_values_of_each_row(void **state)
{
    struct json_lines lines = {0};
    struct child_program *child =
        cli_run(*state, RUN "genre=a,b,c|--json|-m|" ECHO "|-m|" AUTH, NULL);
    cli_assert_code(child, 9);
    json_lines_read(&lines, strbuf_text(&child->out));
    json_lines_check_run(&lines, 6);
    const cJSON *vars =
        cJSON_GetObjectItemCaseSensitive(json_lines_find(&lines, "start", 2, 0), "vars");
    assert_string_equal(json_lines_string(vars, "genre"), "b");
    const cJSON *done = json_lines_find(&lines, "done", 4, 0);
    assert_string_equal(json_lines_string(done, "text"),
                        "Summarize the plot of a c movie");
    assert_string_equal(json_lines_string(done, "outcome"), "done");
    const cJSON *end = lines.items[lines.len - 1];
    assert_int_equal(json_lines_number(end, "rows"), 3);
    json_lines_clear(&lines);
}

/* --- Enough, money, cache -------------------------------------------------------- */

static void run__prints_the_first_answer__and_what_was_spared(void **state)
{
    struct child_program *child =
        cli_run(*state, RUN "genre=a,b|--first|-m|demo/sage?ttft=60000|-m|" ECHO, NULL);
    cli_assert_code(child, 0);
    assert_string_equal(strbuf_text(&child->out),
                        "== A \xC2\xB7 " ECHO " ==\nSummarize the plot of a a movie\n"
                        "== B \xC2\xB7 " ECHO " ==\nSummarize the plot of a b movie\n");
    assert_non_null(strstr(strbuf_text(&child->err), "2 answers spared"));
}

static void run__asks_nobody__for_what_the_cache_has(void **state)
{
    static const char line[] = RUN "genre=a,b|--cache|-m|" ECHO;
    cli_assert_code(cli_run(*state, line, NULL), 0);
    struct child_program *child = cli_run(*state, line, NULL);
    cli_assert_code(child, 0);
    assert_non_null(strstr(strbuf_text(&child->out), "a b movie\n"));
    assert_non_null(strstr(strbuf_text(&child->err), "2 of them from the cache"));
}

static void run__keeps__the_cap_on_money(void **state)
{
    struct cli_world *world = *state;
    write_file("config.yaml", "models:\n"
                              "  talker:\n"
                              "    provider: demo\n"
                              "    model: echo?rate=0&ttft=0\n"
                              "    price_input: 0\n"
                              "    price_output: 1000\n");
    static const char *const refused =
        "run|--no-config|./plot.md|genre=a,b|--max-cost|1|-m|" ECHO;
    struct child_program *child = cli_run(world, refused, NULL);
    cli_assert_code(child, 2);
    assert_non_null(strstr(strbuf_text(&child->err), "has no prices of " ECHO));
    assert_int_equal(raw_server_count_requests(world->raw), 0);
}

/* --- What is refused ------------------------------------------------------------- */

struct refusal {
    const char *line;
    const char *words;
};

static void run__refuses__what_makes_no_sense(void **state)
{
    static const struct refusal refusals[] = {
        {"run|--no-config", "which template?"},
        {"run|--no-config|./nowhere.md|-m|" ECHO, "./nowhere.md"},
        {RUN "genre=a", "which model?"},
        {RUN "-m|" ECHO, "genre"},
        {RUN "genre=a|tone=b|-m|" ECHO, "tone"},
        {RUN "genre=a|--resume|-m|" ECHO, "--out"},
        {RUN "genre=a|--first|--quorum|2|-m|" ECHO, "exclude each other"},
        {RUN "genre=a|--quorum|0|-m|" ECHO, "--quorum"},
        {RUN "genre=a|--format|xml|-m|" ECHO, "text, jsonl or csv"},
        {RUN "--csv|nowhere.csv|-m|" ECHO, "nowhere.csv"},
        {RUN "genre=a|--out|plot.md|-m|" ECHO, "holds something already"},
        {RUN "genre=a|--out|plot.md|--resume|-m|" ECHO, "plot.md:1 is no result"},
    };
    for (size_t i = 0; i < COUNT_OF(refusals); i++) {
        struct child_program *child = cli_run(*state, refusals[i].line, NULL);
        if (child->code != 2 ||
            strstr(strbuf_text(&child->err), refusals[i].words) == NULL)
            fail_msg("%s: code %d, %s", refusals[i].line, child->code,
                     strbuf_text(&child->err));
        child_free(child);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

static const struct CMUnitTest tests[] = {
    TEST(run__prints_answers__under_their_values),
    TEST(run__prints_one_answer__without_a_head),
    TEST(run__names_models_too__where_there_are_several),
    TEST(run__settles_every_row__whatever_happens_to_others),
    TEST(run__exits_with_the_class__when_all_fail_alike),
    TEST(run__does_nothing__with_no_rows),
    TEST(run__stops__at_the_first_failure_if_told),
    TEST(run__keeps_values__as_they_stand_in_the_table),
    TEST(run__takes__a_value_of_a_million_characters),
    TEST(run__answers_every_row_once__after_a_kill),
    TEST(run__keeps_what_it_has__when_it_is_interrupted),
    TEST(run__asks_again__only_what_failed),
    TEST(run__asks_input_and_commands__once_for_all_rows),
    TEST(run__asks_nobody__about_tools_without_a_terminal),
    TEST(run__tells_events__with_the_values_of_each_row),
    TEST(run__prints_the_first_answer__and_what_was_spared),
    TEST(run__asks_nobody__for_what_the_cache_has),
    TEST(run__keeps__the_cap_on_money),
    TEST(run__refuses__what_makes_no_sense),
    TEST(run__says_before_it_sends__what_is_wrong_with_files),
    TEST(run__names_the_row__that_has_no_value),
};

int main(void)
{
    return cmocka_run_group_tests(tests, NULL, NULL);
}
