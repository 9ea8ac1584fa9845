/*
 * One MCP server and our connection to it: a child process or an HTTP address, any
 * generation of the protocol, with its tools, resources and prompts. docs/guide/mcp.md
 * says what is spoken and where the limits are.
 *
 * Promises: nothing happens before mcp_server_start, and nothing here waits. Callbacks
 * come from the loop, never from inside a function that is called here, and may call
 * anything of this header and free anything, the server too; then no other comes. Words
 * of a server are as it sent them, but valid UTF-8: whoever shows them makes them
 * harmless. Only what the options name goes to a server, of our environment too little
 * to hold a key. Calls are in mcp_call.h.
 */
#ifndef TOOL_MCP_SERVER_H
#define TOOL_MCP_SERVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <ev.h>

#include "src/base/error.h"
#include "src/base/log.h"
#include "src/net/http.h"
#include "src/tool/mcp_entries.h"
#include "src/tool/tool.h"

struct mcp_server;

enum mcp_generation { MCP_ANY, MCP_LEGACY, MCP_MODERN };

/* Lists end with NULL; everything is copied. What is zero has a default. */
struct mcp_options {
    const char *name;             /* of the server in the configuration */
    const char *const *argv;      /* its command, or NULL and … */
    const char *url;              /* … its address */
    const char *const *variables; /* "NAME=value" for the child */
    const char *const *headers;   /* "Name: value" for the address */
    const char *directory;        /* the child's, NULL: ours */
    const char *ca_file;          /* NULL: the system's certificates */
    const char *const *roots;     /* folders that it is told of; NULL: its directory */
    int64_t call_timeout_ms;      /* 0: one minute */
    int64_t call_timeout_max_ms;  /* with word of progress; 0: ten minutes */
    int64_t start_timeout_ms;     /* 0: one minute */
    int64_t probe_timeout_ms;     /* a silent child is of the legacy generation; 0: 5 s */
    int64_t stop_timeout_ms;      /* to end in order; 0: 2 s */
    size_t result_max;            /* 0: TOOL_RESULT_MAX */
    enum mcp_generation generation; /* what it was found to speak before */
    bool is_sampling_offered;       /* on_request answers them */
    bool is_elicitation_offered;
};

enum mcp_state {
    MCP_STOPPED, /* not started, or stopped */
    MCP_STARTING,
    MCP_READY,
    MCP_FAILED /* dead, refused, or not understood */
};

/* Borrowed: valid until the loop runs on or the server is told to do something. */
struct mcp_facts {
    const char *name;
    const char *where; /* its command as words, or its address without secrets */
    enum mcp_state state;
    int64_t since_ms;
    const char *title;              /* as it calls itself, with its version; or NULL */
    const char *protocol;           /* the revision agreed on, or NULL */
    enum mcp_generation generation; /* MCP_ANY: not known yet */
    const char *instructions;       /* or NULL */
    const char *message;            /* what went wrong, a sentence; or NULL */
    const char *last_errors;        /* the last lines of its standard error; "" if none */
    int64_t pid;                    /* 0: none */
    size_t tool_count;
    size_t left_out_count; /* tools that broke a rule */
    size_t resource_count;
    size_t prompt_count;
    size_t junk_count;    /* lines and messages that were not understood */
    size_t dropped_count; /* notifications beyond what is taken in a second */
    bool is_listing;      /* a list is being fetched */
    bool has_lists;       /* each list has been there once, or cannot be had */
};

enum mcp_request_kind { MCP_REQUEST_SAMPLING, MCP_REQUEST_ELICITATION };

/* The server asks for something; valid during on_request. */
struct mcp_request {
    uint64_t key; /* to answer with */
    enum mcp_request_kind kind;
    const char *message; /* elicitation: what it asks, "" if nothing */
    const char *schema;  /* elicitation: of the form, JSON; otherwise NULL */
    const char *params;  /* all of it, as JSON */
};

enum mcp_reply { MCP_ACCEPT, MCP_DECLINE, MCP_CANCEL };

struct mcp_owner {
    /* State, facts or lists have changed. */
    void (*on_changed)(void *user, struct mcp_server *server);
    /* Answer with mcp_server_reply, then or later. NULL: nothing is offered. */
    void (*on_request)(void *user, struct mcp_server *server,
                       const struct mcp_request *request);
    /* A request needs no answer any more; may be NULL. */
    void (*on_request_gone)(void *user, struct mcp_server *server, uint64_t key);
    void *user;
};

/* `http` may be NULL for a command; `log` may be NULL. */
struct mcp_server *mcp_server_new(struct ev_loop *loop, struct http *http,
                                  struct log *log, const struct mcp_options *options,
                                  const struct mcp_owner *owner);

/* Kills its process, drops its calls without a word. NULL is allowed. */
void mcp_server_free(struct mcp_server *server);

/* Starts it unless it is starting or ready. What goes wrong is told by its state. */
void mcp_server_start(struct mcp_server *server);

/* Ends it in order; calls in flight end as faults. on_changed tells when it is gone. */
void mcp_server_stop(struct mcp_server *server);

/* Ends what there is at once and starts anew. */
void mcp_server_restart(struct mcp_server *server);

void mcp_server_get_facts(const struct mcp_server *server, struct mcp_facts *facts);

/* The lists of the moment, borrowed until on_changed. What they hold of a server that is
 * not ready cannot be called. */
const struct tool *const *mcp_server_get_tools(const struct mcp_server *server,
                                               size_t *count);
const struct mcp_resource *mcp_server_get_resources(const struct mcp_server *server,
                                                    size_t *count);
const struct mcp_prompt *mcp_server_get_prompts(const struct mcp_server *server,
                                                size_t *count);

/* Rises whenever one of the lists is another. */
uint64_t mcp_server_get_version(const struct mcp_server *server);

/*
 * Answers a request. `json` with MCP_ACCEPT: of a form its content, of sampling the whole
 * result, both as an object; otherwise not looked at. A key that is gone is no error.
 */
void mcp_server_reply(struct mcp_server *server, uint64_t key, enum mcp_reply reply,
                      const char *json);

#endif
