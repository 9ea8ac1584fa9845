/* A prompt of an MCP server, by SERVER.PROMPT, for commands that take a template. */
#ifndef CLI_SERVER_TEMPLATE_H
#define CLI_SERVER_TEMPLATE_H

#include "src/cli/options.h"

/* True if the name begins with that of a server of the configuration or of --mcp. */
bool server_template_is_one(const struct options *options, const char *name);

/* Starts that server alone, fetches the prompt and gives it as a template's text; runs a
 * loop of its own. NULL with err filled if it cannot be had. Caller frees. */
char *server_template_read(const struct options *options, const char *name,
                           struct error *err);

#endif
