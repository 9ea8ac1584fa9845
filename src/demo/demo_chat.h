/*
 * A chat request as the demo's scripts see it: plain data, whatever the protocol it came
 * in; the records of the protocols read the JSON.
 *
 * Everything that a service would answer with 400 is found there and here (roles,
 * contents, tool results that are missing), so the demo also checks what a client sends.
 * Unknown members are ignored. All text is valid UTF-8 without NUL.
 */
#ifndef DEMO_CHAT_H
#define DEMO_CHAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/base/json.h"
#include "src/base/strbuf.h"
#include "src/demo/demo_params.h"
#include "src/demo/demo_protocol.h"
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
    size_t call_cap;
};

struct demo_chat {
    const struct demo_protocol *protocol;
    char *model_text; /* as the client wrote it */
    const struct demo_model *model;
    struct demo_params params; /* the model's defaults and what the name changed */
    struct demo_message *messages;
    size_t message_count;
    size_t message_cap;
    int64_t max_tokens; /* -1 = no limit */
    bool is_streaming;
    bool is_array; /* a whole answer is wanted as an array of one */
    bool wants_usage;
    bool allows_tools; /* tool_choice is not "none" */
    uint64_t hash;     /* of model name and messages */
    uint64_t seed;     /* of everything random in the answer */
};

/* A request as it came over HTTP. Borrowed. */
struct demo_source {
    const struct demo_protocol *protocol;
    const char *body;
    size_t len;
    const char *model; /* where the address names it, otherwise NULL */
    bool is_streaming; /* where the address says it */
    bool is_array;
};

/*
 * Reads the request; `server_seed` is used where it has no seed. On failure fills
 * `refusal` (which is in the protocol's words already) and returns false. The chat is to
 * be cleared in both cases.
 */
bool demo_chat_parse(struct demo_chat *chat, const struct demo_source *source,
                     uint64_t server_seed, struct demo_refusal *refusal);

/* ---- for the records of the protocols ---- */

/* Adds a message without text; valid until the next one is added. */
struct demo_message *demo_chat_add(struct demo_chat *chat, enum demo_role role);

/* The last message, or NULL. */
struct demo_message *demo_chat_last(const struct demo_chat *chat);

/* Takes the text out of the buffer. */
void demo_message_take_text(struct demo_message *message, struct strbuf *text);

/* Adds a call; the strings are copied and mended. */
void demo_message_add_call(struct demo_message *message, const char *id,
                           const char *name);

/* The id of the first call of the last answer that has this name and no result yet, and
 * marks it as answered; NULL if there is none. For protocols that know calls by name. */
const char *demo_chat_claim_call(struct demo_chat *chat, const char *name);

/* Says which call the message answers. */
void demo_message_set_result(struct demo_message *message, const char *call_id);

/* Appends text from the parser with surrogate halves mended. */
void demo_chat_append_clean(struct strbuf *out, const char *text);

/* Joins content parts by line ends: the texts of those whose type is in `types` (words
 * between spaces), the names of other types. False if a part has no type or no text. */
bool demo_chat_join_parts(struct strbuf *out, const cJSON *parts, const char *types);

/* Reads a limit on the answer, if the member is there. */
bool demo_chat_read_limit(struct demo_chat *chat, const cJSON *object, const char *name,
                          struct demo_refusal *refusal);

/* Uses the member as seed, unless the model's name has one. */
void demo_chat_read_seed(struct demo_chat *chat, const cJSON *object);

/* A number that stands for the text; used as a signature that comes back. */
uint64_t demo_chat_hash_text(const char *text);

/* ---- for the scripts ---- */

/* The text of the last user message, or "". */
const char *demo_chat_prompt(const struct demo_chat *chat);

/* How many user messages there are. */
size_t demo_chat_user_count(const struct demo_chat *chat);

/* Tokens of all messages, counted as OpenAI does: a few extra for each. */
int64_t demo_chat_prompt_tokens(const struct demo_chat *chat);

/* Frees what the chat holds. A zeroed chat is allowed. */
void demo_chat_clear(struct demo_chat *chat);

#endif
