/*
 * Durations and rates as people write them: "30s", "2m", "1h30m", "500ms", "1.5" (that
 * is seconds); "60/min", "10/s"; "256 KiB", "1M", "5000". What is printed can be
 * read back.
 */
#ifndef CONFIG_QUANTITY_H
#define CONFIG_QUANTITY_H

#include <stdbool.h>
#include <stdint.h>

/* So many in each window of time. */
struct rate {
    int64_t count;
    int64_t window_ms; /* 0: no rate */
};

/* Reads a duration, at most 10^9 seconds; false if it is none. Units go from the greater
 * to the smaller: h, m (or min), s, ms. */
bool quantity_parse_duration(const char *text, int64_t *value_ms);

/* Reads a rate; false if it is none. */
bool quantity_parse_rate(const char *text, struct rate *rate);

/* Reads a size in bytes; false if it is none. K, KB and KiB are 1024, M and G go on from
 * there. */
bool quantity_parse_size(const char *text, int64_t *value);

/* The same as text: "1m30s", "60/min". Caller frees. */
char *quantity_format_duration(int64_t value_ms);
char *quantity_format_rate(const struct rate *rate);

#endif
