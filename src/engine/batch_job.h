/*
 * One batch at its provider: handed in, looked at from time to time until it has ended,
 * its results fetched line by line. Creating a batch is never tried twice by itself: it
 * might be billed twice. Looking at it and fetching are, for as long as it takes.
 */
#ifndef ENGINE_BATCH_JOB_H
#define ENGINE_BATCH_JOB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/engine/batch_form.h"
#include "src/engine/engine.h"

struct batch_job;

struct batch_job_options {
    enum batch_kind kind;
    const struct endpoint *endpoint; /* outlives the job */
    const char *id;   /* of a batch that was handed in before, or NULL; copied */
    const char *file; /* the batch file, where there is no id; copied */
    size_t file_len;
    bool only_creates; /* ends once the batch has an id */
};

struct batch_job_owner {
    /* The batch exists: it can be fetched by this id from now on. */
    void (*on_created)(void *user, const char *id);
    /* How far it is, in the provider's word; counts are -1 where it does not say. */
    void (*on_progress)(void *user, const char *state, int64_t done, int64_t total);
    /* A line of results. */
    void (*on_line)(void *user, const char *line, size_t len);
    /* The last call: all lines were told, or the error says why not. */
    void (*on_done)(void *user, const struct error *err);
    void *user;
};

/* Starts; the owner is told from the loop. */
struct batch_job *batch_job_start(struct engine *engine,
                                  const struct batch_job_options *options,
                                  const struct batch_job_owner *owner);

/* Ends without a word; the batch goes on at the provider. NULL is allowed. Not from
 * inside the owner's callbacks. */
void batch_job_free(struct batch_job *job);

#endif
