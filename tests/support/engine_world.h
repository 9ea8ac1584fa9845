/*
 * An engine with the servers it talks to, all on one loop: the demo server and a raw
 * server. What the engine tells is written down as lines of text ("1 waiting", "1 text:
 * Hello", "1 done stop"), which are what tests compare. Pieces of text that follow each
 * other are joined in one line.
 *
 * Waiting is for conditions only; one that does not come true fails the test and prints
 * the lines.
 */
#ifndef SUPPORT_ENGINE_WORLD_H
#define SUPPORT_ENGINE_WORLD_H

#include <stdbool.h>
#include <stddef.h>

#include <ev.h>

#include "src/engine/engine.h"
#include "tests/support/raw_server.h"

struct demo_server;

struct engine_world {
    struct ev_loop *loop;
    struct demo_server *demo;
    struct raw_server *raw;
    struct endpoint demo_endpoint;
    struct endpoint raw_endpoint;
    struct settings settings;      /* the engine's; to be changed before the first chat */
    const struct catalog *catalog; /* the same; NULL: there are no prices */
    struct spending *spending;     /* the same; NULL: there are no caps */
    struct engine *engine;
    bool is_unstreamed; /* chats opened from now on ask for whole answers */
    struct strbuf trace;
    size_t running_max; /* the most turns that were in flight at once */
    /* Called for each event after it was written down; may be NULL. */
    void (*on_event)(void *user, const struct engine_event *event);
    void *user;
};

void engine_world_init(struct engine_world *world);
void engine_world_clear(struct engine_world *world);

/* The same as fixtures of cmocka; the state is the world. */
int engine_world_setup(void **state);
int engine_world_teardown(void **state);

/* Makes the engine, where there is none yet. */
void engine_world_start(struct engine_world *world);

/* Opens a chat with a model of the demo server, or anywhere. */
chat_id engine_world_open(struct engine_world *world, const char *model);
chat_id engine_world_open_at(struct engine_world *world, const struct endpoint *endpoint,
                             const char *model);

/* Opens a chat as it is described. */
chat_id engine_world_open_setup(struct engine_world *world,
                                const struct chat_setup *setup);

void engine_world_send(struct engine_world *world, chat_id chat, const char *text);

/* Runs the loop until is_met(user). */
void engine_world_wait(struct engine_world *world, bool (*is_met)(void *user),
                       void *user);

/* Runs the loop until the trace holds the line. */
void engine_world_wait_line(struct engine_world *world, const char *line);

/* Runs the loop until no chat is busy. */
void engine_world_finish(struct engine_world *world);

/* Opens a chat of the demo, sends, waits for the end; returns the answer. */
const struct message *engine_world_ask(struct engine_world *world, const char *model,
                                       const char *prompt);

/* True if the trace holds the line. */
bool engine_world_has_line(const struct engine_world *world, const char *line);

/* How many lines of the trace are `line`. */
size_t engine_world_count_lines(const struct engine_world *world, const char *line);

/* Compares the whole trace and empties it. */
void engine_world_assert_trace(struct engine_world *world, const char *expected);

/* The last answer on the chat's path. */
const struct message *engine_world_answer(const struct engine_world *world, chat_id chat);

/* The text of a message; caller frees. */
char *engine_world_text(const struct message *message);

void engine_world_assert_text(const struct engine_world *world, chat_id chat,
                              const char *expected);

/* A stream of server-sent events with the given deltas (JSON objects, NULL-terminated),
 * then the finish and the end mark; a whole HTTP response. Caller frees. */
char *engine_world_make_stream(const char *const *deltas, const char *finish);

#endif
