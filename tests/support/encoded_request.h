/*
 * A conversation put together line by line and written as a provider's request, for tests
 * of encoders: what comes out is compared as text.
 */
#ifndef SUPPORT_ENCODED_REQUEST_H
#define SUPPORT_ENCODED_REQUEST_H

#include "src/base/strbuf.h"
#include "src/chat/chat.h"
#include "src/chat/param.h"
#include "src/provider/provider.h"

#define ENCODED_TOOLS_MAX 4

struct encoded_request {
    const struct provider *provider;
    struct chat chat;
    struct param_list params;
    struct tool_definition tools[ENCODED_TOOLS_MAX];
    struct tool_list tool_list;
    struct strbuf ignored;
    struct strbuf body;              /* as last written */
    struct provider_request request; /* what is not set by the functions below is free */
};

/* Begins an empty conversation. The names have to live as long. */
void encoded_request_init(struct encoded_request *encoded, const char *api,
                          const char *model);
void encoded_request_clear(struct encoded_request *encoded);

/* Adds a message with that text ("": none). */
struct message *encoded_request_say(struct encoded_request *encoded,
                                    enum message_author author, const char *text);

/* Adds an answer of that protocol and model. */
struct message *encoded_request_answer(struct encoded_request *encoded, const char *api,
                                       const char *model);

/* Adds a part; the strings may be NULL. */
struct part *encoded_request_part(struct message *message, enum part_kind kind,
                                  const char *call_id, const char *name,
                                  const char *text);

/* Adds an opaque part for call number `call_index` (-1: none). */
void encoded_request_opaque(struct message *message, int64_t call_index,
                            const char *json);

/* Sets "name=value". */
void encoded_request_param(struct encoded_request *encoded, const char *assignment);

/* Offers a tool. */
void encoded_request_tool(struct encoded_request *encoded, const char *name,
                          const char *description, const char *schema);

/* Writes the request, which must succeed and be JSON. */
void encoded_request_write(struct encoded_request *encoded);

/* Writes it; the value behind the path of names (the last one NULL) must be that text, or
 * be missing for NULL. */
void encoded_request_expect_at(struct encoded_request *encoded, const char *const *path,
                               const char *wanted);

/* The same for a member of the body. */
void encoded_request_expect(struct encoded_request *encoded, const char *name,
                            const char *wanted);

/* Writes it; the body must be that text. */
void encoded_request_expect_all(struct encoded_request *encoded, const char *wanted);

/* The URLs, against what they must be, for a base. */
void encoded_request_expect_url(struct encoded_request *encoded, const char *base,
                                const char *wanted);
void encoded_request_expect_models_url(struct encoded_request *encoded, const char *base,
                                       const char *wanted);

/* The names in a list of models, each followed by ";", must be that; NULL: no list. */
void encoded_request_expect_models(struct encoded_request *encoded, const char *json,
                                   const char *wanted);

#endif
