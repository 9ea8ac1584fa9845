/*
 * One message of a conversation as plain data: who speaks, its parts in the order they
 * came, and for an answer how it went. Knows nothing of providers, sockets or screens.
 * Text is valid UTF-8, exactly as it came otherwise (also control characters): whoever
 * shows it makes it harmless.
 */
#ifndef CHAT_MESSAGE_H
#define CHAT_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/base/error.h"
#include "src/base/strbuf.h"
#include "src/chat/finish.h"
#include "src/chat/usage.h"

enum message_author { MESSAGE_SYSTEM, MESSAGE_USER, MESSAGE_ASSISTANT, MESSAGE_TOOL };

enum part_kind {
    PART_TEXT,
    PART_REASONING,
    PART_REFUSAL,
    PART_TOOL_CALL,   /* text: the arguments, byte for byte */
    PART_TOOL_RESULT, /* text: what goes back to the model */
    PART_FILE,        /* an attached text: name, and the text itself */
    PART_IMAGE,       /* an attached picture: name, media_type, and its bytes */
    PART_OPAQUE       /* text: JSON that the service wants back unchanged, at this place;
                         never shown. Goes back only to the same protocol and model. */
};

struct part {
    enum part_kind kind;
    struct strbuf text;
    char *call_id;      /* tool parts; the call's id, never NULL there once it is whole */
    char *name;         /* tool parts: the tool's name; attachments: the file's name */
    char *media_type;   /* of a picture, "image/png" */
    int64_t call_index; /* opaque parts: the number of the call it belongs to, or -1 */
    int64_t elapsed_ms; /* tool result: how long the tool ran, -1: it did not */
    bool is_error;      /* tool result: the tool failed */
    bool is_whole; /* tool call: all of it has come and the arguments are valid JSON */
    const char *decision; /* tool call: "once", "denied", …, static text; NULL: none */
    const char *decided_by; /* … "user" or "rule", static text; or NULL */
    char *reason;           /* … of a denial, or NULL */
};

enum message_state {
    MESSAGE_WHOLE,
    MESSAGE_GROWING,
    MESSAGE_STOPPED, /* by the person; what had come is kept */
    MESSAGE_FAILED   /* see error; what had come is kept */
};

/* A model that was asked first, and why it could not answer. */
struct failed_try {
    char *model;
    enum error_class class;
};

/* How long an answer's last request took to get going, in microseconds since its start;
 * -1 where not reached or not known. */
struct answer_timing {
    int64_t dns_us;
    int64_t connect_us;
    int64_t tls_us;
    int64_t first_byte_us;
};

/* How an answer went. Times are in milliseconds, -1 where not known. */
struct answer_facts {
    char *api;   /* the protocol and the model that answered: */
    char *model; /* what is opaque goes back to these only */
    enum finish finish;
    char *finish_raw; /* the provider's own word, or NULL */
    struct usage usage;
    double cost; /* by the prices of the configuration; negative: not known */
    struct error error;
    char *provider_code; /* of an error, or NULL */
    char *request_id;    /* or NULL */
    int status;          /* HTTP status of an error, 0 if none */
    int64_t retry_after_ms;
    int64_t first_token_ms;
    int64_t total_ms;
    int attempts;
    struct failed_try *tries; /* the models that failed before this one */
    size_t try_count;
    struct answer_timing timing;
    bool is_reused;           /* the connection came from the cache */
    const char *http_version; /* static text, or NULL */
};

struct message {
    uint64_t id; /* unique in its chat, from 1 */
    enum message_author author;
    enum message_state state;
    struct message *parent; /* what it answers or follows; NULL for the first */
    size_t branch_number;   /* among those that follow the same one, from 1 */
    size_t child_count;     /* those that follow it */
    struct part *parts;
    size_t part_count;
    size_t part_cap;
    size_t size;          /* of all parts, against MESSAGE_MAX */
    uint64_t version;     /* grows with every change of the parts */
    bool is_automatic;    /* a prompt that nobody typed: it asks to go on after a cut */
    bool is_continuation; /* an answer that goes on where the one before it was cut */
    bool is_edited;       /* an answer that a person has rewritten */
    bool is_interrupted;  /* an answer that was growing when the program ended */
    int64_t created_ms;   /* of the wall clock, since 1970; 0: not known */
    struct answer_facts facts;
};

/* The ceiling of texts, and a little for each part. Past it an answer fails. */
#define MESSAGE_MAX ((size_t)16 << 20)

struct message *message_new(uint64_t id, enum message_author author);
void message_free(struct message *message);

/* Adds an empty part and returns it; valid until the next part is added. */
struct part *message_add_part(struct message *message, enum part_kind kind);

/* Appends text to the last part if it is of that kind, otherwise to a new one. False,
 * with as much appended as fits, if the message is at its ceiling. */
bool message_append(struct message *message, enum part_kind kind, const char *text,
                    size_t len);

/* Appends to a part of the message (a call's arguments); same ceiling, same result. */
bool message_append_part(struct message *message, struct part *part, const char *text,
                         size_t len);

/* Empties a part of the message, to be written anew. */
void message_reset_part(struct message *message, struct part *part);

/* Appends to `out` all parts of that kind, reasoning parts joined with an empty line. */
void message_join(const struct message *message, enum part_kind kind, struct strbuf *out);

/* The answer of the same turn before this one, whose calls' results it was written from;
 * NULL: it is the turn's first. */
const struct message *message_previous_answer(const struct message *answer);

/* True if any part holds text or a call. */
bool message_has_content(const struct message *message);

/* Notes that `model` (copied) has failed before the one that answers. */
void message_add_try(struct message *message, const char *model, enum error_class class);

/* Removes the tool calls, for an answer that failed: half a call must never be run. */
void message_drop_calls(struct message *message);

#endif
