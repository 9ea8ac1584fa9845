/* One function a part of the endpoint; the first trouble is the one that is told. */
#include "src/config/endpoint_setup.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "src/base/compiler.h"
#include "src/base/mem.h"

static bool has_text(const char *text)
{
    return text != NULL && text[0] != '\0';
}

static const char *endpoint_setup_url(const struct config_section *provider,
                                      const struct config_rules *rules)
{
    const char *own = config_text(provider, SETTING_PROVIDER_URL);
    const struct preset_info *preset = config_preset_of(provider, rules);
    if (own != NULL || preset == NULL)
        return own;
    return has_text(preset->base_url) ? preset->base_url : NULL;
}

static const char *setup_api(const struct config_section *provider,
                             const struct preset_info *preset)
{
    const char *own = config_text(provider, SETTING_PROVIDER_API);
    if (own != NULL)
        return own;
    return preset != NULL && has_text(preset->api) ? preset->api : "openai-chat";
}

static bool has_own_key(const struct config_section *provider)
{
    return config_is_set(provider, SETTING_PROVIDER_KEY_ENV) ||
           config_is_set(provider, SETTING_PROVIDER_KEY_CMD) ||
           config_is_set(provider, SETTING_PROVIDER_KEY_FILE);
}

static bool is_preset_origin(const struct preset_info *preset, const char *url)
{
    char *own = url != NULL ? endpoint_origin_from_url(url) : NULL;
    char *known =
        has_text(preset->base_url) ? endpoint_origin_from_url(preset->base_url) : NULL;
    const bool is_same = own != NULL && known != NULL && strcmp(own, known) == 0;
    mem_free(own);
    mem_free(known);
    return is_same;
}

const char *endpoint_setup_key_env(const struct config_section *provider,
                                   const struct config_rules *rules)
{
    const struct preset_info *preset = config_preset_of(provider, rules);
    if (has_own_key(provider))
        return config_text(provider, SETTING_PROVIDER_KEY_ENV);
    if (preset == NULL || !has_text(preset->key_env) ||
        !is_preset_origin(preset, endpoint_setup_url(provider, rules)))
        return NULL;
    return preset->key_env;
}

bool endpoint_setup_drops_key(const struct config_section *provider,
                              const struct config_rules *rules)
{
    const struct preset_info *preset = config_preset_of(provider, rules);
    if (has_own_key(provider) || preset == NULL || !has_text(preset->key_env) ||
        endpoint_setup_key_env(provider, rules) != NULL)
        return false;
    /* Servers of one's own seldom want a key. */
    return !preset->is_local || has_text(getenv(preset->key_env));
}

/* Keeps the sentence as the endpoint's trouble, if it is the first; clears the error. */
static void note_trouble(struct endpoint *endpoint, struct error *err)
{
    if (endpoint->trouble == NULL)
        endpoint->trouble =
            strbuf_format("the provider %s: %s", endpoint->name, error_text(err));
    error_clear(err);
}

/* A server of one's own takes a key where its variable is set, and needs none. */
static void setup_key_from_env(struct endpoint *endpoint,
                               const struct config_section *provider,
                               const char *variable, struct error *err)
{
    const bool is_optional = endpoint->is_local && !has_own_key(provider);
    const char *value = getenv(variable);
    if (is_optional && !has_text(value))
        return;
    endpoint->key_from = strbuf_format("the variable %s", variable);
    endpoint->key = secret_from_env(variable, err);
}

