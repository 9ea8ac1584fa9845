/*
 * Writes recordings: records become lines, lines wait in memory, and the owner has them
 * written whole, from the loop, when it likes. A file that cannot be written (the disk is
 * full) ends the recording and nothing else. Knows no loop and no engine.
 */
#ifndef STORE_RECORDING_WRITE_H
#define STORE_RECORDING_WRITE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/store/recording.h"

/* Appends the record as one line with its end; what would be longer than a line may be is
 * left out, and false is returned. */
bool recording_append_record(struct strbuf *line, const struct recording_record *record);

/* Appends the first line of a file. */
void recording_append_head(struct strbuf *line, const struct recording *recording);

struct recording_writer;

/*
 * Makes the file (0600) and writes its first line. What is there already is overwritten
 * only if it is empty or a recording. NULL with err filled (ERROR_USAGE, a sentence that
 * names the file).
 */
struct recording_writer *recording_writer_open(const char *path,
                                               const struct recording *head,
                                               struct error *err);

/* Writes what waits and closes. NULL is allowed. */
void recording_writer_close(struct recording_writer *writer);

/* Adds a line with its end: nothing is written yet. */
void recording_writer_add(struct recording_writer *writer, const char *line, size_t len);

/* True if lines wait. */
bool recording_writer_is_due(const struct recording_writer *writer);

/* Writes the lines that wait. False with err filled if that could not be done: then the
 * recording is over, and all that comes is dropped. */
bool recording_writer_flush(struct recording_writer *writer, struct error *err);

#endif
