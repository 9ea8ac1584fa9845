/* The answers of a recording, for the demo server to give. */
#ifndef CLI_RECORD_TAPE_H
#define CLI_RECORD_TAPE_H

#include "src/demo/demo_tape.h"
#include "src/store/recording.h"

/* Makes a take of each exchange that had a response. The recording outlives the tape. */
void record_tape_init(struct demo_tape *tape, const struct recording *recording);
void record_tape_clear(struct demo_tape *tape);

#endif
