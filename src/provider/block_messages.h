/*
 * Conversations for services whose messages are lists of typed blocks (Anthropic,
 * Bedrock). They share the rules: roles take turns, so neighbours of one role become one
 * message; no block of text is blank; the results of all calls stand in the very next
 * user message, ahead of anything else; what the model thought goes back unchanged or not
 * at all. How a block is written is the protocol's.
 */
#ifndef PROVIDER_BLOCK_MESSAGES_H
#define PROVIDER_BLOCK_MESSAGES_H

#include <stdbool.h>
#include <stddef.h>

#include "src/base/strbuf.h"
#include "src/provider/provider.h"

/* How a protocol writes a block: one JSON object each, without a comma. */
struct block_form {
    const char *api; /* whose opaque parts may go back */
    void (*write_text)(struct strbuf *body, const char *text, size_t len);
    void (*write_image)(struct strbuf *body, const struct part *image);
    void (*write_call)(struct strbuf *body, const struct part *call);
    /* `result` NULL: the call was not run. */
    void (*write_result)(struct strbuf *body, const struct part *call,
                         const struct part *result);
};

/* Writes the array of messages. Those of the system are left to
 * block_messages_join_system. */
void block_messages_write(struct strbuf *body, const struct provider_request *request,
                          const struct block_form *form);

/* Appends the request's system prompt and all system messages as one text. */
void block_messages_join_system(struct strbuf *text,
                                const struct provider_request *request);

/*
 * True if the conversation ends in results of calls whose answer goes back without its
 * thoughts: to ask for thinking would then be refused. `needs_thoughts`: also if the
 * answer never had any.
 */
bool block_messages_is_bare_loop(const struct provider_request *request, const char *api,
                                 bool needs_thoughts);

/* Writes the call's id as a JSON string of the characters these services take. */
void block_messages_write_id(struct strbuf *body, const char *id);

/* Writes the call's arguments; {} for what is no JSON object: nothing else is taken. */
void block_messages_write_input(struct strbuf *body, const struct part *call);

/*
 * The tools to declare: those offered or, if none is, one without parameters for each
 * that was called before, because a history with calls is refused otherwise. Caller frees
 * `*tools`, whose texts are borrowed.
 */
size_t block_messages_list_tools(const struct provider_request *request,
                                 struct tool_definition **tools);

#endif
