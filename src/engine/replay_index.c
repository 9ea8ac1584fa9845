/* One array, sorted by what is looked for and then by place. Pieces of bodies, which are
 * most of a recording, are not in it. */
#include "src/engine/replay_index.h"

#include <stdlib.h>

#include "src/base/mem.h"

struct replay_entry {
    struct replay_wanted what;
    size_t place;
};

static int compare(const void *a, const void *b)
{
    const struct replay_entry *left = a;
    const struct replay_entry *right = b;
    if (left->what.chat != right->what.chat)
        return left->what.chat < right->what.chat ? -1 : 1;
    if (left->what.message != right->what.message)
        return left->what.message < right->what.message ? -1 : 1;
    if (left->what.kind != right->what.kind)
        return left->what.kind < right->what.kind ? -1 : 1;
    if (left->place != right->place)
        return left->place < right->place ? -1 : 1;
    return 0;
}

static bool is_indexed(enum recording_kind kind)
{
    return kind == RECORDING_MESSAGE || kind == RECORDING_REQUEST ||
           kind == RECORDING_END || kind == RECORDING_STATE || kind == RECORDING_CALL ||
           kind == RECORDING_DONE || kind == RECORDING_CLOSE;
}

void replay_index_init(struct replay_index *index, const struct recording *recording)
{
    *index = (struct replay_index){.recording = recording};
    index->entries = mem_alloc_array(recording->record_count, sizeof(index->entries[0]));
    for (size_t i = 0; i < recording->record_count; i++) {
        const struct recording_record *record = &recording->records[i];
        if (is_indexed(record->kind))
            index->entries[index->count++] =
                (struct replay_entry){{record->kind, record->chat, record->message}, i};
    }
    qsort(index->entries, index->count, sizeof(index->entries[0]), compare);
}

void replay_index_clear(struct replay_index *index)
{
    mem_free(index->entries);
    *index = (struct replay_index){0};
}

const struct recording_record *replay_index_find(const struct replay_index *index,
                                                 const struct replay_wanted *wanted,
                                                 size_t from)
{
    const struct replay_entry key = {*wanted, from};
    size_t low = 0;
    size_t high = index->count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (compare(&index->entries[middle], &key) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == index->count)
        return NULL;
    const struct replay_entry *found = &index->entries[low];
    if (found->what.kind != wanted->kind || found->what.chat != wanted->chat ||
        found->what.message != wanted->message)
        return NULL;
    return &index->recording->records[found->place];
}
