/*
 * The program and its configuration: motet config in its forms, what an answer is asked
 * with, which of file and command line wins, and where keys are and are not sent.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <ev.h>

#include "src/base/mem.h"
#include "src/base/path.h"
#include "src/base/strbuf.h"
#include "tests/support/child_program.h"
#include "tests/support/raw_server.h"

#define KEY "sk-s3cret-0123456789"

#define ANSWER                                                                           \
    "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"    \
    "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"fine\"}}]}\n\n"           \
    "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n"    \
    "data: [DONE]\n\n"

#define MAX_ARGS 16

struct world {
    struct ev_loop *loop;
    struct raw_server *server;
    struct child_program *children;
    char *path;        /* of the configuration in the usual place */
    struct strbuf out; /* of the last run */
    struct strbuf err;
};

static int setup(void **state)
{
    struct world *world = mem_alloc(sizeof(*world));
    const char *folder = getenv("XDG_CONFIG_HOME");
    char *own = strbuf_format("%s/motet", folder != NULL ? folder : "/nowhere");
    mkdir(own, 0700);
    world->path = strbuf_format("%s/config.yaml", own);
    unlink(world->path);
    mem_free(own);
    world->loop = ev_loop_new(EVFLAG_AUTO);
    world->server = raw_server_new(world->loop);
    static const struct raw_step steps[] = {{.action = RAW_SEND, .bytes = ANSWER},
                                            {.action = RAW_CLOSE}};
    raw_server_answer_always(world->server, steps, 2);
    strbuf_init(&world->out, 1 << 20);
    strbuf_init(&world->err, 1 << 20);
    *state = world;
    return 0;
}

static int teardown(void **state)
{
    struct world *world = *state;
    while (world->children != NULL)
        child_free(world->children);
    raw_server_free(world->server);
    ev_loop_destroy(world->loop);
    unlink(world->path);
    strbuf_clear(&world->out);
    strbuf_clear(&world->err);
    mem_free(world->path);
    mem_free(world);
    return 0;
}

/* Writes the configuration; "URL" in it becomes the server's. */
static void configure(struct world *world, const char *text)
{
    FILE *file = fopen(world->path, "w");
    assert_non_null(file);
    for (const char *at = text; *at != '\0';) {
        const char *url = strstr(at, "URL");
        const size_t len = url != NULL ? (size_t)(url - at) : strlen(at);
        fwrite(at, 1, len, file);
        at += len;
        if (url != NULL) {
            fputs(raw_server_get_url(world->server), file);
            at += 3;
        }
    }
    assert_int_equal(fclose(file), 0);
    assert_int_equal(chmod(world->path, 0600), 0);
}

/* Runs motet with the words of `line`; returns its exit code. */
static int run_with(struct world *world, const char *line, const char *env)
{
    const char *args[MAX_ARGS + 1] = {NULL};
    char *words = mem_strdup(line);
    size_t count = 0;
    for (char *at = words; *at != '\0' && count < MAX_ARGS;) {
        args[count++] = at;
        at += strcspn(at, " ");
        if (*at == ' ')
            *at++ = '\0';
    }
    const char *const envs[] = {env, NULL};
    const struct child_options options = {
        .args = args, .env = envs, .list = &world->children};
    struct child_program *child = child_start(world->loop, &options);
    const int code = child_wait(child);
    strbuf_reset(&world->out);
    strbuf_reset(&world->err);
    strbuf_append(&world->out, strbuf_text(&child->out), child->out.len);
    strbuf_append(&world->err, strbuf_text(&child->err), child->err.len);
    child_free(child);
    mem_free(words);
    assert_null(strstr(strbuf_text(&world->out), KEY));
    assert_null(strstr(strbuf_text(&world->err), KEY));
    return code;
}

static int run(struct world *world, const char *line)
{
    return run_with(world, line, NULL);
}

static void assert_out(const struct world *world, const char *words)
{
    if (strstr(strbuf_text(&world->out), words) == NULL)
        print_error("not on standard output: %s\nbut:\n%s\n", words,
                    strbuf_text(&world->out));
    assert_non_null(strstr(strbuf_text(&world->out), words));
}

static void assert_err(const struct world *world, const char *words)
{
    if (strstr(strbuf_text(&world->err), words) == NULL)
        print_error("not on standard error: %s\nbut:\n%s\n", words,
                    strbuf_text(&world->err));
    assert_non_null(strstr(strbuf_text(&world->err), words));
}

