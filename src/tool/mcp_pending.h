/*
 * Our requests in flight: each gets one answer, a failure at the latest when its time is
 * over. Part of struct mcp_server.
 */
#ifndef TOOL_MCP_PENDING_H
#define TOOL_MCP_PENDING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cjson/cJSON.h>

#include "src/base/error.h"
#include "src/net/header.h"

struct mcp_server;
struct mcp_pending;
struct mcp_refusal;

/* Valid during on_answer. */
struct mcp_answer {
    const cJSON *result; /* NULL: it failed */
    int64_t code;        /* of a failure: the server's, 0 if it did not say one */
    const cJSON *data;   /* … what it said besides, or NULL */
    const char *words;   /* … a sentence */
    int status;          /* … of HTTP, or 0 */
    bool is_over_time;
};

typedef void (*mcp_answer_fn)(struct mcp_server *server, void *user,
                              const struct mcp_answer *answer);

/* A request to make; everything is copied. */
struct mcp_ask {
    const char *method;
    const char *members; /* of its params, as JSON without the braces; NULL: none */
    const char *name;    /* what it is about, for a header field; or NULL */
    const struct header_list *headers; /* or NULL */
    const char
        *modern_version;   /* speak this modern revision whatever is known; or NULL */
    int64_t limit_ms;      /* 0: none (a stream of notices) */
    int64_t limit_max_ms;  /* with progress; 0: progress gives no time */
    bool is_repeatable;    /* may be sent again if its answer was lost */
    bool is_silent;        /* its end is never told to the server (initialize) */
    bool waits_for_person; /* its time stands still while a person is asked */
    mcp_answer_fn on_answer;
    void (*on_progress)(struct mcp_server *server, void *user, const cJSON *params);
    void *user;
};

/* Sends it, or keeps it until the connection is made again. The pending request is gone
 * with on_answer. */
struct mcp_pending *mcp_pending_ask(struct mcp_server *server, const struct mcp_ask *ask);

/* Forgets it and tells the server so; no on_answer. NULL is allowed. */
void mcp_pending_drop(struct mcp_server *server, struct mcp_pending *pending);

/* Hands on an answer; false if nobody waits for it. */
bool mcp_pending_answer(struct mcp_server *server, int64_t id,
                        const struct mcp_answer *answer);

/* HTTP: it will get no answer. */
void mcp_pending_refuse(struct mcp_server *server, int64_t id,
                        const struct mcp_refusal *refusal);

bool mcp_pending_has(const struct mcp_server *server, int64_t id);

/* Word of progress for the request of that token: more time. */
void mcp_pending_progress(struct mcp_server *server, const cJSON *params, int64_t now_ms);

/* Gives those that wait for a person this much more time. */
void mcp_pending_shift(struct mcp_server *server, int64_t by_ms);

/* Ends all of them. */
void mcp_pending_fail_all(struct mcp_server *server, const char *words);

/* Frees them without a word. */
void mcp_pending_clear(struct mcp_server *server);

/* Keeps one to be sent again by mcp_pending_resend. */
void mcp_pending_hold(struct mcp_server *server, int64_t id);
void mcp_pending_resend(struct mcp_server *server);

/* Ends those whose time is over, or that could not be sent. */
void mcp_pending_expire(struct mcp_server *server, int64_t now_ms);

/* When that will be; -1: never. */
int64_t mcp_pending_get_deadline(const struct mcp_server *server);

#endif
