/*
 * A program that lives on its own: started with a list of arguments (never a shell), in a
 * session of its own without a terminal, and not waited for. It reads and writes nothing
 * of ours and outlives us; a browser is one.
 */
#ifndef PROC_DETACHED_H
#define PROC_DETACHED_H

#include <stdbool.h>

#include "src/base/error.h"

/* Starts the program at `path`. `argv` ends with NULL. False with err filled if it could
 * not be started. */
bool detached_start(const char *path, const char *const *argv, char *const *environment,
                    struct error *err);

#endif
