/* Two walks over the records: which exchanges there are, and what belongs to each. */
#include "src/cli/record_tape.h"

#include <string.h>

#include "src/base/mem.h"

/* A take that is being made. */
struct making {
    struct demo_take take;
    uint64_t exchange;
    int64_t begin_us;
    size_t piece_cap;
    bool has_head;
    bool has_end;
};

struct makings {
    struct making *items;
    size_t len;
    size_t cap;
};

static struct making *find(const struct makings *makings, uint64_t exchange)
{
    for (size_t i = makings->len; i > 0; i--) {
        if (makings->items[i - 1].exchange == exchange)
            return &makings->items[i - 1];
    }
    return NULL;
}

static void begin(struct makings *makings, const struct recording_record *record)
{
    makings->items = mem_grow(makings->items, &makings->cap, makings->len + 1,
                              sizeof(makings->items[0]));
    makings->items[makings->len++] = (struct making){
        .take = {.url = record->of.request->url,
                 .model = record->of.request->model.model},
        .exchange = record->exchange,
        .begin_us = record->at_us,
    };
}

static void add_head(struct making *making, const struct recording_record *record)
{
    const struct recording_head *head = record->of.head;
    struct demo_take *take = &making->take;
    if (making->has_head)
        return;
    making->has_head = true;
    take->status = head->status;
    take->head_us = record->at_us - making->begin_us;
    take->fields = mem_alloc_array(head->fields.len, sizeof(take->fields[0]));
    for (size_t i = 0; i < head->fields.len; i++)
        take->fields[take->field_count++] =
            (struct demo_field){head->fields.items[i].name, head->fields.items[i].value};
}

static void add_piece(struct making *making, const struct recording_record *record)
{
    struct demo_take *take = &making->take;
    if (record->of.body.len == 0)
        return;
    take->pieces = mem_grow(take->pieces, &making->piece_cap, take->piece_count + 1,
                            sizeof(take->pieces[0]));
    take->pieces[take->piece_count++] = (struct demo_piece){
        record->at_us - making->begin_us, record->of.body.bytes, record->of.body.len};
}

/* True if what we cut ourselves had come to its end: its answer is whole. */
static bool was_whole(const struct recording *recording,
                      const struct recording_record *end)
{
    const struct recording_record *last = recording->records + recording->record_count;
    for (const struct recording_record *at = end; at < last; at++) {
        if (at->kind == RECORDING_DONE && at->chat == end->chat &&
            at->message == end->message)
            return at->of.content->state == MESSAGE_WHOLE;
    }
    return false;
}

static void add_end(struct making *making, const struct recording *recording,
                    const struct recording_record *record)
{
    const struct recording_end *end = record->of.end;
    making->has_end = true;
    making->take.end_us = record->at_us - making->begin_us;
    making->take.is_broken =
        end->is_cut ? !was_whole(recording, record) : end->error.class != ERROR_NONE;
}

static void add(struct makings *makings, const struct recording *recording,
                const struct recording_record *record)
{
    struct making *making =
        record->exchange != 0 ? find(makings, record->exchange) : NULL;
    if (record->kind == RECORDING_REQUEST)
        begin(makings, record);
    else if (making == NULL || making->has_end)
        return;
    else if (record->kind == RECORDING_HEAD)
        add_head(making, record);
    else if (record->kind == RECORDING_BODY)
        add_piece(making, record);
    else if (record->kind == RECORDING_END)
        add_end(making, recording, record);
}

void record_tape_init(struct demo_tape *tape, const struct recording *recording)
{
    struct makings makings = {0};
    for (size_t i = 0; i < recording->record_count; i++)
        add(&makings, recording, &recording->records[i]);
    *tape =
        (struct demo_tape){.takes = mem_alloc_array(makings.len, sizeof(tape->takes[0]))};
    for (size_t i = 0; i < makings.len; i++) {
        struct making *making = &makings.items[i];
        if (!making->has_end) {
            const size_t count = making->take.piece_count;
            making->take.is_broken = true;
            making->take.end_us =
                count > 0 ? making->take.pieces[count - 1].at_us : making->take.head_us;
        }
        /* Nobody can be served what never came. */
        if (making->has_head && making->take.status >= 100)
            tape->takes[tape->count++] = making->take;
        else
            mem_free(making->take.pieces);
    }
    mem_free(makings.items);
}

void record_tape_clear(struct demo_tape *tape)
{
    for (size_t i = 0; i < tape->count; i++) {
        mem_free(tape->takes[i].fields);
        mem_free(tape->takes[i].pieces);
    }
    mem_free(tape->takes);
    *tape = (struct demo_tape){0};
}
