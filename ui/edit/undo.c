/* An array of steps with a position in it. Runs are kept short, because joining copies.
 */
#include "ui/edit/undo.h"

#include <string.h>

#include "src/base/mem.h"

#define UNDO_RUN_MAX 256

void undo_init(struct undo *undo, size_t max_bytes)
{
    memset(undo, 0, sizeof(*undo));
    undo->max_bytes = max_bytes;
}

static size_t undo_step_bytes(const struct undo_step *step)
{
    return sizeof(*step) + step->removed_len + step->inserted_len;
}

static void undo_free_step(struct undo *undo, const struct undo_step *step)
{
    undo->bytes -= undo_step_bytes(step);
    mem_free(step->removed);
    mem_free(step->inserted);
}

void undo_clear(struct undo *undo)
{
    for (size_t i = 0; i < undo->count; i++)
        undo_free_step(undo, &undo->steps[i]);
    mem_free(undo->steps);
    undo_init(undo, undo->max_bytes);
}

static void undo_forget_forth(struct undo *undo)
{
    while (undo->count > undo->position) {
        undo->count--;
        undo_free_step(undo, &undo->steps[undo->count]);
    }
}

static void undo_forget_oldest(struct undo *undo)
{
    size_t gone = 0;
    while (gone + 1 < undo->count && undo->bytes > undo->max_bytes) {
        undo_free_step(undo, &undo->steps[gone]);
        gone++;
    }
    if (gone == 0)
        return;
    undo->count -= gone;
    undo->position -= gone;
    memmove(undo->steps, undo->steps + gone, undo->count * sizeof(undo->steps[0]));
}

/* Puts `more` before or after a text of a step. */
static void undo_join_text(char **text, size_t *len, const char *more, size_t more_len,
                           bool is_before)
{
    *text = mem_resize_array(*text, *len + more_len + 1, 1);
    if (is_before)
        memmove(*text + more_len, *text, *len);
    memcpy(*text + (is_before ? 0 : *len), more, more_len);
    *len += more_len;
    (*text)[*len] = '\0';
}

/* Joins `step` to `last`; false if they are not one run. */
static bool undo_join(struct undo_step *last, const struct undo_step *step)
{
    if (last->removed_len + last->inserted_len >= UNDO_RUN_MAX)
        return false;
    const bool types = last->removed_len == 0 && step->removed_len == 0 &&
                       step->at == last->at + last->inserted_len;
    const bool removes = last->inserted_len == 0 && step->inserted_len == 0;
    const bool removes_back = removes && step->at + step->removed_len == last->at;
    const bool removes_forward = removes && step->at == last->at;
    if (types) {
        undo_join_text(&last->inserted, &last->inserted_len, step->inserted,
                       step->inserted_len, false);
    } else if (removes_back || removes_forward) {
        undo_join_text(&last->removed, &last->removed_len, step->removed,
                       step->removed_len, removes_back);
        last->at = step->at;
    } else {
        return false;
    }
    last->cursor_after = step->cursor_after;
    return true;
}

void undo_record(struct undo *undo, const struct undo_step *step, bool is_run)
{
    undo_forget_forth(undo);
    if (is_run && undo->count > 0 && undo_join(&undo->steps[undo->count - 1], step)) {
        undo->bytes += step->removed_len + step->inserted_len;
        return;
    }
    undo->steps =
        mem_grow(undo->steps, &undo->cap, undo->count + 1, sizeof(undo->steps[0]));
    struct undo_step *own = &undo->steps[undo->count];
    *own = *step;
    own->removed = mem_strndup(step->removed, step->removed_len);
    own->inserted = mem_strndup(step->inserted, step->inserted_len);
    undo->count++;
    undo->position = undo->count;
    undo->bytes += undo_step_bytes(own);
    undo_forget_oldest(undo);
}

const struct undo_step *undo_take_back(struct undo *undo)
{
    if (undo->position == 0)
        return NULL;
    undo->position--;
    return &undo->steps[undo->position];
}

const struct undo_step *undo_take_forth(struct undo *undo)
{
    if (undo->position == undo->count)
        return NULL;
    undo->position++;
    return &undo->steps[undo->position - 1];
}