/* The row of `motet config show` that begins with the name and the value, and its source.
 */
static void assert_row(const struct world *world, const char *name, const char *value,
                       const char *source)
{
    const char *at = strbuf_text(&world->out);
    for (; *at != '\0'; at += strcspn(at, "\n"), at += *at == '\n') {
        const size_t indent = strspn(at, " ");
        const size_t name_len = strlen(name);
        if (strncmp(at + indent, name, name_len) != 0 || at[indent + name_len] != ' ')
            continue;
        const char *found = at + indent + name_len;
        found += strspn(found, " ");
        if (strncmp(found, value, strlen(value)) != 0)
            continue;
        char *line = mem_strndup(at, strcspn(at, "\n"));
        const bool has_source = strstr(line, source) != NULL;
        mem_free(line);
        if (has_source)
            return;
    }
    print_error("no row \"%s\" of \"%s\" from \"%s\" in:\n%s\n", name, value, source,
                strbuf_text(&world->out));
    fail();
}

static size_t request_count(const struct world *world)
{
    return raw_server_count_requests(world->server);
}

static const char *request_text(const struct world *world, size_t index)
{
    const struct raw_request *request = raw_server_get_request(world->server, index);
    assert_non_null(request);
    return request->bytes;
}

/* motet config. */

static void config__says__where_the_file_is(void **state)
{
    struct world *world = *state;
    assert_int_equal(run(world, "config path"), 0);
    assert_out(world, world->path);
    assert_int_equal(run(world, "config path --config /some/where.yaml"), 0);
    assert_out(world, "/some/where.yaml\n");
    assert_int_equal(run(world, "config path --no-config"), 2);
    assert_int_equal(run(world, "config check"), 0);
    assert_out(world, "nothing to check");
}

static void config__refuses__words_that_it_does_not_know(void **state)
{
    struct world *world = *state;
    assert_int_equal(run(world, "config chekk"), 2);
    assert_err(world, "did you mean \"check\"?");
    assert_int_equal(run(world, "config show check"), 2);
    assert_int_equal(run(world, "config --config a --no-config"), 2);
    assert_err(world, "exclude each other");
}

static void config_check__says__every_problem_at_once(void **state)
{
    struct world *world = *state;
    configure(world, "defaults:\n"
                     "  models: [gtp]\n"
                     "  idel_timeout: 5s\n"
                     "  params: {tempreture: 1}\n"
                     "providers:\n"
                     "  work: {url: URL, api: openai-chta, key: " KEY "}\n"
                     "  also: {preset: opnai}\n"
                     "models:\n"
                     "  gpt: {provider: worq, context: many}\n");
    assert_int_equal(run(world, "config check"), 2);
    static const char *const said[] = {
        "config.yaml:2:12: there is no model \"gtp\"; did you mean \"gpt\"?",
        "config.yaml:3:3: there is no setting \"idel_timeout\" in defaults; did you mean "
        "\"idle_timeout\"?",
        "config.yaml:4:12: there is no parameter \"tempreture\"; did you mean "
        "\"temperature\"?",
        ": there is no API \"openai-chta\"; did you mean \"openai-chat\"?",
        ": there is no setting \"key\" in the provider work; a key does not stand in",
        "config.yaml:7:18: there is no preset \"opnai\"; did you mean \"openai\"?",
        "config.yaml:9:19: there is no provider \"worq\"; did you mean \"work\"?",
        "config.yaml:9:34: context takes a whole number, not \"many\"",
    };
    const char *at = strbuf_text(&world->out);
    for (size_t i = 0; i < sizeof(said) / sizeof(said[0]); i++) {
        assert_out(world, said[i]);
        /* In the order of the file. */
        const char *found = strstr(strbuf_text(&world->out), said[i]);
        assert_true(found >= at);
        at = found;
    }
    assert_int_equal(run(world, "ask -m demo/echo hello"), 2);
    assert_err(world, "config.yaml:2:12: ");
    assert_err(world, "7 more");
    assert_int_equal(run(world, "ask --no-config -m demo/echo hello"), 0);
    assert_int_equal(raw_server_count_accepted(world->server), 0);
}

