/*
 * Times as servers write them in header fields, in milliseconds or seconds since 1970.
 * Pure functions.
 */
#ifndef NET_TIMESTAMP_H
#define NET_TIMESTAMP_H

#include <stdbool.h>
#include <stdint.h>

#include "src/net/header.h"

/* Reads an RFC 3339 time as milliseconds since 1970; false if it is none. */
bool timestamp_parse(const char *text, double *value_ms);

/* When the response was made, in seconds: by the server's own Date where it says it
 * (local clocks are often wrong), otherwise `now_seconds`. */
int64_t timestamp_of_response(const struct header_list *headers, int64_t now_seconds);

#endif
