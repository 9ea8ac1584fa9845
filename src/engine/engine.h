/*
 * The engine runs many conversations at once; it is the one face that both front ends
 * talk to. Each chat has an id of its own, never reused; all state hangs from that id,
 * so the same model may stand in two chats. One listener hears what happens.
 *
 * Rules: functions that take an unknown or closed id do nothing (and return false, NULL
 * or zeros). Pointers got from engine_get_* are valid until the next call that changes
 * that chat. The listener may call everything here but engine_free.
 */
#ifndef ENGINE_ENGINE_H
#define ENGINE_ENGINE_H

#include <stdbool.h>
#include <stddef.h>

#include <ev.h>

#include "src/base/log.h"
#include "src/chat/chat.h"
#include "src/config/catalog.h"
#include "src/config/setting.h"
#include "src/engine/chat_setup.h"
#include "src/engine/connection_list.h"
#include "src/engine/engine_tools.h"
#include "src/engine/event.h"
#include "src/engine/model_list.h"
#include "src/engine/spending.h"
#include "src/prompt/template_render.h"

struct engine;

struct engine_options {
    const struct settings *settings; /* copied */
    struct log *log;                 /* may be NULL; outlives the engine */
    uint64_t seed;                   /* of the jitter; 0 = fresh */
    const struct catalog *catalog;   /* prices, names of key variables; may be NULL */
    struct spending *spending;       /* with the caps that hold; may be NULL; borrowed */
};

/* Makes an engine with no chats. NULL with err filled when the network cannot start. */
struct engine *engine_new(struct ev_loop *loop, const struct engine_options *options,
                          struct error *err);

/* Ends every turn and frees everything; no events come. NULL is allowed. */
void engine_free(struct engine *engine);

/* Sets the one listener. */
void engine_listen(struct engine *engine, engine_listener_fn listener, void *user);

/* Opens a chat. */
chat_id engine_open(struct engine *engine, const struct chat_setup *setup);

/* Closes it: its turn ends, its queue is dropped. */
void engine_close(struct engine *engine, chat_id id);

/* Sends a prompt: starts a turn, or puts it in the chat's queue while one is running.
 * False for empty text. */
bool engine_send(struct engine *engine, chat_id id, const char *text, size_t len);

/* Sends a prompt with its attachments; otherwise as the functions around this one. */
bool engine_send_prompt(struct engine *engine, chat_id id, const struct prompt *prompt);

/*
 * Sends `text` in the place of the prompt `message_id`: a sibling of it, the old branch
 * is kept. A running turn is stopped first; the chat's queue is kept.
 */
bool engine_send_edited(struct engine *engine, chat_id id, uint64_t message_id,
                        const char *text, size_t len);

/*
 * Puts the messages of a filled template on the path, after what stands there already (or
 * around it, where the template says so), and starts the turn that answers the last one.
 * Its system prompt, if there is one, becomes the chat's. False while a turn runs, and
 * where the last message is not the user's.
 */
bool engine_send_messages(struct engine *engine, chat_id id,
                          const struct rendered_prompt *prompt);

/* Answers the last prompt again: a sibling of the last answer. False if there is nothing
 * to answer or a turn is running. */
bool engine_retry(struct engine *engine, chat_id id);

/*
 * Goes on where the last answer was cut (stopped, failed, at the token limit): a new
 * answer follows it, the old one stays as it is. Where the service cannot go on by itself
 * an automatic prompt asks it to. A turn that was cut in the middle of its tools goes on
 * from their results. False if there is nothing to go on with.
 */
bool engine_continue(struct engine *engine, chat_id id);
bool engine_can_continue(const struct engine *engine, chat_id id);

/* Stops the running turn, text kept; queued follow-ups wait until the next send. */
void engine_stop(struct engine *engine, chat_id id);
void engine_stop_all(struct engine *engine);

/* Talks to another model, without fallbacks, from the next turn on. */
void engine_set_model(struct engine *engine, chat_id id, const struct endpoint *endpoint,
                      const char *model);

/* The last answer, which is whole, turns out to be none: it fails with the error, which
 * is taken; an EVENT_ERROR follows. To be called while the chat is not busy. */
void engine_reject_answer(struct engine *engine, chat_id id, struct error *err);

/* A chat that was opened with is_counted_by_owner becomes one of the person's: from now on
 * the caps of the engine's options hold for it, and it is kept. */
void engine_count_chat(struct engine *engine, chat_id id);

/* Takes the last queued follow-up back, without its attachments; NULL if there is none.
 * Caller frees. */
char *engine_take_back(struct engine *engine, chat_id id);

size_t engine_queue_count(const struct engine *engine, chat_id id);

/* The queued follow-up number `index`, or NULL. */
const char *engine_queue_get(const struct engine *engine, chat_id id, size_t index);

/* The conversation, or NULL. */
const struct chat *engine_get_chat(const struct engine *engine, chat_id id);

/* The setup in force, or NULL. */
const struct chat_setup *engine_get_setup(const struct engine *engine, chat_id id);

/* What its turn is doing; state TURN_IDLE if there is none. */
struct turn_status engine_get_turn(const struct engine *engine, chat_id id);

bool engine_is_busy(const struct engine *engine, chat_id id);

/*
 * Asks an endpoint for its models, unless it was asked before and `again` is false.
 * EVENT_MODELS follows from the loop (not if the list is there already).
 */
void engine_ask_models(struct engine *engine, const struct endpoint *endpoint,
                       bool again);

/* What is known of an endpoint's models; NULL if it was never asked. Valid until the next
 * EVENT_MODELS. */
const struct model_list *engine_get_models(const struct engine *engine,
                                           const struct endpoint *endpoint);

/* What is known of the connections to each endpoint that was talked to; returns their
 * number. Valid until the loop runs. */
size_t engine_get_connections(const struct engine *engine,
                              const struct connection_facts **facts);

/* True while a recording is played through the engine (replay.h). */
bool engine_is_replaying(const struct engine *engine);
/* The number of chats with a running turn. */
size_t engine_busy_count(const struct engine *engine);

#endif
