/* The configuration: values and their places, every problem, the example. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "src/base/compiler.h"
#include "src/base/mem.h"
#include "src/base/path.h"
#include "src/config/config.h"

/* Rules of a small program. */

static const struct preset_info presets[] = {
    {.name = "openai",
     .api = "openai-chat",
     .base_url = "https://api.openai.com/v1",
     .key_env = "OPENAI_API_KEY"},
    {.name = "ollama", .api = "ollama", .base_url = "http://127.0.0.1:11434"},
    {.name = "azure", .api = "openai-chat", .key_env = "AZURE_OPENAI_API_KEY"},
};
static const char *const apis[] = {"openai-chat", "anthropic", "ollama", NULL};
static const char *const params[] = {"temperature", "max_tokens", "reasoning", NULL};

static bool check_url(const char *url, struct error *err)
{
    if (strncmp(url, "http", 4) == 0)
        return true;
    error_set(err, ERROR_USAGE, "bad URL");
    return false;
}

static bool check_header(const char *line, struct error *err)
{
    if (line[strcspn(line, " :")] == ':')
        return true;
    error_set(err, ERROR_USAGE, "bad header");
    return false;
}

static bool check_param(const char *assignment, struct error *err)
{
    if (strcmp(assignment, "temperature=hot") != 0)
        return true;
    error_set(err, ERROR_USAGE, "bad parameter");
    return false;
}

static const struct config_rules rules = {.presets = presets,
                                          .preset_count = COUNT_OF(presets),
                                          .apis = apis,
                                          .params = params,
                                          .check_url = check_url,
                                          .check_header = check_header,
                                          .check_param = check_param};

static int setup(void **state)
{
    static struct config config;
    config_init(&config);
    *state = &config;
    return 0;
}

static int teardown(void **state)
{
    config_clear(*state);
    return 0;
}

static bool parse(struct config *config, const char *text)
{
    return config_parse(config, "/home/me/c.yaml", text, strlen(text), &rules);
}

static void parse_good(struct config *config, const char *text)
{
    if (parse(config, text))
        return;
    char *problem = problem_list_format(&config->problems, 0);
    print_error("%s\n", problem);
    mem_free(problem);
    fail();
}

/* Values. */

static void config_parse__keeps__values_with_their_places(void **state)
{
    struct config *config = *state;
    parse_good(config, "defaults:\n"
                       "  idle_timeout: 2m\n"
                       "  retries: 0\n"
                       "  stream: off\n"
                       "  models: [gpt, ollama/qwen3, demo/sage]\n"
                       "providers:\n"
                       "  work:\n"
                       "    url: https://llm.example.com\n"
                       "    requests: 60/min\n"
                       "models:\n"
                       "  gpt:\n"
                       "    provider: openai\n"
                       "    price_input: 1.25\n"
                       "    params: {temperature: 0.5}\n");
    const struct config_section *defaults = &config->defaults;
    assert_int_equal(config_whole(defaults, SETTING_IDLE_TIMEOUT, -1), 120000);
    assert_int_equal(config_whole(defaults, SETTING_RETRIES, -1), 0);
    assert_int_equal(config_whole(defaults, SETTING_JOBS, 64), 64);
    assert_int_equal(config_whole(defaults, SETTING_STREAM, 1), 0);
    assert_true(config_is_set(defaults, SETTING_RETRIES));
    assert_false(config_is_set(defaults, SETTING_JOBS));
    assert_int_equal(defaults->values[SETTING_RETRIES].place.line, 3);
    assert_int_equal(defaults->values[SETTING_RETRIES].place.column, 12);
    const struct setting_value *models = config_list(defaults, SETTING_MODELS);
    assert_int_equal(models->text_count, 3);
    assert_string_equal(models->texts[1], "ollama/qwen3");
    assert_int_equal(defaults->values[SETTING_MODELS].places[1].column, 17);
    const struct config_section *work = config_find_provider(config, "work");
    assert_string_equal(config_text(work, SETTING_PROVIDER_URL),
                        "https://llm.example.com");
    assert_null(config_text(work, SETTING_PROVIDER_API));
    assert_int_equal(config_rate(work, SETTING_PROVIDER_REQUESTS).count, 60);
    assert_int_equal(config_rate(work, SETTING_PROVIDER_TOKENS).window_ms, 0);
    const struct config_section *gpt = config_find_model(config, "gpt");
    assert_true(config_decimal(gpt, SETTING_MODEL_PRICE_INPUT, -1) == 1.25);
    assert_true(config_decimal(gpt, SETTING_MODEL_PRICE_OUTPUT, -1) == -1);
    assert_string_equal(config_list(gpt, SETTING_MODEL_PARAMS)->texts[1], "0.5");
    assert_null(config_find_model(config, "work"));
}

