/* motet tools probe: connects to one MCP server and says what it is and has. */
#ifndef CLI_PROBE_H
#define CLI_PROBE_H

#include "src/base/error.h"
#include "src/cli/options.h"

/* Probes the server of the second word on; with --call-all calls each of its tools.
 * Returns the exit code: 0 only if it was reached and nothing failed. */
int probe_run(struct options *options, struct error *err);

#endif
