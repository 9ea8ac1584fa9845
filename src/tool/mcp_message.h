/*
 * JSON-RPC 2.0 as text: messages of an MCP server taken apart, ours put together. Pure:
 * knows no transport and no method.
 *
 * Our ids are whole numbers above 0, and only a number answers them: a response whose id
 * is anything else has the id 0 here, which is nobody's. The server's ids are kept as
 * the JSON they came as and go back unchanged. What is written holds no line end.
 */
#ifndef TOOL_MCP_MESSAGE_H
#define TOOL_MCP_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cjson/cJSON.h>

#include "src/base/strbuf.h"

enum mcp_message_kind {
    MCP_MESSAGE_REQUEST,
    MCP_MESSAGE_NOTIFICATION,
    MCP_MESSAGE_RESULT,
    MCP_MESSAGE_ERROR
};

/* Error codes that mean something here. */
#define MCP_CODE_INVALID_PARAMS   (-32602)
#define MCP_CODE_UNKNOWN_METHOD   (-32601)
#define MCP_CODE_INTERNAL         (-32603)
#define MCP_CODE_URL_ELICITATION  (-32042)
#define MCP_CODE_HEADER_MISMATCH  (-32020)
#define MCP_CODE_NEEDS_CAPABILITY (-32021)
#define MCP_CODE_VERSION          (-32022)

/* Borrowed: valid while it is told. */
struct mcp_message {
    enum mcp_message_kind kind;
    const char *id_text; /* of a request: its id as JSON */
    int64_t id;          /* of a result or an error: whose answer it is; 0: nobody's */
    const char *method;  /* of a request or a notification */
    const cJSON *params; /* … its params, or NULL */
    const cJSON *result; /* of a result; any JSON */
    int64_t code;        /* of an error */
    const char *words;   /* … its message, "" if none */
    const cJSON *data;   /* … or NULL */
};

/* Called for each message; returns false to have the rest dropped. */
typedef bool (*mcp_message_fn)(void *user, const struct mcp_message *message);

/*
 * Reads one JSON text: a message, or an array of them. Returns how many messages were
 * told; 0 for what is none (a banner, a number, an object of another kind).
 */
size_t mcp_message_read(const char *bytes, size_t len, mcp_message_fn on_message,
                        void *user);

/* Appends a request or, with id 0, a notification. `params` is an object as JSON, or NULL
 * for none. False if `out` is full, here and below. */
bool mcp_message_append_request(struct strbuf *out, int64_t id, const char *method,
                                const char *params);

/* Appends the answer to a request of the server; `result` is an object as JSON. */
bool mcp_message_append_result(struct strbuf *out, const char *id_text,
                               const char *result);
bool mcp_message_append_error(struct strbuf *out, const char *id_text, int code,
                              const char *words);

/* Appends JSON text with its line ends (which can only stand between values) as blanks.
 */
bool mcp_message_append_json(struct strbuf *out, const char *json, size_t len);

#endif
