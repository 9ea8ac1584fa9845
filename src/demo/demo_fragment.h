/*
 * Tool calls cut into the pieces in which they are streamed: for each call a head that
 * carries id and name, then its arguments a few bytes at a time.
 */
#ifndef DEMO_FRAGMENT_H
#define DEMO_FRAGMENT_H

#include <stddef.h>

#include "src/demo/demo_protocol.h"
#include "src/demo/demo_script.h"

struct demo_fragment {
    size_t call; /* index in the script */
    size_t offset;
    size_t len; /* of the slice of the arguments; 0 for a head */
};

/*
 * The pieces of all calls in the order they are sent; of a call that is sent whole only
 * its head. Their number goes to `*count`. Caller frees with mem_free.
 */
struct demo_fragment *demo_fragment_list(const struct demo_script *script,
                                         enum demo_call_style style, size_t *count);

#endif
