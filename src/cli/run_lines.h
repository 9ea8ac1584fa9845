/*
 * The command line as the front end of a run: rows from whoever supplies them, answers in
 * the order of the rows on standard output or in a file, events with --json, progress and
 * a summary on standard error, and the exit code.
 */
#ifndef CLI_RUN_LINES_H
#define CLI_RUN_LINES_H

#include "src/cli/run_record.h"
#include "src/cli/setup.h"
#include "src/engine/run.h"

/* All borrowed. */
struct run_job {
    struct setup *setup;
    const struct run_choice *choice;
    struct run_labels labels;
    size_t row_count; /* 0 with has_row_count false: not known */
    bool has_row_count;
    bool is_json;
    const char *schema; /* or NULL */
    size_t jobs;
    struct spending *spending;
    bool (*next_row)(void *user, struct run_row *row);
    void *user;
};

/* Runs it and returns the exit code; what goes wrong before anything is sent fills err.
 */
int run_lines_do(const struct run_job *job, struct error *err);

#endif
