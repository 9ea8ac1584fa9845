/*
 * API keys. A secret is read from its source, handed to the one request it belongs to,
 * and wiped before its memory is given back. It is never logged or printed; the rest of
 * the program only asks whether there is one.
 */
#ifndef CONFIG_SECRET_H
#define CONFIG_SECRET_H

#include <stddef.h>

#include "src/base/error.h"

struct secret;

/* Reads the environment variable; NULL with a sentence if it is unset, empty, or holds a
 * character that no header field may hold. */
struct secret *secret_from_env(const char *variable, struct error *err);

/* Takes a copy of text that came from elsewhere (white space at its ends is left out);
 * NULL with a sentence, which names `source`, if it can be no key. */
struct secret *secret_from_text(const char *text, size_t len, const char *source,
                                struct error *err);

/* Reads a file that holds nothing but the key. NULL with a sentence unless it is a file
 * of our own that nobody else can read (mode 0600). */
struct secret *secret_from_file(const char *path, struct error *err);

/* The key itself, for the request's header only. NULL secret: NULL. */
const char *secret_text(const struct secret *secret);

/* Wipes and frees; NULL is allowed. */
void secret_free(struct secret *secret);

#endif
