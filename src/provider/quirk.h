/*
 * How services that speak the same protocol differ, as flags that encoders look at. The
 * table of presets says which service has which.
 */
#ifndef PROVIDER_QUIRK_H
#define PROVIDER_QUIRK_H

enum quirk {
    QUIRK_MAX_COMPLETION_TOKENS = 1, /* the limit is max_completion_tokens */
    QUIRK_NO_STREAM_OPTIONS = 2,     /* does not know stream_options */
    QUIRK_API_KEY_HEADER = 4,        /* the key goes into "api-key" (Azure) */
    QUIRK_ECHO_REASONING = 8,        /* wants reasoning_content back (DeepSeek) */
    QUIRK_SHORT_CALL_IDS = 16,       /* call ids are 9 letters or digits (Mistral) */
    QUIRK_REASONING_OBJECT = 32,     /* "reasoning":{"effort"} (OpenRouter) */
    QUIRK_BEARER_KEY = 64,           /* the key is a bearer token where the protocol has a
                                        header of its own (compatible servers) */
    QUIRK_THINKING_PARTS = 128,      /* wants reasoning back as parts of the content
                                        (Mistral) */
    QUIRK_RANDOM_SEED = 256          /* the seed is random_seed (Mistral) */
};

#endif
