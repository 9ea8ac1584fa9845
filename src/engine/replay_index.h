/*
 * Finds records of a message by their kind, in their order: what is still to come of an
 * answer decides what a turn does next.
 */
#ifndef ENGINE_REPLAY_INDEX_H
#define ENGINE_REPLAY_INDEX_H

#include "src/store/recording.h"

struct replay_entry;

struct replay_index {
    const struct recording *recording;
    struct replay_entry *entries; /* sorted */
    size_t count;
};

void replay_index_init(struct replay_index *index, const struct recording *recording);
void replay_index_clear(struct replay_index *index);

/* What is looked for. */
struct replay_wanted {
    enum recording_kind kind;
    uint32_t chat;
    uint64_t message;
};

/* The first such record from number `from` on, or NULL. */
const struct recording_record *replay_index_find(const struct replay_index *index,
                                                 const struct replay_wanted *wanted,
                                                 size_t from);

#endif
