/* The table of presets. A new service is one record here. */
#include "src/provider/preset.h"

#include <string.h>

#include "src/base/compiler.h"
#include "src/provider/quirk.h"

static const struct preset preset_table[] = {
    {
        .name = "openai",
        .api = "openai-responses",
        .base_url = "https://api.openai.com/v1",
        .key_variable = "OPENAI_API_KEY",
        .quirks = QUIRK_MAX_COMPLETION_TOKENS,
        .help = "OpenAI",
    },
    {
        .name = "anthropic",
        .api = "anthropic",
        .base_url = "https://api.anthropic.com",
        .key_variable = "ANTHROPIC_API_KEY",
        .help = "Anthropic, the Claude models",
    },
    {
        .name = "gemini",
        .api = "gemini",
        .base_url = "https://generativelanguage.googleapis.com/v1beta",
        .key_variable = "GEMINI_API_KEY",
        .help = "Google, the Gemini models",
    },
    {
        .name = "ollama",
        .api = "ollama",
        .base_url = "http://127.0.0.1:11434",
        .key_variable = "OLLAMA_API_KEY",
        .is_local = true,
        .help = "Ollama on this machine; a key is for ollama.com only",
    },
    {
        .name = "openrouter",
        .api = "openai-chat",
        .base_url = "https://openrouter.ai/api/v1",
        .key_variable = "OPENROUTER_API_KEY",
        .quirks = QUIRK_REASONING_OBJECT,
        .help = "OpenRouter, many providers behind one key",
    },
    {
        .name = "groq",
        .api = "openai-chat",
        .base_url = "https://api.groq.com/openai/v1",
        .key_variable = "GROQ_API_KEY",
        .help = "Groq, open models at high speed",
    },
    {
        .name = "mistral",
        .api = "openai-chat",
        .base_url = "https://api.mistral.ai/v1",
        .key_variable = "MISTRAL_API_KEY",
        /* It refuses members that it does not know; usage comes all the same. */
        .quirks = QUIRK_SHORT_CALL_IDS | QUIRK_NO_STREAM_OPTIONS | QUIRK_THINKING_PARTS |
                  QUIRK_RANDOM_SEED,
        .help = "Mistral",
    },
    {
        .name = "deepseek",
        .api = "openai-chat",
        .base_url = "https://api.deepseek.com",
        .key_variable = "DEEPSEEK_API_KEY",
        .quirks = QUIRK_ECHO_REASONING,
        .help = "DeepSeek",
    },
    {
        .name = "together",
        .api = "openai-chat",
        .base_url = "https://api.together.xyz/v1",
        .key_variable = "TOGETHER_API_KEY",
        .help = "Together, open models",
    },
    {
        .name = "xai",
        .api = "openai-chat",
        .base_url = "https://api.x.ai/v1",
        .key_variable = "XAI_API_KEY",
        .help = "xAI, the Grok models",
    },
    {
        .name = "azure",
        .api = "openai-chat",
        .base_url = NULL,
        .key_variable = "AZURE_OPENAI_API_KEY",
        .quirks = QUIRK_API_KEY_HEADER | QUIRK_MAX_COMPLETION_TOKENS,
        .help = "Azure OpenAI; its URL is https://RESOURCE.openai.azure.com, with "
                "?api-version=… for deployments of the classic form",
    },
    {
        .name = "cohere",
        .api = "cohere",
        .base_url = "https://api.cohere.com",
        .key_variable = "CO_API_KEY",
        .help = "Cohere, the Command models",
    },
    {
        .name = "bedrock",
        .api = "bedrock",
        .base_url = "https://bedrock-runtime.us-east-1.amazonaws.com",
        .key_variable = "AWS_BEARER_TOKEN_BEDROCK",
        .help = "Amazon Bedrock; give the URL for another region than us-east-1",
    },
    {
        .name = "vllm",
        .api = "openai-chat",
        .base_url = "http://127.0.0.1:8000/v1",
        .key_variable = "VLLM_API_KEY",
        .is_local = true,
        .help = "vLLM on this machine",
    },
    {
        .name = "llama.cpp",
        .api = "openai-chat",
        .base_url = "http://127.0.0.1:8080/v1",
        .key_variable = "LLAMA_API_KEY",
        .is_local = true,
        .help = "llama.cpp's llama-server on this machine",
    },
    {
        .name = "lmstudio",
        .api = "openai-chat",
        .base_url = "http://127.0.0.1:1234/v1",
        .key_variable = NULL,
        .is_local = true,
        .help = "LM Studio on this machine",
    },
};

const struct preset *preset_get(size_t index)
{
    return index < COUNT_OF(preset_table) ? &preset_table[index] : NULL;
}

const struct preset *preset_find(const char *name)
{
    for (size_t i = 0; i < COUNT_OF(preset_table); i++) {
        if (strcmp(preset_table[i].name, name) == 0)
            return &preset_table[i];
    }
    return NULL;
}