static void config_parse__takes__empty_sections(void **state)
{
    struct config *config = *state;
    parse_good(config, "");
    parse_good(config, "defaults:\nproviders: ~\nmodels: {}\n");
    parse_good(config, "providers:\n  openai:\n");
    assert_non_null(config_find_provider(config, "openai"));
}

static void config_parse__makes_paths_whole__from_home_and_file(void **state)
{
    struct config *config = *state;
    setenv("HOME", "/home/you", 1);
    parse_good(config, "providers:\n"
                       "  a: {url: 'http://a', key_file: ~/k, ca_file: sub/ca.pem, "
                       "client_cert: /abs}\n");
    const struct config_section *section = config_find_provider(config, "a");
    assert_string_equal(config_text(section, SETTING_PROVIDER_KEY_FILE), "/home/you/k");
    assert_string_equal(config_text(section, SETTING_PROVIDER_CA_FILE),
                        "/home/me/sub/ca.pem");
    assert_string_equal(config_text(section, SETTING_PROVIDER_CLIENT_CERT), "/abs");
}

static void config_preset_of__finds__the_preset_of_a_provider(void **state)
{
    struct config *config = *state;
    parse_good(config, "providers:\n"
                       "  openai: {}\n"
                       "  mine: {preset: openai}\n"
                       "  ollama: {api: openai-chat, url: 'http://x'}\n"
                       "  other: {url: 'http://x'}\n");
    const struct preset_info *found[4];
    for (size_t i = 0; i < 4; i++)
        found[i] = config_preset_of(config->providers.items[i], &rules);
    assert_ptr_equal(found[0], &presets[0]);
    assert_ptr_equal(found[1], &presets[0]);
    assert_null(found[2]);
    assert_null(found[3]);
}

static void config_set__takes_the_place__of_what_the_file_says(void **state)
{
    struct config *config = *state;
    parse_good(config, "defaults: {models: [demo/sage], retries: 3}\n");
    struct setting_value words = {0};
    setting_value_add(&words, "demo/echo");
    config_set(&config->defaults, SETTING_MODELS, words, CONFIG_FROM_OPTION);
    assert_string_equal(config_text(&config->defaults, SETTING_MODELS), "demo/echo");
    assert_int_equal(config->defaults.values[SETTING_MODELS].source, CONFIG_FROM_OPTION);
    assert_int_equal(config->defaults.values[SETTING_RETRIES].source, CONFIG_FROM_FILE);
    assert_int_equal(config->defaults.values[SETTING_JOBS].source, CONFIG_FROM_DEFAULT);
}

/* Problems. */

/* A text of one problem, and what is said of it after the file's name. */
struct fault {
    const char *text;
    const char *said;
};

