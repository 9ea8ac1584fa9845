/*
 * What a server says by itself: requests, every one of which gets an answer, and
 * notifications, of which not more are taken in a second than a person could use. Part of
 * struct mcp_server.
 */
#ifndef TOOL_MCP_INCOMING_H
#define TOOL_MCP_INCOMING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cjson/cJSON.h>

#include "src/tool/mcp_server.h"

struct mcp_call;
struct mcp_message;
struct mcp_inquiry;

struct mcp_incoming {
    struct mcp_inquiry *inquiries; /* the owner has not answered yet */
    uint64_t last_key;
    int64_t asking_since_ms; /* since when there has been one */
    int64_t second_ms;       /* when the second began that is counted */
    unsigned taken;          /* … notifications in it */
    size_t dropped_count;
};

void mcp_incoming_request(struct mcp_server *server, const struct mcp_message *message);
void mcp_incoming_notification(struct mcp_server *server,
                               const struct mcp_message *message);

/*
 * Modern: a call's answer asks for input, named by `name` there. True if the owner was
 * asked or the answer is given at once; mcp_call_take_input gets it. False if it is
 * something that is not offered.
 */
bool mcp_incoming_ask(struct mcp_server *server, struct mcp_call *call, const char *name,
                      const cJSON *request);

/* The call is over: what was asked for it is not wanted any more. */
void mcp_incoming_forget_call(struct mcp_server *server, const struct mcp_call *call);

/* True while a person is asked. */
bool mcp_incoming_is_asking(const struct mcp_server *server);

/* The server is gone, and with it its requests. */
void mcp_incoming_drop_all(struct mcp_server *server);

/* Frees without a word. */
void mcp_incoming_clear(struct mcp_server *server);

void mcp_incoming_expire(struct mcp_server *server, int64_t now_ms);
int64_t mcp_incoming_get_deadline(const struct mcp_server *server);

#endif