/* Writes a file beside the configuration. Caller removes it with drop_beside. */
static char *write_beside(const struct world *world, const char *name, const char *text,
                          mode_t mode)
{
    const char *slash = strrchr(world->path, '/');
    char *path = strbuf_format("%.*s/%s", (int)(slash - world->path), world->path, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(chmod(path, mode), 0);
    return path;
}

static void drop_beside(char *path)
{
    unlink(path);
    mem_free(path);
}

static void config_check__finds__a_theme_that_there_is_not(void **state)
{
    struct world *world = *state;
    configure(world, "defaults:\n"
                     "  stream: yes\n"
                     "  theme: defualt\n");
    assert_int_equal(run(world, "config check"), 2);
    assert_out(world, "config.yaml:3:10: there is no theme \"defualt\"; did you mean "
                      "\"default\"?");
    /* The command that lists the themes is what helps then. */
    assert_int_equal(run(world, "themes"), 0);
    assert_out(world, "default\t");
    configure(world, "defaults: {theme: default}\n");
    assert_int_equal(run(world, "config check"), 0);
}

/* A theme of one's own is known by its file's name; what is in it is its own matter. */
static void config_check__knows__the_themes_of_ones_own(void **state)
{
    struct world *world = *state;
    char *folder = strbuf_format("%s/motet/themes", getenv("XDG_CONFIG_HOME"));
    char *path = strbuf_format("%s/mine.yaml", folder);
    mkdir(folder, 0700);
    configure(world, "defaults: {theme: mine}\n");
    assert_int_equal(run(world, "config check"), 2);
    assert_out(world, "there is no theme \"mine\"");
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs("name: [\n", file);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(run(world, "config check"), 0);
    unlink(path);
    mem_free(path);
    mem_free(folder);
}

static void config_check__looks_at__the_files_that_are_named(void **state)
{
    struct world *world = *state;
    char *open_key = write_beside(world, "open.key", KEY, 0644);
    char *empty_key = write_beside(world, "empty.key", "\n", 0600);
    char *no_pem = write_beside(world, "no.pem", "hello", 0600);
    char *good_key = write_beside(world, "good.key", KEY "\n", 0600);
    char *good_pem = write_beside(world, "good.pem", "-----BEGIN X-----\n", 0600);
    configure(world, "providers:\n"
                     "  a: {url: URL, key_file: open.key}\n"
                     "  b: {url: URL, key_file: empty.key}\n"
                     "  c: {url: URL, key_file: gone.key, ca_file: gone.pem}\n"
                     "  d: {url: URL, client_cert: no.pem, client_key: /}\n"
                     "  e: {url: URL, key_file: good.key, ca_file: good.pem,"
                     " client_cert: good.pem}\n");
    assert_int_equal(run(world, "config check"), 2);
    static const char *const said[] = {
        "config.yaml:2:",
        ": key_file: the key's file ",
        "is open to others",
        "config.yaml:3:",
        ": key_file: the file ",
        "gives no key",
        "config.yaml:4:",
        ": key_file: cannot open ",
        "No such file",
        ": ca_file: cannot open ",
        "config.yaml:5:",
        ": client_cert: ",
        "holds nothing in the form of PEM",
        ": client_key: / is a folder",
    };
    for (size_t i = 0; i < sizeof(said) / sizeof(said[0]); i++)
        assert_out(world, said[i]);
    assert_null(strstr(strbuf_text(&world->out), "config.yaml:6"));
    assert_null(strstr(strbuf_text(&world->out), KEY));
    /* A provider that cannot be used does not stop the others. */
    assert_int_equal(run(world, "ask -m e/x hello"), 0);
    assert_int_equal(run(world, "ask -m a/x hello"), 2);
    drop_beside(open_key);
    drop_beside(empty_key);
    drop_beside(no_pem);
    drop_beside(good_key);
    drop_beside(good_pem);
}

static void config_check__refuses__a_file_that_others_may_write(void **state)
{
    struct world *world = *state;
    configure(world, "defaults: {jobs: 3}\n");
    assert_int_equal(chmod(world->path, 0622), 0);
    assert_int_equal(run(world, "config check"), 2);
    assert_out(world, "chmod go-w");
    assert_int_equal(run(world, "ask -m demo/echo hello"), 2);
}

static void config_check__touches_no_network__and_notes_what_is_missing(void **state)
{
    struct world *world = *state;
    configure(world, "providers:\n"
                     "  work: {url: URL, key_env: MOTET_TEST_KEY}\n"
                     "  openai: {url: URL}\n"
                     "models: {gpt: {provider: work}}\n");
    assert_int_equal(run(world, "config check"), 0);
    assert_out(world, "no problem found");
    assert_out(world, "MOTET_TEST_KEY is not set");
    assert_out(world, "the preset's key is not sent there");
    assert_int_equal(run_with(world, "config show", "MOTET_TEST_KEY=" KEY), 0);
    assert_int_equal(raw_server_count_accepted(world->server), 0);
}

static void config_show__says__each_value_and_its_source(void **state)
{
    struct world *world = *state;
    configure(world, "defaults:\n"
                     "  models: [gpt]\n"
                     "  idle_timeout: 90s\n"
                     "  retries: 1\n"
                     "providers:\n"
                     "  work:\n"
                     "    url: URL\n"
                     "    key_env: MOTET_TEST_KEY\n"
                     "    headers: {X-Key: " KEY "}\n"
                     "models: {gpt: {provider: work, price_input: 1.5}}\n");
    assert_int_equal(
        run_with(world, "config show --retries 4 -p seed=7", "MOTET_TEST_KEY=" KEY), 0);
    assert_row(world, "models", "gpt", "config.yaml:2");
    assert_row(world, "idle_timeout", "1m30s", "config.yaml:3");
    assert_row(world, "retries", "4", "option --retries");
    assert_row(world, "jobs", "64", "default");
    assert_row(world, "params", "seed: 7", "option --param");
    assert_row(world, "url", raw_server_get_url(world->server), "config.yaml:7");
    assert_row(world, "api", "openai-chat", "default");
    assert_row(world, "key_env", "MOTET_TEST_KEY", "config.yaml:8");
    assert_row(world, "the key", "is set", "the variable MOTET_TEST_KEY");
    assert_row(world, "headers", "X-Key: …", "config.yaml:9");
    assert_row(world, "price_input", "1.5", "config.yaml:10");
    assert_int_equal(run(world, "config show"), 0);
    assert_row(world, "the key", "is missing", "the variable MOTET_TEST_KEY");
}

static void config_show__finds__providers_by_their_key_variables(void **state)
{
    struct world *world = *state;
    assert_int_equal(run_with(world, "config", "OPENAI_API_KEY=" KEY), 0);
    assert_out(world, "provider openai");
    assert_row(world, "preset", "openai", "environment");
    assert_row(world, "key_env", "OPENAI_API_KEY", "preset openai");
    assert_int_equal(run(world, "config"), 0);
    assert_null(strstr(strbuf_text(&world->out), "provider openai"));
}

static void config_example__is_a_configuration__without_problems(void **state)
{
    struct world *world = *state;
    assert_int_equal(run(world, "config example"), 0);
    char *example = mem_strdup(strbuf_text(&world->out));
    configure(world, example);
    mem_free(example);
    assert_int_equal(run(world, "config check"), 0);
}

/* Asking with a configuration. */

static const char work_config[] = "defaults:\n"
                                  "  models: [gpt]\n"
                                  "  system: default words\n"
                                  "  params: {temperature: 0.25, max_tokens: 11}\n"
                                  "providers:\n"
                                  "  work:\n"
                                  "    url: URL/v1\n"
                                  "    key_env: MOTET_TEST_KEY\n"
                                  "    headers: {X-Team: research}\n"
                                  "models:\n"
                                  "  gpt:\n"
                                  "    provider: work\n"
                                  "    model: big-model\n"
                                  "    params: {max_tokens: 22, seed: 5}\n";

static void ask__sends__what_the_configuration_says(void **state)
{
    struct world *world = *state;
    configure(world, work_config);
    assert_int_equal(run_with(world, "ask --json hello", "MOTET_TEST_KEY=" KEY), 0);
    assert_out(world, "\"provider\":\"work\"");
    assert_out(world, "\"model\":\"gpt\"");
    assert_int_equal(request_count(world), 1);
    const char *sent = request_text(world, 0);
    assert_non_null(strstr(sent, "POST /v1/chat/completions "));
    assert_non_null(strstr(sent, "Authorization: Bearer " KEY "\r\n"));
    assert_non_null(strstr(sent, "X-Team: research\r\n"));
    assert_non_null(strstr(sent, "\"big-model\""));
    assert_non_null(strstr(sent, "default words"));
    assert_non_null(strstr(sent, "\"temperature\":0.25"));
    assert_non_null(strstr(sent, "22"));
    assert_null(strstr(sent, ":11"));
}

static void ask__lets_the_command_line__win(void **state)
{
    struct world *world = *state;
    configure(world, work_config);
    assert_int_equal(run_with(world,
                              "ask -m work/small -s other -p temperature=1 --no-stream "
                              "hello",
                              "MOTET_TEST_KEY=" KEY),
                     0);
    const char *sent = request_text(world, 0);
    assert_non_null(strstr(sent, "\"small\""));
    assert_non_null(strstr(sent, "\"other\""));
    assert_null(strstr(sent, "default words"));
    assert_non_null(strstr(sent, "\"temperature\":1"));
    assert_null(strstr(sent, "\"stream\":true"));
    /* The parameters of the model gpt are not those of work/small. */
    assert_null(strstr(sent, "seed"));
}

/* An answer with a count of its tokens. */
#define PRICED_ANSWER                                                                    \
    "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"    \
    "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"fine\"}}]}\n\n"           \
    "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}],"        \
    "\"usage\":{\"prompt_tokens\":1000,\"completion_tokens\":100,"                       \
    "\"prompt_tokens_details\":{\"cached_tokens\":400}}}\n\ndata: [DONE]\n\n"

static void answer_with_usage(struct world *world)
{
    static const struct raw_step steps[] = {{.action = RAW_SEND, .bytes = PRICED_ANSWER},
                                            {.action = RAW_CLOSE}};
    raw_server_answer(world->server, steps, 2);
}

static void ask__reckons__what_an_answer_cost(void **state)
{
    struct world *world = *state;
    configure(world, "providers: {work: {url: URL}}\n"
                     "models:\n"
                     "  gpt: {provider: work, price_input: 2, price_output: 10,"
                     " price_cached: 0.5}\n"
                     "  mini: {provider: work, price_input: 1}\n");
    for (int i = 0; i < 3; i++)
        answer_with_usage(world);
    assert_int_equal(run(world, "ask --json -m gpt hello"), 0);
    assert_out(world, "\"cost\":0.0024,");
    assert_int_equal(run(world, "ask --json -m work/gpt hello"), 0);
    assert_out(world, "\"cost\":0.0024,");
    assert_int_equal(run(world, "ask --json -m mini hello"), 0);
    assert_out(world, "\"cost\":null,");
}

static void ask__reckons_no_cost__without_a_count(void **state)
{
    struct world *world = *state;
    configure(world,
              "providers: {work: {url: URL}}\n"
              "models: {gpt: {provider: work, price_input: 2, price_output: 1}}\n");
    assert_int_equal(run(world, "ask --json -m gpt hello"), 0);
    assert_out(world, "\"cost\":null,");
}

static void ask__bills__the_model_that_really_answered(void **state)
{
    struct world *world = *state;
    configure(world, "defaults: {retries: 0}\n"
                     "providers: {work: {url: URL}}\n"
                     "models:\n"
                     "  dear: {provider: work, price_input: 900, price_output: 900,"
                     " fallback: [cheap]}\n"
                     "  cheap: {provider: work, price_input: 1, price_output: 2}\n");
    raw_server_answer_text(world->server,
                           "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 2\r\n"
                           "Content-Type: application/json\r\n\r\n{}");
    answer_with_usage(world);
    assert_int_equal(run(world, "ask --json -m dear hello"), 0);
    assert_out(world, "\"model\":\"cheap\"");
    assert_out(world, "\"cost\":0.0012,");
}

static void ask__keeps_every_key_variable__from_a_key_command(void **state)
{
    struct world *world = *state;
    char *seen = strbuf_format("%s.seen", world->path);
    char *config = strbuf_format("providers:\n"
                                 "  work: {url: URL, key_env: WORK_LLM_PASSX}\n"
                                 "  lab:\n"
                                 "    url: URL\n"
                                 "    key_cmd: [sh, -c, 'env >%s; echo sk-printed']\n",
                                 seen);
    configure(world, config);
    assert_int_equal(run_with(world, "ask -m lab/x hello", "WORK_LLM_PASSX=" KEY), 0);
    struct strbuf text;
    strbuf_init(&text, 1 << 20);
    assert_true(path_read_file(seen, &text, NULL));
    assert_non_null(strstr(strbuf_text(&text), "HOME="));
    assert_null(strstr(strbuf_text(&text), KEY));
    assert_non_null(strstr(request_text(world, 0), "Bearer sk-printed\r\n"));
    strbuf_clear(&text);
    unlink(seen);
    mem_free(config);
    mem_free(seen);
}

static void ask__refuses__names_that_lead_nowhere(void **state)
{
    struct world *world = *state;
    configure(world, work_config);
    assert_int_equal(run(world, "ask -m gtp hello"), 2);
    assert_err(world, "did you mean \"gpt\"?");
    assert_int_equal(run(world, "ask -m worq/x hello"), 2);
    assert_err(world, "did you mean \"work/x\"?");
    assert_int_equal(run(world, "ask -m azure/x hello"), 2);
    assert_err(world, "azure");
    assert_int_equal(raw_server_count_accepted(world->server), 0);
}

static void ask__refuses__a_provider_whose_key_is_missing(void **state)
{
    struct world *world = *state;
    configure(world, work_config);
    assert_int_equal(run(world, "ask -m gpt hello"), 2);
    assert_err(world, "MOTET_TEST_KEY");
    assert_int_equal(run(world, "ask --no-config -m openai/x hello"), 2);
    assert_err(world, "OPENAI_API_KEY");
    assert_int_equal(raw_server_count_accepted(world->server), 0);
}

static void ask__keeps_a_presets_key__from_another_url(void **state)
{
    struct world *world = *state;
    configure(world,
              "providers: {openai: {url: URL, api: openai-chat}, groq: {url: URL}}");
    assert_int_equal(run_with(world, "ask -m openai/x hello", "OPENAI_API_KEY=" KEY), 0);
    assert_int_equal(run_with(world, "ask -m groq/x hello", "GROQ_API_KEY=" KEY), 0);
    assert_int_equal(request_count(world), 2);
    assert_null(strstr(request_text(world, 0), KEY));
    assert_null(strstr(request_text(world, 1), KEY));
    assert_null(strstr(request_text(world, 1), "Authorization"));
}

static void ask__reads__a_key_file_that_is_its_owners_alone(void **state)
{
    struct world *world = *state;
    char *key_path = strbuf_format("%s.key", world->path);
    FILE *file = fopen(key_path, "w");
    assert_non_null(file);
    fputs(KEY "\n", file);
    fclose(file);
    configure(world, "providers: {work: {url: URL, key_file: config.yaml.key}}");
    assert_int_equal(chmod(key_path, 0640), 0);
    assert_int_equal(run(world, "ask -m work/x hello"), 2);
    assert_err(world, "chmod 600");
    assert_int_equal(request_count(world), 0);
    assert_int_equal(chmod(key_path, 0600), 0);
    assert_int_equal(run(world, "ask -m work/x hello"), 0);
    assert_non_null(strstr(request_text(world, 0), "Bearer " KEY "\r\n"));
    unlink(key_path);
    mem_free(key_path);
}

static void ask__reads__the_file_that_is_named(void **state)
{
    struct world *world = *state;
    char *line = strbuf_format("ask --config %s -m work/x hello", world->path);
    configure(world, "providers: {work: {url: URL}}");
    assert_int_equal(run_with(world, line, "XDG_CONFIG_HOME=/nowhere"), 0);
    assert_int_equal(run(world, "ask --config /nowhere/c.yaml -m demo/echo hello"), 2);
    assert_err(world, "/nowhere/c.yaml");
    mem_free(line);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        CASE(config__says__where_the_file_is),
        CASE(config__refuses__words_that_it_does_not_know),
        CASE(config_check__says__every_problem_at_once),
        CASE(config_check__finds__a_theme_that_there_is_not),
        CASE(config_check__knows__the_themes_of_ones_own),
        CASE(config_check__looks_at__the_files_that_are_named),
        CASE(config_check__refuses__a_file_that_others_may_write),
        CASE(config_check__touches_no_network__and_notes_what_is_missing),
        CASE(config_show__says__each_value_and_its_source),
        CASE(config_show__finds__providers_by_their_key_variables),
        CASE(config_example__is_a_configuration__without_problems),
        CASE(ask__sends__what_the_configuration_says),
        CASE(ask__lets_the_command_line__win),
        CASE(ask__reckons__what_an_answer_cost),
        CASE(ask__reckons_no_cost__without_a_count),
        CASE(ask__bills__the_model_that_really_answered),
        CASE(ask__keeps_every_key_variable__from_a_key_command),
        CASE(ask__refuses__names_that_lead_nowhere),
        CASE(ask__refuses__a_provider_whose_key_is_missing),
        CASE(ask__keeps_a_presets_key__from_another_url),
        CASE(ask__reads__a_key_file_that_is_its_owners_alone),
        CASE(ask__reads__the_file_that_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
