/*
 * A session as plain data: chats that stand side by side, what each is talked to with,
 * and how the session is called. The store reads and writes it, exports are made from
 * it, imports make one. Knows no configuration: services are named, and may be gone.
 * A struct owns all that hangs from it.
 */
#ifndef CHAT_SESSION_H
#define CHAT_SESSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/base/text_list.h"
#include "src/chat/chat.h"
#include "src/chat/param.h"

/* Who has named a session. */
enum title_source {
    TITLE_FIRST_LINE, /* it is the first line of the first prompt */
    TITLE_MODEL,      /* a model was asked */
    TITLE_PERSON
};

/* How a comparison goes on. */
enum going_on {
    GOING_ON_INDEPENDENT, /* each chat goes on from its own answer */
    GOING_ON_SHARED       /* one answer is picked and becomes everyone's history */
};

/* A model as the configuration calls its service. */
struct session_model {
    char *provider; /* the endpoint's name, "openai" */
    char *model;
};

struct session_chat {
    int64_t id; /* the store's; 0: not stored */
    struct session_model model;
    char *api;    /* the protocol, "openai-chat"; or NULL */
    char *label;  /* what it differs in from the others, or NULL */
    char *system; /* or NULL */
    struct param_list params;
    struct session_model *fallbacks;
    size_t fallback_count;
    struct text_list tools; /* names or globs of those that are offered */
    int approval;           /* an enum approval of src/engine/call.h */
    bool is_streaming;
    bool is_closed; /* its pane was closed; it is kept */
    struct chat chat;
};

/* A text that was being written. */
struct session_draft {
    char *target; /* what it was written for, in words of the front end */
    char *text;
};

struct session {
    int64_t id;  /* the store's; 0: not stored */
    char *title; /* or NULL: nothing was said yet */
    enum title_source title_source;
    struct text_list tags;
    int64_t created_ms; /* of the wall clock, since 1970 */
    int64_t updated_ms;
    enum going_on going_on;
    char *layout; /* how the panes stood, in words of the front end; or NULL */
    struct session_chat *chats;
    size_t chat_count;
    size_t chat_cap;
    struct session_draft *drafts;
    size_t draft_count;
    size_t draft_cap;
};

/* A line of a list of sessions. */
struct session_row {
    int64_t id;
    char *title;
    char *tags;   /* with commas between */
    char *models; /* likewise */
    int64_t created_ms;
    int64_t updated_ms;
    size_t chat_count;
    size_t message_count;
    bool is_interrupted; /* an answer of it was cut by a crash and not seen to yet */
};

/* A place that a search has found. */
struct session_hit {
    int64_t session;
    char *title;
    int64_t chat;
    uint64_t message; /* its number in the chat */
    enum message_author author;
    char *model;
    char *snippet; /* text around the words; each found word between \x01 and \x02 */
    int64_t created_ms;
};

void session_init(struct session *session);
void session_clear(struct session *session);

/* Adds an empty chat, or a draft; valid until the next one is added. */
struct session_chat *session_add_chat(struct session *session);
struct session_draft *session_add_draft(struct session *session);

void session_row_clear(struct session_row *row);
void session_rows_free(struct session_row *rows, size_t count);
void session_hits_free(struct session_hit *hits, size_t count);

/* A title made of the first line of a text that says something: at most 60 bytes,
 * without control characters. NULL if there is none. Caller frees. */
char *session_title_from(const char *text, size_t len);

#endif
