/*
 * A request of a wire record as a command line: curl's, for any POSIX shell, that sends
 * the same bytes. Where the record has a mask stands the variable that holds the secret.
 */
#ifndef ENGINE_WIRE_CURL_H
#define ENGINE_WIRE_CURL_H

#include <stdbool.h>

#include "src/base/error.h"
#include "src/base/strbuf.h"
#include "src/engine/wire_log.h"

/* Appends the command, without a line end: pasted, it does not run yet. False with a
 * sentence if the request was too large to be kept, or is not there any more. */
bool wire_curl_append(const struct wire_record *record, struct strbuf *out,
                      struct error *err);

#endif
