/*
 * motet doctor as a program: what it says of providers that are well, that refuse the
 * key, and that are not there; its exit codes; and that it never shows a secret.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <string.h>

#include "src/base/json.h"
#include "src/base/mem.h"
#include "src/base/strbuf.h"
#include "src/demo/demo_server.h"
#include "tests/support/cli_world.h"

#define KEY       "sk-s3cret-0123456789"
#define WRONG_KEY "{\"error\":{\"message\":\"Incorrect API key provided: " KEY "\"}}"

static void assert_said(const struct child_program *child, const char *text)
{
    if (strstr(strbuf_text(&child->out), text) == NULL)
        fail_msg("not said: %s; but:\n%.3000s", text, strbuf_text(&child->out));
}

/* No line of it holds the key, on either stream. */
static void assert_discreet(const struct child_program *child)
{
    assert_null(strstr(strbuf_text(&child->out), "s3cret"));
    assert_null(strstr(strbuf_text(&child->err), "s3cret"));
}

static struct child_program *run_with(struct cli_world *world, const char *line,
                                      const char *variable)
{
    const char *const env[] = {variable, NULL};
    const struct child_options options = {.env = env};
    return cli_run(world, line, &options);
}

static void doctor__says_well__of_the_demo_server(void **state)
{
    struct cli_world *world = *state;
    const struct demo_options options = {.speed = 1., .seed = 1};
    struct demo_server *demo = demo_server_new(world->loop, &options, NULL);
    assert_non_null(demo);
    char *line = strbuf_format("doctor|--url|http://127.0.0.1:%u",
                               (unsigned)demo_server_get_port(demo));
    struct child_program *child = cli_run(world, line, NULL);
    cli_assert_code(child, 0);
    assert_said(child, ": reached");
    assert_said(child, "none, and none needed");
    assert_said(child, " listed, such as ");
    assert_said(child, "warn  terminal");
    assert_said(child, "libcurl ");
    assert_null(strstr(strbuf_text(&child->out), "fail"));
    assert_int_equal(child->err.len, 0);
    child_free(child);
    demo_server_free(demo);
    mem_free(line);
}

static void doctor__names_the_variable__of_a_refused_key(void **state)
{
    struct cli_world *world = *state;
    cli_answer(world, "401 Unauthorized", "application/json", WRONG_KEY);
    struct child_program *child = run_with(
        world, "doctor|--url|%URL|--key-env|MOTET_TEST_KEY", "MOTET_TEST_KEY=" KEY);
    cli_assert_code(child, 3);
    assert_said(child, " answers");
    assert_said(child, "see that the variable MOTET_TEST_KEY holds a key");
    assert_discreet(child);
    assert_non_null(raw_server_get_request(world->raw, 0));
    assert_non_null(
        strstr(raw_server_get_request(world->raw, 0)->bytes, "Bearer " KEY "\r\n"));
    child_free(child);
}

static void doctor__says_of_a_dead_port__that_nobody_is_there(void **state)
{
    struct cli_world *world = *state;
    char *line = strbuf_format("doctor|--url|%s", raw_server_get_url(world->raw));
    raw_server_free(world->raw);
    world->raw = NULL;
    struct child_program *child = cli_run(world, line, NULL);
    cli_assert_code(child, 7);
    assert_said(child, "connection refused");
    assert_said(child, "Is the server running at that address?");
    /* What cannot be known is not guessed. */
    assert_null(strstr(strbuf_text(&child->out), ": key"));
    child_free(child);
    mem_free(line);
}

static void doctor__tells_apart__what_is_no_list(void **state)
{
    struct cli_world *world = *state;
    cli_answer(world, "200 OK", "text/html", "<html><body>Welcome</body></html>");
    struct child_program *child = cli_run(world, "doctor|--url|%URL", NULL);
    cli_assert_code(child, 6);
    assert_said(child, " answers");
    assert_said(child, "is not a list of models");
    child_free(child);
    cli_answer(world, "200 OK", "application/json", "{\"data\":[]}");
    child = cli_run(world, "doctor|--url|%URL", NULL);
    cli_assert_code(child, 0);
    assert_said(child, "none is listed");
    child_free(child);
}

static void doctor__gives_code_9__for_failures_of_several_kinds(void **state)
{
    struct cli_world *world = *state;
    cli_answer(world, "401 Unauthorized", "application/json", WRONG_KEY);
    struct child_program *child =
        run_with(world, "doctor|--url|%URL", "SSL_CERT_FILE=/nowhere/at/all.pem");
    cli_assert_code(child, 9);
    assert_said(child,
                "cannot read /nowhere/at/all.pem \xe2\x80\x94 correct SSL_CERT_FILE");
    child_free(child);
}

