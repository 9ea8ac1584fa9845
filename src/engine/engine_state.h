/*
 * The inside of the engine, for the files that make it up: engine.c (chats, turns, lists
 * of models), engine_messages.c (whole messages put on the path), engine_restore.c (chats
 * of an earlier run), engine_round.c (the tools of a turn), engine_tools.c (tools,
 * servers and calls as front ends see them), engine_tree.c (branches). Everybody else
 * uses engine.h.
 */
#ifndef ENGINE_ENGINE_STATE_H
#define ENGINE_ENGINE_STATE_H

#include "src/base/rng.h"
#include "src/engine/adaptation.h"
#include "src/engine/engine.h"
#include "src/engine/engine_round.h"
#include "src/engine/gate.h"
#include "src/engine/key_source.h"
#include "src/engine/tool_desk.h"
#include "src/engine/tool_offer.h"
#include "src/engine/turn.h"
#include "src/engine/wire_exchange.h"
#include "src/net/http.h"

/* A follow-up that waits for the answer before it. */
struct queued_prompt {
    char *text;
    struct attachment_list attachments;
};

struct conversation {
    struct engine *engine;
    chat_id id;
    struct chat chat;
    struct chat_setup setup; /* strings owned */
    char *model;
    char *name;
    char *system;
    struct param_list params;
    struct model_ref *fallbacks; /* models owned */
    char *last_notice;           /* told already, or NULL */
    struct turn *turn;           /* running, or NULL */
    struct queued_prompt *queue;
    size_t queue_len;
    size_t queue_cap;
    struct tool_offer *offer;  /* the tools that the running turn was told of, or NULL */
    struct tool_choice choice; /* those that the next one is to be told of */
    struct tool_round round;
    bool is_held; /* stopped by the person: the queue waits for the next send */
    bool is_closed;
};

struct engine_watcher {
    engine_listener_fn fn;
    void *user;
};

struct engine {
    struct ev_loop *loop;
    struct settings settings;
    struct log *log;
    const struct catalog *catalog;
    struct spending *spending;
    struct http *http;
    struct gate gate;
    struct key_source *keys;
    struct adaptation_list adaptations;
    struct connection_list connections;
    struct rng rng;
    engine_listener_fn listener;
    void *listener_user;
    struct engine_watcher watchers[ENGINE_WATCHER_MAX];
    size_t watcher_count;
    struct wire wire;      /* the taps */
    struct replay *replay; /* where its answers come from; or NULL */
    struct conversation **chats;
    size_t chat_count;
    size_t chat_cap;
    chat_id last_id;
    struct model_list **lists; /* one an endpoint that was asked */
    size_t list_count;
    size_t list_cap;
    struct turn **ended; /* turns to be freed by the sweep */
    size_t ended_count;
    size_t ended_cap;
    struct ev_timer sweep;
    const char **key_variables; /* that no tool is given */
    struct toolbox *toolbox;
    struct tool_desk *desk;
    bool accepts_questions;      /* of servers, for diagnosis */
    struct ev_timer round_due;   /* a round was stopped: to be concluded */
    struct tool_view *tool_view; /* what engine_tools.c has shown last */
};

/* engine.c */
void engine_emit(struct engine *engine, struct engine_event event);

/* Adds a chat without a word; what it was given is copied. */
struct conversation *engine_add_chat(struct engine *engine,
                                     const struct chat_setup *setup);
struct conversation *engine_find(const struct engine *engine, chat_id id);

/* Adds a message to the path, with the time of day. */
struct message *conversation_add_message(struct conversation *conversation,
                                         enum message_author author);

/* False, with err filled, if answers come from a recording: a person can only look. */
bool engine_check_live(const struct engine *engine, struct error *err);

/* True while a turn of it runs, be it its tools. */
bool conversation_is_busy(const struct conversation *conversation);

/* Tells the listener, unless the chat was closed meanwhile. */
void conversation_emit(struct conversation *conversation, enum event_kind kind,
                       uint64_t message_id);

/* Adds an empty answer to the path, and the turn that is to fill it. `is_forced`: a
 * person insists on one that had failed. */
void conversation_add_turn(struct conversation *conversation, bool is_forced);

/* Tells of the turn just added (`prompt` NULL: the prompt is an old one, or told of
 * already) and starts it. */
void conversation_start_turn(struct conversation *conversation,
                             const struct message *prompt);

/* Puts a prompt behind those that wait for the end of a turn. */
void conversation_queue(struct conversation *conversation, const struct prompt *prompt);

/* Adds the next answer to the path and starts the turn that fills it. */
void conversation_go_on(struct conversation *conversation, uint64_t results_id);

/* The turn is over, with that answer: tells it, and sends what waits in the queue. */
void conversation_finish(struct conversation *conversation, struct message *answer);

/* engine_tools.c */

/* The owner of the servers; `user` is the engine. */
struct mcp_owner engine_server_owner(struct engine *engine);

/* Tells of servers whose tools the turn goes without, for they are still starting. */
void conversation_tell_missing(struct conversation *conversation);

/* It is known what can hold commands; `user` is the engine. */
void engine_on_prepared(void *user);
void engine_clear_tool_view(struct engine *engine);

#endif
