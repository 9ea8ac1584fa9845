/*
 * The database of llm while it is read: statements that may be missing because the
 * program that wrote it was older. For the two readers of it in this room only.
 */
#ifndef STORE_IMPORT_LLM_H
#define STORE_IMPORT_LLM_H

#include <stdbool.h>
#include <stddef.h>

#include <sqlite3.h>

#include "src/store/session_import.h"

struct llm_reader {
    sqlite3 *database;
    struct imported *imported;
    struct error *err;
};

/* Prepares a statement; columns that the table does not have read as NULL: `columns` are
 * words with one blank between, `rest` follows the table's name. NULL if the table is
 * missing; NULL with err filled if it cannot be read. */
sqlite3_stmt *llm_prepare(struct llm_reader *reader, const char *table,
                          const char *columns, const char *rest);

/* The next row; false at the end, and with err filled if it cannot be read. */
bool llm_step(struct llm_reader *reader, sqlite3_stmt *statement);

/* Begins a statement anew with a text in the place of its "?". */
void llm_restart(sqlite3_stmt *statement, const char *key);

/* A column's text, NULL if it has none; valid until the next step. A whole number, or
 * -1. */
const char *llm_text(sqlite3_stmt *statement, int column);
int64_t llm_number(sqlite3_stmt *statement, int column);

/* Appends the attachment whose columns (type, path, url, content) begin at `column`. */
bool llm_add_attachment(struct llm_reader *reader, struct message *message,
                        sqlite3_stmt *statement, int column);

/* Reads what an llm from 0.32 on has written (threads); adds nothing if there is none. */
bool import_llm_threads(struct llm_reader *reader);

#endif
