/* Slices end between characters, since each is a JSON string of its own. */
#include "src/demo/demo_fragment.h"

#include <string.h>

#include "src/base/mem.h"

#define FRAGMENT_LEN 6

/* The length of the slice of `text` at `offset`; 0 at the end. */
static size_t slice_len(const char *text, size_t len, size_t offset)
{
    size_t end = offset + FRAGMENT_LEN;
    while (end < len && ((unsigned char)text[end] & 0xc0) == 0x80)
        end++;
    return (end < len ? end : len) - offset;
}

/* Appends the pieces of one call to `list`, which holds `*count`. */
static struct demo_fragment *add_call(struct demo_fragment *list, size_t *cap,
                                      size_t *count, size_t call, const char *arguments)
{
    const size_t len = strlen(arguments);
    struct demo_fragment fragment = {.call = call};
    do {
        list = mem_grow(list, cap, *count + 1, sizeof(list[0]));
        list[(*count)++] = fragment;
        fragment.offset += fragment.len;
        fragment.len = slice_len(arguments, len, fragment.offset);
    } while (fragment.len > 0);
    return list;
}

/* A copy of the list in which the calls take turns; frees `list`. */
static struct demo_fragment *interleave(struct demo_fragment *list, size_t count,
                                        size_t call_count)
{
    struct demo_fragment *mixed = mem_alloc_array(count, sizeof(mixed[0]));
    size_t next[DEMO_SCRIPT_CALLS_MAX] = {0};
    size_t filled = 0;
    for (size_t turn = 0; filled < count; turn++) {
        const size_t call = turn % call_count;
        size_t at = next[call];
        while (at < count && list[at].call != call)
            at++;
        next[call] = at + 1;
        if (at < count)
            mixed[filled++] = list[at];
    }
    mem_free(list);
    return mixed;
}

struct demo_fragment *demo_fragment_list(const struct demo_script *script,
                                         enum demo_call_style style, size_t *count)
{
    struct demo_fragment *list = NULL;
    size_t cap = 0;
    *count = 0;
    for (size_t call = 0; call < script->call_count; call++) {
        const char *arguments = script->calls[call].arguments;
        const bool is_whole = style == DEMO_CALLS_WHOLE;
        list = add_call(list, &cap, count, call, is_whole ? "" : arguments);
    }
    if (style == DEMO_CALLS_MIXED && script->call_count > 1)
        list = interleave(list, *count, script->call_count);
    return list;
}
