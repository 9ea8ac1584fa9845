/*
 * What every running call has in common, whatever runs it: word of its progress, and
 * one result. A call always ends with exactly one on_done, from the loop, never from
 * inside the function that started it; afterwards its handle is gone.
 */
#ifndef TOOL_TOOL_RESULT_H
#define TOOL_TOOL_RESULT_H

#include <stdbool.h>
#include <stddef.h>

enum tool_end {
    TOOL_END_OK,
    TOOL_END_ERROR,  /* the tool ran and says that it failed */
    TOOL_END_FAULT,  /* it could not be run or reached, ran out of time, broke a rule */
    TOOL_END_STOPPED /* by the person */
};

/* The most of a result that goes to a model, unless a setting says otherwise. */
#define TOOL_RESULT_MAX ((size_t)256 << 10)

/* Borrowed: valid during on_done. */
struct tool_result {
    enum tool_end end;
    const char *text; /* for the model: valid UTF-8, NUL-terminated; of a failure a
                         sentence at least */
    size_t len;
    bool is_cut;      /* the tool gave more than `text` holds; `text` says so itself */
    const char *note; /* for the person only (last words on standard error); or NULL */
};

struct tool_progress {
    double done;      /* rises; -1: not said */
    double total;     /* -1: not known */
    const char *text; /* valid UTF-8, or NULL */
};

struct tool_handler {
    void (*on_progress)(void *user, const struct tool_progress *progress); /* or NULL */
    void (*on_done)(void *user, const struct tool_result *result);
    void *user;
};

#endif
