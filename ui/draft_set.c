/* The kept texts are a list in the order in which they were put aside. While a sent
 * prompt is edited, the text from before stands in `before`, not in the list. */
#include "ui/draft_set.h"

#include <string.h>

#include "src/base/mem.h"

struct draft {
    struct draft_target target;
    struct line_edit *edit; /* NULL: no draft */
};

struct draft_set {
    struct draft current;
    struct draft before;
    struct draft *kept;
    size_t count;
    size_t cap;
    size_t max_bytes;
};

struct draft_set *draft_set_new(size_t max_bytes)
{
    struct draft_set *set = mem_alloc(sizeof(*set));
    set->max_bytes = max_bytes;
    set->current.edit = line_edit_new(max_bytes);
    return set;
}

void draft_set_free(struct draft_set *set)
{
    if (set == NULL)
        return;
    for (size_t i = 0; i < set->count; i++)
        line_edit_free(set->kept[i].edit);
    line_edit_free(set->current.edit);
    line_edit_free(set->before.edit);
    mem_free(set->kept);
    mem_free(set);
}

struct line_edit *draft_set_edit(const struct draft_set *set)
{
    return set->current.edit;
}

static bool target_equals(const struct draft_target *a, const struct draft_target *b)
{
    return a->edited_message == b->edited_message && a->count == b->count &&
           memcmp(a->chats, b->chats, a->count * sizeof(a->chats[0])) == 0;
}

static bool is_edit(const struct draft *draft)
{
    return draft->target.edited_message != 0;
}

static bool is_empty(const struct draft *draft)
{
    return line_edit_len(draft->edit) == 0;
}

static void draft_set_keep(struct draft_set *set, const struct draft *draft)
{
    set->kept = mem_grow(set->kept, &set->cap, set->count + 1, sizeof(set->kept[0]));
    set->kept[set->count++] = *draft;
}

/* Removes the draft at `index` from the list, which no longer owns it. */
static struct draft draft_set_remove(struct draft_set *set, size_t index)
{
    const struct draft draft = set->kept[index];
    set->count--;
    memmove(&set->kept[index], &set->kept[index + 1],
            (set->count - index) * sizeof(set->kept[0]));
    return draft;
}

/* The index of the draft that was kept last for a target; `count` if there is none. */
static size_t draft_set_find(const struct draft_set *set,
                             const struct draft_target *target)
{
    for (size_t i = set->count; i-- > 0;) {
        if (target_equals(&set->kept[i].target, target))
            return i;
    }
    return set->count;
}

/* Makes another draft the current one; the old one is the caller's. What was killed goes
 * along. */
static struct draft draft_set_switch(struct draft_set *set, const struct draft *to)
{
    const struct draft old = set->current;
    set->current = *to;
    line_edit_hand_killed(to->edit, old.edit);
    return old;
}

/* Makes another draft the current one, and keeps the old one unless it is empty. */
static void draft_set_exchange(struct draft_set *set, const struct draft *to)
{
    const struct draft old = draft_set_switch(set, to);
    if (is_empty(&old))
        line_edit_free(old.edit);
    else
        draft_set_keep(set, &old);
}

static struct draft draft_set_make(const struct draft_set *set,
                                   const struct draft_target *target)
{
    return (struct draft){.target = *target, .edit = line_edit_new(set->max_bytes)};
}

enum draft_move draft_set_aim(struct draft_set *set, const struct draft_target *target)
{
    if (is_edit(&set->current) || target_equals(&set->current.target, target))
        return DRAFT_STAYS;
    const size_t found = draft_set_find(set, target);
    if (found == set->count) {
        set->current.target = *target;
        return DRAFT_STAYS;
    }
    const struct draft kept = draft_set_remove(set, found);
    draft_set_exchange(set, &kept);
    return DRAFT_IS_EXCHANGED;
}

bool draft_set_begin_edit(struct draft_set *set, chat_id chat, uint64_t message)
{
    const struct draft_target target = {
        .edited_message = message, .chats = {chat}, .count = 1};
    if (target_equals(&set->current.target, &target))
        return true;
    const size_t found = draft_set_find(set, &target);
    const bool was_begun = found < set->count;
    const struct draft next =
        was_begun ? draft_set_remove(set, found) : draft_set_make(set, &target);
    if (is_edit(&set->current))
        draft_set_exchange(set, &next);
    else
        set->before = draft_set_switch(set, &next);
    return was_begun;
}

