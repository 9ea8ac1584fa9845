/*
 * The inside of a turn, for the files that make it up: turn.c (states, clocks, the
 * transfer), turn_piece.c (what comes), turn_request.c (what is sent, and to whom),
 * turn_money.c (what it may cost), turn_retry.c (what to do when a try has ended).
 * Everybody else uses turn.h.
 */
#ifndef ENGINE_TURN_STATE_H
#define ENGINE_TURN_STATE_H

#include "src/engine/turn.h"
#include "src/engine/wire_exchange.h"
#include "src/provider/reply.h"

/* A model to ask; the first is the one wanted, the others stand in for it. */
struct turn_target {
    const struct endpoint *endpoint;
    char *model;
};

struct turn {
    struct turn_context context;
    struct turn_request request;
    struct turn_owner owner;
    struct turn_target *targets;
    size_t target_count;
    size_t target; /* the one that is asked now */
    char *system;
    struct param_list params;
    const struct provider *provider;
    struct gate_member place;
    struct key_waiter key_waiter;
    struct http_transfer *transfer;
    struct wire_exchange *exchange; /* NULL while no tap listens */
    struct reply *reply;
    char *url;
    struct strbuf body; /* the request; the same bytes for every try */
    unsigned quirks;    /* in force for it */
    char *ignored;      /* parameters it leaves out; to be told, or NULL */
    struct ev_timer timer;
    int64_t armed_for_ms; /* when the timer is to go off */
    struct turn_clock clock;
    struct turn_limits limits;
    struct turn_status status;
    struct error start_error; /* found before anything was sent */
    int64_t complete_ms;      /* the end mark was seen; -1 not yet */
    int64_t waited_ms;        /* before retries, all together */
    int64_t queued_ms;        /* when it came (back) into the line; -1: it is not there */
    size_t barren_len;        /* bytes that came since the last piece */
    int64_t used_tokens;      /* by the last try; -1 not known */
    int attempts_before;      /* of the targets given up */
    int adapted_tries;        /* of this target; they were no retries */
    double reserved;          /* money, until it is known what the answer took */
    bool is_on_air;           /* a try is played: there is no transfer */
    bool has_output;
    bool is_adapted; /* the request was changed once, after a refusal */
    bool is_feeding;
    bool is_stop_wanted;
    bool is_over_ceiling;
    bool is_settled;
};

/* --- turn.c --- */

const struct endpoint *turn_endpoint(const struct turn *turn);
const char *turn_model(const struct turn *turn);

/* Tells the owner. */
void turn_emit(struct turn *turn, struct engine_event event);
void turn_emit_text(struct turn *turn, enum event_kind kind, const char *text);
void turn_enter(struct turn *turn, enum turn_state state);

/* The callbacks of its transfer. */
struct http_handler turn_make_handler(struct turn *turn);

/* The turn has a place: it waits for the key, or sends its request. */
void turn_try(struct turn *turn);

/* Ends the try under way and decides what follows. */
void turn_end_try(struct turn *turn, const struct error *transport);

/* Settles a turn that has no try under way. */
void turn_fail(struct turn *turn, const struct error *error);

/* Sets the timer to the next thing that time alone will bring. */
void turn_arm(struct turn *turn);

/* Goes to the line, or, with its start error, nowhere. */
void turn_line_up(struct turn *turn);

/* Settles the turn; takes what it needs out of the outcome. */
void turn_settle(struct turn *turn, struct reply_outcome *outcome);

/* --- turn_piece.c --- */

/* A piece_fn; `user` is the turn. */
void turn_on_piece(void *user, const struct piece *piece);

/* --- turn_request.c --- */

/* Copies whom to ask and what with. */
void turn_set_targets(struct turn *turn);
void turn_clear_request(struct turn *turn);

/* Writes the request to the target; what goes wrong stands in start_error. */
void turn_prepare(struct turn *turn);

/* Sends it; false with err filled. */
bool turn_begin_transfer(struct turn *turn, const struct http_handler *handler,
                         struct error *err);

/* --- turn_money.c --- */

/* Reserves what the request to the target may cost; where that might cross a cap,
 * start_error says so. */
void turn_reserve(struct turn *turn);

/* Gives back what was reserved and not taken: once it is known what was, or at the end.
 */
void turn_release(struct turn *turn);

/* --- turn_retry.c --- */

/* A try has ended: again, another model, or settled. */
void turn_decide(struct turn *turn, struct reply_outcome *outcome);

#endif
