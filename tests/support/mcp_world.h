/*
 * For tests of the MCP client: a loop, a server made from a few words, and calls whose
 * ends are kept. Waiting is for conditions only.
 */
#ifndef SUPPORT_MCP_WORLD_H
#define SUPPORT_MCP_WORLD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <ev.h>

#include "src/base/strbuf.h"
#include "src/tool/mcp_call.h"
#include "src/tool/mcp_server.h"

/* One call of a test. */
struct mcp_outcome {
    struct mcp_call *call;
    bool is_done;
    enum tool_end end;
    char *text;
    char *note;
    bool is_cut;
    size_t progress_count;
    double progress; /* the last one */
    double total;
    char *progress_text;
    struct strbuf messages;  /* of a prompt: "user: …\nassistant: …\n" */
    struct mcp_world *frees; /* its server is freed in on_done; or NULL */
};

struct mcp_world {
    struct ev_loop *loop;
    struct http *http;
    struct mcp_server *server;
    struct mcp_options options; /* to be changed before the start */
    size_t change_count;
    size_t ready_count; /* on_changed with a server that has become ready */
    enum mcp_state last_state;
    size_t request_count;
    uint64_t request_key; /* the last one */
    enum mcp_request_kind request_kind;
    char *request_message;
    char *request_schema;
    size_t gone_count;
    bool has_no_answers; /* the owner takes no requests */
    const char *reply;   /* given at once inside on_request: JSON to accept; or NULL */
};

/* Fixtures of cmocka; the state is the world. Options have short limits of time. */
int mcp_world_setup(void **state);
int mcp_world_teardown(void **state);

/* Makes the server of the options with this command (NULL-terminated) and starts it. */
void mcp_world_start(struct mcp_world *world, const char *const *argv);

/* The same with the fake server and these words, cut at blanks. */
void mcp_world_start_fake(struct mcp_world *world, const char *words);

/* The same with an address. */
void mcp_world_start_url(struct mcp_world *world, const char *url);

void mcp_world_wait_state(struct mcp_world *world, enum mcp_state state);

/* Waits until it is ready and no list is being fetched. */
void mcp_world_wait_ready(struct mcp_world *world);

void mcp_world_wait(struct mcp_world *world, bool (*is_met)(void *user), void *user);

struct mcp_facts mcp_world_facts(const struct mcp_world *world);

/* The tool as its server calls it; fails the test if there is none. */
const struct tool *mcp_world_find_tool(const struct mcp_world *world, const char *name);

/* Starts a call, or makes one and waits for its end. Caller clears the outcome. */
void mcp_world_call(struct mcp_world *world, struct mcp_outcome *outcome,
                    const char *tool, const char *arguments);
void mcp_world_ask(struct mcp_world *world, struct mcp_outcome *outcome, const char *tool,
                   const char *arguments);
void mcp_world_read(struct mcp_world *world, struct mcp_outcome *outcome,
                    const char *uri);
void mcp_world_prompt(struct mcp_world *world, struct mcp_outcome *outcome,
                      const char *name, const char *arguments);
void mcp_world_wait_done(struct mcp_world *world, struct mcp_outcome *outcome);
void mcp_outcome_clear(struct mcp_outcome *outcome);

#endif