static const struct fault faults[] = {
    {"[a]",
     "1:1: a configuration holds the sections defaults, providers, models, mcp and keys; "
     "motet config example shows the form"},
    {"default: {}", "1:1: there is no section \"default\"; did you mean \"defaults\"?"},
    {"jobs: 3", "1:1: there is no section \"jobs\"; it belongs below \"defaults:\""},
    {"thing: 3",
     "1:1: there is no section \"thing\"; there are defaults, providers, models, "
     "mcp and keys"},
    {"defaults: 3", "1:11: defaults holds settings, each as NAME: VALUE"},
    {"defaults: {retrys: 3}",
     "1:12: there is no setting \"retrys\" in defaults; did you mean \"retries\"?"},
    {"defaults: {url: x}", "1:12: there is no setting \"url\" in defaults; motet config "
                           "example shows all settings"},
    {"defaults: {retries: many}", "1:21: retries takes a whole number, not \"many\""},
    {"defaults: {retries: 101}",
     "1:21: retries takes a whole number from 0 to 100, not \"101\""},
    {"defaults: {retries: [1]}", "1:21: retries takes one value, such as 2"},
    {"defaults: {retries: }",
     "1:21: retries has no value; give it one, or leave the line out"},
    {"defaults: {retries: 1, retries: 2}",
     "1:24: \"retries\" is there twice, first on line 1; leave one of them out"},
    {"defaults: {idle_timeout: soon}",
     "1:26: idle_timeout takes a time such as 30s, 2m, 1h30m or 500ms, not \"soon\""},
    {"defaults: {idle_timeout: 999h}",
     "1:26: idle_timeout takes a time from 0 to 1000000 s, not \"999h\""},
    {"defaults: {stream: 1}", "1:20: stream takes yes or no, not \"1\""},
    {"defaults: {models: gpt}", "1:20: models takes a list, such as [gpt, lab/qwen3]"},
    {"defaults: {models: [[a]]}",
     "1:21: what stands in models are texts, such as [gpt, lab/qwen3]"},
    {"defaults: {models: [gpt]}",
     "1:21: there is no model \"gpt\"; add it to the section "
     "models, or write PROVIDER/MODEL"},
    {"defaults: {models: [opnai/x]}",
     "1:21: there is no provider \"opnai\"; did you mean \"openai\"?"},
    {"defaults: {params: {tempreture: 1}}",
     "1:21: there is no parameter \"tempreture\"; did you mean \"temperature\"?"},
    {"defaults: {params: {temperature: hot}}", "1:34: bad parameter"},
    {"defaults: {params: [a]}", "1:20: params takes names with their values, such as "
                                "{temperature: 0.7, max_tokens: 4000}"},
    {"providers: [a]", "1:12: providers holds names, each with its settings below"},
    {"providers: {a: x}", "1:16: the provider a holds settings, each as NAME: VALUE"},
    {"providers: {demo: {preset: openai}}",
     "1:13: the name \"demo\" belongs to the built-in models; choose another one"},
    {"providers: {a/b: {preset: openai}}",
     "1:13: a provider's name has 1 to 60 bytes, no space, comma or slash, and does not "
     "begin with \"-\""},
    {"providers: {a: {}}", "1:13: the provider a has neither preset nor url; give it a "
                           "preset, or the url of its API"},
    {"providers: {a: {preset: opnai}}",
     "1:25: there is no preset \"opnai\"; did you mean \"openai\"?"},
    {"providers: {a: {preset: xyzzy}}",
     "1:25: there is no preset \"xyzzy\"; there are: openai, ollama, azure"},
    {"providers: {a: {url: 'http://x', api: antropic}}",
     "1:39: there is no API \"antropic\"; did you mean \"anthropic\"?"},
    {"providers: {a: {url: 'ftp://x'}}", "1:22: bad URL"},
    {"providers: {a: {url: 'http://me:s3cret@x'}}",
     "1:22: there is a user's name or a key in the url; say where the key is with "
     "key_env, key_cmd or key_file"},
    {"providers: {azure: {key_env: K}}",
     "1:13: the preset azure has no url; give it the url of your own"},
    {"providers: {azure: {url: 'http://x'}}",
     "1:13: the provider azure has no key; say where it is, for example key_env: "
     "AZURE_OPENAI_API_KEY"},
    {"providers: {openai: {key: s3cret}}",
     "1:22: there is no setting \"key\" in the provider openai; a key does not stand in "
     "this file: say where it is with key_env, key_cmd or key_file"},
    {"providers: {openai: {api-key: s3cret}}",
     "1:22: there is no setting \"api-key\" in the provider openai; a key does not stand "
     "in this file: say where it is with key_env, key_cmd or key_file"},
    {"providers: {openai: {key_env: s3-cret}}",
     "1:31: key_env takes the name of an environment variable (letters, digits and _), "
     "not the key itself"},
    {"providers: {openai: {key_env: A, key_file: b}}",
     "1:44: the provider openai has its key from two places; keep one of key_env, "
     "key_cmd and key_file"},
    {"providers: {openai: {key_cmd: pass show x}}",
     "1:31: key_cmd takes a list, such as [pass, show, llm/work]"},
    {"providers: {openai: {key_cmd: []}}", "1:31: key_cmd is empty"},
    {"providers: {openai: {client_key: k}}",
     "1:34: a client_key alone is of no use; name the certificate with client_cert"},
    {"providers: {openai: {headers: {a b: s3cret}}}", "1:32: bad header"},
    {"providers: {openai: {proxy: 'me:s3cret@host'}}",
     "1:29: proxy takes http://HOST:PORT, or the same with https, socks5 or socks5h"},
    {"providers: {openai: {max_in_flight: 0}}",
     "1:37: max_in_flight takes a whole number from 1 to 10000, not \"0\""},
    {"providers: {openai: {tokens: 5}}",
     "1:30: tokens takes a rate such as 60/min, 10/s or 1000/day, not \"5\""},
    {"models: {a: {model: x}}",
     "1:10: the model a has no provider; say where it is with provider"},
    {"models: {a: {provider: olama}}",
     "1:24: there is no provider \"olama\"; did you mean \"ollama\"?"},
    {"models: {a: {provider: openai, price_cached: -1}}",
     "1:46: price_cached takes a number from 0 to 1000000, not \"-1\""},
    {"models: {a: {provider: openai, fallback: [a]}}",
     "1:43: the model a cannot stand in for itself; leave it out"},
    {"models: {alpha: {provider: openai, fallback: [alhpa]}}",
     "1:47: there is no model \"alhpa\"; did you mean \"alpha\"?"},
    {"models: {a: {provider: openai, context: 1e6}}",
     "1:41: context takes a whole number, not \"1e6\""},
    {"defaults: {system: \"\\x1b[31m\\0\"}",
     "1:20: there is a NUL character in this text; leave it out"},
    {"defaults: {\"\\x1b]0;x\": 1}",
     "1:12: there is no setting \"␛]0;x\" in defaults; motet config example shows all "
     "settings"},
    {"a: [", "2:1: this is not YAML: did not find expected node content, while parsing a "
             "flow node (begun on line 2)"},
};

