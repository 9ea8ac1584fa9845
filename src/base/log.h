/*
 * The log: a file, never the terminal. A line stands alone: time, level, area, text with
 * ids, sizes and durations. Keys, prompts and answers never go here. Without an open
 * file nothing is formatted.
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include <stdbool.h>

#include "src/base/compiler.h"
#include "src/base/error.h"

struct log;

/* Opens `path` for appending (mode 0600). NULL with err filled when it cannot. */
struct log *log_open(const char *path, struct error *err);

/* Closes the file. NULL is allowed. */
void log_close(struct log *log);

/* Writes one line; control characters become '?'. NULL log: nothing happens. */
void log_warn(struct log *log, const char *area, const char *format, ...)
    LIKE_PRINTF(3, 4);
void log_info(struct log *log, const char *area, const char *format, ...)
    LIKE_PRINTF(3, 4);

#endif
