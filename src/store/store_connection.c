/* Settings that SQLite has by connection and not by file. */
#include "src/store/store_connection.h"

#include <stddef.h>

void store_connection_harden(sqlite3 *db)
{
    (void)sqlite3_extended_result_codes(db, 1);
    (void)sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    (void)sqlite3_db_config(db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    (void)sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
    (void)sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_VIEW, 0, NULL);
    (void)sqlite3_limit(db, SQLITE_LIMIT_LENGTH, 64 << 20);
    (void)sqlite3_exec(db, "PRAGMA cell_size_check=ON; PRAGMA temp_store=MEMORY", NULL,
                       NULL, NULL);
}

int store_connection_configure(sqlite3 *db)
{
    /* Half a megabyte of pages: what is written is new, what is read is read once. */
    return sqlite3_exec(db,
                        "PRAGMA synchronous=NORMAL; PRAGMA wal_autocheckpoint=0;"
                        "PRAGMA cache_size=-512;"
                        "PRAGMA foreign_keys=ON; PRAGMA secure_delete=ON",
                        NULL, NULL, NULL);
}
