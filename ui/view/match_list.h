/*
 * What a search has found in one message: places in the source of its parts, as they
 * came, whether they are laid out or folded. A message that grows is searched from where
 * it was left.
 */
#ifndef VIEW_MATCH_LIST_H
#define VIEW_MATCH_LIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/chat/message.h"
#include "ui/render/text_marks.h"
#include "ui/render/text_pattern.h"

/* Zeroed is a list before any search. */
struct match_list {
    struct text_range *ranges; /* those of the first part, then those of the next … */
    size_t count;
    size_t cap;
    size_t *firsts; /* of each part: the index of its first range */
    size_t part_count;
    size_t part_cap;
    uint64_t search;  /* the search that this is of; 0: none */
    uint64_t version; /* of the message */
    size_t sure_part; /* what is before that place was searched for good */
    size_t sure_at;
};

/* Brings it up to date. `search` is a number for the pattern, never 0; a NULL pattern
 * finds nothing. */
void match_list_update(struct match_list *list, const struct message *message,
                       const struct text_pattern *pattern, uint64_t search);
void match_list_clear(struct match_list *list);

/* The part that a range is in, and the ranges of a part. */
size_t match_list_part(const struct match_list *list, size_t index);
const struct text_range *match_list_of_part(const struct match_list *list, size_t part,
                                            size_t *count);

#endif
