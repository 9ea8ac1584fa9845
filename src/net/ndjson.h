/*
 * JSON lines framing: bytes in, lines out, whatever the cuts between reads. Lines end in
 * LF (a CR before it is dropped); blank lines are skipped; only 0x0A ends a line. Knows
 * nothing of JSON: whoever takes a line parses it.
 */
#ifndef NET_NDJSON_H
#define NET_NDJSON_H

#include <stdbool.h>
#include <stddef.h>

#include "src/base/error.h"
#include "src/base/strbuf.h"

/* Called for each line (NUL-terminated, without its end); `is_unfinished`: the body ended
 * before its LF. Returns false to stop: the rest of the input is dropped. */
typedef bool (*ndjson_line_fn)(void *user, const char *line, size_t len,
                               bool is_unfinished);

struct ndjson {
    struct strbuf line; /* the line under way */
    bool is_stopped;
};

/* The longest line, 16 MiB. */
#define NDJSON_MAX ((size_t)16 << 20)

void ndjson_init(struct ndjson *ndjson);
void ndjson_clear(struct ndjson *ndjson);

/* Takes the next bytes. False with class ERROR_PROTOCOL when a line passes the ceiling.
 */
bool ndjson_feed(struct ndjson *ndjson, const char *bytes, size_t len,
                 ndjson_line_fn on_line, void *user, struct error *err);

/* The body ended cleanly: hands out an unterminated last line. */
void ndjson_finish(struct ndjson *ndjson, ndjson_line_fn on_line, void *user);

#endif
