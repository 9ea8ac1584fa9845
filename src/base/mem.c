/*
 * Thin wrappers over malloc. The one policy here: out of memory is not an error that
 * callers handle, it ends the program through abort(), so that the fatal-signal path
 * (which puts the terminal back) runs.
 */
#include "src/base/mem.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/compiler.h"

/* Of items up to this size an array begins with several; larger ones often stay alone. */
#define SMALL_ITEM 64

static NORETURN void mem_fail(void)
{
    fputs("motet: out of memory\n", stderr);
    abort();
}

void *mem_alloc(size_t size)
{
    return mem_alloc_array(1, size > 0 ? size : 1);
}

void *mem_alloc_array(size_t count, size_t size)
{
    void *ptr = calloc(count > 0 ? count : 1, size > 0 ? size : 1);
    if (ptr == NULL)
        mem_fail();
    return ptr;
}

void *mem_resize_array(void *old, size_t count, size_t size)
{
    if (count == 0)
        count = 1;
    if (size == 0)
        size = 1;
    if (count > SIZE_MAX / size)
        mem_fail();
    void *ptr = realloc(old, count * size);
    if (ptr == NULL)
        mem_fail();
    return ptr;
}

void *mem_grow(void *items, size_t *cap, size_t need, size_t size)
{
    if (need <= *cap)
        return items;
    size_t wanted = *cap + *cap / 2;
    if (wanted < need)
        wanted = need;
    if (wanted < 4 && size <= SMALL_ITEM)
        wanted = 4;
    items = mem_resize_array(items, wanted, size);
    *cap = wanted;
    return items;
}

char *mem_strdup(const char *text)
{
    return text != NULL ? mem_strndup(text, strlen(text)) : NULL;
}

char *mem_strndup(const char *bytes, size_t len)
{
    char *copy = mem_alloc(len + 1);
    if (len > 0)
        memcpy(copy, bytes, len);
    return copy;
}

void mem_free(void *ptr)
{
    free(ptr);
}

void mem_wipe(void *ptr, size_t len)
{
    volatile unsigned char *byte = ptr;
    for (size_t i = 0; i < len; i++)
        byte[i] = 0;
}
