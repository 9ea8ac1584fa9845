/*
 * API keys. A secret is read from its source, handed to the one request it belongs to,
 * and wiped before its memory is given back. It is never logged or printed; the rest of
 * the program only asks whether there is one.
 */
#ifndef CONFIG_SECRET_H
#define CONFIG_SECRET_H

#include "src/base/error.h"

struct secret;

/* Reads the environment variable; NULL with a sentence if it is unset, empty, or holds a
 * character that no header field may hold. */
struct secret *secret_from_env(const char *variable, struct error *err);

/* The key itself, for the request's header only. NULL secret: NULL. */
const char *secret_text(const struct secret *secret);

/* Wipes and frees; NULL is allowed. */
void secret_free(struct secret *secret);

#endif
