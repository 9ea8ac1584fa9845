/*
 * A chat request as the demo's scripts see it: plain data read from the JSON body.
 *
 * Everything that OpenAI would answer with 400 is found here (roles, contents, tool
 * results that are missing), so the demo also checks what a client sends. Unknown members
 * are ignored. All text is valid UTF-8 without NUL.
 */
#ifndef DEMO_CHAT_H
#define DEMO_CHAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/demo/demo_params.h"
#include "src/demo/demo_refusal.h"

struct demo_model;

enum demo_role {
    DEMO_ROLE_SYSTEM, /* and "developer" */
    DEMO_ROLE_USER,
    DEMO_ROLE_ASSISTANT,
    DEMO_ROLE_TOOL
};

/* A tool call in an assistant message of the history. */
struct demo_past_call {
    char *id;
    char *name;
    bool is_answered;
};

struct demo_message {
    enum demo_role role;
    char *text;         /* never NULL; text parts joined by line ends */
    char *tool_call_id; /* of a tool message, otherwise NULL */
    struct demo_past_call *calls;
    size_t call_count;
};

struct demo_chat {
    char *model_text; /* as the client wrote it */
    const struct demo_model *model;
    struct demo_params params; /* the model's defaults and what the name changed */
    struct demo_message *messages;
    size_t message_count;
    int64_t max_tokens; /* -1 = no limit */
    bool is_streaming;
    bool wants_usage;
    bool allows_tools; /* tool_choice is not "none" */
    uint64_t hash;     /* of model name and messages */
    uint64_t seed;     /* of everything random in the answer */
};

/*
 * Reads the body; `server_seed` is used where the request has no seed. On failure fills
 * `refusal` and returns false. The chat is to be cleared in both cases.
 */
bool demo_chat_parse(struct demo_chat *chat, const char *body, size_t len,
                     uint64_t server_seed, struct demo_refusal *refusal);

/* The text of the last user message, or "". */
const char *demo_chat_prompt(const struct demo_chat *chat);

/* How many user messages there are. */
size_t demo_chat_user_count(const struct demo_chat *chat);

/* Tokens of all messages, counted as OpenAI does: a few extra for each. */
int64_t demo_chat_prompt_tokens(const struct demo_chat *chat);

/* Frees what the chat holds. A zeroed chat is allowed. */
void demo_chat_clear(struct demo_chat *chat);

#endif
