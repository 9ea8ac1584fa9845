/* Replacing a piece of text that stands there exactly once: the rule of edits by models.
 */
#ifndef BASE_REPLACE_ONCE_H
#define BASE_REPLACE_ONCE_H

#include <stdbool.h>

#include "src/base/error.h"
#include "src/base/strbuf.h"

struct replacement {
    const char *from;
    const char *to;
};

/* Appends `text` with the replacement made. False with err filled (a sentence that a
 * model can act on) if `from` is empty, or is not there exactly once. */
bool replace_once(struct strbuf *out, const char *text,
                  const struct replacement *replacement, struct error *err);

#endif
