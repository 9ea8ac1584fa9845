/* motet models as a program: the demo, an endpoint by its URL, and those that fail. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "src/base/json.h"
#include "src/base/mem.h"
#include "src/base/strbuf.h"
#include "tests/support/cli_world.h"

#define KEY "sk-s3cret-0123456789"

static void assert_said(const struct strbuf *where, const char *text)
{
    if (strstr(strbuf_text(where), text) == NULL)
        fail_msg("not said: %s; but:\n%.3000s", text, strbuf_text(where));
}

static void models__lists__the_demo(void **state)
{
    struct child_program *child = cli_run(*state, "models|demo", NULL);
    cli_assert_code(child, 0);
    assert_said(&child->out, "demo/echo\n");
    assert_said(&child->out, "demo/sage\n");
    assert_int_equal(child->err.len, 0);
    child_free(child);
}

static void models__lists__an_endpoint_sorted(void **state)
{
    struct cli_world *world = *state;
    cli_answer(world, "200 OK", "application/json",
               "{\"data\":[{\"id\":\"zeta\"},{\"id\":\"alpha\\u001b[31m\"}]}");
    struct child_program *child = cli_run(world, "models|--url|%URL", NULL);
    cli_assert_code(child, 0);
    const char *first = strstr(strbuf_text(&child->out), "/alpha\xe2\x90\x9b[31m\n");
    assert_non_null(first);
    assert_non_null(strstr(first, "/zeta\n"));
    child_free(child);
    assert_non_null(
        strstr(raw_server_get_request(world->raw, 0)->bytes, "GET /v1/models "));
}

static void models_json__is_one_object__a_line(void **state)
{
    struct cli_world *world = *state;
    cli_answer(world, "200 OK", "application/json", "{\"data\":[{\"id\":\"a\\\"b\"}]}");
    struct child_program *child = cli_run(world, "models|--json|--url|%URL", NULL);
    cli_assert_code(child, 0);
    cJSON *json = json_parse(strbuf_text(&child->out), child->out.len);
    assert_non_null(json);
    assert_string_equal(json_get_string(json, "model"), "a\"b");
    assert_non_null(json_get_string(json, "provider"));
    cJSON_Delete(json);
    child_free(child);
}

static void models__gives_the_code__of_what_went_wrong(void **state)
{
    struct cli_world *world = *state;
    cli_answer(world, "401 Unauthorized", "application/json",
               "{\"error\":{\"message\":\"Incorrect API key: " KEY "\"}}");
    const char *const env[] = {"MOTET_TEST_KEY=" KEY, NULL};
    const struct child_options options = {.env = env};
    struct child_program *child =
        cli_run(world, "models|--url|%URL|--key-env|MOTET_TEST_KEY", &options);
    cli_assert_code(child, 3);
    assert_said(&child->err, "Incorrect API key");
    assert_null(strstr(strbuf_text(&child->err), KEY));
    assert_int_equal(child->out.len, 0);
    child_free(child);
    cli_answer(world, "200 OK", "text/html", "<html>Welcome</html>");
    child = cli_run(world, "models|--url|%URL", NULL);
    cli_assert_code(child, 6);
    assert_said(&child->err, "is not a list of models");
    child_free(child);
}

static void models__says_of_a_dead_port__that_nobody_is_there(void **state)
{
    struct cli_world *world = *state;
    char *line = strbuf_format("models|--url|%s", raw_server_get_url(world->raw));
    raw_server_free(world->raw);
    world->raw = NULL;
    struct child_program *child = cli_run(world, line, NULL);
    cli_assert_code(child, 7);
    assert_said(&child->err, "connection refused");
    child_free(child);
    mem_free(line);
}

static void assert_path(const struct cli_world *world, size_t index, const char *path)
{
    const struct raw_request *request = raw_server_get_request(world->raw, index);
    assert_non_null(request);
    if (strncmp(request->bytes, path, strlen(path)) != 0)
        fail_msg("asked for %.100s", request->bytes);
}

static void models__follows__the_pages_of_a_list(void **state)
{
    struct cli_world *world = *state;
    cli_answer(world, "200 OK", "application/json",
               "{\"data\":[{\"id\":\"c\"}],\"has_more\":true,\"last_id\":\"c/1&x\"}");
    cli_answer(world, "200 OK", "application/json",
               "{\"data\":[{\"id\":\"a\"}],\"has_more\":true,\"last_id\":\"a\"}");
    cli_answer(world, "200 OK", "application/json",
               "{\"data\":[{\"id\":\"b\"}],\"has_more\":false,\"last_id\":\"b\"}");
    struct child_program *child =
        cli_run(world, "models|--api|anthropic|--url|%URL", NULL);
    cli_assert_code(child, 0);
    const char *first = strstr(strbuf_text(&child->out), "/a\n");
    assert_non_null(first);
    assert_non_null(strstr(first, "/b\n"));
    assert_non_null(strstr(first, "/c\n"));
    assert_path(world, 0, "GET /v1/models?limit=1000 ");
    assert_path(world, 1, "GET /v1/models?limit=1000&after_id=c%2F1%26x ");
    assert_path(world, 2, "GET /v1/models?limit=1000&after_id=a ");
    child_free(child);
}

static void models__fails__where_a_later_page_does(void **state)
{
    struct cli_world *world = *state;
    cli_answer(world, "200 OK", "application/json",
               "{\"models\":[{\"name\":\"models/a\"}],\"nextPageToken\":\"t\"}");
    cli_answer(world, "500 Oh no", "application/json", "{}");
    struct child_program *child = cli_run(world, "models|--api|gemini|--url|%URL", NULL);
    cli_assert_code(child, 6);
    assert_int_equal(child->out.len, 0);
    assert_path(world, 1, "GET /v1beta/models?pageSize=1000&pageToken=t ");
    child_free(child);
}

static void models__ends__a_list_that_has_no_end(void **state)
{
    struct cli_world *world = *state;
    for (int i = 0; i < 30; i++) {
        char *page = strbuf_format("{\"models\":[{\"name\":\"models/a\"}],"
                                   "\"nextPageToken\":\"t%d\"}",
                                   i);
        cli_answer(world, "200 OK", "application/json", page);
        mem_free(page);
    }
    struct child_program *child = cli_run(world, "models|--api|gemini|--url|%URL", NULL);
    cli_assert_code(child, 0);
    assert_int_equal(raw_server_count_requests(world->raw), 20);
    child_free(child);
}

static void models__ends__a_list_that_goes_in_a_circle(void **state)
{
    struct cli_world *world = *state;
    for (int i = 0; i < 5; i++)
        cli_answer(world, "200 OK", "application/json",
                   "{\"models\":[{\"name\":\"models/a\"}],\"nextPageToken\":\"t\"}");
    struct child_program *child = cli_run(world, "models|--api|gemini|--url|%URL", NULL);
    cli_assert_code(child, 0);
    assert_int_equal(raw_server_count_requests(world->raw), 2);
    child_free(child);
}

static void models__refuses__a_provider_that_is_not_there(void **state)
{
    struct child_program *child = cli_run(*state, "models|nobody", NULL);
    cli_assert_code(child, 2);
    assert_said(&child->err, "there is no provider \"nobody\"");
    child_free(child);
    child = cli_run(*state, "models|one|two", NULL);
    cli_assert_code(child, 2);
    assert_said(&child->err, "\"two\"");
    child_free(child);
}

static void models__shows_the_one_that_answers__beside_one_that_does_not(void **state)
{
    struct cli_world *world = *state;
    cli_answer(world, "200 OK", "application/json", "{\"data\":[{\"id\":\"alpha\"}]}");
    /* The key variable offers a provider of which the address leads nowhere. */
    const char *const env[] = {"OPENAI_API_KEY=" KEY, "https_proxy=http://127.0.0.1:1",
                               NULL};
    const struct child_options options = {.env = env};
    struct child_program *child = cli_run(world, "models|--url|%URL", &options);
    cli_assert_code(child, 9);
    assert_said(&child->out, "/alpha\n");
    assert_said(&child->err, "motet: openai: ");
    child_free(child);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(models__lists__the_demo, cli_world_setup,
                                        cli_world_teardown),
        cmocka_unit_test_setup_teardown(models__lists__an_endpoint_sorted,
                                        cli_world_setup, cli_world_teardown),
        cmocka_unit_test_setup_teardown(models_json__is_one_object__a_line,
                                        cli_world_setup, cli_world_teardown),
        cmocka_unit_test_setup_teardown(models__gives_the_code__of_what_went_wrong,
                                        cli_world_setup, cli_world_teardown),
        cmocka_unit_test_setup_teardown(models__says_of_a_dead_port__that_nobody_is_there,
                                        cli_world_setup, cli_world_teardown),
        cmocka_unit_test_setup_teardown(models__follows__the_pages_of_a_list,
                                        cli_world_setup, cli_world_teardown),
        cmocka_unit_test_setup_teardown(models__fails__where_a_later_page_does,
                                        cli_world_setup, cli_world_teardown),
        cmocka_unit_test_setup_teardown(models__ends__a_list_that_has_no_end,
                                        cli_world_setup, cli_world_teardown),
        cmocka_unit_test_setup_teardown(models__ends__a_list_that_goes_in_a_circle,
                                        cli_world_setup, cli_world_teardown),
        cmocka_unit_test_setup_teardown(models__refuses__a_provider_that_is_not_there,
                                        cli_world_setup, cli_world_teardown),
        cmocka_unit_test_setup_teardown(
            models__shows_the_one_that_answers__beside_one_that_does_not, cli_world_setup,
            cli_world_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
