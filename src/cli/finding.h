/*
 * What motet doctor has found: one line each, for people or as JSON, and the exit code
 * that all of them make together.
 */
#ifndef CLI_FINDING_H
#define CLI_FINDING_H

#include <stdbool.h>

#include "src/base/compiler.h"
#include "src/base/error.h"

enum finding_status { FINDING_OK, FINDING_WARN, FINDING_FAIL };

struct finding {
    const char *check; /* what was looked at, in a word or two */
    enum finding_status status;
    enum error_class class; /* of a failure: makes the exit code */
    const char *remedy;     /* what to do, a sentence; NULL: nothing */
};

/* Where findings go. A zeroed one prints lines for people. */
struct finding_list {
    bool is_json;
    int exit_code; /* 0 while nothing has failed; 9 for failures of several kinds */
};

/* Prints a finding on standard output; the text says what was seen. Text from outside is
 * made harmless. */
void finding_tell(struct finding_list *list, const struct finding *finding,
                  const char *format, ...) LIKE_PRINTF(3, 4);

#endif
