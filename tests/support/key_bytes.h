/*
 * What a terminal of the xterm kind sends for a key: the inverse of ui/term/keys.h, for
 * tests that press keys by name.
 */
#ifndef SUPPORT_KEY_BYTES_H
#define SUPPORT_KEY_BYTES_H

#include <stdbool.h>

#include "src/base/strbuf.h"
#include "ui/edit/key.h"

/* Appends the bytes of a key; false for keys that have none (mouse, focus). */
bool key_bytes_append(struct strbuf *out, const struct key *key);

#endif