static void setup_key(struct endpoint *endpoint, const struct config_section *provider,
                      const struct config_rules *rules)
{
    struct error err = {.class = ERROR_NONE};
    const char *variable = endpoint_setup_key_env(provider, rules);
    const char *file = config_text(provider, SETTING_PROVIDER_KEY_FILE);
    const struct setting_value *command = config_list(provider, SETTING_PROVIDER_KEY_CMD);
    endpoint->key_env = mem_strdup(variable);
    if (variable != NULL) {
        setup_key_from_env(endpoint, provider, variable, &err);
    } else if (file != NULL) {
        endpoint->key_from = strbuf_format("the file %s", file);
        endpoint->key = secret_from_file(file, &err);
    } else if (command->text_count > 0) {
        endpoint->key_from = strbuf_format("the command %s", command->texts[0]);
        for (size_t i = 0; i < command->text_count; i++)
            endpoint_add_key_cmd(endpoint, command->texts[i]);
    }
    if (err.class != ERROR_NONE)
        note_trouble(endpoint, &err);
}

/* Takes the path over if the file can be read. */
static void setup_file(struct endpoint *endpoint, const struct config_section *provider,
                       enum setting_id id, char **path)
{
    struct error err = {.class = ERROR_NONE};
    const char *text = config_text(provider, id);
    *path = mem_strdup(text);
    if (text == NULL || access(text, R_OK) == 0)
        return;
    error_set(&err, ERROR_USAGE, "%s: cannot read %s: %s", setting_info_get(id)->name,
              text, strerror(errno));
    note_trouble(endpoint, &err);
}

static void setup_headers(struct endpoint *endpoint,
                          const struct config_section *provider)
{
    const struct setting_value *headers = config_list(provider, SETTING_PROVIDER_HEADERS);
    for (size_t i = 0; i + 1 < headers->text_count; i += 2) {
        char *line = strbuf_format("%s: %s", headers->texts[i], headers->texts[i + 1]);
        endpoint_add_header(endpoint, line);
        mem_wipe(line, strlen(line));
        mem_free(line);
    }
}

static void setup_limits(struct endpoint *endpoint, const struct config_section *provider)
{
    static const enum setting_id clocks[ENDPOINT_CLOCK_COUNT] = {
        SETTING_PROVIDER_CONNECT_TIMEOUT, SETTING_PROVIDER_FIRST_TOKEN_TIMEOUT,
        SETTING_PROVIDER_IDLE_TIMEOUT, SETTING_PROVIDER_TOTAL_TIMEOUT};
    for (size_t i = 0; i < COUNT_OF(clocks); i++)
        endpoint->clock_ms[i] = config_whole(provider, clocks[i], SETTING_AUTO);
    endpoint->max_in_flight = config_whole(provider, SETTING_PROVIDER_MAX_IN_FLIGHT, 0);
    endpoint->request_rate = config_rate(provider, SETTING_PROVIDER_REQUESTS);
    endpoint->token_rate = config_rate(provider, SETTING_PROVIDER_TOKENS);
}

void endpoint_setup(struct endpoint *endpoint, const struct config_section *provider,
                    const struct config_rules *rules)
{
    const struct preset_info *preset = config_preset_of(provider, rules);
    const char *url = endpoint_setup_url(provider, rules);
    endpoint_init(endpoint, provider->name, setup_api(provider, preset),
                  url != NULL ? url : "");
    endpoint->is_offered = true;
    if (preset != NULL) {
        endpoint->preset = mem_strdup(preset->name);
        endpoint->quirks = preset->quirks;
    }
    if (url == NULL)
        endpoint->trouble = strbuf_format("the provider %s has no url", provider->name);
    const bool is_local = preset != NULL && preset->is_local;
    endpoint->is_local = config_whole(provider, SETTING_PROVIDER_LOCAL, is_local) != 0;
    endpoint->proxy = mem_strdup(config_text(provider, SETTING_PROVIDER_PROXY));
    setup_file(endpoint, provider, SETTING_PROVIDER_CA_FILE, &endpoint->ca_file);
    setup_file(endpoint, provider, SETTING_PROVIDER_CLIENT_CERT, &endpoint->client_cert);
    setup_file(endpoint, provider, SETTING_PROVIDER_CLIENT_KEY, &endpoint->client_key);
    setup_key(endpoint, provider, rules);
    setup_headers(endpoint, provider);
    setup_limits(endpoint, provider);
}
