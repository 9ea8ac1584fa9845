/*
 * One record of a recording as plain data, with all it owns: one line of the file. What
 * the members are called there, and what they mean, stands in docs/guide/recording.md.
 * Texts are valid UTF-8; bodies are bytes. Times are in microseconds or, where they
 * belong to the facts of an answer, in milliseconds.
 */
#ifndef STORE_RECORDING_RECORD_H
#define STORE_RECORDING_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/base/error.h"
#include "src/base/text_list.h"
#include "src/chat/message.h"
#include "src/chat/param.h"
#include "src/store/recording_call.h"

enum recording_kind {
    RECORDING_OPEN,      /* a chat was opened: open */
    RECORDING_MESSAGE,   /* a whole message joined a chat: message, parent */
    RECORDING_ANSWER,    /* an empty answer did, and its turn begins: answer, parent */
    RECORDING_STATE,     /* its turn waits: state */
    RECORDING_REQUEST,   /* a try is on its way: request */
    RECORDING_CONNECTED, /* … the connection is there */
    RECORDING_HEAD,      /* … head */
    RECORDING_BODY,      /* … body: what came in one piece */
    RECORDING_END,       /* … is over: end */
    RECORDING_CALL,      /* something happened to a tool call: call */
    RECORDING_DONE,      /* an answer is settled: message; of its parts the ids of calls */
    RECORDING_PATH,      /* the chat goes on from another message: message, 0: none */
    RECORDING_CLOSE,     /* the chat was closed */
    RECORDING_KIND_COUNT
};

/* A model and where it is asked. */
struct recording_model {
    char *provider; /* as the configuration calls it; or NULL */
    char *api;      /* the protocol, "openai-chat" */
    char *model;
};

struct recording_open {
    struct recording_model model;
    char *name; /* what the person called the model; or NULL */
    struct recording_model *fallbacks;
    size_t fallback_count;
    char *system; /* or NULL */
    struct param_list params;
    struct text_list tools; /* that were offered, by name */
    int approval;           /* an enum approval of src/engine/call.h */
    bool is_streaming;
    bool hands_out_calls;
};

struct recording_answer {
    struct recording_model model; /* that is asked first */
    bool is_continuation;
};

struct recording_state {
    char *name;   /* of the JSON output: "queued", "retrying" */
    char *reason; /* likewise, or NULL */
};

struct recording_field {
    char *name;
    char *value;
};

struct recording_fields {
    struct recording_field *items;
    size_t len;
    size_t cap;
};

struct recording_request {
    struct recording_model model;
    int attempt; /* from 1 */
    char *method;
    char *url;                      /* without what may be secret in it */
    struct recording_fields fields; /* values of keys are "***" */
    int64_t body_len;               /* the body itself is not kept */
};

struct recording_head {
    int status;
    struct recording_fields fields; /* values of cookies and the like are "***" */
};

struct recording_body {
    char *bytes; /* NUL-terminated behind its end */
    size_t len;
};

struct recording_end {
    bool is_cut;        /* we have ended it */
    struct error error; /* class ERROR_NONE: a clean end, or not known why it was cut */
    const char *http_version; /* static text, or NULL */
    bool is_reused;
    struct answer_timing timing;
};

struct recording_record {
    int64_t at_us; /* since the recording began; never less than that of the one before */
    enum recording_kind kind;
    uint32_t chat;     /* from 1 */
    uint64_t message;  /* the prompt or answer it is about; 0: none */
    uint64_t parent;   /* what that follows in its chat; 0: nothing */
    uint64_t exchange; /* of the records from REQUEST to END */
    union {
        struct recording_open *open;
        struct message *content; /* of MESSAGE and DONE */
        struct recording_answer *answer;
        struct recording_state *state;
        struct recording_request *request;
        struct recording_head *head;
        struct recording_body body;
        struct recording_end *end;
        struct recording_call *call;
    } of;
};

/* Frees all that it owns. */
void recording_record_clear(struct recording_record *record);

/* The name of a kind in the file: "open", "message", … */
const char *recording_kind_name(enum recording_kind kind);

/* Adds a copy. */
void recording_fields_add(struct recording_fields *fields, const char *name,
                          const char *value);
void recording_fields_clear(struct recording_fields *fields);

#endif
