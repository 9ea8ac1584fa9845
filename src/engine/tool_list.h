/*
 * Tools and MCP servers as front ends see them: plain data, borrowed, valid until the
 * next call into the engine or the next round of the loop. Text from servers is as it
 * came: whoever shows it makes it harmless.
 */
#ifndef ENGINE_TOOL_LIST_H
#define ENGINE_TOOL_LIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct tool_facts {
    const char *name;
    const char *title; /* or NULL */
    const char *description;
    const char *schema;
    const char *origin;
    const char *command; /* what a call runs: argv as words, or server and tool */
    const char *sandbox; /* a sentence, or NULL */
    const char *claims;  /* "read-only", "may destroy", …; or NULL */
    const char *rule;    /* what applies to it: "ask (no rule)", "always (rule 2: …)" */
    bool is_offered;     /* to the chat that was asked about */
    bool is_own;         /* of the person's files or servers, not one that ships */
    bool is_definition;  /* for a caller to run */
};

enum server_state {
    SERVER_STARTING, /* it connects, or its tools are being listed */
    SERVER_READY,
    SERVER_FAILED, /* dead, refused, or not understood: see message */
    SERVER_STOPPED
};

struct server_facts {
    const char *name;
    const char *where; /* its command as words, or its URL */
    enum server_state state;
    int64_t since_ms;
    const char *title;        /* as it calls itself, with its version; or NULL */
    const char *protocol;     /* the revision agreed on, or NULL */
    const char *instructions; /* or NULL */
    const char *message;      /* of a failure, a sentence; or NULL */
    const char *last_errors;  /* the last lines of its standard error; "" if none */
    size_t tool_count;
    size_t resource_count;
    size_t prompt_count;
};

/* What a server has beside tools. */
enum server_entry_kind { SERVER_RESOURCES, SERVER_PROMPTS };

struct server_entry {
    const char *name;        /* of a prompt; a resource's address */
    const char *title;       /* or NULL */
    const char *description; /* or NULL */
};

/* A server as the configuration names it. Lists end with NULL and may be NULL. All
 * borrowed for the call of engine_add_server. */
struct server_setup {
    const char *name;
    const char *const *argv; /* or NULL, where it is reached by its */
    const char *url;
    const char *const *variables; /* "NAME=value" for its environment */
    const char *const *headers;   /* "Name: value" */
    const char *const *roots;
    const char *directory;
    const char *ca_file;
    int64_t timeout_ms; /* of a call; 0: the usual one */
};

#endif
