/*
 * Memory that is always there. Every allocation of the program goes through these
 * functions; when memory is gone they say so on standard error and abort (the fatal
 * signal handler restores the terminal), so nobody tests for NULL.
 */
#ifndef BASE_MEM_H
#define BASE_MEM_H

#include <stddef.h>

#include "src/base/banned.h"

/* Returns `size` zeroed bytes (at least one). Caller frees with mem_free. */
void *mem_alloc(size_t size);

/* Returns `count` zeroed elements of `size` bytes; aborts if the product overflows. */
void *mem_alloc_array(size_t count, size_t size);

/* Resizes `old` (may be NULL) to `count` elements of `size` bytes; new bytes are not set.
 */
void *mem_resize_array(void *old, size_t count, size_t size);

/*
 * Makes room for `need` elements in a growing array: returns `items`, moved if
 * necessary, and raises `*cap` at least by half. The usual call is
 * `v->items = mem_grow(v->items, &v->cap, v->len + 1, sizeof(v->items[0]))`.
 */
void *mem_grow(void *items, size_t *cap, size_t need, size_t size);

/* Returns a copy of `text`; NULL gives NULL. */
char *mem_strdup(const char *text);

/* Returns a NUL-terminated copy of `len` bytes. */
char *mem_strndup(const char *bytes, size_t len);

/* Frees what the functions above returned; NULL is allowed. */
void mem_free(void *ptr);

/* Overwrites `len` bytes in a way that the compiler may not leave out (for secrets). */
void mem_wipe(void *ptr, size_t len);

#endif
