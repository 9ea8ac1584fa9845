/*
 * The tables, and how a database of an older version gets those of this one: a list of
 * steps, each of which is one transaction. The tables are described in README.md.
 */
#ifndef STORE_STORE_SCHEMA_H
#define STORE_STORE_SCHEMA_H

#include <stdbool.h>
#include <stddef.h>

#include <sqlite3.h>

#include "src/base/error.h"

/* "Mote": says that a database is one of Motet's. */
#define STORE_APPLICATION_ID 0x4d6f7465

/* What leads from version i to version i + 1: SQL, any number of statements. */
struct store_step {
    const char *sql;
};

enum store_schema_state {
    SCHEMA_GOOD,
    SCHEMA_FOREIGN, /* of another program or of a newer version: err says it */
    SCHEMA_DAMAGED,
    SCHEMA_FAILED /* err says why */
};

/* The steps of this program; their number is its version. */
const struct store_step *store_schema_steps(size_t *count);

/* A look without writing: may it be used, or brought to the version `count`? `path` is
 * for sentences. */
enum store_schema_state store_schema_look(sqlite3 *db, const char *path, size_t count,
                                          struct error *err);

/* Looks, and then brings the database to the version `count` if it is older; other
 * programs may do the same at the same time. */
enum store_schema_state store_schema_prepare(sqlite3 *db, const char *path,
                                             const struct store_step *steps, size_t count,
                                             struct error *err);

/* For reading only: nothing is written. Older versions are FOREIGN here. */
enum store_schema_state store_schema_check(sqlite3 *db, const char *path, size_t count,
                                           struct error *err);

#endif
