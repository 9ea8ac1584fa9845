/*
 * An engine whose chats are kept, in a database of the test's own: the world's servers
 * with a catalog that knows them as "demo" and "raw", and a keeper. A second life is a
 * new engine and a new keeper on the same database.
 */
#ifndef SUPPORT_KEEPER_STAGE_H
#define SUPPORT_KEEPER_STAGE_H

#include "src/config/catalog.h"
#include "src/engine/session_keeper.h"
#include "tests/support/engine_world.h"

struct keeper_stage {
    struct engine_world world;
    struct catalog catalog;
    char *path; /* of the database */
    struct session_keeper *keeper;
    struct strbuf notices; /* lines */
};

/* As fixtures of cmocka; the state is the stage. */
int keeper_stage_setup(void **state);
int keeper_stage_teardown(void **state);

/* Makes engine and keeper, where there are none. */
void keeper_stage_start(struct keeper_stage *stage);

/* Ends keeper and engine, as the program does in the middle of whatever runs. */
void keeper_stage_end(struct keeper_stage *stage);

/* Opens a chat at an endpoint of the catalog. */
chat_id keeper_stage_open(struct keeper_stage *stage, const char *provider,
                          const char *model);

/* Brings the session back; the test fails if that does not work. */
void keeper_stage_restore(struct keeper_stage *stage, int64_t id,
                          struct restored_session *restored);

/* Reads the session through a store of its own; clear it with session_clear. */
void keeper_stage_read(const struct keeper_stage *stage, int64_t id,
                       struct session *session);

/* How many sessions the database has. */
size_t keeper_stage_count(const struct keeper_stage *stage);

#endif
