/*
 * A turn whose answer is played from a recording: it does what it always does with what
 * comes, but what comes, and when it may go on, is said here in place of gate, network
 * and clocks. For replay.c.
 */
#ifndef ENGINE_TURN_PLAY_H
#define ENGINE_TURN_PLAY_H

#include "src/engine/turn.h"
#include "src/store/recording_record.h"

/* True for a running turn that writes that answer. */
bool turn_play_is_of(const struct turn *turn, uint64_t answer);

/* True while it waits to be let on: for its first try or for another one. */
bool turn_play_is_waiting(const struct turn *turn);

/* True while a try is on the air. */
bool turn_play_is_on_air(const struct turn *turn);

/* Tells that it waits in the line, and for what: a name of the JSON output, or NULL. */
void turn_play_queued(struct turn *turn, const char *reason);

/* Begins the try with that request; the turn is waiting. */
void turn_play_try(struct turn *turn, const struct recording_record *request);

/* What the network would tell; a try is on the air. The turn may have settled after. */
void turn_play_connected(struct turn *turn);
void turn_play_head(struct turn *turn, const struct http_head *head);
void turn_play_body(struct turn *turn, const char *bytes, size_t len);
void turn_play_done(struct turn *turn, const struct http_result *result);

/* Ends the try as the turn itself had done, or the turn if there is no try. */
void turn_play_cut(struct turn *turn, const struct error *error);

/* The class of that name; ERROR_NETWORK_RESET where there is none. */
enum error_class turn_play_class(const char *name);

#endif
