/*
 * What the store does on a thread of its own, with a connection of its own, so that the
 * loop's thread never waits for a disk: checkpoints of the write-ahead log, the index of
 * texts, and the removal of what a person has removed, in short transactions.
 */
#ifndef STORE_STORE_UPKEEP_H
#define STORE_STORE_UPKEEP_H

#include <stdbool.h>
#include <stdint.h>

#include <sqlite3.h>

struct store_upkeep;

/* Starts the thread, which sleeps until it is asked. NULL if there can be none: then
 * nothing is lost, the work waits for another time. `path` is copied. */
struct store_upkeep *store_upkeep_start(const char *path);

/* Asks for a round of work, with a checkpoint if the log is long. Never waits. NULL:
 * nothing happens. */
void store_upkeep_ask(struct store_upkeep *upkeep, bool is_log_long);

/* While the writer waits for the lock, the thread does not take it again. */
void store_upkeep_yield(struct store_upkeep *upkeep, bool is_yielding);

/* Does what is left, ends the thread and frees. NULL is allowed. */
void store_upkeep_stop(struct store_upkeep *upkeep);

/* What a slice of work left to do. */
enum upkeep_rest {
    UPKEEP_DONE,
    UPKEEP_MORE,
    UPKEEP_HELD /* another program writes, or it failed: later */
};

/* Puts texts that wait for it into the index, about `bytes` of them, in a transaction. */
enum upkeep_rest store_upkeep_index(sqlite3 *db, int64_t bytes);

#endif
