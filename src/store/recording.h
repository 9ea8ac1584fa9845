/*
 * A recording as plain data: what services sent for each answer, byte for byte and with
 * its times, and what else it takes to show the same again: the chats, the prompts, what
 * became of tool calls. A file of JSON lines (docs/guide/recording.md says each member);
 * its records stand in the order in which they happened. No keys are in it.
 *
 * Pure data and a reader that trusts nothing; recording_write.h writes it. Chats,
 * messages and exchanges have the numbers of the engine that was recorded.
 */
#ifndef STORE_RECORDING_H
#define STORE_RECORDING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/base/error.h"
#include "src/store/recording_record.h"

#define RECORDING_VERSION 1

/* The longest line, and the largest file. */
#define RECORDING_LINE_MAX ((size_t)64 << 20)
#define RECORDING_FILE_MAX ((size_t)1 << 30)

struct recording {
    char *program;      /* that wrote it, or NULL */
    int64_t created_ms; /* of the wall clock, since 1970; 0: not known */
    int64_t retries;    /* tries after the first, as the person had set; -1: not said */
    struct recording_record *records;
    size_t record_count;
    size_t record_cap;
    size_t skipped; /* lines of kinds that are not known here */
    bool is_torn;   /* the last line is not whole: what wrote it was ended */
};

/*
 * Reads a file, or bytes of it that are `name`d so in errors. False with err filled
 * (ERROR_USAGE; a sentence with name and line) where that is no recording, or one of a
 * later version. A last line that is not whole is left out. Clear in any case.
 */
bool recording_read(struct recording *recording, const char *path, struct error *err);
bool recording_parse(struct recording *recording, const char *name, const char *bytes,
                     size_t len, struct error *err);
void recording_clear(struct recording *recording);

#endif
