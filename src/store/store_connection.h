/*
 * What every connection of the store is set to, and the pieces of SQL that more than one
 * of them uses.
 */
#ifndef STORE_STORE_CONNECTION_H
#define STORE_STORE_CONNECTION_H

#include <sqlite3.h>

/* The text that is searched of a part: no pictures, nothing that only a service reads,
 * and of a very long one its beginning. Must stay the same for a text as long as it is in
 * the index, which is told of it again when it goes. */
#define STORE_INDEXED_TEXT "substr(text, 1, 1048576)"
#define STORE_INDEXED_KINDS                                                              \
    "('text', 'reasoning', 'refusal', 'tool_call', 'tool_result', 'file')"

/* Takes the texts of the parts from ?1 to ?2 out of the index, as far as they are in. */
#define STORE_FORGET_TEXTS                                                               \
    "INSERT INTO text_index(text_index, rowid, text) SELECT 'delete', id,"               \
    " " STORE_INDEXED_TEXT " FROM part WHERE id BETWEEN ?1 AND ?2 AND EXISTS(SELECT 1"   \
    " FROM text_index_docsize WHERE text_index_docsize.id = part.id)"

/* A database is data: whatever stands in its schema, nothing of it runs by itself. */
void store_connection_harden(sqlite3 *db);

/* For connections that write: see docs/decisions/0100. Returns SQLite's code. */
int store_connection_configure(sqlite3 *db);

#endif
