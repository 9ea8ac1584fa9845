/* A table of fixed addresses; Gemini's names the model and what to do in its path. */
#include "src/demo/demo_route.h"

#include <string.h>

#include "src/base/mem.h"

struct fixed_route {
    const char *path;
    const struct demo_protocol *protocol;
    enum demo_address address;
};

static const struct fixed_route fixed_routes[] = {
    {"/v1/chat/completions", &demo_openai_chat, DEMO_ADDRESS_CHAT},
    {"/v1/models", &demo_openai_chat, DEMO_ADDRESS_MODELS},
    {"/v1/responses", &demo_openai_responses, DEMO_ADDRESS_CHAT},
    {"/v1/messages", &demo_anthropic, DEMO_ADDRESS_CHAT},
    {"/v1beta/models", &demo_gemini, DEMO_ADDRESS_MODELS},
    {"/api/chat", &demo_ollama, DEMO_ADDRESS_CHAT},
    {"/api/tags", &demo_ollama, DEMO_ADDRESS_MODELS},
    {"/demo/stats", &demo_openai_chat, DEMO_ADDRESS_STATS},
};

/* Where there is nothing the words are those of the protocol whose addresses begin so. */
static const struct {
    const char *prefix;
    const struct demo_protocol *protocol;
} families[] = {
    {"/v1beta/", &demo_gemini},
    {"/api/", &demo_ollama},
    {"/v1/messages", &demo_anthropic},
};

static const char gemini_prefix[] = "/v1beta/models/";

/* Reads "MODEL:streamGenerateContent". */
static bool read_gemini(struct demo_route *route, const char *rest)
{
    const char *mark = strrchr(rest, ':');
    if (mark == NULL || mark == rest)
        return false;
    route->is_streaming = strcmp(mark, ":streamGenerateContent") == 0;
    if (!route->is_streaming && strcmp(mark, ":generateContent") != 0)
        return false;
    route->protocol = &demo_gemini;
    route->address = DEMO_ADDRESS_CHAT;
    route->model = mem_strndup(rest, (size_t)(mark - rest));
    return true;
}

void demo_route_find(struct demo_route *route, const char *path, bool is_versioned)
{
    *route = (struct demo_route){.protocol = &demo_openai_chat};
    for (size_t i = 0; i < COUNT_OF(families); i++) {
        if (strncmp(path, families[i].prefix, strlen(families[i].prefix)) == 0)
            route->protocol = families[i].protocol;
    }
    const size_t prefix_len = sizeof(gemini_prefix) - 1;
    if (strncmp(path, gemini_prefix, prefix_len) == 0 &&
        read_gemini(route, path + prefix_len))
        return;
    for (size_t i = 0; i < COUNT_OF(fixed_routes); i++) {
        if (strcmp(fixed_routes[i].path, path) != 0)
            continue;
        route->protocol = fixed_routes[i].protocol;
        route->address = fixed_routes[i].address;
        if (route->address == DEMO_ADDRESS_MODELS && is_versioned)
            route->protocol = &demo_anthropic;
    }
}

void demo_route_clear(struct demo_route *route)
{
    mem_free(route->model);
    *route = (struct demo_route){.address = DEMO_ADDRESS_NONE};
}
