/*
 * What the files of the store share: the open database, its prepared statements and the
 * running transaction. Nobody outside of src/store includes it but tests of its parts.
 */
#ifndef STORE_STORE_STATE_H
#define STORE_STORE_STATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <sqlite3.h>

#include "src/base/error.h"
#include "src/store/store.h"

/* Keys are made of bits, so that the rows of a chat lie side by side and need no other
 * index: message = chat | number, part = message | its place in the message. */
#define STORE_NUMBER_BITS 22
#define STORE_PLACE_BITS  17
#define STORE_CHAT_MAX    ((int64_t)1 << 24)
#define STORE_NUMBER_MAX  (((int64_t)1 << STORE_NUMBER_BITS) - 1)
#define STORE_PLACE_MAX   (((int64_t)1 << STORE_PLACE_BITS) - 1)

/* The key of a message; of number 0 it is the lower bound of the chat's. */
int64_t store_message_key(int64_t chat, int64_t number);

/* The key of a part; of place 0 it is the lower bound of the message's. */
int64_t store_part_key(int64_t message_key, int64_t place);

/* Statements are prepared once, where they are used. */
enum store_slot {
    SLOT_NEW_SESSION,
    SLOT_PUT_SESSION,
    SLOT_TOUCH_SESSION,
    SLOT_NEW_CHAT,
    SLOT_PUT_CHAT,
    SLOT_PUT_TIP,
    SLOT_FIND_CHAT,
    SLOT_FIND_STATE,
    SLOT_PUT_MESSAGE,
    SLOT_OLD_PARTS,
    SLOT_PUT_PART,
    SLOT_PUT_PART_FACTS,
    SLOT_DROP_PARTS,
    SLOT_DROP_PIECES,
    SLOT_PUT_PIECE,
    SLOT_DROP_DRAFTS,
    SLOT_PUT_DRAFT,
    SLOT_QUEUE_TEXT,
    SLOT_FORGET_TEXT,
    SLOT_REMOVE_CHATS,
    SLOT_DROP_CHATS,
    SLOT_DROP_SESSION,
    SLOT_LAST,
    SLOT_READ_SESSION,
    SLOT_READ_CHATS,
    SLOT_READ_MESSAGES,
    SLOT_READ_PARTS,
    SLOT_READ_PIECES,
    SLOT_READ_DRAFTS,
    SLOT_LIST,
    SLOT_LIST_MODELS,
    SLOT_SEARCH,
    SLOT_SNIPPET,
    SLOT_HIT,
    SLOT_COUNT
};

struct store_upkeep;

struct store {
    sqlite3 *db;
    char *path;
    bool is_for_reading;
    bool is_writing;          /* between begin and commit */
    enum store_result result; /* of the running transaction so far */
    struct error error;
    bool has_work;     /* for the upkeep, after this transaction */
    bool is_importing; /* what is put keeps its times */
    int wait_ms;
    int64_t waiting_us; /* since when it waits for the lock; 0: it does not */
    int wal_pages;      /* in the write-ahead log after the last commit */
    sqlite3_stmt *statements[SLOT_COUNT];
    struct store_upkeep *upkeep;
};

/* The statement of that slot, ready to be bound; NULL, with the transaction marked as
 * failed, if it cannot be prepared. */
sqlite3_stmt *store_statement(struct store *store, enum store_slot slot, const char *sql);

/* Runs a statement that gives no rows, and makes it ready again. False, with the
 * transaction marked as failed, if that does not work. */
bool store_run(struct store *store, sqlite3_stmt *statement);

/* Marks the running transaction as failed by what the database said last; returns
 * false. */
bool store_fail(struct store *store);

/* The same with a sentence of our own. */
bool store_fail_with(struct store *store, enum error_class class, const char *sentence);

/* Fills err with what the database said last, in a sentence. A damage is noted beside the
 * file, so that the next store_open mends it. */
void store_explain(struct store *store, struct error *err);

/* The lock was got, or given up: the upkeep may have it again. */
void store_end_waiting(struct store *store);

/* Text or NULL into a parameter; borrowed until the statement has run. */
void store_bind_text(sqlite3_stmt *statement, int index, const char *text);

/* A column as a text that the caller frees; NULL stays NULL. */
char *store_column_text(sqlite3_stmt *statement, int column);

#endif
