/*
 * One memchr for each line. A line that lies whole in the bytes given is handed out from
 * a buffer all the same, because it has to end in a NUL; only what the end of a read cuts
 * waits there. No byte of a multi-byte character is 0x0A, so cuts inside of characters do
 * not matter.
 */
#include "src/net/ndjson.h"

#include <string.h>

#include "src/base/mem.h"

void ndjson_init(struct ndjson *ndjson)
{
    *ndjson = (struct ndjson){.is_stopped = false};
    strbuf_init(&ndjson->line, NDJSON_MAX);
}

void ndjson_clear(struct ndjson *ndjson)
{
    strbuf_clear(&ndjson->line);
}

static bool ndjson_is_blank(const struct strbuf *line)
{
    for (size_t i = 0; i < line->len; i++) {
        if (line->text[i] != ' ' && line->text[i] != '\t' && line->text[i] != '\r')
            return false;
    }
    return true;
}

/* Hands out the line in the buffer, unless it is blank, and empties it. */
static void ndjson_end_line(struct ndjson *ndjson, ndjson_line_fn on_line, void *user,
                            bool is_unfinished)
{
    struct strbuf *line = &ndjson->line;
    if (!ndjson_is_blank(line)) {
        if (line->text[line->len - 1] == '\r')
            strbuf_truncate(line, line->len - 1);
        ndjson->is_stopped = !on_line(user, line->text, line->len, is_unfinished);
    }
    strbuf_reset(line);
}

bool ndjson_feed(struct ndjson *ndjson, const char *bytes, size_t len,
                 ndjson_line_fn on_line, void *user, struct error *err)
{
    const char *at = bytes;
    const char *const end = bytes + len;
    while (at < end && !ndjson->is_stopped) {
        const char *line_end = memchr(at, '\n', (size_t)(end - at));
        const char *stop = line_end != NULL ? line_end : end;
        if (!strbuf_append(&ndjson->line, at, (size_t)(stop - at))) {
            ndjson->is_stopped = true;
            error_set(err, ERROR_PROTOCOL, "a line of the stream is longer than %zu MiB",
                      NDJSON_MAX >> 20);
            return false;
        }
        if (line_end == NULL)
            break;
        ndjson_end_line(ndjson, on_line, user, false);
        at = line_end + 1;
    }
    return true;
}

void ndjson_finish(struct ndjson *ndjson, ndjson_line_fn on_line, void *user)
{
    if (!ndjson->is_stopped)
        ndjson_end_line(ndjson, on_line, user, true);
}
