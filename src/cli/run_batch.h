/*
 * A run handed to its provider as a batch: the file written, or also handed in, waited
 * for, and its results written as those of a run. What was handed in is noted in a file
 * beside the results (RESULTS.batch), so that a later --resume fetches it.
 */
#ifndef CLI_RUN_BATCH_H
#define CLI_RUN_BATCH_H

#include "src/cli/run_lines.h"
#include "src/cli/run_supply.h"

/* Does what --batch and --submit say. Returns the exit code; err is filled for what was
 * not reported. */
int run_batch_do(const struct run_job *job, const struct run_supply *supply,
                 struct error *err);

#endif
