/* What can be said of an endpoint and of the network before there is an engine. */
#ifndef ENGINE_ENGINE_CHECK_H
#define ENGINE_ENGINE_CHECK_H

#include <stdbool.h>

#include "src/base/error.h"
#include "src/net/network_facts.h"

/*
 * True if an endpoint may have this protocol, this URL, this header line, as far as words
 * go. Otherwise a sentence that says what is wrong.
 */
bool engine_check_api(const char *api, struct error *err);
bool engine_check_url(const char *url, struct error *err);
bool engine_check_header(const char *line, struct error *err);

/* What transfers are made with. */
struct network_facts engine_get_network(void);

#endif
