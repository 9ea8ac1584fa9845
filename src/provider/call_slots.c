/*
 * Which call does a delta belong to? Servers disagree, so:
 *
 * - With an index: to the call that last had this index. But if both have an id and the
 *   ids differ it is a new call, which takes over the index: some servers number all
 *   parallel calls 0. Indexes may start anywhere and have gaps.
 * - Without an index, with an id: to the call of that id, else a new one.
 * - Without both, with a name: a new call. With nothing: to the last call.
 *
 * Id and name are kept from the first delta that has them: later ones may be empty, or
 * repeat the whole name. Text of the arguments is appended; an object replaces it, and
 * so does text that a server repeats as a whole at the end of a call.
 */
#include "src/provider/call_slots.h"

#include <string.h>

#include "src/base/json.h"
#include "src/base/mem.h"
#include "src/base/rng.h"
#include "src/base/utf8.h"

/* The form of the ids made here: Mistral takes exactly nine letters and digits. */
#define CALL_ID_LEN 9

struct call_slot {
    bool has_index;
    int64_t index;
    char *id;   /* NULL until known */
    char *name; /* NULL until known */
    struct strbuf arguments;
    uint16_t half; /* a surrogate waiting for its partner in the next piece */
    bool is_done;  /* the server said so */
};

void call_slots_init(struct call_slots *slots, piece_fn on_piece, void *user)
{
    *slots = (struct call_slots){.on_piece = on_piece, .user = user};
    strbuf_init(&slots->scratch, STRBUF_OWN_MAX);
}

void call_slots_clear(struct call_slots *slots)
{
    for (size_t i = 0; i < slots->len; i++) {
        mem_free(slots->items[i].id);
        mem_free(slots->items[i].name);
        strbuf_clear(&slots->items[i].arguments);
    }
    mem_free(slots->items);
    strbuf_clear(&slots->scratch);
    *slots = (struct call_slots){.len = 0};
}

/* The string as valid UTF-8; NULL for none or an empty one. Caller frees. */
static char *call_clean_word(const char *text)
{
    if (text == NULL || text[0] == '\0')
        return NULL;
    struct strbuf word;
    uint16_t half = 0;
    strbuf_init(&word, STRBUF_OWN_MAX);
    json_join_halves(&word, text, &half);
    json_flush_half(&word, &half);
    return strbuf_take(&word);
}

/* The newest slot with that index, or NULL: a new call takes an index over. */
static struct call_slot *call_find_index(const struct call_slots *slots, int64_t index)
{
    for (size_t i = slots->len; i > 0; i--) {
        struct call_slot *slot = &slots->items[i - 1];
        if (slot->has_index && slot->index == index)
            return slot;
    }
    return NULL;
}

static struct call_slot *call_find_id(const struct call_slots *slots, const char *id)
{
    for (size_t i = 0; i < slots->len; i++) {
        if (slots->items[i].id != NULL && strcmp(slots->items[i].id, id) == 0)
            return &slots->items[i];
    }
    return NULL;
}

/* The slot that the delta belongs to by the rules above; NULL stands for a new one. */
static struct call_slot *call_find(const struct call_slots *slots,
                                   const struct call_delta *delta, const char *id)
{
    if (delta->has_index) {
        struct call_slot *slot = call_find_index(slots, delta->index);
        const bool is_other =
            slot != NULL && slot->id != NULL && id != NULL && strcmp(slot->id, id) != 0;
        return is_other ? NULL : slot;
    }
    if (id != NULL)
        return call_find_id(slots, id);
    const bool has_name = delta->name != NULL && delta->name[0] != '\0';
    return has_name || slots->len == 0 ? NULL : &slots->items[slots->len - 1];
}

static struct call_slot *call_open(struct call_slots *slots,
                                   const struct call_delta *delta)
{
    slots->items =
        mem_grow(slots->items, &slots->cap, slots->len + 1, sizeof(slots->items[0]));
    struct call_slot *slot = &slots->items[slots->len++];
    *slot = (struct call_slot){.has_index = delta->has_index, .index = delta->index};
    strbuf_init(&slot->arguments, CALL_BYTES_MAX);
    return slot;
}

/* Takes out of the slot what came of the arguments so far. */
static void call_drop_arguments(struct call_slots *slots, struct call_slot *slot)
{
    slots->byte_count -= slot->arguments.len;
    strbuf_reset(&slot->arguments);
    slot->half = 0;
}

/* The scratch buffer holds all of the arguments: leaves what is new in them there, or
 * makes the slot forget what does not agree. */
static void call_take_all(struct call_slots *slots, struct call_slot *slot)
{
    struct strbuf *fresh = &slots->scratch;
    const struct strbuf *known = &slot->arguments;
    slot->half = 0;
    if (fresh->len < known->len ||
        memcmp(strbuf_text(fresh), strbuf_text(known), known->len) != 0)
        call_drop_arguments(slots, slot);
    else
        strbuf_remove(fresh, 0, known->len);
}

/* Puts the delta's part of the arguments into the slot; the scratch buffer holds what
 * is new in them. */