enum draft_move draft_set_end_edit(struct draft_set *set,
                                   const struct draft_target *target, bool keeps)
{
    if (!is_edit(&set->current))
        return DRAFT_STAYS;
    const struct draft before = set->before;
    set->before.edit = NULL;
    const struct draft ended = draft_set_switch(set, &before);
    if (keeps && !is_empty(&ended))
        draft_set_keep(set, &ended);
    else
        line_edit_free(ended.edit);
    return draft_set_aim(set, target);
}

bool draft_set_put_aside(struct draft_set *set)
{
    if (is_edit(&set->current) || is_empty(&set->current))
        return false;
    const struct draft next = draft_set_make(set, &set->current.target);
    draft_set_exchange(set, &next);
    return true;
}

bool draft_set_take_back(struct draft_set *set, bool of_any)
{
    if (is_edit(&set->current) || !is_empty(&set->current))
        return false;
    size_t found = draft_set_find(set, &set->current.target);
    for (size_t i = set->count; found == set->count && of_any && i-- > 0;) {
        if (!is_edit(&set->kept[i])) {
            found = i;
            break;
        }
    }
    if (found == set->count)
        return false;
    struct draft kept = draft_set_remove(set, found);
    kept.target = set->current.target;
    draft_set_exchange(set, &kept);
    return true;
}

size_t draft_set_kept(const struct draft_set *set)
{
    size_t count = 0;
    for (size_t i = 0; i < set->count; i++)
        count += !is_edit(&set->kept[i]);
    return count;
}

bool draft_set_look(const struct draft_set *set, size_t index, struct draft_look *look)
{
    const size_t fixed = set->before.edit != NULL ? 2 : 1;
    if (index >= fixed + set->count)
        return false;
    const struct draft *draft = index == 0      ? &set->current
                                : index < fixed ? &set->before
                                                : &set->kept[index - fixed];
    *look = (struct draft_look){index == 0      ? DRAFT_NOW
                                : index < fixed ? DRAFT_WAITING
                                                : DRAFT_ASIDE,
                                &draft->target, draft->edit};
    return true;
}

void draft_set_put(struct draft_set *set, enum draft_place place,
                   const struct draft_target *target, const char *text)
{
    struct draft draft = draft_set_make(set, target);
    line_edit_set_text(draft.edit, text, strlen(text));
    /* Only while an edit is the current one can another text wait for its end. */
    if (place == DRAFT_WAITING && !is_edit(&set->current))
        place = DRAFT_ASIDE;
    if (place == DRAFT_ASIDE) {
        draft_set_keep(set, &draft);
        return;
    }
    struct draft *at = place == DRAFT_NOW ? &set->current : &set->before;
    line_edit_free(at->edit);
    *at = draft;
    if (place == DRAFT_NOW && is_edit(&set->current) && set->before.edit == NULL)
        set->before = draft_set_make(set, &(struct draft_target){.count = 0});
}

static void target_forget(struct draft_target *target, chat_id chat)
{
    size_t kept = 0;
    for (size_t i = 0; i < target->count; i++) {
        if (target->chats[i] != chat)
            target->chats[kept++] = target->chats[i];
    }
    target->count = kept;
}

void draft_set_forget_chat(struct draft_set *set, chat_id chat)
{
    for (size_t i = set->count; i-- > 0;) {
        if (is_edit(&set->kept[i]) && set->kept[i].target.chats[0] == chat) {
            const struct draft dropped = draft_set_remove(set, i);
            line_edit_free(dropped.edit);
        } else {
            target_forget(&set->kept[i].target, chat);
        }
    }
    if (is_edit(&set->current) && set->current.target.chats[0] == chat) {
        const struct draft before = set->before;
        set->before.edit = NULL;
        const struct draft ended = draft_set_switch(set, &before);
        line_edit_free(ended.edit);
    }
    if (!is_edit(&set->current))
        target_forget(&set->current.target, chat);
    if (set->before.edit != NULL)
        target_forget(&set->before.target, chat);
}
