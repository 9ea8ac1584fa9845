/* The MCP servers' part of motet doctor: whether each answers, and what it has. */
#ifndef CLI_SERVER_CHECK_H
#define CLI_SERVER_CHECK_H

#include "src/cli/finding.h"
#include "src/cli/setup.h"

/* Waits for the servers that were started with the setup and tells of each. Returns the
 * exit code of a signal that came meanwhile, or 0. */
int server_check_all(struct finding_list *list, struct setup *setup);

#endif
