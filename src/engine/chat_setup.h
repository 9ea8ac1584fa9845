/* What a chat is opened with, and what is sent in it: plain records that are read during
 * the call they are given to. */
#ifndef ENGINE_CHAT_SETUP_H
#define ENGINE_CHAT_SETUP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/chat/attachment.h"
#include "src/chat/param.h"
#include "src/config/catalog.h"
#include "src/config/endpoint.h"
#include "src/engine/call.h"

/* What a chat talks to and how. The endpoint outlives the engine; the rest is copied. */
struct chat_setup {
    const struct endpoint *endpoint;
    const char *model;
    const char *name;                /* what the person calls the model; or NULL */
    const char *system;              /* or NULL */
    const struct param_list *params; /* or NULL */
    /* Models that are asked, in this order, when the first fails before any text of it
     * was shown; the answer's facts say who answered. Copied as far as strings go. */
    const struct model_ref *fallbacks;
    size_t fallback_count;
    /* Names or globs of the tools that are offered; copied. */
    const char *const *tools;
    size_t tool_count;
    enum approval approval;
    bool hands_out_calls; /* a call to a tool that cannot be run here ends the turn, for
                             the caller to handle; otherwise the model is told */
    bool is_streaming;
    bool is_counted_by_owner; /* who opens it keeps to the caps on money */
    bool is_unkept; /* nothing of it is stored: a cell of a run, a question of our own */
};

/* A prompt with all that may belong to it. Borrowed for the call. */
struct prompt {
    const char *text;
    size_t len;
    const struct attachment_list *attachments; /* NULL: none */
    uint64_t
        replaces; /* the prompt it takes the place of, as engine_send_edited; 0: none */
};

#endif