static void config_parse__says_each_problem__with_place_and_remedy(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(faults); i++) {
        struct config config;
        config_init(&config);
        assert_false(parse(&config, faults[i].text));
        char *said = problem_list_format(&config.problems, 0);
        char *expected = strbuf_format("/home/me/c.yaml:%s", faults[i].said);
        assert_string_equal(said, expected);
        assert_int_equal(config.problems.len, 1);
        assert_null(strstr(said, "s3cret"));
        mem_free(expected);
        mem_free(said);
        config_clear(&config);
    }
}

static void config_parse__says_all_problems__in_the_order_of_the_file(void **state)
{
    struct config *config = *state;
    assert_false(parse(config, "defaults:\n"
                               "  models: [nothing]\n"
                               "  retries: x\n"
                               "models:\n"
                               "  a: {}\n"
                               "  b: {provider: zzz, context: 0}\n"
                               "providers:\n"
                               "  p: {}\n"));
    static const size_t lines[] = {2, 3, 5, 6, 6, 8};
    assert_int_equal(config->problems.len, COUNT_OF(lines));
    for (size_t i = 0; i < COUNT_OF(lines); i++)
        assert_int_equal(config->problems.items[i].place.line, lines[i]);
    struct error err = {.class = ERROR_NONE};
    problem_list_to_error(&config->problems, &err);
    assert_int_equal(err.class, ERROR_USAGE);
    assert_non_null(strstr(error_text(&err), "/home/me/c.yaml:2:12: "));
    assert_non_null(strstr(error_text(&err), "5 more"));
    error_clear(&err);
}

static void config_parse__stops_counting__at_a_hundred_problems(void **state)
{
    struct config *config = *state;
    struct strbuf text;
    strbuf_init(&text, 100000);
    for (int i = 0; i < 250; i++)
        strbuf_append_format(&text, "name%d: x\n", i);
    assert_false(parse(config, strbuf_text(&text)));
    assert_int_equal(config->problems.len, 100);
    assert_int_equal(config->problems.left_out, 150);
    strbuf_clear(&text);
}

/* Files. The test's home is a folder of its own. */

static char *write_file(const char *folder, const char *name, const char *text,
                        mode_t mode)
{
    char *path = strbuf_format("%s/%s", folder, name);
    const int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    assert_int_equal(fchmod(fd, mode), 0);
    close(fd);
    return path;
}

static char *make_folder(void)
{
    char *folder = strbuf_format("%s/motet-config.XXXXXX",
                                 getenv("TMPDIR") != NULL ? getenv("TMPDIR") : "/tmp");
    assert_non_null(mkdtemp(folder));
    return folder;
}

static void config_load__has_no_problem__without_a_file_in_the_usual_place(void **state)
{
    struct config *config = *state;
    char *folder = make_folder();
    setenv("XDG_CONFIG_HOME", folder, 1);
    assert_true(config_load(config, NULL, &rules));
    assert_false(config->is_read);
    char *usual = strbuf_format("%s/motet/config.yaml", folder);
    assert_string_equal(config->path, usual);
    mem_free(usual);
    assert_int_equal(rmdir(folder), 0);
    mem_free(folder);
}

