/* The command line's options: every form they are written in, every way to be wrong. */
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
#include "src/base/mem.h"
#include "src/base/strbuf.h"
#include "src/cli/options.h"

#define ARGS_MAX 32

static const unsigned scope_all =
    OPTION_TALK | OPTION_SCREEN | OPTION_DEMO | OPTION_LINES;

static int setup(void **state)
{
    static struct options options;
    options_init(&options);
    *state = &options;
    return 0;
}

static int teardown(void **state)
{
    options_clear(*state);
    return 0;
}

/* Parses `line`, cut into arguments at '|'. */
static bool parse_in(struct options *options, unsigned scope, const char *line,
                     struct error *err)
{
    const char *args[ARGS_MAX];
    int count = 0;
    for (const char *at = line;; at++) {
        const size_t len = strcspn(at, "|");
        assert_true(count < ARGS_MAX);
        args[count++] = mem_strndup(at, len);
        at += len;
        if (*at == '\0')
            break;
    }
    const bool ok = options_parse(options, scope, count, args, err);
    for (int i = 0; i < count; i++)
        mem_free((char *)(uintptr_t)args[i]);
    return ok;
}

static void parse(struct options *options, const char *line)
{
    struct error err = {.class = ERROR_NONE};
    const bool ok = parse_in(options, scope_all, line, &err);
    assert_string_equal(error_text(&err), "");
    assert_true(ok);
}

/* --- Forms
 * ------------------------------------------------------------------------------ */

static void options_parse__reads_a_value__in_all_four_forms(void **state)
{
    parse(*state, "--model|a|--model=b|-m|c|-md");
    const struct string_list *models = &((struct options *)*state)->models;
    assert_int_equal(models->len, 4);
    assert_string_equal(models->items[0], "a");
    assert_string_equal(models->items[1], "b");
    assert_string_equal(models->items[2], "c");
    assert_string_equal(models->items[3], "d");
}

static void options_parse__splits_models__at_commas(void **state)
{
    struct options *options = *state;
    parse(options, "-m|a,b/c?x=1&y=2,d");
    assert_int_equal(options->models.len, 3);
    assert_string_equal(options->models.items[1], "b/c?x=1&y=2");
    assert_string_equal(options->models.items[2], "d");
}

static void options_parse__keeps_words__in_order_among_options(void **state)
{
    struct options *options = *state;
    parse(options, "one|-m|a|two|-|three");
    assert_int_equal(options->words.len, 4);
    assert_string_equal(options->words.items[0], "one");
    assert_string_equal(options->words.items[1], "two");
    assert_string_equal(options->words.items[2], "-");
    assert_string_equal(options->words.items[3], "three");
}

static void options_parse__takes_all_as_words__after_two_dashes(void **state)
{
    struct options *options = *state;
    parse(options, "--|--json|-m|--");
    assert_false(options->is_json);
    assert_int_equal(options->words.len, 3);
    assert_string_equal(options->words.items[0], "--json");
    assert_string_equal(options->words.items[2], "--");
}

static void options_parse__takes_the_next_argument__whatever_it_looks_like(void **state)
{
    struct options *options = *state;
    parse(options, "-s|--json|--system=|--header|-x: y");
    assert_false(options->is_json);
    assert_string_equal(options->system_text, "");
    assert_string_equal(options->headers.items[0], "-x: y");
}

static void options_parse__reads__every_option(void **state)
{
    struct options *options = *state;
    parse(options, "--api|openai-chat|--url|http://h|--key-env|K|--ca-file|F|--log|L|"
                   "--cast|C|--panes|7|--speed|2.5|--seed|9|--port|80");
    parse(options, "--json|--no-stream|--serve|--no-mouse|--no-config|-h|--version");
    assert_string_equal(options->api, "openai-chat");
    assert_string_equal(options->url, "http://h");
    assert_string_equal(options->key_env, "K");
    assert_string_equal(options->ca_file, "F");
    assert_string_equal(options->log_path, "L");
    assert_string_equal(options->cast_path, "C");
    assert_int_equal(options->panes, 7);
    assert_true(options->speed > 2.49 && options->speed < 2.51);
    assert_int_equal(options->seed, 9);
    assert_int_equal(options->port, 80);
    assert_true(options->is_json && options->is_unstreamed && options->is_serve &&
                options->is_mouse_off && options->wants_help && options->wants_version);
}

static void options_parse__reads__the_settings(void **state)
{
    struct options *options = *state;
    parse(options, "--connect-timeout|0.5|--first-token-timeout=2|--idle-timeout|0|"
                   "--total-timeout|9|--retries|3|-j|2");
    const int64_t *values = options->settings.values;
    assert_int_equal(values[SETTING_CONNECT_TIMEOUT], 500);
    assert_int_equal(values[SETTING_FIRST_TOKEN_TIMEOUT], 2000);
    assert_int_equal(values[SETTING_IDLE_TIMEOUT], 0);
    assert_int_equal(values[SETTING_TOTAL_TIMEOUT], 9000);
    assert_int_equal(values[SETTING_RETRIES], 3);
    assert_int_equal(values[SETTING_JOBS], 2);
    parse(options, "-j5");
    assert_int_equal(values[SETTING_JOBS], 5);
    parse(options, "--jobs=6");
    assert_int_equal(values[SETTING_JOBS], 6);
}

