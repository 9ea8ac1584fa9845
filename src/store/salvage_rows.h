/*
 * Fills a new database with the rows of a damaged one, and makes it one whole again:
 * chats and messages that have lost what they belong to get a session of their own,
 * counters are counted, texts wait for the index.
 */
#ifndef STORE_SALVAGE_ROWS_H
#define STORE_SALVAGE_ROWS_H

#include <stdbool.h>
#include <stdint.h>

#include <sqlite3.h>

#include "src/store/page_file.h"

struct salvage_count {
    int64_t sessions;
    int64_t messages;
};

/* `db` has the tables of this version, without a row. False if it cannot be written;
 * sqlite3_errmsg says why. */
bool salvage_rows(struct page_file *file, sqlite3 *db, struct salvage_count *count);

#endif
