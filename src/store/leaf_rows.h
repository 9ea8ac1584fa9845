/*
 * Rows of tables, from every page of a file that is a leaf of a table, in the order of
 * the pages. Nothing else is needed of the file. A row whose text goes on in pages that
 * cannot be read is given as far as it was read.
 */
#ifndef STORE_LEAF_ROWS_H
#define STORE_LEAF_ROWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/store/page_file.h"

#define LEAF_COLUMNS_MAX 16

enum leaf_type { LEAF_NULL, LEAF_INTEGER, LEAF_REAL, LEAF_BLOB, LEAF_TEXT };

struct leaf_value {
    enum leaf_type type;
    int64_t integer;
    const uint8_t *bytes; /* of blobs and texts */
    size_t len;
};

struct leaf_row {
    int64_t id;
    size_t count; /* of columns */
    struct leaf_value values[LEAF_COLUMNS_MAX];
    bool is_cut; /* the last value is not whole */
};

/* Calls `take` with each row, borrowed for the call; it returns false to end the walk. */
void leaf_rows_walk(struct page_file *file,
                    bool (*take)(void *user, const struct leaf_row *row), void *user);

#endif