static void config_load__reads__the_usual_place(void **state)
{
    struct config *config = *state;
    char *folder = make_folder();
    char *own = strbuf_format("%s/motet", folder);
    assert_int_equal(mkdir(own, 0700), 0);
    char *path = write_file(own, "config.yaml", "defaults: {jobs: 7}\n", 0600);
    setenv("XDG_CONFIG_HOME", folder, 1);
    assert_true(config_load(config, NULL, &rules));
    assert_true(config->is_read);
    assert_int_equal(config_whole(&config->defaults, SETTING_JOBS, 0), 7);
    unlink(path);
    rmdir(own);
    rmdir(folder);
    mem_free(path);
    mem_free(own);
    mem_free(folder);
}

static void config_load__never_reads__the_current_directory(void **state)
{
    struct config *config = *state;
    char *folder = make_folder();
    char *before = getcwd(NULL, 0);
    char *own = strbuf_format("%s/motet", folder);
    assert_int_equal(mkdir(own, 0700), 0);
    char *inner = write_file(own, "config.yaml", "defaults: {jobs: 7}\n", 0600);
    char *outer = write_file(folder, "config.yaml", "defaults: {jobs: 7}\n", 0600);
    char *hidden = write_file(folder, ".motet.yaml", "defaults: {jobs: 7}\n", 0600);
    assert_int_equal(chdir(folder), 0);
    setenv("XDG_CONFIG_HOME", ".", 1);
    setenv("HOME", ".", 1);
    assert_true(config_load(config, NULL, &rules));
    assert_false(config->is_read);
    assert_null(config->path);
    assert_int_equal(chdir(before), 0);
    unlink(inner);
    unlink(outer);
    unlink(hidden);
    rmdir(own);
    rmdir(folder);
    mem_free(inner);
    mem_free(outer);
    mem_free(hidden);
    mem_free(own);
    mem_free(folder);
    free(before);
}

static void config_load__has_a_problem__if_a_named_file_is_missing(void **state)
{
    struct config *config = *state;
    assert_false(config_load(config, "/nowhere/c.yaml", &rules));
    assert_int_equal(config->problems.len, 1);
    assert_non_null(strstr(config->problems.items[0].what, "/nowhere/c.yaml"));
}

static void config_load__has_a_problem__with_a_folder(void **state)
{
    struct config *config = *state;
    assert_false(config_load(config, "/", &rules));
    assert_int_equal(config->problems.len, 1);
}

static void config_load__has_a_problem__if_others_may_write_the_file(void **state)
{
    (void)state;
    static const mode_t bad[] = {0620, 0602, 0666, 0664};
    char *folder = make_folder();
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        struct config config;
        config_init(&config);
        char *path = write_file(folder, "c.yaml", "defaults: {jobs: 7}\n", bad[i]);
        assert_false(config_load(&config, path, &rules));
        assert_non_null(strstr(config.problems.items[0].remedy, "chmod go-w"));
        config_clear(&config);
        config_init(&config);
        assert_int_equal(chmod(path, 0644), 0);
        assert_true(config_load(&config, path, &rules));
        config_clear(&config);
        unlink(path);
        mem_free(path);
    }
    rmdir(folder);
    mem_free(folder);
}

/* The example. */

/* The lines of `text` with the "#" of each example taken away. Caller frees. */
static char *uncomment(const char *text)
{
    struct strbuf out;
    strbuf_init(&out, 1 << 20);
    while (*text != '\0') {
        const size_t len = strcspn(text, "\n") + 1;
        /* "#" and a name, maybe after two or four spaces, is an example. */
        const size_t indent = text[0] == '#' ? strspn(text + 1, " ") : 1;
        const bool is_example = text[0] == '#' && indent != 1;
        strbuf_append(&out, text + is_example, len - is_example);
        text += len;
    }
    return strbuf_take(&out);
}

static void assert_shows_all(const struct config *config)
{
    for (int id = 0; id < SETTING_TABLE_COUNT; id++) {
        const struct setting_info *info = setting_info_get((enum setting_id)id);
        bool is_shown = config_is_set(&config->defaults, (enum setting_id)id) ||
                        config_is_set(&config->keys, (enum setting_id)id);
        for (size_t i = 0; i < config->providers.len; i++)
            is_shown = is_shown ||
                       config_is_set(config->providers.items[i], (enum setting_id)id);
        for (size_t i = 0; i < config->models.len; i++)
            is_shown =
                is_shown || config_is_set(config->models.items[i], (enum setting_id)id);
        for (size_t i = 0; i < config->servers.len; i++)
            is_shown =
                is_shown || config_is_set(config->servers.items[i], (enum setting_id)id);
        if (!is_shown)
            print_error("the example does not show %s\n", info->name);
        assert_true(is_shown);
    }
}

