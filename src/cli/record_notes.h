/* Says on standard error that a recording has ended before its time. */
#ifndef CLI_RECORD_NOTES_H
#define CLI_RECORD_NOTES_H

#include "src/cli/console.h"

struct recorder;

/* From now on; NULL is no recorder. */
void record_notes_start(struct recorder *recorder, struct console *console);

/* Has written what is to be written, and says no more. */
void record_notes_stop(struct recorder *recorder);

#endif
