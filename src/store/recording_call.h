/*
 * What a recording says of a tool call: how it was shown, how it was decided, what came
 * of it. A record holds what is new; the first of a call holds all that was shown of it.
 */
#ifndef STORE_RECORDING_CALL_H
#define STORE_RECORDING_CALL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Texts are NULL where nothing new is said of them. */
struct recording_call {
    uint64_t key; /* of the call, never used again */
    size_t part_index;
    char *change; /* "asked", "edited", "decided", "started", "progress", "ended" */
    char *call_id;
    char *tool;
    char *title;
    char *description;
    char *origin;
    char *command;
    char *sandbox;
    char *claims;
    char *arguments;
    char *preview;
    char *rule;
    char *proposed;
    char *decision; /* "once", "session", "always", "edited", "denied" */
    char *reason;
    char *progress_text;
    char *note;
    char *result; /* what the model was told */
    size_t result_len;
    double progress;
    double progress_total;
    int64_t elapsed_ms; /* of its run, -1: it did not run */
    bool is_question;
    bool is_edited;
    bool is_by_rule;
    bool is_ok;
};

#endif