static void call_take_arguments(struct call_slots *slots, struct call_slot *slot,
                                const struct call_delta *delta)
{
    struct strbuf *fresh = &slots->scratch;
    strbuf_reset(fresh);
    if (delta->object != NULL) {
        call_drop_arguments(slots, slot);
        utf8_append_valid(fresh, delta->object, delta->object_len);
    } else if (delta->arguments != NULL && delta->is_all) {
        uint16_t half = 0;
        json_join_halves(fresh, delta->arguments, &half);
        json_flush_half(fresh, &half);
        call_take_all(slots, slot);
    } else if (delta->arguments != NULL) {
        json_join_halves(fresh, delta->arguments, &slot->half);
    }
    slots->byte_count += fresh->len;
    strbuf_append(&slot->arguments, strbuf_text(fresh), fresh->len);
}

static void call_emit_delta(const struct call_slots *slots, const struct call_slot *slot)
{
    const struct piece piece = {
        .kind = PIECE_CALL_DELTA,
        .text = strbuf_text(&slots->scratch),
        .len = slots->scratch.len,
        .call_index = (size_t)(slot - slots->items),
        .call_id = slot->id,
        .call_name = slot->name,
    };
    slots->on_piece(slots->user, &piece);
}

/* Moves the word to `*kept` if that has none yet; otherwise frees it. True if moved. */
static bool call_keep_first(struct call_slots *slots, char **kept, char *word)
{
    if (word == NULL || *kept != NULL) {
        mem_free(word);
        return false;
    }
    slots->byte_count += strlen(word);
    *kept = word;
    return true;
}

bool call_slots_add(struct call_slots *slots, const struct call_delta *delta,
                    struct error *err)
{
    char *id = call_clean_word(delta->id);
    struct call_slot *slot = call_find(slots, delta, id);
    bool is_news = slot == NULL;
    if (slot == NULL && slots->len == CALL_SLOTS_MAX) {
        mem_free(id);
        error_set(err, ERROR_PROTOCOL, "the reply has more than %d tool calls",
                  CALL_SLOTS_MAX);
        return false;
    }
    if (slot == NULL)
        slot = call_open(slots, delta);
    slots->last = (size_t)(slot - slots->items);
    slot->is_done = slot->is_done || delta->is_done;
    call_keep_first(slots, &slot->id, id);
    if (call_keep_first(slots, &slot->name, call_clean_word(delta->name)))
        is_news = true;
    call_take_arguments(slots, slot, delta);
    if (slots->byte_count > CALL_BYTES_MAX) {
        error_set(err, ERROR_PROTOCOL, "the tool calls of the reply exceed %zu MiB",
                  CALL_BYTES_MAX >> 20);
        return false;
    }
    if (is_news || slots->scratch.len > 0)
        call_emit_delta(slots, slot);
    return true;
}

/* Gives the slot an id that no other has. */
static void call_mint_id(const struct call_slots *slots, struct call_slot *slot)
{
    static const char alphabet[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    struct rng rng;
    rng_init(&rng, rng_fresh_seed());
    char id[CALL_ID_LEN + 1] = "";
    do {
        for (size_t i = 0; i < CALL_ID_LEN; i++)
            id[i] = alphabet[rng_below(&rng, sizeof(alphabet) - 1)];
    } while (call_find_id(slots, id) != NULL);
    mem_free(slot->id);
    slot->id = mem_strdup(id);
}

static bool call_is_blank(const struct strbuf *arguments)
{
    for (size_t i = 0; i < arguments->len; i++) {
        if (strchr(" \t\r\n", arguments->text[i]) == NULL)
            return false;
    }
    return true;
}

/* `may_be_valid`: nothing but its arguments can make the call invalid. */
static void call_emit_whole(const struct call_slots *slots, struct call_slot *slot,
                            bool may_be_valid)
{
    json_flush_half(&slot->arguments, &slot->half);
    if (call_is_blank(&slot->arguments)) {
        strbuf_reset(&slot->arguments);
        strbuf_append_text(&slot->arguments, "{}");
    }
    const struct piece piece = {
        .kind = PIECE_CALL,
        .text = strbuf_text(&slot->arguments),
        .len = slot->arguments.len,
        .call_index = (size_t)(slot - slots->items),
        .call_id = slot->id,
        .call_name = slot->name,
        .is_valid_call =
            may_be_valid && json_is_valid(slot->arguments.text, slot->arguments.len),
    };
    slots->on_piece(slots->user, &piece);
}

static size_t call_emit_all(struct call_slots *slots, bool is_cut)
{
    size_t count = 0;
    for (size_t i = 0; i < slots->len; i++) {
        struct call_slot *slot = &slots->items[i];
        if (slot->name == NULL)
            continue; /* nothing that could be run or answered */
        /* An id used twice could not be answered: the later call gets another. */
        if (slot->id == NULL || call_find_id(slots, slot->id) != slot)
            call_mint_id(slots, slot);
        call_emit_whole(slots, slot, !is_cut || slot->is_done);
        count++;
    }
    return count;
}

size_t call_slots_finish(struct call_slots *slots)
{
    return call_emit_all(slots, false);
}

size_t call_slots_finish_cut(struct call_slots *slots)
{
    return call_emit_all(slots, true);
}
