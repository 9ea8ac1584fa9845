/*
 * Configurations from strangers' hands. Whatever the bytes: every problem is one
 * printable line with a place inside of the file, and what has no problem can be shown,
 * has only values that its settings allow, and makes endpoints.
 */
#include "tests/fuzz/fuzz.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/compiler.h"
#include "src/base/mem.h"
#include "src/base/utf8.h"
#include "src/config/endpoint_setup.h"
#include "ui/key_config.h"

static const struct preset_info presets[] = {
    {.name = "openai",
     .api = "openai-chat",
     .base_url = "https://api.openai.com/v1",
     .key_env = "MOTET_FUZZ_KEY"},
    {.name = "azure", .api = "openai-chat", .key_env = "MOTET_FUZZ_KEY"},
};
static const char *const apis[] = {"openai-chat", "anthropic", NULL};
static const char *const params[] = {"temperature", "reasoning", NULL};
static const struct config_rules rules = {.presets = presets,
                                          .preset_count = COUNT_OF(presets),
                                          .apis = apis,
                                          .params = params,
                                          .check_keys = key_config_check};

static void require(bool is_true, const char *what)
{
    if (is_true)
        return;
    fprintf(stderr, "does not hold: %s\n", what);
    abort();
}

static void require_printable_line(const char *text)
{
    require(utf8_is_valid(text, strlen(text)), "what is said is UTF-8");
    for (const char *at = text; *at != '\0'; at++)
        require((unsigned char)*at >= 0x20 && *at != 0x7f, "what is said is printable");
}

static void require_good_problems(const struct problem_list *problems, size_t size)
{
    for (size_t i = 0; i < problems->len; i++) {
        const struct problem *problem = &problems->items[i];
        require(problem->what[0] != '\0', "a problem has words");
        require(problem->place.line <= size + 1, "a problem is inside of the file");
        require((problem->place.line == 0) == (problem->place.column == 0),
                "a place is whole");
        char *text = problem_list_format(problems, i);
        require_printable_line(text);
        mem_free(text);
    }
}

static void require_good_value(const struct setting_info *info,
                               const struct setting_value *value)
{
    struct strbuf shown;
    strbuf_init(&shown, STRBUF_OWN_MAX);
    setting_value_show(value, info, &shown);
    require_printable_line(strbuf_text(&shown));
    const bool is_whole = info->type == SETTING_NUMBER || info->type == SETTING_DURATION;
    require(!is_whole || (value->whole >= info->min && value->whole <= info->max),
            "a number is in its range");
    require(info->type != SETTING_RATE || value->rate.window_ms > 0,
            "a rate has a window");
    require(info->type != SETTING_MAP || value->text_count % 2 == 0, "a map has pairs");
    strbuf_clear(&shown);
}

static void require_good_section(const struct config_section *section)
{
    for (int id = 0; id < SETTING_TABLE_COUNT; id++) {
        const struct setting_info *info = setting_info_get((enum setting_id)id);
        if (!config_is_set(section, (enum setting_id)id))
            continue;
        require(info->section == section->kind, "a setting stands in its section");
        require_good_value(info, &section->values[id].value);
    }
}

static void require_good_endpoint(const struct config_section *section)
{
    /* The file would be one of this machine. */
    if (config_is_set(section, SETTING_PROVIDER_KEY_FILE))
        return;
    struct endpoint endpoint;
    endpoint_setup(&endpoint, section, &rules);
    require(endpoint.key == NULL, "there is no key in the environment of a test");
    require(endpoint.base_url[0] != '\0', "an endpoint has a URL");
    endpoint_clear(&endpoint);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct config config;
    config_init(&config);
    const bool is_good =
        config_parse(&config, "/nowhere/c.yaml", (const char *)data, size, &rules);
    require(is_good == (config.problems.len == 0), "a failure has a problem");
    require_good_problems(&config.problems, size);
    require_good_section(&config.defaults);
    for (size_t i = 0; i < config.models.len; i++)
        require_good_section(config.models.items[i]);
    for (size_t i = 0; i < config.providers.len; i++) {
        require_good_section(config.providers.items[i]);
        if (is_good)
            require_good_endpoint(config.providers.items[i]);
    }
    config_clear(&config);
    return 0;
}
