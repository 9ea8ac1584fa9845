/* The table of presets holds together. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "src/base/mem.h"
#include "src/net/http.h"
#include "src/provider/preset.h"
#include "src/provider/provider.h"
#include "src/provider/quirk.h"

static void preset__every_record__names_a_known_protocol(void **state)
{
    (void)state;
    const struct preset *preset;
    for (size_t i = 0; (preset = preset_get(i)) != NULL; i++) {
        if (provider_find(preset->api) == NULL)
            fail_msg("%s: there is no protocol %s", preset->name, preset->api);
        assert_true(preset->help != NULL && preset->help[0] != '\0');
        assert_ptr_equal(preset_find(preset->name), preset);
    }
}

static void preset__every_url__can_be_used(void **state)
{
    (void)state;
    const struct preset *preset;
    for (size_t i = 0; (preset = preset_get(i)) != NULL; i++) {
        if (preset->base_url == NULL)
            continue;
        assert_true(http_check_url(preset->base_url, NULL));
        assert_int_equal(http_is_loopback(preset->base_url), preset->is_local);
        /* A key must not go over the network in the clear. */
        if (!preset->is_local)
            assert_int_equal(strncmp(preset->base_url, "https://", 8), 0);
    }
}

static void preset__remote_services__have_a_key_variable(void **state)
{
    (void)state;
    const struct preset *preset;
    for (size_t i = 0; (preset = preset_get(i)) != NULL; i++)
        assert_true(preset->is_local || preset->key_variable != NULL);
}

static void assert_url(const char *name, const char *model, const char *wanted)
{
    const struct preset *preset = preset_find(name);
    const struct provider_request request = {
        .base_url = preset->base_url,
        .model = model,
        .quirks = preset->quirks,
        .is_streaming = true,
    };
    char *url = provider_find(preset->api)->make_url(&request);
    assert_string_equal(url, wanted);
    mem_free(url);
}

static void preset__url__leads_to_the_documented_address(void **state)
{
    (void)state;
    assert_url("openai", "m", "https://api.openai.com/v1/responses");
    assert_url("anthropic", "m", "https://api.anthropic.com/v1/messages");
    assert_url("gemini", "m",
               "https://generativelanguage.googleapis.com/v1beta/models/"
               "m:streamGenerateContent?alt=sse");
    assert_url("ollama", "m", "http://127.0.0.1:11434/api/chat");
    assert_url("openrouter", "m", "https://openrouter.ai/api/v1/chat/completions");
    assert_url("groq", "m", "https://api.groq.com/openai/v1/chat/completions");
    assert_url("mistral", "m", "https://api.mistral.ai/v1/chat/completions");
    assert_url("deepseek", "m", "https://api.deepseek.com/v1/chat/completions");
    assert_url("cohere", "m", "https://api.cohere.com/v2/chat");
    assert_url("llama.cpp", "m", "http://127.0.0.1:8080/v1/chat/completions");
}

static void preset_find__unknown__is_null(void **state)
{
    (void)state;
    assert_null(preset_find("OpenAI"));
    assert_null(preset_find(""));
    assert_null(preset_get(1000));
    assert_int_equal(preset_find("mistral")->quirks & QUIRK_SHORT_CALL_IDS,
                     QUIRK_SHORT_CALL_IDS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(preset__every_record__names_a_known_protocol),
        cmocka_unit_test(preset__every_url__can_be_used),
        cmocka_unit_test(preset__remote_services__have_a_key_variable),
        cmocka_unit_test(preset__url__leads_to_the_documented_address),
        cmocka_unit_test(preset_find__unknown__is_null),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