static void config_write_example__changes_nothing__as_it_comes(void **state)
{
    struct config *config = *state;
    struct strbuf text;
    strbuf_init(&text, 1 << 20);
    config_write_example(&text);
    parse_good(config, strbuf_text(&text));
    for (int id = 0; id < SETTING_TABLE_COUNT; id++)
        assert_false(config_is_set(&config->defaults, (enum setting_id)id));
    assert_int_equal(config->providers.len + config->models.len, 0);
    strbuf_clear(&text);
}

static void config_write_example__shows_every_setting__without_a_problem(void **state)
{
    struct config *config = *state;
    struct strbuf text;
    strbuf_init(&text, 1 << 20);
    config_write_example(&text);
    char *bare = uncomment(strbuf_text(&text));
    parse_good(config, bare);
    assert_shows_all(config);
    mem_free(bare);
    strbuf_clear(&text);
}

/* Reads the page, and gives the inside of its block of YAML. Caller frees both. */
static char *read_page(char **example)
{
    const char *root = getenv("MOTET_SRCDIR");
    char *path =
        strbuf_format("%s/docs/guide/configuration.md", root != NULL ? root : ".");
    struct strbuf page;
    struct error err = {.class = ERROR_NONE};
    strbuf_init(&page, 1 << 20);
    assert_true(path_read_file(path, &page, &err));
    const char *begin = strstr(strbuf_text(&page), "```yaml\n");
    assert_non_null(begin);
    begin += strlen("```yaml\n");
    const char *end = strstr(begin, "```");
    assert_non_null(end);
    *example = mem_strndup(begin, (size_t)(end - begin));
    mem_free(path);
    return strbuf_take(&page);
}

static void guide__shows_an_example__without_a_problem(void **state)
{
    struct config *config = *state;
    char *example;
    char *page = read_page(&example);
    parse_good(config, example);
    assert_true(config->providers.len > 0 && config->models.len > 0);
    mem_free(example);
    mem_free(page);
}

static void guide__names__every_setting(void **state)
{
    (void)state;
    char *example;
    char *page = read_page(&example);
    for (int id = 0; id < SETTING_TABLE_COUNT; id++) {
        const struct setting_info *info = setting_info_get((enum setting_id)id);
        char *row = strbuf_format("| `%s` |", info->name);
        if (strstr(page, row) == NULL)
            print_error("the page has no row for %s\n", info->name);
        assert_non_null(strstr(page, row));
        mem_free(row);
    }
    mem_free(example);
    mem_free(page);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(config_parse__keeps__values_with_their_places,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(config_parse__takes__empty_sections, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(
            config_parse__makes_paths_whole__from_home_and_file, setup, teardown),
        cmocka_unit_test_setup_teardown(config_preset_of__finds__the_preset_of_a_provider,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(
            config_set__takes_the_place__of_what_the_file_says, setup, teardown),
        cmocka_unit_test(config_parse__says_each_problem__with_place_and_remedy),
        cmocka_unit_test_setup_teardown(
            config_parse__says_all_problems__in_the_order_of_the_file, setup, teardown),
        cmocka_unit_test_setup_teardown(
            config_parse__stops_counting__at_a_hundred_problems, setup, teardown),
        cmocka_unit_test_setup_teardown(
            config_load__has_no_problem__without_a_file_in_the_usual_place, setup,
            teardown),
        cmocka_unit_test_setup_teardown(config_load__reads__the_usual_place, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(config_load__never_reads__the_current_directory,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(
            config_load__has_a_problem__if_a_named_file_is_missing, setup, teardown),
        cmocka_unit_test_setup_teardown(config_load__has_a_problem__with_a_folder, setup,
                                        teardown),
        cmocka_unit_test(config_load__has_a_problem__if_others_may_write_the_file),
        cmocka_unit_test_setup_teardown(
            config_write_example__changes_nothing__as_it_comes, setup, teardown),
        cmocka_unit_test_setup_teardown(
            config_write_example__shows_every_setting__without_a_problem, setup,
            teardown),
        cmocka_unit_test_setup_teardown(guide__shows_an_example__without_a_problem, setup,
                                        teardown),
        cmocka_unit_test(guide__names__every_setting),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
