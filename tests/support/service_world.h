/*
 * An engine and the services it talks to, all on one loop: the demo server in each of its
 * protocols, and a raw server that can be told to speak any of them. Waiting is for
 * conditions only; one that does not come true fails the test.
 */
#ifndef SUPPORT_SERVICE_WORLD_H
#define SUPPORT_SERVICE_WORLD_H

#include <stdbool.h>
#include <stddef.h>

#include <ev.h>

#include "src/demo/demo_limit.h"
#include "src/engine/engine.h"
#include "tests/support/raw_server.h"

struct demo_server;

enum service_api {
    SERVICE_OPENAI_CHAT,
    SERVICE_OPENAI_RESPONSES,
    SERVICE_ANTHROPIC,
    SERVICE_GEMINI,
    SERVICE_OLLAMA,
    SERVICE_COUNT
};

/* Their names, as endpoints have them. */
extern const char *const service_names[SERVICE_COUNT];

struct service_world {
    struct ev_loop *loop;
    struct demo_server *demo;
    struct raw_server *raw;
    struct endpoint demo_endpoints[SERVICE_COUNT];
    struct endpoint raw_endpoints[SERVICE_COUNT];
    struct settings settings; /* the engine's; to be changed before the first chat */
    struct engine *engine;    /* made with the first chat */
    bool is_unstreamed;       /* chats opened from now on ask for whole answers */
    void (*on_event)(void *user, const struct engine_event *event); /* may be NULL */
    void *user;
};

/* Starts the servers; the limit (NULL: none) is the demo's. */
void service_world_init(struct service_world *world,
                        const struct demo_limit_options *limit);
void service_world_clear(struct service_world *world);

/* The same as fixtures of cmocka; the state is the world. */
int service_world_setup(void **state);
int service_world_teardown(void **state);

/* Opens a chat. */
chat_id service_world_open(struct service_world *world, const struct endpoint *endpoint,
                           const char *model);

/* Sends a prompt and waits until no chat is busy; returns the last answer, which is valid
 * as long as the chat. */
const struct message *service_world_send(struct service_world *world, chat_id chat,
                                         const char *prompt);

/* Both: one prompt in a chat of its own. */
const struct message *service_world_ask(struct service_world *world,
                                        const struct endpoint *endpoint,
                                        const char *model, const char *prompt);

void service_world_wait(struct service_world *world, bool (*is_met)(void *user),
                        void *user);

/* Waits until no chat is busy. */
void service_world_finish(struct service_world *world);

/* What the demo server answers to a GET of the path. Caller frees. */
char *service_world_fetch(struct service_world *world, const char *path);

/* The parts of that kind, joined. Caller frees. */
char *service_world_text(const struct message *message, enum part_kind kind);

#endif