static void options_parse__lets_the_last_win__of_single_values(void **state)
{
    struct options *options = *state;
    parse(options, "--url|a|--url|b|-p|seed=1|-p|seed=2|--retries|1|--retries|2");
    assert_string_equal(options->url, "b");
    assert_int_equal(options->params.len, 1);
    assert_int_equal((int)options->params.items[0].number, 2);
    assert_int_equal(options->settings.values[SETTING_RETRIES], 2);
}

static void options_init__has__the_documented_defaults(void **state)
{
    const struct options *options = *state;
    assert_int_equal(options->panes, 4);
    assert_int_equal(options->port, 0);
    assert_true(options->speed > 0.99 && options->speed < 1.01);
    assert_null(options->url);
}

static void options_add_model__is_like__the_option(void **state)
{
    struct options *options = *state;
    parse(options, "-m|a");
    options_add_model(options, "b");
    assert_int_equal(options->models.len, 2);
    assert_string_equal(options->models.items[1], "b");
}

/* --- The system prompt from a file
 * ------------------------------------------------------ */

static char *write_file(const char *bytes, size_t len)
{
    const char *folder = getenv("TMPDIR");
    char *path =
        strbuf_format("%s/motet-options-XXXXXX", folder != NULL ? folder : "/tmp");
    const int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, bytes, len), len);
    close(fd);
    return path;
}

static bool parse_system_file(struct options *options, const char *path,
                              struct error *err)
{
    char *line = strbuf_format("--system|@%s", path);
    const bool ok = parse_in(options, scope_all, line, err);
    mem_free(line);
    return ok;
}

static void options_parse__reads_the_file__behind_an_at_sign(void **state)
{
    struct options *options = *state;
    struct error err = {.class = ERROR_NONE};
    char *path = write_file("be\nbrief\n", 9);
    assert_true(parse_system_file(options, path, &err));
    assert_string_equal(options->system_text, "be\nbrief\n");
    unlink(path);
    mem_free(path);
}

static void options_parse__refuses_a_file__that_is_not_text(void **state)
{
    struct error err = {.class = ERROR_NONE};
    char *path = write_file("be\0brief", 8);
    assert_false(parse_system_file(*state, path, &err));
    assert_int_equal(err.class, ERROR_USAGE);
    assert_non_null(strstr(error_text(&err), "--system"));
    assert_non_null(strstr(error_text(&err), path));
    error_clear(&err);
    unlink(path);
    mem_free(path);
}

/* --- What is wrong
 * ---------------------------------------------------------------------- */

struct wrong {
    const char *line;
    const char *named; /* what the sentence must contain */
};

static void assert_wrong(const struct wrong *wrong, unsigned scope)
{
    struct options options;
    struct error err = {.class = ERROR_NONE};
    options_init(&options);
    if (parse_in(&options, scope, wrong->line, &err))
        fail_msg("accepted: %s", wrong->line);
    assert_int_equal(err.class, ERROR_USAGE);
    if (strstr(error_text(&err), wrong->named) == NULL)
        fail_msg("%s: \"%s\" does not name %s", wrong->line, error_text(&err),
                 wrong->named);
    assert_null(strchr(error_text(&err), '\n'));
    error_clear(&err);
    options_clear(&options);
}

static void options_parse__names_the_option__whatever_is_wrong(void **state)
{
    (void)state;
    static const struct wrong wrongs[] = {
        {"--bogus", "--bogus"},
        {"-q", "-q"},
        {"-hx", "-hx"},
        {"--json=1", "--json"},
        {"--serve=", "--serve"},
        {"--model", "--model"},
        {"-m", "-m"},
        {"--jobs", "--jobs"},
        {"-j", "-j"},
        {"--model=", "--model"},
        {"-m|a,,b", "--model"},
        {"-m|a,", "--model"},
        {"-j|0", "--jobs"},
        {"-jx", "--jobs"},
        {"--retries|-1", "--retries"},
        {"--retries|many", "--retries"},
        {"--connect-timeout|-1", "--connect-timeout"},
        {"--first-token-timeout|nan", "--first-token-timeout"},
        {"--idle-timeout|1m", "--idle-timeout"},
        {"--total-timeout=", "--total-timeout"},
        {"--panes|0", "--panes"},
        {"--panes|17", "--panes"},
        {"--panes|x", "--panes"},
        {"--speed|0", "--speed"},
        {"--speed|-1", "--speed"},
        {"--speed|fast", "--speed"},
        {"--seed|-1", "--seed"},
        {"--seed|1.5", "--seed"},
        {"--port|65536", "--port"},
        {"--port|http", "--port"},
        {"--system|@/nonexistent/file", "--system"},
        {"--system|@/nonexistent/file", "/nonexistent/file"},
        {"-s|@/", "--system"},
        {"-p|temperature", "--param"},
        {"-p|temperature=hot", "temperature"},
        {"-p|temperature=3", "--param"},
        {"-p|bogus=1", "bogus"},
        {"-p|=1", "--param"},
        {"-p|max_tokens=1.5", "max_tokens"},
        {"-p|reasoning=huge", "reasoning"},
    };
    for (size_t i = 0; i < COUNT_OF(wrongs); i++)
        assert_wrong(&wrongs[i], scope_all);
}

