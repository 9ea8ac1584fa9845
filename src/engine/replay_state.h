/*
 * The inside of a replay, for the files that make it up: replay.c (what is due, one
 * record after the other), replay_chat.c (chats and messages), replay_call.c (tool
 * calls), replay_index.c (what comes later), and what turns and rounds ask of it.
 * Everybody else uses replay.h.
 */
#ifndef ENGINE_REPLAY_STATE_H
#define ENGINE_REPLAY_STATE_H

#include "src/engine/engine_state.h"
#include "src/engine/replay.h"
#include "src/engine/replay_clock.h"
#include "src/engine/replay_index.h"

/* A chat of the recording and the one it has become. */
struct replay_chat {
    uint32_t recorded;
    chat_id id;
    uint64_t exchange;                      /* that is on the air, or 0 */
    const struct recording_record *request; /* … with which it began */
};

/* A tool call of the recording and the one it has become. */
struct replay_call {
    uint64_t recorded;
    call_key key;
};

struct replay {
    struct replay_options options;
    struct engine *engine;
    struct replay_clock clock;
    struct replay_index index;
    struct ev_timer timer;
    size_t next;      /* the record that is played next */
    unsigned stalled; /* rounds of the loop for which it has waited for the engine */
    size_t skipped;
    bool is_started;
    bool is_over;
    void (*on_end)(void *user);
    void *user;
    struct replay_chat *chats;
    size_t chat_count;
    size_t chat_cap;
    struct replay_call *calls;
    size_t call_count;
    size_t call_cap;
};

/* What came of a record. */
enum replay_step {
    REPLAY_PLAYED,
    REPLAY_NOT_YET, /* the engine is not so far: once more in the next round of the loop
                     */
    REPLAY_UNFIT    /* it does not fit what came before it */
};

/* The chat of a record, if it is open still; or NULL. */
struct conversation *replay_find_conversation(struct replay *replay, uint32_t recorded);

/* replay_chat.c */
enum replay_step replay_open(struct replay *replay,
                             const struct recording_record *record);
enum replay_step replay_message(struct replay *replay,
                                const struct recording_record *record);
enum replay_step replay_answer(struct replay *replay,
                               const struct recording_record *record);
enum replay_step replay_path(struct replay *replay,
                             const struct recording_record *record);

/* replay_call.c */
enum replay_step replay_call(struct replay *replay,
                             const struct recording_record *record);

/* --- What the engine asks, in the middle of a turn. `replay` may not be NULL. ------- */

/* True if the answer is asked for once more, of the same model; in `wait_ms` when. */
bool replay_has_try(const struct replay *replay, chat_id chat, uint64_t answer,
                    const char *model, int64_t *wait_ms);

/* How the exchange on the air has ended. */
void replay_describe(const struct replay *replay, chat_id chat,
                     struct http_result *result);

/* Writes how long it took then, and what it cost, into a settled answer's facts. */
void replay_fill_facts(const struct replay *replay, chat_id chat, struct message *answer);

/* The same for a message with results. */
void replay_fill_results(const struct replay *replay, chat_id chat,
                         struct message *results);

/* True if the calls of the answer were made there. */
bool replay_has_calls(const struct replay *replay, chat_id chat, uint64_t answer);

/* The id that call number `index` of the answer had then; `id` where that is not known.
 */
const char *replay_find_call_id(const struct replay *replay, chat_id chat,
                                uint64_t answer, size_t index, const char *id);

/* What a turn failed with after those results; NULL: it went on. Valid as long as the
 * recording. */
const char *replay_find_failure(const struct replay *replay, chat_id chat,
                                uint64_t results);

#endif
