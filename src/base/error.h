/*
 * What can go wrong, as one enum for every provider and every part of the program, and
 * the value that carries it: a class for code and one full sentence for people.
 *
 * The table behind error_class_get is the only place that knows a class: its name in the
 * JSON output, its title on an error card, the exit code, whether another try may help,
 * and what a person can do. Source of the classes: the list in docs/guide/errors.md.
 */
#ifndef BASE_ERROR_H
#define BASE_ERROR_H

#include <stdbool.h>

#include "src/base/compiler.h"

enum error_class {
    ERROR_NONE,
    ERROR_AUTH,
    ERROR_NOT_FOUND,
    ERROR_BAD_REQUEST,
    ERROR_CONTEXT_LENGTH,
    ERROR_CONTENT_FILTER,
    ERROR_RATE_LIMIT,
    ERROR_QUOTA,
    ERROR_OVERLOADED,
    ERROR_SERVER,
    ERROR_TIMEOUT_CONNECT,
    ERROR_TIMEOUT_FIRST_BYTE,
    ERROR_TIMEOUT_IDLE,
    ERROR_TIMEOUT_TOTAL,
    ERROR_NETWORK_DNS,
    ERROR_NETWORK_REFUSED,
    ERROR_NETWORK_RESET,
    ERROR_NETWORK_TLS,
    ERROR_PROTOCOL,
    ERROR_CANCELLED,
    ERROR_TOOL,     /* the tools of a turn: too many rounds, arguments that never fit */
    ERROR_SCHEMA,   /* an answer that does not fit the JSON Schema it was asked for */
    ERROR_BUDGET,   /* not sent: it might have cost more than the person allows */
    ERROR_USAGE,    /* a wrong option, argument or configuration */
    ERROR_INTERNAL, /* our own fault, or the system's (disk, memory, descriptors) */
    ERROR_CLASS_COUNT
};

/* Exit codes of the program; the contract is in the manual under EXIT STATUS. */
enum exit_code {
    EXIT_CODE_OK = 0,
    EXIT_CODE_INTERNAL = 1,
    EXIT_CODE_USAGE = 2,
    EXIT_CODE_AUTH = 3,
    EXIT_CODE_REFUSED = 4,
    EXIT_CODE_LIMIT = 5,
    EXIT_CODE_SERVER = 6,
    EXIT_CODE_NETWORK = 7,
    EXIT_CODE_TOOL = 8,
    EXIT_CODE_SOME_FAILED = 9,
    EXIT_CODE_SIGINT = 130,
    EXIT_CODE_SIGTERM = 143
};

struct error_class_info {
    const char *name;   /* in JSON: "rate_limit" */
    const char *title;  /* on a card: "rate limited" */
    const char *advice; /* what a person can do, a sentence; "" if nothing */
    enum exit_code exit_code;
    bool is_retryable; /* another try without any change may succeed */
};

/* The record of a class. Never NULL. */
const struct error_class_info *error_class_get(enum error_class class);

/*
 * A failure. Zeroed means none. The message is a whole sentence without a final period
 * that names the file, host, option or field at fault; it is owned by the struct.
 */
struct error {
    enum error_class class;
    char *message;
};

/* Fills `err` (may be NULL: then nothing happens), replacing what was there. */
void error_set(struct error *err, enum error_class class, const char *format, ...)
    LIKE_PRINTF(3, 4);

/* Puts "prefix: " before the message, to add context on the way up. */
void error_prefix(struct error *err, const char *format, ...) LIKE_PRINTF(2, 3);

/* The message, or "" where there is none. */
const char *error_text(const struct error *err);

/* Moves `from` to `to` (which is cleared first); `from` is empty afterwards. */
void error_move(struct error *to, struct error *from);

/* Frees the message and sets the class to ERROR_NONE. */
void error_clear(struct error *err);

#endif
