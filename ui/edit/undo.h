/*
 * The steps of an edited text that can be taken back and made again. A step replaces one
 * range of bytes by others. Knows nothing of the editor: it records what it is told and
 * hands steps out; the editor applies them. Its memory has a ceiling: the oldest steps
 * are forgotten, the newest never.
 */
#ifndef EDIT_UNDO_H
#define EDIT_UNDO_H

#include <stdbool.h>
#include <stddef.h>

/* At offset `at`, `removed` became `inserted`. */
struct undo_step {
    size_t at;
    char *removed;
    size_t removed_len;
    char *inserted;
    size_t inserted_len;
    size_t cursor_before;
    size_t cursor_after;
};

struct undo {
    struct undo_step *steps;
    size_t count;
    size_t cap;
    size_t position; /* steps that are done; those after it can be redone */
    size_t bytes;
    size_t max_bytes;
};

/* Prepares for about `max_bytes` of recorded text. */
void undo_init(struct undo *undo, size_t max_bytes);

/* Frees all steps; the ceiling stays. */
void undo_clear(struct undo *undo);

/*
 * Records a step (its texts are copied) and forgets what could be redone. With
 * `is_run` it is joined to the step before if that inserted or removed what is adjacent,
 * so that a run of keys is one step.
 */
void undo_record(struct undo *undo, const struct undo_step *step, bool is_run);

/* The step to take back / to make again, or NULL. Valid until the next change. */
const struct undo_step *undo_take_back(struct undo *undo);
const struct undo_step *undo_take_forth(struct undo *undo);

#endif