static void doctor_json__is_one_object__a_line(void **state)
{
    struct cli_world *world = *state;
    cli_answer(world, "401 Unauthorized", "application/json", WRONG_KEY);
    struct child_program *child =
        run_with(world, "doctor|--json|--url|%URL|--key-env|MOTET_TEST_KEY",
                 "MOTET_TEST_KEY=" KEY);
    cli_assert_code(child, 3);
    size_t failed = 0;
    const char *at = strbuf_text(&child->out);
    while (*at != '\0') {
        const size_t len = strcspn(at, "\n");
        cJSON *json = json_parse(at, len);
        assert_non_null(json);
        assert_non_null(json_get_string(json, "check"));
        assert_non_null(json_get_string(json, "text"));
        assert_non_null(json_get_string(json, "remedy"));
        const char *status = json_get_string(json, "status");
        assert_non_null(status);
        failed += strcmp(status, "fail") == 0;
        cJSON_Delete(json);
        at += len;
        at += *at == '\n';
    }
    assert_int_equal(failed, 1);
    assert_discreet(child);
    child_free(child);
}

static void doctor__names_proxies__without_their_passwords(void **state)
{
    struct cli_world *world = *state;
    struct child_program *child = run_with(
        world, "doctor", "https_proxy=http://me:s3cret@p/w@proxy.example:3128/x");
    cli_assert_code(child, 0);
    assert_said(child, "https_proxy is proxy.example:3128 (with credentials)");
    assert_discreet(child);
    child_free(child);
    child = run_with(world, "doctor", "https_proxy=http://proxy.example:3128/");
    assert_said(child, "https_proxy is http://proxy.example:3128\n");
    child_free(child);
}

static void doctor__warns__of_a_terminal_or_locale_that_will_not_do(void **state)
{
    struct cli_world *world = *state;
    struct child_program *child = run_with(world, "doctor", "TERM=no-such-terminal");
    cli_assert_code(child, 0);
    assert_said(child, "no-such-terminal is not described on this machine");
    child_free(child);
    child = run_with(world, "doctor", "LC_ALL=C");
    assert_said(child, "warn  locale");
    child_free(child);
}

static void doctor__checks_one_provider__by_its_name(void **state)
{
    struct cli_world *world = *state;
    struct child_program *child = cli_run(world, "doctor|demo", NULL);
    cli_assert_code(child, 0);
    assert_said(child, "ok    demo: models");
    child_free(child);
    child = cli_run(world, "doctor|nobody", NULL);
    cli_assert_code(child, 2);
    assert_said(child, "there is no provider \"nobody\"");
    child_free(child);
    child = cli_run(world, "doctor|one|two", NULL);
    cli_assert_code(child, 2);
    assert_int_equal(child->out.len, 0);
    child_free(child);
}

static void doctor__says__what_is_wrong_with_the_configuration(void **state)
{
    struct cli_world *world = *state;
    struct child_program *child =
        cli_run(world, "doctor|--config|/nowhere/at/all.yaml", NULL);
    cli_assert_code(child, 2);
    assert_said(child, "fail  configuration");
    assert_said(child, "/nowhere/at/all.yaml");
    assert_said(child, "correct the configuration first");
    child_free(child);
}

static void doctor__looks_at__every_server(void **state)
{
    struct cli_world *world = *state;
    const char *folder = getenv("MOTET_BUILDDIR");
    char path[] = "/tmp/motet-doctor-XXXXXX";
    const int fd = mkstemp(path);
    assert_true(fd >= 0);
    dprintf(fd,
            "mcp:\n  good:\n    command: [%s/tests/support/mcp_fake]\n"
            "  dead:\n    command: [/bin/false]\n",
            folder != NULL ? folder : ".");
    close(fd);
    char *line = strbuf_format("doctor|--config|%s", path);
    struct child_program *child = cli_run(world, line, NULL);
    cli_assert_code(child, 8);
    assert_said(child, "server good");
    assert_said(child, "1 resources, 1 prompts");
    assert_said(child, "server dead");
    assert_said(child, "try its command by hand");
    child_free(child);
    mem_free(line);
    unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(doctor__looks_at__every_server, cli_world_setup,
                                        cli_world_teardown),
        cmocka_unit_test_setup_teardown(doctor__says_well__of_the_demo_server,
                                        cli_world_setup, cli_world_teardown),
        cmocka_unit_test_setup_teardown(doctor__names_the_variable__of_a_refused_key,
                                        cli_world_setup, cli_world_teardown),
        cmocka_unit_test_setup_teardown(doctor__says_of_a_dead_port__that_nobody_is_there,
                                        cli_world_setup, cli_world_teardown),
        cmocka_unit_test_setup_teardown(doctor__tells_apart__what_is_no_list,
                                        cli_world_setup, cli_world_teardown),
        cmocka_unit_test_setup_teardown(
            doctor__gives_code_9__for_failures_of_several_kinds, cli_world_setup,
            cli_world_teardown),
        cmocka_unit_test_setup_teardown(doctor_json__is_one_object__a_line,
                                        cli_world_setup, cli_world_teardown),
        cmocka_unit_test_setup_teardown(doctor__names_proxies__without_their_passwords,
                                        cli_world_setup, cli_world_teardown),
        cmocka_unit_test_setup_teardown(
            doctor__warns__of_a_terminal_or_locale_that_will_not_do, cli_world_setup,
            cli_world_teardown),
        cmocka_unit_test_setup_teardown(doctor__checks_one_provider__by_its_name,
                                        cli_world_setup, cli_world_teardown),
        cmocka_unit_test_setup_teardown(
            doctor__says__what_is_wrong_with_the_configuration, cli_world_setup,
            cli_world_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