static void options_parse__refuses__options_of_other_commands(void **state)
{
    (void)state;
    static const struct wrong wrongs[] = {
        {"--panes|2", "--panes"}, {"--speed=2", "--speed"}, {"--serve", "--serve"},
        {"--cast|f", "--cast"},   {"--seed|1", "--seed"},
    };
    for (size_t i = 0; i < COUNT_OF(wrongs); i++)
        assert_wrong(&wrongs[i], OPTION_TALK | OPTION_LINES);
    const struct wrong jobs = {"-j|1", "-j"};
    assert_wrong(&jobs, OPTION_DEMO);
    const struct wrong retries = {"--retries|1", "--retries"};
    assert_wrong(&retries, OPTION_DEMO);
}

static void options_parse__keeps_to_itself__what_an_unknown_option_holds(void **state)
{
    (void)state;
    struct options options;
    struct error err = {.class = ERROR_NONE};
    options_init(&options);
    assert_false(parse_in(&options, scope_all, "--api-key=sk-hidden", &err));
    assert_non_null(strstr(error_text(&err), "--api-key"));
    assert_null(strstr(error_text(&err), "hidden"));
    error_clear(&err);
    options_clear(&options);
}

/* --- Help
 * ------------------------------------------------------------------------------- */

static void options_print_help__lists__what_the_scope_takes(void **state)
{
    (void)state;
    static const char *const names[] = {"--model",
                                        "--api",
                                        "--url",
                                        "--key-env",
                                        "--ca-file",
                                        "--header",
                                        "--param",
                                        "--system",
                                        "--no-stream",
                                        "--json",
                                        "--connect-timeout",
                                        "--first-token-timeout",
                                        "--idle-timeout",
                                        "--total-timeout",
                                        "--retries",
                                        "--jobs",
                                        "--log",
                                        "--version",
                                        "--help",
                                        "temperature",
                                        "reasoning"};
    char *text = NULL;
    size_t len = 0;
    FILE *file = open_memstream(&text, &len);
    assert_non_null(file);
    options_print_help(OPTION_TALK | OPTION_LINES, file);
    fclose(file);
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        if (strstr(text, names[i]) == NULL)
            fail_msg("the help does not mention %s", names[i]);
    }
    assert_null(strstr(text, "--panes"));
    free(text);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test_setup_teardown(options_parse__reads_a_value__in_all_four_forms,
                                    setup, teardown),
    cmocka_unit_test_setup_teardown(options_parse__splits_models__at_commas, setup,
                                    teardown),
    cmocka_unit_test_setup_teardown(options_parse__keeps_words__in_order_among_options,
                                    setup, teardown),
    cmocka_unit_test_setup_teardown(options_parse__takes_all_as_words__after_two_dashes,
                                    setup, teardown),
    cmocka_unit_test_setup_teardown(
        options_parse__takes_the_next_argument__whatever_it_looks_like, setup, teardown),
    cmocka_unit_test_setup_teardown(options_parse__reads__every_option, setup, teardown),
    cmocka_unit_test_setup_teardown(options_parse__reads__the_settings, setup, teardown),
    cmocka_unit_test_setup_teardown(options_parse__lets_the_last_win__of_single_values,
                                    setup, teardown),
    cmocka_unit_test_setup_teardown(options_init__has__the_documented_defaults, setup,
                                    teardown),
    cmocka_unit_test_setup_teardown(options_add_model__is_like__the_option, setup,
                                    teardown),
    cmocka_unit_test_setup_teardown(options_parse__reads_the_file__behind_an_at_sign,
                                    setup, teardown),
    cmocka_unit_test_setup_teardown(options_parse__refuses_a_file__that_is_not_text,
                                    setup, teardown),
    cmocka_unit_test(options_parse__names_the_option__whatever_is_wrong),
    cmocka_unit_test(options_parse__refuses__options_of_other_commands),
    cmocka_unit_test(options_parse__keeps_to_itself__what_an_unknown_option_holds),
    cmocka_unit_test(options_print_help__lists__what_the_scope_takes),
};

int main(void)
{
    return cmocka_run_group_tests(tests, NULL, NULL);
}
