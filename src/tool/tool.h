/*
 * A tool as a record of plain data: what a model is told of it, what a person is shown,
 * and what its call leads to. Where it came from decides how it runs: a file of the
 * person's own (src/tool/command_tool.h), an MCP server (src/tool/mcp_server.h), or
 * nothing at all (a definition only, for a caller that runs it itself).
 */
#ifndef TOOL_TOOL_H
#define TOOL_TOOL_H

#include <stdbool.h>
#include <stddef.h>

enum tool_source {
    TOOL_FROM_FILE,      /* a command, from a YAML file */
    TOOL_FROM_SERVER,    /* an MCP server's */
    TOOL_FROM_DEFINITION /* offered only: a call ends the turn */
};

/* What is said of a tool's effects. In a file the person's own word; from a server a
 * claim: shown, never trusted. */
struct tool_hints {
    bool is_given; /* something was said at all */
    bool is_read_only;
    bool is_destructive;
    bool is_idempotent;
    bool is_open_world;
};

struct command_tool; /* how a tool of a file runs */
struct mcp_server;

struct tool {
    enum tool_source source;
    char *name;        /* as people and rules call it: "get_weather", "SERVER.TOOL" */
    char *title;       /* or NULL */
    char *description; /* never NULL */
    char *schema;      /* JSON Schema of its arguments as text: always an object's */
    char *origin;      /* for people: the file's path, or the server and its command */
    struct tool_hints hints;
    struct command_tool *command; /* owned; of a file, otherwise NULL */
    struct mcp_server *server;    /* borrowed; of a server, otherwise NULL */
    char *remote_name;            /* as the server calls it, or NULL */
};

#endif
