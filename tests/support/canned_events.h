/* A stream of events answered to a provider's decoder, written in a test line by line. */
#ifndef SUPPORT_CANNED_EVENTS_H
#define SUPPORT_CANNED_EVENTS_H

#include "tests/support/collected_reply.h"

/* Runs the events (the data of each; NULL ends the list) through a reply of the protocol.
 * The caller clears `collected`. */
void canned_events_run(struct collected_reply *collected, const char *api,
                       const char *const *events);

/* Runs one whole document of that status. */
void canned_document_run(struct collected_reply *collected, const char *api, int status,
                         const char *document);

#endif
