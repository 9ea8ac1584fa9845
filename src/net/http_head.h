/*
 * Header lines, as they come, into a status and a list of fields. Interim responses (100,
 * 103) are blocks of their own in front of the final one: the list starts afresh at each
 * status line. Knows nothing of libcurl.
 */
#ifndef NET_HTTP_HEAD_H
#define NET_HTTP_HEAD_H

#include <stdbool.h>
#include <stddef.h>

#include "src/net/http.h"

/* All header lines of a response together, interim responses included. */
#define HTTP_HEAD_MAX ((size_t)256 << 10)

struct http_head_reader {
    struct http_head head;
    size_t bytes; /* seen so far */
    bool is_complete;
};

/*
 * Takes one whole line with its line end. False when the lines together pass
 * HTTP_HEAD_MAX. After the head is complete (the empty line behind a final status) lines
 * are trailers of the body, which nobody needs: they are dropped.
 */
bool http_head_take_line(struct http_head_reader *reader, const char *line, size_t len);

/* Frees the fields; a zeroed reader is allowed. */
void http_head_clear(struct http_head_reader *reader);

#endif
