/* The person's program for addresses: a browser, most often by way of xdg-open. */
#ifndef PROC_OPENER_H
#define PROC_OPENER_H

#include <stdbool.h>
#include <stddef.h>

#include "src/base/error.h"

/*
 * Starts the command with the address as its last argument, detached from us and without
 * keys in its environment. Without words it is the first of xdg-open, open and wslview
 * that is there. False with err filled if there is none, or it could not be started.
 */
bool opener_open(const char *const *words, size_t word_count, const char *address,
                 struct error *err);

#endif
